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
    /// `data`, where it is an object.
    #[serde(default)]
    pub data: Option<HeadData>,
}

/// The parts of `data` the gateway steers by.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct HeadData {
    /// Upstream's query id.
    pub query_id: Option<String>,
    /// Where to poll.
    pub get_result_url: Option<String>,
    /// What kind of statement upstream took it for.
    pub statement_type_id: Option<u64>,
    /// `UPLOAD` or `DOWNLOAD`: upstream wants to hand out storage credentials.
    pub command: Option<String>,
    /// Query ids of a multi-statement's children, comma-separated.
    pub result_ids: Option<String>,
    /// The stage, if upstream hands one out.
    pub stage_info: Option<serde::de::IgnoredAny>,
}

impl Head<'_> {
    /// Reads the steering parts; an error says that this is no answer of Snowflake.
    pub fn parse(body: &[u8]) -> Result<Head<'_>, UpstreamError> {
        serde_json::from_slice(body).map_err(|error| UpstreamError::NotAnAnswer {
            detail: if error.is_eof() {
                "the reply is cut off"
            } else {
                "the reply is not Snowflake's JSON"
            },
        })
    }

    /// Whether the statement still runs.
    pub fn in_progress(&self) -> bool {
        matches!(
            self.code.as_deref(),
            Some(crate::answer::IN_PROGRESS | crate::answer::IN_PROGRESS_ASYNC)
        )
    }

    /// Whether upstream says that the session token ended or is unknown.
    pub fn session_ended(&self) -> bool {
        !self.success
            && matches!(
                self.code.as_deref(),
                Some("390112" | "390104" | "390111" | "390114" | "390108" | "390110")
            )
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
