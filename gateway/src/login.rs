//! A driver's login: who it is, whether the connection is open to it, a session upstream, sealed tokens.
//!
//! Enters: a login request. Leaves: upstream's own reply with our tokens in it, after `session.opened` is durable; or a refusal
//! the driver shows, after `session.refused`. Never here: the driver's token upstream, upstream's tokens at the driver.

pub mod request;

use event::payload::{Authenticator, Context, NameValue, SessionOpened, SessionRefused};
use event::{Agent, Principal, SessionId, Source, TimeNs};
use ledger::emit::Draft;
use ledger::journal::Position;

use crate::answer::{Reply, json_reply, login_refused};
use crate::claims::{Begins, Claims, UpstreamSession};
use crate::config::Connection;
use crate::identify::{IdentifyError, Identity};
use crate::inline::{Missing, keep_inline};
use crate::limits::RENEW_MARGIN;
use crate::raw::RawObject;
use crate::service::Shared;
use crate::session::Session;
use crate::upstream::login::{LoggedIn, LoginCall, LoginError, login as upstream_login};
use crate::upstream::session::Upstream;

use request::LoginRequest;

/// A refusal: what the driver shows and what the record says.
#[derive(Debug)]
struct Refusal {
    code: String,
    message: String,
    principal: Option<Principal>,
    connection: Option<String>,
}

impl Refusal {
    fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            principal: None,
            connection: None,
        }
    }

    fn of(mut self, principal: &Principal, connection: &str) -> Self {
        self.principal = Some(principal.clone());
        self.connection = Some(connection.to_owned());
        self
    }
}

/// Answers a login request.
pub(crate) async fn login(
    shared: &Shared,
    source: Source,
    query: Option<&str>,
    body: &[u8],
) -> Reply {
    let request = match LoginRequest::parse(body, query) {
        Ok(request) => request,
        Err(error) => {
            let refusal = Refusal::new("390100", error.to_string());
            return refuse(shared, source, Authenticator::Other, refusal).await;
        }
    };
    match open(shared, &source, &request).await {
        Ok(reply) => reply,
        Err(refusal) => refuse(shared, source, request.authenticator, refusal).await,
    }
}

async fn open(shared: &Shared, source: &Source, request: &LoginRequest) -> Result<Reply, Refusal> {
    let now = shared.clock.now();
    let (name, connection) = shared.config.connection(&request.account).ok_or_else(|| {
        let known: Vec<&str> = shared
            .config
            .connections
            .keys()
            .map(String::as_str)
            .collect();
        Refusal::new(
            "390201",
            format!(
                "no connection of this gateway is named {:?}: set `account` to one of {}",
                request.account.chars().take(64).collect::<String>(),
                known.join(", ")
            ),
        )
    })?;
    let identity = identify(shared, request, now).await?;
    let principal = principal(&identity, request);
    admit(shared, &principal, name, connection, now)?;
    let context = wanted(request, connection);
    as_role(&principal, name, connection, &context)?;
    let logged_in = upstream(shared, name, connection, request, &context, now)
        .await
        .map_err(|refusal| refusal.of(&principal, name))?;
    let ends = ends(connection, &identity, now);
    let mut claims = Claims {
        session: SessionId::from_uuid(shared.fresh_v7(now)),
        principal: principal.clone(),
        connection: name.to_owned(),
        authenticator: request.authenticator,
        upstream: logged_in.session.clone(),
        context: logged_in.context.clone(),
        issued: now,
        expires: token_end(&logged_in.session, now, ends),
        ends,
        begins: None,
    };
    let recorded = shared
        .recorder
        .record_at(opened(shared, &claims, source, request))
        .await;
    claims.begins = recorded.as_ref().ok().copied().flatten().map(begins);
    let reply = reply(shared, &claims, logged_in.data, now)
        .map_err(|message| Refusal::new("390400", message).of(&principal, name));
    if let (Ok(reply), Ok(_)) = (&reply, &recorded) {
        shared.views.open(claims.session, &claims.context);
        shared.watch.opened(Session {
            claims,
            source: source.clone(),
            public_base: String::new(),
            arrived: now,
        });
        return Ok(json_reply(reply.clone().into()));
    }
    // Nobody will use this session.
    let call = Upstream {
        client: &shared.client,
        base: &connection.upstream,
        token: &claims.upstream.token,
    };
    if let Err(error) = call.logout(shared.fresh_v4()).await {
        tracing::warn!(%error, "an upstream session that nobody uses could not be ended");
    }
    reply.and(Err(Refusal::new(
        "390400",
        "this session can not be recorded now, so it was not opened: try again",
    )
    .of(&principal, name)))
}

const fn begins(position: Position) -> Begins {
    Begins {
        partition: position.partition.number,
        offset: position.offset.0,
    }
}

async fn identify(
    shared: &Shared,
    request: &LoginRequest,
    now: TimeNs,
) -> Result<Identity, Refusal> {
    let invalid = match request.authenticator {
        Authenticator::Oauth | Authenticator::WorkloadIdentity => "390303",
        Authenticator::ProgrammaticAccessToken => "394400",
        Authenticator::Password => "390100",
        Authenticator::Other => {
            return Err(Refusal::new(
                "390100",
                "this way of logging in is not taken here: use authenticator=oauth with your OIDC token \
                 (or give the token as programmatic access token or as password)",
            ));
        }
    };
    let token = request
        .token
        .as_ref()
        .ok_or_else(|| Refusal::new(invalid, "the login carries no token: give your OIDC token"))?;
    shared
        .identify
        .identify(token, now)
        .await
        .map_err(|error| match &error {
            IdentifyError::Expired if invalid == "390303" => {
                Refusal::new("390318", error.to_string())
            }
            _ => Refusal::new(invalid, error.to_string()),
        })
}

fn principal(identity: &Identity, request: &LoginRequest) -> Principal {
    let clip = |text: &str| text.chars().take(128).collect::<String>();
    let mut principal = identity.principal.clone();
    principal.agent = Some(Agent {
        application: clip(&request.application),
        version: clip(&request.version),
        on_behalf_of: identity.on_behalf_of.clone(),
        correlation_id: request
            .parameters
            .text("QUERY_TAG")
            .map(|tag| shared_text(&tag)),
    });
    principal
}

fn shared_text(text: &str) -> String {
    text.chars().take(256).collect()
}

/// Access is just in time: the connection names who may open it, and the policy may say more.
#[expect(
    clippy::result_large_err,
    reason = "a refusal carries what is recorded of it, and is rare"
)]
fn admit(
    shared: &Shared,
    principal: &Principal,
    name: &str,
    connection: &Connection,
    now: TimeNs,
) -> Result<(), Refusal> {
    let refusal = |message: String| Refusal::new("390201", message).of(principal, name);
    if !connection.issuers.is_empty() && !connection.issuers.contains(&principal.issuer) {
        return Err(refusal(format!(
            "connection {name} is not open to tokens of {}",
            principal.issuer
        )));
    }
    let member = |group| principal.groups.contains(group);
    if !connection.groups.is_empty() && !connection.groups.iter().any(member) {
        return Err(refusal(format!(
            "connection {name} is not open to {}: one of these groups is needed: {}",
            principal.display,
            connection.groups.join(", ")
        )));
    }
    let admission = shared.engine.connect(principal, name, now);
    if admission.admitted {
        return Ok(());
    }
    let reasons: Vec<&str> = admission
        .reasons
        .iter()
        .map(|reason| reason.text.as_str())
        .collect();
    Err(refusal(format!(
        "the policy does not open connection {name} to {}: {}",
        principal.display,
        reasons.join("; ")
    )))
}

/// `USE ROLE` is for the policy to decide; a login must not be a way around it.
#[expect(
    clippy::result_large_err,
    reason = "a refusal carries what is recorded of it, and is rare"
)]
fn as_role(
    principal: &Principal,
    name: &str,
    connection: &Connection,
    context: &Context,
) -> Result<(), Refusal> {
    match &context.role {
        Some(role) if !connection.opens_as(role) => {
            let shown: String = role.chars().take(64).collect();
            let text =
                format!("connection {name} is not open as role {shown:?}: leave the role out");
            Err(Refusal::new("390201", text).of(principal, name))
        }
        _ => Ok(()),
    }
}

/// Where the session should stand: as the driver asks, else as the connection is configured.
fn wanted(request: &LoginRequest, connection: &Connection) -> Context {
    let asked = &request.context;
    Context {
        database: asked
            .database
            .clone()
            .or_else(|| connection.database.clone()),
        schema: asked.schema.clone().or_else(|| connection.schema.clone()),
        warehouse: asked
            .warehouse
            .clone()
            .or_else(|| connection.warehouse.clone()),
        role: asked.role.clone().or_else(|| connection.role.clone()),
    }
}

async fn upstream(
    shared: &Shared,
    name: &str,
    connection: &Connection,
    request: &LoginRequest,
    context: &Context,
    now: TimeNs,
) -> Result<LoggedIn, Refusal> {
    let credential = shared
        .credentials
        .get(name)
        .ok_or_else(|| Refusal::new("390400", "the connection has no stored credential"))?;
    let call = LoginCall {
        connection,
        credential,
        forwarded: request.forwarded.clone(),
        context,
        request_id: shared.fresh_v4(),
        now,
    };
    upstream_login(&shared.client, call)
        .await
        .map_err(|error| match error {
            LoginError::Refused { code, message } => Refusal::new(
                &six_digits(&code),
                format!("Snowflake refused connection {name}: {message}"),
            ),
            other => {
                tracing::error!(connection = name, error = %other, "upstream login failed");
                Refusal::new(
                    "390400",
                    format!("connection {name} does not answer: {other}"),
                )
            }
        })
}

/// Upstream's code if drivers can read it.
fn six_digits(code: &str) -> String {
    if code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()) {
        code.to_owned()
    } else {
        "390400".to_owned()
    }
}

/// When the agent's grant ends.
fn ends(connection: &Connection, identity: &Identity, now: TimeNs) -> TimeNs {
    let longest = later(now, connection.session_max.0);
    if connection.end_with_token {
        longest.min(identity.expires)
    } else {
        longest
    }
}

/// When our session token ends: before the upstream token inside it, so that renewal comes in time.
pub(crate) fn token_end(upstream: &UpstreamSession, now: TimeNs, ends: TimeNs) -> TimeNs {
    let life = upstream.token_expires.0.saturating_sub(now.0).max(0);
    let margin = i64::try_from(RENEW_MARGIN.as_nanos())
        .unwrap_or(i64::MAX)
        .min(life / 2);
    TimeNs(upstream.token_expires.0.saturating_sub(margin)).min(ends)
}

/// `span` after `now`.
pub(crate) fn later(now: TimeNs, span: std::time::Duration) -> TimeNs {
    TimeNs(
        now.0
            .saturating_add(i64::try_from(span.as_nanos()).unwrap_or(i64::MAX)),
    )
}

/// Whole seconds from `now` to `end`, at least one.
pub(crate) fn seconds_to(end: TimeNs, now: TimeNs) -> i64 {
    (end.0.saturating_sub(now.0) / 1_000_000_000).max(1)
}

fn opened(shared: &Shared, claims: &Claims, source: &Source, request: &LoginRequest) -> Draft {
    let parameters = request.parameters.iter().map(|(name, value)| {
        let text = request.parameters.text(name);
        NameValue {
            name: name.to_owned(),
            value: shared
                .masking
                .message(text.as_deref().unwrap_or(value), false),
        }
    });
    let mut draft = Draft::new(SessionOpened {
        authenticator: claims.authenticator,
        context: claims.context.clone(),
        parameters: parameters.collect(),
        upstream_session: claims.upstream.id.clone(),
        expires: claims.ends,
    });
    draft.session_id = Some(claims.session);
    draft.principal = Some(claims.principal.clone());
    draft.source = Some(source.clone());
    draft.connection = Some(claims.connection.clone());
    draft
}

/// Upstream's `data`, with our tokens in place of its own and binds kept inline.
fn reply(
    shared: &Shared,
    claims: &Claims,
    mut data: RawObject,
    now: TimeNs,
) -> Result<Vec<u8>, String> {
    let sealing = |error| format!("the session could not be sealed: {error}");
    let session = claims.seal_session(&shared.sealer).map_err(sealing)?;
    let master = claims
        .seal_master(&shared.sealer, claims.ends)
        .map_err(sealing)?;
    // Upstream's own tokens work directly against Snowflake: whatever is called a token goes.
    let tokens: Vec<String> = data
        .iter()
        .map(|(name, _)| name.to_owned())
        .filter(|name| name.to_ascii_lowercase().contains("token"))
        .collect();
    let write = |data: &mut RawObject| -> Result<Vec<u8>, serde_json::Error> {
        for name in &tokens {
            data.set(name, &())?;
        }
        data.set("token", &session)?;
        data.set("masterToken", &master)?;
        data.set("validityInSeconds", &seconds_to(claims.expires, now))?;
        let master_end = claims.upstream.master_expires.min(claims.ends);
        data.set("masterValidityInSeconds", &seconds_to(master_end, now))?;
        data.set_default("sessionId", &numeric_id(claims.session))?;
        data.set_default("sessionInfo", &RawObject::default())?;
        data.set_default("serverVersion", "8.0.0")?;
        keep_inline(data, Missing::Add)?;
        let mut envelope = RawObject::default();
        envelope.set("data", &*data)?;
        envelope.set("code", &())?;
        envelope.set("message", &())?;
        envelope.set("success", &true)?;
        envelope.to_bytes()
    };
    write(&mut data).map_err(|error| format!("the login reply could not be written: {error}"))
}

/// A session id for drivers that need a number: 48 bits of ours, exact in every language.
fn numeric_id(session: SessionId) -> u64 {
    (session.uuid().as_u128() & 0xffff_ffff_ffff) as u64
}

async fn refuse(
    shared: &Shared,
    source: Source,
    authenticator: Authenticator,
    refusal: Refusal,
) -> Reply {
    // No session came of it: the record and the driver name it alike.
    let message = format!("{}\n(request {})", refusal.message, shared.fresh_v4());
    let mut draft = Draft::new(SessionRefused {
        authenticator,
        code: refusal.code.clone(),
        reason: message.clone(),
    });
    draft.principal = refusal.principal;
    draft.source = Some(source);
    draft.connection = refusal.connection;
    if let Err(error) = shared.recorder.record([draft]).await {
        tracing::error!(%error, "a refused login is not recorded");
    }
    let method = match authenticator {
        Authenticator::Oauth => "OAUTH",
        Authenticator::ProgrammaticAccessToken => "PROGRAMMATIC_ACCESS_TOKEN",
        Authenticator::WorkloadIdentity => "WORKLOAD_IDENTITY",
        Authenticator::Password | Authenticator::Other => "USERNAME_PASSWORD",
    };
    login_refused(&refusal.code, method, &message)
}
