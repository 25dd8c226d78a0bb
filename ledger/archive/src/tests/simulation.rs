//! Whole histories by seed: gateways, recorders, keepers, counsel and readers over one store that fails and lists late, each killed, cut off,
//! asleep or doubled at any of its steps; and every event is there once or went by a rule, nothing that was held went, every answer is the
//! fold of them, and the record is proved.
//!
//! Enters: seeds; `FIRN_SEEDS=from..to` names others than the usual ones. Leaves: a line for each, or the seed that went wrong, with its
//! schedule. Never here: a history that depends on more than its seed, as far as the libraries below allow: what they do on threads of their
//! own is in the turn of whoever waits for it.

mod compactor;
mod counsel;
mod gateway;
mod graves;
mod lists;
mod member;
mod mutants;
mod outcome;
mod reading;
mod schedule;
mod stage;
mod store;
mod turns;
mod world;
mod wrong;

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use mutants::Mutant;
use schedule::Schedule;
use turns::Turns;

/// Seeds of every run of the tests: one takes a debug build some 18 seconds of a core.
const USUAL: Range<u64> = 0..1;
/// Histories at once.
const THREADS: usize = 2;

/// What a history is drawn from.
#[derive(Clone, Copy, Debug)]
struct Case {
    seed: u64,
    /// Few events, one process of each role and two recorders, and everything goes soon.
    is_short: bool,
    /// A defect that the history is to find.
    mutant: Option<Mutant>,
}

/// Prints how it came to a panic, unless that is what is wanted.
struct Told {
    case: Case,
    turns: Arc<Turns>,
}

impl Drop for Told {
    fn drop(&mut self) {
        if std::thread::panicking() && self.case.mutant.is_none() {
            let told = self.turns.told().join("\n");
            let Case { seed, is_short, .. } = self.case;
            let what = if is_short { "short, " } else { "" };
            eprintln!("{told}\n{what}FIRN_SEEDS={seed}..{} goes wrong", seed + 1);
        }
    }
}

/// One history; what happened in it, in a line.
fn simulated(case: Case) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut schedule = Schedule::drawn(case);
        let _told = Told {
            case,
            turns: Arc::clone(&schedule.turns),
        };
        Box::pin(schedule.play()).await;
        let erasures = Box::pin(outcome::judge(&schedule.world)).await;
        schedule.summed_up(erasures)
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
                    let told = simulated(Case {
                        seed,
                        is_short: false,
                        mutant: None,
                    });
                    eprintln!("seed {seed}: {told}, {:?}", began.elapsed());
                }
            });
        }
    });
}
