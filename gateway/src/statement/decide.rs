//! The decision on a statement: pure, so any gateway makes the same one from the same view and time.
//!
//! Enters: a request, where its session stands, the time. Leaves: what it does and what the policy says. Never here: I/O.

use access::analysis::{SessionView, Statement, asks_back, only_asks};
use access::engine::{DecisionRequest, Engine, Outcome, shape_of};
use event::payload::{Compared, Verdict};
use event::{StatementId, TimeNs};

use super::request::StatementRequest;
use crate::about::About;
use crate::control::grants::mark_broken_glass;
use crate::crosscheck::Expected;
use crate::session::Session;

/// A statement that was decided on.
#[derive(Debug)]
pub(crate) struct Decided {
    /// The request it came in.
    pub request: StatementRequest,
    /// What it does, and what the policy says.
    pub outcome: Outcome,
    /// What the session was when it was asked: with it, the same decision can be made again.
    pub view: SessionView,
    /// When the policy was asked.
    pub evaluated_at: TimeNs,
    /// The envelope of its events.
    pub about: About,
    /// What it takes for the session's last result, for what a variable holds or for what is in a temporary table, rests on a count.
    pub counted: Option<Counted>,
    /// Snowflake described another result than was decided on: nothing of it is shown, and nothing rests on it.
    pub belied: bool,
    /// The most rows that people agreed to.
    pub rows_max: Option<u64>,
}

impl Decided {
    /// What Snowflake's word on the statement at `at` of the request is held against.
    pub fn expected(&self, at: usize) -> Expected {
        let expected = Expected::of(&self.outcome.analysis, at, asks_back(&self.request.text));
        expected.at_most(self.rows_max)
    }

    /// What it has in common with statements that differ in literals only; none where it is not understood whole.
    pub fn shape(&self) -> Option<String> {
        shape_of(&self.outcome.analysis, &self.view)
    }

    /// Whether it may change something.
    pub fn may_write(&self) -> bool {
        let analysis = &self.outcome.analysis;
        analysis.kinds.is_empty()
            || !analysis.writes.is_empty()
            || !analysis.all_kinds().all(only_asks)
    }

    /// Says in the envelope of whatever follows that the glass is broken.
    pub fn mark_broken_glass(&mut self) {
        mark_broken_glass(&mut self.about);
    }

    /// Whether Snowflake's texts about a failure may quote sensitive values, whatever the verdict.
    pub fn withholds_errors(&self) -> bool {
        let decision = &self.outcome.decision;
        decision.withholds_errors() || decision.verdict() == Verdict::Mask
    }

    /// The decision made again, where other counts of what its columns were compared before are known.
    pub fn told(mut self, engine: &Engine, session: &Session, before: Vec<Compared>) -> Self {
        let uses = before.into_iter().filter(|one| one.times > 0);
        let uses: Vec<_> = uses.map(|one| (one.column, one.times)).collect();
        if self.view.range_uses == uses {
            return self;
        }
        self.view.range_uses = uses;
        let asked = asked(
            session,
            self.about.statement,
            &self.request,
            &self.view,
            self.evaluated_at,
        );
        self.outcome = engine.decide_on(&asked, self.outcome.analysis);
        self.about.policy = self.outcome.decision.policy().clone();
        self
    }

    /// How often its columns were compared before, as it was decided on; none where nothing of it counts.
    pub fn compared_before(&self) -> Option<Vec<Compared>> {
        let times = |column: &String| {
            let mut uses = self.view.range_uses.iter();
            uses.find(|(known, _)| known == column)
                .map_or(0, |(_, times)| *times)
        };
        let before = self.outcome.compared.iter().map(|one| Compared {
            column: one.column.clone(),
            times: times(&one.column),
        });
        (before.len() > 0).then(|| before.collect())
    }

    /// The result is another than was decided on.
    pub fn belie(&mut self) {
        self.belied = true;
        for outputs in &mut self.outcome.analysis.outputs {
            *outputs = None;
        }
    }
}

/// Who counted the session's statements for a text that says `LAST_QUERY_ID`, names by a variable or reads a temporary table: it holds as long as no other
/// one comes between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    /// This process, which saw all of them.
    Here,
    /// The record, which had this many.
    Record { statements: u64 },
    /// The record, which also told what temporary tables of the session hold.
    Tables { statements: u64 },
}

/// Decides one request by the policy.
pub(crate) fn decide(
    engine: &Engine,
    session: &Session,
    statement: StatementId,
    request: StatementRequest,
    view: SessionView,
    evaluated_at: TimeNs,
) -> Decided {
    let claims = &session.claims;
    let outcome = engine.decide(&asked(session, statement, &request, &view, evaluated_at));
    let about = About {
        session: session.id(),
        statement,
        principal: claims.principal.clone(),
        source: Some(session.source.clone()),
        connection: claims.connection.clone(),
        policy: outcome.decision.policy().clone(),
    };
    Decided {
        request,
        outcome,
        view,
        evaluated_at,
        about,
        counted: None,
        belied: false,
        rows_max: None,
    }
}

fn asked<'a>(
    session: &'a Session,
    statement: StatementId,
    request: &'a StatementRequest,
    view: &'a SessionView,
    evaluated_at: TimeNs,
) -> DecisionRequest<'a> {
    DecisionRequest {
        statement_id: statement,
        statement: Statement {
            text: &request.text,
            binds: &request.binds,
        },
        session: view,
        principal: &session.claims.principal,
        connection: &session.claims.connection,
        now: evaluated_at,
        describe_only: request.describe_only,
    }
}
