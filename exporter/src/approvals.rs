//! What people said of statements: the journal's other topic, read whole, as every gateway reads it.
//!
//! Enters: `firn.control` from its beginning, in the journal or in the archive. Leaves: the approval events of one statement, once everything that stood there when it
//! was asked is read. Never here: anything sealed for gateways.

mod known;

use std::ops::Range;
use std::sync::Arc;

use archive::{Archive, Snapshot, SnapshotError};
use backon::BackoffBuilder as _;
use event::{Event, StatementId};
use futures::StreamExt as _;
use journal::{Journal, Offset, Partition, Position, ReadError, Topic};
use parking_lot::Mutex;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::limits;
use crate::source::{Read, SourceError, records};
use known::{Known, Said, word};

/// What was said, statement by statement. Cheap to clone; clones share it.
#[derive(Clone)]
pub struct Approvals {
    known: Arc<Mutex<Known>>,
    source: Source,
    /// How far what grows is read; none where all is known.
    followed: Option<watch::Receiver<u64>>,
    /// One at a time reads again what was forgotten: the next one may find it there.
    turn: Arc<tokio::sync::Mutex<()>>,
    /// The reading; it ends with the last clone.
    _reading: Option<Arc<AbortOnDropHandle<()>>>,
}

/// Where it stands.
#[derive(Clone)]
enum Source {
    /// What its retention dropped since it was read is in the archive.
    Journal(Arc<dyn Journal>, Archive),
    Archive(Snapshot),
}

/// Where people's words stand.
pub(crate) const CONTROL: Partition = Partition {
    topic: Topic::Control,
    number: 0,
};

impl Approvals {
    /// Reads until `stop`.
    pub fn follow(journal: Arc<dyn Journal>, archive: Archive, stop: CancellationToken) -> Self {
        Self::follow_some(journal, archive, stop, limits::APPROVALS_REMEMBERED)
    }

    /// The same, and remembers what was said of `most` statements.
    pub(crate) fn follow_some(
        journal: Arc<dyn Journal>,
        archive: Archive,
        stop: CancellationToken,
        most: usize,
    ) -> Self {
        let (told, read) = watch::channel(0);
        let known = Arc::new(Mutex::new(Known::of(most)));
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
            source: Source::Journal(journal, archive),
            followed: Some(read),
            turn: Arc::default(),
            _reading: Some(Arc::new(AbortOnDropHandle::new(reading))),
        }
    }

    /// Those that stand in the archive from `from` on.
    pub async fn archived(snapshot: &Snapshot, from: Offset) -> Result<Self, SnapshotError> {
        Self::archived_some(snapshot, from, limits::APPROVALS_REMEMBERED).await
    }

    /// The same, and remembers what was said of `most` statements.
    pub(crate) async fn archived_some(
        snapshot: &Snapshot,
        from: Offset,
        most: usize,
    ) -> Result<Self, SnapshotError> {
        let known = Arc::new(Mutex::new(Known::of(most)));
        let mut events = snapshot.read_range(CONTROL, from);
        while let Some((position, event)) = events.next().await.transpose()? {
            known.lock().hear(position, event);
        }
        Ok(Self {
            known,
            source: Source::Archive(snapshot.clone()),
            followed: None,
            turn: Arc::default(),
            _reading: None,
        })
    }

    /// What was said of `statement` up to now; none where nothing is known of it, and not all is read that may say something.
    pub async fn of(&self, statement: StatementId) -> Option<Said> {
        let whole = match (&self.source, &self.followed) {
            (Source::Journal(journal, _), Some(read)) => {
                self.is_read(&**journal, read.clone()).await
            }
            _ => true,
        };
        let (said, gone) = {
            let known = self.known.lock();
            (known.said(statement), known.gone(statement).is_some())
        };
        match said {
            Some(said) => Some(said),
            None if gone => self.again(statement).await,
            None => whole.then(Vec::new),
        }
    }

    /// What was said of a statement that was forgotten, and with it of those beside it, which are asked for next; none where it cannot be read.
    async fn again(&self, statement: StatementId) -> Option<Said> {
        let _turn = self.turn.lock().await;
        for _ in 0..limits::APPROVALS_AGAIN_TRIES {
            let (said, gone) = {
                let known = self.known.lock();
                (known.said(statement), known.gone(statement))
            };
            if said.is_some() {
                return said;
            }
            let gone = gone?;
            let end = gone.start.saturating_add(limits::APPROVALS_AGAIN);
            let wanted = gone.start..gone.end.max(end);
            match self.source.read(&wanted).await {
                Ok((read, events)) => self.known.lock().take_back(&read, events),
                Err(error) => {
                    tracing::warn!(%statement, %error, "what people said of it cannot be read again");
                    return None;
                }
            }
        }
        self.known.lock().said(statement)
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
        // What is no event goes to quarantine in the archive, and to dead letters where it is exported.
        if let Ok(event) = event::decode(&record.value) {
            known.lock().hear(record.position, event);
        }
        told.send_replace(record.position.offset.0.saturating_add(1));
    }
    Err(ReadError::Unavailable("the subscription ended".to_owned()))
}

impl Source {
    /// The events of `wanted`, and how much of it was read: what is not there yet is not waited for.
    async fn read(
        &self,
        wanted: &Range<u64>,
    ) -> Result<(Range<u64>, Vec<(Position, Event)>), SourceError> {
        match self {
            Self::Journal(journal, archive) => again(journal, archive, wanted).await,
            Self::Archive(snapshot) => {
                let mut stored = snapshot.read_range(CONTROL, Offset(wanted.start));
                let mut events = Vec::new();
                while let Some((position, event)) = stored.next().await.transpose()? {
                    if position.offset.0 >= wanted.end {
                        break;
                    }
                    events.extend(word(event).map(|(_, event)| (position, event)));
                }
                Ok((wanted.clone(), events))
            }
        }
    }
}

async fn again(
    journal: &Arc<dyn Journal>,
    archive: &Archive,
    wanted: &Range<u64>,
) -> Result<(Range<u64>, Vec<(Position, Event)>), SourceError> {
    let bounds = journal.bounds(CONTROL).await?;
    let end = wanted.end.min(bounds.end);
    let (journal, archive) = (Arc::clone(journal), archive.clone());
    let ahead = limits::APPROVALS_AHEAD_BYTES;
    let mut stream = records(journal, archive, CONTROL, wanted.start, ahead);
    let (mut read, mut events) = (wanted.start..wanted.start, Vec::new());
    while read.end < end {
        // Some offsets belong to no record, so the last may never be read.
        let next = tokio::time::timeout(limits::APPROVALS_WITHIN, stream.next()).await;
        let Ok(Some(found)) = next else {
            break;
        };
        match found? {
            Read::Event(recorded, _) => {
                let position = recorded.position;
                read.end = position.offset.0.saturating_add(1);
                if position.offset.0 < end {
                    // Between the words of one statement may stand hours of what gateways say to each other.
                    let said = word(Arc::unwrap_or_clone(recorded.event));
                    events.extend(said.map(|(_, event)| (position, event)));
                }
            }
            Read::NoEvent(position, _) => read.end = position.offset.0.saturating_add(1),
            // Of whom something was said there, not all is known any more.
            Read::Lost(_, lost) => {
                events.clear();
                read = lost.end..lost.end;
            }
        }
    }
    Ok((read, events))
}
