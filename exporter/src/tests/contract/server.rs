//! Receivers over HTTP as their documents describe them: what they ask for in a request, and how they answer.

pub mod elastic;
pub mod folder;
pub mod lake;
pub mod listener;
pub mod relp;
pub mod secops;
pub mod sentinel;
pub mod splunk;

use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use parking_lot::Mutex;
use prost::Message as _;
use serde_json::{Value, json};

use super::{Stand, sink};
use crate::sink::Sink;

const KEY: &str = "a key of more than twenty-four bytes";

#[derive(Default)]
struct Inner {
    got: Vec<Value>,
    /// Webhooks as they came over the wire, to be checked by whoever checks signatures.
    signed: Vec<Value>,
    ids: Vec<String>,
    answer: Option<u16>,
    /// What is answered to who asks for acknowledgements, if not that all is there.
    ack: Option<u16>,
    /// The token that is good now, and how often it was used.
    token: (u32, u32),
    google: Option<secops::Account>,
}

/// All of them behind one port.
#[derive(Clone)]
pub struct Server {
    inner: Arc<Mutex<Inner>>,
    url: String,
    key: PathBuf,
    _folder: Arc<tempfile::TempDir>,
}

impl Server {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let inner: Arc<Mutex<Inner>> = Arc::default();
        let routes = Router::new()
            .route("/{*path}", any(answer))
            .with_state(Arc::clone(&inner));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("key");
        std::fs::write(&key, KEY).unwrap();
        Self {
            inner,
            url,
            key,
            _folder: Arc::new(folder),
        }
    }

    /// The webhooks that came, each as an object of its headers and its body in hexadecimal; and the key they are signed with.
    pub fn signed(&self) -> (Vec<Value>, &'static str) {
        (self.inner.lock().signed.clone(), KEY)
    }

    /// Every request is answered with this status, if any.
    pub fn answer_with(&self, status: Option<u16>) {
        self.inner.lock().answer = status;
    }

    /// Whoever asks for acknowledgements is answered with this status.
    pub fn acknowledge_with(&self, status: u16) {
        self.inner.lock().ack = Some(status);
    }

    /// The configuration of a sink that sends here.
    pub fn text(&self, name: &str, to: &str) -> String {
        let to = to.replace("@url@", &self.url);
        let to = to.replace("@key@", &self.key.display().to_string());
        format!("[[sink]]\nname = '{name}'\ntimeout = '5s'\n{to}\n")
    }

    pub fn stand(&self, name: &str, to: &str) -> HttpStand {
        HttpStand {
            server: self.clone(),
            sink: sink(&self.text(name, to)),
            longest: 100_000,
        }
    }
}

pub struct HttpStand {
    server: Server,
    sink: Arc<dyn Sink>,
    longest: usize,
}

#[async_trait]
impl Stand for HttpStand {
    fn longest(&self) -> usize {
        self.longest
    }

    fn sink(&self) -> Arc<dyn Sink> {
        Arc::clone(&self.sink)
    }

    async fn got(&self) -> Vec<Value> {
        self.server.inner.lock().got.clone()
    }

    async fn trouble(&self, on: bool) {
        self.server.answer_with(on.then_some(503));
    }
}

async fn answer(
    State(inner): State<Arc<Mutex<Inner>>>,
    Path(path): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut inner = inner.lock();
    if let Some(status) = inner.answer {
        let status = StatusCode::from_u16(status).unwrap();
        let after = (status == StatusCode::TOO_MANY_REQUESTS).then_some(("retry-after", "7"));
        return (
            status,
            after.map(|after| [after]).unwrap_or([("x", "y")]),
            "in trouble",
        )
            .into_response();
    }
    let (sent, wire) = (body.len(), body.clone());
    let body = match headers
        .get("content-encoding")
        .map(|value| value.as_bytes())
    {
        Some(b"gzip") => {
            let mut plain = Vec::new();
            let mut reader = flate2::read::GzDecoder::new(body.as_ref());
            reader.read_to_end(&mut plain).unwrap();
            plain
        }
        None => body.to_vec(),
        other => panic!("encoding {other:?}"),
    };
    match path.as_str() {
        "hook" => webhook(&mut inner, &headers, &wire, &body),
        "es" => json!({"version": {"number": "9.0"}})
            .to_string()
            .into_response(),
        "es/_bulk" => bulk(&mut inner, &headers, &body),
        "services/collector/event" => events(&mut inner, &headers, &body),
        "services/collector/ack" => match inner.ack {
            Some(status) => {
                let status = StatusCode::from_u16(status).unwrap();
                (status, "{\"text\":\"ACK is disabled\",\"code\":14}").into_response()
            }
            None => acks(&headers, &body),
        },
        "services/collector/health" => "{\"text\":\"HEC is healthy\",\"code\":17}".into_response(),
        "otlp/v1/logs" => logs(&mut inner, &headers, &body),
        sentinel::TOKEN => sentinel::token(&mut inner, &body),
        sentinel::STREAM => sentinel::rows(&mut inner, query.as_deref(), &headers, sent, &body),
        secops::TOKEN => secops::token(&mut inner, &body),
        secops::IMPORT => secops::events(&mut inner, &headers, &body),
        other => panic!("nobody serves {other}"),
    }
}

/// Whether a request has the token that is good now; each is good for a few requests only.
fn known(inner: &mut Inner, headers: &HeaderMap) -> bool {
    const USES: u32 = 3;
    let good = format!("Bearer token-{}", inner.token.0);
    let asked = headers.get("authorization").map(|value| value.as_bytes());
    inner.token.1 += 1;
    inner.token.0 > 0 && inner.token.1 <= USES && asked == Some(good.as_bytes())
}

/// Another token; the one before is good no longer.
fn issue(inner: &mut Inner) -> Response {
    inner.token = (inner.token.0 + 1, 0);
    let token = format!("token-{}", inner.token.0);
    json!({"token_type": "Bearer", "expires_in": 3599, "access_token": token})
        .to_string()
        .into_response()
}

/// Standard Webhooks: id, timestamp and signature must be there; the signature is checked by another implementation afterwards.
fn webhook(inner: &mut Inner, headers: &HeaderMap, wire: &[u8], body: &[u8]) -> Response {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    inner.signed.push(json!({
        "id": header("webhook-id"), "timestamp": header("webhook-timestamp"),
        "signature": header("webhook-signature"), "body": hex::encode(wire),
    }));
    let batch: Vec<Value> = serde_json::from_slice(body).unwrap();
    inner.got.extend(batch);
    StatusCode::NO_CONTENT.into_response()
}

fn bulk(inner: &mut Inner, headers: &HeaderMap, body: &[u8]) -> Response {
    assert_eq!(headers["content-type"], "application/x-ndjson");
    assert_eq!(body.last(), Some(&b'\n'), "the last line is ended too");
    let lines: Vec<&[u8]> = body.split(|byte| *byte == b'\n').collect();
    let mut items = Vec::new();
    for pair in lines.chunks_exact(2) {
        let action: Value = serde_json::from_slice(pair[0]).unwrap();
        let id = action["create"]["_id"].as_str().unwrap().to_owned();
        assert_eq!(action["create"]["_index"], "firn");
        if inner.ids.contains(&id) {
            items.push(json!({"create": {"_id": id, "status": 409, "error": {"type": "version_conflict_engine_exception"}}}));
            continue;
        }
        inner.ids.push(id.clone());
        inner.got.push(serde_json::from_slice(pair[1]).unwrap());
        items.push(json!({"create": {"_id": id, "status": 201}}));
    }
    let errors = items.iter().any(|item| item["create"]["status"] != 201);
    let said = json!({"took": 1, "errors": errors, "items": items});
    said.to_string().into_response()
}

fn events(inner: &mut Inner, headers: &HeaderMap, body: &[u8]) -> Response {
    assert_eq!(headers["authorization"], format!("Splunk {KEY}"));
    let events = serde_json::Deserializer::from_slice(body).into_iter::<Value>();
    for event in events {
        let event = event.unwrap();
        assert_eq!(event["index"], "main");
        assert!(event["time"].as_f64().unwrap() > 1_790_000_000.1);
        assert_eq!(event["fields"]["firn_id"], event["event"]["id"]);
        inner.got.push(event["event"].clone());
    }
    let mut said = json!({"text": "Success", "code": 0});
    if headers.contains_key("x-splunk-request-channel") {
        said["ackId"] = json!(3);
    }
    said.to_string().into_response()
}

fn acks(headers: &HeaderMap, body: &[u8]) -> Response {
    assert!(headers.contains_key("x-splunk-request-channel"));
    let asked: Value = serde_json::from_slice(body).unwrap();
    assert_eq!(asked, json!({"acks": [3]}));
    json!({"acks": {"3": true}}).to_string().into_response()
}

fn logs(inner: &mut Inner, headers: &HeaderMap, body: &[u8]) -> Response {
    assert_eq!(headers["content-type"], "application/x-protobuf");
    let request = ExportLogsServiceRequest::decode(body).unwrap();
    let scopes = request
        .resource_logs
        .into_iter()
        .flat_map(|one| one.scope_logs);
    for record in scopes.flat_map(|scope| scope.log_records) {
        assert_eq!(
            (record.severity_number, record.severity_text.as_str()),
            (13, "WARN")
        );
        let Some(Any::StringValue(text)) = record.body.unwrap().value else {
            panic!("no text");
        };
        inner.got.push(serde_json::from_str(&text).unwrap());
    }
    Vec::<u8>::new().into_response()
}
