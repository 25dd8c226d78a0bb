//! The columns every event has, and the tables beside `events`.

use super::Column;
use super::ColumnType::{Binary, Integer, Integer32, List, Text, Texts, Timestamp};

const PARTITION: Column = Column::required(
    "partition",
    Text,
    "Journal partition, `firn.events/3`; with `offset` the record's position",
);
const OFFSET: Column = Column::required(
    "offset",
    Integer,
    "The record's number in its partition; grows, not dense",
);

/// The envelope, flat.
pub(super) fn columns() -> Vec<Column> {
    [place(), principal(), circumstances()].concat()
}

/// Which event, when, and where it stands.
fn place() -> Vec<Column> {
    vec![
        Column::required("event_id", Text, "UUIDv7 of the event"),
        Column::optional(
            "session_id",
            Text,
            "UUIDv7 of the session; NULL for what a process says of itself",
        ),
        Column::optional(
            "statement_id",
            Text,
            "UUID of the statement, where there is one",
        ),
        Column::required(
            "kind",
            Text,
            "What happened: `session.opened`, `statement.submitted` …",
        ),
        Column::required(
            "time",
            Timestamp,
            "When, by the producer's clock, cut to microseconds",
        ),
        Column::required(
            "time_nanos",
            Integer32,
            "Nanoseconds that `time` lacks, 0 to 999",
        ),
        Column::required("producer_run", Text, "The process run that emitted it"),
        Column::required(
            "producer_seq",
            Integer,
            "Its number in the run: 0, 1, 2 … without a hole",
        ),
        Column::required(
            "part_index",
            Integer,
            "Its number in its part (session × run), from 0, without a hole",
        ),
        Column::required(
            "part_previous_hash",
            Text,
            "`event_hash` of the part's previous event; zeros for the first",
        ),
    ]
}

/// Who acts: principal and agent.
fn principal() -> Vec<Column> {
    vec![
        Column::optional(
            "principal_issuer",
            Text,
            "OIDC issuer that vouched for the principal",
        ),
        Column::optional(
            "principal_subject",
            Text,
            "The issuer's stable name for the principal",
        ),
        Column::optional("principal_display", Text, "The principal's name for people"),
        Column::optional(
            "principal_groups",
            Texts,
            "The principal's groups at that time, sorted",
        ),
        Column::optional(
            "agent_application",
            Text,
            "Client program, as it names itself",
        ),
        Column::optional("agent_version", Text, "The client program's version"),
        Column::optional(
            "agent_on_behalf_of",
            Text,
            "The human or workload behind the agent, from a claim",
        ),
        Column::optional(
            "agent_correlation_id",
            Text,
            "The agent's own correlation id: QUERY_TAG or traceparent",
        ),
    ]
}

/// From where, under which policy, and what proves it.
fn circumstances() -> Vec<Column> {
    vec![
        Column::optional("source_ip", Text, "The peer's IP address"),
        Column::optional(
            "source_tls",
            Text,
            "TLS version and cipher; NULL where plain",
        ),
        Column::optional(
            "connection",
            Text,
            "The named connection of the configuration",
        ),
        Column::optional("policy_hash", Text, "Hash of the policy set in force"),
        Column::optional(
            "policy_rules",
            Texts,
            "Ids of the rules that determined the outcome, sorted",
        ),
        Column::required("schema_version", Integer32, "Version of the event schema"),
        Column::required(
            "event_hash",
            Text,
            "SHA-256 of the event's canonical bytes, hex",
        ),
        PARTITION,
        OFFSET,
    ]
}

/// Table `pages`.
pub(super) fn page_columns() -> Vec<Column> {
    vec![
        Column::required(
            "event_id",
            Text,
            "The `response.page` event the body belongs to",
        ),
        Column::optional("session_id", Text, "Its session"),
        Column::optional("statement_id", Text, "Its statement"),
        PARTITION,
        OFFSET,
        Column::required(
            "result",
            Integer,
            "Which result of a multi-statement, from 0",
        ),
        Column::required("chunk", Integer, "0 is the inline part, then 1, 2 …"),
        Column::required("page", Integer, "Number within the chunk, from 0"),
        Column::required(
            "fragment",
            Integer,
            "Which piece of a body too large for one event, from 0",
        ),
        Column::required("first_row", Integer, "First row's number within the chunk"),
        Column::required("rows", Integer, "Rows in the page"),
        Column::required(
            "body",
            Binary,
            "Masked rows: Arrow IPC stream, zstd buffers",
        ),
    ]
}

/// Table `quarantine`.
pub(super) fn quarantine_columns() -> Vec<Column> {
    let header = vec![
        Column::required("name", Text, "Header name"),
        Column::required("value", Text, "Header value"),
    ];
    vec![
        PARTITION,
        OFFSET,
        Column::required("reason", Text, "Why the record is no event"),
        Column::required("key", Binary, "The record's key as it came"),
        Column::required("headers", List(header), "The record's headers as they came"),
        Column::required("value", Binary, "The record's value as it came"),
        Column::required("sha256", Text, "SHA-256 of `value`, hex"),
        Column::required(
            "arrived",
            Timestamp,
            "When the recorder read it, by its clock",
        ),
    ]
}
