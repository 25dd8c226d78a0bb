//! The pure fold of one session's events: the same record gives the same results on every gateway.
//!
//! Enters: the session's events in journal order. Leaves: its results in the order Snowflake counts them, each with the
//! lineage of its columns and its plan. Never here: I/O; an order that was not seen (two statements at once, one that may
//! have run or not): then the results keep their ids and lose their count.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use access::MaskPlan;
use access::analysis::{
    Analysis, Answer, BoundValue, OwnTable, Provenance, SessionView, Statement, asks_back,
};
use access::catalog::bound_version;
use access::engine::{DecisionRequest, Engine, Outcome};
use event::payload::{
    Bind, FailureStage, Finding, StatementDecided, StatementKind, StatementSubmitted, Verdict,
};
use event::{Event, Payload, StatementId};

use super::tables::{Tables, only_reads};
use crate::about::About;
use crate::alarm::TOO_MANY_ROWS;
use crate::control::{AnnouncedResult, KnownQuery};
use crate::crosscheck::Expected;
use crate::limits::KNOWN_QUERIES_MAX;
use crate::views::{for_text, names_last, remember, remember_metadata, renewed};

/// Query ids and where their columns come from, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Results {
    /// As a [`SessionView`] holds them.
    pub listed: Vec<(String, Vec<Provenance>)>,
    /// Those that are names, statistics or counts of rows.
    pub metadata: Vec<String>,
    /// Their places are Snowflake's own.
    pub counted: bool,
    /// How many statements were asked, whatever became of them.
    pub statements: u64,
    /// Temporary tables of the session.
    pub tables: Vec<OwnTable>,
}

/// One session, as far as it was read.
#[derive(Debug, Default)]
pub(super) struct Fold {
    /// Only its results are kept up: variables are not recorded, so what rests on them counts as unknown.
    view: SessionView,
    /// Statements that were asked and have not ended.
    asked: HashMap<StatementId, Asked>,
    queries: HashMap<String, KnownQuery>,
    /// Every statement once.
    seen: HashSet<StatementId>,
    uncounted: bool,
    /// A statement may have made a temporary object, which the session alone sees.
    hides: bool,
    /// What is known of temporary tables.
    tables: Tables,
}

#[derive(Debug)]
struct Asked {
    submitted: StatementSubmitted,
    /// The lineage of each result, and the plan of the only one.
    decided: Option<Decided>,
    /// Its query id, once it went upstream.
    sent: Option<String>,
}

#[derive(Debug)]
struct Decided {
    outputs: Vec<Option<Vec<Provenance>>>,
    /// It answers with names, statistics or counts of rows.
    metadata: bool,
    plan: MaskPlan,
}

impl Fold {
    pub(super) fn results(&self) -> Results {
        let open = self.asked.values().any(|asked| asked.sent.is_none());
        Results {
            listed: self.view.results.clone(),
            metadata: self.view.metadata.clone(),
            counted: !self.uncounted && !open,
            statements: self.seen.len() as u64,
            tables: self.tables.known().to_vec(),
        }
    }

    pub(super) fn query(&self, id: &str) -> Option<KnownQuery> {
        self.queries.get(&id.to_ascii_lowercase()).cloned()
    }

    pub(super) fn lose_count(&mut self) {
        self.uncounted = true;
        self.hides = true;
        self.tables.lose();
    }

    pub(super) const fn may_hold_own(&self) -> bool {
        self.hides
    }

    pub(super) fn apply(&mut self, engine: &Engine, event: &Event) {
        let Some(statement) = event.statement_id else {
            if let Payload::SessionRenewed(_) = event.payload {
                renewed(&mut self.view);
                self.tables.renewed();
            }
            return;
        };
        match &event.payload {
            Payload::StatementSubmitted(submitted) => self.submitted(statement, submitted),
            Payload::StatementDecided(decided) => self.decided(engine, statement, decided, event),
            Payload::StatementForwarded(forwarded) => {
                self.forwarded(statement, forwarded.query_id.as_deref(), event);
            }
            Payload::ResponseFinished(_) => self.finished(statement),
            Payload::StatementFailed(failed) => self.failed(statement, failed.stage),
            // A PUT or GET that did not run; one that ran has a place by then, and keeps it.
            Payload::StageRefused(refused)
                if matches!(refused.operation.as_str(), "PUT" | "GET") =>
            {
                self.asked
                    .retain(|id, asked| *id != statement || asked.sent.is_some());
            }
            // Withheld then, and not to be had by its id later.
            Payload::StageRefused(refused) if refused.operation == TOO_MANY_ROWS => {
                self.queries
                    .retain(|_, query| query.about.statement != statement);
            }
            _ => {}
        }
    }

    fn submitted(&mut self, statement: StatementId, submitted: &StatementSubmitted) {
        let first = self.seen.insert(statement);
        if !only_reads(submitted) {
            self.tables.asked(statement, first);
        }
        self.hides = self.hides || may_hide(submitted);
        // A retry on another gateway, or after a renewal, says the same again.
        if self
            .asked
            .get(&statement)
            .is_some_and(|asked| asked.sent.is_some())
        {
            return;
        }
        let asked = Asked {
            submitted: submitted.clone(),
            decided: None,
            sent: None,
        };
        self.asked.insert(statement, asked);
    }

    fn decided(
        &mut self,
        engine: &Engine,
        statement: StatementId,
        decided: &StatementDecided,
        event: &Event,
    ) {
        if decided.verdict == Verdict::Deny {
            self.asked.remove(&statement);
            self.tables.denied(statement);
            return;
        }
        let open = |(id, asked): (&StatementId, &Asked)| *id != statement && asked.sent.is_none();
        if self.asked.iter().any(open) {
            self.uncounted = true;
        }
        let counted = !self.uncounted;
        match self.asked.get(&statement) {
            Some(asked) if asked.sent.is_none() => {
                self.view.stand_as_recorded(&asked.submitted.context);
            }
            _ => return,
        }
        let Some(asked) = self.asked.get_mut(&statement) else {
            return;
        };
        let seen = seen(&self.view, asked.submitted.text.get(), counted);
        let again = decide(engine, statement, &asked.submitted, decided, &seen, event);
        let again = again.filter(|outcome| is_same(outcome, &asked.submitted, decided));
        let analysis = again.as_ref().map(|outcome| &outcome.analysis);
        self.tables.decided(statement, analysis);
        asked.decided = Some(match again {
            Some(outcome) => Decided {
                plan: plan(&outcome, event),
                metadata: outcome.analysis.kinds.len() == 1 && outcome.analysis.answers_metadata(0),
                outputs: outcome.analysis.outputs,
            },
            None => Decided {
                plan: MaskPlan::redact_all(),
                metadata: false,
                outputs: vec![None; asked.submitted.kinds.len().max(1)],
            },
        });
    }

    fn forwarded(&mut self, statement: StatementId, query_id: Option<&str>, event: &Event) {
        let Some(asked) = self.asked.get_mut(&statement) else {
            return;
        };
        if asked.sent.is_some() {
            return;
        }
        let query_id = query_id.unwrap_or_default().to_owned();
        asked.sent = Some(query_id.clone());
        let decided = asked.decided.take();
        let several = decided
            .as_ref()
            .is_some_and(|decided| decided.outputs.len() > 1);
        let metadata = decided.as_ref().is_some_and(|decided| decided.metadata);
        let (outputs, plan) = decided.map_or_else(
            || (vec![None], MaskPlan::redact_all()),
            |decided| (decided.outputs, decided.plan),
        );
        if !asked.submitted.describe_only {
            if several {
                // The statements of a request take a place each; their ids are announced, not recorded here.
                for outputs in outputs.iter().cloned() {
                    remember(&mut self.view, "", outputs);
                }
            } else {
                let outputs = outputs.first().cloned().flatten();
                if metadata {
                    remember_metadata(&mut self.view, &query_id);
                }
                remember(&mut self.view, &query_id, outputs);
            }
        }
        if let (false, Some(about)) = (query_id.is_empty(), About::of(statement, event)) {
            let result = AnnouncedResult {
                query_id: query_id.clone(),
                result: if several {
                    outputs.len().try_into().unwrap_or(u32::MAX)
                } else {
                    0
                },
                plan: if several {
                    MaskPlan::detect_only()
                } else {
                    plan
                },
                outputs: outputs.into_iter().next().flatten().filter(|_| !several),
                expected: if several {
                    Expected::default()
                } else {
                    expected(&asked.submitted)
                },
                request: None,
            };
            if self.queries.len() < KNOWN_QUERIES_MAX.get() {
                let query = KnownQuery { about, result };
                self.queries
                    .entry(query_id.to_ascii_lowercase())
                    .or_insert(query);
            }
        }
    }

    /// What comes later of it, a chunk that fails say, changes nothing of what is known.
    fn finished(&mut self, statement: StatementId) {
        if self
            .asked
            .get(&statement)
            .is_some_and(|asked| asked.sent.is_some())
        {
            self.asked.remove(&statement);
            self.tables.finished(statement);
        }
    }

    fn failed(&mut self, statement: StatementId, stage: FailureStage) {
        let Some(asked) = self.asked.remove(&statement) else {
            return;
        };
        let sent = asked.sent.is_some();
        self.tables.failed(statement, stage, sent);
        match asked.sent {
            Some(query_id) => {
                self.view.metadata.retain(|known| *known != query_id);
                let mut listed = self.view.results.iter_mut();
                match listed.rfind(|(id, _)| *id == query_id) {
                    Some((_, outputs)) => outputs.clear(),
                    // One of several: how many of them ran is not known.
                    None => self.uncounted = true,
                }
            }
            None if matches!(stage, FailureStage::Policy | FailureStage::Approval) => {}
            None => self.uncounted = true,
        }
    }
}

/// Whether a statement may have made an object that its session alone sees.
fn may_hide(submitted: &StatementSubmitted) -> bool {
    let runs_unseen = |kind: &StatementKind| {
        matches!(
            kind,
            StatementKind::Call
                | StatementKind::Execute(_)
                | StatementKind::ExecuteImmediate
                | StatementKind::Script
                | StatementKind::Unclassified
        )
    };
    submitted.flags.contains(&Finding::TempObject) || submitted.kinds.iter().any(runs_unseen)
}

/// The view a recorded text is analysed on.
fn seen<'a>(view: &'a SessionView, text: &str, counted: bool) -> Cow<'a, SessionView> {
    if counted || !names_last(text) {
        return Cow::Borrowed(view);
    }
    Cow::Owned(for_text(view.clone(), text, false))
}

/// The decision made again from what was recorded. Pure, as the first one was.
fn decide(
    engine: &Engine,
    statement: StatementId,
    submitted: &StatementSubmitted,
    decided: &StatementDecided,
    view: &SessionView,
    event: &Event,
) -> Option<Outcome> {
    let binds: Vec<BoundValue> = submitted.binds.iter().map(bound).collect();
    Some(engine.decide(&DecisionRequest {
        statement_id: statement,
        statement: Statement {
            text: submitted.text.get(),
            binds: &binds,
        },
        session: view,
        principal: event.principal.as_ref()?,
        connection: event.connection.as_deref()?,
        now: decided.evaluated_at,
        describe_only: submitted.describe_only,
    }))
}

fn bound(bind: &Bind) -> BoundValue {
    let values = bind.values.iter();
    BoundValue {
        name: bind.name.clone(),
        kind: bind.kind.clone(),
        values: values
            .map(|value| value.as_ref().map(|value| value.get().clone()))
            .collect(),
    }
}

/// What Snowflake's word is held against. Nothing is recorded of statements inside others, so nothing is said of them.
fn expected(submitted: &StatementSubmitted) -> Expected {
    let analysis = Analysis {
        answers: match submitted.kinds.as_slice() {
            [StatementKind::Select] => vec![Answer::Rows],
            _ => Vec::new(),
        },
        kinds: submitted.kinds.clone(),
        reads: submitted.reads.clone(),
        ..Analysis::default()
    };
    Expected::of(&analysis, 0, asks_back(submitted.text.get()))
}

/// Whether the recorded text says what the original said: nothing that was masked in it decides what it reads.
fn is_same(outcome: &Outcome, submitted: &StatementSubmitted, decided: &StatementDecided) -> bool {
    let Analysis {
        kinds,
        reads,
        writes,
        columns,
        ..
    } = &outcome.analysis;
    let asked = (
        &submitted.kinds,
        &submitted.reads,
        &submitted.writes,
        &submitted.columns,
    );
    (kinds, reads, writes, columns) == asked
        && bound_version(outcome.decision.catalog_version())
            == bound_version(&decided.catalog_version)
        && !submitted.flags.contains(&Finding::BindsCut)
        && !is_better_known(&outcome.analysis, submitted)
}

/// Whether a table was nobody's then that the record makes a known one: it may have been the session's own.
fn is_better_known(analysis: &Analysis, submitted: &StatementSubmitted) -> bool {
    let lost = [Finding::UnresolvedTable, Finding::UnknownTable];
    let mut lost = lost.iter();
    !asks_back(submitted.text.get())
        && lost.any(|found| submitted.flags.contains(found) && !analysis.has(found))
}

/// The plan of the only result, if the policy is still the one it was decided under.
fn plan(outcome: &Outcome, event: &Event) -> MaskPlan {
    let hash = event.policy.as_ref().map(|policy| policy.hash);
    match outcome.decision.plans() {
        [only] if hash == Some(outcome.decision.policy().hash) => only.clone(),
        _ => MaskPlan::redact_all(),
    }
}
