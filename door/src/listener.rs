//! Sockets: TLS or loopback plain, HTTP/1.1 and HTTP/2, drained on the way out.
//!
//! Enters: connections. Leaves: requests with where they came from, to whoever answers them: a gateway's service, and the
//! API that the binary puts together. Never here: what a request says.

mod patient;
mod prompt;

use std::convert::Infallible;
use std::error::Error;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use event::Source;
use http::header::{CONNECTION, HeaderValue};
use hyper::body::{Body, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response, Version};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use parking_lot::RwLock;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde::Deserialize;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::patient::Patient;
use self::prompt::Prompt;
use crate::limits::{
    ACCEPT_PAUSE, CONNECTIONS_MAX, DRAIN_TIMEOUT, HANDSHAKE_TIMEOUT, HEADER_TIMEOUT,
};

/// Certificate chain and private key, PEM files.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The chain.
    pub cert: PathBuf,
    /// The key.
    pub key: PathBuf,
}

/// Why the listener does not come up.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The address is taken or not ours.
    #[error("cannot listen on {address}: {source}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the system or the library said.
        source: io::Error,
    },
    /// Certificate or key cannot be read.
    #[error("{path} cannot be read as PEM: {detail}")]
    Pem {
        /// The file.
        path: PathBuf,
        /// In words, for whoever mends it.
        detail: String,
    },
    /// Certificate and key do not go together.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
}

/// A certificate with its key, read and found to go together.
#[derive(Clone)]
pub struct Certificate {
    chain: Vec<CertificateDer<'static>>,
    acceptor: TlsAcceptor,
}

impl Certificate {
    /// Reads certificate and key.
    pub fn read(tls: &Tls) -> Result<Self, ListenError> {
        let chain = CertificateDer::pem_file_iter(&tls.cert)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| pem(&tls.cert, &error))?;
        if chain.is_empty() {
            return Err(ListenError::Pem {
                path: tls.cert.clone(),
                detail: "it holds no certificate".to_owned(),
            });
        }
        let key = PrivateKeyDer::from_pem_file(&tls.key).map_err(|error| pem(&tls.key, &error))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain.clone(), key)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        Ok(Self { chain, acceptor })
    }
}

/// Gives a listener that speaks TLS another certificate: connections that come from then on see it. Cheap to clone.
#[derive(Clone)]
pub struct CertificateHandle(Arc<RwLock<Option<Certificate>>>);

impl CertificateHandle {
    /// Another certificate from now on. A listener that speaks none does not begin to.
    pub fn put(&self, certificate: Certificate) {
        let mut shown = self.0.write();
        if shown.is_some() {
            *shown = Some(certificate);
        }
    }

    fn get(&self) -> Option<TlsAcceptor> {
        self.0.read().as_ref().map(|shown| shown.acceptor.clone())
    }

    /// Whether the listener speaks TLS, and shows another certificate than this.
    pub fn differs(&self, certificate: &Certificate) -> bool {
        let shown = self.0.read();
        shown
            .as_ref()
            .is_some_and(|shown| shown.chain != certificate.chain)
    }
}

/// A bound socket, ready to serve.
pub struct Listener {
    socket: TcpListener,
    tls: CertificateHandle,
    address: SocketAddr,
    leaving: CancellationToken,
    connections_max: usize,
}

impl Listener {
    /// Binds, and reads certificate and key.
    pub async fn bind(address: SocketAddr, tls: Option<&Tls>) -> Result<Self, ListenError> {
        let bind_error = |source| ListenError::Bind { address, source };
        let tls = tls.map(Certificate::read).transpose()?;
        let tls = CertificateHandle(Arc::new(RwLock::new(tls)));
        let socket = TcpListener::bind(address).await.map_err(bind_error)?;
        let address = socket.local_addr().map_err(bind_error)?;
        Ok(Self {
            socket,
            tls,
            address,
            leaving: CancellationToken::new(),
            connections_max: CONNECTIONS_MAX,
        })
    }

    /// From `leaving` on each answer over HTTP/1 says that its connection closes: clients come back by another one, which a balancer gives to
    /// somebody else, and none writes to a connection that ends that moment (RFC 9112 §9.6).
    pub fn leaves_by(&mut self, leaving: CancellationToken) {
        self.leaving = leaving;
    }

    /// The bound address.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether it speaks TLS.
    pub fn is_tls(&self) -> bool {
        self.tls.get().is_some()
    }

    /// The way to another certificate while it serves.
    pub fn certificate(&self) -> CertificateHandle {
        self.tls.clone()
    }

    /// Gives each request to `answer` until `shutdown`, then lets those in flight finish for [`DRAIN_TIMEOUT`].
    pub async fn run<A, F, B>(self, answer: A, shutdown: CancellationToken)
    where
        A: Fn(Source, Request<Incoming>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Response<B>> + Send + 'static,
        B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
    {
        let leaving = self.leaving;
        let answer = move |source, request: Request<Incoming>| {
            let (version, leaving) = (request.version(), leaving.clone());
            let answered = answer(source, request);
            async move {
                let mut answer = answered.await;
                if leaving.is_cancelled() && version < Version::HTTP_2 {
                    let close = HeaderValue::from_static("close");
                    answer.headers_mut().insert(CONNECTION, close);
                }
                answer
            }
        };
        let graceful = GracefulShutdown::new();
        let room = Arc::new(Semaphore::new(self.connections_max));
        let (connections, cut) = (TaskTracker::new(), CancellationToken::new());
        loop {
            let permit = tokio::select! {
                permit = Arc::clone(&room).acquire_owned() => permit,
                () = shutdown.cancelled() => break,
            };
            let Ok(permit) = permit else { break };
            let accepted = tokio::select! {
                accepted = self.socket.accept() => accepted,
                () = shutdown.cancelled() => break,
            };
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, mostly: others must end first.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            };
            let (answer, watcher) = (answer.clone(), graceful.watcher());
            let tls = self.tls.get();
            connections.spawn(cut.clone().run_until_cancelled_owned(async move {
                greet(answer, watcher, tls, stream, peer).await;
                drop(permit);
            }));
        }
        drop(self.socket);
        if tokio::time::timeout(DRAIN_TIMEOUT, graceful.shutdown())
            .await
            .is_err()
        {
            tracing::warn!("requests still in flight after the drain time were cut off");
            cut.cancel();
        }
        connections.close();
        connections.wait().await;
    }
}

async fn greet<A, F, B>(
    answer: A,
    watcher: Watcher,
    tls: Option<TlsAcceptor>,
    stream: TcpStream,
    peer: SocketAddr,
) where
    A: Fn(Source, Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    // Small answers should not wait for more.
    let _ = stream.set_nodelay(true);
    let ip = peer.ip().to_canonical().to_string();
    let stream = Patient::new(stream);
    let Some(acceptor) = tls else {
        return speak(answer, watcher, stream, Source { ip, tls: None }).await;
    };
    match tokio::time::timeout(HANDSHAKE_TIMEOUT, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => {
            let (_, connection) = stream.get_ref();
            let version = connection
                .protocol_version()
                .map(|version| format!("{version:?}"));
            let suite = connection
                .negotiated_cipher_suite()
                .map(|suite| format!("{:?}", suite.suite()));
            let tls = version
                .zip(suite)
                .map(|(version, suite)| format!("{version} {suite}"));
            speak(answer, watcher, stream, Source { ip, tls }).await;
        }
        Ok(Err(error)) => tracing::debug!(%ip, %error, "a TLS handshake failed"),
        Err(_) => tracing::debug!(%ip, "a TLS handshake took too long"),
    }
}

async fn speak<S, A, F, B>(answer: A, watcher: Watcher, stream: S, source: Source)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    A: Fn(Source, Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(HEADER_TIMEOUT);
    let service = service_fn(move |request| {
        let answered = answer(source.clone(), request);
        async move { Ok::<_, Infallible>(answered.await) }
    });
    // Its own time for headers begins when it knows what the peer speaks.
    let stream = TokioIo::new(Prompt::new(stream));
    let connection = builder.serve_connection(stream, service);
    let connection = watcher.watch(connection.into_owned());
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection ended in an error");
    }
}

fn pem(path: &Path, error: &rustls_pki_types::pem::Error) -> ListenError {
    ListenError::Pem {
        path: path.to_owned(),
        detail: error.to_string(),
    }
}

#[cfg(test)]
mod tests;
