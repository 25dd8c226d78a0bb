//! `POST /queries/v1/abort-request` and `POST /queries/{id}/abort-request`.
//!
//! Enters: a request id or a query id of this session. Leaves: that it was canceled. Never here: how.

use std::sync::Arc;

use event::{RequestId, StatementId};
use serde_json::Value;
use uuid::Uuid;

use super::answer::{Reply, failed, success};
use crate::cancel::{cancel, cancel_id};
use crate::failure::Failure;
use crate::fresh;
use crate::raw::RawObject;
use crate::session::Session;
use crate::shared::Shared;

/// The target's request id stands in the body.
pub(crate) async fn abort(shared: &Arc<Shared>, session: &Session, body: &[u8]) -> Reply {
    let target = RawObject::parse(body)
        .ok()
        .and_then(|body| body.text("requestId"))
        .and_then(|text| RequestId::parse(&text).ok());
    let Some(target) = target else {
        let text = "the request names no requestId to cancel";
        return failed(&Failure::malformed(fresh::v4(), text).of_request(text));
    };
    let statement = StatementId::derive(session.id(), &target);
    canceled(cancel(shared, session, statement).await)
}

/// The target's id stands in the path.
pub(crate) async fn abort_by_id(shared: &Arc<Shared>, session: &Session, id: &str) -> Reply {
    let Ok(id) = Uuid::try_parse(id) else {
        let text = "this is not a query id";
        return failed(&Failure::malformed(fresh::v4(), text).of_request(text));
    };
    canceled(cancel_id(shared, session, id).await)
}

fn canceled(done: Result<(), Failure>) -> Reply {
    match done {
        Ok(()) => success(&Value::Null),
        Err(failure) => failed(&failure),
    }
}
