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

/// A bar that fills as `total` things are done; it shows how many a second, and when it will be over.
pub fn bar(what: &'static str, total: u64) -> ProgressBar {
    let bar = ProgressBar::new(total);
    let template = "{msg} {wide_bar} {human_pos}/{human_len} {per_sec} {eta}";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_message(what);
    bar
}

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

/// [`show`], with the share that is done and the time that is left, once `standing` knows of how much.
pub async fn share<T>(
    what: &'static str,
    standing: impl Fn() -> (u64, u64),
    work: impl Future<Output = T>,
) -> T {
    let mut work = std::pin::pin!(work);
    if let Ok(done) = tokio::time::timeout(QUIET_FOR, work.as_mut()).await {
        return done;
    }
    let line = ProgressBar::new(0)
        .with_elapsed(QUIET_FOR)
        .with_message(what);
    loop {
        let (done, all) = standing();
        let template = match all {
            0 => "{spinner} {msg} {elapsed}",
            _ => "{spinner} {msg} {wide_bar} {percent} % {elapsed} ({eta} left)",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            line.set_style(style);
        }
        line.set_length(all);
        line.set_position(done);
        line.tick();
        tokio::select! {
            done = &mut work => {
                line.finish_and_clear();
                return done;
            }
            () = tokio::time::sleep(TICK) => {}
        }
    }
}
