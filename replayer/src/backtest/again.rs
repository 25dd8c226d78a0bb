//! One part of a backtest: the sessions it is given, decided again one statement after another.
//!
//! Enters: facts, those of a session in journal order. Leaves: a [`Tally`]. Never here: a difference that the record does not bear out.

use std::ops::Range;
use std::sync::Arc;

use access::Analysis;
use access::analysis::asks_back;
use access::analysis::{SessionView, Statement, analyze};
use access::engine::{DecisionRequest, Engine, Outcome, binding_of};
use event::payload::Finding;
use event::{SessionId, StatementId, TimeNs};
use lru::LruCache;

use super::difference::{Lack, between};
use super::session::{Asked, Session};
use super::tally::{Example, Tally};
use super::told::{Decided, Fact, Submitted, Told};
use crate::limits::{BACKTEST_SESSIONS_MAX, BACKTEST_TEXTS_MAX};

/// Decides what it is told again. Sessions may be told to several of these, each session to one; their tallies add up.
#[derive(Debug)]
pub struct Again {
    engine: Arc<Engine>,
    span: Range<TimeNs>,
    sessions: LruCache<SessionId, Session>,
    texts: LruCache<String, Arc<Analysis>>,
    tally: Tally,
}

impl Again {
    /// Decides by `engine` what was decided within `span`; what is told of earlier only says where sessions stand.
    pub fn new(engine: Arc<Engine>, span: Range<TimeNs>) -> Self {
        Self {
            engine,
            span,
            sessions: LruCache::sparse(BACKTEST_SESSIONS_MAX),
            texts: LruCache::sparse(BACKTEST_TEXTS_MAX),
            tally: Tally::default(),
        }
    }

    /// Takes the next fact.
    pub fn take(&mut self, told: Told) {
        let Told {
            session,
            time,
            fact,
        } = told;
        match fact {
            Fact::Opened { upstream_session } => self.of(session).opened(upstream_session),
            Fact::Renewed => self.of(session).renewed(),
            Fact::Closed => {
                self.sessions.pop(&session);
            }
            Fact::Submitted(statement, submitted) => {
                self.of(session).submitted(statement, submitted);
            }
            Fact::Decided(statement, decided) => self.decided(session, statement, time, &decided),
            Fact::Forwarded(statement, query_id) => {
                self.of(session).forwarded(statement, query_id.as_deref());
            }
            Fact::Failed(statement) => self.of(session).failed(statement),
        }
    }

    /// What came of it.
    pub fn finish(self) -> Tally {
        self.tally
    }

    fn of(&mut self, session: SessionId) -> &mut Session {
        self.sessions.get_or_insert_mut(session, Session::default)
    }

    fn decided(
        &mut self,
        session: SessionId,
        statement: StatementId,
        time: TimeNs,
        then: &Decided,
    ) {
        let counts = self.span.contains(&time);
        let known = self.of(session);
        let Some(asked) = known.decided(statement) else {
            return;
        };
        let example = |text: &str| Example::of(session, statement, time, then, text);
        let submitted = match asked {
            Asked::This(submitted) => submitted,
            Asked::Unknown => {
                if counts {
                    self.tally.lacks(Lack::Submission, then, example(""));
                }
                return;
            }
        };
        let whole_session = known.is_whole();
        let view = known.view(&submitted);
        let catalog = self.engine.catalog_of(&then.connection);
        let analysis = self.analysis(&submitted, &view, &then.connection);
        if counts {
            match self.again(statement, &submitted, then, view, &analysis, whole_session) {
                Err(lack) => self.tally.lacks(lack, then, example(&submitted.text)),
                Ok(outcome) => {
                    let other = then.catalog_version != catalog.version();
                    let difference = between(then, &outcome.decision);
                    let example = || example(&submitted.text).now(&outcome.decision, other);
                    self.tally.answered(then, &difference, other, example);
                }
            }
        }
        // What a refused statement would have done does not matter; a held one may have run.
        if then.verdict != event::payload::Verdict::Deny && !submitted.describe_only {
            self.of(session).will_run(statement, analysis);
        }
    }

    /// What a statement over `connection` would do, by the catalog in force there.
    fn analysis(
        &mut self,
        submitted: &Submitted,
        view: &SessionView,
        connection: &str,
    ) -> Arc<Analysis> {
        let statement = Statement {
            text: &submitted.text,
            binds: &submitted.binds,
        };
        // A bound value may name a table, so texts with binds are not kept by their text alone.
        if !view.results.is_empty() || !submitted.binds.is_empty() {
            return Arc::new(analyze(
                statement,
                view,
                &self.engine.catalog_of(connection),
            ));
        }
        let key = key(submitted, view, connection);
        let engine = &self.engine;
        let made = self.texts.get_or_insert(key, || {
            Arc::new(analyze(statement, view, &engine.catalog_of(connection)))
        });
        Arc::clone(made)
    }

    /// The new answer, if the record holds everything it depends on.
    fn again(
        &self,
        statement: StatementId,
        submitted: &Submitted,
        then: &Decided,
        mut view: SessionView,
        analysis: &Analysis,
        whole_session: bool,
    ) -> Result<Outcome, Lack> {
        let before = then.compared_before.iter().flatten();
        let before = before.filter(|one| one.times > 0);
        view.range_uses = before.map(|one| (one.column.clone(), one.times)).collect();
        let asked = Asking {
            statement,
            submitted,
            then,
        };
        let catalog = self.engine.catalog_of(&then.connection);
        asked.is_told(&view, analysis, catalog.version(), whole_session)?;
        let outcome = self
            .engine
            .decide_on(&asked.request(&view), analysis.clone());
        let counted = |column: &str| {
            let mut known = then.compared_before.iter().flatten();
            known.any(|one| one.column == column)
        };
        let uncounted = outcome.compared.iter().map(|one| one.column.clone());
        let uncounted: Vec<String> = uncounted.filter(|column| !counted(column)).collect();
        if uncounted.is_empty() {
            return Ok(outcome);
        }
        // Nobody counted these. If it makes no difference how often it was, nobody needs to know.
        view.range_uses
            .extend(uncounted.into_iter().map(|column| (column, u32::MAX)));
        view.range_uses.sort();
        let spent = self
            .engine
            .decide_on(&asked.request(&view), analysis.clone());
        let same = outcome.decision.verdict() == spent.decision.verdict()
            && outcome.decision.plans() == spent.decision.plans();
        if same { Ok(outcome) } else { Err(Lack::Budget) }
    }
}

/// A statement as it was asked.
struct Asking<'a> {
    statement: StatementId,
    submitted: &'a Submitted,
    then: &'a Decided,
}

impl<'a> Asking<'a> {
    fn request(&self, view: &'a SessionView) -> DecisionRequest<'a> {
        DecisionRequest {
            statement_id: self.statement,
            statement: Statement {
                text: &self.submitted.text,
                binds: &self.submitted.binds,
            },
            session: view,
            principal: &self.then.principal,
            connection: &self.then.connection,
            now: self.then.evaluated_at,
            describe_only: self.submitted.describe_only,
        }
    }

    /// Whether the record tells everything its analysis depends on. The recorded binding covers text, binds, context and
    /// variables as they were: where it can be made again from what is recorded, nothing of them was masked. Else the recorded
    /// fingerprint, which covers all that the analysis found, tells whether what was masked mattered; under another catalog
    /// it differs for other reasons too.
    fn is_told(
        &self,
        view: &SessionView,
        analysis: &Analysis,
        catalog_version: &str,
        whole_session: bool,
    ) -> Result<(), Lack> {
        let then = self.then;
        let request = self.request(view);
        let bound = binding_of(&request, then.policy, &then.catalog_version, analysis);
        let text_is_whole = bound == then.binding;
        let same_catalog = then.catalog_version == catalog_version;
        let same_analysis = same_catalog && self.submitted.fingerprint == analysis.fingerprint;
        if asks_back(&self.submitted.text) && !(whole_session && (same_analysis || !same_catalog)) {
            return Err(Lack::EarlierResult);
        }
        if text_is_whole || same_analysis {
            return Ok(());
        }
        let by_variable = analysis.has(&Finding::SessionVariable);
        Err(match (by_variable, same_catalog) {
            (true, _) => Lack::Variable,
            (false, true) => Lack::Literals,
            (false, false) => Lack::LiteralsAndCatalog,
        })
    }
}

/// Equal for texts that analyse equally; binds and earlier results are not in it.
fn key(submitted: &Submitted, view: &SessionView, connection: &str) -> String {
    let context = &submitted.context;
    let mut key = String::with_capacity(submitted.text.len() + 64);
    let places = [
        &context.database,
        &context.schema,
        &context.warehouse,
        &context.role,
    ];
    for place in places {
        key.push_str(place.as_deref().unwrap_or("\u{1}"));
        key.push('\0');
    }
    if submitted.text.contains('$') {
        key.push_str(view.upstream_session.as_deref().unwrap_or("\u{1}"));
        for (name, value) in &view.variables {
            key.push('\0');
            key.push_str(name);
            key.push('\0');
            key.push_str(value);
        }
    }
    key.push('\0');
    key.push_str(connection);
    key.push('\0');
    key.push_str(&submitted.text);
    key
}
