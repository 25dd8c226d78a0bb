//! Sessions: a driver's login, its renewals, its end, or its refusal.

use serde::{Deserialize, Serialize};

use crate::text_enum::text_enum;
use crate::{Masked, TimeNs};

text_enum!(
    /// How the driver handed over its token.
    Authenticator {
        /// `AUTHENTICATOR=OAUTH`.
        Oauth = "oauth",
        /// `AUTHENTICATOR=PROGRAMMATIC_ACCESS_TOKEN`.
        ProgrammaticAccessToken = "programmatic_access_token",
        /// The token as a plain password.
        Password = "password",
        /// `AUTHENTICATOR=WORKLOAD_IDENTITY`, provider OIDC.
        WorkloadIdentity = "workload_identity",
        /// Anything else, refused.
        Other = "other",
    }
);

text_enum!(
    /// Why a session ended.
    CloseReason {
        /// The driver said goodbye.
        Logout = "logout",
        /// Its token or the master token ran out.
        Expired = "expired",
        /// Somebody ended it.
        Killed = "killed",
        /// Snowflake ended it.
        Upstream = "upstream",
    }
);

/// The session's place in Snowflake.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "described", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the names are Snowflake's own")]
pub struct Context {
    #[cfg_attr(feature = "described", schema(required))]
    pub database: Option<String>,
    #[cfg_attr(feature = "described", schema(required))]
    pub schema: Option<String>,
    #[cfg_attr(feature = "described", schema(required))]
    pub warehouse: Option<String>,
    #[cfg_attr(feature = "described", schema(required))]
    pub role: Option<String>,
}

/// A named text, in a fixed order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameValue {
    /// The name.
    pub name: String,
    /// The value, masked like any literal.
    pub value: Masked<String>,
}

/// A driver logged in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionOpened {
    /// How the token came.
    pub authenticator: Authenticator,
    /// Where the session stands.
    pub context: Context,
    /// Session parameters of the login.
    pub parameters: Vec<NameValue>,
    /// Snowflake's own session id, for reconciliation.
    pub upstream_session: Option<String>,
    /// When the session must end.
    pub expires: TimeNs,
}

/// A driver got a new session token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionRenewed {
    /// When the new token ends.
    pub expires: TimeNs,
}

/// The session ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionClosed {
    /// In words, as it is recorded.
    pub reason: CloseReason,
}

/// A login was refused. The principal is there only if the token proved it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionRefused {
    /// How the token came.
    pub authenticator: Authenticator,
    /// The Snowflake error code the driver shows.
    pub code: String,
    /// Why, without anything of the token.
    pub reason: String,
}
