//! What was delivered of a statement, each stretch once: `sum_once(finished, 'field')` and `is_whole(begun, finished)`.
//!
//! Enters: what `response.started` and `response.finished` say, in any order, a stretch (the inline part, or a chunk) again
//! for each time it was fetched. Leaves: sums and a verdict. Never here: a stretch counted twice.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, UInt64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, UInt64Type};
use datafusion::common::{exec_datafusion_err, exec_err};
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::{constant, list_of};

/// The functions.
pub(super) fn all() -> [ScalarUDF; 2] {
    let any = || Signature::variadic_any(Volatility::Immutable);
    [
        ScalarUDF::new_from_impl(SumOnce { signature: any() }),
        ScalarUDF::new_from_impl(IsWhole { signature: any() }),
    ]
}

fn takes_rows(argument: Option<&DataType>) -> bool {
    matches!(argument, Some(DataType::List(item)) if matches!(item.data_type(), DataType::Struct(_)))
}

/// One field of each item, as numbers.
fn numbers(items: &ArrayRef, name: &str) -> Result<UInt64Array> {
    let items = items
        .as_struct_opt()
        .ok_or_else(|| exec_datafusion_err!("the list must hold rows"))?;
    let column = items
        .column_by_name(name)
        .ok_or_else(|| exec_datafusion_err!("there is no field {name}"))?;
    Ok(cast(column, &DataType::UInt64)?
        .as_primitive::<UInt64Type>()
        .clone())
}

/// The sum of a field over all stretches; NULL where there is none, or none has a value.
#[derive(Debug, PartialEq, Eq, Hash)]
struct SumOnce {
    signature: Signature,
}

impl ScalarUDFImpl for SumOnce {
    fn name(&self) -> &'static str {
        "sum_once"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        match arguments {
            [list, name] if takes_rows(Some(list)) && name.is_string() => Ok(DataType::UInt64),
            _ => exec_err!("sum_once takes a list of deliveries and the name of a field"),
        }
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let finished = list_of(&arguments, 0)?;
        let name = match arguments.args.get(1) {
            Some(name) => constant(name)?,
            None => return exec_err!("sum_once takes the name of a field"),
        };
        let (results, chunks) = (
            numbers(finished.values(), "result")?,
            numbers(finished.values(), "chunk")?,
        );
        let values = numbers(finished.values(), &name)?;
        let mut seen = HashSet::new();
        let sums = places(&finished).map(|places| {
            seen.clear();
            let mut sum: Option<u64> = None;
            for at in places? {
                let first = seen.insert((results.value(at), chunks.value(at)));
                if first && values.is_valid(at) {
                    sum = Some(sum.unwrap_or(0).saturating_add(values.value(at)));
                }
            }
            sum
        });
        Ok(ColumnarValue::Array(Arc::new(
            sums.collect::<UInt64Array>(),
        )))
    }
}

/// Whether every stretch that was begun was delivered to its end.
#[derive(Debug, PartialEq, Eq, Hash)]
struct IsWhole {
    signature: Signature,
}

impl ScalarUDFImpl for IsWhole {
    fn name(&self) -> &'static str {
        "is_whole"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        if takes_rows(arguments.first()) && takes_rows(arguments.get(1)) {
            return Ok(DataType::Boolean);
        }
        exec_err!("is_whole takes what began and what was delivered")
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let (begun, finished) = (list_of(&arguments, 0)?, list_of(&arguments, 1)?);
        let chunks = numbers(begun.values(), "chunks")?;
        let begun_results = numbers(begun.values(), "result")?;
        let (results, numbers) = (
            numbers(finished.values(), "result")?,
            numbers(finished.values(), "chunk")?,
        );
        let rows = places(&begun)
            .zip(places(&finished))
            .map(|(begun, finished)| {
                let (Some(begun), Some(finished)) = (begun, finished) else {
                    return Some(false);
                };
                let mut wanted: HashMap<u64, u64> = HashMap::new();
                for at in begun {
                    // What is told again is told already.
                    wanted
                        .entry(begun_results.value(at))
                        .or_insert(chunks.value(at));
                }
                let got: HashSet<(u64, u64)> = finished
                    .map(|at| (results.value(at), numbers.value(at)))
                    .collect();
                let whole = wanted.iter().all(|(result, chunks)| {
                    (0..=*chunks).all(|chunk| got.contains(&(*result, chunk)))
                });
                Some(whole && !wanted.is_empty())
            });
        Ok(ColumnarValue::Array(Arc::new(
            rows.collect::<BooleanArray>(),
        )))
    }
}

/// Where the items of each list stand; none where the list is NULL.
fn places(
    list: &datafusion::arrow::array::ListArray,
) -> impl Iterator<Item = Option<std::ops::Range<usize>>> + '_ {
    list.value_offsets()
        .windows(2)
        .enumerate()
        .map(|(row, ends)| match ends {
            [begin, end] if list.is_valid(row) => {
                let place = |at: &i32| usize::try_from(*at).unwrap_or(0);
                Some(place(begin)..place(end))
            }
            _ => None,
        })
}

#[cfg(test)]
mod tests {
    use datafusion::prelude::SessionContext;

    use super::all;

    async fn ask(sql: &str) -> String {
        let context = SessionContext::new();
        for function in all() {
            context.register_udf(function);
        }
        let batches = context
            .sql(sql)
            .await
            .expect("a plan")
            .collect()
            .await
            .expect("rows");
        let table = datafusion::arrow::util::pretty::pretty_format_batches(&batches);
        table.expect("a table").to_string()
    }

    const FETCHED_TWICE: &str = "[
        {'result': 0, 'chunk': 0, 'rows': 10}, {'result': 0, 'chunk': 1, 'rows': 5},
        {'result': 0, 'chunk': 1, 'rows': 5}, {'result': 1, 'chunk': 1, 'rows': 2}]";

    #[tokio::test]
    async fn what_was_fetched_again_counts_once() {
        let table = ask(&format!("select sum_once({FETCHED_TWICE}, 'rows') as n")).await;
        assert!(table.contains("| 17 |"), "{table}");
    }

    #[tokio::test]
    async fn a_result_is_whole_when_every_chunk_came() {
        for (begun, want) in [
            ("[{'result': 0, 'chunks': 1}]", true),
            (
                "[{'result': 0, 'chunks': 1}, {'result': 0, 'chunks': 1}]",
                true,
            ),
            ("[{'result': 0, 'chunks': 2}]", false),
            (
                "[{'result': 0, 'chunks': 1}, {'result': 1, 'chunks': 1}]",
                false,
            ),
        ] {
            let table = ask(&format!("select is_whole({begun}, {FETCHED_TWICE}) as n")).await;
            assert!(table.contains(&format!("| {want}")), "{begun}: {table}");
        }
    }
}
