//! What an index or data stream has.
//!
//! Enters: ids. Leaves: how often each is there. Never here: an answer that is not whole taken for one: what a shard, a window or a
//! clock left out would be called missing.
//!
//! The protocol: Elasticsearch reference, "Search API" (`allow_partial_search_results`, `track_total_hits`), query `ids`,
//! "Index modules" (`index.max_result_window`), "Refresh API". `_id` is the record's; a data stream may have one in more than one of its
//! indices.

use std::collections::BTreeMap;
use std::ops::Range;

use async_trait::async_trait;
use event::TimeNs;
use serde::Deserialize;
use serde_json::json;

use super::super::http::{Answer, ask};
use super::super::inventory::Inventory;
use super::{Elasticsearch, SendError};

/// Without the answers of some shards there is no answer.
pub(super) const QUERY: &str = "allow_partial_search_results=false";
/// Most hits of one search (`index.max_result_window`, unless the index has another).
const HITS_MAX: usize = 10_000;

impl Elasticsearch {
    /// Makes what was acknowledged visible to searches. Who may not ask for that sees what the index made visible by itself, by
    /// default once a second.
    pub(super) async fn show(&self) -> Result<(), SendError> {
        let answer = ask(self.signed(self.client.post(self.refresh.clone()))).await?;
        if !answer.status.is_success() {
            let (status, said) = (answer.status, answer.said());
            tracing::debug!(index = self.index, %status, said, "the index is not refreshed");
        }
        Ok(())
    }

    async fn search(&self, ids: &[String]) -> Result<Found, SendError> {
        let query = json!({
            "query": {"ids": {"values": ids}}, "size": HITS_MAX, "_source": false, "track_total_hits": true,
        });
        let request = self.signed(self.client.post(self.search.clone()));
        let answer = ask(request.json(&query)).await?;
        if !answer.status.is_success() {
            return Err(self.unread(&answer));
        }
        let said: Found = serde_json::from_slice(&answer.body).map_err(|_| self.unread(&answer))?;
        if said.timed_out {
            return Err(SendError::later("its search took too long"));
        }
        if said.shards.failed > 0 {
            let (failed, total) = (said.shards.failed, said.shards.total);
            return Err(SendError::later(format!(
                "{failed} of {total} shards did not answer"
            )));
        }
        Ok(said)
    }

    fn unread(&self, answer: &Answer) -> SendError {
        answer.later(format!(
            "index {} cannot be searched ({}: {}); if it is not Elasticsearch itself, give `ask`",
            self.index,
            answer.status,
            answer.said()
        ))
    }
}

#[async_trait]
impl Inventory for &Elasticsearch {
    async fn count(
        &mut self,
        ids: &[String],
        _: Range<TimeNs>,
    ) -> Result<BTreeMap<String, u64>, SendError> {
        let mut counted = BTreeMap::new();
        let mut asked: Vec<&[String]> = ids.chunks(HITS_MAX / 2).collect();
        while let Some(ids) = asked.pop() {
            let Hits { total, hits } = self.search(ids).await?.hits;
            if total.value <= hits.len() as u64 {
                for hit in hits {
                    *counted.entry(hit.id).or_default() += 1;
                }
                continue;
            }
            // They are there more often than one answer can say.
            match ids {
                [id] => {
                    counted.insert(id.clone(), total.value);
                }
                _ => asked.extend(ids.chunks(ids.len().div_ceil(2))),
            }
        }
        Ok(counted)
    }
}

#[derive(Deserialize)]
struct Found {
    timed_out: bool,
    #[serde(rename = "_shards")]
    shards: Shards,
    hits: Hits,
}

#[derive(Deserialize)]
struct Shards {
    total: u64,
    failed: u64,
}

#[derive(Deserialize)]
struct Hits {
    total: Total,
    hits: Vec<Hit>,
}

#[derive(Deserialize)]
struct Total {
    value: u64,
}

#[derive(Deserialize)]
struct Hit {
    #[serde(rename = "_id")]
    id: String,
}
