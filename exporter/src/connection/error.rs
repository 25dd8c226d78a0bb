//! Why a sink cannot be.
//!
//! Enters: what settings, files and libraries refuse. Leaves: errors that say what to do. Never here: a secret.

use std::path::PathBuf;

use door::SecretError;

use crate::filter::FilterError;
use crate::format::{FieldsError, Format};

/// Why a sink cannot be.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The name would be no name of a folder, or of a label.
    #[error("a name is 1 to 63 of a-z, 0-9, `-` and `_`")]
    Name,
    /// Two of one name would share a cursor.
    #[error("another sink has the same name")]
    Twice,
    /// It would get nothing.
    #[error("`items` is empty: give \"events\", \"statements\" or both")]
    Nothing,
    /// Keys that speak of events, where none are wanted.
    #[error("`kinds`, `except` and `filter` are of events, and `items` has none")]
    NoEvents,
    /// The same, of statements.
    #[error("`filter_statements` is of statements, and `items` has none")]
    NoStatements,
    /// A kind that is wanted and not.
    #[error("{0} is both in `kinds` and in `except`")]
    Both(event::Kind),
    /// A limit that could not be met.
    #[error("{key} must be {low} to {high}, got {value}")]
    Range {
        /// The key.
        key: &'static str,
        /// As configured.
        value: usize,
        /// The least.
        low: usize,
        /// The most.
        high: usize,
    },
    /// A time of nothing.
    #[error("{0} must be more than zero")]
    Zero(&'static str),
    /// The predicate.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// A secret.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// More than one way to log in, or half of one.
    #[error("give `user` and `password`, or `api_key`, or `token`, or none of them")]
    Login,
    /// Half of a client certificate.
    #[error("tls: `cert` and `key` go together")]
    Pair,
    /// A file of certificates or keys.
    #[error("tls: {path}: {detail}")]
    Pem {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// The library that speaks to the receiver.
    #[error("{0}")]
    Client(String),
    /// A key that this kind of sink has no use for.
    #[error("`{0}` means nothing to this kind of sink: remove it")]
    Useless(&'static str),
    /// The format does not go there.
    #[error("this kind of sink takes JSON: give a `format` that is JSON")]
    NotJson,
    /// It takes one format alone.
    #[error("this kind of sink takes {} alone: remove `format`", .0.name())]
    Only(Format),
    /// Fields that cannot be chosen.
    #[error(transparent)]
    Fields(#[from] FieldsError),
    /// A URL that cannot be.
    #[error("url {0} must be http or https")]
    Url(url::Url),
    /// Credentials would cross the network in clear.
    #[error(
        "url {0} is not https: what is recorded would cross the network in clear; give https, or a receiver on loopback"
    )]
    Plain(url::Url),
    /// A folder or a store.
    #[error("{0}")]
    Place(String),
}
