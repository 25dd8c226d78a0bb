//! How long one decision takes: parse, lineage, policy, mask plan. `cargo bench -p access --bench decisions`.
//!
//! Prints p50 and p99 in microseconds for the starter policy, 50 and 2,000 rules; `seen` are statements of principals that
//! asked before, `new` are first statements of a principal, with nothing kept.

#![allow(
    clippy::expect_used,
    reason = "a measurement that cannot run says why and ends"
)]
#![allow(clippy::disallowed_methods, reason = "a bench measures")]

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use access::catalog::Catalog;
use access::engine::{DecisionRequest, Engine, EngineConfig};
use access::policy::{PolicySet, SETTINGS_FILE};
use access::{SessionView, Statement};
use event::payload::Context;
use event::{Principal, StatementId, TimeNs};

const STATEMENTS: [&str; 12] = [
    "SELECT 1",
    "SELECT id, segment FROM customers LIMIT 10",
    "SELECT * FROM customers",
    "SELECT full_name AS n, SUBSTR(ssn, 1, 3) FROM customers WHERE segment = 'gold'",
    "SELECT status, COUNT(*), SUM(amount) FROM orders WHERE placed_at > '2026-01-01' GROUP BY status ORDER BY 2",
    "WITH big AS (SELECT customer_id, SUM(amount) s FROM orders GROUP BY 1) SELECT c.email, big.s FROM big JOIN customers c ON c.id = big.customer_id WHERE big.s > 100",
    "SELECT id FROM customers WHERE ssn = '123-45-6789'",
    "UPDATE orders SET status = 'PAID' WHERE id = 7",
    "INSERT INTO orders (id, note) SELECT id, email FROM customers",
    "DROP TABLE customers",
    "SELECT c.*, o.*, p.* FROM customers c JOIN orders o ON o.customer_id = c.id JOIN payments p ON p.order_id = o.id",
    "SELECT contact, reach FROM contacts UNION ALL SELECT card_number, auth_code FROM payments",
];

/// Rules as a company's would be: some for a team, some for a table, some for a tag, some on findings.
fn many_rules(count: usize) -> String {
    let mut text = String::new();
    for number in 0..count {
        let _ = match number % 5 {
            0 => writeln!(
                text,
                "@id(\"team-{number}\") permit (principal in Group::\"team\", action == Action::\"read\", resource == Table::\"SHOP.PUBLIC.T{number}\");"
            ),
            1 => writeln!(
                text,
                "@id(\"tag-{number}\") @reason(\"r\") forbid (principal, action == Action::\"unmask\", resource in Tag::\"PII=T{number}\");"
            ),
            2 => writeln!(
                text,
                "@id(\"flag-{number}\") @reason(\"r\") forbid (principal, action == Action::\"execute\", resource) when {{ context.flags.contains(\"finding_{number}\") }};"
            ),
            3 => writeln!(
                text,
                "@id(\"night-{number}\") @reason(\"r\") forbid (principal in Group::\"team\", action == Action::\"write\", resource) when {{ context.hour < {} }};",
                number % 6
            ),
            _ => writeln!(
                text,
                "@id(\"schema-{number}\") @reason(\"r\") forbid (principal, action in [Action::\"read\", Action::\"write\"], resource in Schema::\"SHOP.S{number}\");"
            ),
        };
    }
    text
}

fn starter_with(more: usize) -> PolicySet {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/policy");
    let mut files: Vec<(String, String)> = std::fs::read_dir(&folder)
        .expect("the starter policy")
        .map(|entry| entry.expect("a file").path())
        .map(|path| {
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            let text = std::fs::read_to_string(&path).expect("a text");
            let own = "groups = [\n  \"team\",";
            (
                name.clone(),
                if name == SETTINGS_FILE {
                    text.replace("groups = [", own)
                } else {
                    text
                },
            )
        })
        .collect();
    files.push(("more.cedar".to_owned(), many_rules(more)));
    PolicySet::from_files(files).expect("a policy")
}

fn principal(number: usize) -> Principal {
    Principal {
        issuer: "https://idp.example".to_owned(),
        subject: format!("agent-{number}"),
        display: "agent".to_owned(),
        groups: vec!["everyone".to_owned(), "team".to_owned()],
        agent: None,
    }
}

/// Microseconds of each decision.
fn measure(engine: &Engine, rounds: usize, who: impl Fn(usize) -> Principal) -> Vec<f64> {
    let session = SessionView {
        context: Context {
            database: Some("SHOP".to_owned()),
            schema: Some("PUBLIC".to_owned()),
            ..Context::default()
        },
        ..SessionView::default()
    };
    let mut took = Vec::with_capacity(rounds * STATEMENTS.len());
    for round in 0..rounds {
        let principal = who(round);
        for text in STATEMENTS {
            let request = DecisionRequest {
                statement_id: StatementId::from_uuid(uuid::Uuid::nil()),
                statement: Statement { text, binds: &[] },
                session: &session,
                principal: &principal,
                connection: "main",
                now: TimeNs(0),
                describe_only: false,
            };
            let start = Instant::now();
            let outcome = std::hint::black_box(engine.decide(&request));
            took.push(start.elapsed().as_secs_f64() * 1e6);
            drop(outcome);
        }
    }
    took.sort_by(f64::total_cmp);
    took
}

fn print(name: &str, what: &str, took: &[f64]) {
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize];
    println!(
        "{name:<22} {what:<5} p50 {:>7.1} µs   p99 {:>7.1} µs   max {:>8.1} µs",
        at(0.5),
        at(0.99),
        at(1.0)
    );
}

fn main() {
    let ddl = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/catalog/shop.sql");
    let ddl = std::fs::read_to_string(ddl).expect("the shop's tables");
    let rounds = if cfg!(debug_assertions) { 20 } else { 1_000 };
    println!(
        "{} statements x {rounds}; goal: 50 rules p50 100 µs, p99 500 µs; 2,000 rules 1,000 µs",
        STATEMENTS.len()
    );
    for more in [0, 25, 1_975] {
        let policy = starter_with(more);
        let name = format!("{} rules", policy.rules().len());
        let catalog = Catalog::from_ddl_files([("shop.sql", ddl.as_str())]).expect("a catalog");
        let engine = Engine::new(policy, catalog, EngineConfig::default());
        print(&name, "new", &measure(&engine, rounds, principal));
        measure(&engine, 1, |_| principal(0));
        print(&name, "seen", &measure(&engine, rounds, |_| principal(0)));
    }
}
