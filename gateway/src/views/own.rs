//! Temporary tables of a session, by what they were made of: from before a statement is sent that may change one, until it is known how
//! that ended, nobody knows what the table holds.
//!
//! Enters: statements about to be sent, and how each ended. Leaves: the tables that decisions rest on. Never here: a table that another
//! statement may have changed while it was made, or that a statement may change while another one rests on it; what another process
//! said, which may be one that does not say what it changes.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use access::analysis::{Analysis, MadeOf, OwnTable, SessionView};
use event::StatementId;
use event::payload::StatementKind;

use super::Views;
use crate::limits::{OWN_MAKERS_MAX, OWN_SENT_MAX, OWN_SOURCES_MAX, OWN_TABLES_MAX};
use crate::session::Session;

/// How a statement ended, as far as that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It ran, as it was decided on.
    Ran,
    /// It changed nothing.
    Failed,
    /// Nobody knows what it changed.
    Unknown,
}

/// Why a statement is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Barred {
    /// Temporary tables that it names are others than it was decided on.
    Changed,
    /// It may change one that a statement rests on which has not ended.
    Busy,
}

/// What statements of a session are doing to its tables.
#[derive(Debug, Default)]
pub(super) struct Own {
    /// Of every statement of the session it is known here what became of it, from its login on.
    whole: bool,
    /// How many were at work here so far.
    worked: u64,
    /// How many are.
    at_work: u32,
    /// Those that were sent and have not ended, by name or query id.
    sent: HashMap<String, Sent>,
    /// Those that made tables: one that is asked for again may be answered without being run again.
    makers: HashSet<StatementId>,
}

/// A statement that was sent.
#[derive(Debug)]
struct Sent {
    /// Tables that it was read by what those were made of.
    rests_on: Vec<String>,
    /// It does more than read.
    changes: bool,
    makes: Vec<OwnTable>,
    drops: Option<String>,
    /// Tables that it may change, as they were.
    before: Vec<OwnTable>,
    /// How many had been at work when it was the only one; none where it was not.
    alone: Option<u64>,
    /// Snowflake's session at that time.
    upstream: Option<String>,
}

impl Own {
    /// The session was opened here just now.
    pub(super) const fn opened(&mut self) {
        self.whole = true;
    }

    /// One more is at work.
    pub(super) const fn works(&mut self) {
        self.worked = self.worked.wrapping_add(1);
        self.at_work = self.at_work.saturating_add(1);
    }

    /// One is at work no more.
    pub(super) const fn rests(&mut self) {
        self.at_work = self.at_work.saturating_sub(1);
    }

    /// A statement that was decided on `asked` is about to be sent: what it may change is known to nobody from here on.
    fn begins(
        &mut self,
        view: &mut SessionView,
        asked: &SessionView,
        statement: StatementId,
        analysis: &Analysis,
    ) -> Result<(), Barred> {
        if is_other(view, asked, analysis) {
            return Err(Barred::Changed);
        }
        let name = statement.to_string();
        let rests_on = needed(analysis);
        let touches = |sent: &Sent| sent.rests_on.iter().any(|table| analysis.may_change(table));
        let mut others = self.sent.iter().filter(|(other, _)| **other != name);
        if others.any(|(_, sent)| touches(sent)) {
            return Err(Barred::Busy);
        }
        let changes = !analysis.only_reads();
        if !changes && rests_on.is_empty() {
            return Ok(());
        }
        if self.sent.len() >= OWN_SENT_MAX {
            self.whole = false;
            if !rests_on.is_empty() {
                return Err(Barred::Busy);
            }
        }
        let known_once = analysis.makes.is_empty() || self.is_first(statement);
        let mut others = self.sent.iter().filter(|(other, _)| **other != name);
        let alone =
            self.whole && self.at_work <= 1 && !others.any(|(_, sent)| sent.changes) && known_once;
        let before = view.tables.iter();
        let before = before.filter(|table| analysis.may_change(&table.name));
        let before: Vec<OwnTable> = before.cloned().collect();
        for table in &mut view.tables {
            if analysis.may_change(&table.name) {
                table.made_of = None;
            }
        }
        for made in &analysis.makes {
            note(&mut view.tables, &made.name);
        }
        if !self.whole && rests_on.is_empty() {
            // Nothing is made known any more, and nothing rests on this one.
            return Ok(());
        }
        let sent = Sent {
            rests_on,
            changes,
            makes: analysis.makes.clone(),
            drops: analysis.drops.clone(),
            before,
            alone: alone.then_some(self.worked),
            upstream: asked.upstream_session.clone(),
        };
        self.sent.insert(name, sent);
        Ok(())
    }

    /// Whether a statement that makes tables was not sent before.
    fn is_first(&mut self, statement: StatementId) -> bool {
        if self.makers.len() >= OWN_MAKERS_MAX {
            self.whole = false;
        }
        self.whole && self.makers.insert(statement)
    }

    /// It is over. What it made, dropped or left alone is known only if no other one was at work from its beginning on: of two at once
    /// the answers do not say which came first.
    fn ends(&mut self, view: &mut SessionView, name: &str, how: Ended) {
        let Some(sent) = self.sent.remove(name) else {
            return;
        };
        let same_session = sent.upstream.is_some() && sent.upstream == view.upstream_session;
        let alone = self.whole
            && same_session
            && sent.alone == Some(self.worked)
            && !self.sent.values().any(|other| other.changes);
        if !alone {
            return;
        }
        match how {
            Ended::Ran => {
                sent.makes
                    .into_iter()
                    .for_each(|made| keep(&mut view.tables, made));
                if let Some(dropped) = sent.drops {
                    view.tables.retain(|table| table.name != dropped);
                }
            }
            Ended::Failed => {
                let was = |name: &String| sent.before.iter().any(|table| table.name == *name);
                let made = |name: &String| sent.makes.iter().any(|table| table.name == *name);
                view.tables
                    .retain(|table| was(&table.name) || !made(&table.name));
                sent.before
                    .into_iter()
                    .for_each(|table| keep(&mut view.tables, table));
            }
            Ended::Unknown => {}
        }
    }

    /// It goes on upstream, as a query.
    fn goes_on(&mut self, name: &str, query_id: &str) {
        if let Some(sent) = self.sent.remove(name) {
            self.sent.insert(of_query(query_id), sent);
        }
    }

    /// It may go on upstream, and nobody will hear of its end: what is made from here on may be changed by it.
    fn loses(&mut self, name: &str) {
        // What only reads shows nothing any more.
        if let Some(sent) = self.sent.remove(name).filter(|sent| sent.changes) {
            self.whole = false;
            self.sent.insert(format!("lost {name}"), sent);
        }
    }

    /// Nobody knows what ran: nor what any table holds.
    fn strays(&mut self, view: &mut SessionView, name: &str) {
        self.sent.remove(name);
        self.whole = false;
        view.tables
            .iter_mut()
            .for_each(|table| table.made_of = None);
    }

    /// Snowflake opened the session anew: it has no temporary tables, and nothing of before is at work in it.
    fn begins_anew(&mut self, view: &mut SessionView) {
        self.sent.clear();
        view.tables.clear();
    }
}

/// What a query is known by while it goes on upstream: not as the statement that it was.
fn of_query(query_id: &str) -> String {
    format!("query {query_id}")
}

/// Whether it does nothing but put rows into tables.
fn only_adds(analysis: &Analysis) -> bool {
    let adds =
        |kind: &StatementKind| matches!(kind, StatementKind::Insert | StatementKind::CopyIntoTable);
    analysis.all_kinds().all(adds)
}

/// The tables that it was read by what those were made of, without those that it only puts rows into.
fn needed(analysis: &Analysis) -> Vec<String> {
    let adds = only_adds(analysis);
    let rests = analysis.rests_on.iter();
    rests
        .filter(|table| !adds || analysis.reads.contains(table))
        .cloned()
        .collect()
}

/// Whether temporary tables that a statement names are others now than when it was decided on `asked`. What rows are put into may have got
/// others meanwhile.
fn is_other(view: &SessionView, asked: &SessionView, analysis: &Analysis) -> bool {
    let adds = only_adds(analysis);
    let both = |name: &String| (asked.own_table(name), view.own_table(name));
    let read = |name: &String| {
        let (then, now) = both(name);
        then != now
    };
    let written = |name: &String| {
        let (then, now) = both(name);
        if adds {
            then.is_some() != now.is_some()
        } else {
            then != now
        }
    };
    analysis.reads.iter().any(read) || analysis.writes.iter().any(written)
}

/// A name is the session's own from here on, as long as there is room.
pub(crate) fn note(tables: &mut Vec<OwnTable>, name: &str) {
    let is_there = tables.iter().any(|table| table.name == name);
    if !is_there && tables.len() < OWN_TABLES_MAX {
        tables.push(OwnTable {
            name: name.to_owned(),
            made_of: None,
        });
    }
}

/// A table of the session holds this, and no more is known than there is room for.
pub(crate) fn keep(tables: &mut [OwnTable], known: OwnTable) {
    let weight = |table: &OwnTable| table.made_of.as_ref().map_or(0, MadeOf::weight);
    let others = tables.iter().filter(|table| table.name != known.name);
    let weighs = others.map(weight).sum::<usize>() + weight(&known);
    let mut tables = tables.iter_mut();
    if let Some(table) = tables.find(|table| table.name == known.name)
        && weighs <= OWN_SOURCES_MAX
    {
        table.made_of = known.made_of;
    }
}

/// Snowflake's session is that of this id: what another one had of its own is not there.
pub(crate) fn is_in(view: &mut SessionView, upstream: Option<&String>) {
    if view.upstream_session.as_ref() != upstream {
        view.tables.clear();
        view.upstream_session = upstream.cloned();
    }
}

impl Views {
    /// A statement that was decided on `asked` is about to be sent.
    pub(crate) fn begin_tables(
        &self,
        session: &Session,
        asked: &SessionView,
        statement: StatementId,
        analysis: &Analysis,
    ) -> Result<(), Barred> {
        self.with_own(session, |own, view| {
            own.begins(view, asked, statement, analysis)
        })
    }

    /// It is over.
    pub(crate) fn end_tables(&self, session: &Session, name: &str, how: Ended) {
        self.with_own(session, |own, view| own.ends(view, name, how));
    }

    /// So is one that went on as a query.
    pub(crate) fn end_tables_of_query(&self, session: &Session, query_id: &str, how: Ended) {
        self.end_tables(session, &of_query(query_id), how);
    }

    /// It goes on upstream.
    pub(crate) fn tables_go_on(&self, session: &Session, name: &str, query_id: &str) {
        self.with_own(session, |own, _| own.goes_on(name, query_id));
    }

    /// It may go on upstream, and nobody will hear of it.
    pub(crate) fn lose_tables(&self, session: &Session, name: &str) {
        self.with_own(session, |own, _| own.loses(name));
    }

    /// Snowflake ran something else than was decided on.
    pub(crate) fn tables_stray(&self, session: &Session, name: &str) {
        self.with_own(session, |own, view| own.strays(view, name));
    }

    /// Snowflake opened the session anew.
    pub(crate) fn renew_tables(&self, session: &Session) {
        self.with_own(session, Own::begins_anew);
    }

    fn with_own<T>(
        &self,
        session: &Session,
        act: impl FnOnce(&mut Own, &mut SessionView) -> T,
    ) -> T {
        let (own, view) = {
            let mut kept = self.kept.lock();
            let one = kept.one(session.id(), &session.claims.context);
            (Arc::clone(&one.own), Arc::clone(&one.view))
        };
        // In this order everywhere.
        let mut own = own.lock();
        let mut view = view.lock();
        act(&mut own, &mut view)
    }
}

#[cfg(test)]
mod tests;
