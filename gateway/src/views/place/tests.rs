//! A session stands where the end of its last move says, and nowhere as long as that is not heard.

use access::analysis::{Analysis, SessionView};
use event::payload::{Context, StatementKind};

use super::{
    begins, comes_again, drops, ends, goes_on, hears, is_still_at, left_at, lose, may_move,
    stays_if_failed, stood_at,
};
use crate::limits::UNSETTLED_MAX;

fn at(schema: &str) -> Context {
    Context {
        database: Some("D".to_owned()),
        schema: Some(schema.to_owned()),
        role: Some("R".to_owned()),
        ..Context::default()
    }
}

fn standing(schema: &str) -> SessionView {
    SessionView {
        context: at(schema),
        ..SessionView::default()
    }
}

fn of(kinds: &[&str]) -> Analysis {
    let kinds = kinds.iter();
    Analysis {
        kinds: kinds
            .map(|kind| StatementKind::from((*kind).to_owned()))
            .collect(),
        ..Analysis::default()
    }
}

fn stands(view: &SessionView, schema: &str) -> bool {
    view.context == at(schema) && view.unsettled.is_empty()
}

fn is_lost(view: &SessionView) -> bool {
    view.context == Context::default() && view.unsettled == [SessionView::LOST]
}

#[test]
fn what_may_move_a_session() {
    for (kind, moves, stays) in [
        ("select", false, true),
        ("insert", false, true),
        ("create_table", false, true),
        ("drop", false, true),
        ("set", false, true),
        ("use", true, true),
        ("create_schema", true, true),
        ("create_database", true, true),
        ("alter_schema", true, true),
        ("call", true, false),
        ("execute_immediate", true, false),
        ("script", true, false),
        ("unclassified", true, false),
    ] {
        let analysis = of(&[kind]);
        assert_eq!(may_move(&analysis), moves, "{kind}");
        assert_eq!(stays_if_failed(&analysis), stays, "{kind}");
    }
    assert!(may_move(&of(&["select", "use"])));
    assert!(!stays_if_failed(&of(&["use", "select"])));
}

#[test]
fn what_drops_the_place_of_its_session() {
    for (kind, name, expected) in [
        ("drop", "D.S", true),
        ("drop", "D", true),
        ("drop", "\"d\".S", true),
        ("drop", "D.T", false),
        ("drop", "E", false),
        ("drop", "D.S.T", false),
        ("alter_schema", "D.S", false),
    ] {
        let mut analysis = of(&[kind]);
        analysis.defines = vec![name.to_owned()];
        assert_eq!(drops(&analysis, &at("S")), expected, "{kind} {name}");
        assert!(!drops(&analysis, &Context::default()), "{kind} {name}");
    }
}

#[test]
fn a_session_stands_nowhere_until_a_move_has_ended() {
    let asked = standing("S");
    let mut view = asked.clone();
    begins(&mut view, "a");
    assert_eq!(
        (view.context.clone(), view.unsettled.len()),
        (Context::default(), 1)
    );
    // What others say meanwhile is of before, or of who knows when.
    hears(&mut view, &asked, &at("S"));
    let beside = view.clone();
    hears(&mut view, &beside, &at("S"));
    assert_eq!(view.context, Context::default());
    assert!(ends(&mut view, "a", left_at(&asked, &at("T"))));
    assert!(stands(&view, "T"), "{view:?}");
    // So is what comes later of one that was decided on before.
    hears(&mut view, &asked, &at("S"));
    assert!(stands(&view, "T"), "{view:?}");
    // Nobody ends twice.
    assert!(!ends(&mut view, "a", Some(at("S"))));
    assert!(stands(&view, "T"), "{view:?}");
}

/// It ran while the session was away, or before, and its answer comes when that is back.
#[test]
fn what_comes_late_is_of_before_though_the_session_came_back() {
    for lost in [false, true] {
        let mut view = standing("S");
        if lost {
            lose(&mut view);
        }
        let asked = view.clone();
        begins(&mut view, "a");
        ends(&mut view, "a", Some(at("T")));
        begins(&mut view, "b");
        ends(&mut view, "b", Some(at("S")).filter(|_| !lost));
        assert_eq!(view.context, asked.context);
        assert_eq!(view.unsettled, asked.unsettled);
        let back = view.clone();
        hears(&mut view, &asked, &at("T"));
        assert_eq!(view, back);
        // One that was asked since is not late.
        hears(&mut view, &back, &at("U"));
        assert!(stands(&view, "U"), "{view:?}");
    }
}

#[test]
fn a_session_is_where_it_was_unless_another_one_moved_it_or_may() {
    let mut view = standing("S");
    let mut other = at("S");
    other.warehouse = Some("W".to_owned());
    assert!(is_still_at(&view, &at("S"), "a") && is_still_at(&view, &other, "a"));
    assert!(!is_still_at(&view, &at("T"), "a"));
    begins(&mut view, "a");
    assert!(is_still_at(&view, &at("S"), "a"));
    assert!(!is_still_at(&view, &at("S"), "b"));
    begins(&mut view, "b");
    assert!(!is_still_at(&view, &at("S"), "a"));
    ends(&mut view, "b", Some(at("T")));
    assert!(!is_still_at(&view, &at("S"), "a"), "it may stand at T");
}

#[test]
fn one_that_comes_again_is_decided_on_where_the_session_stood_before_it() {
    let mut view = standing("T");
    begins(&mut view, "a");
    comes_again(&mut view, "another", &at("S"));
    assert_eq!(view.unsettled, ["a"]);
    let mut alone = view.clone();
    comes_again(&mut alone, "a", &at("S"));
    assert!(stands(&alone, "S"), "{alone:?}");
    // What is under way besides may move it yet, and what was lost may have.
    let mut beside = view.clone();
    begins(&mut beside, "b");
    comes_again(&mut beside, "a", &at("S"));
    assert_eq!(beside.unsettled, ["b"]);
    assert_eq!(beside.context, Context::default());
    lose(&mut view);
    comes_again(&mut view, "a", &at("S"));
    assert!(is_lost(&view));
}

#[test]
fn a_move_that_failed_leaves_a_session_where_it_was_and_one_that_was_lost_nowhere() {
    let asked = standing("S");
    let mut view = asked.clone();
    begins(&mut view, "a");
    ends(&mut view, "a", stood_at(&asked));
    assert!(stands(&view, "S"), "{view:?}");
    begins(&mut view, "b");
    ends(&mut view, "b", None);
    assert!(is_lost(&view));
    // Where nobody knew before, a failure tells nothing.
    let asked = view.clone();
    begins(&mut view, "c");
    assert_eq!(view.unsettled, ["c"]);
    ends(&mut view, "c", stood_at(&asked));
    assert!(is_lost(&view));
    // An answer that names a part does not say it; one that names all of it does.
    let mut part = at("T");
    part.database = None;
    let asked = view.clone();
    hears(&mut view, &asked, &part);
    assert!(is_lost(&view));
    hears(&mut view, &asked, &at("T"));
    assert!(stands(&view, "T"), "{view:?}");
}

#[test]
fn of_two_moves_at_once_nobody_says_which_was_last() {
    let asked = standing("S");
    let mut view = asked.clone();
    begins(&mut view, "a");
    begins(&mut view, "b");
    ends(&mut view, "a", left_at(&asked, &at("T")));
    ends(&mut view, "b", left_at(&asked, &at("U")));
    assert!(is_lost(&view));
    // A third one settles it.
    let asked = view.clone();
    begins(&mut view, "c");
    ends(&mut view, "c", left_at(&asked, &at("V")));
    assert!(stands(&view, "V"), "{view:?}");
}

#[test]
fn a_move_that_goes_on_upstream_ends_under_its_query_id() {
    let asked = standing("S");
    let mut view = asked.clone();
    begins(&mut view, "a");
    goes_on(&mut view, "a", "01b2");
    assert_eq!(view.unsettled, ["01b2"]);
    assert!(!ends(&mut view, "another", Some(at("S"))));
    assert!(ends(&mut view, "01b2", Some(at("T"))));
    assert!(stands(&view, "T"), "{view:?}");
}

#[test]
fn too_many_moves_at_once_settle_nothing() {
    let mut view = standing("S");
    let names: Vec<String> = (0..2 * UNSETTLED_MAX).map(|at| at.to_string()).collect();
    for name in &names {
        begins(&mut view, name);
    }
    assert!(view.unsettled.len() <= UNSETTLED_MAX + 1);
    lose(&mut view);
    for name in &names {
        ends(&mut view, name, Some(at("T")));
    }
    let asked = view.clone();
    hears(&mut view, &asked, &at("T"));
    assert_eq!(view.context, Context::default());
}
