//! How far each partition is sealed.
//!
//! Enters: offsets, or the text of a file's footer. Leaves: whether an event lies before the mark. Never here: a clock.

use std::collections::BTreeMap;
use std::fmt;

use journal::Partition;

use crate::rows::parse_partition;

/// For each partition the offset after the last sealed one; a partition that is not named is not sealed at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watermark(BTreeMap<Partition, u64>);

impl Watermark {
    /// Reads what [`fmt::Display`] writes.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut offsets = BTreeMap::new();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            let (partition, offset) = part.split_once('=')?;
            let known = offsets.insert(parse_partition(partition)?, offset.parse().ok()?);
            if known.is_some() {
                return None;
            }
        }
        let mark = Self(offsets);
        (mark.to_string() == text).then_some(mark)
    }

    /// The first offset of `partition` that is not sealed.
    pub fn position(&self, partition: Partition) -> u64 {
        self.0.get(&partition).copied().unwrap_or(0)
    }

    /// Moves `partition` on to `offset`; never back.
    pub(super) fn advance(&mut self, partition: Partition, offset: u64) {
        let known = self.0.entry(partition).or_default();
        *known = offset.max(*known);
    }

    /// Every partition it names, with its offset.
    pub fn iter(&self) -> impl Iterator<Item = (Partition, u64)> + '_ {
        self.0
            .iter()
            .map(|(partition, offset)| (*partition, *offset))
    }

    /// Nothing sealed before `other` is open here.
    pub(crate) fn is_at_or_after(&self, other: &Self) -> bool {
        other
            .iter()
            .all(|(partition, offset)| self.position(partition) >= offset)
    }
}

impl From<&BTreeMap<Partition, u64>> for Watermark {
    fn from(positions: &BTreeMap<Partition, u64>) -> Self {
        Self(positions.clone())
    }
}

/// `firn.control/0=12,firn.events/0=77`.
impl fmt::Display for Watermark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (partition, offset)) in self.iter().enumerate() {
            let comma = if number == 0 { "" } else { "," };
            write!(f, "{comma}{partition}={offset}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use journal::Topic;

    fn partition(topic: Topic, number: u32) -> Partition {
        Partition { topic, number }
    }

    #[test]
    fn what_is_written_is_read_and_nothing_else() {
        let mut mark = Watermark::default();
        assert_eq!(Watermark::parse(""), Some(mark.clone()));
        mark.advance(partition(Topic::Events, 3), 42);
        mark.advance(partition(Topic::Control, 0), 7);
        mark.advance(partition(Topic::Control, 0), 5);
        assert_eq!(Watermark::parse(&mark.to_string()), Some(mark.clone()));
        assert_eq!(mark.position(partition(Topic::Control, 0)), 7);
        assert_eq!(mark.position(partition(Topic::Events, 0)), 0);
        for text in [
            "firn.events/0",
            "firn.events/0=1,firn.events/0=2",
            "x/0=1",
            "firn.events/0=-1",
            "firn.events/0=01",
        ] {
            assert_eq!(Watermark::parse(text), None, "{text}");
        }
    }

    #[test]
    fn marks_are_ordered_partition_by_partition() {
        let (mut low, mut high) = (Watermark::default(), Watermark::default());
        low.advance(partition(Topic::Events, 0), 5);
        high.advance(partition(Topic::Events, 0), 6);
        assert!(high.is_at_or_after(&low) && !low.is_at_or_after(&high));
        low.advance(partition(Topic::Events, 1), 1);
        assert!(!high.is_at_or_after(&low) && !low.is_at_or_after(&high));
    }
}
