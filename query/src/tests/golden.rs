//! What each view says of the fixed history.

use insta::assert_snapshot;

use super::world::{World, auditor};
use crate::{SessionFilter, render};

/// Half of each lane archived.
async fn world() -> World {
    World::with(|_, length| length / 2).await
}

#[tokio::test]
async fn sessions() {
    let world = world().await;
    assert_snapshot!(
        world
            .table("select * exclude (first_text, principal_groups) from sessions order by opened")
            .await
    );
}

#[tokio::test]
async fn the_list_of_sessions_keeps_ids_whole() {
    let world = world().await;
    let list = world
        .engine
        .sessions(&auditor(), &SessionFilter::default())
        .await
        .unwrap();
    let rows = list.rows().unwrap();
    let wide = render::sessions(&rows, Some(140), &render::plain);
    let narrow = render::sessions(&rows, Some(70), &render::plain);
    assert_snapshot!(wide + "\n" + &narrow);
}

#[tokio::test]
async fn statements() {
    let world = world().await;
    let sql = "select session_id, time, principal, text, kinds, verdict, outcome, reasons, rules, approval, approvers, approval_wait_ms, \
               rows, bytes, masked_cells, rows_changed, duration_ms from statements order by time";
    assert_snapshot!("statements_outcome", world.table(sql).await);
    let sql = "select tables, columns, flags, error_stage, error_code, error_message, query_id, request_id, agent, on_behalf_of, source_ip, \
               connection from statements order by time";
    assert_snapshot!("statements_detail", world.table(sql).await);
}

#[tokio::test]
async fn approvals() {
    let world = world().await;
    assert_snapshot!(
        world
            .table("select * exclude (binding) from approvals")
            .await
    );
}

#[tokio::test]
async fn accesses() {
    let world = world().await;
    let sql = "select principal, table_name, column_name, usage, verdict, outcome, rows, kinds from accesses \
               order by time, table_name, column_name, usage";
    assert_snapshot!(world.table(sql).await);
}

#[tokio::test]
async fn masks() {
    let world = world().await;
    assert_snapshot!(world.table("select * from masks").await);
}

#[tokio::test]
async fn auditors() {
    let world = world().await;
    assert_snapshot!(
        world
            .table("select * from auditors where auditor = 'vera' order by time")
            .await
    );
}

#[tokio::test]
async fn results_are_tables_with_types() {
    let world = world().await;
    let statement = history::statement_id(1, 1);
    let sql = format!(
        "select \"ID\" + 1 as next, \"EMAIL\", \"SINCE\", arrow_typeof(\"SINCE\") as type from result('{statement}') order by next"
    );
    assert_snapshot!("result_typed", world.table(&sql).await);
    let digest_only = history::statement_id(2, 1);
    let sql = format!("select * from result('{digest_only}')");
    assert_snapshot!("result_digest_only", world.table(&sql).await);
    let sql = format!("select * from result('{statement}', 7)");
    assert_snapshot!("result_unknown", world.table(&sql).await);
    assert_snapshot!(
        "result_misused",
        world.table("select * from result(12)").await
    );
}

#[tokio::test]
async fn a_session_is_a_table() {
    let world = world().await;
    let session = history::session_id(2);
    let sql =
        format!("select kind, count(*) as n from session('{session}') group by kind order by kind");
    assert_snapshot!(world.table(&sql).await);
}

#[tokio::test]
async fn names_and_docs() {
    let world = world().await;
    assert_snapshot!("tables", world.table("show tables").await);
    let sql = "select column_name, data_type, doc from docs where table_name = 'approvals'";
    assert_snapshot!("docs", world.table(sql).await);
    let missing = "select table_name, column_name from docs where doc = '' or doc is null";
    assert!(world.table(missing).await.contains("(0 rows"));
}

#[tokio::test]
async fn mistakes_are_told_with_a_hint() {
    let world = world().await;
    let mut told = String::new();
    for sql in [
        "selec 1",
        "select * from nope",
        "select nope from statements",
        "select 1; select 2",
        "",
        "drop table events",
        "create table x (a int)",
        "insert into events select * from events",
        "create external table x stored as parquet location '/etc'",
        "copy (select 1) to '/tmp/x.csv'",
        "set datafusion.execution.batch_size = 1",
        "select * from '/etc/passwd'",
        "explain analyze insert into events select * from events",
        "prepare p as select 1",
        "select 1 / 0",
    ] {
        told += &format!("> {sql}\n{}\n", world.table(sql).await);
    }
    assert_snapshot!(told);
}
