//! The ends that people set to sessions, carried out where the sessions are served.
//!
//! Enters: words that sessions are over. Leaves: `session.closed` for those served here, their holds given up, a goodbye upstream.
//! Never here: a wait for it: their tokens are refused from the moment the word is folded, whatever happens here.

use std::sync::Arc;

use event::StatementId;
use event::payload::{CloseReason, GivenUp};
use futures::StreamExt as _;
use tokio_util::sync::CancellationToken;

use super::Session;
use super::ending::end;
use crate::about::About;
use crate::cancel;
use crate::control::Control;
use crate::limits::{KILLS_AT_ONCE, LOGOUT_TIMEOUT};
use crate::shared::Shared;
use crate::upstream::accounts::Accounts;

/// Carries them out, until `stop`.
pub(crate) async fn watch(shared: Arc<Shared>, stop: CancellationToken) {
    let mut seen = 0;
    loop {
        seen = tokio::select! {
            () = stop.cancelled() => return,
            count = shared.control.more_killed(seen) => count,
        };
        let shared = shared.now();
        let over = shared
            .watch
            .matching(|session| shared.control.killed(&session.claims).is_some());
        if !over.is_empty() {
            tracing::warn!(
                sessions = over.len(),
                "sessions are ended, as somebody ordered"
            );
        }
        let ending = futures::stream::iter(over);
        ending
            .for_each_concurrent(KILLS_AT_ONCE, |session| {
                let shared = &shared;
                async move {
                    // Their session upstream can be asked for it only until it ends.
                    abort_running(&shared.control, &shared.accounts, &session).await;
                    end(shared, &session, CloseReason::Killed).await;
                }
            })
            .await;
        give_up(&shared.control).await;
    }
}

/// Aborts upstream what the session was told to come back for, whichever gateway sent it there: nobody may be at work on it now. One
/// that is done already needs no abort, and every gateway that served the session may say it.
async fn abort_running(control: &Control, accounts: &Accounts, session: &Session) {
    let announced = match control.announced_in(session.id()) {
        Ok(announced) => announced,
        Err(error) => {
            tracing::error!(%error, session = %session.id(), "what runs in an ended session is not known, and may run on upstream");
            return;
        }
    };
    let aborting =
        futures::stream::iter(announced).for_each_concurrent(KILLS_AT_ONCE, |one| async move {
            let asked = match one.request {
                Some(request) => cancel::abort_request(accounts, session, request).await,
                None => cancel::abort_query(accounts, session, one.query_id).await,
            };
            if let Err(error) = asked {
                tracing::debug!(%error, "a statement of an ended session was not aborted");
            }
        });
    if tokio::time::timeout(LOGOUT_TIMEOUT, aborting)
        .await
        .is_err()
    {
        tracing::warn!(session = %session.id(), "statements of an ended session may run on upstream");
    }
}

/// What waits for people in sessions that nobody serves any more.
async fn give_up(control: &Control) {
    let waiting: Vec<(StatementId, About)> = control.with_state(|state| {
        let waiting = state.holds().filter(|(_, hold)| {
            let over = state.kills().over(&hold.about);
            hold.lapses().is_some() && over.is_some()
        });
        waiting.map(|(id, hold)| (id, hold.about.clone())).collect()
    });
    let giving = futures::stream::iter(waiting);
    giving
        .for_each_concurrent(KILLS_AT_ONCE, |(statement, about)| async move {
            let given = control.cancel(about.session, statement, GivenUp::SessionClosed);
            if let Err(error) = given.await {
                tracing::warn!(%statement, %error, "a held statement of an ended session could not be given up");
            }
        })
        .await;
}
