//! The SQL API's own bodies and statuses.
//!
//! Enters: outcomes, failures. Leaves: 200 with a ResultSet, 202 while it runs or waits for people, 422 where it was refused or
//! failed, as Snowflake's documentation has them. Never here: a row that was not masked.

use event::TimeNs;
use event::payload::ResultFormat;
use http::header::{LINK, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

use super::handle::Handle;
use super::rows::{write_row, written};
use crate::body::BodyError;
use crate::claims::ClaimsError;
use crate::doors::cells::{Cells, CellsError};
use crate::doors::identity::NotIdentified;
use crate::doors::reply::{Reply, json as reply};
use crate::failure::Failure;
use crate::fresh;
use crate::limits::API_RETRY_AFTER_SECONDS;
use crate::outcome::{Delivered, Refusal};
use crate::raw::RawObject;
use crate::seal::{KeyRingError, Sealer};
use crate::session::opening;

/// Snowflake's words for a statement that ran.
const DONE: (&str, &str) = ("090001", "Statement executed successfully.");
/// … and for one that runs.
const RUNNING: &str = "333334";
/// SQLSTATE of success.
const SUCCESS: &str = "00000";

/// A statement's result, or why it cannot be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WriteError {
    #[error(transparent)]
    Cells(#[from] CellsError),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Handle(#[from] KeyRingError),
}

/// 200: the rows that came with the result, what its columns are, and where the others are.
pub(crate) fn result_set(
    sealer: &Sealer,
    handle: &Handle,
    result: &Delivered,
) -> Result<Reply, WriteError> {
    let handle = Handle {
        query_id: Some(result.query_id.clone()),
        ..handle.clone()
    };
    let named = handle.seal(sealer)?;
    if !result.children.is_empty() {
        return several(sealer, &handle, &named, result);
    }
    let mut cells = Cells::new(&result.columns, result.rows.format);
    let (mut data, mut count) = (b"[".to_vec(), 0_u64);
    let has_rows = !result.rows.bytes.is_empty();
    if has_rows || result.rows.format == ResultFormat::Json {
        cells.push(result.rows.bytes.clone(), |row| {
            if count > 0 {
                data.push(b',');
            }
            write_row(&mut data, &result.columns, &row, handle.nullable);
            count += 1;
        })?;
    }
    data.push(b']');
    let partitions = partitions(result, count, data.len())?;
    let total: u64 = partitions
        .iter()
        .filter_map(|one| one["rowCount"].as_u64())
        .sum();
    let head = json!({
        "resultSetMetaData": {
            "numRows": total,
            "format": "jsonv2",
            "partitionInfo": partitions,
            "rowType": row_type(result)?,
        },
    });
    let tail = tail(&handle, &named, result);
    let mut answer = reply(StatusCode::OK, written(&head, Some(&data), &tail));
    link(&mut answer, &named, 0, result.parts.len());
    Ok(answer)
}

/// 200: several statements ran; each has a handle of its own.
fn several(
    sealer: &Sealer,
    handle: &Handle,
    named: &str,
    result: &Delivered,
) -> Result<Reply, WriteError> {
    let handles = result.children.iter();
    let handles = handles.map(|child| handle.of_child(child).seal(sealer));
    let head = json!({
        "resultSetMetaData": {
            "numRows": 1,
            "format": "jsonv2",
            "partitionInfo": [{ "rowCount": 1, "uncompressedSize": 57 }],
            "rowType": [{ "name": "multiple statement execution", "type": "text", "nullable": false,
                "length": 16_777_216, "byteLength": 16_777_216, "precision": null, "scale": null,
                "database": "", "schema": "", "table": "", "collation": null }],
        },
        "statementHandles": handles.collect::<Result<Vec<_>, _>>()?,
    });
    let data = br#"[["Multiple statements executed successfully."]]"#;
    let tail = tail(handle, named, result);
    Ok(reply(StatusCode::OK, written(&head, Some(data), &tail)))
}

fn tail(handle: &Handle, named: &str, result: &Delivered) -> Value {
    let mut tail = status(handle, named, DONE.0, SUCCESS, DONE.1);
    let stats = result.rest.data.as_ref();
    let stats: Option<Value> = stats.and_then(|data| data.read("stats").ok().flatten());
    if let (Some(stats), Some(fields)) = (stats, tail.as_object_mut()) {
        fields.insert("stats".to_owned(), stats);
    }
    tail
}

/// The columns as Snowflake describes them.
fn row_type(result: &Delivered) -> Result<Value, serde_json::Error> {
    let described = match &result.rest.data {
        Some(data) => data.read("rowtype")?,
        None => None,
    };
    Ok(described.unwrap_or_else(|| json!([])))
}

/// The first part, which is in this answer, and the others as Snowflake tells of them.
fn partitions(
    result: &Delivered,
    rows: u64,
    bytes: usize,
) -> Result<Vec<Value>, serde_json::Error> {
    let listed: Option<Vec<RawObject>> = match &result.rest.data {
        Some(data) => data.read("chunks")?,
        None => None,
    };
    let mut all = vec![json!({ "rowCount": rows, "uncompressedSize": bytes })];
    for (place, part) in result.parts.iter().enumerate() {
        let chunk = listed.as_ref().and_then(|chunks| chunks.get(place));
        let number = |name| chunk.and_then(|chunk| chunk.read::<u64>(name).ok().flatten());
        all.push(json!({
            "rowCount": part.rows.unwrap_or(0),
            "uncompressedSize": number("uncompressedSize"),
            "compressedSize": number("compressedSize"),
        }));
    }
    Ok(all)
}

/// Where the parts before and after this one are (RFC 8288).
pub(crate) fn link(answer: &mut Reply, handle: &str, at: usize, parts: usize) {
    if parts == 0 {
        return;
    }
    let to = |part: usize, what: &str| {
        format!("</api/v2/statements/{handle}?partition={part}>; rel=\"{what}\"")
    };
    let mut links = vec![to(0, "first")];
    if at > 0 {
        links.push(to(at - 1, "prev"));
    }
    if at < parts {
        links.push(to(at + 1, "next"));
    }
    links.push(to(parts, "last"));
    if let Ok(value) = HeaderValue::from_str(&links.join(",")) {
        answer.headers_mut().insert(LINK, value);
    }
}

/// 202: it runs, or waits for people.
pub(crate) fn running(handle: &Handle, named: &str, held: bool) -> Reply {
    let text = if held {
        "The statement waits for people to approve it. Ask for it by its handle."
    } else {
        "Asynchronous execution in progress. Use provided query id to perform query monitoring and management."
    };
    let body = status(handle, named, RUNNING, SUCCESS, text);
    reply(StatusCode::ACCEPTED, body.to_string())
}

/// 200: it is canceled.
pub(crate) fn canceled(handle: &Handle, named: &str) -> Reply {
    let body = status(handle, named, "000604", "57014", "SQL execution canceled");
    reply(StatusCode::OK, body.to_string())
}

fn status(handle: &Handle, named: &str, code: &str, sql_state: &str, message: &str) -> Value {
    json!({
        "code": code,
        "sqlState": sql_state,
        "message": message,
        "statementHandle": named,
        "createdOn": milliseconds(handle.created),
        "statementStatusUrl": format!("/api/v2/statements/{named}"),
    })
}

/// A refusal of the gateway's or Snowflake's: 422, but for what may go better later.
pub(crate) fn refused(handle: Option<(&Handle, &str)>, refusal: &Refusal) -> Reply {
    let (code, sql_state, message) = match refusal {
        Refusal::Own(failure) => (failure.code, failure.sql_state, failure.text()),
        Refusal::Upstream(error) => (
            error.code.as_str(),
            error.sql_state.as_str(),
            error.message.get().clone(),
        ),
    };
    let status = match refusal {
        Refusal::Own(failure) if failure.is_for_want_of_room() => StatusCode::TOO_MANY_REQUESTS,
        // It did not run, or its result is withheld: the same request may go better.
        Refusal::Own(failure) if failure.sql_state == "58030" => StatusCode::SERVICE_UNAVAILABLE,
        // Snowflake's "statement reached its timeout".
        Refusal::Upstream(error) if error.code == "000630" => StatusCode::REQUEST_TIMEOUT,
        Refusal::Own(_) | Refusal::Upstream(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let mut body = json!({ "code": code, "sqlState": sql_state, "message": message });
    if let (Some((handle, named)), Some(fields)) = (handle, body.as_object_mut()) {
        fields.insert("statementHandle".to_owned(), named.into());
        let created = milliseconds(handle.created);
        fields.insert("createdOn".to_owned(), created.into());
        let url = format!("/api/v2/statements/{named}");
        fields.insert("statementStatusUrl".to_owned(), url.into());
    }
    patient(status, reply(status, body.to_string()))
}

/// An error of no statement.
pub(crate) fn error(status: StatusCode, code: &str, message: impl std::fmt::Display) -> Reply {
    let id = fresh::v4();
    let text = format!("{message}\n(request {id})");
    // `error_code` and `request_id` are where Snowflake's own Python package looks.
    let body = json!({ "code": code, "message": text, "error_code": code, "request_id": id });
    let mut answer = reply(status, body.to_string());
    if status == StatusCode::UNAUTHORIZED {
        let bearer = HeaderValue::from_static("Bearer");
        answer.headers_mut().insert(WWW_AUTHENTICATE, bearer);
    }
    patient(status, answer)
}

/// Nobody is known by the request's token.
pub(crate) fn not_identified(why: &NotIdentified) -> Reply {
    use door::AuthError;
    let (status, code) = match why {
        NotIdentified::Token(AuthError::Expired) => (StatusCode::UNAUTHORIZED, "390318"),
        NotIdentified::Token(AuthError::Unavailable) => (StatusCode::SERVICE_UNAVAILABLE, "390400"),
        NotIdentified::Token(AuthError::Invalid { .. }) | NotIdentified::Missing => {
            (StatusCode::UNAUTHORIZED, "390303")
        }
        NotIdentified::NotAgent => (StatusCode::FORBIDDEN, "390303"),
    };
    error(status, code, why)
}

/// Too much at once: the statement was not taken.
pub(crate) fn busy() -> Reply {
    let text = "too much is asked for at once, and this was not taken: send it again later";
    error(StatusCode::TOO_MANY_REQUESTS, "390400", text)
}

/// A body that could not be read; one that found no room is taken later.
pub(crate) fn unread(why: &BodyError) -> Reply {
    match why {
        BodyError::Busy => busy(),
        wrong => error(StatusCode::BAD_REQUEST, "390142", wrong),
    }
}

/// No session was opened.
pub(crate) fn not_opened(refusal: &opening::Refusal) -> Reply {
    let status = match refusal.code.as_str() {
        "390201" => StatusCode::FORBIDDEN,
        "390400" => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::UNAUTHORIZED,
    };
    error(status, &refusal.code, &refusal.message)
}

/// The session of a handle is over: so is what it gave.
pub(crate) fn over(why: &ClaimsError) -> Reply {
    let text = format!("{why}\nThe statement's session is over: submit the statement again.");
    error(StatusCode::NOT_FOUND, "390114", text)
}

/// Something that may go better in a while says when.
fn patient(status: StatusCode, mut answer: Reply) -> Reply {
    if status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::SERVICE_UNAVAILABLE {
        let seconds = HeaderValue::from(API_RETRY_AFTER_SECONDS);
        answer.headers_mut().insert(RETRY_AFTER, seconds);
    }
    answer
}

/// A refusal in the gateway's words, of no statement that has a handle.
pub(crate) fn failed(failure: Failure) -> Reply {
    refused(None, &Refusal::Own(failure))
}

const fn milliseconds(at: TimeNs) -> i64 {
    at.0 / 1_000_000
}

#[cfg(test)]
mod tests {
    use super::{BodyError, RETRY_AFTER, StatusCode, unread};

    /// It was told that its request was wrong, and never sent it again.
    #[test]
    fn who_finds_no_room_is_told_when_to_come_again() {
        for (why, status) in [
            (BodyError::Busy, StatusCode::TOO_MANY_REQUESTS),
            (BodyError::Gzip, StatusCode::BAD_REQUEST),
        ] {
            let answer = unread(&why);
            assert_eq!(answer.status(), status, "{why}");
            let again = answer.headers().contains_key(RETRY_AFTER);
            assert_eq!(again, why == BodyError::Busy, "{why}");
        }
    }
}
