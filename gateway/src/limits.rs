//! Every limit of the gateway, in one place.

use std::num::NonZeroUsize;
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
/// Request bodies together, as sent and decompressed, bytes: more wait, then are asked to come again.
pub const BODIES_BYTES_MAX: usize = 192 * 1024 * 1024;
/// Those of one principal, of all its sessions (of one token where nobody knows yet whose it is): one of the largest, as sent and decompressed.
pub const BODIES_OF_ONE_BYTES_MAX: usize = 2 * REQUEST_BYTES_MAX;
/// How long a body waits for room.
pub const BODY_ROOM_PATIENCE: Duration = Duration::from_secs(3);
/// Upstream's replies that are being read, masked and recorded together, as sent and decompressed, bytes: more wait.
pub const UPSTREAM_REPLIES_BYTES_MAX: usize = 1024 * 1024 * 1024;
/// Those of one principal, to all its sessions: one of the largest, as sent and decompressed.
pub const UPSTREAM_REPLIES_OF_ONE_BYTES_MAX: usize = 2 * UPSTREAM_REPLY_BYTES_MAX;
/// How long a reply waits for room, before the driver is told that it did not fit.
pub const UPSTREAM_REPLY_ROOM_PATIENCE: Duration = Duration::from_secs(20);
/// A body is decompressed so many bytes at a time.
pub const BODY_STEP_BYTES: usize = 256 * 1024;
/// Between two pieces of a request body at most this time goes by.
pub const BODY_IDLE: Duration = Duration::from_secs(20);
/// When a busy gateway is to be asked again, seconds.
pub const RETRY_AFTER_SECONDS: u32 = 2;
/// A request body must arrive within this time.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(120);
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
/// A statement that waits for people is asked for all the same if Snowflake has not compiled it within this time.
pub const COMPILE_PATIENCE: Duration = Duration::from_secs(5);
/// When the gateway stops, statements that Snowflake still works on get this long before they are given up.
pub const STOP_PATIENCE: Duration = Duration::from_secs(5);
/// How often a statement that runs on another gateway is looked for.
pub const ELSEWHERE_PAUSE: Duration = Duration::from_millis(250);
/// Bind values of one statement kept in the record, bytes; an event must fit its limit.
pub const BINDS_RECORDED_BYTES_MAX: usize = 512 * 1024;
/// Bind values of one held statement that approvers see, bytes; the statement and they must fit one event.
pub const BINDS_SHOWN_BYTES_MAX: usize = 16 * 1024;
/// How long one poll of a running statement is kept. The same 60 s rule.
pub const POLL_ANSWER: Duration = Duration::from_secs(20);
/// Shortest pause between two polls upstream, against an upstream that answers at once.
pub const UPSTREAM_POLL_PAUSE: Duration = Duration::from_millis(200);
/// Tries of one upstream request, the first included.
pub const UPSTREAM_ATTEMPTS_MAX: usize = 5;
/// Pause before the second try, and at most as much again; doubles each time.
pub const UPSTREAM_BACKOFF: Duration = Duration::from_millis(150);
/// A stored reply is kept at least this long, memory allowing (drivers retry by request id).
pub const REPLY_KEPT: Duration = Duration::from_secs(3600);
/// Stored replies together, bytes; beyond that the oldest finished ones go.
pub const REPLIES_BYTES_MAX: usize = 128 * 1024 * 1024;
/// Stored replies together, count.
pub const REPLIES_MAX: usize = 100_000;
/// Sessions whose view is kept in memory; the least recently used go and are read again from their token.
pub const VIEWS_MAX: NonZeroUsize = count(50_000);
/// Gateways that say at the same time where one session stands take each other's word at most so often.
pub const PLACE_TRIES_MAX: usize = 4;
/// Statements of a session that are under way and may move it, as many as are told apart.
pub const UNSETTLED_MAX: usize = 64;
/// Temporary tables of a session that are remembered; further ones are as unknown as any table that the catalog lacks.
pub const OWN_TABLES_MAX: usize = 32;
/// Columns and their sources of those together; a table that would take more is unknown.
pub const OWN_SOURCES_MAX: usize = 8 * 1024;
/// Statements of a session that made temporary tables; what further ones make is unknown.
pub const OWN_MAKERS_MAX: usize = 4 * 1024;
/// Statements of a session that change something, or rest on its temporary tables, and have not ended: of more, nothing that is made is known.
pub const OWN_SENT_MAX: usize = 1_024;
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
pub const PASTS_MAX: NonZeroUsize = count(1_000);
/// Our tokens end this much before the upstream tokens inside them, so that the driver renews in time.
pub const RENEW_MARGIN: Duration = Duration::from_secs(120);
/// Upstream's session token life, where it does not say, seconds.
pub const SESSION_TOKEN_SECONDS: u64 = 3600;
/// Upstream's master token life, where it does not say, seconds.
pub const MASTER_TOKEN_SECONDS: u64 = 4 * 3600;
/// What `CLIENT_STAGE_ARRAY_BINDING_THRESHOLD` is forced to: drivers keep array binds inline below it.
pub const ARRAY_BINDING_THRESHOLD: u32 = 1_000_000_000;
/// Statements one session may have running at once, on one gateway.
pub const STATEMENTS_PER_SESSION_MAX: u32 = 64;
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
/// Between two pieces of a chunk from cloud storage at most this time goes by.
pub const CHUNK_IDLE: Duration = Duration::from_secs(60);
/// Compressed bytes inflated at a time, so that a gzip bomb is noticed early.
pub const INFLATE_STEP_BYTES: usize = 4 * 1024;
/// Masked pieces of a chunk that wait for their events or for the client.
pub const CHUNK_PIECES_AHEAD: usize = 4;
/// Longest sealed chunk address, bytes; must leave room for the rest of the target in [`TARGET_BYTES_MAX`].
pub const CHUNK_ADDRESS_BYTES_MAX: usize = TARGET_BYTES_MAX - 1024;
/// How long the addresses of result parts work at most; upstream's own expire sooner.
pub const PARTS_LAST: Duration = Duration::from_secs(6 * 3600);
/// Largest chunk ticket, bytes before compression.
pub const CHUNK_TICKET_BYTES_MAX: usize = 1024 * 1024;
/// Largest inline part masked on the async threads; beyond it a blocking thread does it.
pub const INLINE_BYTES_MAX: usize = 64 * 1024;
/// A claim without announced query ids is taken for a dead gateway's after this long. Snowflake answers with the query id
/// within about 45 s, so a live one has announced it by then.
pub const CLAIM_LEASE: Duration = Duration::from_secs(120);
/// Holds that are over and still remembered, for late polls.
pub const SETTLED_HOLDS_MAX: usize = 20_000;
/// How long a comparison counts against the budget of its principal and column (`range_uses`), and up to an hour longer.
pub const BUDGET_WINDOW: Duration = Duration::from_secs(24 * 3600);
/// Hours of one budget kept apart: two windows, so that clocks may disagree.
pub const BUDGET_HOURS_MAX: usize = 50;
/// Counted statements remembered, so that one asked for again is not counted again; of older ones it is.
pub const COUNTED_STATEMENTS_MAX: usize = 50_000;
/// Words that sessions are over, remembered.
pub const KILLS_MAX: usize = 10_000;
/// A session opened so much after such a word, by another gateway's clock, is meant too.
pub const KILL_SKEW: Duration = Duration::from_secs(2);
/// Sessions that are ended at once after such a word.
pub const KILLS_AT_ONCE: usize = 64;
/// Longest time such a word may keep new sessions out.
pub const KILL_UNTIL_MAX: Duration = Duration::from_secs(24 * 3600);
/// Query ids remembered for later service.
pub const ANNOUNCED_MAX: usize = 50_000;
/// Holds that may wait for people at once.
pub const PENDING_HOLDS_MAX: usize = 10_000;
/// Those of one session.
pub const HOLDS_PER_SESSION_MAX: usize = 64;
/// Those of one principal.
pub const HOLDS_PER_PRINCIPAL_MAX: usize = 1_000;
/// Chunks this gateway masks at once; more wait their turn, one principal after another.
pub const CHUNKS_MAX: usize = 256;
/// Those of one session.
pub const CHUNKS_PER_SESSION_MAX: usize = 64;
/// Those of one principal, with all its sessions: nobody has them all.
pub const CHUNKS_PER_PRINCIPAL_MAX: usize = 128;
/// A chunk that was not taken within this time gives its turn on.
pub const CHUNK_TURN_LASTS: Duration = Duration::from_secs(600);
/// Chunks that may wait; more are asked for again.
pub const CHUNKS_WAITING_MAX: usize = 4_096;
/// Those of one session.
pub const CHUNKS_WAITING_PER_SESSION_MAX: usize = 128;
/// Those of one principal.
pub const CHUNKS_WAITING_PER_PRINCIPAL_MAX: usize = 1_024;
/// Statements this gateway has at work at Snowflake at once; more wait their turn, one principal after another.
pub const RUNNING_MAX: usize = 1_024;
/// Those of one principal: nobody has them all.
pub const RUNNING_PER_PRINCIPAL_MAX: usize = 512;
/// Statements that may wait for their turn; more are asked to come again.
pub const WAITING_MAX: usize = 8_192;
/// Those of one principal.
pub const WAITING_PER_PRINCIPAL_MAX: usize = 512;
/// Largest sealed held statement, bytes: it must fit one event.
pub const HELD_SEALED_BYTES_MAX: usize = 1536 * 1024;
/// Largest held request, bytes, unsealed and decompressed.
pub const HELD_BYTES_MAX: usize = REQUEST_BYTES_MAX;
/// Base columns of a held statement that people are shown.
pub const COLUMNS_SHOWN_MAX: usize = 500;
/// Output columns of it,
pub const OUTPUTS_SHOWN_MAX: usize = 100;
/// characters of the name of each,
pub const OUTPUT_NAME_CHARS_MAX: usize = 200;
/// and base columns behind it.
pub const SOURCES_SHOWN_MAX: usize = 10;
/// Answered statements like it that people are shown,
pub const ALIKE_SHOWN_MAX: usize = 5;
/// of so many that were answered last: not all of them are for whoever asks to see.
pub const ALIKE_READ_MAX: usize = 100;
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
/// One try to tell a webhook's receiver may take this long, unless the configuration says otherwise.
pub const WEBHOOK_TIMEOUT_DEFAULT: Duration = Duration::from_secs(10);
/// Pause before the second try, doubled each time, with jitter,
pub const WEBHOOK_PAUSE: Duration = Duration::from_millis(500);
/// up to this,
pub const WEBHOOK_PAUSE_MAX: Duration = Duration::from_secs(60);
/// and so often again.
pub const WEBHOOK_TRIES_MAX: usize = 12;
/// Messages that wait for one receiver; more are dropped.
pub const WEBHOOK_QUEUE_MAX: usize = 1_000;
/// A hold is told of when it has waited this long.
pub const WEBHOOK_SETTLES: Duration = Duration::from_millis(300);
/// Longest text in a message, characters: Slack takes 3,000.
pub const WEBHOOK_TEXT_CHARS_MAX: usize = 2_500;
/// Tables, findings and reasons in a message.
pub const WEBHOOK_LIST_MAX: usize = 10;
/// Standing grants remembered; of more, the oldest go, and people are asked again.
pub const GRANTS_MAX: usize = 10_000;
/// The longest that a yes covers statements of one shape.
pub const SCOPE_SHAPE_MAX: Duration = access::limits::SCOPE_SHAPE_MAX;
/// The longest that a yes covers what a session asks.
pub const SCOPE_SESSION_MAX: Duration = access::limits::SCOPE_SESSION_MAX;
/// The longest that broken glass lasts.
pub const BREAK_GLASS_MAX: Duration = access::limits::BREAK_GLASS_MAX;
/// Longest note of an approver, bytes.
pub const NOTE_BYTES_MAX: usize = 4 * 1024;
/// Query ids this process remembers the mask plans of; the least recently used go.
pub const KNOWN_QUERIES_MAX: NonZeroUsize = count(20_000);

/// Locks over what requests of one session, or of one principal, must not do at once.
pub const DOOR_STRIPES: usize = 64;
/// Sessions of principals that come by the SQL API, kept for their next statement; the least recently used end with their grant.
pub const POOLED_SESSIONS_MAX: NonZeroUsize = count(10_000);
/// A pooled session takes no new statement when its grant ends within this: what it gives must be fetched with it.
pub const POOLED_LASTS: Duration = Duration::from_secs(600);
/// Requests of the SQL API whose session is remembered by their request id, so that a retry is one.
pub const API_REQUESTS_MAX: NonZeroUsize = count(20_000);
/// Results whose partitions are being fetched, remembered with their tickets.
pub const API_RESULTS_MAX: NonZeroUsize = count(256);
/// Largest result remembered so, bytes: its first part is in it.
pub const API_RESULT_BYTES_MAX: usize = 1024 * 1024;
/// After how many seconds a client of the SQL API is told to try again.
pub const API_RETRY_AFTER_SECONDS: u16 = 5;
/// A session of one request of the SQL API ends this long after its result was first given.
pub const OWN_SESSION_LASTS: Duration = Duration::from_secs(900);
/// Longest handle of a statement, bytes; it stands in a path.
pub const HANDLE_BYTES_MAX: usize = 16 * 1024;
/// Largest sealed content of a handle or of a session id, bytes, decompressed.
pub const CARRIED_BYTES_MAX: usize = 256 * 1024;
/// Longest name of a conversation or task kept with its statements, characters.
pub const CORRELATION_CHARS_MAX: usize = 256;
/// Largest message of an MCP client, bytes.
pub const MCP_BYTES_MAX: usize = 4 * 1024 * 1024;
/// An MCP answer that is there within this time is plain JSON; a later one comes by a stream.
pub const MCP_AT_ONCE: Duration = Duration::from_secs(1);
/// How often a client that asked for it hears how its statement stands, and how often a stream shows that it lives.
pub const MCP_PROGRESS_EVERY: Duration = Duration::from_secs(5);
/// A tool call of a client that hears no progress is answered by then, with what to ask for: clients give up after 60 s.
pub const MCP_PATIENCE: Duration = Duration::from_secs(45);
/// The longest a tool call is kept for a client that hears progress.
pub const MCP_PATIENCE_MAX: Duration = Duration::from_secs(3600);
/// Rows a tool shows unless it is asked for more,
pub const MCP_ROWS_DEFAULT: usize = 100;
/// and at most.
pub const MCP_ROWS_MAX: usize = 5000;
/// Cell text a tool shows at most, bytes: clients take events up to 1 MiB, and a result stands in them twice.
pub const MCP_ROWS_BYTES_MAX: usize = 256 * 1024;
/// Tables described at a time.
pub const MCP_TABLES_MAX: usize = 50;
/// Columns of one table that are asked about one by one, where the policy does not show it whole.
pub const MCP_COLUMNS_MAX: usize = 300;
/// Calls remembered by their JSON-RPC id, so that their client can cancel them.
pub const MCP_CALLS_MAX: NonZeroUsize = count(20_000);

/// Largest file that moves to a stage or from it, bytes as it is on the wire.
pub const STAGE_FILE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// More of a file than this is not looked into, bytes once unpacked: it is unread.
pub const STAGE_PLAIN_BYTES_MAX: usize = 128 * 1024 * 1024;
/// Rows of a Parquet file that are looked at together,
pub const STAGE_BATCH_ROWS: usize = 1024;
/// fewer where together they may take more than this, bytes: each may be as long as what is written of all of them, once.
pub const STAGE_BATCH_BYTES: usize = 256 * 1024 * 1024;
/// More cells of a Parquet file than this, bytes, are not looked into: a value that is written once may stand in every row.
pub const STAGE_CELLS_BYTES_MAX: usize = 1024 * 1024 * 1024;
/// Longest footer of a Parquet file, bytes,
pub const STAGE_FOOTER_BYTES_MAX: usize = 8 * 1024 * 1024;
/// and levels of its schema: it is read level in level.
pub const STAGE_SCHEMA_DEPTH_MAX: usize = 100;
/// A file must arrive within this time, and its client must take it within it.
pub const STAGE_FILE_TIMEOUT: Duration = Duration::from_secs(300);
/// A file leaves in pieces of so many bytes.
pub const STAGE_PIECE_BYTES: usize = 64 * 1024;
/// How long the address of a file works: drivers ask for those of all their files before they send the first.
pub const STAGE_ADDRESS_LASTS: Duration = Duration::from_secs(30 * 60);
/// Largest ticket of a file, bytes before compression.
pub const STAGE_TICKET_BYTES_MAX: usize = 128 * 1024;
/// Files that one GET fetches.
pub const STAGE_FILES_PER_GET_MAX: usize = 1_000;
/// Files that are carried at once: each is in memory as it is, unpacked, and encrypted.
pub const STAGE_FILES_AT_ONCE: usize = 4;
/// Those of one session.
pub const STAGE_FILES_OF_ONE_MAX: usize = 2;
/// Files that may wait for their turn; more are sent again.
pub const STAGE_FILES_WAITING_MAX: usize = 512;
/// Those of one session.
pub const STAGE_FILES_OF_ONE_WAITING_MAX: usize = 64;
/// Used addresses remembered: more than can be used while one works.
pub const STAGE_TICKETS_KEPT: NonZeroUsize = count(100_000);
/// Uploads whose binds are remembered for when their driver asks again without them.
pub const STAGE_BINDS_KEPT: NonZeroUsize = count(10_000);
/// Longest text and binds of one, bytes: a stage's name, and what else a PUT says.
pub const STAGE_BINDS_BYTES_MAX: usize = 4 * 1024;

/// What a client says of itself is recorded up to so many characters.
pub const CLIENT_CHARS_MAX: usize = 128;
/// Words that tables may be others, remembered for each connection; of older ones it is known that there were some.
pub const INVALIDATIONS_MAX: usize = 1_000;
/// Tables and views read of one account.
pub const CATALOG_TABLES_MAX: usize = 50_000;
/// Rows of one answer about an account: its columns.
pub const CATALOG_ROWS_MAX: usize = 2_000_000;
/// One part of such an answer, bytes, decompressed.
pub const CATALOG_PART_BYTES_MAX: usize = 128 * 1024 * 1024;
/// Tables whose tags, or views whose texts, are asked for by one statement.
pub const CATALOG_BATCH: usize = 50;
/// Such statements at once.
pub const CATALOG_AT_ONCE: usize = 4;
/// Tables that are read again by themselves; after a change of more, the account is listed again.
pub const CATALOG_ALONE_MAX: usize = 50;
/// What may be other is unknown, if it could not be read again within this time.
pub const CATALOG_WITHHELD_AFTER: Duration = Duration::from_secs(3);
/// A login that is only tried is given up after this.
pub const REHEARSAL_PATIENCE: Duration = Duration::from_secs(15);
/// For each step of having a held statement explained (a turn, a login, the answer) this long is waited.
pub const EXPLAIN_PATIENCE: Duration = Duration::from_secs(8);
/// Held statements that are explained at once; more wait for their turn …
pub const EXPLAINS_AT_ONCE: usize = 4;
/// … up to so many, those that are explained included; of others nothing is asked.
pub const EXPLAINS_WAITING_MAX: usize = 64;
/// Largest plan of a statement that is read, bytes.
pub const EXPLAIN_BYTES_MAX: usize = 4 * 1024 * 1024;
/// A statement over tables that are being read again waits so long for them.
pub const CATALOG_PATIENCE: Duration = Duration::from_secs(6);
/// How often in a row it is decided on again before it is to come again.
pub const CATALOG_TRIES_MAX: u32 = 4;
/// Pause after an account could not be read, some twice as long each time,
pub const CATALOG_PAUSE: Duration = Duration::from_secs(1);
/// up to this.
pub const CATALOG_PAUSE_MAX: Duration = Duration::from_secs(60);
/// How often an account is listed again, unless the configuration says otherwise,
pub const CATALOG_REFRESH_DEFAULT: Duration = Duration::from_secs(300);
/// and at least this far apart.
pub const CATALOG_REFRESH_MIN: Duration = Duration::from_secs(1);
/// An answer about an account must come within this time, polls included.
pub const CATALOG_ANSWER: Duration = Duration::from_secs(300);
/// Largest kept catalog, bytes.
pub const CATALOG_KEPT_BYTES_MAX: u64 = 1024 * 1024 * 1024;

const fn count(number: usize) -> NonZeroUsize {
    match NonZeroUsize::new(number) {
        Some(number) => number,
        None => NonZeroUsize::MIN,
    }
}
