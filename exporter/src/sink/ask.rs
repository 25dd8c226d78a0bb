//! A receiver that is asked what it has elsewhere than where it is sent to: through VictoriaLogs' queries, or Splunk's.
//!
//! Enters: ids. Leaves: how often each is there. Never here: a record.
//!
//! The protocols: VictoriaLogs, "Querying logs", HTTP API `/select/logsql/query`; LogsQL, filter `in`, pipe `stats`. Splunk Enterprise, REST API
//! reference, `search/v2/jobs/export`; search reference, `tstats`, over the indexed field that the collector makes of each event's id.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use event::TimeNs;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde::Deserialize;
use serde_json::Value;
use url::Url;
use url::form_urlencoded::Serializer;
use zeroize::Zeroizing;

use super::http::{Client, ask};
use super::inventory::Inventory;
use super::{Receipt, SendError, Sink};
use crate::connection::{BuildError, Connection, Credentials, check_url};
use crate::format::Format;
use crate::format::record::rfc3339;
use crate::limits;
use crate::plan::Record;

/// `ask` of a sink.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskConfig {
    /// The base of VictoriaLogs; `/select/logsql/query` is put after it.
    pub victorialogs: Option<Url>,
    /// Or the base of Splunk's REST API; `/services/search/v2/jobs/export` is put after it.
    pub splunk: Option<Url>,
    /// The index to search, for Splunk.
    pub index: Option<String>,
    /// The field that has the id of a record; by default where the format has it.
    pub field: Option<String>,
    /// The field that has the id of a part.
    #[serde(default = "part_field")]
    pub part_field: String,
    /// How it knows us.
    #[serde(default)]
    pub login: Credentials,
}

fn part_field() -> String {
    "firn.id".to_owned()
}

impl AskConfig {
    /// What cannot work for records in `format`.
    pub fn check(&self, format: Format) -> Result<(), BuildError> {
        self.place()?;
        self.field(format).map(drop)
    }

    /// Where it is asked, and in which language.
    fn place(&self) -> Result<(Url, Language), BuildError> {
        let below = |url: &Url, path: &str| {
            check_url(url)?;
            let mut url = url.clone();
            url.set_path(&format!("{}{path}", url.path().trim_end_matches('/')));
            Ok::<_, BuildError>(url)
        };
        match (&self.victorialogs, &self.splunk, &self.index) {
            (Some(url), None, None) => Ok((below(url, "/select/logsql/query")?, Language::LogsQl)),
            (None, Some(url), Some(index)) => Ok((
                below(url, "/services/search/v2/jobs/export")?,
                Language::Spl {
                    index: index.clone(),
                },
            )),
            _ => Err(BuildError::Client(
                "`ask` needs either `victorialogs`, or `splunk` and `index`".to_owned(),
            )),
        }
    }

    fn field(&self, format: Format) -> Result<String, BuildError> {
        if self.splunk.is_some() {
            return Ok(SPLUNK_FIELD.to_owned());
        }
        let usual = || format.id_field().map(str::to_owned);
        self.field.clone().or_else(usual).ok_or_else(|| {
            BuildError::Client(format!(
                "`ask` needs `field`: where the receiver has the id of a record in {}",
                format.name()
            ))
        })
    }
}

/// How it is asked.
enum Language {
    LogsQl,
    Spl { index: String },
}

/// The field that the collector makes of each event's id, parts' too.
const SPLUNK_FIELD: &str = "firn_id";

/// A sink whose receiver is asked elsewhere.
pub struct Asked {
    inner: Arc<dyn Sink>,
    client: Client,
    url: Url,
    language: Language,
    field: String,
    part_field: String,
    authorization: Option<Zeroizing<String>>,
}

impl Asked {
    /// `inner`, asked as `config` says.
    pub fn new(
        inner: Arc<dyn Sink>,
        config: &AskConfig,
        format: Format,
        connection: &Connection,
    ) -> Result<Self, BuildError> {
        let (url, language) = config.place()?;
        Ok(Self {
            inner,
            client: Client::new(connection, false)?,
            url,
            language,
            field: config.field(format)?,
            part_field: config.part_field.clone(),
            authorization: config.login.header()?,
        })
    }

    async fn hits(
        &self,
        field: &str,
        ids: &[&String],
        time: &Range<TimeNs>,
        found: &mut BTreeMap<String, u64>,
    ) -> Result<(), SendError> {
        for ids in ids.chunks(limits::IDS_A_QUERY) {
            self.hits_of(field, ids, time, found).await?;
        }
        Ok(())
    }

    async fn hits_of(
        &self,
        field: &str,
        ids: &[&String],
        time: &Range<TimeNs>,
        found: &mut BTreeMap<String, u64>,
    ) -> Result<(), SendError> {
        let form = self.language.query(field, ids, time);
        let mut request = self.client.post(self.url.clone());
        request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(value) = &self.authorization {
            request = request.header(AUTHORIZATION, value.as_str());
        }
        let answer = ask(request.body(form)).await?.accepted()?;
        let unread = |error: &dyn std::fmt::Display| {
            SendError::later(format!("its answer cannot be read: {error}"))
        };
        let mut whole = self.language.ends_by_itself();
        for line in serde_json::Deserializer::from_slice(&answer.body).into_iter::<Value>() {
            let line = line.map_err(|error| unread(&error))?;
            if let Some(trouble) = self.language.trouble(&line) {
                return Err(SendError::later(format!("its search failed: {trouble}")));
            }
            whole |= line["lastrow"] == true && line["preview"] != true;
            let row = self.language.row(&line);
            let mut values = row.as_object().into_iter().flatten();
            let hits = row["hits"].as_str().and_then(|hits| hits.parse().ok());
            let id = values.find(|(name, _)| *name != "hits");
            if let (Some((_, Value::String(id))), Some(hits)) = (id, hits) {
                found.insert(id.clone(), hits);
            }
        }
        if whole {
            return Ok(());
        }
        Err(SendError::later("its search ended before its last row"))
    }
}

/// What messages of a search say whose answer is not whole, whatever their type: peers that are down, and a role's limits.
const NOT_WHOLE: [&str; 4] = [
    "incomplete",
    "auto-finalized",
    "unable to distribute to peer",
    "truncated",
];

impl Language {
    /// An answer of which nothing says where it ends is whole.
    const fn ends_by_itself(&self) -> bool {
        match self {
            Self::LogsQl => true,
            Self::Spl { .. } => false,
        }
    }

    /// The form that asks how often each of `ids` is in `field`.
    fn query(&self, field: &str, ids: &[&String], time: &Range<TimeNs>) -> String {
        let wanted = ids.iter().map(|id| Value::from(id.as_str()).to_string());
        let wanted = wanted.collect::<Vec<_>>().join(",");
        let mut form = Serializer::new(String::new());
        match self {
            Self::LogsQl => {
                let field = Value::from(field).to_string();
                let query = format!("{field}:in({wanted}) | stats by ({field}) count() as hits");
                form.append_pair("query", &query)
                    .append_pair("start", &rfc3339(time.start))
                    .append_pair("end", &rfc3339(time.end))
            }
            Self::Spl { index } => {
                let index = Value::from(index.as_str());
                let search = format!(
                    "| tstats count as hits where index={index} {field} IN ({wanted}) by {field}"
                );
                let seconds = |time: TimeNs| time.0.div_euclid(1_000_000_000);
                form.append_pair("search", &search)
                    .append_pair("output_mode", "json")
                    .append_pair("preview", "false")
                    .append_pair("earliest_time", &seconds(time.start).to_string())
                    .append_pair("latest_time", &(seconds(time.end) + 1).to_string())
            }
        };
        form.finish()
    }

    /// The row that a line of the answer has. Splunk's first lines may be previews, which count nothing.
    fn row<'a>(&self, line: &'a Value) -> &'a Value {
        match self {
            Self::LogsQl => line,
            Self::Spl { .. } if line["preview"] == true => &Value::Null,
            Self::Spl { .. } => &line["result"],
        }
    }

    /// What a line of the answer says went wrong.
    fn trouble(&self, line: &Value) -> Option<String> {
        let Self::Spl { .. } = self else {
            return None;
        };
        let mut said = line["messages"].as_array().into_iter().flatten();
        let text = |message: &Value| message["text"].as_str().unwrap_or_default().to_owned();
        let bad = said.find(|message| {
            let text = text(message).to_ascii_lowercase();
            matches!(message["type"].as_str(), Some("ERROR" | "FATAL"))
                || NOT_WHOLE.iter().any(|word| text.contains(word))
        });
        bad.map(text)
    }
}

#[async_trait]
impl Sink for Asked {
    async fn send(&self, batch: &[Record]) -> Result<Receipt, SendError> {
        self.inner.send(batch).await
    }

    async fn probe(&self) -> Result<String, SendError> {
        self.inner.probe().await
    }

    fn request_bytes(&self) -> Option<usize> {
        self.inner.request_bytes()
    }

    fn size(&self, record: &Record) -> usize {
        self.inner.size(record)
    }

    async fn inventory(
        &self,
        _: Range<TimeNs>,
    ) -> Result<Option<Box<dyn Inventory + '_>>, SendError> {
        Ok(Some(Box::new(self)))
    }
}

#[async_trait]
impl Inventory for &Asked {
    async fn count(
        &mut self,
        ids: &[String],
        time: Range<TimeNs>,
    ) -> Result<BTreeMap<String, u64>, SendError> {
        let mut found = BTreeMap::new();
        if let Language::Spl { .. } = self.language {
            let ids: Vec<_> = ids.iter().collect();
            self.hits(&self.field, &ids, &time, &mut found).await?;
            return Ok(found);
        }
        let (parts, whole): (Vec<_>, Vec<_>) = ids.iter().partition(|id| id.contains('.'));
        self.hits(&self.field, &whole, &time, &mut found).await?;
        self.hits(&self.part_field, &parts, &time, &mut found)
            .await?;
        Ok(found)
    }
}
