//! Reading is recorded, bounded, and served over HTTP only to who may read.

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use door::{AuthError, Authenticate, Authorities, Authority, Identity, Routes};
use event::payload::ReplayMode;
use event::{Kind, Payload, TimeNs, decode};
use http::{Request, StatusCode};
use journal::memory::Fault;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::world::{World, auditor};
use crate::{Config, Engine, Query, QueryError, Rows, SessionFilter, routes};

pub(super) fn queried(world: &World) -> Vec<event::payload::AuditorQueried> {
    let records = world.journal.all();
    let events = records
        .iter()
        .filter_map(|record| decode(&record.value).ok());
    let mine = events.filter(|event| {
        let reader = event.principal.as_ref();
        reader.is_some_and(|reader| reader.display == "alma")
    });
    mine.filter_map(|event| match event.payload {
        Payload::AuditorQueried(queried) => Some(queried),
        _ => None,
    })
    .collect()
}

#[tokio::test]
async fn each_query_is_in_the_journal_before_its_rows_are_out() {
    let world = World::with(|_, _| 0).await;
    world.table("select statement_id from statements").await;
    world.table("select nope from statements").await;
    let told = queried(&world);
    assert_eq!(told.len(), 2);
    assert_eq!(told[0].sql, "select statement_id from statements");
    assert_eq!((told[0].rows, told[0].error.as_deref()), (Some(5), None));
    assert!(told[1].error.as_deref().unwrap().contains("nope"));
}

#[tokio::test]
async fn an_answer_that_cannot_be_recorded_is_withheld() {
    let world = World::with(|_, _| 0).await;
    world.journal.set_fault(Fault::Refuse);
    let answer = world
        .engine
        .query(&auditor(), &Query::new("select 1"))
        .await;
    assert!(matches!(answer, Err(QueryError::Unrecorded(_))));
}

#[tokio::test]
async fn limits_cut_answers_and_say_so() {
    let world = World::with(|_, length| length).await;
    let query = Query {
        sql: "select * from statements".to_owned(),
        limit: Some(2),
    };
    let answer = world.engine.query(&auditor(), &query).await.unwrap();
    assert!(answer.truncated);
    assert_eq!(answer.row_count(), 2);
    let long = Query::new("x".repeat(crate::limits::SQL_BYTES_MAX + 1));
    let refused = world.engine.query(&auditor(), &long).await;
    assert!(matches!(refused, Err(QueryError::TooLong { .. })));
}

#[tokio::test]
async fn a_plan_says_what_was_read_and_finds_the_latest_by_their_time() {
    let world = World::with(|_, length| length).await;
    let plan = async |sql: String| {
        let answer = world.engine.query(&auditor(), &Query::new(sql)).await;
        serde_json::to_string(&answer.unwrap().rows().unwrap()).unwrap()
    };
    let session = history::session_id(1);
    let read = format!("explain analyze select * from events where session_id = '{session}'");
    let told = plan(read).await;
    for counted in [
        "files_ranges_pruned_statistics",
        "row_groups_pruned_statistics",
        "bytes_scanned",
    ] {
        assert!(told.contains(counted), "{counted}: {told}");
    }
    // The other columns are read of rows that may still be among the latest, and of no others.
    let latest = plan("explain select * from events order by time desc limit 2".to_owned()).await;
    assert!(latest.contains("DynamicFilter"), "{latest}");
}

#[tokio::test]
async fn a_query_that_runs_on_is_stopped() {
    let config = Config {
        timeout_ms: 300,
        ..Config::default()
    };
    let world = World::configured(|_, _| 0, config).await;
    let endless = "select count(*) from generate_series(1, 1000000000) a, generate_series(1, 1000000000) b where a.value + b.value = 7";
    let stopped = world.engine.query(&auditor(), &Query::new(endless)).await;
    assert!(
        matches!(stopped, Err(QueryError::Timeout { .. })),
        "{stopped:?}"
    );
}

#[tokio::test]
async fn no_query_ends_the_process() {
    let world = World::with(|_, _| 0).await;
    for (sql, said) in [
        (format!("select 1{}", " + 1".repeat(60_000)), "too complex"),
        (
            format!("{}select 1", "explain ".repeat(30_000)),
            "too complex",
        ),
        (
            format!("select 1 from docs a0{}", " cross join docs".repeat(9_000)),
            "too complex",
        ),
        ("select range(1, 100000000000000)".to_owned(), "range"),
        (
            "select generate_series(1, 100000000000000)".to_owned(),
            "generate_series",
        ),
        (
            "select array_repeat(1, 2147483646)".to_owned(),
            "array_repeat",
        ),
        (
            "select list_resize([1], 1000000000000)".to_owned(),
            "list_resize",
        ),
        ("select repeat('x', 2147483646)".to_owned(), "repeat"),
    ] {
        let answer = world.table(&sql).await;
        assert!(
            answer.starts_with("error: ") && answer.contains(said),
            "{answer}"
        );
    }
    let series = world
        .table("select count(*) as n from generate_series(1, 9)")
        .await;
    assert!(series.contains('9'), "{series}");
}

#[tokio::test]
async fn sessions_are_filtered_by_anything_and_nothing_gets_out_of_its_quotes() {
    let world = World::with(|_, length| length / 2).await;
    let some = |text: &str| Some(text.to_owned());
    let none = SessionFilter::default;
    let cases: Vec<(SessionFilter, Vec<u32>)> = vec![
        (none(), vec![3, 2, 1]),
        (
            SessionFilter {
                who: some("ANN"),
                ..none()
            },
            vec![1],
        ),
        (
            SessionFilter {
                who: some("bob@"),
                ..none()
            },
            vec![2],
        ),
        (
            SessionFilter {
                verdict: Some(event::payload::Verdict::Deny),
                ..none()
            },
            vec![1],
        ),
        (
            SessionFilter {
                outcome: some("failed"),
                ..none()
            },
            vec![1],
        ),
        (
            SessionFilter {
                table: some("orders"),
                ..none()
            },
            vec![2, 1],
        ),
        (
            SessionFilter {
                table: some("public.customers"),
                ..none()
            },
            vec![1],
        ),
        (
            SessionFilter {
                table: some("ERS"),
                ..none()
            },
            vec![],
        ),
        (
            SessionFilter {
                text: some("DROP TABLE"),
                ..none()
            },
            vec![1],
        ),
        (
            SessionFilter {
                text: some("%"),
                ..none()
            },
            vec![1],
        ),
        (
            SessionFilter {
                text: some("' or 1=1 --"),
                ..none()
            },
            vec![],
        ),
        (
            SessionFilter {
                who: some("\\"),
                ..none()
            },
            vec![],
        ),
        (
            SessionFilter {
                table: some("x') OR true OR ends_with('"),
                ..none()
            },
            vec![],
        ),
        (
            SessionFilter {
                connection: some("shop"),
                limit: Some(1),
                ..none()
            },
            vec![3],
        ),
        (
            SessionFilter {
                until: Some(event::TimeNs(1_772_366_402_000_000_000).into()),
                ..none()
            },
            vec![1],
        ),
        (
            SessionFilter {
                since: Some(event::TimeNs(i64::MAX).into()),
                ..none()
            },
            vec![],
        ),
    ];
    for (filter, want) in cases {
        let answer = world.engine.sessions(&auditor(), &filter).await;
        let rows = answer
            .unwrap_or_else(|error| panic!("{filter:?}: {error}"))
            .rows()
            .unwrap();
        let got: Vec<&str> = rows
            .rows
            .iter()
            .map(|row| row[0].as_str().unwrap())
            .collect();
        let want: Vec<String> = want
            .iter()
            .map(|n| history::session_id(*n).to_string())
            .collect();
        assert_eq!(got, want, "{filter:?}");
    }
}

#[tokio::test]
async fn a_session_comes_back_as_its_very_events_and_the_replay_is_recorded() {
    let world = World::with(|_, length| length / 2).await;
    let session = history::session_id(1);
    let mut got = world
        .engine
        .session_events(&auditor(), session, ReplayMode::Terminal)
        .await
        .unwrap();
    got.sort_by_key(|(_, event)| event.event_id);
    let want = history::events()
        .into_iter()
        .filter(|event| event.session_id == Some(session));
    assert_eq!(
        got.into_iter().map(|(_, event)| event).collect::<Vec<_>>(),
        want.collect::<Vec<_>>()
    );
    let last = world.journal.all();
    let replayed = last.iter().filter_map(|record| decode(&record.value).ok());
    assert_eq!(
        replayed
            .filter(|event| event.kind() == Kind::AuditorReplayed)
            .count(),
        2
    );
    let unknown = world
        .engine
        .session_events(&auditor(), history::session_id(99), ReplayMode::Text)
        .await;
    assert!(matches!(unknown, Err(QueryError::UnknownSession(_))));
}

struct Tokens;

#[async_trait]
impl Authenticate for Tokens {
    async fn authenticate(&self, token: &str, now: TimeNs) -> Result<Identity, AuthError> {
        let authorities = match token {
            "good" => vec![Authority::Agent, Authority::Auditor],
            "watched" => vec![Authority::Agent, Authority::Investigator],
            "known" => vec![Authority::Agent, Authority::Operator],
            _ => {
                let reason = "it is signed by nobody".to_owned();
                return Err(AuthError::Invalid { reason });
            }
        };
        Ok(Identity {
            principal: auditor().principal,
            expires: now,
            authorities: Authorities::of(authorities),
            names: Vec::new(),
        })
    }
}

pub(super) fn api(engine: &Engine) -> Router {
    let timeline = Arc::new(|session: event::SessionId, events: Vec<_>| {
        Ok(json!({"session": session, "events": events.len()}))
    });
    let doors = Routes::new(Arc::new(Tokens), Arc::new(|| TimeNs(0)));
    routes(doors, engine.clone(), timeline).into_router()
}

pub(super) async fn send(
    router: &Router,
    token: Option<&str>,
    path: &str,
    body: Option<Value>,
) -> (StatusCode, String, String) {
    let mut request = Request::builder().uri(path);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let request = match body {
        Some(body) => request
            .method("POST")
            .header("content-type", "application/json")
            .body(Body::from(body.to_string())),
        None => request.body(Body::empty()),
    };
    let response = router.clone().oneshot(request.unwrap()).await.unwrap();
    let status = response.status();
    let kind = response
        .headers()
        .get("content-type")
        .map(|kind| kind.to_str().unwrap().to_owned());
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (
        status,
        kind.unwrap_or_default(),
        String::from_utf8_lossy(&bytes).into_owned(),
    )
}

#[tokio::test]
async fn the_api_answers_who_may_read() {
    let world = World::with(|_, length| length / 2).await;
    let api = api(&world.engine);
    let sql = |sql: &str, format: &str| Some(json!({"sql": sql, "format": format}));

    for (token, want) in [
        (None, 401),
        (Some("bad"), 401),
        (Some("known"), 403),
        (Some("good"), 200),
    ] {
        let (status, _, body) = send(&api, token, "/api/sql", sql("select 1", "json")).await;
        assert_eq!(status.as_u16(), want, "{body}");
    }
    let (_, _, body) = send(
        &api,
        Some("good"),
        "/api/sql",
        sql(
            "select text, rows, kinds from statements order by time limit 1",
            "json",
        ),
    )
    .await;
    let rows: Rows = serde_json::from_str(&body).unwrap();
    assert_eq!(
        rows.rows,
        [[
            json!("select id, email, since from customers where note like '[EMAIL]%'"),
            json!(3),
            json!(["select"])
        ]]
    );
    assert!(rows.positions.contains_key("firn.events/0"));
    let (_, kind, body) = send(
        &api,
        Some("good"),
        "/api/sql",
        sql("select 1 as a, '=x' as b, null as c", "csv"),
    )
    .await;
    assert_eq!(
        (kind.as_str(), body.as_str()),
        ("text/csv; charset=utf-8", "a,b,c\n1,'=x,\n")
    );
    let (_, _, body) = send(
        &api,
        Some("good"),
        "/api/sql",
        sql("select 1 as a union all select 2 order by a", "jsonl"),
    )
    .await;
    assert_eq!(body, "{\"a\":1}\n{\"a\":2}\n");
    let (_, kind, _) = send(
        &api,
        Some("good"),
        "/api/sql",
        sql("select 1 as a", "arrow"),
    )
    .await;
    assert_eq!(kind, "application/vnd.apache.arrow.stream");

    let (status, _, body) = send(
        &api,
        Some("good"),
        "/api/sql",
        sql("drop table events", "json"),
    )
    .await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let error: Value = serde_json::from_str(&body).unwrap();
    assert!(error["detail"].is_string() && error["hint"].is_string());
    let (status, ..) = send(&api, Some("good"), "/api/sql", Some(json!({"nope": 1}))).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);

    let (status, _, body) = send(
        &api,
        Some("good"),
        "/api/sessions?who=ann&since=2026-03-01&until=2026-03-01T13:00:00Z&limit=5",
        None,
    )
    .await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let rows: Rows = serde_json::from_str(&body).unwrap();
    assert_eq!(rows.row_count, 1);
    let path = format!(
        "/api/sessions/{}/timeline?mode=terminal",
        history::session_id(2)
    );
    let (status, _, body) = send(&api, Some("good"), &path, None).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let (status, ..) = send(&api, Some("good"), "/api/sessions/nonsense/timeline", None).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let path = format!("/api/sessions/{}/timeline", history::session_id(77));
    let (status, ..) = send(&api, Some("good"), &path, None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
