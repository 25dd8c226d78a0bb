//! Whole histories by seed: gateways, recorders, keepers and readers over one store that fails, each killed, cut off, asleep or doubled at
//! any of its steps; and every event is there once, every answer is the fold of them, and the record is proved.
//!
//! Enters: seeds; `FIRN_SEEDS=from..to` names others than the usual ones. Leaves: nothing, or the seed that went wrong, with its schedule.
//! Never here: a history that depends on more than its seed, as far as the libraries below allow: what they do on threads of their own is
//! in the turn of whoever waits for it.

mod gateway;
mod member;
mod outcome;
mod schedule;
mod store;
mod turns;
mod world;

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use schedule::Schedule;
use turns::Turns;

/// Seeds of every run of the tests: one takes a debug build some 18 seconds of a core.
const USUAL: Range<u64> = 0..1;
/// Histories at once.
const THREADS: usize = 2;

/// Prints how it came to a panic.
struct Told {
    seed: u64,
    turns: Arc<Turns>,
}

impl Drop for Told {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let told = self.turns.told().join("\n");
            let seed = self.seed;
            eprintln!("{told}\nFIRN_SEEDS={seed}..{} goes wrong", seed + 1);
        }
    }
}

/// One history; what happened in it.
fn simulated(seed: u64) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut schedule = Schedule::drawn(seed);
        let told = Told {
            seed,
            turns: Arc::clone(&schedule.turns),
        };
        Box::pin(schedule.play()).await;
        Box::pin(outcome::judge(&schedule.world)).await;
        told.turns.told()
    })
}

fn seeds() -> Range<u64> {
    let Ok(said) = std::env::var("FIRN_SEEDS") else {
        return USUAL;
    };
    let (from, to) = said.split_once("..").expect("FIRN_SEEDS=from..to");
    from.parse().unwrap()..to.parse().unwrap()
}

#[test]
fn histories_of_many_seeds_lose_nothing_double_nothing_and_are_proved() {
    let seeds = seeds();
    let next = AtomicU64::new(seeds.start);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        return;
                    }
                    let began = std::time::Instant::now();
                    let told = simulated(seed);
                    eprintln!("{seed}: {} lines, {:?}", told.len(), began.elapsed());
                }
            });
        }
    });
}
