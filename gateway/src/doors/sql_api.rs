//! The door of Snowflake's SQL API v2: statements over plain HTTP, without a session of the client's.
//!
//! Enters: requests with an OIDC token. Leaves: the documented answers. Never here: what becomes of a statement; an object of
//! Snowflake's REST API, which nobody could decide on.
//!
//! Each request runs in a session of its principal's ([`pool`]); its handle carries that session, sealed ([`handle`]), so that any
//! gateway answers a poll, a partition, a cancellation.

pub(crate) mod answer;
mod handle;
mod pool;
mod request;
pub mod router;
mod rows;
mod submit;

use std::sync::Arc;

use event::payload::StageRefused;
use event::{Source, StatementId, TimeNs};
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use lru::LruCache;
use parking_lot::Mutex;
use uuid::Uuid;

use super::cells::Cells;
use super::driver::chunk::is_far;
use super::driver::router::parameter;
use super::gzip::gzip;
use super::identity::{Bearer, identify, is_own};
use super::reply::{Reply, streamed};
use super::sessions::Sessions;
use crate::arriving::Arriving;
use crate::cancel::cancel_id;
use crate::claims::bearer as session_token;
use crate::limits::{API_RESULT_BYTES_MAX, API_RESULTS_MAX};
use crate::outcome::{Delivered, Outcome};
use crate::poll::poll;
use crate::replies::Phase;
use crate::seal::Purpose;
use crate::session::Session;
use crate::session::renewal::NotRenewed;
use crate::shared::Shared;

use handle::Handle;
use pool::Pool;
use router::Route;

/// This door and what it remembers; a gateway that remembers nothing answers the same.
pub(crate) struct SqlApi {
    shared: Arc<Shared>,
    sessions: Arc<Sessions>,
    pool: Arc<Pool>,
    /// Results whose partitions are being fetched.
    results: Arc<Mutex<LruCache<StatementId, Arc<Delivered>>>>,
}

impl SqlApi {
    pub fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            sessions: Arc::default(),
            pool: Arc::default(),
            results: Arc::new(Mutex::new(LruCache::new(API_RESULTS_MAX))),
        }
    }

    /// The same door, serving by other parts.
    pub fn by(&self, shared: Arc<Shared>) -> Self {
        Self {
            shared,
            sessions: Arc::clone(&self.sessions),
            pool: Arc::clone(&self.pool),
            results: Arc::clone(&self.results),
        }
    }

    /// Answers one request.
    pub async fn serve(&self, source: Source, route: Route, request: Request<Arriving>) -> Reply {
        let arrived = self.shared.clock.now();
        if route == Route::Other {
            return self.other(source, &request, arrived);
        }
        let provider = &*self.shared.authenticate;
        let who = match identify(provider, request.headers(), arrived).await {
            Ok(who) => who,
            Err(why) => return answer::not_identified(&why),
        };
        match route {
            Route::Submit => self.submit(who, source, arrived, request).await,
            Route::Status(text) => {
                let (handle, session) = match self.opened(&who, &text, source, arrived).await {
                    Ok(opened) => opened,
                    Err(refused) => return refused,
                };
                let query = request.uri().query();
                match parameter(query, "partition").as_deref() {
                    None | Some("" | "0") => self.status(&handle, session).await,
                    Some(number) => match number.parse() {
                        Ok(number) => {
                            let headers = request.headers();
                            self.partition(&handle, session, &text, number, headers)
                                .await
                        }
                        Err(_) => answer::error(
                            StatusCode::BAD_REQUEST,
                            "390142",
                            "partition must be a number from 0",
                        ),
                    },
                }
            }
            Route::Cancel(text) => match self.opened(&who, &text, source, arrived).await {
                Ok((handle, session)) => self.cancel(&handle, &text, &session).await,
                Err(refused) => refused,
            },
            // Answered before anybody is asked who they are.
            Route::Other => self.other(source, &request, arrived),
        }
    }

    /// Any other address: refused, and in the record if it came with a driver's session token.
    fn other(&self, source: Source, request: &Request<Arriving>, arrived: TimeNs) -> Reply {
        let reason = "of Snowflake's REST API only /api/v2/statements is served, as every statement must be decided on: \
            do it in SQL, through POST /api/v2/statements or a driver";
        let token = session_token(request.headers());
        let claims = token.and_then(|token| self.shared.claims(Purpose::Session, token));
        if let Ok(claims) = claims {
            let session = Session {
                claims,
                source,
                arrived,
            };
            self.shared.recorder.note(session.draft(StageRefused {
                operation: format!("{} /api/v2/…", request.method()),
                reason: reason.to_owned(),
            }));
        }
        answer::error(StatusCode::NOT_FOUND, "391404", reason)
    }

    /// The statement and the session that a handle names, if it was given to this principal.
    async fn opened(
        &self,
        who: &Bearer,
        text: &str,
        source: Source,
        arrived: TimeNs,
    ) -> Result<(Handle, Session), Reply> {
        let unknown = || {
            let text = "this is no statement of yours: submit it with POST /api/v2/statements";
            answer::error(StatusCode::NOT_FOUND, "000709", text)
        };
        let handle = Handle::open(&self.shared.sealer, text).map_err(|_| unknown())?;
        if !is_own(&handle.claims.principal, &who.identity) {
            return Err(unknown());
        }
        let alive = self
            .sessions
            .alive(&self.shared, handle.claims.clone(), source, arrived);
        let session = alive.await.map_err(not_alive)?;
        Ok((handle, session))
    }

    /// What a handle's statement came to.
    async fn outcome(&self, handle: &Handle, session: Session) -> Result<Outcome, Reply> {
        let id = self.asked_by(handle, &session);
        let outcome = poll(&self.shared, &session, id).await;
        if !matches!(outcome, Outcome::RenewFirst) {
            return Ok(outcome);
        }
        let renewed = self.sessions.renewed(&self.shared, session).await;
        let session = renewed.map_err(not_alive)?;
        Ok(poll(&self.shared, &session, id).await)
    }

    /// By its own id where it is known, else by Snowflake's.
    fn asked_by(&self, handle: &Handle, session: &Session) -> Uuid {
        let (id, statement) = (session.id(), handle.statement);
        let replies = &self.shared.replies;
        let known = [Phase::Asked, Phase::Approved]
            .into_iter()
            .any(|phase| replies.find(id, statement, phase).is_some());
        let held = self.shared.control.status(id, statement).is_some();
        let named = handle.query_id.as_deref().map(Uuid::try_parse);
        match named {
            Some(Ok(query)) if !known && !held => query,
            _ => statement.uuid(),
        }
    }

    async fn status(&self, handle: &Handle, session: Session) -> Reply {
        match self.outcome(handle, session.clone()).await {
            Ok(outcome) => self.written(handle, &session, outcome),
            Err(refused) => refused,
        }
    }

    /// A later part of a result: fetched, masked and recorded now.
    async fn partition(
        &self,
        handle: &Handle,
        session: Session,
        named: &str,
        number: usize,
        headers: &HeaderMap,
    ) -> Reply {
        let arrived = session.arrived;
        let kept = self.results.lock().get(&handle.statement).cloned();
        let result = match kept {
            Some(result) => result,
            None => match self.outcome(handle, session.clone()).await {
                Ok(Outcome::Delivered(result)) => result,
                Ok(other) => return self.written(handle, &session, other),
                Err(refused) => return refused,
            },
        };
        let Some(part) = number.checked_sub(1).and_then(|at| result.parts.get(at)) else {
            let text = format!("the result has the partitions 0 to {}", result.parts.len());
            return answer::error(StatusCode::NOT_FOUND, "390142", text);
        };
        let Ok(ticket) = self.shared.delivery.open_chunk(&part.ticket) else {
            // It was kept too long: the next try asks for the result anew.
            self.results.lock().pop(&handle.statement);
            let text = "the partition's address has expired: try again";
            return answer::error(StatusCode::SERVICE_UNAVAILABLE, "390400", text);
        };
        if self.shared.chunks.is_full(ticket.about()) {
            return answer::busy();
        }
        let rows = self.shared.rows(ticket, arrived);
        let columns = result.columns.clone();
        let cells = Cells::new(&columns, result.rows.format);
        let rows = rows::partition(rows, cells, columns, handle.nullable);
        let packed = is_far(&session.source, headers)
            && headers
                .get(ACCEPT_ENCODING)
                .and_then(|value| value.to_str().ok())
                .is_some_and(|value| value.to_ascii_lowercase().contains("gzip"));
        let mut reply = if packed {
            let mut reply = Response::new(streamed(gzip(rows)));
            let gzip = HeaderValue::from_static("gzip");
            reply.headers_mut().insert(CONTENT_ENCODING, gzip);
            reply
        } else {
            Response::new(streamed(rows))
        };
        let json = HeaderValue::from_static("application/json");
        reply.headers_mut().insert(CONTENT_TYPE, json);
        answer::link(&mut reply, named, number, result.parts.len());
        reply
    }

    async fn cancel(&self, handle: &Handle, named: &str, session: &Session) -> Reply {
        let id = self.asked_by(handle, session);
        match cancel_id(&self.shared, session, id).await {
            Ok(()) => answer::canceled(handle, named),
            Err(failure) => answer::failed(failure),
        }
    }

    /// An outcome in this door's protocol.
    fn written(&self, handle: &Handle, session: &Session, outcome: Outcome) -> Reply {
        let sealer = &self.shared.sealer;
        let sealed = |handle: &Handle| handle.seal(sealer);
        let unwritten = |error: &dyn std::fmt::Display| {
            tracing::error!(statement = %handle.statement, %error, "an answer cannot be written");
            let text = "the answer cannot be written: ask again";
            answer::error(StatusCode::INTERNAL_SERVER_ERROR, "000603", text)
        };
        if handle.own && !matches!(outcome, Outcome::Running(_)) {
            self.shared.watch.done(session, self.shared.clock.now());
        }
        match outcome {
            Outcome::Delivered(result) => {
                self.remember(handle, &result);
                match answer::result_set(sealer, handle, &result) {
                    Ok(reply) => reply,
                    Err(error) => unwritten(&error),
                }
            }
            Outcome::Running(id) => {
                let held = self.shared.control.status(session.id(), handle.statement);
                let mut handle = handle.clone();
                if id != handle.statement.to_string() {
                    handle.query_id = Some(id);
                }
                match sealed(&handle) {
                    Ok(named) => answer::running(&handle, &named, is_waiting(held)),
                    Err(error) => unwritten(&error),
                }
            }
            Outcome::Refused(refusal) => match sealed(handle) {
                Ok(named) => answer::refused(Some((handle, &named)), &refusal),
                Err(error) => unwritten(&error),
            },
            Outcome::RenewFirst => {
                let text =
                    "the session at Snowflake ended while the statement was on its way: try again";
                answer::error(StatusCode::SERVICE_UNAVAILABLE, "390400", text)
            }
            Outcome::Busy => answer::busy(),
        }
    }

    fn remember(&self, handle: &Handle, result: &Arc<Delivered>) {
        if !result.parts.is_empty() && result.rows.bytes.len() <= API_RESULT_BYTES_MAX {
            let mut results = self.results.lock();
            results.put(handle.statement, Arc::clone(result));
        }
    }
}

/// Whether people are still thinking about it.
fn is_waiting(status: Option<crate::control::HoldStatus>) -> bool {
    use crate::control::HoldStatus;
    match status {
        Some(HoldStatus::Pending | HoldStatus::Granted) => true,
        Some(
            HoldStatus::Claimed { .. }
            | HoldStatus::Denied { .. }
            | HoldStatus::Expired
            | HoldStatus::Canceled { .. },
        )
        | None => false,
    }
}

fn not_alive(why: NotRenewed) -> Reply {
    match why {
        NotRenewed::Over(why) => answer::over(&why),
        NotRenewed::Later(detail) => {
            answer::error(StatusCode::SERVICE_UNAVAILABLE, "390400", detail)
        }
    }
}
