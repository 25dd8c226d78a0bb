//! The sums of a backtest, and a few statements to show for each.
//!
//! Enters: one answer or one lack at a time. Leaves: a [`Tally`]; tallies of parts add up to that of the whole, in any order.
//! Never here: more statements than are told.

use std::collections::{BTreeMap, BTreeSet};

use access::Decision;
use event::payload::Verdict;
use event::{PolicyHash, SessionId, StatementId, TimeNs};
use serde::Serialize;

use super::difference::{Change, Difference, Lack};
use super::told::Decided;
use crate::limits::{
    BACKTEST_EXAMPLES_MAX, BACKTEST_NAMED_MAX, BACKTEST_PRINCIPALS_MAX, BACKTEST_TEXT_MAX,
};

/// Counts principals beyond those that are named.
const OTHERS: &str = "(others)";

/// What a backtest found so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Statements that were decided in the span.
    pub statements: u64,
    /// Of them, those whose new answer is the recorded one, by whatever rules.
    pub same: u64,
    /// Of `same`, those that other rules determine.
    pub other_rules: u64,
    /// What would be otherwise.
    pub changes: BTreeMap<Change, Changed>,
    /// What was not decided again.
    pub lacks: BTreeMap<Lack, Lacking>,
    /// How many statements each policy decided then.
    pub policies: BTreeMap<PolicyHash, u64>,
    /// How many statements were decided on each catalog then.
    pub catalogs: BTreeMap<String, u64>,
    /// Statements that were decided again on another catalog than then.
    pub other_catalog: u64,
}

/// Statements that would be otherwise in one way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// How many.
    pub statements: u64,
    /// Of them, those that were decided on another catalog then: what changes may be the catalog's doing.
    pub other_catalog: u64,
    /// What they were, by verdict.
    pub were: BTreeMap<Verdict, u64>,
    /// Whose they are, by the principal's name for people.
    pub principals: BTreeMap<String, u64>,
    /// Rules that speak now and did not then. A statement counts for each.
    pub rules_now: BTreeMap<String, Blamed>,
    /// Rules that spoke then and do not now.
    pub rules_before: BTreeMap<String, Blamed>,
}

/// Statements that one rule changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Blamed {
    /// How many.
    pub statements: u64,
    /// The first of them.
    pub examples: Vec<Example>,
}

/// Statements that one lack keeps from being decided.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Lacking {
    /// How many.
    pub statements: u64,
    /// The first of them.
    pub examples: Vec<Example>,
    /// The first thousand of them, by their ids alone, for whoever goes through them.
    pub named: BTreeSet<Named>,
}

/// One statement by its ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Named {
    /// When it was asked.
    pub time: TimeNs,
    /// The statement.
    pub statement: StatementId,
    /// Its session.
    pub session: SessionId,
}

/// One statement to show.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Example {
    /// When it was asked.
    pub time: TimeNs,
    /// The statement.
    pub statement: StatementId,
    /// Its session.
    pub session: SessionId,
    /// Who asked.
    pub principal: String,
    /// What, as recorded, cut.
    pub text: String,
    /// The recorded verdict.
    pub was: Verdict,
    /// The new one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<Verdict>,
    /// It was decided on another catalog then.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub other_catalog: bool,
    /// Why, in the words of the rules.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
}

impl Example {
    pub(super) fn of(
        session: SessionId,
        statement: StatementId,
        time: TimeNs,
        then: &Decided,
        text: &str,
    ) -> Self {
        Self {
            time,
            statement,
            session,
            principal: then.principal.display.clone(),
            text: text.chars().take(BACKTEST_TEXT_MAX).collect(),
            was: then.verdict,
            now: None,
            other_catalog: false,
            reasons: Vec::new(),
        }
    }

    const fn named(&self) -> Named {
        Named {
            time: self.time,
            statement: self.statement,
            session: self.session,
        }
    }

    pub(super) fn now(self, decision: &Decision, other_catalog: bool) -> Self {
        let reasons = decision.reasons().iter();
        let mut reasons: Vec<String> = reasons
            .map(|reason| format!("{}: {}", reason.rule, reason.text))
            .collect();
        reasons.dedup();
        Self {
            now: Some(decision.verdict()),
            other_catalog,
            reasons,
            ..self
        }
    }
}

impl Tally {
    /// A statement was decided again, on `other_catalog` than then or on the same.
    pub(super) fn answered(
        &mut self,
        then: &Decided,
        difference: &Difference,
        other_catalog: bool,
        example: impl FnOnce() -> Example,
    ) {
        self.counted(then.policy, &then.catalog_version);
        self.other_catalog += u64::from(other_catalog);
        let Some(change) = difference.change else {
            self.same += 1;
            self.other_rules +=
                u64::from(!(difference.now.is_empty() && difference.before.is_empty()));
            return;
        };
        let example = example();
        let changed = self.changes.entry(change).or_default();
        changed.statements += 1;
        changed.other_catalog += u64::from(other_catalog);
        *changed.were.entry(then.verdict).or_default() += 1;
        add(&mut changed.principals, &example.principal, 1);
        for (rules, blamed) in [
            (&difference.now, &mut changed.rules_now),
            (&difference.before, &mut changed.rules_before),
        ] {
            for rule in rules {
                let blamed = blamed.entry(rule.clone()).or_default();
                blamed.statements += 1;
                show(&mut blamed.examples, [example.clone()]);
            }
        }
    }

    /// A statement could not be decided again.
    pub(super) fn lacks(&mut self, lack: Lack, then: &Decided, example: Example) {
        self.counted(then.policy, &then.catalog_version);
        let lacking = self.lacks.entry(lack).or_default();
        lacking.statements += 1;
        name(&mut lacking.named, [example.named()]);
        show(&mut lacking.examples, [example]);
    }

    fn counted(&mut self, policy: PolicyHash, catalog: &str) {
        self.statements += 1;
        *self.policies.entry(policy).or_default() += 1;
        match self.catalogs.get_mut(catalog) {
            Some(count) => *count += 1,
            None => {
                self.catalogs.insert(catalog.to_owned(), 1);
            }
        }
    }

    /// This and `other`, told apart by sessions.
    pub fn and(mut self, other: Self) -> Self {
        self.statements += other.statements;
        self.same += other.same;
        self.other_rules += other.other_rules;
        self.other_catalog += other.other_catalog;
        for (policy, count) in other.policies {
            *self.policies.entry(policy).or_default() += count;
        }
        for (catalog, count) in other.catalogs {
            *self.catalogs.entry(catalog).or_default() += count;
        }
        for (change, more) in other.changes {
            self.changes.entry(change).or_default().take(more);
        }
        for (lack, more) in other.lacks {
            let lacking = self.lacks.entry(lack).or_default();
            lacking.statements += more.statements;
            name(&mut lacking.named, more.named);
            show(&mut lacking.examples, more.examples);
        }
        self
    }

    /// Statements that would be otherwise.
    pub fn changed(&self) -> u64 {
        self.changes
            .values()
            .map(|changed| changed.statements)
            .sum()
    }

    /// Statements that were not decided again.
    pub fn lacking(&self) -> u64 {
        self.lacks.values().map(|lacking| lacking.statements).sum()
    }
}

impl Changed {
    fn take(&mut self, more: Self) {
        self.statements += more.statements;
        self.other_catalog += more.other_catalog;
        for (verdict, count) in more.were {
            *self.were.entry(verdict).or_default() += count;
        }
        for (principal, count) in more.principals {
            add(&mut self.principals, &principal, count);
        }
        for (rules, blamed) in [
            (more.rules_now, &mut self.rules_now),
            (more.rules_before, &mut self.rules_before),
        ] {
            for (rule, more) in rules {
                let blamed = blamed.entry(rule).or_default();
                blamed.statements += more.statements;
                show(&mut blamed.examples, more.examples);
            }
        }
    }
}

fn add(principals: &mut BTreeMap<String, u64>, name: &str, count: u64) {
    let full = principals.len() >= BACKTEST_PRINCIPALS_MAX && !principals.contains_key(name);
    let name = if full { OTHERS } else { name };
    *principals.entry(name.to_owned()).or_default() += count;
}

/// Keeps the earliest, so that it does not matter which part saw them first.
fn show(shown: &mut Vec<Example>, more: impl IntoIterator<Item = Example>) {
    shown.extend(more);
    shown.sort();
    shown.truncate(BACKTEST_EXAMPLES_MAX);
}

/// The same of ids.
fn name(named: &mut BTreeSet<Named>, more: impl IntoIterator<Item = Named>) {
    named.extend(more);
    while named.len() > BACKTEST_NAMED_MAX {
        named.pop_last();
    }
}
