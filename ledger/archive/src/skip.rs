//! Which files of a table a scan need not open, by what the log says of each: all of them at once, before the first is opened.
//!
//! Enters: what the log says of files, the filters of a scan. Leaves: for each file, whether it may have a row that the scan asks for. Never
//! here: a file left out because something could not be told.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef, BooleanArray, UInt64Array};
use arrow::datatypes::SchemaRef;
use datafusion::catalog::Session;
use datafusion::common::pruning::PruningStatistics;
use datafusion::common::{Column, DFSchema, ScalarValue};
use datafusion::error::Result;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::utils::conjunction;
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;

use super::stats::Stats;

/// For each of `files`, whether it may have a row of which all of `filters`, over the columns of `schema`, are true.
pub(super) fn may_hold(
    files: &[&Stats],
    schema: &SchemaRef,
    filters: &[Expr],
    session: &dyn Session,
) -> Vec<bool> {
    let all = || vec![true; files.len()];
    match (files, conjunction(filters.iter().cloned())) {
        ([] | [_], _) | (_, None) => all(),
        (_, Some(filter)) => judged(files, schema, filter, session).unwrap_or_else(|error| {
            tracing::debug!(%error, "no file is left out");
            all()
        }),
    }
}

fn judged(
    files: &[&Stats],
    schema: &SchemaRef,
    filter: Expr,
    session: &dyn Session,
) -> Result<Vec<bool>> {
    let columns = DFSchema::try_from(Arc::clone(schema))?;
    let filter = session.create_physical_expr(filter, &columns)?;
    let predicate = PruningPredicateBuilder::new()
        .with_file_schema(Arc::clone(schema))
        .try_build(filter)?;
    predicate.prune(&Said { files, schema })
}

/// What the log says, column by column.
struct Said<'a> {
    files: &'a [&'a Stats],
    schema: &'a SchemaRef,
}

impl Said<'_> {
    /// One value a file, NULL where nothing is said; none where nothing is said of any.
    fn values(
        &self,
        column: &Column,
        of: impl Fn(&(&'static str, ScalarValue, ScalarValue)) -> ScalarValue,
    ) -> Option<ArrayRef> {
        let unknown = self.schema.field_with_name(column.name()).ok()?;
        let unknown = ScalarValue::try_from(unknown.data_type()).ok()?;
        let said = |stats: &&Stats| {
            let mut bounds = stats.bounds.iter();
            bounds.find(|(name, ..)| *name == column.name()).map(&of)
        };
        let said: Vec<Option<ScalarValue>> = self.files.iter().map(said).collect();
        if said.iter().all(Option::is_none) {
            return None;
        }
        let values = said
            .into_iter()
            .map(|value| value.unwrap_or_else(|| unknown.clone()));
        ScalarValue::iter_to_array(values).ok()
    }
}

impl PruningStatistics for Said<'_> {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        self.values(column, |(_, low, _)| low.clone())
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        self.values(column, |(_, _, high)| high.clone())
    }

    fn num_containers(&self) -> usize {
        self.files.len()
    }

    /// Said of columns alone that have no value at all.
    fn null_counts(&self, column: &Column) -> Option<ArrayRef> {
        let counts = self.files.iter().map(|stats| {
            let is_empty = stats.empty.contains(&column.name());
            stats.rows.filter(|_| is_empty)
        });
        let counts: UInt64Array = counts.collect();
        (counts.null_count() < self.files.len()).then(|| Arc::new(counts) as ArrayRef)
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        let counts: UInt64Array = self.files.iter().map(|stats| stats.rows).collect();
        Some(Arc::new(counts))
    }

    fn contained(&self, _: &Column, _: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        None
    }
}

#[cfg(test)]
mod tests {
    use arrow::datatypes::{DataType, Field, Schema};
    use datafusion::logical_expr::{col, lit};
    use datafusion::prelude::SessionContext;
    use serde_json::json;

    use super::*;

    /// What the log says of a file with these sessions; none are NULL in all rows.
    fn file(sessions: Option<(&str, &str)>) -> Stats {
        let said = match sessions {
            Some((low, high)) => json!({
                "numRecords": 2,
                "minValues": {"session_id": low}, "maxValues": {"session_id": high},
                "nullCount": {"session_id": 1},
            }),
            None => json!({"numRecords": 2, "nullCount": {"session_id": 2}}),
        };
        Stats::read(Some(&said.to_string())).within(&(0..2))
    }

    #[test]
    fn a_file_is_left_out_only_if_it_cannot_hold_what_is_asked_for() {
        let fields = [
            Field::new("session_id", DataType::Utf8, true),
            Field::new("offset", DataType::Int64, false),
            Field::new("kind", DataType::Utf8, false),
        ];
        let schema: SchemaRef = Arc::new(Schema::new(fields.to_vec()));
        let files = [
            file(Some(("b", "d"))),
            file(None),
            file(Some(("x", "z"))),
            Stats::default(),
        ];
        let files: Vec<&Stats> = files.iter().collect();
        let context = SessionContext::new();
        let session = || col("session_id");
        for (filter, wanted) in [
            (session().eq(lit("c")), [true, false, false, true]),
            (session().eq(lit("a")), [false, false, false, true]),
            (session().not_eq(lit("c")), [true, false, true, true]),
            (session().gt(lit("e")), [false, false, true, true]),
            (session().is_null(), [true, true, true, true]),
            (session().is_not_null(), [true, false, true, true]),
            (
                session().in_list(vec![lit("y"), lit("a")], false),
                [false, false, true, true],
            ),
            (session().eq(lit("c")).is_not_true(), [true; 4]),
            (
                session().eq(lit("c")).or(col("kind").eq(lit("k"))),
                [true; 4],
            ),
            (col("offset").gt_eq(lit(2_i64)), [false, false, false, true]),
            (col("kind").eq(lit("k")), [true; 4]),
        ] {
            let said = filter.to_string();
            let held = may_hold(&files, &schema, &[filter], &context.state());
            assert_eq!(held, wanted, "{said}");
        }
        let nothing = may_hold(&files, &schema, &[], &context.state());
        assert_eq!(nothing, [true; 4]);
    }
}
