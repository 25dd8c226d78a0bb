//! A generated history decided again. The statements are the red team's and the policy matrix's, which know nothing of backtests; the
//! history is what a gateway records of them: decided on the original text, told with the masked one.
//!
//! What would change is held against the originals, decided under both policies without any record in between.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use access::analysis::{SessionView, Statement};
use access::catalog::Catalog;
use access::engine::{DecisionRequest, Engine, EngineConfig, Outcome};
use access::keys::MaskKey;
use access::mask::{Masking, MaskingConfig};
use access::policy::PolicySet;
use event::payload::{Compared, Context, Verdict};
use event::{Principal, SessionId, StatementId, TimeNs};
use proptest::prelude::*;

use crate::backtest::{Again, Change, Decided, Fact, Lack, Submitted, Tally, Told};

const START: i64 = 1_772_366_400_000_000_000;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn catalog() -> Catalog {
    let ddl = std::fs::read_to_string(root().join("deploy/catalog/shop.sql")).unwrap();
    Catalog::from_ddl_files([("shop.sql", ddl.as_str())]).unwrap()
}

/// The starter policy, with `more` as one more file.
fn policy(more: &str) -> PolicySet {
    let folder = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(root().join("deploy/policy")).unwrap() {
        let file = file.unwrap().path();
        std::fs::copy(&file, folder.path().join(file.file_name().unwrap())).unwrap();
    }
    std::fs::write(folder.path().join("50-more.cedar"), more).unwrap();
    PolicySet::load(folder.path()).unwrap()
}

fn engine(more: &str) -> Arc<Engine> {
    Arc::new(Engine::new(
        policy(more),
        catalog(),
        EngineConfig::default(),
    ))
}

fn red_team() -> Vec<String> {
    let cases = std::fs::read_to_string(root().join("access/tests/redteam/shop.jsonl")).unwrap();
    let sql = |line: &str| {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        case["sql"].as_str().unwrap().to_owned()
    };
    cases.lines().map(sql).collect()
}

fn principal(groups: &[&str]) -> Principal {
    Principal {
        issuer: "https://issuer.test".to_owned(),
        subject: groups.first().unwrap_or(&"agent").to_string(),
        display: groups.first().unwrap_or(&"agent").to_string(),
        groups: groups.iter().map(ToString::to_string).collect(),
        agent: None,
    }
}

/// One statement as a gateway saw it.
struct Original {
    id: StatementId,
    text: String,
    principal: Principal,
    view: SessionView,
    at: TimeNs,
}

impl Original {
    fn decide(&self, engine: &Engine) -> Outcome {
        engine.decide(&DecisionRequest {
            statement_id: self.id,
            statement: Statement {
                text: &self.text,
                binds: &[],
            },
            session: &self.view,
            principal: &self.principal,
            connection: "shop",
            now: self.at,
            describe_only: false,
        })
    }
}

fn here() -> Context {
    Context {
        database: Some("SHOP".to_owned()),
        schema: Some("PUBLIC".to_owned()),
        ..Context::default()
    }
}

fn originals(texts: &[String]) -> Vec<Original> {
    let people = [
        principal(&[]),
        principal(&["data-stewards"]),
        principal(&["data-oncall"]),
    ];
    let one = |(number, text): (usize, &String)| Original {
        id: StatementId::from_uuid(uuid::Uuid::from_u128(number as u128 + 1)),
        text: text.clone(),
        principal: people[number % people.len()].clone(),
        view: SessionView {
            context: here(),
            range_uses: if number % 5 == 0 {
                vec![("SHOP.PUBLIC.CUSTOMERS.SSN".to_owned(), 19)]
            } else {
                Vec::new()
            },
            ..SessionView::default()
        },
        at: TimeNs(START + number as i64 * 1_000_000_000),
    };
    texts.iter().enumerate().map(one).collect()
}

/// What a gateway records of `originals`, decided by `engine`.
fn recorded(originals: &[Original], engine: &Engine) -> Vec<Told> {
    let masking = Masking::new(MaskingConfig {
        key: Some(MaskKey::from_bytes([7; 32])),
        ..MaskingConfig::default()
    })
    .unwrap();
    let mut told = Vec::new();
    for original in originals {
        let session = SessionId::from_uuid(uuid::Uuid::from_u128(
            0x019c_0000_0000_7000_8000_0000_0000_0000
                + u128::from(original.principal.subject.len() as u64),
        ));
        let outcome = original.decide(engine);
        let mut say = |fact| {
            told.push(Told {
                session,
                time: original.at,
                fact,
            });
        };
        say(Fact::Submitted(
            original.id,
            Box::new(Submitted {
                text: masking.sql_text(&original.text).into_inner(),
                binds: Vec::new(),
                fingerprint: outcome.analysis.fingerprint.clone(),
                describe_only: false,
                context: here(),
            }),
        ));
        say(Fact::Decided(
            original.id,
            Box::new(decided(original, &outcome)),
        ));
    }
    told
}

fn decided(original: &Original, outcome: &Outcome) -> Decided {
    let decision = &outcome.decision;
    let before = |column: &String| {
        let mut uses = original.view.range_uses.iter();
        uses.find(|(known, _)| known == column)
            .map_or(0, |(_, times)| *times)
    };
    let compared = outcome.compared.iter().map(|one| Compared {
        column: one.column.clone(),
        times: before(&one.column),
    });
    let plans = decision.plans();
    Decided {
        principal: original.principal.clone(),
        connection: "shop".to_owned(),
        policy: decision.policy_hash(),
        rules: decision.policy().rules.clone(),
        verdict: decision.verdict(),
        masks: plans.iter().flat_map(access::MaskPlan::to_record).collect(),
        mask_all: plans.iter().any(|plan| plan.mask_all),
        catalog_version: decision.catalog_version().to_owned(),
        evaluated_at: original.at,
        binding: decision.binding(),
        compared_before: (compared.len() > 0).then(|| compared.collect()),
    }
}

fn again(told: &[Told], engine: &Arc<Engine>) -> Tally {
    let mut again = Again::new(Arc::clone(engine), TimeNs(0)..TimeNs(i64::MAX));
    for one in told {
        again.take(one.clone());
    }
    again.finish()
}

#[test]
fn what_was_decided_on_an_accounts_own_catalog_is_decided_on_it_again() {
    // The files know nothing; the account says all.
    let files = Engine::new(policy(""), Catalog::empty(), EngineConfig::default());
    let then = Arc::new(files.with_live([("shop".to_owned(), catalog())]));
    let originals = originals(&red_team());
    let told = recorded(&originals, &then);
    let tally = again(&told, &then);
    assert_eq!(tally.statements, originals.len() as u64);
    let changed = (tally.changed(), tally.other_catalog);
    assert_eq!(changed, (0, 0), "{tally:#?}");
    // Another policy over the same catalogs changes what it says, and no more.
    let always = "@id(\"always\") @reason(\"never\") forbid (principal, action == Action::\"filter_by\", resource in Tag::\"PII\");";
    let under = Arc::new(then.under(policy(always)));
    let tally = again(&told, &under);
    assert_eq!(tally.other_catalog, 0);
    assert_eq!(tally.changes.keys().collect::<Vec<_>>(), [&Change::Denied]);
    assert_eq!(
        under.live().collect::<Vec<_>>(),
        then.live().collect::<Vec<_>>()
    );
    // By the files alone it is another catalog, and each change says so.
    let tally = again(&told, &Arc::new(files));
    assert!(tally.changed() > 0);
    assert!(
        tally
            .changes
            .values()
            .all(|changed| changed.other_catalog == changed.statements)
    );
}

#[test]
fn the_same_policy_changes_nothing() {
    let then = engine("");
    let originals = originals(&red_team());
    let tally = again(&recorded(&originals, &then), &then);
    assert_eq!(tally.statements, originals.len() as u64);
    assert_eq!(
        (tally.changed(), tally.other_rules),
        (0, 0),
        "{:#?}",
        tally.changes
    );
    // What cannot be decided again is little, and every bit of it is a literal that was masked or a result asked back for.
    assert!(
        tally.lacking() * 50 < tally.statements,
        "{:#?}",
        tally.lacks
    );
    let known = [Lack::Literals, Lack::EarlierResult, Lack::Variable];
    assert!(
        tally.lacks.keys().all(|lack| known.contains(lack)),
        "{:#?}",
        tally.lacks
    );
}

#[test]
fn a_changed_rule_flips_exactly_the_statements_it_speaks_of() {
    let then = engine("");
    let originals = originals(&red_team());
    let told = recorded(&originals, &then);
    let rules = [
        "@id(\"more\") @reason(\"no orders\") forbid (principal, action == Action::\"read\", resource == Table::\"SHOP.PUBLIC.ORDERS\");",
        "@id(\"more\") @effect(\"hold\") @approvers(\"data-oncall\") @reason(\"ask\") forbid (principal, action == Action::\"read\", resource == Table::\"SHOP.PUBLIC.CUSTOMERS\") unless { context.approvals.contains(\"data-oncall\") };",
        "@id(\"more\") @reason(\"no segments\") forbid (principal, action == Action::\"unmask\", resource == Column::\"SHOP.PUBLIC.CUSTOMERS.SEGMENT\");",
    ];
    for rule in rules {
        let now = engine(rule);
        let tally = again(&told, &now);
        let answer = |outcome: &Outcome| {
            let decision = &outcome.decision;
            let masks: Vec<_> = decision
                .plans()
                .iter()
                .flat_map(access::MaskPlan::to_record)
                .map(|mask| (mask.ordinal, mask.operator, mask.sources))
                .collect();
            (
                decision.verdict(),
                masks,
                decision.plans().iter().any(|plan| plan.mask_all),
            )
        };
        let mut expected = BTreeSet::new();
        for original in &originals {
            if answer(&original.decide(&then)) != answer(&original.decide(&now)) {
                expected.insert(original.id);
            }
        }
        let lacking = tally.lacking();
        let changed = tally.changed();
        assert!(!expected.is_empty(), "{rule}");
        assert!(
            changed <= expected.len() as u64,
            "{rule}: more than would change"
        );
        assert!(
            changed + lacking >= expected.len() as u64,
            "{rule}: {changed} and {lacking} of {}",
            expected.len()
        );
        // Under the same catalog a verdict does not depend on anything that is lacking here but what was masked.
        assert!(
            lacking * 50 < tally.statements,
            "{rule}: {:#?}",
            tally.lacks
        );
        for changed in tally.changes.values() {
            assert!(
                changed.rules_now.contains_key("more"),
                "{rule}: {changed:#?}"
            );
        }
    }
}

#[test]
fn what_was_not_counted_then_is_not_guessed() {
    let then = engine("");
    let text = "SELECT id FROM customers WHERE email = 'x'".to_owned();
    let originals = originals(&[text]);
    // Recorded by a policy that counts nothing.
    let mut told = recorded(&originals, &then);
    for one in &mut told {
        if let Fact::Decided(_, decided) = &mut one.fact {
            decided.compared_before = None;
            decided.verdict = Verdict::Allow;
        }
    }
    let counts = "@id(\"often\") @reason(\"often\") forbid (principal, action == Action::\"filter_by\", resource in Tag::\"PII\") when { context.range_uses > 5 };";
    let tally = again(&told, &engine(counts));
    assert_eq!(tally.lacks.keys().collect::<Vec<_>>(), [&Lack::Budget]);
    // Denied whatever was counted: nothing is lacking.
    let always = "@id(\"always\") @reason(\"never\") forbid (principal, action == Action::\"filter_by\", resource in Tag::\"PII\");";
    let both = format!("{counts}\n{always}");
    let tally = again(&told, &engine(&both));
    assert_eq!(tally.changes.keys().collect::<Vec<_>>(), [&Change::Denied]);
}

#[test]
fn masked_literals_that_decide_what_is_read_are_named() {
    let then = engine("");
    let texts = [
        // The literal is SQL, and a card number in it is masked: it still reads the same.
        "SELECT id FROM orders WHERE note = '4111 1111 1111 1111'",
        "EXECUTE IMMEDIATE 'select id from orders where note = ''4111 1111 1111 1111'''",
    ];
    let originals = originals(&texts.map(str::to_owned));
    let told = recorded(&originals, &then);
    let masked = |told: &Told| match &told.fact {
        Fact::Submitted(_, submitted) => !submitted.text.contains("4111"),
        _ => true,
    };
    assert!(told.iter().all(masked));
    let tally = again(&told, &then);
    assert_eq!(tally.changed(), 0, "{:#?}", tally.changes);
    assert_eq!(tally.statements, 2);
    // Under another catalog nobody can tell.
    let other = Arc::new(Engine::new(
        policy(""),
        Catalog::empty(),
        EngineConfig::default(),
    ));
    let tally = again(&told, &other);
    assert_eq!(
        tally
            .lacks
            .get(&Lack::LiteralsAndCatalog)
            .map(|lacking| (lacking.statements, lacking.named.len())),
        Some((2, 2)),
        "{tally:#?}"
    );
}

#[test]
fn earlier_results_are_followed_where_the_session_is_whole() {
    const ID: &str = "01b1767d-0000-48dc-ac1b-841c7561acb5";
    let then = engine("");
    let mut originals = originals(&[
        "SELECT ssn, segment FROM customers".to_owned(),
        format!("SELECT * FROM TABLE(RESULT_SCAN('{ID}'))"),
    ]);
    originals[1].principal = originals[0].principal.clone();
    let shown = originals[0]
        .decide(&then)
        .analysis
        .outputs
        .remove(0)
        .unwrap();
    originals[1].view.results = vec![(ID.to_owned(), shown)];
    assert_eq!(originals[1].decide(&then).decision.verdict(), Verdict::Mask);
    let mut told = recorded(&originals, &then);
    let session = told[0].session;
    let say = |fact| Told {
        session,
        time: TimeNs(START),
        fact,
    };
    told.insert(
        2,
        say(Fact::Forwarded(originals[0].id, Some(ID.to_owned()))),
    );
    // The session's login is not told: what came before is not known.
    let tally = again(&told, &then);
    assert_eq!(
        tally.lacks.keys().collect::<Vec<_>>(),
        [&Lack::EarlierResult]
    );
    told.insert(
        0,
        say(Fact::Opened {
            upstream_session: None,
        }),
    );
    let tally = again(&told, &then);
    assert_eq!(tally.same, 2, "{tally:#?}");
}

/// One statement of a few tables, columns, conditions and literals.
fn statement() -> impl Strategy<Value = String> {
    let table = prop_oneof![
        Just(("customers", ["id", "ssn", "email", "segment"])),
        Just(("orders", ["id", "note", "status", "customer_id"])),
    ];
    let literal = prop_oneof![
        Just("'x'".to_owned()),
        Just("'4111 1111 1111 1111'".to_owned()),
        Just("'ana@example.com'".to_owned()),
        (0..100_000u32).prop_map(|number| number.to_string()),
    ];
    let shape = 0..6usize;
    (table, 0..4usize, 0..4usize, literal, shape).prop_map(
        |((table, columns), shown, compared, literal, shape)| {
            let (shown, compared) = (columns[shown], columns[compared]);
            let mut text = String::new();
            let _ = match shape {
                0 => write!(text, "select {shown} from {table}"),
                1 => write!(
                    text,
                    "select {shown} from {table} where {compared} = {literal}"
                ),
                2 => write!(
                    text,
                    "update {table} set {shown} = {literal} where {compared} = {literal}"
                ),
                3 => write!(
                    text,
                    "select count(*), {shown} from {table} group by {shown} having count(*) > 1"
                ),
                4 => write!(
                    text,
                    "select upper({shown}) from {table} order by {compared}"
                ),
                _ => write!(text, "execute immediate 'select {shown} from {table}'"),
            };
            text
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_history_under_its_own_policy_is_the_same(texts in prop::collection::vec(statement(), 1..60)) {
        static THEN: LazyLock<Arc<Engine>> = LazyLock::new(|| engine(""));
        let tally = again(&recorded(&originals(&texts), &THEN), &THEN);
        prop_assert_eq!(tally.statements, texts.len() as u64);
        prop_assert_eq!(tally.same, texts.len() as u64, "{:#?}", tally);
        prop_assert_eq!(tally.other_rules, 0);
    }
}

#[test]
fn parts_add_up_to_the_whole() {
    let then = engine("");
    let now = engine(
        "@id(\"more\") @reason(\"no orders\") forbid (principal, action == Action::\"read\", resource == Table::\"SHOP.PUBLIC.ORDERS\");",
    );
    let told = recorded(&originals(&red_team()), &then);
    let whole = again(&told, &now);
    let sessions: BTreeSet<SessionId> = told.iter().map(|one| one.session).collect();
    assert!(sessions.len() > 1);
    let mut parts = Tally::default();
    for session in sessions.into_iter().rev() {
        let part: Vec<Told> = told
            .iter()
            .filter(|one| one.session == session)
            .cloned()
            .collect();
        parts = parts.and(again(&part, &now));
    }
    assert_eq!(parts, whole);
}
