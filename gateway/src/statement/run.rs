//! A permitted statement: upstream, and back through the mask.
//!
//! Enters: a decision's permit. Leaves: the answer's body, or that upstream's session must be renewed first. Never here: a
//! row that does not go through `delivery`, a result that another gateway could not serve the rest of.

use std::future::Future;
use std::pin::pin;

use access::{Execute, Permit};
use event::payload::{Canceler, FailureStage, StatementCanceled, StatementForwarded};
use uuid::Uuid;

use super::announce::{announce, over, results_of, running, tell};
use super::answer::Answer;
use super::decide::{Counted, Decided};
use super::deliver::deliver;
use super::place::{self, unsure};
use super::stale;
use super::tables;
use super::upstream_id;
use super::view::still_last;
use crate::cancel;
use crate::config::Config;
use crate::control::Control;
use crate::failure::Failure;
use crate::limits::LOGOUT_TIMEOUT;
use crate::metrics;
use crate::outcome::Outcome;
use crate::replies::Phase;
use crate::session::Session;
use crate::shared::Shared;
use crate::time::between;
use crate::upstream::client::UpstreamError;
use crate::upstream::execute::{ExecuteError, Execution, execute};
use crate::upstream::reply::UpstreamReply;
use crate::views::own::Ended;

/// Runs a permitted statement and delivers what comes of it.
pub(crate) async fn run(
    shared: &Shared,
    session: &Session,
    decided: Decided,
    permit: Permit<Execute>,
    phase: Phase,
) -> Outcome {
    let Some(connection) = shared.accounts.connection(&session.claims) else {
        return Outcome::RenewFirst;
    };
    if let Err(failure) = place::begin(shared, session, &decided, phase).await {
        let recorder = &shared.recorder;
        return recorder
            .refuse(&decided.about, failure, session.arrived)
            .await;
    }
    let request_id = upstream_id::of(&decided);
    shared.sent.add(decided.about.statement, request_id);
    let execution = Execution {
        request_id,
        base: &connection.upstream,
        token: &session.claims.upstream.token,
        whose: &session.claims.principal,
        text: &decided.request.text,
        request: decided.request.raw.clone(),
        started_ms: decided.evaluated_at.0 / 1_000_000,
    };
    let turn = shared.turns.take(session.whose());
    let executing = async {
        // Kept until it is delivered: what a reply holds is what weighs.
        let turn = turn.await;
        let reply = match place::still_means(shared, session, &decided) {
            true => execute(shared.accounts.client(), permit, execution).await,
            false => Err(ExecuteError::Moved),
        };
        (reply.map(Answer::from), turn)
    };
    let began = shared.clock.now();
    let ((answer, _turn), late) = tokio::select! {
        biased;
        reason = shared.control.until_killed(&decided.about) => {
            return killed(shared, session, &decided, request_id, &reason).await;
        }
        waited = patiently(shared, session, &decided, executing) => waited,
        () = shared.stop.cancelled() => return stopped(shared, session, &decided).await,
    };
    let upstream_ns = between(began, shared.clock.now());
    metrics::executed(upstream_ns);
    let told = stale::tell(&shared.config, &shared.control, &decided, &answer).await;
    let outcome = match told {
        Ok(()) => answered(shared, session, decided, answer, Wait { late, phase }).await,
        Err(failure) => {
            unsure(&shared.views, session, &decided);
            let recorder = &shared.recorder;
            recorder
                .refuse(&decided.about, failure, session.arrived)
                .await
        }
    };
    if phase == Phase::Asked {
        let total_ns = between(session.arrived, shared.clock.now());
        metrics::added(total_ns, upstream_ns);
    }
    outcome
}

/// How long upstream took.
struct Wait {
    /// Longer than the driver waits: every gateway heard that it runs here.
    late: bool,
    phase: Phase,
}

impl Wait {
    /// Somebody waits for word of it at another gateway.
    fn is_awaited(&self) -> bool {
        self.late || self.phase == Phase::Approved
    }
}

/// What came of it, delivered.
async fn answered(
    shared: &Shared,
    session: &Session,
    decided: Decided,
    answer: Result<Answer, ExecuteError>,
    wait: Wait,
) -> Outcome {
    let recorder = &shared.recorder;
    let Answer { reply, parsed } = match answer {
        Ok(answer) => answer,
        Err(error) => return unanswered(shared, session, &decided, &error, wait.late).await,
    };
    if let Ok(parsed) = &parsed {
        if parsed.session_ended() {
            place::did_not_run(shared, session, &decided, wait.phase).await;
            return Outcome::RenewFirst;
        }
        let forwarded = StatementForwarded {
            query_id: parsed.query_id(),
            attempts: reply.attempts,
        };
        // Not waited for: the answer's own events come after it in the same order.
        recorder.note_with_next(decided.about.draft(forwarded));
        let (views, queries) = (&shared.views, &shared.queries);
        // What takes its time may read a temporary table after it was looked whether another statement came between.
        let later = parsed.in_progress().is_some()
            && matches!(decided.counted, Some(Counted::Tables { .. }));
        if parsed.success() && (later || !still_last(views, queries, session, &decided).await) {
            if wait.is_awaited() {
                over(&shared.views, &shared.control, session, &decided).await;
            }
            return overtaken(shared, session, &decided).await;
        }
        if let Some(running) = parsed.in_progress() {
            return serve_later(shared, session, &decided, running.query_id).await;
        }
    }
    let query_id = parsed.as_ref().ok().and_then(UpstreamReply::query_id);
    match (wait.is_awaited(), query_id, &parsed) {
        (true, Some(query_id), Ok(reply)) => {
            // A poll at another gateway must find it, also if it ended in an error.
            let results = results_of(&decided, &query_id, &reply.children());
            if let Err(failure) = announce(shared, session, &decided, &results).await {
                unsure(&shared.views, session, &decided);
                return recorder
                    .refuse(&decided.about, failure, session.arrived)
                    .await;
            }
        }
        _ if wait.late => over(&shared.views, &shared.control, session, &decided).await,
        _ => {}
    }
    deliver(shared, session, decided, parsed).await
}

/// Nobody knows what became of it upstream.
async fn unanswered(
    shared: &Shared,
    session: &Session,
    decided: &Decided,
    error: &ExecuteError,
    late: bool,
) -> Outcome {
    let statement = decided.about.statement;
    tracing::warn!(%statement, %error, "a statement got no answer upstream");
    if may_go_on(error) {
        tables::lose(&shared.views, session, decided);
    } else if matches!(error, ExecuteError::Moved) {
        tables::end(&shared.views, session, decided, Ended::Failed);
    }
    if may_go_on(error) && decided.outcome.analysis.sets_unseen() {
        place::unheard(&shared.views, session, decided);
    } else {
        unsure(&shared.views, session, decided);
    }
    let failure = match error {
        ExecuteError::Upstream(error) => Failure::upstream(statement.uuid(), error.to_string()),
        ExecuteError::Moved => place::elsewhere(decided),
        other => Failure::internal(statement.uuid(), other.to_string()),
    };
    let recorder = &shared.recorder;
    let refused = recorder
        .refuse(&decided.about, failure, session.arrived)
        .await;
    place::tell_others(shared, session, decided).await;
    if late {
        over(&shared.views, &shared.control, session, decided).await;
    }
    refused
}

/// Whether Snowflake may be at work on it still: no answer came, which would be its end.
fn may_go_on(error: &ExecuteError) -> bool {
    match error {
        ExecuteError::Upstream(error) => matches!(
            error,
            UpstreamError::Unreachable { .. }
                | UpstreamError::Status { .. }
                | UpstreamError::Late { .. }
        ),
        ExecuteError::NotCovered | ExecuteError::Moved | ExecuteError::Json(_) => false,
    }
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
    let id = decided.about.statement.uuid();
    tell(&shared.views, &shared.control, session, decided, id).await;
    (executing.await, true)
}

/// The gateway stops while Snowflake works on it. Asked again, another gateway gets the result: it goes by the same id.
async fn stopped(shared: &Shared, session: &Session, decided: &Decided) -> Outcome {
    may_have_run(&shared.config, &shared.control, decided).await;
    over(&shared.views, &shared.control, session, decided).await;
    let id = decided.about.statement.uuid();
    let text = "this gateway was stopped while Snowflake worked on the statement";
    let failure = Failure::upstream(id, text);
    let recorder = &shared.recorder;
    recorder
        .refuse(&decided.about, failure, session.arrived)
        .await
}

/// Somebody ended the session: it is aborted upstream, and nothing of it is shown.
async fn killed(
    shared: &Shared,
    session: &Session,
    decided: &Decided,
    request_id: Uuid,
    reason: &str,
) -> Outcome {
    let accounts = &shared.accounts;
    let aborting = cancel::abort_request(accounts, session, request_id);
    if !matches!(
        tokio::time::timeout(LOGOUT_TIMEOUT, aborting).await,
        Ok(Ok(()))
    ) {
        tracing::warn!(statement = %decided.about.statement, "a statement of an ended session may run on upstream");
    }
    may_have_run(&shared.config, &shared.control, decided).await;
    let canceled = StatementCanceled {
        by: Canceler::Killed,
    };
    shared.recorder.note(decided.about.draft(canceled));
    let text = format!("SQL execution canceled: the session was ended: {reason}");
    let failure = Failure::canceled(decided.about.statement.uuid(), text);
    shared
        .recorder
        .refuse(&decided.about, failure, session.arrived)
        .await
}

/// What it changes is stale, whether it ran or not.
async fn may_have_run(config: &Config, control: &Control, decided: &Decided) {
    if let Err(error) = stale::said(config, control, decided).await {
        let statement = decided.about.statement;
        tracing::error!(%statement, %error, "that a statement may have changed tables could not be said to every gateway");
    }
}

/// Another statement came between: nothing is shown of what was taken for the session's last result, or named by a variable.
async fn overtaken(shared: &Shared, session: &Session, decided: &Decided) -> Outcome {
    unsure(&shared.views, session, decided);
    place::tell_others(shared, session, decided).await;
    let failure = Failure::refused(
        FailureStage::Gateway,
        decided.about.statement.uuid(),
        overtaken_text(decided),
    );
    let recorder = &shared.recorder;
    recorder
        .refuse(&decided.about, failure, session.arrived)
        .await
}

/// What is said of a statement that another one may have overtaken.
const fn overtaken_text(decided: &Decided) -> &'static str {
    match decided.counted {
        Some(Counted::Tables { .. }) => {
            "another statement of the session may have changed the temporary table that this one reads before it ended: send it again by itself"
        }
        Some(Counted::Here | Counted::Record { .. }) | None => {
            "another statement of the session ran meanwhile, so LAST_QUERY_ID or a session variable may name something else: give the query id or the name itself"
        }
    }
}

/// Upstream takes its time: from now on any gateway can serve the result.
async fn serve_later(
    shared: &Shared,
    session: &Session,
    decided: &Decided,
    query_id: String,
) -> Outcome {
    let results = running(decided, &query_id);
    place::goes_on(&shared.views, session, decided, &query_id);
    match announce(shared, session, decided, &results).await {
        Ok(()) => Outcome::Running(query_id),
        Err(failure) => {
            shared
                .recorder
                .refuse(&decided.about, failure, session.arrived)
                .await
        }
    }
}
