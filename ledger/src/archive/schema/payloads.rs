//! One column a kind: a struct, NULL in rows of other kinds. Names are the payload's own.

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
    columns.extend(response());
    columns.extend(outcome());
    columns.extend(audit());
    columns.extend(producer());
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
    let bind = vec![
        col("name", Text, "Ordinal or name of the bind"),
        col("kind", Text, "Snowflake's type word, as sent"),
        col(
            "values",
            Texts,
            "Masked value, one a row for array binds; NULL is SQL NULL",
        ),
    ];
    let usage = vec![
        col("table", Text, "`DATABASE.SCHEMA.TABLE`"),
        col("column", Text, "The column"),
        col("usage", Text, "`output`, `filter` or `write`"),
    ];
    let submitted = vec![
        col("text", Text, "The statement, its literals masked"),
        col("text_bytes", Integer, "Length of the original, bytes"),
        col("binds", List(bind), "Bind values, masked"),
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
            List(usage),
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
    ];
    let reason = vec![
        col("rule", Text, "The rule's id"),
        col("text", Text, "The rule's text for people"),
        col(
            "span_start",
            Integer,
            "First byte of the statement it speaks of",
        ),
        col("span_end", Integer, "One past the last byte"),
    ];
    let decided = vec![
        col("verdict", Text, "`allow`, `mask`, `hold` or `deny`"),
        col("reasons", List(reason), "Every rule that determined it"),
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
    ];
    vec![
        col(
            "statement_submitted",
            Struct(submitted),
            "A statement arrived",
        ),
        col("statement_decided", Struct(decided), "The policy answered"),
    ]
}

fn approval() -> Vec<Column> {
    let quorum = vec![
        col("group", Text, "The group"),
        col("needed", Integer, "Distinct people of it who must agree"),
    ];
    let requested = vec![
        binding("What an answer is bound to"),
        col("quorum", List(quorum), "Who must agree"),
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
    ];
    let answer = |doc| {
        let by = vec![
            col("issuer", Text, "OIDC issuer"),
            col("subject", Text, "OIDC subject"),
            col("display", Text, "Name for people"),
            col("groups", Texts, "Groups held at that moment, sorted"),
        ];
        Struct(vec![
            binding(doc),
            col("by", Struct(by), "Who answered"),
            col("note", Text, "Their words"),
        ])
    };
    let canceled = vec![
        binding("What is no longer wanted"),
        col("reason", Text, "`aborted`, `abandoned` or `session closed`"),
    ];
    vec![
        col(
            "approval_requested",
            Struct(requested),
            "A held statement waits for people",
        ),
        col(
            "approval_granted",
            answer("What was approved"),
            "One person said yes",
        ),
        col(
            "approval_denied",
            answer("What was refused"),
            "One person said no, which ends it",
        ),
        col(
            "approval_expired",
            Struct(vec![binding("What lapsed")]),
            "Nobody answered in time",
        ),
        col(
            "approval_canceled",
            Struct(canceled),
            "The client gave up waiting",
        ),
        col(
            "statement_claimed",
            Struct(vec![binding("What was approved")]),
            "One gateway took an approved statement to run it; the first claim wins",
        ),
    ]
}

fn response() -> Vec<Column> {
    let result = || {
        col(
            "result",
            Integer,
            "Which result of a multi-statement, from 0",
        )
    };
    let chunk = || col("chunk", Integer, "0 is the inline part, then 1, 2 …");
    let announced = vec![
        col(
            "query_ids",
            Texts,
            "Snowflake's query ids, children of a multi-statement included",
        ),
        col(
            "sealed",
            Binary,
            "The mask plan, sealed for gateways; not readable here",
        ),
    ];
    let forwarded = vec![
        col(
            "query_id",
            Text,
            "Snowflake's query id, for reconciliation with its own history",
        ),
        col("attempts", Integer, "Tries it took, 1 or more"),
    ];
    let column = vec![
        col("name", Text, "Name in the result"),
        col(
            "data_type",
            Text,
            "Snowflake's type word: `fixed`, `text` …",
        ),
        col("nullable", Boolean, "May hold NULL"),
        col("precision", Integer, "Digits, where the type has them"),
        col("scale", Integer, "Digits after the point"),
        col(
            "length",
            Integer,
            "Length in characters, where the type has it",
        ),
        col(
            "origin",
            Text,
            "`DATABASE.SCHEMA.TABLE` as Snowflake reports it; empty for expressions",
        ),
    ];
    let started = vec![
        result(),
        col("query_id", Text, "Snowflake's query id"),
        col("columns", List(column), "The columns"),
        mask_plan("The mask plan in force, by ordinal"),
        col(
            "mask_all",
            Boolean,
            "Every column is masked, lineage being lost",
        ),
        col(
            "format",
            Text,
            "Wire form the driver got: `json` or `arrow`",
        ),
        col(
            "rows_total",
            Integer,
            "Rows in all, where Snowflake says so",
        ),
        col("chunks", Integer, "Chunks beyond the inline rows"),
        col("statement_type", Integer, "Snowflake's statementTypeId"),
    ];
    let counts = vec![
        col("inserted", Integer, "Rows inserted"),
        col("updated", Integer, "Rows updated"),
        col("deleted", Integer, "Rows deleted"),
        col("duplicates", Integer, "Multi-joined rows updated"),
    ];
    let finished = vec![
        result(),
        chunk(),
        col("pages", Integer, "Pages recorded for it"),
        col("rows", Integer, "Rows delivered"),
        col("bytes", Integer, "Bytes delivered, before HTTP compression"),
        col("masked_cells", Integer, "Cells masked"),
        col("counts", Struct(counts), "Upstream's row counts, for DML"),
        col(
            "duration_ns",
            Integer,
            "From the arrival of the statement or chunk request, nanoseconds",
        ),
    ];
    vec![
        col(
            "statement_announced",
            Struct(announced),
            "A result that any gateway may serve later",
        ),
        col(
            "statement_forwarded",
            Struct(forwarded),
            "The statement went upstream",
        ),
        col("response_started", Struct(started), "A result begins"),
        col(
            "response_page",
            page(result(), chunk()),
            "Rows, masked, as delivered; the body is in table `pages`",
        ),
        col(
            "response_finished",
            Struct(finished),
            "A result, or a chunk of it, was delivered whole",
        ),
    ]
}

fn page(result: Column, chunk: Column) -> ColumnType {
    let masked = vec![
        col("ordinal", Integer, "Output ordinal, from 0"),
        col("by", Text, "`rule:<id>` or `detector:<LABEL>`"),
        col("cells", Integer, "How many cells"),
    ];
    Struct(vec![
        result,
        chunk,
        col("page", Integer, "Number within the chunk, from 0"),
        col("first_row", Integer, "First row's number within the chunk"),
        col("rows", Integer, "Rows"),
        col("masked", List(masked), "What was masked"),
        col(
            "digest",
            Text,
            "SHA-256 of the rows' canonical text: a client's copy can be checked against it",
        ),
        col(
            "bytes",
            Integer,
            "Bytes delivered for these rows, before HTTP compression",
        ),
        col(
            "kept",
            Text,
            "`full`, or `digest` where policy keeps no rows",
        ),
        col(
            "fragment",
            Integer,
            "Which piece of a body too large for one event, from 0",
        ),
        col("fragments", Integer, "How many pieces, 1 unless cut"),
        col(
            "body_bytes",
            Integer,
            "Length of the body in table `pages`; 0 means no row there",
        ),
    ])
}

fn outcome() -> Vec<Column> {
    let failed = vec![
        col(
            "stage",
            Text,
            "`policy`, `approval`, `upstream`, `gateway` or `journal`",
        ),
        col("code", Text, "Six characters, as the driver shows them"),
        col("sql_state", Text, "SQLSTATE"),
        col("message", Text, "What the driver shows, masked"),
        col(
            "duration_ns",
            Integer,
            "From arrival to answer, nanoseconds",
        ),
    ];
    let refused = vec![
        col("operation", Text, "`PUT`, `GET`, `COPY INTO`, or a path"),
        col("reason", Text, "Why it is refused"),
    ];
    vec![
        col(
            "statement_failed",
            Struct(failed),
            "The statement ended in an error",
        ),
        col(
            "statement_canceled",
            Struct(vec![col("by", Text, "`client`, `killed` or `timeout`")]),
            "The statement was canceled",
        ),
        col(
            "stage_refused",
            Struct(refused),
            "A way around the gateway was refused",
        ),
    ]
}

fn audit() -> Vec<Column> {
    let loaded = vec![
        col("hash", Text, "Hash of the policy set"),
        col("rules", Integer, "Rules in it"),
        col("catalog_version", Text, "Catalog snapshot loaded with it"),
    ];
    let degraded = vec![
        col("reason", Text, "Why"),
        col("since", Integer, "Since when, nanoseconds since 1970 UTC"),
    ];
    let restored = vec![
        col(
            "since",
            Integer,
            "When the gap began, nanoseconds since 1970 UTC",
        ),
        col(
            "unrecorded",
            Integer,
            "Statements that ran unrecorded meanwhile",
        ),
    ];
    let queried = vec![
        col("sql", Text, "The auditor's SQL"),
        col("rows", Integer, "Rows returned; NULL if it failed"),
        col("error", Text, "Why it failed, if it did"),
        col("duration_ns", Integer, "How long it took, nanoseconds"),
    ];
    let replayed = vec![
        col(
            "session",
            Text,
            "The session looked at; the event itself belongs to none",
        ),
        col(
            "mode",
            Text,
            "`terminal`, `json`, `text`, `page` or `driver`",
        ),
    ];
    let exported = vec![
        col("what", Text, "What was taken: a session, a query"),
        col("events", Integer, "Events in it"),
    ];
    let verified = vec![
        col("events", Integer, "Events looked at"),
        col("integrity", Boolean, "Nothing was altered"),
        col("completeness", Boolean, "Nothing is missing"),
    ];
    vec![
        col(
            "policy_loaded",
            Struct(loaded),
            "A policy set came into force",
        ),
        col(
            "audit_degraded",
            Struct(degraded),
            "Recording is best effort from here",
        ),
        col(
            "audit_restored",
            Struct(restored),
            "Recording is whole again",
        ),
        col("auditor_queried", Struct(queried), "An auditor ran SQL"),
        col(
            "auditor_replayed",
            Struct(replayed),
            "An auditor replayed a session",
        ),
        col(
            "auditor_exported",
            Struct(exported),
            "An auditor took a copy away",
        ),
        col(
            "auditor_verified",
            Struct(verified),
            "An auditor verified the record",
        ),
    ]
}

fn producer() -> Vec<Column> {
    let parts = || {
        let head = vec![
            col("session", Text, "The session; NULL is the run's own part"),
            col("count", Integer, "Events in the part so far"),
            col("head", Text, "Hash of the last of them"),
        ];
        col(
            "parts",
            List(head),
            "Parts that moved since the last heartbeat, sorted",
        )
    };
    let abandoned = vec![
        col("run", Text, "The run it replaces"),
        col(
            "acknowledged",
            Integer,
            "Its events below this number were acknowledged; of later ones any may be missing",
        ),
    ];
    let started = vec![
        col("role", Text, "`gateway`, `query`, `replayer` …"),
        col("version", Text, "firn's version"),
        col(
            "abandoned",
            Struct(abandoned),
            "The run it replaces, where the process goes on after a journal failure",
        ),
    ];
    vec![
        col("producer_started", Struct(started), "A run began"),
        col(
            "producer_heartbeat",
            Struct(vec![parts()]),
            "A run counts what it emitted: everything numbered below its own seq exists",
        ),
        col(
            "producer_stopped",
            Struct(vec![parts()]),
            "A run ended in order: nothing of it comes after this event",
        ),
    ]
}
