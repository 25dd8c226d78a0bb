//! Where records go: one trait, one contract, a file for each kind of receiver.
//!
//! Enters: records in order. Leaves: which of them the receiver acknowledged, refuses, or asks for again. Never here: a retry, a
//! cursor: whoever calls decides what happens next.

pub mod ask;
pub mod elasticsearch;
pub mod file;
mod http;
pub mod inventory;
pub mod kafka;
pub mod lake;
mod oauth;
pub mod otlp;
mod relp;
pub mod secops;
pub mod sentinel;
pub mod splunk;
pub mod syslog;
pub mod target;
pub mod webhook;

use std::ops::Range;
use std::time::Duration;

use async_trait::async_trait;
use event::TimeNs;
use uuid::Uuid;

use crate::plan::Record;
use inventory::Inventory;

/// Domain of the ids of batches.
const BATCH_NAMESPACE: Uuid = Uuid::from_u128(0x6669_726e_0005_4000_8000_6261_7463_6865);

/// The same for the same records.
fn batch_id(batch: &[Record]) -> Uuid {
    let ids: Vec<String> = batch.iter().map(Record::id).collect();
    Uuid::new_v5(&BATCH_NAMESPACE, ids.join(",").as_bytes())
}

/// What a receiver said of a batch it looked at. What is neither refused nor asked for again is acknowledged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// Refused for good, by index in the batch, and why.
    pub refused: Vec<(usize, String)>,
    /// Not taken now, by index in the batch: to be sent again.
    pub again: Vec<usize>,
    /// What the receiver said of one of these, where it said something.
    pub why: Option<String>,
    /// How long the receiver asks to wait before that.
    pub after: Option<Duration>,
}

/// Why a batch is not acknowledged. Some of it may have arrived.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum SendError {
    /// The receiver cannot be reached, is overloaded, or refuses us for now; the same batch is to be sent again.
    #[error("{why}")]
    Later {
        /// What happened.
        why: String,
        /// How long the receiver asks to wait.
        after: Option<Duration>,
    },
    /// The receiver refuses the batch for what is in it: one of its records alone may be at fault.
    #[error("{why}")]
    Refused {
        /// What it said.
        why: String,
    },
}

impl SendError {
    /// Try again.
    pub fn later(why: impl Into<String>) -> Self {
        Self::Later {
            why: why.into(),
            after: None,
        }
    }
}

/// A receiver. Each implementation passes the contract in `sink/contract.rs`.
#[async_trait]
pub trait Sink: Send + Sync + 'static {
    /// Sends `batch`, which is not empty, and waits for what the receiver says of it. What it acknowledges is safe there.
    async fn send(&self, batch: &[Record]) -> Result<Receipt, SendError>;

    /// Tries whether the receiver is there and takes us, sending nothing that stays; what it found, for people.
    async fn probe(&self) -> Result<String, SendError>;

    /// The most bytes that the records of one call may have, by their [`Sink::size`]; none is any.
    fn request_bytes(&self) -> Option<usize> {
        None
    }

    /// Bytes of a request that `record` takes, at most.
    fn size(&self, record: &Record) -> usize {
        record.bytes.len()
    }

    /// What the receiver has of records of `time`; none where it cannot be asked.
    async fn inventory(
        &self,
        time: Range<TimeNs>,
    ) -> Result<Option<Box<dyn Inventory + '_>>, SendError> {
        let _ = time;
        Ok(None)
    }
}
