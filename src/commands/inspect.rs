//! `firn policy`, `firn mask`, `firn check`: what would happen, without a gateway.
//!
//! Enters: policy folders, catalogs, statements, data files, a configuration. Leaves: answers for people, or JSON.
//! Never here: the network, the record.

use std::io::{IsTerminal as _, Write};
use std::path::Path;
use std::process::ExitCode;

use access::catalog::Catalog;
use access::detect::Detectors;
use access::engine::{Engine, EngineConfig};
use access::explain::{Asker, batch, explain};
use access::policy::PolicySet;
use access::scan::{FileScan, ScanReport, scan_cells, scan_file};
use access::{Masking, MaskingConfig, SessionView, Statement};
use anyhow::{Context as _, Result};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::cli::{ExplainArgs, MaskCommand, PolicyCommand, name_and_groups};
use crate::compose;
use crate::config::Config;

/// `firn policy`
pub fn policy(command: PolicyCommand) -> Result<ExitCode> {
    match command {
        PolicyCommand::Check { folder } => check(&folder),
        PolicyCommand::Explain(arguments) => explain_statement(&arguments),
    }
}

fn check(folder: &Path) -> Result<ExitCode> {
    match PolicySet::load(folder) {
        Ok(policy) => {
            for warning in policy.warnings() {
                println!("warning: {warning}");
            }
            println!(
                "{}: {} rules, hash {}",
                folder.display(),
                policy.rules().len(),
                policy.hash()
            );
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            eprintln!("{error}");
            Ok(ExitCode::FAILURE)
        }
    }
}

fn explain_statement(arguments: &ExplainArgs) -> Result<ExitCode> {
    let policy = PolicySet::load(&arguments.policy)?;
    let catalog = match &arguments.catalog {
        Some(file) => compose::catalog(std::slice::from_ref(file))?,
        None => Catalog::empty(),
    };
    let engine = Engine::new(policy, catalog, EngineConfig::default());
    let (user, groups) = name_and_groups(&arguments.act_as);
    let asker = Asker::named(&user, &groups, "explain", compose::clock().now());
    let mut out = std::io::stdout().lock();
    if let Some(file) = &arguments.batch {
        let cases = std::fs::read_to_string(file)
            .with_context(|| format!("{} can not be read", file.display()))?;
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

/// `firn mask scan`
pub fn mask(command: MaskCommand) -> Result<ExitCode> {
    let MaskCommand::Scan {
        file,
        cells,
        rules,
        json,
    } = command;
    let masking = own_detectors(rules.as_deref())?;
    let detectors = masking.detectors();
    let mut out = std::io::stdout().lock();
    let file = file.filter(|file| file.as_os_str() != "-");
    if cells {
        let input: Box<dyn std::io::Read> = match &file {
            Some(file) => Box::new(
                std::fs::File::open(file)
                    .with_context(|| format!("{} can not be read", file.display()))?,
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
        _ => scan_file(&file, detectors)?,
    };
    if json {
        writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?;
    } else {
        print_scan(&mut out, &report)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn own_detectors(rules: Option<&Path>) -> Result<Masking> {
    let config = match rules {
        None => MaskingConfig::default(),
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("masking rules {} can not be read", path.display()))?;
            toml::from_str(&text)
                .with_context(|| format!("masking rules {} are refused", path.display()))?
        }
    };
    Ok(Masking::new(config)?)
}

fn scan_parquet(path: &Path, detectors: &Detectors) -> Result<ScanReport> {
    let file =
        std::fs::File::open(path).with_context(|| format!("{} can not be read", path.display()))?;
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
                screen::line(&column.column),
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

/// `firn check`
pub fn config(path: &Path) -> Result<ExitCode> {
    let config = Config::load(path)?;
    println!("{} is well formed", path.display());
    println!("data     {}", config.data.display());
    println!("archive  {}", config.archive().url);
    if let Some(gateway) = &config.gateway {
        for (name, connection) in &gateway.connections {
            println!(
                "gateway  {} → {} at {}",
                gateway.listen, name, connection.upstream
            );
        }
    }
    if let Some(policy) = &config.policy {
        let engine = compose::policy(policy)?;
        println!(
            "policy   {} rules, hash {}, catalog {}",
            engine.policy().rules().len(),
            engine.policy().hash(),
            engine.catalog().version()
        );
    }
    Ok(ExitCode::SUCCESS)
}
