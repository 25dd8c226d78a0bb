//! The masking operators, typed: what each does to a text, a number, a date.
//!
//! Enters: one cell's value and a keyed operator. Leaves: the value that takes its place, of the same type, or NULL.
//! Never here: a value handed through because an operator could not work on it; then it is [`Outcome::Failed`].

mod dates;
mod general;
mod hash;
mod noise;
mod text;
mod tokens;

use std::borrow::Cow;

use permit::Operator;
use zeroize::Zeroizing;

use crate::keys::MaskKey;

/// A cell's value, whichever form carried it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    /// A text value.
    Text(Cow<'a, str>),
    /// A decimal number as its unscaled integer.
    Fixed(i128),
    /// A floating point number.
    Real(f64),
    /// A decimal floating point number, spelled out.
    Decfloat(Cow<'a, str>),
    /// A truth value.
    Boolean(bool),
    /// Days since 1970-01-01.
    Date(i32),
    /// Nanoseconds since midnight.
    Time(i64),
    /// Nanoseconds since 1970-01-01, UTC, and the cell's own offset (minutes + 1440) where it has one.
    Timestamp(i128, Option<i32>),
    /// A string of bytes.
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
    /// The operator cannot work on this cell: it is redacted, and that is said.
    Failed,
}

/// An operator with its keys.
pub(crate) struct Keyed {
    operator: Operator,
    label: String,
    key: Option<Zeroizing<[u8; 32]>>,
    tokens: Option<tokens::Tokens>,
}

impl Keyed {
    /// The operator for a tag; without a master key, keyed operators fail and their cells are redacted.
    pub fn new(operator: Operator, label: &str, tenant: &str, master: Option<&MaskKey>) -> Self {
        let key = master.map(|key| key.derive(tenant, label, operator.word().as_str()));
        let tokens = match (&operator, &key) {
            (Operator::Tokenize, Some(key)) => tokens::Tokens::new(key),
            _ => None,
        };
        Self {
            operator,
            label: label.to_owned(),
            key,
            tokens,
        }
    }

    /// The tag, shown where a text is redacted.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Whether every cell becomes NULL.
    pub const fn nullifies(&self) -> bool {
        matches!(self.operator, Operator::Nullify)
    }

    /// What takes the value's place.
    pub fn apply(&self, value: &Value<'_>) -> Outcome {
        let done = match &self.operator {
            Operator::Redact => Some(redact(value, &self.label)),
            Operator::Nullify => Some(Outcome::Null),
            Operator::Partial { keep } => partial(value, usize::from(*keep)),
            Operator::Hash => self.hash(value),
            Operator::Tokenize => self.tokenize(value),
            Operator::Generalize => general::generalize(value),
            Operator::DateShift { days } => self
                .key
                .as_ref()
                .and_then(|key| dates::shift(key, value, *days)),
            Operator::Noise { percent } => self
                .key
                .as_ref()
                .and_then(|key| noise::noise(key, value, *percent)),
        };
        done.unwrap_or(Outcome::Failed)
    }

    fn hash(&self, value: &Value<'_>) -> Option<Outcome> {
        let key = self.key.as_ref()?;
        match value {
            Value::Text(text) => Some(of_text(hash::text(key, text.as_bytes()))),
            Value::Fixed(number) => Some(Outcome::Value(Value::Fixed(hash::integer(key, *number)))),
            Value::Binary(bytes) => Some(Outcome::Value(Value::Binary(Cow::Owned(
                hash::bytes(key, bytes).to_vec(),
            )))),
            Value::Semi(text) => Some(Outcome::Value(Value::Semi(Cow::Owned(hash::json(
                key, text,
            ))))),
            _ => None,
        }
    }

    fn tokenize(&self, value: &Value<'_>) -> Option<Outcome> {
        let tokens = self.tokens.as_ref()?;
        let key = self.key.as_ref()?;
        match value {
            Value::Text(text) => Some(of_text(
                tokens
                    .text(text)
                    .unwrap_or_else(|| hash::text(key, text.as_bytes())),
            )),
            Value::Fixed(number) => {
                let token = tokens
                    .integer(*number)
                    .unwrap_or_else(|| hash::integer(key, *number));
                Some(Outcome::Value(Value::Fixed(token)))
            }
            _ => None,
        }
    }
}

fn of_text(text: String) -> Outcome {
    Outcome::Value(Value::Text(Cow::Owned(text)))
}

fn partial(value: &Value<'_>, keep: usize) -> Option<Outcome> {
    match value {
        Value::Text(text) => Some(of_text(text::partial(text, keep))),
        _ => None,
    }
}

/// `[LABEL]` for text (`***` where there is no label), NULL for every other type.
pub(crate) fn redact(value: &Value<'_>, label: &str) -> Outcome {
    match value {
        Value::Text(_) => of_text(mark(label)),
        _ => Outcome::Null,
    }
}

/// What stands in a text for a value of that label.
pub(crate) fn mark(label: &str) -> String {
    match label {
        "" => "***".to_owned(),
        _ => ["[", label, "]"].concat(),
    }
}

#[cfg(test)]
mod tests;
