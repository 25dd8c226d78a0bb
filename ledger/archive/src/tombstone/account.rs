//! What a tombstone says of events that are to go.
//!
//! Enters: their numbers and hashes, and the leaves that stay. Leaves: gaps with leaf numbers and roots, numbers of runs, segments of parts.
//! Never here: I/O, or an event's payload.

use std::collections::BTreeSet;

use event::{Digest, EventId, RunId, SessionId, TimeNs};

use super::{Gap, RunNumbers, Segment};

/// An event that is to go, as its tombstone knows it.
#[derive(Clone, Debug)]
pub(crate) struct Going {
    pub(crate) offset: u64,
    pub(crate) hash: Digest,
    pub(crate) event_id: EventId,
    pub(crate) run: RunId,
    pub(crate) seq: u64,
    pub(crate) session: Option<SessionId>,
    pub(crate) index: u64,
    pub(crate) previous: Digest,
    pub(crate) time: TimeNs,
}

/// Leaves that stay, and those that went before: what the numbers of others are counted from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Standing {
    /// Offsets of leaves that stay.
    pub(crate) kept: BTreeSet<u64>,
    /// First offset and leaves of each earlier gap.
    pub(crate) earlier: Vec<(u64, u64)>,
}

/// Gaps of `going`, which are in order of their offsets, among leaves from number `leaf` on.
pub(crate) fn gaps(going: &[Going], standing: &Standing, leaf: u64) -> Vec<Gap> {
    enum Leaf<'a> {
        Stays(u64),
        Goes(&'a Going),
    }
    let kept = standing.kept.iter().map(|offset| (*offset, Leaf::Stays(1)));
    let earlier = standing.earlier.iter();
    let earlier = earlier.map(|(offset, leaves)| (*offset, Leaf::Stays(*leaves)));
    let going = going.iter().map(|going| (going.offset, Leaf::Goes(going)));
    let mut all: Vec<(u64, Leaf<'_>)> = kept.chain(earlier).chain(going).collect();
    all.sort_by_key(|(offset, _)| *offset);
    let mut gaps: Vec<(Gap, Vec<Digest>)> = Vec::new();
    let mut open = false;
    let mut next = leaf;
    for (offset, leaf) in all {
        match leaf {
            Leaf::Stays(leaves) => {
                open = false;
                next += leaves;
            }
            Leaf::Goes(going) => {
                if !open {
                    let gap = Gap {
                        first: offset,
                        last: offset,
                        leaf: next,
                        leaves: 0,
                        roots: Vec::new(),
                    };
                    gaps.push((gap, Vec::new()));
                    open = true;
                }
                if let Some((gap, hashes)) = gaps.last_mut() {
                    gap.last = offset;
                    gap.leaves += 1;
                    hashes.push(leaf_hash(&going.hash));
                }
                next += 1;
            }
        }
    }
    let rooted = |(gap, hashes): (Gap, Vec<Digest>)| Gap {
        roots: roots(gap.leaf, &hashes),
        ..gap
    };
    gaps.into_iter().map(rooted).collect()
}

/// Numbers of runs that go.
pub(crate) fn numbers(going: &[Going]) -> Vec<RunNumbers> {
    let mut all: Vec<(RunId, u64)> = going.iter().map(|going| (going.run, going.seq)).collect();
    all.sort_unstable();
    all.dedup();
    let mut runs: Vec<RunNumbers> = Vec::new();
    for (run, seq) in all {
        if runs.last().is_none_or(|last| last.run != run) {
            let numbers = Vec::new();
            runs.push(RunNumbers { run, numbers });
        }
        let Some(last) = runs.last_mut() else {
            continue;
        };
        match last.numbers.last_mut() {
            Some((_, end)) if *end + 1 == seq => *end = seq,
            _ => last.numbers.push((seq, seq)),
        }
    }
    runs
}

/// Segments of parts that go. Where neighbours do not follow one another by number and hash, the chain is broken, and stays so.
pub(crate) fn segments(going: &[Going]) -> Vec<Segment> {
    let mut all: Vec<&Going> = going.iter().collect();
    all.sort_by_key(|going| (going.run, going.session, going.index, going.offset));
    let mut segments: Vec<Segment> = Vec::new();
    for going in all {
        if let Some(last) = segments.last_mut()
            && (last.run, last.session) == (going.run, going.session)
            && last.first + last.count == going.index
            && last.head == going.previous
        {
            last.count += 1;
            last.head = going.hash;
            last.until = last.until.max(going.time);
            continue;
        }
        segments.push(Segment {
            run: going.run,
            session: going.session,
            first: going.index,
            count: 1,
            previous: going.previous,
            head: going.hash,
            seq: going.seq,
            event_id: going.event_id,
            offset: going.offset,
            until: going.time,
        });
    }
    segments
}

/// RFC 6962: a leaf is the record's hash.
fn leaf_hash(hash: &Digest) -> Digest {
    Digest::of(&[&[0], hash.as_bytes().as_slice()].concat())
}

/// Roots of the largest whole subtrees over leaves from number `first` on, in order: a subtree of 2^n leaves begins at a multiple of 2^n.
fn roots(first: u64, leaves: &[Digest]) -> Vec<Digest> {
    let mut roots = Vec::new();
    let (mut at, mut left) = (first, leaves);
    while !left.is_empty() {
        let size = whole(at, left.len() as u64);
        let (tree, rest) = left.split_at(usize::try_from(size).unwrap_or(left.len()));
        roots.push(root(tree));
        at += size;
        left = rest;
    }
    roots
}

/// How many roots stand for so many leaves from number `first` on.
pub(crate) fn roots_of(first: u64, leaves: u64) -> u64 {
    let (mut at, mut left, mut count) = (first, leaves, 0);
    while left > 0 {
        let size = whole(at, left);
        at = at.saturating_add(size);
        left -= size;
        count += 1;
    }
    count
}

/// Leaves of the largest whole subtree that begins at number `at` and has `most` at most.
fn whole(at: u64, most: u64) -> u64 {
    let aligned = match at {
        0 => 63,
        at => at.trailing_zeros(),
    };
    1 << aligned.min(most.ilog2()).min(62)
}

/// The root over a power of two of hashes.
fn root(hashes: &[Digest]) -> Digest {
    let mut level = hashes.to_vec();
    while level.len() > 1 {
        let pairs = level.chunks(2).map(|pair| match pair {
            [left, right] => {
                Digest::of(&[&[1], left.as_bytes().as_slice(), right.as_bytes()].concat())
            }
            _ => pair.first().copied().unwrap_or(Digest::ZERO),
        });
        level = pairs.collect();
    }
    level.first().copied().unwrap_or(Digest::ZERO)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    /// RFC 6962, §2.1, as it is written there: the oracle.
    fn mth(leaves: &[Digest]) -> Digest {
        match leaves {
            [one] => *one,
            many => {
                let mut split = 1;
                while split * 2 < many.len() {
                    split *= 2;
                }
                let (left, right) = many.split_at(split);
                let (left, right) = (mth(left), mth(right));
                Digest::of(&[&[1], left.as_bytes().as_slice(), right.as_bytes()].concat())
            }
        }
    }

    /// The root over whole subtrees in order, each with its first leaf and its size.
    fn joined(mut trees: Vec<(u64, u64, Digest)>) -> Digest {
        loop {
            let twins = trees
                .windows(2)
                .position(|pair| pair[0].1 == pair[1].1 && pair[0].0 % (pair[0].1 * 2) == 0);
            let Some(at) = twins else { break };
            let (left, right) = (trees[at], trees.remove(at + 1));
            let node = [&[1], left.2.as_bytes().as_slice(), right.2.as_bytes()].concat();
            trees[at] = (left.0, left.1 * 2, Digest::of(&node));
        }
        let mut trees = trees.into_iter().rev().map(|(.., root)| root);
        let last = trees.next().unwrap();
        trees.fold(last, |right, left| {
            Digest::of(&[&[1], left.as_bytes().as_slice(), right.as_bytes()].concat())
        })
    }

    fn going(number: u64) -> Going {
        Going {
            offset: number * 2,
            hash: Digest::of(&number.to_be_bytes()),
            event_id: EventId::from_uuid(Uuid::from_u128(u128::from(number))),
            run: RunId::from_uuid(Uuid::from_u128(7)),
            seq: number,
            session: None,
            index: number,
            previous: Digest::of(&number.wrapping_sub(1).to_be_bytes()),
            time: TimeNs(5),
        }
    }

    proptest! {
        #[test]
        fn the_root_over_all_leaves_comes_of_gaps_and_what_stays(
            goes in proptest::collection::vec(any::<bool>(), 1..70),
        ) {
            let all: Vec<Going> = (0..goes.len() as u64).map(going).collect();
            let leaves: Vec<Digest> = all.iter().map(|leaf| leaf_hash(&leaf.hash)).collect();
            let gone: Vec<Going> = all.iter().zip(&goes).filter(|(_, goes)| **goes).map(|(leaf, _)| leaf.clone()).collect();
            let mut standing = Standing::default();
            let mut trees = Vec::new();
            for (number, stays) in goes.iter().map(|goes| !goes).enumerate().filter(|(_, stays)| *stays) {
                assert!(stays);
                standing.kept.insert(all[number].offset);
                trees.push((number as u64, 1, leaves[number]));
            }
            for gap in gaps(&gone, &standing, 0) {
                prop_assert_eq!(gap.roots.len() as u64, roots_of(gap.leaf, gap.leaves));
                let (mut at, mut left) = (gap.leaf, gap.leaves);
                for root in &gap.roots {
                    let size = whole(at, left);
                    trees.push((at, size, *root));
                    at += size;
                    left -= size;
                }
            }
            trees.sort_by_key(|(first, ..)| *first);
            prop_assert_eq!(joined(trees), mth(&leaves));
        }

        #[test]
        fn numbers_count_on_over_what_went_before(
            fates in proptest::collection::vec(0..3_u8, 1..60), leaf in 0..1_000_u64,
        ) {
            // What goes now among what stays, and among what went before, has the same numbers.
            let all: Vec<Going> = (0..fates.len() as u64).map(going).collect();
            let of = |fate: u8| all.iter().zip(&fates).filter(move |(_, of)| **of == fate).map(|(leaf, _)| leaf.clone());
            let now: Vec<Going> = of(0).collect();
            let before: Vec<Going> = of(1).collect();
            let kept: BTreeSet<u64> = of(2).map(|leaf| leaf.offset).collect();
            let others = kept.iter().copied().chain(now.iter().map(|leaf| leaf.offset)).collect();
            let earlier = gaps(&before, &Standing { kept: others, earlier: Vec::new() }, leaf);
            let earlier: Vec<(u64, u64)> = earlier.iter().map(|gap| (gap.first, gap.leaves)).collect();
            let found = gaps(&now, &Standing { kept, earlier }, leaf);
            let counted: u64 = found.iter().map(|gap| gap.leaves).sum();
            prop_assert_eq!(counted, now.len() as u64);
            for gap in found {
                prop_assert_eq!(gap.leaf, leaf + gap.first / 2);
            }
        }
    }

    #[test]
    fn segments_follow_the_chain_and_end_where_it_does() {
        let mut all: Vec<Going> = (0..6).map(going).collect();
        all[3].previous = Digest::ZERO;
        all.remove(1);
        let segments = segments(&all);
        let told: Vec<_> = segments
            .iter()
            .map(|part| (part.first, part.count))
            .collect();
        assert_eq!(told, [(0, 1), (2, 1), (3, 3)]);
        assert_eq!(segments[2].head, Digest::of(&5_u64.to_be_bytes()));
        let runs = numbers(&all);
        assert_eq!(runs.len(), 1);
        assert_eq!(runs[0].numbers, [(0, 0), (2, 5)]);
    }
}
