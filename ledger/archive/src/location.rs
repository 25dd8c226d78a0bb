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
use object_store::aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey, Checksum, S3ConditionalPut};
use object_store::client::ReqwestConnector;
use object_store::prefix::PrefixStore;
use serde::Deserialize;
use url::Url;

use super::blooms::Blooms;
use super::durable::{DurableLocal, FOLDER_MODE};
use super::limits::LOCK_DAYS_MAX;
use super::lock::{Keys, ObjectLock};

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
    /// For S3: how long the bucket lets nobody delete or replace a file of the record. The bucket must have Object Lock on.
    #[serde(default)]
    pub object_lock: Option<ObjectLock>,
}

/// Names the options without their values: some are secrets.
impl fmt::Debug for ArchiveConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ArchiveConfig")
            .field("url", &self.url)
            .field("options", &self.options.keys().collect::<Vec<_>>())
            .field("object_lock", &self.object_lock)
            .finish()
    }
}

impl ArchiveConfig {
    /// Refuses what no archive can be at, without looking whether there is one: nothing is made, and no store is asked.
    pub fn check(&self) -> Result<(), LocationError> {
        if self.url.starts_with("s3://") {
            bucket(self)?;
            let days = self.object_lock.map(|lock| lock.days);
            if let Some(days) = days
                && !(1..=LOCK_DAYS_MAX).contains(&days)
            {
                return Err(LocationError::LockDays(days));
            }
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
    /// A folder locks nothing.
    #[error(
        "a folder cannot lock what is in it, only an S3 bucket can: remove object_lock, or give an s3:// url"
    )]
    LocalLock,
    /// A lock that no bucket takes.
    #[error(
        "object_lock days must be 1 to {LOCK_DAYS_MAX}, not {0}; to lock nothing, leave object_lock out"
    )]
    LockDays(u32),
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
    let Location { root, url, .. } = Location::open(config)?;
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
    if config.object_lock.is_some() {
        return Err(LocationError::LocalLock);
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
    /// What is known of the files there.
    pub(super) blooms: Arc<Blooms>,
}

impl Location {
    /// The folder at `url` in the store `root`.
    pub(super) fn of(root: Arc<dyn ObjectStore>, url: Url) -> Self {
        Self {
            root,
            url,
            blooms: Arc::default(),
        }
    }

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
        Ok(Self::of(Arc::new(DurableLocal::new()), url))
    }

    fn s3(config: &ArchiveConfig) -> Result<Self, LocationError> {
        let (store, _, url) = s3(config)?;
        Ok(Self::of(Arc::new(store), url))
    }
}

/// The store of the bucket that `config` names, what signs its locks if it is to lock, and the archive's folder in it.
pub(super) fn s3(
    config: &ArchiveConfig,
) -> Result<(AmazonS3, Option<Arc<Keys>>, Url), LocationError> {
    let url = bucket(config)?;
    let mut builder = AmazonS3Builder::from_env()
        .with_url(format!("s3://{}", url.host_str().unwrap_or_default()));
    for (name, value) in &config.options {
        builder = builder.with_config(option(name)?, value);
    }
    // Every create must be conditional, whatever the environment says: exactly once rests on it.
    builder = builder.with_conditional_put(S3ConditionalPut::ETagMatch);
    let Some(lock) = config.object_lock else {
        let store = builder.build().map_err(LocationError::Store)?;
        return Ok((store, None, url));
    };
    // The library's own default where nothing says one.
    let region = builder.get_config_value(&AmazonS3ConfigKey::Region);
    let keys = Keys::new(region.unwrap_or_else(|| "us-east-1".to_owned()));
    let store = builder
        // S3 refuses a locked object whose bytes it cannot check.
        .with_checksum_algorithm(Checksum::SHA256)
        .with_http_connector(keys.connector(lock, ReqwestConnector::default()))
        .build()
        .map_err(LocationError::Store)?;
    keys.take(&store);
    Ok((store, Some(keys), url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_of_buckets_and_of_so_many_days() {
        for (url, days, refused) in [
            ("no/such/folder", 30, Some("a folder cannot lock")),
            ("file:///no/such/folder", 30, Some("a folder cannot lock")),
            ("s3://bucket/firn", 0, Some("1 to 36500, not 0")),
            ("s3://bucket/firn", 36_501, Some("not 36501")),
            ("s3://bucket/firn", 1, None),
            ("s3://bucket/firn", 36_500, None),
        ] {
            let text = format!(
                "url = \"{url}\"\nobject_lock = {{ mode = \"compliance\", days = {days} }}"
            );
            let config: ArchiveConfig = toml::from_str(&text).unwrap();
            let told = config.check().map_err(|error| error.to_string());
            match refused {
                None => assert_eq!(told, Ok(()), "{url}"),
                Some(part) => assert!(told.unwrap_err().contains(part), "{url} {days}"),
            }
        }
        for wrong in [
            "{ mode = \"forever\", days = 1 }",
            "{ mode = \"compliance\" }",
            "{ days = 1 }",
            "{ mode = \"governance\", days = 1, hold = true }",
        ] {
            let text = format!("url = \"s3://bucket/firn\"\nobject_lock = {wrong}");
            assert!(toml::from_str::<ArchiveConfig>(&text).is_err(), "{wrong}");
        }
    }

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
                object_lock: None,
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
