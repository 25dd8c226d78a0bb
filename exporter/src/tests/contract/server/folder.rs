//! A folder of lines, as whoever ships files sees it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;

use super::super::{Stand, sink};
use crate::sink::Sink;

pub struct Folder {
    path: PathBuf,
    sink: Arc<dyn Sink>,
}

impl Folder {
    pub fn new(base: &Path) -> Self {
        let path = base.join("lines");
        let text = format!(
            "[[sink]]\nname = 'file'\nto.file.folder = '{}'\nto.file.rotate_bytes = '150 KiB'\n",
            path.display()
        );
        Self {
            path,
            sink: sink(&text),
        }
    }
}

#[async_trait]
impl Stand for Folder {
    fn sink(&self) -> Arc<dyn Sink> {
        Arc::clone(&self.sink)
    }

    async fn got(&self) -> Vec<Value> {
        let found = std::fs::read_dir(&self.path).unwrap();
        let mut files: Vec<PathBuf> = found.map(|entry| entry.unwrap().path()).collect();
        files.sort_by_key(|path| path.metadata().unwrap().created().unwrap());
        let text = files
            .iter()
            .map(|path| std::fs::read_to_string(path).unwrap());
        let text: Vec<String> = text.collect();
        let lines = text.iter().flat_map(|text| text.lines());
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    async fn trouble(&self, on: bool) {
        let aside = self.path.with_extension("aside");
        if on {
            // What was open would go on: another batch begins another file.
            std::fs::rename(&self.path, &aside).unwrap();
        } else {
            std::fs::rename(&aside, &self.path).unwrap();
        }
    }
}
