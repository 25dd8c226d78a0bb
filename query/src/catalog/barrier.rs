//! A table of which some rows are not for whoever reads: no expression of theirs is evaluated on one of these.
//!
//! Enters: all rows, the condition of those that are shown. Leaves: a table of these. Never here: a filter of the query beside that condition
//! that could fail: rows that are not shown would tell what is in them by the error, whatever the order of the two.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use datafusion::arrow::array::{RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Column;
use datafusion::datasource::provider_as_source;
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{
    BinaryExpr, Expr, LogicalPlanBuilder, Operator, TableProviderFilterPushDown, TableType, col,
};
use datafusion::physical_plan::execution_plan::reset_plan_states;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use futures::stream::{self, BoxStream, StreamExt as _};

use super::accesses::unqualified;

/// The rows of a table that a condition holds for.
pub(super) struct Barrier {
    name: &'static str,
    all: Arc<dyn TableProvider>,
    shown: Expr,
}

impl Barrier {
    /// The rows of `all`, which is called `name`, that are `shown`.
    pub(super) const fn new(name: &'static str, all: Arc<dyn TableProvider>, shown: Expr) -> Self {
        Self { name, all, shown }
    }
}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Barrier")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Whether `filter` gives true, false or NULL of any row, and never an error.
fn is_harmless(filter: &Expr) -> bool {
    match filter {
        Expr::Column(_) | Expr::Literal(..) => true,
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => {
            let compares = matches!(
                op,
                Operator::Eq
                    | Operator::NotEq
                    | Operator::Lt
                    | Operator::LtEq
                    | Operator::Gt
                    | Operator::GtEq
                    | Operator::And
                    | Operator::Or
            );
            compares && is_harmless(left) && is_harmless(right)
        }
        Expr::Not(inner)
        | Expr::IsNull(inner)
        | Expr::IsNotNull(inner)
        | Expr::IsTrue(inner)
        | Expr::IsFalse(inner)
        | Expr::IsNotTrue(inner)
        | Expr::IsNotFalse(inner) => is_harmless(inner),
        Expr::Between(between) => [&between.expr, &between.low, &between.high]
            .into_iter()
            .all(|part| is_harmless(part)),
        Expr::InList(list) => is_harmless(&list.expr) && list.list.iter().all(is_harmless),
        _ => false,
    }
}

#[async_trait]
impl TableProvider for Barrier {
    fn schema(&self) -> SchemaRef {
        self.all.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let all = provider_as_source(Arc::clone(&self.all));
        let mut plan =
            LogicalPlanBuilder::scan(self.name, all, None)?.filter(self.shown.clone())?;
        for filter in filters {
            plan = plan.filter(unqualified(filter)?)?;
        }
        if limit.is_some() {
            plan = plan.limit(0, limit)?;
        }
        let mut schema = self.schema();
        if let Some(projection) = projection {
            schema = Arc::new(schema.project(projection)?);
            let wanted = schema.fields().iter();
            plan = plan.project(wanted.map(|field| col(Column::from_name(field.name()))))?;
        }
        let behind = Behind {
            plan: session.create_physical_plan(&plan.build()?).await?,
            schema: Arc::clone(&schema),
            read: AtomicBool::new(false),
        };
        let behind = vec![Arc::new(behind) as Arc<dyn PartitionStream>];
        let shown = StreamingTableExec::try_new(schema, behind, None, None, false, None)?;
        Ok(Arc::new(shown))
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        let each = filters.iter().map(|filter| match is_harmless(filter) {
            true => TableProviderFilterPushDown::Exact,
            false => TableProviderFilterPushDown::Unsupported,
        });
        Ok(each.collect())
    }
}

/// What stands behind the barrier, a plan of its own: what is optimised before it, and EXPLAIN with its counts, end there.
struct Behind {
    plan: Arc<dyn ExecutionPlan>,
    schema: SchemaRef,
    /// It was read before: a recursive query reads it again.
    read: AtomicBool,
}

impl fmt::Debug for Behind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Behind").finish_non_exhaustive()
    }
}

impl Behind {
    fn rows(&self, task: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let mut plan = Arc::clone(&self.plan);
        if self.read.swap(true, Ordering::Relaxed) {
            plan = reset_plan_states(plan)?;
        }
        execute_stream(plan, task)
    }
}

impl PartitionStream for Behind {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, task: Arc<TaskContext>) -> SendableRecordBatchStream {
        let schema = Arc::clone(&self.schema);
        let rows: BoxStream<'static, Result<RecordBatch>> = match self.rows(task) {
            Ok(rows) => rows.map(move |batch| conformed(&batch?, &schema)).boxed(),
            Err(error) => stream::iter([Err(error)]).boxed(),
        };
        let schema = Arc::clone(&self.schema);
        Box::pin(RecordBatchStreamAdapter::new(schema, rows))
    }
}

/// The batch as the table says that it is: a plan may lose what a field says of itself.
fn conformed(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    let columns = batch.columns().to_vec();
    Ok(RecordBatch::try_new_with_options(
        Arc::clone(schema),
        columns,
        &options,
    )?)
}

#[cfg(test)]
mod tests {
    use datafusion::common::ScalarValue;
    use datafusion::logical_expr::{Like, cast, lit};

    use super::*;

    #[test]
    fn only_what_cannot_fail_passes() {
        let kind = || col("kind");
        let number = || cast(kind(), datafusion::arrow::datatypes::DataType::Int64);
        let like = Expr::Like(Like::new(
            false,
            Box::new(kind()),
            Box::new(lit("a%")),
            None,
            false,
        ));
        for (filter, passes) in [
            (kind().eq(lit("a")).and(kind().is_not_null()), true),
            (kind().in_list(vec![lit("a"), lit("b")], true), true),
            (col("offset").between(lit(1), lit(2)), true),
            (
                kind()
                    .eq(lit(ScalarValue::Utf8(None)))
                    .or(kind().gt(lit("x"))),
                true,
            ),
            (number().eq(lit(1)), false),
            ((lit(1) / col("offset")).eq(lit(1)), false),
            (kind().eq(lit("a")).or(number().is_null()), false),
            (like, false),
        ] {
            assert_eq!(is_harmless(&filter), passes, "{filter}");
        }
    }
}
