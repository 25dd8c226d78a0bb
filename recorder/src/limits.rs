//! Every limit of the recorder, in one place.

use std::time::Duration;

use backon::ExponentialBuilder;

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
/// Longest pause after a failure.
pub const RETRY_PAUSE_MAX: Duration = Duration::from_secs(15);
/// Pauses after failures, each longer, and never the same for two recorders.
pub const RETRY: ExponentialBuilder = ExponentialBuilder::new()
    .with_min_delay(Duration::from_millis(200))
    .with_max_delay(RETRY_PAUSE_MAX)
    .without_max_times()
    .with_jitter();
/// At shutdown, how long the last batches may take.
pub const DRAIN: Duration = Duration::from_secs(20);
/// How often the end of the journal is asked for, to tell the lag.
pub const LAG_INTERVAL: Duration = Duration::from_secs(2);
/// At shutdown, a journal that delivers nothing for this long has nothing left.
pub const DRAIN_QUIET: Duration = Duration::from_millis(200);
/// How often the tasks of the partitions are looked after.
pub const WATCH_INTERVAL: Duration = Duration::from_secs(5);
/// How often it is asked whether something is to be sealed.
pub const SEAL_INTERVAL: Duration = Duration::from_secs(5);
/// Archived events that are sealed at once; readers fold fewer.
pub const SEAL_EVENTS: u64 = 8 * 1024;
/// How long fewer may wait.
pub const SEAL_AGE: Duration = Duration::from_secs(60);
/// How often it is asked whether files are to become one.
pub const COMPACT_INTERVAL: Duration = Duration::from_secs(60);
/// How many times as long as a compaction took nothing is compacted after it.
pub const COMPACT_REST: u32 = 3;
/// How often it is asked which replaced files may go.
pub const VACUUM_INTERVAL: Duration = Duration::from_secs(3_600);
/// The least time a replaced file must stay: what a query or an export may take.
pub const KEEP_REPLACED_MIN: Duration = Duration::from_secs(600);
/// The most: a checkpoint of a table's log forgets what was removed more than seven days ago (Delta's own default), and what is forgotten is
/// never deleted. A day is left for the looks at it.
pub const KEEP_REPLACED_MAX: Duration = Duration::from_secs(6 * 86_400);
/// How long after its start a recorder first lets go what is due.
pub const RETAIN_FIRST: Duration = Duration::from_secs(600);
