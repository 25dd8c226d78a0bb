//! A development identity provider: for the first run and the demo, on loopback only, with its own throw-away key.
//!
//! Enters: a data folder. Leaves: an OIDC discovery document, a key set, and tokens for whoever can read the folder, or fill in the form
//! on this machine. Never here: production. It binds to loopback alone, and every token says `firn-development` in its issuer.

mod form;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use axum::Json;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use event::TimeNs;
use journal::clock::Clock;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::config::ConsoleConfig;

/// The audience of development tokens.
pub const AUDIENCE: &str = "firn";
/// How long a development token is good, seconds.
const TOKEN_LIFETIME_S: i64 = 12 * 60 * 60;
const KEY_FILE: &str = "development-issuer.pk8";
const KEY_ID: &str = "firn-development-1";

/// Why the development issuer does not start.
#[derive(Debug, thiserror::Error)]
pub enum IssuerError {
    /// It would be reachable from elsewhere.
    #[error(
        "the development issuer binds to loopback only, not to {0}; use a real identity provider there"
    )]
    NotLoopback(SocketAddr),
    /// Its key cannot be read or written.
    #[error("the development key {path} cannot be used: {detail}")]
    Key {
        /// The key file.
        path: PathBuf,
        /// What went wrong.
        detail: String,
    },
    /// The port is taken.
    #[error("the development issuer cannot listen on {address}: {source}")]
    Listen {
        /// The socket address.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
}

/// Whom a development token speaks of.
#[derive(Clone, Debug, Default)]
pub struct Claims {
    /// `sub`, also the display name.
    pub subject: String,
    /// `groups`.
    pub groups: Vec<String>,
    /// `agent`: the program that acts.
    pub agent: Option<String>,
    /// `on_behalf_of`: the human behind it.
    pub on_behalf_of: Option<String>,
    /// `nonce`, as the sign-in that asked for it said.
    pub nonce: Option<String>,
}

/// Signs development tokens with the key of one data folder.
pub struct Issuer {
    key: EcdsaKeyPair,
    random: SystemRandom,
    url: String,
}

impl Issuer {
    /// The issuer of `folder`, whose discovery document is at `address`. Makes the key at first use.
    pub fn open(folder: &Path, address: SocketAddr) -> Result<Self, IssuerError> {
        if !address.ip().is_loopback() {
            return Err(IssuerError::NotLoopback(address));
        }
        let path = folder.join(KEY_FILE);
        let failed = |detail: String| IssuerError::Key {
            path: path.clone(),
            detail,
        };
        let random = SystemRandom::new();
        if !path.exists() {
            let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)
                .map_err(|error| failed(error.to_string()))?;
            std::fs::create_dir_all(folder).map_err(|error| failed(error.to_string()))?;
            write_private(&path, made.as_ref()).map_err(|error| failed(error.to_string()))?;
        }
        let bytes = zeroize::Zeroizing::new(
            std::fs::read(&path).map_err(|error| failed(error.to_string()))?,
        );
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &bytes, &random)
            .map_err(|error| failed(error.to_string()))?;
        let url = format!("http://{address}/firn-development");
        Ok(Self { key, random, url })
    }

    /// The issuer's URL, as in `iss`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How people sign in here to the API at `url`.
    pub fn console(&self, url: &str) -> Result<ConsoleConfig, serde_json::Error> {
        serde_json::from_value(json!({"url": url, "issuer": self.url, "client_id": AUDIENCE}))
    }

    /// A token for `claims`, good from `now` on.
    pub fn token(&self, claims: &Claims, now: TimeNs) -> Result<String, IssuerError> {
        let issued = now.0 / 1_000_000_000;
        let header = json!({"alg": "ES256", "typ": "JWT", "kid": KEY_ID});
        let mut body = json!({
            "iss": self.url, "aud": AUDIENCE, "sub": claims.subject, "name": claims.subject,
            "groups": claims.groups, "iat": issued, "nbf": issued, "exp": issued + TOKEN_LIFETIME_S,
        });
        for (name, value) in [
            ("agent", &claims.agent),
            ("on_behalf_of", &claims.on_behalf_of),
            ("nonce", &claims.nonce),
        ] {
            if let (Some(value), Value::Object(map)) = (value, &mut body) {
                map.insert(name.to_owned(), Value::String(value.clone()));
            }
        }
        let signed = format!(
            "{}.{}",
            BASE64URL.encode(header.to_string()),
            BASE64URL.encode(body.to_string())
        );
        let signature = self
            .key
            .sign(&self.random, signed.as_bytes())
            .map_err(|error| IssuerError::Key {
                path: KEY_FILE.into(),
                detail: error.to_string(),
            })?;
        Ok(format!("{signed}.{}", BASE64URL.encode(signature.as_ref())))
    }

    fn discovery(&self) -> Value {
        json!({
            "issuer": self.url,
            "authorization_endpoint": format!("{}/authorize", self.url),
            "jwks_uri": format!("{}/jwks", self.url),
            "token_endpoint": format!("{}/token", self.url),
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
        })
    }

    fn jwks(&self) -> Value {
        // An uncompressed point: 0x04, 32 bytes x, 32 bytes y (SEC 1 §2.3.3).
        let point = self.key.public_key().as_ref();
        let coordinate = |range| BASE64URL.encode(point.get(range).unwrap_or_default());
        json!({"keys": [{
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": KEY_ID,
            "x": coordinate(1..33), "y": coordinate(33..65),
        }]})
    }
}

/// Serves the discovery document, the key set and the form until `shutdown`; codes are made of `random`, and end by `clock`.
pub async fn serve(
    issuer: std::sync::Arc<Issuer>,
    address: SocketAddr,
    clock: std::sync::Arc<dyn Clock>,
    random: fn() -> [u8; 32],
    shutdown: CancellationToken,
) -> Result<(), IssuerError> {
    let listener = TcpListener::bind(address)
        .await
        .map_err(|source| IssuerError::Listen { address, source })?;
    let router = Router::new()
        .route(
            "/firn-development/.well-known/openid-configuration",
            get(|State(issuer): State<std::sync::Arc<Issuer>>| async move {
                Json(issuer.discovery())
            }),
        )
        .route(
            "/firn-development/jwks",
            get(|State(issuer): State<std::sync::Arc<Issuer>>| async move { Json(issuer.jwks()) }),
        )
        .with_state(issuer.clone())
        .merge(form::router(issuer, clock, random))
        .layer(from_fn(near));
    axum::serve(listener, router)
        .with_graceful_shutdown(shutdown.cancelled_owned())
        .await
        .map_err(|source| IssuerError::Listen { address, source })
}

/// Answers only who names this machine: a name that somebody else's DNS points here is not it.
async fn near(request: Request, next: Next) -> Response {
    let host = request
        .headers()
        .get(HOST)
        .and_then(|host| host.to_str().ok());
    let name = host.map(|host| host.rsplit_once(':').map_or(host, |(name, _)| name));
    let loopback = |name: &str| name.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback());
    if name.is_some_and(|name| matches!(name, "localhost" | "[::1]") || loopback(name)) {
        return next.run(request).await;
    }
    let why = "the development issuer answers on this machine's own address only";
    (StatusCode::MISDIRECTED_REQUEST, why).into_response()
}

/// Writes a file that only its owner may read.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
