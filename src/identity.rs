//! Who is who: one token verifier behind the three seams that ask (gateway, approvals, query).
//!
//! Enters: tokens. Leaves: principals. Never here: a role's rules; the auditors' groups are configuration, the rest is policy.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use access::oidc::{IdentityError, Verifier};
use async_trait::async_trait;
use event::payload::Approver;
use event::{Principal, TimeNs};
use gateway::approvals::{IdentifyApprover, NotIdentified};
use gateway::identify::{Identify, IdentifyError, Identity};
use ledger::clock::Clock;
use query::{AuthError, Authenticate};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use crate::development::write_private;
use crate::pin::Fingerprint;

/// The issuer named in events for whoever can read the data folder.
const LOCAL_ISSUER: &str = "urn:firn:local";

/// Verifies tokens for every role of this process.
pub struct People {
    verifier: Verifier,
    clock: Arc<dyn Clock>,
    auditors: Vec<String>,
    operator: Option<Operator>,
}

/// What lets a command on this machine reach a running firn: its address and a token only its user can read.
#[derive(Clone, Serialize, Deserialize, ZeroizeOnDrop)]
pub struct Operator {
    /// Base URL of the API.
    #[zeroize(skip)]
    pub url: String,
    /// The certificate it shows, where it speaks TLS: its name need not be this machine's loopback.
    #[zeroize(skip)]
    #[serde(default)]
    pub certificate: Option<Fingerprint>,
    token: String,
}

impl Operator {
    /// A new token for the API at `url`.
    pub fn new(url: String, certificate: Option<Fingerprint>, random: [u8; 32]) -> Self {
        Self {
            url,
            certificate,
            token: hex::encode(random),
        }
    }

    /// Where it is kept.
    pub fn path(data: &Path) -> PathBuf {
        data.join("api.json")
    }

    /// Leaves it in `data` for commands of the same user.
    pub fn write(&self, data: &Path) -> std::io::Result<()> {
        std::fs::create_dir_all(data)?;
        let text = Zeroizing::new(serde_json::to_vec(self)?);
        write_private(&Self::path(data), &text)
    }

    /// The one a running firn left in `data`, if any.
    pub fn read(data: &Path) -> Option<Self> {
        let text = Zeroizing::new(std::fs::read(Self::path(data)).ok()?);
        serde_json::from_slice(&text).ok()
    }

    /// The token, for an authorization header.
    pub fn token(&self) -> &str {
        &self.token
    }
}

/// The principal of commands that need no token: whoever runs on this machine as this user.
pub fn local_operator() -> Principal {
    let user = std::env::var("USER")
        .or_else(|_| std::env::var("LOGNAME"))
        .unwrap_or_else(|_| "operator".to_owned());
    Principal {
        issuer: LOCAL_ISSUER.to_owned(),
        subject: user.clone(),
        display: user,
        groups: Vec::new(),
        agent: None,
    }
}

impl People {
    /// Takes tokens that `verifier` takes; members of `auditors`, and the local operator, may read the record.
    pub fn new(
        verifier: Verifier,
        clock: Arc<dyn Clock>,
        auditors: Vec<String>,
        operator: Option<Operator>,
    ) -> Self {
        Self {
            verifier,
            clock,
            auditors,
            operator,
        }
    }

    /// Fetches the issuers' keys; says which could not be had.
    pub async fn warm_up(&self) -> Vec<IdentityError> {
        self.verifier.warm_up(self.clock.now()).await
    }

    fn is_operator(&self, bearer: &str) -> bool {
        self.operator
            .as_ref()
            .is_some_and(|operator| operator.token.as_bytes().ct_eq(bearer.as_bytes()).into())
    }
}

#[async_trait]
impl Identify for People {
    async fn identify(&self, token: &str, now: TimeNs) -> Result<Identity, IdentifyError> {
        match self.verifier.identify(token, now).await {
            Ok(proved) => {
                let mut principal = proved.principal;
                // The driver says which program it is; what the token adds is on whose behalf.
                let agent = principal.agent.take();
                Ok(Identity {
                    principal,
                    on_behalf_of: agent.and_then(|agent| agent.on_behalf_of),
                    expires: proved.expires,
                })
            }
            Err(IdentityError::Expired | IdentityError::TooOld) => Err(IdentifyError::Expired),
            Err(IdentityError::Unavailable { .. }) => Err(IdentifyError::Unavailable),
            Err(error) => Err(IdentifyError::Invalid {
                reason: error.to_string(),
            }),
        }
    }
}

#[async_trait]
impl IdentifyApprover for People {
    async fn identify(&self, token: &str) -> Result<Approver, NotIdentified> {
        if self.is_operator(token) {
            let reason =
                "an approval needs a person: give that person's OIDC token with --token".to_owned();
            return Err(NotIdentified { reason });
        }
        let who = self.verifier.verify(token, self.clock.now()).await;
        let who = who.map_err(|error| NotIdentified {
            reason: error.to_string(),
        })?;
        Ok(Approver {
            issuer: who.issuer,
            subject: who.subject,
            display: who.display,
            groups: who.groups,
        })
    }
}

#[async_trait]
impl Authenticate for People {
    async fn authenticate(&self, bearer: &str) -> Result<Principal, AuthError> {
        if self.is_operator(bearer) {
            return Ok(local_operator());
        }
        let who = self.verifier.verify(bearer, self.clock.now()).await;
        let who = who.map_err(|error| AuthError::Unknown(error.to_string()))?;
        if who.groups.iter().any(|group| self.auditors.contains(group)) {
            return Ok(who);
        }
        Err(AuthError::Forbidden(format!(
            "{} may not read the record: that takes one of the groups {:?} ([query] auditors)",
            who.display, self.auditors
        )))
    }
}
