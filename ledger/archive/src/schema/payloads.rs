//! One column a kind: a struct, NULL in rows of other kinds. Names are the payload's own.

mod operations;
mod response;

use event::Kind;

use super::Column;
use super::ColumnType::{self, Binary, Boolean, Integer, List, Struct, Text, Texts};

/// The column that holds the payload of `kind`: `statement_submitted` for `statement.submitted`.
pub fn kind_column(kind: Kind) -> String {
    kind.as_str().replace('.', "_")
}

const fn col(name: &'static str, data: ColumnType, doc: &'static str) -> Column {
    Column::optional(name, data, doc)
}

/// One struct a kind, in the order of [`Kind`].
pub(super) fn columns() -> Vec<Column> {
    let mut columns = session();
    columns.extend(statement());
    columns.extend(approval());
    columns.extend(response::columns());
    columns.extend(operations::columns());
    columns.extend(operations::later_columns());
    columns
}

fn context() -> Column {
    col(
        "context",
        Struct(vec![
            col("database", Text, "Current database"),
            col("schema", Text, "Current schema"),
            col("warehouse", Text, "Current warehouse"),
            col("role", Text, "Current role"),
        ]),
        "Where the session stood",
    )
}

fn binding(doc: &'static str) -> Column {
    col("binding", Text, doc)
}

fn session() -> Vec<Column> {
    let authenticator = || {
        col(
            "authenticator",
            Text,
            "How the token came: `oauth`, `programmatic_access_token`, `password` …",
        )
    };
    let parameter = vec![
        col("name", Text, "Parameter name"),
        col("value", Text, "Its value, masked like any literal"),
    ];
    let opened = vec![
        authenticator(),
        context(),
        col(
            "parameters",
            List(parameter),
            "Session parameters of the login",
        ),
        col(
            "upstream_session",
            Text,
            "Snowflake's own session id, for reconciliation",
        ),
        col(
            "expires",
            Integer,
            "When the session must end, nanoseconds since 1970 UTC",
        ),
    ];
    let refused = vec![
        authenticator(),
        col("code", Text, "The Snowflake error code the driver shows"),
        col("reason", Text, "Why, without anything of the token"),
    ];
    vec![
        col("session_opened", Struct(opened), "A driver logged in"),
        col(
            "session_renewed",
            Struct(vec![col(
                "expires",
                Integer,
                "When the new token ends, nanoseconds since 1970 UTC",
            )]),
            "A driver got a new session token",
        ),
        col(
            "session_closed",
            Struct(vec![col("reason", Text, "Why the session ended")]),
            "The session ended",
        ),
        col("session_refused", Struct(refused), "A login was refused"),
    ]
}

fn mask_plan(doc: &'static str) -> Column {
    let mask = vec![
        col("ordinal", Integer, "Output ordinal, from 0"),
        col("operator", Text, "`redact`, `nullify`, `partial` …"),
        col("rule", Text, "The rule that asked for it"),
        col(
            "sources",
            Texts,
            "Base columns it comes from, `DATABASE.SCHEMA.TABLE.COLUMN`, sorted",
        ),
    ];
    col("masks", List(mask), doc)
}

fn statement() -> Vec<Column> {
    vec![
        col(
            "statement_submitted",
            Struct(submitted()),
            "A statement arrived",
        ),
        col(
            "statement_decided",
            Struct(decided()),
            "The policy answered",
        ),
    ]
}

fn bind() -> Vec<Column> {
    vec![
        col("name", Text, "Ordinal or name of the bind"),
        col("kind", Text, "Snowflake's type word, as sent"),
        col(
            "values",
            Texts,
            "Masked value, one a row for array binds; NULL is SQL NULL",
        ),
    ]
}

fn usage() -> Vec<Column> {
    vec![
        col("table", Text, "`DATABASE.SCHEMA.TABLE`"),
        col("column", Text, "The column"),
        col("usage", Text, "`output`, `filter` or `write`"),
    ]
}

fn submitted() -> Vec<Column> {
    vec![
        col("text", Text, "The statement, its literals masked"),
        col("text_bytes", Integer, "Length of the original, bytes"),
        col("binds", List(bind()), "Bind values, masked"),
        col(
            "fingerprint",
            Text,
            "Equal for statements that differ in literals only",
        ),
        col(
            "kinds",
            Texts,
            "Statement kinds in order: `select`, `update`, `ddl` … or `unclassified`",
        ),
        col(
            "reads",
            Texts,
            "Tables read, `DATABASE.SCHEMA.TABLE`, sorted",
        ),
        col("writes", Texts, "Tables written, sorted"),
        col(
            "columns",
            List(usage()),
            "Base columns and how they are used, sorted",
        ),
        col(
            "flags",
            Texts,
            "Findings of the analysis: `egress`, `ddl`, `unresolved` …, sorted",
        ),
        col("request_id", Text, "The client's request id"),
        col(
            "describe_only",
            Boolean,
            "The driver asked for the result's shape only",
        ),
        col(
            "asynchronous",
            Boolean,
            "The driver fetches the result later",
        ),
        context(),
        seen(
            "Literals and binds that meet columns whose values may be looked for, as keyed tokens",
        ),
    ]
}

/// What is said of values without saying them.
fn seen(doc: &'static str) -> Column {
    let column = vec![
        col(
            "column",
            Text,
            "`DATABASE.SCHEMA.TABLE.COLUMN`, or the result's own name",
        ),
        col(
            "class",
            Text,
            "`email`, `number`, `code`, `name`, `date` or `text`",
        ),
        col("key", Text, "Which key hashed them, eight hex digits"),
        col(
            "tokens",
            Binary,
            "Each token once, ascending: eight bytes, then how many cells, four bytes; big endian",
        ),
    ];
    col("seen", List(column), doc)
}

fn reason() -> Vec<Column> {
    vec![
        col("rule", Text, "The rule's id"),
        col("text", Text, "The rule's text for people"),
        col(
            "span_start",
            Integer,
            "First byte of the statement it speaks of",
        ),
        col("span_end", Integer, "One past the last byte"),
    ]
}

fn decided() -> Vec<Column> {
    vec![
        col("verdict", Text, "`allow`, `mask`, `hold` or `deny`"),
        col("reasons", List(reason()), "Every rule that determined it"),
        mask_plan("Columns masked by plan; empty if none or if all are (`mask_all`)"),
        col(
            "mask_all",
            Boolean,
            "Lineage was lost, so every column is masked",
        ),
        col(
            "catalog_version",
            Text,
            "The catalog snapshot the analysis used",
        ),
        col(
            "evaluated_at",
            Integer,
            "When the policy was asked, nanoseconds since 1970 UTC",
        ),
        binding("What an approval of this statement is bound to"),
        col(
            "compared_before",
            List(compared()),
            "How often the principal had compared each column that counts, as the policy was told",
        ),
    ]
}

fn compared() -> Vec<Column> {
    vec![
        col("column", Text, "`DATABASE.SCHEMA.TABLE.COLUMN`"),
        col("times", Integer, "Comparisons that told something"),
    ]
}

fn approval() -> Vec<Column> {
    let answer = |doc, more: Option<Column>| {
        let said = vec![
            binding(doc),
            col("by", Struct(approver()), "Who answered"),
            col("note", Text, "Their words"),
        ];
        Struct(said.into_iter().chain(more).collect())
    };
    let scope = col(
        "scope",
        Struct(scope()),
        "What it covers besides, or rests on; NULL for the statement alone",
    );
    vec![
        col(
            "approval_requested",
            Struct(requested()),
            "A held statement waits for people",
        ),
        col(
            "approval_granted",
            answer("What was approved", Some(scope)),
            "One person said yes",
        ),
        col(
            "approval_denied",
            answer("What was refused", None),
            "One person said no, which ends it",
        ),
        col(
            "approval_expired",
            Struct(vec![binding("What lapsed")]),
            "Nobody answered in time",
        ),
        col(
            "approval_canceled",
            Struct(canceled()),
            "The client gave up waiting",
        ),
        col(
            "statement_claimed",
            Struct(vec![binding("What was approved")]),
            "One gateway took an approved statement to run it; the first claim wins",
        ),
    ]
}

fn approver() -> Vec<Column> {
    vec![
        col("issuer", Text, "OIDC issuer"),
        col("subject", Text, "OIDC subject"),
        col("display", Text, "Name for people"),
        col("groups", Texts, "Groups held at that moment, sorted"),
    ]
}

fn scope() -> Vec<Column> {
    vec![
        col("kind", Text, "`shape`, `session` or `break-glass`"),
        col(
            "shape",
            Text,
            "Digest of the statement without literals, and of what it touches",
        ),
        col("uses", Integer, "How many statements; NULL is any number"),
        col(
            "rows",
            Integer,
            "Most rows of one result; NULL is any number",
        ),
        col("until", Integer, "Until when, nanoseconds since 1970 UTC"),
        col("group", Text, "The group whose word alone was enough"),
        col(
            "under",
            Text,
            "The earlier `approval.granted` it rests on: nobody was asked",
        ),
    ]
}

fn quorum() -> Vec<Column> {
    vec![
        col("group", Text, "The group"),
        col("needed", Integer, "Distinct people of it who must agree"),
    ]
}

fn requested() -> Vec<Column> {
    vec![
        binding("What an answer is bound to"),
        col("quorum", List(quorum()), "Who must agree"),
        col("reasons", Texts, "Why it is held, for the approver"),
        col(
            "expires",
            Integer,
            "When the request lapses, nanoseconds since 1970 UTC",
        ),
        col(
            "execution_ttl_ns",
            Integer,
            "How long a grant may wait for its execution, nanoseconds",
        ),
        col(
            "sealed",
            Binary,
            "Original text and binds, sealed for gateways; not readable here",
        ),
    ]
}

fn canceled() -> Vec<Column> {
    vec![
        binding("What is no longer wanted"),
        col("reason", Text, "`aborted`, `abandoned` or `session closed`"),
    ]
}
