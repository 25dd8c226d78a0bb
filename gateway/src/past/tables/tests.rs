//! A temporary table is known by the record only where nothing else that does more than read was at work beside or after it.

use access::analysis::{Analysis, SessionView, Statement, analyze};
use access::catalog::Catalog;
use event::StatementId;
use event::payload::{Context, FailureStage};

use super::Tables;

const DDL: &str = "create table d.s.people (id int, nick varchar with tag (pii = 'PERSON'));\n\
    create table d.s.t (n int, name varchar);";
const MADE: &str = "create or replace temp table x as select nick from people";
const FILL: &str = "insert into x select name from t";

fn of(text: &str) -> Analysis {
    let context = Context {
        database: Some("D".to_owned()),
        schema: Some("S".to_owned()),
        ..Context::default()
    };
    let view = SessionView {
        context,
        ..SessionView::default()
    };
    let catalog = Catalog::from_ddl_files([("ddl", DDL)]).expect("a catalog");
    analyze(Statement { text, binds: &[] }, &view, &catalog)
}

fn id(number: u128) -> StatementId {
    StatementId::from_uuid(uuid::Uuid::from_u128(number))
}

/// It is asked and decided on.
fn asked(tables: &mut Tables, number: u128, text: &str) {
    tables.asked(id(number), true);
    tables.decided(id(number), Some(&of(text)));
}

fn run(tables: &mut Tables, number: u128, text: &str) {
    asked(tables, number, text);
    tables.finished(id(number));
}

fn is_known(tables: &Tables) -> bool {
    let mut known = tables.known().iter();
    known.any(|table| table.name == "D.S.X" && table.made_of.is_some())
}

#[test]
fn a_table_is_known_from_its_result_until_something_may_change_it() {
    for (text, known) in [
        (FILL, false),
        ("insert into d.s.\"x\" select name from t", false),
        ("drop table x", false),
        ("call p()", false),
        ("drop schema d.s", false),
        ("insert into t (name) select nick from x", true),
        ("use schema d.s", true),
    ] {
        let mut tables = Tables::default();
        asked(&mut tables, 1, MADE);
        assert!(!is_known(&tables));
        tables.finished(id(1));
        assert!(is_known(&tables));
        asked(&mut tables, 2, text);
        assert_eq!(is_known(&tables), known, "{text}: from when it is asked");
        tables.finished(id(2));
        assert_eq!(is_known(&tables), known, "{text}");
    }
    // What a drop leaves is nothing.
    let mut tables = Tables::default();
    run(&mut tables, 1, MADE);
    run(&mut tables, 2, "drop table x");
    assert!(tables.known().is_empty());
}

#[test]
fn nothing_is_known_that_was_made_beside_another_statement() {
    // The other one begins before it, and ends within, after it or never.
    for order in ["within", "after", "never"] {
        let mut tables = Tables::default();
        asked(&mut tables, 1, "insert into t (n) values (1)");
        asked(&mut tables, 2, MADE);
        if order == "within" {
            tables.finished(id(1));
        }
        tables.finished(id(2));
        if order == "after" {
            tables.finished(id(1));
        }
        assert!(!is_known(&tables), "{order}");
    }
    // It begins within.
    let mut tables = Tables::default();
    asked(&mut tables, 1, MADE);
    run(&mut tables, 2, "insert into t (n) values (1)");
    tables.finished(id(1));
    assert!(!is_known(&tables));
    run(&mut tables, 3, MADE);
    assert!(is_known(&tables));
}

#[test]
fn what_cannot_be_read_again_changes_everything() {
    let mut tables = Tables::default();
    run(&mut tables, 1, MADE);
    tables.asked(id(2), true);
    tables.decided(id(2), None);
    tables.finished(id(2));
    assert!(!is_known(&tables));
    // What did not run, did nothing.
    run(&mut tables, 3, MADE);
    tables.asked(id(4), true);
    tables.denied(id(4));
    asked(&mut tables, 5, "insert into t (n) values (1)");
    tables.failed(id(5), FailureStage::Approval, false);
    assert!(is_known(&tables));
    run(&mut tables, 6, MADE);
    assert!(is_known(&tables));
}

/// A failure is also what is recorded of a statement that goes on without anybody.
#[test]
fn after_a_failure_a_renewal_or_a_statement_asked_twice_nothing_is_known() {
    let spoils: [fn(&mut Tables); 5] = [
        |tables| {
            asked(tables, 2, "insert into t (n) values (1)");
            tables.failed(id(2), FailureStage::Upstream, true);
        },
        |tables| {
            asked(tables, 2, "insert into t (n) values (1)");
            tables.failed(id(2), FailureStage::Upstream, false);
        },
        Tables::renewed,
        Tables::lose,
        |tables| tables.asked(id(1), false),
    ];
    for (at, spoil) in spoils.into_iter().enumerate() {
        let mut tables = Tables::default();
        run(&mut tables, 1, MADE);
        assert!(is_known(&tables));
        spoil(&mut tables);
        assert!(!is_known(&tables), "{at}");
        tables.finished(id(1));
        run(&mut tables, 3, MADE);
        assert!(!is_known(&tables), "{at}");
    }
}
