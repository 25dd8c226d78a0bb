//! Which query ids belong to a session, and what to do with their rows.
//!
//! Enters: an id a driver gives. Leaves: the plan of its result, from this process, from what any gateway announced, or from
//! the session's record. Never here: an id that is not bound to this session, whoever it belongs to.

use crate::control::{Control, KnownQuery};
use crate::failure::Failure;
use crate::fresh;
use crate::known::Known;
use crate::past::Pasts;
use crate::session::Session;

/// Queries of this process's sessions, by whoever ran them.
pub(crate) struct Queries {
    known: Known,
    control: Control,
    pasts: Pasts,
}

impl Queries {
    pub fn new(control: Control, pasts: Pasts) -> Self {
        Self {
            known: Known::default(),
            control,
            pasts,
        }
    }

    /// Remembers a query that ran here.
    pub fn add(&self, query: KnownQuery) {
        self.known.add(query);
    }

    /// The sessions' own records.
    pub const fn pasts(&self) -> &Pasts {
        &self.pasts
    }

    /// What is known of a query id in this session, from this process or from what any gateway announced.
    pub fn known(&self, session: &Session, id: &str) -> Result<Option<KnownQuery>, Failure> {
        if let Some(query) = self.known.find(session.id(), id) {
            return Ok(Some(query));
        }
        self.control
            .lookup_query(session.id(), id)
            .map_err(|error| {
                tracing::error!(id, %error, "an announced result cannot be opened");
                Failure::internal(fresh::v4(), "this result cannot be served here: try again")
            })
    }

    /// [`Queries::known`], or what the session's record says of an id that another gateway ran and answered.
    pub async fn found(&self, session: &Session, id: &str) -> Result<Option<KnownQuery>, Failure> {
        if let Some(query) = self.known(session, id)? {
            return Ok(Some(query));
        }
        self.pasts.query(session, id).await.or_else(|error| {
            tracing::warn!(session = %session.id(), id, %error, "earlier results of a session are not known here");
            Ok(None)
        })
    }
}

/// Announced under its own id: another gateway runs it and has no query id yet.
pub(crate) fn runs_elsewhere(query: &KnownQuery) -> bool {
    query.result.query_id == query.about.statement.to_string()
}
