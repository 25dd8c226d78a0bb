//! What a session remembers that its later statements are decided on.
//!
//! Enters: its facts in journal order, and the analysis of each statement. Leaves: the [`SessionView`] of a text. Never here: lineage
//! copied for texts that do not ask back.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use access::analysis::{Provenance, asks_back};
use access::{Analysis, SessionView};
use event::StatementId;

use super::told::Submitted;
use crate::limits::BACKTEST_RESULTS_MAX;

/// The statement a result is of, and its place among the statement's results; none where nobody knows.
type Origin = Option<(Arc<Analysis>, usize)>;

/// One session so far.
#[derive(Debug, Default)]
pub(super) struct Session {
    /// Everything since its login was seen, nothing of it failed half way, no second session upstream counts anew.
    whole: bool,
    upstream_session: Option<String>,
    variables: Vec<(String, String)>,
    /// Query ids and what their columns come from, oldest first.
    results: Vec<(String, Origin)>,
    asked: HashMap<StatementId, Box<Submitted>>,
    decided: HashMap<StatementId, Arc<Analysis>>,
    /// Each statement is decided once, however often a driver asks.
    seen: HashSet<StatementId>,
}

impl Session {
    /// It begins here.
    pub fn opened(&mut self, upstream_session: Option<String>) {
        self.whole = true;
        self.upstream_session = upstream_session;
    }

    /// Its tokens were renewed: perhaps another session upstream counts from its own first statement on.
    pub fn renewed(&mut self) {
        self.whole = false;
        self.variables.clear();
    }

    /// A statement came; the first time it is asked counts.
    pub fn submitted(&mut self, statement: StatementId, submitted: Box<Submitted>) {
        if !self.seen.contains(&statement) {
            self.asked.entry(statement).or_insert(submitted);
        }
    }

    /// What was asked, if it is decided for the first time.
    pub fn decided(&mut self, statement: StatementId) -> Option<Asked> {
        if !self.seen.insert(statement) {
            return None;
        }
        Some(match self.asked.remove(&statement) {
            Some(submitted) => Asked::This(submitted),
            None => Asked::Unknown,
        })
    }

    /// It may run: what it does is known by its analysis.
    pub fn will_run(&mut self, statement: StatementId, analysis: Arc<Analysis>) {
        self.decided.insert(statement, analysis);
    }

    /// It went upstream.
    pub fn forwarded(&mut self, statement: StatementId, query_id: Option<&str>) {
        let Some(analysis) = self.decided.get(&statement).map(Arc::clone) else {
            // Something ran of which nothing is known.
            self.whole = false;
            self.variables.clear();
            return;
        };
        if analysis.sets_unseen() {
            self.variables.clear();
        }
        for (name, value) in &analysis.assigns {
            self.variables.retain(|(known, _)| known != name);
            if let Some(value) = value {
                self.variables.push((name.clone(), value.clone()));
            }
        }
        let several = analysis.kinds.len() > 1;
        for at in 0..analysis.kinds.len().max(1) {
            // The ids of several statements in one request are not recorded with them.
            let id = if several {
                ""
            } else {
                query_id.unwrap_or_default()
            };
            self.results
                .push((id.to_owned(), Some((Arc::clone(&analysis), at))));
        }
        if self.results.len() > BACKTEST_RESULTS_MAX {
            let surplus = self.results.len() - BACKTEST_RESULTS_MAX;
            self.results.drain(..surplus);
            self.whole = false;
        }
    }

    /// It ended in an error: nothing it could have changed is relied on.
    pub fn failed(&mut self, statement: StatementId) {
        let Some(analysis) = self.decided.remove(&statement) else {
            return;
        };
        self.variables
            .retain(|(name, _)| !analysis.assigns.iter().any(|(set, _)| set == name));
        for (_, from) in &mut self.results {
            if from
                .as_ref()
                .is_some_and(|(one, _)| Arc::ptr_eq(one, &analysis))
            {
                *from = None;
            }
        }
    }

    /// Whether everything that came before is known.
    pub const fn is_whole(&self) -> bool {
        self.whole
    }

    /// What `submitted` was decided on, without how often its columns were compared.
    pub fn view(&self, submitted: &Submitted) -> SessionView {
        let mut view = SessionView {
            upstream_session: self.upstream_session.clone(),
            variables: self.variables.clone(),
            ..SessionView::default()
        };
        view.stand_as_recorded(&submitted.context);
        if asks_back(&submitted.text) {
            for (id, from) in &self.results {
                let outputs = from
                    .as_ref()
                    .and_then(|(analysis, at)| outputs(analysis, *at));
                if from
                    .as_ref()
                    .is_some_and(|(analysis, at)| analysis.answers_metadata(*at))
                {
                    view.metadata.push(id.clone());
                }
                view.results.push((id.clone(), outputs.unwrap_or_default()));
            }
        }
        view
    }
}

/// What was asked.
pub(super) enum Asked {
    /// A statement, as it was submitted.
    This(Box<Submitted>),
    /// Its submission was not told.
    Unknown,
}

fn outputs(analysis: &Analysis, at: usize) -> Option<Vec<Provenance>> {
    analysis.outputs.get(at).cloned().flatten()
}
