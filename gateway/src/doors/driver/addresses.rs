//! Addresses of files, written into the answer to a PUT or GET.
//!
//! Enters: tickets. Leaves: the form of `stageInfo` that needs no credential: pre-signed, as of Google's storage. Never here: a credential.

use serde_json::json;
use serde_json::value::RawValue;

use super::router::FILE_PATH;
use crate::outcome::Files;
use crate::raw::RawObject;

/// Writes them into `data`, under `base`, scheme and host the driver uses.
pub(super) fn write(
    data: &mut RawObject,
    files: &Files,
    base: &str,
) -> Result<(), serde_json::Error> {
    for (name, value) in files.naming.iter() {
        data.set(name, serde_json::from_str::<&RawValue>(value)?)?;
    }
    let url = |ticket: &String| format!("{base}{FILE_PATH}{ticket}");
    let urls: Vec<String> = files.tickets.iter().map(url).collect();
    let info = json!({
        "locationType": "GCS",
        "location": "firn/",
        "path": "",
        "region": "firn",
        "storageAccount": null,
        "isClientSideEncrypted": false,
        "ciphers": null,
        "creds": {},
        "presignedUrl": urls.first(),
        "endPoint": null,
        "useS3RegionalUrl": false,
        "useRegionalUrl": false,
        "useVirtualUrl": false,
    });
    data.set("stageInfo", &info)?;
    if files.upload {
        // One driver else wants an address that says itself that it creates only.
        data.set("overwrite", &true)?;
        data.set("encryptionMaterial", &())?;
        data.set("presignedUrls", &())
    } else {
        data.set("encryptionMaterial", &json!([]))?;
        data.set("presignedUrls", &urls)
    }
}
