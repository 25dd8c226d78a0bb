//! What firn costs on the data path: `select 1` and a 10 MB result, direct, through a bare hyper pass-through, and through
//! firn, all against one in-process upstream, in one run.
//!
//! Enters: `NAME=URL` pairs of running gateways, and the port the upstream shall take. Leaves: a table with p50, p99 and ratios.
//! Never here: a driver; its own milliseconds would hide the gateway's.

#![allow(clippy::disallowed_methods, reason = "a bench measures")]

use std::convert::Infallible;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use arrow::array::{Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use base64::Engine as _;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::{Value, json};
use tokio::net::TcpListener;

const RESULT_BYTES: usize = 10 * 1024 * 1024;
const WARM_UP: usize = 50;

type Http = Client<HttpConnector, Full<Bytes>>;

#[derive(Clone)]
struct Upstream {
    base: String,
    chunk: Bytes,
    rows: usize,
    inline: String,
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: overhead UPSTREAM_PORT TOKEN SELECTS RESULTS [NAME=URL …]";
    let port: u16 = arguments.next().context(usage)?.parse()?;
    let token = arguments.next().context(usage)?;
    let selects: usize = arguments.next().context(usage)?.parse()?;
    let results: usize = arguments.next().context(usage)?.parse()?;
    let upstream = Upstream::new(port)?;
    serve(port, upstream).await?;
    let through = pass_through(port).await?;
    let mut targets = vec![
        ("direct".to_owned(), format!("http://127.0.0.1:{port}")),
        ("pass-through".to_owned(), format!("http://{through}")),
    ];
    for pair in arguments {
        let (name, url) = pair.split_once('=').context(usage)?;
        targets.push((name.to_owned(), url.to_owned()));
    }
    println!(
        "{selects} × select 1, {results} × {} MB, one client, one request at a time",
        RESULT_BYTES / 1024 / 1024
    );
    println!(
        "{:<16}{:<10}{:>12}{:>12}{:>12}{:>16}",
        "through", "what", "p50 ms", "p99 ms", "× direct", "× pass-through"
    );
    let mut base: Vec<[f64; 2]> = Vec::new();
    for (name, url) in &targets {
        let small = measure(&targets[0].1, url, &token, "select 1", selects)
            .await
            .with_context(|| name.clone())?;
        let large = measure(
            &targets[0].1,
            url,
            &token,
            "select id, note from big",
            results,
        )
        .await
        .with_context(|| name.clone())?;
        for (what, took) in [("select 1", &small), ("10 MB", &large)] {
            let row = usize::from(what != "select 1");
            let ratio = |peer: usize| {
                base.get(peer).map_or_else(String::new, |peer| {
                    format!("{:.2}", percentile(took, 50.0) / peer[row])
                })
            };
            println!(
                "{name:<16}{what:<10}{:>12.3}{:>12.3}{:>12}{:>16}",
                percentile(took, 50.0),
                percentile(took, 99.0),
                ratio(0),
                ratio(1)
            );
        }
        base.push([percentile(&small, 50.0), percentile(&large, 50.0)]);
    }
    Ok(())
}

/// Milliseconds below which `share` per cent of the sorted samples lie.
fn percentile(sorted: &[Duration], share: f64) -> f64 {
    let place = ((sorted.len() - 1) as f64 * share / 100.0).round() as usize;
    sorted[place].as_secs_f64() * 1000.0
}

async fn measure(
    upstream: &str,
    url: &str,
    token: &str,
    sql: &str,
    count: usize,
) -> Result<Vec<Duration>> {
    let http: Http = Client::builder(TokioExecutor::new()).build_http();
    let login = json!({"data": {"ACCOUNT_NAME": "bench", "LOGIN_NAME": "bench", "AUTHENTICATOR": "OAUTH", "TOKEN": token, "CLIENT_APP_ID": "bench", "CLIENT_APP_VERSION": "1", "SESSION_PARAMETERS": {}}});
    let answer = post(
        &http,
        &format!(
            "{url}/session/v1/login-request?requestId={}",
            uuid::Uuid::new_v4()
        ),
        &login,
        None,
    )
    .await?;
    let session = answer["data"]["token"]
        .as_str()
        .with_context(|| format!("login refused: {answer}"))?
        .to_owned();
    let mut took = Vec::with_capacity(count);
    for number in 0..count + WARM_UP.min(count) {
        let begun = Instant::now();
        let request = json!({"sqlText": sql, "asyncExec": false, "sequenceId": number, "querySubmissionTime": 0, "parameters": {}});
        let answer = post(
            &http,
            &format!(
                "{url}/queries/v1/query-request?requestId={}",
                uuid::Uuid::new_v4()
            ),
            &request,
            Some(&session),
        )
        .await?;
        if answer["success"] != true {
            bail!("refused: {answer}");
        }
        for chunk in answer["data"]["chunks"].as_array().into_iter().flatten() {
            // Snowflake's own URLs go around a proxy; the pass-through is to carry them too. firn has rewritten them already.
            let chunk = chunk["url"]
                .as_str()
                .context("chunk url")?
                .replace(upstream, url);
            let body = get(&http, &chunk).await?;
            if body.len() < 1024 {
                bail!("chunk of {} bytes", body.len());
            }
        }
        if number >= WARM_UP.min(count) {
            took.push(begun.elapsed());
        }
    }
    took.sort();
    Ok(took)
}

async fn post(http: &Http, url: &str, body: &Value, session: Option<&str>) -> Result<Value> {
    let mut request = Request::post(url)
        .header("content-type", "application/json")
        .header("accept", "application/snowflake");
    if let Some(session) = session {
        request = request.header("authorization", format!("Snowflake Token=\"{session}\""));
    }
    let answer = http
        .request(request.body(Full::new(Bytes::from(body.to_string())))?)
        .await?;
    Ok(serde_json::from_slice(
        &answer.into_body().collect().await?.to_bytes(),
    )?)
}

async fn get(http: &Http, url: &str) -> Result<Bytes> {
    let answer = http
        .request(
            Request::get(url)
                .header("accept-encoding", "gzip")
                .body(Full::default())?,
        )
        .await?;
    if !answer.status().is_success() {
        bail!("GET {url}: {}", answer.status());
    }
    Ok(answer.into_body().collect().await?.to_bytes())
}

impl Upstream {
    fn new(port: u16) -> Result<Self> {
        let schema = Arc::new(Schema::new(vec![
            Field::new("ID", DataType::Int64, true).with_metadata(
                [
                    ("logicalType", "FIXED"),
                    ("precision", "38"),
                    ("scale", "0"),
                    ("physicalType", "SB8"),
                ]
                .map(|(k, v)| (k.to_owned(), v.to_owned()))
                .into(),
            ),
            Field::new("NOTE", DataType::Utf8, true).with_metadata(
                [
                    ("logicalType", "TEXT"),
                    ("charLength", "16777216"),
                    ("byteLength", "16777216"),
                ]
                .map(|(k, v)| (k.to_owned(), v.to_owned()))
                .into(),
            ),
        ]));
        let rows = RESULT_BYTES / 108;
        let note = |row: usize| {
            format!(
                "order {row} was shipped from the northern depot and arrived {} days later, undamaged, at the door.",
                row % 9
            )
        };
        let batch = |rows: std::ops::Range<usize>| {
            RecordBatch::try_new(
                schema.clone(),
                vec![
                    Arc::new(Int64Array::from_iter_values(
                        rows.clone().map(|row| row as i64),
                    )),
                    Arc::new(StringArray::from_iter_values(rows.map(note))),
                ],
            )
        };
        let mut plain = Vec::new();
        let mut writer = arrow::ipc::writer::StreamWriter::try_new(&mut plain, &schema)?;
        for first in (0..rows).step_by(8192) {
            writer.write(&batch(first..rows.min(first + 8192))?)?;
        }
        writer.finish()?;
        drop(writer);
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(&plain)?;
        let mut inline = Vec::new();
        let mut writer = arrow::ipc::writer::StreamWriter::try_new(&mut inline, &schema)?;
        writer.write(&batch(0..1)?)?;
        writer.finish()?;
        drop(writer);
        Ok(Self {
            base: format!("http://127.0.0.1:{port}"),
            chunk: packed.finish()?.into(),
            rows,
            inline: base64::engine::general_purpose::STANDARD.encode(inline),
        })
    }

    fn answer(&self, path: &str, body: &[u8]) -> Value {
        let ok =
            |data: Value| json!({"data": data, "code": null, "message": null, "success": true});
        match path {
            "/session/v1/login-request" => ok(
                json!({"token": "t", "masterToken": "m", "validityInSeconds": 3600, "masterValidityInSeconds": 14400, "sessionId": 1, "parameters": [], "sessionInfo": {"databaseName": "SHOP", "schemaName": "PUBLIC"}}),
            ),
            "/queries/v1/query-request" => {
                let big = body.windows(8).any(|window| window == b"from big");
                let column = |name: &str, kind: &str| json!({"name": name, "type": kind, "database": "", "schema": "", "table": "", "nullable": true, "precision": 38, "scale": 0, "length": null, "byteLength": null, "collation": null});
                let mut data = json!({"parameters": [], "rowtype": [column("ID", "fixed")], "total": 1, "returned": 1, "queryId": uuid::Uuid::new_v4(), "finalDatabaseName": "SHOP", "finalSchemaName": "PUBLIC", "statementTypeId": 4096, "version": 1, "queryResultFormat": "json", "rowset": [["1"]]});
                if big {
                    data["rowtype"] = json!([column("ID", "fixed"), column("NOTE", "text")]);
                    data["total"] = json!(self.rows + 1);
                    data["queryResultFormat"] = json!("arrow");
                    data["rowsetBase64"] = json!(self.inline);
                    data["chunks"] = json!([{"url": format!("{}/chunk", self.base), "rowCount": self.rows, "uncompressedSize": RESULT_BYTES, "compressedSize": self.chunk.len()}]);
                    data.as_object_mut().map(|data| data.remove("rowset"));
                }
                ok(data)
            }
            _ => ok(Value::Null),
        }
    }
}

async fn serve(port: u16, upstream: Upstream) -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let upstream = upstream.clone();
            let service = service_fn(move |request: Request<Incoming>| {
                let upstream = upstream.clone();
                async move {
                    let path = request.uri().path().to_owned();
                    if path == "/chunk" {
                        let answer = Response::builder()
                            .header("content-encoding", "gzip")
                            .body(Full::new(upstream.chunk.clone()));
                        return Ok::<_, Infallible>(answer.unwrap_or_default());
                    }
                    let body = request
                        .into_body()
                        .collect()
                        .await
                        .map(|body| body.to_bytes())
                        .unwrap_or_default();
                    let body = if body.starts_with(&[0x1f, 0x8b]) {
                        gunzip(&body)
                    } else {
                        body.to_vec()
                    };
                    let answer = Response::builder()
                        .header("content-type", "application/json")
                        .body(Full::new(Bytes::from(
                            upstream.answer(&path, &body).to_string(),
                        )));
                    Ok(answer.unwrap_or_default())
                }
            });
            let _ = stream.set_nodelay(true);
            tokio::spawn(
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service),
            );
        }
    });
    Ok(())
}

fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    let _ = std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(bytes), &mut plain);
    plain
}

/// The least a proxy can do: every request on to the upstream, every body streamed back. Chunk URLs point at it as well.
async fn pass_through(upstream: u16) -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let http: Client<HttpConnector, Incoming> = Client::builder(TokioExecutor::new()).build_http();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let http = http.clone();
            let service = service_fn(move |mut request: Request<Incoming>| {
                let path = request
                    .uri()
                    .path_and_query()
                    .map_or("/", |path| path.as_str())
                    .to_owned();
                if let Ok(uri) = format!("http://127.0.0.1:{upstream}{path}").parse() {
                    *request.uri_mut() = uri;
                }
                http.request(request)
            });
            let _ = stream.set_nodelay(true);
            tokio::spawn(
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service),
            );
        }
    });
    Ok(address)
}
