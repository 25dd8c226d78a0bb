//! The sealed tables, column by column, with what each means: the views of the same names show these.
//!
//! Enters: nothing. Leaves: columns. Never here: a column whose value depends on anything but the events it was folded from.

mod sessions;

use super::{Column, ColumnType};

pub use sessions::SESSIONS;
pub(super) use sessions::session_columns;

/// What a sealed column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Texts,
    Count,
    Number,
    Flag,
    Time,
    Binds,
    Uses,
    Masks,
    Spans,
    Seen,
}

/// A column and what it means.
#[derive(Clone, Copy, Debug)]
pub struct SealedColumn {
    /// Its name.
    pub name: &'static str,
    pub(crate) kind: Kind,
    /// What it means, for people.
    pub doc: &'static str,
}

const fn col(name: &'static str, kind: Kind, doc: &'static str) -> SealedColumn {
    SealedColumn { name, kind, doc }
}

/// Names and docs of `columns`.
pub const fn documented<const N: usize>(
    columns: &[SealedColumn; N],
) -> [(&'static str, &'static str); N] {
    let mut documented = [("", ""); N];
    let mut at = 0;
    while at < N {
        documented[at] = (columns[at].name, columns[at].doc);
        at += 1;
    }
    documented
}

/// Table `statements`, as auditors see it.
pub const STATEMENTS: [SealedColumn; 45] = [
    col(
        "session_id",
        Kind::Text,
        "The session; `session('…')` gives its events",
    ),
    col(
        "statement_id",
        Kind::Text,
        "The statement; `result('…')` gives the masked rows it returned",
    ),
    col("time", Kind::Time, "When it arrived"),
    col("principal", Kind::Text, "Who asked, by the name for people"),
    col("text", Kind::Text, "The statement, literals masked"),
    col(
        "kinds",
        Kind::Texts,
        "Statement kinds in order: `select`, `update` …",
    ),
    col(
        "verdict",
        Kind::Text,
        "What the policy said: `allow`, `mask`, `hold` or `deny`",
    ),
    col(
        "outcome",
        Kind::Text,
        "What came of it: `succeeded`, `denied`, `failed`, `canceled`, `held` (waits for people) or `running`",
    ),
    col(
        "reasons",
        Kind::Texts,
        "Why the policy said so, a text a rule",
    ),
    col("rules", Kind::Texts, "Ids of the rules that determined it"),
    col(
        "approval",
        Kind::Text,
        "How the approval ended: `granted`, `denied`, `expired`, `canceled` or `pending`; NULL if none was needed",
    ),
    col("approvers", Kind::Texts, "Who said yes"),
    col("deniers", Kind::Texts, "Who said no"),
    col(
        "approval_wait_ms",
        Kind::Number,
        "From the request for approval to its last answer, milliseconds",
    ),
    col("rows", Kind::Count, "Rows delivered"),
    col(
        "bytes",
        Kind::Count,
        "Bytes delivered, before HTTP compression",
    ),
    col("masked_cells", Kind::Count, "Cells masked"),
    col(
        "rows_changed",
        Kind::Count,
        "Rows inserted, updated and deleted",
    ),
    col(
        "duration_ms",
        Kind::Number,
        "From arrival to the last delivery or the error, milliseconds",
    ),
    col(
        "tables",
        Kind::Texts,
        "Tables read or written, `DATABASE.SCHEMA.TABLE`",
    ),
    col("reads", Kind::Texts, "Tables read"),
    col("writes", Kind::Texts, "Tables written"),
    col(
        "columns",
        Kind::Texts,
        "Base columns used, `DATABASE.SCHEMA.TABLE.COLUMN`",
    ),
    col(
        "column_uses",
        Kind::Uses,
        "Base columns with their use, `output`, `filter` or `write`",
    ),
    col(
        "flags",
        Kind::Texts,
        "Findings of the analysis: `egress`, `ddl`, `unresolved` …",
    ),
    col("binds", Kind::Binds, "Bind values, masked"),
    col(
        "mask_all",
        Kind::Flag,
        "Lineage was lost, so every column was masked",
    ),
    col(
        "error_stage",
        Kind::Text,
        "`policy`, `approval`, `upstream`, `gateway` or `journal`",
    ),
    col("error_code", Kind::Text, "As the driver showed it"),
    col(
        "error_message",
        Kind::Text,
        "As the driver showed it, masked",
    ),
    col("canceled_by", Kind::Text, "`client`, `killed` or `timeout`"),
    col(
        "query_id",
        Kind::Text,
        "Snowflake's query id, for reconciliation with its own history",
    ),
    col("request_id", Kind::Text, "The client's request id"),
    col(
        "fingerprint",
        Kind::Text,
        "Equal for statements that differ in literals only",
    ),
    col(
        "describe_only",
        Kind::Flag,
        "The driver asked for the result's shape only",
    ),
    col(
        "asynchronous",
        Kind::Flag,
        "The driver fetches the result later",
    ),
    col(
        "policy_hash",
        Kind::Text,
        "Hash of the policy set it was decided under",
    ),
    col(
        "principal_subject",
        Kind::Text,
        "The issuer's stable name for the principal",
    ),
    col(
        "principal_issuer",
        Kind::Text,
        "OIDC issuer that vouched for the principal",
    ),
    col(
        "principal_groups",
        Kind::Texts,
        "The principal's groups at that time",
    ),
    col("agent", Kind::Text, "Client program, as it names itself"),
    col(
        "on_behalf_of",
        Kind::Text,
        "The human or workload behind the agent, from a claim",
    ),
    col(
        "correlation_id",
        Kind::Text,
        "The agent's own correlation id: QUERY_TAG or traceparent",
    ),
    col("source_ip", Kind::Text, "The client's IP address"),
    col(
        "connection",
        Kind::Text,
        "The named connection of the configuration",
    ),
];

/// What every sealed row of a statement ends with: what the views `approvals`, `masks` and `sightings` are made of, and how much it was
/// folded from. The view `statements` does not show it.
const FOLDED: [SealedColumn; 11] = [
    col(
        "hold_requested",
        Kind::Time,
        "When people were asked; NULL if they were not",
    ),
    col("hold_quorum", Kind::Texts, "Who must agree, `group:number`"),
    col("hold_reasons", Kind::Texts, "Why it was held"),
    col(
        "hold_expires_ns",
        Kind::Count,
        "When the request lapses, nanoseconds since 1970 UTC",
    ),
    col("hold_binding", Kind::Text, "Hash of what was approved"),
    col("hold_answered", Kind::Time, "When the last answer came"),
    col("hold_notes", Kind::Texts, "The answers' words, in order"),
    col(
        "masks",
        Kind::Masks,
        "What masked each column of its results, and how many cells",
    ),
    col(
        "events",
        Kind::Count,
        "Events it was folded from; of two rows of one statement the one with more is the newer",
    ),
    col("spans", Kind::Spans, "Where these events stand"),
    col(
        "seen",
        Kind::Seen,
        "Values it met in columns that may be looked for, as keyed tokens",
    ),
];

/// Columns of the sealed table `statements`.
pub(super) fn statement_columns() -> Vec<Column> {
    STATEMENTS
        .iter()
        .chain(&FOLDED)
        .map(SealedColumn::column)
        .collect()
}

impl SealedColumn {
    fn column(&self) -> Column {
        let text = |name, doc| Column::optional(name, ColumnType::Text, doc);
        let data = match self.kind {
            Kind::Text => ColumnType::Text,
            Kind::Texts => ColumnType::Texts,
            Kind::Count => ColumnType::Integer,
            Kind::Number => ColumnType::Number,
            Kind::Flag => ColumnType::Boolean,
            Kind::Time => ColumnType::Timestamp,
            Kind::Binds => ColumnType::List(vec![
                text("name", "Ordinal or name of the bind"),
                text("kind", "Snowflake's type word, as sent"),
                Column::optional(
                    "values",
                    ColumnType::Texts,
                    "Masked value, one a row for array binds",
                ),
            ]),
            Kind::Uses => ColumnType::List(vec![
                text("table", "`DATABASE.SCHEMA.TABLE`"),
                text("column", "The column"),
                text("usage", "`output`, `filter` or `write`"),
            ]),
            Kind::Masks => ColumnType::List(vec![
                Column::optional(
                    "result",
                    ColumnType::Integer,
                    "Which result of a multi-statement, from 0",
                ),
                Column::optional(
                    "ordinal",
                    ColumnType::Integer,
                    "The column's place in the result, from 0",
                ),
                text("masked_by", "`rule:<id>` or `detector:<LABEL>`"),
                Column::optional(
                    "time",
                    ColumnType::Timestamp,
                    "When the first of these cells was delivered",
                ),
                text("principal", "To whom, by the name for people"),
                text("column_name", "The column's name in the result"),
                Column::optional("cells", ColumnType::Integer, "Cells masked"),
                text("operator", "What the plan does to the column"),
                Column::optional("sources", ColumnType::Texts, "Base columns it comes from"),
            ]),
            Kind::Spans => ColumnType::List(vec![
                text("partition", "The journal's partition"),
                Column::optional("first", ColumnType::Integer, "Offset of the first of them"),
                Column::optional("last", ColumnType::Integer, "Offset of the last of them"),
            ]),
            Kind::Seen => ColumnType::List(seen()),
        };
        Column::optional(self.name, data, self.doc)
    }
}

fn seen() -> Vec<Column> {
    let text = |name, doc| Column::optional(name, ColumnType::Text, doc);
    vec![
        Column::optional("token", ColumnType::Integer, "The keyed hash of the value"),
        text("key", "Which key made it, eight hex digits"),
        text(
            "class",
            "`email`, `number`, `code`, `name`, `date` or `text`",
        ),
        text(
            "column",
            "`DATABASE.SCHEMA.TABLE.COLUMN`, or the result's own name",
        ),
        text(
            "place",
            "`result`: it was delivered; `statement`: it stood in the text or a bind",
        ),
        Column::optional("cells", ColumnType::Integer, "How often"),
        Column::optional("time", ColumnType::Timestamp, "When first"),
    ]
}
