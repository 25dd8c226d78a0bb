//! Where an archive lies: a local folder or an S3 bucket, as an object store and its URL.
//!
//! Enters: the configured location and its options; S3 credentials come from the environment unless given.
//! Leaves: a store whose creates are atomic and durable. Never here: credentials in a message or a log line.

use std::collections::BTreeMap;
use std::fmt;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::Arc;

use futures::StreamExt as _;
use object_store::ObjectStore;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey, S3ConditionalPut};
use object_store::prefix::PrefixStore;
use serde::Deserialize;
use url::Url;

use super::durable::{DurableLocal, FOLDER_MODE};

/// Configuration of an archive.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArchiveConfig {
    /// A folder (`/var/lib/firn/archive`, `file:///…`) or `s3://bucket/prefix`.
    pub url: String,
    /// For S3: `endpoint`, `region`, `access_key_id`, `secret_access_key`, `allow_http` and the like; those that are
    /// not given come from the `AWS_*` environment.
    #[serde(default)]
    pub options: BTreeMap<String, String>,
}

/// Names the options without their values: some are secrets.
impl fmt::Debug for ArchiveConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ArchiveConfig")
            .field("url", &self.url)
            .field("options", &self.options.keys().collect::<Vec<_>>())
            .finish()
    }
}

impl ArchiveConfig {
    /// Refuses what no archive can be at, without looking whether there is one: nothing is made, and no store is asked.
    pub fn check(&self) -> Result<(), LocationError> {
        if self.url.starts_with("s3://") {
            bucket(self)?;
            let mut names = self.options.keys();
            return names.try_for_each(|name| option(name).map(drop));
        }
        folder(self).map(drop)
    }
}

/// Why a location cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LocationError {
    /// Not a folder and not an S3 URL.
    #[error("archive url {url:?} must be a folder or s3://bucket/prefix: {detail}")]
    Url {
        /// As configured.
        url: String,
        /// What is wrong.
        detail: String,
    },
    /// An option that no store knows.
    #[error("archive option {0:?} is unknown; see AWS_* names in lower case without the prefix")]
    Option(String),
    /// Options are for S3 only.
    #[error("a local archive takes no options, remove {0:?}")]
    LocalOption(String),
    /// The folder cannot be made or read.
    #[error("archive folder {path:?} cannot be used: {source}")]
    Folder {
        /// The folder.
        path: String,
        /// What the system or the library said.
        source: std::io::Error,
    },
    /// The store does not answer, or not as it should.
    #[error("archive store: {0}")]
    Ask(object_store::Error),
    /// The store refused its options.
    #[error("archive store cannot be set up: {0}")]
    Store(object_store::Error),
}

/// A store whose paths begin at the place that `config` names; a folder is made when missing. For what is no archive, and yet must be
/// as durable as one.
pub fn place(config: &ArchiveConfig) -> Result<Arc<dyn ObjectStore>, LocationError> {
    let Location { root, url } = Location::open(config)?;
    let path = object_store::path::Path::from_url_path(url.path());
    let path = path.map_err(|error| LocationError::Url {
        url: config.url.clone(),
        detail: error.to_string(),
    })?;
    Ok(Arc::new(PrefixStore::new(root, path)))
}

/// Whether anything is where `config` says; nothing is made there.
pub async fn look(config: &ArchiveConfig) -> Result<bool, LocationError> {
    if !config.url.starts_with("s3://") {
        let path = folder(config)?;
        return match std::fs::read_dir(&path) {
            Ok(mut entries) => Ok(entries.next().is_some()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(source) => Err(LocationError::Folder {
                path: path.display().to_string(),
                source,
            }),
        };
    }
    let mut listed = place(config)?.list(None);
    match listed.next().await {
        None => Ok(false),
        Some(found) => found.map(|_| true).map_err(LocationError::Ask),
    }
}

/// The local folder that `config` names.
fn folder(config: &ArchiveConfig) -> Result<PathBuf, LocationError> {
    let wrong = |detail: String| LocationError::Url {
        url: config.url.clone(),
        detail,
    };
    if let Some(name) = config.options.keys().next() {
        return Err(LocationError::LocalOption(name.clone()));
    }
    match config.url.split_once("://") {
        None => Ok(PathBuf::from(&config.url)),
        Some(("file", _)) => {
            let path = Url::parse(&config.url).ok();
            let path = path.and_then(|url| url.to_file_path().ok());
            path.ok_or_else(|| wrong("not a local path".to_owned()))
        }
        Some((scheme, _)) => Err(wrong(format!("scheme {scheme:?} is not supported"))),
    }
}

/// The bucket that `config` names, and the folder in it.
fn bucket(config: &ArchiveConfig) -> Result<Url, LocationError> {
    let wrong = |detail: String| LocationError::Url {
        url: config.url.clone(),
        detail,
    };
    let mut url = Url::parse(&config.url).map_err(|error| wrong(error.to_string()))?;
    if url.host_str().is_none_or(str::is_empty) {
        return Err(wrong("the bucket is missing".to_owned()));
    }
    let folder = format!("{}/", url.path().trim_end_matches('/'));
    url.set_path(&folder);
    Ok(url)
}

/// What the store calls an option.
fn option(name: &str) -> Result<AmazonS3ConfigKey, LocationError> {
    let unknown = |_| LocationError::Option(name.to_owned());
    name.parse().map_err(unknown)
}

/// A store and the URL of the archive's folder in it.
#[derive(Clone, Debug)]
pub(super) struct Location {
    /// Paths in it begin at the bucket or at the file system's root.
    pub(super) root: Arc<dyn ObjectStore>,
    /// Ends in a slash.
    pub(super) url: Url,
}

impl Location {
    /// Finds, and for a folder makes, the place `config` names.
    pub(super) fn open(config: &ArchiveConfig) -> Result<Self, LocationError> {
        match config.url.split_once("://") {
            Some(("s3", _)) => Self::s3(config),
            _ => Self::folder(config),
        }
    }

    fn folder(config: &ArchiveConfig) -> Result<Self, LocationError> {
        let path = folder(config)?;
        let fault = |source| LocationError::Folder {
            path: path.display().to_string(),
            source,
        };
        std::fs::create_dir_all(&path).map_err(fault)?;
        let closed = std::fs::Permissions::from_mode(FOLDER_MODE);
        // One that somebody else owns is theirs to close.
        if let Err(error) = std::fs::set_permissions(&path, closed) {
            tracing::warn!(folder = %path.display(), %error, "others of this machine may look into the archive");
        }
        let path = path.canonicalize().map_err(fault)?;
        let url = Url::from_directory_path(&path).map_err(|()| LocationError::Url {
            url: config.url.clone(),
            detail: "not an absolute path".to_owned(),
        })?;
        Ok(Self {
            root: Arc::new(DurableLocal::new()),
            url,
        })
    }

    fn s3(config: &ArchiveConfig) -> Result<Self, LocationError> {
        let url = bucket(config)?;
        let mut builder = AmazonS3Builder::from_env()
            .with_url(format!("s3://{}", url.host_str().unwrap_or_default()));
        for (name, value) in &config.options {
            builder = builder.with_config(option(name)?, value);
        }
        // Every create must be conditional, whatever the environment says: exactly once rests on it.
        let store = builder
            .with_conditional_put(S3ConditionalPut::ETagMatch)
            .build()
            .map_err(LocationError::Store)?;
        Ok(Self {
            root: Arc::new(store),
            url,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_archive_can_be_at_is_refused_without_a_look() {
        for (url, option, refused) in [
            ("gs://bucket/firn", None, Some("\"gs\" is not supported")),
            ("ftp://host/firn", None, Some("\"ftp\" is not supported")),
            ("s3:///firn", None, Some("bucket")),
            ("s3://bucket/firn", Some("regoin"), Some("regoin")),
            ("no/such/folder", Some("region"), Some("takes no options")),
            ("s3://bucket/firn", Some("region"), None),
            ("no/such/folder", None, None),
            ("file:///no/such/folder", None, None),
        ] {
            let options = option.map(|name| (name.to_owned(), "x".to_owned()));
            let config = ArchiveConfig {
                url: url.to_owned(),
                options: options.into_iter().collect(),
            };
            let told = config.check().map_err(|error| error.to_string());
            match refused {
                None => assert_eq!(told, Ok(()), "{url}"),
                Some(part) => assert!(told.unwrap_err().contains(part), "{url} {option:?}"),
            }
        }
        assert!(!std::path::Path::new("no/such/folder").exists());
    }
}
