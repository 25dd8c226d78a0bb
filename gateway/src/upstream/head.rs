//! The parts of any answer of Snowflake's that the gateway steers by.
//!
//! Enters: a body. Leaves: success, code, message. Never here: its data.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};

use super::client::UpstreamError;
use super::codes::ends_session;

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
