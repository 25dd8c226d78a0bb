//! An item as every format sees it: what is known of it by type, and everything it says as one tree to move things out of.
//!
//! Enters: an item. Leaves: [`Facts`]. Never here: names of one format's fields.

use event::payload::{
    Approver, FindingSeverity, Reason, ResponseFinished, StatementDecided, StatementSubmitted,
};
use event::{Event, Payload, PolicyRef, Principal, SessionId, Source, StatementId, TimeNs};
use serde::Serialize;

use super::attack::{self, Attack};
use super::meaning::{Activity, Case, Class, Meaning, by_kinds};
use super::outcome;
use super::record::{payload_tree, rfc3339};
use super::tree::{Object, Tree};
use crate::item::{Finding, Item, Recorded};
use crate::severity::Severity;

/// What is known of an item.
pub struct Facts<'a> {
    /// The item.
    pub item: &'a Item,
    /// What it means.
    pub case: Case,
    /// The line of the table.
    pub meaning: Meaning,
    /// The activity, chosen.
    pub activity: Activity,
    /// How bad it is.
    pub severity: Severity,
    /// What it would be in ATT&CK.
    pub attacks: Vec<Attack>,
    /// Who acted.
    pub principal: Option<&'a Principal>,
    /// From where.
    pub source: Option<&'a Source>,
    /// Through which connection.
    pub connection: Option<&'a str>,
    /// Under which policy.
    pub policy: Option<&'a PolicyRef>,
    /// The session.
    pub session: Option<SessionId>,
    /// The statement.
    pub statement: Option<StatementId>,
    /// What was asked, where it is known here.
    pub submitted: Option<&'a StatementSubmitted>,
    /// What the policy said, where it is known here.
    pub decided: Option<&'a StatementDecided>,
    /// Who answered a request for approval, where that is what happened.
    pub approver: Option<&'a Approver>,
    /// When it began and when it was over, where it lasted.
    pub span: Option<(TimeNs, TimeNs)>,
    /// How long it took, nanoseconds.
    pub duration_ns: Option<u64>,
    /// Everything the item says, under its own names; what a format takes goes.
    pub rest: Object,
}

impl<'a> Facts<'a> {
    /// What is known of `item`.
    pub fn of(item: &'a Item) -> Self {
        let case = Case::of(item);
        let meaning = case.meaning();
        let mut facts = Self {
            item,
            case,
            meaning,
            activity: meaning
                .activities
                .first()
                .copied()
                .unwrap_or(Activity(0, "Unknown")),
            severity: meaning.severity.unwrap_or_default(),
            attacks: Vec::new(),
            principal: None,
            source: None,
            connection: None,
            policy: None,
            session: item.session(),
            statement: None,
            submitted: None,
            decided: None,
            approver: None,
            span: None,
            duration_ns: None,
            rest: Object::with_room(16),
        };
        match item {
            Item::Event(recorded) => facts.event(recorded),
            Item::Statement(outcome) => facts.outcome(outcome),
            Item::Finding(finding) => facts.finding(finding),
        }
        if let Some(submitted) = facts.submitted.filter(|_| meaning.activities.len() > 1) {
            facts.activity = by_kinds(&submitted.kinds);
        }
        let (kinds, flags) = facts.submitted.map_or((&[][..], &[][..]), |submitted| {
            (&submitted.kinds, &submitted.flags)
        });
        facts.attacks.extend(attack::of(case, kinds, flags));
        facts
    }

    fn about(&mut self, event: &'a Event) {
        self.principal = event.principal.as_ref();
        self.source = event.source.as_ref();
        self.connection = event.connection.as_deref();
        self.policy = event.policy.as_ref();
        self.statement = event.statement_id;
    }

    fn event(&mut self, recorded: &'a Recorded) {
        let event = recorded.event.as_ref();
        self.about(event);
        match &event.payload {
            Payload::StatementSubmitted(submitted) => self.submitted = Some(submitted),
            Payload::StatementDecided(decided) => self.decided = Some(decided),
            Payload::ApprovalGranted(answer) => self.approver = Some(&answer.by),
            Payload::ApprovalDenied(answer) => self.approver = Some(&answer.by),
            Payload::ApprovalRevoked(revoked) => self.approver = Some(&revoked.by),
            Payload::ApprovalReviewed(reviewed) => self.approver = Some(&reviewed.by),
            Payload::ResponseFinished(ResponseFinished { duration_ns, .. }) => {
                self.duration_ns = Some(*duration_ns);
            }
            Payload::StatementFailed(failed) => self.duration_ns = Some(failed.duration_ns),
            Payload::AuditorQueried(queried) => self.duration_ns = Some(queried.duration_ns),
            Payload::FindingRaised(raised) => {
                self.severity = severity(raised.severity);
                self.attacks = attacks(&raised.attacks);
            }
            Payload::AuditDegraded(degraded) => self.span = Some((degraded.since, event.time)),
            Payload::AuditRestored(restored) => self.span = Some((restored.since, event.time)),
            _ => {}
        }
        self.common(&event.event_id, event.time);
        let rest = &mut self.rest;
        rest.put("schema_version", event.version().number());
        rest.put("producer", Tree::of(&event.producer));
        rest.put("part", Tree::of(&event.part));
        self.envelope();
        self.rest.put("payload", payload_tree(&event.payload));
    }

    fn outcome(&mut self, told: &'a crate::item::StatementOutcome) {
        // A statement whose submission is not in the record is told by what is.
        let first = told.submitted.as_deref().or(told.decided.as_deref());
        self.about(first.unwrap_or(&told.completed.event));
        self.policy = told
            .decided
            .as_deref()
            .and_then(|event| event.policy.as_ref());
        self.statement = Some(told.statement);
        self.submitted = told
            .submitted
            .as_deref()
            .and_then(|event| match &event.payload {
                Payload::StatementSubmitted(submitted) => Some(submitted),
                _ => None,
            });
        self.decided = told
            .decided
            .as_deref()
            .and_then(|event| match &event.payload {
                Payload::StatementDecided(decided) => Some(decided),
                _ => None,
            });
        self.span = told.fold.began_at().zip(told.fold.last_at());
        self.duration_ns = told.fold.duration_ns();
        self.common(&told.id(), self.item.time());
        self.envelope();
        self.rest.put("payload", outcome::tree(told));
    }

    fn finding(&mut self, finding: &'a Finding) {
        self.principal = finding.principal.as_ref();
        self.statement = finding.statement;
        self.severity = finding.severity;
        self.attacks = attacks(&finding.attacks);
        self.common(&finding.id, finding.time);
        self.envelope();
        let mut payload = Object::new();
        payload.put("rule", finding.rule.as_str());
        payload.put("title", finding.title.as_str());
        payload.put("severity", Tree::of(&finding.severity));
        payload.put("attacks", Tree::of(&finding.attacks));
        self.rest.put("payload", payload);
    }

    fn common(&mut self, id: &impl Serialize, time: TimeNs) {
        let position = self.item.position();
        let rest = &mut self.rest;
        rest.put("id", Tree::of(id));
        rest.put("kind", self.meaning.kind);
        rest.put("time", rfc3339(time));
        let place = Object::new()
            .with("partition", position.partition.to_string())
            .with("offset", position.offset.0);
        rest.put("position", place);
        rest.put("session_id", Tree::of(&self.session));
    }

    fn envelope(&mut self) {
        let rest = &mut self.rest;
        rest.put("statement_id", Tree::of(&self.statement));
        rest.put("principal", Tree::of(&self.principal));
        rest.put("source", Tree::of(&self.source));
        rest.put("connection", Tree::of(&self.connection));
        rest.put("policy", Tree::of(&self.policy));
    }

    /// Which rule found what, for people, where that is what the item says.
    pub fn found(&self) -> Option<(&'a str, &'a str)> {
        match self.item {
            Item::Finding(finding) => Some((&finding.rule, &finding.title)),
            Item::Event(recorded) => match &recorded.event.payload {
                Payload::FindingRaised(raised) => Some((&raised.rule, &raised.title)),
                _ => None,
            },
            Item::Statement(_) => None,
        }
    }

    /// The class.
    pub const fn class(&self) -> Class {
        self.meaning.class
    }

    /// Why the policy said what it said.
    pub fn reasons(&self) -> &'a [Reason] {
        self.decided.map_or(&[], |decided| &decided.reasons)
    }

    /// The rules that determined it.
    pub fn rules(&self) -> impl Iterator<Item = &'a str> {
        let of_policy = self.policy.map_or(&[][..], |policy| &policy.rules);
        let of_reasons = self.reasons().iter().map(|reason| reason.rule.as_str());
        let unknown = move |rule: &&str| !of_policy.iter().any(|known| known == rule);
        let of_policy = of_policy.iter().map(String::as_str);
        of_policy.chain(of_reasons.filter(unknown))
    }

    /// The tables read and written.
    pub fn tables(&self) -> impl Iterator<Item = &'a str> {
        let (writes, reads) = self.submitted.map_or((&[][..], &[][..]), |submitted| {
            (&submitted.writes, &submitted.reads)
        });
        writes.iter().chain(reads).map(String::as_str)
    }

    /// How the principal is called.
    pub fn who(&self) -> Option<&'a str> {
        let principal = self.principal?;
        let names = [principal.display.as_str(), principal.subject.as_str()];
        names.into_iter().find(|name| !name.is_empty())
    }

    /// On whose behalf.
    pub fn behalf(&self) -> Option<&'a str> {
        self.principal?.agent.as_ref()?.on_behalf_of.as_deref()
    }
}

fn attacks(ids: &[String]) -> Vec<Attack> {
    let known = ids.iter().filter_map(|id| attack::by_id(id));
    known.collect()
}

const fn severity(recorded: FindingSeverity) -> Severity {
    match recorded {
        FindingSeverity::Informational => Severity::Informational,
        FindingSeverity::Low => Severity::Low,
        FindingSeverity::Medium => Severity::Medium,
        FindingSeverity::High => Severity::High,
        FindingSeverity::Critical => Severity::Critical,
    }
}

/// `rest` with what happened under the name of its kind, `payload.statement.decided`: kinds have fields of one name and different types, and
/// a receiver that indexes by path takes one type a path.
pub fn by_kind(mut rest: Object, kind: &'static str) -> Object {
    if let Some(payload) = rest.take("payload") {
        let named = match kind.split_once('.') {
            Some((family, what)) => Object::new().with(family, Object::new().with(what, payload)),
            None => Object::new().with(kind, payload),
        };
        rest.put("payload", named);
    }
    rest
}
