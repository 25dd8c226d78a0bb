//! What Snowflake answered, through the mask, and what the session learns from it.
//!
//! Enters: a statement that was decided on, and upstream's final answer. Leaves: its outcome. Never here: a row of something else
//! than was decided on.

use access::MaskPlan;
use event::TimeNs;

use super::announce::{announce, refresh, results_of};
use super::compile::is_planned;
use super::decide::Decided;
use super::place::{self, is_told, unsure};
use crate::alarm::{another, another_kind, too_many};
use crate::control::KnownQuery;
use crate::delivery::Terms;
use crate::failure::Failure;
use crate::outcome::{Delivered, Outcome};
use crate::record::Recorder;
use crate::session::Session;
use crate::shared::Shared;
use crate::stages::give::given;
use crate::upstream::accounts::Accounts;
use crate::upstream::reply::{GarbageReply, UpstreamReply};
use crate::views;
use crate::views::place::stays_if_failed;

/// Checks what ran against what was decided, masks, records, remembers.
pub(super) async fn deliver(
    shared: &Shared,
    session: &Session,
    mut decided: Decided,
    parsed: Result<UpstreamReply, GarbageReply>,
) -> Outcome {
    let shown_id = parsed.as_ref().ok().and_then(UpstreamReply::query_id);
    let ran = parsed.as_ref().is_ok_and(UpstreamReply::success);
    if let Ok(reply) = parsed.as_ref()
        && let Some(outcome) = belied(shared, session, &mut decided, reply).await
    {
        return outcome;
    }
    let (parsed, files) = match parsed.map(|reply| given(shared, session, &decided, reply)) {
        Ok(Ok((reply, files))) => (Ok(reply), files),
        Ok(Err(failure)) => {
            // Snowflake counts it all the same.
            let _ = unlearn(shared, session, &decided, shown_id.as_deref(), ran).await;
            let recorder = &shared.recorder;
            return recorder
                .refuse(&decided.about, failure, session.arrived)
                .await;
        }
        Err(garbage) => (Err(garbage), None),
    };
    let (decided, now) = (&decided, shared.clock.now());
    let terms = terms(
        &shared.accounts,
        now,
        session,
        decided,
        parsed.as_ref().ok(),
    );
    let delivered = match parsed {
        Ok(reply) => shared.delivery.respond(&terms, reply).await,
        Err(garbage) => {
            // What cannot be read does not say whether it ran.
            unsure(&shared.views, session, decided);
            shared.delivery.refuse(&terms, &garbage).await
        }
    };
    let outcome = match delivered {
        Ok(outcome) => outcome.with_files(files),
        Err(error) => {
            tracing::error!(statement = %decided.about.statement, %error, "a result is withheld");
            unsure(&shared.views, session, decided);
            let text =
                "the result cannot be recorded now, so it is withheld: run the statement again";
            return Failure::unrecorded(decided.about.statement.uuid(), text).into();
        }
    };
    let learned = match &outcome {
        Outcome::Delivered(result) => learn(shared, session, decided, result).await,
        _ => unlearn(shared, session, decided, shown_id.as_deref(), ran).await,
    };
    match learned {
        Ok(()) => outcome,
        Err(failure) => {
            let recorder = &shared.recorder;
            recorder
                .refuse(&decided.about, failure, session.arrived)
                .await
        }
    }
}

/// Holds what Snowflake says it did against what was decided: another kind of statement, or more rows, is withheld; other columns
/// are redacted.
async fn belied(
    shared: &Shared,
    session: &Session,
    decided: &mut Decided,
    reply: &UpstreamReply,
) -> Option<Outcome> {
    if !reply.success() {
        return None;
    }
    let expected = decided.expected(0);
    if let Some(mismatch) = expected.ran(reply.statement_type()) {
        place::astray(&shared.views, session, decided);
        place::tell_others(shared, session, decided).await;
        return Some(alarm(&shared.recorder, session, decided, &mismatch).await);
    }
    if let Some(mismatch) = expected.counted(reply.row_count()) {
        unsure(&shared.views, session, decided);
        place::tell_others(shared, session, decided).await;
        let recorder = &shared.recorder;
        let failure = too_many(recorder, &decided.about, &mismatch);
        let refused = recorder.refuse(&decided.about, failure, session.arrived);
        return Some(refused.await);
    }
    let outputs = match decided.outcome.analysis.outputs.as_slice() {
        [only] if reply.children().is_empty() => only.as_deref(),
        _ => None,
    };
    let columns = reply.columns().unwrap_or_default();
    if let Some(mismatch) = expected.described(outputs, &columns) {
        shared.recorder.note(another(&decided.about, &mismatch));
        decided.belie();
    }
    None
}

/// On what terms the first result of `reply` goes to the driver.
fn terms(
    accounts: &Accounts,
    now: TimeNs,
    session: &Session,
    decided: &Decided,
    reply: Option<&UpstreamReply>,
) -> Terms {
    let query_id = reply.and_then(UpstreamReply::query_id).unwrap_or_default();
    let children = reply.map(UpstreamReply::children).unwrap_or_default();
    let (result, plan) = results_of(decided, &query_id, &children)
        .into_iter()
        .next()
        .map_or((0, MaskPlan::redact_all()), |own| (own.result, own.plan));
    Terms {
        about: decided.about.clone(),
        result,
        plan,
        withhold_errors: decided.withholds_errors(),
        planned: is_planned(decided),
        kept_rows: accounts.kept_rows(&session.claims),
        arrived: session.arrived,
        parts_expire: session.parts_expire(now),
    }
}

/// What the session remembers of a statement that ran, and what other gateways must know of it.
async fn learn(
    shared: &Shared,
    session: &Session,
    decided: &Decided,
    delivered: &Delivered,
) -> Result<(), Failure> {
    let (query_id, children) = (&delivered.query_id, &delivered.children);
    let own = std::slice::from_ref(query_id);
    let ids = if children.is_empty() { own } else { children };
    refresh(&shared.views, &shared.control, session);
    let before = shared.views.standing(session);
    if !decided.request.describe_only {
        place::ran(&shared.views, session, decided, &delivered.context);
        let view = shared.views.of(session.id(), &session.claims.context);
        views::after(&mut view.lock(), &decided.outcome.analysis, ids);
    }
    let results = results_of(decided, query_id, children);
    for result in &results {
        shared.queries.add(KnownQuery {
            about: decided.about.clone(),
            result: result.clone(),
        });
    }
    // A plain result is complete in its answer. Others may be asked for at another gateway, and a session that moved must
    // be known to have moved there.
    let plain = children.is_empty() && !decided.request.asynchronous;
    if plain && is_told(&shared.views, &shared.recorder, session, &before) {
        return Ok(());
    }
    announce(shared, session, decided, &results).await
}

/// What the session cannot be sure of any more after a failure: Snowflake's, or, where it `ran` there, one of the gateway's own.
async fn unlearn(
    shared: &Shared,
    session: &Session,
    decided: &Decided,
    query_id: Option<&str>,
    ran: bool,
) -> Result<(), Failure> {
    let analysis = &decided.outcome.analysis;
    refresh(&shared.views, &shared.control, session);
    let before = shared.views.standing(session);
    place::failed(
        &shared.views,
        session,
        decided,
        ran || !stays_if_failed(analysis),
    );
    {
        let view = shared.views.of(session.id(), &session.claims.context);
        views::failed(&mut view.lock(), analysis, query_id);
    }
    if is_told(&shared.views, &shared.recorder, session, &before) {
        return Ok(());
    }
    announce(shared, session, decided, &[]).await
}

/// Snowflake ran something else than the analysis saw: nothing of it is shown.
async fn alarm(
    recorder: &Recorder,
    session: &Session,
    decided: &Decided,
    mismatch: &str,
) -> Outcome {
    let failure = another_kind(recorder, &decided.about, mismatch);
    recorder
        .refuse(&decided.about, failure, session.arrived)
        .await
}
