//! Parquet in a folder, read back whole. DuckDB reads the same in `exporter/tests/formats/oracles.rs`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::AsArray as _;
use arrow::datatypes::Int64Type;
use async_trait::async_trait;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Map, Value, json};

use super::super::{Stand, sink};
use crate::sink::Sink;

pub struct Folder {
    path: PathBuf,
    sink: Arc<dyn Sink>,
}

impl Folder {
    pub fn new(base: &Path) -> Self {
        let path = base.join("lake");
        let text = format!(
            "[[sink]]\nname = 'lake'\nto.lake.url = '{}'\nto.lake.region = 'eu-west-1'\nto.lake.account = '123456789012'\n",
            path.display()
        );
        let sink = sink(&text);
        Self { path, sink }
    }
}

/// The rows of every object, one object after the other.
fn rows(path: &Path) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut files: Vec<PathBuf> = std::fs::read_dir(path)
        .map(|entries| entries.map(|entry| entry.unwrap().path()).collect())
        .unwrap_or_default();
    files.sort_by_key(|path| path.metadata().unwrap().created().unwrap());
    for file in files {
        let bytes = bytes::Bytes::from(std::fs::read(&file).unwrap());
        let reader = ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap();
        for batch in reader.build().unwrap() {
            let batch = batch.unwrap();
            let unmapped = batch.column_by_name("unmapped").unwrap().as_map();
            let times = batch.column_by_name("time").unwrap();
            assert!(
                times
                    .as_primitive::<Int64Type>()
                    .iter()
                    .flatten()
                    .is_sorted()
            );
            for row in 0..batch.num_rows() {
                let entries = unmapped.value(row);
                let keys = entries.column(0).as_string::<i32>();
                let values = entries.column(1).as_string::<i32>();
                let mut told = Map::new();
                for (key, value) in keys.iter().zip(values) {
                    told.insert(key.unwrap().to_owned(), json!(value));
                }
                let number = told["number"].as_str().unwrap().parse::<u64>().unwrap();
                told.insert("number".to_owned(), json!(number));
                rows.push(Value::Object(told));
            }
        }
    }
    rows
}

#[async_trait]
impl Stand for Folder {
    fn sink(&self) -> Arc<dyn Sink> {
        Arc::clone(&self.sink)
    }

    async fn got(&self) -> Vec<Value> {
        rows(
            &self
                .path
                .join("firn-6005/region=eu-west-1/accountId=123456789012/eventDay=20260921"),
        )
    }

    async fn trouble(&self, on: bool) {
        let aside = self.path.with_extension("aside");
        if on {
            std::fs::rename(&self.path, &aside).unwrap();
            std::fs::write(&self.path, "in the way").unwrap();
        } else {
            std::fs::remove_file(&self.path).unwrap();
            std::fs::rename(&aside, &self.path).unwrap();
        }
    }
}
