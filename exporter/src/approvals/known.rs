//! What is remembered of people's words, and where the rest of them stands.
//!
//! Enters: events of the journal's other topic, in order. Leaves: those of one statement, or the offsets between which they stand. Never
//! here: a journal; a statement of which a part is remembered and the rest is not.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use event::fold::Place;
use event::{Event, Payload, StatementId};
use journal::Position;

use crate::limits;

/// What was said of one statement, in order.
pub(super) type Said = Vec<(Place, Arc<Event>)>;

/// What is known.
pub(super) struct Known {
    said: HashMap<StatementId, Said>,
    order: VecDeque<StatementId>,
    /// So many statements are remembered.
    most: usize,
    /// Of those that were forgotten, between which offsets people spoke of them.
    gone: HashMap<StatementId, Range<u64>>,
    /// The same by where that begins: each once, however often it was taken back and forgotten again.
    placed: BTreeMap<u64, StatementId>,
    /// How far was read, and how far there was to read, when somebody waited in vain: until either moves, nobody waits again.
    pub(super) in_vain: Option<(u64, u64)>,
}

impl Known {
    /// Nothing yet; of `most` statements later.
    pub(super) fn of(most: usize) -> Self {
        Self {
            said: HashMap::new(),
            order: VecDeque::new(),
            most,
            gone: HashMap::new(),
            placed: BTreeMap::new(),
            in_vain: None,
        }
    }

    /// What was said of `statement`, if it is remembered.
    pub(super) fn said(&self, statement: StatementId) -> Option<Said> {
        self.said.get(&statement).cloned()
    }

    /// Where that stands, if it was forgotten.
    pub(super) fn gone(&self, statement: StatementId) -> Option<Range<u64>> {
        self.gone.get(&statement).cloned()
    }

    /// Hears one event more.
    pub(super) fn hear(&mut self, position: Position, event: Event) {
        let Some((statement, event)) = word(event) else {
            return;
        };
        // Whoever asks gets all or nothing: what was said before is read again then.
        if let Some(gone) = self.gone.get_mut(&statement) {
            gone.end = gone.end.max(position.offset.0.saturating_add(1));
            return;
        }
        let place = Place::from(position);
        let said = self.said.entry(statement).or_insert_with(|| {
            self.order.push_back(statement);
            Vec::new()
        });
        if said.last().is_none_or(|(last, _)| *last < place) {
            said.push((place, Arc::new(event)));
        }
        self.forget();
    }

    /// Takes back what was forgotten, of the first statements whose events all stand within `read`, from where `events` are: so few that none
    /// of them is forgotten for another.
    pub(super) fn take_back(&mut self, read: &Range<u64>, events: Vec<(Position, Event)>) {
        let few = self.most.div_ceil(2);
        let mut back = HashSet::new();
        for statement in events.iter().filter_map(|(_, event)| event.statement_id) {
            let gone = self.gone.get(&statement);
            let whole = gone.is_some_and(|gone| read.start <= gone.start && gone.end <= read.end);
            if whole
                && back.len() < few
                && let Some(gone) = self.gone.remove(&statement)
            {
                self.placed.remove(&gone.start);
                back.insert(statement);
            }
        }
        for (position, event) in events {
            let taken = |statement: StatementId| back.contains(&statement);
            if event.statement_id.is_some_and(taken) {
                self.hear(position, event);
            }
        }
    }

    /// Keeps of the oldest where their words stand.
    fn forget(&mut self) {
        while self.order.len() > self.most
            && let Some(oldest) = self.order.pop_front()
        {
            let said = self.said.remove(&oldest).unwrap_or_default();
            let places = said.iter().map(|(place, _)| place.offset);
            let Some((first, last)) = places.clone().min().zip(places.max()) else {
                continue;
            };
            self.gone.insert(oldest, first..last.saturating_add(1));
            self.placed.insert(first, oldest);
        }
        while self.placed.len() > limits::APPROVALS_PLACED
            && let Some((_, earliest)) = self.placed.pop_first()
        {
            self.gone.remove(&earliest);
        }
    }
}

/// What people said of a statement, without what is sealed for gateways; none where an event is no such word.
pub(super) fn word(mut event: Event) -> Option<(StatementId, Event)> {
    let statement = event.statement_id?;
    match &mut event.payload {
        Payload::ApprovalRequested(asked) => asked.sealed = Bytes::new(),
        Payload::ApprovalGranted(_)
        | Payload::ApprovalDenied(_)
        | Payload::ApprovalExpired(_)
        | Payload::ApprovalCanceled(_)
        | Payload::StatementClaimed(_) => {}
        _ => return None,
    }
    Some((statement, event))
}

#[cfg(test)]
mod tests {
    use event::Kind;
    use history::retold;
    use journal::Offset;

    use super::*;
    use crate::approvals::CONTROL;

    #[test]
    fn what_is_taken_back_and_forgotten_again_is_placed_once() {
        let events = retold(&history::events(), 12).into_iter();
        let asked = events.filter(|event| event.kind() == Kind::ApprovalRequested);
        let asked: Vec<(Position, Event)> = (0..)
            .zip(asked)
            .map(|(number, event)| {
                let position = Position {
                    partition: CONTROL,
                    offset: Offset(number),
                };
                (position, event)
            })
            .collect();
        let statements: Vec<StatementId> = asked
            .iter()
            .filter_map(|(_, event)| event.statement_id)
            .collect();
        let distinct: HashSet<&StatementId> = statements.iter().collect();
        assert!(distinct.len() >= 12);
        let mut known = Known::of(4);
        for (position, event) in &asked {
            known.hear(*position, event.clone());
        }
        for statement in statements.iter().cycle().take(10 * statements.len()) {
            if let Some(gone) = known.gone(*statement) {
                let read = gone.start..asked.len() as u64;
                let within = asked
                    .iter()
                    .filter(|(position, _)| read.contains(&position.offset.0));
                known.take_back(&read, within.cloned().collect());
            }
            assert!(known.said(*statement).is_some());
            assert_eq!(known.placed.len(), known.gone.len());
            assert_eq!(known.order.len() + known.gone.len(), distinct.len());
        }
    }

    #[test]
    fn only_what_people_said_is_kept_of_what_is_read_again() {
        for event in history::events() {
            let kind = event.kind();
            let said = word(event);
            let is_word = kind.as_str().starts_with("approval.") || kind == Kind::StatementClaimed;
            assert!(is_word || said.is_none(), "{kind:?}");
            if let Some((_, event)) = said
                && let Payload::ApprovalRequested(asked) = &event.payload
            {
                assert!(asked.sealed.is_empty());
            }
        }
    }
}
