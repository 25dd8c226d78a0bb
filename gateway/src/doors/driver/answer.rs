//! The bodies a driver understands, for everything the gateway says itself.
//!
//! Enters: outcomes, failures, refusals of a session. Leaves: HTTP 200 with Snowflake's envelope; 404 where nothing is served.
//! Never here: a 4xx or 5xx for a policy's answer (drivers retry those or lose the message).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use event::payload::ResultFormat;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Response, StatusCode};
use serde_json::json;
use serde_json::value::RawValue;

use super::addresses;
use super::router::CHUNK_PATH;
use crate::claims::ClaimsError;
use crate::failure::Failure;
use crate::fresh;
use crate::limits::{INLINE_BYTES_MAX, RETRY_AFTER_SECONDS};
use crate::outcome::{Delivered, Outcome, Refusal, UpstreamRefusal};
use crate::raw::RawObject;
use crate::upstream::codes::IN_PROGRESS_ASYNC;

pub use crate::doors::reply::{Body, Reply, whole};

/// An outcome in the drivers' protocol; chunks are fetched under `base`, scheme and host the driver uses.
pub async fn write(outcome: Outcome, base: &str) -> Reply {
    match outcome {
        Outcome::Delivered(result) => {
            let weighs = result.rows.bytes.len() > INLINE_BYTES_MAX || result.parts.len() > 16;
            let base = base.to_owned();
            let written = if weighs {
                tokio::task::spawn_blocking(move || delivered(&result, &base)).await
            } else {
                Ok(delivered(&result, &base))
            };
            match written {
                Ok(Ok(body)) => json_reply(body),
                Ok(Err(_)) | Err(_) => {
                    let text = "the answer cannot be written: ask again";
                    failed(&Failure::internal(fresh::v4(), text).of_request(text))
                }
            }
        }
        Outcome::Running(id) => json_reply(in_progress(&id)),
        Outcome::Refused(refusal) => match &*refusal {
            Refusal::Own(failure) => failed(failure),
            Refusal::Upstream(refusal) => json_reply(upstream_error(refusal)),
        },
        Outcome::RenewFirst => refused(&ClaimsError::Expired),
        Outcome::Busy => busy(),
    }
}

/// Too much at once: every driver tries again by itself after this.
pub fn busy() -> Reply {
    let mut reply = Response::new(whole(Bytes::new()));
    *reply.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    let headers = reply.headers_mut();
    headers.insert(RETRY_AFTER, HeaderValue::from(RETRY_AFTER_SECONDS));
    reply
}

/// Snowflake's own reply, with the masked rows in it and addresses of the gateway's own in place of cloud storage's.
pub fn delivered(result: &Delivered, base: &str) -> Result<Bytes, serde_json::Error> {
    let mut envelope = result.rest.envelope.clone();
    let Some(data) = &result.rest.data else {
        return envelope.to_bytes().map(Bytes::from);
    };
    let mut data = data.clone();
    let rows = &result.rows;
    // The form that is not in use stays empty: a driver may look at either.
    match rows.format {
        ResultFormat::Json if data.raw("rowset").is_some() => {
            let text = [b"[", &rows.bytes[..], b"]"].concat();
            data.set("rowset", &serde_json::from_slice::<&RawValue>(&text)?)?;
        }
        ResultFormat::Arrow if data.raw("rowsetBase64").is_some() => {
            data.set("rowsetBase64", &STANDARD.encode(&rows.bytes))?;
        }
        _ => {}
    }
    if !result.parts.is_empty() {
        let mut chunks: Vec<RawObject> = data.read("chunks")?.unwrap_or_default();
        for (chunk, part) in chunks.iter_mut().zip(&result.parts) {
            chunk.set("url", &format!("{base}{CHUNK_PATH}{}", part.ticket))?;
        }
        data.set("chunks", &chunks)?;
    }
    if let Some(named) = &result.files {
        addresses::write(&mut data, named, base)?;
    }
    envelope.set("data", &data)?;
    envelope.to_bytes().map(Bytes::from)
}

fn upstream_error(refusal: &UpstreamRefusal) -> Bytes {
    let mut data = refusal.details.clone();
    let written = data
        .set("errorCode", &refusal.code)
        .and_then(|()| data.set("sqlState", &refusal.sql_state))
        .and_then(|()| data.set_default("queryId", &refusal.query_id))
        .and_then(|()| {
            let mut envelope = RawObject::default();
            envelope.set("data", &data)?;
            envelope.set("code", &refusal.code)?;
            envelope.set("message", &refusal.message)?;
            envelope.set("success", &false)?;
            envelope.set("headers", &())?;
            envelope.to_bytes()
        });
    // Writing plain values cannot fail; an empty body would still show nothing.
    written.unwrap_or_default().into()
}

/// A failure in the drivers' protocol.
pub fn failed(failure: &Failure) -> Reply {
    json_reply(failure_body(failure))
}

/// An address that nobody serves: 404, so that no client takes the refusal for an answer; none of the drivers tries that again, and
/// clients of Snowflake's REST interfaces show `code` and `message`.
pub fn not_served(failure: &Failure) -> Reply {
    let mut reply = failed(failure);
    *reply.status_mut() = StatusCode::NOT_FOUND;
    reply
}

/// What the driver hears when its token opens no session: `390112` makes it renew, which is also a chance to look at the grant
/// again, and every driver then sends its request again; `390114` tells it to log in.
pub fn refused(error: &ClaimsError) -> Reply {
    let code = match error {
        ClaimsError::Missing | ClaimsError::Open(_) => "390104",
        ClaimsError::Expired => "390112",
        ClaimsError::Ended(_) => "390114",
    };
    session_refused(code, &error.to_string())
}

/// The body of a query-request or of a poll that failed.
fn failure_body(failure: &Failure) -> Bytes {
    to_bytes(&json!({
        "data": {
            "internalError": false,
            "errorCode": failure.code,
            "age": 0,
            "sqlState": failure.sql_state,
            "queryId": failure.query_id.hyphenated().to_string(),
            "line": -1,
            "pos": -1,
            "type": "COMPILATION",
        },
        "code": failure.code,
        "message": failure.text(),
        "success": false,
        "headers": null,
    }))
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
fn in_progress(query_id: &str) -> Bytes {
    to_bytes(&json!({
        "data": {
            "queryId": query_id,
            "getResultUrl": format!("/queries/{query_id}/result"),
            "queryAbortsAfterSecs": 300,
            "progressDesc": null,
        },
        "code": IN_PROGRESS_ASYNC,
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

fn to_bytes(value: &serde_json::Value) -> Bytes {
    Bytes::from(value.to_string())
}
