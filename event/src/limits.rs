//! Every limit of an event, in one place.

/// Largest canonical event, bytes. Kafka topics are created to take it.
pub const EVENT_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Largest page body, bytes after compression; a larger one is cut into fragments.
pub const PAGE_BODY_BYTES_MAX: usize = 512 * 1024;
/// Largest statement text that is taken, bytes (Snowflake's own limit is 1 MB).
pub const STATEMENT_BYTES_MAX: usize = 1024 * 1024;
/// Longest client request id, bytes.
pub const REQUEST_ID_BYTES_MAX: usize = 128;
/// Deepest nesting in a canonical event.
pub const DEPTH_MAX: usize = 16;
/// Most parts one heartbeat names; more are spread over several heartbeats.
pub const HEARTBEAT_PARTS_MAX: usize = 8 * 1024;
/// Statements of one session that a fold keeps apart; older ones are only summed up.
pub const FOLD_STATEMENTS_MAX: usize = 64 * 1024;
/// Results of one statement that a fold keeps apart; what is delivered of more is not summed up.
pub const FOLD_RESULTS_MAX: usize = 4 * 1024;
/// Chunks a fold remembers that came before an earlier one; drivers fetch a few at a time.
pub const FOLD_CHUNKS_AHEAD_MAX: usize = 16 * 1024;
/// People whose answer to one statement a fold remembers.
pub const FOLD_PEOPLE_MAX: usize = 256;
