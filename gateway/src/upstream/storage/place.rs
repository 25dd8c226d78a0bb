//! A stage's storage, as a reply names it.
//!
//! Enters: `stageInfo`, `encryptionMaterial`. Leaves: a [`Storage`], which is sealed into tickets and never shown. Never here: a request.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::cipher::Material;

/// Where files are, with what it takes to get there.
#[derive(Clone, Serialize, Deserialize)]
pub struct Storage {
    pub(super) place: Place,
    /// The key that files there are encrypted with; none where the storage does that itself.
    pub(super) material: Option<Material>,
}

impl fmt::Debug for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Storage(…)")
    }
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) enum Place {
    /// One file's own address.
    Url { url: String },
    /// Google's storage, by a token.
    Gcs { base: String, token: String },
    /// Azure's, by a shared access signature.
    Azure { base: String, signature: String },
    /// S3.
    S3(Bucket),
    /// A folder of this machine.
    Folder { path: PathBuf },
}

/// A part of an S3 bucket.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Bucket {
    /// Where it is, unless it is where AWS has it.
    pub endpoint: Option<String>,
    pub name: String,
    /// What keys begin with.
    pub prefix: String,
    pub region: String,
    pub key_id: String,
    pub secret: String,
    pub token: Option<String>,
}

/// Why a stage's storage is not used.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum PlaceError {
    /// A field is missing, or is not what it should be.
    #[error("Snowflake's answer has a malformed {0}")]
    Field(&'static str),
    /// Another cloud.
    #[error(
        "the stage is on {0:?}, which this gateway cannot reach: use one on S3, Azure or Google's storage"
    )]
    Kind(String),
    /// In clear, or a folder.
    #[error(
        "the stage's storage is reached in clear or is a folder, which is for test servers on this machine only"
    )]
    Near,
    /// Files are encrypted by clients, and the answer has no key.
    #[error("the stage's files are encrypted by clients, and Snowflake's answer has no key for it")]
    NoKey,
}

/// `stageInfo`, as far as it is needed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StageInfo {
    location_type: String,
    #[serde(default)]
    location: String,
    region: Option<String>,
    storage_account: Option<String>,
    end_point: Option<String>,
    presigned_url: Option<String>,
    #[serde(default)]
    creds: Option<BTreeMap<String, Value>>,
    is_client_side_encrypted: Option<bool>,
    use_regional_url: Option<bool>,
    use_virtual_url: Option<bool>,
}

impl StageInfo {
    /// The storage; of one file, where `url` is its own address. `near` says that Snowflake is a server on this machine.
    pub fn storage(
        &self,
        url: Option<&str>,
        material: Option<Material>,
        near: bool,
    ) -> Result<Storage, PlaceError> {
        if self.is_client_side_encrypted == Some(true) && material.is_none() {
            return Err(PlaceError::NoKey);
        }
        let material = material.filter(|_| self.is_client_side_encrypted != Some(false));
        let place = self.place(url.or(self.presigned_url.as_deref()))?;
        if place.is_near() && !near {
            return Err(PlaceError::Near);
        }
        Ok(Storage { place, material })
    }

    fn place(&self, url: Option<&str>) -> Result<Place, PlaceError> {
        let (name, prefix) = self
            .location
            .split_once('/')
            .unwrap_or((&self.location, ""));
        let prefix = match prefix {
            "" => String::new(),
            prefix => format!("{}/", prefix.trim_end_matches('/')),
        };
        match self.location_type.to_ascii_uppercase().as_str() {
            "GCS" => match (
                url.filter(|url| !url.is_empty()),
                self.cred("GCS_ACCESS_TOKEN"),
            ) {
                (_, Some(token)) => Ok(Place::Gcs {
                    base: self.google(name, &prefix),
                    token,
                }),
                (Some(url), None) => Ok(Place::Url {
                    url: url.to_owned(),
                }),
                (None, None) => Err(PlaceError::Field("creds")),
            },
            "AZURE" => {
                let account = self.storage_account.as_deref();
                let account = account.ok_or(PlaceError::Field("storageAccount"))?;
                let endpoint = self.endpoint().unwrap_or("core.windows.net");
                let signature = self.needed("AZURE_SAS_TOKEN")?;
                Ok(Place::Azure {
                    base: format!("https://{account}.blob.{endpoint}/{name}/{prefix}"),
                    signature: signature.trim_start_matches('?').to_owned(),
                })
            }
            "S3" => Ok(Place::S3(Bucket {
                endpoint: self.endpoint().map(str::to_owned),
                name: name.to_owned(),
                prefix,
                region: self
                    .region
                    .clone()
                    .unwrap_or_else(|| "us-east-1".to_owned()),
                key_id: self.needed("AWS_KEY_ID")?,
                secret: self.needed("AWS_SECRET_KEY")?,
                token: self.cred("AWS_TOKEN"),
            })),
            "LOCAL_FS" => Ok(Place::Folder {
                path: PathBuf::from(&self.location),
            }),
            other => Err(PlaceError::Kind(other.chars().take(32).collect())),
        }
    }

    fn google(&self, bucket: &str, prefix: &str) -> String {
        let region = self.region.as_deref().unwrap_or_default();
        let regional = self.use_regional_url == Some(true);
        let host = match self.endpoint() {
            Some(endpoint) => endpoint.trim_end_matches('/').to_owned(),
            None if self.use_virtual_url == Some(true) => {
                return format!("https://{bucket}.storage.googleapis.com/{prefix}");
            }
            None if regional || region.eq_ignore_ascii_case("me-central2") => {
                format!("storage.{}.rep.googleapis.com", region.to_ascii_lowercase())
            }
            None => "storage.googleapis.com".to_owned(),
        };
        let scheme = if host.contains("://") { "" } else { "https://" };
        format!("{scheme}{host}/{bucket}/{prefix}")
    }

    fn endpoint(&self) -> Option<&str> {
        self.end_point.as_deref().filter(|text| !text.is_empty())
    }

    fn cred(&self, name: &str) -> Option<String> {
        let value = self.creds.as_ref()?.get(name)?.as_str()?;
        (!value.is_empty()).then(|| value.to_owned())
    }

    fn needed(&self, name: &'static str) -> Result<String, PlaceError> {
        self.cred(name).ok_or(PlaceError::Field("creds"))
    }
}

impl Place {
    /// In clear, or a folder.
    fn is_near(&self) -> bool {
        let plain = |text: &str| Url::parse(text).is_ok_and(|url| url.scheme() != "https");
        match self {
            Self::Url { url } => plain(url),
            Self::Gcs { base, .. } | Self::Azure { base, .. } => plain(base),
            Self::S3(bucket) => bucket
                .endpoint
                .as_deref()
                .is_some_and(|endpoint| endpoint.starts_with("http://")),
            Self::Folder { .. } => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Place, PlaceError, StageInfo};

    fn place(info: Value, near: bool) -> Result<Place, PlaceError> {
        let info: StageInfo = serde_json::from_value(info).expect("a stage");
        info.storage(None, None, near).map(|storage| storage.place)
    }

    #[test]
    fn every_cloud_has_its_address() {
        let azure = json!({"locationType": "AZURE", "location": "box/a/b/", "storageAccount": "acc", "endPoint": "core.windows.net",
            "creds": {"AZURE_SAS_TOKEN": "?sig=1"}});
        assert!(
            matches!(place(azure, false), Ok(Place::Azure { base, signature })
            if base == "https://acc.blob.core.windows.net/box/a/b/" && signature == "sig=1")
        );
        let google = json!({"locationType": "GCS", "location": "box/a/", "creds": {"GCS_ACCESS_TOKEN": "t"}, "presignedUrl": ""});
        assert!(matches!(place(google, false), Ok(Place::Gcs { base, .. })
            if base == "https://storage.googleapis.com/box/a/"));
        let s3 = json!({"locationType": "S3", "location": "box/a", "region": "eu-west-1", "endPoint": null,
            "creds": {"AWS_KEY_ID": "k", "AWS_SECRET_KEY": "s", "AWS_TOKEN": "t"}});
        assert!(matches!(place(s3, false), Ok(Place::S3(bucket))
            if bucket.name == "box" && bucket.prefix == "a/" && bucket.endpoint.is_none()));
    }

    #[test]
    fn what_is_in_clear_is_for_tests_alone() {
        for info in [
            json!({"locationType": "LOCAL_FS", "location": "/tmp/x", "creds": {}}),
            json!({"locationType": "GCS", "location": "a/", "presignedUrl": "http://10.0.0.1/x", "creds": {}}),
        ] {
            assert!(place(info.clone(), true).is_ok(), "{info}");
            assert!(
                matches!(place(info.clone(), false), Err(PlaceError::Near)),
                "{info}"
            );
        }
    }

    #[test]
    fn what_lacks_something_is_not_used() {
        for (info, why) in [
            (
                json!({"locationType": "S3", "location": "a/", "creds": {}}),
                PlaceError::Field("creds"),
            ),
            (
                json!({"locationType": "GCS", "location": "a/", "creds": {}}),
                PlaceError::Field("creds"),
            ),
            (
                json!({"locationType": "FTP", "location": "a/"}),
                PlaceError::Kind("FTP".to_owned()),
            ),
            (
                json!({"locationType": "S3", "location": "a/", "isClientSideEncrypted": true, "creds": {}}),
                PlaceError::NoKey,
            ),
        ] {
            assert_eq!(place(info.clone(), true).err(), Some(why), "{info}");
        }
    }
}
