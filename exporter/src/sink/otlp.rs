//! OpenTelemetry logs over HTTP (OTLP, protobuf).
//!
//! Enters: records. Leaves: one log record each. Never here: a partial success taken for a whole one.
//!
//! The protocol: OTLP specification 1.x, "OTLP/HTTP", "Full Success", "Partial Success". A receiver that rejects some records says how many, not
//! which: so the batch is taken for refused as a whole, and whoever sends finds the one at fault by halves.

use async_trait::async_trait;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use opentelemetry_proto::tonic::collector::logs::v1::{
    ExportLogsPartialSuccess, ExportLogsServiceRequest, ExportLogsServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message as _;
use serde::Deserialize;
use url::Url;
use zeroize::Zeroizing;

use super::http::{Client, ask, on_one_line};
use super::{Receipt, SendError, Sink};
use crate::connection::{BuildError, Connection, Credentials};
use crate::plan::Record;
use crate::severity::Severity;

const PROTOBUF: &str = "application/x-protobuf";
/// Bytes one request may have: gRPC's default limit, which collectors keep over HTTP.
const REQUEST_BYTES: usize = 4 * 1024 * 1024;

/// `to.otlp`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtlpTarget {
    /// The collector's base; `/v1/logs` is put after it.
    pub url: Url,
    /// How the collector knows us.
    #[serde(default)]
    pub login: Credentials,
}

/// One collector.
pub struct Otlp {
    client: Client,
    url: Url,
    authorization: Option<Zeroizing<String>>,
}

impl Otlp {
    /// The collector `to` describes.
    pub fn new(to: &OtlpTarget, connection: &Connection) -> Result<Self, BuildError> {
        let mut url = to.url.clone();
        url.set_path(&format!("{}/v1/logs", to.url.path().trim_end_matches('/')));
        Ok(Self {
            client: Client::new(connection, true)?,
            url,
            authorization: to.login.header()?,
        })
    }

    async fn export(
        &self,
        records: Vec<LogRecord>,
    ) -> Result<ExportLogsServiceResponse, SendError> {
        let request = ExportLogsServiceRequest {
            resource_logs: vec![ResourceLogs {
                resource: Some(Resource {
                    attributes: vec![text("service.name", "firn")],
                    ..Resource::default()
                }),
                scope_logs: vec![ScopeLogs {
                    scope: Some(InstrumentationScope {
                        name: "firn.export".to_owned(),
                        version: env!("CARGO_PKG_VERSION").to_owned(),
                        ..InstrumentationScope::default()
                    }),
                    log_records: records,
                    ..ScopeLogs::default()
                }],
                ..ResourceLogs::default()
            }],
        };
        let mut post = self.client.post(self.url.clone());
        post = post.header(CONTENT_TYPE, PROTOBUF);
        if let Some(value) = &self.authorization {
            post = post.header(AUTHORIZATION, value.as_str());
        }
        let post = self.client.with_body(post, request.encode_to_vec())?;
        let answer = ask(post).await?.accepted()?;
        // What stands between, and asks to sign in, answers 200 too.
        understood(&answer.body).ok_or_else(|| {
            SendError::later(format!("its answer is none of OTLP: {}", answer.said()))
        })
    }
}

/// What an answer of success says, nothing at all being a whole success; some receivers say it in JSON, whatever they are asked in.
fn understood(body: &[u8]) -> Option<ExportLogsServiceResponse> {
    if !body.trim_ascii_start().starts_with(b"{") {
        return ExportLogsServiceResponse::decode(body).ok();
    }
    let said: serde_json::Value = serde_json::from_slice(body).ok()?;
    let partial = said.get("partialSuccess").map(|partial| {
        // 64 bits are a text in the JSON of protobuf, and not everybody knows.
        let count = &partial["rejectedLogRecords"];
        let count = count.as_i64().or_else(|| count.as_str()?.parse().ok());
        let message = partial["errorMessage"].as_str().unwrap_or_default();
        ExportLogsPartialSuccess {
            rejected_log_records: count.unwrap_or(0),
            error_message: message.to_owned(),
        }
    });
    Some(ExportLogsServiceResponse {
        partial_success: partial,
    })
}

fn text(key: &str, value: &str) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue {
            value: Some(Value::StringValue(value.to_owned())),
        }),
        ..KeyValue::default()
    }
}

fn log_record(record: &Record) -> LogRecord {
    let time = u64::try_from(record.time.0).unwrap_or(0);
    let (number, name) = severity(record.severity);
    let mut attributes = vec![
        text("firn.id", &record.id()),
        text("firn.partition", &record.position.partition.to_string()),
        text("firn.offset", &record.position.offset.0.to_string()),
        text("firn.class", &record.class.to_string()),
    ];
    if let Some(session) = record.session {
        attributes.push(text("session.id", &session.to_string()));
    }
    LogRecord {
        time_unix_nano: time,
        observed_time_unix_nano: time,
        severity_number: number,
        severity_text: name.to_owned(),
        body: Some(AnyValue {
            value: Some(Value::StringValue(
                String::from_utf8_lossy(&record.bytes).into_owned(),
            )),
        }),
        attributes,
        ..LogRecord::default()
    }
}

/// Logs data model, "Severity fields".
const fn severity(severity: Severity) -> (i32, &'static str) {
    match severity {
        Severity::Informational => (9, "INFO"),
        Severity::Low => (10, "INFO2"),
        Severity::Medium => (13, "WARN"),
        Severity::High => (17, "ERROR"),
        Severity::Critical => (21, "FATAL"),
    }
}

#[async_trait]
impl Sink for Otlp {
    async fn send(&self, batch: &[Record]) -> Result<Receipt, SendError> {
        let said = self.export(batch.iter().map(log_record).collect()).await?;
        match said.partial_success {
            Some(partial) if partial.rejected_log_records > 0 => Err(SendError::Refused {
                why: format!(
                    "it rejects {} of {}: {}",
                    partial.rejected_log_records,
                    batch.len(),
                    on_one_line(&partial.error_message)
                ),
            }),
            _ => Ok(Receipt::default()),
        }
    }

    async fn probe(&self) -> Result<String, SendError> {
        self.export(Vec::new()).await?;
        Ok("it takes a request without records".to_owned())
    }

    fn request_bytes(&self) -> Option<usize> {
        Some(REQUEST_BYTES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many an answer rejects; none of what is no answer.
    fn rejected(body: &[u8]) -> Option<i64> {
        let partial = understood(body)?.partial_success;
        Some(partial.map_or(0, |partial| partial.rejected_log_records))
    }

    #[test]
    fn a_success_is_one_only_where_the_answer_says_so() {
        let some = ExportLogsServiceResponse {
            partial_success: Some(ExportLogsPartialSuccess {
                rejected_log_records: 3,
                error_message: "too old".to_owned(),
            }),
        };
        for (body, want) in [
            (&b""[..], Some(0)),
            (&some.encode_to_vec()[..], Some(3)),
            (b"{}", Some(0)),
            (b"{\"partialSuccess\":{}}", Some(0)),
            (
                b"{\"partialSuccess\":{\"rejectedLogRecords\":\"4\"}}",
                Some(4),
            ),
            (b" {\"partialSuccess\":{\"rejectedLogRecords\":5}}", Some(5)),
            (b"<!doctype html><title>Sign in</title>", None),
            (b"{\"partialSuccess\":", None),
        ] {
            assert_eq!(rejected(body), want, "{}", String::from_utf8_lossy(body));
        }
    }
}
