//! Rows as a Parquet file, a row group at a time.
//!
//! Enters: batches. Leaves: the file's bytes as they come to be. Never here: a row group larger than a limit, two columns of one name.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::errors::ParquetError as Refusal;
use datafusion::parquet::file::properties::WriterProperties;

use crate::limits::{PARQUET_GROUP_BYTES, PARQUET_GROUP_ROWS};

/// Why rows are no Parquet.
#[derive(Debug, thiserror::Error)]
#[error("these rows cannot be written as parquet: {0}")]
pub struct ParquetError(String);

impl From<Refusal> for ParquetError {
    fn from(error: Refusal) -> Self {
        Self(error.to_string())
    }
}

impl From<ArrowError> for ParquetError {
    fn from(error: ArrowError) -> Self {
        Self(error.to_string())
    }
}

/// A file that is being written.
pub(super) struct Groups {
    schema: SchemaRef,
    writer: ArrowWriter<Vec<u8>>,
}

impl Groups {
    /// One for rows of `schema`, whose columns are called `names`.
    pub(super) fn new(schema: &SchemaRef, names: &[String]) -> Result<Self, ParquetError> {
        let fields = schema.fields().iter().zip(names);
        let fields = fields.map(|(field, name)| field.as_ref().clone().with_name(name));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
            .set_max_row_group_row_count(Some(PARQUET_GROUP_ROWS))
            .set_max_row_group_bytes(Some(PARQUET_GROUP_BYTES))
            .build();
        let writer = ArrowWriter::try_new(Vec::new(), Arc::clone(&schema), Some(properties))?;
        Ok(Self { schema, writer })
    }

    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<(), ParquetError> {
        let named = RecordBatch::try_new(Arc::clone(&self.schema), batch.columns().to_vec())?;
        Ok(self.writer.write(&named)?)
    }

    pub(super) fn finish(&mut self) -> Result<(), ParquetError> {
        self.writer.finish()?;
        Ok(())
    }

    /// What has come to be since this was asked last.
    pub(super) fn written(&mut self) -> Vec<u8> {
        std::mem::take(self.writer.inner_mut())
    }
}
