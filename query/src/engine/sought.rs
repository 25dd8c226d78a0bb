//! Looking for values: each question is recorded by its tokens before it is answered, and an auditor has so many an hour.
//!
//! Enters: who asks, the tokens of each value that a query names. Leaves: an `auditor.listed` of each, or why it is not asked. Never here: a
//! value; a count of this process alone: what the record has of the hour counts, whoever recorded it.

use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::Int64Type;
use event::TimeNs;
use event::payload::AuditorListed;
use tokio::time::timeout;

use super::Engine;
use crate::auditor::{Auditor, Sees};
use crate::error::QueryError;
use crate::limits::SOUGHT_PER_HOUR_MAX;
use crate::sessions::{literal, timestamp};

/// Begins what is recorded of a value that is looked for: its tokens follow.
const WHAT: &str = "value ";
/// How far back questions count.
const HOUR_NS: i64 = 3_600_000_000_000;

/// Records that `auditor` looks for values of these tokens, unless that is too often.
pub(super) async fn tell(
    engine: &Engine,
    auditor: &Auditor,
    sought: &[String],
) -> Result<(), QueryError> {
    if sought.is_empty() {
        return Ok(());
    }
    let inner = &engine.inner;
    let counting = Box::pin(async {
        // Of two queries at once, one counts the other's values; who waits for many has no longer time than who waits for none.
        let alone = inner.looking.lock().await;
        Ok::<_, QueryError>((alone, within_the_hour(engine, auditor).await?))
    });
    let counted = timeout(inner.config.timeout(), counting).await;
    let (_alone, before) = counted.map_err(|_| engine.timed_out())??;
    let more = sought.len() as u64;
    if before.saturating_add(more) > SOUGHT_PER_HOUR_MAX {
        return Err(QueryError::SoughtTooOften { before, more });
    }
    for tokens in sought {
        let asked = AuditorListed {
            what: format!("{WHAT}{tokens}"),
            rows: 1,
        };
        engine.record(auditor, asked).await?;
    }
    Ok(())
}

#[cfg(test)]
impl Engine {
    /// As long as this is held, somebody looks for values.
    pub(crate) async fn looks(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.inner.looking.lock().await
    }
}

/// How many values the record says that `auditor` looked for.
async fn within_the_hour(engine: &Engine, auditor: &Auditor) -> Result<u64, QueryError> {
    let inner = &engine.inner;
    let _turn = engine.turn(auditor).await;
    let view = inner.freshness.view().await?;
    // Whoever may not see who reads is counted all the same.
    let session = inner.template.session(view, Sees::All);
    let since = TimeNs(inner.clock.now().0.saturating_sub(HOUR_NS));
    let sql = format!(
        "SELECT count(*) FROM events WHERE kind = 'auditor.listed' AND auditor_listed['what'] LIKE '{WHAT}%' \
         AND principal_issuer = {} AND principal_subject = {} AND time > {}",
        literal(&auditor.principal.issuer),
        literal(&auditor.principal.subject),
        timestamp(since)
    );
    let batches = session.context.sql(&sql).await?.collect().await?;
    let counted = batches.iter().filter_map(|batch| {
        let counts = batch.columns().first()?.as_primitive_opt::<Int64Type>()?;
        counts.values().first().copied()
    });
    Ok(counted.map(i64::unsigned_abs).sum())
}
