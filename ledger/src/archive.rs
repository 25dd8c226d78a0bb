//! The archive: every event for good, in tables that any Delta Lake or Parquet reader opens.
//!
//! Enters: journal records with their positions. Leaves: rows, the events again, and how far each partition is archived.
//! Never here: an overwrite, a consumer offset as truth, or a judgement on what was recorded (see `verify`).

pub mod rows;
#[cfg(test)]
pub(crate) mod samples;
pub mod schema;
