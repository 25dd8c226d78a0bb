//! `[detections]`: which rules are asked again and again, by whoever exports.
//!
//! Enters: the section, and the files of its folder. Leaves: rules. Never here: a rule that was passed over because it is wrong.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use exporter::detections::Rule;
use serde::Deserialize;

/// `[detections]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DetectionsConfig {
    /// The folder of the rules, a file `NAME.toml` each.
    pub folder: PathBuf,
    /// Of these, only those of these names; empty is all.
    #[serde(default)]
    pub rules: Vec<String>,
}

impl DetectionsConfig {
    /// Its rules.
    pub fn read(&self) -> Result<Vec<Rule>> {
        rules(&self.folder, &self.rules)
    }
}

/// The rules of these names in `folder`, or all.
pub fn rules(folder: &Path, names: &[String]) -> Result<Vec<Rule>> {
    let mut files: Vec<String> = names.to_vec();
    if files.is_empty() {
        let entries = std::fs::read_dir(folder).with_context(|| {
            format!(
                "no rules can be read from {}: give their folder, as `folder` of [detections] or with --rules",
                folder.display()
            )
        })?;
        for entry in entries {
            let path = entry?.path();
            let is_rule = path.extension().is_some_and(|ending| ending == "toml");
            files.extend(
                path.file_stem()
                    .filter(|_| is_rule)
                    .map(|name| name.to_string_lossy().into_owned()),
            );
        }
        files.sort();
    }
    if files.is_empty() {
        bail!(
            "{} has no rules: a rule is a file called NAME.toml",
            folder.display()
        );
    }
    let read = |name: &String| {
        let path = folder.join(format!("{name}.toml"));
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("{} cannot be read", path.display()))?;
        Ok(Rule::parse(name, &text)?)
    };
    files.iter().map(read).collect()
}
