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
