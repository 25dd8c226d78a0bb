//! A bucket of a real object store, and DuckDB to read what is in it.
//!
//! Enters: objects as firn put them. Leaves: how often each id is in a row. Never here: firn's own reader of Parquet.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use archive::ArchiveConfig;
use futures::{StreamExt as _, TryStreamExt as _};
use serde_json::Value;
use uuid::Uuid;

use super::block_on;
use crate::world::{dev_dir, root};

/// A place of its own in the tests' bucket.
pub struct Bucket {
    endpoint: String,
    url: String,
}

impl Bucket {
    pub fn new() -> Self {
        let endpoint = std::env::var("FIRN_S3_ENDPOINT");
        let endpoint = endpoint.expect("FIRN_S3_ENDPOINT is not set; run this through `make test`");
        let bucket = std::env::var("FIRN_S3_BUCKET").unwrap_or_else(|_| "firn".to_owned());
        Self {
            endpoint,
            url: format!("s3://{bucket}/lake-{}/ext", Uuid::new_v4()),
        }
    }

    fn config(&self) -> ArchiveConfig {
        let secret =
            |name: &str, usual: &str| std::env::var(name).unwrap_or_else(|_| usual.to_owned());
        let options = [
            ("endpoint", self.endpoint.clone()),
            ("region", "us-east-1".to_owned()),
            ("allow_http", "true".to_owned()),
            ("access_key_id", secret("FIRN_S3_ACCESS_KEY", "firn")),
            (
                "secret_access_key",
                secret("FIRN_S3_SECRET_KEY", "firn-secret"),
            ),
        ];
        ArchiveConfig {
            url: self.url.clone(),
            options: options.map(|(name, value)| (name.to_owned(), value)).into(),
            object_lock: None,
        }
    }
}

/// `to` of a sink that writes there.
pub fn sink(bucket: &Bucket) -> String {
    format!(
        "to.lake = {{ url = '{}', region = 'eu-west-1', account = '123456789012', options = {{ endpoint = '{}', region = 'us-east-1', allow_http = 'true' }} }}\n",
        bucket.url, bucket.endpoint
    )
}

/// How often each id is in a row, by DuckDB, which also holds each object to Security Lake's layout.
pub fn read_by_duckdb(bucket: &Bucket, scratch: &Path) -> BTreeMap<String, u64> {
    let folder = scratch.join("lake");
    block_on(async {
        let store = archive::place(&bucket.config()).expect("a store");
        let found: Vec<_> = store.list(None).try_collect().await.expect("a list");
        let mut found = futures::stream::iter(found);
        while let Some(object) = found.next().await {
            let path = folder.join(object.location.as_ref());
            let got = store.get_opts(&object.location, Default::default()).await;
            let bytes = got.expect("an object").bytes().await.expect("bytes");
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("folder");
            std::fs::write(&path, bytes).expect("written");
        }
    });
    let asked = Command::new(dev_dir().join("duckdb/bin/python"))
        .arg(root().join("tests/export/lake.py"))
        .arg(&folder)
        .output()
        .expect("DuckDB");
    let said = String::from_utf8_lossy(&asked.stdout);
    let trouble = String::from_utf8_lossy(&asked.stderr);
    assert!(asked.status.success(), "DuckDB finds fault: {trouble}");
    let mut times = BTreeMap::new();
    for line in said.lines() {
        let row: Value = serde_json::from_str(line).expect("JSON");
        let id = row["metadata"]["uid"].as_str().expect("an id");
        *times.entry(id.to_owned()).or_default() += 1;
    }
    times
}
