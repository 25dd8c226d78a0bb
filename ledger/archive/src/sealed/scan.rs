//! Sealed files as DataFusion sees them.
//!
//! Enters: files and which of their rows were replaced. Leaves: a provider that prunes files by their times and sessions, row groups
//! and pages by their statistics and Bloom filters, with footers cached in the session's runtime. Never here: a replaced row.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, ScalarValue, Statistics};
use datafusion::config::TableParquetOptions;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::{
    CachedParquetFileReaderFactory, ParquetRowSelection,
};
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use object_store::ObjectMeta;
use object_store::path::Path;
use parquet::arrow::RowNumber;

use super::{Dead, SealedFile};
use crate::TableKind;
use crate::location::Location;
use crate::scan::store_url;

/// The file a row stands in, where that is asked for.
pub(super) const FILE: &str = "file";
/// The row's number there.
pub(super) const ROW: &str = "row";

/// Sealed files of one table.
#[derive(Debug)]
pub(super) struct SealedScan {
    location: Location,
    folder: Path,
    schema: TableSchema,
    /// Newest last.
    files: Vec<(Arc<SealedFile>, Dead)>,
    placed: bool,
}

impl SealedScan {
    /// The rows of `files` that are not replaced; `placed` adds where each stands.
    pub(super) fn new(
        location: &Location,
        kind: TableKind,
        files: Vec<(Arc<SealedFile>, Dead)>,
        placed: bool,
    ) -> Result<Self> {
        let url = location.url.join(&format!("{}/", kind.name()));
        let url = url.map_err(|error| DataFusionError::External(error.into()))?;
        let schema = TableSchema::builder(kind.schema());
        let schema = if placed {
            let file: FieldRef = Arc::new(Field::new(FILE, DataType::Utf8, false));
            let row = Field::new(ROW, DataType::Int64, false);
            let row: FieldRef = Arc::new(row.with_extension_type(RowNumber));
            schema
                .with_table_partition_cols(vec![file])
                .with_virtual_columns(vec![row])
        } else {
            schema
        };
        Ok(Self {
            folder: Path::from_url_path(url.path())?,
            location: location.clone(),
            schema: schema.build(),
            files,
            placed,
        })
    }

    fn file(&self, file: &SealedFile, dead: &Dead) -> PartitionedFile {
        let name = Path::from(file.path());
        let location: Path = self.folder.parts().chain(name.parts()).collect();
        let mut listed = PartitionedFile::new_from_meta(ObjectMeta {
            location,
            // What stands under this name never changes, so any time is as good for the cache of footers.
            last_modified: chrono::DateTime::UNIX_EPOCH,
            size: u64::try_from(file.add.size).unwrap_or(0),
            e_tag: None,
            version: None,
        });
        if self.placed {
            let name = ScalarValue::from(file.path());
            listed = listed.with_partition_values(vec![name]);
        }
        if !dead.is_empty() {
            let selection = dead.selection(file.held.rows);
            listed = listed.with_extension(ParquetRowSelection::new(selection));
        }
        listed.with_statistics(Arc::new(self.statistics(file)))
    }

    fn statistics(&self, file: &SealedFile) -> Statistics {
        let bounds = |(low, high): (ScalarValue, ScalarValue)| ColumnStatistics {
            min_value: Precision::Exact(low),
            max_value: Precision::Exact(high),
            ..ColumnStatistics::new_unknown()
        };
        let of = |name: &str| match name {
            "session_id" => {
                let (low, high) = file.held.sessions.as_ref()?;
                Some((
                    ScalarValue::from(low.as_str()),
                    ScalarValue::from(high.as_str()),
                ))
            }
            "time" => {
                let (low, high) = file.times.as_ref()?;
                Some((timestamp(low)?, timestamp(high)?))
            }
            _ => None,
        };
        let schema = self.schema.file_schema();
        let columns = schema
            .fields()
            .iter()
            .map(|field| of(field.name()).map_or_else(ColumnStatistics::new_unknown, bounds));
        Statistics {
            num_rows: Precision::Inexact(usize::try_from(file.held.rows).unwrap_or(usize::MAX)),
            total_byte_size: Precision::Absent,
            column_statistics: columns.collect(),
        }
    }
}

/// A time of the log's statistics as the column has it.
fn timestamp(text: &str) -> Option<ScalarValue> {
    let time = chrono::DateTime::parse_from_rfc3339(text).ok()?;
    let micros = time.timestamp_micros();
    Some(ScalarValue::TimestampMicrosecond(
        Some(micros),
        Some("UTC".into()),
    ))
}

#[async_trait]
impl TableProvider for SealedScan {
    fn schema(&self) -> SchemaRef {
        Arc::clone(self.schema.table_schema())
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let runtime = session.runtime_env();
        let url = store_url(&self.location.url)?;
        if runtime.object_store(&url).is_err() {
            runtime.register_object_store(url.as_ref(), Arc::clone(&self.location.root));
        }
        let options = session.config_options();
        let parquet = TableParquetOptions {
            global: options.execution.parquet.clone(),
            ..TableParquetOptions::default()
        };
        let reader = CachedParquetFileReaderFactory::new(
            Arc::clone(&self.location.root),
            runtime.cache_manager.get_file_metadata_cache(),
        );
        let source = ParquetSource::new(self.schema.clone())
            .with_table_parquet_options(parquet)
            .with_parquet_file_reader_factory(Arc::new(reader));
        // The newest first: what is asked for the latest then finds it before it opens the rest.
        let lanes = options
            .execution
            .target_partitions
            .clamp(1, self.files.len().max(1));
        let mut groups = vec![Vec::new(); lanes];
        for (number, (file, dead)) in self.files.iter().rev().enumerate() {
            if let Some(group) = groups.get_mut(number % lanes) {
                group.push(self.file(file, dead));
            }
        }
        let groups = groups.into_iter().map(FileGroup::new).collect();
        let config = FileScanConfigBuilder::new(url, Arc::new(source))
            .with_file_groups(groups)
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }
}
