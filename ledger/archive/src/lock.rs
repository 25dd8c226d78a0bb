//! S3 Object Lock: what a bucket keeps, whoever holds its key.
//!
//! Enters: mode and days as configured, requests on their way to the store. Leaves: those that put an object of the record, with the date
//! until which the store deletes and replaces that version for nobody, and signed with it; all others as they came. Never here: a lock on what
//! is cleaned up or changes (logs of tables, cursors), a date that is not counted from when the request was signed.

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use chrono::{Days, NaiveDateTime};
use object_store::aws::{AmazonS3, AwsAuthorizer, AwsCredentialProvider};
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
};
use object_store::{ClientOptions, HeaderValue};
use parking_lot::Mutex;
use serde::Deserialize;

const MODE: &str = "x-amz-object-lock-mode";
const UNTIL: &str = "x-amz-object-lock-retain-until-date";
/// When a request was signed.
const SIGNED_AT: &str = "x-amz-date";
/// Over which body: its SHA-256 in hexadecimal digits, or [`UNSIGNED`].
const BODY: &str = "x-amz-content-sha256";
const UNSIGNED: &[u8] = b"UNSIGNED-PAYLOAD";

/// `[archive] object_lock`: for how long the bucket lets nobody delete or replace what is archived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectLock {
    /// Who may lift it.
    pub mode: LockMode,
    /// Days from when an object is written; 1 to [`crate::limits::LOCK_DAYS_MAX`].
    pub days: u32,
}

/// Who may lift a lock before its date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LockMode {
    /// Whoever has `s3:BypassGovernanceRetention`.
    Governance,
    /// Nobody, the account's owner included.
    Compliance,
}

impl LockMode {
    /// What S3 calls it.
    const fn header(self) -> &'static str {
        match self {
            Self::Governance => "GOVERNANCE",
            Self::Compliance => "COMPLIANCE",
        }
    }
}

impl fmt::Display for LockMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Governance => "governance",
            Self::Compliance => "compliance",
        })
    }
}

/// Goes with the put of an object that is part of the record and stays as it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kept;

/// Why a request cannot be signed with its lock.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SignError {
    /// There is nothing to sign with.
    #[error(
        "object_lock needs signed requests, and this one was not signed: remove skip_signature from [archive] options and AWS_SKIP_SIGNATURE from the environment"
    )]
    Unsigned,
    /// The date it was signed at, or its lock's.
    #[error("no date of a lock can be counted from {0:?}")]
    Date(String),
    /// The hash of its body.
    #[error("the hash of the request's body is none: {0}")]
    Body(#[from] hex::FromHexError),
    /// There are no credentials now.
    #[error(transparent)]
    Credentials(#[from] object_store::Error),
}

/// What requests to one bucket are signed with, and go out by.
#[derive(Debug)]
pub(crate) struct Keys {
    region: String,
    /// The store makes them of its options and the environment while it is built.
    credentials: OnceLock<AwsCredentialProvider>,
    client: Mutex<Option<HttpClient>>,
}

impl Keys {
    pub(crate) fn new(region: String) -> Arc<Self> {
        Arc::new(Self {
            region,
            credentials: OnceLock::new(),
            client: Mutex::new(None),
        })
    }

    /// What connects a store that is under `lock`, on top of what connects any other.
    pub(crate) fn connector<C>(self: &Arc<Self>, lock: ObjectLock, inner: C) -> Connector<C> {
        Connector {
            inner,
            lock,
            keys: Arc::clone(self),
        }
    }

    /// Takes the credentials of the store that was built; nothing is signed before.
    pub(crate) fn take(&self, store: &AmazonS3) {
        self.credentials
            .get_or_init(|| Arc::clone(store.credentials()));
    }

    /// What its requests are sent by; none before it was connected.
    pub(crate) fn client(&self) -> Option<HttpClient> {
        self.client.lock().clone()
    }

    /// Signs `request` as it is now: every header it has, over the body it was signed over before; over its own if it never was.
    pub(crate) async fn sign(&self, request: &mut HttpRequest) -> Result<(), SignError> {
        let credentials = self.credentials.get().ok_or(SignError::Unsigned)?;
        let credential = credentials.get_credential().await?;
        let authorizer = AwsAuthorizer::new(&credential, "s3", &self.region);
        let body = request.headers().get(BODY);
        let body = body.map(|hash| hash.as_bytes().to_vec());
        match body {
            None => authorizer.authorize(request, None),
            Some(hash) if hash == UNSIGNED => {
                authorizer.with_sign_payload(false).authorize(request, None)
            }
            Some(hash) => {
                let hash = hex::decode(hash)?;
                authorizer.authorize(request, Some(hash.as_slice()));
            }
        }
        Ok(())
    }
}

/// Connects a store that is under a lock.
#[derive(Debug)]
pub(crate) struct Connector<C> {
    inner: C,
    lock: ObjectLock,
    keys: Arc<Keys>,
}

impl<C: HttpConnector> HttpConnector for Connector<C> {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let inner = self.inner.connect(options)?;
        // A store connects to whoever gives it credentials first, and to its bucket last.
        *self.keys.client.lock() = Some(inner.clone());
        Ok(HttpClient::new(Locking {
            inner,
            lock: self.lock,
            keys: Arc::clone(&self.keys),
        }))
    }
}

/// Sends what it is given, the record's objects with their lock.
#[derive(Debug)]
struct Locking {
    inner: HttpClient,
    lock: ObjectLock,
    keys: Arc<Keys>,
}

impl Locking {
    /// The library signs a request before it comes here and has no way to give it a lock, and a store refuses headers of its own that were
    /// not signed: so it is signed again. That is once a try, as tries are made of one signed request.
    async fn lock(&self, request: &mut HttpRequest) -> Result<(), SignError> {
        let signed_at = request.headers().get(SIGNED_AT);
        let signed_at = signed_at.ok_or(SignError::Unsigned)?;
        let signed_at = String::from_utf8_lossy(signed_at.as_bytes()).into_owned();
        let until = until(&signed_at, self.lock.days);
        let until = until.and_then(|until| HeaderValue::try_from(until).ok());
        let until = until.ok_or(SignError::Date(signed_at))?;
        let mode = HeaderValue::from_static(self.lock.mode.header());
        request.headers_mut().insert(MODE, mode);
        request.headers_mut().insert(UNTIL, until);
        self.keys.sign(request).await
    }
}

#[async_trait]
impl HttpService for Locking {
    async fn call(&self, mut request: HttpRequest) -> Result<HttpResponse, HttpError> {
        if request.extensions().get::<Kept>().is_some() {
            let locked = self.lock(&mut request).await;
            locked.map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?;
        }
        self.inner.execute(request).await
    }
}

/// The date so many days after one as requests are signed with, `20261201T093000Z`; none after the last that there is.
fn until(signed_at: &str, days: u32) -> Option<String> {
    let signed = NaiveDateTime::parse_from_str(signed_at, "%Y%m%dT%H%M%SZ").ok()?;
    let until = signed.checked_add_days(Days::new(u64::from(days)))?;
    Some(until.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}
