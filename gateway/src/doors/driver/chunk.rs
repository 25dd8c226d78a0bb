//! A result chunk, as drivers fetch it instead of from cloud storage.
//!
//! Enters: masked rows as they become durable. Leaves: a body, in gzip where it crosses a network. Never here: rows that are not durable.
//!
//! Every driver takes a body as it is (`Accept-Encoding: gzip` says what it can, not what it must have), and between programs of
//! one machine compressing costs many times what it saves. Who says that it takes no gzip gets none, however far it is.
//!
//! Statuses are what drivers act on: all retry a 503, so everything that may go better next time is one; a 403 ends it. After
//! the first byte only breaking the connection off is left.

use std::io;
use std::net::IpAddr;
use std::pin::Pin;

use bytes::Bytes;
use event::Source;
use futures::{Stream, StreamExt as _};
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};

use super::answer::{Reply, busy, whole};
use crate::delivery::ChunkFailure;
use crate::doors::gzip::gzip;
use crate::doors::reply::streamed as body;

type Rows = Pin<Box<dyn Stream<Item = Result<Bytes, ChunkFailure>> + Send>>;

/// Whether a request's answer crosses a network: nobody in between says that it asks for somebody elsewhere, and it comes from
/// this machine.
pub fn is_far(source: &Source, headers: &HeaderMap) -> bool {
    let near = source.ip.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    let between = ["forwarded", "x-forwarded-for", "via", "x-real-ip"];
    !near || between.iter().any(|name| headers.contains_key(*name))
}

/// Whether whoever asks may be answered in gzip: it says so, or says nothing of it.
pub fn takes_gzip(headers: &HeaderMap) -> bool {
    let mut said = headers.get_all(ACCEPT_ENCODING).iter().peekable();
    if said.peek().is_none() {
        return true;
    }
    let codings = said.filter_map(|value| value.to_str().ok());
    codings.flat_map(|value| value.split(',')).any(|one| {
        let mut parts = one.split(';').map(str::trim);
        let coding = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts.find_map(|part| part.strip_prefix("q="));
        let refused = weight.is_some_and(|weight| weight.parse::<f32>().is_ok_and(|q| q <= 0.0));
        matches!(coding.as_str(), "gzip" | "x-gzip" | "*") && !refused
    })
}

/// Writes a chunk, `packed` in gzip or as it is. Returns when its first bytes may leave, or with the refusal.
pub async fn write(mut rows: Rows, packed: bool) -> Reply {
    match rows.next().await {
        Some(Ok(first)) => {
            let rows = futures::stream::iter([Ok(first)]).chain(rows);
            if !packed {
                return streamed(rows.map(|bytes| bytes.map_err(io::Error::other)));
            }
            let mut reply = streamed(gzip(rows.boxed()));
            let gzip = HeaderValue::from_static("gzip");
            reply.headers_mut().insert(CONTENT_ENCODING, gzip);
            reply
        }
        Some(Err(failure)) if failure.is_final() => refused(StatusCode::FORBIDDEN),
        Some(Err(_)) | None => busy(),
    }
}

/// The answer to an address that opens nothing: drivers do not get further with it.
pub fn closed() -> Reply {
    refused(StatusCode::FORBIDDEN)
}

fn streamed(bytes: impl Stream<Item = io::Result<Bytes>> + Send + 'static) -> Reply {
    let mut reply = Response::new(body(bytes));
    let kind = HeaderValue::from_static("application/octet-stream");
    reply.headers_mut().insert(CONTENT_TYPE, kind);
    reply
}

fn refused(status: StatusCode) -> Reply {
    let mut reply = Response::new(whole(Bytes::new()));
    *reply.status_mut() = status;
    reply
}

#[cfg(test)]
mod tests {
    use event::Source;
    use http::{HeaderMap, HeaderValue};

    use super::{is_far, takes_gzip};

    #[test]
    fn who_takes_no_gzip_gets_none() {
        for (said, taken) in [
            (None, true),
            (Some("gzip"), true),
            (Some("gzip, deflate, br"), true),
            (Some("deflate;q=0.5, GZIP;q=0.1"), true),
            (Some("*"), true),
            (Some("identity"), false),
            (Some(""), false),
            (Some("br, gzip;q=0"), false),
            (Some("gzip; q=0.000"), false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(said) = said {
                headers.insert("accept-encoding", HeaderValue::from_static(said));
            }
            assert_eq!(takes_gzip(&headers), taken, "{said:?}");
        }
    }

    #[test]
    fn only_this_machines_own_programs_are_near() {
        for (ip, header, far) in [
            ("127.0.0.1", None, false),
            ("::1", None, false),
            ("127.0.0.1", Some("x-forwarded-for"), true),
            ("::1", Some("via"), true),
            ("10.0.0.7", None, true),
            ("not an address", None, true),
        ] {
            let source = Source {
                ip: ip.to_owned(),
                tls: None,
            };
            let mut headers = HeaderMap::new();
            if let Some(name) = header {
                headers.insert(name, HeaderValue::from_static("10.0.0.7"));
            }
            assert_eq!(is_far(&source, &headers), far, "{ip} {header:?}");
        }
    }
}
