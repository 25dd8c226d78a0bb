//! Approvals: who may answer, what an answer leads to, over HTTP too.

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use door::{AuthError, Authenticate, Authority, Caller, Identity, Routes};
use event::payload::{ApprovalGranted, Approver, GrantScope, ScopeKind};
use event::{Principal, TimeNs};
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use hyper_util::service::TowerToHyperService;
use serde_json::{Value, json};

use super::{Alike, AnswerError, Approvals, Like, Memory, Unread, routes};
use crate::control::HoldStatus;
use crate::control::sample::{SECOND, person, statement};
use crate::control::tests::{World, request};
use crate::control::vote::Ineligible;

async fn held(world: &World) -> Approvals {
    let control = world.gateway().await;
    let mut two = request(1, "a");
    two.quorum = crate::control::sample::quorum(&[("dba", 1), ("owners", 1)]);
    control.hold(two).await.expect("holds");
    Approvals::new(control)
}

#[tokio::test]
async fn an_approver_sees_what_the_record_shows_and_no_more() {
    let world = World::new();
    let approvals = held(&world).await;
    world.pass(std::time::Duration::from_secs(5));
    let [one] = &approvals.pending()[..] else {
        panic!("one waits");
    };
    assert_eq!(one.statement_id, statement(1));
    assert_eq!(one.requester.subject, "agent-7");
    assert!(
        one.text
            .as_deref()
            .is_some_and(|text| text.starts_with("update t"))
    );
    assert_eq!(one.age_ns, 5 * SECOND.unsigned_abs());
    let json = serde_json::to_string(one).expect("is JSON");
    assert!(!json.contains("secret") && !json.contains("sqlText") && !json.contains("sealed"));
}

#[tokio::test]
async fn two_people_of_two_groups_grant_and_each_counts_once() {
    let world = World::new();
    let approvals = held(&world).await;
    let grant = |who: Approver| approvals.grant(statement(1), who, "fine".to_owned());
    let ann = || person("ann", &["dba", "owners"]);
    let first = grant(ann()).await.expect("counts");
    assert_eq!(
        (first.status, first.approved_by.len()),
        (HoldStatus::Pending, 1)
    );
    let cases = [
        (ann(), Ineligible::AlreadyVoted),
        (person("agent-7", &["dba"]), Ineligible::Requester),
        (person("carol", &["dba"]), Ineligible::OnBehalfOf),
        (
            person("eve", &["agents"]),
            Ineligible::NotInGroup {
                groups: vec!["dba".to_owned(), "owners".to_owned()],
            },
        ),
    ];
    for (who, why) in cases {
        let refused = grant(who).await;
        assert!(matches!(refused, Err(AnswerError::Ineligible(got)) if got == why));
    }
    let second = grant(person("bob", &["dba"])).await.expect("counts");
    assert_eq!(
        (second.status, second.approved_by.len()),
        (HoldStatus::Granted, 2)
    );
    let late = grant(person("dan", &["dba"])).await;
    assert!(matches!(
        late,
        Err(AnswerError::Ineligible(Ineligible::NotPending("approved")))
    ));
    assert!(approvals.pending().is_empty());
}

#[tokio::test]
async fn one_no_ends_it() {
    let world = World::new();
    let approvals = held(&world).await;
    let bob = person("bob", &["dba"]);
    let denied = approvals
        .deny(statement(1), bob.clone(), "too broad".to_owned())
        .await;
    let status = denied.expect("counts").status;
    assert_eq!(
        status,
        HoldStatus::Denied {
            by: bob,
            note: "too broad".to_owned()
        }
    );
    let late = approvals
        .grant(statement(1), person("ann", &["owners"]), String::new())
        .await;
    assert!(matches!(
        late,
        Err(AnswerError::Ineligible(Ineligible::NotPending("denied")))
    ));
}

#[tokio::test]
async fn the_same_person_on_two_gateways_at_once_counts_once() {
    let world = World::new();
    let (here, there) = (held(&world).await, Approvals::new(world.gateway().await));
    let ann = || person("ann", &["dba"]);
    let (one, other) = tokio::join!(
        here.grant(statement(1), ann(), String::new()),
        there.grant(statement(1), ann(), String::new()),
    );
    let counted = [one, other].iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(counted, 1);
    assert_eq!(here.pending()[0].approved_by.len(), 1);
}

struct Directory;

#[async_trait]
impl Authenticate for Directory {
    async fn authenticate(&self, token: &str, now: TimeNs) -> Result<Identity, AuthError> {
        let who = match token {
            "of-bob" => person("bob", &["dba"]),
            "of-agent" => person("agent-7", &["dba"]),
            "of-carl" => person("carl", &["sales"]),
            "of-gus" => person("gus", &["glass"]),
            "of-sre" => person("sam", &["sre"]),
            // A program in the approvers' group, and the human behind the agent, whose mail address is in another claim.
            "of-robot" => person("robot", &["dba", "robots"]),
            "of-program" => person("agent-7", &["agents"]),
            "of-cid" => person("cid", &["dba"]),
            _ => {
                let reason = "it is not signed by a known issuer".to_owned();
                return Err(AuthError::Invalid { reason });
            }
        };
        let roles = door::Roles {
            operators: vec!["sre".to_owned()],
            ..door::Roles::default()
        };
        Ok(Identity {
            authorities: match token {
                "of-robot" | "of-program" => roles.of(&who.groups).without(Authority::Approver),
                _ => roles.of(&who.groups),
            },
            names: match token {
                "of-cid" => vec!["carol@EXAMPLE.com".to_owned()],
                _ => Vec::new(),
            },
            principal: Principal {
                issuer: who.issuer,
                subject: who.subject,
                display: who.display,
                groups: who.groups,
                agent: None,
            },
            expires: now,
        })
    }
}

async fn app(world: &World, approvals: Approvals) -> Router {
    remembering(world, approvals, None).await
}

async fn remembering(
    world: &World,
    approvals: Approvals,
    memory: Option<Arc<dyn Memory>>,
) -> Router {
    let doors = Routes::new(Arc::new(Directory), Arc::new(|| TimeNs(0)));
    routes(doors, approvals, world.emitter().await, memory).into_router()
}

/// What was answered before: one that asked Bob's group, one that asked another.
struct Before;

#[async_trait]
impl Memory for Before {
    async fn alike(&self, _: &Caller, like: &Like, _: usize) -> Result<Vec<Alike>, Unread> {
        let one = |number, group| Alike {
            statement_id: statement(number).to_string(),
            session_id: crate::control::sample::session().to_string(),
            time: "2026-11-01T00:00:00Z".to_owned(),
            requester: crate::control::sample::about(number).principal,
            quorum: crate::control::sample::quorum(&[(group, 1)]),
            approval: "granted".to_owned(),
            approvers: vec!["Olga".to_owned()],
            deniers: Vec::new(),
            text: Some(format!("reads {}", like.reads.join(", "))),
        };
        Ok(vec![one(7, "dba"), one(8, "sales")])
    }
}

#[tokio::test]
async fn what_was_answered_before_is_shown_to_those_who_were_asked_then() {
    let world = World::new();
    let approvals = held(&world).await;
    let app = remembering(&world, approvals.clone(), Some(Arc::new(Before))).await;
    let path = format!("/api/approvals/{}", statement(1));
    for (token, seen) in [
        ("of-bob", Some(1)),
        ("of-sre", Some(2)),
        // Who may not answer is not told how others did.
        ("of-program", None),
    ] {
        let (status, one) = ask(&app, "GET", &path, Some(token), "").await;
        assert_eq!(status, 200, "{token}: {one}");
        assert_eq!(one["alike"].as_array().map(Vec::len), seen, "{token}");
        assert!(one["touches"].is_object(), "{token}: {one}");
    }
    approvals
        .deny(statement(1), person("bob", &["dba"]), String::new())
        .await
        .expect("counts");
    let (_, over) = ask(&app, "GET", &path, Some("of-bob"), "").await;
    assert_eq!(
        (&over["touches"], &over["alike"]),
        (&Value::Null, &Value::Null)
    );
}

async fn ask(
    app: &Router,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: &str,
) -> (StatusCode, Value) {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    if !body.is_empty() {
        request = request.header("content-type", "application/json");
    }
    let request = request
        .body(Body::from(body.to_owned()))
        .expect("a request");
    let service = TowerToHyperService::new(app.clone());
    let response = hyper::service::Service::call(&service, request)
        .await
        .expect("answers");
    let status = response.status();
    let body = response
        .into_body()
        .collect()
        .await
        .expect("a body")
        .to_bytes();
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

#[tokio::test]
async fn over_http_only_a_known_person_answers_and_errors_say_what_to_do() {
    let world = World::new();
    let approvals = held(&world).await;
    let app = app(&world, approvals).await;
    let path = |what: &str| format!("/api/approvals/{}/{what}", statement(1));
    let unknown = format!("/api/approvals/{}/grant", statement(9));
    let cases: &[(&str, String, Option<&str>, &str, u16)] = &[
        ("GET", "/api/approvals".to_owned(), None, "", 401),
        ("GET", "/api/approvals".to_owned(), Some("forged"), "", 401),
        ("GET", "/api/approvals".to_owned(), Some("of-bob"), "", 200),
        ("POST", path("grant"), None, "{}", 401),
        ("POST", path("grant"), Some("of-agent"), "{}", 403),
        ("POST", path("grant"), Some("of-robot"), "{}", 403),
        ("POST", path("deny"), Some("of-robot"), "{}", 403),
        ("POST", path("grant"), Some("of-cid"), "{}", 403),
        (
            "POST",
            path("grant"),
            Some("of-bob"),
            r#"{"scope": {"kind": "forever"}}"#,
            400,
        ),
        (
            "POST",
            path("grant"),
            Some("of-bob"),
            r#"{"scope": {"kind": "shape"}}"#,
            422,
        ),
        ("POST", path("grant"), Some("of-bob"), r#"{"note": 7}"#, 400),
        (
            "POST",
            path("grant"),
            Some("of-bob"),
            r#"{"by": "ann"}"#,
            400,
        ),
        (
            "POST",
            "/api/approvals/7/grant".to_owned(),
            Some("of-bob"),
            "{}",
            400,
        ),
        ("POST", unknown, Some("of-bob"), "{}", 404),
        (
            "POST",
            path("grant"),
            Some("of-bob"),
            r#"{"note": "fine"}"#,
            200,
        ),
        ("POST", path("grant"), Some("of-bob"), "", 403),
    ];
    for (method, path, token, body, want) in cases {
        let (status, answer) = ask(&app, method, path, *token, body).await;
        assert_eq!(
            status.as_u16(),
            *want,
            "{method} {path} {token:?}: {answer}"
        );
        if !status.is_success() {
            assert!(
                answer["detail"]
                    .as_str()
                    .is_some_and(|text| !text.is_empty())
            );
        }
    }
    let (_, listed) = ask(&app, "GET", "/api/approvals", Some("of-bob"), "").await;
    assert_eq!(listed["approvals"][0]["approved_by"][0]["subject"], "bob");
    let (status, denied) = ask(&app, "POST", &path("deny"), Some("of-bob"), "").await;
    assert_eq!((status.as_u16(), denied["detail"].is_string()), (403, true));
    assert_eq!(
        listed["approvals"][0]["reasons"],
        json!(["changes many rows"])
    );
}

#[tokio::test]
async fn each_sees_what_is_theirs_to_answer_or_their_own_and_that_is_recorded() {
    let world = World::new();
    let approvals = held(&world).await;
    let app = app(&world, approvals).await;
    for (token, seen) in [
        ("of-bob", 1),
        ("of-agent", 1),
        ("of-carl", 0),
        ("of-sre", 1),
    ] {
        let (status, listed) = ask(&app, "GET", "/api/approvals", Some(token), "").await;
        assert_eq!(status, 200, "{token}: {listed}");
        let count = listed["approvals"].as_array().map(Vec::len);
        assert_eq!(count, Some(seen), "{token}");
    }
    let said = world.count(event::Kind::AuditorListed);
    assert_eq!(said, 4, "each listing is an event of its own");
}

#[tokio::test]
async fn an_answered_approval_says_by_whom_and_in_which_words() {
    let world = World::new();
    let approvals = held(&world).await;
    let app = app(&world, approvals.clone()).await;
    let path = format!("/api/approvals/{}", statement(1));
    let (status, waits) = ask(&app, "GET", &path, Some("of-bob"), "").await;
    assert_eq!(
        (status.as_u16(), &waits["status"]),
        (200, &json!("pending"))
    );
    let (status, _) = ask(&app, "GET", &path, Some("of-carl"), "").await;
    assert_eq!(status.as_u16(), 404, "nobody asked Carl");
    approvals
        .deny(
            statement(1),
            person("ann", &["owners"]),
            "too broad".to_owned(),
        )
        .await
        .expect("counts");
    let (_, denied) = ask(&app, "GET", &path, Some("of-bob"), "").await;
    assert_eq!(denied["status"], "denied");
    assert_eq!(denied["denied_by"][1], "too broad");
    let (status, late) = ask(&app, "POST", &format!("{path}/grant"), Some("of-bob"), "{}").await;
    assert_eq!(status.as_u16(), 409);
    assert_eq!(late["hint"], "denied by ann@example.com (too broad)");
    let (status, other) = ask(
        &app,
        "POST",
        &format!("{path}/grant"),
        Some("of-carl"),
        "{}",
    )
    .await;
    assert_eq!(status.as_u16(), 409);
    let said = other.to_string();
    assert!(
        !said.contains("ann@") && !said.contains("too broad"),
        "nobody asked Carl: {said}"
    );
}

#[tokio::test]
async fn broken_glass_is_seen_by_whom_it_was_asked_of_and_by_whom_it_could_have_been_broken() {
    let world = World::new();
    let approvals = held(&world).await;
    // Whoever broke it is in groups of others too, a program's among them.
    let broken = ApprovalGranted {
        binding: request(1, "a").binding,
        by: person("gil", &["glass", "sales", "robots"]),
        note: "the shop is down".to_owned(),
        scope: Some(GrantScope {
            kind: ScopeKind::BreakGlass,
            shape: None,
            uses: None,
            rows: None,
            until: TimeNs(i64::MAX),
            group: Some("glass".to_owned()),
            under: None,
        }),
    };
    let about = crate::control::sample::about(1);
    let told = approvals.control.emit(&about, broken).await;
    told.expect("is recorded");
    let app = app(&world, approvals).await;
    for (token, seen) in [
        ("of-bob", 1),
        ("of-gus", 1),
        ("of-sre", 1),
        ("of-program", 1),
        ("of-carl", 0),
        ("of-robot", 0),
    ] {
        for path in ["/api/approvals/grants", "/api/approvals/reviews"] {
            let (status, listed) = ask(&app, "GET", path, Some(token), "").await;
            assert_eq!(status, 200, "{token} {path}: {listed}");
            let count = listed["grants"].as_array().map(Vec::len);
            assert_eq!(count, Some(seen), "{token} {path}: {listed}");
        }
    }
}
