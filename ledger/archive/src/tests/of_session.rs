//! A session's events as SQL finds them: what the tests hold the archive's own ways of reading against.
//!
//! Enters: a snapshot. Leaves: events in order: by partition, then as journaled. Never here: the readers that are tested.

use super::*;
use crate::rows::{Bodies, stored_events};
use crate::snapshot::session_config;

/// The events of one session.
pub(super) async fn read_session(
    snapshot: &Snapshot,
    session: SessionId,
) -> Vec<(Position, Event)> {
    let context = SessionContext::new_with_config(session_config());
    let of_session = col("session_id").eq(lit(session.to_string()));
    let events = context.read_table(snapshot.events().unwrap()).unwrap();
    let events = events.filter(of_session.clone()).unwrap();
    let pages = context.read_table(snapshot.pages().unwrap()).unwrap();
    let pages = pages.filter(of_session).unwrap();
    let pages = pages.select_columns(&["event_id", "body"]).unwrap();
    let bodies = Bodies::read(&pages.collect().await.unwrap()).unwrap();
    let mut found = Vec::new();
    for batch in events.collect().await.unwrap() {
        let stored = stored_events(&batch, &bodies).unwrap();
        found.extend(stored.into_iter().map(|one| (one.position, one.event)));
    }
    found.sort_by_key(|(position, _)| *position);
    found
}
