//! What both mask targets share: columns and plans made of the fuzzer's bytes, and what must hold of masked rows.
//!
//! Enters: the fuzzer's choices. Leaves: described columns, plans, a mask. Never here: a check of what was found.

use std::sync::LazyLock;

use access::keys::MaskKey;
use access::{ColumnPlan, MaskPlan, Masking, MaskingConfig, Operator};
use arbitrary::Arbitrary;
use event::payload::ResultColumn;

/// Detectors, and a key so that no operator gives up for want of one.
pub static MASKING: LazyLock<Masking> = LazyLock::new(|| {
    Masking::new(MaskingConfig {
        key: Some(MaskKey::from_bytes([7; 32])),
        tenant: "acme".to_owned(),
        ..MaskingConfig::default()
    })
    .expect("the built-in detectors compile")
});

const TYPES: &[&str] = &[
    "text",
    "fixed",
    "real",
    "decfloat",
    "boolean",
    "date",
    "time",
    "timestamp_ntz",
    "timestamp_ltz",
    "timestamp_tz",
    "binary",
    "variant",
    "object",
    "array",
    "map",
    "vector",
    "interval_day_time",
    "unheard_of",
];

const NAMES: &[&str] = &[
    "C",
    "SSN",
    "email",
    "name",
    "date_of_birth",
    "api_token",
    "card_number",
    "account_number",
    "diagnosis",
    "äö",
    "",
];

/// What becomes of a column.
#[derive(Clone, Copy, Debug, Arbitrary, PartialEq, Eq)]
pub enum Fate {
    /// The detectors look at it.
    Detected,
    /// It is let through.
    Clear,
    /// A rule's operator, by number, with its argument.
    Planned(u8, u8),
}

/// One column, by numbers.
#[derive(Clone, Copy, Debug, Arbitrary)]
pub struct Column {
    name: u8,
    data_type: u8,
    scale: Option<u8>,
    nullable: bool,
    /// What becomes of it.
    pub fate: Fate,
}

impl Column {
    /// The word of its type.
    pub fn word(&self) -> &'static str {
        TYPES[usize::from(self.data_type) % TYPES.len()]
    }

    /// As upstream would describe it.
    pub fn described(&self) -> ResultColumn {
        ResultColumn {
            name: NAMES[usize::from(self.name) % NAMES.len()].to_owned(),
            data_type: self.word().to_owned(),
            nullable: self.nullable,
            precision: None,
            scale: self.scale.map(i64::from),
            length: None,
            origin: String::new(),
        }
    }

    /// Whether it may hold NULL.
    pub const fn nullable(&self) -> bool {
        self.nullable
    }
}

/// The plan that the columns' fates make.
pub fn plan(columns: &[Column]) -> MaskPlan {
    let mut plan = MaskPlan::detect_only();
    for (ordinal, column) in (0..).zip(columns) {
        match column.fate {
            Fate::Detected => {}
            Fate::Clear => plan.clear.push(ordinal),
            Fate::Planned(operator, argument) => plan.columns.push(ColumnPlan {
                ordinal,
                operator: chosen(operator, argument),
                rule: "r".to_owned(),
                label: "L".to_owned(),
                sources: Vec::new(),
            }),
        }
    }
    plan
}

fn chosen(operator: u8, argument: u8) -> Operator {
    match operator % 8 {
        0 => Operator::Redact,
        1 => Operator::Nullify,
        2 => Operator::Partial { keep: argument },
        3 => Operator::Hash,
        4 => Operator::Tokenize,
        5 => Operator::Generalize,
        6 => Operator::DateShift {
            days: argument.into(),
        },
        _ => Operator::Noise { percent: argument },
    }
}

/// Lets everything through: for the digest of rows that were masked already.
pub fn let_through(columns: usize) -> MaskPlan {
    MaskPlan {
        clear: (0..columns as u32).collect(),
        ..MaskPlan::default()
    }
}
