//! Why nothing of a session is there.
//!
//! Enters: a session without events. Leaves: the error that says whether it went or never was. Never here: what it said.

use archive::Snapshot;
use event::SessionId;

use crate::error::QueryError;

/// It went by retention, or nobody recorded it.
pub(super) async fn or_unknown(archive: &Snapshot, session: SessionId) -> QueryError {
    let went = archive.erasures_of(session).await;
    let went = went.unwrap_or_else(|error| {
        tracing::warn!(%session, %error, "whether the session went is not known");
        Vec::new()
    });
    let Some(last) = went.last() else {
        return QueryError::UnknownSession(session);
    };
    let mut rules: Vec<&str> = went
        .iter()
        .flat_map(|went| &went.rules)
        .map(|rule| rule.rule.as_str())
        .collect();
    rules.sort_unstable();
    rules.dedup();
    let date = chrono::DateTime::from_timestamp_nanos(last.at.0);
    QueryError::Gone {
        session,
        day: date.format("%Y-%m-%d").to_string(),
        rules: rules.join("; "),
        by: last.by.clone(),
    }
}
