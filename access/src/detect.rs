//! Value detectors: what in a cell or a text is sensitive by its own form.
//!
//! Enters: one text. Leaves: findings, in order, not overlapping. Never here: what is to be done about them, and no
//! memory of the text.

pub mod card;
pub mod checksum;
pub mod contact;
pub mod iban;
pub mod label;
pub mod national_id;
pub(crate) mod run;
pub(crate) mod walk;

pub use label::Label;

/// One sensitive value inside a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// What it is.
    pub label: Label,
}
