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
use event::{Event, Payload, TimeNs};
use futures::StreamExt as _;
use http::StatusCode;
use http_body_util::BodyExt as _;
use ledger::clock::ManualClock;
use ledger::emit::{Emitter, EmitterConfig};
use ledger::journal::memory::Memory;
use parking_lot::Mutex;
use zeroize::Zeroizing;

use crate::answer::Reply;
use crate::control::sample::{SECOND, about};
use crate::delivery::{
    Answer, ChunkFetched, ChunkSource, ChunkSourceError, Delivery, Terms, UpstreamReply,
};
use crate::record::Recorder;
use crate::seal::Sealer;

/// What a path in storage answers: status and pieces, and whether the transfer breaks off after them.
#[derive(Clone)]
pub struct Stored {
    pub status: StatusCode,
    pub pieces: Vec<Bytes>,
    pub breaks: bool,
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
    ) -> Result<ChunkFetched, ChunkSourceError> {
        self.asked.lock().push((url.to_owned(), headers.to_vec()));
        let stored = self.stored.lock().get(url).cloned();
        let stored = stored.ok_or(ChunkSourceError)?;
        let mut pieces: Vec<std::io::Result<Bytes>> = stored.pieces.into_iter().map(Ok).collect();
        if stored.breaks {
            pieces.push(Err(std::io::Error::other("reset")));
        }
        Ok(ChunkFetched {
            status: stored.status,
            body: futures::stream::iter(pieces).boxed(),
        })
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
        let mut config = EmitterConfig::new("gateway");
        // Long enough for a journal in memory on a busy machine, short enough to wait for one that is silent.
        config.deadline = Duration::from_secs(2);
        let emitter = Emitter::start(Arc::new(journal.clone()), clock.clone(), config)
            .await
            .expect("emits");
        let storage = Arc::new(Storage::default());
        let delivery = Delivery::new(
            Recorder::new(emitter, clock.clone(), []),
            Masking::new(MaskingConfig::default()).expect("masks"),
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
        let reply = UpstreamReply::parse(body.as_bytes()).expect("parses");
        let answer = self.delivery.respond(&terms(plan), reply).await;
        answer.expect("is recorded")
    }

    pub fn store(&self, url: &str, pieces: Vec<Bytes>) {
        let stored = Stored {
            status: StatusCode::OK,
            pieces,
            breaks: false,
        };
        self.storage.stored.lock().insert(url.to_owned(), stored);
    }

    /// Serves the chunk at an address of [`Answer`]; its status, and its body inflated, if it came whole.
    pub async fn chunk(&self, address: &str) -> (StatusCode, Option<Vec<u8>>) {
        let sealed = address.rsplit('/').next().expect("a segment");
        let ticket = self.delivery.open_chunk(sealed).expect("opens");
        let reply = self
            .delivery
            .serve_chunk(ticket, TimeNs(1000 * SECOND))
            .await;
        read(reply).await
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

pub async fn read(reply: Reply) -> (StatusCode, Option<Vec<u8>>) {
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
        sensitive: false,
        kept_rows: None,
        public_base: "https://firn.example".to_owned(),
        arrived: TimeNs(999 * SECOND),
        chunks_expire: TimeNs(4600 * SECOND),
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
