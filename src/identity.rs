//! Who is who: one token verifier behind every door.
//!
//! Enters: tokens. Leaves: principals and what they are to firn. Never here: what they may do (see `door::matrix`).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use access::oidc::{IdentityError, Verifier};
use async_trait::async_trait;
use door::{Action, AuthError, Authenticate, Authorities, Authority, Identity, Roles, Scope};
use event::{Principal, TimeNs};
use journal::clock::Clock;
use parking_lot::RwLock;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use crate::development::write_private;
use crate::pin::Fingerprint;

/// The issuer named in events for whoever can read the data folder.
const LOCAL_ISSUER: &str = "urn:firn:local";

/// Verifies tokens for every role of this process.
pub struct People {
    known: RwLock<Arc<Known>>,
    clock: Arc<dyn Clock>,
    operator: Option<Operator>,
}

/// Whose tokens are taken, and which groups are what.
struct Known {
    verifier: Arc<Verifier>,
    roles: Roles,
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

/// What that principal is to firn.
pub fn local_authorities() -> Authorities {
    Authorities::of([Authority::Auditor, Authority::Operator, Authority::Admin])
}

/// Every action that takes somebody to be somebody, and how far `authorities` may go in it; none where they may not.
pub fn allowed(authorities: Authorities) -> impl Iterator<Item = (Action, Scope)> {
    let actions = Action::ALL.into_iter().filter(|action| !action.is_open());
    let scopes = actions.map(move |action| (action, action.scope(authorities)));
    scopes.filter(|(_, scope)| scope.is_any())
}

impl People {
    /// Takes tokens that `verifier` takes, and `operator`'s; `roles` says which groups are what.
    pub fn new(
        verifier: Verifier,
        clock: Arc<dyn Clock>,
        roles: Roles,
        operator: Option<Operator>,
    ) -> Self {
        let verifier = Arc::new(verifier);
        Self {
            known: RwLock::new(Arc::new(Known { verifier, roles })),
            clock,
            operator,
        }
    }

    /// Goes by other groups from now on, and by another verifier where one is given.
    pub fn change(&self, verifier: Option<Verifier>, roles: Roles) {
        let verifier = match verifier {
            Some(verifier) => Arc::new(verifier),
            None => Arc::clone(&self.known().verifier),
        };
        *self.known.write() = Arc::new(Known { verifier, roles });
    }

    /// What lets commands on this machine in.
    pub const fn operator(&self) -> Option<&Operator> {
        self.operator.as_ref()
    }

    fn known(&self) -> Arc<Known> {
        Arc::clone(&self.known.read())
    }

    /// Fetches the issuers' keys; says which could not be had.
    pub async fn warm_up(&self) -> Vec<IdentityError> {
        self.known().verifier.warm_up(self.clock.now()).await
    }

    fn is_operator(&self, bearer: &str) -> bool {
        self.operator
            .as_ref()
            .is_some_and(|operator| operator.token.as_bytes().ct_eq(bearer.as_bytes()).into())
    }
}

/// What whoever the token speaks of is to firn. A program answers nothing that takes a person, whatever groups it is in.
fn authorities(roles: &Roles, proved: &access::oidc::Identity) -> Authorities {
    let authorities = roles.of(&proved.principal.groups);
    if proved.is_person {
        return authorities;
    }
    authorities.without(Authority::Approver)
}

#[async_trait]
impl Authenticate for People {
    async fn authenticate(&self, token: &str, now: TimeNs) -> Result<Identity, AuthError> {
        if self.is_operator(token) {
            // Whoever can read the data folder; not a person, so nothing that takes one.
            return Ok(Identity {
                principal: local_operator(),
                expires: TimeNs(i64::MAX),
                authorities: local_authorities(),
                names: Vec::new(),
            });
        }
        let known = self.known();
        match known.verifier.identify(token, now).await {
            Ok(proved) => Ok(Identity {
                authorities: authorities(&known.roles, &proved),
                principal: proved.principal,
                expires: proved.expires,
                names: proved.names,
            }),
            Err(IdentityError::Expired | IdentityError::TooOld) => Err(AuthError::Expired),
            Err(IdentityError::Unavailable { .. }) => Err(AuthError::Unavailable),
            Err(error) => Err(AuthError::Invalid {
                reason: error.to_string(),
            }),
        }
    }

    fn issuers(&self) -> Vec<String> {
        let known = self.known();
        known.verifier.issuers().map(str::to_owned).collect()
    }
}
