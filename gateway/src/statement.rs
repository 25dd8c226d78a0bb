//! One statement from the driver's request to its answer.
//!
//! Enters: a query-request of an open session. Leaves: the answer's body, everything it rests on being durable: submitted,
//! decided, then (permitted) upstream, delivered through the mask; or held; or refused. Never here: an upstream call before
//! its decision is recorded, or an answer that depends on whether the driver still listens.

mod events;
pub mod replies;
pub mod request;
pub mod run;
mod view;

use std::sync::Arc;

use access::analysis::{SessionView, Statement};
use access::engine::{DecisionRequest, Outcome};
use access::{Execute, Permit};
use bytes::Bytes;
use event::payload::{FailureStage, StageRefused, StatementFailed, Verdict};
use event::{ApprovalBinding, RequestId, StatementId, TimeNs};
use serde::{Deserialize, Serialize};

use crate::answer::{Failure, IN_PROGRESS_ASYNC, Reply, in_progress, json_reply};
use crate::control::{ControlError, Held, HoldRequest, HoldStatus};
use crate::delivery::About;
use crate::raw::RawObject;
use crate::results::run_when_granted;
use crate::router::parameter;
use crate::service::Shared;
use crate::session::{Session, renew_first};
use crate::views;

use events::{submitted, verdict};
use replies::{Answer, Entry, Phase, Progress, Slot, Waiter};
use request::StatementRequest;
use view::{Counted, current_view};

/// A statement that was decided on.
#[derive(Debug)]
pub(crate) struct Decided {
    /// The request it came in.
    pub request: StatementRequest,
    /// What it does, and what the policy says.
    pub outcome: Outcome,
    /// What the session was when it was asked: with it, the same decision can be made again.
    pub view: SessionView,
    /// When the policy was asked.
    pub evaluated_at: TimeNs,
    /// The envelope of its events.
    pub about: About,
    /// What it takes for the session's last result rests on a count.
    pub counted: Option<Counted>,
}

/// A held statement as it travels, sealed: whichever gateway runs it makes the same decision from it.
#[derive(Serialize, Deserialize)]
struct Sealed {
    body: RawObject,
    view: SessionView,
    evaluated_at: TimeNs,
    request_id: RequestId,
}

/// The driver must renew its upstream session first; nothing ran.
#[derive(Debug)]
pub(crate) struct RenewFirst;

/// `POST /queries/v1/query-request`.
pub(crate) async fn query(
    shared: &Arc<Shared>,
    session: Session,
    request_id: Option<String>,
    body: &[u8],
) -> Reply {
    let nowhere = shared.fresh_v4();
    let request_id = match RequestId::parse(request_id.as_deref().unwrap_or_default()) {
        Ok(request_id) => request_id,
        Err(error) => {
            return Failure::malformed(nowhere, error.to_string())
                .of_request()
                .reply();
        }
    };
    let statement = StatementId::derive(session.id(), &request_id);
    let request = match StatementRequest::parse(body) {
        Ok(request) => request,
        Err(error) => {
            return unread(shared, &session, statement, error.to_string());
        }
    };
    let digest = request.digest();
    match shared
        .replies
        .enter(session.id(), statement, Phase::Asked, digest)
    {
        Entry::Reused => reused(shared, &session, statement).await,
        Entry::Join(waiter) => first_answer(shared, statement, waiter).await,
        Entry::First(slot, waiter) => {
            let owned = Arc::clone(shared);
            // The driver's going away must not cancel what it asked for: it will ask again under the same id.
            tokio::spawn(async move {
                let answer = ask(&owned, &session, statement, request_id, request).await;
                fill(&owned, slot, answer);
            });
            first_answer(shared, statement, waiter).await
        }
    }
}

/// Waits for the answer; past the configured time the driver is told to poll by the statement's id.
async fn first_answer(shared: &Shared, statement: StatementId, mut waiter: Waiter) -> Reply {
    let patience = shared.config.answer_within.0;
    match tokio::time::timeout(patience, waiter.wait()).await {
        Ok(progress) => progress_reply(statement, progress),
        Err(_) => progress_reply(statement, Progress::Running),
    }
}

/// What a driver hears at some point of a statement.
pub(crate) fn progress_reply(statement: StatementId, progress: Progress) -> Reply {
    match progress {
        Progress::Done(body) => json_reply(body),
        Progress::Later(query_id) => json_reply(in_progress(IN_PROGRESS_ASYNC, &query_id)),
        Progress::Renew => renew_first(),
        Progress::Running => json_reply(in_progress(IN_PROGRESS_ASYNC, &statement.to_string())),
    }
}

/// Fills the slot; a statement that did not run leaves it empty, so that the driver's next try runs.
pub(crate) fn fill(shared: &Shared, slot: Slot, answer: Result<Answer, RenewFirst>) {
    if let Ok(answer) = answer {
        slot.fill(answer, shared.clock.now());
    }
}

/// Decides, records, and does what was decided.
async fn ask(
    shared: &Arc<Shared>,
    session: &Session,
    statement: StatementId,
    request_id: RequestId,
    request: StatementRequest,
) -> Result<Answer, RenewFirst> {
    let unrecorded = || {
        let text = "this statement can not be recorded now, so it did not run: try again";
        Ok(Failure::unrecorded(statement.uuid(), text).body().into())
    };
    let _working = shared.views.work(session.id());
    let (view, counted) = match current_view(shared, session, statement, &request.text).await {
        Ok(current) => current,
        Err(error) => {
            tracing::error!(%statement, %error, "where a session stands is not known, so its statement did not run");
            return unrecorded();
        }
    };
    let mut decided = decide(shared, session, statement, request, view, session.arrived);
    if counted.is_some() {
        // Only what runs now, shows rows and changes nothing can be taken back if another statement comes between.
        let outcome = &decided.outcome;
        let reads = outcome.analysis.kinds.iter().all(|kind| kind == "select");
        if reads && outcome.decision.verdict() != Verdict::Hold {
            decided.counted = counted;
        } else {
            let Decided { request, view, .. } = decided;
            let view = views::for_text(view, &request.text, false);
            decided = decide(shared, session, statement, request, view, session.arrived);
        }
    }
    let drafts = [
        decided
            .about
            .draft(submitted(shared, &decided, &request_id)),
        decided.about.draft(verdict(&decided)),
    ];
    if let Err(error) = shared.recorder.record(drafts).await {
        tracing::error!(%statement, %error, "a statement was not recorded, so it did not run");
        return unrecorded();
    }
    if let Some(kind) = transfer(&decided) {
        return Ok(refuse_transfer(shared, session, &decided, &kind)
            .await
            .into());
    }
    match decided.outcome.decision.permit() {
        Ok(permit) => run::run(shared, session, decided, permit, Phase::Asked).await,
        Err(_) if decided.outcome.decision.verdict() == Verdict::Hold => {
            Ok(hold(shared, session, decided, request_id).await.into())
        }
        Err(_) => Ok(deny(shared, session, &decided).await.into()),
    }
}

/// The decision on a request: pure, so any gateway makes the same one from the same view and time.
pub(crate) fn decide(
    shared: &Shared,
    session: &Session,
    statement: StatementId,
    request: StatementRequest,
    view: SessionView,
    evaluated_at: TimeNs,
) -> Decided {
    let claims = &session.claims;
    let outcome = shared.engine.decide(&DecisionRequest {
        statement_id: statement,
        statement: Statement {
            text: &request.text,
            binds: &request.binds,
        },
        session: &view,
        principal: &claims.principal,
        connection: &claims.connection,
        now: evaluated_at,
        describe_only: request.describe_only,
    });
    let about = About {
        session: session.id(),
        statement,
        principal: claims.principal.clone(),
        source: Some(session.source.clone()),
        connection: claims.connection.clone(),
        policy: outcome.decision.policy().clone(),
    };
    Decided {
        request,
        outcome,
        view,
        evaluated_at,
        about,
        counted: None,
    }
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

/// PUT or GET: the driver would move files past the gateway, so no policy can let them through.
fn transfer(decided: &Decided) -> Option<String> {
    let analysis = &decided.outcome.analysis;
    let mut kinds = analysis.kinds.iter().chain(&analysis.inner_kinds);
    kinds
        .find(|kind| matches!(kind.as_str(), "put" | "get"))
        .map(|kind| kind.to_ascii_uppercase())
}

async fn refuse_transfer(
    shared: &Shared,
    session: &Session,
    decided: &Decided,
    kind: &str,
) -> Bytes {
    let statement = decided.about.statement;
    let refused = StageRefused {
        operation: kind.to_owned(),
        reason: "files would move past the gateway".to_owned(),
    };
    shared.recorder.note(decided.about.draft(refused));
    let text = format!(
        "{kind} is not possible through this gateway, files would move past it: query the data, or insert it with binds"
    );
    let failure = Failure::refused(FailureStage::Gateway, statement.uuid(), text);
    fail(shared, session, &decided.about, &failure).await;
    failure.body()
}

async fn deny(shared: &Shared, session: &Session, decided: &Decided) -> Bytes {
    let statement = decided.about.statement;
    let text = format!("Blocked by policy: {}", reasons(decided));
    let failure = Failure::refused(FailureStage::Policy, statement.uuid(), text);
    fail(shared, session, &decided.about, &failure).await;
    failure.body()
}

/// Records an error the driver will see. It shows nothing but the gateway's own words, so it is shown even if that fails.
pub(crate) async fn fail(shared: &Shared, session: &Session, about: &About, failure: &Failure) {
    let now = shared.clock.now();
    let event = StatementFailed {
        stage: failure.stage,
        code: failure.code.to_owned(),
        sql_state: failure.sql_state.to_owned(),
        message: shared.masking.message(&failure.text(), false),
        duration_ns: u64::try_from(now.0.saturating_sub(session.arrived.0)).unwrap_or(0),
    };
    if let Err(error) = shared.recorder.record([about.draft(event)]).await {
        tracing::error!(statement = %about.statement, %error, "a failure is not recorded");
    }
}

async fn hold(
    shared: &Arc<Shared>,
    session: &Session,
    decided: Decided,
    request_id: RequestId,
) -> Bytes {
    let about = decided.about.clone();
    let asynchronous = decided.request.asynchronous;
    match ask_people(shared, decided, request_id).await {
        // Whatever its state, the poll that follows says it.
        Ok(_) => {
            if asynchronous {
                let waiting =
                    run_when_granted(Arc::clone(shared), session.clone(), about.statement);
                tokio::spawn(waiting);
            }
            in_progress(IN_PROGRESS_ASYNC, &about.statement.to_string())
        }
        Err(error) => {
            let failure = match &error {
                ControlError::Emit(_) | ControlError::Lagging => Failure::unrecorded(
                    about.statement.uuid(),
                    "this statement needs approval, which can not be asked for now: try again",
                ),
                _ => Failure::refused(
                    FailureStage::Approval,
                    about.statement.uuid(),
                    format!("this statement needs approval: {error}"),
                ),
            };
            fail(shared, session, &about, &failure).await;
            failure.body()
        }
    }
}

async fn ask_people(
    shared: &Shared,
    decided: Decided,
    request_id: RequestId,
) -> Result<HoldStatus, ControlError> {
    let decision = &decided.outcome.decision;
    let Some(hold) = decision.hold().cloned() else {
        return Err(ControlError::Unknown);
    };
    let sealed = Sealed {
        body: decided.request.raw.clone(),
        view: decided.view.clone(),
        evaluated_at: decided.evaluated_at,
        request_id,
    };
    let request = HoldRequest {
        about: decided.about.clone(),
        binding: decision.binding(),
        quorum: hold.quorum,
        reasons: decision
            .reasons()
            .iter()
            .map(|reason| reason.text.clone())
            .collect(),
        approval_ttl_ns: hold.approval_ttl_ns,
        execution_ttl_ns: hold.execution_ttl_ns,
        held: Held {
            shown: shared.masking.sql_text(&decided.request.text),
            asynchronous: decided.request.asynchronous,
            request: serde_json::to_vec(&sealed).unwrap_or_default(),
        },
    };
    shared.control.hold(request).await
}

/// The decision on an approved statement, made again from what was sealed, and the permit people's approval gives it.
pub(crate) async fn approved(
    shared: &Shared,
    session: &Session,
    statement: StatementId,
    held: &Held,
    binding: ApprovalBinding,
) -> Result<(Decided, Permit<Execute>), Failure> {
    let broken = |text: String| Failure::refused(FailureStage::Approval, statement.uuid(), text);
    let sealed: Sealed = serde_json::from_slice(&held.request)
        .map_err(|_| broken("the held statement can not be read: send it again".to_owned()))?;
    let request = StatementRequest::read(sealed.body).map_err(|error| broken(error.to_string()))?;
    let here = current_view(shared, session, statement, &request.text)
        .await
        .map_err(|error| broken(error.to_string()))?
        .0
        .context;
    let decided = decide(
        shared,
        session,
        statement,
        request,
        sealed.view,
        sealed.evaluated_at,
    );
    let moved = decided.view.context != here;
    let permit = decided.outcome.decision.permit_approved(binding);
    match permit {
        Ok(permit) if !moved => Ok((decided, permit)),
        Ok(_) => Err(broken(
            "the session stands elsewhere than when this was approved (USE): send it again"
                .to_owned(),
        )),
        Err(error) => Err(broken(format!("{error}: send it again"))),
    }
}

/// A request that could not be read: there is no text to record, but that it came is.
pub(crate) fn unread(
    shared: &Shared,
    session: &Session,
    statement: StatementId,
    why: String,
) -> Reply {
    let failure = Failure::malformed(statement.uuid(), why);
    let mut draft = session.draft(StatementFailed {
        stage: failure.stage,
        code: failure.code.to_owned(),
        sql_state: failure.sql_state.to_owned(),
        message: shared.masking.message(&failure.text(), false),
        duration_ns: 0,
    });
    draft.statement_id = Some(statement);
    shared.recorder.note(draft);
    failure.reply()
}

/// The statement a query-request is about, by its query string alone.
pub(crate) fn named(session: &Session, query: Option<&str>) -> Option<StatementId> {
    let request_id = parameter(query, "requestId").unwrap_or_default();
    let request_id = RequestId::parse(&request_id).ok()?;
    Some(StatementId::derive(session.id(), &request_id))
}

/// Another text under an id that is taken: refused, and said in the record.
async fn reused(shared: &Shared, session: &Session, statement: StatementId) -> Reply {
    let reason = "this request id was used with another statement: use a new one";
    let mut draft = session.draft(StageRefused {
        operation: "request id used twice".to_owned(),
        reason: reason.to_owned(),
    });
    draft.statement_id = Some(statement);
    shared.recorder.note(draft);
    Failure::refused(FailureStage::Gateway, statement.uuid(), reason).reply()
}
