//! The data path: an agent's driver on one side, Snowflake on the other.
//!
//! Enters: requests of an unmodified Snowflake driver. Leaves: the same protocol's answers, masked, after their events are durable.
//! Never here: a decision (see `access`), storage (see `journal`).

#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests measure and spawn")
)]

pub mod about;
mod alarm;
pub mod approvals;
mod arriving;
pub mod body;
mod build;
mod cancel;
pub mod catalog;
pub mod claims;
pub mod config;
pub mod control;
pub mod crosscheck;
pub mod delivery;
pub mod doors;
mod ended;
pub mod failure;
mod fetches;
mod fresh;
mod holds;
pub mod kill;
pub mod known;
pub mod limits;
pub mod metrics;
pub mod outcome;
mod parameters;
mod past;
mod poll;
mod queries;
pub mod raw;
pub mod record;
pub mod rehearsal;
mod reload;
pub mod replies;
mod results;
mod room;
pub mod seal;
pub mod session;
mod shared;
mod stages;
mod statement;
pub mod time;
pub mod upstream;
pub mod views;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use access::Masking;
use access::engine::Engine;
use journal::Journal;
use journal::clock::Clock;
use journal::emit::Emitter;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use build::prepare;
use control::Control;
use fetches::Fetches;
use limits::{
    RUNNING_MAX, RUNNING_PER_PRINCIPAL_MAX, STOP_PATIENCE, WAITING_MAX, WAITING_PER_PRINCIPAL_MAX,
};
use record::Recorder;
use shared::{InForce, Shared};

pub use build::{BuildError, Parts};
pub use config::Config;
use door::{Authenticate, Listener, Turns};
pub use reload::{Reloader, Renewed};

/// What the gateway works with; the roles around it own them.
pub struct Deps {
    /// The journal, for the control topic.
    pub journal: Arc<dyn Journal>,
    /// The process's emitter.
    pub emitter: Emitter,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Policy and catalog.
    pub engine: Arc<Engine>,
    /// Detectors and mask keys.
    pub masking: Masking,
    /// The identity provider.
    pub authenticate: Arc<dyn Authenticate>,
    /// No other gateway can serve these sessions: the journal is this process's own. Then nothing need be asked of it
    /// before a decision.
    pub alone: bool,
    /// The data folder, where the last reading of each account is kept; without it none is.
    pub data: Option<PathBuf>,
    /// Who is told of held statements.
    pub webhooks: approvals::webhook::Webhooks,
    /// From when it sends clients elsewhere, though it serves on; at the latest from its end.
    pub leaving: CancellationToken,
}

/// A gateway that is bound, and serves once [`Gateway::run`] is called.
pub struct Gateway {
    in_force: Arc<InForce>,
    listener: Listener,
    webhooks: approvals::webhook::Webhooks,
}

/// Reads secrets, follows the control topic, binds.
pub async fn build(config: Config, deps: Deps) -> Result<Gateway, BuildError> {
    metrics::register();
    let parts = Parts {
        config,
        engine: deps.engine,
        masking: deps.masking,
    };
    let prepared = prepare(parts, None)?;
    let control = Control::start(
        Arc::clone(&deps.journal),
        deps.emitter.clone(),
        Arc::clone(&deps.clock),
        prepared.sealer.clone(),
    )
    .await?;
    let recorder = Recorder::new(
        deps.emitter,
        Arc::clone(&deps.clock),
        prepared.masking.clone(),
        prepared.audits(),
    );
    let mut listener = Listener::bind(prepared.config.listen, prepared.config.tls.as_ref()).await?;
    listener.leaves_by(deps.leaving.clone());
    let kept = deps.data.as_deref().map(catalog::Kept::new);
    let lives = catalog::Lives::begin(kept, &prepared.config);
    lives.not_after(control.place());
    let dressed = lives.dress(&prepared.engine, &prepared.config);
    let pasts = past::Pasts::new(deps.journal, Arc::clone(&dressed.engine));
    let in_force = InForce::begin(|in_force| Shared {
        delivery: prepared.delivery(recorder.clone(), &deps.clock),
        accounts: prepared.accounts,
        sealer: prepared.sealer,
        recorder,
        clock: deps.clock,
        base: prepared.engine,
        engine: dressed.engine,
        places: dressed.places,
        lives: Arc::new(lives),
        masking: prepared.masking,
        authenticate: deps.authenticate,
        queries: Arc::new(queries::Queries::new(control.clone(), pasts)),
        control,
        views: Arc::default(),
        sent: Arc::default(),
        replies: Arc::default(),
        closed: Arc::default(),
        watch: Arc::default(),
        turns: Turns::bounded(
            (RUNNING_MAX, RUNNING_PER_PRINCIPAL_MAX),
            (WAITING_MAX, WAITING_PER_PRINCIPAL_MAX),
        ),
        chunks: Fetches::default(),
        explains: Arc::default(),
        stages: Arc::default(),
        tasks: TaskTracker::new(),
        leaving: deps.leaving,
        stop: CancellationToken::new(),
        alone: deps.alone,
        config: prepared.config,
        in_force,
    });
    Ok(Gateway {
        in_force,
        listener,
        webhooks: deps.webhooks,
    })
}

impl Gateway {
    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.listener.address()
    }

    /// What it knows of held statements, for the approvals API.
    pub fn control(&self) -> Control {
        self.in_force.get().control.clone()
    }

    /// Lists and answers held statements, by the policy in force when somebody does.
    pub fn approvals(&self) -> approvals::Approvals {
        let in_force = Arc::clone(&self.in_force);
        approvals::Approvals::under(self.control(), move || {
            let shared = in_force.get();
            shared.engine.policy().settings().approvals.clone()
        })
    }

    /// Puts other parts in force while it runs; outlives [`Gateway::run`].
    pub fn reloader(&self) -> Reloader {
        Reloader::new(Arc::clone(&self.in_force), self.listener.certificate())
    }

    /// Sets the gateway's gauges to what they are when it is called; outlives [`Gateway::run`].
    pub fn measure(&self) -> impl Fn() + Send + Sync + use<> + 'static {
        let in_force = Arc::clone(&self.in_force);
        move || {
            let shared = in_force.get();
            let now = shared.clock.now();
            let holds = shared.control.with_state(|state| state.waiting(now));
            metrics::standing(holds, shared.watch.count(), shared.recorder.degraded());
        }
    }

    /// Serves until `shutdown`, then drains.
    pub async fn run(self, shutdown: CancellationToken) {
        let shared = self.in_force.get();
        let watching = session::ending::watch(Arc::clone(&shared), shutdown.clone());
        shared.tasks.spawn(watching);
        let killing = session::killing::watch(Arc::clone(&shared), shutdown.clone());
        shared.tasks.spawn(killing);
        let accounts = catalog::watch(Arc::clone(&self.in_force), shutdown.clone());
        shared.tasks.spawn(accounts);
        let (control, clock) = (&shared.control, &shared.clock);
        self.webhooks.run(control, clock, &shared.tasks, &shutdown);
        let (leaving, ends) = (shared.leaving.clone(), shutdown.clone());
        shared.tasks.spawn(async move {
            ends.cancelled().await;
            leaving.cancel();
        });
        let doors = Arc::new(doors::Doors::new(Arc::clone(&self.in_force)));
        let answer = move |source, request| {
            let doors = Arc::clone(&doors);
            async move { doors.serve(source, request).await }
        };
        self.listener.run(answer, shutdown).await;
        drain(&shared.tasks, &shared.stop).await;
        shared.control.stop().await;
    }
}

/// Lets what goes on without its driver finish; what does not is given up, and says so in the record.
async fn drain(tasks: &TaskTracker, stop: &CancellationToken) {
    tasks.close();
    if tokio::time::timeout(STOP_PATIENCE, tasks.wait())
        .await
        .is_ok()
    {
        return;
    }
    stop.cancel();
    let last_words = tokio::time::timeout(STOP_PATIENCE, tasks.wait());
    if last_words.await.is_err() {
        tracing::error!(
            tasks = tasks.len(),
            "work was cut off when the gateway stopped"
        );
    }
}
