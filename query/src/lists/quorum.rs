//! Whether enough people said yes: `quorum_met(quorum, grants)`.
//!
//! Enters: who must agree, `group` and `needed`, and who did, `issuer`, `subject` and `groups`, in order. Leaves: yes or no, by
//! [`event::fold::quorum_met`]. Never here: one person counted twice.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, StringArray, UInt64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, UInt64Type};
use datafusion::common::{exec_datafusion_err, exec_err};
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use event::payload::Quorum;

use super::list_of;

/// The function.
pub(super) fn function() -> ScalarUDF {
    ScalarUDF::new_from_impl(QuorumMet {
        signature: Signature::variadic_any(Volatility::Immutable),
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct QuorumMet {
    signature: Signature,
}

impl ScalarUDFImpl for QuorumMet {
    fn name(&self) -> &'static str {
        "quorum_met"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        match arguments {
            [DataType::List(_), DataType::List(_)] => Ok(DataType::Boolean),
            _ => exec_err!("quorum_met takes who must agree and who did"),
        }
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let (quorum, grants) = (list_of(&arguments, 0)?, list_of(&arguments, 1)?);
        let rows = (0..arguments.number_rows).map(|row| {
            if quorum.is_null(row) || grants.is_null(row) {
                return Ok(None);
            }
            let people = people(&grants.value(row))?;
            let people: Vec<&[String]> = people.iter().map(Vec::as_slice).collect();
            let seats = seats(&quorum.value(row))?;
            Ok(Some(event::fold::quorum_met(&seats, &people)))
        });
        let rows = rows.collect::<Result<BooleanArray>>()?;
        Ok(ColumnarValue::Array(Arc::new(rows)))
    }
}

fn field(items: &ArrayRef, name: &str) -> Result<ArrayRef> {
    let items = items
        .as_struct_opt()
        .ok_or_else(|| exec_datafusion_err!("the list must hold rows"))?;
    let column = items.column_by_name(name).cloned();
    column.ok_or_else(|| exec_datafusion_err!("there is no field {name}"))
}

fn texts(items: &ArrayRef, name: &str) -> Result<StringArray> {
    let column = cast(&field(items, name)?, &DataType::Utf8)?;
    Ok(column.as_string::<i32>().clone())
}

fn seats(items: &ArrayRef) -> Result<Vec<Quorum>> {
    let groups = texts(items, "group")?;
    let needed = cast(&field(items, "needed")?, &DataType::UInt64)?;
    let needed: UInt64Array = needed.as_primitive::<UInt64Type>().clone();
    let seats = (0..items.len()).map(|at| Quorum {
        group: groups.value(at).to_owned(),
        needed: u32::try_from(needed.value(at)).unwrap_or(u32::MAX),
    });
    Ok(seats.collect())
}

/// Each person's groups, as they were when the person first said yes.
fn people(items: &ArrayRef) -> Result<Vec<Vec<String>>> {
    let (issuers, subjects) = (texts(items, "issuer")?, texts(items, "subject")?);
    let groups = field(items, "groups")?;
    let groups = groups
        .as_list_opt::<i32>()
        .ok_or_else(|| exec_datafusion_err!("groups must be a list"))?;
    let mut seen = HashSet::new();
    let mut people = Vec::new();
    for at in 0..items.len() {
        if seen.insert((issuers.value(at), subjects.value(at))) {
            let held = cast(&groups.value(at), &DataType::Utf8)?;
            let held = held.as_string::<i32>().iter().flatten();
            people.push(held.map(str::to_owned).collect());
        }
    }
    Ok(people)
}
