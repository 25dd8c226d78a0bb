//! What a statement is decided on: where its session stands and what it showed before, by whichever gateway.
//!
//! Enters: a session and a text. Leaves: a [`SessionView`]. Never here: a place among the session's results that somebody
//! only believes to know: it is checked again before a row of what rests on it is shown.

use access::analysis::{OwnTable, SessionView, asks_back};
use event::StatementId;

use super::decide::{Counted, Decided};
use crate::control::ControlError;
use crate::queries::Queries;
use crate::record::Recorder;
use crate::session::Session;
use crate::shared::Shared;
use crate::views::{self, Views, own, place};

/// Where the session stands now, after whatever any gateway did for it, and who counted its statements if the text counts
/// back or may be named by variables. What a statement at work here assigns is in nobody's view.
pub(crate) async fn current_view(
    shared: &Shared,
    session: &Session,
    statement: StatementId,
    text: &str,
) -> Result<(SessionView, Option<Counted>), ControlError> {
    let (mut view, counted) = standing_view(shared, session, statement, text).await?;
    shared.views.forget_assigning(session.id(), &mut view);
    Ok((view, counted))
}

async fn standing_view(
    shared: &Shared,
    session: &Session,
    statement: StatementId,
    text: &str,
) -> Result<(SessionView, Option<Counted>), ControlError> {
    let view = shared.views.of(session.id(), &session.claims.context);
    own::is_in(&mut view.lock(), session.claims.upstream.id.as_ref());
    let counts = |view: &SessionView| {
        views::names_last(text) || (views::names_by_variable(text) && !view.variables.is_empty())
    };
    if shared.alone && shared.views.is_whole(session.id()) {
        let view = views::for_text(view.lock().clone(), text, true);
        let counted = counts(&view).then_some(Counted::Here);
        return Ok((view, counted));
    }
    let known = shared
        .control
        .caught_up()
        .await
        .and_then(|()| shared.control.standing(session.id(), statement));
    match known {
        Ok(Some(standing)) => shared.views.heed(session, standing),
        Ok(None) => {
            // Nobody told of another one: if it comes again, it is the first that could move the session, which stood where its login left it.
            let name = statement.to_string();
            place::comes_again(&mut view.lock(), &name, &session.claims.context);
        }
        Err(error) if shared.recorder.is_best_effort(&session.claims.connection) => {
            tracing::warn!(%error, "what other gateways did for a session is not known");
        }
        Err(error) => return Err(error),
    }
    let view = view.lock().clone();
    let counts = counts(&view);
    if !counts && !asks_back(text) {
        return Ok((view, None));
    }
    let (view, counted) = with_past(shared, session, view).await?;
    let view = views::for_text(view, text, counted.is_some());
    Ok((view, counted.filter(|_| counts)))
}

/// The view with the results of earlier statements on whichever gateway, and who counted them, if anybody could.
async fn with_past(
    shared: &Shared,
    session: &Session,
    mut view: SessionView,
) -> Result<(SessionView, Option<Counted>), ControlError> {
    let mut counted = None;
    match shared.queries.pasts().results(session).await {
        Ok(past) => {
            let own = std::mem::replace(&mut view.results, past.listed);
            view.metadata.extend(past.metadata);
            // What ran here is known in full, also where the record shows its text masked.
            for (id, outputs) in own {
                let listed = view.results.iter_mut().find(|(known, _)| *known == id);
                if let Some((_, unknown)) = listed.filter(|(_, known)| known.is_empty()) {
                    *unknown = outputs;
                }
            }
            // Where statements may run unrecorded, the record does not count them.
            let reliable =
                past.counted && !shared.recorder.is_best_effort(&session.claims.connection);
            let statements = past.statements;
            counted = reliable.then_some(Counted::Record { statements });
        }
        Err(error) => {
            tracing::warn!(session = %session.id(), %error, "earlier results of a session are not known here");
        }
    }
    let announced = shared.control.announced_in(session.id())?;
    let mut others = Vec::new();
    for result in announced {
        if view.results.iter().any(|(id, _)| *id == result.query_id) {
            continue;
        }
        if result.expected.is_metadata() {
            view.metadata.push(result.query_id.clone());
            others.push((result.query_id, Vec::new()));
        } else if let Some(outputs) = result.outputs {
            others.push((result.query_id, outputs));
        }
    }
    if !others.is_empty() {
        // Found by their ids; whoever counts from the first statement on counts without them.
        let dropped = (views::DROPPED.to_owned(), Vec::new());
        view.results
            .splice(..0, std::iter::once(dropped).chain(others));
    }
    Ok((view, counted))
}

/// What the record knows of the session's temporary tables, and who counted its statements; none where they could not be counted as
/// Snowflake ran them, or no table is known.
pub(super) async fn tables_of(
    recorder: &Recorder,
    queries: &Queries,
    session: &Session,
) -> Option<(Vec<OwnTable>, Counted)> {
    if recorder.is_best_effort(&session.claims.connection) {
        return None;
    }
    let past = match queries.pasts().results(session).await {
        Ok(past) => past,
        Err(error) => {
            tracing::warn!(session = %session.id(), %error, "temporary tables of a session are not known here");
            return None;
        }
    };
    let known = past.tables.iter().any(|table| table.made_of.is_some());
    let statements = past.statements;
    (past.counted && known).then_some((past.tables, Counted::Tables { statements }))
}

/// Whether what the statement took for the session's last result, or for what a variable holds, still was it when Snowflake ran it. Every statement is
/// recorded before it runs, so whatever came between is in the record by now.
pub(super) async fn still_last(
    views: &Views,
    queries: &Queries,
    session: &Session,
    decided: &Decided,
) -> bool {
    match decided.counted {
        None => true,
        Some(Counted::Here) => views.is_whole(session.id()),
        Some(Counted::Record { statements } | Counted::Tables { statements }) => {
            match queries.pasts().results(session).await {
                // Its own and no other.
                Ok(now) => {
                    let same = |name: &String| {
                        let mut now = now.tables.iter();
                        decided.view.own_table(name) == now.find(|table| table.name == *name)
                    };
                    let tables = matches!(decided.counted, Some(Counted::Tables { .. }));
                    let mut rests = decided.outcome.analysis.rests_on.iter();
                    now.statements <= statements.saturating_add(1) && (!tables || rests.all(same))
                }
                Err(error) => {
                    tracing::warn!(statement = %decided.about.statement, %error, "what ran meanwhile is not known");
                    false
                }
            }
        }
    }
}
