//! Stretches in which statements of a connection ran unrecorded, found for a session that they may belong to.
//!
//! Enters: a session's connections, and from when to when it lasted. Leaves: the events that tell of such stretches: they name a connection
//! and no session, for what ran then was not recorded. Never here: a guess at whose statements these were.

use std::collections::BTreeSet;

use datafusion::logical_expr::{col, lit};
use datafusion::scalar::ScalarValue;
use event::{Event, Kind, Payload, TimeNs};
use journal::Position;

use super::context::Session;
use super::headers::headers;
use crate::error::QueryError;

/// Where and when statements of a session may have run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    /// Its connections: one, where the record says which.
    pub connections: BTreeSet<String>,
    /// Its first event.
    pub from: Option<TimeNs>,
    /// When it was over.
    pub to: Option<TimeNs>,
}

impl Span {
    /// Takes in an event of the session.
    pub(super) fn learn(&mut self, event: &Event) {
        if let Some(connection) = &event.connection {
            self.connections.insert(connection.clone());
        }
        self.reach(event.time, event.time);
    }

    /// Takes in that there are events from `first` to `last`.
    pub(super) fn reach(&mut self, first: TimeNs, last: TimeNs) {
        self.from = Some(self.from.map_or(first, |known| known.min(first)));
        self.to = Some(self.to.map_or(last, |known| known.max(last)));
    }

    /// Where `events` do not say that it was closed, it lasted as long as its tokens did.
    pub(super) fn lasting<'a>(mut self, events: impl Iterator<Item = &'a Event>) -> Self {
        let (mut closed, mut expires) = (false, self.to);
        for event in events {
            match &event.payload {
                Payload::SessionClosed(_) => closed = true,
                Payload::SessionOpened(opened) => expires = expires.max(Some(opened.expires)),
                Payload::SessionRenewed(renewed) => expires = expires.max(Some(renewed.expires)),
                _ => {}
            }
        }
        if !closed {
            self.to = expires;
        }
        self
    }

    /// Whether `event` tells of a stretch that overlaps this.
    fn holds(&self, event: &Event) -> bool {
        let since = match &event.payload {
            Payload::AuditDegraded(degraded) => degraded.since,
            Payload::AuditRestored(restored) => restored.since,
            _ => return false,
        };
        let connection = event.connection.as_ref();
        connection.is_some_and(|name| self.connections.contains(name))
            && self.to.is_some_and(|to| since <= to)
            && self.from.is_some_and(|from| event.time >= from)
    }
}

/// What tells of stretches within `span`. Events of no session stand together in each file, so that little else is read.
pub(super) async fn read(
    session: &Session,
    span: &Span,
) -> Result<Vec<(Position, Event)>, QueryError> {
    let Some(from) = span.from.filter(|_| !span.connections.is_empty()) else {
        return Ok(Vec::new());
    };
    let told_by = [Kind::AuditDegraded, Kind::AuditRestored];
    let kinds = told_by.iter().map(|kind| lit(kind.as_str())).collect();
    // They are told when a stretch is over; a time is kept in microseconds.
    let micros = from.0.div_euclid(1000);
    let from = ScalarValue::TimestampMicrosecond(Some(micros), Some("UTC".into()));
    let wanted = col("session_id").is_null();
    let wanted = wanted.and(col("kind").in_list(kinds, false));
    let wanted = wanted.and(col("time").gt_eq(lit(from)));
    let mut told = headers(session, wanted, &told_by).await?;
    told.retain(|(_, event)| span.holds(event));
    Ok(told)
}
