//! What a session did before this process knew it, read again from the record.
//!
//! Enters: the session's own events, from its login on. Leaves: its query ids with where their columns come from, and their
//! mask plans, by the same pure decision that was made then. Never here: a row; another session's id; a guess: where the
//! recorded text does not analyse to what was recorded with it (a literal was masked, the catalog is another), the columns
//! count as unknown and the plan redacts all.

mod fold;
mod tables;

use std::sync::Arc;

use access::engine::Engine;
use event::{Kind, SessionId};
use futures::StreamExt as _;
use journal::{Delivered, Journal, Offset, Partition, ReadError, Topic};
use lru::LruCache;
use parking_lot::{Mutex, RwLock};
use tokio::sync::Semaphore;

use crate::claims::Begins;
use crate::control::KnownQuery;
use crate::limits::{PAST_BYTES_MAX, PAST_DEADLINE, PAST_READS_MAX, PAST_RECORDS_MAX, PASTS_MAX};
use crate::session::Session;

use fold::Fold;
pub(crate) use fold::Results;

/// Why the record does not say what a session did.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PastError {
    /// The session was opened unrecorded.
    #[error("the session was opened unrecorded")]
    Unrecorded,
    /// It does not reach back to the session's login any more, or cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// More was recorded meanwhile than one request may read; another request goes on.
    #[error("more than one request may read was recorded since")]
    Long,
    /// The journal did not answer in time.
    #[error("the journal did not answer within {} ms", PAST_DEADLINE.as_millis())]
    Late,
}

/// Sessions read again, each as far as it was read; the least recently used go.
pub(crate) struct Pasts {
    journal: Arc<dyn Journal>,
    engine: RwLock<Arc<Engine>>,
    kept: Mutex<LruCache<SessionId, Arc<tokio::sync::Mutex<Reading>>>>,
    room: Semaphore,
}

/// One session, as far as it was read.
#[derive(Debug)]
struct Reading {
    partition: Partition,
    next: u64,
    fold: Fold,
}

impl Pasts {
    /// Reads `journal`, and decides again by `engine`.
    pub fn new(journal: Arc<dyn Journal>, engine: Arc<Engine>) -> Self {
        Self {
            journal,
            engine: RwLock::new(engine),
            kept: Mutex::new(LruCache::sparse(PASTS_MAX)),
            room: Semaphore::new(PAST_READS_MAX),
        }
    }

    /// Decides again by another engine from now on.
    pub fn decide_by(&self, engine: Arc<Engine>) {
        *self.engine.write() = engine;
    }

    /// The session ended.
    pub fn forget(&self, session: SessionId) {
        self.kept.lock().pop(&session);
    }

    /// The results of the session so far, by whichever gateway.
    pub async fn results(&self, session: &Session) -> Result<Results, PastError> {
        self.read(session, Fold::results).await
    }

    /// The query `id` names in this session, if the record has it.
    pub async fn query(
        &self,
        session: &Session,
        id: &str,
    ) -> Result<Option<KnownQuery>, PastError> {
        self.read(session, |fold| fold.query(id)).await
    }

    /// Whether the session may hold tables that no other session sees: as far as its record says, what ran in it may have made one.
    pub async fn may_hold_own(&self, session: &Session) -> Result<bool, PastError> {
        self.read(session, Fold::may_hold_own).await
    }

    /// Reads on to where the record ends now, then looks.
    async fn read<T>(
        &self,
        session: &Session,
        look: impl FnOnce(&Fold) -> T,
    ) -> Result<T, PastError> {
        let begins = session.claims.begins.ok_or(PastError::Unrecorded)?;
        let reading = self.of(session.id(), begins);
        let reading = async {
            // Never closed.
            let _room = self.room.acquire().await;
            let mut reading = reading.lock().await;
            let engine = Arc::clone(&self.engine.read());
            reading
                .catch_up(&*self.journal, &engine, session.id())
                .await?;
            Ok(look(&reading.fold))
        };
        tokio::time::timeout(PAST_DEADLINE, reading)
            .await
            .unwrap_or(Err(PastError::Late))
    }

    fn of(&self, session: SessionId, begins: Begins) -> Arc<tokio::sync::Mutex<Reading>> {
        let fresh = || {
            Arc::new(tokio::sync::Mutex::new(Reading {
                partition: Partition {
                    topic: Topic::Events,
                    number: begins.partition,
                },
                next: begins.offset,
                fold: Fold::default(),
            }))
        };
        Arc::clone(self.kept.lock().get_or_insert(session, fresh))
    }
}

impl Reading {
    async fn catch_up(
        &mut self,
        journal: &dyn Journal,
        engine: &Engine,
        session: SessionId,
    ) -> Result<(), PastError> {
        let end = journal.bounds(self.partition).await?.end;
        if self.next >= end {
            return Ok(());
        }
        let mut records = journal.subscribe(self.partition, Offset(self.next)).await?;
        let (mut count, mut bytes) = (0usize, 0usize);
        while self.next < end {
            let ended = || ReadError::Unavailable("it ended".to_owned());
            let record = records.next().await.ok_or_else(ended)??;
            self.take(engine, session, &record);
            count += 1;
            bytes = bytes.saturating_add(record.value.len());
            if self.next < end && (count >= PAST_RECORDS_MAX || bytes >= PAST_BYTES_MAX) {
                return Err(PastError::Long);
            }
        }
        Ok(())
    }

    /// No await between folding a record and moving on: a read that is given up half way counts nothing twice.
    fn take(&mut self, engine: &Engine, session: SessionId, record: &Delivered) {
        self.next = record.position.offset.0.saturating_add(1);
        if record.key != session.uuid().as_bytes() || is_page(record) {
            return;
        }
        match event::decode(&record.value) {
            Ok(event) if event.session_id == Some(session) => self.fold.apply(engine, &event),
            Ok(_) => {}
            Err(error) => {
                // Whatever it was, nobody can count past it.
                tracing::warn!(%session, %error, "a record of a session cannot be read");
                self.fold.lose_count();
            }
        }
    }
}

/// Rows are the bulk of a record, and nothing of them is needed.
fn is_page(record: &Delivered) -> bool {
    let page = Kind::ResponsePage.as_str();
    let is = |(name, value): &(String, String)| name == "ce_type" && value.ends_with(page);
    record.headers.iter().any(is)
}
