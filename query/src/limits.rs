//! Every limit of a query, in one place. Those a configuration may change are the defaults of [`crate::Config`].

use std::time::Duration;

use backon::ExponentialBuilder;

/// Longest SQL that is taken, bytes.
pub const SQL_BYTES_MAX: usize = 256 * 1024;
/// Most operators, and words like AND or UNION, of one query: they nest to the left without a bracket, so they bound the depth of its
/// tree. A thread's 16 MiB of stack hold some times as many.
pub const LINKS_MAX: usize = 1_000;
/// As how many of them an EXPLAIN counts: one of another recurses in the parser.
pub const EXPLAIN_LINKS: usize = 100;
/// Most brackets open at once.
pub const NESTING_MAX: usize = 100;
/// Most parts of one name, after the first.
pub const NAME_PARTS_MAX: usize = 32;
/// Most relations of one query, those of a WITH query as often as it is named.
pub const RELATIONS_MAX: u64 = 500;
/// Functions there are not: each makes as many values of one as it is told, outside of any bound on memory, and one that is told
/// a large number ends the process. `generate_series` is a table too, which is read as it is needed.
pub const UNBOUNDED: [&str; 5] = [
    "range",
    "generate_series",
    "array_repeat",
    "array_resize",
    "repeat",
];
/// Rows returned unless the request asks for fewer or more.
pub const ROWS_DEFAULT: usize = 1_000;
/// Most rows one answer holds.
pub const ROWS_MAX: usize = 100_000;
/// Most bytes of Arrow one answer holds.
pub const ANSWER_BYTES_MAX: usize = 256 * 1024 * 1024;
/// Most bytes of one row group of an answer as Parquet; it is in memory until it is whole.
pub const PARQUET_GROUP_BYTES: usize = 8 * 1024 * 1024;
/// Most rows of one.
pub const PARQUET_GROUP_ROWS: usize = 128 * 1024;
/// Most values that one auditor may look for (`seen('…')`, `firn find`) within an hour: each tells whether the record has a value that somebody
/// guessed.
pub const SOUGHT_PER_HOUR_MAX: u64 = 120;
/// Most rows of one recorded result that `result()` or a timeline reads.
pub const RESULT_ROWS_MAX: usize = 1_000_000;
/// Most calls of `result()` in one query.
pub const RESULT_CALLS_MAX: usize = 16;
/// Most events of one session that are read at once.
pub const SESSION_EVENTS_MAX: usize = 1_000_000;
/// Most statements of one session that its outline holds.
pub const OUTLINE_STATEMENTS_MAX: usize = 100_000;
/// Longest beginning of a statement's text in an outline, characters.
pub const OUTLINE_TEXT_MAX: usize = 80;
/// Sessions listed unless asked otherwise.
pub const SESSIONS_DEFAULT: usize = 50;

/// Memory all running queries share, bytes; what does not fit spills or fails.
pub const MEMORY_BYTES: usize = 1024 * 1024 * 1024;
/// Disk that queries spill to at most, bytes.
pub const SPILL_BYTES: u64 = 8 * 1024 * 1024 * 1024;
/// Memory for footers of files that were read, bytes, beside that.
pub const FOOTER_BYTES: usize = 96 * 1024 * 1024;
/// A query that took so long says what it read.
pub const SLOW: Duration = Duration::from_secs(5);
/// Queries that run at once; more wait.
pub const QUERIES_RUNNING_MAX: usize = 8;
/// One auditor has at most all of them but one in so many, so that another one's query begins at once.
pub const QUERIES_SPARED: usize = 4;
/// A query whose reader has not asked for the next rows for so long gives its turn on, and waits for another before it reads more.
pub const READER_PAUSE: Duration = Duration::from_secs(1);
/// An answer over HTTP of which nobody took the next rows for so long is cut off, and its query ends.
pub const READER_GONE: Duration = Duration::from_secs(60);
/// How long one query may run.
pub const QUERY_TIMEOUT: Duration = Duration::from_secs(60);

/// How old the archive's snapshot may be. Freshness does not rest on it: the tail begins where the snapshot ends.
pub const SNAPSHOT_AGE_MAX: Duration = Duration::from_secs(1);
/// How often the tail drops what the archive has, while nobody asks.
pub const EVICTION_INTERVAL: Duration = Duration::from_secs(5);
/// How long a query waits for the tail to reach what the journal held when it began.
pub const FRESHNESS_WAIT: Duration = Duration::from_secs(10);
/// Memory of the tail, bytes of journal records. Full, it reads on only when the archive advances.
pub const TAIL_BYTES: usize = 256 * 1024 * 1024;
/// Records taken from a partition's subscription at once.
pub const TAIL_READ_RECORDS: usize = 256;
/// Events of the tail that become one Arrow batch.
pub const TAIL_BATCH_EVENTS: usize = 1_024;
/// Bytes of journal records that become one Arrow batch.
pub const TAIL_BATCH_BYTES: usize = 8 * 1024 * 1024;
/// Longest pause between two attempts to read the journal.
pub const TAIL_RETRY_MAX: Duration = Duration::from_secs(5);
/// Pauses between attempts to read the journal, each longer, and never the same for two readers.
pub const TAIL_RETRY: ExponentialBuilder = ExponentialBuilder::new()
    .with_min_delay(Duration::from_millis(50))
    .with_max_delay(TAIL_RETRY_MAX)
    .without_max_times()
    .with_jitter();
/// The first so many rows of a statement's results are read beside its events, before it is known which pages they are in.
pub const FIRST_ROWS_MAX: u64 = 1_000;
