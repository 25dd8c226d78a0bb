//! How a command reaches the record: through a running firn's API, or by opening journal and archive itself.
//!
//! Enters: `--api`, `--token`, `--as`, or nothing. Leaves: rows, timelines, reports, whichever way they came.
//! Never here: reading without its event; both ways record it first.

mod address;
mod who;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use archive::rows::{Bodies, stored_events};
use archive::verify::{Progress, Report};
use arrow::array::RecordBatch;
use arrow::buffer::Buffer;
use arrow::ipc::reader::StreamDecoder;
use event::payload::{ProducerRole, ReplayMode};
use event::{Event, SessionId};
use journal::{Journal, Position};
use query::{Auditor, Engine, Query, Rows, Sees, SessionFilter};
use replayer::Timeline;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::mpsc::{Sender, channel};

use crate::cli::{ReachArgs, name_and_groups};
use crate::compose;
use crate::config::Config;
use crate::development::{Claims, Issuer};
use crate::identity::{Operator, local_operator};
use crate::pin::Fingerprint;
use address::{authorities, checked};

/// Longest an API call may take; verifying a large archive takes its time.
const CALL_WITHIN: Duration = Duration::from_secs(15 * 60);
/// A running firn answers this fast, or it is not there.
const PROBE_WITHIN: Duration = Duration::from_secs(3);

/// Takes rows as they come: the names of their columns, a value a column.
pub type Each<'a> = dyn FnMut(&[String], Vec<Vec<Value>>) -> Result<()> + Send + 'a;

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

    /// Runs SQL and hands over each batch of rows as it comes, with the names of its columns; at most `limit` rows. True if there
    /// were more. Nothing is held back: any number of rows takes the same memory.
    pub async fn stream(&self, sql: &str, limit: usize, each: &mut Each<'_>) -> Result<bool> {
        match self {
            Self::Remote(remote) => remote.stream(sql, limit, each).await,
            Self::Local(local) => {
                let query = Query {
                    sql: sql.to_owned(),
                    limit: Some(limit),
                };
                let said = |error: query::QueryError| anyhow!("{error}\nhint: {}", error.hint());
                let export = local.engine.export(&local.auditor, &query).await;
                let mut export = export.map_err(said)?;
                let fields = export.schema().fields().clone();
                let names = query::render::names(fields.iter().map(|field| field.name().as_str()));
                each(&names, Vec::new())?;
                while let Some(batch) = export.next().await {
                    let mut rows = Vec::new();
                    query::answer::push_rows(&batch.map_err(said)?, &mut rows)?;
                    each(&names, rows)?;
                }
                Ok(export.truncated())
            }
        }
    }

    /// Runs SQL and hands over its rows as Arrow, a batch at a time, however many; an end of `to` that is gone ends the query.
    pub async fn batches(&self, sql: &str, to: &Sender<RecordBatch>) -> Result<()> {
        match self {
            Self::Remote(remote) => remote.batches(sql, to).await,
            Self::Local(local) => export(&local.engine, &local.auditor, sql, to).await,
        }
    }

    /// Lists sessions.
    pub async fn sessions(&self, filter: &SessionFilter) -> Result<Rows> {
        match self {
            Self::Remote(remote) => {
                let body =
                    json!({"sql": filter.sql(compose::clock().now()), "limit": filter.limit});
                Ok(serde_json::from_value(
                    remote.call(Method::POST, "/api/sql", Some(&body)).await?,
                )?)
            }
            Self::Local(local) => rows(local.engine.sessions(&local.auditor, filter).await),
        }
    }

    /// Fetches a session's timeline, which is recorded as a replay in `mode`.
    pub async fn timeline(&self, session: SessionId, mode: ReplayMode) -> Result<Timeline> {
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

    /// Every event of a session, with its rows.
    pub async fn events(&self, session: SessionId) -> Result<Vec<(Position, Event)>> {
        let bodies = format!("select event_id, body from pages where session_id = '{session}'");
        let bodies = Bodies::read(&self.all(&bodies).await?)?;
        let events = format!("select * from events where session_id = '{session}'");
        let mut found = Vec::new();
        for batch in self.all(&events).await? {
            let stored = stored_events(&batch, &bodies)?;
            found.extend(stored.into_iter().map(|one| (one.position, one.event)));
        }
        if found.is_empty() {
            bail!(
                "session {session} is not in the record\nhint: `firn sessions` lists those that are"
            );
        }
        Ok(found)
    }

    /// All rows of an answer that is known to be small.
    async fn all(&self, sql: &str) -> Result<Vec<RecordBatch>> {
        let (to, mut from) = channel(1);
        let asking = async move { self.batches(sql, &to).await };
        let mut batches = Vec::new();
        let taking = async {
            while let Some(batch) = from.recv().await {
                batches.push(batch);
            }
        };
        let (asked, ()) = tokio::join!(asking, taking);
        asked.map(|()| batches)
    }

    /// Verifies what there is since `since`; without, the whole record. `progress` says how far that is, where it is done in this process.
    pub async fn verify(&self, since: Option<&str>, progress: &Progress) -> Result<Report> {
        let from = crate::api::since(since)?;
        match self {
            Self::Remote(remote) => Ok(serde_json::from_value(
                remote
                    .call(Method::POST, "/api/verify", Some(&json!({"since": since})))
                    .await?,
            )?),
            Self::Local(local) => {
                let who = &local.auditor.principal;
                local.record.verify(who, from, progress).await
            }
        }
    }

    /// Calls what only a running gateway has: approvals, ending sessions.
    pub async fn running(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value> {
        match self {
            Self::Remote(remote) => remote.call(method, path, body).await,
            Self::Local(_) => bail!(
                "no firn is running with this configuration; this goes through a running gateway (`firn up`, or --api URL)"
            ),
        }
    }

    /// What only a running firn has, as it comes.
    pub async fn follow(&self, path: &str) -> Result<reqwest::Response> {
        match self {
            Self::Remote(remote) => remote.send(Method::GET, path, None).await,
            Self::Local(_) => bail!(
                "no firn is running with this configuration; this goes through a running gateway (`firn up`, or --api URL)"
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

/// Runs SQL for `auditor` and hands over its rows.
pub async fn export(
    engine: &Engine,
    auditor: &Auditor,
    sql: &str,
    to: &Sender<RecordBatch>,
) -> Result<()> {
    let said = |error: query::QueryError| anyhow!("{error}\nhint: {}", error.hint());
    let mut export = engine
        .export(auditor, &Query::new(sql))
        .await
        .map_err(said)?;
    while let Some(batch) = export.next().await {
        if to.send(batch.map_err(said)?).await.is_err() {
            break;
        }
    }
    Ok(())
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
        let emitter = compose::emitter(&config.producer, &journal, ProducerRole::Command).await?;
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
                sees: Sees::All,
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

    async fn stream(&self, sql: &str, limit: usize, each: &mut Each<'_>) -> Result<bool> {
        // One more than wanted tells whether there are more.
        let body = json!({"sql": sql, "format": "jsonl", "limit": limit.saturating_add(1)});
        let mut answer = self.send(Method::POST, "/api/sql", Some(&body)).await?;
        let names = answer.headers().get("x-firn-columns");
        let names: Vec<String> = names
            .and_then(|names| serde_json::from_slice(names.as_bytes()).ok())
            .context("the answer does not name its columns: is this a firn of another version?")?;
        let names = query::render::names(names.iter().map(String::as_str));
        each(&names, Vec::new())?;
        let (mut left, mut rest) = (limit, Vec::new());
        while let Some(bytes) = answer.chunk().await.context("the answer broke off")? {
            rest.extend_from_slice(&bytes);
            let Some(end) = rest.iter().rposition(|byte| *byte == b'\n') else {
                continue;
            };
            let mut rows = Vec::new();
            for line in rest[..end].split(|byte| *byte == b'\n') {
                let row: serde_json::Map<String, Value> = serde_json::from_slice(line)?;
                if let Some(why) = row.get("firn_error").filter(|_| names != ["firn_error"]) {
                    bail!("the answer broke off: {}", why.as_str().unwrap_or_default());
                }
                rows.push(row.into_iter().map(|(_, value)| value).collect());
            }
            rest.drain(..=end);
            let more = rows.len() > left;
            rows.truncate(left);
            left -= rows.len();
            each(&names, rows)?;
            if more {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn batches(&self, sql: &str, to: &Sender<RecordBatch>) -> Result<()> {
        let body = json!({"sql": sql, "format": "arrow"});
        let mut answer = self.send(Method::POST, "/api/sql", Some(&body)).await?;
        let mut decoder = StreamDecoder::new();
        while let Some(bytes) = answer.chunk().await.context("the answer broke off")? {
            let mut bytes = Buffer::from(bytes);
            while !bytes.is_empty() {
                if let Some(batch) = decoder.decode(&mut bytes)?
                    && to.send(batch).await.is_err()
                {
                    return Ok(());
                }
            }
        }
        decoder.finish().context("the answer broke off")
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value> {
        let answer = self.send(method, path, body).await?;
        answer
            .json()
            .await
            .with_context(|| format!("{}{path} answered without JSON", self.base))
    }

    /// The answer, if it is the one that was asked for: a refusal is an error in its words.
    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<reqwest::Response> {
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
        match answer.status() {
            StatusCode::OK => Ok(answer),
            _ => Err(refusal(answer).await),
        }
    }
}

/// What a problem says, and what to do about it.
async fn refusal(answer: reqwest::Response) -> anyhow::Error {
    let status = answer.status();
    match answer.json::<door::Problem>().await {
        Ok(problem) if problem.hint.is_empty() => anyhow!("{}", problem.detail),
        Ok(problem) => anyhow!("{}\nhint: {}", problem.detail, problem.hint),
        Err(_) => anyhow!("the answer was {status}, without a word: is this a firn?"),
    }
}
