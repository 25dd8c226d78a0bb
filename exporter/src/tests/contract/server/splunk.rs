//! Splunk as its references describe it: the event collector, which answers 200 before anything is written, and the search head, whose
//! export of a search is a stream of rows that may be previews, may end early, and says of what it lacks in messages alone.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use parking_lot::Mutex;
use serde_json::{Value, json};

use super::super::sink;
use crate::sink::Sink;

const TOKEN: &str = "a token of more than twenty-four bytes";

/// What happens to it.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Weather {
    #[default]
    Fair,
    /// So many searches more are above the role's quota.
    Quota(u32),
    /// An indexer is away: the answer says so in a message, and has what the others have.
    PeerAway,
    /// The search is ended for its length, in order: the answer is short and says so.
    Finalized,
    /// The search process dies: the stream ends.
    Dies,
}

#[derive(Default)]
struct Inner {
    /// Times of the events by the field that the collector made of their ids.
    events: BTreeMap<String, Vec<f64>>,
    weather: Weather,
    drops: Option<usize>,
    came: usize,
    dropped: Vec<String>,
    searches: usize,
}

/// One of each. Cheap to clone.
#[derive(Clone)]
pub struct Splunk {
    inner: Arc<Mutex<Inner>>,
    url: String,
    token: PathBuf,
    _folder: Arc<tempfile::TempDir>,
}

impl Splunk {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let inner: Arc<Mutex<Inner>> = Arc::default();
        let routes = Router::new()
            .route("/services/collector/event", post(events))
            .route("/services/collector/health", get(async || "{\"code\":17}"))
            .route("/services/search/v2/jobs/export", post(export))
            .with_state(Arc::clone(&inner));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let folder = tempfile::tempdir().unwrap();
        let token = folder.path().join("token");
        std::fs::write(&token, TOKEN).unwrap();
        Self {
            inner,
            url,
            token,
            _folder: Arc::new(folder),
        }
    }

    /// A sink to the collector that is asked through the search head.
    pub fn sink(&self) -> Arc<dyn Sink> {
        let (url, token) = (&self.url, self.token.display());
        sink(&format!(
            "[[sink]]\nname = 'siem'\nformat = 'cloudevents'\ntimeout = '5s'\nto.splunk = {{ url = '{url}', token.file = '{token}', index = 'main' }}\n\
             ask = {{ splunk = '{url}', index = 'main', login = {{ token.file = '{token}' }} }}\n"
        ))
    }

    pub fn set(&self, weather: Weather) {
        self.inner.lock().weather = weather;
    }

    /// From now on it answers 200 for every `each`th event and drops it.
    pub fn drop_each(&self, each: usize) {
        self.inner.lock().drops = Some(each);
    }

    pub fn dropped(&self) -> Vec<String> {
        self.inner.lock().dropped.clone()
    }

    pub fn searches(&self) -> usize {
        self.inner.lock().searches
    }
}

async fn events(
    State(inner): State<Arc<Mutex<Inner>>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut inner = inner.lock();
    assert_eq!(headers["authorization"], format!("Splunk {TOKEN}"));
    let mut plain = Vec::new();
    let mut packed = flate2::read::GzDecoder::new(body.as_ref());
    packed.read_to_end(&mut plain).unwrap();
    for event in serde_json::Deserializer::from_slice(&plain).into_iter::<Value>() {
        let event = event.unwrap();
        assert_eq!(event["index"], "main");
        let id = event["fields"]["firn_id"].as_str().unwrap().to_owned();
        inner.came += 1;
        if inner
            .drops
            .is_some_and(|each| inner.came.is_multiple_of(each))
        {
            inner.dropped.push(id);
            continue;
        }
        let time = event["time"].as_f64().unwrap();
        inner.events.entry(id).or_default().push(time);
    }
    "{\"text\":\"Success\",\"code\":0}".into_response()
}

fn refuse(status: u16, kind: &str, text: &str) -> Response {
    let said = json!({"messages": [{"type": kind, "text": text}]}).to_string();
    (StatusCode::from_u16(status).unwrap(), said).into_response()
}

async fn export(
    State(inner): State<Arc<Mutex<Inner>>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut inner = inner.lock();
    inner.searches += 1;
    if headers["authorization"] != format!("Bearer {TOKEN}") {
        return refuse(401, "WARN", "call not properly authenticated");
    }
    if let Weather::Quota(left @ 1..) = inner.weather {
        inner.weather = Weather::Quota(left - 1);
        let text =
            "The maximum number of concurrent historical searches for this role has been reached";
        return refuse(503, "FATAL", text);
    }
    let form: BTreeMap<String, String> = url::form_urlencoded::parse(&body).into_owned().collect();
    assert_eq!(form["output_mode"], "json");
    let Some(ids) = ids(&form["search"]) else {
        return refuse(400, "FATAL", "Error in 'tstats' command: Invalid argument");
    };
    let bound = |name: &str| form[name].parse::<f64>().unwrap();
    // The earliest time is in it, the latest is not.
    let time = bound("earliest_time")..bound("latest_time");
    let mut rows = Vec::new();
    for id in ids {
        let times = inner.events.get(&id).into_iter().flatten();
        let hits = times.filter(|at| time.contains(at)).count();
        if hits > 0 {
            rows.push(json!({"firn_id": id, "hits": hits.to_string()}));
        }
    }
    let previews = form.get("preview").is_none_or(|preview| preview != "false");
    stream(rows, previews, inner.weather).into_response()
}

/// The ids a search of ours is for; none of any other.
fn ids(search: &str) -> Option<Vec<String>> {
    let rest = search.strip_prefix("| tstats count as hits where index=\"main\" firn_id IN (")?;
    let list = rest.strip_suffix(") by firn_id")?;
    serde_json::from_str(&format!("[{list}]")).ok()
}

/// One JSON object a line, the last row of all marked.
fn stream(mut rows: Vec<Value>, previews: bool, weather: Weather) -> String {
    let mut said = String::new();
    let mut line = |value: Value| {
        said.push_str(&value.to_string());
        said.push('\n');
    };
    if previews && let Some(first) = rows.first() {
        let mut first = first.clone();
        first["hits"] = json!("1");
        line(json!({"preview": true, "offset": 0, "lastrow": true, "result": first}));
    }
    let half = rows.len() / 2;
    match weather {
        Weather::Fair | Weather::Quota(_) => {}
        Weather::PeerAway => {
            rows.truncate(half);
            let text = "Unable to distribute to peer named idx2 at uri https://idx2:8089 because peer has status = \"Down\".";
            line(json!({"messages": [{"type": "WARN", "text": text}]}));
        }
        Weather::Finalized => {
            rows.truncate(half);
            let text = "Search auto-finalized after time limit (60 seconds) reached.";
            line(json!({"messages": [{"type": "INFO", "text": text}]}));
        }
        Weather::Dies => {
            rows.truncate(half);
            for (offset, row) in rows.into_iter().enumerate() {
                line(json!({"preview": false, "offset": offset, "result": row}));
            }
            return said;
        }
    }
    let Some(last) = rows.len().checked_sub(1) else {
        line(json!({"preview": false, "lastrow": true}));
        return said;
    };
    for (offset, row) in rows.into_iter().enumerate() {
        let mut one = json!({"preview": false, "offset": offset, "result": row});
        if offset == last {
            one["lastrow"] = json!(true);
        }
        line(one);
    }
    said
}
