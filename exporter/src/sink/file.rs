//! Files of lines in a folder.
//!
//! Enters: records. Leaves: one line each, on disk before they are acknowledged. Never here: a line in a file of another process, or
//! a file that is written to again after a crash: what was torn there stays the last, unended line.

use std::collections::HashMap;
use std::fs;
use std::io::{self, BufRead as _, Write as _};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use async_trait::async_trait;
use chrono::{DateTime, SecondsFormat};
use event::TimeNs;
use journal::clock::{Clock as _, SystemClock};
use parking_lot::Mutex;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::inventory::{Counted, Inventory};
use super::{Receipt, SendError, Sink};
use crate::connection::BuildError;
use crate::format::{self, Format};
use crate::plan::Record;
use crate::time::nanos;

/// What a file's name ends in; records of other formats than JSON are lines too.
const ENDING: &str = "jsonl";
/// A file may be as much older than its last record by this machine's time, clocks being what they are.
const CLOCKS: Duration = Duration::from_secs(3_600);

/// Another file begins beyond this many bytes, unless configured.
pub const fn rotate_bytes() -> usize {
    256 * 1024 * 1024
}

/// Another file begins when the last is this old, unless configured.
pub const fn rotate_age() -> Duration {
    Duration::from_secs(24 * 3600)
}

/// `to.file`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileTarget {
    /// The folder; made when missing.
    pub folder: PathBuf,
    /// Another file begins beyond this many bytes.
    #[serde(
        default = "rotate_bytes",
        deserialize_with = "crate::connection::human::size"
    )]
    pub rotate_bytes: usize,
    /// Another file begins when the last is this old.
    #[serde(
        default = "rotate_age",
        deserialize_with = "crate::connection::human::duration"
    )]
    pub rotate_age: Duration,
}

/// A folder of files.
pub struct File(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    rotate_bytes: usize,
    rotate_age: Duration,
    /// A line is an object, and says its id.
    json: bool,
    current: Mutex<Option<Current>>,
}

struct Current {
    file: fs::File,
    bytes: usize,
    begun: TimeNs,
}

impl File {
    /// Writes records in `format` into the folder of `to`, which is made when missing.
    pub fn open(to: &FileTarget, format: Format) -> Result<Self, BuildError> {
        let folder = &to.folder;
        fs::create_dir_all(folder)
            .map_err(|error| BuildError::Place(format!("folder {}: {error}", folder.display())))?;
        Ok(Self(Arc::new(Inner {
            folder: folder.clone(),
            rotate_bytes: to.rotate_bytes,
            rotate_age: to.rotate_age,
            json: format.is_json(),
            current: Mutex::default(),
        })))
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> io::Result<T> + Send + 'static,
    ) -> Result<T, SendError> {
        let inner = Arc::clone(&self.0);
        let folder = inner.folder.display().to_string();
        match tokio::task::spawn_blocking(move || work(&inner)).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => Err(SendError::later(format!("folder {folder}: {error}"))),
            Err(error) => Err(SendError::later(error.to_string())),
        }
    }
}

impl Inner {
    fn append(&self, lines: &[u8], now: TimeNs) -> io::Result<()> {
        let mut held = self.current.lock();
        let age = nanos(self.rotate_age);
        let full = held.as_ref().is_some_and(|current| {
            current.bytes >= self.rotate_bytes || now.0.saturating_sub(current.begun.0) >= age
        });
        // After a failed write nobody knows what the file ends in: another one begins.
        let mut current = match held.take() {
            Some(current) if !full => current,
            _ => self.begin(now)?,
        };
        current.file.write_all(lines)?;
        current.file.sync_data()?;
        current.bytes += lines.len();
        *held = Some(current);
        Ok(())
    }

    /// How often a line has an id, by the field that has it in its format; of the files that were written to after `since`: what happened
    /// later is in no other, and a look at a day must not cost all that was ever exported.
    fn count(&self, since: TimeNs) -> io::Result<HashMap<String, u64>> {
        let mut counted = HashMap::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let path = entry.path();
            if path.extension().is_none_or(|ending| ending != ENDING) {
                continue;
            }
            let written = entry.metadata()?.modified()?;
            // What is older than 1970 is not known to be old.
            let written = written.duration_since(UNIX_EPOCH).ok();
            if written.is_some_and(|written| nanos(written + CLOCKS) < since.0) {
                continue;
            }
            let mut lines = io::BufReader::new(fs::File::open(path)?);
            let mut line = Vec::new();
            while lines.read_until(b'\n', &mut line)? > 0 {
                // A line that was torn by a crash, in the middle of a letter perhaps, is no object; it was sent again.
                if let Ok(said) = serde_json::from_slice::<Value>(&line)
                    && let Some(id) = format::id_of(&said)
                {
                    *counted.entry(id.to_owned()).or_default() += 1;
                }
                line.clear();
            }
        }
        Ok(counted)
    }

    fn begin(&self, now: TimeNs) -> io::Result<Current> {
        let time = DateTime::from_timestamp_nanos(now.0);
        let time = time.to_rfc3339_opts(SecondsFormat::Millis, true);
        let time = time.replace([':', '-'], "");
        let mine = Uuid::new_v4().simple().to_string();
        let name = format!("firn-{time}-{}.{ENDING}", &mine[..8]);
        let path = self.folder.join(name);
        let mut options = fs::OpenOptions::new();
        options.append(true).create_new(true);
        let file = options.open(path)?;
        fs::File::open(&self.folder)?.sync_all()?;
        Ok(Current {
            file,
            bytes: 0,
            begun: now,
        })
    }
}

#[async_trait]
impl Sink for File {
    async fn send(&self, batch: &[Record]) -> Result<Receipt, SendError> {
        let mut lines = Vec::new();
        for record in batch {
            lines.extend_from_slice(&record.bytes);
            lines.push(b'\n');
        }
        let now = SystemClock.now();
        self.blocking(move |inner| inner.append(&lines, now))
            .await?;
        Ok(Receipt::default())
    }

    async fn inventory(
        &self,
        time: Range<TimeNs>,
    ) -> Result<Option<Box<dyn Inventory + '_>>, SendError> {
        // Of other lines only whoever parses them knows which they are: to find none of them would be to call all of them missing.
        if !self.0.json {
            return Ok(None);
        }
        let counted = self.blocking(move |inner| inner.count(time.start)).await?;
        Ok(Some(Box::new(Counted(counted))))
    }

    async fn probe(&self) -> Result<String, SendError> {
        self.blocking(|inner| {
            let path = inner.folder.join(format!(".firn-{}", Uuid::new_v4()));
            fs::write(&path, b"")?;
            fs::remove_file(&path)?;
            Ok(format!(
                "folder {} can be written to",
                inner.folder.display()
            ))
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use super::*;

    const TIME: Range<TimeNs> = TimeNs(0)..TimeNs(1);

    fn file(folder: &Path, format: Format) -> File {
        let to = FileTarget {
            folder: folder.to_owned(),
            rotate_bytes: rotate_bytes(),
            rotate_age: rotate_age(),
        };
        File::open(&to, format).unwrap()
    }

    #[tokio::test]
    async fn a_line_torn_in_the_middle_of_a_letter_is_none_and_hides_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let mut lines = b"{\"metadata\":{\"uid\":\"a\"}}\n".to_vec();
        lines.extend_from_slice(b"{\"metadata\":{\"uid\":\"b\xc3");
        fs::write(folder.path().join("firn-1.jsonl"), lines).unwrap();
        let sink = file(folder.path(), Format::Ocsf);
        let mut inventory = sink.inventory(TIME).await.unwrap().unwrap();
        let ids = ["a", "b"].map(str::to_owned);
        let found = inventory.count(&ids, TIME).await.unwrap();
        assert_eq!(found, BTreeMap::from([("a".to_owned(), 1)]));
    }

    #[tokio::test]
    async fn files_that_were_left_before_the_span_are_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let day = Duration::from_secs(24 * 3_600);
        for (name, days) in [("a", 10), ("b", 11), ("c", 12)] {
            let path = folder.path().join(format!("firn-{name}.jsonl"));
            let line = format!("{{\"metadata\":{{\"uid\":\"{name}\"}}}}\n");
            fs::write(&path, line).unwrap();
            let file = fs::File::options().append(true).open(&path).unwrap();
            file.set_modified(UNIX_EPOCH + day * days).unwrap();
        }
        let sink = file(folder.path(), Format::Ocsf);
        let ids = ["a", "b", "c"].map(str::to_owned);
        let found = async |begin: Duration| {
            let time = TimeNs(nanos(begin))..TimeNs(i64::MAX);
            let mut inventory = sink.inventory(time.clone()).await.unwrap().unwrap();
            let found = inventory.count(&ids, time).await.unwrap();
            found.into_keys().collect::<Vec<_>>().concat()
        };
        assert_eq!(found(day * 10).await, "abc");
        // The clock of this machine may be behind.
        assert_eq!(found(day * 11 + CLOCKS).await, "bc");
        assert_eq!(found(day * 12).await, "c");
        assert_eq!(found(day * 13).await, "");
    }

    #[tokio::test]
    async fn lines_that_say_no_id_are_not_taken_for_missing() {
        let folder = tempfile::tempdir().unwrap();
        for format in [Format::Cef, Format::Leef] {
            let sink = file(folder.path(), format);
            assert!(sink.inventory(TIME).await.unwrap().is_none(), "{format:?}");
        }
    }
}
