//! A permitted statement: upstream, and back through the mask.
//!
//! Enters: a decision's permit. Leaves: the answer's body, or that upstream's session must be renewed first. Never here: a
//! row that does not go through `delivery`, a result that another gateway could not serve the rest of.

use access::{Execute, MaskPlan, Permit};
use bytes::Bytes;
use event::TimeNs;
use event::payload::{FailureStage, Kept, StageRefused, StatementForwarded, Verdict};

use super::{Decided, RenewFirst, fail};
use crate::answer::{Failure, IN_PROGRESS_ASYNC, in_progress};
use crate::control::{AnnouncedResult, KnownQuery};
use crate::crosscheck;
use crate::delivery::{Ending, Terms, UpstreamReply};
use crate::login::later;
use crate::service::Shared;
use crate::session::Session;
use crate::upstream::execute::{ExecuteError, Execution, execute};
use crate::views;

/// How long chunk addresses work at most; upstream's own expire sooner.
const CHUNKS_LAST: std::time::Duration = std::time::Duration::from_secs(6 * 3600);

/// Runs a permitted statement and delivers what comes of it.
pub(crate) async fn run(
    shared: &Shared,
    session: &Session,
    decided: Decided,
    permit: Permit<Execute>,
) -> Result<Bytes, RenewFirst> {
    let statement = decided.about.statement;
    let Some(connection) = shared.connection(&session.claims) else {
        return Err(RenewFirst);
    };
    let execution = Execution {
        base: &connection.upstream,
        token: &session.claims.upstream.token,
        text: &decided.request.text,
        request: decided.request.raw.clone(),
        started_ms: decided.evaluated_at.0 / 1_000_000,
    };
    let reply = match execute(&shared.client, permit, execution).await {
        Ok(reply) => reply,
        Err(error) => {
            tracing::warn!(%statement, %error, "a statement got no answer upstream");
            let failure = match &error {
                ExecuteError::Upstream(error) => {
                    Failure::upstream(statement.uuid(), error.to_string())
                }
                other => Failure::internal(statement.uuid(), other.to_string()),
            };
            fail(shared, session, &decided.about, &failure).await;
            return Ok(failure.body());
        }
    };
    let parsed = UpstreamReply::parse(&reply.body);
    if let Ok(parsed) = &parsed {
        if session_ended(parsed) {
            return Err(RenewFirst);
        }
        let forwarded = StatementForwarded {
            query_id: parsed.query_id(),
            attempts: reply.attempts,
        };
        // Not waited for: the answer's own events come after it in the same order.
        shared.recorder.note(decided.about.draft(forwarded));
        if let Some(running) = parsed.in_progress() {
            return Ok(serve_later(shared, session, &decided, running.query_id).await);
        }
    }
    Ok(deliver(shared, session, &decided, parsed).await)
}

/// Whether upstream says that the session token ended: every driver renews on `390112` and asks again.
pub(crate) fn session_ended(reply: &UpstreamReply) -> bool {
    !reply.success()
        && matches!(
            reply.code(),
            Some("390112" | "390104" | "390111" | "390114" | "390108" | "390110")
        )
}

/// Upstream takes its time: from now on any gateway can serve the result.
async fn serve_later(
    shared: &Shared,
    session: &Session,
    decided: &Decided,
    query_id: String,
) -> Bytes {
    let announced = announced_running(decided, &query_id);
    if let Err(error) = shared.control.announce(&decided.about, &announced).await {
        tracing::error!(statement = %decided.about.statement, %error, "a running statement could not be announced");
        let text = "this statement runs, but its result can not be recorded now, so it is withheld: try again";
        let failure = Failure::unrecorded(decided.about.statement.uuid(), text);
        fail(shared, session, &decided.about, &failure).await;
        return failure.body();
    }
    in_progress(IN_PROGRESS_ASYNC, &query_id)
}

async fn deliver(
    shared: &Shared,
    session: &Session,
    decided: &Decided,
    parsed: Result<UpstreamReply, crate::delivery::GarbageReply>,
) -> Bytes {
    let decision = &decided.outcome.decision;
    let children = parsed
        .as_ref()
        .map(UpstreamReply::children)
        .unwrap_or_default();
    let (number, plan) = if children.is_empty() {
        (0, decision.plans().first().cloned())
    } else {
        // The parent's own line says how many statements ran; nothing of a table is in it.
        let after_the_last = u32::try_from(children.len()).unwrap_or(u32::MAX);
        (after_the_last, Some(MaskPlan::detect_only()))
    };
    let terms = Terms {
        about: decided.about.clone(),
        result: number,
        plan: plan.unwrap_or_else(MaskPlan::redact_all),
        sensitive: decision.verdict() == Verdict::Mask,
        kept: Kept::Full,
        public_base: session.public_base.clone(),
        arrived: session.arrived,
        chunks_expire: chunks_expire(session, shared.clock.now()),
    };
    if let Ok(reply) = &parsed
        && reply.success()
        && let Some(mismatch) =
            crosscheck::mismatch(&decided.outcome.analysis, reply.statement_type())
    {
        return alarm(shared, session, decided, &mismatch).await;
    }
    let answer = match parsed {
        Ok(reply) => shared.delivery.respond(&terms, reply).await,
        Err(garbage) => shared.delivery.refuse(&terms, &garbage).await,
    };
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => {
            tracing::error!(statement = %decided.about.statement, %error, "a result is withheld");
            let text =
                "the result can not be recorded now, so it is withheld: run the statement again";
            return Failure::unrecorded(decided.about.statement.uuid(), text).body();
        }
    };
    if let Ending::Result {
        query_id,
        children,
        context,
        ..
    } = &answer.ending
        && let Err(failure) = learn(shared, session, decided, query_id, children, context).await
    {
        fail(shared, session, &decided.about, &failure).await;
        return failure.body();
    }
    answer.body
}

/// What the session remembers of a statement that ran, and what other gateways must know of it.
async fn learn(
    shared: &Shared,
    session: &Session,
    decided: &Decided,
    query_id: &str,
    children: &[String],
    context: &event::payload::Context,
) -> Result<(), Failure> {
    let own = [query_id.to_owned()];
    let ids = if children.is_empty() {
        own.as_slice()
    } else {
        children
    };
    if !decided.request.describe_only {
        let view = shared.views.of(session.id(), &session.claims.context);
        views::after(&mut view.lock(), &decided.outcome.analysis, ids, context);
    }
    let mut results = announced(decided, ids);
    if !children.is_empty() {
        results.push(parent(query_id, children.len()));
    }
    for result in &results {
        shared.known.add(KnownQuery {
            about: decided.about.clone(),
            result: result.clone(),
        });
    }
    // Another gateway may be asked for these, and must know that a held statement ran; a plain result is complete in its
    // answer.
    let was_held = shared
        .control
        .status(session.id(), decided.about.statement)
        .is_some();
    if children.is_empty() && !decided.request.asynchronous && !was_held {
        return Ok(());
    }
    shared
        .control
        .announce(&decided.about, &results)
        .await
        .map_err(|error| {
            tracing::error!(statement = %decided.about.statement, %error, "results could not be announced");
            Failure::unrecorded(
                decided.about.statement.uuid(),
                "the results can not be recorded now, so they are withheld: run the statements again",
            )
        })
}

/// The running query, and for several statements a name for each of its children to come ([`child_name`]): whichever gateway
/// hears their ids knows their plans by it.
fn announced_running(decided: &Decided, query_id: &str) -> Vec<AnnouncedResult> {
    let plans = decided.outcome.decision.plans();
    if plans.len() == 1 {
        return announced(decided, &[query_id.to_owned()]);
    }
    let names: Vec<String> = (0..plans.len())
        .map(|at| child_name(query_id, at))
        .collect();
    let mut results = announced(decided, &names);
    results.push(parent(query_id, plans.len()));
    results
}

/// The result that says how many statements ran: numbered after its children, and nothing of a table is in it.
fn parent(query_id: &str, children: usize) -> AnnouncedResult {
    AnnouncedResult {
        query_id: query_id.to_owned(),
        result: u32::try_from(children).unwrap_or(u32::MAX),
        plan: MaskPlan::detect_only(),
        outputs: None,
    }
}

/// What the plan of a child is announced under before Snowflake has given the child its query id.
pub(crate) fn child_name(parent: &str, at: usize) -> String {
    format!("{parent}#{at}")
}

/// One result a query id. If upstream ran another number of statements than the analysis saw, all of them are redacted.
fn announced(decided: &Decided, query_ids: &[String]) -> Vec<AnnouncedResult> {
    let plans = decided.outcome.decision.plans();
    let outputs = &decided.outcome.analysis.outputs;
    let as_analysed = plans.len() == query_ids.len();
    query_ids
        .iter()
        .zip(0u32..)
        .enumerate()
        .map(|(at, (query_id, result))| AnnouncedResult {
            query_id: query_id.clone(),
            result,
            plan: plans
                .get(at)
                .filter(|_| as_analysed)
                .cloned()
                .unwrap_or_else(MaskPlan::redact_all),
            outputs: outputs.get(at).filter(|_| as_analysed).cloned().flatten(),
        })
        .collect()
}

/// Snowflake ran something else than the analysis saw: nothing of it is shown.
async fn alarm(shared: &Shared, session: &Session, decided: &Decided, mismatch: &str) -> Bytes {
    let statement = decided.about.statement;
    tracing::error!(%statement, mismatch, "upstream ran another kind of statement than was decided on");
    let refused = decided.about.draft(StageRefused {
        operation: "statement type".to_owned(),
        reason: mismatch.to_owned(),
    });
    shared.recorder.note(refused);
    let failure = Failure::refused(
        FailureStage::Gateway,
        statement.uuid(),
        format!("{mismatch}: the result is withheld"),
    );
    fail(shared, session, &decided.about, &failure).await;
    failure.body()
}

pub(crate) fn chunks_expire(session: &Session, now: TimeNs) -> TimeNs {
    later(now, CHUNKS_LAST).min(session.claims.ends)
}
