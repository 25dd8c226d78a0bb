//! Snowflake, as the gateway talks to it.
//!
//! Enters: a permit with the exact text it covers, or calls about a session of ours. Leaves: upstream's replies, whole and
//! bounded. Never here: a client's credential, a reply that goes to a client unmasked, a statement without a permit.

pub mod chunks;
pub mod client;
pub mod execute;
pub mod login;
pub mod session;

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};

pub use client::{Client, UpstreamError};

/// The parts of an envelope the gateway steers by; the rest is not parsed here.
#[derive(Debug, Deserialize)]
pub struct Head<'a> {
    /// Whether upstream calls it a success; in-progress answers do too.
    #[serde(default)]
    pub success: bool,
    /// `code`, a string, a number or null.
    #[serde(default, deserialize_with = "code")]
    pub code: Option<String>,
    /// `message`.
    #[serde(default, borrow)]
    pub message: Option<Cow<'a, str>>,
}

impl Head<'_> {
    /// Reads the steering parts; an error says that this is no answer of Snowflake.
    pub fn parse(body: &[u8]) -> Result<Head<'_>, UpstreamError> {
        let no_answer = |detail| UpstreamError::NotAnAnswer { detail };
        if !body.trim_ascii_start().starts_with(b"{") {
            return Err(no_answer("the reply is not Snowflake's JSON"));
        }
        serde_json::from_slice(body).map_err(|error| {
            no_answer(if error.is_eof() {
                "the reply is cut off"
            } else {
                "the reply is not Snowflake's JSON"
            })
        })
    }

    /// Whether upstream says that the session token ended or is unknown.
    pub fn session_ended(&self) -> bool {
        !self.success && self.code.as_deref().is_some_and(ends_session)
    }
}

/// Whether a code says that the session token ended or is not known: expired, invalid, gone, logged out.
pub fn ends_session(code: &str) -> bool {
    matches!(
        code,
        "390104" | "390108" | "390110" | "390111" | "390112" | "390114"
    )
}

fn code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Code {
        Text(String),
        Number(u64),
        Nothing(()),
    }
    Ok(match Code::deserialize(deserializer)? {
        Code::Text(text) => Some(text),
        Code::Number(number) => Some(format!("{number:06}")),
        Code::Nothing(()) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::Head;

    #[test]
    fn codes_are_read_in_every_form() {
        for (body, code, success) in [
            (
                r#"{"code":"390112","success":false,"data":null}"#,
                Some("390112"),
                false,
            ),
            (
                r#"{"code":null,"success":true,"data":{"queryId":"x","rowset":[]}}"#,
                None,
                true,
            ),
            (r#"{"code":604,"success":false}"#, Some("000604"), false),
            (
                r#"{"success":true,"data":{"stageInfo":{"creds":{"A":1}}}}"#,
                None,
                true,
            ),
        ] {
            let head = Head::parse(body.as_bytes()).expect("an envelope");
            assert_eq!(
                (head.code.as_deref(), head.success),
                (code, success),
                "{body}"
            );
        }
    }

    #[test]
    fn garbage_is_no_answer() {
        for body in [
            "",
            "<html>502</html>",
            "[]",
            "{\"data\":{\"rowset\":[[\"1\"",
            "null",
            "\u{fffd}",
        ] {
            assert!(Head::parse(body.as_bytes()).is_err(), "{body}");
        }
    }
}
