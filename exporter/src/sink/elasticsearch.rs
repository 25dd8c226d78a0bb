//! Elasticsearch, OpenSearch, and whatever takes their `_bulk` requests.
//!
//! Enters: records in JSON. Leaves: one `create` each, whose `_id` is the record's: what is there already answers 409 and counts as
//! acknowledged. Never here: an update of what a receiver has.
//!
//! The protocol: Elasticsearch reference, "Bulk API": one line with the action, one with the document; the answer has one item an
//! action, each with a status of its own.

mod search;

use std::ops::Range;

use async_trait::async_trait;
use event::TimeNs;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::RequestBuilder;
use serde::Deserialize;
use serde_json::json;
use url::Url;
use zeroize::Zeroizing;

use super::http::{Client, ask};
use super::inventory::Inventory;
use super::{Receipt, SendError, Sink};
use crate::connection::{BuildError, Connection, Credentials};
use crate::limits;
use crate::plan::Record;

/// Bytes one request may have: Elasticsearch's own limit is ten times that.
const REQUEST_BYTES: usize = 10 * 1024 * 1024;

/// Bytes of an action beside the name of the index, at most.
const ACTION_BYTES: usize = 128;

/// `to.elasticsearch`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ElasticsearchTarget {
    /// The cluster's base; `_bulk` is put after it, and a query in it goes with each batch.
    pub url: Url,
    /// The index or data stream.
    pub index: String,
    /// How the cluster knows us.
    #[serde(default)]
    pub login: Credentials,
}

/// A cluster and the index or data stream in it.
pub struct Elasticsearch {
    client: Client,
    bulk: Url,
    root: Url,
    search: Url,
    refresh: Url,
    index: String,
    authorization: Option<Zeroizing<String>>,
}

impl Elasticsearch {
    /// Writes into `index` of the cluster at `url`; a query in it goes with each batch, and with nothing else: a cluster refuses what a
    /// request does not know.
    pub fn new(
        url: &Url,
        index: &str,
        credentials: &Credentials,
        connection: &Connection,
    ) -> Result<Self, BuildError> {
        let mut bulk = url.clone();
        let base = url.path().trim_end_matches('/');
        bulk.set_path(&format!("{base}/_bulk"));
        let mut root = url.clone();
        root.set_query(None);
        let below = |what: &str| {
            let mut url = root.clone();
            url.set_path(&format!("{base}/{index}/{what}"));
            url
        };
        let mut search = below("_search");
        search.set_query(Some(search::QUERY));
        Ok(Self {
            client: Client::new(connection, true)?,
            bulk,
            search,
            refresh: below("_refresh"),
            root,
            index: index.to_owned(),
            authorization: credentials.header()?,
        })
    }

    fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.authorization {
            Some(value) => request.header(AUTHORIZATION, value.as_str()),
            None => request,
        }
    }

    fn body(&self, batch: &[Record]) -> Vec<u8> {
        let bytes = batch.iter().map(|record| record.bytes.len() + 128);
        let mut body = Vec::with_capacity(bytes.sum());
        for record in batch {
            let action = json!({"create": {"_index": self.index, "_id": record.id()}});
            body.extend_from_slice(action.to_string().as_bytes());
            body.push(b'\n');
            body.extend_from_slice(&record.bytes);
            body.push(b'\n');
        }
        body
    }
}

#[derive(Deserialize)]
struct Said {
    /// Without it, it is no answer to `_bulk`, whatever its status.
    errors: bool,
    #[serde(default)]
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    create: Created,
}

#[derive(Deserialize)]
struct Created {
    status: u16,
    error: Option<serde_json::Value>,
}

/// What of the batch each item's status says.
fn receipt(said: Said, sent: usize) -> Result<Receipt, SendError> {
    let mut receipt = Receipt::default();
    if !said.errors {
        return Ok(receipt);
    }
    if said.items.len() != sent {
        return Err(SendError::later(format!(
            "it answers for {} of {sent} records",
            said.items.len()
        )));
    }
    for (index, item) in said.items.into_iter().enumerate() {
        let status = item.create.status;
        let why = || reason(status, item.create.error.as_ref());
        match status {
            200..=299 | 409 => {}
            // Overload, and a cluster that cannot be written to now.
            401 | 403 | 404 | 408 | 429 | 500.. => {
                if receipt.why.is_none() {
                    receipt.why = Some(why());
                }
                receipt.again.push(index);
            }
            _ => receipt.refused.push((index, why())),
        }
    }
    Ok(receipt)
}

/// What an item's status says, in words.
fn reason(status: u16, error: Option<&serde_json::Value>) -> String {
    let said = error.map(ToString::to_string).unwrap_or_default();
    let said: String = said.chars().take(limits::ANSWER_SAID_MAX).collect();
    format!("status {status}: {said}")
}

#[async_trait]
impl Sink for Elasticsearch {
    async fn send(&self, batch: &[Record]) -> Result<Receipt, SendError> {
        let request = self.signed(self.client.post(self.bulk.clone()));
        let request = request.header(CONTENT_TYPE, "application/x-ndjson");
        let request = self.client.with_body(request, self.body(batch))?;
        let answer = ask(request).await?.accepted()?;
        let said: Said = serde_json::from_slice(&answer.body).map_err(|error| {
            SendError::later(format!(
                "its answer is none to _bulk: {error}: {}",
                answer.said()
            ))
        })?;
        receipt(said, batch.len())
    }

    async fn probe(&self) -> Result<String, SendError> {
        let answer = ask(self.signed(self.client.get(self.root.clone()))).await?;
        let answer = answer.known()?;
        let said: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let version = said["version"]["number"].as_str().unwrap_or("unknown");
        Ok(format!("it is there, version {version}"))
    }

    fn request_bytes(&self) -> Option<usize> {
        Some(REQUEST_BYTES)
    }

    fn size(&self, record: &Record) -> usize {
        record.bytes.len() + self.index.len() + ACTION_BYTES
    }

    async fn inventory(
        &self,
        _: Range<TimeNs>,
    ) -> Result<Option<Box<dyn Inventory + '_>>, SendError> {
        self.show().await?;
        Ok(Some(Box::new(self)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(said: serde_json::Value, sent: usize) -> Result<Receipt, SendError> {
        receipt(serde_json::from_value(said).unwrap(), sent)
    }

    #[test]
    fn each_item_is_judged_by_its_own_status() {
        let said = json!({"took": 3, "errors": true, "items": [
            {"create": {"status": 201}},
            {"create": {"status": 409, "error": {"type": "version_conflict_engine_exception"}}},
            {"create": {"status": 429, "error": {"type": "es_rejected_execution_exception"}}},
            {"create": {"status": 400, "error": {"type": "document_parsing_exception", "reason": "failed to parse field [n]"}}},
            {"create": {"status": 503}},
        ]});
        let receipt = judged(said, 5).unwrap();
        assert_eq!(receipt.again, [2, 4]);
        let busy = receipt.why.as_deref().unwrap();
        assert!(busy.contains("es_rejected_execution"), "{busy}");
        let [(3, why)] = receipt.refused.as_slice() else {
            panic!("{receipt:?}");
        };
        assert!(
            why.contains("400") && why.contains("failed to parse field"),
            "{why}"
        );
    }

    #[test]
    fn an_answer_that_speaks_of_no_batch_acknowledges_none() {
        for said in [json!({}), json!({"status": "ok"}), json!({"items": []})] {
            let said = serde_json::from_value::<Said>(said.clone()).map(|_| said);
            assert!(said.is_err(), "{said:?}");
        }
    }

    #[test]
    fn an_answer_for_fewer_records_than_were_sent_acknowledges_none() {
        let said = json!({"errors": true, "items": [{"create": {"status": 201}}]});
        assert!(matches!(judged(said, 2), Err(SendError::Later { .. })));
    }
}
