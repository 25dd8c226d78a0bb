//! Inline replies through the mask, and what upstream should not say.

use access::{ColumnPlan, MaskPlan, Operator};
use arrow::array::AsArray as _;
use event::Payload;
use event::payload::FailureStage;
use journal::memory::Fault;
use serde_json::{Value, json};

use super::world::{World, batches, terms};
use crate::outcome::Outcome;
use crate::upstream::reply::{GarbageReply, UpstreamReply};

pub(super) const CARD: &str = "4111111111111111";

pub(super) fn rowtype(columns: &[(&str, &str)]) -> Value {
    let columns = columns.iter().map(|(name, kind)| {
        json!({"name": name, "type": kind, "nullable": true, "precision": null, "scale": null, "length": 100,
               "byteLength": 400, "database": "D", "schema": "S", "table": "T", "collation": null})
    });
    columns.collect()
}

pub(super) fn masking(ordinal: u32, operator: Operator) -> MaskPlan {
    MaskPlan {
        columns: vec![ColumnPlan {
            ordinal,
            operator,
            rule: "mask-it".to_owned(),
            label: "SECRET".to_owned(),
            sources: vec!["D.S.T.C".to_owned()],
        }],
        ..MaskPlan::detect_only()
    }
}

pub(super) fn data(body: &[u8]) -> Value {
    let body: Value = serde_json::from_slice(body).expect("is JSON");
    body["data"].clone()
}

#[tokio::test]
async fn rows_are_masked_and_all_else_stays_byte_for_byte() {
    let world = World::new().await;
    let unknown = r#""parameters":[{"name":"X", "value" : 1.00}],"big":12345678901234567890.10,"queryContext":{"entries": [ {"id":0} ]},"odd\u006bey":"\u00e9""#;
    let body = format!(
        r#"{{"data":{{{unknown},"rowtype":{},"rowset":[["{CARD}","ann"],[null,"bob"]],"total":2,"returned":2,"queryId":"01b2","queryResultFormat":"json","finalDatabaseName":"D","statementTypeId":4096}},"code":null,"message":null,"success":true,"later":[ 1 ]}}"#,
        rowtype(&[("C", "text"), ("N", "text")])
    );
    let answer = world.respond(masking(1, Operator::Redact), &body).await;
    let text = String::from_utf8(answer.body.to_vec()).expect("is UTF-8");
    for kept in [
        r#""parameters":[{"name":"X", "value" : 1.00}],"big":12345678901234567890.10,"queryContext":{"entries": [ {"id":0} ]}"#,
        r#""oddkey":"\u00e9""#,
        r#""later":[ 1 ]"#,
        r#""code":null,"message":null,"success":true"#,
    ] {
        assert!(text.contains(kept), "{kept} in {text}");
    }
    assert!(!text.contains(CARD) && !text.contains("ann") && !text.contains("bob"));
    let rows = data(&answer.body)["rowset"].clone();
    assert_eq!(rows.as_array().map(Vec::len), Some(2));
    assert_eq!(rows[1][0], Value::Null);
    match answer.outcome {
        Outcome::Delivered(result) => {
            assert_eq!(
                (
                    result.query_id.as_str(),
                    result.statement_type,
                    result.children.len()
                ),
                ("01b2", Some(4096), 0)
            );
            assert_eq!(result.context.database.as_deref(), Some("D"));
        }
        other => panic!("{other:?}"),
    }
    assert!(!world.journaled().contains(CARD));
}

#[tokio::test]
async fn what_was_delivered_is_recorded_page_by_page() {
    let world = World::new().await;
    let body = json!({"success": true, "code": null, "message": null, "data": {
        "rowtype": rowtype(&[("C", "text"), ("N", "fixed")]), "rowset": [[CARD, "1"], ["x", "2"]],
        "total": 2, "queryId": "01b2", "queryResultFormat": "json", "stats": {"numRowsInserted": 2}}});
    let answer = world
        .respond(MaskPlan::detect_only(), &body.to_string())
        .await;
    let payloads = world.payloads();
    let [
        Payload::ResponseStarted(started),
        Payload::ResponsePage(page),
        Payload::ResponseFinished(finished),
    ] = payloads.as_slice()
    else {
        panic!("{payloads:?}");
    };
    assert_eq!(
        (started.query_id.as_str(), started.columns.len()),
        ("01b2", 2)
    );
    assert_eq!(started.columns[0].origin, "D.S.T");
    assert_eq!((page.rows, page.first_row, page.fragments), (2, 0, 1));
    assert_eq!(page.masked.iter().map(|count| count.cells).sum::<u64>(), 1);
    assert_eq!(
        (finished.rows, finished.pages, finished.masked_cells),
        (2, 1, 1)
    );
    assert_eq!(finished.counts.map(|counts| counts.inserted), Some(2));
    assert_eq!(finished.duration_ns, 1_000_000_000);
    let recorded = &batches(&page.body)[0];
    let schema = recorded.schema();
    assert_eq!(
        schema
            .field(1)
            .metadata()
            .get("logicalType")
            .map(String::as_str),
        Some("FIXED")
    );
    let delivered = data(&answer.body)["rowset"].clone();
    for (row, cells) in delivered.as_array().expect("rows").iter().enumerate() {
        for (ordinal, cell) in cells.as_array().expect("cells").iter().enumerate() {
            let column = recorded.column(ordinal).as_string::<i32>();
            assert_eq!(cell.as_str(), Some(column.value(row)));
        }
    }
}

#[tokio::test]
async fn another_number_of_columns_than_analysed_redacts_everything() {
    let world = World::new().await;
    let plan = MaskPlan {
        expected_columns: Some(1),
        ..MaskPlan::detect_only()
    };
    let body = json!({"success": true, "data": {"rowtype": rowtype(&[("A", "text"), ("B", "text")]),
        "rowset": [["zebra", "tiger"]], "queryId": "01b2", "queryResultFormat": "json"}});
    let answer = world.respond(plan, &body.to_string()).await;
    let text = String::from_utf8_lossy(&answer.body);
    assert!(!text.contains("zebra") && !text.contains("tiger"));
    assert!(matches!(&world.payloads()[0], Payload::ResponseStarted(started) if started.mask_all));
}

#[tokio::test]
async fn nothing_leaves_when_the_journal_refuses() {
    for fault in [Fault::Refuse, Fault::Silent, Fault::Unanswered] {
        let world = World::new().await;
        world.journal.set_fault(fault);
        let body = json!({"success": true, "data": {"rowtype": rowtype(&[("A", "text")]), "rowset": [["zebra"]],
            "queryId": "01b2", "queryResultFormat": "json"}});
        let reply = UpstreamReply::parse(body.to_string().as_bytes()).expect("parses");
        let answer = world
            .delivery
            .respond(&terms(MaskPlan::detect_only()), reply)
            .await;
        assert!(answer.is_err(), "{fault:?}");
    }
}

#[tokio::test]
async fn upstream_errors_are_masked_and_shaped_for_every_driver() {
    let cases = [
        (
            "plain",
            json!({"success": false, "code": "002003", "message": "object T does not exist", "data": {
            "errorCode": "002003", "sqlState": "42S02", "queryId": "01b2", "line": 1, "pos": 14, "type": "COMPILATION",
            "queryContext": {"entries": []}}}),
            false,
            "002003",
            "42S02",
        ),
        (
            "quotes a value",
            json!({"success": false, "code": "100038", "message": format!("numeric value '{CARD}' is bad"),
            "data": {"sqlState": "22018", "detail": CARD}}),
            false,
            "100038",
            "22018",
        ),
        (
            "touches sensitive columns",
            json!({"success": false, "code": "100038", "message": "value 'zebra' is bad",
            "data": {"sqlState": "22018", "rowset": [["zebra"]]}}),
            true,
            "100038",
            "22018",
        ),
        (
            "no data",
            json!({"success": false, "code": "002003", "message": "no", "data": null}),
            false,
            "002003",
            "XX000",
        ),
        (
            "a code that crashes drivers",
            json!({"success": false, "code": "PX001", "message": "no", "data": {"sqlState": 7}}),
            false,
            "000603",
            "XX000",
        ),
        (
            "no code",
            json!({"success": false, "code": null, "message": null, "data": {"errorCode": 1003}}),
            false,
            "001003",
            "XX000",
        ),
    ];
    for (name, body, sensitive, code, sql_state) in cases {
        let world = World::new().await;
        let mut given = terms(MaskPlan::detect_only());
        given.withhold_errors = sensitive;
        let answer = world.respond_on(&given, &body.to_string()).await;
        let shown: Value = serde_json::from_slice(&answer.body).expect("is JSON");
        assert_eq!(shown["success"], false, "{name}");
        assert_eq!(
            (&shown["code"], &shown["data"]["errorCode"]),
            (&json!(code), &json!(code)),
            "{name}"
        );
        assert_eq!(shown["data"]["sqlState"], sql_state, "{name}");
        assert!(
            shown["data"]["queryId"].is_string() && shown["message"].is_string(),
            "{name}"
        );
        assert_eq!(
            answer.upstream_error(),
            (code.to_owned(), sql_state.to_owned())
        );
        for raw in [CARD, "zebra"] {
            assert!(
                !shown.to_string().contains(raw) && !world.journaled().contains(raw),
                "{name}"
            );
        }
        assert!(
            matches!(&world.payloads()[..], [Payload::StatementFailed(failed)]
            if failed.stage == FailureStage::Upstream && failed.code == code)
        );
    }
}

#[tokio::test]
async fn stage_credentials_never_pass() {
    for field in [
        "stageInfo",
        "command",
        "presignedUrls",
        "encryptionMaterial",
    ] {
        let world = World::new().await;
        let mut body =
            json!({"success": true, "data": {"queryId": "01b2", "rowtype": [], "rowset": []}});
        body["data"][field] = json!({"creds": {"AWS_SECRET_KEY": "hunter2"}});
        let answer = world
            .respond(MaskPlan::detect_only(), &body.to_string())
            .await;
        assert!(
            !String::from_utf8_lossy(&answer.body).contains("hunter2"),
            "{field}"
        );
        assert!(answer.failed(), "{field}");
        assert!(matches!(
            &world.payloads()[..],
            [Payload::StageRefused(_), Payload::StatementFailed(_)]
        ));
        assert!(!world.journaled().contains("hunter2"), "{field}");
    }
}

#[tokio::test]
async fn a_reply_that_is_no_result_shows_an_error_and_no_row() {
    let cases = [
        ("rows nobody described", r#"{"success":true,"data":{"rowset":[["zebra"]]}}"#.to_owned()),
        ("too wide a row", json!({"success": true, "data": {"rowtype": rowtype(&[("A", "text")]), "rowset": [["zebra", "x"]]}}).to_string()),
        ("rows that are none", json!({"success": true, "data": {"rowtype": rowtype(&[("A", "text")]), "rowset": {"zebra": 1}}}).to_string()),
        ("broken base64", json!({"success": true, "data": {"rowtype": rowtype(&[("A", "text")]), "queryResultFormat": "arrow", "rowsetBase64": "zebra!"}}).to_string()),
        ("broken arrow", json!({"success": true, "data": {"rowtype": rowtype(&[("A", "text")]), "queryResultFormat": "arrow", "rowsetBase64": "emVicmE="}}).to_string()),
        ("another format", json!({"success": true, "data": {"rowtype": rowtype(&[("A", "text")]), "queryResultFormat": "zebra", "rowset": [["zebra"]]}}).to_string()),
        ("still in progress", r#"{"success":true,"code":"333333","data":{"queryId":"q","rowset":[["zebra"]]}}"#.to_owned()),
    ];
    for (name, body) in cases {
        let world = World::new().await;
        let answer = world.respond(MaskPlan::detect_only(), &body).await;
        assert!(
            !String::from_utf8_lossy(&answer.body).contains("zebra"),
            "{name}"
        );
        assert!(answer.failed(), "{name}");
        assert!(
            matches!(&world.payloads()[..], [Payload::StatementFailed(_)]),
            "{name}"
        );
    }
}

#[test]
fn a_body_two_drivers_could_read_differently_is_garbage() {
    let cases = [
        (
            r#"{"success":true,"data":{"rowset":[],"rowset":[["x"]]}}"#,
            false,
        ),
        (
            r#"{"success":true,"data":{"rowset":[],"ROWSET":[["x"]]}}"#,
            true,
        ),
        (r#"{"success":true,"data":{"RowsetBase64":"x"}}"#, true),
        (r#"{"success":true,"DATA":{},"data":{}}"#, true),
        (r#"{"data":{}}"#, false),
        ("<html>", false),
        ("", false),
    ];
    for (body, ambiguous) in cases {
        let parsed = UpstreamReply::parse(body.as_bytes());
        let error = parsed.expect_err(body);
        assert_eq!(error == GarbageReply::Ambiguous, ambiguous, "{body}");
    }
}
