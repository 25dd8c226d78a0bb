//! `GET /queries/{id}/result`: the result of something this session asked for, or that it is not there yet.
//!
//! Enters: an id a driver polls: a statement of ours (held, or slow), or Snowflake's query id. Leaves: in-progress answers every
//! [`POLL_ANSWER`], then the answer. Never here: an id that is not bound to this session, whoever it belongs to.

use std::sync::Arc;

use event::payload::{Context, FailureStage, StageRefused};
use event::{ApprovalBinding, Digest, StatementId};
use uuid::Uuid;

use crate::answer::{Failure, IN_PROGRESS_ASYNC, Reply, in_progress, json_reply};
use crate::control::{AnnouncedResult, ClaimOutcome, ControlError, HoldStatus, KnownQuery};
use crate::delivery::{About, Terms, UpstreamReply};
use crate::limits::{ELSEWHERE_PAUSE, POLL_ANSWER, UPSTREAM_POLL_PAUSE};
use crate::past;
use crate::service::Shared;
use crate::session::{Session, renew_first};
use crate::statement::replies::{Answer, Entry, Phase, Progress, Waiter};
use crate::statement::run::{child_name, chunks_expire, run, session_ended, standing};
use crate::statement::{approved, fail, fill, progress_reply};
use crate::views::moved;

/// Answers a poll.
pub(crate) async fn result(shared: &Arc<Shared>, session: Session, id: &str) -> Reply {
    let Ok(uuid) = Uuid::try_parse(id) else {
        return Failure::malformed(shared.fresh_v4(), "this is not a query id")
            .of_request()
            .reply();
    };
    let statement = StatementId::from_uuid(uuid);
    if let Some(waiter) = shared
        .replies
        .find(session.id(), statement, Phase::Approved)
    {
        return poll_answer(shared, &session, statement, waiter).await;
    }
    if shared.control.status(session.id(), statement).is_some() {
        return held(shared, session, statement).await;
    }
    if let Some(waiter) = shared.replies.find(session.id(), statement, Phase::Asked) {
        return poll_answer(shared, &session, statement, waiter).await;
    }
    match found(shared, &session, id).await {
        Ok(Some(query)) if runs_elsewhere(&query) => elsewhere(shared, &session, &query).await,
        Ok(Some(query)) => upstream_result(shared, &session, &query).await,
        Ok(None) => foreign(shared, &session, uuid),
        Err(failure) => failure.reply(),
    }
}

/// Announced under its own id: another gateway runs it and has no query id yet.
pub(crate) fn runs_elsewhere(query: &KnownQuery) -> bool {
    query.result.query_id == query.about.statement.to_string()
}

/// Waits for that gateway's word.
async fn elsewhere(shared: &Shared, session: &Session, query: &KnownQuery) -> Reply {
    let id = query.about.statement.to_string();
    let told = async {
        loop {
            match known(shared, session, &id) {
                Ok(Some(query)) if runs_elsewhere(&query) => {
                    tokio::time::sleep(ELSEWHERE_PAUSE).await;
                }
                other => return other,
            }
        }
    };
    match tokio::time::timeout(POLL_ANSWER, told).await {
        Ok(Ok(Some(query))) => upstream_result(shared, session, &query).await,
        Ok(Err(failure)) => failure.reply(),
        Ok(Ok(None)) | Err(_) => json_reply(in_progress(IN_PROGRESS_ASYNC, &id)),
    }
}

/// What is known of a query id in this session, from this process or from what any gateway announced.
pub(crate) fn known(
    shared: &Shared,
    session: &Session,
    id: &str,
) -> Result<Option<KnownQuery>, Failure> {
    if let Some(query) = shared.known.find(session.id(), id) {
        return Ok(Some(query));
    }
    shared
        .control
        .lookup_query(session.id(), id)
        .map_err(|error| {
            tracing::error!(id, %error, "an announced result can not be opened");
            Failure::internal(
                shared.fresh_v4(),
                "this result can not be served here: try again",
            )
        })
}

/// [`known`], or what the session's record says of an id that another gateway ran and answered.
pub(crate) async fn found(
    shared: &Shared,
    session: &Session,
    id: &str,
) -> Result<Option<KnownQuery>, Failure> {
    if let Some(query) = known(shared, session, id)? {
        return Ok(Some(query));
    }
    past::query(shared, session, id).await.or_else(|error| {
        tracing::warn!(session = %session.id(), id, %error, "earlier results of a session are not known here");
        Ok(None)
    })
}

async fn poll_answer(
    shared: &Shared,
    session: &Session,
    statement: StatementId,
    mut waiter: Waiter,
) -> Reply {
    match tokio::time::timeout(POLL_ANSWER, waiter.wait()).await {
        // Not every driver follows the address in a poll's answer: the result is served under the first one too.
        Ok(Progress::Later(query_id)) => match known(shared, session, &query_id) {
            Ok(Some(query)) => upstream_result(shared, session, &query).await,
            Ok(None) => progress_reply(statement, Progress::Running),
            Err(failure) => failure.reply(),
        },
        Ok(progress) => progress_reply(statement, progress),
        Err(_) => progress_reply(statement, Progress::Running),
    }
}

/// An id this session has nothing to do with, or nobody has. The answer does not tell which.
fn foreign(shared: &Shared, session: &Session, id: Uuid) -> Reply {
    shared.recorder.note(session.draft(StageRefused {
        operation: format!("/queries/{id}/result"),
        reason: "the query id is not one of this session".to_owned(),
    }));
    let text = format!(
        "query {id} is not one of this session: a result belongs to the session that ran its statement"
    );
    Failure::refused(FailureStage::Gateway, id, text).reply()
}

/// A poll of a held statement: says how it stands, and runs it if it was granted and nobody else took it.
async fn held(shared: &Arc<Shared>, session: Session, statement: StatementId) -> Reply {
    let waiting = json_reply(in_progress(IN_PROGRESS_ASYNC, &statement.to_string()));
    let status = match shared
        .control
        .wait(session.id(), statement, POLL_ANSWER)
        .await
    {
        Ok(Some(status)) => status,
        Ok(None) => return foreign(shared, &session, statement.uuid()),
        Err(error) => return not_now(statement, &error),
    };
    let refused = |text: String| Failure::refused(FailureStage::Approval, statement.uuid(), text);
    match status {
        HoldStatus::Pending => waiting,
        HoldStatus::Granted => claim(shared, session, statement).await,
        HoldStatus::Claimed { ran: false, .. } => waiting,
        HoldStatus::Claimed { query_ids, .. } if query_ids.is_empty() => {
            let text = "This statement was approved and failed; its answer was given already: to run it, send it anew";
            refused(text.to_owned()).reply()
        }
        HoldStatus::Claimed { .. } => match known(shared, &session, &statement.to_string()) {
            Ok(Some(query)) => upstream_result(shared, &session, &query).await,
            Ok(None) => waiting,
            Err(failure) => failure.reply(),
        },
        HoldStatus::Denied { by, note } => {
            let said = if note.is_empty() {
                String::new()
            } else {
                format!(": {note}")
            };
            let text = format!("Denied by {}{said}", by.display);
            end(shared, &session, statement, refused(text)).await
        }
        HoldStatus::Expired => {
            let text = "Nobody approved this statement in time: ask an approver, and send it again";
            end(shared, &session, statement, refused(text.to_owned())).await
        }
        HoldStatus::Canceled { reason } => {
            let text = format!("SQL execution canceled: {reason}");
            end(
                shared,
                &session,
                statement,
                Failure::canceled(statement.uuid(), text),
            )
            .await
        }
    }
}

/// The end of a held statement, recorded once by the instance that first tells it.
async fn end(
    shared: &Shared,
    session: &Session,
    statement: StatementId,
    failure: Failure,
) -> Reply {
    let body = failure.body();
    if let Entry::First(slot, _) =
        shared
            .replies
            .enter(session.id(), statement, Phase::Approved, Digest::ZERO)
    {
        let about = shared
            .control
            .with_state(|state| state.hold(statement).map(|hold| hold.about.clone()));
        if let Some(about) = about {
            fail(shared, session, &about, &failure).await;
        }
        slot.fill(body.clone().into(), shared.clock.now());
    }
    json_reply(body)
}

async fn claim(shared: &Arc<Shared>, session: Session, statement: StatementId) -> Reply {
    let waiting = json_reply(in_progress(IN_PROGRESS_ASYNC, &statement.to_string()));
    let binding = shared
        .control
        .with_state(|state| state.hold(statement).map(|hold| hold.request.binding));
    let Some(binding) = binding else {
        return waiting;
    };
    let (slot, waiter) =
        match shared
            .replies
            .enter(session.id(), statement, Phase::Approved, Digest::ZERO)
        {
            Entry::First(slot, waiter) => (slot, waiter),
            Entry::Join(waiter) => {
                return poll_answer(shared, &session, statement, waiter).await;
            }
            Entry::Reused => return waiting,
        };
    match shared.control.claim(session.id(), statement, binding).await {
        Ok(ClaimOutcome::Won(held)) => {
            let (owned, running) = (Arc::clone(shared), session.clone());
            tokio::spawn(async move {
                let answer = run_approved(&owned, &running, statement, &held, binding).await;
                fill(&owned, slot, answer);
            });
            poll_answer(shared, &session, statement, waiter).await
        }
        // Another gateway runs it; its announcement leads the next poll to the result.
        Ok(ClaimOutcome::Lost | ClaimOutcome::NotGranted(_)) => waiting,
        Err(error) => not_now(statement, &error),
    }
}

async fn run_approved(
    shared: &Shared,
    session: &Session,
    statement: StatementId,
    held: &crate::control::Held,
    binding: ApprovalBinding,
) -> Result<Answer, crate::statement::RenewFirst> {
    let answer = match approved(shared, session, statement, held, binding).await {
        Ok((decided, permit)) => run(shared, session, decided, permit, Phase::Approved).await?,
        Err(failure) => {
            let about = shared
                .control
                .with_state(|state| state.hold(statement).map(|hold| hold.about.clone()));
            if let Some(about) = about {
                fail(shared, session, &about, &failure).await;
            }
            failure.body().into()
        }
    };
    // A result is announced by now; what failed must be known to have run too, or another gateway takes it over.
    if let Err(error) = shared.control.ran(statement).await {
        tracing::error!(%statement, %error, "that an approved statement ran could not be recorded");
    }
    Ok(answer)
}

/// Nobody polls an asynchronous statement while people think about it: this gateway waits for their answer itself. If it
/// goes away, whichever hears the driver's next question runs what was granted.
pub(crate) async fn run_when_granted(
    shared: Arc<Shared>,
    session: Session,
    statement: StatementId,
) {
    loop {
        let status = shared.control.wait(session.id(), statement, POLL_ANSWER);
        match status.await {
            Ok(Some(HoldStatus::Pending)) => {}
            Ok(Some(HoldStatus::Granted)) => {
                drop(claim(&shared, session, statement).await);
                return;
            }
            Ok(_) => return,
            Err(error) => {
                tracing::warn!(%statement, %error, "a held statement can not be looked at now");
                tokio::time::sleep(POLL_ANSWER).await;
            }
        }
    }
}

/// The control topic does not answer now; the driver polls again.
fn not_now(statement: StatementId, error: &ControlError) -> Reply {
    tracing::warn!(%statement, %error, "a held statement can not be looked at now");
    json_reply(in_progress(IN_PROGRESS_ASYNC, &statement.to_string()))
}

/// Asks Snowflake for a result, for up to [`POLL_ANSWER`], and delivers it.
async fn upstream_result(shared: &Shared, session: &Session, query: &KnownQuery) -> Reply {
    let id = query.result.query_id.as_str();
    let waiting = json_reply(in_progress(IN_PROGRESS_ASYNC, id));
    if Uuid::try_parse(id).is_ok_and(|id| id.is_nil()) {
        let statement = query.about.statement;
        let text = "this statement failed; its answer was given already: to run it, send it anew";
        return Failure::refused(FailureStage::Gateway, statement.uuid(), text).reply();
    }
    let asked = tokio::time::timeout(POLL_ANSWER, finished(shared, session, id)).await;
    let parsed = match asked {
        Err(_) => return waiting,
        Ok(Err(failure)) => {
            fail(shared, session, &query.about, &failure).await;
            return failure.reply();
        }
        Ok(Ok(parsed)) => parsed,
    };
    if parsed.as_ref().is_ok_and(session_ended) {
        return renew_first();
    }
    let terms = terms(shared, session, query);
    if let Ok(reply) = &parsed {
        let children = reply.children();
        if !children.is_empty()
            && let Err(failure) = announce_children(shared, session, query, &children).await
        {
            return failure.reply();
        }
        if let Err(failure) = follow(shared, session, query, &reply.context()).await {
            return failure.reply();
        }
    }
    let answer = match parsed {
        Ok(reply) => shared.delivery.respond(&terms, reply).await,
        Err(garbage) => shared.delivery.refuse(&terms, &garbage).await,
    };
    match answer {
        Ok(answer) => json_reply(answer.body),
        Err(error) => {
            tracing::error!(statement = %query.about.statement, %error, "a result is withheld");
            let text = "the result can not be recorded now, so it is withheld: ask again";
            Failure::unrecorded(query.about.statement.uuid(), text).reply()
        }
    }
}

/// A result may say that the session stands elsewhere now; every gateway must know before the driver does.
async fn follow(
    shared: &Shared,
    session: &Session,
    query: &KnownQuery,
    context: &Context,
) -> Result<(), Failure> {
    let before = standing(shared, session);
    {
        let view = shared.views.of(session.id(), &session.claims.context);
        moved(&mut view.lock().context, context);
    }
    let now = standing(shared, session);
    if before == now {
        return Ok(());
    }
    let own = [query.result.clone()];
    let told = shared.control.announce(&query.about, &own, &now).await;
    told.map_err(|error| {
        tracing::error!(%error, "where a session stands could not be announced");
        let text = "the result can not be recorded now, so it is withheld: ask again";
        Failure::unrecorded(query.about.statement.uuid(), text)
    })
}

type Parsed = Result<UpstreamReply, crate::delivery::GarbageReply>;

/// Polls until Snowflake has the result.
async fn finished(shared: &Shared, session: &Session, id: &str) -> Result<Parsed, Failure> {
    let nowhere = || Failure::internal(shared.fresh_v4(), "the session's connection is gone");
    let upstream = shared.upstream(&session.claims).ok_or_else(nowhere)?;
    loop {
        let reply = upstream.result(id).await.map_err(|error| {
            let query_id = Uuid::try_parse(id).unwrap_or_default();
            Failure::upstream(query_id, error.to_string())
        })?;
        let parsed = UpstreamReply::parse(&reply.body);
        if parsed
            .as_ref()
            .is_ok_and(|reply| reply.in_progress().is_some())
        {
            tokio::time::sleep(UPSTREAM_POLL_PAUSE).await;
            continue;
        }
        return Ok(parsed);
    }
}

fn terms(shared: &Shared, session: &Session, query: &KnownQuery) -> Terms {
    let plan = query.result.plan.clone();
    Terms {
        about: About {
            source: Some(session.source.clone()),
            ..query.about.clone()
        },
        result: query.result.result,
        sensitive: plan.mask_all || !plan.columns.is_empty(),
        plan,
        kept_rows: shared.kept_rows(&session.claims),
        public_base: session.public_base.clone(),
        arrived: session.arrived,
        chunks_expire: chunks_expire(session, shared.clock.now()),
    }
}

/// The statements of a slow multi-statement have their ids now: their plans were announced under the parent's name.
async fn announce_children(
    shared: &Shared,
    session: &Session,
    parent: &KnownQuery,
    children: &[String],
) -> Result<(), Failure> {
    let mut results: Vec<AnnouncedResult> = Vec::new();
    results.push(parent.result.clone());
    for (at, child) in children.iter().enumerate() {
        let name = child_name(&parent.result.query_id, at);
        let planned = known(shared, session, &name)?;
        results.push(AnnouncedResult {
            query_id: child.clone(),
            result: u32::try_from(at).unwrap_or(u32::MAX),
            plan: planned
                .as_ref()
                .map_or_else(access::MaskPlan::redact_all, |known| {
                    known.result.plan.clone()
                }),
            outputs: planned.and_then(|known| known.result.outputs),
            request: None,
        });
    }
    shared
        .control
        .announce(&parent.about, &results, &standing(shared, session))
        .await
        .map_err(|error| {
            tracing::error!(%error, "results could not be announced");
            let text = "the results can not be recorded now, so they are withheld: ask again";
            Failure::unrecorded(parent.about.statement.uuid(), text)
        })
}
