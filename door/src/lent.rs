//! What is kept for somebody who may never come back for it.
//!
//! Enters: a thing, and for how long it is kept. Leaves: the thing, if it is asked for in time. Never here: a thing that outlives its time,
//! or whoever it is kept for.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

/// A thing that is dropped with this, or when its time is over, whichever comes first.
#[derive(Debug)]
pub struct Lent<T> {
    kept: Arc<Mutex<Option<T>>>,
    /// Ends the wait.
    _waiting: DropGuard,
}

impl<T: Send + 'static> Lent<T> {
    /// `what`, for `span` at most. `tasks` knows of the wait; this is called inside a runtime.
    pub fn new(what: T, span: Duration, tasks: &TaskTracker) -> Self {
        let kept = Arc::new(Mutex::new(Some(what)));
        let gone = CancellationToken::new();
        let (late, dropped) = (Arc::clone(&kept), gone.clone());
        tasks.spawn(async move {
            if tokio::time::timeout(span, dropped.cancelled())
                .await
                .is_err()
            {
                // Out of the lock before it is dropped: that may be long.
                let what = late.lock().take();
                drop(what);
            }
        });
        Self {
            kept,
            _waiting: gone.drop_guard(),
        }
    }
}

impl<T> Lent<T> {
    /// The thing, if its time is not over.
    pub fn back(self) -> Option<T> {
        self.kept.lock().take()
    }
}

impl<T> Drop for Lent<T> {
    fn drop(&mut self) {
        // At once, not when the task sees it.
        let what = self.kept.lock().take();
        drop(what);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Weak;

    use super::*;

    const LONG: Duration = Duration::from_secs(3600);

    fn lent(span: Duration, tasks: &TaskTracker) -> (Lent<Arc<u8>>, Weak<u8>) {
        let what = Arc::new(7);
        let seen = Arc::downgrade(&what);
        (Lent::new(what, span, tasks), seen)
    }

    #[tokio::test]
    async fn a_thing_is_kept_for_its_time_and_no_longer() {
        let tasks = TaskTracker::new();
        let (kept, seen) = lent(LONG, &tasks);
        assert_eq!(kept.back().as_deref(), Some(&7));
        assert!(seen.upgrade().is_none(), "whoever has it back has it alone");
        let (dropped, seen) = lent(LONG, &tasks);
        drop(dropped);
        assert!(seen.upgrade().is_none(), "at once");
        let (late, seen) = lent(Duration::from_millis(1), &tasks);
        tasks.close();
        // Nobody waits for the first two any more.
        tasks.wait().await;
        assert!(seen.upgrade().is_none());
        assert_eq!(late.back(), None);
    }
}
