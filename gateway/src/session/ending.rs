//! How sessions end: by logout, by Snowflake, or because their grant ran out, whether a driver comes back or not.
//!
//! Enters: the sessions this process serves, and requests that come too late. Leaves: one `session.closed` each, holds given
//! up, a goodbye upstream. Never here: a driver that waits for upstream's goodbye, or an end that only this process knows.
//!
//! Nobody owns a session, so whoever notices its end says it, unless the control topic has it already. The process that
//! opened the session notices first; others that served it wait [`EXPIRY_GRACE`] longer, and speak if it did not.

use std::sync::Arc;

use event::Source;
use event::payload::CloseReason;
use tokio_util::sync::CancellationToken;

use super::Session;
use crate::claims::Claims;
use crate::fresh;
use crate::limits::{LOGOUT_TIMEOUT, SWEEP_INTERVAL};
use crate::seal::Purpose;
use crate::shared::Shared;
use crate::time::later;
use crate::upstream::accounts::Accounts;

/// Says the end of sessions whose grant ran out, until `stop`.
pub(crate) async fn watch(shared: Arc<Shared>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(SWEEP_INTERVAL) => {}
        }
        let shared = shared.now();
        for (session, reason) in shared.watch.take(shared.clock.now()) {
            end(&shared, &session, reason).await;
        }
    }
}

/// A request with a token whose grant ran out: its end is recorded, if nobody did it yet. The request is refused either way.
pub(crate) async fn came_late(shared: &Arc<Shared>, source: Source, token: &str, purpose: Purpose) {
    let now = shared.clock.now();
    let Some(claims) = Claims::open_ended(&shared.sealer, purpose, token, now) else {
        return;
    };
    let session = Session {
        claims,
        source,
        arrived: now,
    };
    end(shared, &session, CloseReason::Expired).await;
}

/// The agent is done: records the end, gives up what is held, says goodbye upstream; never makes the driver wait.
pub(crate) async fn logout(shared: &Arc<Shared>, session: &Session) {
    let ending = end(shared, session, CloseReason::Logout);
    if tokio::time::timeout(LOGOUT_TIMEOUT, ending).await.is_err() {
        let id = session.id();
        tracing::warn!(session = %id, "a logout takes long and goes on without its driver");
    }
}

/// Ends a session, once; where that cannot be recorded now, it is said again later. Whoever asked may hang up meanwhile: what was
/// begun is done to its end, for nobody else here would begin it again.
pub(crate) async fn end(shared: &Arc<Shared>, session: &Session, reason: CloseReason) {
    let (owned, session) = (Arc::clone(shared), session.clone());
    let ending = async move { end_whole(&owned, &session, reason).await };
    if shared.tasks.spawn(ending).await.is_err() {
        tracing::error!("a session's end broke off");
    }
}

async fn end_whole(shared: &Arc<Shared>, session: &Session, reason: CloseReason) {
    let id = session.id();
    shared.closed.add(id);
    if shared.control.is_closed(id) {
        shared.watch.forget(session);
        return;
    }
    if !shared.watch.saying.lock().insert(id) {
        return;
    }
    if let Err(error) = shared.control.give_up(id).await {
        tracing::warn!(%error, session = %id, "held statements of an ended session could not be given up");
    }
    let said = shared
        .control
        .close(id, reason, |closed| session.draft(closed))
        .await;
    shared.watch.saying.lock().remove(&id);
    shared.watch.forget(session);
    if let Err(error) = said {
        tracing::error!(%error, session = %id, "the end of a session is not recorded yet");
        let again = later(shared.clock.now(), SWEEP_INTERVAL);
        shared.watch.add(again, session.clone(), reason);
    }
    shared.views.forget(id);
    shared.queries.pasts().forget(id);
    match reason {
        CloseReason::Upstream => {}
        CloseReason::Logout => goodbye(&shared.accounts, session).await,
        CloseReason::Expired | CloseReason::Killed => {
            let (owned, ended) = (Arc::clone(shared), session.clone());
            let saying = async move { goodbye(&owned.accounts, &ended).await };
            shared.tasks.spawn(saying);
        }
    }
}

/// Ends the session upstream.
async fn goodbye(accounts: &Accounts, session: &Session) {
    let Some(upstream) = accounts.session(&session.claims) else {
        return;
    };
    let said = tokio::time::timeout(LOGOUT_TIMEOUT, upstream.logout(fresh::v4())).await;
    if !matches!(said, Ok(Ok(_))) {
        tracing::debug!(session = %session.id(), "upstream did not take a logout");
    }
}
