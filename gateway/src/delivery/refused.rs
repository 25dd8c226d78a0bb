//! Why rows are not delivered.
//!
//! Enters: errors of masks and decoders. Leaves: which it was. Never here: anything of what is in the rows.

use access::MaskError;
use arrow::error::ArrowError;

use super::split::RowsError;
use crate::limits::CHUNK_BYTES_MAX;

/// Why rows cannot be delivered. Says nothing of what is in them.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RowsRefused {
    /// JSON rows that are none.
    #[error(transparent)]
    Rows(#[from] RowsError),
    /// An Arrow stream that is none.
    #[error("the Arrow stream is malformed or ends early")]
    Arrow,
    /// The rows do not fit the described columns, or cannot be masked.
    #[error("the rows do not fit the result's description")]
    Shape,
    /// Another number of rows than upstream announced.
    #[error("{got} rows came where {want} were announced")]
    Count {
        /// How many were announced.
        want: u64,
        /// How many came.
        got: u64,
    },
    /// Too much.
    #[error("the chunk exceeds {CHUNK_BYTES_MAX} bytes")]
    TooLarge,
    /// The gzip stream is malformed or ends early.
    #[error("the chunk's compression is malformed or ends early")]
    Gzip,
    /// The mask, or a decoder, gave up in a way it never should.
    #[error("masking failed")]
    Broken,
}

impl From<ArrowError> for RowsRefused {
    fn from(_: ArrowError) -> Self {
        // Arrow's own texts may quote a value.
        Self::Arrow
    }
}

impl From<MaskError> for RowsRefused {
    fn from(_: MaskError) -> Self {
        Self::Shape
    }
}
