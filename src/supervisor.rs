//! What a service manager is told: that the process is ready, that it stops, that it still turns. Without one, nothing.
//!
//! Enters: the process's phases. Leaves: datagrams to `NOTIFY_SOCKET`, as systemd's `Type=notify` wants them. Never here: a reason
//! to stop: a service manager that does not listen is no fault.

use sd_notify::NotifyState;

/// Everything is up.
pub fn ready() {
    tell(&[NotifyState::Ready]);
}

/// It reads its configuration again; [`ready`] says that it is done.
pub fn reloading() {
    let mut state = vec![NotifyState::Reloading];
    // The manager wants to know when, by its own clock.
    state.extend(NotifyState::monotonic_usec_now().ok());
    tell(&state);
}

/// The process drains; it may take as long as the unit's `TimeoutStopSec`.
pub fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// Says again and again that the process turns, where the unit has a `WatchdogSec`; a process that hangs is then restarted.
pub async fn watchdog() {
    let Some(patience) = sd_notify::watchdog_enabled() else {
        return;
    };
    loop {
        tell(&[NotifyState::Watchdog]);
        tokio::time::sleep(patience / 3).await;
    }
}

fn tell(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::debug!(%error, "the service manager does not listen");
    }
}
