//! Every limit of the gateway, in one place.

use std::time::Duration;

/// Largest request body taken from a driver, bytes, after decompression: array binds travel inline.
pub const REQUEST_BYTES_MAX: usize = 48 * 1024 * 1024;
/// Largest request body read and thrown away so that the refusal reaches the driver, bytes.
pub const DRAINED_BYTES_MAX: usize = 256 * 1024 * 1024;
/// Largest login or session request, bytes, after decompression.
pub const LOGIN_BYTES_MAX: usize = 1024 * 1024;
/// Largest bearer token taken at login, bytes.
pub const LOGIN_TOKEN_BYTES_MAX: usize = 64 * 1024;
/// Largest path and query of a request, bytes. Chunk paths carry a sealed address.
pub const TARGET_BYTES_MAX: usize = 32 * 1024;
/// Largest JSON reply taken from upstream, bytes; larger results come in chunks.
pub const UPSTREAM_REPLY_BYTES_MAX: usize = 256 * 1024 * 1024;
/// Headers must be complete within this time.
pub const HEADER_TIMEOUT: Duration = Duration::from_secs(15);
/// A request body must arrive within this time.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(120);
/// A TLS handshake must be complete within this time.
pub const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// On shutdown, requests in flight get this long.
pub const DRAIN_TIMEOUT: Duration = Duration::from_secs(20);
/// An event must be durable within this time, or the statement fails closed. Drivers must see the error within 5 s.
pub const RECORD_DEADLINE: Duration = Duration::from_millis(4500);
/// A logout answers within this time, whatever upstream does (drivers give it 5 s).
pub const LOGOUT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long a synchronous statement keeps its first request before the driver gets an in-progress answer.
/// The Python connector 4.x closes at 60 s.
pub const FIRST_ANSWER: Duration = Duration::from_secs(25);
/// How long one poll of a running statement is kept. The same 60 s rule.
pub const POLL_ANSWER: Duration = Duration::from_secs(20);
/// Shortest pause between two polls upstream, against an upstream that answers at once.
pub const UPSTREAM_POLL_PAUSE: Duration = Duration::from_millis(200);
/// Tries of one upstream request, the first included.
pub const UPSTREAM_ATTEMPTS_MAX: u32 = 5;
/// Pause before the second try; doubles each time.
pub const UPSTREAM_BACKOFF: Duration = Duration::from_millis(250);
/// A stored reply is kept at least this long, memory allowing (drivers retry by request id).
pub const REPLY_KEPT: Duration = Duration::from_secs(3600);
/// Stored replies together, bytes; beyond that the oldest finished ones go.
pub const REPLIES_BYTES_MAX: usize = 128 * 1024 * 1024;
/// Stored replies together, count.
pub const REPLIES_MAX: usize = 100_000;
/// Sessions whose view is kept in memory; the least recently used go and are read again from their token.
pub const VIEWS_MAX: usize = 50_000;
/// Query ids a session remembers for RESULT_SCAN, newest kept.
pub const VIEW_RESULTS_MAX: usize = 256;
/// Ended sessions remembered by this process, so that their tokens are refused at once.
pub const CLOSED_SESSIONS_MAX: usize = 100_000;
/// Our tokens end this much before the upstream tokens inside them, so that the driver renews in time.
pub const RENEW_MARGIN: Duration = Duration::from_secs(120);
/// Upstream's session token life, where it does not say, seconds.
pub const SESSION_TOKEN_SECONDS: u64 = 3600;
/// Upstream's master token life, where it does not say, seconds.
pub const MASTER_TOKEN_SECONDS: u64 = 4 * 3600;
/// What `CLIENT_STAGE_ARRAY_BINDING_THRESHOLD` is forced to: drivers keep array binds inline below it.
pub const ARRAY_BINDING_THRESHOLD: u32 = 1_000_000_000;
/// Statements one session may have running at once.
pub const STATEMENTS_PER_SESSION_MAX: usize = 64;
