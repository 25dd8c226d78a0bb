//! A local folder whose writes survive power loss.
//!
//! Enters: whole objects. Leaves: files that are complete and on disk before the put returns: written beside, fsynced, linked
//! or renamed into place, the folder fsynced. Never here: a file that a reader could see half written, or a replaced one whose
//! writer had not seen it.
//! (`object_store`'s own `LocalFileSystem` never fsyncs in 0.13; reads, lists and deletes are its.)

use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::ops::Range;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path as FsPath, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, ObjectStoreExt as _, PutMode, PutMultipartOptions, PutOptions, PutPayload,
    PutResult, RenameOptions, Result, UpdateVersion, UploadPart,
};

/// Tells apart the staged files of one process.
static STAGED: AtomicU64 = AtomicU64::new(0);

/// The file system from its root, with durable puts.
#[derive(Clone, Debug)]
pub(super) struct DurableLocal {
    inner: std::sync::Arc<LocalFileSystem>,
}

impl DurableLocal {
    /// Paths are absolute ones without the leading slash.
    pub(super) fn new() -> Self {
        Self {
            inner: std::sync::Arc::new(LocalFileSystem::new()),
        }
    }

    /// Replaces the object if it is still the one `known` names. Writers exclude each other by a lock beside the file.
    async fn replace(
        &self,
        location: &Path,
        payload: PutPayload,
        known: &UpdateVersion,
    ) -> Result<PutResult> {
        let path = self.inner.path_to_filesystem(location)?;
        let locked = tokio::task::spawn_blocking(move || lock(&path)).await;
        let failed = |source: Box<dyn std::error::Error + Send + Sync>| Error::Generic {
            store: "DurableLocal",
            source,
        };
        let _held = match locked {
            Ok(Ok(held)) => held,
            Ok(Err(source)) => return Err(failed(source.into())),
            Err(source) => return Err(failed(source.into())),
        };
        let there = match self.inner.head(location).await {
            Ok(there) => there.e_tag,
            Err(Error::NotFound { .. }) => None,
            Err(error) => return Err(error),
        };
        if there.is_none() || there != known.e_tag {
            return Err(Error::Precondition {
                path: location.to_string(),
                source: "it was replaced or removed meanwhile".into(),
            });
        }
        self.write(location, payload, PutMode::Overwrite).await?;
        Ok(PutResult {
            e_tag: self.inner.head(location).await?.e_tag,
            version: None,
        })
    }

    async fn write(&self, location: &Path, payload: PutPayload, mode: PutMode) -> Result<()> {
        let path = self.inner.path_to_filesystem(location)?;
        let written = tokio::task::spawn_blocking(move || write(&path, &payload, &mode)).await;
        let failed = |source: Box<dyn std::error::Error + Send + Sync>| Error::Generic {
            store: "DurableLocal",
            source,
        };
        match written {
            Ok(Ok(())) => Ok(()),
            Ok(Err(source)) if source.kind() == io::ErrorKind::AlreadyExists => {
                Err(Error::AlreadyExists {
                    path: location.to_string(),
                    source: source.into(),
                })
            }
            Ok(Err(source)) => Err(failed(source.into())),
            Err(source) => Err(failed(source.into())),
        }
    }
}

impl fmt::Display for DurableLocal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DurableLocal")
    }
}

/// Nobody but firn's own user reads the archive's files, …
const FILE_MODE: u32 = 0o600;
/// … or looks into its folders.
pub(super) const FOLDER_MODE: u32 = 0o700;

/// Held until it is dropped, or its process dies. Its name is never listed, see `staged_path`.
fn lock(path: &FsPath) -> io::Result<File> {
    let mut name = path.as_os_str().to_owned();
    name.push("#0");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(FILE_MODE)
        .open(name)?;
    file.lock()?;
    Ok(file)
}

fn write(path: &FsPath, payload: &PutPayload, mode: &PutMode) -> io::Result<()> {
    let parent = path.parent().unwrap_or(FsPath::new("/"));
    make_folder(parent)?;
    let staged = stage(path, payload)?;
    let result = match mode {
        PutMode::Create => fs::hard_link(&staged, path),
        _ => fs::rename(&staged, path),
    };
    // After a rename there is nothing left to remove; a leftover is never listed, see `staged_path`.
    let _ = fs::remove_file(&staged);
    // Also where it exists already: whoever made it may not have synced the folder yet, and we are about to rely on it.
    File::open(parent)?.sync_all()?;
    result
}

/// Writes the payload to a file of its own beside `path`, on disk when this returns.
fn stage(path: &FsPath, payload: &PutPayload) -> io::Result<PathBuf> {
    let (staged, mut file) = loop {
        let staged = staged_path(path);
        let opened = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(FILE_MODE)
            .open(&staged);
        match opened {
            // A dead process left it, or one of the same number in another container writes it: take the next.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
            Ok(file) => break (staged, file),
        }
    };
    let written = payload
        .iter()
        .try_for_each(|piece| file.write_all(piece))
        .and_then(|()| file.sync_all());
    if let Err(error) = written {
        let _ = fs::remove_file(&staged);
        return Err(error);
    }
    Ok(staged)
}

/// `LocalFileSystem` never lists names that end in `#` and digits.
fn staged_path(path: &FsPath) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    let number = STAGED.fetch_add(1, Ordering::Relaxed);
    name.push(format!("#{}{number:012}", std::process::id()));
    name.into()
}

/// Makes `folder` and those above it, each durable in its parent.
fn make_folder(folder: &FsPath) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let Some(parent) = folder.parent() else {
        return Ok(());
    };
    make_folder(parent)?;
    match DirBuilder::new().mode(FOLDER_MODE).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    File::open(parent)?.sync_all()
}

#[async_trait]
impl ObjectStore for DurableLocal {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        opts: PutOptions,
    ) -> Result<PutResult> {
        if !opts.attributes.is_empty() {
            return Err(Error::NotImplemented {
                operation: "put with attributes".to_owned(),
                implementer: self.to_string(),
            });
        }
        if let PutMode::Update(known) = &opts.mode {
            return self.replace(location, payload, known).await;
        }
        self.write(location, payload, opts.mode).await?;
        Ok(PutResult {
            e_tag: None,
            version: None,
        })
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        _: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        Ok(Box::new(Parts {
            store: self.clone(),
            location: location.clone(),
            parts: Vec::new(),
        }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.inner.get_opts(location, options).await
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.inner.get_ranges(location, ranges).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    fn list_with_offset(
        &self,
        prefix: Option<&Path>,
        offset: &Path,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list_with_offset(prefix, offset)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        self.inner.rename_opts(from, to, options).await
    }
}

/// A multipart upload that is written at once when complete: only table checkpoints come this way, and they are small.
#[derive(Debug)]
struct Parts {
    store: DurableLocal,
    location: Path,
    parts: Vec<PutPayload>,
}

#[async_trait]
impl MultipartUpload for Parts {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        self.parts.push(data);
        Box::pin(std::future::ready(Ok(())))
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let whole = self
            .parts
            .drain(..)
            .flat_map(|part| part.iter().cloned().collect::<Vec<Bytes>>())
            .collect::<PutPayload>();
        self.store
            .put_opts(&self.location, whole, PutOptions::default())
            .await
    }

    async fn abort(&mut self) -> Result<()> {
        self.parts.clear();
        Ok(())
    }
}
