//! An Elasticsearch index as its reference describes it: what `_bulk` acknowledges can be searched once the index was refreshed, and
//! `_search` has windows, shards and a pool of threads that is full at times.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use flate2::read::GzDecoder;
use parking_lot::Mutex;
use serde_json::{Value, json};

use super::super::sink;
use crate::sink::Sink;

/// `index.max_result_window`
const WINDOW: usize = 10_000;
/// What `track_total_hits` counts up to, unless it is `true`.
const TRACKED: usize = 10_000;
/// Hits of a search that does not say how many.
const SIZE: usize = 10;
/// What `_search` and `_bulk` know of the parameters a URL may have.
const OF_SEARCH: [&str; 3] = [
    "allow_partial_search_results",
    "routing",
    "ignore_unavailable",
];
const OF_BULK: [&str; 3] = ["pipeline", "refresh", "routing"];

/// What happens to it.
#[derive(Clone, Copy, Default)]
pub struct Weather {
    /// So many searches more find the pool of threads full.
    pub busy: u32,
    /// So many of its five shards do not answer.
    pub failed: usize,
    /// Its searches take longer than they may.
    pub slow: bool,
    /// Whoever asks may not refresh it; it does so by itself, later.
    pub guarded: bool,
}

#[derive(Default)]
struct Inner {
    /// The indices of the data stream that have a document of that id, and whether searches see it.
    documents: BTreeMap<String, (Vec<usize>, bool)>,
    weather: Weather,
    /// Of the records that come, every so many is acknowledged and dropped.
    drops: Option<usize>,
    came: usize,
    dropped: Vec<String>,
    searches: usize,
}

/// One index, or a data stream. Cheap to clone.
#[derive(Clone)]
pub struct Elastic {
    inner: Arc<Mutex<Inner>>,
    url: String,
}

impl Elastic {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let inner: Arc<Mutex<Inner>> = Arc::default();
        let routes = Router::new()
            .route("/", any(root))
            .route("/{*path}", any(answer))
            .with_state(Arc::clone(&inner));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { inner, url }
    }

    /// A sink to it, whose batches go through a pipeline.
    pub fn sink(&self) -> Arc<dyn Sink> {
        let url = &self.url;
        sink(&format!(
            "[[sink]]\nname = 'siem'\nformat = 'ecs'\ntimeout = '5s'\nto.elasticsearch.url = '{url}/?pipeline=p'\nto.elasticsearch.index = 'firn'\n"
        ))
    }

    pub fn set(&self, weather: Weather) {
        self.inner.lock().weather = weather;
    }

    /// From now on it answers 201 for every `each`th record and drops it.
    pub fn drop_each(&self, each: usize) {
        self.inner.lock().drops = Some(each);
    }

    pub fn dropped(&self) -> Vec<String> {
        self.inner.lock().dropped.clone()
    }

    pub fn searches(&self) -> usize {
        self.inner.lock().searches
    }

    /// A document of that id in each of so many indices, as after rollovers.
    pub fn put(&self, id: &str, indices: usize) {
        let stands = ((0..indices).collect(), true);
        self.inner.lock().documents.insert(id.to_owned(), stands);
    }

    /// What the index does by itself, once a second.
    pub fn refresh(&self) {
        self.inner.lock().show();
    }
}

impl Inner {
    fn show(&mut self) {
        for (_, seen) in self.documents.values_mut() {
            *seen = true;
        }
    }
}

fn refuse(status: u16, kind: &str, reason: &str) -> Response {
    let cause = json!({"type": kind, "reason": reason});
    let error = json!({"root_cause": [cause], "type": kind, "reason": reason});
    let said = json!({"error": error, "status": status}).to_string();
    (StatusCode::from_u16(status).unwrap(), said).into_response()
}

/// A parameter that the request does not know.
fn unknown(path: &str, query: Option<&str>, known: &[&str]) -> Option<Response> {
    let pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let mut names = pairs.map(|(name, _)| name.into_owned());
    let name = names.find(|name| !known.contains(&name.as_str()))?;
    let reason = format!("request [/{path}] contains unrecognized parameter: [{name}]");
    Some(refuse(400, "illegal_argument_exception", &reason))
}

async fn root(RawQuery(query): RawQuery) -> Response {
    let said = json!({"version": {"number": "9.1.0"}, "tagline": "You Know, for Search"});
    unknown("", query.as_deref(), &[]).unwrap_or_else(|| said.to_string().into_response())
}

async fn answer(
    State(inner): State<Arc<Mutex<Inner>>>,
    Path(path): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut inner = inner.lock();
    let known: &[&str] = match path.as_str() {
        "firn/_search" => &OF_SEARCH,
        "_bulk" => &OF_BULK,
        _ => &[],
    };
    if let Some(refusal) = unknown(&path, query.as_deref(), known) {
        return refusal;
    }
    match path.as_str() {
        "_bulk" => bulk(&mut inner, &body),
        "firn/_refresh" if inner.weather.guarded => refuse(
            403,
            "security_exception",
            "action [indices:admin/refresh] is unauthorized for API key id [k] of user [firn]",
        ),
        "firn/_refresh" => {
            inner.show();
            json!({"_shards": {"total": 5, "successful": 5, "failed": 0}})
                .to_string()
                .into_response()
        }
        "firn/_search" => {
            let partial = "allow_partial_search_results=false";
            let partial = !query.unwrap_or_default().contains(partial);
            assert_eq!(headers["content-type"], "application/json");
            search(&mut inner, &serde_json::from_slice(&body).unwrap(), partial)
        }
        other => refuse(
            404,
            "index_not_found_exception",
            &format!("no such index [{other}]"),
        ),
    }
}

fn bulk(inner: &mut Inner, body: &[u8]) -> Response {
    let plain = std::io::read_to_string(GzDecoder::new(body)).unwrap();
    let lines: Vec<&str> = plain.lines().collect();
    let mut items = Vec::new();
    for pair in lines.chunks_exact(2) {
        let action: Value = serde_json::from_str(pair[0]).unwrap();
        let id = action["create"]["_id"].as_str().unwrap();
        let there = inner.documents.contains_key(id);
        let status = if there { 409 } else { 201 };
        items.push(json!({"create": {"_index": "firn", "_id": id, "status": status}}));
        inner.came += 1;
        let drops = inner
            .drops
            .is_some_and(|each| inner.came.is_multiple_of(each));
        if drops && !there {
            inner.dropped.push(id.to_owned());
        } else if !there {
            inner.documents.insert(id.to_owned(), (vec![0], false));
        }
    }
    let errors = items.iter().any(|item| item["create"]["status"] != 201);
    let said = json!({"took": 1, "errors": errors, "items": items});
    said.to_string().into_response()
}

fn search(inner: &mut Inner, asked: &Value, partial: bool) -> Response {
    inner.searches += 1;
    if inner.weather.busy > 0 {
        inner.weather.busy -= 1;
        return refuse(
            429,
            "es_rejected_execution_exception",
            "rejected execution of search: queue capacity 1000",
        );
    }
    let number = |name: &str, usual| asked[name].as_u64().map_or(usual, |size| size as usize);
    let size = number("size", SIZE);
    if number("from", 0) + size > WINDOW {
        let reason = format!(
            "Result window is too large, from + size must be less than or equal to: [{WINDOW}] but was [{size}]"
        );
        return refuse(400, "illegal_argument_exception", &reason);
    }
    let Weather { failed, slow, .. } = inner.weather;
    if (failed > 0 || slow) && !partial {
        return refuse(
            503,
            "search_phase_execution_exception",
            "Partial shards failure",
        );
    }
    let ids = asked["query"]["ids"]["values"].as_array().unwrap();
    let mut hits = Vec::new();
    for id in ids.iter().filter_map(Value::as_str) {
        let Some((indices, true)) = inner.documents.get(id) else {
            continue;
        };
        // Where it stands is decided by its id.
        let shard = id.bytes().map(usize::from).sum::<usize>() % 5;
        if shard < failed || slow {
            continue;
        }
        hits.extend(indices.iter().map(|index| {
            json!({"_index": format!(".ds-firn-2026.11.29-{index:06}"), "_id": id, "_score": 1.0})
        }));
    }
    let all = asked["track_total_hits"] == true;
    let total = if all {
        hits.len()
    } else {
        hits.len().min(TRACKED)
    };
    let relation = if total < hits.len() { "gte" } else { "eq" };
    hits.truncate(size);
    let said = json!({
        "took": 3, "timed_out": slow,
        "_shards": {"total": 5, "successful": 5 - failed, "skipped": 0, "failed": failed},
        "hits": {"total": {"value": total, "relation": relation}, "max_score": 1.0, "hits": hits},
    });
    said.to_string().into_response()
}
