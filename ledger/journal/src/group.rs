//! Groups inside one process: members share the partitions evenly, and a member that goes leaves its share to the others.
//!
//! Enters: members coming and going. Leaves: each one's partitions, again whenever they change.
//! Never here: anything between processes; there Kafka's groups serve.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use futures::StreamExt;
use parking_lot::Mutex;
use tokio::sync::watch;
use tokio_stream::wrappers::WatchStream;

use super::{Assignments, Partition};

type Members = BTreeMap<u64, watch::Sender<Vec<Partition>>>;

/// All groups of one journal.
#[derive(Clone, Default)]
pub(super) struct Groups(Arc<Mutex<Registry>>);

#[derive(Default)]
struct Registry {
    next_member: u64,
    groups: HashMap<String, Members>,
}

impl Groups {
    /// Joins `group` over `partitions`; dropping the stream leaves it.
    pub(super) fn join(&self, group: &str, partitions: &[Partition]) -> Assignments {
        let mut registry = self.0.lock();
        let member = registry.next_member;
        registry.next_member += 1;
        let (sender, receiver) = watch::channel(Vec::new());
        let members = registry.groups.entry(group.to_owned()).or_default();
        members.insert(member, sender);
        share(members, partitions);
        let leave = Leave {
            groups: self.clone(),
            group: group.to_owned(),
            member,
            partitions: partitions.to_vec(),
        };
        WatchStream::new(receiver)
            .map(move |assigned| {
                let _ = &leave;
                Ok(assigned)
            })
            .boxed()
    }
}

fn share(members: &Members, partitions: &[Partition]) {
    let count = members.len();
    for (rank, sender) in members.values().enumerate() {
        let mine: Vec<Partition> = partitions
            .iter()
            .copied()
            .skip(rank)
            .step_by(count)
            .collect();
        sender.send_if_modified(|current| {
            let changed = *current != mine;
            *current = mine;
            changed
        });
    }
}

/// Leaves the group when the member's stream is dropped.
struct Leave {
    groups: Groups,
    group: String,
    member: u64,
    partitions: Vec<Partition>,
}

impl Drop for Leave {
    fn drop(&mut self) {
        let mut registry = self.groups.0.lock();
        let Some(members) = registry.groups.get_mut(&self.group) else {
            return;
        };
        members.remove(&self.member);
        if members.is_empty() {
            registry.groups.remove(&self.group);
        } else {
            share(members, &self.partitions);
        }
    }
}
