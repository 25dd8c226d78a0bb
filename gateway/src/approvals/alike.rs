//! What people answered before to statements that touch the same tables.
//!
//! Enters: what a statement that waits touches, who looks at it. Leaves: earlier answers that they may see. Never here: the record itself, which
//! whoever composes the process reads (and records as read); a statement that was asked of others.

use async_trait::async_trait;
use door::Caller;
use event::payload::Quorum;
use event::{Principal, StatementId};
use serde::Serialize;
use utoipa::ToSchema;

/// What makes statements alike: they read and write the same tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Like {
    /// The one that waits.
    pub statement: StatementId,
    /// Tables read.
    pub reads: Vec<String>,
    /// Tables written.
    pub writes: Vec<String>,
}

/// A statement that people answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Alike {
    /// The statement.
    pub statement_id: String,
    /// Its session.
    pub session_id: String,
    /// When it was asked for, RFC 3339.
    pub time: String,
    /// Who asked, as the identity provider names them.
    pub requester: Principal,
    /// Who was to agree.
    pub quorum: Vec<Quorum>,
    /// `granted` or `denied`.
    pub approval: String,
    /// Who said yes.
    pub approvers: Vec<String>,
    /// Who said no.
    pub deniers: Vec<String>,
    /// The statement as the record shows it.
    #[schema(required)]
    pub text: Option<String>,
}

/// Why what was answered before is not known.
#[derive(Debug, thiserror::Error)]
#[error("what was answered before cannot be read: {0}")]
pub struct Unread(pub String);

/// Whoever knows what was answered before.
#[async_trait]
pub trait Memory: Send + Sync + 'static {
    /// At most `most` answered statements like this one, newest first. That `caller` reads them is recorded before they are given.
    async fn alike(&self, caller: &Caller, like: &Like, most: usize) -> Result<Vec<Alike>, Unread>;
}
