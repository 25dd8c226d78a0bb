//! What the log of a sealed table lists: files, the steps they hold, the rows of them that were replaced.
//!
//! Enters: `add` actions. Leaves: files in the order of their steps, the watermark they reach. Never here: I/O, or a file whose
//! word is half understood: then the table is not used, and everything is folded from the events.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::{max_string, min_string};
use deltalake::kernel::Add;

use super::{Dead, Watermark};
use crate::stats::Stats;

/// The format of sealed files this release writes, and the only one it reads.
pub(crate) const FORMAT: &str = "2";
/// Earlier formats: what they say is made again.
const OUTDATED: [&str; 1] = ["1"];
const FORMAT_KEY: &str = "firn.sealed";
const TABLE_KEY: &str = "firn.table";
const STEPS_KEY: &str = "firn.steps";
const FROM_KEY: &str = "firn.from";
const TO_KEY: &str = "firn.to";
/// Only in the log: a file does not know what replaces it.
const DEAD_KEY: &str = "firn.dead";
/// Least and greatest session; empty if no row has one.
const SESSIONS_KEY: &str = "firn.sessions";
/// Rows without a session.
const SESSIONLESS_KEY: &str = "firn.sessionless";
const ROWS_KEY: &str = "firn.rows";
/// Only in the log: how many leaves had gone by retention when it was folded.
const ERASED_KEY: &str = "firn.erased";
/// When the last of them went, nanoseconds since 1970 UTC.
const ERASED_AT_KEY: &str = "firn.erased_at";
/// Folder of the files.
const FOLDER: &str = "steps";

/// What a sealed file says of itself, in its footer and in the tags of its log entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    /// The table.
    pub(crate) table: String,
    /// Numbers of the steps it holds, counted from 0.
    pub(crate) steps: Range<u64>,
    /// Where the first of them begins.
    pub(crate) from: Watermark,
    /// Where the last of them ends: the rows are folds of everything before.
    pub(crate) to: Watermark,
}

impl Claim {
    pub(crate) fn words(&self) -> Vec<(&'static str, String)> {
        let Range { start, end } = self.steps;
        vec![
            (FORMAT_KEY, FORMAT.to_owned()),
            (TABLE_KEY, self.table.clone()),
            (STEPS_KEY, format!("{start}-{end}")),
            (FROM_KEY, self.from.to_string()),
            (TO_KEY, self.to.to_string()),
        ]
    }

    /// What `value` says; what is wrong with it otherwise.
    pub(crate) fn read(value: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let word = |key: &str| value(key).ok_or_else(|| format!("it does not say {key}"));
        let format = word(FORMAT_KEY)?;
        if format != FORMAT {
            return Err(format!(
                "format {format} is not known to this release, which reads {FORMAT}"
            ));
        }
        let steps = word(STEPS_KEY)?;
        let steps = steps.split_once('-').and_then(|(start, end)| {
            let steps = start.parse::<u64>().ok()?..end.parse::<u64>().ok()?;
            (!steps.is_empty()).then_some(steps)
        });
        let mark = |key: &str| {
            Watermark::parse(&word(key)?).ok_or_else(|| format!("its {key} is no watermark"))
        };
        Ok(Self {
            table: word(TABLE_KEY)?,
            steps: steps.ok_or("its steps are no range")?,
            from: mark(FROM_KEY)?,
            to: mark(TO_KEY)?,
        })
    }

    /// The place of a file with these contents: equal contents, equal place.
    pub(crate) fn path(&self, contents: &event::Digest) -> String {
        let Range { start, end } = self.steps;
        let digest = contents.to_string();
        let digest = digest.get(..16).unwrap_or(&digest);
        format!("{FOLDER}/{start:012}-{end:012}-{digest}.parquet")
    }
}

/// A sealed file the log lists.
#[derive(Clone, Debug)]
pub struct SealedFile {
    pub(crate) add: Add,
    pub(crate) claim: Claim,
    pub(crate) held: Held,
    pub(crate) dead: Dead,
    pub(crate) stats: Stats,
    /// Leaves that had gone by retention when it was folded.
    pub(crate) erased: u64,
    /// When the last of them went, nanoseconds since 1970 UTC; 0 where that is not known.
    pub(crate) erased_at: i64,
}

/// What a lookup of a session goes by: in the log, so that no file is opened in vain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) rows: u64,
    /// Least and greatest of its sessions.
    pub(crate) sessions: Option<(String, String)>,
    /// Rows that have none.
    pub(crate) sessionless: u64,
}

impl Held {
    /// What `rows` hold.
    pub(crate) fn of(rows: &RecordBatch) -> Self {
        let column = rows.column_by_name("session_id");
        let texts = column.and_then(|column| column.as_string_opt::<i32>());
        let bounds = texts.and_then(|texts| min_string(texts).zip(max_string(texts)));
        Self {
            rows: rows.num_rows() as u64,
            sessions: bounds.map(|(low, high)| (low.to_owned(), high.to_owned())),
            sessionless: column.map_or(0, |column| column.null_count() as u64),
        }
    }

    pub(super) fn words(&self) -> Vec<(&'static str, String)> {
        let bounds = self.sessions.as_ref();
        let bounds = bounds.map(|(low, high)| format!("{low}/{high}"));
        vec![
            (ROWS_KEY, self.rows.to_string()),
            (SESSIONS_KEY, bounds.unwrap_or_default()),
            (SESSIONLESS_KEY, self.sessionless.to_string()),
        ]
    }

    fn read(value: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let number = |key: &str| value(key)?.parse::<u64>().ok();
        let bounds = value(SESSIONS_KEY)?;
        let sessions = match bounds.split_once('/') {
            Some((low, high)) => Some((low.to_owned(), high.to_owned())),
            None if bounds.is_empty() => None,
            None => return None,
        };
        Some(Self {
            rows: number(ROWS_KEY)?,
            sessions,
            sessionless: number(SESSIONLESS_KEY)?,
        })
    }
}

impl SealedFile {
    fn read(table: &str, add: &Add) -> Result<Self, String> {
        let tags = add.tags.as_ref();
        let value = |key: &str| tags?.get(key)?.clone();
        let claim = Claim::read(value)?;
        if claim.table != table {
            return Err(format!("it is of table {}", claim.table));
        }
        let dead = value(DEAD_KEY).unwrap_or_default();
        let dead = Dead::parse(&dead).ok_or("its replaced rows are no numbers")?;
        let held = Held::read(value).ok_or("it does not say what it holds")?;
        if !dead.fits(held.rows) {
            return Err("more of its rows are replaced than it has".to_owned());
        }
        Ok(Self {
            add: add.clone(),
            claim,
            held,
            dead,
            stats: Stats::read(add.stats.as_deref()),
            erased: value(ERASED_KEY).map_or(Ok(0), |text| {
                text.parse().map_err(|_| "it does not say what had gone")
            })?,
            erased_at: value(ERASED_AT_KEY).map_or(Ok(0), |text| {
                text.parse().map_err(|_| "it does not say when that went")
            })?,
        })
    }

    /// `add`, which says how many leaves had gone when its file was folded.
    pub(super) fn with_erased(mut add: Add, erased: u64, at: i64) -> Add {
        let tags = add.tags.get_or_insert_default();
        tags.remove(ERASED_KEY);
        tags.remove(ERASED_AT_KEY);
        if erased > 0 {
            tags.insert(ERASED_KEY.to_owned(), Some(erased.to_string()));
            tags.insert(ERASED_AT_KEY.to_owned(), Some(at.to_string()));
        }
        add
    }

    /// The same file with more rows replaced, as an action.
    pub(crate) fn with_dead(&self, dead: &Dead) -> Add {
        let mut add = self.add.clone();
        let tags = add.tags.get_or_insert_default();
        tags.insert(DEAD_KEY.to_owned(), Some(dead.to_string()));
        add
    }

    pub(crate) fn path(&self) -> &str {
        &self.add.path
    }
}

/// Everything a sealed table's log lists.
#[derive(Clone, Debug, Default)]
pub(crate) struct SealedFiles {
    files: BTreeMap<String, Arc<SealedFile>>,
    /// Files that are not understood, and why.
    strange: BTreeMap<String, String>,
    /// Those of an earlier format among them.
    outdated: BTreeSet<String>,
}

impl SealedFiles {
    pub(crate) fn list(&mut self, table: &str, add: &Add) {
        self.unlist(&add.path);
        let tags = add.tags.as_ref();
        let format = tags.and_then(|tags| tags.get(FORMAT_KEY)?.as_deref());
        if format.is_some_and(|format| OUTDATED.contains(&format)) {
            self.outdated.insert(add.path.clone());
        }
        match SealedFile::read(table, add) {
            Ok(file) => self
                .files
                .insert(add.path.clone(), Arc::new(file))
                .map(drop),
            Err(what) => self.strange.insert(add.path.clone(), what).map(drop),
        };
    }

    pub(crate) fn unlist(&mut self, path: &str) {
        self.files.remove(path);
        self.strange.remove(path);
        self.outdated.remove(path);
    }

    /// An earlier release sealed it otherwise.
    pub(crate) fn is_outdated(&self) -> bool {
        !self.outdated.is_empty()
    }

    /// All of it was folded when so many leaves had gone by retention: it is what the events that are left make.
    pub(crate) fn knows(&self, erased: u64) -> bool {
        self.files.values().all(|file| file.erased == erased)
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.files.contains_key(path) || self.strange.contains_key(path)
    }

    /// Every file.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> + '_ {
        let known = self.files.keys().chain(self.strange.keys());
        known.map(String::as_str)
    }

    pub(crate) fn len(&self) -> usize {
        self.files.len() + self.strange.len()
    }

    /// In order of their steps, which follow one another without a gap from 0; what is wrong otherwise.
    pub(crate) fn chain(&self) -> Result<Vec<Arc<SealedFile>>, (String, String)> {
        if let Some((path, what)) = self.strange.first_key_value() {
            return Err((path.clone(), what.clone()));
        }
        let mut files: Vec<_> = self.files.values().cloned().collect();
        files.sort_by_key(|file| file.claim.steps.start);
        let mut step = 0;
        let mut mark = Watermark::default();
        for file in &files {
            let claim = &file.claim;
            if claim.steps.start != step || claim.from != mark || !claim.to.is_at_or_after(&mark) {
                let what = format!(
                    "it holds steps {} to {} from {}, the files before it end at step {step} at {mark}",
                    claim.steps.start, claim.steps.end, claim.from
                );
                return Err((file.path().to_owned(), what));
            }
            step = claim.steps.end;
            mark = claim.to.clone();
        }
        Ok(files)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use journal::{Partition, Topic};

    fn mark(offset: u64) -> Watermark {
        let mut mark = Watermark::default();
        if offset > 0 {
            let topic = Topic::Events;
            mark.advance(Partition { topic, number: 0 }, offset);
        }
        mark
    }

    fn add(steps: Range<u64>, from: u64, to: u64) -> Add {
        let claim = Claim {
            table: "statements".to_owned(),
            steps,
            from: mark(from),
            to: mark(to),
        };
        let tag = |(key, value): (&str, String)| (key.to_owned(), Some(value));
        let held = Held {
            rows: 9,
            sessionless: 9,
            ..Held::default()
        };
        Add {
            path: claim.path(&event::Digest::of(b"rows")),
            tags: Some(
                claim
                    .words()
                    .into_iter()
                    .chain(held.words())
                    .map(tag)
                    .collect(),
            ),
            ..Add::default()
        }
    }

    fn listed(adds: &[Add]) -> SealedFiles {
        let mut files = SealedFiles::default();
        for add in adds {
            files.list("statements", add);
        }
        files
    }

    #[test]
    fn files_follow_one_another_or_the_table_is_not_used() {
        let whole = listed(&[add(1..3, 5, 9), add(0..1, 0, 5)]);
        let steps: Vec<_> = whole
            .chain()
            .unwrap()
            .iter()
            .map(|file| file.claim.steps.clone())
            .collect();
        assert_eq!(steps, [0..1, 1..3]);
        for broken in [
            vec![add(1..2, 0, 5)],
            vec![add(0..1, 0, 5), add(2..3, 5, 9)],
            vec![add(0..1, 0, 5), add(1..2, 4, 9)],
            vec![add(0..1, 0, 5), add(1..2, 5, 4)],
            vec![add(0..1, 0, 5), add(0..2, 0, 9)],
            vec![Add {
                tags: None,
                ..add(0..1, 0, 5)
            }],
        ] {
            assert!(listed(&broken).chain().is_err(), "{broken:?}");
        }
    }

    #[test]
    fn replaced_rows_are_told_by_the_newest_entry_of_a_file() {
        let mut files = listed(&[add(0..1, 0, 5)]);
        let file = Arc::clone(&files.chain().unwrap()[0]);
        let dead = file.dead.with([2, 3, 8]);
        files.list("statements", &file.with_dead(&dead));
        assert_eq!(files.chain().unwrap()[0].dead, dead);
        files.list("statements", &file.with_dead(&dead.with([9])));
        assert!(files.chain().is_err());
    }
}
