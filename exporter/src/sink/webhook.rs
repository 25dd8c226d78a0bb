//! An HTTPS endpoint of one's own, signed as Standard Webhooks says.
//!
//! Enters: records. Leaves: one POST a batch, a JSON array or lines, with `webhook-id`, `webhook-timestamp` and `webhook-signature`.
//! Never here: a batch acknowledged by anything but a status of success.
//!
//! The signature: Standard Webhooks specification 1.0, "Signature scheme", HMAC-SHA256 over `id.timestamp.body`. A receiver refuses
//! what is older than its tolerance, and keeps ids to refuse repeats; a batch that is sent again has the same id. Signed are the bytes
//! that are sent: where `compression` is on, the compressed ones, so that a receiver unpacks nothing of which it does not know the sender.

use async_trait::async_trait;
use door::{Secret, SigningKey};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use journal::clock::{Clock as _, SystemClock};
use serde::Deserialize;
use url::Url;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::http::{Client, ask};
use super::{Receipt, SendError, Sink, batch_id};
use crate::connection::{BuildError, Connection, Credentials};
use crate::format::Format;
use crate::plan::Record;

const NANOS: i64 = 1_000_000_000;

/// `to.webhook`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookTarget {
    /// Where to POST.
    pub url: Url,
    /// The key of the signature, at least 24 bytes; `whsec_` and base64, or any text.
    pub secret: Secret,
    /// How the receiver knows us, beside the signature.
    #[serde(default)]
    pub login: Credentials,
}

/// One endpoint.
pub struct Webhook {
    client: Client,
    url: Url,
    key: SigningKey,
    authorization: Option<Zeroizing<String>>,
    format: Format,
}

impl Webhook {
    /// The endpoint `to` describes, for records in `format`.
    pub fn new(
        to: &WebhookTarget,
        format: Format,
        connection: &Connection,
    ) -> Result<Self, BuildError> {
        Ok(Self {
            client: Client::new(connection, false)?,
            url: to.url.clone(),
            key: SigningKey::of(&to.secret.read()?)
                .map_err(|error| BuildError::Client(error.to_string()))?,
            authorization: to.login.header()?,
            format,
        })
    }

    async fn post(&self, id: &str, content_type: &str, body: Vec<u8>) -> Result<(), SendError> {
        let body = self.client.packed(body)?;
        let timestamp = SystemClock.now().0.div_euclid(NANOS).to_string();
        let mut request = self.client.post(self.url.clone());
        request = request
            .header(CONTENT_TYPE, content_type)
            .header("webhook-id", id)
            .header("webhook-timestamp", &timestamp)
            .header(
                "webhook-signature",
                self.key.sign(id, &timestamp, body.bytes()),
            );
        if let Some(value) = &self.authorization {
            request = request.header(AUTHORIZATION, value.as_str());
        }
        ask(body.of(request)).await?.accepted().map(drop)
    }
}

fn joined(batch: &[Record], [begin, between, end]: [&str; 3]) -> Vec<u8> {
    let mut body = begin.as_bytes().to_vec();
    for (index, record) in batch.iter().enumerate() {
        if index > 0 {
            body.extend_from_slice(between.as_bytes());
        }
        body.extend_from_slice(&record.bytes);
    }
    body.extend_from_slice(end.as_bytes());
    body
}

#[async_trait]
impl Sink for Webhook {
    async fn send(&self, batch: &[Record]) -> Result<Receipt, SendError> {
        let id = format!("firn_{}", batch_id(batch));
        let (content_type, body) = if self.format.is_json() {
            let body = joined(batch, ["[", ",", "]"]);
            match self.format.content_type() {
                "application/cloudevents+json" => ("application/cloudevents-batch+json", body),
                _ => ("application/json", body),
            }
        } else {
            let body = joined(batch, ["", "\n", "\n"]);
            ("text/plain; charset=utf-8", body)
        };
        self.post(&id, content_type, body).await?;
        Ok(Receipt::default())
    }

    async fn probe(&self) -> Result<String, SendError> {
        let probe = format!("firn_probe_{}", Uuid::new_v4());
        self.post(&probe, "application/json", b"[]".to_vec())
            .await?;
        Ok("it takes an empty batch".to_owned())
    }
}
