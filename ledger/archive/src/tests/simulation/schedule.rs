//! Who lives, who dies and who sleeps, and for how long: one history of one seed.
//!
//! Enters: a seed. Leaves: the world after it, at rest. Never here: a wall clock that decides anything.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::super::Draw;
use super::Case;
use super::gateway;
use super::member::{Member, Role};
use super::store::Way;
use super::turns::{Life, Turns};
use super::world::World;

/// Turns after which a simulation that has no end is wrong.
const TURNS_MAX: u64 = 60_000;
/// The same, of a short one.
const SHORT_TURNS_MAX: u64 = 15_000;

/// Of so many turns one is a gateway's.
const GATEWAYS_TURN: usize = 40;

struct Process {
    role: Role,
    way: Arc<Way>,
    cut: Arc<Notify>,
    running: Option<JoinHandle<()>>,
    /// Until that turn nothing of it goes on.
    asleep: u64,
}

/// A simulation under way.
pub(super) struct Schedule {
    case: Case,
    pub(super) world: Arc<World>,
    pub(super) turns: Arc<Turns>,
    draw: Draw,
    processes: Vec<Process>,
    lives: AtomicU64,
    permille: u64,
    /// Of 1,000 turns, in how many somebody dies, is cut off, or falls asleep.
    trouble: usize,
    kills: u64,
}

impl Schedule {
    pub(super) fn drawn(case: Case) -> Self {
        let mut draw = Draw::new(!case.seed);
        let mut schedule = Self {
            case,
            world: Arc::new(World::drawn(case)),
            turns: Arc::new(Turns::new()),
            processes: Vec::new(),
            lives: AtomicU64::new(0),
            permille: [0, 5, 20, 60][draw.below(4)],
            trouble: [0, 4, 12, 30][draw.below(4)],
            kills: 0,
            draw,
        };
        if case.is_short {
            (schedule.permille, schedule.trouble) = (20, 12);
        }
        let mut roles = vec![Role::Gateway, Role::Recorder, Role::Keeper, Role::Reader];
        for role in [Role::Gateway, Role::Recorder, Role::Recorder, Role::Keeper] {
            if schedule.draw.below(2) == 0 {
                roles.push(role);
            }
        }
        if case.is_short {
            // One of each, and two recorders: nothing goes wrong between fewer.
            roles.truncate(4);
            roles.push(Role::Recorder);
        }
        if schedule.world.kept.is_some() {
            roles.push(Role::Counsel);
        }
        for (process, role) in roles.into_iter().enumerate() {
            let way = schedule.way(process);
            schedule.processes.push(Process {
                role,
                way,
                cut: Arc::default(),
                running: None,
                asleep: 0,
            });
        }
        schedule
    }

    fn way(&self, process: usize) -> Arc<Way> {
        let number = self.lives.fetch_add(1, Ordering::Relaxed);
        let life = Life { process, number };
        let stage = &self.world.stage;
        let (seed, permille) = (self.case.seed, self.permille);
        Arc::new(Way::new(life, &self.turns, stage, seed, permille))
    }

    /// Begins another life of a process.
    fn start(&mut self, process: usize) {
        let way = self.way(process);
        let seed = self.case.seed ^ (way.life.number << 40);
        let (world, turns, cut) = (
            Arc::clone(&self.world),
            Arc::clone(&self.turns),
            Arc::default(),
        );
        let role = self.processes[process].role;
        let member = Member {
            world: Arc::clone(&world),
            way: Arc::clone(&way),
            role,
            draw: Draw::new(seed),
            cut: Arc::clone(&cut),
            lines: BTreeMap::new(),
        };
        let living = Arc::clone(&way);
        let running = tokio::spawn(async move {
            let _over = Over(turns);
            match role {
                Role::Gateway => Box::pin(gateway::run(world, living, seed)).await,
                Role::Recorder | Role::Keeper | Role::Reader | Role::Counsel => {
                    Box::pin(member.run()).await;
                }
            }
        });
        let process = &mut self.processes[process];
        process.way = way;
        process.cut = cut;
        process.running = Some(running);
        process.asleep = 0;
    }

    /// A process dies where it stands.
    async fn kill(&mut self, process: usize) {
        let dying = &mut self.processes[process];
        dying.way.dead.store(true, Ordering::Relaxed);
        if let Some(running) = dying.running.take() {
            running.abort();
            // Whether it had come to its end before is the same to everybody.
            if let Err(error) = running.await
                && error.is_panic()
            {
                std::panic::resume_unwind(error.into_panic());
            }
        }
        self.turns.bury(dying.way.life);
        self.turns.tell(format!("{process} dies"));
        self.kills += 1;
    }

    /// Every process that is alive waits for its turn; those that came to their end are seen off.
    async fn settle(&mut self) {
        let processes = &self.processes;
        let living = || {
            let living = processes.iter().filter(|process| {
                let running = process.running.as_ref();
                running.is_some_and(|running| !running.is_finished())
            });
            living
                .map(|process| process.way.life)
                .collect::<Vec<Life>>()
        };
        self.turns.settled(living).await;
        for process in &mut self.processes {
            if let Some(running) = process.running.take_if(|running| running.is_finished())
                && let Err(error) = running.await
            {
                std::panic::resume_unwind(error.into_panic());
            }
        }
    }

    fn gateways_live(&self) -> bool {
        let gateways = self.processes.iter();
        let mut gateways = gateways.filter(|process| process.role == Role::Gateway);
        gateways.any(|process| process.running.is_some())
    }

    /// Plays the history; then everything heals, and whoever is in the middle of something goes on to its end.
    pub(super) async fn play(&mut self) {
        for process in 0..self.processes.len() {
            self.start(process);
        }
        let after = if self.case.is_short { 150 } else { 500 };
        let mut left = 50 + self.draw.below(after);
        for turn in 0..self.turns_max() {
            self.settle().await;
            if !self.gateways_live() {
                left = left.saturating_sub(1);
            }
            if left == 0 {
                return self.heal().await;
            }
            if self.draw.below(1_000) < self.trouble {
                self.befall(turn).await;
                continue;
            }
            self.go_on(turn);
        }
        panic!("no end");
    }

    /// Somebody who is awake takes a turn. Gateways take few, so that what they say is archived while they speak.
    fn go_on(&mut self, turn: u64) {
        let emits = self.draw.below(GATEWAYS_TURN) == 0;
        let processes = &self.processes;
        let awake = |life: Life| processes[life.process].asleep <= turn;
        let wanted = |life: Life| (processes[life.process].role == Role::Gateway) == emits;
        let taken = self
            .turns
            .grant(&mut self.draw, |life| awake(life) && wanted(life));
        if !taken {
            self.turns.grant(&mut self.draw, awake);
        }
    }

    async fn befall(&mut self, turn: u64) {
        let process = self.draw.below(self.processes.len());
        if self.processes[process].running.is_none() {
            return;
        }
        match self.draw.below(3) {
            0 => {
                self.kill(process).await;
                self.start(process);
            }
            1 => {
                self.turns.tell(format!("{process} is to be cut off"));
                self.processes[process].cut.notify_waiters();
            }
            _ => {
                let turns = 10 + self.draw.below(400) as u64;
                self.turns
                    .tell(format!("{process} sleeps for {turns} turns"));
                self.processes[process].asleep = turn + turns;
            }
        }
    }

    const fn turns_max(&self) -> u64 {
        match self.case.is_short {
            true => SHORT_TURNS_MAX,
            false => TURNS_MAX,
        }
    }

    /// What happened, in a line.
    pub(super) fn summed_up(&self, erasures: usize) -> String {
        let World {
            stage,
            orders,
            readings,
            ..
        } = &*self.world;
        format!(
            "{} steps, {} kills, {} events, {} files, {} queries, {} holds, {erasures} erasures, lists {} turns late",
            self.turns.now(),
            self.kills,
            self.world.events().len(),
            stage.files.load(Ordering::Relaxed),
            readings.load(Ordering::Relaxed),
            orders.lock().len(),
            stage.lists.late()
        )
    }

    async fn heal(&mut self) {
        self.turns.end();
        self.turns.tell("everything heals".to_owned());
        for _ in 0..self.turns_max() {
            self.settle().await;
            if self
                .processes
                .iter()
                .all(|process| process.running.is_none())
            {
                return;
            }
            self.turns.grant(&mut self.draw, |_| true);
        }
        panic!("no rest");
    }
}

/// Says that a process has come to its end.
struct Over(Arc<Turns>);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.changed();
    }
}
