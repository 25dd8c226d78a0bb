//! Who is asking, whichever way the record is reached.
//!
//! Enters: the way. Leaves: principal and authorities as `GET /api/me` says them. Never here: a token.

use anyhow::Result;
use reqwest::Method;
use serde_json::{Value, json};

use super::Reach;
use crate::identity::{allowed, local_authorities};

impl Reach {
    /// Who is asking, and what they may do there, as `GET /api/me` says it.
    pub async fn whoami(&self) -> Result<Value> {
        match self {
            Self::Remote(remote) => remote.call(Method::GET, "/api/me", None).await,
            Self::Local(local) => {
                let (who, authorities) = (&local.auditor.principal, local_authorities());
                let may = allowed(authorities).map(
                    |(action, scope)| json!({"action": action.as_str(), "scope": scope.as_str()}),
                );
                Ok(json!({
                    "display": who.display, "subject": who.subject, "issuer": who.issuer, "groups": who.groups,
                    "authorities": authorities.iter().map(door::Authority::as_str).collect::<Vec<_>>(),
                    "may": may.collect::<Vec<_>>(), "expires": i64::MAX, "version": env!("CARGO_PKG_VERSION"),
                }))
            }
        }
    }
}
