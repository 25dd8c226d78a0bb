//! The door of Snowflake's own drivers: their HTTP endpoints, answered as Snowflake answers them.
//!
//! Enters: an HTTP request and where it came from. Leaves: a reply. Never here: what becomes of a statement.

mod addresses;
pub mod answer;
mod cancel;
pub mod chunk;
mod files;
mod login;
mod login_request;
mod monitoring;
mod query;
pub mod router;
mod tokens;

use std::sync::Arc;

use bytes::Bytes;
use event::payload::{FailureStage, StageRefused};
use event::{Source, TimeNs};
use http::header::HOST;
use http::{Request, Response, StatusCode};
use serde_json::Value;
use uuid::Uuid;

use crate::arriving::Arriving;
use crate::body::{self, BodyError};
use crate::claims::{ClaimsError, bearer};
use crate::config::Config;
use crate::failure::Failure;
use crate::fresh;
use crate::limits::{LOGIN_BYTES_MAX, REQUEST_BYTES_MAX, TARGET_BYTES_MAX};
use crate::outcome::Outcome;
use crate::poll::poll;
use crate::record::Recorder;
use crate::seal::Purpose;
use crate::session::{Session, ending};
use crate::shared::Shared;
use crate::statement::request::MovesFiles;

use answer::{Reply, failed, login_refused, session_refused, success, whole, write};
use router::{Route, route};

/// Answers one request.
pub(crate) async fn serve(
    shared: Arc<Shared>,
    source: Source,
    request: Request<Arriving>,
) -> Reply {
    let arrived = shared.clock.now();
    if request.uri().to_string().len() > TARGET_BYTES_MAX {
        let text = format!("the request's address is longer than {TARGET_BYTES_MAX} bytes");
        return failed(
            &Failure::malformed(fresh::v4(), text).of_request("its address is too long"),
        );
    }
    let route = route(request.method(), request.uri().path());
    match route {
        Route::Health => health(&shared.recorder),
        Route::Login => {
            let query = request.uri().query().map(str::to_owned);
            let (parts, body) = request.into_parts();
            match body::read(&parts.headers, body, None, LOGIN_BYTES_MAX).await {
                Ok(body) => login::login(&shared, source, query.as_deref(), &body).await,
                Err(BodyError::Busy) => answer::busy(),
                Err(error) => login_refused("390100", "USERNAME_PASSWORD", &error.to_string()),
            }
        }
        Route::Authenticator => session_refused(
            "390100",
            "browser and Okta logins are not taken here: use authenticator=oauth with your OIDC token",
        ),
        Route::Chunk(sealed) => match shared.delivery.open_chunk(&sealed) {
            Ok(ticket) if shared.chunks.is_full(ticket.about()) => answer::busy(),
            Ok(ticket) if !shared.is_over(ticket.about()) => {
                let headers = request.headers();
                let packed = chunk::is_far(&source, headers) && chunk::takes_gzip(headers);
                chunk::write(shared.rows(ticket, arrived), packed).await
            }
            _ => chunk::closed(),
        },
        Route::Upload(sealed) => files::put(&shared, arrived, sealed, request).await,
        Route::Download(sealed) => files::get(&shared, arrived, sealed, request.headers()).await,
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
    request: Request<Arriving>,
    route: Route,
    purpose: Purpose,
) -> Reply {
    let token = bearer(request.headers()).map(str::to_owned);
    let claims = match token.map(|token| (shared.claims(purpose, &token), token)) {
        Ok((Ok(claims), _)) => claims,
        Ok((Err(error), token)) => {
            if matches!(error, ClaimsError::Ended(_)) {
                ending::came_late(&shared, source, &token, purpose).await;
            }
            return answer::refused(&error);
        }
        Err(error) => {
            return answer::refused(&error);
        }
    };
    let session = Session {
        claims,
        source,
        arrived,
    };
    let base = public_base(&shared.config, &request);
    shared.watch.served(&session);
    let query = request.uri().query().map(str::to_owned);
    let query = query.as_deref();
    let (parts, body) = request.into_parts();
    let moves = query::moves_files(&parts.headers);
    let limit_bytes = if route == Route::Query {
        REQUEST_BYTES_MAX
    } else {
        LOGIN_BYTES_MAX
    };
    let whose = Some(&session.claims.principal);
    let body = match body::read(&parts.headers, body, whose, limit_bytes).await {
        Ok(body) => body,
        Err(error) => return bad_body(&shared.recorder, &session, &route, query, &error),
    };
    dispatch(&shared, session, route, (query, &base), (body, moves)).await
}

async fn dispatch(
    shared: &Arc<Shared>,
    session: Session,
    route: Route,
    (target, base): (Option<&str>, &str),
    (body, moves): (Bytes, MovesFiles),
) -> Reply {
    match route {
        Route::Query => query::query(shared, session, (target, base), &body, moves).await,
        Route::Result(id) => write(result(shared, &session, &id).await, base).await,
        Route::Abort => cancel::abort(shared, &session, &body).await,
        Route::AbortById(id) => cancel::abort_by_id(shared, &session, &id).await,
        Route::Monitoring(id) => monitoring::monitoring(shared, &session, &id).await,
        Route::Token => tokens::renew(shared, session).await,
        Route::Heartbeat => tokens::heartbeat(&shared.accounts, &session).await,
        Route::Logout => {
            ending::logout(shared, &session).await;
            success(&Value::Null)
        }
        // Answered before a session is asked for.
        Route::Login
        | Route::Authenticator
        | Route::Chunk(_)
        | Route::Upload(_)
        | Route::Download(_)
        | Route::Telemetry
        | Route::Health
        | Route::Unknown => success(&Value::Null),
    }
}

async fn result(shared: &Arc<Shared>, session: &Session, id: &str) -> Outcome {
    match Uuid::try_parse(id) {
        Ok(id) => poll(shared, session, id).await,
        Err(_) => Failure::malformed(fresh::v4(), "this is not a query id")
            .of_request("it names no query")
            .into(),
    }
}

/// A body that could not be read; of a statement, that it came is recorded.
fn bad_body(
    recorder: &Recorder,
    session: &Session,
    route: &Route,
    target: Option<&str>,
    error: &BodyError,
) -> Reply {
    if *error == BodyError::Busy {
        return answer::busy();
    }
    if *route == Route::Query
        && let Some(statement) = query::named(session, target)
    {
        return query::unread(recorder, session, statement, error.to_string());
    }
    let failure = Failure::malformed(fresh::v4(), error.to_string());
    failed(&failure.of_request("its body could not be read"))
}

/// Words of Snowflake's paths; whatever else stands in one may be anything, a value too.
const PATH_WORDS: [&str; 17] = [
    "api",
    "v1",
    "v2",
    "statements",
    "databases",
    "schemas",
    "tables",
    "warehouses",
    "session",
    "queries",
    "query-request",
    "abort-request",
    "result",
    "monitoring",
    "telemetry",
    "console",
    "login",
];

/// A path as logs and the record show it: its known words, and that there was more.
fn shown(path: &str) -> String {
    let word = |part: &str| part.is_empty() || PATH_WORDS.contains(&part);
    let parts = path.split('/').take(16);
    let parts = parts.map(|part| if word(part) { part } else { "…" });
    parts.collect::<Vec<_>>().join("/")
}

/// A path nobody serves: refused, and in the record if the request carries a session.
fn unknown(shared: &Shared, source: Source, request: &Request<Arriving>, arrived: TimeNs) -> Reply {
    let operation = format!("{} {}", request.method(), shown(request.uri().path()));
    let text = format!("{operation} is not served by this gateway: use a Snowflake driver");
    let id = fresh::v4();
    let claims = bearer(request.headers()).and_then(|token| shared.claims(Purpose::Session, token));
    if let Ok(claims) = claims {
        let session = Session {
            claims,
            source,
            arrived,
        };
        shared.recorder.note(session.draft(StageRefused {
            operation,
            reason: format!("only the drivers' own endpoints are served (request {id})"),
        }));
    }
    let failure = Failure::refused(FailureStage::Gateway, id, text);
    answer::not_served(&failure.of_request("its address is not served here"))
}

/// Scheme and host under which the driver reached us.
pub(super) fn public_base(config: &Config, request: &Request<Arriving>) -> String {
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

fn health(recorder: &Recorder) -> Reply {
    let healthy = recorder.healthy();
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
