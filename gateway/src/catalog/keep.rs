//! Keeps what is known of each account true: read at the start, listed again in intervals, and again at once when something changed.
//!
//! Enters: the configuration in force, the control topic, answers of accounts. Leaves: catalogs in force, `catalog.loaded`, kept readings.
//! Never here: a driver that waits for more than its own tables.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;

use access::catalog::live::{Snapshot, parts_of};
use access::engine::Engine;
use backon::{BackoffBuilder as _, ExponentialBuilder};
use event::TimeNs;
use event::payload::CatalogLoaded;
use journal::clock::moment;
use journal::emit::Draft;
use tokio_util::sync::CancellationToken;

use super::known::{Known, Lives, grounds, over};
use super::read::{self, ReadError};
use super::session::{AccountError, close, open, upstream, wanted};
use crate::claims::UpstreamSession;
use crate::config::Connection;
use crate::limits::{
    CATALOG_ALONE_MAX, CATALOG_ANSWER, CATALOG_PAUSE, CATALOG_PAUSE_MAX, CATALOG_WITHHELD_AFTER,
    SWEEP_INTERVAL,
};
use crate::shared::{InForce, Shared};
use crate::time::between;
use crate::upstream::accounts::Accounts;
use crate::upstream::own::AskError;

/// Keeps the accounts that the configuration in force wants read, until `stop`.
pub(crate) async fn watch(in_force: Arc<InForce>, stop: CancellationToken) {
    let mut keepers: BTreeMap<String, (String, CancellationToken)> = BTreeMap::new();
    loop {
        let shared = in_force.get();
        let live: BTreeMap<String, String> = grounds(&shared.config).collect();
        keepers.retain(|name, (ground, stop)| {
            let stays = live.get(name) == Some(ground);
            if !stays {
                stop.cancel();
            }
            stays
        });
        for (name, ground) in live {
            if keepers.contains_key(&name) {
                continue;
            }
            let stop = stop.child_token();
            let keeper = Keeper {
                in_force: Arc::clone(&in_force),
                name: name.clone(),
                ground: ground.clone(),
            };
            shared.tasks.spawn(keeper.run(stop.clone()));
            keepers.insert(name, (ground, stop));
        }
        drop(shared);
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(SWEEP_INTERVAL) => {}
        }
    }
}

/// Between readings of an account that fail; gateways that failed together do not come again together.
const PAUSES: ExponentialBuilder = ExponentialBuilder::new()
    .with_jitter()
    .with_factor(2.0)
    .with_min_delay(CATALOG_PAUSE)
    .with_max_delay(CATALOG_PAUSE_MAX)
    .without_max_times();

/// Keeps one account.
struct Keeper {
    in_force: Arc<InForce>,
    name: String,
    ground: String,
}

/// What is to be read now.
#[derive(Debug)]
enum Turn {
    Whole,
    Some(Vec<String>),
}

impl Keeper {
    async fn run(self, stop: CancellationToken) {
        let mut session = None;
        let mut pauses = PAUSES.build();
        let mut due = moment();
        loop {
            let shared = self.in_force.get();
            let Some(connection) = shared.config.connections.get(&self.name) else {
                break;
            };
            let refresh = connection.catalog.as_ref().map(|one| one.refresh.0);
            let place = shared.control.place();
            let whole = moment() >= due;
            let turn = self.turn(&shared, connection, &mut session, (place, whole));
            let turned = tokio::select! {
                () = stop.cancelled() => break,
                turned = turn => turned,
            };
            let failed = turned.is_err();
            let rest = match turned {
                Ok(was_whole) => {
                    pauses = PAUSES.build();
                    if was_whole {
                        due = moment() + refresh.unwrap_or(CATALOG_PAUSE_MAX);
                    }
                    due.saturating_duration_since(moment())
                }
                Err(error) => {
                    tracing::warn!(connection = self.name, %error, "what the account holds cannot be read now: what was known of it stays, what may have changed is unknown");
                    let rest = pauses.next().unwrap_or(CATALOG_PAUSE_MAX);
                    due = moment() + rest;
                    rest
                }
            };
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep(rest) => {}
                () = shared.control.more_invalidated(&self.name, place), if !failed => {}
            }
        }
        let shared = self.in_force.get();
        if let (Some(session), Some(connection)) =
            (session, shared.config.connections.get(&self.name))
        {
            let goodbye = close(&shared.accounts, connection, &session);
            let _ = tokio::time::timeout(crate::limits::LOGOUT_TIMEOUT, goodbye).await;
        }
    }

    /// Reads what is to be read at `place` of the control topic; whether that was everything.
    async fn turn(
        &self,
        shared: &Shared,
        connection: &Connection,
        session: &mut Option<UpstreamSession>,
        (place, whole): (u64, bool),
    ) -> Result<bool, AccountError> {
        let known = shared.lives.known(&self.name, &self.ground);
        let mut stale = match &known {
            Some(known) => shared.control.stale_since(&self.name, known.place),
            None => vec![String::new()],
        };
        if let Some(known) = &known {
            stale.extend(known.withheld.iter().cloned());
        }
        stale.sort();
        stale.dedup();
        if stale.is_empty() && !whole {
            return Ok(false);
        }
        let alone = |name: &String| parts_of(name, 3).is_some();
        let turn = if whole || stale.len() > CATALOG_ALONE_MAX || !stale.iter().all(alone) {
            Turn::Whole
        } else {
            Turn::Some(stale.clone())
        };
        let before = known.map_or_else(Arc::default, |known| known.snapshot);
        let began = shared.clock.now();
        let mut reading =
            pin!(self.read(&shared.accounts, began, connection, session, &turn, &before));
        let read = match tokio::time::timeout(CATALOG_WITHHELD_AFTER, &mut reading).await {
            Ok(read) => read,
            Err(_) => {
                self.withhold(&shared.lives, &before, &stale, place).await?;
                reading.await
            }
        };
        match read {
            Ok(snapshot) => {
                self.take(shared, &before, snapshot, (place, began)).await?;
                Ok(matches!(turn, Turn::Whole))
            }
            Err(error) => {
                self.withhold(&shared.lives, &before, &stale, place).await?;
                Err(error)
            }
        }
    }

    /// Asks, in the session there is; once more in another where that one ended.
    async fn read(
        &self,
        accounts: &Accounts,
        now: TimeNs,
        connection: &Connection,
        session: &mut Option<UpstreamSession>,
        turn: &Turn,
        before: &Snapshot,
    ) -> Result<Snapshot, AccountError> {
        let wanted = wanted(connection);
        let mut fresh = session
            .take()
            .filter(|session| session.token_end(now, TimeNs(i64::MAX)) > now);
        for again in [true, false] {
            let open = match fresh.take() {
                Some(open) => open,
                None => open(accounts, &self.name, connection, now).await?,
            };
            let upstream = upstream(accounts, connection, &open);
            let asking = async {
                match turn {
                    Turn::Whole => read::whole(upstream, &wanted, before.clone()).await,
                    Turn::Some(tables) => read::some(upstream, &wanted, before, tables).await,
                }
            };
            let read = tokio::time::timeout(CATALOG_ANSWER, asking).await;
            match read.unwrap_or(Err(ReadError::Late)) {
                Err(ReadError::Ask(AskError::Ended)) if again => {}
                read => {
                    *session = Some(open);
                    return Ok(read?);
                }
            }
        }
        Err(ReadError::Ask(AskError::Ended).into())
    }

    /// What may be other than it was is unknown from now on, until it is read again.
    async fn withhold(
        &self,
        lives: &Lives,
        before: &Arc<Snapshot>,
        stale: &[String],
        place: u64,
    ) -> Result<(), AccountError> {
        let known = lives.known(&self.name, &self.ground);
        let same = known.is_some_and(|known| known.withheld == stale && known.place >= place);
        if stale.is_empty() || same {
            return Ok(());
        }
        let known = Known {
            ground: self.ground.clone(),
            snapshot: Arc::clone(before),
            withheld: stale.to_vec(),
            place,
        };
        let (base, catalog) = self.compose(known.clone()).await?;
        lives.put(&self.in_force, &self.name, known, (&base, catalog));
        Ok(())
    }

    /// Puts in force what was read at `place`, and keeps it.
    async fn take(
        &self,
        shared: &Shared,
        before: &Snapshot,
        snapshot: Snapshot,
        (place, began): (u64, TimeNs),
    ) -> Result<(), AccountError> {
        let changed = snapshot.changes_since(before).count();
        let known = Known {
            ground: self.ground.clone(),
            snapshot: Arc::new(snapshot),
            withheld: Vec::new(),
            place,
        };
        let (base, catalog) = self.compose(known.clone()).await?;
        let in_force = self.in_force.get().engine.catalog_of(&self.name);
        if in_force.version() != catalog.version() {
            let loaded = CatalogLoaded {
                catalog_version: catalog.version().to_owned(),
                tables: known.snapshot.len() as u64,
                columns: known.snapshot.columns() as u64,
                changed: changed as u64,
                duration_ns: between(began, shared.clock.now()),
            };
            let mut draft = Draft::new(loaded);
            draft.connection = Some(self.name.clone());
            if let Err(error) = shared.recorder.record([draft]).await {
                // What is true is in force all the same: what was before may show more.
                tracing::warn!(connection = self.name, %error, "that another catalog is in force could not be recorded");
            }
        }
        shared
            .lives
            .put(&self.in_force, &self.name, known.clone(), (&base, catalog));
        tracing::info!(
            connection = self.name,
            tables = known.snapshot.len(),
            changed,
            "the account was read"
        );
        let (lives, name) = (Arc::clone(&shared.lives), self.name.clone());
        let keeping = tokio::task::spawn_blocking(move || lives.keep(&name, &known, began));
        keeping.await.map_err(|_| AccountError::Broken)
    }

    /// The catalog of what is known, under the files in force; away from the tasks that serve.
    async fn compose(
        &self,
        known: Known,
    ) -> Result<(Arc<Engine>, access::catalog::Catalog), AccountError> {
        let base = Arc::clone(&self.in_force.get().base);
        let (files, name) = (Arc::clone(&base), self.name.clone());
        let composing = tokio::task::spawn_blocking(move || {
            over(&files, &name, &known.snapshot, &known.withheld)
        });
        let catalog = composing.await.map_err(|_| AccountError::Broken)?;
        Ok((base, catalog))
    }
}
