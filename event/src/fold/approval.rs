//! What people said of one statement.
//!
//! Enters: approval events and claims. Leaves: how it ended. Never here: whether somebody was eligible; the gateway looked before
//! it let the statement go.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::{ApprovalOutcome, First, Place, quorum_met};
use crate::limits::FOLD_PEOPLE_MAX;
use crate::payload::{Approver, Quorum};
use crate::{Payload, TimeNs};

/// A person, as their issuer names them.
type Person = (String, String);

/// One statement's approval so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApprovalFold {
    asked: First<Vec<Quorum>>,
    asked_last: Option<Place>,
    asked_at: Option<TimeNs>,
    answered_at: Option<TimeNs>,
    granted: BTreeMap<Person, (Place, TimeNs, Approver)>,
    denied: BTreeMap<Person, (Place, TimeNs, Approver)>,
    expired: First<TimeNs>,
    canceled_last: Option<(Place, TimeNs)>,
    claimed: First<TimeNs>,
    forwarded: First<TimeNs>,
}

impl ApprovalFold {
    /// Folds what `payload` says of the approval, if anything.
    pub fn apply(&mut self, place: Place, time: TimeNs, payload: &Payload) {
        match payload {
            Payload::ApprovalRequested(request) => {
                self.asked.offer(place, || request.quorum.clone());
                self.asked_last = self.asked_last.max(Some(place));
                self.asked_at = Some(self.asked_at.map_or(time, |known| known.min(time)));
            }
            Payload::ApprovalGranted(answer) => said(&mut self.granted, place, time, &answer.by),
            Payload::ApprovalDenied(answer) => said(&mut self.denied, place, time, &answer.by),
            Payload::ApprovalExpired(_) => self.expired.offer(place, || time),
            Payload::ApprovalCanceled(_) => {
                self.canceled_last = self.canceled_last.max(Some((place, time)));
            }
            Payload::StatementClaimed(_) => self.claimed.offer(place, || time),
            Payload::StatementForwarded(_) => self.forwarded.offer(place, || time),
            _ => {}
        }
        if matches!(
            payload,
            Payload::ApprovalGranted(_)
                | Payload::ApprovalDenied(_)
                | Payload::ApprovalExpired(_)
                | Payload::ApprovalCanceled(_)
        ) {
            self.answered_at = self.answered_at.max(Some(time));
        }
    }

    /// How it ended; none where none was needed.
    pub fn outcome(&self) -> Option<ApprovalOutcome> {
        self.end().map(|(outcome, _)| outcome)
    }

    /// When that was said; none while it is pending.
    pub fn ended_at(&self) -> Option<TimeNs> {
        self.end().and_then(|(_, at)| at)
    }

    /// When people were first asked.
    pub const fn asked_at(&self) -> Option<TimeNs> {
        self.asked_at
    }

    /// When somebody or something last answered.
    pub const fn answered_at(&self) -> Option<TimeNs> {
        self.answered_at
    }

    /// Who must agree.
    pub fn quorum(&self) -> &[Quorum] {
        self.asked.get().map_or(&[], Vec::as_slice)
    }

    /// Who said yes, each once.
    pub fn approvers(&self) -> impl Iterator<Item = &Approver> {
        self.granted.values().map(|(.., by)| by)
    }

    /// Who said no, each once.
    pub fn deniers(&self) -> impl Iterator<Item = &Approver> {
        self.denied.values().map(|(.., by)| by)
    }

    fn end(&self) -> Option<(ApprovalOutcome, Option<TimeNs>)> {
        let nothing = self.asked.get().is_none()
            && self.granted.is_empty()
            && self.denied.is_empty()
            && self.expired.get().is_none()
            && self.canceled_last.is_none()
            && self.claimed.get().is_none();
        if nothing {
            return None;
        }
        let ran = self.claimed.get().or_else(|| self.forwarded.get()).copied();
        let end = if self.forwarded.get().is_some() {
            (ApprovalOutcome::Granted, self.full_at().or(ran))
        } else if let Some(at) = earliest(self.denied.values()) {
            (ApprovalOutcome::Denied, Some(at))
        } else if let Some(at) = self.expired.get() {
            (ApprovalOutcome::Expired, Some(*at))
        } else if let Some(at) = self.canceled_at() {
            (ApprovalOutcome::Canceled, Some(at))
        } else if let Some(at) = self.full_at().or(ran) {
            (ApprovalOutcome::Granted, Some(at))
        } else {
            (ApprovalOutcome::Pending, None)
        };
        Some(end)
    }

    fn canceled_at(&self) -> Option<TimeNs> {
        let (place, at) = self.canceled_last?;
        let revived = self.asked_last.is_some_and(|asked| asked > place);
        let claimed = self.claimed.place().is_some_and(|claim| claim < place);
        (!revived && !claimed).then_some(at)
    }

    /// When the quorum was full: the first answer, in the journal's order, that with those before it fills it.
    fn full_at(&self) -> Option<TimeNs> {
        let mut answers: Vec<&(Place, TimeNs, Approver)> = self.granted.values().collect();
        answers.sort_by_key(|(place, ..)| *place);
        let mut people: Vec<&[String]> = Vec::with_capacity(answers.len());
        for (_, time, by) in answers {
            people.push(&by.groups);
            if quorum_met(self.quorum(), &people) {
                return Some(*time);
            }
        }
        None
    }
}

fn said(
    answers: &mut BTreeMap<Person, (Place, TimeNs, Approver)>,
    place: Place,
    time: TimeNs,
    by: &Approver,
) {
    let person = (by.issuer.clone(), by.subject.clone());
    let full = answers.len() >= FOLD_PEOPLE_MAX;
    match answers.entry(person) {
        Entry::Occupied(mut known) if place < known.get().0 => {
            known.insert((place, time, by.clone()));
        }
        Entry::Vacant(unknown) if !full => {
            unknown.insert((place, time, by.clone()));
        }
        Entry::Occupied(_) | Entry::Vacant(_) => {}
    }
}

fn earliest<'a>(answers: impl Iterator<Item = &'a (Place, TimeNs, Approver)>) -> Option<TimeNs> {
    answers
        .min_by_key(|(place, ..)| *place)
        .map(|(_, at, _)| *at)
}
