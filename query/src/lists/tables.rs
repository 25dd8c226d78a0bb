//! Whether a statement's lists name a table: `touches(tables, 'name')`, and `uses_table(tables, columns, 'name')`, by which the view
//! `accesses` finds its statements.
//!
//! Enters: lists of `DATABASE.SCHEMA.TABLE` and of such names with a column. Leaves: yes or no. Never here: a list copied.

use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, BooleanArray, ListArray, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::exec_err;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::{constant, list_of};

/// The functions.
pub(super) fn all() -> [ScalarUDF; 2] {
    let any = || Signature::variadic_any(Volatility::Immutable);
    [
        ScalarUDF::new_from_impl(Touches { signature: any() }),
        uses_table(),
    ]
}

/// `uses_table(tables, columns, 'DATABASE.SCHEMA.TABLE')`.
pub(crate) fn uses_table() -> ScalarUDF {
    ScalarUDF::new_from_impl(UsesTable {
        signature: Signature::variadic_any(Volatility::Immutable),
    })
}

/// Whether a list of `DATABASE.SCHEMA.TABLE` holds a table by its whole name or its last parts, whatever the case.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Touches {
    signature: Signature,
}

impl ScalarUDFImpl for Touches {
    fn name(&self) -> &'static str {
        "touches"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        match arguments {
            [DataType::List(item), name] if item.data_type().is_string() && name.is_string() => {
                Ok(DataType::Boolean)
            }
            _ => exec_err!("touches takes a list of tables and a table's name"),
        }
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let list = list_of(&arguments, 0)?;
        let name = match arguments.args.get(1) {
            Some(name) => constant(name)?.to_uppercase(),
            None => return exec_err!("touches takes a table's name"),
        };
        let found = any(&list, |table| is_named(table, &name))?;
        Ok(ColumnarValue::Array(Arc::new(BooleanArray::from(found))))
    }
}

/// Whether a statement names a table of this name, by itself or with a column.
#[derive(Debug, PartialEq, Eq, Hash)]
struct UsesTable {
    signature: Signature,
}

impl ScalarUDFImpl for UsesTable {
    fn name(&self) -> &'static str {
        "uses_table"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        match arguments {
            [DataType::List(tables), DataType::List(columns), name]
                if tables.data_type().is_string()
                    && columns.data_type().is_string()
                    && name.is_string() =>
            {
                Ok(DataType::Boolean)
            }
            _ => exec_err!("uses_table takes tables, columns and a table's name"),
        }
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let (tables, columns) = (list_of(&arguments, 0)?, list_of(&arguments, 1)?);
        let name = match arguments.args.get(2) {
            Some(name) => constant(name)?,
            None => return exec_err!("uses_table takes a table's name"),
        };
        let of_table = |column: &str| {
            let rest = column.strip_prefix(name.as_str());
            rest.is_some_and(|rest| rest.starts_with('.'))
        };
        let named = any(&tables, |table| table == name)?;
        let used = any(&columns, of_table)?;
        let either = named
            .into_iter()
            .zip(used)
            .map(|(named, used)| Some(named == Some(true) || used == Some(true)));
        Ok(ColumnarValue::Array(Arc::new(
            either.collect::<BooleanArray>(),
        )))
    }
}

/// For each list whether an element is meant; none for no list.
fn any(list: &ListArray, mut is_meant: impl FnMut(&str) -> bool) -> Result<Vec<Option<bool>>> {
    let texts = cast(list.values(), &DataType::Utf8)?;
    let texts: &StringArray = texts.as_string::<i32>();
    let rows = (0..list.len()).zip(list.offsets().windows(2));
    let rows = rows.map(|(row, bounds)| {
        let &[start, end] = bounds else { return None };
        let found = (start..end).any(|at| {
            let at = usize::try_from(at).unwrap_or(usize::MAX);
            at < texts.len() && texts.is_valid(at) && is_meant(texts.value(at))
        });
        list.is_valid(row).then_some(found)
    });
    Ok(rows.collect())
}

/// `upper` is the table's name or its last parts.
fn is_named(table: &str, upper: &str) -> bool {
    if table.is_ascii() && upper.is_ascii() {
        let (table, upper) = (table.as_bytes(), upper.as_bytes());
        let split = table.len().checked_sub(upper.len());
        return split
            .and_then(|at| table.split_at_checked(at))
            .is_some_and(|(before, after)| {
                after.eq_ignore_ascii_case(upper) && matches!(before.last(), None | Some(b'.'))
            });
    }
    let table = table.to_uppercase();
    let before = table.strip_suffix(upper);
    before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_named_by_their_last_parts() {
        for (table, name, want) in [
            ("SHOP.PUBLIC.ORDERS", "ORDERS", true),
            ("SHOP.PUBLIC.orders", "PUBLIC.ORDERS", true),
            ("SHOP.PUBLIC.ORDERS", "SHOP.PUBLIC.ORDERS", true),
            ("SHOP.PUBLIC.ORDERS", "DERS", false),
            ("SHOP.PUBLIC.ORDERS", "SHOP", false),
            ("ORDERS", "PUBLIC.ORDERS", false),
            ("SHOP.PUBLIC.straße", "STRASSE", true),
            ("SHOP.PUBLIC.straße", "TRASSE", false),
        ] {
            assert_eq!(is_named(table, name), want, "{table} {name}");
        }
    }
}
