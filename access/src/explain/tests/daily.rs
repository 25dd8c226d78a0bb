//! What tools send every day is let through: `tests/exams/daily.jsonl`, under the starter policy.

use std::path::Path;

use event::TimeNs;
use event::payload::{Context, Verdict};
use serde::Deserialize;

use crate::analysis::{Answer, BoundValue, SessionView, Statement};
use crate::catalog::Catalog;
use crate::engine::{Engine, EngineConfig, Outcome};
use crate::explain::{Asker, explain};
use crate::policy::PolicySet;

#[derive(Deserialize)]
pub(super) struct Case {
    pub id: String,
    pub sql: String,
    pub expect: Vec<Verdict>,
    /// From 1.
    pub mask: Option<Vec<u32>>,
    #[serde(default)]
    binds: Vec<String>,
    #[serde(default)]
    pub before: Vec<String>,
    #[serde(default)]
    session: Session,
}

#[derive(Default, Deserialize)]
struct Session {
    role: Option<String>,
    warehouse: Option<String>,
}

pub(super) fn root(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

pub(super) fn engine() -> Engine {
    let ddl = std::fs::read_to_string(root("deploy/catalog/shop.sql")).unwrap();
    let catalog = Catalog::from_ddl_files([("shop.sql", ddl.as_str())]).unwrap();
    let policy = PolicySet::load(&root("deploy/policy")).unwrap();
    Engine::new(policy, catalog, EngineConfig::default())
}

fn decided(engine: &Engine, sql: &str, binds: &[BoundValue], session: &SessionView) -> Outcome {
    let asker = Asker::named("agent", &[], "main", TimeNs(0));
    explain(engine, &asker, &Statement { text: sql, binds }, session).outcome
}

/// What the session remembers of a statement that ran.
fn remember(session: &mut SessionView, id: &str, outcome: &Outcome) {
    let outputs = outcome.analysis.outputs.last().cloned().flatten();
    if outcome.analysis.answers.last() != Some(&Answer::Rows) {
        session.metadata.push(id.to_owned());
    }
    session
        .results
        .push((id.to_owned(), outputs.unwrap_or_default()));
}

/// The verdict and the masked columns, from 1.
pub(super) fn answer(engine: &Engine, case: &Case) -> (Verdict, Vec<u32>) {
    let mut session = SessionView {
        context: Context {
            role: case.session.role.clone(),
            warehouse: case.session.warehouse.clone(),
            ..Context::default()
        },
        ..SessionView::default()
    };
    let mut sql = case.sql.clone();
    for (at, before) in case.before.iter().enumerate() {
        let id = format!("01b2-{at}");
        let outcome = decided(engine, before, &[], &session);
        remember(&mut session, &id, &outcome);
        if at + 1 == case.before.len() {
            sql = sql.replace("{query_id:-1}", &id);
        }
    }
    let binds: Vec<BoundValue> = (1..)
        .zip(&case.binds)
        .map(|(ordinal, value)| BoundValue {
            name: ordinal.to_string(),
            kind: "TEXT".to_owned(),
            values: vec![Some(value.clone())],
        })
        .collect();
    let decision = decided(engine, &sql, &binds, &session).decision;
    let masked = match decision.plans().last() {
        Some(plan) if plan.mask_all => vec![0],
        Some(plan) => plan.columns.iter().map(|c| c.ordinal + 1).collect(),
        None => Vec::new(),
    };
    (decision.verdict(), masked)
}

#[test]
fn what_tools_send_every_day_is_let_through() {
    let engine = engine();
    let cases = std::fs::read_to_string(root("tests/exams/daily.jsonl")).unwrap();
    let mut wrong = Vec::new();
    let mut total = 0;
    for line in cases.lines() {
        let case: Case = serde_json::from_str(line).unwrap();
        let (verdict, masked) = answer(&engine, &case);
        if !case.expect.contains(&verdict) || masked != *case.mask.as_deref().unwrap_or_default() {
            wrong.push(format!(
                "{}: {} {masked:?} instead of {:?}: {}",
                case.id,
                verdict.as_str(),
                case.mask,
                case.sql
            ));
        }
        total += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(total >= 80, "{total} statements");
}

/// `CURRENT_SESSION()` or the id the driver was told at login, and no other.
#[test]
fn a_session_may_cancel_its_own_statements() {
    let engine = engine();
    let session = SessionView {
        upstream_session: Some("1234".to_owned()),
        ..SessionView::default()
    };
    for (sql, verdict) in [
        ("SELECT SYSTEM$CANCEL_ALL_QUERIES(1234)", Verdict::Allow),
        ("SELECT system$cancel_all_queries('1234')", Verdict::Allow),
        (
            "SELECT SYSTEM$CANCEL_ALL_QUERIES(CURRENT_SESSION())",
            Verdict::Allow,
        ),
        (
            "SELECT SYSTEM$CANCEL_ALL_QUERIES(CURRENT_SESSION()::INT)",
            Verdict::Allow,
        ),
        ("SELECT SYSTEM$CANCEL_ALL_QUERIES(1235)", Verdict::Deny),
        (
            "SELECT SYSTEM$CANCEL_ALL_QUERIES((SELECT MAX(id) FROM orders))",
            Verdict::Deny,
        ),
        ("SELECT SYSTEM$CANCEL_QUERY('1234')", Verdict::Deny),
    ] {
        let outcome = decided(&engine, sql, &[], &session);
        assert_eq!(outcome.decision.verdict(), verdict, "{sql}");
    }
    let stranger = decided(
        &engine,
        "SELECT SYSTEM$CANCEL_ALL_QUERIES(1234)",
        &[],
        &SessionView::default(),
    );
    assert_eq!(stranger.decision.verdict(), Verdict::Deny);
}
