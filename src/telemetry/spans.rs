//! Spans on their way to a collector, over OTLP.
//!
//! Enters: spans that ended. Leaves: batches of them, as protobuf over HTTP. Never here: what a span says.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result};
use async_trait::async_trait;
use axum::body::Bytes;
use axum::http::{Request, Response};
use opentelemetry::KeyValue;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::runtime::Handle;
use url::Url;

/// One batch may take this long.
const SEND: Duration = Duration::from_secs(10);
/// Where a collector takes spans, below its base URL.
const PATH: &str = "v1/traces";

/// Sends spans of `role` to `collector`. Must be called within a tokio runtime.
pub fn provider(collector: &Url, role: &'static str) -> Result<SdkTracerProvider> {
    let client = Client {
        http: reqwest::Client::builder()
            .timeout(SEND)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .context("the client does not come up")?,
        runtime: Handle::current(),
        failing: AtomicBool::new(false),
    };
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(client)
        .with_endpoint(endpoint(collector))
        .with_protocol(Protocol::HttpBinary)
        .build()
        .context("the exporter does not come up")?;
    let resource = Resource::builder()
        .with_service_name("firn")
        .with_attributes([
            KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
            KeyValue::new("firn.role", role),
        ])
        .build();
    Ok(SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(resource)
        .build())
}

fn endpoint(collector: &Url) -> String {
    let base = collector.as_str().trim_end_matches('/');
    if base.ends_with(PATH) {
        return base.to_owned();
    }
    format!("{base}/{PATH}")
}

/// Batches are made in a thread of the SDK's own, which knows no runtime; they are sent in ours.
#[derive(Debug)]
struct Client {
    http: reqwest::Client,
    runtime: Handle,
    failing: AtomicBool,
}

#[async_trait]
impl HttpClient for Client {
    #[expect(clippy::disallowed_methods, reason = "it is waited for right here")]
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let http = self.http.clone();
        let sending = self.runtime.spawn(async move {
            let answer = http.execute(request.try_into()?);
            let mut answer = answer.await.map_err(reqwest::Error::without_url)?;
            let mut response = Response::builder().status(answer.status());
            if let Some(headers) = response.headers_mut() {
                *headers = std::mem::take(answer.headers_mut());
            }
            Ok::<_, HttpError>(response.body(answer.bytes().await?)?)
        });
        let sent = sending.await.map_err(HttpError::from).flatten();
        let failed = match &sent {
            Ok(response) if response.status().is_success() => None,
            Ok(response) => Some(response.status().to_string()),
            Err(error) => Some(error.to_string()),
        };
        // Said once, not with every batch.
        let before = self.failing.swap(failed.is_some(), Ordering::Relaxed);
        match failed {
            Some(why) if !before => {
                tracing::warn!(why, "the collector does not take spans, which are dropped");
            }
            None if before => tracing::info!("the collector takes spans again"),
            _ => {}
        }
        sent
    }
}

#[cfg(test)]
mod tests {
    use super::endpoint;

    #[test]
    fn a_collector_is_named_by_its_base_or_in_full() {
        for (given, used) in [
            ("http://otel:4318", "http://otel:4318/v1/traces"),
            ("http://otel:4318/", "http://otel:4318/v1/traces"),
            ("https://otel/in", "https://otel/in/v1/traces"),
            ("https://otel/v1/traces", "https://otel/v1/traces"),
        ] {
            assert_eq!(endpoint(&given.parse().unwrap()), used, "{given}");
        }
    }
}
