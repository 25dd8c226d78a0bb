//! The gateway's own login at Snowflake, with the stored credential.
//!
//! Enters: a connection, its credential, the harmless part of the driver's login. Leaves: an upstream session and the reply's
//! fields as they were. Never here: anything of the driver's own credential.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use event::TimeNs;
use event::payload::Context;
use http::Method;
use rsa::pkcs1::DecodeRsaPrivateKey as _;
use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::{DecodePrivateKey as _, EncodePublicKey as _};
use rsa::signature::{SignatureEncoding as _, Signer as _};
use rsa::{RsaPrivateKey, RsaPublicKey};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::client::{Call, Client, Retry, UpstreamError};
use super::head::Head;
use crate::claims::{UpstreamSession, UpstreamToken};
use crate::config::{Auth, Connection, SecretError};
use crate::limits::{MASTER_TOKEN_SECONDS, SESSION_TOKEN_SECONDS};
use crate::raw::RawObject;
use crate::time::seconds_later;

/// Life of a key-pair JWT, seconds: it is used once, at once.
const JWT_SECONDS: i64 = 60;

/// A stored credential, ready to use.
pub enum Credential {
    /// Signs a JWT at each login.
    KeyPair(Box<RsaPrivateKey>),
    /// Programmatic access token.
    Pat(Zeroizing<String>),
    /// The user's password.
    Password(Zeroizing<String>),
}

impl PartialEq for Credential {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::KeyPair(one), Self::KeyPair(other)) => one == other,
            (Self::Pat(one), Self::Pat(other)) | (Self::Password(one), Self::Password(other)) => {
                one.as_bytes().ct_eq(other.as_bytes()).into()
            }
            (Self::KeyPair(_) | Self::Pat(_) | Self::Password(_), _) => false,
        }
    }
}

impl Eq for Credential {}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::KeyPair(_) => "KeyPair(…)",
            Self::Pat(_) => "Pat(…)",
            Self::Password(_) => "Password(…)",
        })
    }
}

/// Why a stored credential cannot be used. Never its text.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// It cannot be read.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// It is empty.
    #[error("the stored credential is empty")]
    Empty,
    /// Not an RSA key.
    #[error("the key is not an unencrypted RSA private key in PEM (PKCS#8 or PKCS#1)")]
    Key,
}

impl Credential {
    /// Reads the credential a connection names.
    pub fn read(auth: &Auth) -> Result<Self, CredentialError> {
        let secret = match auth {
            Auth::KeyPair(secret) | Auth::Pat(secret) | Auth::Password(secret) => secret.read()?,
        };
        if secret.is_empty() {
            return Err(CredentialError::Empty);
        }
        Ok(match auth {
            Auth::KeyPair(_) => Self::KeyPair(Box::new(
                RsaPrivateKey::from_pkcs8_pem(&secret)
                    .or_else(|_| RsaPrivateKey::from_pkcs1_pem(&secret))
                    .map_err(|_| CredentialError::Key)?,
            )),
            Auth::Pat(_) => Self::Pat(secret),
            Auth::Password(_) => Self::Password(secret),
        })
    }
}

/// A login on behalf of a driver.
#[derive(Debug)]
pub struct LoginCall<'a> {
    /// Where to.
    pub connection: &'a Connection,
    /// With what.
    pub credential: &'a Credential,
    /// Fields of the driver's `data` that go upstream as they are; no credential among them.
    pub forwarded: RawObject,
    /// Where the session should stand.
    pub context: &'a Context,
    /// Draws of randomness: the request's id.
    pub request_id: Uuid,
    /// The time of the call.
    pub now: TimeNs,
}

/// An upstream session was opened.
#[derive(Debug)]
pub struct LoggedIn {
    /// The session.
    pub session: UpstreamSession,
    /// Where it stands.
    pub context: Context,
    /// The reply's `data`, with upstream's tokens still in it: the caller must replace them.
    pub data: RawObject,
}

/// Why upstream let nobody in.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// No usable answer.
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
    /// Snowflake refused.
    #[error("Snowflake refused the gateway's login ({code}): {message}")]
    Refused {
        /// Its code.
        code: String,
        /// Its message.
        message: String,
    },
    /// The connection is not configured, or without a credential.
    #[error("the connection has no stored credential")]
    NoCredential,
    /// The JWT could not be signed.
    #[error("the key-pair token cannot be signed")]
    Sign,
    /// The request could not be written.
    #[error("the login cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct ReplyData {
    token: String,
    master_token: Option<String>,
    validity_in_seconds: Option<u64>,
    master_validity_in_seconds: Option<u64>,
    session_id: Option<serde_json::Value>,
    session_info: Option<SessionInfo>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct SessionInfo {
    database_name: Option<String>,
    schema_name: Option<String>,
    warehouse_name: Option<String>,
    role_name: Option<String>,
}

/// Logs in.
pub async fn login(client: &Client, call: LoginCall<'_>) -> Result<LoggedIn, LoginError> {
    let body = body(&call)?;
    let mut query = vec![("requestId", call.request_id.to_string())];
    let context = call.context;
    for (name, value) in [
        ("databaseName", &context.database),
        ("schemaName", &context.schema),
        ("warehouse", &context.warehouse),
        ("roleName", &context.role),
    ] {
        if let Some(value) = value {
            query.push((name, value.clone()));
        }
    }
    let reply = client
        .call(Call {
            base: &call.connection.upstream,
            method: Method::POST,
            path: "/session/v1/login-request",
            query,
            token: None,
            whose: None,
            body,
            retry: Retry::Always,
        })
        .await?;
    read_reply(&reply.body, call.now)
}

fn body(call: &LoginCall<'_>) -> Result<Bytes, LoginError> {
    let connection = call.connection;
    let mut data = call.forwarded.clone();
    data.set("ACCOUNT_NAME", &connection.account)?;
    data.set("LOGIN_NAME", &connection.user)?;
    match call.credential {
        Credential::KeyPair(key) => {
            let jwt = key_pair_jwt(key, &connection.account, &connection.user, call.now)?;
            data.set("AUTHENTICATOR", "SNOWFLAKE_JWT")?;
            data.set("TOKEN", jwt.as_str())?;
        }
        Credential::Pat(token) => {
            data.set("AUTHENTICATOR", "PROGRAMMATIC_ACCESS_TOKEN")?;
            data.set("TOKEN", token.as_str())?;
        }
        Credential::Password(password) => data.set("PASSWORD", password.as_str())?,
    }
    let mut envelope = RawObject::default();
    envelope.set("data", &data)?;
    Ok(Bytes::from(envelope.to_bytes()?))
}

fn read_reply(body: &[u8], now: TimeNs) -> Result<LoggedIn, LoginError> {
    let head = Head::parse(body)?;
    if !head.success {
        return Err(LoginError::Refused {
            code: head.code.unwrap_or_else(|| "390000".to_owned()),
            message: head.message.unwrap_or_default().into_owned(),
        });
    }
    let no_answer = |detail| UpstreamError::NotAnAnswer { detail };
    let envelope = RawObject::parse(body).map_err(|_| no_answer("its login reply is not JSON"))?;
    let data: RawObject = envelope
        .read("data")
        .ok()
        .flatten()
        .ok_or(no_answer("its login reply has no data"))?;
    let known: ReplyData = envelope
        .read("data")
        .ok()
        .flatten()
        .ok_or(no_answer("its login reply has no data"))?;
    if known.token.is_empty() {
        return Err(no_answer("its login reply has no token").into());
    }
    let info = known.session_info.unwrap_or_default();
    let named = |name: Option<String>| name.filter(|name| !name.is_empty());
    Ok(LoggedIn {
        session: UpstreamSession {
            token: UpstreamToken::new(known.token),
            token_expires: seconds_later(
                now,
                known.validity_in_seconds.unwrap_or(SESSION_TOKEN_SECONDS),
            ),
            master: known.master_token.map(UpstreamToken::new),
            master_expires: seconds_later(
                now,
                known
                    .master_validity_in_seconds
                    .unwrap_or(MASTER_TOKEN_SECONDS),
            ),
            id: known.session_id.map(|id| match id {
                serde_json::Value::String(text) => text,
                other => other.to_string(),
            }),
        },
        context: Context {
            database: named(info.database_name),
            schema: named(info.schema_name),
            warehouse: named(info.warehouse_name),
            role: named(info.role_name),
        },
        data,
    })
}

/// Snowflake's key-pair token: `iss` is `ACCOUNT.USER.SHA256:<fingerprint of the public key>`, signed RS256.
fn key_pair_jwt(
    key: &RsaPrivateKey,
    account: &str,
    user: &str,
    now: TimeNs,
) -> Result<Zeroizing<String>, LoginError> {
    let public = RsaPublicKey::from(key)
        .to_public_key_der()
        .map_err(|_| LoginError::Sign)?;
    let fingerprint = STANDARD.encode(Sha256::digest(public.as_bytes()));
    let subject = format!("{}.{}", account_name(account), user.to_uppercase());
    let issued = now.0.div_euclid(1_000_000_000);
    let claims = json!({
        "iss": format!("{subject}.SHA256:{fingerprint}"),
        "sub": subject,
        "iat": issued,
        "exp": issued + JWT_SECONDS,
    });
    let header = json!({ "alg": "RS256", "typ": "JWT" });
    let signed = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode(claims.to_string())
    );
    let signature = SigningKey::<Sha256>::new(key.clone())
        .try_sign(signed.as_bytes())
        .map_err(|_| LoginError::Sign)?;
    Ok(Zeroizing::new(format!(
        "{signed}.{}",
        URL_SAFE_NO_PAD.encode(signature.to_bytes())
    )))
}

/// The account as tokens name it: upper case, without region (`acct.eu-west-1`), or without the suffix of a global one.
fn account_name(account: &str) -> String {
    let upper = account.to_uppercase();
    let cut = if upper.contains(".GLOBAL") { '-' } else { '.' };
    upper.split(cut).next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
