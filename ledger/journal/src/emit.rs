//! The emitter: gives each event its place in the run and in its session's part, and journals it.
//!
//! Enters: drafts. Leaves: events, durable, in call order. Never here: an acknowledgement that a later failure could take back.
//!
//! Events of a run resolve in the order of their numbers. So when the journal fails one, everything before it is
//! durable and nothing after it was relied on: the run is abandoned there, and another begins as soon as the journal answers.

mod answer;
mod draft;
mod flight;
mod identity;
mod run;
mod topic;

use std::future::Future;
use std::sync::{Arc, Weak};
use std::time::Duration;

use backon::BackoffBuilder as _;
use event::payload::{AbandonedRun, ProducerRole, ProducerStarted};
use event::{Digest, EventId, Kind, RunId};
use parking_lot::Mutex;
use tokio::runtime::Handle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::answer::{Answer, Waiting};
pub use self::answer::{EmitError, Emitted, Emitting};
pub use self::draft::Draft;
use self::flight::{Departure, Flight};
pub use self::identity::{Randomness, os_randomness};
use self::run::Run;
pub use self::topic::topic_of;
use crate::clock::{Clock, moment};
use crate::{AppendError, Journal, Position, Record, Topic};
use crate::{limits, metrics};

/// How a process emits.
#[derive(Clone)]
pub struct EmitterConfig {
    /// What the process is there for.
    pub role: ProducerRole,
    /// Time between heartbeats.
    pub heartbeat_interval: Duration,
    /// An event that is not durable after this time has failed.
    pub deadline: Duration,
    /// Where ids get their random bits.
    pub randomness: Randomness,
}

impl EmitterConfig {
    /// For `role`, with the default intervals and the operating system's randomness.
    pub fn new(role: ProducerRole) -> Self {
        Self {
            role,
            heartbeat_interval: limits::HEARTBEAT_INTERVAL,
            deadline: limits::EMIT_DEADLINE,
            randomness: os_randomness(),
        }
    }
}

/// Emits events of one process. Cheap to clone; clones share the run.
#[derive(Clone)]
pub struct Emitter(Arc<Shared>);

struct Shared {
    journal: Arc<dyn Journal>,
    clock: Arc<dyn Clock>,
    config: EmitterConfig,
    runtime: Handle,
    tasks: TaskTracker,
    stopped: CancellationToken,
    state: Mutex<State>,
}

struct State {
    phase: Phase,
    flight: Flight,
    /// What has its place and goes to the journal with the next.
    held: Vec<Placed>,
}

enum Phase {
    Running(Run),
    /// The journal failed; a new run begins when it answers.
    Broken {
        detail: String,
    },
    Stopped,
}

impl Emitter {
    /// Begins a run; resolves when `producer.started` is durable. Must be called within a tokio runtime.
    pub async fn start(
        journal: Arc<dyn Journal>,
        clock: Arc<dyn Clock>,
        config: EmitterConfig,
    ) -> Result<Self, EmitError> {
        metrics::register();
        let interval = config.heartbeat_interval;
        let shared = Arc::new(Shared {
            journal,
            clock,
            config,
            runtime: Handle::current(),
            tasks: TaskTracker::new(),
            stopped: CancellationToken::new(),
            state: Mutex::new(State {
                phase: Phase::Broken {
                    detail: "emitter has not begun yet".to_owned(),
                },
                flight: Flight::default(),
                held: Vec::new(),
            }),
        });
        let run = shared.begin(None).await?;
        shared.state.lock().phase = Phase::Running(run);
        let weak = Arc::downgrade(&shared);
        shared.spawn(beat(weak, interval));
        Ok(Self(shared))
    }

    /// Gives the event its place and hands it to the journal before returning, so events stand in call order.
    pub fn emit(&self, draft: Draft) -> Emitting {
        let mut all = self.emit_all([draft]);
        all.pop()
            .unwrap_or(Emitting(Waiting::Done(Some(EmitError::Stopped))))
    }

    /// The same for each of `drafts`, which reach the journal together: a group commit takes all of them at once.
    pub fn emit_all(&self, drafts: impl IntoIterator<Item = Draft>) -> Vec<Emitting> {
        let mut state = self.0.state.lock();
        let mut placed = Vec::new();
        let mut emitting = Vec::new();
        for draft in drafts {
            let waiting = match self.0.emit(&mut state, draft, &mut placed) {
                Ok(answer) => Waiting::Answer(answer),
                Err(error) => Waiting::Done(Some(error)),
            };
            emitting.push(Emitting(waiting));
        }
        self.0.launch(&mut state, placed);
        emitting
    }

    /// Gives the event its place; it goes to the journal with whatever is emitted next, or by itself after
    /// [`limits::WITH_NEXT_PAUSE`]. For what nobody waits for and is followed by what somebody does: one group commit takes both.
    pub fn emit_with_next(&self, draft: Draft) {
        let mut state = self.0.state.lock();
        let mut placed = Vec::new();
        if let Err(error) = self.0.emit(&mut state, draft, &mut placed) {
            tracing::debug!(%error, "an event that nobody waits for is not recorded");
            return;
        }
        if state.held.is_empty() {
            let shared = Arc::downgrade(&self.0);
            self.0.spawn(async move {
                tokio::time::sleep(limits::WITH_NEXT_PAUSE).await;
                if let Some(shared) = shared.upgrade() {
                    shared.launch(&mut shared.state.lock(), Vec::new());
                }
            });
        }
        state.held.append(&mut placed);
    }

    /// Whether events can be recorded now, as far as is known.
    pub fn healthy(&self) -> bool {
        matches!(self.0.state.lock().phase, Phase::Running(_))
    }

    /// The run that events are in now; none while the journal refuses them.
    pub fn run(&self) -> Option<RunId> {
        match &self.0.state.lock().phase {
            Phase::Running(run) => Some(run.id()),
            Phase::Broken { .. } | Phase::Stopped => None,
        }
    }

    /// Sets the emitter's gauges to what they are now.
    pub fn measure(&self) {
        let waiting = self.0.state.lock().flight.len();
        metrics::standing(waiting, self.healthy());
    }

    /// Ends the run in order: resolves when `producer.stopped` with the final counts is durable and nothing goes on beside it.
    /// Later events are refused.
    pub async fn stop(&self) -> Result<(), EmitError> {
        let last = {
            let mut state = self.0.state.lock();
            let last = self.0.finish(&mut state);
            state.phase = Phase::Stopped;
            last
        };
        let ended = match last {
            Ok(last) => last.await.unwrap_or(Err(EmitError::Stopped)).map(|_| ()),
            Err(error) => Err(error),
        };
        // All earlier events have their answers: what still waits waits for a run that was abandoned.
        self.0.stopped.cancel();
        self.0.tasks.close();
        self.0.tasks.wait().await;
        ended
    }
}

/// An event that has its place and is not with the journal yet.
struct Placed {
    ticket: u64,
    event_id: EventId,
    hash: Digest,
    topic: Topic,
    record: Record,
}

impl Shared {
    /// Does `work` beside the calls until it is done or the emitter stops.
    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let stopped = self.stopped.clone();
        let work = async move {
            stopped.run_until_cancelled(work).await;
        };
        self.tasks.spawn_on(work, &self.runtime);
    }

    fn emit(
        self: &Arc<Self>,
        state: &mut State,
        draft: Draft,
        placed: &mut Vec<Placed>,
    ) -> Result<Answer, EmitError> {
        let kind = draft.payload.kind();
        if matches!(
            kind,
            Kind::ProducerStarted | Kind::ProducerHeartbeat | Kind::ProducerStopped
        ) {
            let detail = format!("{kind} is the emitter's own to say");
            return Err(EmitError::Unfit(detail));
        }
        match &state.phase {
            Phase::Running(run) if run.is_full(draft.session_id) => {
                self.launch(state, std::mem::take(placed));
                self.rotate(state)?;
            }
            Phase::Running(_) => {}
            Phase::Broken { detail } => return Err(EmitError::Unavailable(detail.clone())),
            Phase::Stopped => return Err(EmitError::Stopped),
        }
        if !state.flight.has_room() {
            let detail = "too many events wait for the journal".to_owned();
            return Err(EmitError::Unavailable(detail));
        }
        let (event, answer) = self.place(state, draft)?;
        placed.push(event);
        Ok(answer)
    }

    /// Gives one event its place. Whoever holds the lock launches it before letting go, which makes places and journal agree
    /// on the order.
    fn place(&self, state: &mut State, draft: Draft) -> Result<(Placed, Answer), EmitError> {
        let Phase::Running(run) = &mut state.phase else {
            return Err(EmitError::Stopped);
        };
        let now = self.clock.now();
        let prepared = run.prepare(draft, now, &self.config.randomness)?;
        run.accept(&prepared);
        let kind = prepared.event.kind();
        let (ticket, answer) = state.flight.take_off(Departure {
            run: run.id(),
            seq: prepared.event.producer.seq,
            kind,
            bytes: prepared.record.value.len(),
            at: now,
        });
        let placed = Placed {
            ticket,
            event_id: prepared.event.event_id,
            hash: prepared.hash,
            topic: topic_of(kind),
            record: prepared.record,
        };
        Ok((placed, answer))
    }

    /// Hands what is held and then `placed` to the journal, in order, and sees to their answers.
    fn launch(self: &Arc<Self>, state: &mut State, placed: Vec<Placed>) {
        let placed = std::mem::take(&mut state.held).into_iter().chain(placed);
        let (marks, records): (Vec<_>, Vec<_>) = placed
            .map(|one| {
                (
                    (one.ticket, one.event_id, one.hash),
                    (one.topic, one.record),
                )
            })
            .unzip();
        if marks.is_empty() {
            return;
        }
        // At once, or the journal would begin to write with the first, and the others would wait for the commit after.
        let appending = self.journal.append_all(records);
        let shared = Arc::clone(self);
        // A journal with the same deadline gets to say why.
        let patience = self.config.deadline + limits::DEADLINE_SLACK;
        let until = moment() + patience;
        self.spawn(async move {
            // None is answered before those ahead of it, so one after the other is soon enough.
            for ((ticket, event_id, hash), appending) in marks.into_iter().zip(appending) {
                match within(until, shared.config.deadline, appending).await {
                    Ok(position) => {
                        let emitted = Emitted {
                            event_id,
                            position,
                            hash,
                        };
                        let now = shared.clock.now();
                        shared.state.lock().flight.land(ticket, emitted, now);
                    }
                    Err(error) => shared.fail(ticket, &error.to_string()),
                }
            }
        });
    }

    /// Places and launches one event.
    fn push(self: &Arc<Self>, state: &mut State, draft: Draft) -> Result<Answer, EmitError> {
        let (placed, answer) = self.place(state, draft)?;
        self.launch(state, vec![placed]);
        Ok(answer)
    }

    /// Emits a heartbeat, several where many parts moved; returns the last one's answer, none if nothing is to say.
    fn heartbeat(
        self: &Arc<Self>,
        state: &mut State,
        idle: bool,
    ) -> Result<Option<Answer>, EmitError> {
        let Phase::Running(run) = &mut state.phase else {
            return Ok(None);
        };
        if !run.has_news() && !idle {
            return Ok(None);
        }
        let mut last = None;
        for beat in run.heartbeats() {
            last = Some(self.push(state, Draft::new(beat))?);
        }
        Ok(last)
    }

    /// Ends the run with its counts.
    fn finish(self: &Arc<Self>, state: &mut State) -> Result<Answer, EmitError> {
        match &state.phase {
            Phase::Running(_) => {}
            Phase::Broken { detail } => return Err(EmitError::Unavailable(detail.clone())),
            Phase::Stopped => return Err(EmitError::Stopped),
        }
        self.heartbeat(state, false)?;
        let Phase::Running(run) = &mut state.phase else {
            return Err(EmitError::Stopped);
        };
        let stopped = run.stopped();
        self.push(state, Draft::new(stopped))
    }

    /// Ends a run that has too many parts and begins the next: a run's parts are never forgotten while it lasts.
    fn rotate(self: &Arc<Self>, state: &mut State) -> Result<(), EmitError> {
        self.finish(state)?;
        let (now, randomness) = (self.clock.now(), &self.config.randomness);
        state.phase = Phase::Running(Run::new(now, randomness));
        self.push(state, Draft::new(self.started(None)))?;
        Ok(())
    }

    fn started(&self, abandoned: Option<AbandonedRun>) -> ProducerStarted {
        ProducerStarted {
            role: self.config.role.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            abandoned,
        }
    }

    /// The journal failed an event: whatever waits has failed with it, and the run ends where it was acknowledged.
    fn fail(self: &Arc<Self>, ticket: u64, detail: &str) {
        let abandoned = {
            let mut state = self.state.lock();
            let Some(abandoned) = state.flight.crash(ticket, detail) else {
                return;
            };
            state.held.clear();
            let stopped = matches!(state.phase, Phase::Stopped);
            if stopped {
                return;
            }
            state.phase = Phase::Broken {
                detail: detail.to_owned(),
            };
            abandoned
        };
        tracing::error!(run = %abandoned.run, acknowledged = abandoned.acknowledged, detail, "journal failed; the run is abandoned");
        let shared = Arc::downgrade(self);
        self.spawn(restart(shared, abandoned));
    }

    /// Begins a run: makes `producer.started` durable on its own, before anything else may join it.
    async fn begin(&self, abandoned: Option<AbandonedRun>) -> Result<Run, EmitError> {
        let now = self.clock.now();
        let mut run = Run::new(now, &self.config.randomness);
        let draft = Draft::new(self.started(abandoned));
        let prepared = run.prepare(draft, now, &self.config.randomness)?;
        run.accept(&prepared);
        let appending = self
            .journal
            .append(topic_of(prepared.event.kind()), prepared.record);
        let deadline = self.config.deadline;
        let until = moment() + deadline + limits::DEADLINE_SLACK;
        within(until, deadline, appending)
            .await
            .map_err(|error| EmitError::Failed(error.to_string()))?;
        Ok(run)
    }
}

async fn within(
    until: Instant,
    deadline: Duration,
    appending: impl Future<Output = Result<Position, AppendError>>,
) -> Result<Position, AppendError> {
    tokio::time::timeout_at(until, appending)
        .await
        .unwrap_or_else(|_| {
            Err(AppendError::Deadline {
                waited_ms: u64::try_from(deadline.as_millis()).unwrap_or(u64::MAX),
                detail: "no answer".to_owned(),
            })
        })
}

/// Tries until the journal takes the beginning of a new run.
///
/// A try whose answer is lost leaves a run of one event behind; nothing was relied on, so the next one need not name it.
async fn restart(shared: Weak<Shared>, abandoned: AbandonedRun) {
    let mut pauses = limits::RESTART.build();
    loop {
        tokio::time::sleep(pauses.next().unwrap_or(limits::RESTART_PAUSE_MAX)).await;
        let Some(shared) = shared.upgrade() else {
            return;
        };
        let begun = shared.begin(Some(abandoned.clone())).await;
        let mut state = shared.state.lock();
        match (&mut state.phase, begun) {
            (Phase::Stopped, _) => return,
            (phase, Ok(run)) => {
                tracing::info!(run = %run.id(), "journal answers again; a new run began");
                *phase = Phase::Running(run);
                return;
            }
            (phase, Err(error)) => {
                *phase = Phase::Broken {
                    detail: error.to_string(),
                }
            }
        }
    }
}

/// Sends heartbeats until the emitter is gone or stopped.
async fn beat(shared: Weak<Shared>, interval: Duration) {
    let mut quiet = 0;
    loop {
        tokio::time::sleep(interval).await;
        let Some(shared) = shared.upgrade() else {
            return;
        };
        let mut state = shared.state.lock();
        if matches!(state.phase, Phase::Stopped) {
            return;
        }
        quiet += 1;
        match shared.heartbeat(&mut state, quiet >= limits::IDLE_HEARTBEAT_INTERVALS) {
            Ok(Some(_)) => quiet = 0,
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "heartbeat was not sent"),
        }
    }
}

#[cfg(test)]
mod tests;
