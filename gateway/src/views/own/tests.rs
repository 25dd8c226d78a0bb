//! A temporary table is known by what it was made of only where no other statement can have come between.

use access::analysis::{Analysis, MadeOf, OwnTable, Provenance, SessionView, Statement, analyze};
use access::catalog::Catalog;
use event::StatementId;
use event::payload::Context;

use super::{Barred, Ended, Own, is_in, of_query};
use crate::limits::{OWN_MAKERS_MAX, OWN_SENT_MAX, OWN_SOURCES_MAX, OWN_TABLES_MAX};

const DDL: &str = "create table d.s.people (id int, nick varchar with tag (pii = 'PERSON'));\n\
    create table d.s.t (n int, name varchar);";
const MADE: &str = "create or replace temp table x as select nick from people";
const READ: &str = "select nick from x";
const FILL: &str = "insert into x select name from t";

/// One session and the statements that are at work in it.
struct Bench {
    own: Own,
    view: SessionView,
    catalog: Catalog,
    last: u128,
}

/// A statement that was decided on.
struct One {
    id: StatementId,
    asked: SessionView,
    analysis: Analysis,
}

impl Bench {
    fn new() -> Self {
        let mut own = Own::default();
        own.opened();
        let context = Context {
            database: Some("D".to_owned()),
            schema: Some("S".to_owned()),
            ..Context::default()
        };
        Self {
            own,
            view: SessionView {
                context,
                upstream_session: Some("117".to_owned()),
                ..SessionView::default()
            },
            catalog: Catalog::from_ddl_files([("ddl", DDL)]).expect("a catalog"),
            last: 0,
        }
    }

    fn decided(&mut self, text: &str) -> One {
        self.own.works();
        self.last += 1;
        let statement = Statement { text, binds: &[] };
        One {
            id: StatementId::from_uuid(uuid::Uuid::from_u128(self.last)),
            asked: self.view.clone(),
            analysis: analyze(statement, &self.view, &self.catalog),
        }
    }

    fn sent(&mut self, one: &One) -> Result<(), Barred> {
        self.own
            .begins(&mut self.view, &one.asked, one.id, &one.analysis)
    }

    fn over(&mut self, one: &One, how: Ended) {
        self.own.ends(&mut self.view, &one.id.to_string(), how);
        self.own.rests();
    }

    /// A statement by itself.
    fn run(&mut self, text: &str, how: Ended) {
        let one = self.decided(text);
        self.sent(&one).expect("it is sent");
        self.over(&one, how);
    }

    /// Whether the session has it, and whether it is known what is in it.
    fn has(&self, name: &str) -> (bool, bool) {
        let table = self.view.own_table(name);
        (
            table.is_some(),
            table.is_some_and(|table| table.made_of.is_some()),
        )
    }

    fn x(&self) -> (bool, bool) {
        self.has("D.S.X")
    }
}

const KNOWN: (bool, bool) = (true, true);
const UNKNOWN: (bool, bool) = (true, false);
const GONE: (bool, bool) = (false, false);

#[test]
fn a_table_is_known_from_the_answer_that_it_was_made() {
    let mut bench = Bench::new();
    let made = bench.decided(MADE);
    assert_eq!(bench.x(), GONE);
    bench.sent(&made).expect("it is sent");
    assert_eq!(bench.x(), UNKNOWN);
    bench.over(&made, Ended::Ran);
    assert_eq!(bench.x(), KNOWN);
    let read = bench.decided(READ);
    assert_eq!(read.analysis.rests_on, ["D.S.X"]);
    bench.sent(&read).expect("it is sent");
    bench.over(&read, Ended::Ran);
    assert_eq!(bench.x(), KNOWN);
    // Made again, it is what the last one made.
    bench.run(
        "create or replace temp table x as select n from t",
        Ended::Ran,
    );
    let table = bench.view.own_table("D.S.X").expect("it is there");
    let made_of = table.made_of.as_ref().expect("it is known");
    assert_eq!(made_of.columns[0].sources, ["D.S.T.N"]);
}

#[test]
fn each_end_of_it() {
    for (text, how, left) in [
        (FILL, Ended::Ran, UNKNOWN),
        (FILL, Ended::Unknown, UNKNOWN),
        // What failed changed nothing.
        (FILL, Ended::Failed, KNOWN),
        ("delete from x", Ended::Ran, UNKNOWN),
        ("alter table x add column n int", Ended::Ran, UNKNOWN),
        ("alter table t rename to x", Ended::Ran, UNKNOWN),
        ("drop table x", Ended::Ran, GONE),
        ("drop table x", Ended::Failed, KNOWN),
        ("drop table x", Ended::Unknown, UNKNOWN),
        ("drop table x; select 1", Ended::Ran, UNKNOWN),
        ("drop schema d.s", Ended::Ran, UNKNOWN),
        ("call p()", Ended::Ran, UNKNOWN),
        ("call p()", Ended::Unknown, UNKNOWN),
        ("execute immediate 'select 1'", Ended::Ran, UNKNOWN),
        (
            "create or replace table x as select 1 n",
            Ended::Ran,
            UNKNOWN,
        ),
        (
            "create temp table if not exists x as select n from t",
            Ended::Ran,
            UNKNOWN,
        ),
        (
            "create or replace temp table x (n int)",
            Ended::Ran,
            UNKNOWN,
        ),
        (
            "create or replace temp table x as select n from nowhere",
            Ended::Ran,
            UNKNOWN,
        ),
        (
            "create or replace temp table x as select n from t",
            Ended::Failed,
            KNOWN,
        ),
        (
            "create or replace temp table x as select n from t",
            Ended::Unknown,
            UNKNOWN,
        ),
        ("insert into t (n) values (1)", Ended::Ran, KNOWN),
        ("insert into t (name) select nick from x", Ended::Ran, KNOWN),
        ("use schema d.s", Ended::Ran, KNOWN),
    ] {
        let mut bench = Bench::new();
        bench.run(MADE, Ended::Ran);
        let one = bench.decided(text);
        bench.sent(&one).expect("it is sent");
        if bench.x() == KNOWN {
            assert_eq!(left, KNOWN, "{text}: unknown before it is sent");
        }
        bench.over(&one, how);
        assert_eq!(bench.x(), left, "{text}: {how:?}");
    }
}

#[test]
fn what_is_not_made_is_not_there() {
    let mut bench = Bench::new();
    bench.run(MADE, Ended::Failed);
    assert_eq!(bench.x(), GONE);
    // Perhaps it is.
    bench.run(MADE, Ended::Unknown);
    assert_eq!(bench.x(), UNKNOWN);
    // It hides a known table, until it is dropped.
    bench.run("create temp table t (n int)", Ended::Ran);
    assert_eq!(bench.has("D.S.T"), UNKNOWN);
    bench.run("drop sequence t", Ended::Ran);
    assert_eq!(bench.has("D.S.T"), UNKNOWN);
    bench.run("drop table \"t\"", Ended::Ran);
    assert_eq!(bench.has("D.S.T"), UNKNOWN);
    bench.run("drop table t", Ended::Ran);
    assert_eq!(bench.has("D.S.T"), GONE);
}

#[test]
fn of_two_at_once_nobody_knows_which_came_first() {
    let others = [
        FILL,
        "select 1",
        "create or replace temp table x as select n from t",
    ];
    for other in others {
        // The other one begins and ends within, before, or goes on after it.
        for order in ["within", "before", "after"] {
            let mut bench = Bench::new();
            let (first, second) = match order {
                "within" | "after" => {
                    let made = bench.decided(MADE);
                    bench.sent(&made).expect("it is sent");
                    (made, bench.decided(other))
                }
                _ => {
                    let other = bench.decided(other);
                    let made = bench.decided(MADE);
                    bench.sent(&made).expect("it is sent");
                    (made, other)
                }
            };
            // It may have been decided on before the first one began.
            let sent = bench.sent(&second).is_ok();
            if order == "after" {
                bench.over(&first, Ended::Ran);
            }
            if sent {
                bench.over(&second, Ended::Ran);
            } else {
                bench.own.rests();
            }
            if order != "after" {
                bench.over(&first, Ended::Ran);
            }
            assert_eq!(bench.x(), UNKNOWN, "{order}: {other}");
        }
    }
    // What goes on upstream is at work as well.
    for (ends, left) in [(true, KNOWN), (false, UNKNOWN)] {
        let mut bench = Bench::new();
        let slow = bench.decided("insert into t (n) values (1)");
        bench.sent(&slow).expect("it is sent");
        bench.own.goes_on(&slow.id.to_string(), "01b2");
        bench.own.rests();
        if ends {
            bench
                .own
                .ends(&mut bench.view, &of_query("01b2"), Ended::Ran);
        }
        bench.run(MADE, Ended::Ran);
        assert_eq!(bench.x(), left, "{ends}");
    }
    // And what was lost is so for good.
    let mut bench = Bench::new();
    bench.run("create temp table y as select nick from people", Ended::Ran);
    let lost = bench.decided("insert into t (n) values (1)");
    bench.sent(&lost).expect("it is sent");
    bench.own.loses(&lost.id.to_string());
    bench.over(&lost, Ended::Unknown);
    bench.run(MADE, Ended::Ran);
    assert_eq!(bench.x(), UNKNOWN);
    assert_eq!(bench.has("D.S.Y"), KNOWN);
}

#[test]
fn a_table_made_slowly_is_known_once_its_result_is_there() {
    let mut bench = Bench::new();
    let made = bench.decided(MADE);
    bench.sent(&made).expect("it is sent");
    bench.own.goes_on(&made.id.to_string(), "01b2");
    bench.own.rests();
    // Whoever asks by the statement's id ends nothing.
    bench
        .own
        .ends(&mut bench.view, &made.id.to_string(), Ended::Ran);
    assert_eq!(bench.x(), UNKNOWN);
    bench
        .own
        .ends(&mut bench.view, &of_query("01b2"), Ended::Ran);
    assert_eq!(bench.x(), KNOWN);
}

#[test]
fn nothing_changes_while_a_statement_rests_on_it() {
    let mut bench = Bench::new();
    bench.run(MADE, Ended::Ran);
    let read = bench.decided(READ);
    bench.sent(&read).expect("it is sent");
    for text in [
        FILL,
        "drop table x",
        "call p()",
        "create or replace temp table x as select n from t",
    ] {
        let other = bench.decided(text);
        assert_eq!(bench.sent(&other), Err(Barred::Busy), "{text}");
        bench.own.rests();
    }
    let beside = bench.decided(READ);
    bench.sent(&beside).expect("it is sent");
    bench.over(&beside, Ended::Ran);
    bench.over(&read, Ended::Ran);
    assert_eq!(bench.x(), KNOWN);
    // What was decided on before another one changed it is not sent.
    let late = bench.decided(READ);
    let fill = bench.decided(FILL);
    let beside = bench.decided(FILL);
    bench.sent(&fill).expect("it is sent");
    assert_eq!(bench.sent(&late), Err(Barred::Changed));
    // Rows are put in by as many as like to.
    bench.sent(&beside).expect("it is sent");
}

#[test]
fn it_goes_with_the_session_that_has_it() {
    let mut bench = Bench::new();
    bench.run(MADE, Ended::Ran);
    is_in(&mut bench.view, Some(&"117".to_owned()));
    assert_eq!(bench.x(), KNOWN);
    is_in(&mut bench.view, Some(&"118".to_owned()));
    assert_eq!(bench.x(), GONE);
    // One that was on its way in the session before made it there.
    let made = bench.decided(MADE);
    bench.sent(&made).expect("it is sent");
    is_in(&mut bench.view, Some(&"119".to_owned()));
    bench.over(&made, Ended::Ran);
    assert_eq!(bench.x(), GONE);
    bench.run(MADE, Ended::Ran);
    bench.own.begins_anew(&mut bench.view);
    assert_eq!(bench.x(), GONE);
    // Nor is one known of a session that nobody can tell from the next.
    is_in(&mut bench.view, None);
    bench.run(MADE, Ended::Ran);
    assert_eq!(bench.x(), UNKNOWN);
}

#[test]
fn nothing_is_known_of_a_session_that_was_not_seen_from_its_login_on() {
    let mut bench = Bench::new();
    bench.own = Own::default();
    bench.run(MADE, Ended::Ran);
    assert_eq!(bench.x(), UNKNOWN);
    // Nor where something ran that was not decided on.
    let mut bench = Bench::new();
    bench.run(MADE, Ended::Ran);
    let odd = bench.decided("select 1");
    bench.sent(&odd).expect("it is sent");
    bench.own.strays(&mut bench.view, &odd.id.to_string());
    assert_eq!(bench.x(), UNKNOWN);
    bench.own.rests();
    bench.run(MADE, Ended::Ran);
    assert_eq!(bench.x(), UNKNOWN);
}

/// Snowflake answers a request id that it knows with what it did then.
#[test]
fn a_statement_that_is_sent_again_makes_nothing_known() {
    let mut bench = Bench::new();
    let made = bench.decided(MADE);
    bench.sent(&made).expect("it is sent");
    bench.over(&made, Ended::Ran);
    bench.run(FILL, Ended::Ran);
    let again = One {
        id: made.id,
        ..bench.decided(MADE)
    };
    bench.sent(&again).expect("it is sent");
    bench.over(&again, Ended::Ran);
    assert_eq!(bench.x(), UNKNOWN);
}

#[test]
fn there_is_an_end_to_what_is_known() {
    let mut bench = Bench::new();
    for number in 0..=OWN_TABLES_MAX {
        bench.run(
            &format!("create temp table x{number} as select n from t"),
            Ended::Ran,
        );
    }
    assert_eq!(bench.view.tables.len(), OWN_TABLES_MAX);
    assert_eq!(bench.has("D.S.X0"), KNOWN);
    assert_eq!(bench.has(&format!("D.S.X{OWN_TABLES_MAX}")), GONE);

    let mut bench = Bench::new();
    let made_of = MadeOf {
        columns: vec![Provenance::default(); OWN_SOURCES_MAX],
        sources: String::new(),
    };
    bench.view.tables.push(OwnTable {
        name: "D.S.LARGE".to_owned(),
        made_of: Some(made_of),
    });
    bench.run(MADE, Ended::Ran);
    assert_eq!(bench.x(), UNKNOWN);

    let mut bench = Bench::new();
    let ids = (1..OWN_MAKERS_MAX).map(|number| uuid::Uuid::from_u128((number as u128) << 64));
    bench.own.makers.extend(ids.map(StatementId::from_uuid));
    bench.run(MADE, Ended::Ran);
    assert_eq!(bench.x(), KNOWN);
    bench.run(MADE, Ended::Ran);
    assert_eq!(bench.x(), UNKNOWN);

    let mut bench = Bench::new();
    let one = bench.decided("insert into t (n) values (1)");
    for number in 0..=OWN_SENT_MAX {
        let next = One {
            id: StatementId::from_uuid(uuid::Uuid::from_u128(number as u128)),
            asked: one.asked.clone(),
            analysis: one.analysis.clone(),
        };
        bench.sent(&next).expect("it is sent");
        bench.own.goes_on(&next.id.to_string(), &number.to_string());
    }
    assert_eq!(bench.own.sent.len(), OWN_SENT_MAX);
}
