//! What all of firn's listeners share: sockets and TLS, secrets, bearer tokens, who is this, who may do what, whose turn is next, how a
//! refusal is told.
//!
//! Enters: connections and requests. Leaves: requests with a [`Caller`] whose authority was looked up in the one matrix.
//! Never here: what a request asks for; a way to add a route without saying which [`Action`] it takes.

#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests measure and spawn")
)]

pub mod authority;
mod bearer;
pub mod browser;
mod lent;
pub mod limits;
pub mod listener;
pub mod matrix;
mod private;
pub mod problem;
pub mod routes;
pub mod secret;
pub mod signature;
pub mod trust;
pub mod turns;
pub mod who;

pub use authority::{Authorities, Authority, Roles};
pub use bearer::bearer;
pub use browser::Browsers;
pub use lent::Lent;
pub use listener::{Certificate, CertificateHandle, ListenError, Listener, Tls};
pub use matrix::{Action, Scope};
pub use private::private;
pub use problem::Problem;
pub use routes::{Line, Routes};
pub use secret::{Secret, SecretError};
pub use signature::{SigningKey, SigningKeyError};
pub use trust::{Trust, TrustError};
pub use turns::{Turn, Turns};
pub use who::{AuthError, Authenticate, Caller, Identity};
