//! The policy: Cedar rules from a folder, checked so strictly that a mistake refuses to start.
//!
//! Enters: `*.cedar` files and `firn-policy.toml`. Leaves: a [`PolicySet`] with its hash, or every problem with file, line,
//! column and a hint. Never here: a decision, or a folder read after the start.

mod approvals;
mod problem;
mod rule;
mod settings;
mod span;
mod stages;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use cedar_policy::{Policy, PolicyId, Schema, ValidationMode, Validator};
use event::{Digest, PolicyHash};
use miette::Diagnostic;

pub use approvals::{ApprovalRules, ScopeTerms};
pub use problem::{PolicyError, Problem};
pub(crate) use rule::Reads;
pub use rule::{HoldTerms, Rule, RuleEffect};
pub use settings::{SETTINGS_FILE, Settings, TagSettings, Unknown, UnknownAnswer, UnknownTable};
pub use stages::{FileRefused, StageRules};

use problem::Place;
use rule::Lint;

/// The schema every rule is checked against, in Cedar's syntax: what a rule may speak of.
pub const SCHEMA: &str = include_str!("policy/firn.cedarschema");

/// A checked policy. Cheap to clone.
#[derive(Clone, Debug)]
pub struct PolicySet(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    hash: PolicyHash,
    rules: Vec<Rule>,
    settings: Settings,
    warnings: Vec<Problem>,
}

impl PolicySet {
    /// Reads and checks the folder: `*.cedar` and, where there is one, `firn-policy.toml`.
    pub fn load(folder: &Path) -> Result<Self, PolicyError> {
        let read = |path: &Path| {
            std::fs::read_to_string(path).map_err(|error| PolicyError::Read {
                path: path.display().to_string(),
                error,
            })
        };
        let entries = std::fs::read_dir(folder).map_err(|error| PolicyError::Read {
            path: folder.display().to_string(),
            error,
        })?;
        let mut files = Vec::new();
        for entry in entries {
            let path = entry
                .map_err(|error| PolicyError::Read {
                    path: folder.display().to_string(),
                    error,
                })?
                .path();
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned());
            let name = name.unwrap_or_default();
            if name.ends_with(".cedar") || name == SETTINGS_FILE {
                files.push((name, read(&path)?));
            }
        }
        if !files.iter().any(|(name, _)| name.ends_with(".cedar")) {
            return Err(PolicyError::Empty {
                path: folder.display().to_string(),
            });
        }
        Self::from_files(files)
    }

    /// Checks files given by name and text, in any order.
    pub fn from_files(files: Vec<(String, String)>) -> Result<Self, PolicyError> {
        let files: BTreeMap<String, String> = files
            .into_iter()
            .map(|(name, text)| (name, text.replace("\r\n", "\n")))
            .collect();
        let mut problems = Vec::new();
        let settings = settings_of(&files, &mut problems);
        let schema = schema();
        let mut rules: Vec<Rule> = Vec::new();
        let mut warnings = Vec::new();
        for (file, text) in files
            .iter()
            .filter(|(name, _)| name.as_str() != SETTINGS_FILE)
        {
            let place = Place { file, text };
            for found in read_rules(place, &settings, &schema, &mut warnings) {
                match found {
                    Ok(rule) => rules.push(rule),
                    Err(more) => problems.extend(more),
                }
            }
        }
        problems.extend(doubles(&rules));
        if !problems.is_empty() {
            return Err(PolicyError::Rules(problems));
        }
        Ok(Self(Arc::new(Inner {
            hash: hash(&files),
            rules,
            settings,
            warnings,
        })))
    }

    /// Digest of every file's name and text and of the schema.
    pub fn hash(&self) -> PolicyHash {
        self.0.hash
    }

    /// The rules, by file and order in it.
    pub fn rules(&self) -> &[Rule] {
        &self.0.rules
    }

    /// Groups, tags, defaults.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The same without some of its rules, to see what they do; the hash is another. An id that no rule has is the error.
    pub fn without(&self, ids: &[String]) -> Result<Self, String> {
        let has = |id: &&String| self.0.rules.iter().any(|rule| rule.id == **id);
        if let Some(unknown) = ids.iter().find(|id| !has(id)) {
            return Err(unknown.clone());
        }
        if ids.is_empty() {
            return Ok(self.clone());
        }
        let left_out: std::collections::BTreeSet<&String> = ids.iter().collect();
        let own = self.0.hash.0.as_bytes().as_slice();
        let pieces = std::iter::once(own).chain(left_out.iter().map(|id| id.as_bytes()));
        let rules = self.0.rules.iter();
        let rules = rules.filter(|rule| !left_out.contains(&rule.id)).cloned();
        Ok(Self(Arc::new(Inner {
            hash: PolicyHash(Digest::of_pieces(pieces)),
            rules: rules.collect(),
            settings: self.0.settings.clone(),
            warnings: self.0.warnings.clone(),
        })))
    }

    /// What the validator finds odd, such as a rule that can never apply; it does not refuse to start.
    pub fn warnings(&self) -> &[Problem] {
        &self.0.warnings
    }
}

fn hash(files: &BTreeMap<String, String>) -> PolicyHash {
    let pieces = std::iter::once(SCHEMA.as_bytes()).chain(
        files
            .iter()
            .flat_map(|(name, text)| [name.as_bytes(), text.as_bytes()]),
    );
    PolicyHash(Digest::of_pieces(pieces))
}

#[expect(
    clippy::expect_used,
    reason = "the schema is part of the program; a test parses it"
)]
fn schema() -> Schema {
    Schema::from_cedarschema_str(SCHEMA)
        .expect("the built-in schema parses")
        .0
}

fn settings_of(files: &BTreeMap<String, String>, problems: &mut Vec<Problem>) -> Settings {
    let text = files.get(SETTINGS_FILE).map_or("", String::as_str);
    let place = Place {
        file: SETTINGS_FILE,
        text,
    };
    Settings::parse(text).unwrap_or_else(|(offset, message, hint)| {
        problems.push(place.problem(offset, None, message, hint));
        Settings {
            groups: std::collections::BTreeSet::new(),
            tags: BTreeMap::new(),
            functions: crate::catalog::Functions::default(),
            unknown: Unknown::default(),
            approvals: ApprovalRules::default(),
            stages: StageRules::default(),
        }
    })
}

/// Every rule of one file, or its problems.
fn read_rules(
    place: Place<'_>,
    settings: &Settings,
    schema: &Schema,
    warnings: &mut Vec<Problem>,
) -> Vec<Result<Rule, Vec<Problem>>> {
    if place.text.len() > crate::limits::POLICY_FILE_BYTES_MAX {
        let hint = Some("split it into several files".to_owned());
        return vec![Err(vec![place.problem(
            0,
            None,
            "the file is too large",
            hint,
        )])];
    }
    let set: cedar_policy::PolicySet = match place.text.parse() {
        Ok(set) => set,
        Err(errors) => {
            let errors: &cedar_policy::ParseErrors = &errors;
            let problems = errors.iter().map(|error| place.cedar(0, None, error));
            return vec![Err(problems.collect())];
        }
    };
    let mut found = Vec::new();
    for template in set.templates() {
        let start = place.text.find(&template.to_cedar()).unwrap_or_default();
        let hint = Some("name the principal and the resource in the rule itself".to_owned());
        found.push(Err(vec![place.problem(
            start,
            None,
            "templates are not supported",
            hint,
        )]));
    }
    for (start, source, policy) in in_order(place.text, &set) {
        found.push(read_rule(
            place,
            (start, source, policy),
            settings,
            schema,
            warnings,
        ));
    }
    found
}

/// The policies of a file in its order, each with where it starts. Cedar numbers them `policy0`, `policy1` …
fn in_order<'a>(text: &'a str, set: &cedar_policy::PolicySet) -> Vec<(usize, &'a str, Policy)> {
    let mut from = 0;
    let mut found = Vec::new();
    for number in 0..set.num_of_policies() + set.num_of_templates() {
        let Some(policy) = set.policy(&PolicyId::new(format!("policy{number}"))) else {
            continue;
        };
        let source = policy.to_cedar().unwrap_or_default();
        let inside = text.get(from..).and_then(|rest| rest.find(&source));
        let start = from + inside.unwrap_or_default();
        let end = start + source.len();
        from = if inside.is_some() { end } else { from };
        found.push((
            start,
            text.get(start..end).unwrap_or_default(),
            policy.clone(),
        ));
    }
    found
}

fn read_rule(
    place: Place<'_>,
    (start, source, policy): (usize, &str, Policy),
    settings: &Settings,
    schema: &Schema,
    warnings: &mut Vec<Problem>,
) -> Result<Rule, Vec<Problem>> {
    let id = policy.annotation("id").unwrap_or("unnamed").to_owned();
    let named = policy.new_id(PolicyId::new(&id));
    let mut problems = Vec::new();
    let mut alone = cedar_policy::PolicySet::new();
    if let Err(error) = alone.add(named.clone()) {
        problems.push(place.cedar(start, Some(&id), &error));
    }
    // Offsets are those of the file: the parser saw the file whole.
    let result = Validator::new(schema.clone()).validate(&alone, ValidationMode::Strict);
    problems.extend(
        result
            .validation_errors()
            .map(|finding| at(place, start, &id, finding)),
    );
    warnings.extend(
        result
            .validation_warnings()
            .map(|finding| at(place, start, &id, finding)),
    );
    let lint = Lint {
        place,
        start,
        source,
        policy: &named,
        settings,
        problems,
    };
    lint.rule()
}

fn at(place: Place<'_>, start: usize, id: &str, finding: &dyn Diagnostic) -> Problem {
    let labelled = finding
        .labels()
        .is_some_and(|mut labels| labels.next().is_some());
    place.cedar(if labelled { 0 } else { start }, Some(id), finding)
}

/// Two rules of one name could not be told apart in the record.
fn doubles(rules: &[Rule]) -> Vec<Problem> {
    let mut first: BTreeMap<&str, &Rule> = BTreeMap::new();
    let mut problems = Vec::new();
    for rule in rules {
        if let Some(other) = first.insert(&rule.id, rule) {
            problems.push(Problem {
                file: rule.file.clone(),
                line: rule.line,
                column: 1,
                rule: Some(rule.id.clone()),
                message: format!("the @id is taken by {}:{}", other.file, other.line),
                hint: Some("give each rule a name of its own".to_owned()),
            });
        }
    }
    problems
}
