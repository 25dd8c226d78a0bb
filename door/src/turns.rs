//! Turns: how many may be at work at once, of all and of one, and whose turn is next.
//!
//! Enters: whoever wants one, by a key. Leaves: a turn, given on when it is dropped: to the keys in rotation, so that who asks a
//! thousand times waits behind itself. Never here: what is done with a turn.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::oneshot;

/// Turns by key. Cheap to clone.
#[derive(Debug)]
pub struct Turns<K: Eq + Hash + Clone>(Arc<Inner<K>>);

impl<K: Eq + Hash + Clone> Clone for Turns<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

#[derive(Debug)]
struct Inner<K: Eq + Hash + Clone> {
    line: Mutex<Line<K>>,
    of_one_max: usize,
    waiting_max: usize,
    waiting_of_one_max: usize,
}

#[derive(Debug)]
struct Line<K: Eq + Hash + Clone> {
    free: usize,
    waiting: usize,
    /// How many each key has at work.
    working: HashMap<K, usize>,
    queues: HashMap<K, VecDeque<oneshot::Sender<Turn<K>>>>,
    /// Each key that waits once, the next first.
    rotation: VecDeque<K>,
}

/// One is at work.
#[derive(Debug)]
pub struct Turn<K: Eq + Hash + Clone>(Option<(Arc<Inner<K>>, K)>);

impl<K: Eq + Hash + Clone> Turns<K> {
    /// `at_once` turns, `of_one_max` of one key; whoever wants one waits, however many do.
    pub fn new(at_once: usize, of_one_max: usize) -> Self {
        Self::bounded((at_once, of_one_max), (usize::MAX, usize::MAX))
    }

    /// `at_once` turns, `of_one_max` of one key; of those that wait, `waiting_max` and `waiting_of_one_max` of one key are enough:
    /// whoever asks [`Turns::is_full`] before hears it.
    pub fn bounded(
        (at_once, of_one_max): (usize, usize),
        (waiting_max, waiting_of_one_max): (usize, usize),
    ) -> Self {
        let line = Line {
            free: at_once,
            waiting: 0,
            working: HashMap::new(),
            queues: HashMap::new(),
            rotation: VecDeque::new(),
        };
        Self(Arc::new(Inner {
            line: Mutex::new(line),
            of_one_max,
            waiting_max,
            waiting_of_one_max,
        }))
    }

    /// How many are not at work.
    pub fn free(&self) -> usize {
        self.0.line.lock().free
    }

    /// Whether another one of `key` is to be sent away.
    pub fn is_full(&self, key: &K) -> bool {
        let mut line = self.0.line.lock();
        if line.may(key, self.0.of_one_max) {
            return false;
        }
        let full = |line: &Line<K>| {
            let own = line.queues.get(key).map_or(0, VecDeque::len);
            line.waiting >= self.0.waiting_max || own >= self.0.waiting_of_one_max
        };
        full(&line) && {
            line.forget_gone();
            full(&line)
        }
    }

    /// Waits for a turn.
    pub async fn take(&self, key: K) -> Turn<K> {
        let waiting = {
            let mut line = self.0.line.lock();
            if line.may(&key, self.0.of_one_max) {
                line.begin(&key);
                return Turn(Some((Arc::clone(&self.0), key)));
            }
            line.wait(key)
        };
        // Whoever gives a turn on keeps the line until then, so the sender is never dropped unsent.
        waiting.await.unwrap_or(Turn(None))
    }
}

impl<K: Eq + Hash + Clone> Drop for Turn<K> {
    fn drop(&mut self) {
        let Some((turns, key)) = self.0.take() else {
            return;
        };
        turns.line.lock().end(&key);
        loop {
            let next = turns.line.lock().next(turns.of_one_max);
            let Some((key, next)) = next else {
                return;
            };
            if let Err(mut turn) = next.send(Self(Some((Arc::clone(&turns), key.clone())))) {
                // It waits no more; the turn is not its to give on.
                turn.0 = None;
                turns.line.lock().end(&key);
            }
        }
    }
}

impl<K: Eq + Hash + Clone> Line<K> {
    fn may(&self, key: &K, of_one_max: usize) -> bool {
        self.free > 0 && self.working.get(key).copied().unwrap_or_default() < of_one_max
    }

    fn begin(&mut self, key: &K) {
        self.free -= 1;
        *self.working.entry(key.clone()).or_default() += 1;
    }

    fn end(&mut self, key: &K) {
        self.free += 1;
        if let Some(working) = self.working.get_mut(key) {
            *working -= 1;
            if *working == 0 {
                self.working.remove(key);
            }
        }
    }

    /// One more of `key` waits.
    fn wait(&mut self, key: K) -> oneshot::Receiver<Turn<K>> {
        let (sender, receiver) = oneshot::channel();
        if !self.queues.contains_key(&key) {
            self.rotation.push_back(key.clone());
        }
        let queue = self.queues.entry(key).or_default();
        let before = queue.len();
        // Whoever of its own went away would fill the line until a turn comes free.
        queue.retain(|waiting| !waiting.is_closed());
        let gone = before - queue.len();
        queue.push_back(sender);
        self.waiting = self.waiting + 1 - gone;
        receiver
    }

    /// Takes out of the line who does not wait any more: nobody else does before a turn comes free, which may be minutes.
    fn forget_gone(&mut self) {
        self.queues.retain(|_, queue| {
            queue.retain(|waiting| !waiting.is_closed());
            !queue.is_empty()
        });
        let queues = &self.queues;
        self.rotation.retain(|key| queues.contains_key(key));
        self.waiting = self.queues.values().map(VecDeque::len).sum();
    }

    /// Whose turn it is, of those that may have another one: it is theirs already.
    fn next(&mut self, of_one_max: usize) -> Option<(K, oneshot::Sender<Turn<K>>)> {
        let may = |key: &K| self.may(key, of_one_max);
        let at = self.rotation.iter().position(may)?;
        let key = self.rotation.remove(at)?;
        let queue = self.queues.get_mut(&key)?;
        let next = queue.pop_front()?;
        if queue.is_empty() {
            self.queues.remove(&key);
        } else {
            self.rotation.push_back(key.clone());
        }
        self.waiting -= 1;
        self.begin(&key);
        Some((key, next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn keys_take_turns_and_who_went_away_loses_none() {
        let turns = Turns::bounded((1, 1), (100, 3));
        let order = Arc::new(Mutex::new(Vec::new()));
        let first = turns.take("a").await;
        let mut tasks = Vec::new();
        for (key, number) in [("a", 1), ("a", 2), ("a", 3), ("b", 1), ("c", 1), ("b", 2)] {
            let (turns, order) = (turns.clone(), Arc::clone(&order));
            tasks.push(tokio::spawn(async move {
                let turn = turns.take(key).await;
                order.lock().push((key, number));
                drop(turn);
            }));
            tokio::task::yield_now().await;
        }
        assert!(turns.is_full(&"a"), "three of its own wait");
        assert!(!turns.is_full(&"b"));
        // b's first gives up.
        tasks.remove(3).abort();
        tokio::task::yield_now().await;
        drop(first);
        for task in tasks {
            task.await.expect("it had its turn");
        }
        assert_eq!(
            *order.lock(),
            [("a", 1), ("c", 1), ("a", 2), ("b", 2), ("a", 3)]
        );
        let line = turns.0.line.lock();
        assert_eq!((line.free, line.waiting), (1, 0));
        assert!(line.queues.is_empty() && line.rotation.is_empty() && line.working.is_empty());
    }

    #[tokio::test]
    async fn who_went_away_takes_no_place_in_the_line() {
        let turns = Turns::bounded((1, 1), (2, 1));
        let first = turns.take("a").await;
        for key in ["a", "b"] {
            let mut waiting = std::pin::pin!(turns.take(key));
            assert!(futures::poll!(&mut waiting).is_pending());
            assert!(turns.is_full(&key), "one of its own waits");
        }
        assert!(!turns.is_full(&"a") && !turns.is_full(&"c"), "both left");
        let (kept, second) = (turns.take("b"), turns.take("a"));
        let (mut kept, mut second) = (std::pin::pin!(kept), std::pin::pin!(second));
        assert!(futures::poll!(&mut kept).is_pending());
        assert!(futures::poll!(&mut second).is_pending());
        assert!(turns.is_full(&"c"), "two wait");
        drop(first);
        drop(kept.await);
        drop(second.await);
        let line = turns.0.line.lock();
        assert_eq!((line.free, line.waiting), (1, 0));
        assert!(line.queues.is_empty() && line.rotation.is_empty() && line.working.is_empty());
    }

    #[tokio::test]
    async fn one_key_never_has_them_all() {
        let turns = Turns::bounded((3, 2), (100, 1));
        let (one, two) = (turns.take("a").await, turns.take("a").await);
        assert!(!turns.is_full(&"a"), "one may wait");
        let third = tokio::spawn({
            let turns = turns.clone();
            async move { turns.take("a").await }
        });
        tokio::task::yield_now().await;
        assert!(turns.is_full(&"a"), "it waits, though a turn is free");
        assert!(!turns.is_full(&"b"));
        let other = turns.take("b").await;
        assert_eq!(turns.free(), 0);
        drop(other);
        tokio::task::yield_now().await;
        assert!(!third.is_finished(), "its key still has two");
        drop(one);
        let third = third.await.expect("it had its turn");
        drop((two, third));
        let line = turns.0.line.lock();
        assert_eq!((line.free, line.waiting), (3, 0));
        assert!(line.queues.is_empty() && line.rotation.is_empty() && line.working.is_empty());
    }
}
