//! A view follows what ran, and assumes nothing of what may have.

use access::analysis::{Analysis, Answer, Provenance, SessionView};
use event::SessionId;
use event::payload::{Context, StatementKind};

use super::{Views, after, failed, for_text};
use crate::limits::{VIEW_RESULTS_MAX, VIEWS_MAX};

fn context(database: Option<&str>, schema: Option<&str>) -> Context {
    Context {
        database: database.map(str::to_owned),
        schema: schema.map(str::to_owned),
        ..Context::default()
    }
}

#[test]
fn a_variable_that_is_being_set_is_known_to_nobody() {
    let views = Views::default();
    let session = SessionId::from_uuid(uuid::Uuid::from_u128(7));
    let view = views.of(session, &Context::default());
    let known = |views: &Views| {
        let mut seen = view.lock().clone();
        views.forget_assigning(session, &mut seen);
        let names = seen.variables.into_iter().map(|(name, _)| name);
        names.collect::<Vec<_>>()
    };
    let sets = |value: &str| Analysis {
        kinds: vec![StatementKind::Set],
        assigns: vec![("Q".to_owned(), Some(value.to_owned()))],
        ..Analysis::default()
    };
    let ends = |analysis: &Analysis| {
        after(&mut view.lock(), analysis, &[]);
    };
    view.lock().variables = vec![("A".to_owned(), "1".to_owned())];

    let (one, two) = (sets("1"), sets("2"));
    let mut first = views.work(session, &Context::default());
    first.assigns(&one);
    assert_eq!(known(&views), ["A"]);
    ends(&one);
    assert_eq!(known(&views), ["A"]);
    drop(first);
    assert_eq!(known(&views), ["A", "Q"]);

    // Two at once: whichever ended last here need not have run last there.
    let mut first = views.work(session, &Context::default());
    first.assigns(&one);
    let mut second = views.work(session, &Context::default());
    second.assigns(&two);
    ends(&two);
    drop(second);
    assert_eq!(known(&views), ["A"]);
    ends(&one);
    drop(first);
    assert_eq!(known(&views), ["A"]);

    let mut call = views.work(session, &Context::default());
    call.assigns(&Analysis {
        kinds: vec![StatementKind::Call],
        ..Analysis::default()
    });
    assert_eq!(known(&views), Vec::<String>::new());
}

/// A gateway that was started again, or another one, counted from a session's second statement on: what its first one assigned was
/// taken for what it had been, and nobody was beside it.
#[test]
fn the_first_statement_of_a_session_that_is_new_here_is_at_work_too() {
    let views = Views::default();
    let session = SessionId::from_uuid(uuid::Uuid::from_u128(7));
    let here = context(Some("D"), Some("S"));
    let mut first = views.work(session, &here);
    first.assigns(&Analysis {
        kinds: vec![StatementKind::Set],
        assigns: vec![("Q".to_owned(), Some("2".to_owned()))],
        ..Analysis::default()
    });
    let mut seen = views.of(session, &Context::default()).lock().clone();
    assert_eq!(seen.context, here);
    // Another gateway said so before.
    seen.variables = vec![("Q".to_owned(), "1".to_owned())];
    views.forget_assigning(session, &mut seen);
    assert!(seen.variables.is_empty(), "{:?}", seen.variables);
    assert_eq!(views.work(session, &here).others, 1);
    drop(first);
    assert_eq!(views.work(session, &here).others, 0);
}

/// What this process alone knew went with it, and what others said last is of before.
#[test]
fn a_session_that_was_forgotten_before_others_heard_of_it_stands_nowhere() {
    let session = |number| SessionId::from_uuid(uuid::Uuid::from_u128(number));
    let here = context(Some("D"), Some("S"));
    let views = Views::default();
    for told in [true, false] {
        let one = session(u128::from(told));
        views.of(one, &here);
        views.told(one, told);
        for number in 0..VIEWS_MAX.get() {
            views.of(session(1_000 + number as u128), &here);
        }
        let view = views.of(one, &here).lock().clone();
        assert_eq!(
            (view.context == here, view.unsettled.is_empty()),
            (told, told)
        );
    }
}

#[test]
fn a_result_of_names_is_remembered_as_such() {
    let mut view = SessionView::default();
    for (id, answer) in [
        ("q1", Answer::Metadata),
        ("q2", Answer::Rows),
        ("q3", Answer::Status),
    ] {
        let analysis = Analysis {
            answers: vec![answer],
            outputs: vec![None],
            ..Analysis::default()
        };
        after(&mut view, &analysis, &[id.to_owned()]);
    }
    assert_eq!(view.metadata, ["q1", "q3"]);
    assert_eq!(view.results.len(), 3);
    let last = "select * from table(result_scan(last_query_id()))";
    assert_eq!(for_text(view.clone(), last, true).metadata, ["q1", "q3"]);
    assert!(for_text(view, last, false).metadata.is_empty());
}

#[test]
fn a_view_follows_what_ran() {
    let mut view = SessionView {
        context: context(Some("D"), Some("S")),
        variables: vec![("A".to_owned(), "1".to_owned())],
        ..SessionView::default()
    };
    let analysis = Analysis {
        assigns: vec![
            ("A".to_owned(), None),
            ("B".to_owned(), Some("t".to_owned())),
        ],
        outputs: vec![Some(Vec::new())],
        ..Analysis::default()
    };
    after(&mut view, &analysis, &["q1".to_owned()]);
    assert_eq!(view.context, context(Some("D"), Some("S")));
    assert_eq!(view.variables, [("B".to_owned(), "t".to_owned())]);
    assert_eq!(view.results, [("q1".to_owned(), Vec::new())]);
}
#[test]
fn a_failure_leaves_nothing_assumed() {
    let mut view = SessionView {
        context: context(Some("D"), Some("S")),
        variables: vec![
            ("A".to_owned(), "1".to_owned()),
            ("B".to_owned(), "2".to_owned()),
        ],
        ..SessionView::default()
    };
    let analysis = Analysis {
        kinds: vec![StatementKind::Use, StatementKind::Set],
        assigns: vec![("A".to_owned(), Some("9".to_owned()))],
        ..Analysis::default()
    };
    failed(&mut view, &analysis, None);
    assert_eq!(view.variables, [("B".to_owned(), "2".to_owned())]);
    assert_eq!(view.results, [(String::new(), Vec::new())]);
}

/// A statement that goes on upstream may set it again whenever it does.
#[test]
fn what_is_set_beside_a_statement_under_way_is_not_relied_on() {
    let analysis = Analysis {
        assigns: vec![("A".to_owned(), Some("9".to_owned()))],
        ..Analysis::default()
    };
    for (why, known) in [(SessionView::LOST, true), ("01b2", false)] {
        let mut view = SessionView {
            unsettled: vec![why.to_owned()],
            ..SessionView::default()
        };
        after(&mut view, &analysis, &[]);
        assert_eq!(!view.variables.is_empty(), known, "{why}");
    }
}

#[test]
fn positions_are_trusted_only_where_they_can_be_counted() {
    let known = |view: &SessionView| view.results.iter().filter(|one| !one.1.is_empty()).count();
    let column = || {
        vec![Provenance {
            name: "N".to_owned(),
            ..Provenance::default()
        }]
    };
    let short = SessionView {
        results: vec![("q1".to_owned(), column()), ("q2".to_owned(), column())],
        ..SessionView::default()
    };
    let mut long = SessionView::default();
    for at in 0..2 * VIEW_RESULTS_MAX {
        let analysis = Analysis {
            outputs: vec![Some(column())],
            ..Analysis::default()
        };
        after(&mut long, &analysis, &[format!("q{at}")]);
    }
    assert_eq!(long.results.len(), VIEW_RESULTS_MAX);
    for (view, text, counted, trusted) in [
        (
            &short,
            "select * from table(result_scan(last_query_id()))",
            true,
            true,
        ),
        (
            &short,
            "select * from table(result_scan(LAST_QUERY_ID(1)))",
            true,
            true,
        ),
        (
            &short,
            "select * from table(result_scan(last_query_id()))",
            false,
            false,
        ),
        (
            &short,
            "select * from table(result_scan('q1'))",
            false,
            true,
        ),
        (
            &long,
            "select * from table(result_scan(last_query_id ( -2 )))",
            true,
            true,
        ),
        (
            &long,
            "select * from table(result_scan(last_query_id(2)))",
            true,
            false,
        ),
        (
            &long,
            "select * from table(result_scan(last_query_id(/**/)))",
            true,
            false,
        ),
    ] {
        let seen = for_text(view.clone(), text, counted);
        assert_eq!(known(&seen) > 0, trusted, "{text}");
    }
}
