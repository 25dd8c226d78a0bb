//! Whether the process lives, and whether it is ready for work.
//!
//! Enters: that it started, that it stops, what each part says of itself. Leaves: yes, or what is missing. Never here: a check that
//! waits for something: an orchestrator asks every few seconds.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use parking_lot::Mutex;

/// Says whether a part is ready now.
type Check = Box<dyn Fn() -> bool + Send + Sync>;

const STARTING: u8 = 0;
const RUNNING: u8 = 1;
const STOPPING: u8 = 2;

/// What readiness depends on. Cheap to clone.
#[derive(Clone, Default)]
pub struct Readiness(Arc<Inner>);

#[derive(Default)]
struct Inner {
    phase: AtomicU8,
    /// What is said where a part is not ready, and whether it is.
    checks: Mutex<Vec<(&'static str, Check)>>,
}

impl Readiness {
    /// From now on the process is ready only while `check` says so; otherwise `missing` is said.
    pub fn needs(&self, missing: &'static str, check: impl Fn() -> bool + Send + Sync + 'static) {
        self.0.checks.lock().push((missing, Box::new(check)));
    }

    /// Everything is up.
    pub fn started(&self) {
        self.0.phase.store(RUNNING, Ordering::Relaxed);
    }

    /// The process was told to stop: no new work should come.
    pub fn stopping(&self) {
        self.0.phase.store(STOPPING, Ordering::Relaxed);
    }

    /// Nothing, or what is missing.
    pub fn missing(&self) -> Vec<&'static str> {
        match self.0.phase.load(Ordering::Relaxed) {
            STARTING => return vec!["it is starting"],
            RUNNING => {}
            _ => return vec!["it is stopping"],
        }
        let checks = self.0.checks.lock();
        let failed = checks.iter().filter(|(_, check)| !check());
        failed.map(|(missing, _)| *missing).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::Readiness;

    #[test]
    fn ready_is_between_start_and_stop_while_every_part_is() {
        let readiness = Readiness::default();
        let healthy = Arc::new(AtomicBool::new(true));
        let asked = Arc::clone(&healthy);
        readiness.needs("the journal does not take events", move || {
            asked.load(Ordering::Relaxed)
        });
        assert_eq!(readiness.missing(), ["it is starting"]);
        readiness.started();
        assert!(readiness.missing().is_empty());
        healthy.store(false, Ordering::Relaxed);
        assert_eq!(readiness.missing(), ["the journal does not take events"]);
        healthy.store(true, Ordering::Relaxed);
        readiness.stopping();
        assert_eq!(readiness.missing(), ["it is stopping"]);
    }
}
