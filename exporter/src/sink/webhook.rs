//! An HTTPS endpoint of one's own, signed as Standard Webhooks says.
//!
//! Enters: records. Leaves: one POST a batch, a JSON array or lines, with `webhook-id`, `webhook-timestamp` and `webhook-signature`.
//! Never here: a batch acknowledged by anything but a status of success.
//!
//! The signature: Standard Webhooks specification 1.0, "Signature scheme", HMAC-SHA256 over `id.timestamp.body`. A receiver refuses
//! what is older than its tolerance, and keeps ids to refuse repeats; a batch that is sent again has the same id.

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use door::Secret;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use journal::clock::{Clock as _, SystemClock};
use ring::hmac;
use serde::Deserialize;
use url::Url;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::http::{Client, ask};
use super::{Receipt, SendError, Sink, batch_id};
use crate::connection::{BuildError, Connection, Credentials};
use crate::format::Format;
use crate::plan::Record;

/// Fewest bytes of a key, as the specification asks.
const KEY_BYTES_MIN: usize = 24;
/// Marks a key that is base64.
const KEY_PREFIX: &str = "whsec_";
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
    key: hmac::Key,
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
            key: key(&to.secret.read()?)?,
            authorization: to.login.header()?,
            format,
        })
    }

    async fn post(&self, id: &str, content_type: &str, body: Vec<u8>) -> Result<(), SendError> {
        let timestamp = SystemClock.now().0.div_euclid(NANOS).to_string();
        let mut request = self.client.post(self.url.clone());
        request = request
            .header(CONTENT_TYPE, content_type)
            .header("webhook-id", id)
            .header("webhook-timestamp", &timestamp)
            .header("webhook-signature", sign(&self.key, id, &timestamp, &body));
        if let Some(value) = &self.authorization {
            request = request.header(AUTHORIZATION, value.as_str());
        }
        let request = self.client.with_body(request, body)?;
        ask(request).await?.accepted().map(drop)
    }
}

fn key(secret: &str) -> Result<hmac::Key, BuildError> {
    let decoded = match secret.strip_prefix(KEY_PREFIX) {
        None => Zeroizing::new(secret.as_bytes().to_vec()),
        Some(encoded) => Zeroizing::new(STANDARD.decode(encoded).map_err(|_| {
            BuildError::Client(
                "the secret begins with whsec_, but is not base64 after it".to_owned(),
            )
        })?),
    };
    if decoded.len() < KEY_BYTES_MIN {
        return Err(BuildError::Client(format!(
            "the secret must have {KEY_BYTES_MIN} bytes or more"
        )));
    }
    Ok(hmac::Key::new(hmac::HMAC_SHA256, &decoded))
}

fn sign(key: &hmac::Key, id: &str, timestamp: &str, body: &[u8]) -> String {
    let mut signed = hmac::Context::with_key(key);
    for piece in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
        signed.update(piece);
    }
    format!("v1,{}", STANDARD.encode(signed.sign()))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference implementations (`standardwebhooks` on PyPI and npm, `test_webhooks`).
    #[test]
    fn the_signature_is_that_of_the_reference() {
        let key = key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature = sign(
            &key,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "1614265330",
            br#"{"test": 2432232314}"#,
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_short_key_is_refused() {
        assert!(key("too short").is_err());
        assert!(key("whsec_AAAA").is_err());
        assert!(key("whsec_no base64 at all, however long it is").is_err());
    }
}
