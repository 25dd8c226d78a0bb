//! Gateways over one journal, an upstream, and a driver that speaks to them.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use access::catalog::Catalog;
use access::engine::{Engine, EngineConfig};
use access::policy::PolicySet;
use access::{Masking, MaskingConfig};
use async_trait::async_trait;
use bytes::Bytes;
use door::{AuthError, Authenticate, Identity, Roles};
use event::payload::ProducerRole;
use event::{Agent, Event, Kind, Principal, TimeNs};
use gateway::Deps;
use gateway::approvals::Approvals;
use gateway::approvals::webhook::{WebhookConfig, Webhooks};
use http::Request;
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use journal::Journal;
use journal::clock::{Clock as _, ManualClock};
use journal::emit::{Emitter, EmitterConfig};
use journal::memory::Memory;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::late::Late;
use super::upstream::{QUERY_ID, Said, Upstream, running};

/// When these tests happen.
pub const NOW: TimeNs = TimeNs(1_795_444_167_000_000_000);
/// Everything is permitted.
pub const OPEN: &str = "@id(\"all\") permit (principal, action, resource);\n";
const SETTINGS: &str = "groups = [\"oncall\", \"glass\"]\n[tags.PII]\n[tags.SENSITIVE]\n[unknown]\nquery = \"deny\"\nother = \"deny\"\napprovers = [\"oncall\"]\nttl = \"5m\"\n";
const DDL: &str = "create table db1.s1.t (n int, name varchar);\ncreate table db1.s2.t (n int, name varchar);\n\
    create table db1.s1.people (n int, nick varchar with tag (PII = 'PERSON'));\n";
pub const SEALING_KEY: &str = "5c1f8a1d3b0e4f6a9c7d2e1b8f4a6c3d5c1f8a1d3b0e4f6a9c7d2e1b8f4a6c3d";

/// Takes `agent`, `robot` (whose token names the program that acts), `stranger` (other groups), all with a secret after a colon; `expired` did expire; anything else is nobody.
struct Provider;

#[async_trait]
impl Authenticate for Provider {
    async fn authenticate(&self, token: &str, now: TimeNs) -> Result<Identity, AuthError> {
        let name = token.split(':').next().unwrap_or_default();
        let groups = match name {
            "agent" | "robot" => vec!["agents".to_owned()],
            "stranger" => vec!["others".to_owned()],
            "expired" => return Err(AuthError::Expired),
            "offline" => return Err(AuthError::Unavailable),
            _ => {
                let reason = "the token is not a signed JWT".to_owned();
                return Err(AuthError::Invalid { reason });
            }
        };
        Ok(Identity {
            principal: Principal {
                issuer: "https://idp.example".to_owned(),
                subject: name.to_owned(),
                display: name.to_owned(),
                groups,
                agent: (name == "robot").then(|| Agent {
                    application: "nightly-report".to_owned(),
                    version: String::new(),
                    on_behalf_of: Some("ana".to_owned()),
                    correlation_id: None,
                }),
            },
            authorities: Roles::default().of(&[]),
            names: Vec::new(),
            expires: TimeNs(now.0 + 600_000_000_000),
        })
    }

    fn issuers(&self) -> Vec<String> {
        vec!["https://idp.example".to_owned()]
    }
}

/// Begins more settings behind the rules.
pub const AND_SETTINGS: &str = "// settings:\n";

/// An engine under these rules, and the settings behind them.
pub fn engine(rules: &str) -> Engine {
    let (rules, more) = rules.split_once(AND_SETTINGS).unwrap_or((rules, ""));
    let policy = PolicySet::from_files(vec![
        ("firn-policy.toml".to_owned(), format!("{SETTINGS}{more}")),
        ("r.cedar".to_owned(), rules.to_owned()),
    ])
    .unwrap_or_else(|error| panic!("{error}"));
    let catalog = Catalog::from_ddl_files([("ddl", DDL)]).expect("a catalog");
    Engine::new(policy, catalog, EngineConfig::default())
}

pub struct World {
    pub upstream: Upstream,
    pub journal: Memory,
    pub clock: Arc<ManualClock>,
    pub gateways: Vec<SocketAddr>,
    pub approvals: Vec<Approvals>,
    pub controls: Vec<gateway::control::Control>,
    alone: bool,
    policy: String,
    extra: String,
    /// The sealing keys, as the configuration lists them.
    pub sealing: String,
    /// What the configuration calls the connection.
    pub connection: &'static str,
    /// Who gateways that are added tell.
    pub webhooks: Vec<WebhookConfig>,
    /// How much later than it is durable gateways that are added hear of what others say in `firn.control`.
    pub late: Duration,
    /// How much later than it is durable these hear that a record of `firn.events` is.
    pub slow: Duration,
    reloaders: Vec<gateway::Reloader>,
    /// One a gateway.
    stops: Vec<CancellationToken>,
    runs: Vec<tokio::task::JoinHandle<()>>,
    http: HttpClient<HttpConnector, Full<Bytes>>,
    stop: CancellationToken,
    _secrets: tempfile::TempDir,
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl World {
    /// One gateway under an open policy.
    pub async fn new() -> Self {
        Self::with(OPEN, "", 1).await
    }

    /// `count` gateways under `policy`; `extra` is added to the connection's configuration.
    pub async fn with(policy: &str, extra: &str, count: usize) -> Self {
        let upstream = Upstream::start().await;
        let journal = Memory::new(4, 100_000);
        let clock = Arc::new(ManualClock::at(NOW));
        let secrets = tempfile::tempdir().expect("a folder");
        for (name, text) in [("seal", SEALING_KEY), ("password", "STORED-SECRET\n")] {
            let mut file = std::fs::File::create(secrets.path().join(name)).expect("a file");
            file.write_all(text.as_bytes()).expect("writes");
        }
        let mut world = Self {
            upstream,
            journal,
            clock,
            gateways: Vec::new(),
            approvals: Vec::new(),
            controls: Vec::new(),
            alone: count == 1,
            policy: policy.to_owned(),
            extra: extra.to_owned(),
            sealing: format!(
                r#"{{ id = "2026-11", file = "{}/seal" }}"#,
                secrets.path().display()
            ),
            connection: "main",
            webhooks: Vec::new(),
            late: Duration::ZERO,
            slow: Duration::ZERO,
            reloaders: Vec::new(),
            stops: Vec::new(),
            runs: Vec::new(),
            http: HttpClient::builder(TokioExecutor::new()).build_http(),
            stop: CancellationToken::new(),
            _secrets: secrets,
        };
        for _ in 0..count {
            world.add_gateway().await;
        }
        world
    }

    /// One more gateway over the same journal, or the same one started again.
    pub async fn add_gateway(&mut self) {
        let parts = self.parts(&self.policy, &self.extra);
        let gateway::Parts {
            config,
            engine,
            masking,
        } = parts;
        let journal: Arc<dyn Journal> = match (self.late, self.slow) {
            (Duration::ZERO, Duration::ZERO) => Arc::new(self.journal.clone()),
            (late, slow) => Arc::new(Late {
                journal: self.journal.clone(),
                late,
                slow,
            }),
        };
        let mut settings = EmitterConfig::new(ProducerRole::Gateway);
        settings.deadline = Duration::from_millis(300);
        let emitter = Emitter::start(journal.clone(), self.clock.clone(), settings)
            .await
            .expect("an emitter");
        let deps = Deps {
            journal,
            emitter,
            clock: self.clock.clone(),
            engine,
            masking,
            authenticate: Arc::new(Provider),
            alone: self.alone,
            data: Some(self._secrets.path().to_owned()),
            webhooks: Webhooks::new(self.webhooks.clone(), None).expect("webhooks"),
            leaving: self.stop.child_token(),
        };
        let gateway = gateway::build(config, deps).await.expect("a gateway");
        self.gateways.push(gateway.address());
        self.approvals.push(gateway.approvals());
        self.controls.push(gateway.control());
        self.reloaders.push(gateway.reloader());
        let stop = self.stop.child_token();
        self.stops.push(stop.clone());
        self.runs.push(tokio::spawn(gateway.run(stop)));
    }

    /// The folder with the secrets that the configuration names.
    pub fn secrets(&self) -> &std::path::Path {
        self._secrets.path()
    }

    /// Puts other rules, and other settings of the connection, in force on a gateway. Which parts changed.
    pub fn reload(
        &self,
        gateway: usize,
        policy: &str,
        extra: &str,
    ) -> Result<Vec<&'static str>, gateway::BuildError> {
        let renewed = self.reloaders[gateway].prepare(self.parts(policy, extra))?;
        let changed = renewed.changed().to_vec();
        self.reloaders[gateway].put(renewed);
        Ok(changed)
    }

    fn parts(&self, policy: &str, extra: &str) -> gateway::Parts {
        let folder = self._secrets.path().display();
        let (sealing, connection) = (&self.sealing, self.connection);
        // Who counts what upstream and the journal get of a held statement counts nothing else.
        let explain = if extra.contains("explain =") {
            ""
        } else {
            "explain = false"
        };
        let config = format!(
            r#"
            listen = "127.0.0.1:0"
            upstream_timeout = "10s"
            answer_within = "1s"
            sealing = [{sealing}]
            [connections.{connection}]
            upstream = "http://{}"
            account = "acct"
            user = "SVC"
            auth = {{ password = {{ file = "{folder}/password" }} }}
            {explain}
            {extra}
            "#,
            self.upstream.address
        );
        let config = toml::from_str(&config).expect("a configuration");
        gateway::Parts {
            config,
            engine: Arc::new(engine(policy)),
            masking: Masking::new(MaskingConfig::default()).expect("masks"),
        }
    }

    /// Takes a gateway away.
    pub fn stop_gateway(&self, gateway: usize) {
        self.stops[gateway].cancel();
    }

    /// Waits until a gateway that was taken away has ended.
    pub async fn ended(&mut self, gateway: usize) {
        (&mut self.runs[gateway]).await.expect("it ends by itself");
    }

    /// A request as bytes, to the first gateway.
    pub async fn send(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> (u16, Bytes) {
        self.send_to(0, method, target, headers, body).await
    }

    /// A request as bytes.
    pub async fn send_to(
        &self,
        gateway: usize,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> (u16, Bytes) {
        let (parts, body) = self.exchange(gateway, method, target, headers, body).await;
        (parts.status.as_u16(), body)
    }

    /// A request as bytes, and all of its answer.
    pub async fn exchange(
        &self,
        gateway: usize,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> (http::response::Parts, Bytes) {
        let uri = format!("http://{}{target}", self.gateways[gateway]);
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(body.into())).expect("a request");
        let response = self.http.request(request).await.expect("a response");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a body");
        (parts, body.to_bytes())
    }

    /// A login with these fields of `data`.
    pub async fn login_with(&self, data: Value) -> Value {
        let body = json!({ "data": data }).to_string();
        let target = "/session/v1/login-request?databaseName=db1&schemaName=s1&requestId=1";
        let (status, body) = self.send("POST", target, &[], body).await;
        assert_eq!(status, 200);
        serde_json::from_slice(&body).expect("json")
    }

    /// Another agent's driver, while the first one's query runs upstream as [`QUERY_ID`].
    pub async fn login_beside_a_running_query(&self) -> Driver<'_> {
        self.upstream.script(|seen| {
            seen.path
                .contains("query-request")
                .then(|| Said::Json(running(QUERY_ID)))
        });
        let (owner, other) = (self.login().await, self.login().await);
        owner
            .ask(0, "r", json!({"sqlText": "select 1", "asyncExec": true}))
            .await;
        other
    }

    /// An agent's driver, logged in.
    pub async fn login(&self) -> Driver<'_> {
        self.login_as("agent").await
    }

    /// The same with this token.
    pub async fn login_as(&self, token: &str) -> Driver<'_> {
        let reply = self
            .login_with(json!({
                "ACCOUNT_NAME": "main", "LOGIN_NAME": "", "AUTHENTICATOR": "OAUTH", "TOKEN": token,
                "CLIENT_APP_ID": "PythonConnector", "CLIENT_APP_VERSION": "4.8.1",
                "SESSION_PARAMETERS": {"QUERY_TAG": "nightly"},
            }))
            .await;
        assert_eq!(reply["success"], true, "{reply}");
        let text = |name: &str| reply["data"][name].as_str().expect("a token").to_owned();
        Driver {
            world: self,
            token: text("token"),
            master: text("masterToken"),
        }
    }

    /// Everything recorded so far.
    pub fn events(&self) -> Vec<Event> {
        self.journal
            .all()
            .iter()
            .map(|one| event::decode(&one.value).expect("an event"))
            .collect()
    }

    /// Recorded events of a kind.
    pub fn recorded(&self, kind: Kind) -> Vec<Event> {
        self.events()
            .into_iter()
            .filter(|event| event.kind() == kind)
            .collect()
    }

    /// Time goes by.
    pub fn pass(&self, span: Duration) {
        let span = i64::try_from(span.as_nanos()).expect("fits");
        self.clock.advance(span);
        assert!(self.clock.now() > NOW);
    }
}

/// One driver's session.
#[derive(Clone)]
pub struct Driver<'a> {
    pub world: &'a World,
    pub token: String,
    pub master: String,
}

impl Driver<'_> {
    /// Runs SQL under a fresh request id on the first gateway.
    pub async fn query(&self, sql: &str) -> Value {
        self.ask(0, &Uuid::new_v4().to_string(), json!({ "sqlText": sql }))
            .await
    }

    /// Posts a query-request.
    pub async fn ask(&self, gateway: usize, request_id: &str, body: Value) -> Value {
        let target = format!("/queries/v1/query-request?requestId={request_id}");
        self.call(gateway, "POST", &target, body.to_string()).await
    }

    /// Any request with the session token.
    pub async fn call(
        &self,
        gateway: usize,
        method: &str,
        target: &str,
        body: impl Into<Bytes>,
    ) -> Value {
        let (status, reply) = self.try_call(gateway, method, target, body).await;
        assert_eq!(status, 200, "{reply}");
        reply
    }

    /// Any request with the session token, whatever status it is answered with.
    pub async fn try_call(
        &self,
        gateway: usize,
        method: &str,
        target: &str,
        body: impl Into<Bytes>,
    ) -> (u16, Value) {
        let token = format!("Snowflake Token=\"{}\"", self.token);
        let headers = [("authorization", token.as_str())];
        let (status, body) = self
            .world
            .send_to(gateway, method, target, &headers, body)
            .await;
        let reply = serde_json::from_slice(&body);
        let reply = reply.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&body)));
        (status, reply)
    }

    /// Renews the session token.
    pub async fn renew(&mut self, gateway: usize) -> Value {
        let token = format!("Snowflake Token=\"{}\"", self.master);
        let headers = [("authorization", token.as_str())];
        let body = json!({ "oldSessionToken": self.token, "requestType": "RENEW" }).to_string();
        let target = "/session/token-request?requestId=1";
        let (_, body) = self
            .world
            .send_to(gateway, "POST", target, &headers, body)
            .await;
        let reply: Value = serde_json::from_slice(&body).expect("json");
        if reply["success"] == true {
            let text = |name: &str| reply["data"][name].as_str().expect("a token").to_owned();
            self.token = text("sessionToken");
            self.master = text("masterToken");
        }
        reply
    }
}
