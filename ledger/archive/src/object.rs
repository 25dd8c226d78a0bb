//! An object that is written once.
//!
//! Enters: a place, bytes. Leaves: the object there, of these bytes or as whoever was first wrote it. Never here: an overwrite, or belief in
//! a store that says an object exists: S3 answers a create with a conflict that may be none, and the client library takes it for that.

use std::sync::Arc;

use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _, PutMode, PutOptions, Result};

use crate::lock::Kept;

/// How a file of the record is put: where nothing is, and locked if the archive is to be.
pub(crate) fn once() -> PutOptions {
    let mut options = PutOptions::from(PutMode::Create);
    options.extensions.insert(Kept);
    options
}

/// Creates it; false if it was there. An error where the store says that it exists and then that it does not: trying again is safe.
pub(crate) async fn create(
    store: &Arc<dyn ObjectStore>,
    path: &Path,
    bytes: Vec<u8>,
) -> Result<bool> {
    match store.put_opts(path, bytes.into(), once()).await {
        Ok(_) => Ok(true),
        Err(object_store::Error::AlreadyExists { .. }) => {
            store.head(path).await?;
            Ok(false)
        }
        Err(error) => Err(error),
    }
}
