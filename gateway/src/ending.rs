//! How sessions end: by logout, by Snowflake, or because their grant ran out, whether a driver comes back or not.
//!
//! Enters: the sessions this process serves, and requests that come too late. Leaves: one `session.closed` each, holds given
//! up, a goodbye upstream. Never here: a driver that waits for upstream's goodbye, or an end that only this process knows.
//!
//! Nobody owns a session, so whoever notices its end says it, unless the control topic has it already. The process that
//! opened the session notices first; others that served it wait [`EXPIRY_GRACE`] longer, and speak if it did not.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use event::payload::CloseReason;
use event::{SessionId, Source, TimeNs};
use http::HeaderMap;
use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use crate::answer::{Reply, success};
use crate::claims::{Claims, bearer};
use crate::ended::Ended;
use crate::limits::{EXPIRY_GRACE, LOGOUT_TIMEOUT, SWEEP_INTERVAL, WATCHED_SESSIONS_MAX};
use crate::login::later;
use crate::seal::Purpose;
use crate::service::Shared;
use crate::session::Session;

/// Sessions whose end began here: their tokens are refused at once, before the control topic has it.
#[derive(Debug, Default)]
pub struct Closed(Mutex<Ended>);

impl Closed {
    /// Notes an end; false if it was noted before.
    pub fn add(&self, session: SessionId) -> bool {
        self.0.lock().add(session)
    }

    /// Whether the session ended here.
    pub fn contains(&self, session: SessionId) -> bool {
        self.0.lock().contains(session)
    }
}

/// Sessions served here, by when their end is to be said.
#[derive(Debug, Default)]
pub struct Watch {
    kept: Mutex<BTreeMap<(TimeNs, SessionId), (Session, CloseReason)>>,
    /// Ends being said now.
    saying: Mutex<HashSet<SessionId>>,
}

impl Watch {
    /// A session that was opened here: its end is said here, at once.
    pub fn opened(&self, session: Session) {
        self.add(session.claims.ends, session, CloseReason::Expired);
    }

    /// A session that another process may have opened.
    pub fn served(&self, session: &Session) {
        let mut kept = self.kept.lock();
        // The newest token holds the upstream session to say goodbye to.
        for key in keys(session) {
            if let Some((known, _)) = kept.get_mut(&key) {
                if known.claims.issued < session.claims.issued {
                    *known = session.clone();
                }
                return;
            }
        }
        drop(kept);
        let due = later(session.claims.ends, EXPIRY_GRACE);
        self.add(due, session.clone(), CloseReason::Expired);
    }

    fn add(&self, due: TimeNs, session: Session, reason: CloseReason) {
        let mut kept = self.kept.lock();
        if kept.len() < WATCHED_SESSIONS_MAX {
            kept.insert((due, session.id()), (session, reason));
        }
    }

    /// Takes out the sessions whose end is due.
    fn take(&self, now: TimeNs) -> Vec<(Session, CloseReason)> {
        let mut kept = self.kept.lock();
        let mut due = Vec::new();
        while let Some(first) = kept.first_entry() {
            if first.key().0 > now {
                break;
            }
            due.push(first.remove());
        }
        due
    }

    fn forget(&self, session: &Session) {
        let mut kept = self.kept.lock();
        for key in keys(session) {
            kept.remove(&key);
        }
    }
}

fn keys(session: &Session) -> [(TimeNs, SessionId); 2] {
    let ends = session.claims.ends;
    [ends, later(ends, EXPIRY_GRACE)].map(|due| (due, session.id()))
}

/// Says the end of sessions whose grant ran out, until `stop`.
pub(crate) async fn watch(shared: Arc<Shared>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(SWEEP_INTERVAL) => {}
        }
        for (session, reason) in shared.watch.take(shared.clock.now()) {
            end(&shared, &session, reason).await;
        }
    }
}

/// A request with a token whose grant ran out: its end is recorded, if nobody did it yet. The request is refused either way.
pub(crate) async fn came_late(
    shared: &Arc<Shared>,
    source: Source,
    headers: &HeaderMap,
    purpose: Purpose,
) {
    let now = shared.clock.now();
    let over = bearer(headers)
        .ok()
        .and_then(|token| Claims::open_ended(&shared.sealer, purpose, token, now));
    let Some(claims) = over else {
        return;
    };
    let session = Session {
        claims,
        source,
        public_base: String::new(),
        arrived: now,
    };
    end(shared, &session, CloseReason::Expired).await;
}

/// `POST /session?delete=true`: records the end, gives up what is held, says goodbye upstream; never makes the driver wait.
pub(crate) async fn logout(shared: &Arc<Shared>, session: Session) -> Reply {
    let (owned, id) = (Arc::clone(shared), session.id());
    let ending = tokio::spawn(async move { end(&owned, &session, CloseReason::Logout).await });
    if tokio::time::timeout(LOGOUT_TIMEOUT, ending).await.is_err() {
        tracing::warn!(session = %id, "a logout takes long and goes on without its driver");
    }
    success(&serde_json::Value::Null)
}

/// Ends a session, once; where that can not be recorded now, it is said again later.
pub(crate) async fn end(shared: &Arc<Shared>, session: &Session, reason: CloseReason) {
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
    shared.pasts.forget(id);
    match reason {
        CloseReason::Upstream => {}
        CloseReason::Logout => goodbye(shared, session).await,
        CloseReason::Expired | CloseReason::Killed => {
            let (owned, ended) = (Arc::clone(shared), session.clone());
            tokio::spawn(async move { goodbye(&owned, &ended).await });
        }
    }
}

/// Ends the session upstream.
async fn goodbye(shared: &Shared, session: &Session) {
    let Some(upstream) = shared.upstream(&session.claims) else {
        return;
    };
    let said = tokio::time::timeout(LOGOUT_TIMEOUT, upstream.logout(shared.fresh_v4())).await;
    if !matches!(said, Ok(Ok(_))) {
        tracing::debug!(session = %session.id(), "upstream did not take a logout");
    }
}
