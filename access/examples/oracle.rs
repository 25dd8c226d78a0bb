//! The gate of the invariance oracle (`tests/oracle`): what would be decided of statements, and their rows as delivered.
//!
//! `oracle POLICY CATALOG`, then one JSON request a line on standard input, one answer a line on standard output:
//! `{"decide": [sql, …]}` → a list of `{verdict, rules, flags, plan}`; `{"mask": {plan, results: [{columns, rows}, …]}}` → the
//! rows of each result, masked by the code the gateway masks with.
//! Never here: a mask or a verdict of its own.

use std::error::Error;
use std::io::{BufRead as _, Write as _};
use std::path::Path;

use access::catalog::Catalog;
use access::engine::{Engine, EngineConfig};
use access::explain::{Asker, explain};
use access::keys::MaskKey;
use access::policy::PolicySet;
use access::{MaskPlan, Masking, MaskingConfig, SessionView, Statement};
use event::TimeNs;
use event::payload::{Finding, ResultColumn, Verdict};
use serde::{Deserialize, Serialize};

/// A Wednesday morning: rules that speak of the hour see the same one in every run.
const NOW: TimeNs = TimeNs(1_767_171_600_000_000_000);

type Row = Vec<Option<String>>;

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Request {
    Decide(Vec<String>),
    Mask(Delivery),
}

#[derive(Deserialize)]
struct Delivery {
    plan: MaskPlan,
    results: Vec<Answered>,
}

/// Rows as upstream would send them.
#[derive(Deserialize)]
struct Answered {
    columns: Vec<ResultColumn>,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Decided {
    verdict: Verdict,
    rules: Vec<String>,
    flags: Vec<Finding>,
    plan: MaskPlan,
}

struct Gate {
    engine: Engine,
    masking: Masking,
    asker: Asker,
}

impl Gate {
    fn open(policy: &str, catalog: &str) -> Result<Self, Box<dyn Error>> {
        let ddl = std::fs::read_to_string(catalog)?;
        let catalog = Catalog::from_ddl_files([(catalog, ddl.as_str())])?;
        Ok(Self {
            engine: Engine::new(
                PolicySet::load(Path::new(policy))?,
                catalog,
                EngineConfig::default(),
            ),
            // A fixed key: equal values are masked equally in every run.
            masking: Masking::new(MaskingConfig {
                key: Some(MaskKey::from_bytes([7; 32])),
                tenant: "oracle".to_owned(),
                ..MaskingConfig::default()
            })?,
            asker: Asker::named("agent", &[], "oracle", NOW),
        })
    }

    fn decide(&self, sql: &str) -> Decided {
        let statement = Statement {
            text: sql,
            binds: &[],
        };
        let explained = explain(
            &self.engine,
            &self.asker,
            &statement,
            &SessionView::default(),
        );
        let outcome = explained.outcome();
        Decided {
            verdict: outcome.decision.verdict(),
            rules: outcome.decision.policy().rules.clone(),
            flags: outcome.analysis.flags.clone(),
            plan: outcome
                .decision
                .plans()
                .last()
                .cloned()
                .unwrap_or_else(MaskPlan::redact_all),
        }
    }

    /// None where the mask refuses the rows, as the gateway then refuses them.
    fn deliver(&self, delivery: Delivery) -> Vec<Option<Vec<Row>>> {
        let masked = |answered: Answered| {
            let plan = delivery.plan.clone();
            let mut mask = self.masking.result(plan, &answered.columns, None);
            let masked = mask.json(answered.rows).ok()?;
            Some(masked.rows.get().clone())
        };
        delivery.results.into_iter().map(masked).collect()
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [policy, catalog] = arguments.as_slice() else {
        return Err("usage: oracle POLICY CATALOG".into());
    };
    let gate = Gate::open(policy, catalog)?;
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        match serde_json::from_str(&line?)? {
            Request::Decide(statements) => {
                let decided = statements.iter().map(|sql| gate.decide(sql));
                serde_json::to_writer(&mut out, &decided.collect::<Vec<_>>())?;
            }
            Request::Mask(delivery) => serde_json::to_writer(&mut out, &gate.deliver(delivery))?,
        }
        out.write_all(b"\n")?;
        out.flush()?;
    }
    Ok(())
}
