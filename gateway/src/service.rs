//! From an HTTP request to the part of the gateway that answers it.
//!
//! Enters: a request and where it came from. Leaves: a reply. Never here: what any of the parts does.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::Masking;
use access::engine::Engine;
use bytes::Bytes;
use event::payload::{FailureStage, StageRefused};
use event::{Source, TimeNs};
use http::header::HOST;
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use ledger::clock::Clock;
use ledger::journal::Journal;
use rand::RngCore as _;
use serde_json::Value;
use uuid::Uuid;

use crate::answer::{Failure, Reply, login_refused, session_refused, success, whole};
use crate::body::{self, BodyError};
use crate::claims::ClaimsError;
use crate::config::Config;
use crate::control::Control;
use crate::delivery::Delivery;
use crate::ending::{Closed, Watch};
use crate::identify::Identify;
use crate::known::{Known, Sent};
use crate::limits::{LOGIN_BYTES_MAX, REQUEST_BYTES_MAX, TARGET_BYTES_MAX};
use crate::past::Pasts;
use crate::record::Recorder;
use crate::router::{Route, parameter, route};
use crate::seal::{Purpose, Sealer};
use crate::session::Session;
use crate::statement::replies::Replies;
use crate::upstream::Client;
use crate::upstream::login::Credential;
use crate::views::Views;
use crate::{ending, login, queries, results, session, statement};

/// What every request needs. Nothing in it is needed by another instance.
pub(crate) struct Shared {
    pub config: Config,
    pub credentials: BTreeMap<String, Credential>,
    pub sealer: Sealer,
    pub recorder: Recorder,
    pub clock: Arc<dyn Clock>,
    pub engine: Arc<Engine>,
    pub masking: Masking,
    pub identify: Arc<dyn Identify>,
    pub client: Client,
    pub control: Control,
    pub delivery: Delivery,
    pub views: Views,
    pub known: Known,
    pub sent: Sent,
    pub replies: Replies,
    pub closed: Closed,
    pub watch: Watch,
    pub pasts: Pasts,
    pub journal: Arc<dyn Journal>,
    /// No other gateway can serve these sessions.
    pub alone: bool,
}

impl Shared {
    /// A random id.
    pub fn fresh_v4(&self) -> Uuid {
        let mut bytes = [0; 16];
        rand::rng().fill_bytes(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }

    /// An id that sorts by `now`.
    pub fn fresh_v7(&self, now: TimeNs) -> Uuid {
        let mut bytes = [0; 10];
        rand::rng().fill_bytes(&mut bytes);
        let millis = u64::try_from(now.0 / 1_000_000).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
    }
}

/// Answers one request.
pub(crate) async fn serve(
    shared: Arc<Shared>,
    source: Source,
    request: Request<Incoming>,
) -> Reply {
    let arrived = shared.clock.now();
    if request.uri().to_string().len() > TARGET_BYTES_MAX {
        let text = format!("the request's address is longer than {TARGET_BYTES_MAX} bytes");
        return Failure::malformed(shared.fresh_v4(), text)
            .of_request()
            .reply();
    }
    let route = route(request.method(), request.uri().path());
    match route {
        Route::Health => health(&shared),
        Route::Login => {
            let query = request.uri().query().map(str::to_owned);
            let (parts, body) = request.into_parts();
            match body::read(&parts.headers, body, LOGIN_BYTES_MAX).await {
                Ok(body) => login::login(&shared, source, query.as_deref(), &body).await,
                Err(error) => login_refused("390100", "USERNAME_PASSWORD", &error.to_string()),
            }
        }
        Route::Authenticator => session_refused(
            "390100",
            "browser and Okta logins are not taken here: use authenticator=oauth with your OIDC token",
        ),
        Route::Chunk(sealed) => match shared.delivery.open_chunk(&sealed) {
            Ok(ticket) if !shared.has_ended(ticket.session()) => {
                shared.delivery.serve_chunk(ticket, arrived).await
            }
            Ok(_) => Delivery::chunk_refused(&crate::delivery::ChunkRefused::Expired),
            Err(refused) => Delivery::chunk_refused(&refused),
        },
        // Drivers do not look at the answer, and nothing of it is worth forwarding.
        Route::Telemetry => success(&Value::from("Log Received")),
        Route::Unknown => unknown(&shared, source, &request, arrived),
        Route::Token => {
            in_session(
                shared,
                source,
                arrived,
                request,
                Route::Token,
                Purpose::Master,
            )
            .await
        }
        other => in_session(shared, source, arrived, request, other, Purpose::Session).await,
    }
}

/// Routes that need an open session.
async fn in_session(
    shared: Arc<Shared>,
    source: Source,
    arrived: TimeNs,
    request: Request<Incoming>,
    route: Route,
    purpose: Purpose,
) -> Reply {
    let claims = match shared.claims(request.headers(), purpose) {
        Ok(claims) => claims,
        Err(error) => {
            if matches!(error, ClaimsError::Ended(_)) {
                ending::came_late(&shared, source, request.headers(), purpose).await;
            }
            drain(request).await;
            return session::refusal(&error);
        }
    };
    let session = Session {
        claims,
        source,
        public_base: public_base(&shared.config, &request),
        arrived,
    };
    shared.watch.served(&session);
    let query = request.uri().query().map(str::to_owned);
    let query = query.as_deref();
    let (parts, body) = request.into_parts();
    let limit_bytes = if route == Route::Query {
        REQUEST_BYTES_MAX
    } else {
        LOGIN_BYTES_MAX
    };
    let body = match body::read(&parts.headers, body, limit_bytes).await {
        Ok(body) => body,
        Err(error) => return bad_body(&shared, &session, &route, query, &error),
    };
    dispatch(&shared, session, route, query, body).await
}

async fn dispatch(
    shared: &Arc<Shared>,
    session: Session,
    route: Route,
    query: Option<&str>,
    body: Bytes,
) -> Reply {
    match route {
        Route::Query => {
            let request_id = parameter(query, "requestId");
            statement::query(shared, session, request_id, &body).await
        }
        Route::Result(id) => results::result(shared, session, &id).await,
        Route::Abort => queries::abort(shared, &session, &body).await,
        Route::AbortById(id) => queries::abort_by_id(shared, &session, &id).await,
        Route::Monitoring(id) => queries::monitoring(shared, &session, &id).await,
        Route::Token => session::renew(shared, session).await,
        Route::Heartbeat => session::heartbeat(shared, &session).await,
        Route::Logout => ending::logout(shared, session).await,
        // Answered before a session is asked for.
        Route::Login
        | Route::Authenticator
        | Route::Chunk(_)
        | Route::Telemetry
        | Route::Health
        | Route::Unknown => success(&Value::Null),
    }
}

/// A body that could not be read; of a statement, that it came is recorded.
fn bad_body(
    shared: &Shared,
    session: &Session,
    route: &Route,
    query: Option<&str>,
    error: &BodyError,
) -> Reply {
    if *route == Route::Query
        && let Some(statement) = statement::named(session, query)
    {
        return statement::unread(shared, session, statement, error.to_string());
    }
    Failure::malformed(shared.fresh_v4(), error.to_string())
        .of_request()
        .reply()
}

/// A path nobody serves: refused, and in the record if the request carries a session.
fn unknown(shared: &Shared, source: Source, request: &Request<Incoming>, arrived: TimeNs) -> Reply {
    let path: String = request.uri().path().chars().take(256).collect();
    let operation = format!("{} {path}", request.method());
    let text = format!("{operation} is not served by this gateway: use a Snowflake driver");
    let id = shared.fresh_v4();
    if let Ok(claims) = shared.claims(request.headers(), Purpose::Session) {
        let session = Session {
            claims,
            source,
            public_base: String::new(),
            arrived,
        };
        shared.recorder.note(session.draft(StageRefused {
            operation,
            reason: format!("only the drivers' own endpoints are served (request {id})"),
        }));
    }
    Failure::refused(FailureStage::Gateway, id, text)
        .of_request()
        .reply()
}

/// Scheme and host under which the driver reached us.
fn public_base(config: &Config, request: &Request<Incoming>) -> String {
    if let Some(url) = &config.public_url {
        return url.as_str().trim_end_matches('/').to_owned();
    }
    let scheme = if config.tls.is_some() {
        "https"
    } else {
        "http"
    };
    let host = request
        .uri()
        .authority()
        .map(|authority| authority.as_str())
        .or_else(|| {
            request
                .headers()
                .get(HOST)
                .and_then(|host| host.to_str().ok())
        })
        .unwrap_or("localhost");
    format!("{scheme}://{host}")
}

/// Reads what the driver still sends, so that it hears the refusal.
async fn drain(request: Request<Incoming>) {
    let (parts, body) = request.into_parts();
    // Whatever is wrong with it, it is not used.
    let _ = body::read(&parts.headers, body, LOGIN_BYTES_MAX).await;
}

fn health(shared: &Shared) -> Reply {
    let healthy = shared.recorder.healthy();
    let mut reply = Response::new(whole(Bytes::from_static(if healthy {
        b"ok\n"
    } else {
        b"the journal takes no events\n"
    })));
    if !healthy {
        *reply.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    }
    reply
}
