//! What became of a statement, as a value: each door writes it in its own protocol.
//!
//! Enters: what the parts on a statement's way conclude. Leaves: one of five outcomes. Never here: a body, a status, an address
//! of any protocol's own; a row that was not masked.

use std::sync::Arc;

use bytes::Bytes;
use event::payload::{Context, ResultColumn, ResultFormat};
use event::{Masked, StatementId};

use crate::failure::Failure;
use crate::raw::RawObject;
use crate::upstream::given::Rest;

/// What a statement came to, as far as it is now.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Its result, everything of it masked and durable.
    Delivered(Arc<Delivered>),
    /// It runs, or waits for people: ask again by this id.
    Running(String),
    /// It failed, or was not let through. Recorded.
    Refused(Box<Refusal>),
    /// It did not run: Snowflake's session must be renewed first.
    RenewFirst,
    /// It did not run, and nothing is recorded of it: too many wait already.
    Busy,
}

/// A result, masked and recorded.
#[derive(Clone, Debug)]
pub struct Delivered {
    /// Snowflake's query id.
    pub query_id: String,
    /// Query ids of a multi-statement's children, in order.
    pub children: Vec<String>,
    /// Where the session stands now, as far as the reply says.
    pub context: Context,
    /// Snowflake's `statementTypeId`.
    pub statement_type: Option<u64>,
    /// What its columns are.
    pub columns: Vec<ResultColumn>,
    /// The rows that came with it.
    pub rows: Rows,
    /// Where the others are: each is a stream of rows of its own, opened by its ticket.
    pub parts: Vec<Part>,
    /// Whatever else Snowflake said, for the door that speaks its drivers' protocol.
    pub rest: Rest,
    /// Files that the client is to send or to fetch now.
    pub files: Option<Files>,
}

/// Files that move by tickets.
#[derive(Clone, Debug)]
pub struct Files {
    /// To the stage; else from it.
    pub upload: bool,
    /// Which are meant, as Snowflake says it, without any way to storage.
    pub naming: RawObject,
    /// What opens each, on any gateway.
    pub tickets: Vec<String>,
}

/// Masked rows in one of two plain forms.
#[derive(Clone, Debug)]
pub struct Rows {
    /// JSON: arrays of texts and nulls, separated by commas. Arrow: an IPC stream, or nothing.
    pub format: ResultFormat,
    /// The rows so.
    pub bytes: Bytes,
}

/// Rows of a result that are fetched, masked and recorded when they are asked for.
#[derive(Clone, Debug)]
pub struct Part {
    /// What opens it, on any gateway.
    pub ticket: String,
    /// How many rows it has, where Snowflake says so.
    pub rows: Option<u64>,
}

/// Why there is no result.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// In the gateway's own words.
    Own(Failure),
    /// In Snowflake's, masked.
    Upstream(UpstreamRefusal),
}

/// Snowflake's error.
#[derive(Clone, Debug)]
pub struct UpstreamRefusal {
    /// Six digits.
    pub code: String,
    /// SQLSTATE.
    pub sql_state: String,
    /// Its text, masked or withheld.
    pub message: Masked<String>,
    /// Snowflake's query id, or the statement's.
    pub query_id: String,
    /// What else it says of the error: numbers and ids, no text that could quote a value.
    pub details: RawObject,
}

impl Outcome {
    /// The statement itself is what to ask for.
    pub fn running(statement: StatementId) -> Self {
        Self::Running(statement.to_string())
    }

    /// With files that move by it.
    #[must_use]
    pub fn with_files(self, files: Option<Files>) -> Self {
        match (self, files) {
            (Self::Delivered(delivered), Some(files)) => {
                let mut delivered = Arc::unwrap_or_clone(delivered);
                delivered.files = Some(files);
                Self::Delivered(Arc::new(delivered))
            }
            (outcome, _) => outcome,
        }
    }

    /// Its name in metrics and spans.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Delivered(_) => "delivered",
            Self::Running(_) => "running",
            Self::Refused(_) => "refused",
            Self::RenewFirst => "renew",
            Self::Busy => "busy",
        }
    }

    /// What keeping it weighs, bytes.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Delivered(delivered) => {
                let part = |part: &Part| size_of::<Part>() + part.ticket.len();
                let parts: usize = delivered.parts.iter().map(part).sum();
                let column = |column: &ResultColumn| {
                    let texts = column.name.len() + column.data_type.len() + column.origin.len();
                    size_of::<ResultColumn>() + texts
                };
                let columns: usize = delivered.columns.iter().map(column).sum();
                let files = delivered.files.iter().flat_map(|files| &files.tickets);
                let files: usize = files.map(String::len).sum();
                let rows = delivered.rows.bytes.len();
                size_of::<Delivered>() + rows + delivered.rest.bytes() + parts + columns + files
            }
            Self::Running(id) => id.len(),
            Self::Refused(refusal) => match &**refusal {
                Refusal::Own(failure) => failure.message.len(),
                Refusal::Upstream(refusal) => refusal.message.get().len(),
            },
            Self::RenewFirst | Self::Busy => 0,
        }
    }
}

impl From<Failure> for Outcome {
    fn from(failure: Failure) -> Self {
        Self::Refused(Box::new(Refusal::Own(failure)))
    }
}
