//! The masking operators, typed: what each does to a text, a number, a date.
//!
//! Enters: one cell's value and a keyed operator. Leaves: the value that takes its place, of the same type, or NULL.
//! Never here: a value handed through because an operator could not work on it; then it is [`Masking::Failed`].

mod hash;
mod text;

use std::borrow::Cow;

use zeroize::Zeroizing;

use crate::keys::MaskKey;
use crate::plan::Operator;

/// A cell's value, whichever form carried it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    /// Text.
    Text(Cow<'a, str>),
    /// A decimal number as its unscaled integer.
    Fixed(i128),
    /// A floating point number.
    Real(f64),
    /// Truth.
    Boolean(bool),
    /// Days since 1970-01-01.
    Date(i32),
    /// Nanoseconds since midnight.
    Time(i64),
    /// Nanoseconds since 1970-01-01, UTC, and the cell's own offset (minutes + 1440) where it has one.
    Timestamp(i128, Option<i32>),
    /// Bytes.
    Binary(Cow<'a, [u8]>),
    /// JSON text.
    Semi(Cow<'a, str>),
    /// A type this crate does not look into.
    Opaque,
}

/// What takes the cell's place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// This value, of the cell's own type.
    Value(Value<'static>),
    /// NULL, or the type's zero where NULL is not allowed.
    Null,
    /// The operator can not work on this cell: it is redacted, and that is said.
    Failed,
}

/// An operator with its keys.
pub(crate) struct Keyed {
    operator: Operator,
    label: String,
    hash: Option<Zeroizing<[u8; 32]>>,
}

impl Keyed {
    /// The operator for a tag; without a master key, keyed operators fail and their cells are redacted.
    pub fn new(operator: Operator, label: &str, tenant: &str, master: Option<&MaskKey>) -> Self {
        let hash = master.map(|key| key.derive(tenant, label, "hash"));
        Self {
            operator,
            label: label.to_owned(),
            hash,
        }
    }

    /// What takes the value's place.
    pub fn apply(&self, value: &Value<'_>) -> Outcome {
        match &self.operator {
            Operator::Redact => redact(value, &self.label),
            Operator::Nullify => Outcome::Null,
            Operator::Partial { keep } => self.partial(value, usize::from(*keep)),
            Operator::Hash => self.hashed(value).unwrap_or(Outcome::Failed),
            Operator::Tokenize
            | Operator::Generalize
            | Operator::DateShift { .. }
            | Operator::Noise { .. } => Outcome::Failed,
        }
    }

    fn partial(&self, value: &Value<'_>, keep: usize) -> Outcome {
        match value {
            Value::Text(text) => Outcome::Value(Value::Text(Cow::Owned(text::partial(text, keep)))),
            _ => Outcome::Failed,
        }
    }

    fn hashed(&self, value: &Value<'_>) -> Option<Outcome> {
        let key = self.hash.as_ref()?;
        Some(match value {
            Value::Text(text) => {
                Outcome::Value(Value::Text(Cow::Owned(hash::text(key, text.as_bytes()))))
            }
            Value::Fixed(number) => Outcome::Value(Value::Fixed(hash::integer(key, *number))),
            _ => Outcome::Failed,
        })
    }
}

/// `[LABEL]` for text (`***` where there is no label), NULL for every other type.
pub(crate) fn redact(value: &Value<'_>, label: &str) -> Outcome {
    match value {
        Value::Text(_) => Outcome::Value(Value::Text(Cow::Owned(mark(label)))),
        _ => Outcome::Null,
    }
}

/// What stands in a text for a value of that label.
pub(crate) fn mark(label: &str) -> String {
    match label {
        "" => "***".to_owned(),
        _ => format!("[{label}]"),
    }
}
