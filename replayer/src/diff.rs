//! Two sessions side by side: which statements both have, which only one, and what came of them otherwise.
//!
//! Enters: two timelines, the earlier first. Leaves: a [`SessionDiff`]. Never here: which of the two is right.

mod aspect;
mod columns;
mod text;

use event::{SessionId, TimeNs};
use serde::Serialize;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use utoipa::ToSchema;

use crate::timeline::{Entry, Statement, Timeline};
pub use aspect::Aspect;
use aspect::aspects;

/// Two sessions held against each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SessionDiff {
    /// The earlier.
    pub before: Side,
    /// The later.
    pub after: Side,
    /// Statements that both have, with the same answer.
    pub same: usize,
    /// Statements that both have, with something otherwise.
    pub changed: usize,
    /// Statements that only the later has.
    pub added: usize,
    /// Statements that only the earlier has.
    pub missing: usize,
    /// Every statement of either, in order.
    pub statements: Vec<Pair>,
}

/// One of the two sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = DiffSide)]
pub struct Side {
    /// The session.
    pub session: SessionId,
    /// Whose it was.
    pub principal: String,
    /// When it began.
    pub start: TimeNs,
    /// How many statements it has.
    pub statements: usize,
}

/// How a statement stands in the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = DiffStanding)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// In both, with the same answer.
    Same,
    /// In both, with something otherwise.
    Changed,
    /// Only in the later.
    Added,
    /// Only in the earlier.
    Missing,
}

/// One statement in the two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = DiffPair)]
pub struct Pair {
    /// How it stands.
    pub standing: Standing,
    /// It in the earlier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Place>,
    /// It in the later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Place>,
    /// What is otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aspects: Vec<Aspect>,
}

/// Where a statement is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = DiffPlace)]
pub struct Place {
    /// The statement.
    pub statement: event::StatementId,
    /// Its number in its session, from 1.
    pub number: u32,
    /// What was asked, as recorded; empty where the record does not say.
    pub text: String,
}

/// Holds `after` against `before`. Statements that differ in literals only are the same statement, asked otherwise.
pub fn sessions(before: &Timeline, after: &Timeline) -> SessionDiff {
    let (old, new) = (statements(before), statements(after));
    let (old_keys, new_keys) = (keys(&old), keys(&new));
    let mut pairs = Vec::new();
    for op in capture_diff_slices(Algorithm::Patience, &old_keys, &new_keys) {
        let (from, to) = (old.get(op.old_range()), new.get(op.new_range()));
        let (from, to) = (from.unwrap_or_default(), to.unwrap_or_default());
        if matches!(op, DiffOp::Equal { .. }) {
            pairs.extend(from.iter().zip(to).map(|(from, to)| pair(from, to)));
        } else {
            pairs.extend(from.iter().map(|one| alone(Standing::Missing, one)));
            pairs.extend(to.iter().map(|one| alone(Standing::Added, one)));
        }
    }
    let count = |standing| {
        pairs
            .iter()
            .filter(|pair: &&Pair| pair.standing == standing)
            .count()
    };
    SessionDiff {
        before: side(before, old.len()),
        after: side(after, new.len()),
        same: count(Standing::Same),
        changed: count(Standing::Changed),
        added: count(Standing::Added),
        missing: count(Standing::Missing),
        statements: pairs,
    }
}

impl SessionDiff {
    /// Whether nothing is otherwise.
    pub const fn is_same(&self) -> bool {
        self.changed == 0 && self.added == 0 && self.missing == 0
    }
}

fn statements(timeline: &Timeline) -> Vec<&Statement> {
    let entries = timeline.entries.iter();
    let statements = entries.filter_map(|entry| match entry {
        Entry::Statement(statement) => Some(statement.as_ref()),
        Entry::Note(_) => None,
    });
    statements.collect()
}

/// What makes two statements the same: the shape of the text, and whether it was asked for its result.
fn keys<'a>(statements: &[&'a Statement]) -> Vec<(&'a str, bool)> {
    let key = |statement: &&'a Statement| {
        let request = statement.request.as_ref();
        request.map_or(("", false), |request| {
            (request.fingerprint.as_str(), request.describe_only)
        })
    };
    statements.iter().map(key).collect()
}

fn pair(before: &Statement, after: &Statement) -> Pair {
    let aspects = aspects(before, after);
    let standing = if aspects.is_empty() {
        Standing::Same
    } else {
        Standing::Changed
    };
    Pair {
        standing,
        before: Some(place(before)),
        after: Some(place(after)),
        aspects,
    }
}

fn alone(standing: Standing, statement: &Statement) -> Pair {
    let place = Some(place(statement));
    let (before, after) = match standing {
        Standing::Missing => (place, None),
        Standing::Added | Standing::Same | Standing::Changed => (None, place),
    };
    Pair {
        standing,
        before,
        after,
        aspects: Vec::new(),
    }
}

fn place(statement: &Statement) -> Place {
    let request = statement.request.as_ref();
    Place {
        statement: statement.statement,
        number: statement.number,
        text: request.map_or_else(String::new, |request| request.text.clone()),
    }
}

fn side(timeline: &Timeline, statements: usize) -> Side {
    let principal = timeline.head.principal.as_ref();
    Side {
        session: timeline.session,
        principal: principal.map_or_else(String::new, |who| who.display.clone()),
        start: timeline.start,
        statements,
    }
}
