//! Whether the files a configuration names are as they were.
//!
//! Enters: a configuration. Leaves: what its files look like from outside: a later look tells whether any was changed. Never here:
//! what is in them.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use access::policy::SETTINGS_FILE;
use door::{Secret, Tls};
use gateway::config::Auth;

use crate::config::Config;

/// What one file looks like; none where there is none. A file that another one takes the place of differs, also where a mounted
/// folder turns to another version by a link.
type Look = Option<(u64, u64, u64, i64, i64, i64, i64)>;

/// What files look like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looks(BTreeMap<PathBuf, Look>);

impl Looks {
    /// Looks at everything that `config`, read from `path`, names and that may change while it runs.
    pub fn at(path: &Path, config: &Config) -> Self {
        let mut looks = Self::default();
        looks.add(path);
        for file in files(config) {
            looks.add(file);
        }
        if let Some(policy) = &config.policy {
            looks.add_folder(&policy.folder, |name| {
                name.ends_with(".cedar") || name == SETTINGS_FILE
            });
        }
        if let Some(detections) = &config.detections {
            looks.add_folder(&detections.folder, |name| name.ends_with(".toml"));
        }
        looks
    }

    fn add(&mut self, path: &Path) {
        let look = std::fs::metadata(path).ok().map(|file| {
            (
                file.dev(),
                file.ino(),
                file.size(),
                file.mtime(),
                file.mtime_nsec(),
                file.ctime(),
                file.ctime_nsec(),
            )
        });
        self.0.insert(path.to_owned(), look);
    }

    /// The files in it whose names are `wanted`.
    fn add_folder(&mut self, folder: &Path, wanted: impl Fn(&str) -> bool) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if wanted(&entry.file_name().to_string_lossy()) {
                self.add(&entry.path());
            }
        }
    }

    /// Whether a file below `folder` is not as it is in `other`, or in one of the two only.
    pub fn differs_below(&self, other: &Self, folder: &Path) -> bool {
        let below = |looks: &Self| -> Vec<(PathBuf, Look)> {
            let all = looks.0.iter().filter(|(path, _)| path.starts_with(folder));
            all.map(|(path, look)| (path.clone(), *look)).collect()
        };
        below(self) != below(other)
    }
}

fn files(config: &Config) -> Vec<&Path> {
    let mut files: Vec<&Path> = Vec::new();
    if let Some(gateway) = &config.gateway {
        files.extend(certificate(gateway.tls.as_ref()));
        files.extend(gateway.upstream_ca.as_deref());
        files.extend(gateway.sealing.iter().filter_map(|key| key.file.as_deref()));
        for connection in gateway.connections.values() {
            files.extend(secret(match &connection.auth {
                Auth::KeyPair(stored) | Auth::Pat(stored) | Auth::Password(stored) => stored,
            }));
        }
    }
    files.extend(certificate(config.query.tls.as_ref()));
    if let Some(policy) = &config.policy {
        files.extend(policy.catalog.iter().map(PathBuf::as_path));
    }
    files.extend(config.masking.key.as_ref().and_then(secret));
    files.extend(config.masking.rules.as_deref());
    files.extend(config.find.keys.iter().filter_map(secret));
    files
}

fn certificate(tls: Option<&Tls>) -> impl Iterator<Item = &Path> {
    let tls = tls.into_iter();
    tls.flat_map(|tls| [tls.cert.as_path(), tls.key.as_path()])
}

fn secret(secret: &Secret) -> Option<&Path> {
    secret.file.as_deref()
}

/// Whether any secret that may change while it runs is printed by a command: no file tells of its change.
pub fn asks_commands(config: &Config) -> bool {
    let gateway = config.gateway.as_ref();
    let sealing = gateway.is_some_and(|gateway| {
        let credentials = gateway.connections.values().any(|one| match &one.auth {
            Auth::KeyPair(stored) | Auth::Pat(stored) | Auth::Password(stored) => {
                stored.command.is_some()
            }
        });
        credentials || gateway.sealing.iter().any(|key| key.command.is_some())
    });
    let keys = config.masking.key.iter().chain(&config.find.keys);
    sealing || keys.into_iter().any(|key| key.command.is_some())
}
