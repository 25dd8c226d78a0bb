//! Which metrics the query engine has.
//!
//! Enters: what was asked, how it ended, how full the tail is. Leaves: numbers under the names listed here. Never here: SQL, rows, who asked.

use journal::metrics::{Metric, describe, level, seconds};
use metrics::{counter, gauge, histogram};

const QUERIES: &str = "firn_queries_total";
const SECONDS: &str = "firn_query_seconds";
const ROWS: &str = "firn_query_rows_total";
const BYTES: &str = "firn_query_bytes_total";
const RUNNING: &str = "firn_queries_running";
const TAIL_BYTES: &str = "firn_query_tail_bytes";
const SNAPSHOT_AGE: &str = "firn_query_snapshot_age_seconds";

/// The query engine's metrics.
pub const ALL: [Metric; 7] = [
    Metric::counter(QUERIES, "Queries, by outcome: answered or failed."),
    Metric::histogram(
        SECONDS,
        "How long a query took, until its answer was recorded.",
    ),
    Metric::counter(ROWS, "Rows of answers."),
    Metric::counter(BYTES, "Bytes of answers, as they stand in memory."),
    Metric::gauge(RUNNING, "Queries that run now."),
    Metric::gauge(
        TAIL_BYTES,
        "Bytes of journal records in memory because the archive does not have them yet.",
    ),
    Metric::gauge(
        SNAPSHOT_AGE,
        "Age of the archive's snapshot in use; answers do not get older by it, the tail only longer.",
    ),
];

/// Describes them and begins each at nothing.
pub(crate) fn register() {
    describe(&ALL);
    for outcome in ["answered", "failed"] {
        counter!(QUERIES, "outcome" => outcome).increment(0);
    }
    for name in [ROWS, BYTES] {
        counter!(name).increment(0);
    }
    let _ = histogram!(SECONDS);
}

/// A query ended: with so many rows and bytes, or without an answer.
pub(crate) fn asked(answered: Option<(u64, u64)>, elapsed_ns: u64) {
    let outcome = if answered.is_some() {
        "answered"
    } else {
        "failed"
    };
    let (rows, bytes) = answered.unwrap_or_default();
    counter!(QUERIES, "outcome" => outcome).increment(1);
    counter!(ROWS).increment(rows);
    counter!(BYTES).increment(bytes);
    histogram!(SECONDS).record(seconds(elapsed_ns));
}

/// Where the engine stands now.
pub(crate) fn standing(running: usize, tail_bytes: usize, snapshot_age_ns: u64) {
    gauge!(RUNNING).set(level(running as u64));
    gauge!(TAIL_BYTES).set(level(tail_bytes as u64));
    gauge!(SNAPSHOT_AGE).set(seconds(snapshot_age_ns));
}
