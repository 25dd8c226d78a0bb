//! A table of the archive as DataFusion sees it.
//!
//! Enters: a table as last seen. Leaves: a provider that prunes files by the log's statistics and whose schema is the
//! table's own. Never here: rows beyond the archive's position, which are another commit's unfinished work.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::datatypes::{FieldRef, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{Column, ScalarValue};
use datafusion::datasource::provider_as_source;
use datafusion::datasource::view::ViewTable;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::{
    Expr, LogicalPlanBuilder, TableProviderFilterPushDown, TableType, cast, col, lit,
};
use datafusion::physical_plan::ExecutionPlan;
use deltalake::delta_datafusion::{DeltaScanConfig, DeltaScanNext};
use object_store::ObjectStore;
use url::Url;

use super::contents::ArchiveFile;
use super::location::Location;
use super::table::{Seen, TableKind};
use journal::Partition;

/// The provider of `seen`, of which rows at or beyond `positions` do not exist, nor files that are not among `only`.
pub(super) fn provider(
    kind: TableKind,
    seen: &Seen,
    location: &Location,
    positions: &BTreeMap<Partition, u64>,
    only: Option<Vec<Arc<ArchiveFile>>>,
) -> Result<Arc<dyn TableProvider>> {
    let config = DeltaScanConfig {
        wrap_partition_values: false,
        schema_force_view_types: false,
        ..DeltaScanConfig::new()
    };
    let snapshot = seen
        .delta
        .snapshot()
        .map_err(|error| DataFusionError::External(Box::new(error)))?;
    let mut scan = DeltaScanNext::new(snapshot.snapshot().clone(), config)?;
    if let Some(only) = only {
        scan = scan.with_file_paths(only.iter().map(|file| file.path.clone()));
    }
    let table: Arc<dyn TableProvider> = Arc::new(ArchiveTable {
        store_url: store_url(&location.url)?,
        store: Arc::clone(&location.root),
        scan,
    });
    let inside = beyond(seen, positions);
    let columns = columns(&table.schema(), &kind.schema())?;
    if inside.is_none() && columns.is_none() {
        return Ok(table);
    }
    let mut plan = LogicalPlanBuilder::scan(kind.name(), provider_as_source(table), None)?;
    if let Some(inside) = inside {
        plan = plan.filter(inside)?;
    }
    if let Some(columns) = columns {
        plan = plan.project(columns)?;
    }
    Ok(Arc::new(ViewTable::new(plan.build()?, None)))
}

/// This release's columns out of the stored ones, where those are others: NULL for what the archive does not have, nothing
/// of what only a later release knows.
fn columns(stored: &SchemaRef, ours: &SchemaRef) -> Result<Option<Vec<Expr>>> {
    let same = |field: &FieldRef| {
        let have = stored.field_with_name(field.name());
        have.is_ok_and(|have| have.data_type().equals_datatype(field.data_type()))
    };
    if stored.fields().len() == ours.fields().len() && ours.fields().iter().all(same) {
        return Ok(None);
    }
    let column = |field: &FieldRef| {
        let name = field.name();
        Ok(match stored.field_with_name(name) {
            Ok(_) if same(field) => col(Column::from_name(name)),
            Ok(_) => cast(col(Column::from_name(name)), field.data_type().clone()).alias(name),
            Err(_) => lit(ScalarValue::try_from(field.data_type())?).alias(name),
        })
    };
    ours.fields()
        .iter()
        .map(column)
        .collect::<Result<_>>()
        .map(Some)
}

/// A filter that hides what no events commit covers yet; none in the usual case that there is no such row.
fn beyond(seen: &Seen, positions: &BTreeMap<Partition, u64>) -> Option<Expr> {
    let known = |partition| positions.get(partition).copied().unwrap_or(0);
    seen.contents
        .positions()
        .iter()
        .filter(|(partition, ahead)| **ahead > known(partition))
        .map(|(partition, _)| {
            let end = i64::try_from(known(partition)).unwrap_or(i64::MAX);
            col("partition")
                .not_eq(lit(partition.to_string()))
                .or(col("offset").lt(lit(end)))
        })
        .reduce(Expr::and)
}

pub(super) fn store_url(url: &Url) -> Result<ObjectStoreUrl> {
    ObjectStoreUrl::parse(format!(
        "{}://{}",
        url.scheme(),
        url.host_str().unwrap_or_default()
    ))
}

/// A Delta scan that brings its store along: any session can run it.
#[derive(Debug)]
struct ArchiveTable {
    scan: DeltaScanNext,
    store_url: ObjectStoreUrl,
    store: Arc<dyn ObjectStore>,
}

#[async_trait]
impl TableProvider for ArchiveTable {
    fn schema(&self) -> SchemaRef {
        self.scan.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let runtime = session.runtime_env();
        if runtime.object_store(&self.store_url).is_err() {
            runtime.register_object_store(self.store_url.as_ref(), Arc::clone(&self.store));
        }
        self.scan.scan(session, projection, filters, limit).await
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        self.scan.supports_filters_pushdown(filters)
    }
}
