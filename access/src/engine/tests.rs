//! Verdicts from handmade analyses: what blocks, holds and masks, whatever the SQL looks like.

mod aliases;
mod holds;
mod matrix;
mod stages;

use std::{path::Path, sync::Arc, sync::LazyLock};

use event::payload::{ColumnUse, Finding, StatementKind, Use, Verdict};
use event::{Agent, Principal, StatementId, TimeNs};
use permit::{MaskPlan, Operator};

use super::*;
use crate::analysis::{
    Answer, Comparison, Derivation, Predicate, Provenance, SessionView, Statement,
};

const DDL: &str = "CREATE DATABASE SHOP; CREATE SCHEMA SHOP.PUBLIC;
CREATE TABLE SHOP.PUBLIC.CUSTOMERS (ID NUMBER(38,0), SSN VARCHAR WITH TAG (PII = 'SSN'), EMAIL VARCHAR WITH TAG (PII = 'EMAIL'));
CREATE TABLE SHOP.PUBLIC.PAYMENTS (ID NUMBER(38,0), CARD VARCHAR WITH TAG (PCI = 'PAN'));";

const SSN: &str = "SHOP.PUBLIC.CUSTOMERS.SSN";
const EMAIL: &str = "SHOP.PUBLIC.CUSTOMERS.EMAIL";
const ID: &str = "SHOP.PUBLIC.CUSTOMERS.ID";
const CARD: &str = "SHOP.PUBLIC.PAYMENTS.CARD";

static STARTER: LazyLock<PolicySet> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/policy");
    PolicySet::load(&folder).unwrap()
});

fn starter() -> PolicySet {
    STARTER.clone()
}

fn rules(text: &str) -> PolicySet {
    let settings = "groups = [\"oncall\", \"security\"]\n[tags.PII]\n[tags.PCI]\n[unknown]\nquery = \"hold\"\napprovers = [\"security\"]\nttl = \"5m\"\n";
    PolicySet::from_files(vec![
        ("firn-policy.toml".to_owned(), settings.to_owned()),
        ("r.cedar".to_owned(), text.to_owned()),
    ])
    .unwrap_or_else(|error| panic!("{error}"))
}

const PERMIT_ALL: &str = "@id(\"all\") permit (principal, action, resource);\n";

fn engine(policy: PolicySet) -> Engine {
    let catalog = Catalog::from_ddl_files([("ddl", DDL)]).unwrap();
    Engine::new(policy, catalog, EngineConfig::default())
}

fn principal(groups: &[&str]) -> Principal {
    Principal {
        issuer: "https://idp".to_owned(),
        subject: "agent".to_owned(),
        display: "Agent".to_owned(),
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        agent: Some(Agent {
            application: "app".to_owned(),
            version: "1".to_owned(),
            on_behalf_of: None,
            correlation_id: Some("quarterly report".to_owned()),
        }),
    }
}

/// Decides on a handmade analysis.
fn decide(engine: &Engine, who: &Principal, analysis: Analysis) -> Decision {
    decide_in(engine, who, analysis, &SessionView::default())
}

fn decide_in(
    engine: &Engine,
    who: &Principal,
    analysis: Analysis,
    session: &SessionView,
) -> Decision {
    let request = DecisionRequest {
        statement_id: StatementId::from_uuid(uuid::Uuid::nil()),
        statement: Statement {
            text: "handmade",
            binds: &[],
        },
        session,
        principal: who,
        connection: "main",
        now: TimeNs(0),
        describe_only: false,
    };
    engine.decide_on(&request, analysis).decision
}

fn output(name: &str, sources: &[&str], derivation: Derivation) -> Provenance {
    Provenance {
        name: name.to_owned(),
        sources: sources.iter().map(|source| (*source).to_owned()).collect(),
        derivation,
        ..Provenance::default()
    }
}

fn select(outputs: Vec<Provenance>) -> Analysis {
    Analysis {
        kinds: vec![StatementKind::Select],
        reads: vec!["SHOP.PUBLIC.CUSTOMERS".to_owned()],
        outputs: vec![Some(outputs)],
        answers: vec![Answer::Rows],
        ..Analysis::default()
    }
}

fn write(kind: &str, flags: &[&str]) -> Analysis {
    Analysis {
        kinds: vec![StatementKind::from(kind.to_owned())],
        writes: vec!["SHOP.PUBLIC.CUSTOMERS".to_owned()],
        outputs: vec![None],
        answers: vec![Answer::Status],
        flags: flags
            .iter()
            .map(|&word| Finding::from(word.to_owned()))
            .collect(),
        ..Analysis::default()
    }
}

fn filter(column: &str, comparison: Comparison, peers: &[&str]) -> Analysis {
    Analysis {
        predicates: vec![Predicate {
            column: column.to_owned(),
            comparison,
            peers: peers.iter().map(|peer| (*peer).to_owned()).collect(),
            times: 1,
        }],
        ..select(vec![output("ID", &[ID], Derivation::Identity)])
    }
}

fn said(decision: &Decision) -> Vec<&str> {
    decision
        .reasons()
        .iter()
        .map(|reason| reason.rule.as_str())
        .collect()
}

#[test]
fn the_starter_policy_allows_blocks_and_holds() {
    let engine = engine(starter());
    let who = principal(&[]);
    let plain = || vec![output("ID", &[ID], Derivation::Identity)];
    let cases = [
        (
            "plain select",
            select(plain()),
            Verdict::Allow,
            "connect run read",
        ),
        (
            "drop",
            write("drop", &["ddl", "destructive"]),
            Verdict::Deny,
            "block-ddl",
        ),
        (
            "create like",
            write("create_table_like", &["ddl"]),
            Verdict::Hold,
            "hold-empty-copy",
        ),
        (
            "grant",
            write("grant", &["privilege"]),
            Verdict::Deny,
            "block-privileges",
        ),
        (
            "copy out",
            write("copy_into_location", &["egress"]),
            Verdict::Deny,
            "block-export",
        ),
        (
            "insert",
            write("insert", &["data_write"]),
            Verdict::Hold,
            "hold-writes",
        ),
        (
            "delete all",
            write("delete", &["unfiltered_write"]),
            Verdict::Deny,
            "block-unfiltered-write",
        ),
        (
            "a kind nobody knows",
            write("frobnicate", &[]),
            Verdict::Deny,
            "block-ddl",
        ),
        (
            "unreadable",
            write("unclassified", &[]),
            Verdict::Deny,
            "firn:unknown",
        ),
        (
            "nothing at all",
            Analysis::default(),
            Verdict::Deny,
            "firn:unknown",
        ),
        (
            "by value",
            filter(SSN, Comparison::Equality, &[]),
            Verdict::Hold,
            "hold-sensitive-conditions",
        ),
        (
            "by range",
            filter(SSN, Comparison::Range, &[]),
            Verdict::Hold,
            "hold-sensitive-conditions",
        ),
        (
            "ordered",
            filter(SSN, Comparison::Order, &[]),
            Verdict::Hold,
            "hold-sensitive-conditions",
        ),
        (
            "joined alike",
            filter(SSN, Comparison::Join, &[SSN]),
            Verdict::Allow,
            "",
        ),
        (
            "joined unlike",
            filter(SSN, Comparison::Join, &[ID]),
            Verdict::Hold,
            "hold-sensitive-conditions",
        ),
        (
            "null test",
            filter(SSN, Comparison::NullTest, &[]),
            Verdict::Allow,
            "",
        ),
        (
            "harmless filter",
            filter(ID, Comparison::Range, &[]),
            Verdict::Allow,
            "",
        ),
    ];
    for (name, analysis, verdict, rule) in cases {
        let decision = decide(&engine, &who, analysis);
        assert_eq!(
            decision.verdict(),
            verdict,
            "{name}: {:?}",
            decision.reasons()
        );
        if verdict != Verdict::Allow {
            assert!(
                said(&decision).contains(&rule),
                "{name}: {:?}",
                said(&decision)
            );
        }
    }
}

#[test]
fn masks_follow_the_base_columns() {
    let engine = engine(starter());
    let decision = decide(
        &engine,
        &principal(&[]),
        select(vec![
            output("ID", &[ID], Derivation::Identity),
            output("ORDER_REF", &[SSN], Derivation::Identity),
            output("V", &[SSN], Derivation::Lossy),
            output("MAIL", &[EMAIL], Derivation::Identity),
            output("EITHER", &[EMAIL, SSN], Derivation::Identity),
            output("OR_ID", &[ID, SSN], Derivation::Identity),
            Provenance {
                unresolved: true,
                ..output("WHO_KNOWS", &[], Derivation::Identity)
            },
            Provenance {
                counted: vec![SSN.to_owned()],
                ..output("HOW_MANY", &[SSN], Derivation::Aggregate)
            },
        ]),
    );
    assert_eq!(decision.verdict(), Verdict::Mask);
    let [plan] = decision.plans() else {
        panic!("one plan")
    };
    let masked: Vec<(u32, Operator)> = plan
        .columns
        .iter()
        .map(|column| (column.ordinal, column.operator.clone()))
        .collect();
    assert_eq!(
        masked,
        [
            (1, Operator::Partial { keep: 4 }),
            (2, Operator::Redact),
            (3, Operator::Generalize),
            (4, Operator::Redact),
            (5, Operator::Partial { keep: 4 }),
            (6, Operator::Redact),
        ]
    );
    assert!(plan.detect && !plan.mask_all && plan.clear.is_empty());
    assert_eq!(plan.expected_columns, Some(8));
    assert_eq!(plan.columns[0].label, "SSN");
    assert_eq!(said(&decision), ["firn:unresolved", "mask-pii"]);
}

#[test]
fn a_group_may_see_what_others_may_not() {
    let engine = engine(starter());
    let shown = || {
        select(vec![
            output("SSN", &[SSN], Derivation::Identity),
            output("CARD", &[CARD], Derivation::Identity),
        ])
    };
    let decision = decide(&engine, &principal(&["data-stewards"]), shown());
    let [plan] = decision.plans() else {
        panic!("one plan")
    };
    assert_eq!(plan.clear, [0], "detectors leave what was unmasked alone");
    assert_eq!(plan.columns.len(), 1, "card data stays masked");
    let decision = decide(&engine, &principal(&["analysts"]), shown());
    assert_eq!(decision.plans()[0].columns.len(), 2);
}

#[test]
fn unmask_without_a_permit_masks() {
    let policy = rules(
        "@id(\"run\") permit (principal, action in [Action::\"execute\", Action::\"read\"], resource);",
    );
    let shown = select(vec![output("ID", &[ID], Derivation::Identity)]);
    let decision = decide(&engine(policy), &principal(&[]), shown);
    assert_eq!(decision.verdict(), Verdict::Mask);
    assert_eq!(decision.plans()[0].columns[0].rule, "firn:unmask-default");
}

#[test]
fn a_table_the_catalog_lacks_is_held_unless_it_lacks_them_all() {
    let unknown = || Analysis {
        flags: vec![Finding::UnknownTable],
        ..select(Vec::new())
    };
    let who = principal(&[]);
    let held = decide(&engine(starter()), &who, unknown());
    assert_eq!(held.verdict(), Verdict::Hold);
    assert_eq!(said(&held), ["firn:unknown"]);
    let bare = Engine::new(starter(), Catalog::empty(), EngineConfig::default());
    assert_eq!(decide(&bare, &who, unknown()).verdict(), Verdict::Allow);
    let star = Analysis {
        outputs: vec![None],
        flags: vec![Finding::UnknownTable, Finding::UnresolvedStar],
        ..unknown()
    };
    let decision = decide(&bare, &who, star.clone());
    assert_eq!(decision.verdict(), Verdict::Allow);
    assert_eq!(decision.plans(), [MaskPlan::detect_only()]);
    // A name it cannot place at all is another matter, whatever the catalog.
    let lost = Analysis {
        flags: vec![Finding::UnknownTable, Finding::UnresolvedView],
        ..star
    };
    let decision = decide(&bare, &who, lost);
    assert_eq!(decision.verdict(), Verdict::Hold);
    assert!(decision.plans()[0].mask_all);
}

#[test]
fn a_result_of_unknown_shape_is_redacted_whole() {
    let engine = engine(starter());
    let shapeless = |answer| Analysis {
        outputs: vec![None],
        answers: vec![answer],
        ..select(Vec::new())
    };
    let who = principal(&[]);
    let lost = decide(&engine, &who, shapeless(Answer::Rows));
    assert!(lost.plans()[0].mask_all);
    assert_eq!(lost.verdict(), Verdict::Mask);
    for answer in [Answer::Metadata, Answer::Status] {
        let decision = decide(&engine, &who, shapeless(answer));
        assert_eq!(decision.plans(), [MaskPlan::detect_only()]);
        assert_eq!(decision.verdict(), Verdict::Allow);
    }
}

#[test]
fn writing_sensitive_columns_elsewhere_is_a_copy() {
    let copied = Analysis {
        columns: vec![ColumnUse {
            table: "SHOP.PUBLIC.CUSTOMERS".to_owned(),
            column: "SSN".to_owned(),
            usage: Use::Output,
        }],
        ..write("insert", &[])
    };
    let decision = decide(&engine(starter()), &principal(&[]), copied);
    assert_eq!(decision.verdict(), Verdict::Deny);
    assert!(said(&decision).contains(&"block-copies"));
}

#[test]
fn a_login_is_let_in_or_told_why_not() {
    let policy = rules(
        "@id(\"team\") permit (principal in Group::\"oncall\", action == Action::\"connect\", resource);",
    );
    let engine = engine(policy);
    assert!(
        engine
            .connect(&principal(&["oncall"]), "main", TimeNs(0))
            .admitted
    );
    let refused = engine.connect(&principal(&["others"]), "main", TimeNs(0));
    assert!(!refused.admitted);
    assert_eq!(
        refused.reasons[0].text,
        "no rule lets this principal open this connection"
    );
}

#[test]
fn answers_do_not_depend_on_what_was_asked_before() {
    let warm = engine(starter());
    let analyses = || {
        let mut all = Vec::new();
        for flags in [&[][..], &["data_write"], &["egress"], &["small_group"]] {
            all.push(write("insert", flags));
            all.push(filter(SSN, Comparison::Range, &[]));
            all.push(select(vec![output("S", &[SSN], Derivation::Identity)]));
        }
        all
    };
    for groups in [&[][..], &["data-stewards"]] {
        let who = principal(groups);
        for _ in 0..2 {
            for analysis in analyses() {
                let cold = engine(starter());
                assert_eq!(
                    decide(&warm, &who, analysis.clone()),
                    decide(&cold, &who, analysis)
                );
            }
        }
    }
}

#[test]
fn a_value_beside_a_literal_is_redacted_whole() {
    let mixed = Provenance {
        mixed: true,
        ..output("S", &[SSN], Derivation::Identity)
    };
    let plain = output("S", &[SSN], Derivation::Identity);
    let decision = decide(
        &engine(starter()),
        &principal(&[]),
        select(vec![mixed, plain]),
    );
    let operators: Vec<&Operator> = decision.plans()[0]
        .columns
        .iter()
        .map(|column| &column.operator)
        .collect();
    assert_eq!(
        operators,
        [&Operator::Redact, &Operator::Partial { keep: 4 }]
    );
}

#[test]
fn an_account_that_says_the_same_again_keeps_what_was_made_ready() {
    let read = |ddl: &str| {
        [(
            "main".to_owned(),
            Catalog::from_ddl_files([("ddl", ddl)]).unwrap(),
        )]
    };
    let first = engine(starter()).with_live(read(DDL));
    let again = first.with_live(read(DDL));
    let ready = |engine: &Engine| engine.catalog_of("main");
    assert!(Arc::ptr_eq(&ready(&first), &ready(&again)));
    let grown = format!("{DDL} CREATE TABLE SHOP.PUBLIC.MORE (ID NUMBER(38,0));");
    let other = again.with_live(read(&grown));
    assert!(!Arc::ptr_eq(&ready(&again), &ready(&other)));
}
