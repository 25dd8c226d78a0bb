//! A reply to PUT or GET: what it says of files, taken apart from what it says otherwise.
//!
//! Enters: a successful reply. Leaves: the reply without any way to storage, and beside it the files with theirs. Never here: an address
//! or a credential in what is left of the reply.

use serde_json::value::RawValue;

use super::cipher::Material;
use super::place::{PlaceError, StageInfo, Storage};
use crate::raw::RawObject;
use crate::upstream::reply::{STAGE, UpstreamReply};

/// Fields that say which files are meant, and where on the client's disk they are: they lead nobody anywhere.
const NAMING: [&str; 3] = ["command", "src_locations", "localLocation"];

/// Files that are to move.
#[derive(Clone, Debug)]
pub struct Transfer {
    /// To the stage; else from it.
    pub upload: bool,
    /// Which, and where on the stage each is to be or is. An upload has one, by the name that the reply says.
    pub files: Vec<StageFile>,
    /// Whether clients pack what they upload.
    pub packed: bool,
    /// Which files are meant, as the reply says it.
    pub naming: RawObject,
}

/// One file of a stage.
#[derive(Clone, Debug)]
pub struct StageFile {
    /// Its name: of an upload the path on the client's disk.
    pub name: String,
    /// Where it is to be had, or to be put.
    pub storage: Storage,
}

impl UpstreamReply {
    /// Takes everything out that leads to storage; `near` says that Snowflake is a server on this machine.
    pub fn take_transfer(&mut self, near: bool) -> Result<Transfer, PlaceError> {
        let data = self.data.as_mut().ok_or(PlaceError::Field("data"))?;
        let transfer = transfer(data, near);
        data.retain(|name| !STAGE.contains(&name));
        transfer
    }
}

fn transfer(data: &RawObject, near: bool) -> Result<Transfer, PlaceError> {
    let field = |name: &'static str| move |_| PlaceError::Field(name);
    let upload = match data.text("command").as_deref() {
        Some("UPLOAD") => true,
        Some("DOWNLOAD") => false,
        _ => return Err(PlaceError::Field("command")),
    };
    let info: Option<StageInfo> = data.read("stageInfo").map_err(field("stageInfo"))?;
    let info = info.ok_or(PlaceError::Field("stageInfo"))?;
    let names: Option<Vec<String>> = data.read("src_locations").map_err(field("src_locations"))?;
    let names = names.ok_or(PlaceError::Field("src_locations"))?;
    let files = if upload {
        let material: Option<Material> = data
            .read("encryptionMaterial")
            .map_err(field("encryptionMaterial"))?;
        let name = names.first().cloned().unwrap_or_default();
        let storage = info.storage(None, material, near)?;
        vec![StageFile { name, storage }]
    } else {
        let materials: Option<Vec<Option<Material>>> = data
            .read("encryptionMaterial")
            .map_err(field("encryptionMaterial"))?;
        let urls: Option<Vec<String>> =
            data.read("presignedUrls").map_err(field("presignedUrls"))?;
        let urls = urls.unwrap_or_default();
        let mut materials = materials.unwrap_or_default().into_iter();
        let each = names.into_iter().enumerate().map(|(at, name)| {
            let url = urls.get(at).map(String::as_str);
            let storage = info.storage(url, materials.next().flatten(), near)?;
            Ok(StageFile { name, storage })
        });
        each.collect::<Result<_, PlaceError>>()?
    };
    let mut naming = RawObject::default();
    for (name, value) in data.iter().filter(|(name, _)| NAMING.contains(name)) {
        let value: &RawValue = serde_json::from_str(value).map_err(field("src_locations"))?;
        naming.set(name, value).map_err(field("src_locations"))?;
    }
    Ok(Transfer {
        upload,
        files,
        packed: data.read("autoCompress").ok().flatten().unwrap_or(true),
        naming,
    })
}
