//! Google SecOps (Chronicle): events in its Unified Data Model.
//!
//! Enters: records in UDM. Leaves: one event each. Never here: another format, an event that is sent half.
//!
//! The protocol: Chronicle API, method `projects.locations.instances.events.import`: `inlineSource.events[].udm`; all events must be
//! valid, one that is not refuses the request. So a refused batch is halved until the one at fault stands alone. It has no ids to
//! create by: what is sent again after a crash is there twice, with the same `metadata.product_log_id`.

use async_trait::async_trait;
use door::Secret;
use serde::Deserialize;
use url::Url;

use super::http::{Answer, Client};
use super::oauth::{AccountKey, Tokens};
use super::{Receipt, SendError, Sink};
use crate::connection::{BuildError, Connection, check_url};
use crate::plan::Record;

/// Bytes one request may have: the ingestion API that this one replaces took 1 MB ("Service limits").
const REQUEST_BYTES: usize = 1_000_000;
/// Bytes an event has beside its record.
const EVENT_BYTES: usize = 16;
/// Bytes a request has beside its events.
const ENVELOPE_BYTES: usize = 64;
const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";
const API_VERSION: &str = "v1beta";

/// `to.secops`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecopsTarget {
    /// The Google Cloud project of the instance.
    pub project: String,
    /// The instance's region, such as `us` or `europe`.
    pub region: String,
    /// The instance's (customer) id.
    pub instance: String,
    /// The JSON key of a service account that may import events.
    pub key: Secret,
    /// The API's base; by default that of the region.
    pub url: Option<Url>,
}

impl SecopsTarget {
    /// What cannot work.
    pub fn check(&self) -> Result<(), BuildError> {
        for (key, value) in [
            ("project", &self.project),
            ("region", &self.region),
            ("instance", &self.instance),
        ] {
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_:.".contains(&byte);
            if value.is_empty() || !value.bytes().all(fits) {
                return Err(BuildError::Client(format!(
                    "{key} {value:?} must be letters, digits and hyphens"
                )));
            }
        }
        check_url(&self.base()?)
    }

    fn base(&self) -> Result<Url, BuildError> {
        match &self.url {
            Some(url) => Ok(url.clone()),
            None => Url::parse(&format!(
                "https://chronicle.{}.rep.googleapis.com",
                self.region
            ))
            .map_err(|error| BuildError::Client(format!("region {:?}: {error}", self.region))),
        }
    }
}

/// One instance.
pub struct Secops {
    url: Url,
    tokens: Tokens,
}

impl Secops {
    /// The instance `to` describes.
    pub fn new(to: &SecopsTarget, connection: &Connection) -> Result<Self, BuildError> {
        to.check()?;
        let key = AccountKey::parse(&to.key.read()?)?;
        // The key's file says where its assertion goes.
        check_url(&key.token_uri)?;
        let mut url = to.base()?;
        let base = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!(
            "{base}/{API_VERSION}/projects/{}/locations/{}/instances/{}/events:import",
            to.project, to.region, to.instance
        ));
        let client = Client::new(connection, true)?;
        let tokens = Tokens::new(client, key.token_uri.clone(), key.grant(SCOPE)?);
        Ok(Self { url, tokens })
    }

    async fn import(&self, events: &[&[u8]]) -> Result<Answer, SendError> {
        let bytes = events.iter().map(|event| event.len() + EVENT_BYTES);
        let mut body = Vec::with_capacity(bytes.sum::<usize>() + ENVELOPE_BYTES);
        body.extend_from_slice(b"{\"inlineSource\":{\"events\":[");
        for (index, event) in events.iter().enumerate() {
            if index > 0 {
                body.push(b',');
            }
            body.extend_from_slice(b"{\"udm\":");
            body.extend_from_slice(event);
            body.push(b'}');
        }
        body.extend_from_slice(b"]}}");
        self.tokens.post_json(&self.url, body).await
    }
}

#[async_trait]
impl Sink for Secops {
    async fn send(&self, batch: &[Record]) -> Result<Receipt, SendError> {
        let events: Vec<&[u8]> = batch.iter().map(|record| record.bytes.as_ref()).collect();
        self.import(&events).await?.accepted()?;
        Ok(Receipt::default())
    }

    async fn probe(&self) -> Result<String, SendError> {
        self.import(&[]).await?.probed("events")
    }

    fn request_bytes(&self) -> Option<usize> {
        Some(REQUEST_BYTES - ENVELOPE_BYTES)
    }

    fn size(&self, record: &Record) -> usize {
        record.bytes.len() + EVENT_BYTES
    }
}
