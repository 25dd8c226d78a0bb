//! The views an auditor thinks in, and what each column means.
//!
//! Enters: nothing. Leaves: SQL over `events`, and docs. Never here: a column without a doc.

use archive::schema::sealed::documented;

/// One view.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// Its name.
    pub name: &'static str,
    /// What a row is.
    pub doc: &'static str,
    /// Its definition, over `events` and other views.
    pub sql: &'static str,
    /// The same over the rows of sealed statements, where it is made of these.
    pub sealed: Option<&'static str>,
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
pub const ALL: &[View] = &[
    SESSIONS, STATEMENTS, APPROVALS, ACCESSES, MASKS, SIGHTINGS, EXPORTS, AUDITORS,
];

const SESSION_ID: (&str, &str) = ("session_id", "The session; `session('…')` gives its events");
const STATEMENT_ID: (&str, &str) = (
    "statement_id",
    "The statement; `result('…')` gives the masked rows it returned",
);
const PRINCIPAL: (&str, &str) = ("principal", "Who asked, by the name for people");
const AGENT: (&str, &str) = ("agent", "Client program, as it names itself");
const CONNECTION: (&str, &str) = ("connection", "The named connection of the configuration");
const VERDICT: (&str, &str) = (
    "verdict",
    "What the policy said: `allow`, `mask`, `hold` or `deny`",
);
const OUTCOME: (&str, &str) = (
    "outcome",
    "What came of it: `succeeded`, `denied`, `failed`, `canceled`, `held` (waits for people) or `running`",
);
const KINDS: (&str, &str) = ("kinds", "Statement kinds in order: `select`, `update` …");

/// As [`STATEMENTS`].
pub const SESSIONS: View = View {
    name: "sessions",
    doc: "One row a session: a driver's login and what came of it",
    sql: include_str!("views/sessions.sql"),
    sealed: None,
    columns: &OF_SESSIONS,
};

/// The same columns as the sealed table's, which says what they mean.
const OF_STATEMENTS: [(&str, &str); 45] = documented(&archive::schema::sealed::STATEMENTS);

const OF_SESSIONS: [(&str, &str); 28] = documented(&archive::schema::sealed::SESSIONS);

/// Its SQL is for records that are not sealed, and holds those that are to it in tests.
pub const STATEMENTS: View = View {
    name: "statements",
    doc: "One row a statement: what was asked, decided, approved, returned",
    sql: include_str!("views/statements.sql"),
    sealed: None,
    columns: &OF_STATEMENTS,
};

const APPROVALS: View = View {
    name: "approvals",
    doc: "One row a request for approval, and how it ended",
    sql: include_str!("views/approvals.sql"),
    sealed: Some(include_str!("views/sealed/approvals.sql")),
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
    sealed: None,
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
    sealed: Some(include_str!("views/sealed/masks.sql")),
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

/// Of a record that is not sealed, what `seen('…')` is asked of.
pub const SIGHTINGS: View = View {
    name: "sightings",
    doc: "One row a statement, column and value that the policy lets be looked for, the value as a keyed token; `seen('…')` has the rows of a value",
    sql: include_str!("views/sightings.sql"),
    sealed: Some(include_str!("views/sealed/sightings.sql")),
    columns: &[
        (
            "time",
            "When the value was first delivered, or the statement arrived",
        ),
        SESSION_ID,
        STATEMENT_ID,
        PRINCIPAL,
        (
            "column_name",
            "Base columns it comes from, `DATABASE.SCHEMA.TABLE.COLUMN`, or the result's own name",
        ),
        (
            "class",
            "What it is: `email`, `number`, `code`, `name`, `date` or `text`",
        ),
        (
            "place",
            "`result`: it was delivered; `statement`: it stood in the text or a bind",
        ),
        ("cells", "How often"),
        ("token", "The keyed hash of the value"),
        ("key_id", "Which key made it, eight hex digits"),
    ],
};

const EXPORTS: View = View {
    name: "exports",
    doc: "One row a sink, partition and hour of the last 72 it counted: what was produced for it, what became of that, and where it stands",
    sql: include_str!("views/exports.sql"),
    sealed: None,
    columns: &[
        (
            "hour",
            "The hour of the items' own time, UTC; NULL where none was counted of the partition yet",
        ),
        ("sink", "Its name in `[[export.sink]]`"),
        ("partition", "Journal partition, `firn.events/3`"),
        (
            "produced",
            "Items looked at for the sink: `acknowledged`, `dead` and `filtered`; one an event, and one a statement that ended",
        ),
        (
            "statements",
            "Of these, what became of statements; the others are events",
        ),
        (
            "archived",
            "Events that the archive has of that hour and partition, counted there: `produced - statements` once both are done, where the sink has taken all since the hour began",
        ),
        (
            "sent",
            "Records sent: each part of an item that was split, and each try, whatever came of it; not what an exporter sent that was killed meanwhile",
        ),
        ("acknowledged", "Items the receiver acknowledged"),
        (
            "dead",
            "Items refused or impossible to send, when they were; `firn export dead` lists what is still kept",
        ),
        ("filtered", "Items the sink does not want"),
        (
            "cursor",
            "Offset of the partition: everything below is acknowledged, dead or filtered",
        ),
        (
            "journal_end",
            "Offset after the last event of the partition that the journal held",
        ),
        (
            "archived_to",
            "Offset after the last event of the partition that the archive has",
        ),
        ("behind", "Offsets between the cursor and the journal's end"),
        ("epoch", "Grows each time an exporter takes the partition"),
        (
            "dead_letters",
            "Dead letters kept now, of the whole sink: the same in each of its rows",
        ),
    ],
};

const AUDITORS: View = View {
    name: "auditors",
    doc: "One row an act of reading: query, replay, export, verification",
    sql: include_str!("views/auditors.sql"),
    sealed: None,
    columns: &[
        ("time", "When"),
        ("auditor", "Who read, by the name for people"),
        (
            "kind",
            "`auditor.queried`, `auditor.replayed`, `auditor.exported`, `auditor.verified` or `auditor.listed`",
        ),
        ("sql", "The SQL"),
        ("replayed_session", "The session looked at"),
        (
            "replay_mode",
            "`terminal`, `json`, `text`, `page` or `driver`",
        ),
        ("exported", "What was taken, or which list was shown"),
        (
            "rows",
            "Rows returned or shown, or events exported or verified",
        ),
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
