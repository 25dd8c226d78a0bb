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
        flags: vec!["unresolved_column".to_owned()],
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
fn range_conditions_have_a_budget_in_the_session() {
    let engine = engine(starter());
    let session = |uses| SessionView {
        range_uses: vec![(SSN.to_owned(), uses)],
        ..SessionView::default()
    };
    let ask = |uses| {
        let analysis = filter(SSN, Comparison::Range, &[]);
        decide_in(&engine, &principal(&[]), analysis, &session(uses)).verdict()
    };
    assert_eq!(ask(19), Verdict::Hold);
    assert_eq!(ask(20), Verdict::Deny);
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
