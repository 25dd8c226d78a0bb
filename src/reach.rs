//! How a command reaches the record: through a running firn's API, or by opening journal and archive itself.
//!
//! Enters: `--api`, `--token`, `--as`, or nothing. Leaves: rows, timelines, reports, whichever way they came.
//! Never here: reading without its event; both ways record it first.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use event::SessionId;
use ledger::journal::Journal;
use ledger::verify::Report;
use query::{Auditor, Engine, Query, Rows, SessionFilter};
use replayer::Timeline;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use url::{Host, Url};

use crate::cli::{ReachArgs, name_and_groups};
use crate::compose;
use crate::config::Config;
use crate::development::{Claims, Issuer};
use crate::identity::{Operator, local_operator};
use crate::pin::Fingerprint;

/// Longest an API call may take; verifying a large archive takes its time.
const CALL_WITHIN: Duration = Duration::from_secs(15 * 60);
/// A running firn answers this fast, or it is not there.
const PROBE_WITHIN: Duration = Duration::from_secs(3);

/// The way to the record.
pub enum Reach {
    /// Through a running firn.
    Remote(Remote),
    /// Opened here.
    Local(Box<Local>),
}

/// A running firn's API.
pub struct Remote {
    base: String,
    token: zeroize::Zeroizing<String>,
    client: reqwest::Client,
}

/// Journal and archive, opened by this command.
pub struct Local {
    engine: Engine,
    record: crate::api::Record,
    auditor: Auditor,
}

impl Reach {
    /// Finds the way: `--api`, a running firn on this machine, else the files themselves.
    pub async fn find(arguments: &ReachArgs) -> Result<Self> {
        if let Some(base) = &arguments.api {
            let token = match (&arguments.act_as, &arguments.token) {
                (Some(who), _) => development_token(who, &Config::load(&arguments.config.config)?)?,
                (None, Some(token)) => token.clone(),
                (None, None) => bail!(
                    "--api needs --token (or FIRN_TOKEN): an OIDC token of an auditor, or of an approver"
                ),
            };
            let trust = match &arguments.ca {
                Some(file) => Trust::Authorities(authorities(file)?),
                None => Trust::System,
            };
            return Ok(Self::Remote(Remote::new(base, token, trust)?));
        }
        let config = Config::load(&arguments.config.config)?;
        if let Some(operator) = Operator::read(&config.data) {
            let token =
                own_token(arguments, &config)?.unwrap_or_else(|| operator.token().to_owned());
            let trust = operator
                .certificate
                .clone()
                .map_or(Trust::System, Trust::Certificate);
            let remote = Remote::new(&operator.url, token, trust)?;
            if remote.answers().await {
                return Ok(Self::Remote(remote));
            }
        }
        if arguments.token.is_some() || arguments.act_as.is_some() {
            bail!(
                "no firn is running with this configuration, so there is nobody to show a token to; start it with `firn up`"
            );
        }
        Ok(Self::Local(Box::new(Local::open(&config).await?)))
    }

    /// Runs SQL.
    pub async fn sql(&self, sql: &str, limit: Option<usize>) -> Result<Rows> {
        match self {
            Self::Remote(remote) => {
                let body = json!({"sql": sql, "limit": limit});
                Ok(serde_json::from_value(
                    remote.call(Method::POST, "/api/sql", Some(&body)).await?,
                )?)
            }
            Self::Local(local) => {
                let query = Query {
                    sql: sql.to_owned(),
                    limit,
                };
                let answer = local.engine.query(&local.auditor, &query).await;
                rows(answer)
            }
        }
    }

    /// Lists sessions.
    pub async fn sessions(&self, filter: &SessionFilter) -> Result<Rows> {
        match self {
            Self::Remote(remote) => {
                let body = json!({"sql": filter.sql(), "limit": filter.limit});
                Ok(serde_json::from_value(
                    remote.call(Method::POST, "/api/sql", Some(&body)).await?,
                )?)
            }
            Self::Local(local) => rows(local.engine.sessions(&local.auditor, filter).await),
        }
    }

    /// Fetches a session's timeline, which is recorded as a replay in `mode`.
    pub async fn timeline(&self, session: SessionId, mode: &str) -> Result<Timeline> {
        match self {
            Self::Remote(remote) => {
                let path = format!("/api/sessions/{session}/timeline?mode={mode}");
                Ok(serde_json::from_value(
                    remote.call(Method::GET, &path, None).await?,
                )?)
            }
            Self::Local(local) => {
                let events = local
                    .engine
                    .session_events(&local.auditor, session, mode)
                    .await;
                let events = events.map_err(|error| anyhow!("{error}\nhint: {}", error.hint()))?;
                Ok(crate::api::timeline(session, events)?)
            }
        }
    }

    /// Verifies the whole record.
    pub async fn verify(&self) -> Result<Report> {
        match self {
            Self::Remote(remote) => Ok(serde_json::from_value(
                remote
                    .call(Method::POST, "/api/verify", Some(&json!({})))
                    .await?,
            )?),
            Self::Local(local) => local.record.verify(&local.auditor.principal).await,
        }
    }

    /// Calls the approvals API, which only a running firn has.
    pub async fn approvals(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value> {
        match self {
            Self::Remote(remote) => remote.call(method, path, body).await,
            Self::Local(_) => bail!(
                "no firn is running with this configuration; approvals go through a running gateway (`firn up`, or --api URL)"
            ),
        }
    }

    /// Ends what was opened here, so that its run is recorded as ended in order.
    pub async fn close(self) -> Result<()> {
        match self {
            Self::Remote(_) => Ok(()),
            Self::Local(local) => local.record.close().await,
        }
    }
}

fn rows(answer: Result<query::Answer, query::QueryError>) -> Result<Rows> {
    let answer = answer.map_err(|error| anyhow!("{error}\nhint: {}", error.hint()))?;
    Ok(answer.rows()?)
}

/// The token to show: one of the development issuer for `--as`, else `--token`, which may be the environment's.
fn own_token(arguments: &ReachArgs, config: &Config) -> Result<Option<String>> {
    match (&arguments.act_as, &arguments.token) {
        (Some(who), _) => development_token(who, config).map(Some),
        (None, Some(token)) => Ok(Some(token.clone())),
        (None, None) => Ok(None),
    }
}

fn development_token(who: &str, config: &Config) -> Result<String> {
    let development = config.development.as_ref().context("--as needs the development issuer ([development] in the configuration); give --token instead")?;
    let issuer = Issuer::open(&config.data, development.issuer)?;
    let (subject, groups) = name_and_groups(who);
    let claims = Claims {
        subject,
        groups,
        ..Claims::default()
    };
    Ok(issuer.token(&claims, compose::clock().now())?)
}

impl Local {
    async fn open(config: &Config) -> Result<Self> {
        let journal: Arc<dyn Journal> = compose::journal(config).await?;
        let archive = compose::archive(config).await?;
        let emitter = compose::emitter(&config.producer, &journal, "cli").await?;
        let record = crate::api::Record {
            journal,
            archive,
            emitter,
        };
        let engine = compose::query_engine(config, &record).await?;
        Ok(Self {
            engine,
            record,
            auditor: Auditor {
                principal: local_operator(),
                source: None,
            },
        })
    }
}

/// Whom to believe that a firn is the one that was asked.
enum Trust {
    /// The system's certificate authorities.
    System,
    /// Those, and these.
    Authorities(Vec<reqwest::Certificate>),
    /// This very certificate, and nothing else.
    Certificate(Fingerprint),
}

fn authorities(file: &Path) -> Result<Vec<reqwest::Certificate>> {
    let pem =
        std::fs::read(file).with_context(|| format!("--ca: {} can not be read", file.display()))?;
    let found = reqwest::Certificate::from_pem_bundle(&pem)
        .with_context(|| format!("--ca: {} is not PEM", file.display()))?;
    if found.is_empty() {
        bail!("--ca: {} holds no certificate", file.display());
    }
    Ok(found)
}

/// A base URL whose scheme keeps a token to itself.
fn checked(base: &str) -> Result<&str> {
    let url = Url::parse(base)
        .with_context(|| format!("--api {base:?} is not a URL like https://firn.internal:8086"))?;
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => Ok(base.trim_end_matches('/')),
        "http" if loopback => Ok(base.trim_end_matches('/')),
        "http" => bail!(
            "--api {base}: the token would cross the network in clear; use https, or a tunnel to this machine's loopback"
        ),
        other => bail!("--api {base}: {other} is neither https nor http"),
    }
}

impl Remote {
    fn new(base: &str, token: String, trust: Trust) -> Result<Self> {
        let mut client = reqwest::Client::builder()
            .timeout(CALL_WITHIN)
            .connect_timeout(PROBE_WITHIN);
        client = match trust {
            Trust::System => client,
            Trust::Authorities(found) => found
                .into_iter()
                .fold(client, reqwest::ClientBuilder::add_root_certificate),
            Trust::Certificate(pin) => client.use_preconfigured_tls(pin.client()?),
        };
        let client = client.build()?;
        Ok(Self {
            base: checked(base)?.to_owned(),
            token: zeroize::Zeroizing::new(token),
            client,
        })
    }

    async fn answers(&self) -> bool {
        let probe = self
            .client
            .get(format!("{}/healthz", self.base))
            .timeout(PROBE_WITHIN)
            .send()
            .await;
        probe.is_ok()
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value> {
        let url = format!("{}{path}", self.base);
        let mut request = self
            .client
            .request(method, &url)
            .bearer_auth(self.token.as_str());
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.map_err(|error| {
            let hint = if format!("{:?}", error).contains("UnknownIssuer") {
                "; if a certificate authority of your own signed it, name its file with --ca"
            } else {
                ""
            };
            anyhow::Error::from(error).context(format!("{url} does not answer{hint}"))
        })?;
        let status = answer.status();
        let body: Value = answer
            .json()
            .await
            .with_context(|| format!("{url} answered {status} without JSON"))?;
        if status == StatusCode::OK {
            return Ok(body);
        }
        let error = body["error"]
            .as_str()
            .unwrap_or("no reason given")
            .to_owned();
        match body["hint"].as_str() {
            Some(hint) if !hint.is_empty() => bail!("{error}\nhint: {hint}"),
            _ => bail!("{error}"),
        }
    }
}
