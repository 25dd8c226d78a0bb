//! Defects, one at a time: whoever lets one pass is blind.
//!
//! Enters: a put, for defects of the store; the others are where the simulation's own processes are. Leaves: what a wrong store makes of it;
//! and a test in which some history finds each, and the same histories find nothing without. Never here: a hook in what is tested.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::panic::catch_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use object_store::path::Path;
use object_store::{PutMode, PutPayload};
use parking_lot::Mutex;
use serde_json::Value;

use super::{Case, THREADS, simulated};

/// Short histories in which each defect is looked for, until one finds it.
const SEEDS: std::ops::Range<u64> = 0..3;
/// By so many offsets a wrong watermark is ahead.
const AHEAD: u64 = 3;

/// A defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mutant {
    /// A store that takes a file of events and has none then.
    FileForgotten,
    /// A store that creates what is there.
    CreatesTwice,
    /// Sealed rows that are said to be folds of more events than they are.
    MarkAhead,
    /// A tombstone that counts one event more than went.
    CountWrong,
    /// A hold that is acknowledged and is not there.
    HoldForgotten,
    /// A recorder that moves its offset before the commit.
    OffsetFirst,
    /// A recorder that leaves out a record.
    RecordLeftOut,
    /// A reader that takes a file and what it replaced.
    BothGenerations,
    /// A compactor that loses the last row.
    RowDropped,
}

impl Mutant {
    const ALL: [Self; 9] = [
        Self::FileForgotten,
        Self::CreatesTwice,
        Self::MarkAhead,
        Self::CountWrong,
        Self::HoldForgotten,
        Self::OffsetFirst,
        Self::RecordLeftOut,
        Self::BothGenerations,
        Self::RowDropped,
    ];

    /// What is put instead; nothing, of what is forgotten.
    pub(super) fn put(
        self,
        location: &Path,
        payload: PutPayload,
        mode: &mut PutMode,
    ) -> Option<PutPayload> {
        let place = location.to_string();
        let is_entry = place.contains("/_delta_log/") && place.ends_with(".json");
        let is_file = place.contains("/events/") && place.ends_with(".parquet");
        let is_stone = place.contains("/_tombstones/");
        match self {
            Self::FileForgotten => (!(is_file && is_unlucky(&place))).then_some(payload),
            Self::HoldForgotten => (!place.contains("/retention/holds/")).then_some(payload),
            Self::MarkAhead if is_entry => Some(edited(payload, ahead)),
            Self::CountWrong if is_stone => Some(edited(payload, miscounted)),
            Self::CreatesTwice => {
                if *mode == PutMode::Create {
                    *mode = PutMode::Overwrite;
                }
                Some(payload)
            }
            Self::MarkAhead
            | Self::CountWrong
            | Self::OffsetFirst
            | Self::RecordLeftOut
            | Self::BothGenerations
            | Self::RowDropped => Some(payload),
        }
    }
}

/// Every other file is; a checkpoint of a log never.
fn is_unlucky(place: &str) -> bool {
    let mut hasher = DefaultHasher::new();
    place.hash(&mut hasher);
    hasher.finish() % 2 == 1 && !place.contains("/_delta_log/")
}

/// JSON lines, each edited.
fn edited(payload: PutPayload, edit: impl Fn(&mut Value)) -> PutPayload {
    let bytes = Bytes::from(payload);
    let lines = bytes.split(|byte| *byte == b'\n');
    let lines = lines.filter(|line| !line.is_empty()).map(|line| {
        let mut said: Value = serde_json::from_slice(line).unwrap();
        edit(&mut said);
        said.to_string()
    });
    let edited = lines.collect::<Vec<String>>().join("\n");
    edited.into()
}

/// The watermark of a sealed file, `firn.events/0=77,...`, as an action of the log has it.
fn ahead(action: &mut Value) {
    let tags = action.get_mut("add").and_then(|add| add.get_mut("tags"));
    let Some(mark) = tags.and_then(|tags| tags.get_mut("firn.to")) else {
        return;
    };
    let said = mark.as_str().unwrap_or_default().to_owned();
    let moved = said.split(',').map(|part| {
        let Some((partition, offset)) = part.split_once('=') else {
            return part.to_owned();
        };
        let offset: u64 = offset.parse().unwrap();
        format!("{partition}={}", offset + AHEAD)
    });
    *mark = Value::from(moved.collect::<Vec<String>>().join(","));
}

fn miscounted(stone: &mut Value) {
    let gone = stone.get_mut("gone");
    if let Some(leaves) = gone.and_then(|gone| gone.get_mut("leaves")) {
        *leaves = Value::from(leaves.as_u64().unwrap_or(0) + 1);
    }
}

/// The first seed that finds a defect; none also where there is none to find.
fn finds(mutant: Option<Mutant>) -> Option<u64> {
    let mut seeds = SEEDS;
    seeds.find(|seed| {
        let case = Case {
            seed: *seed,
            is_short: true,
            mutant,
        };
        let found = catch_unwind(|| simulated(case));
        match &found {
            Ok(told) => eprintln!("{mutant:?}, seed {seed}: {told}"),
            Err(_) => eprintln!("{mutant:?}, seed {seed}: found"),
        }
        found.is_err()
    })
}

#[test]
fn each_defect_is_found_and_without_one_nothing_is() {
    let mut cases = vec![None];
    cases.extend(Mutant::ALL.map(Some));
    let next = AtomicUsize::new(0);
    let wrong = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(mutant) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    match (mutant, finds(*mutant)) {
                        (None, Some(seed)) => wrong
                            .lock()
                            .push(format!("seed {seed} goes wrong without a defect")),
                        (Some(mutant), None) => {
                            wrong.lock().push(format!("nothing finds {mutant:?}"));
                        }
                        (None, None) | (Some(_), Some(_)) => {}
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner();
    assert!(wrong.is_empty(), "{wrong:?}");
}
