//! The Merkle tree over a partition's leaves (RFC 6962), grown leaf by leaf.
//!
//! Enters: hashes of events in journal order. Leaves: the root, whatever was there when it was asked before. Never here: the leaves: of
//! any number of them some sixty hashes are kept.

use event::Digest;
use serde::{Deserialize, Serialize};

/// Whole subtrees from the left, each smaller than the one before it: leaves, root.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tree(Vec<(u64, Digest)>);

impl Tree {
    pub(super) fn leaves(&self) -> u64 {
        self.0.iter().map(|(leaves, _)| leaves).sum()
    }

    pub(super) fn push(&mut self, leaf: Digest) {
        let (mut leaves, mut root) = (1, leaf);
        while let Some((_, left)) = self.0.pop_if(|(left, _)| *left == leaves) {
            root = node(&left, &root);
            leaves *= 2;
        }
        self.0.push((leaves, root));
    }

    pub(super) fn root(&self) -> Digest {
        let mut trees = self.0.iter().rev().map(|(_, root)| *root);
        let Some(last) = trees.next() else {
            return Digest::of(&[]);
        };
        trees.fold(last, |right, left| node(&left, &right))
    }
}

fn node(left: &Digest, right: &Digest) -> Digest {
    let mut bytes = [1; 65];
    bytes[1..33].copy_from_slice(left.as_bytes());
    bytes[33..].copy_from_slice(right.as_bytes());
    Digest::of(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6962, §2.1, as it is written there.
    fn mth(leaves: &[Digest]) -> Digest {
        match leaves {
            [] => Digest::of(&[]),
            [one] => *one,
            many => {
                let mut split = 1;
                while split * 2 < many.len() {
                    split *= 2;
                }
                let (left, right) = many.split_at(split);
                node(&mth(left), &mth(right))
            }
        }
    }

    #[test]
    fn the_root_is_the_one_of_the_whole_list() {
        let leaves: Vec<Digest> = (0..70_u8).map(|leaf| Digest::of(&[leaf])).collect();
        let mut tree = Tree::default();
        for (number, leaf) in leaves.iter().enumerate() {
            assert_eq!(tree.root(), mth(&leaves[..number]));
            assert_eq!(tree.leaves(), number as u64);
            tree.push(*leaf);
        }
    }
}
