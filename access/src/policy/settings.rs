//! `firn-policy.toml`: the groups and tags the rules may name, what functions do, and what happens where no rule speaks.
//!
//! Enters: the file's text. Leaves: [`Settings`]. Never here: a rule; those are Cedar.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::time::Duration;

use permit::Operator;
use serde::Deserialize;

use super::approvals::{self, ApprovalRules};
use super::span::{Wrong, parse_ttl};
use super::stages::StageRules;
use crate::catalog::{Duty, Functions};

/// The name of the file beside the rules.
pub const SETTINGS_FILE: &str = "firn-policy.toml";

/// What the rules may name, and the defaults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Groups a rule or an `@approvers` may name.
    pub groups: BTreeSet<String>,
    /// Tags by name (`PII`) or name and value (`PII=SSN`), upper case.
    pub tags: BTreeMap<String, TagSettings>,
    /// What functions and procedures of the account do.
    pub functions: Functions,
    /// What becomes of requests that the analysis could not understand in full.
    pub unknown: Unknown,
    /// What a yes may cover, when it may be said, and who may break the glass.
    pub approvals: ApprovalRules,
    /// What becomes of files that rules let through, by what is in them.
    pub stages: StageRules,
}

/// What a tag means.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TagSettings {
    /// The operator where the rule that masks names none.
    #[serde(default = "redact", deserialize_with = "operator")]
    pub mask: Operator,
    /// Columns with it are sensitive: their flags are raised, conditions on them count.
    #[serde(default = "yes")]
    pub sensitive: bool,
    /// The word a redacted cell shows; else the tag's value, else its name.
    pub label: Option<String>,
    /// The record says keyed tokens of its columns' values, and of what a detector of that label finds, so that who saw a value can be
    /// asked without the value being stored. Needs `[find] keys` in the configuration.
    #[serde(default)]
    pub find: bool,
}

/// Hold or deny.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownAnswer {
    /// People decide.
    Hold,
    /// It does not run.
    Deny,
}

/// What becomes of a statement on a table the catalog does not have. A catalog without any table leaves all to detectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownTable {
    /// It runs; value detectors look at every cell, and nothing else protects what is in it.
    Detect,
    /// People decide.
    Hold,
    /// It does not run.
    Deny,
}

impl UnknownTable {
    /// Hold or deny; none lets it run.
    pub const fn answer(self) -> Option<UnknownAnswer> {
        match self {
            Self::Detect => None,
            Self::Hold => Some(UnknownAnswer::Hold),
            Self::Deny => Some(UnknownAnswer::Deny),
        }
    }
}

impl From<UnknownAnswer> for UnknownTable {
    fn from(answer: UnknownAnswer) -> Self {
        match answer {
            UnknownAnswer::Hold => Self::Hold,
            UnknownAnswer::Deny => Self::Deny,
        }
    }
}

/// The answer to what the analysis does not understand, where no rule forbids it anyway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// What happens to queries.
    pub query: UnknownAnswer,
    /// Everything else: writes, unknown verbs.
    pub other: UnknownAnswer,
    /// Statements on tables the catalog does not have, while it has others.
    pub table: UnknownTable,
    /// Who approves, where it is held.
    pub approvers: Vec<String>,
    /// How long the request waits for people.
    pub ttl: Duration,
    /// How long a grant waits for its execution.
    pub execution_ttl: Duration,
}

impl Default for Unknown {
    fn default() -> Self {
        Self {
            query: UnknownAnswer::Deny,
            other: UnknownAnswer::Deny,
            table: UnknownTable::Deny,
            approvers: Vec::new(),
            ttl: crate::limits::APPROVAL_TTL_DEFAULT,
            execution_ttl: crate::limits::EXECUTION_TTL_DEFAULT,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(default)]
    groups: BTreeSet<String>,
    #[serde(default)]
    tags: BTreeMap<String, TagSettings>,
    #[serde(default)]
    functions: RawFunctions,
    #[serde(default)]
    unknown: RawUnknown,
    #[serde(default)]
    approvals: approvals::Raw,
    #[serde(default)]
    stages: StageRules,
}

/// Full names by what they do.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawFunctions {
    pure: Vec<String>,
    external: Vec<String>,
    llm: Vec<String>,
    table: Vec<String>,
    reveals: BTreeMap<String, Vec<String>>,
}

impl RawFunctions {
    fn read(self) -> Result<Functions, String> {
        let lists = [
            (Duty::Pure, self.pure),
            (Duty::External, self.external),
            (Duty::Llm, self.llm),
            (Duty::Table, self.table),
        ];
        let mut functions = Functions::default();
        for (duty, names) in lists {
            for name in names {
                functions
                    .add(&name, duty.clone())
                    .map_err(|error| error.to_string())?;
            }
        }
        for (name, columns) in self.reveals {
            functions
                .add(&name, Duty::Reveals(columns))
                .map_err(|error| error.to_string())?;
        }
        Ok(functions)
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawUnknown {
    query: Option<UnknownAnswer>,
    other: Option<UnknownAnswer>,
    table: Option<UnknownTable>,
    #[serde(default)]
    approvers: Vec<String>,
    ttl: Option<String>,
    execution_ttl: Option<String>,
}

impl Settings {
    /// Reads the file's text.
    pub(super) fn parse(text: &str) -> Result<Self, Wrong> {
        let raw: Raw = toml::from_str(text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            (offset, error.message().replace('\n', " "), None)
        })?;
        let at = |needle: &str| text.find(needle).unwrap_or_default();
        let defaults = Unknown::default();
        let query = raw.unknown.query.unwrap_or(defaults.query);
        let unknown = Unknown {
            query,
            table: raw.unknown.table.unwrap_or_else(|| query.into()),
            other: raw.unknown.other.unwrap_or(defaults.other),
            ttl: ttl(raw.unknown.ttl.as_deref(), defaults.ttl)
                .map_err(|(message, hint)| (at("ttl"), message, hint))?,
            execution_ttl: ttl(raw.unknown.execution_ttl.as_deref(), defaults.execution_ttl)
                .map_err(|(message, hint)| (at("execution_ttl"), message, hint))?,
            approvers: raw.unknown.approvers,
        };
        for group in &unknown.approvers {
            if !raw.groups.contains(group) {
                let hint = Some(format!(
                    "add {group:?} to groups, or name one that is there"
                ));
                return Err((at("approvers"), format!("unknown group {group:?}"), hint));
            }
        }
        let answers = [
            Some(unknown.query),
            Some(unknown.other),
            unknown.table.answer(),
        ];
        if answers.contains(&Some(UnknownAnswer::Hold)) && unknown.approvers.is_empty() {
            let hint = Some("name at least one group in unknown.approvers".to_owned());
            return Err((
                at("[unknown]"),
                "nobody could approve a hold".to_owned(),
                hint,
            ));
        }
        let functions = raw.functions.read().map_err(|message| {
            let (message, hint) = message
                .split_once(": ")
                .map_or((message.as_str(), None), |(said, hint)| (said, Some(hint)));
            let offset = at("[functions");
            (offset, message.to_owned(), hint.map(str::to_owned))
        })?;
        let approvals = raw.approvals.read(&raw.groups, text)?;
        let tags = upper(raw.tags).map_err(|(name, message)| {
            let hint = Some("tags are upper case: keep one entry".to_owned());
            (at(&format!("[tags.{name}]")), message, hint)
        })?;
        Ok(Self {
            groups: raw.groups,
            tags,
            functions,
            unknown,
            approvals,
            stages: raw.stages,
        })
    }

    /// What is set for a tag: for name and value first, else for the name.
    pub fn tag(&self, tag: &str) -> Option<&TagSettings> {
        let name = tag.split('=').next().unwrap_or(tag);
        self.tags.get(tag).or_else(|| self.tags.get(name))
    }

    /// Tags whose columns' values may be looked for, by name.
    pub fn sought(&self) -> impl Iterator<Item = &str> {
        let sought = self.tags.iter().filter(|(_, tag)| tag.find);
        sought.map(|(name, _)| name.as_str())
    }

    /// Whether columns with this tag are sensitive.
    pub fn is_sensitive(&self, tag: &str) -> bool {
        self.tag(tag).is_some_and(|tag| tag.sensitive)
    }
}

/// The tags as columns have them; else one that is there twice, and what to say of it.
fn upper(
    written: BTreeMap<String, TagSettings>,
) -> Result<BTreeMap<String, TagSettings>, (String, String)> {
    let mut tags = BTreeMap::new();
    for (name, tag) in written {
        let upper = name.to_uppercase();
        let message = format!("the tag {upper} is there twice");
        if tags.insert(upper, tag).is_some() {
            return Err((name, message));
        }
    }
    Ok(tags)
}

fn ttl(text: Option<&str>, default: Duration) -> Result<Duration, (String, Option<String>)> {
    text.map_or(Ok(default), parse_ttl)
}

const fn redact() -> Operator {
    Operator::Redact
}

const fn yes() -> bool {
    true
}

fn operator<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Operator, D::Error> {
    let text = String::deserialize(deserializer)?;
    Operator::from_str(&text).map_err(serde::de::Error::custom)
}
