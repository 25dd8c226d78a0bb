//! Files as drivers send and fetch them: by an address instead of a credential for cloud storage.
//!
//! Enters: a sealed ticket, a file. Leaves: the file, or why not. Never here: what becomes of it.
//!
//! Drivers take these addresses for Google's storage: they try again after a 503, give up after a 403, and show the words beside the
//! status.

use std::sync::Arc;

use bytes::Bytes;
use event::{SessionId, TimeNs};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use hyper::ext::ReasonPhrase;

use super::answer::{Reply, busy, whole};
use crate::arriving::Arriving;
use crate::claims::bearer;
use crate::doors::reply::streamed;
use crate::seal::Purpose;
use crate::shared::Shared;
use crate::stages::download::download;
use crate::stages::failure::FileFailure;
use crate::stages::opened::Asked;
use crate::stages::upload::upload;

/// Takes a file.
pub(super) async fn put(
    shared: &Arc<Shared>,
    arrived: TimeNs,
    sealed: String,
    request: Request<Arriving>,
) -> Reply {
    let (parts, body) = request.into_parts();
    let asked = match asked(shared, arrived, sealed, &parts.headers) {
        Ok(asked) => asked,
        Err(failure) => return refused(&failure),
    };
    match upload(shared, asked, body).await {
        Ok(()) => stored(),
        Err(failure) => refused(&failure),
    }
}

/// Gives a file.
pub(super) async fn get(
    shared: &Arc<Shared>,
    arrived: TimeNs,
    sealed: String,
    headers: &HeaderMap,
) -> Reply {
    let asked = match asked(shared, arrived, sealed, headers) {
        Ok(asked) => asked,
        Err(failure) => return refused(&failure),
    };
    match download(shared, asked).await {
        Ok(file) => {
            let length = HeaderValue::from(file.bytes());
            let mut reply = Response::new(streamed(file.pieces()));
            let kind = HeaderValue::from_static("application/octet-stream");
            let headers = reply.headers_mut();
            headers.insert(CONTENT_TYPE, kind);
            headers.insert(CONTENT_LENGTH, length);
            reply
        }
        Err(failure) => refused(&failure),
    }
}

fn asked(
    shared: &Shared,
    arrived: TimeNs,
    sealed: String,
    headers: &HeaderMap,
) -> Result<Asked, FileFailure> {
    Ok(Asked {
        sealed,
        shown: shown(shared, headers)?,
        arrived,
    })
}

/// The session whose token is shown; a token that opens none is shown by nobody that an address was given to.
fn shown(shared: &Shared, headers: &HeaderMap) -> Result<Option<SessionId>, FileFailure> {
    match bearer(headers) {
        Err(_) => Ok(None),
        Ok(token) => match shared.claims(Purpose::Session, token) {
            Ok(claims) => Ok(Some(claims.session)),
            Err(_) => Err(FileFailure::Closed),
        },
    }
}

fn stored() -> Reply {
    let mut reply = Response::new(whole(Bytes::new()));
    let headers = reply.headers_mut();
    headers.insert(ETAG, HeaderValue::from_static("\"firn\""));
    headers.insert("x-goog-generation", HeaderValue::from_static("1"));
    reply
}

fn refused(failure: &FileFailure) -> Reply {
    if failure.is_passing() {
        return busy();
    }
    let text = failure.to_string();
    let mut reply = Response::new(whole(Bytes::from(text.clone())));
    *reply.status_mut() = StatusCode::FORBIDDEN;
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    reply.headers_mut().insert(CONTENT_TYPE, kind);
    if let Ok(phrase) = ReasonPhrase::try_from(text) {
        reply.extensions_mut().insert(phrase);
    }
    reply
}
