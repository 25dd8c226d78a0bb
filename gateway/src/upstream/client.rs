//! One HTTP client for all upstream calls: pooled, bounded, patient with 5xx, never with garbage.
//!
//! Enters: a call. Leaves: the body of an HTTP 200, decompressed. Never here: what the body means.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};
use bytes::Bytes;
use event::Principal;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, USER_AGENT,
};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use url::Url;

use crate::body::{BodyError, unpack};
use crate::claims::UpstreamToken;
use crate::limits::{UPSTREAM_ATTEMPTS_MAX, UPSTREAM_BACKOFF, UPSTREAM_REPLY_BYTES_MAX};
use crate::room::{Growing, NoRoom};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Between tries of one call.
const PAUSES: ExponentialBuilder = ExponentialBuilder::new()
    .with_jitter()
    .with_factor(2.0)
    .with_min_delay(UPSTREAM_BACKOFF)
    .with_max_times(UPSTREAM_ATTEMPTS_MAX - 1);
const POOL_IDLE: Duration = Duration::from_secs(60);

/// Why upstream gave no usable answer.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    /// No connection, or it broke, every time.
    #[error("Snowflake cannot be reached ({attempts} attempts): {detail}")]
    Unreachable {
        /// Tries made.
        attempts: u32,
        /// The last error.
        detail: String,
    },
    /// An HTTP status that is not an answer, every time.
    #[error("Snowflake answered HTTP {status} ({attempts} attempts)")]
    Status {
        /// The last status.
        status: u16,
        /// Tries made.
        attempts: u32,
    },
    /// It did not answer in time, every time.
    #[error("Snowflake did not answer within {seconds} s ({attempts} attempts)")]
    Late {
        /// Patience with one try, seconds.
        seconds: u64,
        /// Tries made.
        attempts: u32,
    },
    /// More than the gateway takes.
    #[error("Snowflake's reply is larger than {limit_bytes} bytes: ask for less at once")]
    TooLarge {
        /// The limit.
        limit_bytes: usize,
    },
    /// The replies of other statements fill the room there is.
    #[error(
        "this gateway has no room for the result now: others fill it; ask for less at once, or again later"
    )]
    NoRoom,
    /// HTTP 200, but not Snowflake's protocol.
    #[error("what Snowflake's address answered is not an answer of Snowflake: {detail}")]
    NotAnAnswer {
        /// In what way.
        detail: &'static str,
    },
    /// The call cannot be put on the wire.
    #[error("the upstream request cannot be made: {0}")]
    Request(#[from] http::Error),
}

/// Why the client cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// TLS does not come up.
    #[error("TLS for upstream cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
    /// The extra roots cannot be read.
    #[error("`upstream_ca` {path} cannot be read: {detail}")]
    Roots {
        /// The file.
        path: PathBuf,
        /// In words, for whoever mends it.
        detail: String,
    },
}

/// A call to upstream.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// The connection's address.
    pub base: &'a Url,
    /// The method.
    pub method: Method,
    /// The path, without query.
    pub path: &'a str,
    /// Query parameters, in order.
    pub query: Vec<(&'static str, String)>,
    /// Session or master token; none at login.
    pub token: Option<&'a UpstreamToken>,
    /// For whom it is made: the replies to all sessions of a principal share its room. None where it is nobody's.
    pub whose: Option<&'a Principal>,
    /// The body; empty sends none.
    pub body: Bytes,
    /// Whether a second try may follow one that may have reached upstream.
    pub retry: Retry,
}

/// When a call is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// 5xx, 429, broken connections: the call carries an idempotency key, or changes nothing.
    Always,
    /// Never: it is not worth waiting for.
    Never,
}

/// What upstream said, and how many tries it took.
#[derive(Debug)]
pub struct Reply {
    /// The body.
    pub body: Bytes,
    /// Tries, 1 or more.
    pub attempts: u32,
}

/// The upstream client. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    http: HttpClient<HttpsConnector<HttpConnector>, Full<Bytes>>,
    patience: Duration,
    /// Roots it trusts beside the system's.
    extra: Arc<[CertificateDer<'static>]>,
}

impl Client {
    /// A client that trusts the system's roots and those in `extra_roots`, and waits up to `patience` for one reply.
    pub fn new(extra_roots: Option<&Path>, patience: Duration) -> Result<Self, ClientError> {
        Self::trusting(&extra(extra_roots)?, patience)
    }

    /// The same with these settings: itself, with its open connections, where they are as before.
    pub fn again(
        &self,
        extra_roots: Option<&Path>,
        patience: Duration,
    ) -> Result<Self, ClientError> {
        let extra = extra(extra_roots)?;
        if *self.extra == *extra && self.patience == patience {
            return Ok(self.clone());
        }
        Self::trusting(&extra, patience)
    }

    fn trusting(
        extra: &[CertificateDer<'static>],
        patience: Duration,
    ) -> Result<Self, ClientError> {
        let tls = rustls::ClientConfig::builder_with_provider(Arc::new(
            rustls::crypto::ring::default_provider(),
        ))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots(extra)?)
        .with_no_client_auth();
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(CONNECT_TIMEOUT));
        let connector = hyper_rustls::HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let http = HttpClient::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(POOL_IDLE)
            .build(connector);
        Ok(Self {
            http,
            patience,
            extra: extra.into(),
        })
    }

    /// The pooled HTTP client itself, for streams of chunks.
    pub fn http(&self) -> &HttpClient<HttpsConnector<HttpConnector>, Full<Bytes>> {
        &self.http
    }

    /// Roots it trusts beside the system's.
    pub fn extra(&self) -> &[CertificateDer<'static>] {
        &self.extra
    }

    /// How long one reply may take.
    pub const fn patience(&self) -> Duration {
        self.patience
    }

    /// Makes the call and gives the body of its HTTP 200.
    pub async fn call(&self, call: Call<'_>) -> Result<Reply, UpstreamError> {
        let mut pauses = PAUSES.build();
        let mut attempts = 0;
        let mut reason = None;
        loop {
            attempts += 1;
            let error = match self.attempt(&call, attempts, reason).await {
                Ok(body) => return Ok(Reply { body, attempts }),
                Err(error) => error,
            };
            reason = Some(match &error {
                UpstreamError::Status { status, .. } => *status,
                UpstreamError::Unreachable { .. } | UpstreamError::Late { .. } => 0,
                _ => return Err(error),
            });
            let again = match reason {
                Some(0 | 429 | 500..) => call.retry == Retry::Always,
                _ => false,
            };
            match pauses.next().filter(|_| again) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return Err(error),
            }
        }
    }

    async fn attempt(
        &self,
        call: &Call<'_>,
        attempts: u32,
        reason: Option<u16>,
    ) -> Result<Bytes, UpstreamError> {
        let request = request(call, attempts, reason)?;
        let unreachable = |detail: String| UpstreamError::Unreachable { attempts, detail };
        let exchange = async {
            let response = self
                .http
                .request(request)
                .await
                .map_err(|error| unreachable(root_cause(&error)))?;
            if response.status() != StatusCode::OK {
                return Err(UpstreamError::Status {
                    status: response.status().as_u16(),
                    attempts,
                });
            }
            let kept = Growing::reply(call.whose, call.token.map(|token| token.expose()));
            read(response, kept, UPSTREAM_REPLY_BYTES_MAX, attempts).await
        };
        tokio::time::timeout(self.patience, exchange)
            .await
            .unwrap_or(Err(UpstreamError::Late {
                seconds: self.patience.as_secs(),
                attempts,
            }))
    }
}

fn request(
    call: &Call<'_>,
    attempts: u32,
    reason: Option<u16>,
) -> Result<Request<Full<Bytes>>, http::Error> {
    let mut url = call.base.clone();
    url.set_path(call.path);
    let mut query = call.query.clone();
    if let Some(reason) = reason {
        query.push(("retryCount", (attempts - 1).to_string()));
        query.push(("retryReason", reason.to_string()));
    }
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(&query);
    }
    let mut builder = Request::builder()
        .method(call.method.clone())
        .uri(url.as_str())
        .header(ACCEPT, "application/snowflake")
        .header(ACCEPT_ENCODING, "gzip")
        .header(USER_AGENT, concat!("firn/", env!("CARGO_PKG_VERSION")));
    if let Some(token) = call.token {
        let mut value = HeaderValue::try_from(format!("Snowflake Token=\"{}\"", token.expose()))?;
        value.set_sensitive(true);
        builder = builder.header(AUTHORIZATION, value);
    }
    if call.method == Method::POST {
        builder = builder.header(CONTENT_TYPE, "application/json");
    }
    builder.body(Full::new(call.body.clone()))
}

async fn read(
    response: Response<Incoming>,
    mut whole: Growing,
    limit_bytes: usize,
    attempts: u32,
) -> Result<Bytes, UpstreamError> {
    let packed = response
        .headers()
        .get(CONTENT_ENCODING)
        .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"gzip"));
    let mut body = response.into_body();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| UpstreamError::Unreachable {
            attempts,
            detail: root_cause(&error),
        })?;
        if let Ok(data) = frame.into_data() {
            if whole.len() + data.len() > limit_bytes {
                return Err(UpstreamError::TooLarge { limit_bytes });
            }
            whole
                .push(&data)
                .await
                .map_err(|NoRoom| UpstreamError::NoRoom)?;
        }
    }
    if packed {
        return unpack(whole, limit_bytes)
            .await
            .map_err(|error| match error {
                BodyError::TooLarge { limit_bytes, .. } => UpstreamError::TooLarge { limit_bytes },
                BodyError::Busy => UpstreamError::NoRoom,
                _ => UpstreamError::NotAnAnswer {
                    detail: "the reply is not valid gzip",
                },
            });
    }
    Ok(whole.freeze())
}

/// The innermost error: the outer ones of hyper only say "client error".
pub(super) fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

fn roots(extra: &[CertificateDer<'static>]) -> Result<rustls::RootCertStore, ClientError> {
    let mut store = rustls::RootCertStore::empty();
    let native = rustls_native_certs::load_native_certs();
    for error in &native.errors {
        tracing::warn!(%error, "a system root certificate cannot be read");
    }
    store.add_parsable_certificates(native.certs);
    for certificate in extra {
        store.add(certificate.clone())?;
    }
    Ok(store)
}

/// The certificates of the file, at least one.
fn extra(file: Option<&Path>) -> Result<Vec<CertificateDer<'static>>, ClientError> {
    let Some(path) = file else {
        return Ok(Vec::new());
    };
    let broken = |detail: String| ClientError::Roots {
        path: path.to_owned(),
        detail,
    };
    let certificates = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| broken(error.to_string()))?;
    if certificates.is_empty() {
        return Err(broken("no certificate in it".to_owned()));
    }
    Ok(certificates)
}
