//! A statement's request for approval, as the view `approvals` shows it.
//!
//! Enters: approval events with their places. Leaves: what was asked, and the answers' words. Never here: how it ended, which is
//! `event::fold`'s to say.

use event::fold::Place;
use event::payload::Quorum;
use event::{Payload, TimeNs};

use super::micros;

/// When by the producers' clocks, and where two say the same, in the journal's order.
pub(super) type When = (TimeNs, Place);

/// What was asked and answered so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Hold {
    asked: Option<(When, Vec<Quorum>, Vec<String>)>,
    expires: Option<TimeNs>,
    binding: Option<String>,
    answered: Option<TimeNs>,
    notes: Vec<(When, String)>,
}

impl Hold {
    pub(super) fn apply(&mut self, when: When, payload: &Payload) {
        let note = match payload {
            Payload::ApprovalRequested(asked) => {
                if self.asked.as_ref().is_none_or(|(known, ..)| when < *known) {
                    self.asked = Some((when, asked.quorum.clone(), asked.reasons.clone()));
                }
                let least = |known: Option<TimeNs>| {
                    known.map_or(asked.expires, |known| known.min(asked.expires))
                };
                self.expires = Some(least(self.expires));
                let binding = asked.binding.to_string();
                if self.binding.as_ref().is_none_or(|known| binding < *known) {
                    self.binding = Some(binding);
                }
                return;
            }
            Payload::ApprovalGranted(answer) => Some(&answer.note),
            Payload::ApprovalDenied(answer) => Some(&answer.note),
            Payload::ApprovalExpired(_) | Payload::ApprovalCanceled(_) => None,
            _ => return,
        };
        self.answered = self.answered.max(Some(when.0));
        if let Some(note) = note.filter(|note| !note.is_empty()) {
            let at = self.notes.partition_point(|(known, _)| *known <= when);
            self.notes.insert(at, (when, note.clone()));
        }
    }

    /// When people were asked, microseconds.
    pub(super) fn requested(&self) -> Option<i64> {
        self.asked.as_ref().map(|((time, _), ..)| micros(*time))
    }

    pub(super) fn quorum(&self) -> Option<Vec<String>> {
        let seats = |part: &Quorum| format!("{}:{}", part.group, part.needed);
        let (_, quorum, _) = self.asked.as_ref()?;
        Some(quorum.iter().map(seats).collect())
    }

    pub(super) fn reasons(&self) -> Option<&[String]> {
        self.asked.as_ref().map(|(.., reasons)| reasons.as_slice())
    }

    /// Nanoseconds since 1970 UTC.
    pub(super) fn expires(&self) -> Option<i64> {
        self.expires.map(|time| time.0)
    }

    pub(super) fn binding(&self) -> Option<&str> {
        self.binding.as_deref()
    }

    /// When the last answer came, microseconds.
    pub(super) fn answered(&self) -> Option<i64> {
        self.answered.map(micros)
    }

    pub(super) fn notes(&self) -> Option<Vec<&str>> {
        let notes = self.notes.iter().map(|(_, note)| note.as_str());
        (!self.notes.is_empty()).then(|| notes.collect())
    }
}
