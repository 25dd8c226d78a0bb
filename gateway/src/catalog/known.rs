//! What is known of each account, and engines that decide by it.
//!
//! Enters: readings. Leaves: engine and places that belong together. Never here: a question to an account, or parts put in force.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use access::catalog::Catalog;
use access::catalog::live::Snapshot;
use access::engine::Engine;
use event::TimeNs;
use parking_lot::{Mutex, MutexGuard};
use tokio::sync::watch;

use super::kept::{Kept, Reading};
use crate::config::{Config, Connection};

/// What connections' catalogs are of: places of the control topic. A connection that is not in it was not read yet.
pub(crate) type Places = BTreeMap<String, u64>;

/// One account, as far as it is known.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    /// What it is a reading of.
    pub(super) ground: String,
    /// What the account said.
    pub(super) snapshot: Arc<Snapshot>,
    /// What may be other by now, and could not be read again.
    pub(super) withheld: Vec<String>,
    /// What the control topic said up to here is accounted for.
    pub(super) place: u64,
}

/// Engine and places that belong together.
pub(crate) struct Dressed {
    pub engine: Arc<Engine>,
    pub places: Arc<Places>,
}

/// Every account that is read over a connection.
pub(crate) struct Lives {
    pub(super) known: Mutex<BTreeMap<String, Known>>,
    /// Whoever puts other parts in force holds it meanwhile, or one change would undo the other.
    changing: Mutex<()>,
    pub(super) moved: watch::Sender<u64>,
    kept: Option<Kept>,
}

impl Lives {
    /// What is kept of the accounts that `config` wants read.
    pub fn begin(kept: Option<Kept>, config: &Config) -> Self {
        let mut known = BTreeMap::new();
        for (name, ground) in grounds(config) {
            if let Some(reading) = kept.as_ref().and_then(|kept| last(kept, &name, &ground)) {
                let one = Known {
                    ground,
                    snapshot: Arc::new(reading.snapshot),
                    withheld: Vec::new(),
                    place: reading.place,
                };
                known.insert(name, one);
            }
        }
        Self {
            known: Mutex::new(known),
            changing: Mutex::new(()),
            moved: watch::channel(0).0,
            kept,
        }
    }

    /// Kept readings count from where the topic is now, if it is another topic than they were made beside.
    pub fn not_after(&self, place: u64) {
        for one in self.known.lock().values_mut() {
            if one.place > place {
                one.place = 0;
            }
        }
    }

    /// Held while other parts are put in force.
    pub fn changing(&self) -> MutexGuard<'_, ()> {
        self.changing.lock()
    }

    /// Whoever waits for other catalogs hears of them here.
    pub fn moved(&self) -> watch::Receiver<u64> {
        self.moved.subscribe()
    }

    /// `base`, deciding by what is known of each account that `config` wants read.
    pub fn dress(&self, base: &Arc<Engine>, config: &Config) -> Dressed {
        let (mut catalogs, mut places) = (Vec::new(), Places::new());
        for (name, ground) in grounds(config) {
            let known = self.known(&name, &ground);
            let catalog = match &known {
                Some(known) => over(base, &name, &known.snapshot, &known.withheld),
                None => over(base, &name, &Snapshot::default(), &[]),
            };
            if let Some(known) = known {
                places.insert(name.clone(), known.place);
            }
            catalogs.push((name, catalog));
        }
        let engine = if catalogs.is_empty() {
            Arc::clone(base)
        } else {
            Arc::new(base.with_live(catalogs))
        };
        Dressed {
            engine,
            places: Arc::new(places),
        }
    }

    pub(super) fn known(&self, name: &str, ground: &str) -> Option<Known> {
        let known = self.known.lock();
        known.get(name).filter(|one| one.ground == ground).cloned()
    }

    pub(super) fn keep(&self, name: &str, known: &Known, read_at: TimeNs) {
        let Some(kept) = &self.kept else { return };
        let (ground, snapshot) = (known.ground.clone(), Snapshot::clone(&known.snapshot));
        let reading = Reading::new(ground, read_at, known.place, snapshot);
        if let Err(error) = kept.save(name, &reading) {
            tracing::warn!(connection = name, %error, "what was read of an account could not be kept");
        }
    }
}

/// The connections whose account is read, each with what it is a reading of: another one is none of it.
pub(super) fn grounds(config: &Config) -> impl Iterator<Item = (String, String)> + '_ {
    let connections = config.connections.iter();
    connections.filter_map(|(name, connection)| Some((name.clone(), ground_of(connection)?)))
}

pub(crate) fn ground_of(connection: &Connection) -> Option<String> {
    let catalog = connection.catalog.as_ref()?;
    let databases = connection.databases().unwrap_or_default();
    let role = catalog.role.as_ref().or(connection.role.as_ref());
    Some(format!(
        "{} {} {} {role:?} {databases:?} {}",
        connection.upstream, connection.account, connection.user, catalog.tags
    ))
}

fn last(kept: &Kept, name: &str, ground: &str) -> Option<Reading> {
    match kept.load(name) {
        Ok(reading) => reading.filter(|reading| reading.ground == ground),
        Err(error) => {
            let path = kept.path(name);
            tracing::warn!(path = %path.display(), %error, "what was kept of an account cannot be read: it is read anew");
            None
        }
    }
}

/// `base` as a gateway begins with it: over what was last read of each account that `config` wants read, kept in `data`.
pub fn known(base: &Arc<Engine>, config: &Config, data: &Path) -> Arc<Engine> {
    Lives::begin(Some(Kept::new(data)), config)
        .dress(base, config)
        .engine
}

/// The account's catalog under the files of `base`. Where they do not go together nothing is known: that is not harmless.
pub(super) fn over(base: &Engine, name: &str, snapshot: &Snapshot, withheld: &[String]) -> Catalog {
    base.catalog().over(snapshot, withheld).unwrap_or_else(|error| {
        tracing::error!(connection = name, %error, "a catalog file does not go with the account, so nothing of it is known: mend the file");
        Catalog::unread()
    })
}
