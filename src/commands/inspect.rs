//! `firn policy`, `firn mask`: what would happen, without a gateway.
//!
//! Enters: policy folders, catalogs, statements, data files. Leaves: answers for people, or JSON.
//! Never here: the network, the record.

use std::io::{IsTerminal as _, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use access::Detectors;
use access::catalog::Catalog;
use access::engine::{Engine, EngineConfig};
use access::explain::{Asker, batch, explain};
use access::policy::PolicySet;
use access::scan::{FileScan, ScanReport, scan_cells, scan_file};
use access::{Masking, SessionView, Statement};
use anyhow::{Context as _, Result};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::cli::{DEFAULT_CONFIG, ExplainArgs, MaskCommand, name_and_groups};
use crate::compose;
use crate::config::Config;

/// The policy that is explained where nothing is configured.
const DEFAULT_POLICY: &str = "deploy/policy";

/// `firn policy check`
pub fn check(folder: &Path, json: bool) -> Result<ExitCode> {
    let loaded = PolicySet::load(folder);
    if json {
        let report = match &loaded {
            Ok(policy) => serde_json::json!({
                "ok": true, "rules": policy.rules().len(), "hash": policy.hash(),
                "warnings": policy.warnings().iter().map(ToString::to_string).collect::<Vec<_>>(),
            }),
            Err(error) => {
                let problems = error.problems().iter().map(ToString::to_string);
                serde_json::json!({"ok": false, "error": error.to_string(), "problems": problems.collect::<Vec<_>>()})
            }
        };
        say!("{report}");
    }
    match loaded {
        Ok(_) if json => Ok(ExitCode::SUCCESS),
        Err(_) if json => Ok(ExitCode::FAILURE),
        Ok(policy) => {
            for warning in policy.warnings() {
                say!("warning: {warning}");
            }
            say!(
                "{}: {} rules, hash {}",
                folder.display(),
                policy.rules().len(),
                policy.hash()
            );
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            aside!("firn: {error}");
            Ok(ExitCode::FAILURE)
        }
    }
}

/// `firn policy explain`
pub fn explain_statement(arguments: &ExplainArgs) -> Result<ExitCode> {
    let (engine, connection) = asked(arguments)?;
    let catalog = engine.catalog_of(&connection);
    if let Some(said) = compose::unguarded(engine.policy().settings(), &catalog) {
        // Beside the answer, which may be JSON.
        aside!("firn: {said}; name files of DDL with --catalog, or as `catalog` in [policy]");
    }
    let (user, groups) = name_and_groups(&arguments.act_as);
    let asker = Asker::named(&user, &groups, &connection, compose::clock().now());
    let mut out = std::io::stdout().lock();
    if let Some(file) = &arguments.batch {
        let cases = std::fs::read_to_string(file)
            .with_context(|| format!("{} cannot be read", file.display()))?;
        for answer in batch::answers(&engine, &asker, &cases) {
            writeln!(out, "{}", serde_json::to_string(&answer?)?)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let text = arguments.sql.as_deref().unwrap_or_default();
    let explained = explain(
        &engine,
        &asker,
        &Statement { text, binds: &[] },
        &SessionView::default(),
    );
    if arguments.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&explained.json())?)?;
    } else {
        let colour = out.is_terminal();
        write!(out, "{}", explained.text(colour))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What decides, and through which connection: what is given, else what is configured, as a gateway would begin with it.
fn asked(arguments: &ExplainArgs) -> Result<(Arc<Engine>, String)> {
    let path = &arguments.config.config;
    let whole = arguments.policy.is_some() && arguments.catalog.is_some();
    // Unless one is named, there need not be a configuration.
    let unnamed = path.as_os_str() == DEFAULT_CONFIG && !path.exists();
    let config = if whole || unnamed {
        None
    } else {
        Some(Config::load(path)?)
    };
    let section = config.as_ref().and_then(|config| config.policy.as_ref());
    let folder = match (&arguments.policy, section) {
        (Some(given), _) => given.as_path(),
        (None, Some(section)) => section.folder.as_path(),
        (None, None) => Path::new(DEFAULT_POLICY),
    };
    let gateway = config.as_ref().and_then(|config| config.gateway.as_ref());
    let live = config.as_ref().is_some_and(compose::is_live);
    let catalog = match (&arguments.catalog, section) {
        (Some(file), _) => compose::catalog(std::slice::from_ref(file), false)?,
        (None, Some(section)) => compose::catalog(&section.catalog, live)?,
        (None, None) => Catalog::empty(),
    };
    let policy = PolicySet::load(folder)?;
    let mut engine = Arc::new(Engine::new(policy, catalog, EngineConfig::default()));
    if let (Some(config), Some(gateway), None) = (&config, gateway, &arguments.catalog) {
        engine = gateway::catalog::known(&engine, gateway, &config.data);
    }
    let only = || {
        let mut names = gateway?.connections.keys();
        names.next().filter(|_| names.next().is_none()).cloned()
    };
    let connection = arguments.connection.clone().or_else(only);
    Ok((engine, connection.unwrap_or_else(|| "explain".to_owned())))
}

/// `firn mask scan`
pub fn mask(command: MaskCommand) -> Result<ExitCode> {
    let MaskCommand::Scan {
        file,
        cells,
        rules,
        json,
    } = command;
    let masking = Masking::new(compose::mask_rules(rules.as_deref())?.0)?;
    let detectors = masking.detectors();
    let mut out = std::io::stdout().lock();
    let file = file.filter(|file| file.as_os_str() != "-");
    if cells {
        let input: Box<dyn std::io::Read> = match &file {
            Some(file) => Box::new(
                std::fs::File::open(file)
                    .with_context(|| format!("{} cannot be read", file.display()))?,
            ),
            None => Box::new(std::io::stdin().lock()),
        };
        scan_cells(
            std::io::BufReader::new(input),
            std::io::BufWriter::new(out),
            detectors,
        )?;
        return Ok(ExitCode::SUCCESS);
    }
    let file = file.context("name the file to scan; only --cells reads standard input")?;
    let report = match file.extension() {
        Some(ending) if ending.eq_ignore_ascii_case("parquet") => scan_parquet(&file, detectors)?,
        _ => scan_file(&file, detectors)
            .with_context(|| format!("{} cannot be scanned", file.display()))?,
    };
    if json {
        writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?;
    } else {
        print_scan(&mut out, &report)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn scan_parquet(path: &Path, detectors: &Detectors) -> Result<ScanReport> {
    let file =
        std::fs::File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut scan = FileScan::new(detectors);
    for batch in ParquetRecordBatchReaderBuilder::try_new(file)?.build()? {
        scan.batch(&batch?);
    }
    Ok(scan.finish())
}

fn print_scan(out: &mut impl Write, report: &ScanReport) -> Result<()> {
    writeln!(out, "{} rows", report.rows)?;
    for column in &report.columns {
        for found in &column.found {
            let rows: Vec<String> = found
                .places
                .iter()
                .map(|place| place.row.to_string())
                .collect();
            writeln!(
                out,
                "{}: {} of {} cells look like {} ({}, confidence {:.2}), e.g. rows {}",
                display::screen::line(&column.column),
                found.cells,
                column.cells,
                found.label,
                found.detector,
                found.confidence,
                rows.join(", ")
            )?;
        }
    }
    if report.columns.iter().all(|column| column.found.is_empty()) {
        writeln!(out, "nothing found")?;
    }
    Ok(())
}
