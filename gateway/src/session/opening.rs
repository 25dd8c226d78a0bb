//! A session opens: who it is, whether the connection is open to it, a session upstream, sealed tokens.
//!
//! Enters: a login, whichever door it came through. Leaves: sealed tokens, after `session.opened` is durable; or a refusal, after
//! `session.refused`. Never here: the driver's token upstream, upstream's tokens at the driver.

use access::{Engine, Masking};
use door::{Action, AuthError, Authenticate, Identity};
use event::payload::{Authenticator, Context, NameValue, SessionOpened, SessionRefused};
use event::{Agent, Principal, SessionId, Source, TimeNs};
use journal::Position;
use journal::emit::Draft;
use zeroize::Zeroizing;

use super::Session;
use crate::claims::{Begins, Claims};
use crate::config::Connection;
use crate::control::Control;
use crate::fresh;
use crate::limits::CLIENT_CHARS_MAX;
use crate::raw::RawObject;
use crate::record::Recorder;
use crate::shared::Shared;
use crate::time::{between, later};
use crate::upstream::accounts::Accounts;
use crate::upstream::login::{LoggedIn, LoginError};

/// Under which names `session.opened` keeps, among the parameters, what the client says of itself.
const CLIENT_FIELDS: [&str; 3] = [
    "CLIENT_APP_ID",
    "CLIENT_APP_VERSION",
    "CLIENT_ENVIRONMENT.APPLICATION",
];

/// Somebody wants a session.
#[derive(Debug)]
pub struct Login {
    /// Which connection: its name, or Snowflake's account.
    pub account: String,
    /// How the token came.
    pub authenticator: Authenticator,
    /// The token, if one came in a way that is taken.
    pub token: Option<Zeroizing<String>>,
    /// The driver, untrusted.
    pub application: String,
    /// Its version, untrusted.
    pub version: String,
    /// Where the driver wants to stand.
    pub context: Context,
    /// Session parameters that go upstream.
    pub parameters: RawObject,
    /// The fields that go upstream, parameters included.
    pub forwarded: RawObject,
}

/// A session that is open, durably.
pub(crate) struct Opened {
    /// What its tokens say.
    pub claims: Claims,
    /// The session token, sealed.
    pub token: String,
    /// The master token, sealed.
    pub master: String,
    /// Upstream's `data`, its own tokens still in it: the door replaces them.
    pub data: RawObject,
}

/// A refusal: what the driver shows and what the record says.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// Six digits that drivers know.
    pub code: String,
    /// What happened, and what to do.
    pub message: String,
    principal: Option<Principal>,
    connection: Option<String>,
}

impl Refusal {
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
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

/// Opens a session. A refusal is recorded.
pub(crate) async fn open(
    shared: &Shared,
    source: Source,
    login: &Login,
) -> Result<Opened, Refusal> {
    let opened = admitted(shared, &source, login).await;
    match opened {
        Ok(opened) => Ok(opened),
        Err(refusal) => {
            let now = shared.clock.now();
            Err(refuse(&shared.recorder, now, source, login.authenticator, refusal).await)
        }
    }
}

async fn admitted(shared: &Shared, source: &Source, login: &Login) -> Result<Opened, Refusal> {
    let now = shared.clock.now();
    let accounts = &shared.accounts;
    let (name, connection) = accounts
        .named(&login.account)
        .ok_or_else(|| unnamed(accounts, &login.account))?;
    let identity = identify(&*shared.authenticate, login, now).await?;
    let principal = principal(&identity, login);
    admit(&shared.engine, &principal, name, connection, now)?;
    barred(&shared.control, &principal, name, now)?;
    let context = wanted(login, connection);
    as_role(&principal, name, connection, &context)?;
    let logged_in = upstream(accounts, name, login, &context, now)
        .await
        .map_err(|refusal| refusal.of(&principal, name))?;
    let ends = ends(connection, &identity, now);
    let mut claims = Claims {
        session: SessionId::from_uuid(fresh::v7(now)),
        principal: principal.clone(),
        connection: name.to_owned(),
        authenticator: login.authenticator,
        upstream: logged_in.session.clone(),
        context: logged_in.context.clone(),
        issued: now,
        expires: logged_in.session.token_end(now, ends),
        ends,
        begins: None,
    };
    let recorded = shared
        .recorder
        .record_at(opened(&shared.masking, &claims, source, login))
        .await;
    claims.begins = recorded.as_ref().ok().copied().flatten().map(begins);
    let sealed = claims
        .seal_session(&shared.sealer)
        .and_then(|token| Ok((token, claims.seal_master(&shared.sealer, claims.ends)?)));
    let refusal = match (sealed, recorded) {
        (Ok((token, master)), Ok(_)) => {
            shared.views.open(claims.session, &claims.context);
            shared.watch.opened(Session {
                claims: claims.clone(),
                source: source.clone(),
                arrived: now,
            });
            return Ok(Opened {
                claims,
                token,
                master,
                data: logged_in.data,
            });
        }
        (Err(error), _) => format!("the session could not be sealed: {error}"),
        (_, Err(_)) => {
            "this session cannot be recorded now, so it was not opened: try again".to_owned()
        }
    };
    // Nobody will use this session.
    if let Some(call) = accounts.session(&claims)
        && let Err(error) = call.logout(fresh::v4()).await
    {
        tracing::warn!(%error, "an upstream session that nobody uses could not be ended");
    }
    Err(Refusal::new("390400", refusal).of(&principal, name))
}

fn unnamed(accounts: &Accounts, account: &str) -> Refusal {
    let known: Vec<&str> = accounts.names().collect();
    let text = format!(
        "no connection of this gateway is named {:?}: set `account` to one of {}",
        account.chars().take(64).collect::<String>(),
        known.join(", ")
    );
    Refusal::new("390201", text)
}

const fn begins(position: Position) -> Begins {
    Begins {
        partition: position.partition.number,
        offset: position.offset.0,
    }
}

async fn identify(
    provider: &dyn Authenticate,
    request: &Login,
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
    let identity = provider
        .authenticate(token, now)
        .await
        .map_err(|error| match &error {
            AuthError::Expired if invalid == "390303" => Refusal::new("390318", error.to_string()),
            _ => Refusal::new(invalid, error.to_string()),
        })?;
    if Action::UseWarehouse.scope(identity.authorities).is_any() {
        Ok(identity)
    } else {
        Err(Refusal::new(
            invalid,
            "this token opens no session: log in with an OIDC token",
        ))
    }
}

fn principal(identity: &Identity, request: &Login) -> Principal {
    let clip = |text: &str| text.chars().take(CLIENT_CHARS_MAX).collect::<String>();
    let mut principal = identity.principal.clone();
    let token = principal.agent.take();
    let (proved, behind) = token.map_or((None, None), |agent| {
        (Some(agent.application), agent.on_behalf_of)
    });
    // What the token proves counts; without it, what the client says of itself. Both are in `session.opened`.
    let (application, version) = match proved.filter(|name| !name.is_empty()) {
        Some(proved) => (proved, String::new()),
        None => (clip(&request.application), clip(&request.version)),
    };
    principal.agent = Some(Agent {
        application,
        version,
        on_behalf_of: behind,
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
    engine: &Engine,
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
    let admission = engine.connect(principal, name, now);
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

/// Somebody ended such sessions and lets no new ones in for a while.
#[expect(
    clippy::result_large_err,
    reason = "a refusal carries what is recorded of it, and is rare"
)]
fn barred(
    control: &Control,
    principal: &Principal,
    name: &str,
    now: TimeNs,
) -> Result<(), Refusal> {
    let Some((reason, until)) = control.barred(&principal.subject, name, now) else {
        return Ok(());
    };
    let seconds = between(now, until) / 1_000_000_000;
    let text = format!("no sessions are opened for {seconds} s more: they were ended: {reason}");
    Err(Refusal::new("390201", text).of(principal, name))
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
fn wanted(request: &Login, connection: &Connection) -> Context {
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
    accounts: &Accounts,
    name: &str,
    login: &Login,
    context: &Context,
    now: TimeNs,
) -> Result<LoggedIn, Refusal> {
    let logged_in = accounts.login(name, login.forwarded.clone(), context, now);
    logged_in.await.map_err(|error| match error {
        LoginError::Refused { code, message } => Refusal::new(
            &six_digits(&code),
            format!("Snowflake refused connection {name}: {message}"),
        ),
        other => {
            tracing::error!(connection = name, error = %other, "upstream login failed");
            let text = format!("connection {name} does not answer: {other}");
            Refusal::new("390400", text)
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

fn opened(masking: &Masking, claims: &Claims, source: &Source, request: &Login) -> Draft {
    let told = request.parameters.iter().map(|(name, value)| {
        let text = request.parameters.text(name);
        (name, text.unwrap_or_else(|| value.to_owned()))
    });
    // Nobody says by a parameter of this name what its login says.
    let told = told.filter(|(name, _)| !is_of_client(name));
    let clip = |text: String| text.chars().take(CLIENT_CHARS_MAX).collect::<String>();
    let client = of_client(request).map(|(name, text)| (name, clip(text)));
    let client = client.filter(|(_, text)| !text.is_empty());
    let parameters = told.chain(client).map(|(name, text)| NameValue {
        name: name.to_owned(),
        value: masking.message(&text, false),
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

/// What the client says of itself, by the names of its login's fields: untrusted, and kept beside the agent that its token proves,
/// so that programs over one token are told apart.
fn of_client(request: &Login) -> impl Iterator<Item = (&'static str, String)> {
    let environment: Option<RawObject> =
        request.forwarded.read("CLIENT_ENVIRONMENT").ok().flatten();
    let program = environment.and_then(|environment| environment.text("APPLICATION"));
    let said = [
        request.application.clone(),
        request.version.clone(),
        program.unwrap_or_default(),
    ];
    CLIENT_FIELDS.into_iter().zip(said)
}

fn is_of_client(name: &str) -> bool {
    CLIENT_FIELDS
        .iter()
        .any(|field| field.eq_ignore_ascii_case(name))
}

/// Records a refusal as a session of its own that was never opened, so that it stands among the sessions; its id is the one the
/// driver shows.
pub(crate) async fn refuse(
    recorder: &Recorder,
    now: TimeNs,
    source: Source,
    authenticator: Authenticator,
    mut refusal: Refusal,
) -> Refusal {
    let session = SessionId::from_uuid(fresh::v7(now));
    refusal.message = format!("{}\n(request {session})", refusal.message);
    let mut draft = Draft::new(SessionRefused {
        authenticator,
        code: refusal.code.clone(),
        reason: refusal.message.clone(),
    });
    draft.session_id = Some(session);
    draft.principal = refusal.principal.clone();
    draft.source = Some(source);
    draft.connection = refusal.connection.clone();
    if let Err(error) = recorder.record([draft]).await {
        tracing::error!(%error, "a refused login is not recorded");
    }
    refusal
}
