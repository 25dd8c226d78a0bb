//! What can go wrong with a query, in words an auditor can act on.
//!
//! Enters: errors of DataFusion, freshness, the journal. Leaves: one message and one hint. Never here: a stack trace.

use datafusion::error::DataFusionError;
use event::payload::AuditorQueried;
use journal::emit::EmitError;

use crate::fresh::FreshError;
use crate::limits::{SOUGHT_PER_HOUR_MAX, SQL_BYTES_MAX};

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The SQL is wrong.
    #[error("{0}")]
    Sql(String),
    /// It would change something.
    #[error("only reading is allowed: {0}")]
    ReadOnly(String),
    /// A value cannot be looked for.
    #[error("{0}")]
    Seen(String),
    /// One auditor looks for more values than an hour has.
    #[error(
        "one auditor may look for {SOUGHT_PER_HOUR_MAX} values within an hour: {before} were looked for, and this query has {more}"
    )]
    SoughtTooOften {
        /// Within the hour before.
        before: u64,
        /// In this query.
        more: u64,
    },
    /// Longer than is taken.
    #[error("the sql has {bytes} bytes, at most {SQL_BYTES_MAX} are taken")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// It nests deeper, or names more relations, than is planned.
    #[error("the sql is too complex: {0}")]
    TooComplex(String),
    /// It ran longer than it may.
    #[error("the query did not end within {seconds} s{read}")]
    Timeout {
        /// The limit.
        seconds: u64,
        /// What it had read by then, in words that go on; empty where that is not known.
        read: String,
    },
    /// Nobody took the rows that were there.
    #[error("nobody took the next rows for {seconds} s, so the query was ended")]
    Unread {
        /// The limit.
        seconds: u64,
    },
    /// It needs more memory or disk than it may.
    #[error("the query needs more memory than it may use: {0}")]
    Resources(String),
    /// The answer is larger than one answer may be.
    #[error("the answer has more than {max} bytes")]
    TooLarge {
        /// The limit.
        max: usize,
    },
    /// Archive or journal cannot be read whole.
    #[error(transparent)]
    Fresh(#[from] FreshError),
    /// A recorded row cannot be read.
    #[error("the record cannot be read: {0}")]
    Record(String),
    /// Nothing of that session is recorded.
    #[error("no event of session {0} is recorded")]
    UnknownSession(event::SessionId),
    /// What was recorded of that session went.
    #[error("session {session} went by retention on {day}: {rules}, applied by {by}")]
    Gone {
        /// The session.
        session: event::SessionId,
        /// When the last of it went, UTC.
        day: String,
        /// By which rules.
        rules: String,
        /// Who let it go.
        by: String,
    },
    /// The reading itself could not be recorded, so nothing is shown.
    #[error("this query could not be recorded, so its answer is withheld: {0}")]
    Unrecorded(#[from] EmitError),
}

impl QueryError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Sql(message) if message.contains("No field named") => {
                "`select * from docs where table_name = '…'` lists columns; names with capitals, as in recorded results, need double quotes"
            }
            Self::Sql(message) if message.contains("not found") => {
                "`show tables` lists tables; `select distinct table_name, table_doc from docs` says what they hold"
            }
            Self::Sql(_) => "`select * from docs` describes every table and column",
            Self::ReadOnly(_) => {
                "use select, with, show, describe or explain, one statement at a time"
            }
            Self::Seen(_) => {
                "what is looked for is not recorded; `firn find --value -` reads it from standard input"
            }
            Self::SoughtTooOften { .. } => {
                "ask again later: `select time, auditor, exported from auditors where exported like 'value %'` lists what was looked for, by tokens"
            }
            Self::TooLong { .. } => "split it, or join against a view instead of listing values",
            Self::TooComplex(_) => "split it; a list in (…) may be long, a chain of or may not",
            Self::Timeout { .. } => {
                "narrow it by session_id or time, or raise `timeout` in [query]"
            }
            Self::Unread { .. } => {
                "ask again, and read the answer as it comes: into a file first, if what is done with it takes long"
            }
            Self::Resources(_) => {
                "narrow it by session_id or time, select fewer columns, or raise `memory_bytes` in [query]"
            }
            Self::TooLarge { .. } => "select fewer columns or rows",
            Self::Fresh(FreshError::Behind { .. }) => {
                "check that the recorder runs and keeps up: what is not archived yet must fit into the journal tail"
            }
            Self::Fresh(_) => "check that the archive and the journal can be reached",
            Self::Record(_) => "`firn verify` tells whether the record was altered",
            Self::UnknownSession(_) => "`firn sessions` lists what is recorded",
            Self::Gone { .. } => {
                "its tombstone proves that it was there, and says no more: `firn retention log --session`"
            }
            Self::Unrecorded(_) => "reading is recorded before it is shown; check the journal",
        }
    }

    /// The answer was not even tried for a reason of ours, not of the asker's.
    pub const fn is_ours(&self) -> bool {
        matches!(self, Self::Fresh(_) | Self::Record(_) | Self::Unrecorded(_))
    }
}

impl From<DataFusionError> for QueryError {
    fn from(error: DataFusionError) -> Self {
        match error.find_root() {
            DataFusionError::ResourcesExhausted(message) => Self::Resources(first_line(message)),
            DataFusionError::ObjectStore(error) => Self::Record(first_line(&error.to_string())),
            DataFusionError::ParquetError(error) => Self::Record(first_line(&error.to_string())),
            DataFusionError::External(error) => Self::Record(first_line(&error.to_string())),
            root => Self::Sql(readable(&root.strip_backtrace())),
        }
    }
}

/// DataFusion's message without what only its authors need.
fn readable(message: &str) -> String {
    let mut rest = message.trim();
    for prefix in [
        "Error during planning: ",
        "Schema error: ",
        "Execution error: ",
        "Arrow error: ",
        "SQL error: ",
        "Optimizer rule ",
        "This feature is not implemented: ",
    ] {
        rest = rest.strip_prefix(prefix).unwrap_or(rest);
    }
    let parser = rest
        .strip_prefix("ParserError(\"")
        .and_then(|inner| inner.strip_suffix("\")"));
    parser.unwrap_or(rest).replace("firn.audit.", "")
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

/// What the record says of a query.
pub(crate) fn account(
    sql: &str,
    outcome: Result<u64, &QueryError>,
    duration_ns: u64,
) -> AuditorQueried {
    AuditorQueried {
        sql: sql.to_owned(),
        rows: outcome.ok(),
        error: outcome.err().map(ToString::to_string),
        duration_ns,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_for_auditors() {
        for (raw, want) in [
            (
                "Error during planning: table 'firn.audit.nope' not found",
                "table 'nope' not found",
            ),
            (
                "SQL error: ParserError(\"Expected: end of statement, found: foo\")",
                "Expected: end of statement, found: foo",
            ),
            ("Schema error: No field named x.", "No field named x."),
        ] {
            assert_eq!(readable(raw), want);
        }
    }
}
