//! Turns: how many queries run at once, of all auditors and of one, and whose is next.
//!
//! Enters: whoever wants one, by name. Leaves: a turn, given on when it is dropped: to the auditors in rotation, so that who asks a
//! thousand times waits behind itself. Never here: what is done with a turn. The gateway has turns of its own: roles do not depend on each
//! other.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::oneshot;

use crate::auditor::Auditor;

/// One auditor has at most all turns but one in so many, so that another one's query begins at once.
const SPARED: usize = 4;

/// Turns of one kind.
pub(super) struct Turns(Arc<Inner>);

struct Inner {
    line: Mutex<Line>,
    of_one_max: usize,
}

struct Line {
    free: usize,
    /// How many each auditor has at work.
    working: HashMap<String, usize>,
    queues: HashMap<String, VecDeque<oneshot::Sender<Turn>>>,
    /// Each auditor that has a queue once, the next first.
    rotation: VecDeque<String>,
}

/// One is at work. Dropping it gives the turn on.
pub(super) struct Turn(Option<(Arc<Inner>, String)>);

/// Whose turn it is.
pub(super) fn name(auditor: &Auditor) -> String {
    let principal = &auditor.principal;
    format!("{}\n{}", principal.issuer, principal.subject)
}

impl Turns {
    /// So many at once.
    pub(super) fn new(at_once: usize) -> Self {
        let line = Line {
            free: at_once,
            working: HashMap::new(),
            queues: HashMap::new(),
            rotation: VecDeque::new(),
        };
        Self(Arc::new(Inner {
            line: Mutex::new(line),
            of_one_max: at_once - at_once / SPARED,
        }))
    }

    /// How many are not at work.
    pub(super) fn free(&self) -> usize {
        self.0.line.lock().free
    }

    /// Waits for a turn.
    pub(super) async fn take(&self, who: String) -> Turn {
        let waiting = {
            let mut line = self.0.line.lock();
            if line.may(&who, self.0.of_one_max) {
                line.begin(&who);
                return Turn(Some((Arc::clone(&self.0), who)));
            }
            let (sender, receiver) = oneshot::channel();
            if !line.queues.contains_key(&who) {
                line.rotation.push_back(who.clone());
            }
            let queue = line.queues.entry(who).or_default();
            // Who went away does not fill the line until a turn comes free.
            queue.retain(|waiting| !waiting.is_closed());
            queue.push_back(sender);
            receiver
        };
        // Whoever gives a turn on keeps the line until then, so the sender is never dropped unsent.
        waiting.await.unwrap_or(Turn(None))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some((turns, who)) = self.0.take() else {
            return;
        };
        turns.line.lock().end(&who);
        loop {
            let next = turns.line.lock().next(turns.of_one_max);
            let Some((who, next)) = next else {
                return;
            };
            if let Err(mut turn) = next.send(Self(Some((Arc::clone(&turns), who.clone())))) {
                // It waits no more; the turn is not its to give on.
                turn.0 = None;
                turns.line.lock().end(&who);
            }
        }
    }
}

impl Line {
    fn may(&self, who: &str, of_one_max: usize) -> bool {
        self.free > 0 && self.working.get(who).copied().unwrap_or_default() < of_one_max
    }

    fn begin(&mut self, who: &str) {
        self.free -= 1;
        *self.working.entry(who.to_owned()).or_default() += 1;
    }

    fn end(&mut self, who: &str) {
        self.free += 1;
        if let Some(working) = self.working.get_mut(who) {
            *working -= 1;
            if *working == 0 {
                self.working.remove(who);
            }
        }
    }

    /// Whose turn it is, of those that may have another one: it is theirs already.
    fn next(&mut self, of_one_max: usize) -> Option<(String, oneshot::Sender<Turn>)> {
        let may = |who: &String| self.may(who, of_one_max);
        let at = self.rotation.iter().position(may)?;
        let who = self.rotation.remove(at)?;
        let queue = self.queues.get_mut(&who)?;
        let next = queue.pop_front()?;
        if queue.is_empty() {
            self.queues.remove(&who);
        } else {
            self.rotation.push_back(who.clone());
        }
        self.begin(&who);
        Some((who, next))
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures::poll;

    use super::*;

    fn settled(turns: &Turns, free: usize) {
        let line = turns.0.line.lock();
        assert_eq!(line.free, free);
        assert!(line.queues.is_empty() && line.rotation.is_empty() && line.working.is_empty());
    }

    #[tokio::test]
    async fn auditors_take_turns_and_who_went_away_loses_none() {
        let turns = Turns::new(1);
        let take = |who: &str| turns.take(who.to_owned());
        let first = take("a").await;
        let (mut a1, mut a2, mut b1) = (pin!(take("a")), pin!(take("a")), pin!(take("b")));
        assert!(poll!(&mut a1).is_pending() && poll!(&mut a2).is_pending());
        {
            let mut gone = pin!(take("c"));
            assert!(poll!(&mut gone).is_pending());
        }
        assert!(poll!(&mut b1).is_pending());
        drop(first);
        assert!(poll!(&mut b1).is_pending(), "a's next was asked before");
        let second = a1.await;
        drop(second);
        // Between two of a's comes b, and c is not waited for.
        assert!(poll!(&mut a2).is_pending());
        drop(b1.await);
        drop(a2.await);
        settled(&turns, 1);
    }

    #[tokio::test]
    async fn one_auditor_never_has_them_all() {
        let turns = Turns::new(8);
        let mut many = Vec::new();
        for _ in 0..6 {
            many.push(turns.take("a".to_owned()).await);
        }
        let mut seventh = pin!(turns.take("a".to_owned()));
        assert!(poll!(&mut seventh).is_pending(), "two are spared");
        drop(turns.take("b".to_owned()).await);
        assert!(poll!(&mut seventh).is_pending());
        drop(many);
        drop(seventh.await);
        settled(&turns, 8);
    }
}
