//! Answers of any size: recorded before the first row and at their end, ended when nobody listens, cut off with a word; and who sees what.

use std::time::Duration;

use axum::body::Body;
use event::payload::ReplayMode;
use event::{Payload, decode};
use futures::StreamExt as _;
use http::{Request, StatusCode};
use serde_json::json;
use tower::ServiceExt;

use super::reading::{api, queried};
use super::world::{World, auditor};
use crate::{Auditor, Config, Query, QueryError, Sees};

fn exported(world: &World) -> Vec<event::payload::AuditorExported> {
    let records = world.journal.all();
    let events = records
        .iter()
        .filter_map(|record| decode(&record.value).ok());
    events
        .filter_map(|event| match event.payload {
            Payload::AuditorExported(exported) => Some(exported),
            _ => None,
        })
        .collect()
}

/// Rows enough for many batches.
const MANY: &str =
    "select a.value + b.value as n from generate_series(1, 300) a, generate_series(1, 300) b";

#[tokio::test]
async fn an_export_is_recorded_before_its_first_row_and_when_it_ends() {
    let world = World::with(|_, _| 0).await;
    let query = Query::new(MANY);
    let mut export = world.engine.export(&auditor(), &query).await.unwrap();
    assert_eq!(export.schema().field(0).name(), "n");
    let asked = queried(&world);
    assert_eq!(
        (asked.len(), asked[0].rows, &asked[0].error),
        (1, None, &None)
    );
    let mut rows = 0;
    while let Some(batch) = export.next().await {
        rows += batch.unwrap().num_rows();
    }
    assert_eq!((rows, export.truncated()), (90_000, false));
    let told = exported(&world);
    assert_eq!((told.len(), told[0].events), (1, 90_000));
    drop(export);
    assert_eq!(exported(&world).len(), 1, "told once");
    let limited = Query {
        limit: Some(10),
        ..query
    };
    let mut export = world.engine.export(&auditor(), &limited).await.unwrap();
    let mut rows = 0;
    while let Some(batch) = export.next().await {
        rows += batch.unwrap().num_rows();
    }
    assert_eq!((rows, export.truncated()), (10, true));
    assert_eq!(exported(&world)[1].events, 10);
}

#[tokio::test]
async fn who_hangs_up_frees_the_query_and_what_was_taken_is_recorded() {
    let config = Config {
        queries_running_max: 1,
        ..Config::default()
    };
    let world = World::configured(|_, _| 0, config).await;
    let endless = Query::new(
        "select a.value from generate_series(1, 1000) a, generate_series(1, 1000000000) b",
    );
    let mut export = world.engine.export(&auditor(), &endless).await.unwrap();
    let first = export.next().await.unwrap().unwrap().num_rows();
    drop(export);
    // The one turn of an export there is has been given back, and the one of a query.
    let another = Query::new("select 1");
    let another = world.engine.export(&auditor(), &another).await;
    assert!(another.is_ok());
    let next = world
        .engine
        .query(&auditor(), &Query::new("select 1"))
        .await;
    assert!(next.is_ok(), "{next:?}");
    let told = exported(&world);
    assert_eq!((told.len(), told[0].events), (1, first as u64));
}

#[tokio::test]
async fn a_session_that_is_read_whole_waits_for_its_turn() {
    let config = Config {
        queries_running_max: 1,
        ..Config::default()
    };
    let world = World::configured(|_, _| 0, config).await;
    let reader = auditor();
    let turn = world.engine.turn(&reader).await;
    let read = || {
        let session = history::session_id(1);
        world
            .engine
            .session_events(&reader, session, ReplayMode::Text)
    };
    let soon = Duration::from_millis(500);
    assert!(tokio::time::timeout(soon, read()).await.is_err());
    drop(turn);
    assert!(!read().await.unwrap().is_empty());
}

#[tokio::test]
async fn who_takes_nothing_keeps_no_turn_and_goes_on_where_it_was() {
    let config = Config {
        queries_running_max: 1,
        ..Config::default()
    };
    let world = World::configured(|_, _| 0, config).await;
    let query = Query::new(MANY);
    let mut export = world.engine.export(&auditor(), &query).await.unwrap();
    let mut rows = 0;
    // Before its first row, and before the next one.
    for _ in 0..2 {
        let other = Query::new("select 1");
        let other = world.engine.query(&auditor(), &other).await;
        assert!(other.is_ok(), "{other:?}");
        rows += export.next().await.unwrap().unwrap().num_rows();
    }
    assert!(rows < 90_000, "it stopped in the middle");
    while let Some(batch) = export.next().await {
        rows += batch.unwrap().num_rows();
    }
    assert_eq!(rows, 90_000);
}

#[tokio::test]
async fn an_answer_that_nobody_takes_is_cut_off_with_a_word() {
    let config = Config {
        queries_running_max: 1,
        ..Config::default()
    };
    let world = World::configured(|_, _| 0, config).await;
    let query = Query::new(MANY);
    let export = world.engine.export(&auditor(), &query).await.unwrap();
    let mut export = export.within(Duration::from_millis(50));
    // The one turn of an export there is comes free, though nobody asks for a row or hangs up.
    let another = world.engine.export(&auditor(), &query).await;
    assert!(another.is_ok());
    let told = export.next().await.unwrap().unwrap_err();
    assert!(matches!(told, QueryError::Unread { .. }), "{told}");
    assert!(export.next().await.is_none());
    let told = exported(&world);
    assert_eq!((told.len(), told[0].events), (1, 0));
}

#[tokio::test]
async fn an_answer_that_breaks_off_says_so_and_ends_in_an_error() {
    let world = World::with(|_, _| 0).await;
    let api = api(&world.engine);
    // Fails at a row far into the answer.
    let sql = "select 1 / (89000 - n) as x from (select a.value * 300 + b.value - 300 as n from \
               generate_series(1, 300) a, generate_series(1, 300) b)";
    for (format, mark) in [("jsonl", "firn_error"), ("csv", "# cut off: ")] {
        let request = Request::builder()
            .method("POST")
            .uri("/api/sql")
            .header("authorization", "Bearer good")
            .header("content-type", "application/json");
        let body = json!({"sql": sql, "format": format}).to_string();
        let response = api.clone().oneshot(request.body(Body::from(body)).unwrap());
        let response = response.await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["x-firn-columns"], "[\"x\"]");
        let mut frames = response.into_body().into_data_stream();
        let (mut text, mut broke) = (String::new(), false);
        while let Some(frame) = frames.next().await {
            match frame {
                Ok(bytes) => text.push_str(&String::from_utf8_lossy(&bytes)),
                Err(_) => broke = true,
            }
        }
        assert!(broke, "{format}: a part must not pass for the whole");
        let last = text.lines().last().unwrap();
        assert!(last.contains(mark), "{format}: {last}");
    }
}

#[tokio::test]
async fn an_investigator_reads_everything_but_who_reads() {
    let world = World::with(|_, length| length / 2).await;
    let count = async |sees: Sees, sql: &str| {
        let who = Auditor { sees, ..auditor() };
        let answer = world.engine.query(&who, &Query::new(sql)).await.unwrap();
        answer.rows().unwrap().rows[0][0].as_u64().unwrap()
    };
    let readers = "select count(*) from events where kind like 'auditor.%'";
    assert!(count(Sees::All, readers).await > 0);
    for hidden in [
        readers,
        "select count(*) from auditors",
        "select count(*) from quarantine",
        "select count(*) from (select * from events union all select * from events) where kind like 'auditor.%'",
    ] {
        assert_eq!(count(Sees::Unobserved, hidden).await, 0, "{hidden}");
    }
    // The process may say between two questions that it lives.
    let others = "select count(*) from events where kind not like 'auditor.%' and kind not like 'producer.%'";
    assert_eq!(
        count(Sees::Unobserved, others).await,
        count(Sees::All, others).await
    );
    let statements = "select count(*) from statements";
    assert_eq!(count(Sees::Unobserved, statements).await, 5);
}

#[tokio::test]
async fn what_an_investigator_asks_is_not_evaluated_on_rows_that_are_hidden() {
    let world = World::with(|_, length| length / 2).await;
    let ask = async |sees: Sees, sql: &str| {
        let who = Auditor { sees, ..auditor() };
        let answer = world.engine.query(&who, &Query::new(sql)).await;
        answer.map(|answer| answer.rows().unwrap().rows)
    };
    // What is hidden below.
    ask(Sees::All, "select 'who asks this?'").await.unwrap();
    for sql in [
        "select count(*) from events where cast(auditor_queried['sql'] as bigint) > 1",
        "select sum(cast(auditor_queried['sql'] as bigint)) from events",
        "select kind, cast(auditor_queried['sql'] as bigint) from events",
        "select e.kind from events e join docs d on cast(e.auditor_queried['sql'] as bigint) = length(d.doc)",
        "select count(*) from events where 1 / (case when auditor_queried['sql'] like '%who asks%' then 0 else 1 end) = 1",
    ] {
        let told = ask(Sees::All, sql).await;
        assert!(told.is_err(), "{sql}: it asks nothing of these rows");
        let shown = ask(Sees::Unobserved, sql).await;
        assert!(shown.is_ok(), "{sql}: {shown:?}");
    }
    // Filters that cannot fail still reach the files, and mean what they meant.
    for sql in [
        "select count(*) from events where kind = 'auditor.queried' or kind = 'auditor.listed'",
        "select count(*) from events where kind like 'auditor.%'",
        "select count(*) from (select kind from events where session_id is null limit 1000) where kind = 'auditor.queried'",
    ] {
        assert_eq!(
            ask(Sees::Unobserved, sql).await.unwrap(),
            [[json!(0)]],
            "{sql}"
        );
    }
    let plan = ask(Sees::Unobserved, "explain analyze select * from events").await;
    let plan = plan.unwrap();
    let plan = plan[0][1].as_str().unwrap();
    assert!(
        !plan.contains("FilterExec") && !plan.contains("auditor."),
        "{plan}"
    );
}

#[test]
fn every_kind_that_says_who_reads_is_hidden() {
    let reading = event::Kind::ALL.iter().copied();
    let reading = reading.filter(|kind| kind.as_str().starts_with("auditor."));
    let mut hidden = crate::catalog::READERS.to_vec();
    hidden.sort_unstable();
    assert_eq!(hidden, reading.collect::<Vec<_>>());
}
