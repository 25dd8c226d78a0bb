//! Columns of what the recording says of itself: policies, gaps, auditors, producers.

use super::super::Column;
use super::super::ColumnType::{Boolean, Integer, List, Struct, Text, Texts};
use super::col;

/// Audit and producer kinds.
pub(super) fn columns() -> Vec<Column> {
    let mut columns = audit();
    columns.extend(producer());
    columns
}

fn audit() -> Vec<Column> {
    vec![
        col(
            "policy_loaded",
            Struct(loaded()),
            "A policy set came into force",
        ),
        col(
            "audit_degraded",
            Struct(degraded()),
            "Recording is best effort from here",
        ),
        col(
            "audit_restored",
            Struct(restored()),
            "Recording is whole again",
        ),
        col("auditor_queried", Struct(queried()), "An auditor ran SQL"),
        col(
            "auditor_replayed",
            Struct(replayed()),
            "An auditor replayed a session",
        ),
        col(
            "auditor_exported",
            Struct(exported()),
            "An auditor took a copy away",
        ),
        col(
            "auditor_verified",
            Struct(verified()),
            "An auditor verified the record",
        ),
    ]
}

fn loaded() -> Vec<Column> {
    vec![
        col("hash", Text, "Hash of the policy set"),
        col("rules", Integer, "Rules in it"),
        col("catalog_version", Text, "Catalog snapshot loaded with it"),
        col(
            "changes",
            Struct(changes()),
            "What is different from the set it replaces; NULL for the first of a process",
        ),
    ]
}

fn changes() -> Vec<Column> {
    vec![
        col("previous", Text, "Hash of the set that is replaced"),
        col(
            "previous_catalog_version",
            Text,
            "The catalog snapshot loaded with that one",
        ),
        col("added", Texts, "Rules that are new"),
        col("removed", Texts, "Rules that are gone"),
        col("changed", Texts, "Rules that say something else"),
        col(
            "settings",
            Boolean,
            "Groups, tags, functions or defaults are others",
        ),
    ]
}

fn degraded() -> Vec<Column> {
    vec![
        col("reason", Text, "Why"),
        col("since", Integer, "Since when, nanoseconds since 1970 UTC"),
    ]
}

fn restored() -> Vec<Column> {
    vec![
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
    ]
}

fn queried() -> Vec<Column> {
    vec![
        col("sql", Text, "The auditor's SQL"),
        col("rows", Integer, "Rows returned; NULL if it failed"),
        col("error", Text, "Why it failed, if it did"),
        col("duration_ns", Integer, "How long it took, nanoseconds"),
    ]
}

fn replayed() -> Vec<Column> {
    vec![
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
    ]
}

fn exported() -> Vec<Column> {
    vec![
        col("what", Text, "What was taken: a session, a query"),
        col("events", Integer, "Events in it"),
    ]
}

fn verified() -> Vec<Column> {
    vec![
        col("events", Integer, "Events looked at"),
        col("integrity", Boolean, "Nothing was altered"),
        col("completeness", Boolean, "Nothing is missing"),
    ]
}

/// Kinds of later versions: behind all others, where an older table gets them.
pub(super) fn later_columns() -> Vec<Column> {
    let listed = vec![
        col("what", Text, "`approvals`: the statements that wait"),
        col("rows", Integer, "How many entries were shown"),
    ];
    let counted = vec![
        col(
            "binding",
            Text,
            "Which text, binds and place: the same again counts once",
        ),
        col(
            "compared",
            List(super::compared()),
            "What it compares, sorted by column",
        ),
    ];
    vec![
        col(
            "auditor_listed",
            Struct(listed),
            "Somebody was shown a list that is no SQL",
        ),
        col(
            "statement_counted",
            Struct(counted),
            "A statement that compares columns whose comparisons the policy counts is about to run",
        ),
        col(
            "finding_raised",
            Struct(raised()),
            "A detection found something in the record",
        ),
        col(
            "configuration_loaded",
            Struct(vec![col("parts", Texts, "Which parts changed")]),
            "Something else of the configuration than the policy changed while the process runs",
        ),
        col(
            "configuration_refused",
            Struct(vec![col("reason", Text, "What is wrong with it")]),
            "A change of policy or configuration was not taken",
        ),
        col(
            "sessions_killed",
            Struct(killed()),
            "Somebody ended sessions",
        ),
        col(
            "catalog_loaded",
            Struct(catalog()),
            "What is known of an account's tables was read from the account",
        ),
        col(
            "catalog_invalidated",
            Struct(vec![col(
                "objects",
                Texts,
                "Tables, schemas or databases; empty is everything the connection reaches",
            )]),
            "What is known of some tables does not hold until it is read again",
        ),
    ]
    .into_iter()
    .chain(of_grants())
    .chain(of_files())
    .chain([of_estimates()])
    .collect()
}

fn of_estimates() -> Column {
    let estimate = vec![
        col("binding", Text, "What the hold is bound to"),
        col("bytes", Integer, "Bytes it would read, at most"),
        col(
            "partitions",
            Integer,
            "Micro-partitions it would read, at most",
        ),
        col(
            "partitions_total",
            Integer,
            "Micro-partitions of the tables it reads",
        ),
        col(
            "unknown",
            Text,
            "Why nothing is known; NULL where something is",
        ),
    ];
    col(
        "approval_estimated",
        Struct(estimate),
        "How much a held statement would read, as Snowflake's EXPLAIN says, or why that is not known",
    )
}

fn of_grants() -> [Column; 2] {
    [
        col(
            "approval_revoked",
            Struct(said_of_grant("reason", "Why")),
            "Somebody took back a yes that covers more than one statement",
        ),
        col(
            "approval_reviewed",
            Struct(said_of_grant("note", "What they found")),
            "Somebody looked at what was done in an emergency",
        ),
    ]
}

/// Files that pass the gateway.
fn of_files() -> [Column; 2] {
    let mut uploaded = of_file(
        "Its size as the agent sent it, bytes",
        "SHA-256 of it as the agent sent it",
    );
    let mut downloaded = of_file(
        "Its size on the stage, decrypted, bytes",
        "SHA-256 of it so",
    );
    downloaded.extend([
        col(
            "masked_cells",
            Integer,
            "Cells that were masked in what the agent got",
        ),
        col(
            "delivered_bytes",
            Integer,
            "Size of what the agent got, bytes",
        ),
        col("delivered_digest", Text, "SHA-256 of what the agent got"),
    ]);
    for columns in [&mut uploaded, &mut downloaded] {
        columns.push(col(
            "duration_ns",
            Integer,
            "From the request's arrival, nanoseconds",
        ));
    }
    [
        col(
            "stage_uploaded",
            Struct(uploaded),
            "An agent's file went to a stage",
        ),
        col(
            "stage_downloaded",
            Struct(downloaded),
            "A file of a stage went to an agent",
        ),
    ]
}

fn of_file(bytes: &'static str, digest: &'static str) -> Vec<Column> {
    let found = vec![
        col("class", Text, "The class, as detectors call it"),
        col("cells", Integer, "Cells that hold such values"),
    ];
    vec![
        col(
            "stage",
            Text,
            "`@DATABASE.SCHEMA.STAGE`, `@DATABASE.SCHEMA.%TABLE` or `@~`",
        ),
        col("file", Text, "The file's name on it"),
        col("bytes", Integer, bytes),
        col("digest", Text, digest),
        col(
            "content",
            Text,
            "What it was read as: `text`, `json`, `parquet`, or `unread`",
        ),
        col("found", List(found), "What was found in it, by class"),
    ]
}

/// What is said of an earlier yes, by whom, in which words.
fn said_of_grant(words: &'static str, doc: &'static str) -> Vec<Column> {
    vec![
        col("grant", Text, "The `approval.granted` it is about"),
        col("by", Struct(super::approver()), "Who says it"),
        col(words, Text, doc),
    ]
}

fn raised() -> Vec<Column> {
    vec![
        col(
            "finding",
            Text,
            "The finding's id: the same finding, found again, has the same",
        ),
        col("rule", Text, "The rule that found it"),
        col("title", Text, "What was found, for people"),
        col(
            "severity",
            Text,
            "`informational`, `low`, `medium`, `high` or `critical`",
        ),
        col("attacks", Texts, "MITRE ATT&CK techniques, by their ids"),
        col(
            "happened",
            Integer,
            "When what was found happened, nanoseconds since 1970 UTC",
        ),
        col("session", Text, "The session it is about"),
        col("statement", Text, "The statement it is about"),
        col(
            "since",
            Integer,
            "Where the window that was asked begins, nanoseconds since 1970 UTC",
        ),
        col(
            "until",
            Integer,
            "Where it ended, nanoseconds since 1970 UTC",
        ),
    ]
}

fn killed() -> Vec<Column> {
    vec![
        col(
            "scope",
            Text,
            "`session`, `principal`, `connection` or `all`",
        ),
        col(
            "target",
            Text,
            "Session id, subject or connection; NULL for all",
        ),
        col("reason", Text, "Why, in the words of whoever did it"),
        col(
            "until",
            Integer,
            "Until then no new ones are opened, nanoseconds since 1970 UTC; NULL where they may come back",
        ),
    ]
}

fn catalog() -> Vec<Column> {
    vec![
        col(
            "catalog_version",
            Text,
            "The snapshot that is in force with it",
        ),
        col(
            "tables",
            Integer,
            "Tables and views known over the connection",
        ),
        col("columns", Integer, "Their columns"),
        col(
            "changed",
            Integer,
            "Tables and views that are new, gone or other",
        ),
        col("duration_ns", Integer, "How long reading took, nanoseconds"),
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
