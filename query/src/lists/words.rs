//! Whether a text has words: `matches(text, 'drop customers')`.
//!
//! Enters: texts, and words apart by anything that is neither letter, digit nor `_`. Leaves: yes if it has each of them, as a whole
//! word, whatever the case and the order. Never here: a part of a word; `LIKE` and `~` are for those.

use std::sync::Arc;

use datafusion::arrow::array::{AsArray, BooleanArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::exec_err;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::constant;

/// The function.
pub(super) fn function() -> ScalarUDF {
    ScalarUDF::new_from_impl(Matches {
        signature: Signature::variadic_any(Volatility::Immutable),
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Matches {
    signature: Signature,
}

impl ScalarUDFImpl for Matches {
    fn name(&self) -> &'static str {
        "matches"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        match arguments {
            [text, words] if text.is_string() && words.is_string() => Ok(DataType::Boolean),
            _ => exec_err!("matches takes a text and words: matches(text, 'drop customers')"),
        }
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [texts, wanted] = arguments.args.as_slice() else {
            return exec_err!("matches takes a text and words: matches(text, 'drop customers')");
        };
        let wanted = constant(wanted)?.to_lowercase();
        let wanted: Vec<&str> = words(&wanted).collect();
        if wanted.is_empty() {
            return exec_err!("matches takes one word at least");
        }
        let texts = cast(&texts.to_array(arguments.number_rows)?, &DataType::Utf8)?;
        let rows = texts.as_string::<i32>().iter();
        let rows = rows.map(|text| text.map(|text| has(text, &wanted)));
        Ok(ColumnarValue::Array(Arc::new(
            rows.collect::<BooleanArray>(),
        )))
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .filter(|word| !word.is_empty())
}

fn has(text: &str, wanted: &[&str]) -> bool {
    let text = text.to_lowercase();
    wanted.iter().all(|wanted| {
        text.match_indices(wanted).any(|(at, _)| {
            let part = |letter: char| letter.is_alphanumeric() || letter == '_';
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let after = text.get(at + wanted.len()..);
            let after = after.and_then(|after| after.chars().next());
            !before.is_some_and(part) && !after.is_some_and(part)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_stands_whole_in_any_order() {
        for (text, wanted, want) in [
            ("DROP TABLE customers", "drop customers", true),
            ("drop table shop.customers;", "Customers.DROP", true),
            ("drop table customers_2", "drop customers", false),
            ("backdrop customers", "drop", false),
            ("backdrop, drop", "drop", true),
            ("Straße", "straße", true),
            ("", "a", false),
        ] {
            let wanted = wanted.to_lowercase();
            let wanted: Vec<&str> = words(&wanted).collect();
            assert_eq!(has(text, &wanted), want, "{text} {wanted:?}");
        }
    }
}
