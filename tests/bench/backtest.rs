//! What a backtest costs: a history as long as asked for, decided by the real engine under the starter policy, decided again by the binary.
//!
//! Enters: how many statements, a folder (the archive is made there if it is empty), the firn binary. Leaves: the time `firn policy backtest`
//! takes under the same policy, which must change nothing, and under one with a rule more. Never here: the backtest's own code.

#![allow(clippy::disallowed_methods, reason = "a bench measures")]

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use access::MaskPlan;
use access::analysis::{SessionView, Statement};
use access::catalog::Catalog;
use access::engine::{DecisionRequest, Engine, EngineConfig};
use access::keys::MaskKey;
use access::mask::{Masking, MaskingConfig};
use access::policy::PolicySet;
use anyhow::{Context as _, Result, bail};
use archive::{Archive, ArchiveConfig};
use event::payload::{Context, StatementDecided};
use event::{Event, Payload, PolicyRef, StatementId};

#[path = "recording.rs"]
mod recording;
use recording::record;

/// Partitions of the made-up journal.
const PARTITIONS: u32 = 6;

struct Options {
    statements: u64,
    folder: PathBuf,
    firn: PathBuf,
}

/// Decides made-up statements as a gateway would.
struct Gateway {
    engine: Engine,
    masking: Masking,
    texts: Vec<String>,
    open: HashMap<StatementId, (String, Context)>,
    number: u64,
}

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<()> {
    let options = Options::parse()?;
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let data = options.folder.join("data");
    let archive = Archive::open(&ArchiveConfig {
        url: data.join("archive").display().to_string(),
        options: BTreeMap::new(),
        object_lock: None,
    })
    .await?;
    if archive.snapshot().await?.next_offsets().is_empty() {
        write(&archive, &root, options.statements).await?;
    }
    let policy = root.join("deploy/policy");
    let stricter = options.folder.join("stricter");
    std::fs::create_dir_all(&stricter)?;
    for file in std::fs::read_dir(&policy)? {
        let file = file?;
        std::fs::copy(file.path(), stricter.join(file.file_name()))?;
    }
    std::fs::write(
        stricter.join("50-more.cedar"),
        "@id(\"no-orders\") @reason(\"no orders\") forbid (principal, action == Action::\"read\", resource == Table::\"SHOP.PUBLIC.ORDERS\");",
    )?;
    let config = options.folder.join("firn.toml");
    let catalog = root.join("deploy/catalog/shop.sql");
    let text = format!("data = {data:?}\n[policy]\nfolder = {policy:?}\ncatalog = [{catalog:?}]\n");
    std::fs::write(&config, text)?;
    println!(
        "{:<24} {:>9} {:>9} {:>9} {:>9} {:>12}",
        "policy", "s", "decided", "otherwise", "lacking", "statements/s"
    );
    for (name, folder, changes) in [
        ("the same", &policy, false),
        ("a rule more", &stricter, true),
    ] {
        measure(&options, &config, (name, folder, changes))?;
    }
    Ok(())
}

fn measure(
    options: &Options,
    config: &Path,
    (name, policy, changes): (&str, &PathBuf, bool),
) -> Result<()> {
    let began = Instant::now();
    let said = Command::new(&options.firn)
        .args([
            "policy", "backtest", "--since", "3650d", "--json", "--config",
        ])
        .arg(config)
        .arg("--policy")
        .arg(policy)
        .output()?;
    let seconds = began.elapsed().as_secs_f64();
    let report: serde_json::Value = serde_json::from_slice(&said.stdout)
        .with_context(|| String::from_utf8_lossy(&said.stderr).into_owned())?;
    let number = |name: &str| report[name].as_u64().unwrap_or(0);
    let statements = number("statements");
    println!(
        "{name:<24} {seconds:>9.1} {statements:>9} {:>9} {:>9} {:>12.0}",
        number("changed"),
        number("not_decided"),
        statements as f64 / seconds
    );
    if (number("changed") > 0) != changes || statements == 0 {
        bail!("that is not what the record says: {report}");
    }
    Ok(())
}

async fn write(archive: &Archive, root: &Path, statements: u64) -> Result<()> {
    let began = Instant::now();
    let mut gateway = Gateway::new(root)?;
    let decided = history::grown(statements, 1, PARTITIONS).map(|(position, mut event)| {
        gateway.decide(&mut event);
        (position, event)
    });
    let events = record(archive, decided).await?;
    println!(
        "wrote {events} events in {:.1} s",
        began.elapsed().as_secs_f64()
    );
    Ok(())
}

impl Gateway {
    fn new(root: &Path) -> Result<Self> {
        let ddl = std::fs::read_to_string(root.join("deploy/catalog/shop.sql"))?;
        let catalog = Catalog::from_ddl_files([("shop.sql", ddl.as_str())])?;
        let policy = PolicySet::load(&root.join("deploy/policy"))?;
        let cases = std::fs::read_to_string(root.join("access/tests/redteam/shop.jsonl"))?;
        let mut texts = Vec::new();
        for line in cases.lines() {
            let case: serde_json::Value = serde_json::from_str(line)?;
            texts.extend(case["sql"].as_str().map(str::to_owned));
        }
        Ok(Self {
            engine: Engine::new(policy, catalog, EngineConfig::default()),
            masking: Masking::new(MaskingConfig {
                key: Some(MaskKey::from_bytes([7; 32])),
                ..MaskingConfig::default()
            })?,
            texts,
            open: HashMap::new(),
            number: 0,
        })
    }

    /// Puts a statement of the red team's in place of the made-up one, no two alike, with the answer of the real engine.
    fn decide(&mut self, event: &mut Event) {
        let Some(statement) = event.statement_id else {
            return;
        };
        match &mut event.payload {
            Payload::StatementSubmitted(submitted) => {
                self.number += 1;
                let at = usize::try_from(self.number).unwrap_or(0) % self.texts.len();
                let text = format!(
                    "{} -- {}",
                    self.texts[at].trim_end_matches(';'),
                    self.number
                );
                let context = Context {
                    database: Some("SHOP".to_owned()),
                    schema: Some("PUBLIC".to_owned()),
                    ..Context::default()
                };
                let view = view(&context);
                let asked = Statement {
                    text: &text,
                    binds: &[],
                };
                submitted.fingerprint =
                    access::analysis::analyze(asked, &view, &self.engine.catalog()).fingerprint;
                submitted.text = self.masking.sql_text(&text);
                submitted.binds = Vec::new();
                submitted.describe_only = false;
                submitted.context = context.clone();
                self.open.insert(statement, (text, context));
            }
            Payload::StatementDecided(decided) => {
                let (Some((text, context)), Some(principal), Some(connection)) = (
                    self.open.remove(&statement),
                    &event.principal,
                    &event.connection,
                ) else {
                    return;
                };
                let outcome = self.engine.decide(&DecisionRequest {
                    statement_id: statement,
                    statement: Statement {
                        text: &text,
                        binds: &[],
                    },
                    session: &view(&context),
                    principal,
                    connection,
                    now: decided.evaluated_at,
                    describe_only: false,
                });
                let decision = &outcome.decision;
                let before = outcome.compared.iter().map(|one| event::payload::Compared {
                    column: one.column.clone(),
                    times: 0,
                });
                *decided = StatementDecided {
                    verdict: decision.verdict(),
                    reasons: decision.reasons().to_vec(),
                    masks: decision
                        .plans()
                        .iter()
                        .flat_map(MaskPlan::to_record)
                        .collect(),
                    mask_all: decision.plans().iter().any(|plan| plan.mask_all),
                    catalog_version: decision.catalog_version().to_owned(),
                    evaluated_at: decided.evaluated_at,
                    binding: decision.binding(),
                    compared_before: (before.len() > 0).then(|| before.collect()),
                };
                event.policy = Some(PolicyRef {
                    hash: decision.policy_hash(),
                    rules: decision.policy().rules.clone(),
                });
            }
            _ => {}
        }
    }
}

fn view(context: &Context) -> SessionView {
    SessionView {
        context: context.clone(),
        ..SessionView::default()
    }
}

impl Options {
    fn parse() -> Result<Self> {
        const USAGE: &str = "usage: backtest --statements N --folder DIR --firn BINARY";
        let mut given: BTreeMap<String, String> = BTreeMap::new();
        let mut arguments = std::env::args().skip(1);
        while let Some(name) = arguments.next() {
            given.insert(name, arguments.next().context(USAGE)?);
        }
        let needed = |name: &str| given.get(name).context(USAGE);
        Ok(Self {
            statements: needed("--statements")?.parse().context(USAGE)?,
            folder: needed("--folder")?.into(),
            firn: needed("--firn")?.into(),
        })
    }
}
