//! What kind of value an expression gives, as far as it decides whether a conversion can fail.
//!
//! Enters: type words of the catalog, types of casts. Leaves: a kind. Never here: a guess; what is not known is `Any`.

use sqlparser::ast::{ArrayElemTypeDef, DataType};

/// Kinds of values that turn into each other without failing only within themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    /// NULL, or nothing yet.
    #[default]
    Nothing,
    Text,
    Number,
    /// Dates, times, timestamps.
    Moment,
    Boolean,
    /// VARIANT, OBJECT, ARRAY, MAP, vectors.
    Semi,
    Binary,
    /// Not known, or of several kinds.
    Any,
}

impl Kind {
    /// Of one of two values.
    pub(crate) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, kind) | (kind, Self::Nothing) => kind,
            (a, b) if a == b => a,
            _ => Self::Any,
        }
    }

    /// From the catalog's type words, `NUMBER(38,0)`.
    pub(crate) fn of_words(words: &str) -> Self {
        let upper = words.to_ascii_uppercase();
        let end = upper
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(upper.len());
        match upper.get(..end).unwrap_or_default() {
            "VARCHAR" | "TEXT" | "STRING" | "CHAR" | "CHARACTER" | "NVARCHAR" | "NCHAR" => {
                Self::Text
            }
            "NUMBER" | "DECIMAL" | "NUMERIC" | "INT" | "INTEGER" | "BIGINT" | "SMALLINT"
            | "TINYINT" | "BYTEINT" | "FLOAT" | "FLOAT4" | "FLOAT8" | "DOUBLE" | "REAL"
            | "DECFLOAT" => Self::Number,
            "DATE" | "TIME" | "DATETIME" | "TIMESTAMP" | "TIMESTAMP_NTZ" | "TIMESTAMP_LTZ"
            | "TIMESTAMP_TZ" | "TIMESTAMPNTZ" | "TIMESTAMPLTZ" | "TIMESTAMPTZ" => Self::Moment,
            "BOOLEAN" => Self::Boolean,
            "VARIANT" | "OBJECT" | "ARRAY" | "MAP" | "VECTOR" => Self::Semi,
            "BINARY" | "VARBINARY" => Self::Binary,
            _ => Self::Any,
        }
    }

    /// Of a cast's target.
    pub(crate) fn of_type(to: &DataType) -> Self {
        Self::of_words(&to.to_string())
    }

    /// Whether every value of this kind has a form in the other.
    pub(crate) fn always_fits(self, to: Self) -> bool {
        matches!(self, Self::Nothing)
            || self == to
            || matches!(to, Self::Text | Self::Semi)
            || matches!((self, to), (Self::Boolean, Self::Number))
    }

    /// Whether a comparison with the other first converts this one, which can fail.
    pub(crate) fn may_fail_beside(self, other: Self) -> bool {
        matches!(self, Self::Text | Self::Semi | Self::Any)
            && matches!(other, Self::Number | Self::Moment | Self::Boolean)
    }
}

/// Whether a cast to this type can fail on a value that is of the same kind already: a precision, or typed elements.
pub(crate) fn narrows(to: &DataType) -> bool {
    match to {
        DataType::Array(ArrayElemTypeDef::None) => false,
        DataType::Array(
            ArrayElemTypeDef::AngleBracket(of)
            | ArrayElemTypeDef::SquareBracket(of, _)
            | ArrayElemTypeDef::Parenthesis(of),
        ) => Kind::of_type(of) != Kind::Text,
        other => {
            let words = other.to_string().to_ascii_uppercase();
            let arguments = words
                .split_once('(')
                .map(|(_, rest)| rest.trim_end_matches(')'));
            let Some(arguments) = arguments else {
                return false;
            };
            match Kind::of_words(&words) {
                // Texts are cut, fractions of seconds rounded.
                Kind::Text | Kind::Moment | Kind::Nothing => false,
                Kind::Number => !arguments.starts_with("38"),
                Kind::Semi => {
                    let typed = [
                        "NUMBER", "INT", "DECIMAL", "FLOAT", "DOUBLE", "DATE", "TIME", "BOOL",
                        "BINARY",
                    ];
                    typed.iter().any(|word| arguments.contains(word))
                }
                Kind::Boolean | Kind::Binary | Kind::Any => true,
            }
        }
    }
}
