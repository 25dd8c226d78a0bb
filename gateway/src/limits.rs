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
/// A connection that waits longer than this for its next request's headers is closed: drivers keep connections, and see a
/// longer one than this as their own to renew.
pub const HEADER_TIMEOUT: Duration = Duration::from_secs(75);
/// Connections served at once; more wait to be accepted.
pub const CONNECTIONS_MAX: usize = 16_384;
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
/// How long a synchronous statement keeps its first request before the driver gets an in-progress answer, unless the
/// configuration says otherwise. The Python connector 4.x closes at 60 s.
pub const ANSWER_WITHIN_DEFAULT: Duration = Duration::from_secs(25);
/// The most the configuration may say.
pub const ANSWER_WITHIN_MAX: Duration = Duration::from_secs(50);
/// What other gateways did for a session must be known within this time, or its statement does not run.
pub const CATCH_UP_DEADLINE: Duration = Duration::from_secs(4);
/// How often a statement that runs on another gateway is looked for.
pub const ELSEWHERE_PAUSE: Duration = Duration::from_millis(250);
/// Bind values of one statement kept in the record, bytes; an event must fit its limit.
pub const BINDS_RECORDED_BYTES_MAX: usize = 512 * 1024;
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
/// Ended sessions remembered, so that their tokens are refused.
pub const CLOSED_SESSIONS_MAX: usize = 100_000;
/// Sessions whose end this process watches for; beyond it the end is recorded when a driver comes after it.
pub const WATCHED_SESSIONS_MAX: usize = 50_000;
/// A session that an earlier statement's result is asked of is read again from the record: at most this many records a request …
pub const PAST_RECORDS_MAX: usize = 200_000;
/// … and this many bytes; the next request goes on from there.
pub const PAST_BYTES_MAX: usize = 256 * 1024 * 1024;
/// … within this time.
pub const PAST_DEADLINE: Duration = Duration::from_secs(4);
/// Sessions read again at once; more wait.
pub const PAST_READS_MAX: usize = 4;
/// Sessions of which what was read again is kept; the least recently used go.
pub const PASTS_MAX: usize = 1_000;
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
/// Cell text of one recorded page, bytes before compression; its body mostly fits one event then.
pub const PAGE_RAW_BYTES: usize = 1024 * 1024;
/// Rows of one recorded page.
pub const PAGE_ROWS_MAX: usize = 16 * 1024;
/// Largest JSON row, bytes: Snowflake's largest cell and room for others.
pub const ROW_BYTES_MAX: usize = 160 * 1024 * 1024;
/// Largest chunk, bytes after decompression; Snowflake's own are far below.
pub const CHUNK_BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// Largest description of one Arrow message, bytes: a schema of thousands of columns is far below.
pub const ARROW_METADATA_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Bytes of a chunk that are masked at a time, before decompression.
pub const CHUNK_PIECE_BYTES: usize = 128 * 1024;
/// Compressed bytes inflated at a time, so that a gzip bomb is noticed early.
pub const INFLATE_STEP_BYTES: usize = 4 * 1024;
/// Masked pieces of a chunk that wait for their events or for the client.
pub const CHUNK_PIECES_AHEAD: usize = 4;
/// Longest sealed chunk address, bytes; must leave room for the rest of the target in [`TARGET_BYTES_MAX`].
pub const CHUNK_ADDRESS_BYTES_MAX: usize = TARGET_BYTES_MAX - 1024;
/// Largest chunk ticket, bytes before compression.
pub const CHUNK_TICKET_BYTES_MAX: usize = 1024 * 1024;
/// Largest inline part masked on the async threads; beyond it a blocking thread does it.
pub const INLINE_BYTES_MAX: usize = 64 * 1024;
/// A claim without announced query ids is taken for a dead gateway's after this long. Snowflake answers with the query id
/// within about 45 s, so a live one has announced it by then.
pub const CLAIM_LEASE: Duration = Duration::from_secs(120);
/// Holds that are over and still remembered, for late polls.
pub const SETTLED_HOLDS_MAX: usize = 20_000;
/// Query ids remembered for later service.
pub const ANNOUNCED_MAX: usize = 50_000;
/// Holds that may wait for people at once.
pub const PENDING_HOLDS_MAX: usize = 10_000;
/// Largest sealed held statement, bytes: it must fit one event.
pub const HELD_SEALED_BYTES_MAX: usize = 1536 * 1024;
/// Largest held request, bytes, unsealed and decompressed.
pub const HELD_BYTES_MAX: usize = REQUEST_BYTES_MAX;
/// An event this gateway emitted to the control topic must come back within this time.
pub const FOLD_DEADLINE: Duration = Duration::from_secs(5);
/// At the start, the control topic may be silent this long before its end is taken for reached.
pub const FOLLOW_START_SILENCE: Duration = Duration::from_secs(30);
/// Pause before an interrupted control topic is read again.
pub const FOLLOW_PAUSE: Duration = Duration::from_millis(500);
/// A hold that saw polls here, and none for this long, is abandoned.
pub const ABANDONED_AFTER: Duration = Duration::from_secs(120);
/// How much later than the hold's own gateway the others say that it lapsed.
pub const EXPIRY_GRACE: Duration = Duration::from_secs(10);
/// How often lapsed and abandoned holds are looked for.
pub const SWEEP_INTERVAL: Duration = Duration::from_secs(1);
/// Longest note of an approver, bytes.
pub const NOTE_BYTES_MAX: usize = 4 * 1024;
/// Query ids this process remembers the mask plans of; the oldest go.
pub const KNOWN_QUERIES_MAX: usize = 20_000;
