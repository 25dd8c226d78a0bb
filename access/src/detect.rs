//! Value detectors: what in a cell or a text is sensitive by its own form, its surroundings, or its column.
//!
//! Enters: one text; or the cells of a column, to vote on. Leaves: findings, in order, not overlapping. Never here: what is to be
//! done about them, and no memory of a text.

pub mod address;
pub mod card;
pub mod checksum;
pub mod contact;
pub mod crypto;
mod cue;
pub mod date;
mod gate;
pub mod health;
pub mod hint;
pub mod iban;
pub mod label;
pub mod names;
pub mod national_id;
pub mod network;
mod numbers;
pub mod own;
pub mod person;
pub(crate) mod run;
pub mod secret;
mod shape;
pub(crate) mod vote;
pub(crate) mod walk;
mod words;
pub(crate) mod work;

pub use label::Label;
pub use own::Detectors;
pub(crate) use shape::is_placeholder;

/// What a finding rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// A dictionary and its surroundings: names, addresses.
    Dictionary,
    /// A shape that a word before it explains.
    Cue,
    /// The column's name, borne out by its cells.
    Name,
    /// The column as a whole.
    Column,
    /// A form that hardly anything else has.
    Form,
    /// A check digit.
    Checksum,
    /// The configuration's own detector.
    Own,
}

impl Basis {
    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Dictionary => "dictionary",
            Self::Cue => "cue",
            Self::Name => "name",
            Self::Column => "column",
            Self::Form => "form",
            Self::Checksum => "checksum",
            Self::Own => "own",
        }
    }

    /// How sure it is, 0 to 1: an order to sort by, not a measured probability.
    pub const fn confidence(self) -> f64 {
        match self {
            Self::Dictionary => 0.75,
            Self::Cue | Self::Name => 0.85,
            Self::Column => 0.95,
            Self::Form => 0.9,
            Self::Checksum => 0.99,
            Self::Own => 1.0,
        }
    }
}

/// One sensitive value inside a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// What it is.
    pub label: Label,
    /// What that rests on.
    pub basis: Basis,
}
