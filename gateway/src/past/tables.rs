//! Temporary tables of a session, by its record: every statement is in it before it is sent, by a gateway of whichever release.
//!
//! Enters: the session's statements as they were asked, decided on and ended, in the record's order. Leaves: what its tables were made of.
//! Never here: a table that another statement which does more than read was at work beside, or came after; one whose statement cannot be
//! read again as it was.

use std::collections::HashSet;

use access::analysis::{Analysis, OwnTable, only_asks};
use event::StatementId;
use event::payload::{FailureStage, StatementSubmitted};

use crate::views::own::{keep, note};

/// The tables of one session, as far as it was read.
#[derive(Debug, Default)]
pub(super) struct Tables {
    known: Vec<OwnTable>,
    /// Statements that do more than read and have not ended.
    open: HashSet<StatementId>,
    /// The only one of these, if it makes or drops tables.
    making: Option<Making>,
    /// One may be at work whose end nobody recorded: nothing is known from there on.
    lost: bool,
}

#[derive(Debug)]
struct Making {
    statement: StatementId,
    makes: Vec<OwnTable>,
    drops: Option<String>,
}

impl Tables {
    /// Those that are known, and names that are the session's own.
    pub(super) fn known(&self) -> &[OwnTable] {
        if self.lost { &[] } else { &self.known }
    }

    /// Nobody knows what was recorded.
    pub(super) fn lose(&mut self) {
        self.lost = true;
        self.making = None;
    }

    /// The session's tokens were renewed, perhaps by a new session upstream: from there on the record does not say in which of two a statement
    /// runs, for older tokens last a while.
    pub(super) fn renewed(&mut self) {
        self.lose();
    }

    /// A statement that does more than read is asked, for the first time or again.
    pub(super) fn asked(&mut self, statement: StatementId, first: bool) {
        self.making = None;
        self.open.insert(statement);
        if !first {
            // Answered as it was then, it may have made nothing now; and of the two, the record does not tell apart which one ended.
            self.lose();
        }
    }

    /// It may run: what it does is known, if it can be read as it was.
    pub(super) fn decided(&mut self, statement: StatementId, analysis: Option<&Analysis>) {
        if !self.open.contains(&statement) {
            return;
        }
        let Some(analysis) = analysis else {
            self.making = None;
            self.known.iter_mut().for_each(|table| table.made_of = None);
            return;
        };
        for table in &mut self.known {
            if analysis.may_change(&table.name) {
                table.made_of = None;
            }
        }
        analysis
            .makes
            .iter()
            .for_each(|made| note(&mut self.known, &made.name));
        if self.open.len() == 1 && !self.lost {
            self.making = Some(Making {
                statement,
                makes: analysis.makes.clone(),
                drops: analysis.drops.clone(),
            });
        }
    }

    /// It does not run.
    pub(super) fn denied(&mut self, statement: StatementId) {
        self.open.remove(&statement);
    }

    /// It ran, and its result was told.
    pub(super) fn finished(&mut self, statement: StatementId) {
        self.open.remove(&statement);
        let made = self.making.take_if(|making| making.statement == statement);
        let Some(made) = made else {
            return;
        };
        made.makes
            .into_iter()
            .for_each(|made| keep(&mut self.known, made));
        if let Some(dropped) = made.drops {
            self.known.retain(|table| table.name != dropped);
        }
    }

    /// It failed; `sent` where Snowflake was asked. What then became of it is not recorded.
    pub(super) fn failed(&mut self, statement: StatementId, stage: FailureStage, sent: bool) {
        let refused = matches!(stage, FailureStage::Policy | FailureStage::Approval);
        if self.open.remove(&statement) && (sent || !refused) {
            self.lose();
        }
    }
}

/// Whether a statement does nothing but read, as it was recorded.
pub(super) fn only_reads(submitted: &StatementSubmitted) -> bool {
    let (kinds, writes) = (&submitted.kinds, &submitted.writes);
    submitted.describe_only || writes.is_empty() && !kinds.is_empty() && kinds.iter().all(only_asks)
}

#[cfg(test)]
mod tests;
