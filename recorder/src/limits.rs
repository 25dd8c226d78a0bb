//! Every limit of the recorder, in one place.

use std::time::Duration;

/// A batch is committed when its records reach this many bytes.
pub const BATCH_BYTES: u64 = 32 * 1024 * 1024;
/// A batch is committed when it holds this many records.
pub const BATCH_EVENTS: u64 = 50_000;
/// A batch is committed when its first record has waited this long.
pub const BATCH_AGE: Duration = Duration::from_secs(5);
/// Memory that batches of all partitions may take together, bytes.
pub const MEMORY_BYTES: u64 = 512 * 1024 * 1024;
/// Bytes a record takes in memory for each byte of its value: decoded, as Arrow rows, as a Parquet file.
pub const MEMORY_FACTOR: u64 = 4;
/// Bytes a record takes in memory however small it is.
pub const MEMORY_PER_RECORD: u64 = 4 * 1024;
/// One unit of the memory budget, bytes.
pub const MEMORY_UNIT: u64 = 4 * 1024;
/// First pause after a failure; doubles up to [`RETRY_PAUSE_MAX`].
pub const RETRY_PAUSE: Duration = Duration::from_millis(200);
/// Longest pause after a failure.
pub const RETRY_PAUSE_MAX: Duration = Duration::from_secs(15);
/// At shutdown, how long the last batches may take.
pub const DRAIN: Duration = Duration::from_secs(20);
/// How often the end of the journal is asked for, to tell the lag.
pub const LAG_INTERVAL: Duration = Duration::from_secs(2);
/// At shutdown, a journal that delivers nothing for this long has nothing left.
pub const DRAIN_QUIET: Duration = Duration::from_millis(200);
/// How often the tasks of the partitions are looked after.
pub const WATCH_INTERVAL: Duration = Duration::from_secs(5);
