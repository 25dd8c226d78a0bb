//! The last good reading of each account, in the data folder: a start without Snowflake works with it.
//!
//! Enters: snapshots. Leaves: files that only their owner may read, whole or as they were before. Never here: a reading of another
//! account, or of other databases, taken for this one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use access::catalog::live::Snapshot;
use event::TimeNs;
use serde::{Deserialize, Serialize};

use crate::limits::CATALOG_KEPT_BYTES_MAX;

/// The form of the file.
const FORMAT: u32 = 1;

/// A reading as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    format: u32,
    /// What it is a reading of.
    pub ground: String,
    /// When it began.
    pub read_at: TimeNs,
    /// How far the control topic was folded then.
    pub place: u64,
    /// What the account said.
    pub snapshot: Snapshot,
}

impl Reading {
    /// A reading of `ground`.
    pub const fn new(ground: String, read_at: TimeNs, place: u64, snapshot: Snapshot) -> Self {
        Self {
            format: FORMAT,
            ground,
            read_at,
            place,
            snapshot,
        }
    }
}

/// Where readings are kept.
#[derive(Clone, Debug)]
pub struct Kept {
    folder: PathBuf,
}

impl Kept {
    /// In a folder of `data`.
    pub fn new(data: &Path) -> Self {
        Self {
            folder: data.join("catalog"),
        }
    }

    /// The file of a connection.
    pub fn path(&self, connection: &str) -> PathBuf {
        // A connection's name may hold anything that TOML lets it.
        self.folder
            .join(format!("{}.json", hex::encode(connection)))
    }

    /// The last reading of the connection; none where there is none.
    pub fn load(&self, connection: &str) -> io::Result<Option<Reading>> {
        let file = match File::open(self.path(connection)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        if file.metadata()?.len() > CATALOG_KEPT_BYTES_MAX {
            return Err(io::Error::other("it is too large to be one"));
        }
        let reading: Reading = serde_json::from_reader(BufReader::new(file))?;
        Ok(Some(reading).filter(|reading| reading.format == FORMAT))
    }

    /// Keeps a reading in place of the one before.
    pub fn save(&self, connection: &str, reading: &Reading) -> io::Result<()> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)?;
        let path = self.path(connection);
        let beside = path.with_extension("new");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        let mut file = BufWriter::new(options.open(&beside)?);
        serde_json::to_writer(&mut file, reading)?;
        file.flush()?;
        file.get_ref().sync_all()?;
        fs::rename(&beside, &path)
    }

    /// Forgets it: the connection is read no more.
    pub fn remove(&self, connection: &str) -> io::Result<()> {
        match fs::remove_file(self.path(connection)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_reading_is_kept_for_its_owner_alone() {
        let data = tempfile::tempdir().unwrap();
        let kept = Kept::new(data.path());
        assert!(kept.load("a/../b").unwrap().is_none());
        let reading = Reading::new("ground".to_owned(), TimeNs(7), 3, Snapshot::default());
        kept.save("a/../b", &reading).unwrap();
        let again = kept.load("a/../b").unwrap().unwrap();
        assert_eq!((again.ground.as_str(), again.place), ("ground", 3));
        let file = kept.path("a/../b");
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
        fs::write(&file, "half a fi").unwrap();
        assert!(kept.load("a/../b").is_err());
        kept.remove("a/../b").unwrap();
        assert!(kept.load("a/../b").unwrap().is_none());
    }
}
