//! The door of agents that speak the Model Context Protocol: Streamable HTTP, revision 2025-11-25.
//!
//! Enters: JSON-RPC messages with an OIDC token. Leaves: results of tools; a stream where one takes time. Never here: what becomes
//! of a statement; a page's request (its origin is another's).

mod call;
mod conversation;
mod metadata;
pub mod router;
mod rpc;
mod tables;
mod told;
mod tools;
mod work;

use std::sync::Arc;

use event::{Source, StatementId, TimeNs};
use http::header::{HOST, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use lru::LruCache;
use parking_lot::Mutex;
use serde_json::{Map, Value, json};

use super::identity::{Bearer, connection, identify, is_own};
use super::reply::{Reply, json as reply};
use super::sessions::Sessions;
use crate::arriving::Arriving;
use crate::body::{self, BodyError};
use crate::cancel::cancel;
use crate::fresh;
use crate::limits::{MCP_BYTES_MAX, MCP_CALLS_MAX, RETRY_AFTER_SECONDS};
use crate::session::renewal::NotRenewed;
use crate::session::{Session, ending};
use crate::shared::Shared;

use conversation::{Conversation, named};
use router::Place;
use rpc::{Code, Id, Message};

/// Where a client sends its session id back.
const SESSION_HEADER: &str = "mcp-session-id";
/// Which revision a client speaks.
const VERSION_HEADER: &str = "mcp-protocol-version";
/// Revisions that are spoken, the newest first: what differs between them does not touch tools.
const VERSIONS: [&str; 3] = ["2025-11-25", "2025-06-18", "2025-03-26"];

/// Which of a session's statements a call is.
type Calls = Mutex<LruCache<(event::SessionId, Id), StatementId>>;

/// This door and what it remembers.
pub(crate) struct Mcp {
    shared: Arc<Shared>,
    sessions: Arc<Sessions>,
    calls: Arc<Calls>,
}

/// A request's session, and what it came with.
struct Asked {
    who: Bearer,
    source: Source,
    arrived: TimeNs,
    headers: HeaderMap,
    /// The connection in the path.
    connection: Option<String>,
}

fn unspoken(version: &str) -> Reply {
    let data = json!({ "supported": VERSIONS, "requested": version });
    let text = format!(
        "MCP {version} is not spoken here: {} are",
        VERSIONS.join(", ")
    );
    refused(StatusCode::BAD_REQUEST, Code::Version, &text, Some(data))
}

impl Mcp {
    pub fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            sessions: Arc::default(),
            calls: Arc::new(Mutex::new(LruCache::new(MCP_CALLS_MAX))),
        }
    }

    /// The same door, serving by other parts.
    pub fn by(&self, shared: Arc<Shared>) -> Self {
        Self {
            shared,
            sessions: Arc::clone(&self.sessions),
            calls: Arc::clone(&self.calls),
        }
    }

    /// Answers one request.
    pub async fn serve(
        self: Arc<Self>,
        source: Source,
        place: Place,
        request: Request<Arriving>,
    ) -> Reply {
        let base = super::driver::public_base(&self.shared.config, &request);
        let connection = match place {
            Place::Metadata(connection) => {
                return metadata::metadata(
                    &*self.shared.authenticate,
                    &base,
                    connection.as_deref(),
                );
            }
            Place::Server(connection) => connection,
        };
        if !is_from_here(request.headers(), self.shared.config.public_url.as_ref()) {
            let text = "requests of web pages are not taken here: this origin is another's";
            return refused(StatusCode::FORBIDDEN, Code::Request, text, None);
        }
        let arrived = self.shared.clock.now();
        let provider = &*self.shared.authenticate;
        let who = match identify(provider, request.headers(), arrived).await {
            Ok(who) => who,
            Err(why) => return metadata::challenge(&why, &base, connection.as_deref()),
        };
        if let Some(version) = text(request.headers(), VERSION_HEADER)
            && !VERSIONS.contains(&version)
        {
            return unspoken(version);
        }
        let (parts, body) = request.into_parts();
        let asked = Asked {
            who,
            source,
            arrived,
            headers: parts.headers,
            connection,
        };
        match parts.method {
            Method::POST => {
                let whose = Some(&asked.who.identity.principal);
                match body::read(&asked.headers, body, whose, MCP_BYTES_MAX).await {
                    Ok(body) => self.message(asked, &body).await,
                    Err(error) => unread(&error),
                }
            }
            Method::DELETE => match self.session(&asked, &Map::new()).await {
                Ok(session) => {
                    ending::logout(&self.shared, &session).await;
                    reply(StatusCode::OK, "{}")
                }
                Err(refused) => refused,
            },
            // This server asks its clients nothing, so there is no stream to open.
            _ => {
                let text = "only POST and DELETE are served here";
                let status = StatusCode::METHOD_NOT_ALLOWED;
                let mut answer = refused(status, Code::Request, text, None);
                let allow = HeaderValue::from_static("POST, DELETE");
                answer.headers_mut().insert(http::header::ALLOW, allow);
                answer
            }
        }
    }

    async fn message(self: Arc<Self>, asked: Asked, body: &[u8]) -> Reply {
        match rpc::parse(body) {
            Err(why) => refused(StatusCode::BAD_REQUEST, why.code(), &why.to_string(), None),
            Ok(Message::Answer) => accepted(),
            Ok(Message::Notification { method, params }) => {
                if method == "notifications/cancelled" {
                    return self.cancelled(&asked, &params).await;
                }
                accepted()
            }
            Ok(Message::Request { id, method, params }) => match method.as_str() {
                "initialize" => self.initialize(asked, &id, &params).await,
                "ping" => reply(StatusCode::OK, rpc::result(&id, &json!({})).to_string()),
                "tools/list" => match self.session(&asked, &params).await {
                    Ok(_) => reply(StatusCode::OK, rpc::result(&id, &tools::list()).to_string()),
                    Err(refused) => refused,
                },
                "tools/call" => self.called(asked, id, &params).await,
                _ => {
                    let text = format!("there is no method {method:?} here: this server has tools");
                    let error = rpc::error(Some(&id), Code::Method, &text, None);
                    // 404 would say that the session is over.
                    reply(StatusCode::OK, error.to_string())
                }
            },
        }
    }

    /// Opens a conversation: a session at Snowflake, as a driver's login does.
    async fn initialize(&self, asked: Asked, id: &Id, params: &Map<String, Value>) -> Reply {
        let wanted = params.get("protocolVersion").and_then(Value::as_str);
        let version = wanted.filter(|wanted| VERSIONS.contains(wanted));
        let version = version.unwrap_or(VERSIONS[0]);
        let failed = |status, text: &str| {
            let error = rpc::error(Some(id), Code::Request, text, None);
            reply(status, error.to_string())
        };
        let connection = match asked.connection {
            Some(named) => named,
            None => match connection(&self.shared.accounts, &asked.headers) {
                Ok(named) => named,
                Err(text) => return failed(StatusCode::BAD_REQUEST, &text),
            },
        };
        let client = params.get("clientInfo");
        let field = |name| {
            client
                .and_then(|client| client.get(name)?.as_str())
                .unwrap_or_default()
        };
        let client = (
            format!("MCP ({})", field("name")),
            field("version").to_owned(),
        );
        let proof = (asked.who.token, asked.source);
        let begun = Conversation::begin(&self.shared, proof, connection, client, named(params));
        let begun = match begun.await {
            Ok(begun) => begun,
            Err(refusal) => {
                let status = match refusal.code.as_str() {
                    "390201" => StatusCode::FORBIDDEN,
                    "390400" => StatusCode::SERVICE_UNAVAILABLE,
                    _ => StatusCode::UNAUTHORIZED,
                };
                return failed(status, &refusal.message);
            }
        };
        let sealed = begun.seal(&self.shared.sealer).ok();
        let Some(session) = sealed.and_then(|text| HeaderValue::from_str(&text).ok()) else {
            return failed(
                StatusCode::INTERNAL_SERVER_ERROR,
                "the session cannot be sealed",
            );
        };
        let result = json!({
            "protocolVersion": version,
            "capabilities": { "tools": {} },
            "serverInfo": { "name": "firn", "title": "firn: Snowflake, decided and recorded", "version": env!("CARGO_PKG_VERSION") },
            "instructions": "Every statement is decided on by policy, its result masked, and both are recorded. describe_tables says what you may see; \
                a statement that is held waits for a person: ask get_statement for it later.",
        });
        let mut answer = reply(StatusCode::OK, rpc::result(id, &result).to_string());
        answer.headers_mut().insert(SESSION_HEADER, session);
        answer
    }

    /// The session of the conversation that a request belongs to.
    async fn session(&self, asked: &Asked, params: &Map<String, Value>) -> Result<Session, Reply> {
        let Some(id) = text(&asked.headers, SESSION_HEADER) else {
            let text = "the request names no session: send initialize first, and its Mcp-Session-Id with every request";
            return Err(refused(StatusCode::BAD_REQUEST, Code::Request, text, None));
        };
        let over = || {
            let text = "this session is over, or not yours: send initialize again";
            refused(StatusCode::NOT_FOUND, Code::Request, text, None)
        };
        let opened = Conversation::open(&self.shared.sealer, id).map_err(|_| over())?;
        if !is_own(&opened.claims.principal, &asked.who.identity) {
            return Err(over());
        }
        let claims = opened.claims(named(params));
        let (source, arrived) = (asked.source.clone(), asked.arrived);
        let alive = self.sessions.alive(&self.shared, claims, source, arrived);
        alive.await.map_err(|why| match why {
            NotRenewed::Over(_) => over(),
            NotRenewed::Later(detail) => refused(
                StatusCode::SERVICE_UNAVAILABLE,
                Code::Internal,
                &detail,
                None,
            ),
        })
    }

    /// Runs a tool in a task of its own: the client's going away does not end what it asked for.
    async fn called(self: Arc<Self>, asked: Asked, id: Id, params: &Map<String, Value>) -> Reply {
        let session = match self.session(&asked, params).await {
            Ok(session) => session,
            Err(refused) => return refused,
        };
        let tool = match tools::Tool::read(params) {
            Ok(tool) => tool,
            Err(why) => {
                // A model can act on a tool's error, on a protocol's hardly.
                let told = json!({ "status": "failed", "message": why.to_string() });
                let told = told::tool_result(&why.to_string(), &told, true);
                return reply(StatusCode::OK, rpc::result(&id, &told).to_string());
            }
        };
        let token = params
            .get("_meta")
            .and_then(|meta| meta.get("progressToken"));
        work::work(self, session, (id, tool), token.cloned()).await
    }

    /// The client gave a call up: so is its statement.
    async fn cancelled(&self, asked: &Asked, params: &Map<String, Value>) -> Reply {
        let session = match self.session(asked, params).await {
            Ok(session) => session,
            Err(refused) => return refused,
        };
        let id = params.get("requestId").cloned().unwrap_or_default();
        let id: Option<Id> = serde_json::from_value(id).ok();
        let statement = id.and_then(|id| self.calls.lock().pop(&(session.id(), id)));
        if let Some(statement) = statement
            && let Err(failure) = cancel(&self.shared, &session, statement).await
        {
            tracing::warn!(%statement, error = %failure.message, "a call that its client gave up is not canceled");
        }
        accepted()
    }
}

/// A request of a program, or of a page of the very address that the configuration gives this gateway, or of this machine's
/// own under a name that nobody can rebind.
fn is_from_here(headers: &HeaderMap, public: Option<&url::Url>) -> bool {
    let Some(origin) = headers.get(http::header::ORIGIN) else {
        return true;
    };
    let Some(origin) = origin
        .to_str()
        .ok()
        .and_then(|text| url::Url::parse(text).ok())
    else {
        return false;
    };
    let public = public.is_some_and(|public| public.origin() == origin.origin());
    let local = match origin.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    let own = origin.host_str().zip(origin.port_or_known_default());
    let own = own.map(|(host, port)| format!("{host}:{port}"));
    public || (local && own.as_deref() == text(headers, HOST.as_str()))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn accepted() -> Reply {
    let mut answer = reply(StatusCode::ACCEPTED, "");
    answer.headers_mut().remove(http::header::CONTENT_TYPE);
    answer
}

/// A body that could not be read; where there was no room for it, when to send it again.
fn unread(error: &BodyError) -> Reply {
    let text = error.to_string();
    if *error != BodyError::Busy {
        return refused(StatusCode::BAD_REQUEST, Code::Request, &text, None);
    }
    let status = StatusCode::SERVICE_UNAVAILABLE;
    let mut answer = refused(status, Code::Internal, &text, None);
    let seconds = HeaderValue::from(RETRY_AFTER_SECONDS);
    answer.headers_mut().insert(RETRY_AFTER, seconds);
    answer
}

/// An error of no message that could be read.
fn refused(status: StatusCode, code: Code, text: &str, data: Option<Value>) -> Reply {
    let text = format!("{text} (request {})", fresh::v4());
    reply(status, rpc::error(None, code, &text, data).to_string())
}

#[cfg(test)]
mod tests {
    use http::header::RETRY_AFTER;
    use http::{HeaderMap, HeaderValue, StatusCode};

    use super::{BodyError, is_from_here, unread};

    /// It was told that its request was wrong, and never sent it again.
    #[test]
    fn who_finds_no_room_is_told_when_to_come_again() {
        for (error, status) in [
            (BodyError::Busy, StatusCode::SERVICE_UNAVAILABLE),
            (BodyError::Gzip, StatusCode::BAD_REQUEST),
            (BodyError::Cut, StatusCode::BAD_REQUEST),
        ] {
            let answer = unread(&error);
            assert_eq!(answer.status(), status, "{error}");
            let again = answer.headers().contains_key(RETRY_AFTER);
            assert_eq!(again, error == BodyError::Busy, "{error}");
        }
    }

    #[test]
    fn only_its_own_pages_may_ask() {
        let public = url::Url::parse("https://firn.example").expect("an address");
        for (origin, host, public_too, wanted) in [
            (None, "evil.example", false, true),
            (Some("https://firn.example"), "firn.example", true, true),
            (Some("https://firn.example"), "firn.example", false, false),
            (Some("http://firn.example"), "firn.example", true, false),
            // A page that was rebound to this address shows its own name in both.
            (
                Some("http://evil.example:8085"),
                "evil.example:8085",
                false,
                false,
            ),
            (Some("http://127.0.0.1:8085"), "127.0.0.1:8085", false, true),
            (Some("http://localhost:8085"), "localhost:8085", false, true),
            (
                Some("http://localhost:3000"),
                "localhost:8085",
                false,
                false,
            ),
            (Some("http://evil.example"), "localhost:8085", true, false),
            (Some("null"), "localhost:8085", true, false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("host", HeaderValue::from_static(host));
            if let Some(origin) = origin {
                headers.insert("origin", HeaderValue::from_static(origin));
            }
            let public = public_too.then_some(&public);
            assert_eq!(
                is_from_here(&headers, public),
                wanted,
                "{origin:?} at {host}"
            );
        }
    }
}
