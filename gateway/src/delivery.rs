//! What an upstream reply becomes before any byte of it reaches the client.
//!
//! Enters: an upstream body, the mask plan of the statement, who asked. Leaves: the client's body, after its events are
//! durable. Never here: a row that skipped its mask, a stage credential, a direct cloud URL.

use bytes::Bytes;
use event::payload::{Context, Kept};
use event::{PolicyRef, Principal, SessionId, Source, StatementId, TimeNs};

use access::MaskPlan;

/// Whom and what an event is about: the envelope of everything emitted for one statement.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct About {
    /// The session.
    pub session: SessionId,
    /// The statement.
    pub statement: StatementId,
    /// Whose session it is.
    pub principal: Principal,
    /// From where.
    pub source: Option<Source>,
    /// The named connection.
    pub connection: String,
    /// The policy that decided.
    pub policy: PolicyRef,
}

/// How one reply is to be delivered.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The envelope of its events.
    pub about: About,
    /// Which result of a multi-statement, from 0.
    pub result: u32,
    /// What to do to its rows.
    pub plan: MaskPlan,
    /// How much of the rows the record keeps.
    pub kept: Kept,
    /// Scheme and host of the client's own request, no trailing slash: chunk URLs are put under it.
    pub public_base: String,
    /// When the client's request arrived.
    pub arrived: TimeNs,
    /// When its chunk URLs stop working.
    pub chunks_expire: TimeNs,
}

/// What goes to the client, its events being durable, and what the session learns from it.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP 200 body.
    pub body: Bytes,
    /// How it ended.
    pub ending: Ending,
}

/// How a statement ended, as far as the session cares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// A result, or the parent of several.
    Result {
        /// Snowflake's query id.
        query_id: String,
        /// Query ids of a multi-statement's children, in order.
        children: Vec<String>,
        /// Where the session stands now, as far as the reply says.
        context: Context,
        /// Snowflake's `statementTypeId`.
        statement_type: Option<u64>,
    },
    /// An error, shown to the driver.
    Failed {
        /// Six digits.
        code: String,
        /// SQLSTATE.
        sql_state: String,
    },
}
