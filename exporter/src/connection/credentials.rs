//! What a receiver takes for a login over HTTP.
//!
//! Enters: the places of secrets. Leaves: the value of `Authorization`, wiped when dropped. Never here: a secret in an error.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use door::Secret;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::BuildError;

/// At most one way to log in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Credentials {
    /// A user, with `password`.
    pub user: Option<String>,
    /// The user's password.
    pub password: Option<Secret>,
    /// An API key, as Elasticsearch gives it out encoded.
    pub api_key: Option<Secret>,
    /// A bearer token.
    pub token: Option<Secret>,
}

impl Credentials {
    /// The value of `Authorization`; none without a login.
    pub fn header(&self) -> Result<Option<Zeroizing<String>>, BuildError> {
        let Self {
            user,
            password,
            api_key,
            token,
        } = self;
        let value = match (user, password, api_key, token) {
            (None, None, None, None) => return Ok(None),
            (Some(user), Some(password), None, None) => {
                let password = password.read()?;
                let both = Zeroizing::new(format!("{user}:{}", password.as_str()));
                let encoded = Zeroizing::new(STANDARD.encode(both.as_bytes()));
                format!("Basic {}", encoded.as_str())
            }
            (None, None, Some(key), None) => format!("ApiKey {}", key.read()?.as_str()),
            (None, None, None, Some(token)) => format!("Bearer {}", token.read()?.as_str()),
            _ => return Err(BuildError::Login),
        };
        Ok(Some(Zeroizing::new(value)))
    }

    /// Where the secrets are.
    pub fn secrets(&mut self) -> impl Iterator<Item = &mut Secret> {
        let Self {
            password,
            api_key,
            token,
            ..
        } = self;
        password.iter_mut().chain(api_key).chain(token)
    }
}
