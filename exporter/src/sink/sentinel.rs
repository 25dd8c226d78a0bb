//! Microsoft Sentinel, through the Logs Ingestion API of Azure Monitor.
//!
//! Enters: records in JSON. Leaves: one row each for the stream of a data collection rule, in requests of 1 MiB at most. Never here: a
//! record that is too large for a column: the service would cut it in silence, so it is refused here and kept as a dead letter.
//!
//! The protocol: Azure Monitor, "Logs Ingestion API overview": `POST {endpoint}/dataCollectionRules/{immutable id}/streams/{stream}`,
//! a JSON array, 204. "Azure Monitor service limits", "Logs Ingestion API": 1 MB a call, compressed or not, 64 KB a value, 429 with
//! `Retry-After`. The service answers for the call as a whole.

use std::collections::BTreeMap;

use async_trait::async_trait;
use door::Secret;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use url::Url;

use super::http::Client;
use super::oauth::{Grant, Tokens};
use super::{Receipt, SendError, Sink};
use crate::connection::{BuildError, Connection, check_url};
use crate::format::record::rfc3339;
use crate::plan::Record;

/// Bytes one request may have.
const REQUEST_BYTES: usize = 1024 * 1024;
/// Bytes one value may have; what is longer is cut by the service.
const VALUE_BYTES: usize = 64 * 1024;
/// Bytes a record may be configured to have: a value holds the whole of it.
pub const RECORD_BYTES: usize = 60 * 1024;
/// Bytes a row has beside its record.
const ROW_BYTES: usize = 512;
const API_VERSION: &str = "2023-01-01";

/// `to.sentinel`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SentinelTarget {
    /// The logs ingestion endpoint, of the data collection rule or of its endpoint resource.
    pub url: Url,
    /// The rule's immutable id, `dcr-…`.
    pub rule: String,
    /// The rule's stream, `Custom-…`.
    pub stream: String,
    /// The tenant of the application.
    pub tenant: String,
    /// The application's (client) id.
    pub client: String,
    /// Its secret.
    pub secret: Secret,
    /// Where tokens are asked for; other clouds have another.
    #[serde(default = "authority")]
    pub authority: Url,
    /// What a token is asked for; other clouds have another.
    #[serde(default = "scope")]
    pub scope: String,
}

fn authority() -> Url {
    const PUBLIC: &str = "https://login.microsoftonline.com";
    #[expect(clippy::expect_used, reason = "it is a URL")]
    Url::parse(PUBLIC).expect("a constant")
}

fn scope() -> String {
    "https://monitor.azure.com//.default".to_owned()
}

impl SentinelTarget {
    /// What cannot work.
    pub fn check(&self, record_bytes: usize) -> Result<(), BuildError> {
        check_url(&self.url)?;
        check_url(&self.authority)?;
        for (key, value) in [
            ("rule", &self.rule),
            ("stream", &self.stream),
            ("tenant", &self.tenant),
            ("client", &self.client),
        ] {
            if value.is_empty()
                || !value
                    .bytes()
                    .all(|byte| byte.is_ascii_graphic() && byte != b'/')
            {
                return Err(BuildError::Client(format!(
                    "{key} {value:?} must be visible ASCII without `/`"
                )));
            }
        }
        if record_bytes > RECORD_BYTES {
            return Err(BuildError::Range {
                key: "record_bytes",
                value: record_bytes,
                low: crate::limits::RECORD_BYTES_MIN,
                high: RECORD_BYTES,
            });
        }
        Ok(())
    }
}

/// One stream of a data collection rule.
pub struct Sentinel {
    url: Url,
    tokens: Tokens,
}

impl Sentinel {
    /// The stream `to` describes.
    pub fn new(to: &SentinelTarget, connection: &Connection) -> Result<Self, BuildError> {
        let base = |url: &Url| url.path().trim_end_matches('/').to_owned();
        let mut url = to.url.clone();
        url.set_path(&format!(
            "{}/dataCollectionRules/{}/streams/{}",
            base(&to.url),
            to.rule,
            to.stream
        ));
        url.query_pairs_mut()
            .append_pair("api-version", API_VERSION);
        let mut token = to.authority.clone();
        token.set_path(&format!(
            "{}/{}/oauth2/v2.0/token",
            base(&to.authority),
            to.tenant
        ));
        let grant = Grant::Client {
            id: to.client.clone(),
            secret: to.secret.read()?,
            scope: to.scope.clone(),
        };
        let client = Client::new(connection, true)?;
        Ok(Self {
            tokens: Tokens::new(client, token, grant),
            url,
        })
    }
}

/// The columns of the stream. The record itself is `Event`, a dynamic column.
fn row(record: &Record) -> Result<String, String> {
    let said = String::from_utf8_lossy(&record.bytes);
    if said.len() > VALUE_BYTES {
        return Err(format!(
            "it has {} bytes, and a column takes {VALUE_BYTES}: the service would cut it; records of more than `record_bytes` are split",
            said.len()
        ));
    }
    let event = RawValue::from_string(said.into_owned()).map_err(|error| error.to_string())?;
    let mut row: BTreeMap<&str, serde_json::Value> = BTreeMap::new();
    row.insert("TimeGenerated", json!(rfc3339(record.time)));
    row.insert("FirnId", json!(record.id()));
    row.insert("Class", json!(record.class));
    row.insert("Severity", json!(record.severity.name()));
    row.insert("Session", json!(record.session));
    row.insert("Partition", json!(record.position.partition.to_string()));
    row.insert("Offset", json!(record.position.offset.0));
    let head = json!(row).to_string();
    // `Event` is put in as it is: to read and write it again could change its numbers.
    let open = head.strip_suffix('}').unwrap_or(&head);
    Ok(format!("{open},\"Event\":{}}}", event.get()))
}

#[async_trait]
impl Sink for Sentinel {
    async fn send(&self, batch: &[Record]) -> Result<Receipt, SendError> {
        let mut receipt = Receipt::default();
        let mut rows = Vec::with_capacity(batch.len());
        for (index, record) in batch.iter().enumerate() {
            match row(record) {
                Ok(row) => rows.push(row),
                Err(why) => receipt.refused.push((index, why)),
            }
        }
        if !rows.is_empty() {
            let body = format!("[{}]", rows.join(","));
            self.tokens
                .post_json(&self.url, body.into_bytes())
                .await?
                .accepted()?;
        }
        Ok(receipt)
    }

    async fn probe(&self) -> Result<String, SendError> {
        self.tokens
            .post_json(&self.url, b"[]".to_vec())
            .await?
            .probed("rows")
    }

    fn request_bytes(&self) -> Option<usize> {
        Some(REQUEST_BYTES)
    }

    fn size(&self, record: &Record) -> usize {
        record.bytes.len() + ROW_BYTES
    }
}
