//! Rules on a schedule: of N exporters, one asks each window of each rule, and what is found is an event, once.
//!
//! Enters: rules, whoever can ask the record, an emitter, the time. Leaves: `finding.raised`. Never here: a query engine, a window that was
//! passed over because nobody ran then, a finding that is raised again because windows overlap.
//!
//! What was asked stands in one object a rule beside the archive's tables (`detections/RULE.json`), replaced by conditional put only. Who
//! asks takes a lease there first; one that dies is taken over when its lease ends, and its window is asked again.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use event::TimeNs;
use event::payload::{FindingRaised, FindingSeverity};
use journal::clock::Clock;
use journal::emit::{Draft, EmitError, Emitter};
use object_store::path::Path;
use object_store::{Error as StoreError, ObjectStore, ObjectStoreExt as _, PutMode, UpdateVersion};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Found, RowError, Rule};
use crate::limits;
use crate::metrics::Watch;
use crate::severity::Severity;
use crate::time::nanos;

/// What the record answers.
pub struct Rows {
    /// Rows, by the names of their columns.
    pub rows: Vec<Map<String, Value>>,
    /// There were more.
    pub truncated: bool,
}

/// Whoever can ask the record.
#[async_trait]
pub trait Record: Send + Sync {
    /// What `sql` gives, at most `most` rows; why not, for people.
    async fn ask(&self, sql: &str, most: usize) -> Result<Rows, String>;
}

/// How far a rule has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct State {
    /// Everything before is asked.
    asked: Option<TimeNs>,
    /// Who asks now.
    lease: Option<Lease>,
    /// What was raised, and up to when was asked then.
    raised: BTreeMap<Uuid, TimeNs>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Lease {
    owner: Uuid,
    until: TimeNs,
}

/// What is to be done about a rule now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    /// Nothing before then.
    At(TimeNs),
    /// This window is to be asked.
    Window { since: TimeNs, until: TimeNs },
}

impl State {
    fn due(&self, rule: &Rule, now: TimeNs) -> Due {
        let (every, window) = (nanos(rule.every()), nanos(rule.window()));
        let Some(asked) = self.asked else {
            return self.unless_leased(TimeNs(now.0.saturating_sub(window)), now);
        };
        let next = TimeNs(asked.0.saturating_add(every));
        if next > now {
            return Due::At(next);
        }
        // After a rest, what happened meanwhile is looked at too, as far back as ever.
        let since = now.0.saturating_sub(window);
        let since = since.min(asked.0.saturating_sub(window - every));
        self.unless_leased(TimeNs(since), now)
    }

    fn unless_leased(&self, since: TimeNs, now: TimeNs) -> Due {
        match self.lease {
            Some(lease) if lease.until > now => Due::At(lease.until),
            _ => Due::Window { since, until: now },
        }
    }

    /// The window up to `until` is asked, and `found` raised.
    fn done(&mut self, rule: &Rule, until: TimeNs, found: impl Iterator<Item = Uuid>) {
        self.asked = Some(until);
        self.lease = None;
        self.raised.extend(found.map(|id| (id, until)));
        // What was last seen before the oldest window that may be asked again is not met again.
        let oldest = until
            .0
            .saturating_sub(nanos(rule.window()).saturating_mul(2));
        self.raised.retain(|_, seen| seen.0 >= oldest);
        while self.raised.len() > limits::RAISED_REMEMBERED {
            let oldest = self.raised.iter().min_by_key(|(_, seen)| **seen);
            let Some(id) = oldest.map(|(id, _)| *id) else {
                break;
            };
            self.raised.remove(&id);
        }
    }
}

/// Why a window is not asked, or not whole. It is asked again.
#[derive(Debug, thiserror::Error)]
enum LookError {
    #[error("its state cannot be kept: {0}")]
    Store(#[from] StoreError),
    #[error("its state {0} is not one this release reads: {1}")]
    Form(Path, serde_json::Error),
    #[error("the record does not answer: {0}")]
    Record(String),
    #[error(transparent)]
    Row(#[from] RowError),
    #[error("a finding cannot be recorded: {0}")]
    Emit(#[from] EmitError),
}

/// Rules that are asked again and again.
pub struct Schedule {
    rules: Vec<Rule>,
    store: Arc<dyn ObjectStore>,
    record: Arc<dyn Record>,
    emitter: Emitter,
    clock: Arc<dyn Clock>,
    owner: Uuid,
}

impl Schedule {
    /// `rules` over `record`; what was asked is kept in `store`, what is found goes to `emitter`.
    pub fn new(
        rules: Vec<Rule>,
        store: Arc<dyn ObjectStore>,
        record: Arc<dyn Record>,
        emitter: Emitter,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            rules,
            store,
            record,
            emitter,
            clock,
            owner: Uuid::new_v4(),
        }
    }

    /// Until `shutdown`. What fails is tried again, and stops no other rule.
    pub async fn run(self, shutdown: CancellationToken) {
        let watch = Watch::new(self.rules.iter().map(Rule::name));
        let mut next: HashMap<&str, TimeNs> = HashMap::new();
        loop {
            for rule in &self.rules {
                let now = self.clock.now();
                if next.get(rule.name()).is_some_and(|at| *at > now) {
                    continue;
                }
                let looked = shutdown.run_until_cancelled(self.look(rule, &watch)).await;
                let Some(looked) = looked else {
                    return;
                };
                let retry = TimeNs(now.0.saturating_add(nanos(limits::LOOK_AGAIN)));
                let at = looked.unwrap_or_else(|error| {
                    watch.failed(rule.name());
                    tracing::warn!(rule = rule.name(), %error, "a detection is not asked, trying again");
                    retry
                });
                next.insert(rule.name(), at);
            }
            let pause = tokio::time::sleep(limits::LOOK_INTERVAL);
            if shutdown.run_until_cancelled(pause).await.is_none() {
                return;
            }
        }
    }

    /// Asks the window of `rule` that is due, if one is; when to look next.
    async fn look(&self, rule: &Rule, watch: &Watch) -> Result<TimeNs, LookError> {
        let path = Path::from(format!("{}.json", rule.name()));
        let (mut state, version) = self.read(&path).await?;
        let now = self.clock.now();
        let (since, until) = match state.due(rule, now) {
            Due::At(at) => return Ok(at),
            Due::Window { since, until } => (since, until),
        };
        state.lease = Some(Lease {
            owner: self.owner,
            until: TimeNs(now.0.saturating_add(nanos(limits::LEASE))),
        });
        if !self.put(&path, &state, version).await? {
            // Another exporter was faster, and asks.
            return Ok(now);
        }
        let raised = self.ask(rule, since, until, &state, watch).await;
        let (mut state, version) = self.read(&path).await?;
        if state.lease.is_none_or(|lease| lease.owner != self.owner) {
            // It took longer than the lease; whoever asks now meets the same findings, by the same ids.
            return Ok(now);
        }
        match raised {
            Ok(found) => state.done(rule, until, found.into_iter()),
            Err(error) => {
                state.lease = None;
                self.put(&path, &state, version).await?;
                return Err(error);
            }
        }
        self.put(&path, &state, version).await?;
        Ok(TimeNs(until.0.saturating_add(nanos(rule.every()))))
    }

    /// Raises what the window has and was not raised; everything found.
    async fn ask(
        &self,
        rule: &Rule,
        since: TimeNs,
        until: TimeNs,
        state: &State,
        watch: &Watch,
    ) -> Result<Vec<Uuid>, LookError> {
        let sql = rule.query(since, until);
        let answer = self.record.ask(&sql, limits::FINDINGS_A_WINDOW).await;
        let answer = answer.map_err(LookError::Record)?;
        if answer.truncated {
            tracing::warn!(
                rule = rule.name(),
                most = limits::FINDINGS_A_WINDOW,
                "a detection finds more than one window may: narrow its SQL"
            );
        }
        let found = answer.rows.iter().map(|row| rule.found(row));
        let found = found.collect::<Result<Vec<_>, _>>()?;
        let ids = found.iter().map(|found| found.id).collect();
        let fresh = found
            .into_iter()
            .filter(|found| !state.raised.contains_key(&found.id));
        let drafts = fresh.map(|found| draft(rule, found, since, until));
        let emitting = self.emitter.emit_all(drafts);
        let count = emitting.len();
        for emitted in emitting {
            emitted.await?;
        }
        watch.asked(rule.name(), count);
        Ok(ids)
    }

    async fn read(&self, path: &Path) -> Result<(State, Option<UpdateVersion>), LookError> {
        let found = match self.store.get(path).await {
            Ok(found) => found,
            Err(StoreError::NotFound { .. }) => return Ok((State::default(), None)),
            Err(error) => return Err(error.into()),
        };
        let version = UpdateVersion {
            e_tag: found.meta.e_tag.clone(),
            version: found.meta.version.clone(),
        };
        let bytes = found.bytes().await?;
        let state = serde_json::from_slice(&bytes);
        let state = state.map_err(|error| LookError::Form(path.clone(), error))?;
        Ok((state, Some(version)))
    }

    /// False where somebody was faster.
    async fn put(
        &self,
        path: &Path,
        state: &State,
        known: Option<UpdateVersion>,
    ) -> Result<bool, LookError> {
        let bytes = serde_json::to_vec(state);
        let bytes = bytes.map_err(|error| LookError::Form(path.clone(), error))?;
        let mode = known.map_or(PutMode::Create, PutMode::Update);
        match self.store.put_opts(path, bytes.into(), mode.into()).await {
            Ok(_) => Ok(true),
            Err(StoreError::Precondition { .. } | StoreError::AlreadyExists { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

fn draft(rule: &Rule, found: Found, since: TimeNs, until: TimeNs) -> Draft {
    let severity = match rule.severity() {
        Severity::Informational => FindingSeverity::Informational,
        Severity::Low => FindingSeverity::Low,
        Severity::Medium => FindingSeverity::Medium,
        Severity::High => FindingSeverity::High,
        Severity::Critical => FindingSeverity::Critical,
    };
    Draft {
        principal: found.principal,
        ..Draft::new(FindingRaised {
            finding: found.id.to_string(),
            rule: rule.name().to_owned(),
            title: found.title,
            severity,
            attacks: rule.attacks().to_vec(),
            happened: found.time,
            session: found.session,
            statement: found.statement,
            since,
            until,
        })
    }
}

#[cfg(test)]
mod tests;
