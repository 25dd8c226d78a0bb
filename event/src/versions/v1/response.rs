//! Responses: the masked rows as delivered, page by page.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::statement::ColumnMask;
use crate::Digest;
use crate::text_enum::text_enum;

text_enum!(
    /// The wire form the driver got.
    ResultFormat {
        /// JSON rows.
        Json = "json",
        /// Arrow IPC streams.
        Arrow = "arrow",
    }
);

text_enum!(
    /// How much of a page is kept in the record.
    Kept {
        /// The rows.
        Full = "full",
        /// Their digest only, by policy.
        Digest = "digest",
    }
);

/// One output column as Snowflake described it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultColumn {
    /// Its name in the result.
    pub name: String,
    /// Snowflake's type word: `fixed`, `text` …
    pub data_type: String,
    /// May hold NULL.
    pub nullable: bool,
    /// Digits, where the type has them.
    pub precision: Option<i64>,
    /// Digits after the point.
    pub scale: Option<i64>,
    /// Length in characters, where the type has it.
    pub length: Option<i64>,
    /// `DATABASE.SCHEMA.TABLE` as Snowflake reports it; empty for expressions.
    pub origin: String,
}

/// A result begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResponseStarted {
    /// Which result of a multi-statement, from 0.
    pub result: u32,
    /// Snowflake's query id.
    pub query_id: String,
    /// The columns.
    pub columns: Vec<ResultColumn>,
    /// The mask plan in force, by ordinal.
    pub masks: Vec<ColumnMask>,
    /// Every column is masked, lineage being lost.
    pub mask_all: bool,
    /// The wire form.
    pub format: ResultFormat,
    /// Rows in all, where Snowflake says so.
    pub rows_total: Option<u64>,
    /// Chunks beyond the inline rows.
    pub chunks: u32,
    /// Snowflake's `statementTypeId`, to cross-check the parser.
    pub statement_type: Option<u64>,
}

/// Cells of one column that one rule or detector masked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaskCount {
    /// Output ordinal, from 0.
    pub ordinal: u32,
    /// `rule:<id>` or `detector:<LABEL>`.
    pub by: String,
    /// How many cells.
    pub cells: u64,
}

/// Rows, masked, as delivered. A page belongs to one chunk; chunk 0 is the inline part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResponsePage {
    /// Which result of a multi-statement, from 0.
    pub result: u32,
    /// 0 inline, then 1, 2 … as in `chunks`.
    pub chunk: u32,
    /// Dense within the chunk, from 0.
    pub page: u32,
    /// First row's number within the chunk.
    pub first_row: u64,
    /// How many rows.
    pub rows: u64,
    /// What was masked.
    pub masked: Vec<MaskCount>,
    /// SHA-256 of the rows' canonical text (see `access`): a client's copy can be checked against it.
    pub digest: Digest,
    /// Bytes delivered for these rows, before HTTP compression.
    pub bytes: u64,
    /// How much is kept here.
    pub kept: Kept,
    /// Which piece of a body too large for one event, from 0.
    pub fragment: u32,
    /// How many pieces, 1 unless cut.
    pub fragments: u32,
    /// Arrow IPC stream, zstd buffers; empty where only the digest is kept.
    pub body: Bytes,
}

/// Row counts of a DML statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "described", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it")]
pub struct RowCounts {
    pub inserted: u64,
    pub updated: u64,
    pub deleted: u64,
    pub duplicates: u64,
}

/// A result's inline part or one chunk was delivered whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResponseFinished {
    /// Which result of a multi-statement, from 0.
    pub result: u32,
    /// Which chunk; 0 is the inline part.
    pub chunk: u32,
    /// Pages recorded for it.
    pub pages: u32,
    /// How many rows.
    pub rows: u64,
    /// Bytes delivered, before HTTP compression.
    pub bytes: u64,
    /// Cells masked.
    pub masked_cells: u64,
    /// Upstream's row counts, for DML.
    pub counts: Option<RowCounts>,
    /// From the statement's (or the chunk request's) arrival to this point, nanoseconds.
    pub duration_ns: u64,
}
