//! What a running process keeps until it is started again, and processes that keep everything but their sinks.
//!
//! Enters: the configuration as it was and as it is now. Leaves: a warning for each part that differs and is not in force. Never here: a
//! change that nobody hears of.

use std::path::Path;

use anyhow::{Context as _, Result};
use tokio::signal::unix::Signal;
use tokio_util::sync::CancellationToken;

use super::{LOOK, Read};
use crate::commands::exporting::Exports;
use crate::config::Config;
use crate::supervisor;
use crate::telemetry;
use crate::told::told;
use crate::watch::Looks;

/// A configuration, and how its files look.
type Seen<'a> = (&'a Config, &'a Looks);

/// What concerns roles that nobody connects to.
const BEHIND: [&str; 9] = [
    "data",
    "[journal]",
    "[archive]",
    "[recorder]",
    "[retention]",
    "[producer]",
    SINKS,
    RULES,
    "[telemetry]",
];
const SINKS: &str = "[export]";
const RULES: &str = "[detections] (or a rule in its folder)";

/// Warns of each of `parts`.
pub(super) fn tell(parts: Vec<&'static str>) {
    for part in parts {
        tracing::warn!("{part} changed: that takes effect after a restart");
    }
}

/// The parts of a configuration that a running process keeps, where they are others now.
/// Sinks are, unless they are `taken` while it runs.
pub(super) fn changed(old: Seen<'_>, new: Seen<'_>, taken: bool) -> Vec<&'static str> {
    let both = parts(old.0).into_iter().zip(parts(new.0));
    let parts = both.filter(|(old, new)| old.1 != new.1 && !(taken && old.0 == SINKS));
    let mut parts: Vec<&'static str> = parts.map(|(_, (name, _))| name).collect();
    let folder = new.0.detections.as_ref().map(|section| &section.folder);
    let rules = folder.is_some_and(|folder| old.1.differs_below(new.1, folder));
    if rules && !parts.contains(&RULES) {
        parts.push(RULES);
    }
    parts
}

fn parts(config: &Config) -> [(&'static str, String); 15] {
    let gateway = config.gateway.as_ref();
    let query = &config.query;
    [
        ("data", format!("{:?}", config.data)),
        ("[journal]", format!("{:?}", config.journal)),
        ("[archive]", format!("{:?}", config.archive)),
        ("[recorder]", format!("{:?}", config.recorder)),
        ("[retention]", format!("{:?}", config.retention)),
        (
            "[gateway] listen (or whether it speaks TLS)",
            format!("{:?}", gateway.map(|one| (one.listen, one.tls.is_some()))),
        ),
        ("[approvals]", format!("{:?}", config.approvals)),
        (
            "[query] listen (or whether it speaks TLS, its memory, its timeout)",
            format!(
                "{:?}",
                (
                    query.listen,
                    query.tls.is_some(),
                    query.memory_bytes,
                    query.timeout
                )
            ),
        ),
        ("[console]", format!("{:?}", config.console)),
        ("[find] (what questions try)", format!("{:?}", config.find)),
        ("[development]", format!("{:?}", config.development)),
        ("[producer]", format!("{:?}", config.producer)),
        (SINKS, format!("{:?}", config.export)),
        (RULES, format!("{:?}", config.detections)),
        ("[telemetry]", format!("{:?}", config.telemetry)),
    ]
}

/// Whether another exporter is asked for.
pub(super) fn has_other_sinks(old: &Config, new: &Config) -> bool {
    format!("{:?}", old.export) != format!("{:?}", new.export)
}

/// Watches the configuration of a process that keeps all of it but its sinks until `stop`, and warns of what is not in force. SIGHUP asks at once, and is
/// answered even where nothing differs: whoever sent it waits for that.
pub async fn watch(
    read: Read,
    mut hangups: Signal,
    exports: Option<Exports>,
    stop: CancellationToken,
) {
    let (path, mut known, mut named) = (&read.path, read.looks.clone(), read.config.clone());
    // What the process began with, other sinks aside.
    let (mut config, looks) = (read.config.clone(), &read.looks);
    let mut settling = None;
    loop {
        let asked = tokio::select! {
            () = stop.cancelled() => return,
            _ = hangups.recv() => true,
            () = tokio::time::sleep(LOOK) => false,
        };
        let now = Looks::at(path, &named);
        if now == known && !asked {
            settling = None;
            continue;
        }
        if !asked && settling.as_ref() != Some(&now) {
            settling = Some(now);
            continue;
        }
        settling = None;
        supervisor::reloading();
        match take(path, &config, looks, exports.as_ref()).await {
            Ok((new, seen)) => {
                if exports.is_some() {
                    config.export = new.export.clone();
                }
                (known, named) = (seen, new);
            }
            Err(error) => {
                let reason = told(&error);
                tracing::error!("a change is refused, and what was in force stays: {reason}");
                telemetry::configuration_refused();
                known = now;
            }
        }
        supervisor::ready();
    }
}

/// Takes other sinks, and tells what else differs from what is in force. What was read, and how its files looked before.
async fn take(
    path: &Path,
    config: &Config,
    looks: &Looks,
    exports: Option<&Exports>,
) -> Result<(Config, Looks)> {
    let new = Config::load(path)?;
    let seen = Looks::at(path, &new);
    if let Some(exports) = exports.filter(|_| has_other_sinks(config, &new)) {
        let sinks = new.export.clone();
        // Secrets are read, from commands too.
        let built = tokio::task::spawn_blocking(move || sinks.outlets().map(drop));
        built.await.context("reading the change broke off")??;
        exports.put(new.export.clone());
    }
    let parts = changed((config, looks), (&new, &seen), exports.is_some());
    tell(
        parts
            .into_iter()
            .filter(|part| BEHIND.contains(part))
            .collect(),
    );
    Ok((new, seen))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Config {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("firn.toml");
        std::fs::write(&path, text).expect("configuration");
        Config::load(&path).expect("a configuration")
    }

    #[test]
    fn every_part_that_stays_is_told() {
        let folder = tempfile::tempdir().expect("folder");
        let rules = folder.path().display();
        let base = format!(
            "data = '/data'\n[archive]\nurl = '/archive'\n[detections]\nfolder = '{rules}'\n"
        );
        let looks = Looks::default();
        for (more, part) in [
            ("", None),
            ("[retention]\nevery = '1h'\n", Some("[retention]")),
            ("[recorder]\nmax_batch_age = '7s'\n", Some("[recorder]")),
            (
                "[[approvals.webhook]]\nformat = 'json'\nurl = 'https://hooks.example/x'\nsecret = { env = 'HOOK' }\n",
                Some("[approvals]"),
            ),
            (
                "[[export.sink]]\nname = 'files'\nto.file.folder = '/lines'\n",
                Some("[export]"),
            ),
        ] {
            let (old, new) = (seen(&base), seen(&format!("{base}{more}")));
            let told = |taken| changed((&old, &looks), (&new, &looks), taken);
            assert_eq!(told(false), part.into_iter().collect::<Vec<_>>(), "{more}");
            let part = part.filter(|part| *part != SINKS);
            assert_eq!(told(true), part.into_iter().collect::<Vec<_>>(), "{more}");
        }
        let (config, path) = (seen(&base), folder.path().join("firn.toml"));
        let before = Looks::at(&path, &config);
        std::fs::write(folder.path().join("denied.toml"), "title = 'x'").expect("rule");
        let after = Looks::at(&path, &config);
        let told = changed((&config, &before), (&config, &after), true);
        assert_eq!(told, [RULES]);
    }
}
