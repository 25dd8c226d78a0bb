//! The sealed table `sessions`.
//!
//! Enters: nothing. Leaves: columns: those that people see, and those by which the next step goes on with a row without reading the
//! session again. Never here: a column that is not a sum, a bound or a first over the session's events.

use super::super::Column;
use super::{Kind, SealedColumn, col};

/// Table `sessions`, as auditors see it; they see `expires` as a time, of which Delta Lake has no nanoseconds.
pub const SESSIONS: [SealedColumn; 28] = [
    col(
        "session_id",
        Kind::Text,
        "The session; `session('…')` gives its events",
    ),
    col("opened", Kind::Time, "Login, or the first event"),
    col("principal", Kind::Text, "Who asked, by the name for people"),
    col("agent", Kind::Text, "Client program, as it names itself"),
    col(
        "connection",
        Kind::Text,
        "The named connection of the configuration",
    ),
    col("state", Kind::Text, "`open`, `closed` or `refused`"),
    col("closed", Kind::Time, "When it ended"),
    col("close_reason", Kind::Text, "Why it ended or was refused"),
    col(
        "expires",
        Kind::Count,
        "When it ends at the latest; it is over then even where no gateway was left to say so. In files: nanoseconds since 1970 UTC",
    ),
    col(
        "duration_ms",
        Kind::Number,
        "From the first event to the last, milliseconds",
    ),
    col("statements", Kind::Count, "Statements"),
    col(
        "denied",
        Kind::Count,
        "Statements and stage operations refused",
    ),
    col("held", Kind::Count, "Statements that waited for people"),
    col(
        "masked",
        Kind::Count,
        "Statements of which cells were masked",
    ),
    col("failed", Kind::Count, "Statements that failed"),
    col("rows", Kind::Count, "Rows delivered"),
    col(
        "bytes",
        Kind::Count,
        "Bytes delivered, before HTTP compression",
    ),
    col("masked_cells", Kind::Count, "Cells masked"),
    col(
        "first_text",
        Kind::Text,
        "Its first statement, literals masked",
    ),
    col("events", Kind::Count, "Events recorded"),
    col("last_time", Kind::Time, "Its last event"),
    col(
        "principal_subject",
        Kind::Text,
        "The issuer's stable name for the principal",
    ),
    col(
        "principal_issuer",
        Kind::Text,
        "OIDC issuer that vouched for the principal",
    ),
    col(
        "principal_groups",
        Kind::Texts,
        "The principal's groups at that time",
    ),
    col("agent_version", Kind::Text, "The client program's version"),
    col(
        "on_behalf_of",
        Kind::Text,
        "The human or workload behind the agent, from a claim",
    ),
    col("source_ip", Kind::Text, "The client's IP address"),
    col(
        "upstream_session",
        Kind::Text,
        "Snowflake's own session id, for reconciliation",
    ),
];

/// What the next step needs of a row, and no view shows.
const STATE: [SealedColumn; 10] = [
    col("first_time", Kind::Time, "Its first event"),
    col("login", Kind::Time, "The login, if it is recorded"),
    col(
        "closed_at",
        Kind::Text,
        "Partition of the event that ended it",
    ),
    col("closed_offset", Kind::Count, "Its offset there"),
    col(
        "refused",
        Kind::Text,
        "Why the login was refused, if it was",
    ),
    col(
        "who_time",
        Kind::Count,
        "Time of the event that says who it is, nanoseconds since 1970 UTC",
    ),
    col("who_at", Kind::Text, "Its partition"),
    col("who_offset", Kind::Count, "Its offset there"),
    col(
        "first_statement",
        Kind::Text,
        "The statement that `first_text` is of",
    ),
    col("first_statement_time", Kind::Time, "When it arrived"),
];

/// Columns of the sealed table `sessions`.
pub(in crate::schema) fn session_columns() -> Vec<Column> {
    SESSIONS
        .iter()
        .chain(&STATE)
        .map(SealedColumn::column)
        .collect()
}
