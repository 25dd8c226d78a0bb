//! Tables put together as logical plans.
//!
//! Enters: providers. Leaves: views through which filters, projections and limits reach them. Never here: a name.

use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::datasource::{ViewTable, provider_as_source};
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, cast, col};

/// Both sides as one logical plan, so that filters, projections and limits reach each side.
pub(super) fn union(
    name: &str,
    cold: &Arc<dyn TableProvider>,
    hot: Arc<dyn TableProvider>,
    schema: &SchemaRef,
) -> Result<Arc<dyn TableProvider>> {
    let cold = conform(name, Arc::clone(cold), schema)?;
    let hot = conform(name, hot, schema)?;
    let plan = LogicalPlanBuilder::from(cold).union(hot)?.build()?;
    Ok(Arc::new(ViewTable::new(plan, None)))
}

/// The rows of `provider` that `filter` keeps.
pub(super) fn visible(
    name: &str,
    provider: Arc<dyn TableProvider>,
    filter: Expr,
) -> Result<Arc<dyn TableProvider>> {
    let plan = LogicalPlanBuilder::scan(name, provider_as_source(provider), None)?
        .filter(filter)?
        .build()?;
    Ok(Arc::new(ViewTable::new(plan, None)))
}

/// The columns of `schema` in its order; the archive's reader may deliver other layouts of the same types.
fn conform(
    name: &str,
    provider: Arc<dyn TableProvider>,
    schema: &SchemaRef,
) -> Result<LogicalPlan> {
    let stored = provider.schema();
    let columns: Vec<Expr> = schema
        .fields()
        .iter()
        .map(|field| {
            let wanted = field.data_type();
            let column = col(datafusion::common::Column::from_name(field.name()));
            match stored.field_with_name(field.name()) {
                Ok(have) if have.data_type().equals_datatype(wanted) => column,
                _ => cast(column, wanted.clone()).alias(field.name()),
            }
        })
        .collect();
    LogicalPlanBuilder::scan(name, provider_as_source(provider), None)?
        .project(columns)?
        .build()
}
