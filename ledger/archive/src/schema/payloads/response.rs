//! Columns of what came back: how it went upstream, the result, its end or its error.

use super::super::Column;
use super::super::ColumnType::{self, Binary, Boolean, Integer, List, Struct, Text, Texts};
use super::{col, mask_plan, seen};

/// Responses and outcomes.
pub(super) fn columns() -> Vec<Column> {
    let mut columns = response();
    columns.extend(outcome());
    columns
}

fn response() -> Vec<Column> {
    vec![
        col(
            "statement_announced",
            Struct(announced()),
            "A result that any gateway may serve later",
        ),
        col(
            "statement_forwarded",
            Struct(forwarded()),
            "The statement went upstream",
        ),
        col("response_started", Struct(started()), "A result begins"),
        col(
            "response_page",
            page(result(), chunk()),
            "Rows, masked, as delivered; the body is in table `pages`",
        ),
        col(
            "response_finished",
            Struct(finished()),
            "A result, or a chunk of it, was delivered whole",
        ),
    ]
}

fn result() -> Column {
    col(
        "result",
        Integer,
        "Which result of a multi-statement, from 0",
    )
}

fn chunk() -> Column {
    col("chunk", Integer, "0 is the inline part, then 1, 2 …")
}

fn announced() -> Vec<Column> {
    vec![
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
    ]
}

fn forwarded() -> Vec<Column> {
    vec![
        col(
            "query_id",
            Text,
            "Snowflake's query id, for reconciliation with its own history",
        ),
        col("attempts", Integer, "Tries it took, 1 or more"),
    ]
}

fn column() -> Vec<Column> {
    vec![
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
    ]
}

fn started() -> Vec<Column> {
    vec![
        result(),
        col("query_id", Text, "Snowflake's query id"),
        col("columns", List(column()), "The columns"),
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
    ]
}

fn counts() -> Vec<Column> {
    vec![
        col("inserted", Integer, "Rows inserted"),
        col("updated", Integer, "Rows updated"),
        col("deleted", Integer, "Rows deleted"),
        col("duplicates", Integer, "Multi-joined rows updated"),
    ]
}

fn finished() -> Vec<Column> {
    vec![
        result(),
        chunk(),
        col("pages", Integer, "Pages recorded for it"),
        col("rows", Integer, "Rows delivered"),
        col("bytes", Integer, "Bytes delivered, before HTTP compression"),
        col("masked_cells", Integer, "Cells masked"),
        col("counts", Struct(counts()), "Upstream's row counts, for DML"),
        col(
            "duration_ns",
            Integer,
            "From the arrival of the statement or chunk request, nanoseconds",
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
        seen(
            "Cells of columns whose values may be looked for, as keyed tokens; `sightings` has them one by one",
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
