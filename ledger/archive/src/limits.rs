//! Every limit of the archive, in one place.

use std::time::Duration;

use backon::ExponentialBuilder;

/// Tries before a commit gives up because others keep winning, or the store keeps contradicting itself.
pub const COMMIT_TRIES_MAX: usize = 32;
/// Pauses between them, each longer, and never the same for two writers.
pub const COMMIT_RETRY: ExponentialBuilder = ExponentialBuilder::new()
    .with_min_delay(Duration::from_millis(10))
    .with_max_delay(Duration::from_millis(640))
    .with_max_times(COMMIT_TRIES_MAX - 1)
    .with_jitter();
/// Log entries read one by one; who is further behind reads the table from its checkpoint.
pub const CATCH_UP_ENTRIES_MAX: usize = 256;
/// Commits between two checkpoints of a table log, at least: a reader replays some such number of small files.
pub const CHECKPOINT_INTERVAL: u64 = 64;
/// Files a checkpoint lists for each commit since the one before, so that a commit's share of it stays what it is.
pub const FILES_PER_CHECKPOINTED_COMMIT: u64 = 64;
/// Events after the watermark that a reader folds in memory; of more, statements are asked of the events.
pub const UNSEALED_EVENTS_MAX: u64 = 250_000;
/// Events one step seals, some more: a file of events is sealed whole.
pub const SEAL_EVENTS: u64 = 100_000;
/// Bytes of files that one step seals, some more: their events are in memory together, and texts may be long. Unpacked they are some ten
/// times as many.
pub const SEAL_BYTES: u64 = 32 * 1024 * 1024;
/// Rows of a sealed file that is merged with the next, at most.
pub const SEALED_ROWS_MAX: u64 = 262_144;
/// Replaced rows of one sealed file that a log entry may list: more than any file has, and few enough to hold.
pub const DEAD_ROWS_MAX: u64 = 4 * 1024 * 1024;
/// Sessions that are looked up one by one in a sealed file; of more, all between the first and the last.
pub const SESSIONS_LOOKED_UP_MAX: usize = 20;
/// Files whose filters are asked for tokens or statements beside each other.
pub const FILTERS_AT_ONCE: usize = 16;
/// Bytes of filters over statements that are kept in memory: of some two thousand files.
pub const BLOOMS_BYTES: usize = 32 * 1024 * 1024;
/// Statements that verification folds again at once.
pub const VERIFY_STATEMENTS: usize = 16_384;
/// Files that verification looks at beside each other, where there are as many cores.
pub const VERIFY_FILES: usize = 4;
/// Rows of a file that verification unpacks at once, as long as nothing is wrong with it.
pub const VERIFY_ROWS: usize = 8_192;
/// Events after which a verification keeps where it stands, so that one that is interrupted goes on from there.
pub const VERIFY_KEPT_EVENTS: u64 = 500_000;
/// Bytes a compacted file is to have, some more; what has half of them is not compacted again.
pub const COMPACTED_BYTES: u64 = 8 * 1024 * 1024;
/// Bytes in memory that rows of files which become one may take, however small the files are: what is said a thousand times stands in one
/// once. Putting the rows in order takes as much again.
pub const COMPACTED_MEMORY: u64 = 512 * 1024 * 1024;
/// Files that take too much of it to become one with others, of which a process remembers that.
pub const COMPACTION_LARGE_KNOWN: usize = 65_536;
/// Rows that are as good a reason as these bytes: one row group.
pub const COMPACTED_ROWS: u64 = 65_536;
/// Files that become one however small they are together.
pub const COMPACTION_PIECES: usize = 256;
/// Small files between larger ones that are worth a commit.
pub const COMPACTION_LEFTOVERS: usize = 16;
/// How long replaced objects stay for readers of older snapshots, unless the configuration says otherwise.
pub const REPLACED_KEPT: Duration = Duration::from_secs(24 * 3_600);
/// How long entries of a table's log stay that a checkpoint has made superfluous.
pub const LOG_KEPT: Duration = Duration::from_secs(7 * 24 * 3_600);
/// Who has not looked at a table's log for this long looks first whether entries are gone that it has not read.
pub const LOG_TRUSTED: Duration = Duration::from_secs(3_600);
/// Days of a lock on an object, at most: what S3 takes, a century.
pub const LOCK_DAYS_MAX: u32 = 36_500;
/// Objects deleted at once.
pub const VACUUM_AT_ONCE: usize = 64;
/// Names tried for a file of what stays, where files that were never listed have those before.
pub const ERASED_NAMES_MAX: usize = 16;
/// Files one erasure reads at once, as long as they are small.
pub const ERASED_PIECES: usize = 64;
/// Holds that are read beside each other.
pub const HOLDS_AT_ONCE: usize = 32;
/// Days of a retention rule, at most: a century.
pub const RETENTION_DAYS_MAX: u32 = 36_525;
/// Times an erasure is planned again because others changed what it is about.
pub const ERASURE_TRIES_MAX: usize = 8;
/// A journal that delivers nothing for this long, though it has more, is not read on.
pub const JOURNAL_QUIET: Duration = Duration::from_secs(5);
/// Tombstones so much older than the last that sealed rows know of are looked at again: clocks differ. Nanoseconds.
pub const RESEALED_BEFORE: i64 = 86_400 * 1_000_000_000;
