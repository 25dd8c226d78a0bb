//! Where a session stands, as far as anybody knows: from before a statement goes upstream that may move it until its end says where
//! it left the session, nobody does.
//!
//! Enters: such statements, by names, and what answers say of where the session stands. Leaves: its place, or why that is not known.
//! Never here: a guess; the word of an answer that is older than the last move.

use access::analysis::{Analysis, SessionView};
use event::payload::{Context, StatementKind};

use crate::limits::UNSETTLED_MAX;

/// Stands for statements beyond those that are told apart: nothing settles where the session stands any more.
const OTHERS: &str = "others";

/// Whether a statement may leave its session elsewhere than it stood.
pub fn may_move(analysis: &Analysis) -> bool {
    // What is made is where the session stands then; what it stands in may get another name.
    let holds_tables = |what: &StatementKind| {
        ["database", "schema"]
            .iter()
            .any(|part| what.as_str().contains(part))
    };
    let moves = |kind: &StatementKind| match kind {
        StatementKind::Use | StatementKind::Undrop => true,
        StatementKind::Create(_) | StatementKind::Alter(_) => holds_tables(kind),
        _ => false,
    };
    analysis.sets_unseen() || analysis.all_kinds().any(moves)
}

/// Whether a statement drops what its session stands in: then that stands in no schema, and names are looked up in PUBLIC.
pub fn drops(analysis: &Analysis, here: &Context) -> bool {
    let drops = analysis
        .all_kinds()
        .any(|kind| *kind == StatementKind::Drop);
    let Some(database) = here.database.as_deref().filter(|_| drops) else {
        return false;
    };
    let schema = here.schema.as_deref().unwrap_or_default();
    let places = [database.to_owned(), format!("{database}.{schema}")];
    analysis.defines.iter().any(|name| {
        let name = name.replace('"', "");
        places.iter().any(|here| name.eq_ignore_ascii_case(here))
    })
}

/// Whether a statement that failed left its session where it was: it was one, and of what it is nothing is hidden.
pub fn stays_if_failed(analysis: &Analysis) -> bool {
    !analysis.sets_unseen() && analysis.all_kinds().count() <= 1
}

/// Whether a statement under way may move the session yet.
pub fn is_pending(view: &SessionView) -> bool {
    view.unsettled.iter().any(|why| why != SessionView::LOST)
}

/// A statement that may move the session goes upstream. How it ends tells where the session stands, whatever was lost before.
pub fn begins(view: &mut SessionView, name: &str) {
    view.context = Context::default();
    view.unsettled
        .retain(|why| why != SessionView::LOST && why != name);
    moves(view);
    add(view, name);
}

/// It goes on upstream, under another name.
pub fn goes_on(view: &mut SessionView, name: &str, query_id: &str) {
    view.context = Context::default();
    view.unsettled.retain(|why| why != name);
    moves(view);
    add(view, query_id);
}

/// It is over and left the session at `place`, if nothing else moved that meanwhile or may yet. False where no such statement began.
pub fn ends(view: &mut SessionView, name: &str, place: Option<Context>) -> bool {
    let before = view.unsettled.len();
    view.unsettled.retain(|why| why != name);
    if view.unsettled.len() == before {
        return false;
    }
    moves(view);
    match place.filter(|_| view.unsettled.is_empty()) {
        Some(place) => view.context = place,
        None => lose(view),
    }
    true
}

/// It comes again, and nobody told of another one: before it began, the session stood at `place`, unless one that was not told of is
/// under way here, or was lost.
pub fn comes_again(view: &mut SessionView, name: &str, place: &Context) {
    let before = view.unsettled.len();
    view.unsettled.retain(|why| why != name);
    if view.unsettled.len() == before {
        return;
    }
    moves(view);
    if view.unsettled.is_empty() {
        view.context.clone_from(place);
    }
}

/// Nobody knows where the session stands until an answer says it.
pub fn lose(view: &mut SessionView) {
    view.context = Context::default();
    moves(view);
    add(view, SessionView::LOST);
}

/// Where a statement that was decided on `asked` left the session, by its answer; none where that does not say it.
pub fn left_at(asked: &SessionView, said: &Context) -> Option<Context> {
    match stood_at(asked) {
        None => in_full(said),
        Some(mut place) => {
            moved(&mut place, said);
            Some(place)
        }
    }
}

/// Where an answer says that the session stands, if it says the schema.
pub fn in_full(said: &Context) -> Option<Context> {
    (said.database.is_some() && said.schema.is_some()).then(|| said.clone())
}

/// Where the session stood when `asked` was decided on; none where nobody knew.
pub fn stood_at(asked: &SessionView) -> Option<Context> {
    asked.unsettled.is_empty().then(|| asked.context.clone())
}

/// Whether a session that stood at `place` stands there yet, as far as its gateway knows; what `name` may do to it is not counted.
pub fn is_still_at(view: &SessionView, place: &Context, name: &str) -> bool {
    let others = view.unsettled.iter().any(|why| why != name);
    let began = !view.unsettled.is_empty();
    !others && (began || is_same_schema(&view.context, place))
}

/// Whether names mean the same in both.
pub fn is_same_schema(one: &Context, other: &Context) -> bool {
    one.database == other.database && one.schema == other.schema
}

/// What the answer to a statement that moves nothing says of where its session stands. It is of before where the session moved, or
/// may have, since that was decided on `asked`: also where it came back since, for the answer may be of where it was in between.
pub fn hears(view: &mut SessionView, asked: &SessionView, said: &Context) {
    let same = view.context == asked.context && view.unsettled == asked.unsettled;
    if same
        && view.moves == asked.moves
        && !is_pending(view)
        && let Some(place) = left_at(asked, said)
    {
        view.context = place;
        view.unsettled.clear();
    }
}

/// Whatever was asked before is of before.
const fn moves(view: &mut SessionView) {
    view.moves = view.moves.wrapping_add(1);
}

fn add(view: &mut SessionView, why: &str) {
    let why = if view.unsettled.len() < UNSETTLED_MAX || why == SessionView::LOST {
        why
    } else {
        OTHERS
    };
    if !view.unsettled.iter().any(|known| known == why) {
        view.unsettled.push(why.to_owned());
    }
}

/// Takes over what a reply says of where the session stands now.
fn moved(here: &mut Context, now: &Context) {
    for (here, now) in [
        (&mut here.database, &now.database),
        (&mut here.schema, &now.schema),
        (&mut here.warehouse, &now.warehouse),
        (&mut here.role, &now.role),
    ] {
        if now.is_some() {
            here.clone_from(now);
        }
    }
}

#[cfg(test)]
mod tests;
