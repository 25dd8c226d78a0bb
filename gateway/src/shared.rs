//! What every request needs, whichever door it came through.
//!
//! Enters: what the roles around the gateway own, and the configuration. Leaves: a session for a token. Never here: what any
//! door or any step of a statement does; anything another instance needs to serve the same session.
//!
//! What may be changed while the gateway runs is in here by value, what it remembers by reference: a change makes another
//! [`Shared`] over the same memory, and whoever is at work keeps the one it began with.

use std::sync::{Arc, Weak};

use access::Masking;
use access::engine::Engine;
use bytes::Bytes;
use door::{Authenticate, Lent, Turns};
use event::TimeNs;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use futures::{FutureExt as _, StreamExt as _};
use journal::clock::Clock;
use parking_lot::RwLock;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::about::{About, Whose};
use crate::catalog::{Lives, Places};
use crate::claims::{Claims, ClaimsError};
use crate::config::Config;
use crate::control::{Control, Named};
use crate::delivery::{ChunkFailure, ChunkTicket, Delivery};
use crate::fetches::Fetches;
use crate::holds::Explains;
use crate::known::Sent;
use crate::limits::CHUNK_TURN_LASTS;
use crate::queries::Queries;
use crate::record::Recorder;
use crate::replies::Replies;
use crate::seal::{Purpose, Sealer};
use crate::session::watch::{Closed, Watch};
use crate::stages::kept::Stages;
use crate::upstream::accounts::Accounts;
use crate::views::Views;

/// Masked rows of a chunk, as they become durable.
pub(crate) type ChunkRows = BoxStream<'static, Result<Bytes, ChunkFailure>>;

/// The parts that are in force now: whatever begins takes them here.
pub(crate) struct InForce(RwLock<Arc<Shared>>);

impl InForce {
    /// The first ones; `make` is told how its parts find those that replace them.
    pub fn begin(make: impl FnOnce(Weak<Self>) -> Shared) -> Arc<Self> {
        Arc::new_cyclic(|own| Self(RwLock::new(Arc::new(make(own.clone())))))
    }

    /// Those of now.
    pub fn get(&self) -> Arc<Shared> {
        Arc::clone(&self.0.read())
    }

    /// Others from now on.
    pub fn put(&self, shared: Shared) {
        // The old ones are dropped after the lock is.
        let _old = std::mem::replace(&mut *self.0.write(), Arc::new(shared));
    }
}

/// The parts of a gateway. A function takes those it uses, and all of them only where it is a step of a statement's way.
#[derive(Clone)]
pub(crate) struct Shared {
    pub config: Arc<Config>,
    pub accounts: Arc<Accounts>,
    pub sealer: Sealer,
    pub recorder: Recorder,
    pub clock: Arc<dyn Clock>,
    /// Policy and catalog files.
    pub base: Arc<Engine>,
    /// The same over what the accounts say of themselves: what decides.
    pub engine: Arc<Engine>,
    /// What of the control topic its catalogs account for.
    pub places: Arc<Places>,
    pub lives: Arc<Lives>,
    pub masking: Masking,
    pub authenticate: Arc<dyn Authenticate>,
    pub control: Control,
    pub delivery: Delivery,
    pub views: Arc<Views>,
    pub queries: Arc<Queries>,
    pub sent: Arc<Sent>,
    pub replies: Arc<Replies>,
    pub closed: Arc<Closed>,
    pub watch: Arc<Watch>,
    /// Statements at work at Snowflake, by principal.
    pub turns: Turns<Whose>,
    /// Chunks that are masked, by session and principal.
    pub chunks: Fetches,
    /// Held statements that are explained.
    pub explains: Arc<Explains>,
    /// Files that move.
    pub stages: Arc<Stages>,
    /// Cancelled when the gateway is about to stop: nothing more is waited for that another gateway can tell.
    pub leaving: CancellationToken,
    /// Work that goes on without its driver, waited for when the gateway stops.
    pub tasks: TaskTracker,
    /// What is still at work is to end, and to say so.
    pub stop: CancellationToken,
    /// No other gateway can serve these sessions.
    pub alone: bool,
    /// Where those are that replace these.
    pub in_force: Weak<InForce>,
}

impl Shared {
    /// The parts in force now, which may be others than these: for what begins anew after it waited.
    pub(crate) fn now(self: &Arc<Self>) -> Arc<Self> {
        let in_force = self.in_force.upgrade();
        in_force.map_or_else(|| Arc::clone(self), |in_force| in_force.get())
    }

    /// Opens the session of a request from its token.
    pub(crate) fn claims(&self, purpose: Purpose, token: &str) -> Result<Claims, ClaimsError> {
        let claims = Claims::open(&self.sealer, purpose, token, self.clock.now())?;
        if self.is_closed_to(&claims) {
            return Err(ClaimsError::Ended(claims.session));
        }
        Ok(claims)
    }

    /// Whether nothing more is served to the session of `claims`: it ended, somebody ended it, or its connection was taken out of
    /// the configuration.
    pub(crate) fn is_closed_to(&self, claims: &Claims) -> bool {
        self.is_over(claims) || self.accounts.connection(claims).is_none()
    }

    /// Whether the session is over, by itself or because somebody ended it, here or on whichever gateway saw it.
    pub(crate) fn is_over<'n>(&self, session: impl Into<Named<'n>>) -> bool {
        let named = session.into();
        self.closed.contains(named.session)
            || self.control.is_closed(named.session)
            || self.control.killed(named).is_some()
    }

    /// The rows of a chunk, when it is its session's and its principal's turn.
    pub(crate) fn rows(&self, ticket: ChunkTicket, arrived: TimeNs) -> ChunkRows {
        let over = self.over(ticket.about());
        let (chunks, delivery, tasks) = (
            self.chunks.clone(),
            self.delivery.clone(),
            self.tasks.clone(),
        );
        let turn = async move {
            let turn = chunks.take(ticket.about()).await;
            // Kept as long as the rows are, if somebody takes them: of a connection that carries many answers nobody is cut off.
            let turn = Lent::new(turn, CHUNK_TURN_LASTS, &tasks);
            let kept = move |_: &_| {
                let _ = &turn;
            };
            delivery.chunk(ticket, arrived, over, &tasks).inspect(kept)
        };
        futures::stream::once(turn).flatten().boxed()
    }

    /// Waits until somebody ends the session that `about` names.
    pub(crate) fn over(&self, about: &About) -> BoxFuture<'static, ()> {
        let (control, about) = (self.control.clone(), about.clone());
        async move { drop(control.until_killed(&about).await) }.boxed()
    }
}
