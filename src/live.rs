//! What just happened, for pages that show it: which sessions moved, and that something about approvals did.
//!
//! Enters: the journal's new records, their keys and kinds alone. Leaves: `GET /api/live`, a stream of server-sent events that can be taken up
//! again by event id. Never here: what happened (the page asks the API for that, which records it), a queue that grows with a slow reader: each
//! looks back into one ring, at most once a second, and is told to ask for everything when the ring has gone past it.

mod ring;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event as Sent, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use door::{Action, Caller, Problem, Routes, Scope};
use event::payload::AuditorListed;
use event::{Kind, SessionId};
use futures::StreamExt as _;
use futures::stream::{Stream, unfold};
use journal::emit::{Draft, Emitter};
use journal::{Delivered, Journal, Offset, Partition, Topic};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use ring::{Moved, Ring};

/// Streams that are open at once.
const READERS_MAX: usize = 256;
/// A stream tells what moved at most this often.
const PACE: Duration = Duration::from_secs(1);
/// A stream ends after this long, so that whoever reads on is asked again who they are.
const STREAM_FOR: Duration = Duration::from_secs(5 * 60);
/// How long until the journal is asked again after it could not be read.
const RETRY: Duration = Duration::from_secs(2);

/// What moved of late, for any number of readers.
#[derive(Clone)]
pub struct Live {
    ring: Arc<Ring>,
    bell: watch::Sender<()>,
    readers: Arc<Semaphore>,
    emitter: Emitter,
    stop: CancellationToken,
}

impl Live {
    /// One that remembers from now on; `random` tells its event ids from those of another process.
    pub fn new(emitter: Emitter, random: [u8; 32], stop: CancellationToken) -> Self {
        let (bell, _) = watch::channel(());
        Self {
            ring: Arc::new(Ring::new(&random)),
            bell,
            readers: Arc::new(Semaphore::new(READERS_MAX)),
            emitter,
            stop,
        }
    }

    /// Its route.
    pub fn routes(self, routes: Routes) -> Routes {
        routes.get("/api/live", Action::FollowRecord, follow, self)
    }

    /// Listens to `journal` until it is stopped.
    pub async fn listen(self, journal: Arc<dyn Journal>) -> Result<()> {
        let mut lanes = JoinSet::new();
        for topic in Topic::ALL {
            for partition in journal.partitions(topic).await? {
                let (live, journal) = (self.clone(), Arc::clone(&journal));
                lanes.spawn(async move { live.lane(&*journal, partition).await });
            }
        }
        while lanes.join_next().await.is_some() {}
        Ok(())
    }

    async fn lane(&self, journal: &dyn Journal, partition: Partition) {
        let reading = async {
            loop {
                if let Err(error) = self.read(journal, partition).await {
                    tracing::debug!(%partition, %error, "what happens cannot be followed; tried again");
                }
                // What was missed is not known: whoever follows asks for everything.
                self.ring.forget();
                self.bell.send_replace(());
                sleep(RETRY).await;
            }
        };
        self.stop.run_until_cancelled(reading).await;
    }

    async fn read(
        &self,
        journal: &dyn Journal,
        partition: Partition,
    ) -> Result<(), journal::ReadError> {
        let end = journal.bounds(partition).await?.end;
        let mut records = journal.subscribe(partition, Offset(end)).await?;
        while let Some(record) = records.next().await {
            if let Some(moved) = moved(&record?) {
                self.ring.add(moved);
                self.bell.send_replace(());
            }
        }
        Ok(())
    }
}

/// What a record moves; who reads the record moves nothing, or pages that read would wake each other for ever.
fn moved(record: &Delivered) -> Option<Moved> {
    let header = record.headers.iter().find(|(name, _)| name == "ce_type");
    let kind: Kind = header?.1.strip_prefix("firn.")?.parse().ok()?;
    let word = kind.as_str();
    if word.starts_with("approval.") || kind == Kind::StatementClaimed {
        return Some(Moved::Approvals);
    }
    let of_session = ["session.", "statement.", "response.", "stage."];
    if !of_session.iter().any(|begins| word.starts_with(begins)) {
        return None;
    }
    let key: [u8; 16] = record.key.as_slice().try_into().ok()?;
    Some(Moved::Session(SessionId::from_uuid(
        uuid::Uuid::from_bytes(key),
    )))
}

/// Part of the API's description.
#[derive(utoipa::OpenApi)]
#[openapi(paths(follow))]
pub struct Description;

/// What moves, as server-sent events: `moved` with `{"sessions": [ids], "approvals": bool, "all": bool}`, where `all` says to ask for everything
/// again. Sessions are named to those who may read them. `last-event-id` takes a stream up again where it broke off; it ends after five minutes.
#[utoipa::path(get, path = "/api/live", tag = "record", security(("bearer" = [])), responses(
    (status = 200, body = String, content_type = "text/event-stream"), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
async fn follow(
    State(live): State<Live>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Ok(room) = Arc::clone(&live.readers).try_acquire_owned() else {
        return Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            format!("{READERS_MAX} pages follow what happens already"),
            "close some, or ask again later",
        ));
    };
    let sessions = caller.scope.has(Scope::ALL) || caller.scope.has(Scope::UNOBSERVED);
    let said = AuditorListed {
        what: "live".to_owned(),
        rows: 0,
    };
    let draft = Draft {
        principal: Some(caller.identity.principal),
        source: caller.source,
        ..Draft::new(said)
    };
    live.emitter.emit(draft).await.map_err(|error| {
        let text = format!("that somebody follows could not be recorded: {error}");
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            text,
            "check that the journal can be reached",
        )
    })?;
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let from = live.ring.place(last);
    let begins = from.map(|from| live.ring.id(from));
    let stop = live.stop.clone();
    let reader = Reader {
        bell: live.bell.subscribe(),
        ring: live.ring,
        from,
        begins,
        first: true,
        sessions,
        _room: room,
    };
    let stream = events(reader).take_until(async move {
        let _ = timeout(STREAM_FOR, stop.cancelled()).await;
    });
    Ok(Sse::new(stream)
        .keep_alive(KeepAlive::default())
        .into_response())
}

/// One open stream.
struct Reader {
    ring: Arc<Ring>,
    bell: watch::Receiver<()>,
    /// The next number to look at; none asks for everything first.
    from: Option<u64>,
    /// The event id to take it up by, said at once: a stream of which nothing came before it broke off has none otherwise, and what moved
    /// until there is another would be told to nobody.
    begins: Option<String>,
    first: bool,
    sessions: bool,
    _room: OwnedSemaphorePermit,
}

fn events(reader: Reader) -> impl Stream<Item = Result<Sent, Infallible>> + Send {
    unfold(reader, |mut reader| async move {
        if let Some(id) = reader.begins.take() {
            return Some((Ok(Sent::default().id(id)), reader));
        }
        if !std::mem::take(&mut reader.first) {
            sleep(PACE).await;
        }
        loop {
            reader.bell.mark_unchanged();
            let look = reader.ring.since(reader.from);
            reader.from = Some(look.next);
            let (sessions, approvals) = (&look.sessions, look.approvals);
            if look.all || approvals || (reader.sessions && !sessions.is_empty()) {
                let named: Vec<&SessionId> = match reader.sessions {
                    true => sessions.iter().collect(),
                    false => Vec::new(),
                };
                let told =
                    serde_json::json!({"sessions": named, "approvals": approvals, "all": look.all});
                let event = Sent::default()
                    .event("moved")
                    .id(reader.ring.id(look.next))
                    .data(told.to_string());
                return Some((Ok(event), reader));
            }
            if reader.bell.changed().await.is_err() {
                return None;
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stream over `ring` from `from` on.
    async fn stream(ring: &Arc<Ring>, from: Option<u64>) -> axum::body::BodyDataStream {
        let (bell, heard) = watch::channel(());
        bell.send_replace(());
        let room = Arc::new(Semaphore::new(1)).acquire_owned().await;
        let reader = Reader {
            ring: Arc::clone(ring),
            bell: heard,
            from,
            begins: from.map(|from| ring.id(from)),
            first: true,
            sessions: true,
            _room: room.expect("room"),
        };
        let answer = Sse::new(events(reader)).into_response();
        answer.into_body().into_data_stream()
    }

    async fn next(stream: &mut axum::body::BodyDataStream) -> String {
        let piece = stream.next().await.expect("a piece").expect("bytes");
        String::from_utf8_lossy(&piece).into_owned()
    }

    #[tokio::test]
    async fn a_stream_says_first_by_which_id_it_is_taken_up_again() {
        let ring = Arc::new(Ring::new(&[7; 32]));
        let from = ring.place(None);
        // It broke off before anything came; then something was held.
        let first = next(&mut stream(&ring, from).await).await;
        assert_eq!(first, "id: 0707070707070707-0\n\n");
        ring.add(Moved::Approvals);
        let again = ring.place(Some("0707070707070707-0"));
        let mut stream = stream(&ring, again).await;
        assert_eq!(next(&mut stream).await, first);
        let told = next(&mut stream).await;
        assert!(told.contains("\"approvals\":true"), "{told}");
    }
}
