//! Bearer tokens of OAuth 2.0 for services that act for nobody: got when needed, kept until shortly before they end.
//!
//! Enters: a client's secret, or a service account's key. Leaves: a token, wiped when dropped. Never here: a secret in an error or a log
//! line, a token sent to where it is not for.
//!
//! The protocol: RFC 6749, 4.4 (client credentials; Microsoft Entra's `/oauth2/v2.0/token`), and RFC 7523, 2.1 (JWT bearer; Google,
//! "Using OAuth 2.0 for server to server applications"), signed with RS256.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use event::TimeNs;
use http::StatusCode;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use journal::clock::{Clock as _, SystemClock};
use ring::rand::SystemRandom;
use ring::rsa::KeyPair;
use ring::signature::RSA_PKCS1_SHA256;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Mutex;
use url::Url;
use url::form_urlencoded::Serializer;
use zeroize::Zeroizing;

use super::SendError;
use super::http::{Answer, Client, ask};
use crate::connection::BuildError;
use crate::time::nanos;

/// What a service account says of itself is valid for so long, the most Google takes.
const ASSERTION: Duration = Duration::from_secs(3600);
/// A token is not used in its last minutes: what is sent then could arrive too late.
const SPARE: Duration = Duration::from_secs(120);
const NANOS: i64 = 1_000_000_000;

/// How a token is asked for.
pub enum Grant {
    /// By a client's id and secret.
    Client {
        /// Its id.
        id: String,
        /// Its secret.
        secret: Zeroizing<String>,
        /// What the token is for.
        scope: String,
    },
    /// By a service account's key.
    Account {
        /// Its name.
        email: String,
        /// Its key.
        key: Box<KeyPair>,
        /// What the token is for.
        scope: &'static str,
    },
}

/// A service account's key file, as Google gives it out.
#[derive(Deserialize)]
pub struct AccountKey {
    client_email: String,
    #[serde(deserialize_with = "wiped")]
    private_key: Zeroizing<String>,
    /// Where tokens are asked for.
    pub token_uri: Url,
}

fn wiped<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Zeroizing<String>, D::Error> {
    String::deserialize(from).map(Zeroizing::new)
}

impl AccountKey {
    /// The key in `text`.
    pub fn parse(text: &str) -> Result<Self, BuildError> {
        serde_json::from_str(text).map_err(|error| {
            // The library names a key or a place, not what stands there.
            BuildError::Client(format!(
                "the service account's key is no JSON key file of Google: {error}"
            ))
        })
    }

    /// The grant it makes for `scope`.
    pub fn grant(&self, scope: &'static str) -> Result<Grant, BuildError> {
        let wrong = || {
            BuildError::Client(
                "private_key of the service account is no RSA key in PKCS #8".to_owned(),
            )
        };
        let der =
            PrivateKeyDer::from_pem_slice(self.private_key.as_bytes()).map_err(|_| wrong())?;
        let key = KeyPair::from_pkcs8(der.secret_der()).map_err(|_| wrong())?;
        Ok(Grant::Account {
            email: self.client_email.clone(),
            key: Box::new(key),
            scope,
        })
    }
}

/// The token of one service.
pub struct Tokens {
    client: Client,
    url: Url,
    grant: Grant,
    held: Mutex<Option<Held>>,
}

struct Held {
    token: Zeroizing<String>,
    until: TimeNs,
}

#[derive(Deserialize)]
struct Granted {
    #[serde(deserialize_with = "wiped")]
    access_token: Zeroizing<String>,
    expires_in: u64,
}

impl Tokens {
    /// Asks at `url`, when it must.
    pub fn new(client: Client, url: Url, grant: Grant) -> Self {
        Self {
            client,
            url,
            grant,
            held: Mutex::default(),
        }
    }

    /// Posts JSON to the service with the token; one that is not taken is asked for anew next time.
    pub async fn post_json(&self, url: &Url, body: Vec<u8>) -> Result<Answer, SendError> {
        let authorization = self.authorization().await?;
        let request = self.client.post(url.clone());
        let request = request
            .header(CONTENT_TYPE, "application/json")
            .header(AUTHORIZATION, authorization.as_str());
        let answer = ask(self.client.with_body(request, body)?).await?;
        if answer.status == StatusCode::UNAUTHORIZED {
            *self.held.lock().await = None;
        }
        Ok(answer)
    }

    /// `Bearer …`
    async fn authorization(&self) -> Result<Zeroizing<String>, SendError> {
        let now = SystemClock.now();
        let mut held = self.held.lock().await;
        let token = match held.take().filter(|held| held.until > now) {
            Some(good) => held.insert(good),
            None => held.insert(self.fetch(now).await?),
        };
        Ok(Zeroizing::new(format!("Bearer {}", token.token.as_str())))
    }

    async fn fetch(&self, now: TimeNs) -> Result<Held, SendError> {
        let form = self.grant.form(&self.url, now)?;
        let request = self.client.post(self.url.clone());
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = ask(request.body(form.as_bytes().to_vec())).await?;
        if !answer.status.is_success() {
            return Err(SendError::later(format!(
                "no token: {} answers {}: {}",
                self.url.host_str().unwrap_or_default(),
                answer.status,
                answer.said()
            )));
        }
        let granted: Granted = serde_json::from_slice(&answer.body).map_err(|_| {
            SendError::later("no token: what asks for one is not answered with one".to_owned())
        })?;
        let lasts = Duration::from_secs(granted.expires_in).saturating_sub(SPARE);
        Ok(Held {
            token: granted.access_token,
            until: TimeNs(now.0.saturating_add(nanos(lasts))),
        })
    }
}

impl Grant {
    fn form(&self, url: &Url, now: TimeNs) -> Result<Zeroizing<String>, SendError> {
        let mut form = Serializer::new(String::new());
        match self {
            Self::Client { id, secret, scope } => form
                .append_pair("grant_type", "client_credentials")
                .append_pair("client_id", id)
                .append_pair("client_secret", secret)
                .append_pair("scope", scope),
            Self::Account { email, key, scope } => {
                let now = now.0.div_euclid(NANOS);
                let until = now.saturating_add_unsigned(ASSERTION.as_secs());
                let claims =
                    json!({"iss": email, "scope": scope, "aud": url, "iat": now, "exp": until});
                form.append_pair("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer")
                    .append_pair("assertion", &signed(key, &claims)?)
            }
        };
        Ok(Zeroizing::new(form.finish()))
    }
}

/// A JWT that says `claims`.
fn signed(key: &KeyPair, claims: &serde_json::Value) -> Result<String, SendError> {
    let head = json!({"alg": "RS256", "typ": "JWT"});
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let said = format!(
        "{}.{}",
        encode(head.to_string().as_bytes()),
        encode(claims.to_string().as_bytes())
    );
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        said.as_bytes(),
        &mut signature,
    )
    .map_err(|_| SendError::later("the service account's key does not sign"))?;
    Ok(format!("{said}.{}", encode(&signature)))
}
