//! Detections: rules as files, each SQL over the record, how often it looks, how bad what it finds is.
//!
//! Enters: a rule's file, a stretch of time, rows. Leaves: a checked [`Rule`], the SQL to run, what a row says was [`Found`]. Never here: a query
//! engine, a clock, files.
//!
//! # A rule
//!
//! | key | says |
//! |---|---|
//! | `title` | what was found, for people; `{column}` gives a column of the row |
//! | `severity` | `informational`, `low`, `medium`, `high` or `critical` |
//! | `attack` | MITRE ATT&CK techniques, by their ids |
//! | `every` | how often it looks |
//! | `window` | how far back it looks each time; at least `every`, so that nothing is passed over |
//! | `sql` | one query over the record; `$since` and `$until` are the window's ends, the later one not in it |
//!
//! A row needs `key` and `time`. `key` is what makes a finding the same one: windows overlap, and the same rule and key have the same
//! id, so it arrives once. `session_id`, `statement_id`, `principal_issuer`, `principal_subject` and `principal` are about whom it is.

pub mod schedule;

use std::time::Duration;

use event::{Principal, SessionId, StatementId, TimeNs};
use journal::Position;
use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::format::attack;
use crate::format::record::rfc3339;
use crate::item::Finding;
use crate::severity::Severity;

/// Domain of the ids of findings.
const FINDING_NAMESPACE: Uuid = Uuid::from_u128(0x6669_726e_0004_4000_8000_6669_6e64_696e);
/// Where the window begins, in a rule's SQL.
const SINCE: &str = "$since";
/// Where it ends.
const UNTIL: &str = "$until";

/// A rule that can be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    name: String,
    title: String,
    severity: Severity,
    attacks: Vec<String>,
    every: Duration,
    window: Duration,
    sql: String,
}

/// What a row says was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Of the rule and the row's key: the same finding has the same id, however often it is found.
    pub id: Uuid,
    /// When what was found happened.
    pub time: TimeNs,
    /// What was found, for people.
    pub title: String,
    /// The session, where it is about one.
    pub session: Option<SessionId>,
    /// The statement, where it is about one.
    pub statement: Option<StatementId>,
    /// Who, where it is about somebody.
    pub principal: Option<Principal>,
}

/// A file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    title: String,
    severity: Severity,
    #[serde(default)]
    attack: Vec<String>,
    every: String,
    window: String,
    sql: String,
}

/// Why a file is no rule.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    /// Its name is no name.
    #[error("{0:?} is no name of a rule: lower-case letters, digits and hyphens, at most 64")]
    Name(String),
    /// It is not TOML, or not of a rule's shape.
    #[error("rule {rule}: {error}")]
    Shape {
        /// The rule.
        rule: String,
        /// What TOML says.
        error: String,
    },
    /// A key says what it cannot.
    #[error("rule {rule}: {key}: {wrong}")]
    Key {
        /// The rule.
        rule: String,
        /// The key.
        key: &'static str,
        /// What is wrong, and what would be right.
        wrong: String,
    },
}

/// Why a row is no finding: its rule's SQL is wrong.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("rule {rule}: column {column} {wrong}")]
pub struct RowError {
    /// The rule.
    pub rule: String,
    /// The column.
    pub column: &'static str,
    /// What is wrong with it.
    pub wrong: String,
}

impl Rule {
    /// The rule in `text`, a file called `name`.toml.
    pub fn parse(name: &str, text: &str) -> Result<Self, RuleError> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !(1..=64).contains(&name.len()) || !name.bytes().all(fits) {
            return Err(RuleError::Name(name.to_owned()));
        }
        let written: Written = toml::from_str(text).map_err(|error| RuleError::Shape {
            rule: name.to_owned(),
            error: error.to_string(),
        })?;
        let wrong = |key, wrong: String| RuleError::Key {
            rule: name.to_owned(),
            key,
            wrong,
        };
        let span = |key, text: &str| {
            humantime::parse_duration(text)
                .map_err(|error| {
                    wrong(
                        key,
                        format!("{text:?} is no time: {error}; for example \"10m\""),
                    )
                })
                .and_then(|span| match span {
                    Duration::ZERO => Err(wrong(key, "must be longer than nothing".to_owned())),
                    span => Ok(span),
                })
        };
        let every = span("every", &written.every)?;
        let window = span("window", &written.window)?;
        if window < every {
            let text = format!(
                "{} is shorter than every ({}): what happens between would never be looked at",
                written.window, written.every
            );
            return Err(wrong("window", text));
        }
        if let Some(unknown) = written.attack.iter().find(|id| attack::by_id(id).is_none()) {
            let known: Vec<&str> = attack::KNOWN.iter().map(attack::Attack::id).collect();
            return Err(wrong(
                "attack",
                format!(
                    "{unknown:?} is not known here; known are {}",
                    known.join(", ")
                ),
            ));
        }
        for placeholder in [SINCE, UNTIL] {
            if !written.sql.contains(placeholder) {
                return Err(wrong(
                    "sql",
                    format!("has no {placeholder}: it would read all of the record each time"),
                ));
            }
        }
        if written.title.trim().is_empty() {
            return Err(wrong("title", "is empty".to_owned()));
        }
        Ok(Self {
            name: name.to_owned(),
            title: written.title,
            severity: written.severity,
            attacks: written.attack,
            every,
            window,
            sql: written.sql,
        })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How often it looks.
    pub const fn every(&self) -> Duration {
        self.every
    }

    /// How far back it looks each time.
    pub const fn window(&self) -> Duration {
        self.window
    }

    /// MITRE ATT&CK techniques, by their ids.
    pub fn attacks(&self) -> &[String] {
        &self.attacks
    }

    /// How bad what it finds is.
    pub const fn severity(&self) -> Severity {
        self.severity
    }

    /// The SQL for a window from `since` up to, not including, `until`.
    pub fn query(&self, since: TimeNs, until: TimeNs) -> String {
        let literal = |time| format!("TIMESTAMP '{}'", rfc3339(time));
        self.sql
            .replace(SINCE, &literal(since))
            .replace(UNTIL, &literal(until))
    }

    /// What `row` says was found.
    pub fn found(&self, row: &Map<String, Value>) -> Result<Found, RowError> {
        let wrong = |column, wrong: &str| RowError {
            rule: self.name.clone(),
            column,
            wrong: wrong.to_owned(),
        };
        let text = |column: &str| row.get(column).and_then(Value::as_str);
        let key = text("key").ok_or_else(|| wrong("key", "must be a text"))?;
        let time = text("time").ok_or_else(|| wrong("time", "must be a time"))?;
        let time = time_of(time).ok_or_else(|| wrong("time", &format!("is no time: {time:?}")))?;
        let subject = text("principal_subject");
        let principal = subject.map(|subject| Principal {
            issuer: text("principal_issuer").unwrap_or_default().to_owned(),
            subject: subject.to_owned(),
            display: text("principal").unwrap_or(subject).to_owned(),
            groups: Vec::new(),
            agent: None,
        });
        let name = format!("{}\0{key}", self.name);
        Ok(Found {
            id: Uuid::new_v5(&FINDING_NAMESPACE, name.as_bytes()),
            time,
            title: self.titled(row),
            session: text("session_id").and_then(|id| id.parse().ok()),
            statement: text("statement_id").and_then(|id| id.parse().ok()),
            principal,
        })
    }

    /// `found` as an item, the record having been read up to `position`.
    pub fn finding(&self, found: Found, position: Position) -> Finding {
        Finding {
            id: found.id,
            position,
            time: found.time,
            rule: self.name.clone(),
            title: found.title,
            severity: self.severity,
            attacks: self.attacks.clone(),
            session: found.session,
            statement: found.statement,
            principal: found.principal,
        }
    }

    /// The title with the row's columns in it; what is in no column stays as it is written.
    fn titled(&self, row: &Map<String, Value>) -> String {
        let mut title = String::new();
        let mut rest = self.title.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            title.push_str(before);
            let column = after
                .split_once('}')
                .and_then(|(name, after)| Some((row.get(name)?, after)));
            match column {
                Some((Value::String(text), after)) => {
                    title.push_str(text);
                    rest = after;
                }
                Some((value, after)) => {
                    title.push_str(&value.to_string());
                    rest = after;
                }
                None => {
                    title.push('{');
                    rest = after;
                }
            }
        }
        title + rest
    }
}

/// A time as engines write it: with or without a zone, which is UTC.
fn time_of(text: &str) -> Option<TimeNs> {
    let with_zone = chrono::DateTime::parse_from_rfc3339(text).map(|time| time.to_utc());
    let utc = with_zone.ok().or_else(|| {
        let plain = text.replacen(' ', "T", 1);
        chrono::NaiveDateTime::parse_from_str(&plain, "%Y-%m-%dT%H:%M:%S%.f")
            .ok()
            .map(|time| time.and_utc())
    })?;
    utc.timestamp_nanos_opt().map(TimeNs)
}

#[cfg(test)]
mod tests;
