//! What is said of rules: policy, catalog, masks, detections.
//!
//! Enters: a configuration. Leaves: what the rules are, and their faults. Never here: a decision, a key's text.

use std::collections::BTreeMap;

use access::Masking;
use access::keys::MaskKey;
use anyhow::Context as _;

use super::{Depth, Findings};
use crate::compose;
use crate::config::Config;
use crate::seen;

/// The rules that are asked on a schedule.
pub fn detections(config: &Config, found: &mut Findings) {
    let Some(section) = &config.detections else {
        return;
    };
    let read = section.read().context("[detections]");
    if let Some(rules) = found.take(read) {
        let names: Vec<&str> = rules.iter().map(|rule| rule.name()).collect();
        found.fact(
            "detect",
            format!("{} rules: {}", rules.len(), names.join(", ")),
        );
    }
}

/// Policy and catalog.
pub fn policy(config: &Config, found: &mut Findings) {
    let Some(section) = &config.policy else {
        if config.gateway.is_some() {
            found.faults.push(
                "[policy] is missing: a gateway needs one; see deploy/example.toml".to_owned(),
            );
        }
        return;
    };
    if let Some(engine) = found.take(compose::policy(section, compose::is_live(config))) {
        found.fact(
            "policy",
            format!(
                "{} rules, hash {}, catalog {}",
                engine.policy().rules().len(),
                engine.policy().hash(),
                engine.catalog().version()
            ),
        );
        let settings = engine.policy().settings();
        found.take(seen::check(config, settings));
        if let Some(said) = compose::unguarded_connections(config, settings, &engine.catalog()) {
            found.fact("catalog", format!("WARNING {said}"));
        }
        for said in passed_over(engine.catalog().skipped()) {
            found.fact("catalog", said);
        }
    }
}

/// What the catalog's files hold that the catalog does not: every table left unknown, other statements by their first words.
fn passed_over(skipped: &[access::Skipped]) -> Vec<String> {
    let mut said = Vec::new();
    let mut others: BTreeMap<&str, usize> = BTreeMap::new();
    for one in skipped {
        match &one.table {
            Some(table) => said.push(format!(
                "{table} is unknown, so the policy treats it as one the catalog lacks ({}:{}: {})",
                one.file, one.line, one.what
            )),
            None => *others.entry(&one.what).or_default() += 1,
        }
    }
    if !others.is_empty() {
        let counted: Vec<String> = others
            .into_iter()
            .map(|(what, count)| format!("{count} {what}"))
            .collect();
        said.push(format!("passed over: {}", counted.join(", ")));
    }
    said
}

/// The keys of tokens.
pub fn find(config: &Config, depth: Depth, found: &mut Findings) {
    if !depth.has_secrets() {
        return;
    }
    if let Some(Some(keys)) = found.take(seen::keys(&config.find.keys)) {
        let ids: Vec<&str> = keys.ids().collect();
        found.fact("find", format!("tokens by key {}", ids.join(", then ")));
    }
}

/// The masks' rules and their key.
pub fn masking(config: &Config, depth: Depth, found: &mut Findings) {
    if let Some((mut rules, _)) = found.take(compose::mask_rules(config.masking.rules.as_deref())) {
        // Any key shows whether the rules are good.
        rules.key = Some(MaskKey::from_bytes([0; 32]));
        found.take(Masking::new(rules).context("[masking] rules"));
    }
    if !depth.has_secrets() && config.masking.key.is_some() {
        return;
    }
    if let Some(None) = found.take(compose::configured_key(config)) {
        let kept = found.take(compose::kept_key(&config.data));
        if kept.is_some_and(|kept| kept.is_none()) {
            found.fact("masking", "its key is made in the data folder".to_owned());
        }
    }
}
