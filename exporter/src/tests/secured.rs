//! HTTPS with an authority of one's own, client certificates, and proxies, for sinks over HTTP.

use std::path::Path;
use std::sync::Arc;

use parking_lot::Mutex;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::contract::{records, sink};
use crate::sink::{Receipt, SendError, Sink};

const ANSWER: &[u8] = b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// An authority, a receiver's certificate for `localhost`, and a client's, in files called `NAME-ca.pem` and so on.
fn certify(folder: &Path, name: &str) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let write = |what: &str, text: String| {
        std::fs::write(folder.join(format!("{name}-{what}")), text).unwrap();
    };
    write("ca.pem", authority.pem());
    for (who, names) in [("server", "localhost"), ("client", "exporter")] {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![names.to_owned()]).unwrap();
        let signed = params.signed_by(&key, &authority).unwrap();
        write(&format!("{who}.pem"), signed.pem());
        write(&format!("{who}.key"), key.serialize_pem());
    }
}

/// TLS of a receiver that `NAME-ca.pem` vouches for; `clients` says that it takes nobody without a certificate of that authority.
fn acceptor(folder: &Path, name: &str, clients: bool) -> TlsAcceptor {
    let path = |what: &str| folder.join(format!("{name}-{what}"));
    let chain = CertificateDer::pem_file_iter(path("server.pem")).unwrap();
    let chain = chain.map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_file(path("server.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider));
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    let builder = if clients {
        let mut roots = RootCertStore::empty();
        let authority = CertificateDer::from_pem_file(path("ca.pem")).unwrap();
        roots.add(authority).unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        builder.with_client_cert_verifier(verifier.build().unwrap())
    } else {
        builder.with_no_client_auth()
    };
    TlsAcceptor::from(Arc::new(builder.with_single_cert(chain, key).unwrap()))
}

/// Bodies that a receiver took, behind TLS or not; its port.
async fn receiver(tls: Option<TlsAcceptor>) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let got = Arc::<Mutex<Vec<String>>>::default();
    let kept = Arc::clone(&got);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (tls, kept) = (tls.clone(), Arc::clone(&kept));
            tokio::spawn(async move {
                match tls {
                    None => answer(stream, &kept).await,
                    Some(tls) => {
                        // Whoever is not let in gets no further.
                        if let Ok(stream) = tls.accept(stream).await {
                            answer(stream, &kept).await;
                        }
                    }
                }
            });
        }
    });
    (port, got)
}

/// One request; a body is said by its length.
async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, got: &Mutex<Vec<String>>) {
    let mut said = Vec::new();
    let whole = |said: &[u8]| {
        let text = String::from_utf8_lossy(said).into_owned();
        let (head, body) = text.split_once("\r\n\r\n")?;
        let (_, length) = head.split_once("content-length: ")?;
        let length: usize = length.lines().next()?.parse().ok()?;
        (body.len() >= length).then(|| text.clone())
    };
    loop {
        let mut piece = [0; 4096];
        let Ok(read @ 1..) = stream.read(&mut piece).await else {
            return;
        };
        said.extend_from_slice(&piece[..read]);
        if let Some(text) = whole(&said) {
            got.lock().push(text);
            break;
        }
    }
    let _ = stream.write_all(ANSWER).await;
    let _ = stream.shutdown().await;
}

/// A proxy: tunnels where it is asked to CONNECT, else passes the request to whom it names. What it was asked for; its port.
async fn proxy() -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = Arc::<Mutex<Vec<String>>>::default();
    let kept = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(pass(stream, Arc::clone(&kept)));
        }
    });
    (port, asked)
}

async fn pass(mut client: TcpStream, asked: Arc<Mutex<Vec<String>>>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = client.read_u8().await else {
            return;
        };
        head.push(byte);
    }
    let text = String::from_utf8_lossy(&head).into_owned();
    let line = text.lines().next().unwrap().to_owned();
    asked.lock().push(line.clone());
    let whom = line.split(' ').nth(1).unwrap();
    let whom = whom.trim_start_matches("http://");
    let (whom, _) = whom.split_once('/').unwrap_or((whom, ""));
    let whom = whom.replace("localhost", "127.0.0.1");
    let mut receiver = TcpStream::connect(whom).await.unwrap();
    if line.starts_with("CONNECT ") {
        let opened = b"HTTP/1.1 200 Connection established\r\n\r\n";
        client.write_all(opened).await.unwrap();
    } else {
        receiver.write_all(&head).await.unwrap();
    }
    let _ = tokio::io::copy_bidirectional(&mut client, &mut receiver).await;
}

fn hook(folder: &Path, url: &str, more: &str) -> Arc<dyn Sink> {
    let key = folder.join("key");
    std::fs::write(&key, "a key of more than twenty-four bytes").unwrap();
    sink(&format!(
        "[[sink]]\nname = 'hook'\ntimeout = '5s'\n{more}\nto.webhook = {{ url = '{url}', secret.file = '{}' }}\n",
        key.display()
    ))
}

fn is_taken(sent: &Result<Receipt, SendError>) -> bool {
    sent.as_ref()
        .is_ok_and(|receipt| *receipt == Receipt::default())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_is_known_by_its_authority_and_knows_the_exporter_by_its_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    certify(folder, "own");
    certify(folder, "other");
    let file = |name: &str| folder.join(name).display().to_string();
    let trust = |ca: &str| format!("tls.ca = '{}'", file(ca));
    let client = |name: &str| {
        let (cert, key) = (
            file(&format!("{name}-client.pem")),
            file(&format!("{name}-client.key")),
        );
        format!(
            "{}\ntls.cert = '{cert}'\ntls.key = '{key}'",
            trust("own-ca.pem")
        )
    };
    let batch = records(3, 10);
    for (clients, more, good) in [
        (false, trust("own-ca.pem"), true),
        (false, trust("other-ca.pem"), false),
        (false, String::new(), false),
        (true, client("own"), true),
        (true, client("other"), false),
        (true, trust("own-ca.pem"), false),
    ] {
        let (port, got) = receiver(Some(acceptor(folder, "own", clients))).await;
        let sink = hook(folder, &format!("https://localhost:{port}/"), &more);
        let sent = sink.send(&batch).await;
        assert_eq!(is_taken(&sent), good, "{clients} {more}: {sent:?}");
        assert_eq!(got.lock().len(), usize::from(good), "{clients} {more}");
        // Whom it does not know, or who does not know it, is no fault of the batch.
        assert!(
            good || matches!(sent, Err(SendError::Later { .. })),
            "{sent:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_go_through_the_proxy_that_is_configured() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    certify(folder, "own");
    let batch = records(3, 10);
    for secured in [false, true] {
        let tls = secured.then(|| acceptor(folder, "own", false));
        let (port, got) = receiver(tls).await;
        let (through, asked) = proxy().await;
        let scheme = if secured { "https" } else { "http" };
        let url = format!("{scheme}://localhost:{port}/hook");
        let more = format!(
            "proxy = 'http://127.0.0.1:{through}'\ntls.ca = '{}'",
            folder.join("own-ca.pem").display()
        );
        let sent = hook(folder, &url, &more).send(&batch).await;
        assert!(is_taken(&sent), "{sent:?}");
        let expected = if secured {
            format!("CONNECT localhost:{port} HTTP/1.1")
        } else {
            format!("POST {url} HTTP/1.1")
        };
        assert_eq!(*asked.lock(), [expected]);
        assert_eq!(got.lock().len(), 1);
        // A proxy that is away is a sink that is away.
        let more = more.replace(&through.to_string(), "9");
        let sent = hook(folder, &url, &more).send(&batch).await;
        assert!(matches!(sent, Err(SendError::Later { .. })), "{sent:?}");
    }
}
