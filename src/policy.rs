//! The policy in force over HTTP: its rules, what it says to a statement, what another would have said to what is recorded.
//!
//! Enters: requests of those who may. Leaves: JSON; a backtest as JSON lines, progress first. Never here: a change of the policy in force, or of
//! the record.

mod explained;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use access::engine::Engine;
use access::policy::{PolicySet, Rule, RuleEffect, SETTINGS_FILE};
use anyhow::Result;
use arrow::array::RecordBatch;
use async_trait::async_trait;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use door::{Action, Caller, Problem, Routes};
use event::TimeNs;
use event::payload::AuditorListed;
use futures::StreamExt as _;
use futures::stream::{once, select};
use journal::clock::Clock;
use journal::emit::{Draft, Emitter};
use query::Auditor;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{Sender, unbounded_channel};
use tokio_stream::wrappers::UnboundedReceiverStream;
use utoipa::ToSchema;

use crate::backtest::{self, Ask};
use crate::reach;

/// Backtests that run at once; more are refused, for each takes every core.
const BACKTESTS_MAX: usize = 1;
/// The file that a rule to be tried is in.
const TRIED: &str = "tried.cedar";
/// Most signs of rules to be tried that make a tree deeper: Cedar's recurses when it is made and dropped, and a full stack ends the process.
const TRIED_LINKS_MAX: usize = 5_000;
/// Most brackets of theirs that are open at once.
const TRIED_NESTING_MAX: usize = 64;
/// Longest time a backtest over HTTP looks back.
const SINCE_MAX_NS: i64 = 400 * 86_400 * 1_000_000_000;

/// What is recorded as shown when somebody reads the rules.
const LISTED: &str = "policy";

/// Gives the policy that is in force now, and the connections it decides on.
pub type InForce = Arc<dyn Fn() -> (Arc<Engine>, Vec<String>) + Send + Sync>;

/// The policy in force, where it came from, and the record.
#[derive(Clone)]
pub struct Policy {
    in_force: InForce,
    folder: PathBuf,
    record: Option<query::Engine>,
    emitter: Emitter,
    clock: Arc<dyn Clock>,
    room: Arc<Semaphore>,
}

impl Policy {
    /// Of what is in force, whose policy was read from `folder`; `record` is asked by backtests, and who reads is recorded by `emitter`.
    pub fn new(
        in_force: InForce,
        folder: PathBuf,
        (record, emitter): (Option<query::Engine>, Emitter),
        clock: Arc<dyn Clock>,
    ) -> Self {
        let room = Arc::new(Semaphore::new(BACKTESTS_MAX));
        Self {
            in_force,
            folder,
            record,
            emitter,
            clock,
            room,
        }
    }

    fn engine(&self) -> Arc<Engine> {
        (self.in_force)().0
    }

    /// Reading is recorded before anything is returned.
    async fn listed(&self, caller: Caller, what: &str, rows: usize) -> Result<(), Problem> {
        let said = AuditorListed {
            what: what.to_owned(),
            rows: rows as u64,
        };
        let draft = Draft {
            principal: Some(caller.identity.principal),
            source: caller.source,
            ..Draft::new(said)
        };
        self.emitter.emit(draft).await.map_err(|error| {
            Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                format!("that somebody asked could not be recorded, so it is not shown: {error}"),
                "check that the journal can be reached",
            )
        })?;
        Ok(())
    }

    /// Its routes.
    pub fn routes(self, routes: Routes) -> Routes {
        routes
            .get("/api/policy", Action::ReadPolicy, rules, self.clone())
            .post(
                "/api/policy/explain",
                Action::ReadPolicy,
                explained::explained,
                self.clone(),
            )
            .post("/api/policy/backtest", Action::QueryRecord, tried, self)
    }
}

/// These routes' part of the API's description.
#[derive(utoipa::OpenApi)]
#[openapi(paths(rules, explained::explained, tried))]
pub struct Description;

/// What is to be tried on the record.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Try {
    /// Cedar rules, beside those in force.
    #[serde(default)]
    more: String,
    /// Rules in force that are left out, by id.
    #[serde(default)]
    without: Vec<String>,
    /// How far back, nanoseconds.
    since_ns: i64,
}

/// What is in force.
#[derive(Serialize, ToSchema)]
struct RulesTold {
    /// The policy's hash, as decisions name it.
    hash: String,
    /// The version of the catalog that is decided on.
    catalog: String,
    /// The rules, by file and order in it.
    rules: Vec<RuleTold>,
    /// What is doubtful in them.
    warnings: Vec<String>,
    /// The connections that are decided on.
    connections: Vec<String>,
}

/// A rule in force.
#[derive(Serialize, ToSchema)]
struct RuleTold {
    /// Its `@id`.
    id: String,
    /// The file it is in.
    file: String,
    /// The line it begins in, from 1.
    line: u32,
    /// `permit`, `block`, `hold` or `mask`.
    effect: &'static str,
    /// Its `@reason`.
    reason: String,
    /// The groups that are asked, where it holds.
    approvers: Vec<String>,
    /// Its text, as Cedar writes it.
    text: String,
}

/// The rules in force with their text and reasons, the policy's hash, the catalog's version, and the connections that are decided on. That it
/// was asked is recorded.
#[utoipa::path(get, path = "/api/policy", tag = "policy", security(("bearer" = [])), responses(
    (status = 200, body = RulesTold), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
async fn rules(State(policy): State<Policy>, caller: Caller) -> Result<Json<RulesTold>, Problem> {
    let (engine, connections) = (policy.in_force)();
    let set = engine.policy();
    let rules: Vec<RuleTold> = set.rules().iter().map(told).collect();
    let warnings: Vec<String> = set.warnings().iter().map(ToString::to_string).collect();
    policy.listed(caller, LISTED, rules.len()).await?;
    Ok(Json(RulesTold {
        hash: set.hash().to_string(),
        catalog: engine.catalog().version().to_owned(),
        rules,
        warnings,
        connections,
    }))
}

fn told(rule: &Rule) -> RuleTold {
    let (effect, hold) = match &rule.effect {
        RuleEffect::Permit { .. } => ("permit", None),
        RuleEffect::Forbid {
            hold: Some(terms), ..
        } => ("hold", Some(terms)),
        RuleEffect::Forbid { hold: None, .. } if rule.masks() => ("mask", None),
        RuleEffect::Forbid { hold: None, .. } => ("block", None),
    };
    RuleTold {
        id: rule.id.clone(),
        file: rule.file.clone(),
        line: rule.line,
        effect,
        reason: rule.reason.clone(),
        approvers: hold
            .into_iter()
            .flat_map(|terms| terms.groups.iter().cloned())
            .collect(),
        text: rule.text(),
    }
}

/// Decides what is recorded again, under the rules in force with `more` and `without`: JSON lines `{"done", "total"}`, the last
/// `{"report"}` or `{"error"}`. Closing the connection ends it.
#[utoipa::path(post, path = "/api/policy/backtest", tag = "policy", security(("bearer" = [])), request_body = Try, responses(
    (status = 200, body = String, content_type = "application/x-ndjson"), (status = "4XX", body = Problem), (status = "5XX", body = Problem)))]
async fn tried(
    State(policy): State<Policy>,
    caller: Caller,
    request: Result<Json<Try>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(asked) = request.map_err(|rejection| bad_body(&rejection))?;
    let Some(record) = policy.record.clone() else {
        return Err(Problem::new(
            StatusCode::NOT_FOUND,
            "this process does not read the record",
            "ask one that runs the query role",
        ));
    };
    let Ok(room) = Arc::clone(&policy.room).try_acquire_owned() else {
        return Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "another backtest runs",
            "ask again when it is over: each takes every core",
        ));
    };
    let candidate = candidate(&policy.folder, &asked).map_err(|error| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            error,
            "it is checked as the gateway checks its policy",
        )
    })?;
    let engine = Arc::new(policy.engine().under(candidate));
    let now = policy.clock.now();
    let back = asked.since_ns.clamp(0, SINCE_MAX_NS);
    let span = TimeNs(now.0.saturating_sub(back))..now;
    let (to, from) = unbounded_channel::<Value>();
    let run = async move {
        let _room = room;
        let here = Here {
            engine: record,
            auditor: Auditor::from(caller),
        };
        let mut progress = |done: u64, total: u64| {
            // Nobody listens any more: the run ends with the answer's body.
            let _ = to.send(json!({"done": done, "total": total}));
        };
        let last = match backtest::run(&here, engine, span, &mut progress).await {
            Ok(report) => json!({"report": report}),
            Err(error) => json!({"error": format!("{error:#}")}),
        };
        let _ = to.send(last);
    };
    // The run says nothing of its own: what it sends comes in its order, the report last.
    let run = once(run).filter_map(|()| std::future::ready(None::<Value>));
    let lines = select(UnboundedReceiverStream::new(from), run.boxed());
    let lines = lines.map(|line| Ok::<_, std::convert::Infallible>(format!("{line}\n")));
    let mut response = Body::from_stream(lines).into_response();
    let kind = HeaderValue::from_static("application/x-ndjson");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    Ok(response)
}

fn bad_body(rejection: &JsonRejection) -> Problem {
    let hint = "GET /api/openapi.json describes it";
    Problem::new(rejection.status(), rejection.body_text(), hint)
}

/// Refuses rules that would be too deep a tree, in texts and comments too: those who ask need not be those who write the policy.
fn bounded(rules: &str) -> Result<(), String> {
    let (mut links, mut open) = (rules.matches("if").count(), 0_usize);
    for sign in rules.bytes() {
        match sign {
            b'(' | b'[' | b'{' => {
                links += 1;
                open += 1;
            }
            b')' | b']' | b'}' => open = open.saturating_sub(1),
            b'|' | b'&' | b'+' | b'-' | b'*' | b'.' | b'!' => links += 1,
            _ => {}
        }
        if open > TRIED_NESTING_MAX || links > TRIED_LINKS_MAX {
            return Err(format!(
                "the rules to be tried have more than {TRIED_LINKS_MAX} operators, or more than {TRIED_NESTING_MAX} open brackets"
            ));
        }
    }
    Ok(())
}

/// The policy of `folder`, with and without what is asked.
fn candidate(folder: &Path, asked: &Try) -> Result<PolicySet, String> {
    bounded(&asked.more)?;
    let words = |error: &dyn std::fmt::Display| error.to_string();
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for entry in std::fs::read_dir(folder).map_err(|error| words(&error))? {
        let path = entry.map_err(|error| words(&error))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(".cedar") || name == SETTINGS_FILE {
            let text = std::fs::read_to_string(&path).map_err(|error| words(&error))?;
            files.insert(name.into_owned(), text);
        }
    }
    if !asked.more.trim().is_empty() {
        files.insert(TRIED.to_owned(), asked.more.clone());
    }
    let whole = PolicySet::from_files(files.into_iter().collect());
    let whole = whole.map_err(|error| words(&error))?;
    whole
        .without(&asked.without)
        .map_err(|unknown| format!("no rule is called {unknown}"))
}

/// The record of this process, as one auditor sees it.
struct Here {
    engine: query::Engine,
    auditor: Auditor,
}

#[async_trait]
impl Ask for Here {
    async fn ask(&self, sql: &str, to: &Sender<RecordBatch>) -> Result<()> {
        reach::export(&self.engine, &self.auditor, sql, to).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_that_would_be_too_deep_are_not_tried() {
        let rule = |when: String| format!("permit(principal, action, resource) when {{ {when} }};");
        for deep in [
            "true || ".repeat(100_000) + "true",
            "(".repeat(100_000) + "true" + &")".repeat(100_000),
            "if true then true else ".repeat(30_000) + "true",
            "context".to_owned() + &".a".repeat(100_000),
            "context".to_owned() + &"[\"a\"]".repeat(100_000),
        ] {
            let asked = Try {
                more: rule(deep),
                without: Vec::new(),
                since_ns: 0,
            };
            let told = candidate(Path::new("no/such/folder"), &asked);
            let told = told.map(drop).unwrap_err();
            assert!(told.contains("operators"), "{told}");
        }
        assert_eq!(
            bounded(&rule("context.a == 1 && !context.b".to_owned())),
            Ok(())
        );
    }
}
