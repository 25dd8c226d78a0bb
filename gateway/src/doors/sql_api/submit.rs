//! `POST /api/v2/statements`.
//!
//! Enters: a body, and who sends it. Leaves: what the statement came to so far, with its handle. Never here: a statement that runs
//! twice because its first answer was lost.

use event::{RequestId, Source, StatementId, TimeNs};
use http::{Request, StatusCode};

use super::handle::{Handle, Place};
use super::pool::Bearing;
use super::request::{SubmitError, Submitted};
use super::{SqlApi, answer, not_alive};
use crate::arriving::Arriving;
use crate::body;
use crate::doors::identity::{Bearer, connection, program};
use crate::doors::reply::Reply;
use crate::failure::Failure;
use crate::fresh;
use crate::limits::REQUEST_BYTES_MAX;
use crate::outcome::Outcome;
use crate::session::Session;
use crate::statement::ask;
use crate::statement::request::StatementRequest;

impl SqlApi {
    /// Runs a statement, or joins the one that was asked for under the same request id.
    pub(super) async fn submit(
        &self,
        who: Bearer,
        source: Source,
        arrived: TimeNs,
        request: Request<Arriving>,
    ) -> Reply {
        let (parts, body) = request.into_parts();
        let query = parts.uri.query();
        let payload = |text: String| answer::error(StatusCode::BAD_REQUEST, "390142", text);
        let whose = Some(&who.identity.principal);
        let body = match body::read(&parts.headers, body, whose, REQUEST_BYTES_MAX).await {
            Ok(body) => body,
            Err(error) => return answer::unread(&error),
        };
        let submitted = match Submitted::parse(&body, query, fresh::v4(), arrived) {
            Ok(submitted) => submitted,
            Err(SubmitError::Statement(error)) => {
                let failure = Failure::malformed(fresh::v4(), error.to_string());
                return answer::failed(failure.of_request("its statement cannot be taken"));
            }
            Err(error) => return payload(error.to_string()),
        };
        let named = match connection(&self.shared.accounts, &parts.headers) {
            Ok(named) => named,
            Err(text) => return answer::error(StatusCode::BAD_REQUEST, "390201", text),
        };
        let program = as_sql_api(program(&parts.headers));
        let principal = who.identity.principal.clone();
        let place = Place::new(principal, named, program, &submitted.context);
        self.placed(who, (source, arrived), place, submitted).await
    }

    async fn placed(
        &self,
        who: Bearer,
        (source, arrived): (Source, TimeNs),
        place: Place,
        submitted: Submitted,
    ) -> Reply {
        let bearing = Bearing::of(&self.shared.engine, &place, &submitted.statement);
        if bearing.moot {
            let text = "a session lasts as long as its request here, so this statement alone does nothing: say where to stand in \
                the request (database, schema, warehouse, role, parameters), or send it with others and MULTI_STATEMENT_COUNT";
            return answer::error(StatusCode::UNPROCESSABLE_ENTITY, "391911", text);
        }
        let asked = (&place, &submitted.request_id);
        let unsure = submitted.retry && submitted.named && !bearing.reads;
        if unsure && !self.pool.knows(asked) {
            let text = "whether this request ran is not known to this gateway, and it changes something: see whether it did, \
                and send it without retry=true under a new requestId";
            let failure = Failure::malformed(fresh::v4(), text);
            return answer::failed(
                failure.of_request("a retry of a request that is not known here"),
            );
        }
        let proof = (who.token, source.clone(), arrived);
        let taken = self.pool.take(&self.shared, asked, bearing.still, proof);
        let taken = match taken.await {
            Ok(taken) => taken,
            Err(refusal) => return answer::not_opened(&refusal),
        };
        let mut claims = taken.claims;
        if let Some(agent) = &mut claims.principal.agent {
            agent.correlation_id.clone_from(&submitted.tag);
        }
        let statement = StatementId::derive(claims.session, &submitted.request_id);
        let handle = Handle {
            claims: claims.clone(),
            statement,
            query_id: None,
            own: taken.own,
            nullable: submitted.nullable,
            created: arrived,
        };
        let alive = self.sessions.alive(&self.shared, claims, source, arrived);
        let session = match alive.await {
            Ok(session) => session,
            Err(why) => {
                self.pool.forget(&place, &handle.claims);
                return not_alive(why);
            }
        };
        let (request_id, request) = (submitted.request_id, submitted.statement);
        match self.run(session.clone(), request_id, request).await {
            Ok(outcome) => self.written(&handle, &session, outcome),
            Err(refused) => {
                self.pool.forget(&place, &handle.claims);
                refused
            }
        }
    }

    /// Asks, and once more where Snowflake's session had to be renewed first.
    async fn run(
        &self,
        session: Session,
        request_id: RequestId,
        request: StatementRequest,
    ) -> Result<Outcome, Reply> {
        let first = ask(
            &self.shared,
            session.clone(),
            request_id.clone(),
            request.clone(),
        );
        let outcome = first.await;
        if !matches!(outcome, Outcome::RenewFirst) {
            return Ok(outcome);
        }
        let renewed = self.sessions.renewed(&self.shared, session).await;
        let session = renewed.map_err(not_alive)?;
        Ok(ask(&self.shared, session, request_id, request).await)
    }
}

/// A program that came by this door, in the record and at Snowflake.
fn as_sql_api((name, version): (String, String)) -> (String, String) {
    let name = if name.is_empty() {
        "SQL API".to_owned()
    } else {
        format!("SQL API ({name})")
    };
    (name, version)
}
