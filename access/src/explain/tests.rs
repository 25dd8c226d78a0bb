//! What a person reads and what a script reads, for real statements under the starter policy.

mod attacks;
mod bounded;
mod daily;
mod functions;
mod redteam;
mod reported;
mod wrapped;

use std::path::Path;

use super::*;
use crate::catalog::Catalog;
use crate::engine::EngineConfig;
use crate::policy::PolicySet;

fn engine() -> Engine {
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy");
    let ddl = std::fs::read_to_string(deploy.join("catalog/shop.sql")).unwrap();
    let catalog = Catalog::from_ddl_files([("shop.sql", ddl.as_str())]).unwrap();
    let policy = PolicySet::load(&deploy.join("policy")).unwrap();
    Engine::new(policy, catalog, EngineConfig::default())
}

fn asker() -> Asker {
    Asker::named("ada", &["analysts".to_owned()], "main", TimeNs(0))
}

/// The page, its digests left out: they change with every edit of the starter policy.
fn page(sql: &str) -> String {
    let statement = Statement {
        text: sql,
        binds: &[],
    };
    let explained = explain(&engine(), &asker(), &statement, &SessionView::default());
    let text = explained.text(false);
    let lines = text.lines().filter(|line| !line.starts_with("policy "));
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn pages_read_well() {
    let statements = [
        "SELECT id, full_name AS nick, SUBSTR(ssn, 1, 3) AS a, zip\nFROM customers",
        "SELECT id FROM customers\nWHERE segment = 'gold' AND ssn LIKE '123%'",
        "SELECT contact, reach FROM contacts UNION ALL SELECT status, note FROM orders",
        "SELECT 1; DROP TABLE customers",
        "UPDATE orders SET status = 'PAID' WHERE id = 7",
        "INSERT INTO orders (id, note) SELECT id, email FROM customers",
        "SELECT nope FROM customers",
        "SELECT * FROM somewhere.else.entirely",
        "SELECT status, orders FROM revenue",
        "FROBNICATE \u{1b}[31m THE \u{202e}TABLE",
    ];
    let pages: Vec<String> = statements
        .iter()
        .map(|sql| format!("── {}\n{}", sql.escape_debug(), page(sql)))
        .collect();
    insta::assert_snapshot!("pages", pages.join("\n"));
}

#[test]
fn colours_only_where_they_are_wanted() {
    let statement = Statement {
        text: "SELECT ssn FROM customers",
        binds: &[],
    };
    let explained = explain(&engine(), &asker(), &statement, &SessionView::default());
    assert!(
        explained
            .text(true)
            .starts_with("\u{1b}[1;36mMASK\u{1b}[0m")
    );
    assert!(!explained.text(false).contains('\u{1b}'));
}

#[test]
fn json_has_everything_a_script_needs() {
    let statement = Statement {
        text: "SELECT id, ssn AS order_ref FROM customers",
        binds: &[],
    };
    let explained = explain(&engine(), &asker(), &statement, &SessionView::default());
    let json = explained.json();
    assert_eq!(json["verdict"], "mask");
    let column = &json["statements"][0]["columns"][1];
    assert_eq!(column["shown"], "partial");
    assert_eq!(column["sources"][0], "SHOP.PUBLIC.CUSTOMERS.SSN");
    assert_eq!(column["rule"], "mask-pii");
    assert_eq!(
        json["rules"],
        serde_json::json!(["mask-pii", "read", "run"])
    );
    assert_eq!(json["policy"].as_str().map(str::len), Some(64));
    // The plain column's own NULLs show, those of a test do not.
    let statement = Statement {
        text: "SELECT ssn, NULLIF(ssn, 'x') FROM customers",
        binds: &[],
    };
    let explained = explain(&engine(), &asker(), &statement, &SessionView::default());
    let json = explained.json();
    let blind = |at: usize| json["statements"][0]["columns"][at]["null_blind"].clone();
    assert_eq!((blind(0), blind(1)), (false.into(), true.into()));
}

#[test]
fn batches_speak_the_vocabulary_of_the_cases() {
    let cases = r#"{"id": "a", "sql": "SELECT id, ssn FROM customers", "expect": "passed over"}

{"id": "b", "sql": "DROP TABLE customers"}
{"id": "c", "sql": "SELECT IDENTIFIER(?) FROM customers", "binds": ["email"]}
{"id": "d", "sql": "SELECT email FROM customers WHERE id = :1", "binds": [{"type": "FIXED", "value": "7"}], "session": {"database": "SHOP", "schema": "PUBLIC"}}
{"id": "e", "sql": "SELECT id FROM customers WHERE ssn < 'x'", "session": {"range_uses": {"SHOP.PUBLIC.CUSTOMERS.SSN": 20}}}
{"id": "f"}"#;
    let engine = engine();
    let answers: Vec<_> = batch::answers(&engine, &asker(), cases).collect();
    let [Ok(a), Ok(b), Ok(c), Ok(d), Ok(e), Err(f)] = answers.as_slice() else {
        panic!("{answers:?}")
    };
    assert_eq!((a.verdict, a.mask.as_slice()), (Verdict::Mask, &[1][..]));
    let out = vec![
        vec!["CUSTOMERS.ID".to_owned()],
        vec!["CUSTOMERS.SSN".to_owned()],
    ];
    assert_eq!(a.out, Some(out));
    assert_eq!(a.reads, ["SHOP.PUBLIC.CUSTOMERS"]);
    assert_eq!(
        (b.verdict, b.rules.as_slice()),
        (Verdict::Deny, &["block-ddl".to_owned()][..])
    );
    assert_eq!((c.verdict, c.mask.as_slice()), (Verdict::Mask, &[0][..]));
    assert_eq!((d.verdict, d.mask.as_slice()), (Verdict::Mask, &[0][..]));
    assert_eq!(e.verdict, Verdict::Deny);
    assert!(f.to_string().starts_with("line 7 is no case"), "{f}");
}
