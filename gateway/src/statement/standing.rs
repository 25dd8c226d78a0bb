//! The decision on a request, on where its session stands.
//!
//! Enters: a request, the session's view. Leaves: a decision that holds wherever other statements of the session come between.
//! Never here: a value of a session variable that a statement under way may be changing.

use access::analysis::SessionView;
use event::StatementId;
use event::payload::{Finding, StatementKind, Verdict};

use super::decide::{Decided, decide};
use super::request::StatementRequest;
use super::view::{current_view, tables_of};
use crate::control::ControlError;
use crate::session::Session;
use crate::shared::Shared;
use crate::views;

/// The decision, on where the session stands now.
pub(super) async fn decided(
    shared: &Shared,
    session: &Session,
    statement: StatementId,
    request: StatementRequest,
) -> Result<Decided, ControlError> {
    let (view, counted) = current_view(shared, session, statement, &request.text).await?;
    let engine = &shared.engine;
    let mut decided = decide(engine, session, statement, request, view, session.arrived);
    let named = decided.outcome.analysis.rests_on_variables();
    let counts_back = counted.is_some() && views::names_last(&decided.request.text);
    if !named && !counts_back {
        return Ok(by_record(shared, session, decided).await);
    }
    if counted.is_some() && can_be_taken_back(&decided) {
        decided.counted = counted;
        return Ok(decided);
    }
    let Decided {
        request, mut view, ..
    } = decided;
    if named {
        view.variables.clear();
    }
    let view = views::for_text(view, &request.text, false);
    Ok(decide(
        engine,
        session,
        statement,
        request,
        view,
        session.arrived,
    ))
}

/// The decision where the record knows what the temporary tables hold that it reads, if it would not run otherwise: on those that this
/// process alone serves it was made already.
async fn by_record(shared: &Shared, session: &Session, decided: Decided) -> Decided {
    let refused = matches!(
        decided.outcome.decision.verdict(),
        Verdict::Deny | Verdict::Hold
    );
    let here = shared.alone && shared.views.is_whole(session.id());
    if here || !refused || !decided.outcome.analysis.has(&Finding::UnknownTable) {
        return decided;
    }
    let Some((tables, counted)) = tables_of(&shared.recorder, &shared.queries, session).await
    else {
        return decided;
    };
    let (statement, at) = (decided.about.statement, decided.evaluated_at);
    let Decided { request, view, .. } = decided;
    let known = SessionView {
        tables,
        ..view.clone()
    };
    let engine = &shared.engine;
    let mut again = decide(engine, session, statement, request, known, at);
    if !again.outcome.analysis.rests_on.is_empty() && can_be_taken_back(&again) {
        again.counted = Some(counted);
        return again;
    }
    decide(engine, session, statement, again.request, view, at)
}

/// Whether nothing has happened if another statement of the session comes between and it is not shown: only what runs now,
/// shows rows and changes nothing.
fn can_be_taken_back(decided: &Decided) -> bool {
    let analysis = &decided.outcome.analysis;
    let reads = |kind: &StatementKind| {
        matches!(
            kind,
            StatementKind::Select | StatementKind::ExecuteImmediate
        )
    };
    let queries = |kind: &StatementKind| *kind == StatementKind::Select;
    let inner = analysis.inner_kinds.iter().all(queries);
    analysis.kinds.iter().all(reads)
        && inner
        && !decided.request.asynchronous
        && decided.outcome.decision.verdict() != Verdict::Hold
}
