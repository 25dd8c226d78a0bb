//! Which metrics the recorder has.
//!
//! Enters: commits, failures, how far behind a partition is. Leaves: numbers under the names listed here. Never here: what a record holds.

use archive::Committed;
use journal::Partition;
use journal::metrics::{Metric, describe, level, seconds};
use metrics::{counter, gauge, histogram};

const EVENTS: &str = "firn_recorder_events_total";
const QUARANTINED: &str = "firn_recorder_quarantined_total";
const COMMITS: &str = "firn_recorder_commits_total";
const FAILURES: &str = "firn_recorder_failures_total";
const COMMIT: &str = "firn_recorder_commit_seconds";
const COMPACTED: &str = "firn_recorder_compacted_files_total";
const COMPACTED_BYTES: &str = "firn_recorder_compacted_bytes_total";
const PARTITIONS: &str = "firn_recorder_partitions";
const LAG_EVENTS: &str = "firn_recorder_lag_events";
const LAG_SECONDS: &str = "firn_recorder_lag_seconds";

/// The recorder's metrics.
pub const ALL: [Metric; 10] = [
    Metric::counter(EVENTS, "Events archived."),
    Metric::counter(
        QUARANTINED,
        "Records that are no events, kept in quarantine with the reason.",
    ),
    Metric::counter(COMMITS, "Batches committed to the archive."),
    Metric::counter(
        FAILURES,
        "Tries that failed, of the journal or the archive; nothing is lost by them.",
    ),
    Metric::histogram(COMMIT, "How long the archive took for a batch."),
    Metric::counter(
        COMPACTED,
        "Small files of the archive that became one with others.",
    ),
    Metric::counter(COMPACTED_BYTES, "Bytes of the files they became."),
    Metric::gauge(PARTITIONS, "Partitions this recorder holds."),
    Metric::gauge(
        LAG_EVENTS,
        "Offsets between the archive and the journal's end, by partition.",
    ),
    Metric::gauge(
        LAG_SECONDS,
        "How long the oldest record that is not archived has waited, by partition; 0 if none waits.",
    ),
];

/// Describes them and begins each at nothing.
pub(crate) fn register() {
    describe(&ALL);
    for name in [
        EVENTS,
        QUARANTINED,
        COMMITS,
        FAILURES,
        COMPACTED,
        COMPACTED_BYTES,
    ] {
        counter!(name).increment(0);
    }
    let _ = histogram!(COMMIT);
}

/// A batch is archived, after so many nanoseconds.
pub(crate) fn committed(committed: &Committed, took_ns: u64) {
    counter!(EVENTS).increment(committed.events as u64);
    counter!(QUARANTINED).increment(committed.quarantined as u64);
    counter!(COMMITS).increment(1);
    histogram!(COMMIT).record(seconds(took_ns));
}

/// So many files became one.
pub(crate) fn compacted(files: usize, bytes: u64) {
    counter!(COMPACTED).increment(files as u64);
    counter!(COMPACTED_BYTES).increment(bytes);
}

/// A try failed.
pub(crate) fn failed() {
    counter!(FAILURES).increment(1);
}

/// How far behind a partition is.
pub(crate) fn behind(partition: Partition, events: u64, waited_ns: u64) {
    let name = partition.to_string();
    gauge!(LAG_EVENTS, "partition" => name.clone()).set(level(events));
    gauge!(LAG_SECONDS, "partition" => name).set(seconds(waited_ns));
}

/// How many partitions this recorder holds.
pub(crate) fn held(partitions: usize) {
    gauge!(PARTITIONS).set(level(partitions as u64));
}
