//! The upstream of the bench: answers logins and statements at once, results as Snowflake would.
//!
//! Enters: requests. Leaves: one row, or a row and chunks of [`CHUNK_BYTES`] of Arrow in gzip. Never here: a wait.

use std::convert::Infallible;
use std::io::Write as _;
use std::sync::Arc;

use anyhow::Result;
use arrow::array::{Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use base64::Engine as _;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// A chunk before it is packed, about.
pub const CHUNK_BYTES: usize = 10 * 1024 * 1024;
/// Chunks of the large result.
pub const CHUNKS: usize = 10;

/// What is answered.
#[derive(Clone)]
pub struct Upstream {
    base: String,
    /// One chunk, packed.
    pub chunk: Bytes,
    rows: usize,
    inline: String,
}

impl Upstream {
    /// Serves on `port` of this machine.
    pub fn new(port: u16) -> Result<Self> {
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
        let rows = CHUNK_BYTES / 108;
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
                let asks = |text: &[u8]| body.windows(text.len()).any(|window| window == text);
                let chunks = match (asks(b"from big"), asks(b"from wide")) {
                    (true, _) => 1,
                    (_, true) => CHUNKS,
                    _ => 0,
                };
                let column = |name: &str, kind: &str| json!({"name": name, "type": kind, "database": "", "schema": "", "table": "", "nullable": true, "precision": 38, "scale": 0, "length": null, "byteLength": null, "collation": null});
                let mut data = json!({"parameters": [], "rowtype": [column("ID", "fixed")], "total": 1, "returned": 1, "queryId": uuid::Uuid::new_v4(), "finalDatabaseName": "SHOP", "finalSchemaName": "PUBLIC", "statementTypeId": 4096, "version": 1, "queryResultFormat": "json", "rowset": [["1"]]});
                if chunks > 0 {
                    data["rowtype"] = json!([column("ID", "fixed"), column("NOTE", "text")]);
                    data["total"] = json!(self.rows * chunks + 1);
                    data["queryResultFormat"] = json!("arrow");
                    data["rowsetBase64"] = json!(self.inline);
                    let chunk = json!({"url": format!("{}/chunk", self.base), "rowCount": self.rows, "uncompressedSize": CHUNK_BYTES, "compressedSize": self.chunk.len()});
                    data["chunks"] = json!(vec![chunk; chunks]);
                    data.as_object_mut().map(|data| data.remove("rowset"));
                }
                ok(data)
            }
            _ => ok(Value::Null),
        }
    }
}

/// Answers until the process ends.
pub async fn serve(port: u16, upstream: Upstream) -> Result<()> {
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
