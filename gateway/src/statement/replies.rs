//! One execution and one reply for each statement, however often a driver asks.
//!
//! Enters: a statement's first request, its retries, its polls. Leaves: to the first, the right to fill the slot; to the
//! others, the reply when it is there. Never here: another instance's replies; across instances the derived upstream
//! request id makes Snowflake see one statement.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use event::{Digest, SessionId, StatementId, TimeNs};
use parking_lot::Mutex;
use tokio::sync::watch;

use crate::limits::{REPLIES_BYTES_MAX, REPLIES_MAX, REPLY_KEPT};

/// Which run of a statement: a held one answers "in progress" first and runs after its approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// From the request to its answer.
    Asked,
    /// From the approval to the result.
    Approved,
}

type Key = (StatementId, Phase);

/// How far a statement is.
#[derive(Clone, Debug)]
pub enum Progress {
    /// It runs.
    Running,
    /// This is its reply.
    Done(Bytes),
    /// Snowflake still works on it; the result is had by this query id, on any gateway.
    Later(String),
    /// It did not run: the driver must renew its token and ask again.
    Renew,
}

/// How one run of a statement ended.
#[derive(Clone, Debug)]
pub enum Answer {
    /// With this body.
    Body(Bytes),
    /// Not yet: Snowflake works on it under this query id, announced to every gateway.
    Later(String),
}

impl From<Bytes> for Answer {
    fn from(body: Bytes) -> Self {
        Self::Body(body)
    }
}

/// What a request finds.
#[derive(Debug)]
pub enum Entry {
    /// It is the first: fill the slot.
    First(Slot, Waiter),
    /// It joins.
    Join(Waiter),
    /// The id belongs to another statement: an attack, or a broken driver.
    Reused,
}

/// Replies of this process, by statement. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Replies(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    slots: HashMap<Key, Held>,
    /// Finished ones, oldest first.
    finished: VecDeque<(Key, TimeNs, usize)>,
    bytes: usize,
}

#[derive(Debug)]
struct Held {
    session: SessionId,
    digest: Digest,
    progress: watch::Receiver<Progress>,
}

/// The right and duty to say how the statement ended. Dropped unfilled, it lets the next request try again.
#[derive(Debug)]
pub struct Slot {
    replies: Replies,
    key: Key,
    sender: watch::Sender<Progress>,
    filled: bool,
}

/// Waits for a reply.
#[derive(Debug)]
pub struct Waiter(watch::Receiver<Progress>);

impl Replies {
    /// Enters a request: the first one gets the slot.
    pub fn enter(
        &self,
        session: SessionId,
        statement: StatementId,
        phase: Phase,
        digest: Digest,
    ) -> Entry {
        let key = (statement, phase);
        let mut kept = self.0.lock();
        if let Some(held) = kept.slots.get(&key) {
            if held.digest != digest || held.session != session {
                return Entry::Reused;
            }
            return Entry::Join(Waiter(held.progress.clone()));
        }
        let (sender, progress) = watch::channel(Progress::Running);
        kept.slots.insert(
            key,
            Held {
                session,
                digest,
                progress: progress.clone(),
            },
        );
        let slot = Slot {
            replies: self.clone(),
            key,
            sender,
            filled: false,
        };
        Entry::First(slot, Waiter(progress))
    }

    /// The reply of a statement of `session`, if it began here.
    pub fn find(&self, session: SessionId, statement: StatementId, phase: Phase) -> Option<Waiter> {
        let kept = self.0.lock();
        let held = kept.slots.get(&(statement, phase))?;
        (held.session == session).then(|| Waiter(held.progress.clone()))
    }

    fn finish(&self, key: Key, bytes: usize, now: TimeNs) {
        let mut kept = self.0.lock();
        kept.bytes = kept.bytes.saturating_add(bytes);
        kept.finished.push_back((key, now, bytes));
        let patience = i64::try_from(REPLY_KEPT.as_nanos()).unwrap_or(i64::MAX);
        while let Some(&(key, at, bytes)) = kept.finished.front() {
            let old = now.0.saturating_sub(at.0) > patience;
            let crowded = kept.bytes > REPLIES_BYTES_MAX || kept.finished.len() > REPLIES_MAX;
            // The newest stays whatever its size: its driver has not had it yet.
            if !(old || crowded) || kept.finished.len() == 1 {
                break;
            }
            kept.finished.pop_front();
            kept.bytes = kept.bytes.saturating_sub(bytes);
            kept.slots.remove(&key);
        }
    }
}

impl Slot {
    /// This is the answer, for everybody who asked and will ask.
    pub fn fill(mut self, answer: Answer, now: TimeNs) {
        self.filled = true;
        let (progress, bytes) = match answer {
            Answer::Body(body) => {
                let bytes = body.len();
                (Progress::Done(body), bytes)
            }
            Answer::Later(query_id) => {
                let bytes = query_id.len();
                (Progress::Later(query_id), bytes)
            }
        };
        self.sender.send_replace(progress);
        self.replies.finish(self.key, bytes, now);
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if !self.filled {
            self.replies.0.lock().slots.remove(&self.key);
            self.sender.send_replace(Progress::Renew);
        }
    }
}

impl Waiter {
    /// Whether the statement still runs.
    pub fn is_running(&self) -> bool {
        matches!(*self.0.borrow(), Progress::Running)
    }

    /// Waits until the statement does not run any more.
    pub async fn wait(&mut self) -> Progress {
        match self
            .0
            .wait_for(|progress| !matches!(progress, Progress::Running))
            .await
        {
            Ok(progress) => progress.clone(),
            Err(_) => Progress::Renew,
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use event::{Digest, RequestId, SessionId, StatementId, TimeNs};
    use uuid::Uuid;

    use super::{Entry, Phase, Progress, Replies};
    use crate::limits::REPLIES_BYTES_MAX;

    const SESSION: SessionId = SessionId::from_uuid(Uuid::from_u128(7));

    fn statement(name: &str) -> StatementId {
        StatementId::derive(SESSION, &RequestId::parse(name).expect("an id"))
    }

    fn enter(replies: &Replies, name: &str, text: &str) -> Entry {
        replies.enter(
            SESSION,
            statement(name),
            Phase::Asked,
            Digest::of(text.as_bytes()),
        )
    }

    #[tokio::test]
    async fn duplicates_join_and_get_the_one_reply() {
        let replies = Replies::default();
        let Entry::First(slot, mut first) = enter(&replies, "a", "x") else {
            panic!("the first")
        };
        let Entry::Join(mut second) = enter(&replies, "a", "x") else {
            panic!("a join")
        };
        slot.fill(Bytes::from_static(b"reply").into(), TimeNs(0));
        for waiter in [&mut first, &mut second] {
            assert!(matches!(waiter.wait().await, Progress::Done(reply) if reply == "reply"));
        }
        let Entry::Join(mut late) = enter(&replies, "a", "x") else {
            panic!("a join")
        };
        assert!(matches!(late.wait().await, Progress::Done(_)));
    }

    #[test]
    fn another_text_or_session_under_the_same_id_is_refused() {
        let replies = Replies::default();
        let _first = enter(&replies, "a", "x");
        assert!(matches!(enter(&replies, "a", "y"), Entry::Reused));
        let other = SessionId::from_uuid(Uuid::from_u128(8));
        assert!(replies.find(other, statement("a"), Phase::Asked).is_none());
        assert!(
            replies
                .find(SESSION, statement("a"), Phase::Asked)
                .is_some()
        );
    }

    #[tokio::test]
    async fn an_unfilled_slot_lets_the_next_request_try() {
        let replies = Replies::default();
        let Entry::First(slot, mut waiter) = enter(&replies, "a", "x") else {
            panic!("the first")
        };
        drop(slot);
        assert!(matches!(waiter.wait().await, Progress::Renew));
        assert!(matches!(enter(&replies, "a", "x"), Entry::First(..)));
    }

    #[test]
    fn stored_replies_are_bounded_in_bytes_and_time() {
        let replies = Replies::default();
        let fill = |name: &str, bytes: usize, now: i64| {
            if let Entry::First(slot, _) = enter(&replies, name, "x") {
                slot.fill(Bytes::from(vec![0; bytes]).into(), TimeNs(now));
            }
        };
        fill("old", REPLIES_BYTES_MAX / 2, 0);
        fill("new", REPLIES_BYTES_MAX / 2 + 1, 1);
        assert!(
            replies
                .find(SESSION, statement("old"), Phase::Asked)
                .is_none()
        );
        assert!(
            replies
                .find(SESSION, statement("new"), Phase::Asked)
                .is_some()
        );
        fill("tomorrow", 1, 86_400_000_000_000);
        assert!(
            replies
                .find(SESSION, statement("new"), Phase::Asked)
                .is_none()
        );
        assert_eq!(replies.0.lock().bytes, 1);
    }
}
