//! The views say of any history what the fold says. For as long as both exist.

use std::collections::{BTreeMap, BTreeSet};

use archive::rows::to_batches;
use arrow::array::RecordBatch;
use datafusion::prelude::SessionContext;
use event::fold::{SessionFold, SessionState, StatementFold};
use event::{Event, SessionId, TimeNs};
use journal::Position;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::{lists, views};

type Rows = BTreeMap<String, Value>;

fn micros(time: TimeNs) -> i64 {
    time.0.div_euclid(1_000)
}

fn names<'a>(people: impl Iterator<Item = &'a event::payload::Approver>) -> Option<Vec<&'a str>> {
    let names: BTreeSet<&str> = people.map(|by| by.display.as_str()).collect();
    (!names.is_empty()).then(|| names.into_iter().collect())
}

fn of_statement(fold: &StatementFold) -> Value {
    let approval = fold.approval();
    let sums = fold.deliveries().sums();
    let failure = fold.failure();
    let wait = approval
        .answered_at()
        .zip(approval.asked_at())
        .map(|(answered, asked)| (micros(answered) - micros(asked)) as f64 / 1_000.0);
    json!({
        "verdict": fold.verdict().map(event::payload::Verdict::as_str),
        "outcome": fold.outcome().as_str(),
        "approval": approval.outcome().map(event::fold::ApprovalOutcome::as_str),
        "approvers": names(approval.approvers()),
        "deniers": names(approval.deniers()),
        "approval_wait_ms": wait,
        "rows": sums.map(|sums| sums.rows),
        "bytes": sums.map(|sums| sums.bytes),
        "masked_cells": sums.map(|sums| sums.masked_cells),
        "rows_changed": sums.and_then(|sums| sums.rows_changed),
        "duration_ms": fold.duration_ns().map(|ns| ns as f64 / 1_000_000.0),
        "error_stage": failure.map(|failure| failure.stage.as_str()),
        "error_code": failure.map(|failure| failure.code.as_str()),
        "canceled_by": fold.canceled_by(),
        "query_id": fold.query_id(),
        "time": fold.began_at().map(micros),
    })
}

fn of_session(fold: &SessionFold) -> Value {
    let totals = fold.totals();
    // The view says there why a login was refused.
    let refused = fold.state() == SessionState::Refused;
    let ended = fold.closed().filter(|_| !refused);
    json!({
        "state": fold.state().as_str(),
        "opened": fold.opened_at().map(micros),
        "closed": fold.closed().map(|(at, _)| micros(at)),
        "close_reason": ended.map(|(_, reason)| reason.as_str()),
        "statements": totals.statements,
        "denied": totals.denied,
        "held": totals.held,
        "masked": totals.masked,
        "failed": totals.failed,
        "rows": totals.rows,
        "bytes": totals.bytes,
        "masked_cells": totals.masked_cells,
        "events": fold.events(),
    })
}

/// What the fold says: statements, and sessions.
fn folded(history: &[(Position, Event)]) -> (Rows, Rows) {
    let mut sessions: BTreeMap<SessionId, SessionFold> = BTreeMap::new();
    for (position, event) in history {
        if let Some(session) = event.session_id {
            let fold = sessions.entry(session).or_default();
            fold.apply((*position).into(), event);
        }
    }
    let mut statements = Rows::new();
    for (session, fold) in &sessions {
        for (statement, fold) in fold.statements() {
            statements.insert(format!("{session} {statement}"), of_statement(fold));
        }
    }
    let sessions = sessions.iter();
    let sessions = sessions.map(|(session, fold)| (session.to_string(), of_session(fold)));
    (statements, sessions.collect())
}

const OF_STATEMENT: &str = "SELECT concat(session_id, ' ', statement_id) AS key, verdict, outcome, approval, \
    array_sort(approvers) AS approvers, array_sort(deniers) AS deniers, approval_wait_ms, rows, bytes, masked_cells, rows_changed, \
    duration_ms, error_stage, error_code, canceled_by, query_id, cast(time AS BIGINT) AS time FROM statements";
const OF_SESSION: &str = "SELECT session_id AS key, state, cast(opened AS BIGINT) AS opened, cast(closed AS BIGINT) AS closed, \
    CASE WHEN state <> 'refused' THEN close_reason END AS close_reason, statements, denied, held, masked, failed, rows, bytes, masked_cells, events FROM sessions";

/// What the views say.
async fn viewed(history: &[(Position, Event)]) -> (Rows, Rows) {
    let context = SessionContext::new();
    for function in lists::all() {
        context.register_udf(function);
    }
    let (events, _) = to_batches(history).unwrap();
    context.register_batch("events", events).unwrap();
    for name in ["statements", "sessions"] {
        let view = views::ALL.iter().find(|view| view.name == name).unwrap();
        let frame = context.sql(view.sql).await.unwrap();
        context.register_table(name, frame.into_view()).unwrap();
    }
    (
        rows(&context, OF_STATEMENT).await,
        rows(&context, OF_SESSION).await,
    )
}

/// What `sql` answers, by its column `key`.
pub(super) async fn rows(context: &SessionContext, sql: &str) -> Rows {
    let frame = context.sql(sql).await.unwrap();
    json_rows(&frame.collect().await.unwrap())
}

/// Rows by their column `key`.
pub(super) fn json_rows(batches: &[RecordBatch]) -> Rows {
    let mut bytes = Vec::new();
    let mut writer = arrow::json::WriterBuilder::new()
        .with_explicit_nulls(true)
        .build::<_, arrow::json::writer::LineDelimited>(&mut bytes);
    for batch in batches {
        writer.write(batch).unwrap();
    }
    writer.finish().unwrap();
    drop(writer);
    let lines = String::from_utf8(bytes).unwrap();
    let rows = lines.lines().map(|line| {
        let mut row: Map<String, Value> = serde_json::from_str(line).unwrap();
        let key = row.remove("key").unwrap();
        (key.as_str().unwrap().to_owned(), Value::Object(row))
    });
    rows.collect()
}

fn compare(what: &str, view: &Rows, fold: &Rows) -> Result<(), TestCaseError> {
    let keys = |rows: &Rows| rows.keys().cloned().collect::<Vec<_>>();
    prop_assert_eq!(keys(view), keys(fold), "{}", what);
    for (key, want) in fold {
        let (Value::Object(want), Value::Object(got)) = (want, &view[key]) else {
            panic!("rows are objects");
        };
        prop_assert_eq!(want.len(), got.len());
        for (name, want) in want {
            // The first is the fold's.
            prop_assert_eq!(want, &got[name], "{} {}: {}", what, key, name);
        }
    }
    Ok(())
}

fn agree(history: &[(Position, Event)]) -> Result<(), TestCaseError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let view = runtime.block_on(viewed(history));
    let fold = folded(history);
    compare("statement", &view.0, &fold.0)?;
    compare("session", &view.1, &fold.1)
}

#[test]
fn the_views_and_the_fold_agree_on_the_fixed_history() {
    agree(&history::journaled(1)).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10))]
    #[test]
    fn the_views_and_the_fold_agree(choices in proptest::collection::vec(any::<u8>(), 0..2_500)) {
        agree(&history::drawn(&choices))?;
    }
}
