//! A receiver in memory that fails on order: what it acknowledged it has, and it may have more.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;

use crate::plan::Record;
use crate::sink::{Receipt, SendError, Sink};

/// What it does with the next batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// Takes it.
    #[default]
    Good,
    /// Takes nothing, and says so.
    Down,
    /// Takes nothing and does not answer.
    Hangs,
    /// Takes it, but the answer is lost.
    Mute,
    /// Takes the first half and asks for the rest again.
    Half,
    /// Refuses, as a whole, any batch with a record that says this.
    Chokes(String),
    /// Refuses each record that says this.
    Picks(String),
    /// Takes nothing and asks for patience.
    Throttles(Duration),
}

#[derive(Default)]
struct Inner {
    mood: Mood,
    got: Vec<Record>,
    batches: u64,
}

/// Cheap to clone; clones share it.
#[derive(Clone, Default)]
pub struct Receiver(Arc<Mutex<Inner>>);

impl Receiver {
    pub fn set(&self, mood: Mood) {
        self.0.lock().mood = mood;
    }

    /// Everything it took, in order, repeats too.
    pub fn got(&self) -> Vec<Record> {
        self.0.lock().got.clone()
    }

    /// How often each record came.
    pub fn times(&self) -> BTreeMap<String, usize> {
        let mut times = BTreeMap::new();
        for record in &self.0.lock().got {
            *times.entry(record.id()).or_default() += 1;
        }
        times
    }

    pub fn batches(&self) -> u64 {
        self.0.lock().batches
    }
}

fn says(record: &Record, word: &str) -> bool {
    String::from_utf8_lossy(&record.bytes).contains(word)
}

#[async_trait]
impl Sink for Receiver {
    async fn send(&self, batch: &[Record]) -> Result<Receipt, SendError> {
        let mood = {
            let mut inner = self.0.lock();
            inner.batches += 1;
            inner.mood.clone()
        };
        if mood == Mood::Hangs {
            std::future::pending::<()>().await;
        }
        // A receiver takes its time, so that an exporter may die meanwhile.
        tokio::time::sleep(Duration::from_millis(1)).await;
        let mut inner = self.0.lock();
        match mood {
            Mood::Good | Mood::Hangs => {
                inner.got.extend_from_slice(batch);
                Ok(Receipt::default())
            }
            Mood::Down => Err(SendError::later("it is down")),
            Mood::Mute => {
                inner.got.extend_from_slice(batch);
                Err(SendError::later("it did not answer"))
            }
            Mood::Half => {
                let half = batch.len().div_ceil(2);
                inner.got.extend_from_slice(&batch[..half]);
                Ok(Receipt {
                    again: (half..batch.len()).collect(),
                    ..Receipt::default()
                })
            }
            Mood::Chokes(word) => {
                if batch.iter().any(|record| says(record, &word)) {
                    return Err(SendError::Refused {
                        why: format!("a record says {word}"),
                    });
                }
                inner.got.extend_from_slice(batch);
                Ok(Receipt::default())
            }
            Mood::Picks(word) => {
                let mut receipt = Receipt::default();
                for (index, record) in batch.iter().enumerate() {
                    if says(record, &word) {
                        receipt.refused.push((index, format!("it says {word}")));
                    } else {
                        inner.got.push(record.clone());
                    }
                }
                Ok(receipt)
            }
            Mood::Throttles(after) => Err(SendError::Later {
                why: "it is busy".to_owned(),
                after: Some(after),
            }),
        }
    }

    async fn probe(&self) -> Result<String, SendError> {
        Ok("in memory".to_owned())
    }
}
