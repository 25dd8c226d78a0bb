//! S3.
//!
//! Enters: a bucket with the credentials a reply gave for it, a file. Leaves: the file, with what was kept beside it. Never here: an
//! error's text: S3 names keys in it.

use std::borrow::Cow;

use bytes::{Bytes, BytesMut};
use futures::TryStreamExt as _;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, Certificate, ClientOptions, Error, GetOptions, ObjectStore, PutOptions,
};

use super::address::parts;
use super::cipher::Envelope;
use super::place::Bucket;
use super::{Beside, StorageError};
use crate::upstream::client::Client;

const DIGEST: &str = "sfc-digest";
const KEY: &str = "x-amz-key";
const IV: &str = "x-amz-iv";
const DESCRIBES: &str = "x-amz-matdesc";

fn store(client: &Client, bucket: &Bucket) -> Result<AmazonS3, StorageError> {
    let mut options = ClientOptions::new().with_timeout(client.patience());
    for certificate in client.extra() {
        let certificate = Certificate::from_der(certificate).map_err(|_| StorageError::Address)?;
        options = options.with_root_certificate(certificate);
    }
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&bucket.name)
        .with_region(&bucket.region)
        .with_access_key_id(&bucket.key_id)
        .with_secret_access_key(&bucket.secret);
    if let Some(token) = &bucket.token {
        builder = builder.with_token(token);
    }
    builder = match bucket.endpoint.as_deref() {
        // A test server, by its whole address.
        Some(endpoint) if endpoint.contains("://") => {
            options = options.with_allow_http(endpoint.starts_with("http://"));
            builder.with_endpoint(endpoint)
        }
        Some(endpoint) => builder
            .with_endpoint(format!("https://{}.{endpoint}", bucket.name))
            .with_virtual_hosted_style_request(true),
        None => builder.with_virtual_hosted_style_request(true),
    };
    let store = builder.with_client_options(options).build();
    store.map_err(|_| StorageError::Address)
}

fn key(bucket: &Bucket, name: &str) -> Result<Path, StorageError> {
    let name = parts(name)?.join("/");
    Path::parse(format!("{}{name}", bucket.prefix)).map_err(|_| StorageError::Name)
}

pub(super) async fn put(
    client: &Client,
    bucket: &Bucket,
    name: &str,
    file: Bytes,
    beside: &Beside,
) -> Result<(), StorageError> {
    let mut attributes = Attributes::new();
    let mut keep = |name: &'static str, value: String| {
        attributes.insert(Attribute::Metadata(Cow::Borrowed(name)), value.into());
    };
    if let Some(digest) = beside.digest_text() {
        keep(DIGEST, digest);
    }
    if let Some(envelope) = &beside.envelope {
        keep(KEY, envelope.key.clone());
        keep(IV, envelope.iv.clone());
        keep(DESCRIBES, envelope.describes.clone());
    }
    let kind = "application/octet-stream";
    attributes.insert(Attribute::ContentType, kind.into());
    let options = PutOptions {
        attributes,
        ..PutOptions::default()
    };
    let path = key(bucket, name)?;
    let store = store(client, bucket)?;
    let put = store.put_opts(&path, file.into(), options).await;
    put.map(|_| ()).map_err(|error| failed(&error))
}

pub(super) async fn get(
    client: &Client,
    bucket: &Bucket,
    name: &str,
    limit_bytes: usize,
) -> Result<(Bytes, Option<Envelope>), StorageError> {
    let path = key(bucket, name)?;
    let store = store(client, bucket)?;
    let got = store.get_opts(&path, GetOptions::default()).await;
    let got = got.map_err(|error| failed(&error))?;
    if usize::try_from(got.meta.size).unwrap_or(usize::MAX) > limit_bytes {
        return Err(StorageError::TooLarge { limit_bytes });
    }
    let envelope = envelope(&got.attributes);
    let mut pieces = got.into_stream();
    let mut file = BytesMut::new();
    while let Some(piece) = pieces.try_next().await.map_err(|error| failed(&error))? {
        if file.len() + piece.len() > limit_bytes {
            return Err(StorageError::TooLarge { limit_bytes });
        }
        file.extend_from_slice(&piece);
    }
    Ok((file.freeze(), envelope))
}

fn envelope(attributes: &Attributes) -> Option<Envelope> {
    let kept = |name: &'static str| {
        let value = attributes.get(&Attribute::Metadata(Cow::Borrowed(name)))?;
        Some(value.as_ref().to_owned())
    };
    Some(Envelope {
        key: kept(KEY)?,
        iv: kept(IV)?,
        describes: kept(DESCRIBES).unwrap_or_default(),
    })
}

fn failed(error: &Error) -> StorageError {
    match error {
        Error::NotFound { .. } => StorageError::NotThere,
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
            StorageError::ForGood(403)
        }
        _ => StorageError::Unreachable,
    }
}
