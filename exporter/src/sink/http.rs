//! What sinks over HTTP share: one client with its trust, certificate and proxy; bodies; how an answer is to be understood.
//!
//! Enters: the sink's connection, requests. Leaves: answers, or whether to try again. Never here: a secret in an error, a redirect
//! that is followed: what is sent is meant for one receiver.

use std::io::Write as _;
use std::time::Duration;

use chrono::DateTime;
use event::TimeNs;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{CONTENT_ENCODING, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use journal::clock::{Clock as _, SystemClock};
use reqwest::RequestBuilder;

use super::SendError;
use crate::connection::{BuildError, Compress, Connection, tls};
use crate::limits;

/// A client for one receiver.
#[derive(Clone)]
pub struct Client {
    inner: reqwest::Client,
    gzip: bool,
}

/// What a receiver answered.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, cut at [`limits::ANSWER_BYTES_MAX`].
    pub body: Vec<u8>,
}

impl Client {
    /// A client as `connection` says; bodies are compressed if it says so, or by default if `gzip`.
    pub fn new(connection: &Connection, gzip: bool) -> Result<Self, BuildError> {
        let mut builder = reqwest::Client::builder()
            .use_preconfigured_tls(tls::client(&connection.tls)?)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(connection.timeout)
            .connect_timeout(connection.timeout)
            .user_agent(concat!("firn/", env!("CARGO_PKG_VERSION")));
        builder = match &connection.proxy {
            None => builder.no_proxy(),
            Some(proxy) => {
                let proxy = reqwest::Proxy::all(proxy.clone());
                builder.proxy(proxy.map_err(|error| BuildError::Client(error.to_string()))?)
            }
        };
        let inner = builder
            .build()
            .map_err(|error| BuildError::Client(error.to_string()))?;
        let gzip = match connection.compression {
            None => gzip,
            Some(Compress::Gzip) => true,
            Some(Compress::None) => false,
        };
        Ok(Self { inner, gzip })
    }

    /// A POST to `url`.
    pub fn post(&self, url: url::Url) -> RequestBuilder {
        self.inner.post(url)
    }

    /// A GET of `url`.
    pub fn get(&self, url: url::Url) -> RequestBuilder {
        self.inner.get(url)
    }

    /// `request` with `body`, compressed where that is wanted.
    pub fn with_body(
        &self,
        request: RequestBuilder,
        body: Vec<u8>,
    ) -> Result<RequestBuilder, SendError> {
        Ok(self.packed(body)?.of(request))
    }

    /// `body` as it goes over the wire.
    pub fn packed(&self, body: Vec<u8>) -> Result<Packed, SendError> {
        if !self.gzip {
            return Ok(Packed { body, gzip: false });
        }
        let mut packed = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
        let packed = packed.write_all(&body).and_then(|()| packed.finish());
        let body = packed.map_err(|error| SendError::later(error.to_string()))?;
        Ok(Packed { body, gzip: true })
    }
}

/// A body as it goes over the wire.
pub struct Packed {
    body: Vec<u8>,
    gzip: bool,
}

impl Packed {
    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// `request` with it.
    pub fn of(self, request: RequestBuilder) -> RequestBuilder {
        let request = request.body(self.body);
        if self.gzip {
            return request.header(CONTENT_ENCODING, "gzip");
        }
        request
    }
}

/// Sends `request`; an answer of any status, or that there was none.
pub async fn ask(request: RequestBuilder) -> Result<Answer, SendError> {
    let mut answer = request.send().await.map_err(|error| unreachable(&error))?;
    let status = answer.status();
    let headers = answer.headers().clone();
    let mut body = Vec::new();
    loop {
        match answer.chunk().await {
            Ok(Some(piece)) if body.len() + piece.len() <= limits::ANSWER_BYTES_MAX => {
                body.extend_from_slice(&piece);
            }
            Ok(Some(_)) => return Err(SendError::later("its answer is too long")),
            Ok(None) => break,
            Err(error) => return Err(unreachable(&error)),
        }
    }
    Ok(Answer {
        status,
        headers,
        body,
    })
}

impl Answer {
    /// The answer if it is a success; else whether the batch, or only the moment, is at fault.
    pub fn accepted(self) -> Result<Self, SendError> {
        if self.status.is_success() {
            return Ok(self);
        }
        let why = format!("it answers {}: {}", self.status, self.said());
        match self.status {
            StatusCode::BAD_REQUEST
            | StatusCode::PAYLOAD_TOO_LARGE
            | StatusCode::UNPROCESSABLE_ENTITY => Err(SendError::Refused { why }),
            // Wrong credentials, a wrong path, an overload: nothing of the batch is at fault.
            _ => Err(self.later(why)),
        }
    }

    /// The same of an answer to what holds no record: whatever it refuses, it is us.
    pub fn known(self) -> Result<Self, SendError> {
        self.accepted().map_err(|error| match error {
            SendError::Refused { why } => SendError::later(why),
            later @ SendError::Later { .. } => later,
        })
    }

    /// That it is to be tried again, because of `why`, when the answer says.
    pub fn later(&self, why: String) -> SendError {
        SendError::Later {
            why,
            after: self.retry_after(SystemClock.now()),
        }
    }

    /// What the answer to a request without any `records` says of the way there. Whoever takes or wants some knows us and the place.
    pub fn probed(self, records: &str) -> Result<String, SendError> {
        if self.status.is_success() || self.status == StatusCode::BAD_REQUEST {
            return Ok(format!(
                "it answers {} to a request without {records}",
                self.status
            ));
        }
        self.known().map(|_| "it answers".to_owned())
    }

    /// How long it asks to wait: seconds, or until a date.
    pub fn retry_after(&self, now: TimeNs) -> Option<Duration> {
        let text = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let date = DateTime::parse_from_rfc2822(text).ok()?;
        let wait = date.timestamp_nanos_opt()?.saturating_sub(now.0);
        Some(Duration::from_nanos(u64::try_from(wait).unwrap_or(0)))
    }

    /// The beginning of its body, on one line.
    pub fn said(&self) -> String {
        on_one_line(&String::from_utf8_lossy(&self.body))
    }
}

/// The beginning of what a receiver said, fit for a log and a terminal.
pub fn on_one_line(said: &str) -> String {
    let line: String = said
        .chars()
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .take(limits::ANSWER_SAID_MAX)
        .collect();
    line.trim().to_owned()
}

/// What kept a request from its answer, by its innermost cause; the URL may hold a secret.
fn unreachable(error: &reqwest::Error) -> SendError {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    let what = if error.is_timeout() {
        "it does not answer in time".to_owned()
    } else {
        format!("it cannot be reached: {cause}")
    };
    SendError::later(what)
}
