//! Events without the bodies of pages, read with few columns: each kind has one of its own, and what somebody looks at is of a few kinds.
//!
//! Enters: which events, the kinds that they most likely are of. Leaves: all of them, whole. Never here: an event left out because its kind was
//! not expected: those are read again with their own columns.

use std::collections::{BTreeSet, HashSet};

use archive::rows::{Bodies, stored_events};
use archive::schema::{events_schema, kind_column};
use datafusion::arrow::array::{AsArray as _, BooleanArray, RecordBatch, StringArray};
use datafusion::arrow::compute::{cast, filter_record_batch};
use datafusion::arrow::datatypes::DataType;
use datafusion::logical_expr::{Expr, col, lit};
use event::{Event, Kind};
use journal::Position;

use super::context::Session;
use super::record;
use crate::error::QueryError;

/// What nearly every statement is recorded as.
pub(super) const OF_STATEMENTS: [Kind; 7] = [
    Kind::StatementSubmitted,
    Kind::StatementDecided,
    Kind::StatementForwarded,
    Kind::StatementFailed,
    Kind::ResponseStarted,
    Kind::ResponsePage,
    Kind::ResponseFinished,
];

/// What a session is recorded as beside its statements.
pub(super) const OF_SESSIONS: [Kind; 3] = [
    Kind::SessionOpened,
    Kind::SessionRenewed,
    Kind::SessionClosed,
];

/// The events that are `wanted`, in no order, without the bodies of pages. The columns of `likely` kinds are read at once.
pub(super) async fn headers(
    session: &Session,
    wanted: Expr,
    likely: &[Kind],
) -> Result<Vec<(Position, Event)>, QueryError> {
    let mut found = Vec::new();
    let mut others = BTreeSet::new();
    for rows in read(session, wanted.clone(), likely).await? {
        let kinds = kinds(&rows)?;
        let other = |name: &str| {
            let kind: Option<Kind> = name.parse().ok();
            kind.filter(|kind| !likely.contains(kind))
        };
        others.extend(kinds.iter().flatten().filter_map(other));
        let whole = kinds
            .iter()
            .map(|name| Some(name.and_then(other).is_none()));
        let whole: BooleanArray = whole.collect();
        let rows = filter_record_batch(&rows, &whole).map_err(unreadable)?;
        take(&rows, &mut found)?;
    }
    if others.is_empty() {
        return Ok(found);
    }
    let others: Vec<Kind> = others.into_iter().collect();
    let names = others.iter().map(|kind| lit(kind.as_str())).collect();
    let wanted = wanted.and(col("kind").in_list(names, false));
    for rows in read(session, wanted, &others).await? {
        take(&rows, &mut found)?;
    }
    Ok(found)
}

/// Rows with all that events of these kinds have.
async fn read(
    session: &Session,
    wanted: Expr,
    kinds: &[Kind],
) -> Result<Vec<RecordBatch>, QueryError> {
    let unread = Kind::ALL.iter().filter(|kind| !kinds.contains(kind));
    let unread: HashSet<String> = unread.map(|kind| kind_column(*kind)).collect();
    let schema = events_schema();
    let names = schema.fields().iter().map(|field| field.name().as_str());
    let columns: Vec<&str> = names.filter(|name| !unread.contains(*name)).collect();
    record::collect(session, session.relations.events()?, wanted, &columns).await
}

fn kinds(rows: &RecordBatch) -> Result<StringArray, QueryError> {
    let column = rows.column_by_name("kind");
    let column = column.ok_or_else(|| unreadable("an event has no kind"))?;
    let names = cast(column, &DataType::Utf8).map_err(unreadable)?;
    Ok(names.as_string::<i32>().clone())
}

fn take(rows: &RecordBatch, found: &mut Vec<(Position, Event)>) -> Result<(), QueryError> {
    let stored = stored_events(rows, &Bodies::left_out()).map_err(unreadable)?;
    found.extend(stored.into_iter().map(|one| (one.position, one.event)));
    Ok(())
}

/// What is recorded cannot be read.
pub(super) fn unreadable(error: impl std::fmt::Display) -> QueryError {
    QueryError::Record(error.to_string())
}
