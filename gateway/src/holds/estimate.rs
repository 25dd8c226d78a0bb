//! How much a held statement would read: Snowflake is asked to explain it, in a session of the gateway's own that stands where the
//! agent's does.
//!
//! Enters: a statement that just began to wait for people. Leaves: what `EXPLAIN` says, or why it was not asked, for approvers on every
//! gateway. Never here: the agent's session (there it would be what `LAST_QUERY_ID()` names); a wait of the driver's; a statement that
//! runs; a number where the other session may read another table by the same name; a word of Snowflake's about a failure.

use std::sync::Arc;

use access::analysis::{SessionView, asks_back};
use event::payload::{ApprovalEstimated, Context, Finding};
use event::{ApprovalBinding, TimeNs};

use crate::config::Connection;
use crate::fresh;
use crate::limits::{EXPLAIN_PATIENCE, LOGOUT_TIMEOUT};
use crate::session::Session;
use crate::shared::Shared;
use crate::statement::compile::is_plain;
use crate::statement::decide::Decided;
use crate::upstream::accounts::Accounts;
use crate::upstream::execute::{Execution, explain};
use crate::upstream::own::{finished, presented, rows};
use crate::upstream::plan::Plan;
use crate::upstream::reply::UpstreamReply;
use crate::upstream::session::Upstream;

/// Why nothing is known, as approvers read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum Unknown {
    #[error("not asked: where its session stands is not known")]
    Unsettled,
    #[error("not asked: its session has a role that this connection does not name")]
    Role,
    #[error("not asked: it looks back at earlier results of its session")]
    LooksBack,
    #[error("not asked: it may name variables of its session")]
    Variables,
    #[error("not asked: its session may have temporary tables, which no other session sees")]
    Temporary,
    #[error("not asked: what its session did before is not known here")]
    Past,
    #[error("not asked: no session of the gateway's own stands where the agent's does")]
    Elsewhere,
    #[error("not asked: too many statements are being explained")]
    Busy,
    #[error("no answer: the gateway could not open a session of its own")]
    Login,
    #[error("no answer: Snowflake did not explain it")]
    Refused,
    #[error("no answer within {} s", EXPLAIN_PATIENCE.as_secs())]
    Late,
    #[error("no answer that says how much it would read")]
    Unreadable,
}

/// Has it explained in the background, if it is one query, or one statement that changes rows, and its connection wants that.
pub(super) fn begin(shared: &Arc<Shared>, session: &Session, decided: Decided) {
    let connection = shared.accounts.connection(&session.claims);
    if !connection.is_some_and(|connection| connection.explain) || !is_plain(&decided) {
        return;
    }
    let (shared, session) = (Arc::clone(shared), session.clone());
    let (about, binding) = (decided.about.clone(), decided.outcome.decision.binding());
    // Where there is no place, nothing of the statement is kept for it.
    let place = Arc::clone(&shared.explains.places).try_acquire_owned();
    let asked = place.ok().map(|place| (place, decided));
    let tasks = shared.tasks.clone();
    tasks.spawn(async move {
        let learnt = match asked {
            None => Err(Unknown::Busy),
            Some((_place, decided)) => tokio::select! {
                learnt = learn(&shared, &session, &decided) => learnt,
                () = shared.leaving.cancelled() => return,
            },
        };
        let told = shared.control.estimated(&about, said(binding, learnt));
        if let Err(error) = told.await {
            tracing::warn!(statement = %about.statement, %error, "people are not told how much a held statement would read");
        }
    });
}

fn said(binding: ApprovalBinding, learnt: Result<Plan, Unknown>) -> ApprovalEstimated {
    let unknown = learnt.as_ref().err().map(ToString::to_string);
    let plan = learnt.unwrap_or_default();
    ApprovalEstimated {
        binding,
        bytes: plan.bytes,
        partitions: plan.partitions,
        partitions_total: plan.partitions_total,
        unknown,
    }
}

async fn learn(shared: &Shared, session: &Session, decided: &Decided) -> Result<Plan, Unknown> {
    let claims = &session.claims;
    let connection = shared.accounts.connection(claims).ok_or(Unknown::Login)?;
    means_the_same(&decided.request.text, &decided.view)?;
    if decided.outcome.analysis.has(&Finding::ResultScan) {
        return Err(Unknown::LooksBack);
    }
    if !is_opened(connection, &claims.context, &decided.view.context) {
        return Err(Unknown::Role);
    }
    if shared.recorder.is_best_effort(&claims.connection) {
        return Err(Unknown::Past);
    }
    match shared.queries.pasts().may_hold_own(session).await {
        Ok(false) => {}
        Ok(true) => return Err(Unknown::Temporary),
        Err(error) => {
            tracing::debug!(session = %session.id(), %error, "what a session did is not known, so nothing is explained for it");
            return Err(Unknown::Past);
        }
    }
    let turn = tokio::time::timeout(EXPLAIN_PATIENCE, shared.explains.turns.acquire());
    let _turn = turn.await.map_err(|_| Unknown::Busy)?;
    let now = shared.clock.now();
    elsewhere(&shared.accounts, (session, connection), decided, now).await
}

/// Whether the text means in another session that stands at the same place what it means in its own.
fn means_the_same(text: &str, view: &SessionView) -> Result<(), Unknown> {
    if !view.unsettled.is_empty() {
        return Err(Unknown::Unsettled);
    }
    if asks_back(text) {
        return Err(Unknown::LooksBack);
    }
    let mut after = text.split('$').skip(1);
    let named = after.any(|rest| rest.starts_with(|first: char| !first.is_ascii_digit()));
    if named || text.to_ascii_lowercase().contains("getvariable") {
        return Err(Unknown::Variables);
    }
    Ok(())
}

/// Whether the session's role is one that the connection names, or where it names none, the one that its login gave.
fn is_opened(connection: &Connection, at_login: &Context, here: &Context) -> bool {
    let Some(role) = here.role.as_deref() else {
        return false;
    };
    let names_none = connection.role.is_none() && connection.roles.is_empty();
    connection.opens_as(role) || (names_none && at_login.role.as_deref() == Some(role))
}

/// Whether names and rights are the same in both; a plan does not rest on the warehouse.
fn is_same_place(one: &Context, other: &Context) -> bool {
    (&one.database, &one.schema, &one.role) == (&other.database, &other.schema, &other.role)
}

/// Opens a session, asks in it, and ends it.
async fn elsewhere(
    accounts: &Accounts,
    (session, connection): (&Session, &Connection),
    decided: &Decided,
    now: TimeNs,
) -> Result<Plan, Unknown> {
    let (statement, wanted) = (decided.about.statement, &decided.view.context);
    let forwarded = presented("firn:explain").map_err(|_| Unknown::Login)?;
    let name = &session.claims.connection;
    let login = accounts.login(name, forwarded, wanted, now);
    let opened = tokio::time::timeout(EXPLAIN_PATIENCE, login).await;
    let opened = opened.map_err(|_| Unknown::Late)?.map_err(|error| {
        tracing::debug!(%statement, %error, "no session to explain a held statement in");
        Unknown::Login
    })?;
    let upstream = Upstream {
        client: accounts.client(),
        base: &connection.upstream,
        token: &opened.session.token,
        whose: Some(&session.claims.principal),
    };
    let learnt = if is_same_place(wanted, &opened.context) {
        let asked = tokio::time::timeout(EXPLAIN_PATIENCE, asked(upstream, session, decided));
        asked.await.unwrap_or(Err(Unknown::Late))
    } else {
        Err(Unknown::Elsewhere)
    };
    let left = tokio::time::timeout(LOGOUT_TIMEOUT, upstream.logout(fresh::v4()));
    if !matches!(left.await, Ok(Ok(_))) {
        tracing::debug!(%statement, "the session in which a statement was explained could not be ended; Snowflake ends it");
    }
    learnt
}

async fn asked(
    upstream: Upstream<'_>,
    session: &Session,
    decided: &Decided,
) -> Result<Plan, Unknown> {
    let statement = decided.about.statement;
    let permit = decided.outcome.decision.permit_describe();
    let permit = permit.map_err(|_| Unknown::Refused)?;
    let execution = Execution {
        base: upstream.base,
        token: upstream.token,
        whose: &session.claims.principal,
        text: &decided.request.text,
        request_id: fresh::v4(),
        request: decided.request.raw.clone(),
        started_ms: decided.evaluated_at.0 / 1_000_000,
    };
    // Snowflake's words may quote the statement, also in the log.
    let reply = explain(upstream.client, permit, execution).await;
    let reply = reply.map_err(|error| {
        tracing::debug!(%statement, %error, "a held statement could not be explained");
        Unknown::Refused
    })?;
    let reply = UpstreamReply::parse(&reply.body).map_err(|_| Unknown::Unreadable)?;
    let reply = finished(upstream, reply).await;
    let reply = reply.map_err(|_| Unknown::Refused)?;
    if !reply.success() {
        return Err(Unknown::Refused);
    }
    let rows = rows(upstream, reply).await;
    let rows = rows.map_err(|_| Unknown::Unreadable)?;
    let [row] = rows.as_slice() else {
        return Err(Unknown::Unreadable);
    };
    let text = row.first().and_then(Option::as_deref);
    text.and_then(Plan::read).ok_or(Unknown::Unreadable)
}

#[cfg(test)]
mod tests {
    use access::analysis::SessionView;
    use event::payload::Context;

    use super::{Unknown, is_same_place, means_the_same};

    #[test]
    fn what_another_session_would_read_otherwise_is_not_asked() {
        let settled = SessionView::default();
        let lost = SessionView {
            unsettled: vec![SessionView::LOST.to_owned()],
            ..SessionView::default()
        };
        for (text, view, asked) in [
            ("select n from t where n = ?", &settled, Ok(())),
            ("select n from t", &lost, Err(Unknown::Unsettled)),
            ("select $1 from @s", &settled, Ok(())),
            (
                "select '5$' || n from t where n > $1",
                &settled,
                Err(Unknown::Variables),
            ),
            (
                "select n from t where n > $v",
                &settled,
                Err(Unknown::Variables),
            ),
            (
                "delete from identifier($v)",
                &settled,
                Err(Unknown::Variables),
            ),
            (
                "select n from t where n > $\"v\"",
                &settled,
                Err(Unknown::Variables),
            ),
            ("select GetVariable('V')", &settled, Err(Unknown::Variables)),
            (
                "select * from table(Result_Scan(last_query_id()))",
                &settled,
                Err(Unknown::LooksBack),
            ),
        ] {
            assert_eq!(means_the_same(text, view), asked, "{text}");
        }
    }

    #[test]
    fn a_place_is_database_schema_and_role() {
        let place = |database: &str, schema: Option<&str>, role: &str, warehouse: &str| Context {
            database: Some(database.to_owned()),
            schema: schema.map(str::to_owned),
            role: Some(role.to_owned()),
            warehouse: Some(warehouse.to_owned()),
        };
        let here = place("D", Some("S"), "R", "W");
        for (there, same) in [
            (place("D", Some("S"), "R", "X"), true),
            (place("d", Some("S"), "R", "W"), false),
            (place("D", None, "R", "W"), false),
            (place("D", Some("S"), "Q", "W"), false),
            (Context::default(), false),
        ] {
            assert_eq!(is_same_place(&here, &there), same, "{there:?}");
        }
    }
}
