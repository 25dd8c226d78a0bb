//! From answers to a verdict: what blocks wins over what holds, what holds over what lets through.
//!
//! Enters: questions with Cedar's answers. Leaves: the verdict, the hold's terms, reasons, rule ids. Never here: a verdict
//! without a rule, be it one of the built-in `firn:` ones.

use std::collections::BTreeSet;
use std::sync::Arc;

use event::payload::{Finding, Quorum, Reason, StatementKind, Verdict};
use permit::Hold;

use super::ask::{Answer, Asker, Facts};
use super::classes::{Classes, is_lost};
use super::kinds;
use super::questions::Question;
use super::resource::ResourceKind;
use crate::analysis::Analysis;
use crate::limits;
use crate::policy::{HoldTerms, PolicySet, Rule, RuleEffect, UnknownAnswer};

/// No rule permits it.
const DEFAULT: &str = "firn:default";
/// A rule could not be evaluated.
const FAILED: &str = "firn:failed";
/// The analysis did not understand it.
const UNKNOWN: &str = "firn:unknown";
/// The data would name the columns.
const NAMED_BY_DATA: &str = "firn:named-by-data";
/// Approval would not help.
const IN_VAIN: &str = "firn:in-vain";

/// One question with its answer.
#[derive(Clone, Debug)]
pub(super) struct Ruling {
    pub question: Question,
    pub answer: Arc<Answer>,
}

impl Ruling {
    pub fn ask(
        asker: &Asker,
        facts: &Facts<'_>,
        classes: &Classes<'_>,
        question: Question,
        approvals: &BTreeSet<String>,
    ) -> Self {
        let answer = asker.ask(facts, classes, &question, approvals);
        Self { question, answer }
    }
}

/// All answers about one request.
#[derive(Debug)]
pub(super) struct Rulings<'a> {
    policy: &'a PolicySet,
    rulings: Vec<Ruling>,
    unknown: Option<(Finding, UnknownAnswer)>,
    named_by_data: bool,
    in_vain: bool,
}

/// What a rule says and about what.
struct Said<'a> {
    id: &'a str,
    text: &'a str,
    rule: Option<&'a Rule>,
    about: Vec<&'a Question>,
}

/// Notes a rule once, with all it is about.
fn say<'a>(
    said: &mut Vec<Said<'a>>,
    (id, text): (&'a str, &'a str),
    rule: Option<&'a Rule>,
    question: Option<&'a Question>,
) {
    match said.iter_mut().find(|said| said.id == id) {
        Some(said) => said.about.extend(question),
        None => said.push(Said {
            id,
            text,
            rule,
            about: question.into_iter().collect(),
        }),
    }
}

impl<'a> Rulings<'a> {
    pub const fn new(policy: &'a PolicySet, rulings: Vec<Ruling>) -> Self {
        Self {
            policy,
            rulings,
            unknown: None,
            named_by_data: false,
            in_vain: false,
        }
    }

    /// What the analysis did not understand is answered by a rule that names the finding, or by the settings.
    pub fn guard_unknown(&mut self, analysis: &Analysis, classes: &Classes<'_>) {
        // Names of columns are not masked, neither for the client nor in the record: no approval changes that.
        self.named_by_data = analysis.has(&Finding::NamedByData);
        let unknown = &self.policy.settings().unknown;
        let query = !analysis.kinds.is_empty() && kinds::is_query(&analysis.kinds);
        let general = if query { unknown.query } else { unknown.other };
        let unclassified = |kind: &StatementKind| *kind == StatementKind::Unclassified;
        let unread = analysis.all_kinds().any(unclassified) || analysis.kinds.is_empty();
        let blind = classes.runs_blind(analysis);
        let lost = analysis.flags.iter().cloned();
        let lost = lost
            .filter(|found| !blind && is_lost(found))
            .chain(unread.then_some(Finding::Unclassified))
            .map(|found| (found, general));
        let table = unknown.table.answer().filter(|_| classes.knows_tables());
        let table = table.filter(|_| analysis.has(&Finding::UnknownTable));
        let answered = |lost: &Finding| {
            let mut rules = self.denying().filter_map(|(_, rule)| rule);
            rules.any(|rule| rule.words.iter().any(|word| word == lost.as_str()))
        };
        let unanswered = lost
            .chain(table.map(|answer| (Finding::UnknownTable, answer)))
            .filter(|(lost, _)| !answered(lost));
        // Deny wins.
        self.unknown = unanswered.max_by_key(|(_, answer)| *answer == UnknownAnswer::Deny);
    }

    /// Each determining forbid of each refused question; none for a default denial.
    fn denying(&self) -> impl Iterator<Item = (&Ruling, Option<&'a Rule>)> {
        self.rulings
            .iter()
            .filter(|ruling| !ruling.answer.allowed)
            .flat_map(|ruling| {
                let answer = &ruling.answer;
                let rules = answer.rules.iter().chain(&answer.failed);
                let rules = rules.map(|index| self.policy.rules().get(*index));
                let default = (answer.rules.is_empty() && answer.failed.is_empty()).then_some(None);
                rules.chain(default).map(move |rule| (ruling, rule))
            })
    }

    /// Allow, hold or deny.
    pub fn verdict(&self) -> Verdict {
        let unknown = self.unknown.as_ref().map(|(_, answer)| *answer);
        let mut held = unknown == Some(UnknownAnswer::Hold);
        if self.in_vain || self.named_by_data || unknown == Some(UnknownAnswer::Deny) {
            return Verdict::Deny;
        }
        for (ruling, rule) in self.denying() {
            if !ruling.answer.failed.is_empty() || rule.and_then(hold_of).is_none() {
                return Verdict::Deny;
            }
            held = true;
        }
        if held { Verdict::Hold } else { Verdict::Allow }
    }

    /// The terms of a hold: every group of every rule, the most people, the shortest times. None if it is not held.
    pub fn hold(&self) -> Option<Hold> {
        if self.verdict() != Verdict::Hold {
            return None;
        }
        let settings = &self.policy.settings().unknown;
        let unknown = self.unknown.as_ref().map(|_| HoldTerms {
            groups: settings.approvers.iter().cloned().collect(),
            people: 1,
            ttl: settings.ttl,
            execution_ttl: settings.execution_ttl,
        });
        let terms: Vec<&HoldTerms> = self
            .denying()
            .filter_map(|(_, rule)| rule.and_then(hold_of))
            .chain(&unknown)
            .collect();
        let groups: BTreeSet<&String> = terms.iter().flat_map(|terms| &terms.groups).collect();
        let needed = terms.iter().map(|terms| terms.people).max()?;
        let quorum = groups.into_iter().map(|group| Quorum {
            group: group.clone(),
            needed,
        });
        let nanos =
            |duration: std::time::Duration| u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        Some(Hold {
            quorum: quorum.collect(),
            approval_ttl_ns: nanos(terms.iter().map(|terms| terms.ttl).min()?),
            execution_ttl_ns: nanos(terms.iter().map(|terms| terms.execution_ttl).min()?),
        })
    }

    /// With approvals taken for granted it is still refused: nobody is asked in vain.
    pub fn refused_though_approved(&self, approved: &Rulings<'_>) -> bool {
        self.verdict() == Verdict::Hold && approved.denying().next().is_some()
    }

    /// The same, blocked.
    pub const fn refuse(mut self) -> Self {
        self.in_vain = true;
        self
    }

    /// Ids of every determining rule, sorted.
    pub fn rules(&self) -> Vec<String> {
        let ids: BTreeSet<&str> = self.said().into_iter().map(|said| said.id).collect();
        ids.into_iter().map(str::to_owned).collect()
    }

    /// Every determining rule once, in the order of the questions.
    fn said(&self) -> Vec<Said<'_>> {
        let mut said: Vec<Said<'_>> = Vec::new();
        for (ruling, rule) in self.denying() {
            let question = &ruling.question;
            let words = match rule {
                Some(_) if !ruling.answer.failed.is_empty() => (
                    FAILED,
                    "a rule could not be evaluated, so nothing is let through",
                ),
                Some(rule) => (rule.id.as_str(), rule.reason.as_str()),
                None => (DEFAULT, default_text(question.action)),
            };
            say(&mut said, words, rule, Some(question));
        }
        if let Some((lost, _)) = &self.unknown {
            let text = if *lost == Finding::UnknownTable {
                "the catalog does not have this table, so nothing is known of its columns"
            } else {
                "what this statement does could not be told in full"
            };
            say(&mut said, (UNKNOWN, text), None, None);
        }
        if self.named_by_data {
            let text =
                "values of a sensitive column would be the names of columns, which nothing masks";
            say(&mut said, (NAMED_BY_DATA, text), None, None);
        }
        // What blocks comes before what would only hold.
        said.sort_by_key(|said| said.rule.and_then(hold_of).is_some());
        if self.in_vain {
            let text = "it would be refused even if it were approved";
            say(&mut said, (IN_VAIN, text), None, None);
        }
        if said.is_empty() {
            let permits = self.rulings.iter().flat_map(|ruling| &ruling.answer.rules);
            for rule in permits.filter_map(|index| self.policy.rules().get(*index)) {
                let text = if rule.reason.is_empty() {
                    "permitted"
                } else {
                    &rule.reason
                };
                say(&mut said, (&rule.id, text), None, None);
            }
        }
        said
    }

    /// The reasons as recorded: rule, its words, what they are about, where in the statement.
    pub fn reasons(&self, spans: &[(Finding, u64, u64)]) -> Vec<Reason> {
        self.said()
            .into_iter()
            .map(|said| {
                let names = said
                    .about
                    .iter()
                    .filter(|question| question.resource.kind != ResourceKind::Connection)
                    .map(|question| question.resource.name.as_str());
                let names: Vec<&str> = names.collect();
                let words = said.rule.map_or(&[][..], |rule| rule.words.as_slice());
                let lost = self.unknown.as_ref().filter(|_| said.id == UNKNOWN);
                let lost = lost.map(|(found, _)| found.as_str());
                let words = words.iter().map(String::as_str).chain(lost);
                let actions = said.about.iter().map(|question| question.action);
                let span = span_of(spans, words, actions);
                Reason {
                    rule: said.id.to_owned(),
                    text: with_names(said.text, &names),
                    span_start: span.map(|(start, _)| start),
                    span_end: span.map(|(_, end)| end),
                }
            })
            .collect()
    }
}

fn hold_of(rule: &Rule) -> Option<&HoldTerms> {
    match &rule.effect {
        RuleEffect::Forbid { hold, .. } => hold.as_ref(),
        RuleEffect::Permit { .. } => None,
    }
}

fn default_text(action: &str) -> &'static str {
    match action {
        "connect" => "no rule lets this principal open this connection",
        "execute" => "no rule permits this request",
        "read" => "no rule permits reading it",
        "write" => "no rule permits writing it",
        "filter_by" => "no rule permits comparing it",
        "upload" => "files move by rules that name the action: no rule permits uploading to it",
        "download" => {
            "files move by rules that name the action: no rule permits downloading from it"
        }
        _ => "no rule permits it",
    }
}

/// A reason with what it is about: `text: A, B and 3 more`.
pub(super) fn with_names(text: &str, names: &[&str]) -> String {
    let unique: BTreeSet<&str> = names.iter().copied().collect();
    if unique.is_empty() {
        return text.to_owned();
    }
    let shown: Vec<&str> = unique
        .iter()
        .take(limits::REASON_RESOURCES_MAX)
        .copied()
        .collect();
    let more = match unique.len() - shown.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{text}: {}{more}", shown.join(", "))
}

/// The place in the statement a rule speaks of: a finding its conditions name, else one its action is about.
pub(super) fn span_of<'s>(
    spans: &[(Finding, u64, u64)],
    mut words: impl Iterator<Item = &'s str>,
    mut actions: impl Iterator<Item = &'s str>,
) -> Option<(u64, u64)> {
    let find = |word: &str| {
        let mut spans = spans.iter();
        spans
            .find(|(finding, ..)| finding.as_str() == word)
            .map(|(_, start, end)| (*start, *end))
    };
    let of_action = |action| {
        let mut findings = findings(action).iter();
        findings.find_map(|finding| find(finding.as_str()))
    };
    words.find_map(find).or_else(|| actions.find_map(of_action))
}

/// Findings that show where a statement does what is asked about.
fn findings(action: &str) -> &'static [Finding] {
    match action {
        "filter_by" => &[
            Finding::RangePredicate,
            Finding::PredicateOnSensitive,
            Finding::OrderBySensitive,
            Finding::JoinOnSensitive,
            Finding::ErrorChannel,
            Finding::GroupBySensitive,
        ],
        "unmask" => &[
            Finding::DerivedSensitive,
            Finding::SensitiveOutput,
            Finding::UnresolvedOutput,
        ],
        "write" => &[Finding::UnfilteredWrite, Finding::DataWrite],
        "ddl" => &[Finding::Destructive, Finding::Ddl],
        "admin" => &[Finding::Privilege],
        "egress" => &[Finding::Egress, Finding::Ingress, Finding::ExternalLocation],
        "upload" => &[Finding::Ingress],
        "download" => &[Finding::Egress],
        "call" => &[
            Finding::ProcedureCall,
            Finding::ExternalFunction,
            Finding::LlmFunction,
        ],
        _ => &[],
    }
}
