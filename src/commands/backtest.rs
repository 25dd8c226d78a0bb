//! `firn policy backtest`: recorded statements decided again.
//!
//! Enters: a policy, a catalog, a span of time. Leaves: what would change, for people or as JSON, and an exit status for CI.
//! Never here: a change of the record or of the policy in force.

use std::process::ExitCode;
use std::sync::Arc;

use access::catalog::Catalog;
use access::engine::{Engine, EngineConfig};
use access::policy::PolicySet;
use anyhow::{Context as _, Result, bail};

use super::read::{moment, say};
use crate::cli::BacktestArgs;
use crate::config::{Config, PolicyConfig};
use crate::reach::Reach;
use crate::{backtest, compose, progress};

/// `firn policy backtest`: 0 nothing would be otherwise, 1 something would; 2 nothing could be decided.
pub async fn run(arguments: BacktestArgs) -> Result<ExitCode> {
    let engine = engine(&arguments)?;
    let since = moment(&arguments.since)?;
    let until = arguments.until.as_deref().map(moment).transpose()?;
    let until = until.unwrap_or_else(|| compose::clock().now());
    let reach = Reach::find(&arguments.reach).await?;
    let bar = progress::bar("deciding again", 0);
    let mut show = |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    };
    let report = backtest::run(&reach, engine, since..until, &mut show).await;
    bar.finish_and_clear();
    reach.close().await?;
    let report = report?;
    if arguments.json {
        say(&serde_json::to_string_pretty(&report)?)?;
    } else {
        say(report.text().trim_end())?;
    }
    if report.statements > 0 && report.not_decided == report.statements {
        aside!(
            "firn: the record does not say enough of any of these statements; is this the catalog they were decided on?"
        );
        return Ok(ExitCode::from(2));
    }
    Ok(ExitCode::from(u8::from(report.changed > 0)))
}

/// The policy and catalog that are given; what is not given, as the configuration says, and as a gateway last read of its accounts.
fn engine(arguments: &BacktestArgs) -> Result<Arc<Engine>> {
    let whole = arguments.policy.is_some() && !arguments.catalog.is_empty();
    if arguments.catalog.is_empty() && arguments.reach.api.is_some() {
        bail!(
            "--api asks a firn whose catalog is not known here: name its DDL files with --catalog"
        );
    }
    let config = if whole {
        None
    } else {
        Some(Config::load(&arguments.reach.config.config)?)
    };
    let section = || -> Result<&PolicyConfig> {
        let section = config.as_ref().and_then(|config| config.policy.as_ref());
        section.context("the configuration has no [policy]: name --policy and --catalog")
    };
    let folder = match &arguments.policy {
        Some(folder) => folder,
        None => &section()?.folder,
    };
    let policy = PolicySet::load(folder)?;
    for warning in policy.warnings() {
        aside!("firn: warning: {warning}");
    }
    let decides =
        |catalog: Catalog| Arc::new(Engine::new(policy, catalog, EngineConfig::default()));
    if !arguments.catalog.is_empty() {
        return Ok(decides(compose::catalog(&arguments.catalog, false)?));
    }
    let files = &section()?.catalog;
    let live = config.as_ref().is_some_and(compose::is_live);
    let engine = decides(if files.is_empty() && !live {
        Catalog::empty()
    } else {
        compose::catalog(files, live)?
    });
    Ok(match &config {
        Some(config) => match &config.gateway {
            Some(gateway) => gateway::catalog::known(&engine, gateway, &config.data),
            None => engine,
        },
        None => engine,
    })
}
