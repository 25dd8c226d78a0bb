//! What was found in a text, where, and what that rests on.
//!
//! Enters: nothing. Leaves: [`Finding`]s. Never here: how they are found, or the text.

use crate::label::Label;

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
