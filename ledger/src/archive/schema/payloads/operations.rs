//! Columns of what the recording says of itself: policies, gaps, auditors, producers.

use super::super::Column;
use super::super::ColumnType::{Boolean, Integer, List, Struct, Text};
use super::col;

/// Audit and producer kinds.
pub(super) fn columns() -> Vec<Column> {
    let mut columns = audit();
    columns.extend(producer());
    columns
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
