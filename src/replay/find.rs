//! Words inside a session.
//!
//! Enters: a reading that is recorded, words. Leaves: the statements in which they stand. Never here: the whole session in memory.

use std::sync::Arc;

use door::Problem;
use event::StatementId;
use query::Replay;
use replayer::mentions;
use replayer::timeline::Entry;

use super::unreadable;
use super::walk::Walk;

/// The statements of what `replay` reads in which `words` stand, in order.
pub async fn find(replay: Replay, words: Arc<str>) -> Result<Vec<StatementId>, Problem> {
    let mut walk = Walk::begin(replay).await?;
    let mut found = Vec::new();
    while let Some(entries) = walk.next().await {
        let (entries, words) = (entries?, Arc::clone(&words));
        let work = tokio::task::spawn_blocking(move || {
            let hits = entries.iter().filter_map(|entry| match entry {
                Entry::Statement(statement) if mentions(entry, &words) => Some(statement.statement),
                Entry::Statement(_) | Entry::Note(_) => None,
            });
            hits.collect::<Vec<_>>()
        });
        found.extend(work.await.map_err(|error| unreadable(&error))?);
    }
    Ok(found)
}
