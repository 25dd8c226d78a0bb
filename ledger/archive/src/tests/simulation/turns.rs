//! Whose turn it is: every process of a simulation waits before and after each thing it does, until it is told to go on.
//!
//! Enters: processes that wait. Leaves: the one that goes on, drawn. Never here: time, or a choice that does not follow from the seed.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::ThreadId;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::{Notify, oneshot};

use super::super::Draw;

/// Nobody that is alive is away from its turn for so long, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(120);
/// Turns that everything which was woken needs until it waits again.
const BREATHS: usize = 8;

/// A process, in one of its lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Life {
    pub(super) process: usize,
    pub(super) number: u64,
}

struct Waiting {
    life: Life,
    what: String,
    go: oneshot::Sender<()>,
}

/// The turns of one simulation, and what was done in them.
pub(super) struct Turns {
    /// What other threads ask for is asked in the turn of whoever waits for them.
    home: ThreadId,
    waiting: Mutex<Vec<Waiting>>,
    changed: Notify,
    told: Mutex<Vec<String>>,
    ending: AtomicBool,
    taken: AtomicU64,
}

impl Turns {
    pub(super) fn new() -> Self {
        Self {
            home: std::thread::current().id(),
            waiting: Mutex::default(),
            changed: Notify::new(),
            told: Mutex::default(),
            ending: AtomicBool::new(false),
            taken: AtomicU64::new(0),
        }
    }

    pub(super) fn is_home(&self) -> bool {
        std::thread::current().id() == self.home
    }

    /// Turns that were taken: the simulation's time.
    pub(super) fn now(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }

    /// Resolves when it is this one's turn; never, if its process is dead by then.
    pub(super) async fn wait(&self, life: Life, what: &str) {
        if !self.is_home() {
            return;
        }
        let (go, gone) = oneshot::channel();
        self.waiting.lock().push(Waiting {
            life,
            what: what.to_owned(),
            go,
        });
        self.changed.notify_one();
        if gone.await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// From now on nothing new is begun, and nothing fails.
    pub(super) fn end(&self) {
        self.ending.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Relaxed)
    }

    pub(super) fn changed(&self) {
        self.changed.notify_one();
    }

    pub(super) fn tell(&self, what: String) {
        self.told.lock().push(what);
    }

    /// Everything that happened, a line each.
    pub(super) fn told(&self) -> Vec<String> {
        self.told.lock().clone()
    }

    /// What a process waited for is not waited for any more.
    pub(super) fn bury(&self, dead: Life) {
        self.waiting.lock().retain(|waiting| waiting.life != dead);
    }

    /// Resolves when each of `lives` waits.
    pub(super) async fn settled(&self, lives: impl Fn() -> Vec<Life>) {
        loop {
            breathe().await;
            let all = {
                let mut waiting = self.waiting.lock();
                waiting.retain(|waiting| !waiting.go.is_closed());
                let waits = |life: &Life| waiting.iter().any(|waiting| waiting.life == *life);
                lives().iter().all(waits)
            };
            if all {
                return;
            }
            let changed = tokio::time::timeout(PATIENCE, self.changed.notified());
            assert!(changed.await.is_ok(), "a process hangs");
        }
    }

    /// Lets one go on that `may`; false if there is none.
    pub(super) fn grant(&self, draw: &mut Draw, may: impl Fn(Life) -> bool) -> bool {
        let mut waiting = self.waiting.lock();
        let those: Vec<usize> = (0..waiting.len())
            .filter(|at| may(waiting[*at].life))
            .collect();
        if those.is_empty() {
            return false;
        }
        let one = waiting.remove(those[draw.below(those.len())]);
        drop(waiting);
        let Life { process, number } = one.life;
        self.tell(format!("{process}.{number} {}", one.what));
        self.taken.fetch_add(1, Ordering::Relaxed);
        // Whoever was cut off meanwhile does not hear of it.
        let _ = one.go.send(());
        true
    }
}

async fn breathe() {
    for _ in 0..BREATHS {
        tokio::task::yield_now().await;
    }
}
