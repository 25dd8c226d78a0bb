//! The session that an account is read in, with the stored credential of its connection.
//!
//! Enters: a connection. Leaves: an upstream session, opened when it is needed. Never here: a driver's session; a statement of anybody's.

use event::TimeNs;
use event::payload::Context;

use super::read::{ReadError, Wanted};
use crate::claims::UpstreamSession;
use crate::config::Connection;
use crate::fresh;
use crate::upstream::accounts::Accounts;
use crate::upstream::login::LoginError;
use crate::upstream::own::presented;
use crate::upstream::session::Upstream;

/// Why an account cannot be asked.
#[derive(Debug, thiserror::Error)]
pub(super) enum AccountError {
    /// Nobody is let in.
    #[error(transparent)]
    Login(#[from] LoginError),
    /// It does not say what it holds.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The work broke off.
    #[error("reading broke off")]
    Broken,
}

/// Opens a session to read the account of `connection` in.
pub(super) async fn open(
    accounts: &Accounts,
    name: &str,
    connection: &Connection,
    now: TimeNs,
) -> Result<UpstreamSession, AccountError> {
    let catalog = connection.catalog.as_ref();
    let own = |read: fn(&crate::config::LiveCatalog) -> Option<&String>| catalog.and_then(read);
    let context = Context {
        database: connection
            .databases()
            .and_then(|all| all.into_iter().next()),
        schema: None,
        warehouse: own(|catalog| catalog.warehouse.as_ref())
            .or(connection.warehouse.as_ref())
            .cloned(),
        role: own(|catalog| catalog.role.as_ref())
            .or(connection.role.as_ref())
            .cloned(),
    };
    let forwarded = presented("firn:catalog").map_err(LoginError::Json)?;
    let opened = accounts.login(name, forwarded, &context, now).await?;
    Ok(opened.session)
}

/// Snowflake, in this session.
pub(super) const fn upstream<'a>(
    accounts: &'a Accounts,
    connection: &'a Connection,
    session: &'a UpstreamSession,
) -> Upstream<'a> {
    Upstream {
        client: accounts.client(),
        base: &connection.upstream,
        token: &session.token,
        whose: None,
    }
}

/// Ends it. Nobody waits for that to go well.
pub(super) async fn close(accounts: &Accounts, connection: &Connection, session: &UpstreamSession) {
    let goodbye = upstream(accounts, connection, session);
    if let Err(error) = goodbye.logout(fresh::v4()).await {
        tracing::debug!(%error, "a session in which an account was read could not be ended");
    }
}

/// What is to be read over a connection.
pub(super) fn wanted(connection: &Connection) -> Wanted {
    Wanted {
        databases: connection.databases().unwrap_or_default(),
        tags: connection.catalog.as_ref().is_none_or(|one| one.tags),
    }
}
