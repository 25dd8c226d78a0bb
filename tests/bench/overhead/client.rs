//! The client of the bench: a driver's requests without a driver's own milliseconds.
//!
//! Enters: an address and a token. Leaves: answers, and bytes of chunks. Never here: a look at rows.

use anyhow::{Context as _, Result, bail};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper_util::client::legacy::Client as HyperClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

/// A session at one address.
#[derive(Clone)]
pub struct Client {
    http: HyperClient<HttpConnector, Full<Bytes>>,
    url: String,
    /// What chunk addresses begin with where nobody rewrites them.
    upstream: String,
    session: String,
}

impl Client {
    /// Logs in.
    pub async fn login(upstream: &str, url: &str, token: &str) -> Result<Self> {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let mut client = Self {
            http: HyperClient::builder(TokioExecutor::new()).build(connector),
            url: url.to_owned(),
            upstream: upstream.to_owned(),
            session: String::new(),
        };
        let login = json!({"data": {"ACCOUNT_NAME": "bench", "LOGIN_NAME": "bench", "AUTHENTICATOR": "OAUTH", "TOKEN": token, "CLIENT_APP_ID": "bench", "CLIENT_APP_VERSION": "1", "SESSION_PARAMETERS": {}}});
        let answer = client.post("/session/v1/login-request", &login).await?;
        client.session = answer["data"]["token"]
            .as_str()
            .with_context(|| format!("login refused: {answer}"))?
            .to_owned();
        Ok(client)
    }

    /// Runs a statement; its answer, whatever it says.
    pub async fn ask(&self, sql: &str) -> Result<Value> {
        let request = json!({"sqlText": sql, "asyncExec": false, "sequenceId": 1, "querySubmissionTime": 0, "parameters": {}});
        self.post("/queries/v1/query-request", &request).await
    }

    /// Runs a statement that must succeed; where its chunks are.
    pub async fn query(&self, sql: &str) -> Result<Vec<String>> {
        let answer = self.ask(sql).await?;
        if answer["success"] != true {
            bail!("refused: {answer}");
        }
        let chunks = answer["data"]["chunks"].as_array().into_iter().flatten();
        // Snowflake's own addresses go around a proxy; the pass-through is to carry them too. firn has rewritten them already.
        let address =
            |chunk: &Value| Some(chunk["url"].as_str()?.replace(&self.upstream, &self.url));
        chunks
            .map(|chunk| address(chunk).context("a chunk's address"))
            .collect()
    }

    /// Reads a chunk; how many bytes came.
    pub async fn chunk(&self, url: &str) -> Result<usize> {
        let request = Request::get(url)
            .header("accept-encoding", "gzip")
            .body(Full::default())?;
        let answer = self.http.request(request).await?;
        if !answer.status().is_success() {
            bail!("GET {url}: {}", answer.status());
        }
        let (mut body, mut bytes) = (answer.into_body(), 0);
        while let Some(frame) = body.frame().await {
            bytes += frame?.data_ref().map_or(0, Bytes::len);
        }
        if bytes < 1024 {
            bail!("a chunk of {bytes} bytes");
        }
        Ok(bytes)
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let id = uuid::Uuid::new_v4();
        let mut request = Request::post(format!("{}{path}?requestId={id}", self.url))
            .header("content-type", "application/json")
            .header("accept", "application/snowflake");
        if !self.session.is_empty() {
            let token = format!("Snowflake Token=\"{}\"", self.session);
            request = request.header("authorization", token);
        }
        let request = request.body(Full::new(Bytes::from(body.to_string())))?;
        let answer = self.http.request(request).await?;
        Ok(serde_json::from_slice(
            &answer.into_body().collect().await?.to_bytes(),
        )?)
    }
}
