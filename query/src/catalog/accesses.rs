//! `accesses`: a statement's row for each table and column it used, made of `statements` as they are asked for.
//!
//! Enters: filters. Leaves: rows of those statements that can meet them: what is asked of a table reaches the statements' files, which
//! the view's SQL, where a filter stops at the list of uses, cannot do. Never here: a table of its own, which would say again what the
//! statements' rows say, and be larger than they are.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, ScalarValue};
use datafusion::datasource::provider_as_source;
use datafusion::error::Result;
use datafusion::functions::core::expr_fn::get_field;
use datafusion::logical_expr::expr::InList;
use datafusion::logical_expr::{
    BinaryExpr, Expr, LogicalPlan, LogicalPlanBuilder, Operator, TableProviderFilterPushDown,
    TableType, col, lit,
};
use datafusion::physical_plan::ExecutionPlan;

use crate::lists;

/// A statement's columns that every row of it shows.
const SHARED: [&str; 11] = [
    "time",
    "session_id",
    "statement_id",
    "principal",
    "verdict",
    "outcome",
    "rows",
    "masked_cells",
    "kinds",
    "agent",
    "connection",
];
const TABLE: &str = "table_name";

/// The view.
#[derive(Debug)]
pub(super) struct Accesses {
    statements: Arc<dyn TableProvider>,
    schema: SchemaRef,
}

impl Accesses {
    pub(super) fn new(statements: Arc<dyn TableProvider>) -> Result<Self> {
        let plan = plan(&statements, None)?;
        let schema = Arc::clone(plan.schema().inner());
        Ok(Self { statements, schema })
    }
}

/// The view over statements of which `narrow` holds.
fn plan(statements: &Arc<dyn TableProvider>, narrow: Option<Expr>) -> Result<LogicalPlan> {
    let source = provider_as_source(Arc::clone(statements));
    let mut plan = LogicalPlanBuilder::scan("statements", source, None)?;
    if let Some(narrow) = narrow {
        plan = plan.filter(narrow)?;
    }
    let uses = lists::uses().call(vec![col("column_uses"), col("reads"), col("writes")]);
    let shared = || SHARED.into_iter().map(|name| col(Column::from_name(name)));
    let field = |name: &str| get_field(col(Column::from_name("use")), name);
    let used = [
        field("table").alias(TABLE),
        field("column").alias("column_name"),
        field("usage").alias("usage"),
    ];
    let mut columns: Vec<Expr> = shared().collect();
    columns.splice(4..4, used);
    plan.project(shared().chain([uses.alias("use")]))?
        .unnest_column("use")?
        .project(columns)?
        .build()
}

/// What a statement must meet so that a row of it can meet `filter`; none where that is not known.
fn narrowed(filter: &Expr) -> Option<Expr> {
    let named =
        |text: &str| lists::uses_table().call(vec![col("tables"), col("columns"), lit(text)]);
    let text = |value: &ScalarValue| value.try_as_str().flatten().map(str::to_owned);
    match filter {
        Expr::BinaryExpr(BinaryExpr {
            left,
            op: Operator::Eq,
            right,
        }) => match (left.as_ref(), right.as_ref()) {
            (Expr::Column(column), Expr::Literal(value, _))
            | (Expr::Literal(value, _), Expr::Column(column))
                if column.name == TABLE =>
            {
                Some(named(&text(value)?))
            }
            _ => None,
        },
        Expr::InList(InList {
            expr,
            list,
            negated: false,
        }) => {
            let Expr::Column(column) = expr.as_ref() else {
                return None;
            };
            let each = list.iter().map(|item| match item {
                Expr::Literal(value, _) => Some(named(&text(value)?)),
                _ => None,
            });
            let each = each.collect::<Option<Vec<_>>>()?;
            (column.name == TABLE).then(|| each.into_iter().reduce(Expr::or))?
        }
        _ => None,
    }
}

/// `filter` by the names of columns alone.
pub(super) fn unqualified(filter: &Expr) -> Result<Expr> {
    let stripped = filter.clone().transform(|part| {
        Ok(match part {
            Expr::Column(column) => Transformed::yes(col(Column::from_name(column.name))),
            other => Transformed::no(other),
        })
    });
    Ok(stripped?.data)
}

#[async_trait]
impl TableProvider for Accesses {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let narrow = filters.iter().filter_map(narrowed).reduce(Expr::and);
        let mut plan = LogicalPlanBuilder::from(plan(&self.statements, narrow)?);
        for filter in filters {
            plan = plan.filter(unqualified(filter)?)?;
        }
        if let Some(projection) = projection {
            let fields = self.schema.fields();
            let wanted = projection.iter().filter_map(|index| fields.get(*index));
            plan = plan.project(wanted.map(|field| col(Column::from_name(field.name()))))?;
        }
        session.create_physical_plan(&plan.build()?).await
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Exact; filters.len()])
    }
}
