//! What verification says.
//!
//! Enters: findings, in the order of the walk. Leaves: the report, as JSON and for people. Never here: a third verdict.

use std::fmt;

use event::{EventId, RunId, SessionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ask::Told;
use ::journal::{Offset, Partition, Position};

/// Findings and notes kept; the rest is counted.
const KEPT_MAX: usize = 100;

/// What a finding breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[schema(as = VerifyVerdict)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Something was altered.
    Integrity,
    /// Something is missing.
    Completeness,
}

/// A record's place, as people and JSON see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Place {
    /// `firn.events/3`.
    pub partition: String,
    /// The offset there.
    pub offset: u64,
}

impl From<(Partition, Offset)> for Place {
    fn from((partition, offset): (Partition, Offset)) -> Self {
        Self {
            partition: partition.to_string(),
            offset: offset.0,
        }
    }
}

impl From<Position> for Place {
    fn from(position: Position) -> Self {
        (position.partition, position.offset).into()
    }
}

/// One thing that breaks a verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// Integrity or completeness.
    pub verdict: Verdict,
    /// What is wrong.
    pub what: String,
    /// The event it was seen at: the altered one, or the first after what is missing.
    #[schema(value_type = Option<String>)]
    pub event_id: Option<EventId>,
    /// Its session.
    #[schema(value_type = Option<String>)]
    pub session_id: Option<SessionId>,
    /// Its run.
    #[schema(value_type = Option<String>)]
    pub run: Option<RunId>,
    /// Its place.
    pub position: Option<Place>,
}

impl Finding {
    pub(super) const fn of(verdict: Verdict, what: String) -> Self {
        Self {
            verdict,
            what,
            event_id: None,
            session_id: None,
            run: None,
            position: None,
        }
    }
}

/// What was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Counts {
    /// Files of the archive.
    pub files: u64,
    /// Archived events.
    pub archived_events: u64,
    /// Events of the journal that are not archived yet.
    pub tail_events: u64,
    /// Records of the journal that are not archived yet and will go to quarantine.
    pub tail_unreadable: u64,
    /// Quarantined records.
    pub quarantined: u64,
    /// Page bodies.
    pub pages: u64,
    /// Journal records compared with the archive.
    pub compared: u64,
    /// How many producer runs.
    pub runs: u64,
    /// Parts: sessions times runs.
    pub parts: u64,
    /// Files of events that a checkpoint proved and that were not read again. A whole verification has none and does not say so: its report
    /// is what it was before there were checkpoints.
    #[serde(default, skip_serializing_if = "is_none")]
    pub known_files: u64,
    /// Events in them.
    #[serde(default, skip_serializing_if = "is_none")]
    pub known_events: u64,
}

// By reference, as serde asks.
#[allow(clippy::trivially_copy_pass_by_ref)]
const fn is_none(count: &u64) -> bool {
    *count == 0
}

impl Counts {
    fn add(&mut self, other: &Self) {
        let Self {
            files,
            archived_events,
            tail_events,
            tail_unreadable,
            quarantined,
            pages,
            compared,
            runs,
            parts,
            known_files,
            known_events,
        } = other;
        self.files += files;
        self.archived_events += archived_events;
        self.tail_events += tail_events;
        self.tail_unreadable += tail_unreadable;
        self.quarantined += quarantined;
        self.pages += pages;
        self.compared += compared;
        self.runs += runs;
        self.parts += parts;
        self.known_files += known_files;
        self.known_events += known_events;
    }
}

/// Two verdicts and what they rest on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Report {
    /// Events looked at, archived or not yet.
    pub events: u64,
    /// Nothing was altered.
    pub integrity: bool,
    /// Nothing is missing.
    pub completeness: bool,
    /// What was looked at.
    pub counts: Counts,
    /// The first thing that is wrong; an altered event before a missing one.
    pub first_broken: Option<Finding>,
    /// What is wrong, up to a hundred.
    pub findings: Vec<Finding>,
    /// How much is wrong in all.
    pub findings_total: u64,
    /// What is worth knowing and breaks nothing, up to a hundred.
    pub notes: Vec<String>,
    /// The checkpoint it began with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Told>,
    /// The checkpoint it left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<Told>,
}

/// A report in the making.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) counts: Counts,
    altered: Option<Finding>,
    missing: Option<Finding>,
    kept: Vec<Finding>,
    total: u64,
    notes: Vec<String>,
    /// A file is not as long as the log says: readers that go by the log cannot read it, whatever it says.
    resized: Option<String>,
}

impl Findings {
    pub(super) fn resized(&mut self, path: &str, bytes: usize, listed: i64) {
        self.resized.get_or_insert_with(|| {
            format!("file {path} has {bytes} bytes, and the table log says {listed}")
        });
    }

    /// What a file's length is, if one is another than the log says.
    pub(super) fn any_resized(&self) -> Option<&str> {
        self.resized.as_deref()
    }

    pub(super) fn add(&mut self, finding: Finding) {
        let first = match finding.verdict {
            Verdict::Integrity => &mut self.altered,
            Verdict::Completeness => &mut self.missing,
        };
        first.get_or_insert_with(|| finding.clone());
        self.total += 1;
        if self.kept.len() < KEPT_MAX {
            self.kept.push(finding);
        }
    }

    pub(super) fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        findings.into_iter().for_each(|finding| self.add(finding));
    }

    /// Adds what was found elsewhere, after what is here.
    pub(super) fn join(&mut self, other: Self) {
        self.counts.add(&other.counts);
        self.altered = self.altered.take().or(other.altered);
        self.missing = self.missing.take().or(other.missing);
        self.total += other.total;
        self.resized = self.resized.take().or(other.resized);
        let room = KEPT_MAX.saturating_sub(self.kept.len());
        self.kept.extend(other.kept.into_iter().take(room));
        other.notes.into_iter().for_each(|note| self.note(note));
    }

    pub(super) fn note(&mut self, note: String) {
        if self.notes.len() < KEPT_MAX {
            self.notes.push(note);
        }
    }

    pub(super) const fn any(&self) -> bool {
        self.total > 0
    }

    pub(super) fn into_report(mut self) -> Report {
        if self.counts.quarantined > 0 {
            let count = self.counts.quarantined;
            self.note(format!(
                "{count} records are no events and stand in quarantine"
            ));
        }
        Report {
            events: self.counts.archived_events + self.counts.tail_events,
            integrity: self.altered.is_none(),
            completeness: self.missing.is_none(),
            counts: self.counts,
            first_broken: self.altered.or(self.missing),
            findings: self.kept,
            findings_total: self.total,
            notes: self.notes,
            since: None,
            checkpoint: None,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if let Some(event_id) = &self.event_id {
            write!(f, "\n    event    {event_id}")?;
        }
        if let Some(place) = &self.position {
            write!(
                f,
                "\n    position {} offset {}",
                place.partition, place.offset
            )?;
        }
        if let Some(session_id) = &self.session_id {
            write!(f, "\n    session  {session_id}")?;
        }
        if let Some(run) = &self.run {
            write!(f, "\n    run      {run}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = |holds| if holds { "holds" } else { "BROKEN" };
        writeln!(f, "integrity     {}", verdict(self.integrity))?;
        writeln!(f, "completeness  {}", verdict(self.completeness))?;
        let counts = &self.counts;
        writeln!(
            f,
            "{} events ({} archived in {} files, {} in the journal only), {} page bodies, {} runs, {} parts, {} compared with the journal",
            self.events,
            counts.archived_events,
            counts.files,
            counts.tail_events,
            counts.pages,
            counts.runs,
            counts.parts,
            counts.compared
        )?;
        if let Some(first) = &self.first_broken {
            writeln!(f, "first broken: {first}")?;
            let more = self.findings_total.saturating_sub(1);
            if more > 0 {
                writeln!(f, "and {more} more, see --json")?;
            }
        }
        if let Some(since) = &self.since {
            writeln!(
                f,
                "went on from {} ({}): {} events in {} files were proved then and not read again; the store says that they are the same objects",
                match since.number {
                    0 => "where a verification was interrupted".to_owned(),
                    number => format!("checkpoint {number}"),
                },
                since.digest,
                counts.known_events,
                counts.known_files
            )?;
        }
        if let Some(left) = &self.checkpoint {
            writeln!(
                f,
                "left checkpoint {} of {} events: firn verify --since {}",
                left.number, left.events, left.digest
            )?;
        }
        for note in &self.notes {
            writeln!(f, "note: {note}")?;
        }
        Ok(())
    }
}
