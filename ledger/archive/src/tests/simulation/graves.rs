//! What went, held against the rules and the holds of its moment.
//!
//! Enters: what processes ask of the store; the archive in the end. Leaves: nothing, or a panic that says what should not have gone, or is
//! not accounted for. Never here: what retention itself says of what it saw.
//!
//! Retention looks for holds between a tombstone and the commit that needs it. A hold that was acknowledged before that commit covers what
//! it covers; one that was lifted after the look was still in force for it.

use std::collections::{BTreeMap, BTreeSet};

use event::Event;
use journal::{Offset, Position};
use parking_lot::Mutex;

use super::super::retention::holds;
use super::super::retention::world::{Kept, expected};
use super::counsel::{Look, binding};
use super::reading;
use super::turns::Life;
use super::world::World;
use crate::Archive;
use crate::tombstone::Gone;

/// How far a process is that lets something go.
enum Dug {
    /// It wrote this tombstone.
    Stone(String),
    /// It looks for holds.
    Looks(String),
    /// It had looked then, and is about to commit.
    Looked(String, u64),
}

/// What whoever let something go must have known of holds, by the name of the tombstone.
#[derive(Default)]
pub(super) struct Graves {
    digging: Mutex<BTreeMap<Life, Dug>>,
    looks: Mutex<BTreeMap<String, Look>>,
}

impl Graves {
    /// A process asks something of the store.
    pub(super) fn notice(&self, life: Life, what: &str, now: u64) {
        let mut digging = self.digging.lock();
        if what.starts_with("put ") && what.contains("/_tombstones/") {
            let name = what.rsplit('/').next().unwrap_or_default();
            digging.insert(life, Dug::Stone(name.to_owned()));
            return;
        }
        let of_holds = what.contains("archive/retention/");
        match digging.remove(&life) {
            Some(Dug::Stone(name)) if of_holds => {
                digging.insert(life, Dug::Looks(name));
            }
            Some(Dug::Looks(name)) if !of_holds => {
                digging.insert(life, Dug::Looked(name, now));
            }
            Some(other) => {
                digging.insert(life, other);
            }
            None => {}
        }
    }

    /// A process has put an object, whether it hears of that or not.
    pub(super) fn landed(&self, life: Life, location: &str, now: u64) {
        let is_commit = location.contains("/events/_delta_log/") && location.ends_with(".json");
        let mut digging = self.digging.lock();
        if is_commit && let Some(Dug::Looked(name, until)) = digging.get(&life) {
            let (from, until) = (now, *until);
            self.looks.lock().insert(name.clone(), Look { from, until });
            digging.remove(&life);
        }
    }

    /// Who judges looks when everything is over.
    fn look(&self, name: &str) -> Look {
        self.looks.lock().get(name).copied().unwrap_or(Look::LAST)
    }
}

/// What one tombstone stands for.
struct Grave {
    name: String,
    gone: Gone,
    positions: BTreeSet<Position>,
}

/// What is missing is what tombstones stand for, and all of that was due and not held. How many tombstones there are.
pub(super) async fn assert_accounted(world: &World, archive: &Archive) -> usize {
    let all = world.events();
    let snapshot = archive.snapshot().await.unwrap();
    let there = reading::read(world, &snapshot).await.unwrap();
    let there: BTreeSet<Position> = there.iter().map(|(position, _)| *position).collect();
    let graves = graves(archive, &all).await;
    let mut gone = BTreeSet::new();
    for position in graves.iter().flat_map(|grave| &grave.positions) {
        assert!(!there.contains(position), "{position:?} went and is there");
        assert!(gone.insert(*position), "{position:?} went twice");
    }
    for (position, event) in &all {
        let is_known = there.contains(position) || gone.contains(position);
        assert!(is_known, "{position:?} {:?} is nowhere", event.kind());
    }
    assert!(
        graves.is_empty() || world.kept.is_some(),
        "something went without a rule"
    );
    if let Some(kept) = world.kept {
        for grave in &graves {
            assert_due(world, &kept, grave, &all, &gone);
        }
    }
    graves.len()
}

async fn graves(archive: &Archive, all: &[(Position, Event)]) -> Vec<Grave> {
    let snapshot = archive.snapshot().await.unwrap();
    let mut graves = Vec::new();
    for partition in snapshot.next_offsets().keys().copied() {
        for tombstone in snapshot.tombstones(partition).await.unwrap() {
            let (_, digest) = tombstone.encode().unwrap();
            let Some(gone) = tombstone.gone else { continue };
            let place = |offset| Position {
                partition,
                offset: Offset(offset),
            };
            let mut positions = BTreeSet::new();
            for gap in &gone.gaps {
                let within = place(gap.first)..=place(gap.last);
                let before = positions.len() as u64;
                let inside = all.iter().map(|(position, _)| *position);
                positions.extend(inside.filter(|position| within.contains(position)));
                assert_eq!(positions.len() as u64 - before, gap.leaves, "{gap:?}");
            }
            let by_rules: u64 = gone.rules.iter().map(|rule| rule.events).sum();
            let by_parts: u64 = gone.segments.iter().map(|segment| segment.count).sum();
            let went = positions.len() as u64;
            assert_eq!((gone.leaves, by_rules, by_parts), (went, went, went));
            graves.push(Grave {
                name: format!("{digest}.json"),
                gone,
                positions,
            });
        }
    }
    graves
}

/// By what retention knew for certain: what was archived when it began and never went, besides what this tombstone stands for. It may
/// have known more, which only makes sessions younger and holds wider.
fn assert_due(
    world: &World,
    kept: &Kept,
    grave: &Grave,
    all: &[(Position, Event)],
    gone: &BTreeSet<Position>,
) {
    let begun = world.begun.lock();
    let archived = begun.get(&grave.gone.by);
    let archived = archived.unwrap_or_else(|| panic!("{} let nothing go", grave.gone.by));
    let is_known = |position: &Position| {
        let end = archived.get(&position.partition).copied().unwrap_or(0);
        grave.positions.contains(position) || (position.offset.0 < end && !gone.contains(position))
    };
    let known = all.iter().filter(|(position, _)| is_known(position));
    let known: Vec<(Position, Event)> = known.cloned().collect();
    let look = world.stage.graves.look(&grave.name);
    let scopes = binding(world, look);
    let held = |event: &Event, together: &[&Event]| {
        let mut scopes = scopes.iter();
        scopes.any(|scope| holds(scope, event, together))
    };
    for (position, event) in expected(&known, kept, grave.gone.at, held) {
        assert!(
            !grave.positions.contains(&position),
            "{position:?} {:?} went by {} at {:?}, {look:?}, and was not due, or held: {scopes:?}",
            event.kind(),
            grave.gone.by,
            grave.gone.at
        );
    }
}
