//! The result of a query that Snowflake has, or works on: asked for, checked against its plan, delivered.
//!
//! Enters: a query id of the session, with its plan. Leaves: its outcome, within [`POLL_ANSWER`]. Never here: whose query an id
//! is.

use access::MaskPlan;
use event::payload::{Canceler, Context, FailureStage, StatementCanceled};
use event::{StatementId, TimeNs};
use uuid::Uuid;

use crate::about::About;
use crate::alarm::{another, another_kind, too_many};
use crate::control::{AnnouncedResult, Control, KnownQuery};
use crate::delivery::Terms;
use crate::failure::Failure;
use crate::fresh;
use crate::limits::{POLL_ANSWER, UPSTREAM_POLL_PAUSE};
use crate::outcome::Outcome;
use crate::record::Recorder;
use crate::replies::Waiter;
use crate::session::Session;
use crate::shared::Shared;
use crate::statement::announce::{child_name, refresh, say};
use crate::upstream::accounts::Accounts;
use crate::upstream::reply::{GarbageReply, UpstreamReply};
use crate::views::Views;
use crate::views::own::Ended;
use crate::views::place;

/// What a statement that is at work here comes to, or that it still runs.
pub(crate) async fn awaited(
    shared: &Shared,
    session: &Session,
    statement: StatementId,
    mut waiter: Waiter,
) -> Outcome {
    let running = Outcome::running(statement);
    match waiter.within(POLL_ANSWER).await {
        // Not every driver follows the address in a poll's answer: the result is served under the first one too.
        Some(Outcome::Running(query_id)) => match shared.queries.known(session, &query_id) {
            Ok(Some(query)) => result(shared, session, &query).await,
            Ok(None) => running,
            Err(failure) => failure.into(),
        },
        Some(outcome) => outcome,
        None => running,
    }
}

/// Asks Snowflake for a result, for up to [`POLL_ANSWER`], and delivers it.
pub(crate) async fn result(shared: &Shared, session: &Session, query: &KnownQuery) -> Outcome {
    let id = query.result.query_id.as_str();
    if Uuid::try_parse(id).is_ok_and(|id| id.is_nil()) {
        let statement = query.about.statement;
        let text = "this statement failed; its answer was given already: to run it, send it anew";
        return Failure::refused(FailureStage::Gateway, statement.uuid(), text).into();
    }
    let asked = finished(&shared.accounts, session, id);
    let asked = tokio::select! {
        biased;
        reason = shared.control.until_killed(&query.about) => {
            return killed(&shared.recorder, session, query, &reason).await;
        }
        asked = tokio::time::timeout(POLL_ANSWER, asked) => asked,
    };
    let parsed = match asked {
        Err(_) => return Outcome::Running(id.to_owned()),
        Ok(Err(failure)) => {
            let recorder = &shared.recorder;
            return recorder
                .refuse(&query.about, failure, session.arrived)
                .await;
        }
        Ok(Ok(parsed)) => parsed,
    };
    if parsed.as_ref().is_ok_and(UpstreamReply::session_ended) {
        return Outcome::RenewFirst;
    }
    let mut terms = terms(&shared.accounts, shared.clock.now(), session, query);
    if let Ok(reply) = &parsed {
        if let Some(failure) = checked(&shared.recorder, query, reply, &mut terms) {
            let recorder = &shared.recorder;
            return recorder
                .refuse(&query.about, failure, session.arrived)
                .await;
        }
        let children = reply.children();
        let ended = how_it_ended(reply);
        shared.views.end_tables_of_query(session, id, ended);
        if !children.is_empty()
            && let Err(failure) = announce_children(shared, session, query, &children).await
        {
            return failure.into();
        }
        if let Err(failure) = follow(
            &shared.views,
            &shared.control,
            session,
            query,
            &reply.context(),
        )
        .await
        {
            return failure.into();
        }
    }
    let delivered = match parsed {
        Ok(reply) => shared.delivery.respond(&terms, reply).await,
        Err(garbage) => shared.delivery.refuse(&terms, &garbage).await,
    };
    match delivered {
        Ok(outcome) => outcome,
        Err(error) => {
            tracing::error!(statement = %query.about.statement, %error, "a result is withheld");
            let text = "the result cannot be recorded now, so it is withheld: ask again";
            Failure::unrecorded(query.about.statement.uuid(), text).into()
        }
    }
}

/// How a query ended whose answer is there. What became of several statements, the line of their request does not say.
fn how_it_ended(reply: &UpstreamReply) -> Ended {
    match reply.success() && reply.children().is_empty() {
        true => Ended::Ran,
        false => Ended::Unknown,
    }
}

/// Somebody ended the session: nothing of it is shown. Whoever ended the session aborts it upstream.
async fn killed(
    recorder: &Recorder,
    session: &Session,
    query: &KnownQuery,
    reason: &str,
) -> Outcome {
    let canceled = StatementCanceled {
        by: Canceler::Killed,
    };
    recorder.note(query.about.draft(canceled));
    let text = format!("SQL execution canceled: the session was ended: {reason}");
    let failure = Failure::canceled(query.about.statement.uuid(), text);
    recorder
        .refuse(&query.about, failure, session.arrived)
        .await
}

/// Holds Snowflake's word against what was decided: another result is redacted, that of another kind of statement withheld.
fn checked(
    recorder: &Recorder,
    query: &KnownQuery,
    reply: &UpstreamReply,
    terms: &mut Terms,
) -> Option<Failure> {
    if !reply.success() {
        return None;
    }
    let KnownQuery { about, result } = query;
    if let Some(mismatch) = result.expected.ran(reply.statement_type()) {
        return Some(another_kind(recorder, about, &mismatch));
    }
    if let Some(mismatch) = result.expected.counted(reply.row_count()) {
        return Some(too_many(recorder, about, &mismatch));
    }
    let columns = reply.columns().unwrap_or_default();
    let described = result
        .expected
        .described(result.outputs.as_deref(), &columns);
    if let Some(mismatch) = described {
        recorder.note(another(about, &mismatch));
        terms.plan = MaskPlan::redact_all();
        terms.withhold_errors = true;
    }
    None
}

/// The end of a statement that was under way tells where it left the session; every gateway must know before the driver does. Any
/// other result tells where the session stood once, and nothing of now.
async fn follow(
    views: &Views,
    control: &Control,
    session: &Session,
    query: &KnownQuery,
    context: &Context,
) -> Result<(), Failure> {
    settle(views, control, session, query, place::in_full(context)).await
}

/// Snowflake says that a statement ended, and not where it left the session: the next answer does. A driver that watches its statement,
/// and then asks for its rows by `RESULT_SCAN`, never asks for its result.
pub(crate) async fn ended(shared: &Shared, session: &Session, query_id: &str) {
    if let Ok(Some(query)) = shared.queries.known(session, query_id) {
        shared
            .views
            .end_tables_of_query(session, &query.result.query_id, Ended::Unknown);
        // What cannot be announced now is announced with the session's next statement.
        let _ = settle(&shared.views, &shared.control, session, &query, None).await;
    }
}

/// A statement that was under way is over, and left the session there, if anybody knows.
async fn settle(
    views: &Views,
    control: &Control,
    session: &Session,
    query: &KnownQuery,
    left: Option<Context>,
) -> Result<(), Failure> {
    refresh(views, control, session);
    {
        let view = views.of(session.id(), &session.claims.context);
        let mut view = view.lock();
        if !place::ends(&mut view, &query.result.query_id, left) {
            return Ok(());
        }
        // What it set is known to nobody.
        view.variables.clear();
    }
    let own = [query.result.clone()];
    let told = control
        .announce(&query.about, &own, &views.standing(session))
        .await;
    // Asked for again, it ended already, and the others still do not know.
    views.told(session.id(), told.is_ok());
    told.map_err(|error| {
        tracing::error!(%error, "where a session stands could not be announced");
        let text = "the result cannot be recorded now, so it is withheld: ask again";
        Failure::unrecorded(query.about.statement.uuid(), text)
    })
}

/// Polls until Snowflake has the result.
async fn finished(
    accounts: &Accounts,
    session: &Session,
    id: &str,
) -> Result<Result<UpstreamReply, GarbageReply>, Failure> {
    let nowhere = || Failure::internal(fresh::v4(), "the session's connection is gone");
    let upstream = accounts.session(&session.claims).ok_or_else(nowhere)?;
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

fn terms(accounts: &Accounts, now: TimeNs, session: &Session, query: &KnownQuery) -> Terms {
    let plan = query.result.plan.clone();
    Terms {
        about: About {
            source: Some(session.source.clone()),
            ..query.about.clone()
        },
        result: query.result.result,
        withhold_errors: plan.withhold_errors || plan.mask_all || !plan.columns.is_empty(),
        planned: false,
        plan,
        kept_rows: accounts.kept_rows(&session.claims),
        arrived: session.arrived,
        parts_expire: session.parts_expire(now),
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
        let planned = shared.queries.known(session, &name)?;
        results.push(AnnouncedResult {
            query_id: child.clone(),
            result: u32::try_from(at).unwrap_or(u32::MAX),
            plan: planned
                .as_ref()
                .map_or_else(MaskPlan::redact_all, |known| known.result.plan.clone()),
            expected: planned
                .as_ref()
                .map(|known| known.result.expected.clone())
                .unwrap_or_default(),
            outputs: planned.and_then(|known| known.result.outputs),
            request: None,
        });
    }
    say(
        &shared.views,
        &shared.control,
        session,
        &parent.about,
        &results,
    )
    .await
    .map_err(|error| {
        tracing::error!(%error, "results could not be announced");
        let text = "the results cannot be recorded now, so they are withheld: ask again";
        Failure::unrecorded(parent.about.statement.uuid(), text)
    })
}
