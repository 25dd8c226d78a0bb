//! One analysis under way: what it knows, what it found, how much work it may still do.
//!
//! Enters: findings of the walks over the tree. Leaves: an [`Analysis`](super::Analysis). Never here: a finding taken back.

mod finish;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::rc::Rc;

use event::payload::{Context, Finding, StatementKind, Use};
use sqlparser::tokenizer::Span;

use super::findings::{Answer, Comparison, Derivation, Provenance, is_unresolved};
use super::moved::Moved;
use super::prov::{Bases, Prov, Set, unite};
use super::request::{BoundValue, SessionView};
use super::scope::{Relation, Ties};
use super::tokens::Text;
use crate::catalog::Catalog;
use crate::limits;

/// What one statement comes to.
pub(crate) struct Outcome {
    pub(crate) kind: StatementKind,
    pub(crate) answer: Answer,
    pub(crate) outputs: Option<Vec<Provenance>>,
}

impl Outcome {
    pub(crate) const fn status(kind: StatementKind) -> Self {
        Self {
            kind,
            answer: Answer::Status,
            outputs: None,
        }
    }

    /// What RESULT_SCAN would find; none where that is not known.
    pub(crate) fn seen(&self) -> Option<Seen> {
        match (&self.outputs, self.answer) {
            (Some(outputs), _) => Some(Seen::Rows(outputs.clone())),
            (None, Answer::Metadata | Answer::Status) => Some(Seen::Metadata),
            (None, Answer::Rows) => None,
        }
    }

    pub(crate) const fn metadata(kind: StatementKind) -> Self {
        Self {
            kind,
            answer: Answer::Metadata,
            outputs: None,
        }
    }

    pub(crate) const fn rows(kind: StatementKind, outputs: Option<Vec<Provenance>>) -> Self {
        Self {
            kind,
            answer: Answer::Rows,
            outputs,
        }
    }
}

/// What an earlier statement gave.
#[derive(Clone)]
pub(crate) enum Seen {
    /// Rows of tables.
    Rows(Vec<Provenance>),
    /// Names and statistics of the catalog, or a status.
    Metadata,
}

/// Lines and columns of the text, and the literal around them.
type Place = ([u64; 4], Option<(usize, usize)>);

/// How a column is compared: with which others, and where.
#[derive(Default)]
struct Asked {
    peers: Set,
    places: HashSet<Place>,
}

pub(crate) struct Run<'a> {
    pub(crate) catalog: &'a Catalog,
    pub(crate) session: &'a SessionView,
    pub(crate) binds: &'a [BoundValue],
    pub(crate) text: &'a Text<'a>,
    pub(crate) context: Context,
    pub(crate) variables: BTreeMap<String, Option<String>>,
    pub(crate) bases: Bases,
    pub(crate) ctes: Vec<(String, Rc<Relation>)>,
    /// Aliases of the select list that conditions of its joins speak of.
    pub(crate) ahead: Vec<(String, sqlparser::ast::Expr)>,
    /// Results of the statements before, for `->>`.
    pub(crate) flow: Vec<Rc<Relation>>,
    /// Columns compared in the subquery being read, for EXISTS.
    pub(crate) filters: Set,
    /// Some value says how many rows a group has.
    pub(crate) group_counts: bool,
    /// Comparisons of subqueries with columns of the queries around them.
    pub(crate) loose_ties: Ties,
    /// Inside a view: its author's conditions are not the agent's.
    pub(crate) quiet: u32,
    /// How much of `quiet` is EXPLAIN: a plan tells by its estimates what a condition on a value would.
    pub(crate) explained: u32,
    /// Inside what `COPY INTO` a table reads: a stage there is what it is without a query around it.
    pub(crate) loading: bool,
    /// Inside a statement that is text in another: where that text stands.
    pub(crate) fixed: Option<(usize, usize)>,
    pub(crate) depth: usize,
    /// What the statements so far changed for those behind them.
    pub(crate) moved: Moved,
    /// The statement being read.
    pub(crate) here: Span,
    /// What the request's statements gave so far, for LAST_QUERY_ID().
    pub(crate) done: Vec<Option<Seen>>,
    /// What the last query gave, for `->>`.
    pub(crate) last: Relation,
    steps: u64,
    reads: BTreeSet<String>,
    writes: BTreeSet<String>,
    defines: BTreeSet<String>,
    flags: BTreeSet<Finding>,
    spans: Vec<(Finding, u64, u64)>,
    /// What was flagged where, so that a place is looked up once: that takes as long as its line.
    placed: HashSet<(Finding, Place)>,
    used: BTreeSet<(u32, Use)>,
    predicates: BTreeMap<(u32, Comparison), Asked>,
    pub(crate) inner_kinds: Vec<StatementKind>,
    assigns: Vec<(String, Option<String>)>,
    /// What it names or runs rests on what a session variable was last known to hold.
    pub(crate) named_by_variable: Cell<bool>,
    outcomes: Vec<Outcome>,
}

impl<'a> Run<'a> {
    pub(crate) fn new(
        catalog: &'a Catalog,
        session: &'a SessionView,
        binds: &'a [BoundValue],
        text: &'a Text<'a>,
    ) -> Self {
        let variables = session
            .variables
            .iter()
            .map(|(name, value)| (name.clone(), Some(value.clone())))
            .collect();
        Self {
            catalog,
            session,
            binds,
            text,
            context: session.context.clone(),
            variables,
            bases: Bases::default(),
            ctes: Vec::new(),
            ahead: Vec::new(),
            flow: Vec::new(),
            filters: Set::new(),
            group_counts: false,
            loose_ties: Ties::new(),
            quiet: 0,
            loading: false,
            explained: 0,
            fixed: None,
            depth: 0,
            moved: Moved::found(&session.tables),
            here: Span::empty(),
            done: Vec::new(),
            last: Relation::default(),
            steps: 0,
            reads: BTreeSet::new(),
            writes: BTreeSet::new(),
            defines: BTreeSet::new(),
            flags: BTreeSet::new(),
            spans: Vec::new(),
            placed: HashSet::new(),
            used: BTreeSet::new(),
            predicates: BTreeMap::new(),
            inner_kinds: Vec::new(),
            assigns: Vec::new(),
            named_by_variable: Cell::new(false),
            outcomes: Vec::new(),
        }
    }

    /// Counts work; false once there was too much: what follows is then unknown.
    pub(crate) fn step(&mut self, cost: u64) -> bool {
        self.steps = self.steps.saturating_add(cost);
        if self.bases.len() > limits::MAX_BASE_COLUMNS || self.reads.len() > limits::MAX_TABLES_READ
        {
            self.steps = u64::MAX;
        }
        if self.steps > limits::MAX_ANALYSIS_STEPS {
            self.flags.insert(Finding::TooComplex);
            return false;
        }
        true
    }

    /// Counts columns about to be copied; false if that is too much.
    pub(crate) fn copies(&mut self, columns: usize) -> bool {
        self.step((columns as u64).saturating_mul(limits::STEPS_PER_COPY))
    }

    /// Counts names about to be searched, each list as often as the other is long; false if that is too much.
    pub(crate) fn searches(&mut self, list: usize, times: usize) -> bool {
        let compares = (list as u64).saturating_mul(times as u64);
        self.step(compares / limits::COMPARES_PER_STEP)
    }

    pub(crate) fn exhausted(&self) -> bool {
        self.steps > limits::MAX_ANALYSIS_STEPS
    }

    pub(crate) fn flag(&mut self, finding: Finding, span: Span) {
        let blind = is_unresolved(&finding)
            || matches!(
                finding,
                Finding::UnknownTable | Finding::Unclassified | Finding::UnknownLineage
            );
        if self.quiet > 0 && !blind {
            return;
        }
        self.flags.insert(finding.clone());
        let place = self.place(span);
        if self.spans.len() >= limits::MAX_SPANS || !self.placed.insert((finding.clone(), place)) {
            return;
        }
        if let Some((start, end)) = self.fixed.or_else(|| self.text.range(span)) {
            let found = (finding, start as u64, end as u64);
            if !self.spans.contains(&found) {
                self.spans.push(found);
            }
        }
    }

    const fn place(&self, span: Span) -> Place {
        let corners = [
            span.start.line,
            span.start.column,
            span.end.line,
            span.end.column,
        ];
        (corners, self.fixed)
    }

    /// Whether such a thing was found so far.
    pub(crate) fn found(&self, such: impl Fn(&Finding) -> bool) -> bool {
        self.flags.iter().any(such)
    }

    pub(crate) fn reads(&mut self, table: &str) {
        self.reads.insert(table.to_owned());
    }

    pub(crate) fn writes(&mut self, table: &str) {
        self.writes.insert(table.to_owned());
    }

    pub(crate) fn defines(&mut self, object: &str) {
        self.defines.insert(object.to_owned());
    }

    pub(crate) fn assigns(&mut self, name: String, value: Option<String>) {
        self.variables.insert(name.clone(), value.clone());
        self.assigns.push((name, value));
    }

    /// Whether this request sets the variable.
    pub(crate) fn assigned(&self, name: &str) -> bool {
        self.assigns.iter().any(|(known, _)| known == name)
    }

    pub(crate) fn uses(&mut self, set: &[u32], usage: Use) {
        if self.quiet == 0 || usage == Use::Output {
            self.used.extend(set.iter().map(|id| (*id, usage)));
        }
    }

    /// Columns in a condition. `peers` are the other side of a join.
    pub(crate) fn compares(
        &mut self,
        prov: &Prov,
        comparison: Comparison,
        peers: &[u32],
        span: Span,
    ) {
        unite(&mut self.filters, &prov.revealed);
        let runs = comparison != Comparison::Failure || self.explained == 0;
        if !runs || !self.searches(prov.revealed.len(), peers.len()) {
            return;
        }
        if self.quiet > self.explained {
            self.view_compares(prov, comparison);
            return;
        }
        let sets = prov.revealed.iter().chain(&prov.counted);
        let all: Vec<u32> = sets.chain(&prov.parted).copied().collect();
        self.uses(&all, Use::Filter);
        for id in &prov.parted {
            self.asks(*id, Comparison::Group, &[], span);
        }
        for id in &prov.counted {
            self.asks(*id, Comparison::NullTest, &[], span);
        }
        for id in &prov.revealed {
            self.asks(*id, comparison, peers, span);
        }
        if self.bases.sensitive(&prov.counted) {
            self.flag(Finding::NullTest, span);
        }
        if !self.bases.sensitive(&prov.revealed) {
            return;
        }
        match comparison {
            Comparison::NullTest => self.flag(Finding::NullTest, span),
            Comparison::Group => self.flag(Finding::GroupBySensitive, span),
            Comparison::Order => self.flag(Finding::OrderBySensitive, span),
            Comparison::Equality => self.flag(Finding::PredicateOnSensitive, span),
            Comparison::Range => {
                self.flag(Finding::PredicateOnSensitive, span);
                self.flag(Finding::RangePredicate, span);
            }
            Comparison::Failure => self.flag(Finding::ErrorChannel, span),
            Comparison::Join => {
                let alike = prov.revealed.iter().all(|a| {
                    !self.bases.sensitive(&[*a]) || peers.iter().any(|b| self.bases.alike(*a, *b))
                });
                self.flag(
                    if alike {
                        Finding::JoinOnSensitive
                    } else {
                        Finding::PredicateOnSensitive
                    },
                    span,
                );
            }
        }
    }

    fn asks(&mut self, id: u32, comparison: Comparison, peers: &[u32], span: Span) {
        let place = self.place(span);
        let asked = self.predicates.entry((id, comparison)).or_default();
        unite(&mut asked.peers, peers);
        asked.places.insert(place);
    }

    /// A view's rows are a matter of its author's conditions, and so is whether reading it fails. How it joins and groups is the
    /// author's own affair.
    fn view_compares(&mut self, prov: &Prov, comparison: Comparison) {
        match comparison {
            Comparison::Join | Comparison::NullTest | Comparison::Group | Comparison::Order => {}
            Comparison::Equality | Comparison::Range | Comparison::Failure => {
                for id in &prov.revealed {
                    self.predicates.entry((*id, comparison)).or_default();
                }
            }
        }
    }

    /// The output columns of a relation, noted as used; none if it has columns nobody can name.
    pub(crate) fn outputs(&mut self, relation: &Relation, span: Span) -> Option<Vec<Provenance>> {
        for column in &relation.columns {
            // Its sources will be named one by one.
            if !self.step(column.prov.weight().saturating_mul(4)) {
                return None;
            }
            self.note_output(&column.prov, span);
        }
        if let Some(open) = &relation.open {
            self.note_output(&open.prov.clone(), span);
            return None;
        }
        Some(
            relation
                .columns
                .iter()
                .map(|column| self.provenance(&column.name, &column.prov))
                .collect(),
        )
    }

    fn note_output(&mut self, prov: &Prov, span: Span) {
        let shown = prov.shown();
        self.uses(&shown, Use::Output);
        self.uses(&prov.counted, Use::Output);
        if self.bases.sensitive(&shown) {
            self.flag(Finding::SensitiveOutput, span);
            if prov.derivation != Derivation::Identity {
                self.flag(Finding::DerivedSensitive, span);
            }
        }
        if self.bases.sensitive(&prov.counted) && prov.derivation == Derivation::Aggregate {
            self.flag(Finding::CountSensitive, span);
        }
        if prov.unresolved {
            self.flag(Finding::UnresolvedOutput, span);
        }
    }

    pub(crate) fn provenance(&self, name: &str, prov: &Prov) -> Provenance {
        let shown = prov.shown();
        let mut counted = prov.counted.clone();
        counted.retain(|id| shown.binary_search(id).is_err());
        let mut all = shown.into_owned();
        unite(&mut all, &counted);
        Provenance {
            name: name.to_owned(),
            sources: self.bases.names(&all),
            counted: self.bases.names(&counted),
            derivation: prov.derivation,
            unresolved: prov.unresolved,
            mixed: prov.marks.mixed && self.bases.classified(&all),
            tested: prov.marks.tested && self.bases.classified(&all),
            grouped: prov.marks.grouped,
        }
    }

    /// What is written elsewhere: sensitive if any of it is.
    pub(crate) fn persists(&mut self, prov: &Prov, span: Span) {
        let shown = prov.shown();
        self.uses(&shown, Use::Output);
        self.uses(&prov.counted, Use::Output);
        if self.bases.sensitive(&shown) {
            self.flag(Finding::PersistSensitive, span);
        }
    }

    pub(crate) fn written_so_far(&self) -> BTreeSet<String> {
        self.writes.clone()
    }

    /// What EXPLAIN speaks of is not written.
    pub(crate) fn restore_written(&mut self, writes: BTreeSet<String>) {
        self.writes = writes;
    }

    /// Output columns that nobody will see.
    pub(crate) fn forget_outputs(&mut self, _: &[Provenance]) {
        for finding in [Finding::SensitiveOutput, Finding::DerivedSensitive] {
            self.flags.remove(&finding);
            self.spans.retain(|(found, _, _)| *found != finding);
            self.placed.retain(|(found, _)| *found != finding);
        }
    }

    pub(crate) fn push(&mut self, outcome: Outcome) {
        self.outcomes.push(outcome);
    }
}
