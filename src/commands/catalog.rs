//! `firn catalog …`: what is known of an account, what is other by now, and a reading by hand.
//!
//! Enters: a command and the configuration. Leaves: tables and what is said of them. Never here: a change of what a running gateway
//! decides by; it reads for itself.

use std::collections::BTreeMap;
use std::process::ExitCode;

use access::catalog::live::Routine;
use access::catalog::{Catalog, Table};
use anyhow::{Context as _, Result, bail};
use display::screen::line;
use gateway::Config as GatewayConfig;
use gateway::catalog::{Kept, Reading, pull};
use serde_json::json;

use crate::cli::{CatalogArgs, CatalogCommand};
use crate::compose;
use crate::config::Config;
use crate::progress;

/// Does what `arguments` say.
pub async fn run(arguments: CatalogArgs) -> Result<ExitCode> {
    let config = Config::load(&arguments.config.config)?;
    let gateway = config
        .gateway
        .as_ref()
        .context("[gateway] is missing: an account is read over one of its connections")?;
    let name = named(gateway, arguments.connection)?;
    let kept = Kept::new(&config.data);
    match arguments.command {
        CatalogCommand::Show { table, json } => show(&config, &kept, &name, table, json),
        CatalogCommand::Diff { json } => diff(gateway, &kept, &name, json).await,
        CatalogCommand::Pull { json } => fetch(gateway, &kept, &name, json).await,
    }
}

/// The connection that is meant.
fn named(gateway: &GatewayConfig, asked: Option<String>) -> Result<String> {
    if let Some(name) = asked {
        return Ok(name);
    }
    let live = gateway.connections.iter();
    let live: Vec<&String> = live
        .filter(|(_, connection)| connection.catalog.is_some())
        .map(|(name, _)| name)
        .collect();
    match live.as_slice() {
        [] => bail!(
            "no connection reads its account: give it a [gateway.connections.NAME.catalog], see deploy/example.toml"
        ),
        [only] => Ok((*only).clone()),
        several => {
            let names: Vec<&str> = several.iter().map(|name| name.as_str()).collect();
            bail!("say which with --connection: {}", names.join(", "))
        }
    }
}

fn last(kept: &Kept, name: &str) -> Result<Option<Reading>> {
    let path = kept.path(name);
    kept.load(name).with_context(|| {
        format!(
            "{} cannot be read: `firn catalog pull` makes it anew",
            path.display()
        )
    })
}

fn show(
    config: &Config,
    kept: &Kept,
    name: &str,
    part: Option<String>,
    as_json: bool,
) -> Result<ExitCode> {
    let reading = last(kept, name)?.with_context(|| {
        format!("the account of {name} was not read yet: a gateway does so, or `firn catalog pull`")
    })?;
    let files = config.policy.as_ref().map_or(&[][..], |one| &one.catalog);
    let files = compose::catalog(files, true)?;
    let catalog = files.over(&reading.snapshot, &[])?;
    let part = part.unwrap_or_default().to_uppercase();
    let wanted = |full: &str| full.to_uppercase().contains(&part);
    let unknown: BTreeMap<&str, &str> = catalog
        .skipped()
        .iter()
        .filter_map(|one| Some((one.table.as_deref()?, one.what.as_str())))
        .collect();
    for table in catalog.tables().filter(|table| wanted(&table.full_name)) {
        if as_json {
            say!("{}", told(table));
        } else {
            print(table);
        }
    }
    let named = !part.is_empty();
    let routines = reading.snapshot.routines();
    for routine in routines.filter(|routine| wanted(&routine.full_name())) {
        if as_json {
            say!("{}", json!(routine));
        } else {
            print_routine(routine, named);
        }
    }
    for (full, why) in unknown.into_iter().filter(|(full, _)| wanted(full)) {
        if as_json {
            say!("{}", json!({"table": full, "unknown": why}));
        } else {
            say!("{full}: UNKNOWN, {why}");
        }
    }
    if !as_json {
        summary(&catalog, &reading);
    }
    Ok(ExitCode::SUCCESS)
}

fn told(table: &Table) -> serde_json::Value {
    let columns: Vec<_> = table
        .columns
        .iter()
        .map(|column| {
            json!({"name": column.name, "type": column.data_type, "tags": column.tags, "labels": column.labels})
        })
        .collect();
    json!({"table": &*table.full_name, "view": table.view.is_some(), "columns": columns})
}

fn print(table: &Table) {
    let kind = if table.view.is_some() { " (view)" } else { "" };
    say!("{}{kind}", table.full_name);
    for column in &table.columns {
        let labels = column.labels.join(", ");
        say!("  {:<32}{:<20}{labels}", column.name, column.data_type);
    }
}

/// A function or procedure; its text where it was asked for by name.
fn print_routine(routine: &Routine, with_text: bool) {
    let kind = routine.kind.as_str();
    let leaves = if routine.external { ", external" } else { "" };
    say!(
        "{} ({kind}, {}{leaves})",
        line(&routine.full_name()),
        line(&routine.language)
    );
    for text in routine.text.iter().filter(|_| with_text) {
        for one in text.lines() {
            say!("  {}", line(one));
        }
    }
}

fn summary(catalog: &Catalog, reading: &Reading) {
    say!(
        "{} tables and views are known; read {}, version {}",
        catalog.tables().count(),
        exporter::format::record::rfc3339(reading.read_at),
        catalog.version()
    );
}

async fn read(gateway: &GatewayConfig, name: &str) -> Result<Reading> {
    let now = compose::clock().now();
    let reading = progress::show("reading the account", pull(gateway, name, now));
    Ok(reading.await?)
}

async fn diff(gateway: &GatewayConfig, kept: &Kept, name: &str, as_json: bool) -> Result<ExitCode> {
    let before = last(kept, name)?.map(|reading| reading.snapshot);
    let now = read(gateway, name).await?.snapshot;
    let changes = now.changes_since(&before.unwrap_or_default());
    if as_json {
        say!(
            "{}",
            json!({"added": changes.added, "removed": changes.removed, "changed": changes.changed})
        );
    } else {
        for (sign, names) in [
            ('+', &changes.added),
            ('-', &changes.removed),
            ('~', &changes.changed),
        ] {
            for name in names {
                say!("{sign} {name}");
            }
        }
        say!("{} tables and views are other", changes.count());
    }
    Ok(ExitCode::from(u8::from(changes.count() > 0)))
}

async fn fetch(
    gateway: &GatewayConfig,
    kept: &Kept,
    name: &str,
    as_json: bool,
) -> Result<ExitCode> {
    let reading = read(gateway, name).await?;
    let snapshot = &reading.snapshot;
    let (tables, columns) = (snapshot.len(), snapshot.columns());
    let path = kept.path(name);
    kept.save(name, &reading)
        .with_context(|| format!("{} cannot be written", path.display()))?;
    let unread = snapshot.relations().filter(|one| !one.tags_known).count();
    if as_json {
        say!(
            "{}",
            json!({"connection": name, "tables": tables, "columns": columns, "tags_unread": unread, "file": path})
        );
    } else {
        say!(
            "{tables} tables and views with {columns} columns, kept in {}",
            path.display()
        );
        if unread > 0 {
            say!(
                "the tags of {unread} could not be read, so those are unknown: see deploy/snowflake/catalog.sql"
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}
