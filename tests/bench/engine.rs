//! A query engine over an archive and a journal, as a process of its own has it.
//!
//! Enters: both. Leaves: the engine. Never here: a question; a limit on time that the slowest build would meet.

use std::sync::Arc;

use anyhow::Result;
use archive::Archive;
use event::payload::ProducerRole;
use journal::Journal;
use journal::clock::SystemClock;
use journal::emit::{Emitter, EmitterConfig};
use query::{Config, Deps, Engine};

/// Long enough to answer at all, milliseconds.
const TIMEOUT_MS: u64 = 600_000;

/// The engine; that it is asked is recorded in `journal`.
pub async fn engine(archive: Archive, journal: Arc<dyn Journal>) -> Result<Engine> {
    let clock = Arc::new(SystemClock);
    let emitter = Emitter::start(
        Arc::clone(&journal),
        clock.clone(),
        EmitterConfig::new(ProducerRole::Query),
    )
    .await?;
    let deps = Deps {
        archive: Arc::new(archive),
        journal,
        emitter,
        clock,
        exports: None,
        finder: None,
    };
    let config = Config {
        timeout_ms: TIMEOUT_MS,
        ..Config::default()
    };
    Ok(Engine::open(deps, config).await?)
}
