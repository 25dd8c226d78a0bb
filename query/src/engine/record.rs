//! Reads events back out of the view: a session's for its replay, a statement's for `result()`.
//!
//! Enters: a query's session. Leaves: events whose canonical bytes are the recorded ones. Never here: SQL text with an id in it.

use std::sync::Arc;

use archive::rows::{Bodies, stored_events};
use datafusion::arrow::array::RecordBatch;
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::logical_expr::{Expr, col, lit};
use display::grid::{Grid, Why, assemble, typed};
use event::{Event, Kind, Payload, SessionId};
use journal::Position;

use super::context::Session;
use crate::error::QueryError;
use crate::functions::ResultCall;
use crate::limits::{RESULT_ROWS_MAX, SESSION_EVENTS_MAX};

/// Every event of `id`, in no order.
pub(super) async fn session(
    session: &Session,
    id: SessionId,
) -> Result<Vec<(Position, Event)>, QueryError> {
    let of_session = || col("session_id").eq(lit(id.to_string()));
    read(session, of_session(), of_session()).await
}

/// The recorded result of `call` as a table, and what is missing of it; none where none is recorded.
pub(super) async fn result(
    session: &Session,
    call: ResultCall,
) -> Result<Option<(Arc<MemTable>, Option<String>)>, QueryError> {
    let of_statement = || col("statement_id").eq(lit(call.statement.to_string()));
    let wanted = of_statement().and(result_kinds());
    let events = read(session, wanted, of_statement()).await?;
    let mut started = None;
    let mut pages = Vec::new();
    for (_, event) in events {
        match event.payload {
            Payload::ResponseStarted(one) if one.result == call.result => started = Some(one),
            Payload::ResponsePage(page) if page.result == call.result => pages.push(page),
            _ => {}
        }
    }
    if started.is_none() && pages.is_empty() {
        return Ok(None);
    }
    let unreadable = |error: String| QueryError::Record(error);
    let grid = assemble(started.as_ref(), &pages, RESULT_ROWS_MAX)
        .map_err(|error| unreadable(error.to_string()))?;
    let typed = typed(&grid).map_err(|error| unreadable(error.to_string()))?;
    let notice = (typed.missing > 0).then(|| notice(&grid, typed.missing, call));
    let table = MemTable::try_new(typed.batch.schema(), vec![vec![typed.batch]])?;
    Ok(Some((Arc::new(table), notice)))
}

/// What a result is put together from.
pub(super) fn result_kinds() -> Expr {
    let kinds = [Kind::ResponseStarted, Kind::ResponsePage];
    let kinds = kinds.iter().map(|kind| lit(kind.as_str())).collect();
    col("kind").in_list(kinds, false)
}

/// What is left out, and why: fewer rows are never shown silently.
fn notice(grid: &Grid, missing: u64, call: ResultCall) -> String {
    let rows_of = |why| {
        let holes = grid.holes.iter().filter(|hole| hole.why == why);
        holes.map(|hole| hole.rows).sum::<u64>()
    };
    let reasons = [
        (Why::DigestOnly, "policy keeps their digests only"),
        (Why::Missing, "not in the record"),
        (Why::Cut, "recorded beyond what one result() shows"),
    ];
    let reasons: Vec<String> = reasons
        .into_iter()
        .map(|(why, text)| (rows_of(why), text))
        .filter(|(rows, _)| *rows > 0)
        .map(|(rows, text)| format!("{rows}: {text}"))
        .collect();
    format!(
        "{missing} of {} delivered rows of result {} of statement {} are not shown ({})",
        grid.rows_delivered,
        call.result,
        call.statement,
        reasons.join("; ")
    )
}

async fn read(
    session: &Session,
    events: Expr,
    pages: Expr,
) -> Result<Vec<(Position, Event)>, QueryError> {
    let bodies = collect(
        session,
        session.relations.pages()?,
        pages,
        &["event_id", "body"],
    )
    .await?;
    let unreadable = |error: archive::rows::RowError| QueryError::Record(error.to_string());
    let bodies = Bodies::read(&bodies).map_err(unreadable)?;
    let rows = collect(session, session.relations.events()?, events, &[]).await?;
    let mut found = Vec::new();
    for batch in &rows {
        let stored = stored_events(batch, &bodies).map_err(unreadable)?;
        found.extend(
            stored
                .into_iter()
                .map(|stored| (stored.position, stored.event)),
        );
    }
    Ok(found)
}

pub(super) async fn collect(
    session: &Session,
    table: Arc<dyn TableProvider>,
    filter: Expr,
    columns: &[&str],
) -> Result<Vec<RecordBatch>, QueryError> {
    let mut frame = session.context.read_table(table)?.filter(filter)?;
    if !columns.is_empty() {
        frame = frame.select_columns(columns)?;
    }
    // One more, to know whether these are all.
    let most = SESSION_EVENTS_MAX;
    let rows = frame.limit(0, Some(most.saturating_add(1)))?;
    whole(rows.collect().await?, most)
}

/// All rows or none: what is cut off somewhere would look like all there is.
fn whole(rows: Vec<RecordBatch>, most: usize) -> Result<Vec<RecordBatch>, QueryError> {
    let found: usize = rows.iter().map(RecordBatch::num_rows).sum();
    if found <= most {
        return Ok(rows);
    }
    let what = format!("there are more than {most} events, which are not read at once");
    Err(QueryError::Resources(what))
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{ArrayRef, Int64Array};

    use super::*;

    #[test]
    fn too_many_events_are_an_error_and_no_part_of_them() {
        let column: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
        let rows = RecordBatch::try_from_iter([("offset", column)]).unwrap();
        let twice = || vec![rows.clone(), rows.clone()];
        assert_eq!(whole(twice(), 4).unwrap().len(), 2);
        assert!(matches!(whole(twice(), 3), Err(QueryError::Resources(_))));
    }
}
