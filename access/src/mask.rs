//! Masking: the only place where upstream rows, literals and messages become [`Masked`].
//!
//! Enters: raw rows, SQL, binds, messages, and a [`MaskPlan`]. Leaves: the same shape with nothing raw left in what the plan
//! or a detector named, counts per column, a digest. Never here: a way for rows to leave unmasked.

mod ahead;
mod arrow;
mod binds;
mod column;
mod config;
mod digest;
pub(crate) mod family;
mod json;
pub(crate) mod leaf;
mod nested;
mod reader;
mod result;
mod said;
mod seek;
pub(crate) mod semi;
mod sql;
mod state;
mod taken;
pub(crate) mod text;

use std::sync::Arc;

use event::payload::{Bind, MaskCount, ResultColumn, Seen};
use event::{Digest, Masked};
use permit::{MaskPlan, Sought};

use crate::analysis::{Analysis, BoundValue};
use crate::keys::MaskKey;
use crate::seen::SeenKeys;
use detect::Detectors;
use detect::own::OwnError;

pub use config::MaskingConfig;
pub use result::ResultMask;
pub use state::MaskState;

/// What a driver sees in place of an upstream error text that could carry sensitive values.
const WITHHELD: &str = "the server's message is withheld: the statement touches sensitive columns";

/// Why rows cannot be masked. Nothing of them is delivered then.
#[derive(Debug, thiserror::Error)]
pub enum MaskError {
    /// A JSON row has not the described number of cells.
    #[error(
        "row {row} has {got} cells where the result describes {want} columns; refuse this result"
    )]
    RowWidth {
        /// From 0, within the rows given.
        row: usize,
        /// Cells in it.
        got: usize,
        /// Columns described.
        want: usize,
    },
    /// An Arrow batch has not the described number of columns.
    #[error("a batch has {got} columns where the result describes {want}; refuse this result")]
    Columns {
        /// Columns in it.
        got: usize,
        /// Columns described.
        want: usize,
    },
    /// The masked batch could not be built.
    #[error("the masked batch cannot be built; refuse this result")]
    Arrow(#[from] ::arrow::error::ArrowError),
}

/// Why the configuration makes no masking.
#[derive(Debug, thiserror::Error)]
pub enum MaskingError {
    /// An own detector or dictionary is refused.
    #[error("an own detector is refused: {0}")]
    Own(#[from] OwnError),
}

/// Masked rows, as they go to the record and to the client.
#[derive(Clone, Debug)]
pub struct MaskedRows<T> {
    /// The rows.
    pub rows: Masked<T>,
    /// Cells masked per column and rule or detector, sorted. `by` is `rule:<id>`, `detector:<LABEL>`, or
    /// `operator_failed:<rule>` where the rule's operator could not work on the cell's type and it was redacted,
    /// `unread_type` where no detector reads the column's Arrow type and it became NULL.
    pub counts: Vec<MaskCount>,
    /// SHA-256 over row count (u64, big endian), then per cell, row by row: 0x00 for NULL, else 0x01, length (u32, big
    /// endian) and UTF-8 of Snowflake's JSON text of the cell. The same for JSON and Arrow of the same rows.
    pub digest: Digest,
    /// Tokens of cells whose values may be looked for; none where the plan asks for none, or no key is configured.
    pub seen: Option<Vec<Seen>>,
}

/// Every cell's text as Snowflake's JSON writes it, row by row: the column's place, and none for NULL. The same text that
/// digests are made of; `batch` has the columns that are described.
pub fn for_each_cell(
    columns: &[ResultColumn],
    batch: &::arrow::array::RecordBatch,
    cell: impl FnMut(usize, Option<&str>),
) {
    let families: Vec<_> = columns.iter().map(family::Family::of).collect();
    arrow::for_each_cell(&families, batch, cell);
}

/// Detectors and keys, shared by all results of a process. Clones share one set.
#[derive(Clone)]
pub struct Masking {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) key: Option<MaskKey>,
    pub(crate) tenant: String,
    pub(crate) detectors: Detectors,
    pub(crate) find: Option<Arc<SeenKeys>>,
}

impl Masking {
    /// Builds detectors and keys.
    pub fn new(config: MaskingConfig) -> Result<Self, MaskingError> {
        let detectors = Detectors::new(&config.detectors, &config.dictionaries)?;
        Ok(Self {
            inner: Arc::new(Inner {
                key: config.key,
                tenant: config.tenant,
                detectors,
                find: config.find,
            }),
        })
    }

    /// The detectors in use, own ones included.
    pub fn detectors(&self) -> &Detectors {
        &self.inner.detectors
    }

    /// SQL for the record: whatever the detectors find in it is replaced, in literals, comments and bare numbers alike,
    /// whether or not it parses.
    #[expect(clippy::disallowed_methods, reason = "a mask made it")]
    pub fn sql_text(&self, text: &str) -> Masked<String> {
        Masked::from_mask(sql::mask(text, &self.inner.detectors))
    }

    /// Bind values for the record. The values of one array bind vote like a column.
    pub fn binds(&self, binds: &[BoundValue]) -> Vec<Bind> {
        binds
            .iter()
            .map(|bind| binds::mask(bind, &self.inner.detectors))
            .collect()
    }

    /// Tokens of literals and binds that meet columns of `sought`, for the record; none where there are none, or no key is configured.
    pub fn seen(
        &self,
        text: &str,
        binds: &[BoundValue],
        sought: &[Sought],
        analysis: &Analysis,
    ) -> Option<Vec<Seen>> {
        let keys = self.inner.find.as_ref()?;
        said::tokens(keys, text, binds, sought, analysis)
    }

    /// An error text for the record and the client: withheld whole if the statement touches sensitive columns, else with
    /// what the detectors find replaced.
    #[expect(clippy::disallowed_methods, reason = "a mask made it")]
    pub fn message(&self, text: &str, sensitive: bool) -> Masked<String> {
        Masked::from_mask(if sensitive {
            WITHHELD.to_owned()
        } else {
            text::mask_text(text, &self.inner.detectors)
        })
    }

    /// The mask of one result. `state` is what an earlier part of the same result left ([`ResultMask::state`]).
    pub fn result(
        &self,
        plan: MaskPlan,
        columns: &[ResultColumn],
        state: Option<MaskState>,
    ) -> ResultMask {
        ResultMask::new(&self.inner, plan, columns, state)
    }
}

impl std::fmt::Debug for Masking {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Masking(…)")
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod agreement;

#[cfg(test)]
mod blind;

#[cfg(test)]
mod sought;

// What it counts is counted in debug builds only.
#[cfg(all(test, debug_assertions))]
mod growth;
