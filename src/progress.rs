//! A sign of life on standard error while a long question is at work.
//!
//! Enters: what is being done. Leaves: a line with the time it took so far, gone when the answer is there; nothing where standard
//! error is no terminal. Never here: standard output, which is the answer's.

use std::future::Future;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A question answered sooner shows nothing.
const QUIET_FOR: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(120);

/// Waits for `work`; after a second, says what it is and how long it has been.
pub async fn show<T>(what: &'static str, work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    if let Ok(done) = tokio::time::timeout(QUIET_FOR, work.as_mut()).await {
        return done;
    }
    // Draws on standard error, and only where that is a terminal.
    let line = ProgressBar::new_spinner().with_elapsed(QUIET_FOR);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
        line.set_style(style);
    }
    line.set_message(what);
    line.enable_steady_tick(TICK);
    let done = work.await;
    line.finish_and_clear();
    done
}
