//! A permitted statement: upstream, and back through the mask.
//!
//! Enters: a decision's permit. Leaves: the answer's body, or that upstream's session must be renewed first. Never here: a
//! row that does not go through `delivery`, a result that another gateway could not serve the rest of.

use std::future::Future;
use std::pin::pin;

use access::{Execute, MaskPlan, Permit};
use bytes::Bytes;
use event::payload::{Context, FailureStage, StageRefused, StatementForwarded, Verdict};
use event::{Digest, TimeNs};

use uuid::Uuid;

use super::replies::{Answer, Phase};
use super::view::{overtaken, still_last};
use super::{Decided, RenewFirst, fail};
use crate::answer::Failure;
use crate::control::{AnnouncedResult, KnownQuery, Standing};
use crate::crosscheck;
use crate::delivery::{Ending, Terms, UpstreamReply};
use crate::login::later;
use crate::service::Shared;
use crate::session::Session;
use crate::upstream::ends_session;
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
    phase: Phase,
) -> Result<Answer, RenewFirst> {
    let statement = decided.about.statement;
    let Some(connection) = shared.connection(&session.claims) else {
        return Err(RenewFirst);
    };
    let request_id = statement.upstream_request_id(asked(&decided));
    shared.sent.add(statement, request_id);
    let execution = Execution {
        request_id,
        base: &connection.upstream,
        token: &session.claims.upstream.token,
        text: &decided.request.text,
        request: decided.request.raw.clone(),
        started_ms: decided.evaluated_at.0 / 1_000_000,
    };
    let executing = execute(&shared.client, permit, execution);
    let (reply, late) = patiently(shared, session, &decided, executing).await;
    // Other gateways wait for word of these.
    let awaited = late || phase == Phase::Approved;
    let reply = match reply {
        Ok(reply) => reply,
        Err(error) => {
            tracing::warn!(%statement, %error, "a statement got no answer upstream");
            // It may have run there.
            shared.views.lose_count(session.id());
            let failure = match &error {
                ExecuteError::Upstream(error) => {
                    Failure::upstream(statement.uuid(), error.to_string())
                }
                other => Failure::internal(statement.uuid(), other.to_string()),
            };
            fail(shared, session, &decided.about, &failure).await;
            if late {
                over(shared, session, &decided).await;
            }
            return Ok(failure.body().into());
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
        if parsed.success() && !still_last(shared, session, &decided).await {
            if awaited {
                over(shared, session, &decided).await;
            }
            return Ok(overtaken(shared, session, &decided).await.into());
        }
        if let Some(running) = parsed.in_progress() {
            return Ok(serve_later(shared, session, &decided, running.query_id).await);
        }
    }
    let query_id = parsed.as_ref().ok().and_then(UpstreamReply::query_id);
    match (awaited, query_id, &parsed) {
        (true, Some(query_id), Ok(reply)) => {
            // A poll at another gateway must find it, also if it ended in an error.
            let results = results_of(&decided, &query_id, &reply.children());
            if let Err(failure) = announce(shared, session, &decided, &results).await {
                shared.views.lose_count(session.id());
                fail(shared, session, &decided.about, &failure).await;
                return Ok(failure.body().into());
            }
        }
        _ if late => over(shared, session, &decided).await,
        _ => {}
    }
    Ok(deliver(shared, session, &decided, parsed).await.into())
}

/// Everything the answer depends on, as far as the driver can vary it under one request id: text, binds, where the session
/// stands. A retry on another gateway is decided where the session stood before the statement itself moved it.
fn asked(decided: &Decided) -> Digest {
    let context = &decided.view.context;
    let place = [
        &context.database,
        &context.schema,
        &context.warehouse,
        &context.role,
    ];
    // NULL differs from the empty text.
    let mut pieces: Vec<&[u8]> = Vec::new();
    for name in place {
        pieces.push(if name.is_some() { b"1" } else { b"0" });
        pieces.push(name.as_deref().unwrap_or_default().as_bytes());
    }
    for (name, value) in &decided.view.variables {
        pieces.extend([name.as_bytes(), value.as_bytes()]);
    }
    let bindings = decided.request.raw.raw("bindings").unwrap_or("null");
    pieces.extend([decided.request.text.as_bytes(), bindings.as_bytes()]);
    Digest::of_pieces(pieces)
}

/// Waits for upstream. Before the driver is told to poll, perhaps at another gateway, every gateway hears that the statement
/// is this session's and runs here: a result named by the statement's own id.
async fn patiently<T>(
    shared: &Shared,
    session: &Session,
    decided: &Decided,
    executing: impl Future<Output = T>,
) -> (T, bool) {
    let mut executing = pin!(executing);
    let patience = shared.config.answer_within.0 * 4 / 5;
    if let Ok(reply) = tokio::time::timeout(patience, &mut executing).await {
        return (reply, false);
    }
    tell(shared, session, decided, decided.about.statement.uuid()).await;
    (executing.await, true)
}

/// The statement ended without a query id: nobody need wait for its result.
async fn over(shared: &Shared, session: &Session, decided: &Decided) {
    tell(shared, session, decided, Uuid::nil()).await;
}

async fn tell(shared: &Shared, session: &Session, decided: &Decided, id: Uuid) {
    let result = AnnouncedResult {
        query_id: id.to_string(),
        result: 0,
        plan: MaskPlan::redact_all(),
        outputs: None,
        request: Some(decided.about.statement.upstream_request_id(asked(decided))),
    };
    let told = shared
        .control
        .announce(&decided.about, &[result], &standing(shared, session))
        .await;
    if let Err(error) = told {
        tracing::warn!(statement = %decided.about.statement, %error, "other gateways do not know of a slow statement");
    }
}

/// Whether upstream says that the session token ended: every driver renews on `390112` and asks again.
pub(crate) fn session_ended(reply: &UpstreamReply) -> bool {
    !reply.success() && reply.code().is_some_and(ends_session)
}

/// Upstream takes its time: from now on any gateway can serve the result.
async fn serve_later(
    shared: &Shared,
    session: &Session,
    decided: &Decided,
    query_id: String,
) -> Answer {
    let results = running(decided, &query_id);
    {
        let view = shared.views.of(session.id(), &session.claims.context);
        views::running(&mut view.lock(), &decided.outcome.analysis, &query_id);
    }
    match announce(shared, session, decided, &results).await {
        Ok(()) => Answer::Later(query_id),
        Err(failure) => {
            fail(shared, session, &decided.about, &failure).await;
            failure.body().into()
        }
    }
}

/// Tells every gateway of these results, and where the session stands.
async fn announce(
    shared: &Shared,
    session: &Session,
    decided: &Decided,
    results: &[AnnouncedResult],
) -> Result<(), Failure> {
    let about = &decided.about;
    let told = shared
        .control
        .announce(about, results, &standing(shared, session))
        .await;
    shared.views.told(session.id(), told.is_ok());
    match told {
        Ok(()) => Ok(()),
        Err(error) if shared.recorder.is_best_effort(&about.connection) => {
            tracing::warn!(statement = %about.statement, %error, "results are known to this gateway only");
            for result in results {
                shared.known.add(KnownQuery {
                    about: about.clone(),
                    result: result.clone(),
                });
            }
            Ok(())
        }
        Err(error) => {
            tracing::error!(statement = %about.statement, %error, "results could not be announced");
            let text =
                "the result can not be recorded now, so it is withheld: run the statement again";
            Err(Failure::unrecorded(about.statement.uuid(), text))
        }
    }
}

/// Where the session stands, as far as this process knows.
pub(crate) fn standing(shared: &Shared, session: &Session) -> Standing {
    let view = shared.views.of(session.id(), &session.claims.context);
    let view = view.lock();
    Standing {
        context: view.context.clone(),
        variables: view.variables.clone(),
    }
}

async fn deliver(
    shared: &Shared,
    session: &Session,
    decided: &Decided,
    parsed: Result<UpstreamReply, crate::delivery::GarbageReply>,
) -> Bytes {
    let decision = &decided.outcome.decision;
    let shown_id = parsed.as_ref().ok().and_then(UpstreamReply::query_id);
    let own = match &parsed {
        Ok(reply) => {
            let query_id = reply.query_id().unwrap_or_default();
            results_of(decided, &query_id, &reply.children())
        }
        Err(_) => results_of(decided, "", &[]),
    };
    let (number, plan) = own
        .into_iter()
        .next()
        .map_or((0, MaskPlan::redact_all()), |own| (own.result, own.plan));
    let terms = Terms {
        about: decided.about.clone(),
        result: number,
        plan,
        sensitive: decision.verdict() == Verdict::Mask,
        kept_rows: shared.kept_rows(&session.claims),
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
            shared.views.lose_count(session.id());
            let text =
                "the result can not be recorded now, so it is withheld: run the statement again";
            return Failure::unrecorded(decided.about.statement.uuid(), text).body();
        }
    };
    let learned = match &answer.ending {
        Ending::Result {
            query_id,
            children,
            context,
            ..
        } => learn(shared, session, decided, query_id, children, context).await,
        Ending::Failed { .. } => unlearn(shared, session, decided, shown_id.as_deref()).await,
    };
    match learned {
        Ok(()) => answer.body,
        Err(failure) => {
            fail(shared, session, &decided.about, &failure).await;
            failure.body()
        }
    }
}

/// What the session remembers of a statement that ran, and what other gateways must know of it.
async fn learn(
    shared: &Shared,
    session: &Session,
    decided: &Decided,
    query_id: &str,
    children: &[String],
    context: &Context,
) -> Result<(), Failure> {
    let own = [query_id.to_owned()];
    let ids = if children.is_empty() {
        own.as_slice()
    } else {
        children
    };
    let before = standing(shared, session);
    if !decided.request.describe_only {
        let view = shared.views.of(session.id(), &session.claims.context);
        views::after(&mut view.lock(), &decided.outcome.analysis, ids, context);
    }
    let results = results_of(decided, query_id, children);
    for result in &results {
        shared.known.add(KnownQuery {
            about: decided.about.clone(),
            result: result.clone(),
        });
    }
    // A plain result is complete in its answer. Others may be asked for at another gateway, and a session that moved must
    // be known to have moved there.
    let plain = children.is_empty() && !decided.request.asynchronous;
    if plain && before == standing(shared, session) {
        return Ok(());
    }
    announce(shared, session, decided, &results).await
}

/// What the session can not be sure of any more after a failure.
async fn unlearn(
    shared: &Shared,
    session: &Session,
    decided: &Decided,
    query_id: Option<&str>,
) -> Result<(), Failure> {
    let before = standing(shared, session);
    {
        let view = shared.views.of(session.id(), &session.claims.context);
        views::failed(&mut view.lock(), &decided.outcome.analysis, query_id);
    }
    if before == standing(shared, session) {
        return Ok(());
    }
    announce(shared, session, decided, &[]).await
}

/// The running query, and for several statements a name for each of its children to come ([`child_name`]): whichever gateway
/// hears their ids knows their plans by it.
fn running(decided: &Decided, query_id: &str) -> Vec<AnnouncedResult> {
    let statements = decided.outcome.decision.plans().len();
    let names: Vec<String> = match statements {
        0 | 1 => Vec::new(),
        several => (0..several).map(|at| child_name(query_id, at)).collect(),
    };
    results_of(decided, query_id, &names)
}

/// What the plan of a child is announced under before Snowflake has given the child its query id.
pub(crate) fn child_name(parent: &str, at: usize) -> String {
    format!("{parent}#{at}")
}

/// The query's own result first, then its children's. If upstream ran another number of statements than the analysis saw,
/// all of them are redacted.
fn results_of(decided: &Decided, query_id: &str, children: &[String]) -> Vec<AnnouncedResult> {
    let plans = decided.outcome.decision.plans();
    let outputs = &decided.outcome.analysis.outputs;
    let result = |query_id: &str, at: usize, as_analysed: bool| AnnouncedResult {
        query_id: query_id.to_owned(),
        result: u32::try_from(at).unwrap_or(u32::MAX),
        plan: plans
            .get(at)
            .filter(|_| as_analysed)
            .cloned()
            .unwrap_or_else(MaskPlan::redact_all),
        outputs: outputs.get(at).filter(|_| as_analysed).cloned().flatten(),
        request: None,
    };
    if children.is_empty() {
        return vec![result(query_id, 0, plans.len() == 1)];
    }
    // The parent's own line says how many statements ran; nothing of a table is in it.
    let mut results = vec![AnnouncedResult {
        query_id: query_id.to_owned(),
        result: u32::try_from(children.len()).unwrap_or(u32::MAX),
        plan: MaskPlan::detect_only(),
        outputs: None,
        request: None,
    }];
    let as_analysed = plans.len() == children.len();
    let named = children.iter().enumerate();
    results.extend(named.map(|(at, child)| result(child, at, as_analysed)));
    results
}

/// Snowflake ran something else than the analysis saw: nothing of it is shown.
async fn alarm(shared: &Shared, session: &Session, decided: &Decided, mismatch: &str) -> Bytes {
    let statement = decided.about.statement;
    tracing::error!(%statement, mismatch, "upstream ran another kind of statement than was decided on");
    shared.views.lose_count(session.id());
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
