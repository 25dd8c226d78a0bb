//! How two answers to one statement differ, or why there is no second one.
//!
//! Enters: the recorded answer, the new one. Leaves: a [`Change`], a [`Lack`], or nothing. Never here: which of them is better.

use std::collections::BTreeSet;

use access::{Decision, MaskPlan};
use event::payload::{ColumnMask, Verdict};
use serde::Serialize;

use super::told::Decided;

/// What would be otherwise, most severe first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It would be refused, and was not.
    Denied,
    /// It would wait for people, and did not (or was refused).
    Held,
    /// It would run with columns masked, and ran unmasked, waited or was refused.
    Masked,
    /// It would run unmasked, and did not.
    Allowed,
    /// The same verdict, with other columns masked or masked in another way.
    MaskedOtherwise,
}

/// Which input of the decision is not in the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lack {
    /// Its submission is not in the span that was read.
    Submission,
    /// Literals or binds were masked (or cut), and they decide what it reads.
    Literals,
    /// Literals or binds were masked, and the catalog is another: whether they decide what it reads cannot be told.
    LiteralsAndCatalog,
    /// It names something by a session variable whose value is not known.
    Variable,
    /// It reads an earlier result of its session that is not known.
    EarlierResult,
    /// The verdict depends on how often a column had been compared before, which was not counted then.
    Budget,
}

/// How a new answer differs from the recorded one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// What changes, if anything of consequence does.
    pub change: Option<Change>,
    /// Rules that determine the new answer and not the recorded one,
    pub now: BTreeSet<String>,
    /// and the other way round.
    pub before: BTreeSet<String>,
}

impl Change {
    /// Every change, most severe first.
    pub const ALL: [Self; 5] = [
        Self::Denied,
        Self::Held,
        Self::Masked,
        Self::Allowed,
        Self::MaskedOtherwise,
    ];

    /// In words, for a heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Denied => "newly denied",
            Self::Held => "newly held",
            Self::Masked => "newly masked",
            Self::Allowed => "newly allowed",
            Self::MaskedOtherwise => "masked otherwise",
        }
    }
}

impl Lack {
    /// In words.
    pub const fn why(self) -> &'static str {
        match self {
            Self::Submission => {
                "what was asked is not in the span that was read (it began before --since)"
            }
            Self::Literals => {
                "literals or binds are masked in the record, and what the statement reads depends on them"
            }
            Self::LiteralsAndCatalog => {
                "literals or binds are masked in the record, and under another catalog than then nobody can tell whether that matters"
            }
            Self::Variable => {
                "it names something by a session variable whose value is not in the record"
            }
            Self::EarlierResult => {
                "it reads an earlier result of its session that the record does not lead to"
            }
            Self::Budget => {
                "the verdict depends on how often a column was compared before, which was not counted then"
            }
        }
    }
}

/// Holds the recorded answer against the new one.
pub(super) fn between(then: &Decided, now: &Decision) -> Difference {
    let verdict = now.verdict();
    let plans = now.plans();
    let masks: Vec<ColumnMask> = plans.iter().flat_map(MaskPlan::to_record).collect();
    let mask_all = plans.iter().any(|plan| plan.mask_all);
    let change = if verdict == then.verdict {
        let same = mask_all == then.mask_all && shape(&masks).eq(shape(&then.masks));
        (!same).then_some(Change::MaskedOtherwise)
    } else {
        Some(match verdict {
            Verdict::Deny => Change::Denied,
            Verdict::Hold => Change::Held,
            Verdict::Mask => Change::Masked,
            Verdict::Allow => Change::Allowed,
        })
    };
    let then_rules: BTreeSet<&String> = then.rules.iter().collect();
    let now_rules: BTreeSet<&String> = now.policy().rules.iter().collect();
    let only = |ones: &BTreeSet<&String>, others: &BTreeSet<&String>| {
        ones.difference(others)
            .map(|rule| (*rule).clone())
            .collect()
    };
    Difference {
        change,
        now: only(&now_rules, &then_rules),
        before: only(&then_rules, &now_rules),
    }
}

/// What a reader of the result would see of masks; which rule asked for them is another matter.
fn shape(masks: &[ColumnMask]) -> impl Iterator<Item = (u32, &str, &[String])> {
    masks.iter().map(|mask| {
        (
            mask.ordinal,
            mask.operator.as_str(),
            mask.sources.as_slice(),
        )
    })
}
