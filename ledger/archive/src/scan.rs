//! Parquet files of one table as DataFusion sees them.
//!
//! Enters: files, and what the log says of each. Leaves: a provider that leaves files out by those words, row groups and pages by their
//! statistics and Bloom filters, with footers cached in the session's runtime; columns that an old file lacks are NULL. Never here:
//! a file that was not named, or a row outside its file's selection.

use std::sync::{Arc, OnceLock};

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
use datafusion::datasource::physical_plan::{
    FileGroup, FileScanConfigBuilder, FileSource as _, ParquetSource,
};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::metrics::{MetricBuilder, MetricType};
use futures::StreamExt as _;
use object_store::ObjectMeta;
use object_store::path::Path;
use parquet::arrow::RowNumber;
use parquet::arrow::arrow_reader::RowSelection;

use super::TableKind;
use super::limits::FILTERS_AT_ONCE;
use super::location::Location;
use super::sealed::{SEEN, candidates, wanted};
use super::stats::Stats;
use super::{blooms, skip};

/// A file to be read.
#[derive(Debug)]
pub(super) struct ListedFile {
    /// Its place in the table's folder.
    pub(super) path: String,
    /// Bytes.
    pub(super) size: u64,
    /// What the log says of its rows.
    pub(super) stats: Stats,
    /// Its values of the columns that do not stand in files.
    pub(super) constants: Vec<ScalarValue>,
    /// Rows that are read; none for all.
    pub(super) selection: Option<RowSelection>,
    /// What `stats` are to the engine, a word for each column, once it is asked for: shared by all who scan.
    pub(super) known: OnceLock<Arc<Statistics>>,
}

/// The rows of files, in the columns of their table.
#[derive(Debug)]
pub(super) struct FileScan {
    location: Location,
    folder: Path,
    /// As the scan has its columns: those of the files, then constants, then the row's number.
    stored: TableSchema,
    /// As the table has them.
    schema: SchemaRef,
    /// For each column of the table, its place in `stored`.
    places: Vec<usize>,
    files: Vec<ListedFile>,
}

impl FileScan {
    /// The rows of `files`, those read first that come first. Each file has one value of each of `constants`, which are columns of the
    /// table or follow its columns; then, if it has a name, the column with each row's number in its file.
    pub(super) fn new(
        location: &Location,
        kind: TableKind,
        constants: &[&str],
        row_number: Option<&str>,
        files: Vec<ListedFile>,
    ) -> Result<Self> {
        let url = location.url.join(&format!("{}/", kind.name()));
        let url = url.map_err(|error| DataFusionError::External(error.into()))?;
        let table = kind.schema();
        let in_files = |field: &&FieldRef| !constants.contains(&field.name().as_str());
        let in_files = table.fields().iter().filter(in_files).cloned();
        let stored = TableSchema::builder(Arc::new(arrow::datatypes::Schema::new(
            in_files.collect::<Vec<_>>(),
        )));
        let constant = |name: &&str| -> FieldRef {
            let own = table
                .fields()
                .find(name)
                .map(|(_, field)| Arc::clone(field));
            own.unwrap_or_else(|| Arc::new(Field::new(*name, DataType::Utf8, false)))
        };
        let stored =
            stored.with_table_partition_cols(constants.iter().map(constant).collect::<Vec<_>>());
        let number = row_number.map(|name| -> FieldRef {
            let number = Field::new(name, DataType::Int64, false);
            Arc::new(number.with_extension_type(RowNumber))
        });
        let stored = stored.with_virtual_columns(number.into_iter().collect::<Vec<_>>());
        let stored = stored.build();
        let added = stored.table_schema().fields().iter();
        let added = added.filter(|field| table.fields().find(field.name()).is_none());
        let fields: Vec<_> = table.fields().iter().chain(added).cloned().collect();
        let place = |field: &FieldRef| Ok(stored.table_schema().index_of(field.name())?);
        Ok(Self {
            folder: Path::from_url_path(url.path())?,
            location: location.clone(),
            places: fields.iter().map(place).collect::<Result<_>>()?,
            schema: Arc::new(arrow::datatypes::Schema::new(fields)),
            stored,
            files,
        })
    }

    /// The files that may have a row for which all of `filters` hold, by what the log says of them.
    fn may_hold(&self, filters: &[Expr], session: &dyn Session) -> Vec<&ListedFile> {
        let said: Vec<&Stats> = self.files.iter().map(|file| &file.stats).collect();
        let may = skip::may_hold(&said, &self.schema, filters, session);
        let files = self.files.iter().zip(may);
        files
            .filter(|(_, may)| *may)
            .map(|(file, _)| file)
            .collect()
    }

    /// Of `files`, those that may have a statement which `filters` ask for: nothing says in which of a session's files it is but these.
    async fn with_statements<'a>(
        &'a self,
        files: Vec<&'a ListedFile>,
        filters: &[Expr],
    ) -> Vec<&'a ListedFile> {
        let Some(statements) = blooms::statements(filters).filter(|_| files.len() > 1) else {
            return files;
        };
        let Location { root, blooms, .. } = &self.location;
        let asking = files.iter();
        let asking =
            asking.map(|file| blooms.may_hold(root, self.place(file), file.size, &statements));
        let asking: Vec<_> = asking.collect();
        let asking = futures::stream::iter(asking).buffered(FILTERS_AT_ONCE);
        let may: Vec<bool> = asking.collect().await;
        let files = files.into_iter().zip(may);
        files
            .filter(|(_, may)| *may)
            .map(|(file, _)| file)
            .collect()
    }

    /// Of `files`, those that are read, without rows that their own filters say have no token that `filters` ask for.
    async fn worth_reading(
        &self,
        files: Vec<&ListedFile>,
        filters: &[Expr],
    ) -> Result<Vec<PartitionedFile>> {
        let tokens = wanted(filters).filter(|_| self.schema.index_of(SEEN).is_ok());
        let Some(tokens) = tokens else {
            let all = files.into_iter();
            return Ok(all
                .map(|file| self.file(file, file.selection.clone()))
                .collect());
        };
        // Beside each other: each is some requests to a store that may be far.
        let looking = files
            .into_iter()
            .map(|file| self.with_tokens(file, &tokens));
        let looking: Vec<_> = looking.collect();
        let mut looked = futures::stream::iter(looking).buffered(FILTERS_AT_ONCE);
        let mut files = Vec::new();
        while let Some(file) = looked.next().await {
            files.extend(file?);
        }
        Ok(files)
    }

    /// The rows of `file` that may have one of `tokens`; none if it has none of them.
    async fn with_tokens(
        &self,
        file: &ListedFile,
        tokens: &[i64],
    ) -> Result<Option<PartitionedFile>> {
        let place = self.place(file);
        let found = candidates(&self.location.root, place, file.size, tokens).await?;
        Ok(found.map(|rows| {
            let rows = match &file.selection {
                Some(selection) => selection.intersection(&rows),
                None => rows,
            };
            self.file(file, Some(rows))
        }))
    }

    fn place(&self, file: &ListedFile) -> Path {
        let name = Path::from(file.path.as_str());
        self.folder.parts().chain(name.parts()).collect()
    }

    fn file(&self, file: &ListedFile, selection: Option<RowSelection>) -> PartitionedFile {
        let mut listed = PartitionedFile::new_from_meta(ObjectMeta {
            location: self.place(file),
            // What stands under this name never changes, so any time is as good for the cache of footers.
            last_modified: chrono::DateTime::UNIX_EPOCH,
            size: file.size,
            e_tag: None,
            version: None,
        });
        if !file.constants.is_empty() {
            listed = listed.with_partition_values(file.constants.clone());
        }
        if let Some(selection) = selection {
            listed = listed.with_extension(ParquetRowSelection::new(selection));
        }
        let known = file.known.get_or_init(|| {
            let own = Arc::new(self.statistics(&file.stats));
            // Adds what the constants are.
            let told = listed.clone().with_statistics(own).statistics;
            told.unwrap_or_default()
        });
        listed.statistics = Some(Arc::clone(known));
        listed
    }

    fn statistics(&self, stats: &Stats) -> Statistics {
        let of = |field: &FieldRef| {
            let bounds = stats.bounds.iter();
            let mut bounds = bounds.filter(|(name, ..)| name == field.name());
            let Some((_, low, high)) = bounds.next() else {
                return ColumnStatistics::new_unknown();
            };
            // Exact, or nothing is pruned by them; that no answer is made of them, the inexact number of rows sees to.
            ColumnStatistics {
                min_value: Precision::Exact(low.clone()),
                max_value: Precision::Exact(high.clone()),
                ..ColumnStatistics::new_unknown()
            }
        };
        let rows = stats.rows.and_then(|rows| usize::try_from(rows).ok());
        Statistics {
            num_rows: rows.map_or(Precision::Absent, Precision::Inexact),
            total_byte_size: Precision::Absent,
            column_statistics: self.stored.file_schema().fields().iter().map(of).collect(),
        }
    }

    /// The columns of the scan that these of the table are.
    fn places(&self, projection: Option<&Vec<usize>>) -> Vec<usize> {
        match projection {
            None => self.places.clone(),
            Some(columns) => {
                let places = columns.iter().filter_map(|column| self.places.get(*column));
                places.copied().collect()
            }
        }
    }
}

fn store_url(location: &Location) -> Result<ObjectStoreUrl> {
    let url = &location.url;
    ObjectStoreUrl::parse(format!(
        "{}://{}",
        url.scheme(),
        url.host_str().unwrap_or_default()
    ))
}

#[async_trait]
impl TableProvider for FileScan {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    /// Brings its store along: any session can run it.
    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let files = self.may_hold(filters, session);
        let files = self.with_statements(files, filters).await;
        let skipped = self.files.len().saturating_sub(files.len());
        let files = self.worth_reading(files, filters).await?;
        let runtime = session.runtime_env();
        let url = store_url(&self.location)?;
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
        let source = ParquetSource::new(self.stored.clone())
            .with_table_parquet_options(parquet)
            .with_parquet_file_reader_factory(Arc::new(reader));
        // Counted with those that a filter leaves out which is only known as the scan goes on.
        MetricBuilder::new(source.metrics())
            .with_type(MetricType::Summary)
            .pruning_metrics("files_ranges_pruned_statistics", 0)
            .add_pruned(skipped);
        let lanes = options
            .execution
            .target_partitions
            .clamp(1, files.len().max(1));
        let mut groups = vec![Vec::new(); lanes];
        for (number, file) in files.into_iter().enumerate() {
            if let Some(group) = groups.get_mut(number % lanes) {
                group.push(file);
            }
        }
        let groups = groups.into_iter().map(FileGroup::new).collect();
        let config = FileScanConfigBuilder::new(url, Arc::new(source))
            .with_file_groups(groups)
            .with_projection_indices(Some(self.places(projection)))?
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
