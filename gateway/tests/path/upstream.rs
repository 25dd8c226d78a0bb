//! A Snowflake of a few lines: answers by script, remembers what it was asked.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// One request as it arrived.
#[derive(Clone, Debug)]
pub struct Seen {
    pub path: String,
    pub query: HashMap<String, String>,
    pub authorization: String,
    /// All of them, as text.
    pub headers: String,
    pub body: Bytes,
}

impl Seen {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub fn sql(&self) -> String {
        self.json()["sqlText"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}

/// What it answers.
#[derive(Clone, Debug)]
pub enum Said {
    Json(Value),
    Raw(u16, Bytes),
    /// With headers.
    Headed(Vec<(&'static str, &'static str)>, Bytes),
    After(Duration, Box<Said>),
}

type Script = Arc<dyn Fn(&Seen) -> Option<Said> + Send + Sync>;

#[derive(Clone)]
pub struct Upstream {
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    script: Arc<Mutex<Script>>,
}

impl Upstream {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let upstream = Self {
            address: listener.local_addr().expect("an address"),
            seen: Arc::default(),
            script: Arc::new(Mutex::new(Arc::new(|_: &Seen| None))),
        };
        let serving = upstream.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                let upstream = serving.clone();
                tokio::spawn(async move {
                    let service = service_fn(move |request| {
                        let upstream = upstream.clone();
                        async move { Ok::<_, Infallible>(upstream.answer(request).await) }
                    });
                    let _ = auto::Builder::new(TokioExecutor::new())
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        upstream
    }

    /// Says otherwise than by default wherever `script` gives something.
    pub fn script(&self, script: impl Fn(&Seen) -> Option<Said> + Send + Sync + 'static) {
        *self.script.lock() = Arc::new(script);
    }

    /// Requests so far whose path contains `path`.
    pub fn seen(&self, path: &str) -> Vec<Seen> {
        let seen = self.seen.lock();
        seen.iter()
            .filter(|one| one.path.contains(path))
            .cloned()
            .collect()
    }

    /// Everything it was ever sent, as text.
    pub fn heard(&self) -> String {
        let seen = self.seen.lock();
        let all = seen.iter().map(|one| {
            let body = String::from_utf8_lossy(&one.body);
            format!("{} {:?} {} {body}\n", one.path, one.query, one.headers)
        });
        all.collect()
    }

    /// Statements that arrived to be run, retries included.
    pub fn statements(&self) -> Vec<Seen> {
        let mut statements = self.seen("query-request");
        statements.retain(|seen| seen.json()["describeOnly"] != true);
        statements
    }

    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (parts, body) = request.into_parts();
        let query = parts.uri.query().unwrap_or_default();
        let seen = Seen {
            path: parts.uri.path().to_owned(),
            query: url::form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
            authorization: parts
                .headers
                .get("authorization")
                .map(|value| value.to_str().expect("text").to_owned())
                .unwrap_or_default(),
            headers: format!("{:?}", parts.headers),
            body: body.collect().await.expect("a body").to_bytes(),
        };
        self.seen.lock().push(seen.clone());
        let script = Arc::clone(&*self.script.lock());
        let mut said = script(&seen).unwrap_or_else(|| by_default(&seen));
        while let Said::After(pause, then) = said {
            tokio::time::sleep(pause).await;
            said = *then;
        }
        match said {
            Said::Raw(status, body) => {
                let mut response = Response::new(Full::new(body));
                *response.status_mut() = StatusCode::from_u16(status).expect("a status");
                response
            }
            Said::Headed(headers, body) => {
                let mut response = Response::new(Full::new(body));
                for (name, value) in headers {
                    let value = http::HeaderValue::from_static(value);
                    response.headers_mut().append(name, value);
                }
                response
            }
            Said::Json(value) => Response::new(Full::new(value.to_string().into())),
            Said::After(..) => unreachable!("waited for above"),
        }
    }
}

fn by_default(seen: &Seen) -> Said {
    Said::Json(match seen.path.as_str() {
        "/session/v1/login-request" => {
            json!({"success": true, "code": null, "message": null, "data": {
                "token": "UPSTREAM-TOKEN", "masterToken": "UPSTREAM-MASTER", "idToken": "UPSTREAM-ID",
                "validityInSeconds": 3600, "masterValidityInSeconds": 14400, "sessionId": 117_256,
                "parameters": [{"name": "AUTOCOMMIT", "value": true}, {"name": "X", "value": 1}],
                "sessionInfo": {"databaseName": "DB1", "schemaName": "S1", "warehouseName": "WH", "roleName": "R"},
            }})
        }
        "/session/token-request" => {
            json!({"success": true, "code": null, "message": null, "data": {
                "sessionToken": "UPSTREAM-TOKEN-2", "validityInSecondsST": 3600,
                "masterToken": "UPSTREAM-MASTER-2", "validityInSecondsMT": 14400, "sessionId": 117_256,
            }})
        }
        "/queries/v1/query-request" => rows(&[["1"]]),
        _ => json!({"success": true, "code": null, "message": null, "data": null}),
    })
}

/// The id every result of [`rows`] has.
pub const QUERY_ID: &str = "01b1767d-b36a-48dc-ac1b-841c7561acb5";

/// A JSON result of one number column.
pub fn rows(rows: &[[&str; 1]]) -> Value {
    json!({"success": true, "code": null, "message": null, "data": {
        "parameters": [{"name": "TIMEZONE", "value": "Etc/UTC"}],
        "rowtype": [{"name": "N", "database": "", "schema": "", "table": "", "nullable": true, "type": "fixed",
            "byteLength": null, "length": null, "scale": 0, "precision": 38, "collation": null}],
        "rowset": rows, "total": rows.len(), "returned": rows.len(), "queryId": QUERY_ID, "statementTypeId": 4096,
        "finalDatabaseName": "DB1", "finalSchemaName": "S1", "finalWarehouseName": "WH", "finalRoleName": "R",
        "queryResultFormat": "json", "unknownField": {"kept": [1.50, "as is"]}, "version": 1,
    }})
}

/// What Snowflake says after 45 s, or at once to an asynchronous request.
pub fn running(query_id: &str) -> Value {
    json!({"success": true, "code": "333334", "message": "in progress", "data": {
        "queryId": query_id, "getResultUrl": format!("/queries/{query_id}/result"), "queryAbortsAfterSecs": 300, "progressDesc": null,
    }})
}

/// An error in Snowflake's form.
pub fn error(code: &str, message: &str) -> Value {
    json!({"success": false, "code": code, "message": message, "data": {"errorCode": code, "sqlState": "02000", "queryId": QUERY_ID}})
}
