//! Words that tables of an account may be others now.
//!
//! Enters: `catalog.invalidated`, in journal order. Leaves: what is stale for whoever knows the account as it was at a place of that
//! order. Never here: what the tables are.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use event::payload::CatalogInvalidated;

use crate::limits::INVALIDATIONS_MAX;

/// Every word that may still matter, by connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stale(BTreeMap<String, Words>);

/// The words about one connection; of the oldest only that they were.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Words {
    kept: VecDeque<(u64, Vec<String>)>,
    /// Up to here anything may have been named.
    forgotten: u64,
    latest: u64,
}

impl Stale {
    /// Folds one, the `place`th record of the topic.
    pub fn add(&mut self, connection: &str, said: &CatalogInvalidated, place: u64) {
        let words = self.0.entry(connection.to_owned()).or_default();
        let mut objects = said.objects.clone();
        if objects.is_empty() {
            objects.push(String::new());
        }
        words.latest = words.latest.max(place);
        words.kept.push_back((place, objects));
        if words.kept.len() > INVALIDATIONS_MAX
            && let Some((place, _)) = words.kept.pop_front()
        {
            words.forgotten = place;
        }
    }

    /// The place of the last word about the connection; 0 if there was none.
    pub fn latest(&self, connection: &str) -> u64 {
        self.0.get(connection).map_or(0, |words| words.latest)
    }

    /// What was named after `known`; an empty name is everything.
    pub fn since(&self, connection: &str, known: u64) -> Vec<String> {
        let Some(words) = self.0.get(connection) else {
            return Vec::new();
        };
        if known < words.forgotten {
            return vec![String::new()];
        }
        let newer = words.kept.iter().filter(|(place, _)| *place > known);
        let objects: BTreeSet<&String> = newer.flat_map(|(_, objects)| objects).collect();
        objects.into_iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(objects: &[&str]) -> CatalogInvalidated {
        let objects = objects.iter().map(|one| (*one).to_owned()).collect();
        CatalogInvalidated { objects }
    }

    #[test]
    fn what_was_said_later_is_stale_and_no_more() {
        let mut stale = Stale::default();
        stale.add("main", &said(&["D.S.B", "D.S.A"]), 3);
        stale.add("other", &said(&[]), 4);
        stale.add("main", &said(&["D.S.A"]), 7);
        assert_eq!(stale.since("main", 0), ["D.S.A", "D.S.B"]);
        assert_eq!(stale.since("main", 3), ["D.S.A"]);
        assert!(stale.since("main", 7).is_empty());
        assert_eq!(stale.since("other", 3), [""]);
        assert_eq!((stale.latest("main"), stale.latest("none")), (7, 0));
    }

    #[test]
    fn what_is_forgotten_is_everything() {
        let mut stale = Stale::default();
        for place in 1..=INVALIDATIONS_MAX as u64 + 2 {
            stale.add("main", &said(&["D.S.T"]), place);
        }
        assert_eq!(stale.since("main", 1), [""]);
        assert_eq!(stale.since("main", 2), ["D.S.T"]);
    }
}
