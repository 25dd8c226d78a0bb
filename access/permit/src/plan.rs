//! The mask plan: what is to be done to each output column, before a row is seen.
//!
//! Enters: lineage and policy. Leaves: a plan that travels (sealed) to whichever gateway serves the rows. Never here: rows.

use std::cmp::Ordering;
use std::str::FromStr;

use event::payload::{ColumnMask, MaskOperator, SeenClass};
use serde::{Deserialize, Serialize};

/// What is done to a cell (`guard.md` §1, typed operators). Of two the stricter is the greater.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "op")]
pub enum Operator {
    /// Keep the last `keep` characters of text, redact else.
    Partial {
        /// Characters kept at the end.
        keep: u8,
    },
    /// Keyed, joinable hash.
    Hash,
    /// Format-preserving token (FF1).
    Tokenize,
    /// Coarser value: mail domain, ZIP3, /24, year.
    Generalize,
    /// Dates moved by up to `days`, equally for one subject.
    DateShift {
        /// Most days, either way.
        days: u16,
    },
    /// Numbers moved by up to `percent`, equally for equal values.
    Noise {
        /// Most per cent, either way.
        percent: u8,
    },
    /// `***` or `[LABEL]` for text, NULL for other types.
    Redact,
    /// NULL.
    Nullify,
}

/// The plan for one output ordinal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnPlan {
    /// From 0.
    pub ordinal: u32,
    /// What to do.
    pub operator: Operator,
    /// The rule that asked.
    pub rule: String,
    /// Why: the tag or class (`SSN`, `PCI`), used as label where the operator shows one.
    pub label: String,
    /// Base columns, sorted.
    pub sources: Vec<String>,
}

/// What is to be done to one result's rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaskPlan {
    /// Columns masked by rule, by ordinal.
    pub columns: Vec<ColumnPlan>,
    /// Redact every column: lineage was lost.
    pub mask_all: bool,
    /// Output columns the analysis expects; a result with another number is redacted whole. None where not known.
    pub expected_columns: Option<u32>,
    /// Ordinals a rule lets through unmasked (`unmask` permitted): detectors leave them alone too.
    pub clear: Vec<u32>,
    /// Run the value detectors on every other cell.
    pub detect: bool,
    /// Masked ordinals, sorted, whose NULLs tell something of a value: a NULL gets the same form as every other cell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub null_blind: Vec<u32>,
    /// The statement reads sensitive columns, or columns nobody knows: no text of the server about its failing may be shown or
    /// recorded, whatever the verdict and whoever approved it. [`crate::Decision::withholds_errors`] says the same of
    /// the whole request.
    #[serde(default, skip_serializing_if = "is_false")]
    pub withhold_errors: bool,
    /// Names of base columns that hint at something where the output's own name does not, by ordinal: an alias hides nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<(u32, String)>,
    /// Columns whose values may be looked for, masked or not: the record says tokens of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sought: Vec<Sought>,
    /// Labels of detectors whose findings may be looked for in every other column.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sought_labels: Vec<String>,
}

/// A column whose values may be looked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sought {
    /// From 0; of a column of a statement's text, 0.
    #[serde(default)]
    pub ordinal: u32,
    /// What its values are.
    pub class: SeenClass,
    /// Base columns, `DATABASE.SCHEMA.TABLE.COLUMN` with `, ` between.
    pub column: String,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks with a reference"
)]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

impl Operator {
    /// How strict it is: by what it does, then by how far. Whoever keeps fewer characters is stricter.
    const fn strictness(&self) -> (u8, u16) {
        match self {
            Self::Partial { keep } => (0, 255 - *keep as u16),
            Self::Hash => (1, 0),
            Self::Tokenize => (2, 0),
            Self::Generalize => (3, 0),
            Self::DateShift { days } => (4, *days),
            Self::Noise { percent } => (5, *percent as u16),
            Self::Redact => (6, 0),
            Self::Nullify => (7, 0),
        }
    }

    /// The word of the record.
    pub const fn word(&self) -> MaskOperator {
        match self {
            Self::Partial { .. } => MaskOperator::Partial,
            Self::Hash => MaskOperator::Hash,
            Self::Tokenize => MaskOperator::Tokenize,
            Self::Generalize => MaskOperator::Generalize,
            Self::DateShift { .. } => MaskOperator::DateShift,
            Self::Noise { .. } => MaskOperator::Noise,
            Self::Redact => MaskOperator::Redact,
            Self::Nullify => MaskOperator::Nullify,
        }
    }
}

impl Ord for Operator {
    fn cmp(&self, other: &Self) -> Ordering {
        self.strictness().cmp(&other.strictness())
    }
}

impl PartialOrd for Operator {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A text that names no operator.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "unknown mask {0:?}: use redact, nullify, hash, tokenize, generalize, partial:N, date_shift:DAYS or noise:PERCENT"
)]
pub struct OperatorError(pub String);

impl FromStr for Operator {
    type Err = OperatorError;

    /// Reads `redact`, `partial:4`, `date_shift:30`, `noise:5` …
    fn from_str(text: &str) -> Result<Self, OperatorError> {
        let wrong = || OperatorError(text.to_owned());
        let (name, argument) = match text.split_once(':') {
            Some((name, argument)) => (name, Some(argument)),
            None => (text, None),
        };
        match (name, argument) {
            ("redact", None) => Ok(Self::Redact),
            ("nullify", None) => Ok(Self::Nullify),
            ("hash", None) => Ok(Self::Hash),
            ("tokenize", None) => Ok(Self::Tokenize),
            ("generalize", None) => Ok(Self::Generalize),
            ("partial", Some(keep)) => match keep.parse() {
                Ok(keep @ 1..=8) => Ok(Self::Partial { keep }),
                _ => Err(wrong()),
            },
            ("date_shift", Some(days)) => match days.parse() {
                Ok(days @ 1..=366) => Ok(Self::DateShift { days }),
                _ => Err(wrong()),
            },
            ("noise", Some(percent)) => match percent.parse() {
                Ok(percent @ 1..=100) => Ok(Self::Noise { percent }),
                _ => Err(wrong()),
            },
            _ => Err(wrong()),
        }
    }
}

impl MaskPlan {
    /// Everything redacted: for results whose lineage is not known.
    pub fn redact_all() -> Self {
        Self {
            mask_all: true,
            detect: true,
            withhold_errors: true,
            ..Self::default()
        }
    }

    /// No rule speaks; detectors still look at every cell.
    pub fn detect_only() -> Self {
        Self {
            detect: true,
            ..Self::default()
        }
    }

    /// The plan as the record shows it.
    pub fn to_record(&self) -> Vec<ColumnMask> {
        self.columns
            .iter()
            .map(|column| ColumnMask {
                ordinal: column.ordinal,
                operator: column.operator.word(),
                rule: column.rule.clone(),
                sources: column.sources.clone(),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Operator;

    #[test]
    fn the_stricter_operator_is_the_greater() {
        let rising = [
            "partial:8",
            "partial:4",
            "partial:1",
            "hash",
            "tokenize",
            "generalize",
            "date_shift:3",
            "date_shift:30",
            "noise:5",
            "noise:50",
            "redact",
            "nullify",
        ];
        let rising = rising.map(|text| text.parse::<Operator>().expect(text));
        assert!(rising.is_sorted_by(|one, other| one < other), "{rising:?}");
    }

    #[test]
    fn operators_are_read_as_they_are_written() {
        let good = [
            ("redact", Operator::Redact),
            ("nullify", Operator::Nullify),
            ("hash", Operator::Hash),
            ("tokenize", Operator::Tokenize),
            ("generalize", Operator::Generalize),
            ("partial:4", Operator::Partial { keep: 4 }),
            ("date_shift:30", Operator::DateShift { days: 30 }),
            ("noise:5", Operator::Noise { percent: 5 }),
        ];
        for (text, operator) in good {
            assert_eq!(text.parse(), Ok(operator.clone()));
            assert!(text.starts_with(operator.word().as_str()));
        }
        for text in [
            "",
            "Redact",
            "redact:1",
            "partial",
            "partial:",
            "partial:0",
            "partial:9",
            "noise:101",
            "blur",
        ] {
            assert!(text.parse::<Operator>().is_err(), "{text:?}");
        }
    }
}
