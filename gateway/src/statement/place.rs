//! Where a session stands while one of its statements may move it: unknown on every gateway from before that is sent until how it
//! ended is told.
//!
//! Enters: a statement on its way upstream, and how it ended. Leaves: what this gateway knows of the session, and what it told the
//! others. Never here: a statement that may move its session and is sent before the others can know of it.

use access::analysis::{SessionView, Statement, analyze};
use access::engine::Engine;
use event::payload::{Context, FailureStage};

use super::announce::{announce, refresh};
use super::decide::Decided;
use super::tables;
use crate::control::Standing;
use crate::failure::Failure;
use crate::limits::PLACE_TRIES_MAX;
use crate::record::Recorder;
use crate::replies::Phase;
use crate::session::Session;
use crate::shared::Shared;
use crate::views;
use crate::views::Views;
use crate::views::own::Ended;
use crate::views::place;

/// Says, before a statement is sent that may move its session, that nobody knows where that stands: its answer may be lost, and its
/// gateway with it. Nothing is to be sent where that cannot be said, nor where the session's temporary tables are others by then.
pub(super) async fn begin(
    shared: &Shared,
    session: &Session,
    decided: &Decided,
    phase: Phase,
) -> Result<(), Failure> {
    tables::begin(&shared.views, shared.alone, session, decided)?;
    let begun = begin_move(shared, session, decided, phase).await;
    if begun.is_err() {
        tables::end(&shared.views, session, decided, Ended::Failed);
    }
    begun
}

async fn begin_move(
    shared: &Shared,
    session: &Session,
    decided: &Decided,
    phase: Phase,
) -> Result<(), Failure> {
    if !begins(decided) {
        return Ok(());
    }
    if !still_means(shared, session, decided) {
        return Err(elsewhere(decided));
    }
    let unrecorded = || {
        let text = "this statement cannot be recorded now, so it did not run: try again";
        Failure::unrecorded(decided.about.statement.uuid(), text)
    };
    let said_by_others = || {
        let (session, statement) = (session.id(), decided.about.statement);
        shared.control.standing(session, statement).ok().flatten()
    };
    for _ in 0..PLACE_TRIES_MAX {
        let before = said_by_others();
        // Until it is announced, this gateway alone knows.
        shared.views.told(session.id(), false);
        {
            let view = shared.views.of(session.id(), &session.claims.context);
            place::begins(&mut view.lock(), &name(decided));
        }
        if phase == Phase::Approved {
            // Announced, it would count as run, and nobody would take it over from a gateway that dies now.
            return Ok(());
        }
        if announce(shared, session, decided, &[]).await.is_err() {
            let view = shared.views.of(session.id(), &session.claims.context);
            place::ends(
                &mut view.lock(),
                &name(decided),
                place::stood_at(&decided.view),
            );
            return Err(unrecorded());
        }
        let now = said_by_others();
        if now == before {
            break;
        }
        // Another gateway spoke at the same time: what began there stays known.
        if let Some(said) = now {
            shared.views.heed(session, said);
        }
    }
    Ok(())
}

/// Whether the statement means what it was decided on, as far as this gateway heard: the session stands where it stood then, or no name of
/// the statement rests on that. Between a decision and Snowflake stand the journal's answer and a queue, and another statement of the session
/// may pass there, by another gateway too.
pub(super) fn still_means(shared: &Shared, session: &Session, decided: &Decided) -> bool {
    let asked = &decided.view;
    // Where nobody knew it, nothing was taken from it.
    if !asked.unsettled.is_empty() {
        return true;
    }
    let (id, statement) = (session.id(), decided.about.statement);
    let said = shared.control.standing(id, statement).ok().flatten();
    let said = said.filter(|_| !shared.views.is_adrift(id));
    let by_others = said.is_none_or(|said| {
        said.unsettled.is_empty() && place::is_same_schema(&said.context, &asked.context)
    });
    let view = shared.views.of(id, &session.claims.context);
    let here = place::is_still_at(&view.lock(), &asked.context, &name(decided));
    (by_others && here) || !rests_on_place(&shared.engine, decided)
}

/// Whether the statement is another one where nobody knows where its session stands.
fn rests_on_place(engine: &Engine, decided: &Decided) -> bool {
    let nowhere = SessionView {
        unsettled: vec![SessionView::LOST.to_owned()],
        ..decided.view.clone()
    };
    let statement = Statement {
        text: &decided.request.text,
        binds: &decided.request.binds,
    };
    let catalog = engine.catalog_of(&decided.about.connection);
    let (seen, known) = (
        analyze(statement, &nowhere, &catalog),
        &decided.outcome.analysis,
    );
    // What a declared function does is in the second alone.
    seen.fingerprint != known.fingerprint || seen.outputs != known.outputs
}

/// What is said of one that is not sent for that.
pub(super) fn elsewhere(decided: &Decided) -> Failure {
    let text = "another statement moved the session before this one was sent, so its names may mean something else and it did not run: \
        send it again, or write its names in full";
    Failure::refused(FailureStage::Gateway, decided.about.statement.uuid(), text)
}

/// The statement is over; what it shows is not said here. Its answer says where it left the session.
pub(super) fn ran(kept: &Views, session: &Session, decided: &Decided, said: &Context) {
    let (asked, analysis) = (&decided.view, &decided.outcome.analysis);
    let how = match decided.belied {
        true => Ended::Unknown,
        false => Ended::Ran,
    };
    tables::end(kept, session, decided, how);
    if begins(decided) {
        kept.told(session.id(), false);
    }
    let left = if place::drops(analysis, &asked.context) {
        // An answer that says no schema says that there is none.
        place::in_full(said)
    } else {
        place::left_at(asked, said)
    };
    let view = kept.of(session.id(), &session.claims.context);
    let mut view = view.lock();
    if !ends(&mut view, decided, left) {
        place::hears(&mut view, asked, said);
    }
}

/// It is over, and left the session where it was, or (`moved`) nobody knows where.
pub(super) fn failed(kept: &Views, session: &Session, decided: &Decided, moved: bool) {
    let how = match moved {
        true => Ended::Unknown,
        false => Ended::Failed,
    };
    tables::end(kept, session, decided, how);
    if begins(decided) {
        kept.told(session.id(), false);
    }
    let stood = place::stood_at(&decided.view).filter(|_| !moved);
    let view = kept.of(session.id(), &session.claims.context);
    ends(&mut view.lock(), decided, stood);
}

/// It did not run: the session's tokens must be renewed first. One that people agreed to is not announced, as it would count as run.
pub(super) async fn did_not_run(
    shared: &Shared,
    session: &Session,
    decided: &Decided,
    phase: Phase,
) {
    refresh(&shared.views, &shared.control, session);
    failed(&shared.views, session, decided, false);
    if phase == Phase::Asked {
        tell_others(shared, session, decided).await;
    }
}

/// It goes on upstream: how it ends is told by whoever asks for its result.
pub(super) fn goes_on(kept: &Views, session: &Session, decided: &Decided, query_id: &str) {
    let analysis = &decided.outcome.analysis;
    tables::go_on(kept, session, decided, query_id);
    let view = kept.of(session.id(), &session.claims.context);
    let mut view = view.lock();
    views::running(&mut view, analysis, query_id);
    let changes = begins(decided) || !analysis.assigns.is_empty();
    if changes && !decided.request.describe_only {
        place::goes_on(&mut view, &name(decided), query_id);
    }
}

/// Nobody knows what it did, so it is not known what comes last in its session, what it set, nor where it left the session.
pub(super) fn unsure(kept: &Views, session: &Session, decided: &Decided) {
    tables::end(kept, session, decided, Ended::Unknown);
    change(kept, session, |view| {
        views::forget_assigned(view, &decided.outcome.analysis);
        ends(view, decided, None);
    });
}

/// As [`unsure`], of one that may still be at work upstream and do more.
pub(super) fn unheard(kept: &Views, session: &Session, decided: &Decided) {
    change(kept, session, |view| {
        views::forget_assigned(view, &decided.outcome.analysis);
    });
}

/// As [`unsure`], where Snowflake ran something else than was decided on.
pub(super) fn astray(kept: &Views, session: &Session, decided: &Decided) {
    tables::stray(kept, session, decided);
    change(kept, session, |view| {
        view.variables.clear();
        ends(view, decided, None);
        place::lose(view);
    });
}

fn change(kept: &Views, session: &Session, change: impl FnOnce(&mut SessionView)) {
    kept.lose_count(session.id());
    let before = kept.standing(session);
    {
        let view = kept.of(session.id(), &session.claims.context);
        change(&mut view.lock());
    }
    if before != kept.standing(session) {
        // Until it is announced.
        kept.told(session.id(), false);
    }
}

/// Tells the other gateways what this one alone knows of the session; what cannot be told now is told with its next statement.
pub(super) async fn tell_others(shared: &Shared, session: &Session, decided: &Decided) {
    if shared.views.is_adrift(session.id()) && shared.recorder.healthy() {
        let _ = announce(shared, session, decided, &[]).await;
    }
}

/// Whether every gateway knows where the session stands, which stood at `before`; where the journal is away, they hear later.
pub(super) fn is_told(
    kept: &Views,
    recorder: &Recorder,
    session: &Session,
    before: &Standing,
) -> bool {
    let untold = kept.is_adrift(session.id()) && recorder.healthy();
    !untold && *before == kept.standing(session)
}

/// Whether it may leave its session elsewhere, so that it is said that it begins.
fn begins(decided: &Decided) -> bool {
    let analysis = &decided.outcome.analysis;
    let moves = place::may_move(analysis) || place::drops(analysis, &decided.view.context);
    moves && !decided.request.describe_only
}

/// It is over. Where it began and nothing knows of that any more, for a gateway of an earlier release passed it over in what it said of the
/// session, nobody knows what came last. False where it never was to begin.
fn ends(view: &mut SessionView, decided: &Decided, left: Option<Context>) -> bool {
    if !place::ends(view, &name(decided), left) {
        if !begins(decided) {
            return false;
        }
        place::lose(view);
    }
    true
}

/// By what it is known while it is under way.
fn name(decided: &Decided) -> String {
    decided.about.statement.to_string()
}
