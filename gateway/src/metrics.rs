//! Which metrics the gateway has, and the span of a statement.
//!
//! Enters: verdicts, outcomes, times, counts of what was delivered. Leaves: numbers under the names listed here. Never here: a
//! statement's text, a row, who asked.

use event::payload::Verdict;
use event::{Payload, SessionId, StatementId};
use journal::metrics::{Metric, describe, level, seconds};
use metrics::{counter, gauge, histogram};

use crate::outcome::Outcome;

const STATEMENTS: &str = "firn_statements_total";
const ANSWERED: &str = "firn_statements_answered_total";
const UNRECORDED: &str = "firn_statements_unrecorded_total";
const DECISION: &str = "firn_statement_decision_seconds";
const ADDED: &str = "firn_statement_added_seconds";
const UPSTREAM: &str = "firn_statement_upstream_seconds";
const ROWS: &str = "firn_result_rows_total";
const BYTES: &str = "firn_result_bytes_total";
const MASKED: &str = "firn_result_masked_cells_total";
const HOLDS: &str = "firn_holds_waiting";
const SESSIONS: &str = "firn_sessions_served";
const DEGRADED: &str = "firn_connections_degraded";

/// The gateway's metrics.
pub const ALL: [Metric; 12] = [
    Metric::counter(STATEMENTS, "Statements decided on, by verdict."),
    Metric::counter(
        ANSWERED,
        "What statements came to, by outcome: delivered, running (the driver is to poll), refused, renew, busy.",
    ),
    Metric::counter(
        UNRECORDED,
        "Statements of best-effort connections that ran although they could not be recorded.",
    ),
    Metric::histogram(
        DECISION,
        "How long it took to know where a session stands and to decide on its statement.",
    ),
    Metric::histogram(
        ADDED,
        "What firn added to a statement that ran at once: from its arrival to its answer, without Snowflake's time.",
    ),
    Metric::histogram(
        UPSTREAM,
        "How long Snowflake took for a statement's answer.",
    ),
    Metric::counter(ROWS, "Rows delivered to drivers."),
    Metric::counter(
        BYTES,
        "Bytes of results delivered to drivers, before HTTP compression.",
    ),
    Metric::counter(MASKED, "Cells masked in what was delivered."),
    Metric::gauge(
        HOLDS,
        "Statements that wait for a person. Every gateway knows all of them: take the maximum, not the sum.",
    ),
    Metric::gauge(
        SESSIONS,
        "Sessions this gateway served that have not ended.",
    ),
    Metric::gauge(
        DEGRADED,
        "Connections whose statements run unrecorded now, as their audit = \"best_effort\" says.",
    ),
];

/// Describes them and begins each at nothing.
pub(crate) fn register() {
    describe(&ALL);
    for verdict in Verdict::ALL {
        counter!(STATEMENTS, "verdict" => verdict.as_str()).increment(0);
    }
    for name in [UNRECORDED, ROWS, BYTES, MASKED] {
        counter!(name).increment(0);
    }
    for name in [DECISION, ADDED, UPSTREAM] {
        let _ = histogram!(name);
    }
}

/// The one span of a statement at work here: which it is and what came of it, never what it says.
pub(crate) fn span(statement: StatementId, session: SessionId, connection: &str) -> tracing::Span {
    tracing::info_span!(
        "statement",
        %statement,
        %session,
        connection,
        verdict = tracing::field::Empty,
        outcome = tracing::field::Empty,
    )
}

/// A statement was decided on, in so many nanoseconds. Its span says so too.
pub(crate) fn decided(verdict: Verdict, took_ns: u64) {
    counter!(STATEMENTS, "verdict" => verdict.as_str()).increment(1);
    histogram!(DECISION).record(seconds(took_ns));
    tracing::Span::current().record("verdict", verdict.as_str());
}

/// What a statement came to. Its span says so too.
pub(crate) fn answered(outcome: &Outcome) {
    counter!(ANSWERED, "outcome" => outcome.name()).increment(1);
    tracing::Span::current().record("outcome", outcome.name());
}

/// Snowflake answered a statement, after so many nanoseconds.
pub(crate) fn executed(took_ns: u64) {
    histogram!(UPSTREAM).record(seconds(took_ns));
}

/// A statement ran at once and was answered `total_ns` after it arrived, `upstream_ns` of which Snowflake took.
pub(crate) fn added(total_ns: u64, upstream_ns: u64) {
    histogram!(ADDED).record(seconds(total_ns.saturating_sub(upstream_ns)));
}

/// An event is on its way into the record: what it says of a delivery counts.
pub(crate) fn delivered(payload: &Payload) {
    if let Payload::ResponseFinished(finished) = payload {
        counter!(ROWS).increment(finished.rows);
        counter!(BYTES).increment(finished.bytes);
        counter!(MASKED).increment(finished.masked_cells);
    }
}

/// Statements ran unrecorded.
pub(crate) fn unrecorded(statements: u64) {
    counter!(UNRECORDED).increment(statements);
}

/// Where the gateway stands now.
pub(crate) fn standing(holds: usize, sessions: usize, degraded: usize) {
    gauge!(HOLDS).set(level(holds as u64));
    gauge!(SESSIONS).set(level(sessions as u64));
    gauge!(DEGRADED).set(level(degraded as u64));
}
