//! One execution and one reply for each statement, however often a driver asks.
//!
//! Enters: a statement's first request, its retries, its polls. Leaves: to the first, the right to fill the slot; to the
//! others, the reply when it is there. Never here: another instance's replies; across instances the derived upstream
//! request id makes Snowflake see one statement.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use event::{Digest, SessionId, StatementId, TimeNs};
use parking_lot::Mutex;
use tokio::sync::watch;

use crate::limits::{REPLIES_BYTES_MAX, REPLIES_MAX, REPLY_KEPT};
use crate::outcome::Outcome;
use crate::time::{between, nanoseconds};

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
    /// This is what it came to.
    Done(Outcome),
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
        while let Some(&(key, at, bytes)) = kept.finished.front() {
            let old = between(at, now) > nanoseconds(REPLY_KEPT);
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
    /// This is what it came to, for everybody who asked and will ask. What did not run leaves the slot empty, so that the
    /// driver's next try runs.
    pub fn fill(mut self, outcome: Outcome, now: TimeNs) {
        if matches!(outcome, Outcome::RenewFirst) {
            return;
        }
        self.filled = true;
        let bytes = outcome.bytes();
        self.sender.send_replace(Progress::Done(outcome));
        self.replies.finish(self.key, bytes, now);
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if !self.filled {
            self.replies.0.lock().slots.remove(&self.key);
            self.sender
                .send_replace(Progress::Done(Outcome::RenewFirst));
        }
    }
}

impl Waiter {
    /// Whether the statement still runs.
    pub fn is_running(&self) -> bool {
        matches!(*self.0.borrow(), Progress::Running)
    }

    /// What the statement came to, if it does within `patience`.
    pub async fn within(&mut self, patience: Duration) -> Option<Outcome> {
        let done = self
            .0
            .wait_for(|progress| matches!(progress, Progress::Done(_)));
        match tokio::time::timeout(patience, done).await.ok()?.as_deref() {
            Ok(Progress::Done(outcome)) => Some(outcome.clone()),
            Ok(Progress::Running) => None,
            Err(_) => Some(Outcome::RenewFirst),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use event::{Digest, RequestId, SessionId, StatementId, TimeNs};
    use uuid::Uuid;

    use super::{Entry, Phase, Replies};
    use crate::limits::REPLIES_BYTES_MAX;
    use crate::outcome::Outcome;

    const SESSION: SessionId = SessionId::from_uuid(Uuid::from_u128(7));

    const LONG: Duration = Duration::from_secs(5);

    /// The outcome that weighs what its text does.
    fn weighing(bytes: usize) -> Outcome {
        Outcome::Running("x".repeat(bytes))
    }

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
        slot.fill(Outcome::Running("reply".to_owned()), TimeNs(0));
        for waiter in [&mut first, &mut second] {
            assert!(
                matches!(waiter.within(LONG).await, Some(Outcome::Running(id)) if id == "reply")
            );
        }
        let Entry::Join(mut late) = enter(&replies, "a", "x") else {
            panic!("a join")
        };
        assert!(matches!(late.within(LONG).await, Some(Outcome::Running(_))));
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
        assert!(matches!(
            waiter.within(LONG).await,
            Some(Outcome::RenewFirst)
        ));
        assert!(matches!(enter(&replies, "a", "x"), Entry::First(..)));
    }

    #[test]
    fn stored_replies_are_bounded_in_bytes_and_time() {
        let replies = Replies::default();
        let fill = |name: &str, bytes: usize, now: i64| {
            if let Entry::First(slot, _) = enter(&replies, name, "x") {
                slot.fill(weighing(bytes), TimeNs(now));
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
