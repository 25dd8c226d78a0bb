//! The bodies a driver understands, for everything the gateway says itself.
//!
//! Enters: what went wrong, or that a statement still runs. Leaves: HTTP 200 with Snowflake's envelope. Never here: a 4xx or
//! 5xx for a policy's answer (drivers retry those or lose the message), or a code that is not six digits (some crash on it).

use bytes::Bytes;
use event::payload::FailureStage;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use serde_json::json;
use uuid::Uuid;

/// A response body: whole, or streamed where a chunk passes through the mask.
pub type Body = UnsyncBoxBody<Bytes, std::io::Error>;
/// What the gateway answers.
pub type Reply = Response<Body>;

/// The code of a running statement, as Snowflake gives it after about 45 s; drivers poll on it.
pub const IN_PROGRESS: &str = "333333";
/// The code of an asynchronous or held statement; drivers poll on it.
pub const IN_PROGRESS_ASYNC: &str = "333334";

/// An error of one statement, as every driver shows it (code, SQLSTATE, message, query id).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Which part of the way ended in it.
    pub stage: FailureStage,
    /// Six digits; never one drivers act on (`333333`, `390…`, `394…`, `000604`, `000612`), but for a cancellation.
    pub code: &'static str,
    /// SQLSTATE, five characters.
    pub sql_state: &'static str,
    /// Text for people: what happened, and what to do. Nothing raw in it.
    pub message: String,
    /// The id the driver shows: Snowflake's where there is one, else the statement id.
    pub query_id: Uuid,
    /// What the id names.
    named: &'static str,
}

impl Failure {
    /// The policy, or an approver, says no: `003001`/`42501`, Snowflake's own code for missing privileges.
    pub fn refused(stage: FailureStage, query_id: Uuid, message: impl Into<String>) -> Self {
        Self::new(stage, "003001", "42501", query_id, message)
    }

    /// The request can not be understood: `001003`/`42000`.
    pub fn malformed(query_id: Uuid, message: impl Into<String>) -> Self {
        Self::new(FailureStage::Gateway, "001003", "42000", query_id, message)
    }

    /// Upstream answered something that is not an answer, or nothing: `000603`/`08006`.
    pub fn upstream(query_id: Uuid, message: impl Into<String>) -> Self {
        Self::new(FailureStage::Upstream, "000603", "08006", query_id, message)
    }

    /// The gateway could not carry it: `000603`/`XX000`.
    pub fn internal(query_id: Uuid, message: impl Into<String>) -> Self {
        Self::new(FailureStage::Gateway, "000603", "XX000", query_id, message)
    }

    /// The record could not be written, so nothing ran or nothing is shown: `000603`/`58030`.
    pub fn unrecorded(query_id: Uuid, message: impl Into<String>) -> Self {
        Self::new(FailureStage::Journal, "000603", "58030", query_id, message)
    }

    /// The statement was canceled: `000604`/`57014`, as Snowflake says it.
    pub fn canceled(query_id: Uuid, message: impl Into<String>) -> Self {
        Self::new(FailureStage::Gateway, "000604", "57014", query_id, message)
    }

    fn new(
        stage: FailureStage,
        code: &'static str,
        sql_state: &'static str,
        query_id: Uuid,
        message: impl Into<String>,
    ) -> Self {
        Self {
            stage,
            code,
            sql_state,
            message: message.into(),
            query_id,
            named: "statement",
        }
    }

    /// No statement came of the request: the id names the request, in the gateway's log.
    pub fn of_request(mut self) -> Self {
        self.named = "request";
        tracing::info!(request = %self.query_id, reason = %self.message, "a request is refused");
        self
    }

    /// What the driver shows and the record says: the message, and the id it can be found by. Not every driver shows the id
    /// by itself.
    pub fn text(&self) -> String {
        let id = self.query_id.hyphenated();
        let advice = match self.sql_state {
            "08006" | "XX000" => {
                "\nTry again; if it stays, name this id to whoever runs the gateway."
            }
            _ => "",
        };
        format!("{}{advice}\n({} {id})", self.message, self.named)
    }

    /// The body of a query-request or of a poll.
    pub fn body(&self) -> Bytes {
        to_bytes(&json!({
            "data": {
                "internalError": false,
                "errorCode": self.code,
                "age": 0,
                "sqlState": self.sql_state,
                "queryId": self.query_id.hyphenated().to_string(),
                "line": -1,
                "pos": -1,
                "type": "COMPILATION",
            },
            "code": self.code,
            "message": self.text(),
            "success": false,
            "headers": null,
        }))
    }

    /// The response.
    pub fn reply(&self) -> Reply {
        json_reply(self.body())
    }
}

/// A refused login: code and text reach the user in every driver.
pub fn login_refused(code: &str, method: &str, message: &str) -> Reply {
    json_reply(to_bytes(&json!({
        "data": { "nextAction": "RETRY_LOGIN", "authnMethod": method, "signInOptions": {} },
        "code": code,
        "message": message,
        "success": false,
        "headers": null,
    })))
}

/// A refusal of the session itself: `390112` makes the driver renew, `390114` tells it to log in again.
pub fn session_refused(code: &str, message: &str) -> Reply {
    json_reply(to_bytes(&json!({
        "data": null,
        "code": code,
        "message": message,
        "success": false,
        "headers": null,
    })))
}

/// The driver must come back for the result: `getResultUrl` is relative and without a query, or drivers break.
pub fn in_progress(code: &str, query_id: &str) -> Bytes {
    to_bytes(&json!({
        "data": {
            "queryId": query_id,
            "getResultUrl": format!("/queries/{query_id}/result"),
            "queryAbortsAfterSecs": 300,
            "progressDesc": null,
        },
        "code": code,
        "message": "Asynchronous execution in progress. Use provided query id to perform query monitoring and management.",
        "success": true,
    }))
}

/// Success with `data`.
pub fn success(data: &serde_json::Value) -> Reply {
    json_reply(to_bytes(
        &json!({ "data": data, "code": null, "message": null, "success": true }),
    ))
}

/// HTTP 200 with a JSON body.
pub fn json_reply(body: Bytes) -> Reply {
    let mut reply = Response::new(whole(body));
    reply
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    reply
}

/// A body that is there whole.
pub fn whole(body: Bytes) -> Body {
    Full::new(body)
        .map_err(|never| match never {})
        .boxed_unsync()
}

fn to_bytes(value: &serde_json::Value) -> Bytes {
    Bytes::from(value.to_string())
}
