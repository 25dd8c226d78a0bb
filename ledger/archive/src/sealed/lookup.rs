//! Rows of sealed files by their keys: what a step replaces.
//!
//! Enters: a sealed file, statements or sessions. Leaves: where their rows stand that count, and what these say that the step goes on
//! with. Never here: a row that was replaced before.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use datafusion::common::Column;
use datafusion::logical_expr::{Expr, col, lit};
use datafusion::prelude::SessionContext;
use event::{SessionId, StatementId};

use super::SealedFile;
use super::scan::{FILE, ROW, sealed_scan};
use super::session::SessionRow;
use super::story::Key;
use crate::limits::SESSIONS_LOOKED_UP_MAX;
use crate::rows::{RowError, parse_partition, read};
use crate::{Snapshot, SnapshotError, TableKind};

/// Where a sealed row says that its statement's events stand.
pub(super) type Spans = Vec<(String, i64, i64)>;

impl Snapshot {
    /// The rows of one file of `statements` that count and are of `keys`.
    pub(super) async fn find_statements(
        &self,
        context: &SessionContext,
        file: &Arc<SealedFile>,
        keys: &BTreeSet<Key>,
    ) -> Result<Vec<(u64, StatementId, Spans)>, SnapshotError> {
        let sessions = keys.iter().map(|(session, _)| *session).collect();
        let columns = ["session_id", "statement_id", "spans", FILE, ROW];
        let kind = TableKind::Statements;
        let batches = self.find(context, kind, file, &sessions, Some(&columns));
        let mut found = Vec::new();
        for batch in batches.await? {
            found.extend(statements_of(&batch, keys)?);
        }
        Ok(found)
    }

    /// The rows of one file of `sessions` that count and are of `sessions`.
    pub(super) async fn find_sessions(
        &self,
        context: &SessionContext,
        file: &Arc<SealedFile>,
        sessions: &BTreeSet<Option<SessionId>>,
    ) -> Result<Vec<(u64, SessionRow)>, SnapshotError> {
        let kind = TableKind::Sessions;
        let batches = self.find(context, kind, file, sessions, None);
        let mut found = Vec::new();
        for batch in batches.await? {
            let numbers = numbers(&batch)?;
            let rows: Vec<SessionRow> = read(&batch)?;
            let placed = numbers.into_iter().zip(rows);
            found.extend(placed.filter(|(_, row)| sessions.contains(&Some(row.session_id))));
        }
        Ok(found)
    }

    /// At least the rows of `sessions` in one file, where they can be in it.
    async fn find(
        &self,
        context: &SessionContext,
        kind: TableKind,
        file: &Arc<SealedFile>,
        sessions: &BTreeSet<Option<SessionId>>,
        columns: Option<&[&str]>,
    ) -> Result<Vec<RecordBatch>, SnapshotError> {
        let Some(wanted) = looked_up(file, sessions) else {
            return Ok(Vec::new());
        };
        let files = vec![(Arc::clone(file), file.dead.clone())];
        let scan = sealed_scan(&self.archive().0.location, kind, files, true)?;
        let mut frame = context.read_table(Arc::new(scan))?.filter(wanted)?;
        if let Some(columns) = columns {
            frame = frame.select_columns(columns)?;
        }
        Ok(frame.collect().await?)
    }
}

/// What rows of `wanted` sessions in `file` have in common; none if it can have none of them.
fn looked_up(file: &SealedFile, wanted: &BTreeSet<Option<SessionId>>) -> Option<Expr> {
    let sessions: BTreeSet<String> = wanted
        .iter()
        .filter_map(|session| session.map(|session| session.to_string()))
        .filter(|session| {
            let bounds = file.held.sessions.as_ref();
            bounds.is_some_and(|(low, high)| low <= session && session <= high)
        })
        .collect();
    let none = file.held.sessionless > 0 && wanted.contains(&None);
    let column = || col(Column::from_name("session_id"));
    let some = match (sessions.first(), sessions.last()) {
        (Some(first), Some(last)) if sessions.len() > SESSIONS_LOOKED_UP_MAX => {
            Some(column().between(lit(first.as_str()), lit(last.as_str())))
        }
        (Some(_), _) => {
            let sessions = sessions.iter().map(|session| lit(session.as_str()));
            Some(column().in_list(sessions.collect(), false))
        }
        _ => None,
    };
    let none = none.then(|| column().is_null());
    some.into_iter().chain(none).reduce(Expr::or)
}

fn numbers(batch: &RecordBatch) -> Result<Vec<u64>, RowError> {
    let numbers = batch
        .column_by_name(ROW)
        .and_then(|column| column.as_primitive_opt::<Int64Type>());
    let numbers = numbers.ok_or_else(|| RowError::Columns("rows have no number".to_owned()))?;
    Ok(numbers
        .values()
        .iter()
        .map(|number| u64::try_from(*number).unwrap_or(u64::MAX))
        .collect())
}

fn statements_of(
    batch: &RecordBatch,
    keys: &BTreeSet<Key>,
) -> Result<Vec<(u64, StatementId, Spans)>, RowError> {
    let texts = |name: &str| {
        batch
            .column_by_name(name)
            .and_then(|column| column.as_string_opt::<i32>())
    };
    let spans = batch
        .column_by_name("spans")
        .and_then(|column| column.as_list_opt::<i32>());
    let (Some(sessions), Some(statements), Some(spans)) =
        (texts("session_id"), texts("statement_id"), spans)
    else {
        return Err(RowError::Columns("a sealed file lacks columns".to_owned()));
    };
    let row = |(row, number): (usize, u64)| {
        let session = sessions
            .is_valid(row)
            .then(|| sessions.value(row).parse::<SessionId>().ok());
        let key = (
            session.flatten(),
            statements.value(row).parse::<StatementId>().ok()?,
        );
        keys.contains(&key)
            .then(|| (number, key.1, spans_of(&spans.value(row))))
    };
    let numbered = numbers(batch)?.into_iter().enumerate();
    Ok(numbered.filter_map(row).collect())
}

fn spans_of(items: &arrow::array::ArrayRef) -> Spans {
    let Some(items) = items.as_struct_opt() else {
        return Spans::new();
    };
    let partitions = items
        .column_by_name("partition")
        .and_then(|column| column.as_string_opt::<i32>());
    let offsets = |name: &str| {
        items
            .column_by_name(name)
            .and_then(|column| column.as_primitive_opt::<Int64Type>())
    };
    let (Some(partitions), Some(first), Some(last)) =
        (partitions, offsets("first"), offsets("last"))
    else {
        return Spans::new();
    };
    (0..items.len())
        .filter(|at| parse_partition(partitions.value(*at)).is_some())
        .map(|at| {
            (
                partitions.value(at).to_owned(),
                first.value(at),
                last.value(at),
            )
        })
        .collect()
}
