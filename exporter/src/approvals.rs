//! What people said of statements: the journal's other topic, read whole, as every gateway reads it.
//!
//! Enters: `firn.control` from its beginning, in the journal or in the archive. Leaves: the approval events of one statement, once everything that stood there when it
//! was asked is read. Never here: anything sealed for gateways.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use archive::{Snapshot, SnapshotError};
use backon::BackoffBuilder as _;
use bytes::Bytes;
use event::fold::Place;
use event::{Event, Payload, StatementId};
use futures::StreamExt as _;
use journal::{Journal, Offset, Partition, ReadError, Topic};
use parking_lot::Mutex;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::limits;

/// What was said, statement by statement. Cheap to clone; clones share it.
#[derive(Clone)]
pub struct Approvals {
    known: Arc<Mutex<Known>>,
    /// What is being read, and how far; none where all is known.
    followed: Option<(Arc<dyn Journal>, watch::Receiver<u64>)>,
    /// The reading; it ends with the last clone.
    _reading: Option<Arc<AbortOnDropHandle<()>>>,
}

#[derive(Default)]
struct Known {
    said: HashMap<StatementId, Vec<(Place, Arc<Event>)>>,
    order: VecDeque<StatementId>,
    /// How far was read, and how far there was to read, when somebody waited in vain: until either moves, nobody waits again.
    in_vain: Option<(u64, u64)>,
}

/// Where people's words stand.
pub(crate) const CONTROL: Partition = Partition {
    topic: Topic::Control,
    number: 0,
};

impl Approvals {
    /// Reads until `stop`.
    pub fn follow(journal: Arc<dyn Journal>, stop: CancellationToken) -> Self {
        let (told, read) = watch::channel(0);
        let known = Arc::default();
        #[expect(
            clippy::disallowed_methods,
            reason = "its handle is held, and ends it where it is dropped"
        )]
        let reading = tokio::spawn({
            let (journal, known) = (Arc::clone(&journal), Arc::clone(&known));
            async move {
                stop.run_until_cancelled_owned(follow(journal, known, told))
                    .await;
            }
        });
        Self {
            known,
            followed: Some((journal, read)),
            _reading: Some(Arc::new(AbortOnDropHandle::new(reading))),
        }
    }

    /// Those that stand in the archive from `from` on, as far as they are remembered.
    pub async fn archived(snapshot: &Snapshot, from: Offset) -> Result<Self, SnapshotError> {
        let known: Arc<Mutex<Known>> = Arc::default();
        let mut events = snapshot.read_range(CONTROL, from);
        while let Some((position, event)) = events.next().await.transpose()? {
            known.lock().hear(Place::from(position), event);
        }
        Ok(Self {
            known,
            followed: None,
            _reading: None,
        })
    }

    /// What was said of `statement` up to now; none where nothing is known of it, and not all is read that may say something.
    pub async fn of(&self, statement: StatementId) -> Option<Vec<(Place, Arc<Event>)>> {
        let whole = match &self.followed {
            None => true,
            Some((journal, read)) => self.is_read(&**journal, read.clone()).await,
        };
        let known = self.known.lock();
        let said = known.said.get(&statement).cloned();
        said.or_else(|| whole.then(Vec::new))
    }

    /// Whether all that stands there now is read, or soon.
    async fn is_read(&self, journal: &dyn Journal, mut read: watch::Receiver<u64>) -> bool {
        let Ok(bounds) = journal.bounds(CONTROL).await else {
            return false;
        };
        let at = *read.borrow_and_update();
        let standing = Some((at, bounds.end));
        if at >= bounds.end || self.known.lock().in_vain == standing {
            return at >= bounds.end;
        }
        let caught_up = read.wait_for(|read| *read >= bounds.end);
        // Some offsets belong to no record, so the last may never be read.
        let waited = tokio::time::timeout(limits::APPROVALS_WITHIN, caught_up).await;
        let whole = matches!(waited, Ok(Ok(_)));
        if !whole {
            self.known.lock().in_vain = standing;
        }
        whole
    }
}

async fn follow(journal: Arc<dyn Journal>, known: Arc<Mutex<Known>>, told: watch::Sender<u64>) {
    let mut pauses = limits::RETRY.build();
    loop {
        let before = *told.borrow();
        if let Err(error) = read(&journal, &known, &told).await {
            if *told.borrow() > before {
                pauses = limits::RETRY.build();
            }
            let pause = pauses.next().unwrap_or(limits::RETRY_PAUSE_MAX);
            let pause_ms = pause.as_millis();
            tracing::warn!(%error, pause_ms, "approvals cannot be read, trying again");
            tokio::time::sleep(pause).await;
        }
    }
}

async fn read(
    journal: &Arc<dyn Journal>,
    known: &Mutex<Known>,
    told: &watch::Sender<u64>,
) -> Result<(), ReadError> {
    let bounds = journal.bounds(CONTROL).await?;
    let from = (*told.borrow()).max(bounds.start);
    told.send_replace(from);
    let ahead = limits::APPROVALS_AHEAD_BYTES;
    let from = Offset(from);
    let mut records = journal.subscribe_within(CONTROL, from, ahead).await?;
    while let Some(record) = records.next().await {
        let record = record?;
        let place = Place::from(record.position);
        // What is no event goes to quarantine in the archive, and to dead letters where it is exported.
        if let Ok(event) = event::decode(&record.value) {
            known.lock().hear(place, event);
        }
        told.send_replace(record.position.offset.0.saturating_add(1));
    }
    Err(ReadError::Unavailable("the subscription ended".to_owned()))
}

impl Known {
    fn hear(&mut self, place: Place, mut event: Event) {
        let Some(statement) = event.statement_id else {
            return;
        };
        match &mut event.payload {
            Payload::ApprovalRequested(asked) => asked.sealed = Bytes::new(),
            Payload::ApprovalGranted(_)
            | Payload::ApprovalDenied(_)
            | Payload::ApprovalExpired(_)
            | Payload::ApprovalCanceled(_)
            | Payload::StatementClaimed(_) => {}
            _ => return,
        }
        let said = self.said.entry(statement).or_insert_with(|| {
            self.order.push_back(statement);
            Vec::new()
        });
        if said.last().is_none_or(|(last, _)| *last < place) {
            said.push((place, Arc::new(event)));
        }
        if self.order.len() > limits::APPROVALS_REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.said.remove(&oldest);
        }
    }
}
