//! Every bound of this crate, in one place.
//!
//! Enters: nothing. Leaves: constants. Never here: a bound that depends on configuration.

use std::time::Duration;

/// How long a held request waits for people, where its rule does not say.
pub const APPROVAL_TTL_DEFAULT: Duration = Duration::from_secs(30 * 60);
/// The longest a rule may let a request wait.
pub const APPROVAL_TTL_MAX: Duration = Duration::from_secs(24 * 60 * 60);
/// The longest that a yes covers statements of one shape.
pub const SCOPE_SHAPE_MAX: Duration = Duration::from_secs(24 * 60 * 60);
/// The longest that a yes covers what a session asks.
pub const SCOPE_SESSION_MAX: Duration = Duration::from_secs(60 * 60);
/// The longest that broken glass lasts.
pub const BREAK_GLASS_MAX: Duration = Duration::from_secs(30 * 60);
/// How long a grant waits for its execution, where the rule does not say.
pub const EXECUTION_TTL_DEFAULT: Duration = Duration::from_secs(15 * 60);
/// Most people one rule may ask for.
pub const APPROVERS_MAX: u32 = 10;
/// Longest text of a function or procedure that is kept, bytes.
pub const ROUTINE_TEXT_BYTES_MAX: usize = 64 << 10;
/// Largest policy file, bytes.
pub const POLICY_FILE_BYTES_MAX: usize = 4 << 20;
/// Most (principal, action, resource) triples whose rules are kept ready.
pub const SLICES_MAX: usize = 8_192;
/// Most answers about such triples that are kept, under one policy and one catalog; twice as many for a moment.
pub const ANSWERS_MAX: usize = 32_768;
/// Longest facts by which an answer is kept, bytes: what an agent says it is for may be long, and is another each time.
pub const ANSWER_KEY_BYTES_MAX: usize = 512;
/// Most resources named in one reason; the rest is counted.
pub const REASON_RESOURCES_MAX: usize = 4;
/// Longest token looked at, bytes: drivers send some kilobytes at most.
pub const TOKEN_BYTES_MAX: usize = 32 * 1024;
/// Largest discovery document or key set taken from an issuer, bytes.
pub const ISSUER_DOCUMENT_BYTES_MAX: usize = 1 << 20;
/// How long an issuer may take to answer.
pub const ISSUER_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest wait between two tries to fetch an issuer's keys.
pub const ISSUER_BACKOFF_MAX: Duration = Duration::from_secs(5 * 60);
/// Largest clock skew an issuer may be configured with.
pub const CLOCK_SKEW_MAX: Duration = Duration::from_secs(5 * 60);
/// Most groups of one token; one with more does not log in.
pub const GROUPS_MAX: usize = 1_000;
/// Longest subject, display name or group, characters.
pub const CLAIM_CHARS_MAX: usize = 512;

/// Statements longer than this, bytes, are not analysed but unclassified.
pub const MAX_STATEMENT_BYTES: usize = 1 << 20;

/// Statements with more tokens than this are unclassified.
pub const MAX_TOKENS: usize = 250_000;

/// Operators in one statement: they nest to the left without a bracket, so they bound the depth of the tree.
pub const MAX_OPERATORS: usize = 5_000;

/// Brackets open at once.
pub const MAX_NESTING: usize = 200;

/// Expressions and operators the parser may try for each token. Real statements need a few of them.
pub const PARSE_STEPS_PER_TOKEN: usize = 64;

/// The same for short statements altogether.
pub const PARSE_STEPS_MIN: usize = 20_000;

/// How deep statements may hold statements, views other views.
pub const MAX_EXPANSION_DEPTH: usize = 24;

/// Statements in one request.
pub const MAX_STATEMENTS: usize = 500;

/// Work one analysis may do, in visits of an expression or a column: some tens of milliseconds.
pub const MAX_ANALYSIS_STEPS: u64 = 2_000_000;

/// Steps for each column that is copied from one relation to another.
pub const STEPS_PER_COPY: u64 = 8;

/// Names compared in one step, where a list is searched.
pub const COMPARES_PER_STEP: u64 = 32;

/// Tables one request may read: the policy is asked about each.
pub const MAX_TABLES_READ: usize = 1_000;

/// Base columns one request may speak of: the policy is asked about each.
pub const MAX_BASE_COLUMNS: usize = 10_000;

/// Columns of a temporary table that is known by what it was made of, once another request reads it.
pub const OWN_TABLE_COLUMNS_MAX: usize = 512;

/// Base columns that those come from, together, each column counted once more.
pub const OWN_TABLE_SOURCES_MAX: usize = 2_048;

/// Rounds until a recursive CTE must have settled.
pub const MAX_RECURSION_ROUNDS: usize = 12;

/// Spans kept for one analysis.
pub const MAX_SPANS: usize = 256;

/// Statements with more tokens than this get a stack of their own.
pub const DEEP_TOKENS: usize = 300;

/// That stack, bytes: mapped, not touched until needed.
pub const DEEP_STACK_BYTES: usize = 64 << 20;

/// Most names of base columns that hint at what one output column holds.
pub const HINTS_PER_COLUMN_MAX: usize = 4;

/// Most keys of tokens: each makes every question longer.
pub const SEEN_KEYS_MAX: usize = 8;

/// Most different tokens of one page; an event must fit its limit. Pages have few enough rows for columns that the policy names.
pub const SEEN_TOKENS_PER_PAGE_MAX: usize = 96 * 1024;

/// Most different tokens of one statement's literals and binds.
pub const SEEN_TOKENS_PER_STATEMENT_MAX: usize = 16 * 1024;
