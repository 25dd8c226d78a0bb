//! Sockets on loopback: what a connection hears when the listener stops, and what TLS files are refused.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::Semaphore;

use super::*;

/// A bound on hanging, not on speed.
const AT_MOST: Duration = Duration::from_secs(60);

async fn listener() -> Listener {
    Listener::bind(SocketAddr::from(([127, 0, 0, 1], 0)), None)
        .await
        .unwrap()
}

async fn ask(stream: &mut TcpStream) {
    let request = b"GET / HTTP/1.1\r\nhost: firn\r\n\r\n";
    stream.write_all(request).await.unwrap();
}

/// What the server says until it closes, or until `enough` was said.
async fn hear(stream: &mut TcpStream, enough: Option<&str>) -> String {
    let mut said = String::new();
    let listen = async {
        let mut some = [0; 1024];
        while !enough.is_some_and(|enough| said.ends_with(enough)) {
            let count = stream.read(&mut some).await.unwrap();
            if count == 0 {
                return;
            }
            said.push_str(&String::from_utf8_lossy(&some[..count]));
        }
    };
    tokio::time::timeout(AT_MOST, listen).await.unwrap();
    said
}

#[tokio::test]
async fn stopping_closes_idle_connections_and_finishes_what_runs() {
    let listener = listener().await;
    let address = listener.address();
    let (arrived, gate) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(1)));
    let stop = CancellationToken::new();
    let answer = {
        let (arrived, gate) = (Arc::clone(&arrived), Arc::clone(&gate));
        move |_: Source, _: Request<Incoming>| {
            let (arrived, gate) = (Arc::clone(&arrived), Arc::clone(&gate));
            async move {
                arrived.add_permits(1);
                gate.acquire().await.unwrap().forget();
                Response::new(Full::new(Bytes::from_static(b"done")))
            }
        }
    };
    let served = tokio::spawn(listener.run(answer, stop.clone()));
    let mut idle = TcpStream::connect(address).await.unwrap();
    ask(&mut idle).await;
    assert!(
        hear(&mut idle, Some("done"))
            .await
            .starts_with("HTTP/1.1 200")
    );
    arrived.acquire().await.unwrap().forget();
    let mut busy = TcpStream::connect(address).await.unwrap();
    ask(&mut busy).await;
    arrived.acquire().await.unwrap().forget();

    stop.cancel();
    assert_eq!(
        hear(&mut idle, None).await,
        "",
        "an idle connection is closed"
    );
    gate.add_permits(1);
    let said = hear(&mut busy, None).await;
    assert!(said.ends_with("done"), "what runs is finished: {said}");
    tokio::time::timeout(AT_MOST, served)
        .await
        .unwrap()
        .unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn stopping_ends_a_listener_that_has_all_the_connections_it_takes() {
    let mut listener = listener().await;
    listener.connections_max = 1;
    let address = listener.address();
    let stop = CancellationToken::new();
    let answer = |_: Source, _: Request<Incoming>| async {
        Response::new(Full::new(Bytes::from_static(b"done")))
    };
    let served = tokio::spawn(listener.run(answer, stop.clone()));
    let mut only = TcpStream::connect(address).await.unwrap();
    ask(&mut only).await;
    assert!(hear(&mut only, Some("done")).await.ends_with("done"));
    stop.cancel();
    assert_eq!(hear(&mut only, None).await, "");
    tokio::time::timeout(AT_MOST, served)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn files_that_are_no_certificate_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let (cert, key) = (folder.path().join("tls.crt"), folder.path().join("tls.key"));
    let bind = async || {
        let tls = Tls {
            cert: cert.clone(),
            key: key.clone(),
        };
        Listener::bind(SocketAddr::from(([127, 0, 0, 1], 0)), Some(&tls))
            .await
            .map(|_| ())
            .unwrap_err()
            .to_string()
    };
    assert!(bind().await.contains("tls.crt"));
    std::fs::write(&cert, "no PEM").unwrap();
    assert!(bind().await.contains("tls.crt"));
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    std::fs::write(&cert, made.cert.pem()).unwrap();
    assert!(bind().await.contains("tls.key"));
}
