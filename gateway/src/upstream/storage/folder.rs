//! A folder of this machine as a stage: what a test server answers with.
//!
//! Enters: a name, a file. Leaves: the file. Never here: a path outside the folder.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use bytes::Bytes;

use super::StorageError;
use super::address::parts;

fn inside(folder: &Path, name: &str) -> Result<PathBuf, StorageError> {
    let mut path = folder.to_owned();
    path.extend(parts(name)?);
    Ok(path)
}

pub(super) async fn put(folder: &Path, name: &str, file: &[u8]) -> Result<(), StorageError> {
    let path = inside(folder, name)?;
    if let Some(parent) = path.parent() {
        tokio::fs::create_dir_all(parent).await.map_err(failed)?;
    }
    tokio::fs::write(path, file).await.map_err(failed)
}

pub(super) async fn get(
    folder: &Path,
    name: &str,
    limit_bytes: usize,
) -> Result<Bytes, StorageError> {
    let path = inside(folder, name)?;
    let size = tokio::fs::metadata(&path).await.map_err(failed)?.len();
    if usize::try_from(size).unwrap_or(usize::MAX) > limit_bytes {
        return Err(StorageError::TooLarge { limit_bytes });
    }
    let file = tokio::fs::read(path).await.map_err(failed)?;
    Ok(file.into())
}

fn failed(error: std::io::Error) -> StorageError {
    match error.kind() {
        ErrorKind::NotFound => StorageError::NotThere,
        _ => StorageError::Unreachable,
    }
}
