//! The views an auditor thinks in, and what each column means.
//!
//! Enters: nothing. Leaves: SQL over `events`, and docs. Never here: a column without a doc.

/// One view.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// Its name.
    pub name: &'static str,
    /// What a row is.
    pub doc: &'static str,
    /// Its definition.
    pub sql: &'static str,
    /// Its columns in order, each with what it means.
    pub columns: &'static [(&'static str, &'static str)],
}

impl View {
    /// What `column` means.
    pub fn column_doc(&self, column: &str) -> Option<&'static str> {
        let found = self.columns.iter().find(|(name, _)| *name == column);
        found.map(|(_, doc)| *doc)
    }
}

/// Every view.
pub const ALL: &[View] = &[SESSIONS, STATEMENTS, APPROVALS, ACCESSES, MASKS, AUDITORS];

const SESSION_ID: (&str, &str) = ("session_id", "The session; `session('…')` gives its events");
const STATEMENT_ID: (&str, &str) = (
    "statement_id",
    "The statement; `result('…')` gives the masked rows it returned",
);
const PRINCIPAL: (&str, &str) = ("principal", "Who asked, by the name for people");
const AGENT: (&str, &str) = ("agent", "Client program, as it names itself");
const CONNECTION: (&str, &str) = ("connection", "The named connection of the configuration");
const SOURCE_IP: (&str, &str) = ("source_ip", "The client's IP address");
const SUBJECT: (&str, &str) = (
    "principal_subject",
    "The issuer's stable name for the principal",
);
const ISSUER: (&str, &str) = (
    "principal_issuer",
    "OIDC issuer that vouched for the principal",
);
const GROUPS: (&str, &str) = ("principal_groups", "The principal's groups at that time");
const ON_BEHALF: (&str, &str) = (
    "on_behalf_of",
    "The human or workload behind the agent, from a claim",
);
const VERDICT: (&str, &str) = (
    "verdict",
    "What the policy said: `allow`, `mask`, `hold` or `deny`",
);
const OUTCOME: (&str, &str) = (
    "outcome",
    "What came of it: `succeeded`, `denied`, `failed`, `canceled`, `held` (waits for people) or `running`",
);
const KINDS: (&str, &str) = ("kinds", "Statement kinds in order: `select`, `update` …");

const SESSIONS: View = View {
    name: "sessions",
    doc: "One row a session: a driver's login and what came of it",
    sql: include_str!("views/sessions.sql"),
    columns: &[
        SESSION_ID,
        ("opened", "Login, or the first event"),
        PRINCIPAL,
        AGENT,
        CONNECTION,
        ("state", "`open`, `closed` or `refused`"),
        ("closed", "When it ended"),
        ("close_reason", "Why it ended or was refused"),
        (
            "expires",
            "When it ends at the latest; it is over then even where no gateway was left to say so",
        ),
        (
            "duration_ms",
            "From the first event to the last, milliseconds",
        ),
        ("statements", "Statements"),
        ("denied", "Statements and stage operations refused"),
        ("held", "Statements that waited for people"),
        ("masked", "Statements of which cells were masked"),
        ("failed", "Statements that failed"),
        ("rows", "Rows delivered"),
        ("bytes", "Bytes delivered, before HTTP compression"),
        ("masked_cells", "Cells masked"),
        ("first_text", "Its first statement, literals masked"),
        ("events", "Events recorded"),
        ("last_time", "Its last event"),
        SUBJECT,
        ISSUER,
        GROUPS,
        ("agent_version", "The client program's version"),
        ON_BEHALF,
        SOURCE_IP,
        (
            "upstream_session",
            "Snowflake's own session id, for reconciliation",
        ),
    ],
};

const STATEMENTS: View = View {
    name: "statements",
    doc: "One row a statement: what was asked, decided, approved, returned",
    sql: include_str!("views/statements.sql"),
    columns: &[
        SESSION_ID,
        STATEMENT_ID,
        ("time", "When it arrived"),
        PRINCIPAL,
        ("text", "The statement, literals masked"),
        KINDS,
        VERDICT,
        OUTCOME,
        ("reasons", "Why the policy said so, a text a rule"),
        ("rules", "Ids of the rules that determined it"),
        (
            "approval",
            "How the approval ended: `granted`, `denied`, `expired`, `canceled` or `pending`; NULL if none was needed",
        ),
        ("approvers", "Who said yes"),
        ("deniers", "Who said no"),
        (
            "approval_wait_ms",
            "From the request for approval to its last answer, milliseconds",
        ),
        ("rows", "Rows delivered"),
        ("bytes", "Bytes delivered, before HTTP compression"),
        ("masked_cells", "Cells masked"),
        ("rows_changed", "Rows inserted, updated and deleted"),
        (
            "duration_ms",
            "From arrival to the last delivery or the error, milliseconds",
        ),
        ("tables", "Tables read or written, `DATABASE.SCHEMA.TABLE`"),
        ("reads", "Tables read"),
        ("writes", "Tables written"),
        (
            "columns",
            "Base columns used, `DATABASE.SCHEMA.TABLE.COLUMN`",
        ),
        (
            "column_uses",
            "Base columns with their use, `output`, `filter` or `write`",
        ),
        (
            "flags",
            "Findings of the analysis: `egress`, `ddl`, `unresolved` …",
        ),
        ("binds", "Bind values, masked"),
        ("mask_all", "Lineage was lost, so every column was masked"),
        (
            "error_stage",
            "`policy`, `approval`, `upstream`, `gateway` or `journal`",
        ),
        ("error_code", "As the driver showed it"),
        ("error_message", "As the driver showed it, masked"),
        ("canceled_by", "`client`, `killed` or `timeout`"),
        (
            "query_id",
            "Snowflake's query id, for reconciliation with its own history",
        ),
        ("request_id", "The client's request id"),
        (
            "fingerprint",
            "Equal for statements that differ in literals only",
        ),
        (
            "describe_only",
            "The driver asked for the result's shape only",
        ),
        ("asynchronous", "The driver fetches the result later"),
        ("policy_hash", "Hash of the policy set it was decided under"),
        SUBJECT,
        ISSUER,
        GROUPS,
        AGENT,
        ON_BEHALF,
        (
            "correlation_id",
            "The agent's own correlation id: QUERY_TAG or traceparent",
        ),
        SOURCE_IP,
        CONNECTION,
    ],
};

const APPROVALS: View = View {
    name: "approvals",
    doc: "One row a request for approval, and how it ended",
    sql: include_str!("views/approvals.sql"),
    columns: &[
        ("requested", "When people were asked"),
        SESSION_ID,
        STATEMENT_ID,
        PRINCIPAL,
        ("text", "The statement, literals masked"),
        (
            "outcome",
            "`granted`, `denied`, `expired`, `canceled` or `pending`",
        ),
        ("quorum", "Who must agree, `group:number`"),
        ("reasons", "Why it was held"),
        ("approvers", "Who said yes"),
        ("deniers", "Who said no"),
        ("notes", "Their words, in order"),
        ("ended", "When the last answer came"),
        (
            "wait_ms",
            "From the request to the last answer, milliseconds",
        ),
        ("expires", "When the request lapses"),
        ("binding", "Hash of what was approved"),
        ("statement_outcome", "What came of the statement"),
        CONNECTION,
    ],
};

const ACCESSES: View = View {
    name: "accesses",
    doc: "One row a statement, table, column and use; a table of which no column is named has a row of its own",
    sql: include_str!("views/accesses.sql"),
    columns: &[
        ("time", "When the statement arrived"),
        SESSION_ID,
        STATEMENT_ID,
        PRINCIPAL,
        ("table_name", "`DATABASE.SCHEMA.TABLE`"),
        (
            "column_name",
            "The base column; NULL where the statement names none of the table",
        ),
        (
            "usage",
            "`output`, `filter` or `write` of a column; `read` or `write` of a table",
        ),
        VERDICT,
        OUTCOME,
        ("rows", "Rows the statement delivered"),
        ("masked_cells", "Cells of the statement that were masked"),
        KINDS,
        AGENT,
        CONNECTION,
    ],
};

const MASKS: View = View {
    name: "masks",
    doc: "One row a result column and what masked it",
    sql: include_str!("views/masks.sql"),
    columns: &[
        ("time", "When the first of these cells was delivered"),
        SESSION_ID,
        STATEMENT_ID,
        PRINCIPAL,
        ("column_name", "The column's name in the result"),
        ("masked_by", "`rule:<id>` or `detector:<LABEL>`"),
        ("cells", "Cells masked"),
        (
            "operator",
            "What the plan does to the column; NULL where only a detector spoke",
        ),
        ("sources", "Base columns it comes from"),
        ("ordinal", "The column's place in the result, from 0"),
        ("result", "Which result of a multi-statement, from 0"),
    ],
};

const AUDITORS: View = View {
    name: "auditors",
    doc: "One row an act of reading: query, replay, export, verification",
    sql: include_str!("views/auditors.sql"),
    columns: &[
        ("time", "When"),
        ("auditor", "Who read, by the name for people"),
        (
            "kind",
            "`auditor.queried`, `auditor.replayed`, `auditor.exported` or `auditor.verified`",
        ),
        ("sql", "The SQL"),
        ("replayed_session", "The session looked at"),
        (
            "replay_mode",
            "`terminal`, `json`, `text`, `page` or `driver`",
        ),
        ("exported", "What was taken"),
        ("rows", "Rows returned, or events exported or verified"),
        ("integrity", "Verification: nothing was altered"),
        ("completeness", "Verification: nothing is missing"),
        ("error", "Why the query failed, if it did"),
        ("duration_ms", "How long the query took, milliseconds"),
        (
            "auditor_subject",
            "The issuer's stable name for the auditor",
        ),
        ("auditor_issuer", "OIDC issuer that vouched for the auditor"),
        ("source_ip", "The auditor's IP address"),
    ],
};
