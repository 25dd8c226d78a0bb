//! An issuer in this process: a discovery document, a key set, and a hand that signs whatever a test wants.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{
    CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey,
};
use openidconnect::{JsonWebKeyId, PrivateSigningKey};
use parking_lot::Mutex;
use rcgen::SigningKey as _;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Keys made for these tests alone.
const RSA_A: &str = include_str!("../testdata/test_only_rsa_a.pem");
const RSA_B: &str = include_str!("../testdata/test_only_rsa_b.pem");
const ED: &str = include_str!("../testdata/test_only_ed25519.pem");

/// A key that signs, and its public form.
pub enum Key {
    Rsa(CoreRsaPrivateSigningKey),
    Ed(CoreEdDsaPrivateSigningKey),
    Ec(String, rcgen::KeyPair),
}

impl Key {
    pub fn rsa_a(id: &str) -> Self {
        Self::Rsa(
            CoreRsaPrivateSigningKey::from_pem(RSA_A, Some(JsonWebKeyId::new(id.into()))).unwrap(),
        )
    }

    pub fn rsa_b(id: &str) -> Self {
        Self::Rsa(
            CoreRsaPrivateSigningKey::from_pem(RSA_B, Some(JsonWebKeyId::new(id.into()))).unwrap(),
        )
    }

    pub fn ed(id: &str) -> Self {
        let id = Some(JsonWebKeyId::new(id.into()));
        Self::Ed(CoreEdDsaPrivateSigningKey::from_ed25519_pem(ED, id).unwrap())
    }

    pub fn ec(id: &str) -> Self {
        let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
        Self::Ec(id.to_owned(), pair)
    }

    pub fn public(&self) -> Value {
        match self {
            Self::Rsa(key) => serde_json::to_value(key.as_verification_key()).unwrap(),
            Self::Ed(key) => serde_json::to_value(key.as_verification_key()).unwrap(),
            Self::Ec(id, pair) => {
                let point = pair.public_key_raw();
                json!({
                    "kty": "EC", "crv": "P-256", "use": "sig", "kid": id,
                    "x": URL_SAFE_NO_PAD.encode(&point[1..33]),
                    "y": URL_SAFE_NO_PAD.encode(&point[33..65]),
                })
            }
        }
    }

    /// A token of this header and these claims, signed by this key whatever the header says.
    pub fn token(&self, header: &Value, claims: &Value) -> String {
        let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let message = signed.as_bytes();
        let signature = match self {
            Self::Rsa(key) => {
                let algorithm = match header["alg"].as_str() {
                    Some("PS256") => CoreJwsSigningAlgorithm::RsaSsaPssSha256,
                    _ => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
                };
                key.sign(&algorithm, message).unwrap()
            }
            Self::Ed(key) => key.sign(&CoreJwsSigningAlgorithm::EdDsa, message).unwrap(),
            Self::Ec(_, pair) => raw_signature(&pair.sign(message).unwrap()),
        };
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// JWS wants r and s side by side (RFC 7518 §3.4), not as ASN.1.
fn raw_signature(der: &[u8]) -> Vec<u8> {
    let mut at = 2;
    let mut raw = Vec::new();
    for _ in 0..2 {
        let length = usize::from(der[at + 1]);
        let number = &der[at + 2..at + 2 + length];
        let number: Vec<u8> = number
            .iter()
            .copied()
            .skip_while(|byte| *byte == 0)
            .collect();
        raw.extend(std::iter::repeat_n(0, 32 - number.len()));
        raw.extend(number);
        at += 2 + length;
    }
    raw
}

/// Serves discovery and keys on loopback until dropped with its runtime.
pub struct Issuer {
    pub url: String,
    keys: Arc<Mutex<Value>>,
    broken: Arc<Mutex<Option<&'static str>>>,
    fetches: Arc<AtomicUsize>,
}

impl Issuer {
    pub async fn start(keys: &[&Key]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            keys: Arc::new(Mutex::new(Value::Null)),
            broken: Arc::default(),
            fetches: Arc::default(),
        };
        issuer.publish(keys);
        let (url, set) = (issuer.url.clone(), issuer.keys.clone());
        let (broken, fetches) = (issuer.broken.clone(), issuer.fetches.clone());
        tokio::task::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = [0; 4096];
                let read = stream.read(&mut request).await.unwrap_or(0);
                let request = String::from_utf8_lossy(&request[..read]).into_owned();
                let body = if request.starts_with("GET /.well-known/openid-configuration ") {
                    json!({"issuer": url, "jwks_uri": format!("{url}/keys")}).to_string()
                } else {
                    fetches.fetch_add(1, Ordering::SeqCst);
                    set.lock().to_string()
                };
                let broken = *broken.lock();
                let answer = match broken {
                    Some(answer) => answer.to_owned(),
                    None => format!(
                        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                        body.len()
                    ),
                };
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        issuer
    }

    pub fn publish(&self, keys: &[&Key]) {
        let keys: Vec<Value> = keys.iter().map(|key| key.public()).collect();
        *self.keys.lock() = json!({"keys": keys});
    }

    /// Answers everything with this from now on; none mends it.
    pub fn break_with(&self, answer: Option<&'static str>) {
        *self.broken.lock() = answer;
    }

    pub fn fetches(&self) -> usize {
        self.fetches.load(Ordering::SeqCst)
    }
}
