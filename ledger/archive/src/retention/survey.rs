//! What there is, as retention looks at it: sessions with their last event, and whose they are.
//!
//! Enters: narrow columns of every event, once. Leaves: for each session when it was, of which connection, what holds it; and so what
//! becomes of an event. Never here: a payload, or a judgement on a part of a session.

use std::collections::{BTreeSet, HashMap};

use arrow::array::{Array, AsArray, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;
use event::{Kind, SessionId, TimeNs};
use futures::TryStreamExt as _;
use uuid::Uuid;

use super::holds::Hold;
use super::rules::{Class, Rule, Rules};
use crate::snapshot::session_config;
use crate::{Snapshot, SnapshotError};

const NANOS_PER_MICRO: i64 = 1_000;

/// What an event is to retention.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'a> {
    pub(super) kind: Option<Kind>,
    pub(super) session: Option<SessionId>,
    pub(super) of_statement: bool,
    /// Microseconds.
    pub(super) time: i64,
    pub(super) connection: Option<&'a str>,
    /// Subject, name, on whose behalf.
    pub(super) people: [Option<&'a str>; 3],
}

impl Row<'_> {
    /// None for a kind that this release does not know: it stays.
    pub(super) fn class(&self) -> Option<Class> {
        let of_session = self.session.is_some() || self.of_statement;
        Some(Class::of(self.kind?, of_session))
    }

    /// The session by whose age it is judged.
    pub(super) fn judged_with(&self) -> Option<SessionId> {
        match self.class()? {
            Class::Results | Class::Statements => self.session,
            Class::Readers | Class::Operations | Class::Proof => None,
        }
    }
}

/// Columns of rows of `events`, whatever else they have.
pub(super) struct Rows {
    kinds: StringArray,
    sessions: StringArray,
    statements: StringArray,
    connections: StringArray,
    people: [StringArray; 3],
    times: arrow::array::Int64Array,
}

impl Rows {
    pub(super) fn of(batch: &RecordBatch) -> Result<Self, SnapshotError> {
        let column = |name: &str, kind: &DataType| {
            let column = batch.column_by_name(name).ok_or_else(|| {
                DataFusionError::Execution(format!("column {name} of events is missing"))
            })?;
            cast(column, kind).map_err(DataFusionError::from)
        };
        let text = |name: &str| {
            let column = column(name, &DataType::Utf8)?;
            Ok::<_, DataFusionError>(column.as_string::<i32>().clone())
        };
        Ok(Self {
            kinds: text("kind")?,
            sessions: text("session_id")?,
            statements: text("statement_id")?,
            connections: text("connection")?,
            people: [
                text("principal_subject")?,
                text("principal_display")?,
                text("agent_on_behalf_of")?,
            ],
            times: column("time", &DataType::Int64)?
                .as_primitive::<Int64Type>()
                .clone(),
        })
    }

    pub(super) fn row(&self, row: usize) -> Row<'_> {
        fn value(texts: &StringArray, row: usize) -> Option<&str> {
            texts.is_valid(row).then(|| texts.value(row))
        }
        Row {
            kind: value(&self.kinds, row).and_then(|kind| kind.parse().ok()),
            session: value(&self.sessions, row).and_then(|session| session.parse().ok()),
            of_statement: self.statements.is_valid(row),
            time: self.times.value(row),
            connection: value(&self.connections, row),
            people: [0, 1, 2].map(|who| self.people.get(who).and_then(|names| value(names, row))),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.kinds.len()
    }
}

/// One session.
#[derive(Clone, Debug)]
struct Seen {
    first: i64,
    last: i64,
    connection: Option<String>,
    /// Holds whose principal, or whose table, is among its events.
    people: BTreeSet<usize>,
    tables: BTreeSet<usize>,
}

/// What becomes of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Stays,
    /// It would go by the rule, were it not for the hold.
    Held(Uuid),
    Goes(Rule),
}

/// Everything that a fate depends on.
pub(super) struct Survey<'a> {
    rules: &'a Rules,
    holds: &'a [Hold],
    now: TimeNs,
    sessions: HashMap<SessionId, Seen>,
}

impl<'a> Survey<'a> {
    /// Looks at every event of `snapshot`; `holds` are those in force.
    pub(super) async fn of(
        snapshot: &Snapshot,
        rules: &'a Rules,
        holds: &'a [Hold],
        now: TimeNs,
    ) -> Result<Self, SnapshotError> {
        let mut survey = Self {
            rules,
            holds,
            now,
            sessions: HashMap::new(),
        };
        let tables = holds.iter().any(|hold| hold.scope.table.is_some());
        let mut batches = stream(snapshot, tables).await?;
        while let Some(batch) = batches.try_next().await? {
            survey.see(&batch, tables)?;
        }
        Ok(survey)
    }

    fn see(&mut self, batch: &RecordBatch, tables: bool) -> Result<(), SnapshotError> {
        let rows = Rows::of(batch)?;
        for number in 0..rows.len() {
            let row = rows.row(number);
            let Some(session) = row.judged_with() else {
                continue;
            };
            let seen = self.sessions.entry(session).or_insert_with(|| Seen {
                first: row.time,
                last: row.time,
                connection: None,
                people: BTreeSet::new(),
                tables: BTreeSet::new(),
            });
            seen.first = seen.first.min(row.time);
            seen.last = seen.last.max(row.time);
            if let Some(connection) = row.connection {
                // One session has one; of several the least, so that no order matters.
                if seen
                    .connection
                    .as_deref()
                    .is_none_or(|known| connection < known)
                {
                    seen.connection = Some(connection.to_owned());
                }
            }
            for (hold, of) in self.holds.iter().enumerate() {
                if is_of(of, row.people) {
                    seen.people.insert(hold);
                }
                if tables && names(batch, number).any(|name| of.scope.is_table(&name)) {
                    seen.tables.insert(hold);
                }
            }
        }
        Ok(())
    }

    /// What becomes of an event.
    pub(super) fn fate(&self, row: &Row<'_>) -> Fate {
        let Some(class) = row.class() else {
            return Fate::Stays;
        };
        let alone = Seen {
            first: row.time,
            last: row.time,
            connection: row.connection.map(str::to_owned),
            people: BTreeSet::new(),
            tables: BTreeSet::new(),
        };
        let session = row.judged_with();
        let seen = match session {
            Some(session) => match self.sessions.get(&session) {
                Some(seen) => seen,
                // It came after the survey.
                None => return Fate::Stays,
            },
            None => &alone,
        };
        self.judged(class, session, seen, row.people)
    }

    fn judged(
        &self,
        class: Class,
        session: Option<SessionId>,
        seen: &Seen,
        people: [Option<&str>; 3],
    ) -> Fate {
        let last = TimeNs(seen.last.saturating_mul(NANOS_PER_MICRO));
        let connection = seen.connection.as_deref();
        let Some(rule) = self.rules.due(class, connection, last, self.now) else {
            return Fate::Stays;
        };
        let held = self.holds.iter().enumerate().find(|(number, hold)| {
            let scope = &hold.scope;
            let first = TimeNs(seen.first.saturating_mul(NANOS_PER_MICRO));
            // Cut to microseconds: what may have been within is.
            let last = TimeNs(last.0.saturating_add(NANOS_PER_MICRO - 1));
            scope.session.is_none_or(|held| session == Some(held))
                && (scope.principal.is_none()
                    || seen.people.contains(number)
                    || is_of(hold, people))
                && (scope.table.is_none() || seen.tables.contains(number))
                && scope.from.is_none_or(|from| last >= from)
                && scope.until.is_none_or(|until| first < until)
        });
        match held {
            Some((_, hold)) => Fate::Held(hold.id),
            None => Fate::Goes(rule),
        }
    }

    /// First and last event of a session, microseconds.
    pub(super) fn span(&self, session: SessionId) -> Option<(i64, i64)> {
        let seen = self.sessions.get(&session)?;
        Some((seen.first, seen.last))
    }
}

fn is_of(hold: &Hold, people: [Option<&str>; 3]) -> bool {
    let held = hold.scope.principal.as_deref();
    held.is_some() && people.contains(&held)
}

/// Every event, with what a survey needs of it.
pub(super) async fn stream(
    snapshot: &Snapshot,
    tables: bool,
) -> Result<datafusion::execution::SendableRecordBatchStream, SnapshotError> {
    let context = SessionContext::new_with_config(session_config());
    context.register_table("events", snapshot.events()?)?;
    let named = match tables {
        true => ", statement_submitted['reads'] AS reads, statement_submitted['writes'] AS writes",
        false => "",
    };
    let sql = format!(
        "SELECT \"partition\", \"offset\", kind, session_id, statement_id, time, connection, principal_subject, \
         principal_display, agent_on_behalf_of{named} FROM events"
    );
    Ok(context.sql(&sql).await?.execute_stream().await?)
}

/// Tables that a row names.
fn names(batch: &RecordBatch, row: usize) -> impl Iterator<Item = String> {
    let columns = ["reads", "writes"].into_iter();
    let lists = columns.filter_map(move |name| {
        let lists = batch.column_by_name(name)?.as_list_opt::<i32>()?;
        lists.is_valid(row).then(|| lists.value(row))
    });
    let named: Vec<String> = lists
        .filter_map(|names| cast(&names, &DataType::Utf8).ok())
        .flat_map(|names| {
            let names = names.as_string::<i32>().iter().flatten();
            names.map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    named.into_iter()
}
