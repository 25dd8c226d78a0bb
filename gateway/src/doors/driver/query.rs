//! `POST /queries/v1/query-request`: a statement.
//!
//! Enters: its request id and JSON. Leaves: its outcome as the driver reads it. Never here: what becomes of it.

use std::sync::Arc;

use event::{RequestId, StatementId};
use http::HeaderMap;
use http::header::USER_AGENT;

use super::answer::{Reply, failed, write};
use super::router::parameter;
use crate::failure::Failure;
use crate::fresh;
use crate::record::Recorder;
use crate::session::Session;
use crate::shared::Shared;
use crate::statement::ask;
use crate::statement::request::{MovesFiles, StatementRequest};

/// Answers a query-request: its query string, and the base of addresses in the answer.
pub(crate) async fn query(
    shared: &Arc<Shared>,
    session: Session,
    (target, base): (Option<&str>, &str),
    body: &[u8],
    moves: MovesFiles,
) -> Reply {
    let request_id = parameter(target, "requestId").unwrap_or_default();
    let request_id = match RequestId::parse(&request_id) {
        Ok(request_id) => request_id,
        Err(error) => {
            let failure = Failure::malformed(fresh::v4(), error.to_string());
            return failed(&failure.of_request("its requestId is malformed"));
        }
    };
    let request = StatementRequest::parse(body);
    let again = &shared.stages.again;
    let request = request.and_then(|request| again.complete(session.id(), request));
    match request.map(|request| request.moving(moves)) {
        Ok(request) => write(ask(shared, session, request_id, request).await, base).await,
        Err(error) => {
            let statement = StatementId::derive(session.id(), &request_id);
            unread(&shared.recorder, &session, statement, error.to_string())
        }
    }
}

/// Which files its driver can send to addresses and fetch from them, by what it calls itself. JDBC hangs where it should fetch,
/// and Node's driver says that it fetched, and has not.
pub(super) fn moves_files(headers: &HeaderMap) -> MovesFiles {
    let program = headers.get(USER_AGENT).map(|value| value.as_bytes());
    match program {
        Some(program) if program.starts_with(b"JDBC/") || program.starts_with(b"JavaScript/") => {
            MovesFiles::Uploads
        }
        _ => MovesFiles::Both,
    }
}

/// A request that could not be read: there is no text to record, but that it came is.
pub(crate) fn unread(
    recorder: &Recorder,
    session: &Session,
    statement: StatementId,
    why: String,
) -> Reply {
    let failure = Failure::malformed(statement.uuid(), why);
    let mut draft = session.draft(recorder.failure(&failure, session.arrived));
    draft.statement_id = Some(statement);
    recorder.note(draft);
    failed(&failure)
}

/// The statement a query-request is about, by its query string alone.
pub(crate) fn named(session: &Session, target: Option<&str>) -> Option<StatementId> {
    let request_id = parameter(target, "requestId").unwrap_or_default();
    let request_id = RequestId::parse(&request_id).ok()?;
    Some(StatementId::derive(session.id(), &request_id))
}
