//! Every limit of the journal and the emitter, in one place.

use std::time::Duration;

use backon::ExponentialBuilder;

/// Largest record a journal takes, bytes: an event and its headers.
pub const RECORD_BYTES_MAX: usize = event::limits::EVENT_BYTES_MAX + 64 * 1024;

/// Partitions of `firn.events` unless configured.
pub const EVENTS_PARTITIONS: u32 = 6;
/// Partitions of `firn.control`: every gateway reads it whole, in one order.
pub const CONTROL_PARTITIONS: u32 = 1;
/// Most partitions of one topic.
pub const PARTITIONS_MAX: u32 = 1024;

/// Embedded journal: a segment is closed beyond this many bytes.
pub const SEGMENT_BYTES: u64 = 64 * 1024 * 1024;
/// Embedded journal: archived segments are kept up to this many bytes a partition.
pub const RETENTION_BYTES: u64 = 1024 * 1024 * 1024;
/// Embedded journal: archived segments are kept this long.
pub const RETENTION_AGE: Duration = Duration::from_secs(7 * 24 * 3600);
/// Embedded journal: bytes a partition may hold before appends are refused, archived or not.
pub const CAPACITY_BYTES: u64 = 64 * 1024 * 1024 * 1024;
/// Embedded journal: bytes that may wait for the disk, a partition.
pub const QUEUE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Embedded journal: bytes of one group commit, beyond which the next begins.
pub const COMMIT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Embedded journal: bytes between two entries of a segment's index.
pub const INDEX_STRIDE_BYTES: u64 = 64 * 1024;
/// Embedded journal: bytes read at once.
pub const READ_BYTES: usize = 256 * 1024;
/// Embedded journal: so few bytes that were written just now are read without a thread of their own.
pub const NEAR_BYTES: u64 = 64 * 1024;
/// Embedded journal: how often a reader in another process looks for new records.
pub const READER_POLL: Duration = Duration::from_millis(50);

/// Kafka: largest message, bytes: a record, its key, and what the protocol adds.
pub const KAFKA_MESSAGE_BYTES: usize = RECORD_BYTES_MAX + 64 * 1024;
/// Kafka: how long events are kept, where the topic is made here.
pub const KAFKA_RETENTION: Duration = Duration::from_secs(7 * 24 * 3600);
/// Kafka: how long approvals and announcements are kept at least, where the topic is made here.
pub const KAFKA_CONTROL_RETENTION: Duration = Duration::from_secs(30 * 24 * 3600);
/// Kafka: bytes one subscription reads ahead, unless it is to read fewer.
pub const READ_AHEAD_BYTES: usize = 16 * 1024 * 1024;
/// Kafka: fewest bytes a subscription reads ahead; with fewer, each fetch would hold some records only.
pub const READ_AHEAD_BYTES_MIN: usize = 64 * 1024;
/// Kafka: an append that is not acknowledged after this time has failed.
pub const APPEND_DEADLINE: Duration = Duration::from_secs(3);
/// Kafka: a broker that has not answered after this time cannot be reached.
pub const CONNECT_DEADLINE: Duration = Duration::from_secs(3);
/// Kafka: how soon a partition that nobody leads is asked about again.
pub const LEADER_ASKED_AGAIN: Duration = Duration::from_millis(250);
/// Kafka: how long a journal that is closed waits for its group and its readers to take their leave of the broker.
pub const LEAVE_DEADLINE: Duration = Duration::from_secs(3);

/// Emitter: what may go with the next event goes by itself if none comes for this long.
pub const WITH_NEXT_PAUSE: Duration = Duration::from_millis(5);

/// Emitter: an event that is not durable after this time has failed.
pub const EMIT_DEADLINE: Duration = Duration::from_secs(3);
/// Emitter: what a journal gets beyond that time to say why it failed.
pub const DEADLINE_SLACK: Duration = Duration::from_millis(200);
/// Emitter: time between heartbeats.
pub const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(5);
/// Emitter: an idle run sends one heartbeat in this many intervals.
pub const IDLE_HEARTBEAT_INTERVALS: u32 = 12;
/// Emitter: parts one run may have; then it ends in order and another begins.
pub const PARTS_MAX: usize = 64 * 1024;
/// Emitter: events that may wait for the journal.
pub const IN_FLIGHT_MAX: usize = 16 * 1024;
/// Emitter: bytes that may wait for the journal.
pub const IN_FLIGHT_BYTES_MAX: usize = 256 * 1024 * 1024;
/// Emitter: longest pause between two tries to begin a run again.
pub const RESTART_PAUSE_MAX: Duration = Duration::from_secs(1);
/// Emitter: pauses between tries to begin a run again, each longer, and never the same for two producers.
pub const RESTART: ExponentialBuilder = ExponentialBuilder::new()
    .with_min_delay(Duration::from_millis(100))
    .with_max_delay(RESTART_PAUSE_MAX)
    .without_max_times()
    .with_jitter();
