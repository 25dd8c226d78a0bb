//! The journal's folder: what it says of itself, who may write to it, how far each partition is durable, how it was closed.
//!
//! Enters: a path. Leaves: the files beside the segments: `journal.json`, `lock`, `durable`, `closed.json`.
//! Never here: records.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::OpenError;
use crate::{Partition, Topic};

const VERSION: u32 = 1;
const MARK: usize = 16;

/// `journal.json`: fixed when the folder is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Layout {
    version: u32,
    pub events: u32,
    pub control: u32,
}

impl Layout {
    pub(super) const fn new(events: u32, control: u32) -> Self {
        Self {
            version: VERSION,
            events,
            control,
        }
    }

    pub(super) const fn count(&self, topic: Topic) -> u32 {
        match topic {
            Topic::Events => self.events,
            Topic::Control => self.control,
        }
    }

    /// Every partition, in the order of their marks.
    pub(super) fn partitions(&self) -> Vec<Partition> {
        Topic::ALL
            .into_iter()
            .flat_map(|topic| (0..self.count(topic)).map(move |number| Partition { topic, number }))
            .collect()
    }

    pub(super) fn read(folder: &Path) -> Result<Self, OpenError> {
        let path = folder.join("journal.json");
        let text = fs::read(&path).map_err(|error| OpenError::io("read", &path, error))?;
        let layout: Self = serde_json::from_slice(&text).map_err(|error| OpenError::Foreign {
            path: path.clone(),
            detail: error.to_string(),
        })?;
        if layout.version != VERSION {
            let detail = format!("version {} is not one this build reads", layout.version);
            return Err(OpenError::Foreign { path, detail });
        }
        Ok(layout)
    }

    /// Makes the folder, or checks that it was made with the same partitions.
    pub(super) fn read_or_write(folder: &Path, wanted: Self) -> Result<Self, OpenError> {
        if !folder.join("journal.json").exists() {
            let text = serde_json::to_vec(&wanted).unwrap_or_default();
            write_whole(&folder.join("journal.json"), &text)
                .map_err(|error| OpenError::io("write", &folder.join("journal.json"), error))?;
        }
        let found = Self::read(folder)?;
        if found != wanted {
            return Err(OpenError::Partitions {
                folder: folder.to_owned(),
                found: found.events,
                wanted: wanted.events,
            });
        }
        Ok(found)
    }
}

/// The partition's folder.
pub(super) fn partition_folder(folder: &Path, partition: Partition) -> PathBuf {
    folder
        .join(partition.topic.name())
        .join(partition.number.to_string())
}

/// Nobody but firn's own user reads the journal, …
pub(super) const FILE_MODE: u32 = 0o600;
/// … or looks into its folders.
const FOLDER_MODE: u32 = 0o700;

/// Closes the journal's own folder to others, whoever made it and when.
pub(super) fn close_to_others(folder: &Path) -> io::Result<()> {
    fs::set_permissions(folder, fs::Permissions::from_mode(FOLDER_MODE))
}

/// Held by the one process that writes; released by the kernel when it ends, however it ends.
pub(super) struct Lock(#[allow(dead_code, reason = "holding the file is holding the lock")] File);

impl Lock {
    pub(super) fn take(folder: &Path) -> Result<Self, OpenError> {
        let path = folder.join("lock");
        let io = |error| OpenError::io("lock", &path, error);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(FILE_MODE)
            .open(&path)
            .map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Who holds it is a courtesy; not knowing changes nothing.
                let _ = file.read_to_string(&mut holder);
                return Err(OpenError::Locked {
                    folder: folder.to_owned(),
                    holder: holder.trim().to_owned(),
                });
            }
            Err(TryLockError::Error(error)) => return Err(io(error)),
        }
        file.set_len(0).map_err(io)?;
        writeln!(file, "process {}", std::process::id()).map_err(io)?;
        Ok(Self(file))
    }
}

/// How far each partition is durable, for readers in other processes, and for the owner's next open. Not synced: after a machine's crash it may
/// say less than there is.
pub(super) struct Marks(File);

impl Marks {
    pub(super) fn create(folder: &Path, ends: &[u64]) -> io::Result<Self> {
        let marks = Self(
            OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .mode(FILE_MODE)
                .open(folder.join("durable"))?,
        );
        for (number, &end) in ends.iter().enumerate() {
            marks.set(number, end)?;
        }
        Ok(marks)
    }

    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        File::open(folder.join("durable")).map(Self)
    }

    pub(super) fn set(&self, number: usize, end: u64) -> io::Result<()> {
        let mut mark = [0; MARK];
        mark[..8].copy_from_slice(&end.to_le_bytes());
        mark[8..].copy_from_slice(&(!end).to_le_bytes());
        self.0.write_all_at(&mark, (number * MARK) as u64)
    }

    /// How far each of so many partitions was said to be durable when nobody had the folder open: a mark is set after its records' sync
    /// and before their answers, so whatever stood below it was acknowledged, or was about to be. 0 where nothing is said: a mark may be
    /// old or torn after a crash, and is never ahead.
    pub(super) fn left(folder: &Path, partitions: usize) -> io::Result<Vec<u64>> {
        let marks = match Self::open(folder) {
            Ok(marks) => marks,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(vec![0; partitions]);
            }
            Err(error) => return Err(error),
        };
        let mark = |number| match marks.get(number) {
            Ok(mark) => Ok(mark.unwrap_or(0)),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(0),
            Err(error) => Err(error),
        };
        (0..partitions).map(mark).collect()
    }

    /// None while it is being written.
    pub(super) fn get(&self, number: usize) -> io::Result<Option<u64>> {
        let mut mark = [0; MARK];
        self.0.read_exact_at(&mut mark, (number * MARK) as u64)?;
        let [end, inverse] = [0, 8].map(|at| {
            let mut word = [0; 8];
            word.copy_from_slice(&mark[at..at + 8]);
            u64::from_le_bytes(word)
        });
        Ok((end == !inverse).then_some(end))
    }
}

/// `closed.json`: where each partition ended when the journal was closed in order. There, a shorter log is damage, not a torn tail.
pub(super) fn read_closed(folder: &Path) -> io::Result<BTreeMap<String, u64>> {
    match fs::read(folder.join("closed.json")) {
        Ok(text) => serde_json::from_slice(&text).map_err(io::Error::other),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(error),
    }
}

pub(super) fn write_closed(folder: &Path, ends: &BTreeMap<String, u64>) -> io::Result<()> {
    let text = serde_json::to_vec(ends).map_err(io::Error::other)?;
    write_whole(&folder.join("closed.json"), &text)
}

pub(super) fn remove_closed(folder: &Path) -> io::Result<()> {
    match fs::remove_file(folder.join("closed.json")) {
        Ok(()) => sync_folder(folder),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Writes a file so that after a crash it is there whole or not at all.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = path.with_extension("new");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(FILE_MODE)
        .open(&fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&fresh, path)?;
    sync_folder(path.parent().unwrap_or(Path::new(".")))
}

/// Makes the folder's entries durable.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Makes a folder and what leads to it, durably.
pub(super) fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
    {
        make_folder(parent)?;
    }
    match DirBuilder::new().mode(FOLDER_MODE).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    sync_folder(
        folder
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
            .unwrap_or(Path::new(".")),
    )
}
