//! Load balancers: one whose requests go to the next backend each, whatever connection they came on, and one that passes connections on.
//!
//! Enters: backends. Leaves: an address. Never here: retries of requests; a dead backend answers 503 as a real balancer's would.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::{TcpListener, TcpStream};

/// A running balancer; it ends with its runtime.
pub struct Balancer {
    _runtime: tokio::runtime::Runtime,
    /// Where drivers connect.
    pub address: SocketAddr,
    served: Arc<Vec<AtomicUsize>>,
}

impl Balancer {
    /// Spreads requests over `backends` in turn.
    pub fn over(backends: &[u16]) -> Self {
        Self::spreading(backends, serve)
    }

    /// Spreads connections over `backends` in turn, past those that take none.
    pub fn of_connections(backends: &[u16]) -> Self {
        Self::spreading(backends, pass_on)
    }

    fn spreading<W>(
        backends: &[u16],
        work: impl FnOnce(TcpListener, Vec<u16>, Arc<Vec<AtomicUsize>>) -> W,
    ) -> Self
    where
        W: Future<Output = ()> + Send + 'static,
    {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("runtime");
        let listener = runtime
            .block_on(TcpListener::bind("127.0.0.1:0"))
            .expect("listener");
        let address = listener.local_addr().expect("address");
        let served: Arc<Vec<AtomicUsize>> =
            Arc::new(backends.iter().map(|_| AtomicUsize::new(0)).collect());
        runtime.spawn(work(listener, backends.to_vec(), served.clone()));
        Self {
            _runtime: runtime,
            address,
            served,
        }
    }

    /// Requests, or connections, each backend got.
    pub fn served(&self) -> Vec<usize> {
        self.served
            .iter()
            .map(|count| count.load(Ordering::Relaxed))
            .collect()
    }
}

async fn serve(listener: TcpListener, backends: Vec<u16>, served: Arc<Vec<AtomicUsize>>) {
    let client: Client<_, Incoming> = Client::builder(TokioExecutor::new()).build_http();
    let turn = Arc::new(AtomicUsize::new(0));
    while let Ok((stream, _)) = listener.accept().await {
        let (client, backends, served, turn) = (
            client.clone(),
            backends.clone(),
            served.clone(),
            turn.clone(),
        );
        let service = service_fn(move |mut request: Request<Incoming>| {
            let which = turn.fetch_add(1, Ordering::Relaxed) % backends.len();
            served[which].fetch_add(1, Ordering::Relaxed);
            let path = request
                .uri()
                .path_and_query()
                .map_or("/", |path| path.as_str())
                .to_owned();
            *request.uri_mut() = format!("http://127.0.0.1:{}{path}", backends[which])
                .parse()
                .expect("uri");
            let client = client.clone();
            async move {
                match client.request(request).await {
                    Ok(answer) => Ok(answer.map(BodyExt::boxed)),
                    Err(_) => Response::builder()
                        .status(StatusCode::SERVICE_UNAVAILABLE)
                        .body(
                            Full::new(Bytes::new())
                                .map_err(|never| match never {})
                                .boxed(),
                        ),
                }
            }
        });
        tokio::spawn(
            hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service),
        );
    }
}

async fn pass_on(listener: TcpListener, backends: Vec<u16>, served: Arc<Vec<AtomicUsize>>) {
    let mut turn = 0;
    while let Ok((mut near, _)) = listener.accept().await {
        turn += 1;
        let (backends, served) = (backends.clone(), served.clone());
        tokio::spawn(async move {
            for next in 0..backends.len() {
                let which = (turn + next) % backends.len();
                let Ok(mut far) = TcpStream::connect(("127.0.0.1", backends[which])).await else {
                    continue;
                };
                served[which].fetch_add(1, Ordering::Relaxed);
                // Either end may go away.
                let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
                return;
            }
        });
    }
}
