//! A journal in memory, a cloud storage in memory, and replies as Snowflake writes them.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::sync::Arc;
use std::time::Duration;

use access::{MaskPlan, Masking, MaskingConfig};
use arrow::array::RecordBatch;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use async_trait::async_trait;
use bytes::Bytes;
use event::payload::ProducerRole;
use event::{Event, Payload, TimeNs};
use futures::StreamExt as _;
use http::StatusCode;
use http_body_util::BodyExt as _;
use journal::clock::ManualClock;
use journal::emit::{Emitter, EmitterConfig};
use journal::memory::Memory;
use parking_lot::Mutex;
use tokio_util::task::TaskTracker;
use zeroize::Zeroizing;

use crate::control::sample::{SECOND, about};
use crate::delivery::{ChunkBody, ChunkSource, ChunkSourceError, Delivery, Terms};
use crate::doors::driver::{answer, chunk};
use crate::outcome::{Outcome, Refusal};
use crate::record::Recorder;
use crate::seal::Sealer;
use crate::upstream::reply::UpstreamReply;

/// What a path in storage answers: a refusal or pieces, and whether the transfer breaks off or stands still after them.
#[derive(Clone)]
pub struct Stored {
    pub refused: Option<ChunkSourceError>,
    pub pieces: Vec<Bytes>,
    pub breaks: bool,
    pub stalls: bool,
}

/// An address and the headers it was asked with.
pub type Asked = (String, Vec<(String, String)>);

#[derive(Default)]
pub struct Storage {
    pub stored: Mutex<HashMap<String, Stored>>,
    pub asked: Mutex<Vec<Asked>>,
}

#[async_trait]
impl ChunkSource for Storage {
    async fn fetch(
        &self,
        url: &str,
        headers: &[(String, String)],
    ) -> Result<ChunkBody, ChunkSourceError> {
        self.asked.lock().push((url.to_owned(), headers.to_vec()));
        let stored = self.stored.lock().get(url).cloned();
        let stored = stored.ok_or(ChunkSourceError::Unreachable)?;
        let mut pieces: Vec<std::io::Result<Bytes>> = stored.pieces.into_iter().map(Ok).collect();
        if stored.breaks {
            pieces.push(Err(std::io::Error::other("reset")));
        }
        match stored.refused {
            Some(refused) => Err(refused),
            None if stored.stalls => {
                let silence = futures::stream::pending();
                Ok(futures::stream::iter(pieces).chain(silence).boxed())
            }
            None => Ok(futures::stream::iter(pieces).boxed()),
        }
    }
}

pub struct World {
    pub journal: Memory,
    pub clock: Arc<ManualClock>,
    pub storage: Arc<Storage>,
    pub delivery: Delivery,
}

impl World {
    pub async fn new() -> Self {
        let journal = Memory::new(1, 100_000);
        let clock = Arc::new(ManualClock::at(TimeNs(1000 * SECOND)));
        let mut config = EmitterConfig::new(ProducerRole::Gateway);
        // Long enough for a journal in memory on a busy machine, short enough to wait for one that is silent.
        config.deadline = Duration::from_secs(2);
        let emitter = Emitter::start(Arc::new(journal.clone()), clock.clone(), config)
            .await
            .expect("emits");
        let masking = Masking::new(MaskingConfig::default()).expect("masks");
        let storage = Arc::new(Storage::default());
        let delivery = Delivery::new(
            Recorder::new(emitter, clock.clone(), masking.clone(), []),
            masking,
            clock.clone(),
            Sealer::new([("k".to_owned(), Zeroizing::new([7; 32]))]).expect("a ring"),
            storage.clone(),
        );
        Self {
            journal,
            clock,
            storage,
            delivery,
        }
    }

    pub async fn respond(&self, plan: MaskPlan, body: &str) -> Answer {
        self.respond_on(&terms(plan), body).await
    }

    pub async fn respond_on(&self, terms: &Terms, body: &str) -> Answer {
        let reply = UpstreamReply::parse(body.as_bytes()).expect("parses");
        let outcome = self.delivery.respond(terms, reply).await;
        Answer::of(outcome.expect("is recorded")).await
    }

    pub fn store(&self, url: &str, pieces: Vec<Bytes>) {
        let stored = Stored {
            refused: None,
            pieces,
            breaks: false,
            stalls: false,
        };
        self.storage.stored.lock().insert(url.to_owned(), stored);
    }

    /// Serves the chunk at an address of [`Answer`]; its status, and its body inflated, if it came whole.
    pub async fn chunk(&self, address: &str) -> (StatusCode, Option<Vec<u8>>) {
        let sealed = address.rsplit('/').next().expect("a segment");
        let ticket = self.delivery.open_chunk(sealed).expect("opens");
        let tasks = TaskTracker::new();
        let never = Box::pin(std::future::pending());
        let arrived = TimeNs(1000 * SECOND);
        let rows = self.delivery.chunk(ticket, arrived, never, &tasks);
        read(chunk::write(rows, true).await).await
    }

    /// What is in the journal of the statement, in order.
    pub fn payloads(&self) -> Vec<Payload> {
        let records = self.journal.all();
        let events = records
            .iter()
            .map(|record| event::decode(&record.value).expect("decodes"));
        events
            .filter(|event: &Event| event.statement_id.is_some())
            .map(|event| event.payload)
            .collect()
    }

    /// Every journaled byte as text, to look for what must not be there.
    pub fn journaled(&self) -> String {
        let records = self.journal.all();
        let values = records
            .iter()
            .map(|record| String::from_utf8_lossy(&record.value).into_owned());
        values.collect()
    }
}

/// An outcome, and what a driver reads of it.
pub struct Answer {
    pub body: Bytes,
    pub outcome: Outcome,
}

impl Answer {
    pub async fn of(outcome: Outcome) -> Self {
        let reply = answer::write(outcome.clone(), "https://firn.example").await;
        let body = reply.into_body().collect().await.expect("a body");
        Self {
            body: body.to_bytes(),
            outcome,
        }
    }

    pub fn failed(&self) -> bool {
        matches!(self.outcome, Outcome::Refused(_))
    }

    /// Code and SQLSTATE of Snowflake's own error.
    pub fn upstream_error(&self) -> (String, String) {
        match &self.outcome {
            Outcome::Refused(refusal) => match &**refusal {
                Refusal::Upstream(refusal) => (refusal.code.clone(), refusal.sql_state.clone()),
                Refusal::Own(failure) => panic!("{failure:?}"),
            },
            other => panic!("{other:?}"),
        }
    }
}

pub async fn read(reply: answer::Reply) -> (StatusCode, Option<Vec<u8>>) {
    let status = reply.status();
    let gzip = reply.headers().contains_key("content-encoding");
    let body = reply.into_body().collect().await;
    let body = body.ok().map(|whole| whole.to_bytes().to_vec());
    let body = body.map(|bytes| if gzip { gunzip(&bytes) } else { bytes });
    (status, body)
}

pub fn terms(plan: MaskPlan) -> Terms {
    Terms {
        about: about(1),
        result: 0,
        plan,
        withhold_errors: false,
        planned: false,
        kept_rows: None,
        arrived: TimeNs(999 * SECOND),
        parts_expire: TimeNs(4600 * SECOND),
    }
}

pub fn gzip(bytes: &[u8]) -> Bytes {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("writes");
    encoder.finish().expect("finishes").into()
}

pub fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    let mut decoder = flate2::read::GzDecoder::new(bytes);
    decoder.read_to_end(&mut plain).expect("inflates");
    plain
}

pub fn ipc(batches: &[RecordBatch]) -> Vec<u8> {
    let mut writer = StreamWriter::try_new(Vec::new(), batches[0].schema_ref()).expect("a schema");
    for batch in batches {
        writer.write(batch).expect("writes");
    }
    writer.finish().expect("ends");
    writer.into_inner().expect("bytes")
}

pub fn batches(stream: &[u8]) -> Vec<RecordBatch> {
    let reader = StreamReader::try_new(stream, None).expect("a stream");
    reader.map(|batch| batch.expect("a batch")).collect()
}
