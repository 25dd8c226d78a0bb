//! Answers that hold some of the record.
//!
//! Enters: an answer. Leaves: the same, which no cache keeps. Never here: who may have it.

use axum::response::Response;
use http::HeaderValue;
use http::header::CACHE_CONTROL;

/// The record must not rest in a cache.
#[must_use]
pub fn private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
