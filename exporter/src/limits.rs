//! Every limit of the exporter, in one place.

use std::time::Duration;

use backon::ExponentialBuilder;

/// A batch goes out when it holds this many items, unless configured.
pub const BATCH_ITEMS: usize = 1_000;
/// A batch goes out when its items reach this many bytes, unless configured.
pub const BATCH_BYTES: usize = 1024 * 1024;
/// A batch goes out when its first item has waited this long, unless configured.
pub const BATCH_AGE: Duration = Duration::from_secs(1);
/// Most items a batch may be configured to hold.
pub const BATCH_ITEMS_MAX: usize = 50_000;
/// Most bytes a batch may be configured to hold: it is in memory as events, as text and as a request.
pub const BATCH_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Bytes that the batches of all sinks of a process may have together: each is there three times, while it is made, waits and is sent, and
/// grows several times over on the way. Where sinks want more, each gets its share.
pub const BATCHES_BYTES: usize = 16 * 1024 * 1024;
/// The least share of it.
pub const BATCH_BYTES_MIN: usize = 64 * 1024;
/// A batch that becomes objects goes out when its first item has waited this long: Security Lake asks for one every five minutes at most.
pub const OBJECT_AGE: Duration = Duration::from_secs(5 * 60);
/// A record is split beyond this many bytes, unless configured.
pub const RECORD_BYTES: usize = 1024 * 1024;
/// The same for Splunk: what its collector is sent at once has 1 MB at most, the event's envelope included.
pub const SPLUNK_RECORD_BYTES: usize = 900 * 1024;
/// The same for Google SecOps, whose requests have 1 MB at most.
pub const SECOPS_RECORD_BYTES: usize = 512 * 1024;
/// Fewest bytes a record may be limited to: a part has an envelope too.
pub const RECORD_BYTES_MIN: usize = 1024;
/// Bytes a part needs beside its share of the record.
pub const PART_ENVELOPE_BYTES: usize = 768;
/// One request may take this long, unless configured.
pub const TIMEOUT: Duration = Duration::from_secs(30);
/// Most bytes of a receiver's answer that are read.
pub const ANSWER_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Most bytes of a receiver's answer that are said again in an error.
pub const ANSWER_SAID_MAX: usize = 300;

/// Longest pause after a failure, unless the receiver asks for more.
pub const RETRY_PAUSE_MAX: Duration = Duration::from_secs(30);
/// Longest pause a receiver may ask for.
pub const RETRY_AFTER_MAX: Duration = Duration::from_secs(15 * 60);
/// Pauses after failures, each longer, and never the same for two exporters.
pub const RETRY: ExponentialBuilder = ExponentialBuilder::new()
    .with_min_delay(Duration::from_millis(200))
    .with_max_delay(RETRY_PAUSE_MAX)
    .without_max_times()
    .with_jitter();

/// Where a receiver refuses so many records in a row and takes none of a batch, it is taken to refuse us rather than them: it is set up wrong,
/// or the sink is, and a record kept as a dead letter would say nothing of itself.
pub const REFUSED_WHOLE: usize = 10;
/// The same within a batch of which something was taken before, or not everything was tried: what is wrong with one kind of record may come
/// in a long row, the pages of a result for one.
pub const REFUSED_IN_A_ROW: usize = 100;

/// A cursor that moved over filtered items alone is written this often.
pub const CURSOR_IDLE: Duration = Duration::from_secs(10);
/// Tries of one cursor update before its failure is told: members that share a sink collide.
pub const CURSOR_TRIES_MAX: u32 = 32;
/// Why a sink takes nothing is kept beside its cursor this often at most.
pub const FAILURE_KEPT: Duration = Duration::from_secs(10);
/// Hours of which a cursor keeps counts.
pub const HOURS_KEPT: usize = 72;

/// Bytes that all sinks of a process read ahead of all their partitions: what waits, beside one fetch of a share each.
pub const READ_AHEAD_BYTES: usize = 24 * 1024 * 1024;
/// Bytes read ahead of what people said.
pub const APPROVALS_AHEAD_BYTES: usize = 1024 * 1024;

/// A sink that takes nothing for this long is read for no longer; once it takes again, reading begins anew.
pub const STALL: Duration = Duration::from_secs(10);
/// At shutdown, how long the last batch may take.
pub const DRAIN: Duration = Duration::from_secs(10);
/// How often the tasks of the sinks are looked after, and how far behind they are.
pub const WATCH_INTERVAL: Duration = Duration::from_secs(2);

/// A statement of which nothing was heard for this long is told as it stands.
pub const SILENCE: Duration = Duration::from_secs(10 * 60);
/// The same, for one that failed while its result was being fetched: its driver may ask for the rest again.
pub const SILENCE_FAILED: Duration = Duration::from_secs(60);
/// How often silent statements are looked for.
pub const SWEEP_INTERVAL: Duration = Duration::from_secs(5);
/// Statements that may be open in all partitions of all sinks of a process; beyond, the oldest of who holds most is told as it stands.
pub const OPEN_STATEMENTS_MAX: usize = 64 * 1024;
/// Bytes of statement texts that they may hold.
pub const OPEN_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Ended statements that all partitions of all sinks of a process remember, so that a retry does not tell them again.
pub const ENDED_REMEMBERED: usize = 64 * 1024;
/// Of these, each partition of a sink remembers so many at least, and at most.
pub const ENDED_REMEMBERED_EACH: (usize, usize) = (256, 8 * 1024);
/// Statements whose approvals are remembered.
pub const APPROVALS_REMEMBERED: usize = 8 * 1024;
/// Statements beyond these of which it is remembered where the words stand.
pub const APPROVALS_PLACED: usize = 256 * 1024;
/// Offsets that are read at once where such words are read again: those beside them are asked for next.
pub const APPROVALS_AGAIN: u64 = 4_096;
/// How often that is tried where more is said meanwhile.
pub const APPROVALS_AGAIN_TRIES: u32 = 3;
/// How long an ended statement waits for what people said of it, where the journal's other topic is slow.
pub const APPROVALS_WITHIN: Duration = Duration::from_secs(5);
/// A statement that people are asked about, while what they say cannot be read, is told as it stands after so long.
pub const APPROVALS_UNREAD: Duration = Duration::from_secs(60 * 60);

/// How often it is looked which detections are due.
pub const LOOK_INTERVAL: Duration = Duration::from_secs(2);
/// When a detection that failed is tried again.
pub const LOOK_AGAIN: Duration = Duration::from_secs(30);
/// How long an exporter may take to ask one window; then another asks it.
pub const LEASE: Duration = Duration::from_secs(5 * 60);
/// Findings of one window that are raised.
pub const FINDINGS_A_WINDOW: usize = 10_000;
/// Findings of a rule that are remembered, so that overlapping windows raise none again.
pub const RAISED_REMEMBERED: usize = 50_000;

/// Records a receiver is asked for at once.
pub const ASKED_AT_ONCE: usize = 2_000;
/// Times a receiver that does not say what it has is asked before that is told.
pub const ASK_TRIES_MAX: u32 = 4;
/// Longest pause before it is asked again, whatever it asks for: somebody waits for the report.
pub const ASK_PAUSE_MAX: Duration = Duration::from_secs(30);
/// Ids in one query to VictoriaLogs, which takes 16 KiB of query unless told otherwise.
pub const IDS_A_QUERY: usize = 250;
/// Missing records that a report names; all are counted.
pub const MISSING_NAMED: usize = 1_000;
/// Dead letters written at once.
pub const DEAD_AT_ONCE: usize = 16;
/// Names of objects that are read at once.
pub const DEAD_READ_AT_ONCE: usize = 32;
