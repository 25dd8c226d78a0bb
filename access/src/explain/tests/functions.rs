//! What owners say of their functions in `[functions]` decides what becomes of calls to them.

use std::path::Path;

use event::TimeNs;
use event::payload::{Context, Verdict};

use crate::analysis::{Answer, SessionView, Statement};
use crate::catalog::Catalog;
use crate::engine::{Engine, EngineConfig, Outcome};
use crate::explain::{Asker, explain};
use crate::policy::{PolicySet, SETTINGS_FILE};

const FUNCTIONS: &str = r#"
[functions]
pure = ["shop.public.mask_mail", "SHOP.PUBLIC.REFRESH"]
table = ["SHOP.PUBLIC.WORDS"]
external = ["SHOP.PUBLIC.ENRICH"]
llm = ["SHOP.PUBLIC.SUMMARIZE_TEXT"]

[functions.reveals]
"SHOP.PUBLIC.SSN_OF" = ["SHOP.PUBLIC.CUSTOMERS.SSN"]
"SHOP.PUBLIC.STATUS_OF" = ["SHOP.PUBLIC.ORDERS.STATUS"]
"SHOP.PUBLIC.LOST" = ["SHOP.PUBLIC.CUSTOMERS.NO_SUCH_COLUMN"]
"#;

fn engine() -> Engine {
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy");
    let read = |path: &Path| std::fs::read_to_string(path).unwrap();
    let ddl = read(&deploy.join("catalog/shop.sql"));
    let catalog = Catalog::from_ddl_files([("shop.sql", ddl.as_str())]).unwrap();
    let files = std::fs::read_dir(deploy.join("policy"))
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let text = read(&path);
            if name != SETTINGS_FILE {
                return (name, text);
            }
            let (before, rest) = text.split_once("[functions]").unwrap();
            let (_, after) = rest.split_once("[unknown]").unwrap();
            (name, format!("{before}{FUNCTIONS}\n[unknown]{after}"))
        });
    let policy = PolicySet::from_files(files.collect()).unwrap();
    Engine::new(policy, catalog, EngineConfig::default())
}

fn decided(engine: &Engine, schema: &str, sql: &str) -> Outcome {
    let session = SessionView {
        context: Context {
            database: Some("SHOP".to_owned()),
            schema: Some(schema.to_owned()),
            ..Context::default()
        },
        ..SessionView::default()
    };
    let asker = Asker::named("agent", &[], "main", TimeNs(0));
    let statement = Statement {
        text: sql,
        binds: &[],
    };
    explain(engine, &asker, &statement, &session).outcome
}

#[test]
fn a_function_is_what_its_owner_says() {
    let engine = engine();
    for (sql, verdict) in [
        ("SELECT mask_mail(email) FROM customers", Verdict::Mask),
        (
            "SELECT shop.public.mask_mail(status) FROM orders",
            Verdict::Allow,
        ),
        (
            "SELECT other.public.mask_mail(status) FROM orders",
            Verdict::Hold,
        ),
        ("SELECT unheard_of(status) FROM orders", Verdict::Hold),
        ("SELECT enrich(email) FROM customers", Verdict::Deny),
        ("SELECT summarize_text(status) FROM orders", Verdict::Deny),
        ("SELECT ssn_of(42)", Verdict::Mask),
        ("SELECT status_of(42)", Verdict::Allow),
        ("SELECT w.x FROM TABLE(words('a b')) w", Verdict::Allow),
        ("SELECT * FROM TABLE(words('a b'))", Verdict::Allow),
        (
            "SELECT COUNT(*) FROM TABLE(unheard_of('a b'))",
            Verdict::Hold,
        ),
        ("SELECT * FROM TABLE(ssn_of(42))", Verdict::Mask),
    ] {
        let outcome = decided(&engine, "PUBLIC", sql);
        assert_eq!(outcome.decision.verdict(), verdict, "{sql}");
    }
    // Where the session stands, the bare name is another function.
    let elsewhere = decided(&engine, "OTHER", "SELECT mask_mail('x')");
    assert_eq!(elsewhere.decision.verdict(), Verdict::Hold);
    let lost = decided(&engine, "PUBLIC", "SELECT lost(42)");
    assert!(
        lost.decision
            .plans()
            .iter()
            .any(|plan| !plan.columns.is_empty())
    );
}

#[test]
fn the_answer_of_a_procedure_is_shown_where_its_owner_says_so() {
    let engine = engine();
    for (sql, answer) in [
        ("CALL refresh()", Answer::Metadata),
        ("CALL status_of(42)", Answer::Metadata),
        ("CALL ssn_of(42)", Answer::Rows),
        (
            "CALL refresh((SELECT MAX(ssn) FROM customers))",
            Answer::Rows,
        ),
        ("CALL unheard_of()", Answer::Rows),
    ] {
        let outcome = decided(&engine, "PUBLIC", sql);
        assert_eq!(outcome.decision.verdict(), Verdict::Hold, "{sql}");
        assert_eq!(outcome.analysis.answers, [answer], "{sql}");
    }
}
