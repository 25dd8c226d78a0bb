//! Holds: whom they ask, when nobody is asked, and what an answer is bound to.

use event::Principal;
use event::payload::{Context, Verdict};

use super::*;

#[test]
fn several_holds_ask_everybody_and_the_shortest_time() {
    let policy = rules(&format!(
        "{PERMIT_ALL}
        @id(\"a\") @reason(\"a\") @effect(\"hold\") @approvers(\"oncall\") @n(\"2\") @ttl(\"20m\") @execution_ttl(\"1h\")
        forbid (principal, action == Action::\"write\", resource) unless {{ context.approvals.contains(\"oncall\") }};
        @id(\"b\") @reason(\"b\") @effect(\"hold\") @approvers(\"security\") @ttl(\"10m\")
        forbid (principal, action == Action::\"execute\", resource)
        when {{ context.flags.contains(\"data_write\") }} unless {{ context.approvals.contains(\"security\") }};"
    ));
    let decision = decide(
        &engine(policy),
        &principal(&[]),
        write("insert", &["data_write"]),
    );
    let hold = decision.hold().unwrap();
    let quorum: Vec<(&str, u32)> = hold
        .quorum
        .iter()
        .map(|q| (q.group.as_str(), q.needed))
        .collect();
    assert_eq!(quorum, [("oncall", 2), ("security", 2)]);
    assert_eq!(hold.approval_ttl_ns, 600_000_000_000);
    assert_eq!(hold.execution_ttl_ns, 900_000_000_000);
}

#[test]
fn nobody_is_asked_in_vain() {
    let policy = rules(&format!(
        "{PERMIT_ALL}
        @id(\"held\") @reason(\"h\") @effect(\"hold\") @approvers(\"oncall\")
        forbid (principal, action == Action::\"write\", resource) unless {{ context.approvals.contains(\"security\") }};"
    ));
    let decision = decide(&engine(policy), &principal(&[]), write("insert", &[]));
    assert_eq!(decision.verdict(), Verdict::Deny);
    assert_eq!(said(&decision), ["held", "firn:in-vain"]);
}

#[test]
fn what_no_rule_permits_is_denied_with_that_reason() {
    let policy = rules("@id(\"run\") permit (principal, action == Action::\"execute\", resource);");
    let decision = decide(&engine(policy), &principal(&[]), select(Vec::new()));
    assert_eq!(decision.verdict(), Verdict::Deny);
    assert_eq!(
        decision.reasons()[0].text,
        "no rule permits reading it: SHOP.PUBLIC.CUSTOMERS"
    );
}

#[test]
fn a_rule_that_fails_lets_nothing_through() {
    let policy = rules(&format!(
        "{PERMIT_ALL}
        @id(\"overflow\") @reason(\"o\")
        forbid (principal, action == Action::\"execute\", resource)
        when {{ context.statements + 9223372036854775807 > 0 }};"
    ));
    let decision = decide(&engine(policy), &principal(&[]), select(Vec::new()));
    assert_eq!(decision.verdict(), Verdict::Deny);
    assert_eq!(said(&decision), ["firn:failed"]);
}

#[test]
fn what_is_not_understood_is_held_or_denied_as_set() {
    let engine = engine(rules(PERMIT_ALL));
    let lost = |analysis: Analysis| Analysis {
        flags: vec![Finding::UnresolvedColumn],
        ..analysis
    };
    let who = principal(&[]);
    let query = decide(&engine, &who, lost(select(Vec::new())));
    assert_eq!(query.verdict(), Verdict::Hold);
    assert_eq!(query.hold().unwrap().quorum[0].group, "security");
    assert_eq!(query.hold().unwrap().approval_ttl_ns, 300_000_000_000);
    let other = decide(&engine, &who, lost(write("insert", &[])));
    assert_eq!(other.verdict(), Verdict::Deny);
}

#[test]
fn every_way_of_asking_about_a_column_has_one_budget() {
    let engine = engine(starter());
    let session = |uses| SessionView {
        range_uses: vec![(SSN.to_owned(), uses)],
        ..SessionView::default()
    };
    let ask = |comparison, uses| {
        let analysis = filter(SSN, comparison, &[]);
        decide_in(&engine, &principal(&[]), analysis, &session(uses)).verdict()
    };
    for comparison in [
        Comparison::Range,
        Comparison::Equality,
        Comparison::Order,
        Comparison::Failure,
    ] {
        assert!(comparison.tells());
        assert_eq!(ask(comparison, 19), Verdict::Hold, "{comparison:?}");
        assert_eq!(ask(comparison, 20), Verdict::Deny, "{comparison:?}");
    }
    for comparison in [Comparison::Group, Comparison::NullTest] {
        assert!(!comparison.tells());
        assert_eq!(ask(comparison, 20), Verdict::Allow, "{comparison:?}");
    }
}

#[test]
fn what_tells_something_counts_where_a_rule_asks_how_often() {
    let counts = "@id(\"often\") @reason(\"often\") forbid (principal, action == Action::\"filter_by\", resource in Tag::\"PII\") when { context.range_uses > 5 };";
    let starter = engine(starter());
    let silent = engine_of(PERMIT_ALL);
    let pii = engine_of(&format!("{PERMIT_ALL}{counts}"));
    let times = |engine: &Engine, analysis: Analysis| {
        let who = principal(&[]);
        let request = DecisionRequest {
            statement_id: StatementId::from_uuid(uuid::Uuid::nil()),
            statement: Statement {
                text: "handmade",
                binds: &[],
            },
            session: &SessionView::default(),
            principal: &who,
            connection: "main",
            now: TimeNs(0),
            describe_only: false,
        };
        let compared = engine.decide_on(&request, analysis).compared.into_iter();
        let named = compared.map(|one| format!("{} {}", one.column, one.times));
        named.collect::<Vec<_>>()
    };
    let once = [format!("{SSN} 1")];
    for comparison in [Comparison::Range, Comparison::Equality, Comparison::Failure] {
        assert_eq!(times(&starter, filter(SSN, comparison, &[])), once);
    }
    // An untouched key of one class tells nothing, one of another class does.
    assert!(times(&starter, filter(SSN, Comparison::Join, &[SSN])).is_empty());
    assert_eq!(
        times(&starter, filter(SSN, Comparison::Join, &[CARD])),
        once
    );
    for comparison in [Comparison::Group, Comparison::NullTest] {
        assert!(times(&starter, filter(SSN, comparison, &[])).is_empty());
    }
    // Nobody asks of these.
    assert!(times(&starter, filter(ID, Comparison::Range, &[])).is_empty());
    assert!(times(&silent, filter(SSN, Comparison::Range, &[])).is_empty());
    assert!(times(&pii, filter(CARD, Comparison::Range, &[])).is_empty());
    // Several places, and several ways of asking.
    let mut analysis = filter(SSN, Comparison::Range, &[]);
    analysis.predicates[0].times = 4;
    for (column, comparison) in [(SSN, Comparison::Equality), (EMAIL, Comparison::Order)] {
        analysis
            .predicates
            .extend(filter(column, comparison, &[]).predicates);
    }
    let all = [format!("{EMAIL} 1"), format!("{SSN} 5")];
    assert_eq!(times(&pii, analysis), all);
}

#[test]
fn data_never_names_columns_whoever_approves() {
    let engine = engine(rules(PERMIT_ALL));
    let analysis = Analysis {
        flags: vec![Finding::NamedByData],
        ..select(Vec::new())
    };
    let decision = decide(&engine, &principal(&[]), analysis);
    assert_eq!(decision.verdict(), Verdict::Deny);
    assert!(said(&decision).contains(&"firn:named-by-data"));
}

#[test]
fn failures_are_withheld_where_sensitive_columns_are_read() {
    let engine = engine(starter());
    for (analysis, withheld) in [
        (
            select(vec![output("ID", &[ID], Derivation::Identity)]),
            false,
        ),
        (filter(SSN, Comparison::Failure, &[]), true),
    ] {
        let columns: Vec<_> = analysis
            .predicates
            .iter()
            .map(|_| ColumnUse {
                table: "SHOP.PUBLIC.CUSTOMERS".to_owned(),
                column: "SSN".to_owned(),
                usage: Use::Filter,
            })
            .collect();
        let analysis = Analysis {
            columns,
            ..analysis
        };
        let decision = decide(&engine, &principal(&[]), analysis);
        assert_eq!(decision.withholds_errors(), withheld);
    }
}

#[test]
fn the_binding_changes_with_everything_that_was_approved() {
    let engine = engine(starter());
    let analysis = || write("insert", &[]);
    let base = decide(&engine, &principal(&[]), analysis()).binding();
    assert_eq!(
        base,
        decide(&engine, &principal(&["data-stewards"]), analysis()).binding()
    );
    let elsewhere = SessionView {
        context: Context {
            schema: Some("OTHER".to_owned()),
            ..Context::default()
        },
        ..SessionView::default()
    };
    let other_catalog = Analysis {
        catalog_version: "other".to_owned(),
        ..analysis()
    };
    let someone = Principal {
        subject: "somebody else".to_owned(),
        ..principal(&[])
    };
    let changed = [
        decide_in(&engine, &principal(&[]), analysis(), &elsewhere).binding(),
        decide(&engine, &principal(&[]), other_catalog).binding(),
        decide(&engine, &someone, analysis()).binding(),
        decide(&engine_of(PERMIT_ALL), &principal(&[]), analysis()).binding(),
    ];
    for binding in changed {
        assert_ne!(base, binding);
    }
}

fn engine_of(text: &str) -> Engine {
    engine(rules(text))
}
