//! Splunk's HTTP event collector (HEC), and whatever takes its events.
//!
//! Enters: records. Leaves: events, acknowledged by the collector or, where its token can, by the indexers. Never here: a batch taken
//! for safe on a 200 alone where the indexers were to be asked.
//!
//! The protocol: Splunk Enterprise, "Format events for HTTP Event Collector", "About HTTP Event Collector Indexer Acknowledgment",
//! "Troubleshoot HTTP Event Collector" (codes). A 200 means that the events are valid and queued; only the acknowledgement says that
//! they are written.

use std::time::Duration;

use async_trait::async_trait;
use door::Secret;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, StatusCode};
use reqwest::RequestBuilder;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use url::Url;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::http::{Answer, Client, ask};
use super::{Receipt, SendError, Sink};
use crate::connection::{BuildError, Connection};
use crate::format::Format;
use crate::plan::Record;

/// Bytes one request may have, Splunk Cloud's own limit.
const REQUEST_BYTES: usize = 1_000_000;
/// Bytes of `time`, `fields` and the names around them, at most.
const EVENT_BYTES: usize = 160;
const CHANNEL: HeaderName = HeaderName::from_static("x-splunk-request-channel");
/// How often the indexers are asked.
const ASK_EVERY: Duration = Duration::from_millis(500);
/// The code of an event that the collector cannot read.
const INVALID_FORMAT: u32 = 6;

/// `to.splunk`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SplunkTarget {
    /// The collector's base; `/services/collector/event` is put after it.
    pub url: Url,
    /// The collector's token.
    pub token: Secret,
    /// The index, if not the token's own.
    pub index: Option<String>,
    /// `source` of the events.
    #[serde(default = "source")]
    pub source: String,
    /// `sourcetype` of the events.
    pub sourcetype: Option<String>,
    /// Ask whether the indexers have each batch; only tokens with indexer acknowledgement can say so.
    #[serde(default)]
    pub acknowledge: bool,
}

fn source() -> String {
    "firn".to_owned()
}

/// One collector.
pub struct Splunk {
    client: Client,
    event: Url,
    ack: Url,
    health: Url,
    authorization: Zeroizing<String>,
    about: serde_json::Map<String, serde_json::Value>,
    json: bool,
    /// Bytes an event has beside its record.
    around: usize,
    /// Its own for each run: numbers of acknowledgements are counted by channel.
    channel: Option<String>,
    timeout: Duration,
}

impl Splunk {
    /// The collector `to` describes, for records in `format`.
    pub fn new(
        to: &SplunkTarget,
        format: Format,
        connection: &Connection,
    ) -> Result<Self, BuildError> {
        let below = |path: &str| {
            let mut url = to.url.clone();
            url.set_path(&format!("{}{path}", to.url.path().trim_end_matches('/')));
            url
        };
        let mut about = serde_json::Map::new();
        about.insert("source".to_owned(), json!(to.source));
        for (name, value) in [("index", &to.index), ("sourcetype", &to.sourcetype)] {
            if let Some(value) = value {
                about.insert(name.to_owned(), json!(value));
            }
        }
        Ok(Self {
            client: Client::new(connection, true)?,
            event: below("/services/collector/event"),
            ack: below("/services/collector/ack"),
            health: below("/services/collector/health"),
            authorization: Zeroizing::new(format!("Splunk {}", to.token.read()?.as_str())),
            around: serde_json::Value::Object(about.clone()).to_string().len() + EVENT_BYTES,
            about,
            json: format.is_json(),
            channel: to.acknowledge.then(|| Uuid::new_v4().to_string()),
            timeout: connection.timeout,
        })
    }

    fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        let request = request.header(AUTHORIZATION, self.authorization.as_str());
        match &self.channel {
            Some(channel) => request.header(CHANNEL, channel),
            None => request,
        }
    }

    fn body(&self, batch: &[Record]) -> Vec<u8> {
        let bytes = batch.iter().map(|record| record.bytes.len() + 256);
        let mut body = Vec::with_capacity(bytes.sum());
        for record in batch {
            let mut event = self.about.clone();
            event.insert("time".to_owned(), seconds(record));
            event.insert("fields".to_owned(), json!({"firn_id": record.id()}));
            let said = std::str::from_utf8(&record.bytes).unwrap_or_default();
            let raw = self.json.then(|| RawValue::from_string(said.to_owned()));
            let said = match raw {
                Some(Ok(raw)) => json!(raw),
                _ => json!(said),
            };
            event.insert("event".to_owned(), said);
            body.extend_from_slice(serde_json::Value::Object(event).to_string().as_bytes());
            body.push(b'\n');
        }
        body
    }

    /// Waits until the indexers have the batch that was numbered `number`.
    async fn indexed(&self, number: u64) -> Result<(), SendError> {
        let begun = journal::clock::moment();
        while begun.elapsed() < self.timeout {
            let request = self.signed(self.client.post(self.ack.clone()));
            let request = request.json(&json!({"acks": [number]}));
            // 14 and others: no acknowledgement, no channel. The events are not what is refused.
            let answer = ask(request).await?.known()?;
            let said: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
            if said["acks"][number.to_string()] == true {
                return Ok(());
            }
            tokio::time::sleep(ASK_EVERY).await;
        }
        Err(SendError::later(format!(
            "the indexers did not acknowledge the batch within {:?}",
            self.timeout
        )))
    }
}

/// Seconds since 1970 with milliseconds, as Splunk wants them.
fn seconds(record: &Record) -> serde_json::Value {
    let millis = record.time.0.div_euclid(1_000_000);
    let (whole, rest) = (millis.div_euclid(1_000), millis.rem_euclid(1_000));
    let number = format!("{whole}.{rest:03}").parse::<serde_json::Number>();
    number.map_or_else(|_| json!(whole), serde_json::Value::Number)
}

#[derive(Debug, Default, Deserialize)]
struct Said {
    #[serde(default)]
    code: u32,
    #[serde(rename = "ackId")]
    ack: Option<u64>,
    #[serde(rename = "invalid-event-number")]
    invalid: Option<usize>,
}

/// What a refusal means for the batch.
fn refusal(answer: Answer, sent: usize) -> Result<Receipt, SendError> {
    let said: Said = serde_json::from_slice(&answer.body).unwrap_or_default();
    // An event that cannot be read is named; what became of the others is not said.
    if let (StatusCode::BAD_REQUEST, INVALID_FORMAT, Some(at)) =
        (answer.status, said.code, said.invalid)
        && at < sent
    {
        let why = format!("it answers {}: {}", answer.status, answer.said());
        return Ok(Receipt {
            refused: vec![(at, why)],
            again: (0..sent).filter(|&index| index != at).collect(),
            ..Receipt::default()
        });
    }
    let why = format!("it answers {}: {}", answer.status, answer.said());
    // 5: no data, 6: invalid format, 12 and 13: no event or a blank one, 15: a field of a wrong type. All else is about us.
    match (answer.status, said.code) {
        (StatusCode::BAD_REQUEST, 0 | 5 | 6 | 12 | 13 | 15) => Err(SendError::Refused { why }),
        (StatusCode::BAD_REQUEST, _) => Err(SendError::later(why)),
        _ => answer.accepted().map(|_| Receipt::default()),
    }
}

#[async_trait]
impl Sink for Splunk {
    async fn send(&self, batch: &[Record]) -> Result<Receipt, SendError> {
        let request = self.signed(self.client.post(self.event.clone()));
        let request = request.header(CONTENT_TYPE, "application/json");
        let request = self.client.with_body(request, self.body(batch))?;
        let answer = ask(request).await?;
        if !answer.status.is_success() {
            return refusal(answer, batch.len());
        }
        if self.channel.is_none() {
            return Ok(Receipt::default());
        }
        let said: Said = serde_json::from_slice(&answer.body).unwrap_or_default();
        let Some(number) = said.ack else {
            return Err(SendError::later(
                "it gives no ackId: its token has no indexer acknowledgement; turn it on there, or `acknowledge` off here",
            ));
        };
        self.indexed(number).await?;
        Ok(Receipt::default())
    }

    async fn probe(&self) -> Result<String, SendError> {
        let answer = ask(self.signed(self.client.get(self.health.clone()))).await?;
        let said = answer.said();
        let answer = answer.known()?;
        Ok(format!("it answers {}: {said}", answer.status))
    }

    fn request_bytes(&self) -> Option<usize> {
        Some(REQUEST_BYTES)
    }

    fn size(&self, record: &Record) -> usize {
        record.bytes.len() + self.around
    }
}
