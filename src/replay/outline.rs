//! A session in lines: what the page lists, and where it jumps to.
//!
//! Enters: what the record's views say of a session, its events outside statements. Leaves: an [`Outline`], which is JSON. Never here: what a
//! statement was answered; a line is short, so that ten thousand of them are.

use std::collections::HashMap;

use event::fold::{ApprovalOutcome, Outcome};
use event::{SessionId, StatementId, TimeNs};
use query::Brief;
use replayer::timeline::{Head, Marker, Note, PartSeen, Timeline, Totals};
use replayer::{Options, TimelineError};
use serde::Serialize;
use utoipa::ToSchema;

use super::Frame;

/// A session in lines.
#[derive(Debug, Serialize, ToSchema)]
pub struct Outline {
    /// The session.
    session: SessionId,
    /// Who, from where, into what, as the session's timeline has it.
    pub(super) head: Head,
    /// When its first event was recorded, nanoseconds since 1970 UTC; every `at_ns` counts from here.
    pub(super) start: TimeNs,
    /// Nanoseconds from the first event to the last.
    duration_ns: i64,
    /// Sums over the session, by name.
    totals: Totals,
    /// The runs that recorded it.
    parts: Vec<PartSeen>,
    /// There are more moments than these.
    truncated: bool,
    /// A line a moment, in order; `entry` says whether it is a `statement` or a `note`.
    pub(super) entries: Vec<Row>,
}

/// One line.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OutlineEntry)]
#[serde(tag = "entry", rename_all = "snake_case")]
pub enum Row {
    /// A statement.
    Statement(Line),
    /// Something else.
    Note(Note),
}

/// A statement in a line.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OutlineStatement)]
pub struct Line {
    /// The statement.
    pub(super) statement: StatementId,
    /// Its number in the session, from 1.
    pub(super) number: u32,
    /// Nanoseconds from the session's start to its arrival.
    at_ns: i64,
    /// From arrival to the last event of it, nanoseconds.
    duration_ns: i64,
    /// What stands out; absent where nothing does.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    markers: Vec<Marker>,
    /// People agreed to it; absent where they did not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    granted: bool,
    /// The beginning of its text; none where the record holds no submission.
    #[schema(required)]
    title: Option<String>,
    /// Equal for statements of this session that differ in literals only; absent where the record does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    shape: Option<u32>,
    /// Rows delivered.
    pub(super) rows: u64,
}

impl Row {
    const fn at_ns(&self) -> i64 {
        match self {
            Self::Statement(line) => line.at_ns,
            Self::Note(note) => note.at_ns,
        }
    }
}

impl Outline {
    /// Of `session`, as the record tells it.
    pub fn new(session: SessionId, told: query::Outline) -> Result<Self, TimelineError> {
        let start = told.runs.iter().map(|run| run.first).min();
        let start = start.ok_or(TimelineError::Unknown(session))?;
        let end = told.runs.iter().map(|run| run.last).max().unwrap_or(start);
        let options = Options {
            start: Some(start),
            ..Options::default()
        };
        let loose = match replayer::build(session, told.loose, &options) {
            Ok(timeline) => Some(timeline),
            Err(TimelineError::Unknown(_)) => None,
            Err(error) => return Err(error),
        };
        let (head, notes) = loose
            .map(|timeline| (timeline.head, timeline.entries))
            .unwrap_or_default();
        let mut totals = Totals {
            events: told.runs.iter().map(|run| run.events).sum(),
            ..Totals::default()
        };
        notes.iter().for_each(|note| totals.add(note));
        let mut shapes = HashMap::new();
        let mut entries: Vec<Row> = notes
            .into_iter()
            .filter_map(|entry| match entry {
                replayer::timeline::Entry::Note(note) => Some(Row::Note(note)),
                replayer::timeline::Entry::Statement(_) => None,
            })
            .collect();
        for (brief, number) in told.statements.into_iter().zip(1..) {
            count(&mut totals, &brief);
            let known = u32::try_from(shapes.len()).unwrap_or(u32::MAX);
            let shape = brief
                .fingerprint
                .as_ref()
                .map(|fingerprint| *shapes.entry(fingerprint.clone()).or_insert(known));
            entries.push(Row::Statement(line(brief, number, shape, start)));
        }
        entries.sort_by_key(Row::at_ns);
        // A stretch without recording may have begun after all that is recorded.
        let last_ns = entries.last().map_or(0, Row::at_ns);
        Ok(Self {
            session,
            head,
            start,
            duration_ns: (end.0 - start.0).max(last_ns),
            totals,
            parts: told
                .runs
                .iter()
                .map(|run| PartSeen {
                    run: run.run,
                    events: run.events,
                    missing: (run.highest + 1).saturating_sub(run.events),
                })
                .collect(),
            truncated: told.truncated,
            entries,
        })
    }

    /// All but the lines, as a timeline that has no entries yet; its sums are those of its events alone.
    pub(super) fn frame(&self) -> Frame {
        Timeline {
            session: self.session,
            head: self.head.clone(),
            start: self.start,
            duration_ns: self.duration_ns,
            entries: Vec::new(),
            totals: Totals {
                events: self.totals.events,
                ..Totals::default()
            },
            parts: self.parts.clone(),
        }
    }
}

fn line(brief: Brief, number: u32, shape: Option<u32>, start: TimeNs) -> Line {
    Line {
        markers: markers(&brief),
        statement: brief.statement,
        number,
        // Its time is cut to microseconds, and may so come before the first event's.
        at_ns: (brief.time.0 - start.0).max(0),
        duration_ns: brief.duration_ns,
        granted: brief.approval == Some(ApprovalOutcome::Granted),
        title: brief.text,
        shape,
        rows: brief.rows,
    }
}

/// What stands out, in the order that a timeline has it.
fn markers(brief: &Brief) -> Vec<Marker> {
    let outcome = brief.outcome;
    let found = [
        (outcome == Some(Outcome::Denied), Marker::Denied),
        (brief.approval.is_some(), Marker::Held),
        (brief.planned || brief.masked_cells > 0, Marker::Masked),
        (outcome == Some(Outcome::Failed), Marker::Failed),
        (brief.canceled, Marker::Canceled),
    ];
    let found = found.into_iter().filter(|(stands, _)| *stands);
    found.map(|(_, marker)| marker).collect()
}

fn count(totals: &mut Totals, brief: &Brief) {
    let markers = markers(brief);
    let has = |marker| u64::from(markers.contains(&marker));
    totals.statements += 1;
    totals.denied += has(Marker::Denied);
    totals.held += has(Marker::Held);
    totals.masked += has(Marker::Masked);
    totals.failed += has(Marker::Failed);
    totals.rows += brief.rows;
    totals.bytes += brief.bytes;
    totals.masked_cells += brief.masked_cells;
}
