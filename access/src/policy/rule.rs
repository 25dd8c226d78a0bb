//! One rule: a Cedar policy with its obligation, read from annotations that are checked here because Cedar does not.
//!
//! Enters: a parsed policy, the settings. Leaves: a [`Rule`], or every problem of it. Never here: evaluation.

use std::collections::BTreeSet;
use std::time::Duration;

use cedar_policy::{ActionConstraint, Effect, EntityUid, Policy};
use permit::Operator;

use super::problem::{Place, Problem};
use super::settings::Settings;
use super::span::parse_ttl;
use crate::analysis::stage_in_full;
use crate::analysis::tokens::split_name;
use crate::catalog::join_name;
use crate::limits;

/// A rule of the policy.
#[derive(Clone, Debug)]
pub struct Rule {
    /// `@id`.
    pub id: String,
    /// File in the folder.
    pub file: String,
    /// Line of its first word, from 1.
    pub line: u32,
    /// `@reason`, for people; empty on a permit that gives none.
    pub reason: String,
    /// What it does.
    pub effect: RuleEffect,
    pub(crate) policy: Policy,
    pub(crate) reads: Reads,
    /// Strings its conditions name, to find what in a statement it speaks of.
    pub(crate) words: Vec<String>,
}

impl Rule {
    /// Its text, as Cedar writes it: comments stay in the file.
    pub fn text(&self) -> String {
        self.policy.to_string()
    }

    /// Whether what it forbids is masked, and nothing else: it is about `unmask` alone.
    pub fn masks(&self) -> bool {
        let unmasks = match self.policy.action_constraint() {
            ActionConstraint::Any => false,
            ActionConstraint::Eq(action) => is_unmask(&action),
            ActionConstraint::In(actions) => actions.iter().all(is_unmask),
        };
        unmasks && matches!(self.effect, RuleEffect::Forbid { .. })
    }
}

/// What a rule does once it applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleEffect {
    /// Lets it through.
    Permit {
        /// `@detect("off")`: value detectors leave the column alone too.
        detect: bool,
    },
    /// Blocks; or holds, with terms; on `unmask` it masks.
    Forbid {
        /// `@effect("hold")`.
        hold: Option<HoldTerms>,
        /// `@mask`: the operator; none is the tag's own.
        mask: Option<Operator>,
    },
}

/// What a holding rule asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldTerms {
    /// `@approvers`.
    pub groups: BTreeSet<String>,
    /// `@n`: distinct people of each group.
    pub people: u32,
    /// `@ttl`.
    pub ttl: Duration,
    /// `@execution_ttl`.
    pub execution_ttl: Duration,
}

/// Which context attributes a rule looks at: an answer depends on nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reads {
    pub all: bool,
    pub attributes: BTreeSet<String>,
}

impl Reads {
    pub fn extend(&mut self, other: &Self) {
        self.all |= other.all;
        self.attributes.extend(other.attributes.iter().cloned());
    }

    pub fn reads(&self, attribute: &str) -> bool {
        self.all || self.attributes.contains(attribute)
    }
}

const KNOWN: [&str; 9] = [
    "id",
    "reason",
    "effect",
    "approvers",
    "n",
    "ttl",
    "execution_ttl",
    "mask",
    "detect",
];

/// Reads one policy; `start` is the byte in the file where it begins.
pub(super) struct Lint<'a> {
    pub place: Place<'a>,
    pub start: usize,
    pub source: &'a str,
    pub policy: &'a Policy,
    pub settings: &'a Settings,
    pub problems: Vec<Problem>,
}

impl Lint<'_> {
    pub fn rule(mut self) -> Result<Rule, Vec<Problem>> {
        self.unknown_annotations();
        let id = self.id();
        self.unknown_entities();
        let effect = match self.policy.effect() {
            Effect::Permit => self.permit(),
            Effect::Forbid => self.forbid(),
        };
        let (reads, words) = self.conditions();
        if let RuleEffect::Forbid { hold: Some(_), .. } = &effect
            && !reads.reads("approvals")
        {
            self.wrong(
                "effect",
                "it is held, but no approval would let it through".to_owned(),
                "end it with unless { context.approvals.contains(\"group\") } for its @approvers",
            );
        }
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        Ok(Rule {
            id,
            file: self.place.file.to_owned(),
            line: self.place.line_column(self.start).0,
            reason: self
                .policy
                .annotation("reason")
                .unwrap_or_default()
                .to_owned(),
            effect,
            policy: self.policy.clone(),
            reads,
            words,
        })
    }

    /// Notes a problem at an annotation, or at the rule's start where it is missing.
    fn wrong(&mut self, key: &str, message: String, hint: &str) {
        let inside = self.source.find(&format!("@{key}")).unwrap_or_default();
        let id = self.policy.annotation("id");
        let hint = Some(hint.to_owned());
        let problem = self.place.problem(self.start + inside, id, message, hint);
        self.problems.push(problem);
    }

    fn unknown_annotations(&mut self) {
        let keys: Vec<String> = self
            .policy
            .annotations()
            .map(|(key, _)| key.to_owned())
            .filter(|key| !KNOWN.contains(&key.as_str()))
            .collect();
        for key in keys {
            let hint = format!("known are @{}", KNOWN.join(", @"));
            self.wrong(&key, format!("unknown annotation @{key}"), &hint);
        }
    }

    fn id(&mut self) -> String {
        let id = self.policy.annotation("id").unwrap_or_default().to_owned();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-._".contains(c);
        if id.is_empty() || !id.chars().all(plain) {
            let hint =
                "give it an @id of small letters, digits, '-', '.' and '_': the record names it";
            self.wrong("id", "it has no usable @id".to_owned(), hint);
        }
        id
    }

    /// A group or tag that nothing can be in makes a rule that silently never applies; so does a stage that nothing is asked about.
    fn unknown_entities(&mut self) {
        for literal in self.policy.entity_literals() {
            let kind = literal.type_name().to_string();
            let name: &str = literal.id().unescaped();
            let (known, list) = match kind.as_str() {
                "Group" => (self.settings.groups.contains(name), "groups"),
                "Tag" if self.settings.tag(name).is_some() => {
                    self.tag(name);
                    continue;
                }
                "Tag" => (false, "[tags]"),
                "Stage" => {
                    self.stage(name);
                    continue;
                }
                "Database" | "Schema" | "Table" | "View" | "Column" => {
                    self.object(&kind, name);
                    continue;
                }
                _ => continue,
            };
            if !known {
                let inside = self.source.find(&format!("\"{name}\"")).unwrap_or_default();
                let hint = format!(
                    "add it to {list} in {}, or mend the name",
                    super::SETTINGS_FILE
                );
                let message = format!("unknown {} {name:?}", kind.to_lowercase());
                let id = self.policy.annotation("id");
                let problem = self
                    .place
                    .problem(self.start + inside, id, message, Some(hint));
                self.problems.push(problem);
            }
        }
    }

    /// Tags have one spelling, whatever the account's is: of a rule on `PII=ssn`, nothing would be asked.
    fn tag(&mut self, name: &str) {
        let upper = name.to_uppercase();
        let wanted = match upper.split_once('=') {
            Some((tag, value)) if value.trim().is_empty() => tag.to_owned(),
            Some((tag, value)) => format!("{tag}={}", value.trim()),
            None => upper,
        };
        self.spelt("Tag", name, &wanted);
    }

    /// Objects are asked about as Snowflake stores them: of a rule on `shop.public.orders`, nothing would be.
    fn object(&mut self, kind: &str, name: &str) {
        let Some(mut parts) = split_name(name) else {
            return;
        };
        let left_out = name.contains("..");
        for part in parts.iter_mut().filter(|part| left_out && part.is_empty()) {
            "PUBLIC".clone_into(part);
        }
        self.spelt(kind, name, &join_name(&parts));
    }

    fn spelt(&mut self, kind: &str, name: &str, wanted: &str) {
        if wanted == name {
            return;
        }
        let message = format!("nothing is asked about a {} {name:?}", kind.to_lowercase());
        self.misnamed(kind, name, message, format!("write {kind}::{wanted:?}"));
    }

    /// Whatever a statement writes, stages are asked about by their full names: of a rule on `@LAND`, a forbid would let through.
    fn stage(&mut self, name: &str) {
        let wanted = stage_in_full(name);
        if wanted == name {
            return;
        }
        let message =
            format!("the stage {name:?} is not named in full, and no other name is asked about");
        let hint = format!("write Stage::{wanted:?}, with its own database and schema");
        self.misnamed("Stage", name, message, hint);
    }

    /// A name that nothing is asked about by, where it stands in the rule.
    fn misnamed(&mut self, kind: &str, name: &str, message: String, hint: String) {
        let inside = self.source.find(&format!("{kind}::")).unwrap_or_default();
        let inside = self.source.find(&format!("{name:?}")).unwrap_or(inside);
        let id = self.policy.annotation("id");
        let problem = self
            .place
            .problem(self.start + inside, id, message, Some(hint));
        self.problems.push(problem);
    }

    fn permit(&mut self) -> RuleEffect {
        for key in ["effect", "approvers", "n", "ttl", "execution_ttl", "mask"] {
            if self.policy.annotation(key).is_some() {
                let hint = "obligations belong on a forbid: Cedar lets a permit through whatever is written on it";
                self.wrong(key, format!("@{key} on a permit"), hint);
            }
        }
        let detect = match self.policy.annotation("detect") {
            None => true,
            Some("off") if self.speaks_of_unmask() => false,
            Some(_) => {
                let hint = "only @detect(\"off\"), on a permit of Action::\"unmask\"";
                self.wrong("detect", "bad @detect".to_owned(), hint);
                true
            }
        };
        RuleEffect::Permit { detect }
    }

    fn forbid(&mut self) -> RuleEffect {
        if self
            .policy
            .annotation("reason")
            .is_none_or(|text| text.trim().is_empty())
        {
            let hint = "say in one line for people why: it is what the agent and the record show";
            self.wrong("id", "it forbids and gives no @reason".to_owned(), hint);
        }
        if self.policy.annotation("detect").is_some() {
            self.wrong(
                "detect",
                "@detect on a forbid".to_owned(),
                "drop it, or permit unmask",
            );
        }
        let unmask = self.speaks_of_unmask();
        let mask = self.policy.annotation("mask").map(str::to_owned);
        let mask = mask.and_then(|text| match text.parse::<Operator>() {
            _ if !unmask => {
                let hint = "@mask belongs on a forbid of Action::\"unmask\"";
                self.wrong("mask", "@mask on another action".to_owned(), hint);
                None
            }
            Ok(operator) => Some(operator),
            Err(error) => {
                self.wrong(
                    "mask",
                    error.to_string(),
                    "write it like @mask(\"partial:4\")",
                );
                None
            }
        });
        let hold = match self.policy.annotation("effect") {
            None => {
                self.no_terms_without_hold();
                None
            }
            Some("hold") if !self.only_unmask() => self.terms(),
            Some("hold") => {
                let hint = "what is not unmasked is masked; use @mask, and hold another action";
                self.wrong("effect", "@effect(\"hold\") on unmask".to_owned(), hint);
                None
            }
            Some(other) => {
                let message = format!("unknown effect {other:?}");
                self.wrong(
                    "effect",
                    message,
                    "only @effect(\"hold\"); without @effect it blocks",
                );
                None
            }
        };
        RuleEffect::Forbid { hold, mask }
    }

    fn no_terms_without_hold(&mut self) {
        for key in ["approvers", "n", "ttl", "execution_ttl"] {
            if self.policy.annotation(key).is_some() {
                let hint = "add @effect(\"hold\"), or drop it: as it is, the rule blocks";
                self.wrong(key, format!("@{key} without @effect(\"hold\")"), hint);
            }
        }
    }

    fn terms(&mut self) -> Option<HoldTerms> {
        let listed = self.policy.annotation("approvers").unwrap_or_default();
        let groups: BTreeSet<String> = listed
            .split(',')
            .map(|group| group.trim().to_owned())
            .filter(|group| !group.is_empty())
            .collect();
        if groups.is_empty() {
            let hint = "add @approvers(\"group\"), or several with commas";
            self.wrong("effect", "it is held for nobody".to_owned(), hint);
        }
        for group in &groups {
            if !self.settings.groups.contains(group) {
                let hint = format!(
                    "add it to groups in {}, or mend the name",
                    super::SETTINGS_FILE
                );
                self.wrong("approvers", format!("unknown group {group:?}"), &hint);
            }
        }
        let people = self.policy.annotation("n").unwrap_or("1").to_owned();
        let people = people
            .parse()
            .ok()
            .filter(|n| (1..=limits::APPROVERS_MAX).contains(n));
        if people.is_none() {
            let hint = format!("a number from 1 to {}", limits::APPROVERS_MAX);
            self.wrong("n", "bad @n".to_owned(), &hint);
        }
        let ttl = self.duration("ttl", limits::APPROVAL_TTL_DEFAULT);
        let execution_ttl = self.duration("execution_ttl", limits::EXECUTION_TTL_DEFAULT);
        Some(HoldTerms {
            groups,
            people: people?,
            ttl: ttl?,
            execution_ttl: execution_ttl?,
        })
    }

    fn duration(&mut self, key: &str, default: Duration) -> Option<Duration> {
        let Some(text) = self.policy.annotation(key) else {
            return Some(default);
        };
        parse_ttl(text)
            .map_err(|(message, hint)| self.wrong(key, message, &hint.unwrap_or_default()))
            .ok()
    }

    fn speaks_of_unmask(&self) -> bool {
        match self.policy.action_constraint() {
            ActionConstraint::Any => true,
            ActionConstraint::Eq(action) => is_unmask(&action),
            ActionConstraint::In(actions) => actions.iter().any(is_unmask),
        }
    }

    fn only_unmask(&self) -> bool {
        match self.policy.action_constraint() {
            ActionConstraint::Any => false,
            ActionConstraint::Eq(action) => is_unmask(&action),
            ActionConstraint::In(actions) => actions.iter().all(is_unmask),
        }
    }

    /// Which context attributes the conditions look at, and which strings they name.
    fn conditions(&self) -> (Reads, Vec<String>) {
        let mut found = (Reads::default(), Vec::new());
        match self.policy.to_json() {
            Ok(json) => walk(json.get("conditions").unwrap_or(&json), &mut found),
            Err(_) => found.0.all = true,
        }
        found
    }
}

fn is_unmask(action: &EntityUid) -> bool {
    let id: &str = action.id().unescaped();
    id == "unmask"
}

/// Walks Cedar's JSON form: `{".": {"left": {"Var": "context"}, "attr": "flags"}}` reads one attribute, `context`
/// anywhere else reads all of them.
fn walk(json: &serde_json::Value, found: &mut (Reads, Vec<String>)) {
    use serde_json::Value;
    match json {
        Value::Object(fields) => {
            for (key, value) in fields {
                let of_context =
                    value.pointer("/left/Var").and_then(Value::as_str) == Some("context");
                let attribute = value.get("attr").and_then(Value::as_str);
                match (key.as_str(), attribute, value) {
                    ("." | "has", Some(attribute), _) if of_context => {
                        found.0.attributes.insert(attribute.to_owned());
                    }
                    ("Var", _, Value::String(name)) => found.0.all |= name == "context",
                    ("Value", _, Value::String(word)) => found.1.push(word.clone()),
                    _ => walk(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
