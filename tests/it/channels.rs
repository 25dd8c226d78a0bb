//! An agent that adapts, with a real driver through the real gateway under the starter policy: what it is let through tells
//! nothing of a sensitive value, and what would does not reach Snowflake.
//!
//! Where the policy asks people, it refuses here instead: nobody is there, and the rules are the same.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::drivers::Driver;
use crate::running::{Firn, Setup, script};
use crate::sessions::seed;
use crate::world::{Server, executed, identity, root, token, upstream};

/// What must not run: by which kind of channel.
const STOPPED: [(&str, &str); 26] = [
    ("filter", "SELECT id FROM customers WHERE ssn LIKE '4%'"),
    ("order", "SELECT id FROM customers ORDER BY ssn LIMIT 1"),
    (
        "group by a part",
        "SELECT SUBSTR(ssn, 1, 1), COUNT(*) FROM customers GROUP BY SUBSTR(ssn, 1, 1)",
    ),
    (
        "group by a test",
        "SELECT COUNT(*) FROM customers GROUP BY ASCII(email) > 65",
    ),
    (
        "partition",
        "SELECT MIN(id) OVER (PARTITION BY LEFT(ssn, 1)) FROM customers",
    ),
    ("distinct", "SELECT DISTINCT email IN ('a') FROM customers"),
    (
        "set with a literal",
        "SELECT '123-45-6789' UNION SELECT ssn FROM customers",
    ),
    (
        "set with a part",
        "SELECT segment FROM customers UNION SELECT LEFT(email, 2) FROM customers",
    ),
    (
        "set with an aggregate",
        "SELECT MAX(email) FROM customers INTERSECT SELECT email FROM customers",
    ),
    (
        "laundered except",
        "(SELECT ssn FROM customers UNION ALL SELECT '1') EXCEPT SELECT ssn FROM customers",
    ),
    (
        "laundered join",
        "SELECT 1 FROM customers s JOIN (SELECT ssn g FROM customers UNION ALL SELECT 'x') q ON s.ssn = q.g",
    ),
    (
        "laundered membership",
        "SELECT id FROM customers WHERE ssn IN (SELECT ssn FROM customers WHERE FALSE UNION ALL SELECT '123-45-6789')",
    ),
    (
        "join by name",
        "SELECT id FROM customers NATURAL JOIN (SELECT MAX(ssn) ssn FROM customers)",
    ),
    (
        "rows by parts",
        "SELECT 1 FROM customers c, TABLE(SPLIT_TO_TABLE(c.ssn, '-')) f",
    ),
    (
        "rows by a test",
        "SELECT 1 FROM customers c, LATERAL FLATTEN(INPUT => IFF(c.ssn LIKE '4%', ARRAY_CONSTRUCT(1), NULL)) f",
    ),
    (
        "rows by words",
        "SELECT f.value FROM orders o, LATERAL FLATTEN(INPUT => SPLIT(o.note, ' ')) f",
    ),
    (
        "rows by what is not NULL",
        "SELECT 1 FROM (SELECT NULLIF(ssn, '1') u FROM customers) UNPIVOT (v FOR k IN (u))",
    ),
    (
        "failure of a division",
        "SELECT 1 / LENGTH(ssn) FROM customers",
    ),
    (
        "failure of a cast",
        "SELECT TO_NUMBER(IFF(ssn LIKE '4%', 'x', '1')) FROM customers",
    ),
    (
        "failure that quotes",
        "SELECT 1 FROM customers GROUP BY full_name::INT",
    ),
    (
        "names",
        "SELECT * FROM (SELECT id, ssn FROM customers) PIVOT (COUNT(id) FOR ssn IN (ANY))",
    ),
    (
        "names by literals",
        "SELECT * FROM (SELECT id i, ssn o FROM customers) PIVOT (COUNT(i) FOR o IN ('1', '2'))",
    ),
    (
        "small groups",
        "SELECT COUNT(*) + 0 FROM customers GROUP BY zip HAVING COUNT(*) + 0 = 1",
    ),
    (
        "EXISTS",
        "SELECT id FROM orders o WHERE EXISTS (SELECT 1 FROM customers c WHERE c.id = o.customer_id AND c.ssn > '5')",
    ),
    (
        "escape in code",
        r"EXECUTE IMMEDIATE '/* \x2a/ DROP TABLE customers -- */ SELECT 1'",
    ),
    (
        "octal in code",
        r"EXECUTE IMMEDIATE '\104ROP TABLE customers'",
    ),
];

/// What runs, each cell masked whether NULL or not.
const BLIND: [&str; 5] = [
    "SELECT CASE WHEN SUBSTR(ssn, 1, 1) = '4' THEN 'y' END FROM customers",
    "SELECT NULLIF(ssn, '123-45-6789') FROM customers",
    "SELECT REGEXP_SUBSTR(ssn, '^4') FROM customers",
    "SELECT TRY_TO_NUMBER(ssn) FROM customers",
    "SELECT IFF(email LIKE 'a%', 1, NULL) FROM customers",
];

/// The starter policy without people, with `changed` made of each of its files.
fn policy(scratch: &Path, changed: impl Fn(String) -> String) -> PathBuf {
    let folder = scratch.join("policy");
    std::fs::create_dir(&folder).expect("folder");
    for file in std::fs::read_dir(root().join("deploy/policy")).expect("policy") {
        let file = file.expect("entry");
        let text = std::fs::read_to_string(file.path()).expect("policy");
        let asks = ["@effect(", "@approvers(", "@n(", "@ttl(", "@execution_ttl("];
        let lines = text
            .lines()
            .filter(|line| !asks.iter().any(|ask| line.starts_with(ask)));
        let text: String = lines.map(|line| format!("{line}\n")).collect();
        let text = changed(text.replace("= \"hold\"", "= \"deny\""));
        std::fs::write(folder.join(file.file_name()), text).expect("policy");
    }
    folder
}

fn started(scratch: &Path, upstream: &Server, identity: &Server, policy: PathBuf) -> Firn {
    seed(upstream);
    let setup = Setup {
        policy,
        ..Setup::new(scratch, upstream, identity)
    };
    setup.start("up", "firn")
}

fn run(firn: &Firn, driver: Driver, bearer: &str, sql: &[&str], scratch: &Path) -> Vec<Value> {
    let steps: Vec<Value> = sql.iter().map(|sql| json!({ "sql": sql })).collect();
    let lines = driver.run(&script(firn.gateway, bearer, Value::Array(steps)), scratch);
    assert_eq!(lines[0]["ok"], true, "{driver:?} login: {}", lines[0]);
    let step = |number: usize| {
        let mut found = lines.iter().filter(|line| line["step"] == number);
        found
            .next()
            .unwrap_or_else(|| panic!("{driver:?} has no step {number}"))
            .clone()
    };
    (0..sql.len()).map(step).collect()
}

fn is_refused(line: &Value) -> bool {
    line["ok"] == false
        && line["error"]["message"]
            .to_string()
            .contains("Blocked by policy")
}

#[test]
fn an_agent_that_adapts_learns_nothing_with_a_real_driver() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    let policy = policy(scratch.path(), |text| text);
    let firn = started(scratch.path(), &upstream, identity, policy);
    let agent = token(identity, "agent-7", &["agents"]);
    let before = executed(&upstream).len();

    let stopped: Vec<&str> = STOPPED.iter().map(|(_, sql)| *sql).collect();
    let lines = run(&firn, Driver::Python4, &agent, &stopped, scratch.path());
    let through = STOPPED
        .iter()
        .zip(&lines)
        .filter(|(_, line)| !is_refused(line));
    let through: Vec<_> = through.collect();
    assert!(through.is_empty(), "{through:#?}");
    let ran = executed(&upstream).split_off(before);
    let ran = ran
        .iter()
        .filter(|one| stopped.iter().any(|sql| one["sql"] == *sql));
    assert_eq!(ran.count(), 0, "a refused statement reached the upstream");

    let lines = run(&firn, Driver::Python4, &agent, &BLIND, scratch.path());
    for (sql, line) in BLIND.iter().zip(&lines) {
        let rows = line["rows"]
            .as_array()
            .unwrap_or_else(|| panic!("{sql}: {line}"));
        assert!(rows.len() > 1, "{sql}: {line}");
        let first = &rows[0];
        assert!(rows.iter().all(|row| row == first), "{sql}: {line}");
    }
    firn.verified();
}

/// Three comparisons of a column a day, whichever sessions and drivers they are split over.
#[test]
fn a_budget_is_the_principals_whatever_driver_and_session() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    let policy = policy(scratch.path(), |text| {
        let text = text.replace("context.range_uses >= 20", "context.range_uses >= 3");
        text.replace(
            "[\"equality\", \"range\", \"order\", \"failure\"].contains(context.comparison) ||",
            "",
        )
    });
    let firn = started(scratch.path(), &upstream, identity, policy);
    let agent = token(identity, "agent-7", &["agents"]);
    let other = token(identity, "agent-8", &["agents"]);
    let refused = |driver, bearer: &str, sql: &[&str]| {
        let lines = run(&firn, driver, bearer, sql, scratch.path());
        lines.iter().map(is_refused).collect::<Vec<_>>()
    };
    let two = [
        "SELECT id FROM customers WHERE ssn < '5'",
        "SELECT id FROM customers WHERE ssn = '1'",
    ];
    assert_eq!(refused(Driver::Python4, &agent, &two), [false, false]);
    let more = [
        "SELECT id FROM customers WHERE ssn < '3'",
        "SELECT id FROM (SELECT id, ssn x FROM customers) WHERE x < '2'",
    ];
    assert_eq!(refused(Driver::Node, &agent, &more), [false, true]);
    // Another column and another principal have budgets of their own.
    let email = ["SELECT id FROM customers WHERE email LIKE 'a%'", two[0]];
    assert_eq!(refused(Driver::Python4, &agent, &email), [false, true]);
    assert_eq!(refused(Driver::Python4, &other, &two), [false, false]);
    let told = firn.sql(
        "SELECT statement_decided['verdict'] AS verdict, pick(statement_decided['compared_before'], '', 'times') AS times \
         FROM events WHERE kind = 'statement.decided' AND principal_subject = 'agent-7' ORDER BY time",
    );
    let told: Vec<String> = told
        .iter()
        .map(|row| format!("{} {}", row["verdict"], row["times"]))
        .collect();
    assert_eq!(told.len(), 6, "{told:?}");
    assert!(
        told[3].starts_with("\"deny\"") && told[3].contains('3'),
        "{told:?}"
    );
    firn.verified();
}
