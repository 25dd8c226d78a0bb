//! One statement from the driver's request to its answer.
//!
//! Enters: a request of an open session. Leaves: its outcome, everything it rests on being durable: submitted, decided, then
//! (permitted) upstream, delivered through the mask; or held; or refused. Never here: an upstream call before its decision is
//! recorded, or an answer that depends on whether the driver still listens.
//!
//! The way: this file, [`view`] and [`decide`], [`budget`], [`events`], then [`run`] and [`deliver`], or [`crate::holds`].

pub mod announce;
mod answer;
pub mod budget;
pub mod compile;
pub mod decide;
mod deliver;
pub mod events;
mod place;
pub mod request;
pub mod run;
pub(crate) mod stale;
mod standing;
mod tables;
mod upstream_id;
pub mod view;

use std::sync::Arc;

use event::payload::{FailureStage, StageRefused, Verdict};
use event::{RequestId, StatementId};
use tracing::Instrument as _;

use crate::failure::Failure;
use crate::holds;
use crate::limits::STATEMENTS_PER_SESSION_MAX;
use crate::metrics;
use crate::outcome::Outcome;
use crate::record::Recorder;
use crate::replies::{Entry, Phase};
use crate::session::Session;
use crate::shared::Shared;
use crate::stages::moves::{Way, barred, way};
use crate::time::between;

use decide::Decided;
use events::{submitted, verdict};
use request::StatementRequest;
use stale::Known;

/// Asks for a statement, or joins the one that was asked for under the same id. Past the configured time it runs on, and is to
/// be asked for by its id.
pub(crate) async fn ask(
    shared: &Arc<Shared>,
    session: Session,
    request_id: RequestId,
    request: StatementRequest,
) -> Outcome {
    let statement = StatementId::derive(session.id(), &request_id);
    let digest = request.digest();
    let known = shared.replies.find(session.id(), statement, Phase::Asked);
    if known.is_none() && shared.turns.is_full(&session.whose()) {
        metrics::answered(&Outcome::Busy);
        return Outcome::Busy;
    }
    let entry = shared
        .replies
        .enter(session.id(), statement, Phase::Asked, digest);
    let mut waiter = match entry {
        Entry::Reused => return reused(&shared.recorder, &session, statement),
        Entry::Join(waiter) => waiter,
        Entry::First(slot, waiter) => {
            let owned = Arc::clone(shared);
            // The driver's going away must not cancel what it asked for: it will ask again under the same id.
            let span = metrics::span(statement, session.id(), &session.claims.connection);
            let work = async move {
                let outcome = go(&owned, &session, statement, request_id, request).await;
                metrics::answered(&outcome);
                slot.fill(outcome, owned.clock.now());
            };
            shared.tasks.spawn(work.instrument(span));
            waiter
        }
    };
    let outcome = waiter.within(shared.config.answer_within.0).await;
    outcome.unwrap_or_else(|| Outcome::running(statement))
}

/// Decides, records, and does what was decided.
async fn go(
    shared: &Arc<Shared>,
    session: &Session,
    statement: StatementId,
    request_id: RequestId,
    request: StatementRequest,
) -> Outcome {
    let unrecorded = || {
        let text = "this statement cannot be recorded now, so it did not run: try again";
        Failure::unrecorded(statement.uuid(), text).into()
    };
    // Kept until the statement's place among the others is known.
    let mut working = shared.views.work(session.id(), &session.claims.context);
    if working.others >= STATEMENTS_PER_SESSION_MAX {
        return crowded(&shared.recorder, session, statement);
    }
    let began = shared.clock.now();
    let (shared, decided) = match stale::decided(shared, session, statement, request).await {
        Ok(Known::Decided(shared, decided)) => (shared, *decided),
        Ok(Known::Stale(decided)) => {
            return stale::refuse(&shared.recorder, session, &decided).await;
        }
        Err(error) => {
            tracing::error!(%statement, %error, "where a session stands is not known, so its statement did not run");
            return unrecorded();
        }
    };
    let shared = &shared;
    let decided = match budget::within(&shared.control, &shared.engine, session, decided).await {
        Ok(decided) => holds::marked(&shared.control, decided),
        Err(error) => {
            tracing::error!(%statement, %error, "what a statement compares could not be counted, so it did not run");
            return unrecorded();
        }
    };
    let took = between(began, shared.clock.now());
    metrics::decided(decided.outcome.decision.verdict(), took);
    working.assigns(&decided.outcome.analysis);
    let drafts = [
        decided
            .about
            .draft(submitted(&shared.masking, &decided, &request_id)),
        decided.about.draft(verdict(&decided)),
    ];
    if let Err(error) = shared.recorder.record(drafts).await {
        tracing::error!(%statement, %error, "a statement was not recorded, so it did not run");
        return unrecorded();
    }
    let denied = decided.outcome.decision.verdict() == Verdict::Deny;
    if let Some((way, why)) = barred(&decided).filter(|_| !denied) {
        return refuse_transfer(&shared.recorder, session, &decided, (way, why)).await;
    }
    match decided.outcome.decision.permit() {
        Ok(permit) => run::run(shared, session, decided, permit, Phase::Asked).await,
        Err(_) if decided.outcome.decision.verdict() == Verdict::Hold => {
            working.waits();
            match compile::compile(shared, session, &decided).await {
                Some(outcome) => outcome,
                None => {
                    // It is at work again, as a statement of its own time, once people agreed.
                    drop(working);
                    holds::hold(shared, session, decided, request_id).await
                }
            }
        }
        Err(_) => deny(&shared.recorder, session, &decided).await,
    }
}

/// PUT or GET that a rule lets through and the gateway cannot carry.
async fn refuse_transfer(
    recorder: &Recorder,
    session: &Session,
    decided: &Decided,
    (way, why): (Way, &'static str),
) -> Outcome {
    recorder.note(decided.about.draft(StageRefused {
        operation: way.word().to_owned(),
        reason: why.to_owned(),
    }));
    let text = format!("{} is not possible: {why}", way.word());
    let id = decided.about.statement.uuid();
    let failure = Failure::refused(FailureStage::Gateway, id, text);
    recorder
        .refuse(&decided.about, failure, session.arrived)
        .await
}

async fn deny(recorder: &Recorder, session: &Session, decided: &Decided) -> Outcome {
    let text = format!("Blocked by policy: {}", reasons(decided));
    let id = decided.about.statement.uuid();
    let reasons = decided.outcome.decision.reasons();
    if let Some(way) = way(decided) {
        recorder.note(decided.about.draft(StageRefused {
            operation: way.word().to_owned(),
            reason: "no rule lets these files through".to_owned(),
        }));
    }
    let failure = Failure::refused(FailureStage::Policy, id, text).because(reasons);
    recorder
        .refuse(&decided.about, failure, session.arrived)
        .await
}

/// The reasons of a decision, for people, one a line.
fn reasons(decided: &Decided) -> String {
    let lines: Vec<String> = decided
        .outcome
        .decision
        .reasons()
        .iter()
        .map(|reason| format!("{} (rule {})", reason.text, reason.rule))
        .collect();
    lines.join("\n")
}

/// More statements at once than a session may have: refused, and said in the record.
fn crowded(recorder: &Recorder, session: &Session, statement: StatementId) -> Outcome {
    let reason = format!(
        "{STATEMENTS_PER_SESSION_MAX} statements of this session run already: wait for one of them"
    );
    let mut draft = session.draft(StageRefused {
        operation: "too many statements at once".to_owned(),
        reason: reason.clone(),
    });
    draft.statement_id = Some(statement);
    recorder.note(draft);
    Failure::crowded(statement.uuid(), reason).into()
}

/// Another text under an id that is taken: refused, and said in the record.
fn reused(recorder: &Recorder, session: &Session, statement: StatementId) -> Outcome {
    let reason = "this request id was used with another statement: use a new one";
    let mut draft = session.draft(StageRefused {
        operation: "request id used twice".to_owned(),
        reason: reason.to_owned(),
    });
    draft.statement_id = Some(statement);
    recorder.note(draft);
    Failure::refused(FailureStage::Gateway, statement.uuid(), reason).into()
}
