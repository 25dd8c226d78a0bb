//! The endpoints drivers use, answered from a script.
//!
//! Enters: HTTP requests. Leaves: HTTP 200 with Snowflake's envelopes. Never here: an upstream; a login without the token that whoever
//! serves the recording was told.

use std::collections::HashMap;
use std::io::Read as _;
use std::sync::Arc;

use access::BoundValue;
use access::mask::Masking;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_ENCODING};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use flate2::read::GzDecoder;
use parking_lot::Mutex;
use serde_json::Value;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::answer::{failed, in_progress, login, not_recorded, refused, renewed, success, told};
use super::cursor::{Asked, Cursor, Found};
use super::form::Form;
use super::script::Script;
use crate::limits::{SERVED_LOGINS_MAX, SERVED_REQUEST_BYTES_MAX};

/// What a login must show, and where tokens of sessions come from.
pub struct Secrets {
    /// Shown as OAuth token, programmatic access token or password.
    pub token: Zeroizing<String>,
    /// 32 random bytes each time.
    pub random: fn() -> [u8; 32],
}

struct Served {
    script: Script,
    masking: Masking,
    secrets: Secrets,
    logins: Mutex<HashMap<String, Login>>,
}

/// One login's way through the script.
struct Login {
    cursor: Cursor,
    application: String,
    /// Answers that are fetched by query id.
    by_id: HashMap<String, Value>,
}

type Shared = Arc<Served>;

/// The routes that answer drivers from `script`. `masking` masks what they send as the record was masked, to compare.
pub fn router(script: Script, masking: Masking, secrets: Secrets) -> Router {
    let served = Arc::new(Served {
        script,
        masking,
        secrets,
        logins: Mutex::new(HashMap::new()),
    });
    let routes = Router::new()
        .route("/session/v1/login-request", post(log_in))
        .route("/session/token-request", post(renew))
        .route("/session/heartbeat", post(nothing))
        .route("/session", post(log_out))
        .route("/queries/v1/query-request", post(query))
        .route("/queries/v1/abort-request", post(nothing))
        .route("/queries/{id}/result", get(by_id))
        .route("/queries/{id}/abort-request", post(nothing))
        .route("/monitoring/queries/{id}", get(monitoring))
        .route("/telemetry/send", post(nothing))
        .route("/healthz", get(|| async { "ready" }))
        .fallback(|| async { StatusCode::NOT_FOUND })
        .layer(DefaultBodyLimit::max(SERVED_REQUEST_BYTES_MAX))
        .with_state(served);
    // The outer router has no routes, so that paths are made plain before they are looked at.
    Router::new()
        .fallback_service(routes)
        .layer(from_fn(single_slashes))
}

/// Doubled slashes count as one: a driver sends `/monitoring/queries//{id}`.
async fn single_slashes(mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path.contains("//") {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let query = request.uri().query().map(|query| format!("?{query}"));
        let whole = format!("/{}{}", parts.join("/"), query.unwrap_or_default());
        if let Ok(uri) = whole.parse::<Uri>() {
            *request.uri_mut() = uri;
        }
    }
    next.run(request).await
}

async fn nothing() -> Json<Value> {
    Json(success(Value::Null))
}

/// The body as JSON, unpacked.
fn read(headers: &HeaderMap, body: &Bytes) -> Option<Value> {
    let packed = headers
        .get(CONTENT_ENCODING)
        .is_some_and(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"gzip"));
    if !packed {
        return serde_json::from_slice(body).ok();
    }
    let mut text = Vec::new();
    let most = SERVED_REQUEST_BYTES_MAX as u64;
    let mut unpacked = GzDecoder::new(body.as_ref()).take(most);
    unpacked.read_to_end(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}

fn token(headers: &HeaderMap) -> Option<&str> {
    let shown = headers.get(AUTHORIZATION)?.to_str().ok()?;
    shown.strip_prefix("Snowflake Token=\"")?.strip_suffix('"')
}

async fn log_in(State(served): State<Shared>, headers: HeaderMap, body: Bytes) -> Json<Value> {
    let Some(request) = read(&headers, &body) else {
        return Json(refused(
            "390100",
            "the login is not the JSON a Snowflake driver sends",
        ));
    };
    let data = &request["data"];
    let shown = data["TOKEN"].as_str().or(data["PASSWORD"].as_str());
    let shown = shown.unwrap_or_default();
    if !bool::from(shown.as_bytes().ct_eq(served.secrets.token.as_bytes())) {
        let text = "this is a recording: log in with the token that `firn replay --serve` printed, as OAuth token or password";
        return Json(refused("390100", text));
    }
    let token = hex::encode((served.secrets.random)());
    let mut logins = served.logins.lock();
    if logins.len() >= SERVED_LOGINS_MAX {
        return Json(refused(
            "390100",
            "too many logins are open: log out, or serve the recording anew",
        ));
    }
    let application = data["CLIENT_APP_ID"].as_str().unwrap_or_default();
    logins.insert(
        token.clone(),
        Login {
            cursor: Cursor::default(),
            application: application.to_owned(),
            by_id: HashMap::new(),
        },
    );
    Json(login(served.script.session, &served.script.context, &token))
}

async fn renew(State(served): State<Shared>, headers: HeaderMap) -> Json<Value> {
    Json(match token(&headers) {
        Some(token) if served.logins.lock().contains_key(token) => {
            renewed(served.script.session, token)
        }
        _ => refused("390114", "log in again"),
    })
}

async fn log_out(State(served): State<Shared>, headers: HeaderMap) -> Json<Value> {
    if let Some(token) = token(&headers) {
        served.logins.lock().remove(token);
    }
    Json(success(Value::Null))
}

async fn query(
    State(served): State<Shared>,
    Query(target): Query<HashMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Json<Value> {
    let mut target = target.into_iter();
    let request_id = target.find(|(name, _)| name.eq_ignore_ascii_case("requestId"));
    let request_id = request_id.map(|(_, id)| id).unwrap_or_default();
    let Some(request) = read(&headers, &body) else {
        return Json(failed(
            &request_id,
            "000400",
            "22000",
            "the request is not JSON",
        ));
    };
    // Analysing and writing rows take their time.
    let token = token(&headers).unwrap_or_default().to_owned();
    let answered = tokio::task::spawn_blocking(move || served.query(&token, &request_id, &request));
    Json(
        answered
            .await
            .unwrap_or_else(|_| refused("390114", "log in again")),
    )
}

async fn by_id(
    State(served): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Json<Value> {
    let logins = served.logins.lock();
    let login = token(&headers).and_then(|token| logins.get(token));
    Json(match login {
        None => refused("390104", "log in first"),
        Some(login) => match login.by_id.get(&id.to_ascii_lowercase()) {
            Some(answer) => answer.clone(),
            None => not_recorded(&id, "this login ran no statement of that id"),
        },
    })
}

async fn monitoring(
    State(served): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let logins = served.logins.lock();
    let answer = token(&headers)
        .and_then(|token| logins.get(token))
        .and_then(|login| login.by_id.get(&id.to_ascii_lowercase()));
    let queries = answer.map_or_else(Vec::new, |answer| {
        let good = answer["success"].as_bool().unwrap_or(false);
        let status = if good { "SUCCESS" } else { "FAILED_WITH_ERROR" };
        vec![serde_json::json!({
            "id": id, "status": status, "state": status, "errorCode": answer["code"], "errorMessage": answer["message"],
        })]
    });
    Json(success(serde_json::json!({"queries": queries}))).into_response()
}

impl Served {
    fn query(&self, token: &str, request_id: &str, request: &Value) -> Value {
        let text = request["sqlText"].as_str().unwrap_or_default();
        let describe_only = request["describeOnly"].as_bool().unwrap_or(false);
        let masked = self.masking.sql_text(text).into_inner();
        let binds = self.masking.binds(&bound(&request["bindings"]));
        let binds: Vec<BoundValue> = binds.into_iter().map(crate::backtest::bound).collect();
        let mut logins = self.logins.lock();
        let Some(login) = logins.get_mut(token) else {
            return refused("390104", "log in first");
        };
        if let Some(answer) = scanned(text).and_then(|id| login.by_id.get(&id)) {
            return answer.clone();
        }
        let asked = Asked {
            request: request_id,
            text: &masked,
            binds: &binds,
            describe_only,
        };
        let (at, with_rows) = match login.cursor.find(&self.script, asked) {
            Ok(Found::Line(at)) => (at, true),
            Ok(Found::Shape(at)) => (at, false),
            Err(why) => return not_recorded(request_id, &why),
        };
        let Some(line) = self.script.lines.get(at) else {
            return not_recorded(request_id, "the recording has no such line");
        };
        let form = form(&login.application, line.was_arrow());
        let (answer, children) = told(line, form, &self.script.context, with_rows);
        for (id, answer) in children {
            login.by_id.insert(id.to_ascii_lowercase(), answer);
        }
        let id = line.query_id.to_ascii_lowercase();
        login.by_id.insert(id, answer.clone());
        if request["asyncExec"].as_bool().unwrap_or(false) {
            return in_progress(&line.query_id);
        }
        answer
    }
}

/// The form a driver takes: Node reads JSON alone, Go wants its queries as Arrow, the rest read either.
fn form(application: &str, was_arrow: bool) -> Form {
    match application {
        "JavaScript" => Form::Json,
        "Go" => Form::Arrow,
        _ if was_arrow => Form::Arrow,
        _ => Form::Json,
    }
}

/// The query id in `select * from table(result_scan('…'))`, with which some drivers fetch what they ran asynchronously.
fn scanned(text: &str) -> Option<String> {
    let text = text.to_ascii_lowercase();
    let (before, rest) = text.split_once("table(result_scan('")?;
    let words: Vec<&str> = before.split_whitespace().collect();
    let (id, _) = rest.split_once('\'')?;
    (words == ["select", "*", "from"]).then(|| id.to_owned())
}

/// `bindings`, ordinals first and in order.
fn bound(bindings: &Value) -> Vec<BoundValue> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let Some(bindings) = bindings.as_object() else {
        return Vec::new();
    };
    let mut binds: Vec<BoundValue> = bindings
        .iter()
        .map(|(name, bind)| BoundValue {
            name: name.clone(),
            kind: text(&bind["type"]).unwrap_or_default(),
            values: match &bind["value"] {
                Value::Array(values) => values.iter().map(text).collect(),
                value => vec![text(value)],
            },
        })
        .collect();
    binds.sort_by_key(|bind| {
        (
            bind.name.parse::<u32>().unwrap_or(u32::MAX),
            bind.name.clone(),
        )
    });
    binds
}
