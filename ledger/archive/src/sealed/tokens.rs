//! Which sealed rows may have met a value: `has_token(seen, token, …)`, and the Bloom filters that answer it without reading a row.
//!
//! Enters: tokens, a sealed file. Leaves: whether a row has one of them; which rows of a file are worth reading. Never here: a value, or
//! a row left out that has one: a file without a filter over its tokens has none of them.

use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::{ScalarValue, exec_datafusion_err, exec_err};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{BinaryExpr, expr::ScalarFunction};
use datafusion::logical_expr::{
    ColumnarValue, Expr, Operator, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};
use object_store::ObjectStore;
use object_store::path::Path;
use parquet::arrow::arrow_reader::{RowSelection, RowSelector};
use parquet::arrow::async_reader::ParquetRecordBatchStreamBuilder;

use crate::ranges::Ranges;

/// The function's name.
const NAME: &str = "has_token";
/// The column it is asked of.
pub(crate) const SEEN: &str = "seen";
/// The field of its elements that is looked at.
const TOKEN: &str = "token";

/// `has_token(seen, token, …)`: whether one of the tokens is among a statement's.
pub fn has_token() -> ScalarUDF {
    ScalarUDF::new_from_impl(HasToken {
        signature: Signature::variadic_any(Volatility::Immutable),
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct HasToken {
    signature: Signature,
}

impl ScalarUDFImpl for HasToken {
    fn name(&self) -> &'static str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        match arguments {
            [DataType::List(item), _, ..] if matches!(item.data_type(), DataType::Struct(_)) => {
                Ok(DataType::Boolean)
            }
            _ => exec_err!("has_token takes the column seen and tokens"),
        }
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let wrong = || exec_datafusion_err!("has_token takes the column seen and constant tokens");
        let [list, wanted @ ..] = arguments.args.as_slice() else {
            return Err(wrong());
        };
        let wanted = wanted.iter().map(|value| match value {
            ColumnarValue::Scalar(ScalarValue::Int64(token)) => *token,
            _ => None,
        });
        let wanted: Vec<i64> = wanted.collect::<Option<_>>().ok_or_else(wrong)?;
        let list = list.to_array(arguments.number_rows)?;
        let list = list.as_list_opt::<i32>().ok_or_else(wrong)?;
        let tokens = list.values().as_struct_opt();
        let tokens = tokens.and_then(|items| items.column_by_name(TOKEN));
        let tokens = tokens.and_then(|column| column.as_primitive_opt::<Int64Type>());
        let tokens = tokens.ok_or_else(wrong)?.values();
        let rows = (0..list.len()).zip(list.offsets().windows(2));
        let found = rows.map(|(row, bounds)| {
            let &[start, end] = bounds else { return None };
            let bounds = usize::try_from(start).ok()?..usize::try_from(end).ok()?;
            let any = tokens
                .get(bounds)?
                .iter()
                .any(|token| wanted.contains(token));
            Some(list.is_valid(row) && any)
        });
        Ok(ColumnarValue::Array(Arc::new(
            found.collect::<BooleanArray>(),
        )))
    }
}

/// The tokens one of which every row must have, if `filters` say that.
pub(crate) fn wanted(filters: &[Expr]) -> Option<Vec<i64>> {
    filters.iter().find_map(of_filter)
}

fn of_filter(filter: &Expr) -> Option<Vec<i64>> {
    match filter {
        Expr::ScalarFunction(ScalarFunction { func, args }) if func.name() == NAME => {
            let token = |value: &Expr| match value {
                Expr::Literal(ScalarValue::Int64(token), _) => *token,
                _ => None,
            };
            args.get(1..)?.iter().map(token).collect()
        }
        Expr::BinaryExpr(BinaryExpr {
            left,
            op: Operator::And,
            right,
        }) => of_filter(left).or_else(|| of_filter(right)),
        _ => None,
    }
}

/// The rows of a file that may have one of `tokens`: whole row groups; none if it has none of them.
pub(crate) async fn candidates(
    store: &Arc<dyn ObjectStore>,
    path: Path,
    size: u64,
    tokens: &[i64],
) -> Result<Option<RowSelection>> {
    let fault = |error: parquet::errors::ParquetError| DataFusionError::External(Box::new(error));
    let reader = Ranges {
        store: Arc::clone(store),
        path,
        size,
    };
    let builder = ParquetRecordBatchStreamBuilder::new(reader).await;
    let mut builder = builder.map_err(fault)?;
    let columns = builder.parquet_schema().columns();
    let column = columns.iter().position(|column| {
        let parts = column.path().parts();
        parts.first().is_some_and(|root| root == SEEN)
            && parts.last().is_some_and(|leaf| leaf == TOKEN)
    });
    // Of a file from before there were tokens.
    let Some(column) = column else {
        return Ok(None);
    };
    let groups = builder.metadata().row_groups().iter();
    let rows: Vec<usize> = groups
        .map(|group| usize::try_from(group.num_rows()).unwrap_or(0))
        .collect();
    let (mut selectors, mut any) = (Vec::with_capacity(rows.len()), false);
    for (group, rows) in rows.into_iter().enumerate() {
        let filter = builder.get_row_group_column_bloom_filter(group, column);
        let filter = filter.await.map_err(fault)?;
        // Whatever has a token has a filter.
        let may = filter.is_some_and(|filter| tokens.iter().any(|token| filter.check(token)));
        any |= may;
        selectors.push(match may {
            true => RowSelector::select(rows),
            false => RowSelector::skip(rows),
        });
    }
    Ok(any.then(|| RowSelection::from(selectors)))
}

#[cfg(test)]
mod tests {
    use event::payload::{Seen, SeenClass};
    use event::{Kind, Payload, StatementId};
    use journal::{Offset, Partition, Position, Topic};
    use object_store::ObjectStoreExt as _;
    use object_store::memory::InMemory;
    use uuid::Uuid;

    use super::super::story::{Stories, statement_rows};
    use super::*;
    use crate::file::encode_with;
    use crate::samples::Draw;

    /// The file of some statements, each of which met the token that is its number.
    async fn stored(statements: u64, tokens: bool) -> (Arc<dyn ObjectStore>, Path, u64) {
        let mut draw = Draw::new(7);
        let mut stories = Stories::new();
        for number in 1..=statements {
            let mut event = draw.event(Kind::StatementSubmitted);
            if let Payload::StatementSubmitted(said) = &mut event.payload {
                said.seen = tokens.then(|| {
                    vec![Seen {
                        column: "D.S.T.C".to_owned(),
                        class: SeenClass::Text,
                        key: "0a1b2c3d".to_owned(),
                        tokens: Seen::pack([(number, 1)]),
                    }]
                });
            }
            let position = Position {
                partition: Partition {
                    topic: Topic::Events,
                    number: 0,
                },
                offset: Offset(number),
            };
            let id = StatementId::from_uuid(Uuid::from_u128(number.into()));
            stories
                .entry((None, id))
                .or_default()
                .apply(position, &event);
        }
        let rows = statement_rows(&stories).unwrap();
        let bytes = encode_with("statements", Vec::new(), &rows).unwrap();
        let (path, size) = (Path::from("a.parquet"), bytes.len() as u64);
        let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        store.put(&path, bytes.into()).await.unwrap();
        (store, path, size)
    }

    #[tokio::test]
    async fn a_file_is_read_for_what_it_may_have_alone() {
        let (store, path, size) = stored(50, true).await;
        let selected = async |tokens: &[i64]| {
            let found = candidates(&store, path.clone(), size, tokens)
                .await
                .unwrap();
            found.map(|rows| rows.row_count())
        };
        assert_eq!(selected(&[17]).await, Some(50));
        assert_eq!(selected(&[-1, 50]).await, Some(50));
        let others = (1_000..1_100).map(|token| [token]);
        let mut read = 0;
        for other in others {
            read += usize::from(selected(&other).await.is_some());
        }
        // One in a hundred may be read in vain.
        assert!(read < 10, "{read}");
        let (store, path, size) = stored(50, false).await;
        assert_eq!(candidates(&store, path, size, &[17]).await.unwrap(), None);
    }

    #[test]
    fn what_every_row_must_have_is_read_from_filters() {
        use datafusion::logical_expr::{col, lit};
        let asked = |tokens: &[i64]| {
            let tokens = tokens.iter().map(|token| lit(*token));
            has_token().call(std::iter::once(col(SEEN)).chain(tokens).collect())
        };
        let other = col("session_id").eq(lit("x"));
        assert_eq!(wanted(&[other.clone(), asked(&[1, 2])]), Some(vec![1, 2]));
        assert_eq!(wanted(&[other.clone().and(asked(&[3]))]), Some(vec![3]));
        assert_eq!(wanted(&[other.or(asked(&[3]))]), None);
    }
}
