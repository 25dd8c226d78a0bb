//! Who sends a request that carries an OIDC token: for the doors whose clients have no session token.
//!
//! Enters: headers. Leaves: who it is, with the token that said so, or the refusal. Never here: what they may do with it beyond
//! the matrix; a token in an error.

use door::{Action, AuthError, Authenticate, Identity};
use event::payload::{Authenticator, Context};
use event::{Principal, TimeNs};
use http::HeaderMap;
use http::header::{HOST, USER_AGENT};
use zeroize::Zeroizing;

use crate::raw::RawObject;
use crate::session::opening::Login;
use crate::upstream::accounts::Accounts;

/// The header that names a connection where the host does not.
pub(crate) const CONNECTION_HEADER: &str = "x-firn-connection";

/// Somebody a token speaks of.
pub(crate) struct Bearer {
    pub identity: Identity,
    pub token: Zeroizing<String>,
}

/// Why a request is nobody's.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotIdentified {
    /// No token, or two.
    #[error("the request carries no token: send your OIDC token as `Authorization: Bearer …`")]
    Missing,
    /// It proves nobody.
    #[error(transparent)]
    Token(#[from] AuthError),
    /// It proves somebody who may not run statements.
    #[error("this token opens no session: log in with an OIDC token")]
    NotAgent,
}

/// Verifies the token of a request.
pub(crate) async fn identify(
    provider: &dyn Authenticate,
    headers: &HeaderMap,
    now: TimeNs,
) -> Result<Bearer, NotIdentified> {
    let token = door::bearer(headers).ok_or(NotIdentified::Missing)?;
    let token = Zeroizing::new(token.to_owned());
    let identity = provider.authenticate(&token, now).await?;
    if !Action::UseWarehouse.scope(identity.authorities).is_any() {
        return Err(NotIdentified::NotAgent);
    }
    Ok(Bearer { identity, token })
}

/// Whether a session is this principal's: what a client holds of it is no authority by itself.
pub(crate) fn is_own(principal: &Principal, identity: &Identity) -> bool {
    let who = &identity.principal;
    principal.issuer == who.issuer && principal.subject == who.subject
}

/// The connection a request means: named by a header, by the first label of its host as Snowflake's accounts are, or the only
/// one there is.
pub(crate) fn connection(accounts: &Accounts, headers: &HeaderMap) -> Result<String, String> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(named) = text(http::HeaderName::from_static(CONNECTION_HEADER)) {
        if accounts
            .names()
            .any(|name| name.eq_ignore_ascii_case(named))
        {
            return Ok(named.to_owned());
        }
    } else {
        let label = text(HOST).and_then(|host| host.split(['.', ':']).next());
        if let Some((name, _)) = accounts.named(label.unwrap_or_default()) {
            return Ok(name.to_owned());
        }
    }
    let known: Vec<&str> = accounts.names().collect();
    Err(format!(
        "which connection is meant is not clear: name one of {} in the header {CONNECTION_HEADER}, or as the first label of the host name",
        known.join(", ")
    ))
}

/// The program that calls, as it says itself: name and version of the first product of its user agent.
pub(crate) fn program(headers: &HeaderMap) -> (String, String) {
    let agent = headers
        .get(USER_AGENT)
        .and_then(|value| value.to_str().ok());
    let product = agent
        .unwrap_or_default()
        .split(' ')
        .next()
        .unwrap_or_default();
    let (name, version) = product.split_once('/').unwrap_or((product, ""));
    (name.to_owned(), version.to_owned())
}

/// A login on behalf of a client that has none of its own.
pub(crate) fn login(
    account: String,
    token: Zeroizing<String>,
    (application, version): (String, String),
    context: Context,
    tag: Option<&str>,
) -> Result<Login, serde_json::Error> {
    let mut parameters = RawObject::default();
    if let Some(tag) = tag {
        parameters.set("QUERY_TAG", tag)?;
    }
    let mut forwarded = RawObject::default();
    forwarded.set("CLIENT_APP_ID", &application)?;
    forwarded.set("CLIENT_APP_VERSION", &version)?;
    forwarded.set("SESSION_PARAMETERS", &parameters)?;
    Ok(Login {
        account,
        authenticator: Authenticator::Oauth,
        token: Some(token),
        application,
        version,
        context,
        parameters,
        forwarded,
    })
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::program;

    #[test]
    fn a_program_is_its_first_product() {
        let of = |agent: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("user-agent", HeaderValue::from_static(agent));
            program(&headers)
        };
        let pair = |name: &str, version: &str| (name.to_owned(), version.to_owned());
        assert_eq!(
            of("python-requests/2.32.3"),
            pair("python-requests", "2.32.3")
        );
        assert_eq!(of("app/1.0 (Linux) other/2"), pair("app", "1.0"));
        assert_eq!(of("curl"), pair("curl", ""));
        assert_eq!(program(&HeaderMap::new()), pair("", ""));
    }
}
