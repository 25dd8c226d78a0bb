//! Azure Monitor's Logs Ingestion API and Entra's token endpoint, as their documents describe them, with their limits.

use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::{HttpStand, Inner, KEY, Server, issue, known};

pub const TOKEN: &str = "tenant-1/oauth2/v2.0/token";
pub const STREAM: &str = "dataCollectionRules/dcr-1/streams/Custom-Firn";
/// "Maximum size of API call": compressed and uncompressed.
const CALL_BYTES: usize = 1024 * 1024;
/// "Maximum size for field values": what is longer is cut.
const VALUE_BYTES: usize = 64 * 1024;

pub fn stand(server: &Server) -> HttpStand {
    let to = "to.sentinel.url = '@url@'\nto.sentinel.authority = '@url@'\nto.sentinel.rule = 'dcr-1'\nto.sentinel.stream = 'Custom-Firn'\n\
              to.sentinel.tenant = 'tenant-1'\nto.sentinel.client = 'app-1'\nto.sentinel.secret.file = '@key@'";
    HttpStand {
        longest: 50_000,
        ..server.stand("sentinel", to)
    }
}

fn form(body: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(body).into_owned().collect()
}

pub(super) fn token(inner: &mut Inner, body: &[u8]) -> Response {
    let said = form(body);
    let wanted = [
        ("grant_type", "client_credentials"),
        ("client_id", "app-1"),
        ("client_secret", KEY),
        ("scope", "https://monitor.azure.com//.default"),
    ];
    for (name, value) in wanted {
        let found = said.iter().find(|(known, _)| known == name);
        assert_eq!(
            found.map(|(_, value)| value.as_str()),
            Some(value),
            "{name}"
        );
    }
    issue(inner)
}

pub(super) fn rows(
    inner: &mut Inner,
    query: Option<&str>,
    headers: &HeaderMap,
    sent: usize,
    body: &[u8],
) -> Response {
    let refuse = |status: StatusCode, code: &str| {
        let said = json!({"error": {"code": code, "message": "see the documents"}});
        (status, said.to_string()).into_response()
    };
    assert_eq!(query, Some("api-version=2023-01-01"));
    if !known(inner, headers) {
        return refuse(StatusCode::UNAUTHORIZED, "InvalidToken");
    }
    if sent > CALL_BYTES || body.len() > CALL_BYTES {
        return refuse(StatusCode::PAYLOAD_TOO_LARGE, "ContentLengthLimitExceeded");
    }
    assert_eq!(headers["content-type"], "application/json");
    let Ok(rows) = serde_json::from_slice::<Vec<Value>>(body) else {
        return refuse(StatusCode::BAD_REQUEST, "InvalidPayload");
    };
    for row in rows {
        let time = row["TimeGenerated"].as_str().unwrap();
        assert!(time.starts_with("2026-") && time.ends_with('Z'), "{row}");
        assert_eq!(row["Class"], 6005);
        assert_eq!(row["FirnId"], row["Event"]["id"]);
        let event = row["Event"].to_string();
        if event.len() > VALUE_BYTES {
            inner.got.push(json!(event[..VALUE_BYTES]));
        } else {
            inner.got.push(row["Event"].clone());
        }
    }
    StatusCode::NO_CONTENT.into_response()
}
