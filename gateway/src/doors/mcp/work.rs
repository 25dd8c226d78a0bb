//! One call's answer over HTTP: JSON where it is there at once, else a stream of what is to be said on the way.
//!
//! Enters: a tool call. Leaves: the reply. Never here: what the tool does; a call that ends because its client went away.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use event::{RequestId, StatementId};
use futures::Stream;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use super::Mcp;
use super::call::Call;
use super::rpc::{self, Code, Id};
use super::tools::Tool;
use crate::doors::reply::{Reply, json as reply, streamed};
use crate::fresh;
use crate::limits::{MCP_AT_ONCE, MCP_PROGRESS_EVERY};
use crate::session::Session;

/// Messages on the way that wait for a slow client; more are dropped, as the next says as much.
const WAITING_MAX: usize = 16;

/// Runs the tool and answers.
pub(super) async fn work(
    mcp: Arc<Mcp>,
    session: Session,
    (id, tool): (Id, Tool),
    token: Option<Value>,
) -> Reply {
    let Ok(request_id) = RequestId::parse(&fresh::v4().to_string()) else {
        let text = "the statement cannot be named";
        let error = rpc::error(Some(&id), Code::Internal, text, None);
        return reply(StatusCode::INTERNAL_SERVER_ERROR, error.to_string());
    };
    if matches!(tool, Tool::Run { .. }) {
        let statement = StatementId::derive(session.id(), &request_id);
        let call = (session.id(), id.clone());
        mcp.calls.lock().put(call, statement);
    }
    let (says, heard) = mpsc::channel(WAITING_MAX);
    let (ends, mut ended) = oneshot::channel();
    let (owned, of) = (Arc::clone(&mcp), id.clone());
    let working = async move {
        let step = AtomicU64::new(0);
        let hears = |text: &str| {
            if let Some(token) = &token {
                let step = step.fetch_add(1, Ordering::Relaxed) + 1;
                // A slow client hears the next one.
                let _ = says.try_send(rpc::progress(token, step, text));
            }
            !says.is_closed()
        };
        let call = Call {
            shared: &owned.shared,
            sessions: &owned.sessions,
            session,
            reports: token.is_some(),
            hears: &hears,
        };
        let told = tokio::select! {
            told = call.run(tool, request_id) => rpc::result(&of, &told),
            () = owned.shared.stop.cancelled() => {
                rpc::error(Some(&of), Code::Internal, "this gateway stops: ask get_statement later", None)
            }
        };
        // Nobody may listen any more.
        let _ = ends.send(told);
    };
    mcp.shared.tasks.spawn(working);
    match tokio::time::timeout(MCP_AT_ONCE, &mut ended).await {
        Ok(Ok(told)) => reply(StatusCode::OK, told.to_string()),
        Ok(Err(_)) => {
            let error = rpc::error(Some(&id), Code::Internal, "the call broke off", None);
            reply(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
        }
        Err(_) => {
            let mut answer = Response::new(streamed(events(heard, ended)));
            let headers = answer.headers_mut();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            answer
        }
    }
}

/// What is said, one event after the other, the result last; a comment where nothing is, so that nobody takes it for dead.
fn events(
    heard: mpsc::Receiver<Value>,
    ended: oneshot::Receiver<Value>,
) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    futures::stream::unfold(Some((heard, ended)), |state| async move {
        let (mut heard, mut ended) = state?;
        tokio::select! {
            biased;
            Some(said) = heard.recv() => Some((Ok(event(&said)), Some((heard, ended)))),
            told = &mut ended => match told {
                Ok(told) => Some((Ok(event(&told)), None)),
                Err(_) => Some((Err(io::Error::other("the call broke off")), None)),
            },
            () = tokio::time::sleep(MCP_PROGRESS_EVERY) => {
                Some((Ok(Bytes::from_static(b": \n\n")), Some((heard, ended))))
            }
        }
    })
}

fn event(message: &Value) -> Bytes {
    Bytes::from(format!("event: message\ndata: {message}\n\n"))
}
