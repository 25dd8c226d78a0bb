//! Every kind of caller against every action, through a real router.

use async_trait::async_trait;
use axum::body::Body;
use event::Principal;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use super::*;
use crate::{Authorities, Authority, Identity};

/// Tokens are names of authorities.
struct Names;

#[async_trait]
impl Authenticate for Names {
    async fn authenticate(&self, token: &str, now: TimeNs) -> Result<Identity, AuthError> {
        assert_eq!(now, TimeNs(7), "the time is handed through");
        match token {
            "expired" => return Err(AuthError::Expired),
            "away" => return Err(AuthError::Unavailable),
            _ => {}
        }
        let all = Authority::ALL.into_iter();
        let all = all.filter(|one| one.as_str() == token);
        let authorities = Authorities::of(all);
        if authorities == Authorities::default() {
            let reason = "nobody's".to_owned();
            return Err(AuthError::Invalid { reason });
        }
        Ok(Identity {
            principal: Principal {
                issuer: "https://idp".into(),
                subject: token.into(),
                display: token.into(),
                groups: vec![],
                agent: None,
            },
            expires: TimeNs(i64::MAX),
            authorities,
            names: vec![],
        })
    }
}

async fn echo(
    State(greeting): State<&'static str>,
    caller: Option<axum::Extension<Caller>>,
) -> String {
    let scope = caller.map_or("open", |caller| caller.scope.as_str());
    format!("{greeting} {scope}")
}

async fn ask(action: Action, token: Option<&str>) -> (StatusCode, String) {
    let routes =
        Routes::new(Arc::new(Names), Arc::new(|| TimeNs(7))).get("/x", action, echo, "hello");
    assert_eq!(routes.lines().len(), 1);
    let mut request = Request::builder().uri("/x");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let answer = routes
        .into_router()
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    let status = answer.status();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test]
async fn the_matrix_is_what_happens() {
    for action in Action::ALL {
        for authority in Authority::ALL {
            let (status, body) = ask(action, Some(authority.as_str())).await;
            let scope = action.scope(Authorities::of([authority]));
            if action.is_open() {
                assert_eq!((status, body.as_str()), (StatusCode::OK, "hello open"));
            } else if scope.is_any() {
                assert_eq!(
                    body,
                    format!("hello {}", scope.as_str()),
                    "{action:?} {authority}"
                );
            } else {
                assert_eq!(status, StatusCode::FORBIDDEN, "{action:?} {authority}");
                let problem: Problem = serde_json::from_str(&body).unwrap();
                assert!(problem.detail.contains(action.as_str()), "{problem:?}");
                let person = action == Action::AnswerApproval;
                let asked = if person {
                    "person"
                } else {
                    action.asks_for()[0].as_str()
                };
                assert!(problem.hint.contains(asked), "{problem:?}");
            }
        }
    }
}

#[tokio::test]
async fn nobody_gets_a_problem_that_says_what_to_do() {
    for (token, status) in [
        (None, StatusCode::UNAUTHORIZED),
        (Some("stranger"), StatusCode::UNAUTHORIZED),
        (Some("expired"), StatusCode::UNAUTHORIZED),
        (Some("away"), StatusCode::SERVICE_UNAVAILABLE),
    ] {
        let (got, body) = ask(Action::QueryRecord, token).await;
        assert_eq!(got, status, "{token:?}");
        let problem: Problem = serde_json::from_str(&body).unwrap();
        assert_eq!(problem.status, status.as_u16());
        assert!(problem.hint.contains("Bearer"));
        assert!(!body.contains("stranger"), "no token in an error");
    }
}

/// The answer to a request of a browser that signed in as an approver, with these header lines more.
async fn browse(method: Method, lines: &[(&str, &str)]) -> (StatusCode, String) {
    let browsers = Arc::new(Browsers::new(false, 1));
    let token = Zeroizing::new("approver".to_owned());
    let cookie = browsers.open(token, TimeNs(90), TimeNs(1), [[1; 32], [2; 32]]);
    let routes = Routes::new(Arc::new(Names), Arc::new(|| TimeNs(7)))
        .admitting(browsers)
        .get("/x", Action::ListApprovals, echo, "read")
        .get("/y", Action::QueryRecord, echo, "read")
        .post("/x", Action::AnswerApproval, echo, "wrote");
    let path = if lines.contains(&("to", "y")) {
        "/y"
    } else {
        "/x"
    };
    let mut request = Request::builder().method(method).uri(path);
    request = request.header("cookie", cookie.unwrap().to_str().unwrap());
    for (name, value) in lines.iter().filter(|(name, _)| *name != "to") {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).unwrap();
    let answer = routes.into_router().oneshot(request).await.unwrap();
    let status = answer.status();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test]
async fn a_cookie_opens_what_its_token_opens_and_writes_need_the_page() {
    let csrf = hex::encode([2; 32]);
    let ok = |text: &str| (StatusCode::OK, text.to_owned());
    assert_eq!(browse(Method::GET, &[]).await, ok("read eligible"));
    let (status, _) = browse(Method::GET, &[("to", "y")]).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "the matrix says so");
    let (status, body) = browse(Method::POST, &[]).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "{body}");
    assert!(body.contains("x-firn-csrf"), "{body}");
    let marked = [("x-firn-csrf", csrf.as_str())];
    assert_eq!(browse(Method::POST, &marked).await, ok("wrote eligible"));
    // Who shows a bearer token is not asked for the page's header: no other site can add one.
    let bearer = [("authorization", "Bearer approver")];
    assert_eq!(browse(Method::POST, &bearer).await, ok("wrote eligible"));
    let forged = [("authorization", "Bearer stranger"), marked[0]];
    let (status, _) = browse(Method::POST, &forged).await;
    assert_eq!(
        status,
        StatusCode::UNAUTHORIZED,
        "a shown token is the one that counts"
    );
}
