//! What an approver wants to give besides the one statement, held against what the policy lets them give.
//!
//! Enters: a wish, the held statement, the policy's rules, the time. Leaves: a scope to record, or why not. Never here: a scope wider
//! than the policy says; a grant counted (the fold does that).

use std::time::Duration;

use access::policy::{ApprovalRules, ScopeTerms};
use event::TimeNs;
use event::payload::{Approver, GrantScope, Quorum, ScopeKind};

use crate::control::Held;
use crate::time::later;

/// What a yes is to cover besides the statement it is said to. What is not given is the policy's most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Which statements.
    pub kind: ScopeKind,
    /// How many, this one included.
    pub uses: Option<u64>,
    /// Most rows of one result.
    pub rows: Option<u64>,
    /// For how long.
    pub lasts: Option<Duration>,
}

/// Why a wish is not granted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotGiven {
    /// The policy lets nobody of these groups give it.
    #[error(
        "the policy lets you answer this statement only once: [approvals] of its settings names who may give `{0}`"
    )]
    Policy(ScopeKind),
    /// Not one of the group.
    #[error(
        "you are not in the group that may break the glass: ask one of it, or have the statement approved"
    )]
    Glass,
    /// No words.
    #[error("an emergency takes a reason: give it as the note")]
    Reason,
    /// Longer than the policy says.
    #[error("{kind} lasts {} at most: ask for less", humantime::format_duration(*most))]
    TooLong {
        /// For what.
        kind: ScopeKind,
        /// The most.
        most: Duration,
    },
    /// More than the policy says, or nothing.
    #[error("`{what}` is between 1 and {most} here")]
    Bounds {
        /// `uses` or `rows`.
        what: &'static str,
        /// The most.
        most: u64,
    },
    /// Not understood whole.
    #[error(
        "this statement is not understood whole, so none is known to be like it: answer it once"
    )]
    NoShape,
    /// Rows of what may write.
    #[error(
        "how many rows a statement changes is known only once it ran, so a bound on rows cannot hold it back: answer it once, or without rows"
    )]
    RowsOfWrite,
    /// Not at this hour.
    #[error("people of your groups answer {hours}: come back then")]
    Hours {
        /// When they do.
        hours: String,
    },
}

/// The groups of `quorum` that `by` is in.
fn own<'q>(quorum: &'q [Quorum], by: &'q Approver) -> impl Iterator<Item = &'q String> {
    let asked = quorum.iter().map(|part| &part.group);
    asked.filter(|group| by.groups.contains(group))
}

/// Whether `by` may say yes at this hour.
pub(super) fn at_this_hour(
    rules: &ApprovalRules,
    quorum: &[Quorum],
    by: &Approver,
    now: TimeNs,
) -> Result<(), NotGiven> {
    let mut groups = own(quorum, by).peekable();
    if groups.peek().is_none() || own(quorum, by).any(|group| rules.is_open(group, now)) {
        return Ok(());
    }
    let hours: Vec<String> = groups.map(|group| rules.hours(group)).collect();
    Err(NotGiven::Hours {
        hours: hours.join(", "),
    })
}

/// The scope that `by` may give as they wish.
pub(super) fn given(
    rules: &ApprovalRules,
    (quorum, held): (&[Quorum], Option<&Held>),
    by: &Approver,
    (wish, note): (&Wish, &str),
    now: TimeNs,
) -> Result<GrantScope, NotGiven> {
    let terms = match wish.kind {
        ScopeKind::BreakGlass => {
            if note.trim().is_empty() {
                return Err(NotGiven::Reason);
            }
            rules.break_glass(&by.groups).ok_or(NotGiven::Glass)?
        }
        ScopeKind::Shape | ScopeKind::Session => {
            let mut may = own(quorum, by).filter_map(|group| rules.terms(wish.kind, group));
            may.next().ok_or(NotGiven::Policy(wish.kind))?
        }
    };
    let lasts = wish.lasts.unwrap_or(terms.longest);
    if lasts > terms.longest || lasts.is_zero() {
        return Err(NotGiven::TooLong {
            kind: wish.kind,
            most: terms.longest,
        });
    }
    let shape = match wish.kind {
        ScopeKind::Shape => {
            let shape = held.and_then(|held| held.shape.clone());
            Some(shape.ok_or(NotGiven::NoShape)?)
        }
        ScopeKind::Session | ScopeKind::BreakGlass => None,
    };
    let rows = bounded("rows", wish.rows, terms.rows)?;
    if rows.is_some() && held.is_none_or(|held| held.writes) {
        return Err(NotGiven::RowsOfWrite);
    }
    Ok(GrantScope {
        kind: wish.kind,
        shape,
        uses: bounded("uses", wish.uses, terms.uses)?,
        rows,
        until: later(now, lasts),
        group: emergency(wish.kind, terms),
        under: None,
    })
}

fn emergency(kind: ScopeKind, terms: &ScopeTerms) -> Option<String> {
    (kind == ScopeKind::BreakGlass).then(|| terms.group.clone())
}

fn bounded(
    what: &'static str,
    wished: Option<u64>,
    most: Option<u64>,
) -> Result<Option<u64>, NotGiven> {
    let Some(wished) = wished else {
        return Ok(most);
    };
    let most = most.unwrap_or(u64::MAX);
    if wished == 0 || wished > most {
        return Err(NotGiven::Bounds { what, most });
    }
    Ok(Some(wished))
}
