//! Files that agents move to stages and from them.

use serde::{Deserialize, Serialize};

use crate::text_enum::text_enum;
use crate::{Digest, Masked};

text_enum!(
    /// What a file was read as, for the detectors.
    FileContent {
        /// Rows of text: CSV and the like.
        Text = "text",
        /// JSON: a document, or one a line.
        Json = "json",
        /// Parquet.
        Parquet = "parquet",
        /// None of these, or too large: nobody looked into it.
        Unread = "unread",
    }
);

/// Cells of a file that hold values of one class.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "described", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FileFinding {
    /// The class, as detectors call it: `CREDIT_CARD`, `EMAIL` …
    pub class: String,
    /// How many cells.
    pub cells: u64,
}

/// An agent's file goes to a stage. Said before the first byte leaves; if it does not arrive, `statement.failed` follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageUploaded {
    /// The stage: `@DATABASE.SCHEMA.STAGE`, `@DATABASE.SCHEMA.%TABLE` or `@~`.
    pub stage: String,
    /// The file's name on it.
    pub file: Masked<String>,
    /// Its size as the agent sent it, bytes.
    pub bytes: u64,
    /// SHA-256 of it as the agent sent it.
    pub digest: Digest,
    /// What it was read as.
    pub content: FileContent,
    /// What was found in it, sorted by class.
    pub found: Vec<FileFinding>,
    /// From the request's arrival, nanoseconds.
    pub duration_ns: u64,
}

/// A file of a stage goes to an agent. Said before the first byte leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageDownloaded {
    /// The stage.
    pub stage: String,
    /// The file's name on it.
    pub file: Masked<String>,
    /// Its size on the stage, decrypted, bytes.
    pub bytes: u64,
    /// SHA-256 of it so.
    pub digest: Digest,
    /// What it was read as.
    pub content: FileContent,
    /// What was found in it, sorted by class.
    pub found: Vec<FileFinding>,
    /// Cells that were masked in what the agent gets.
    pub masked_cells: u64,
    /// Size of what the agent gets, bytes.
    pub delivered_bytes: u64,
    /// SHA-256 of it: an agent's copy can be checked against it.
    pub delivered_digest: Digest,
    /// From the request's arrival, nanoseconds.
    pub duration_ns: u64,
}
