//! The configured connections, each with its stored credential: the only way to a session at Snowflake.
//!
//! Enters: the configuration; claims of a session. Leaves: calls as that session; new sessions. Never here: a connection that
//! is not configured, whatever a token says.

use std::collections::BTreeMap;
use std::sync::Arc;

use event::TimeNs;
use event::payload::Context;

use super::client::Client;
use super::login::{Credential, CredentialError, LoggedIn, LoginCall, LoginError, login};
use super::session::{RenewError, Upstream, renew};
use crate::claims::{Claims, UpstreamSession};
use crate::config::{Config, Connection, RecordRows};
use crate::fresh;
use crate::raw::RawObject;

/// Connections, credentials, and the client they are used with.
pub struct Accounts {
    config: Arc<Config>,
    credentials: BTreeMap<String, Credential>,
    client: Client,
}

impl Accounts {
    /// Reads every stored credential; an error names its connection.
    pub fn new(config: Arc<Config>, client: Client) -> Result<Self, (String, CredentialError)> {
        let read = |(name, connection): (&String, &Connection)| {
            let credential = Credential::read(&connection.auth);
            credential
                .map(|credential| (name.clone(), credential))
                .map_err(|error| (name.clone(), error))
        };
        let credentials = config
            .connections
            .iter()
            .map(read)
            .collect::<Result<_, _>>()?;
        Ok(Self {
            config,
            credentials,
            client,
        })
    }

    /// Whether the credentials are the same as those of `other`.
    pub fn has_credentials_of(&self, other: &Self) -> bool {
        self.credentials == other.credentials
    }

    /// The client.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// The connection a driver's `account` names.
    pub fn named(&self, account: &str) -> Option<(&str, &Connection)> {
        self.config.connection(account)
    }

    /// Every connection's name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.config.connections.keys().map(String::as_str)
    }

    /// The configured connection of a session; none where it was taken out of the configuration since.
    pub fn connection(&self, claims: &Claims) -> Option<&Connection> {
        self.config.connections.get(&claims.connection)
    }

    /// How many rows of a result the record keeps; none is all.
    pub fn kept_rows(&self, claims: &Claims) -> Option<u64> {
        match self.connection(claims)?.record_rows {
            RecordRows::Full => None,
            RecordRows::First(rows) => Some(rows),
        }
    }

    /// Snowflake, as this session.
    pub fn session<'a>(&'a self, claims: &'a Claims) -> Option<Upstream<'a>> {
        Some(Upstream {
            client: &self.client,
            base: &self.connection(claims)?.upstream,
            token: &claims.upstream.token,
            whose: Some(&claims.principal),
        })
    }

    /// Opens a session at Snowflake over the connection `name`.
    pub async fn login(
        &self,
        name: &str,
        forwarded: RawObject,
        context: &Context,
        now: TimeNs,
    ) -> Result<LoggedIn, LoginError> {
        let connection = self.config.connections.get(name);
        let (Some(connection), Some(credential)) = (connection, self.credentials.get(name)) else {
            return Err(LoginError::NoCredential);
        };
        let call = LoginCall {
            connection,
            credential,
            forwarded,
            context,
            request_id: fresh::v4(),
            now,
        };
        login(&self.client, call).await
    }

    /// New tokens for the session's old ones.
    pub async fn renew(&self, claims: &Claims, now: TimeNs) -> Result<UpstreamSession, RenewError> {
        let Some(upstream) = self.session(claims) else {
            return Err(RenewError::NoConnection);
        };
        renew(upstream, &claims.upstream, fresh::v4(), now).await
    }
}
