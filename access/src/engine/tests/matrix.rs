//! The starter policy as a table: who × which statement × which table → verdict. An edit of the policy shows as a diff.

use std::fmt::Write as _;
use std::path::Path;

use event::payload::{Context, Verdict};
use event::{Principal, StatementId, TimeNs};

use crate::analysis::{SessionView, Statement};
use crate::catalog::Catalog;
use crate::engine::{DecisionRequest, Engine, EngineConfig};
use crate::policy::PolicySet;

const PRINCIPALS: [(&str, &[&str]); 3] = [
    ("agent", &[]),
    ("data-stewards", &["data-stewards"]),
    ("data-oncall", &["data-oncall"]),
];

/// A table, a plain column of it, and one that is sensitive.
const TABLES: [(&str, &str, &str); 3] = [
    ("CUSTOMERS", "SEGMENT", "SSN"),
    ("ORDERS", "STATUS", "NOTE"),
    ("PAYMENTS", "AMOUNT", "CARD_NUMBER"),
];

/// `{t}`, `{p}` and `{s}` are the table, its plain and its sensitive column.
const STATEMENTS: [(&str, &str); 34] = [
    ("select plain", "SELECT {p} FROM {t}"),
    ("select sensitive", "SELECT {s} FROM {t}"),
    ("select star", "SELECT * FROM {t}"),
    ("select alias", "SELECT {s} AS order_ref FROM {t}"),
    ("select derived", "SELECT SUBSTR({s}, 1, 3) FROM {t}"),
    ("count", "SELECT COUNT({s}) FROM {t}"),
    ("where plain", "SELECT id FROM {t} WHERE {p} = 'x'"),
    ("where sensitive", "SELECT id FROM {t} WHERE {s} = 'x'"),
    ("where like", "SELECT id FROM {t} WHERE {s} LIKE 'x%'"),
    ("where null", "SELECT id FROM {t} WHERE {s} IS NULL"),
    ("order by sensitive", "SELECT id FROM {t} ORDER BY {s}"),
    ("insert", "INSERT INTO {t} (id) VALUES (1)"),
    (
        "insert copy",
        "INSERT INTO orders (note) SELECT {s} FROM {t}",
    ),
    ("update", "UPDATE {t} SET {p} = 'x' WHERE id = 1"),
    ("update all", "UPDATE {t} SET {p} = 'x'"),
    ("delete", "DELETE FROM {t} WHERE id = 1"),
    ("delete all", "DELETE FROM {t}"),
    (
        "merge",
        "MERGE INTO {t} USING (SELECT 1 AS id) s ON {t}.id = s.id WHEN MATCHED THEN UPDATE SET {p} = 'x'",
    ),
    ("truncate", "TRUNCATE TABLE {t}"),
    ("drop", "DROP TABLE {t}"),
    ("create as", "CREATE TABLE c AS SELECT * FROM {t}"),
    ("create like", "CREATE TABLE c LIKE {t}"),
    ("clone", "CREATE TABLE c CLONE {t}"),
    ("alter", "ALTER TABLE {t} RENAME TO gone"),
    ("create view", "CREATE VIEW v AS SELECT {s} FROM {t}"),
    ("copy out", "COPY INTO @out FROM {t}"),
    ("copy in", "COPY INTO {t} FROM @in"),
    ("grant", "GRANT SELECT ON TABLE {t} TO ROLE r"),
    ("call", "CALL tidy('{t}')"),
    ("execute literal", "EXECUTE IMMEDIATE 'SELECT {s} FROM {t}'"),
    (
        "execute hidden",
        "EXECUTE IMMEDIATE 'SELECT ' || '{s} FROM {t}'",
    ),
    ("two statements", "SELECT {p} FROM {t}; DROP TABLE {t}"),
    ("describe", "DESCRIBE TABLE {t}"),
    ("not sql", "FROBNICATE {t}"),
];

fn verdict(engine: &Engine, groups: &[&str], sql: &str) -> Verdict {
    let principal = Principal {
        issuer: "https://idp".to_owned(),
        subject: "someone".to_owned(),
        display: "someone".to_owned(),
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        agent: None,
    };
    let session = SessionView {
        context: Context {
            database: Some("SHOP".to_owned()),
            schema: Some("PUBLIC".to_owned()),
            ..Context::default()
        },
        ..SessionView::default()
    };
    let request = DecisionRequest {
        statement_id: StatementId::from_uuid(uuid::Uuid::nil()),
        statement: Statement {
            text: sql,
            binds: &[],
        },
        session: &session,
        principal: &principal,
        connection: "main",
        now: TimeNs(0),
        describe_only: false,
    };
    engine.decide(&request).decision.verdict()
}

#[test]
fn the_starter_policy_decides_as_written_down() {
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy");
    let ddl = std::fs::read_to_string(deploy.join("catalog/shop.sql")).unwrap();
    let catalog = Catalog::from_ddl_files([("shop.sql", ddl.as_str())]).unwrap();
    let policy = PolicySet::load(&deploy.join("policy")).unwrap();
    let engine = Engine::new(policy, catalog, EngineConfig::default());
    let mut matrix = format!("{:<20} {:<10}", "statement", "table");
    for (name, _) in PRINCIPALS {
        let _ = write!(matrix, " {name:<14}");
    }
    for (name, sql) in STATEMENTS {
        for (table, plain, sensitive) in TABLES {
            let sql = sql
                .replace("{t}", table)
                .replace("{p}", plain)
                .replace("{s}", sensitive);
            let _ = write!(matrix, "\n{name:<20} {table:<10}");
            for (_, groups) in PRINCIPALS {
                let _ = write!(matrix, " {:<14}", verdict(&engine, groups, &sql).as_str());
            }
        }
    }
    let lines: Vec<&str> = matrix.lines().map(str::trim_end).collect();
    insta::assert_snapshot!("policy_matrix", lines.join("\n"));
}
