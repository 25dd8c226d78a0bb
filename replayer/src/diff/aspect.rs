//! What is otherwise about a statement that two sessions have.
//!
//! Enters: the statement in both. Leaves: each [`Aspect`] in which they differ. Never here: times, which always differ.

use std::collections::BTreeMap;

use event::payload::Verdict;
use serde::Serialize;
use utoipa::ToSchema;

use crate::story::badge;
use crate::timeline::{Entry, Statement, StatementResult};

/// One thing that is otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = DiffAspect)]
#[serde(tag = "aspect", rename_all = "snake_case")]
#[allow(missing_docs, reason = "before and after say it")]
pub enum Aspect {
    /// Its literals or binds.
    Text { before: String, after: String },
    /// What the policy said.
    Verdict {
        #[schema(required)]
        before: Option<Verdict>,
        #[schema(required)]
        after: Option<Verdict>,
    },
    /// What became of it, as the player's badge says.
    Outcome { before: String, after: String },
    /// Rules that determined the verdict.
    Rules {
        before: Vec<String>,
        after: Vec<String>,
    },
    /// What the plan does to which output column.
    Masks {
        before: Vec<String>,
        after: Vec<String>,
    },
    /// How many cells were masked.
    MaskedCells { before: u64, after: u64 },
    /// Names of the result's columns.
    Columns {
        before: Vec<String>,
        after: Vec<String>,
    },
    /// How many rows were delivered.
    Rows { before: u64, after: u64 },
    /// Rows, as shown, that only one of the two has; counted whatever their order.
    Values { only_before: u64, only_after: u64 },
    /// The error its driver showed.
    Error {
        #[schema(required)]
        before: Option<String>,
        #[schema(required)]
        after: Option<String>,
    },
}

/// Everything in which `before` and `after` differ.
pub(super) fn aspects(before: &Statement, after: &Statement) -> Vec<Aspect> {
    let mut aspects = Vec::new();
    let mut differ = |aspect: Option<Aspect>| aspects.extend(aspect);
    differ(texts(before, after));
    let verdict = |one: &Statement| one.decision.as_ref().map(|decision| decision.verdict);
    differ(unequal(verdict(before), verdict(after), |before, after| {
        Aspect::Verdict { before, after }
    }));
    differ(unequal(outcome(before), outcome(after), |before, after| {
        Aspect::Outcome { before, after }
    }));
    differ(unequal(rules(before), rules(after), |before, after| {
        Aspect::Rules { before, after }
    }));
    differ(unequal(masks(before), masks(after), |before, after| {
        Aspect::Masks { before, after }
    }));
    let cells = |one: &Statement| one.results.iter().map(|result| result.masked_cells).sum();
    differ(unequal(cells(before), cells(after), |before, after| {
        Aspect::MaskedCells { before, after }
    }));
    differ(unequal(columns(before), columns(after), |before, after| {
        Aspect::Columns { before, after }
    }));
    let rows = |one: &Statement| one.results.iter().map(|result| result.rows).sum();
    differ(unequal(rows(before), rows(after), |before, after| {
        Aspect::Rows { before, after }
    }));
    differ(values(&before.results, &after.results));
    differ(unequal(error(before), error(after), |before, after| {
        Aspect::Error { before, after }
    }));
    aspects
}

fn unequal<T: PartialEq>(
    before: T,
    after: T,
    aspect: impl FnOnce(T, T) -> Aspect,
) -> Option<Aspect> {
    (before != after).then(|| aspect(before, after))
}

fn texts(before: &Statement, after: &Statement) -> Option<Aspect> {
    let (old, new) = (before.request.as_ref()?, after.request.as_ref()?);
    (old.text != new.text || old.binds != new.binds).then(|| Aspect::Text {
        before: old.text.clone(),
        after: new.text.clone(),
    })
}

fn outcome(statement: &Statement) -> String {
    badge(&Entry::Statement(Box::new(statement.clone())))
        .1
        .to_owned()
}

fn rules(statement: &Statement) -> Vec<String> {
    let reasons = statement
        .decision
        .iter()
        .flat_map(|decision| &decision.reasons);
    let mut rules: Vec<String> = reasons.map(|reason| reason.rule.clone()).collect();
    rules.sort();
    rules.dedup();
    rules
}

fn masks(statement: &Statement) -> Vec<String> {
    let Some(decision) = &statement.decision else {
        return Vec::new();
    };
    if decision.mask_all {
        return vec!["every column".to_owned()];
    }
    let name = |ordinal: u32| {
        let columns = statement.results.first().map(|result| &result.grid.columns);
        let at = usize::try_from(ordinal).unwrap_or(usize::MAX);
        let column = columns.and_then(|columns| columns.get(at));
        column.map_or_else(
            || format!("column {}", ordinal + 1),
            |column| column.name.clone(),
        )
    };
    let masks = decision.masks.iter();
    masks
        .map(|mask| format!("{} {} by {}", name(mask.ordinal), mask.operator, mask.rule))
        .collect()
}

fn columns(statement: &Statement) -> Vec<String> {
    let columns = statement
        .results
        .iter()
        .flat_map(|result| &result.grid.columns);
    columns.map(|column| column.name.clone()).collect()
}

fn values(before: &[StatementResult], after: &[StatementResult]) -> Option<Aspect> {
    let mut counts: BTreeMap<(usize, &[Option<String>]), i64> = BTreeMap::new();
    for (results, step) in [(before, -1), (after, 1)] {
        for (number, result) in results.iter().enumerate() {
            for row in &result.grid.rows {
                *counts.entry((number, row)).or_default() += step;
            }
        }
    }
    let only = |sign: i64| {
        let counts = counts.values().map(|count| count * sign);
        counts
            .filter(|count| *count > 0)
            .map(i64::unsigned_abs)
            .sum()
    };
    let (only_before, only_after): (u64, u64) = (only(-1), only(1));
    (only_before + only_after > 0).then_some(Aspect::Values {
        only_before,
        only_after,
    })
}

fn error(statement: &Statement) -> Option<String> {
    let failure = statement.failure.as_ref()?;
    // Ends in an id, which always differs.
    let message = failure.message.split("\n(").next().unwrap_or_default();
    Some(format!("{} {}", failure.code, message))
}
