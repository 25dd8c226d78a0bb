//! How long what stays: the configuration's `[retention]`, checked.
//!
//! Enters: TOML. Leaves: for each class of events and connection a number of days. Never here: a default that lets something go.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use event::{Kind, TimeNs};
use serde::{Deserialize, Deserializer, Serialize};

use crate::limits::RETENTION_DAYS_MAX;

const NANOS_PER_DAY: i64 = 86_400 * 1_000_000_000;

/// `[retention]`. Nothing goes unless it is said here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RetentionConfig {
    /// How often recorders apply it, `"24h"`; unless given, only `firn retention apply` does.
    #[serde(deserialize_with = "duration")]
    pub every: Option<Duration>,
    /// Days that masked rows of results stay after their session's last event.
    pub results_days: Option<Days>,
    /// Days that everything else of a session stays after its last event.
    pub statements_days: Option<Days>,
    /// Days that events stay which say who read the record.
    pub readers_days: Option<Days>,
    /// Days that events of no session stay: policies and catalogs loaded, findings.
    pub operations_days: Option<Days>,
    /// Connections for which it is otherwise; what a section leaves out is as above.
    pub connections: BTreeMap<String, ConnectionRetention>,
}

/// `[retention.connections.NAME]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ConnectionRetention {
    /// As in `[retention]`.
    pub results_days: Option<Days>,
    /// As in `[retention]`.
    pub statements_days: Option<Days>,
}

/// A number of days, or `"forever"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Days {
    /// So many.
    After(u32),
    /// It never goes.
    Forever,
}

impl<'de> Deserialize<'de> for Days {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Said {
            Days(u32),
            Word(String),
        }
        match Said::deserialize(deserializer)? {
            Said::Days(days) => Ok(Self::After(days)),
            Said::Word(word) if word == "forever" => Ok(Self::Forever),
            Said::Word(word) => Err(serde::de::Error::custom(format!(
                "{word:?} is neither a number of days nor \"forever\""
            ))),
        }
    }
}

fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let read = humantime::parse_duration(&text).map(Some);
    read.map_err(|error| {
        serde::de::Error::custom(format!("{text:?} is not a duration like 24h: {error}"))
    })
}

/// Why rules cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// Too few or too many days.
    #[error(
        "retention: {key} must be 1 to {RETENTION_DAYS_MAX} days or \"forever\"; to let nothing go, leave it out"
    )]
    Days {
        /// The key, with its section.
        key: String,
    },
    /// The rows of a session cannot stay longer than the session.
    #[error(
        "retention: {place} keeps results for {results} and the statements they are of for {statements}: results go with their statements at the latest"
    )]
    Order {
        /// The section.
        place: String,
        /// Days of results, in words.
        results: String,
        /// Days of statements, in words.
        statements: String,
    },
    /// Recorders would do nothing else.
    #[error("retention: every must be one hour at the least")]
    TooOften,
}

/// What events are to retention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Pages of results, with the masked rows they hold.
    Results,
    /// Everything else of sessions.
    Statements,
    /// Who read the record.
    Readers,
    /// What belongs to no session.
    Operations,
    /// What processes say of themselves; everything is proved by it, so it stays.
    Proof,
}

impl Class {
    /// The class of an event of `kind`, which is of a session or statement or of none.
    pub(crate) const fn of(kind: Kind, of_session: bool) -> Self {
        match kind {
            Kind::ProducerStarted | Kind::ProducerHeartbeat | Kind::ProducerStopped => Self::Proof,
            Kind::AuditorQueried
            | Kind::AuditorReplayed
            | Kind::AuditorExported
            | Kind::AuditorVerified
            | Kind::AuditorListed => Self::Readers,
            Kind::ResponsePage if of_session => Self::Results,
            _ if of_session => Self::Statements,
            _ => Self::Operations,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Results => "results",
            Self::Statements => "statements",
            Self::Readers => "readers",
            Self::Operations => "operations",
            Self::Proof => "proof",
        }
    }
}

/// One rule: what goes after how many days.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Rule {
    /// Of which events.
    pub class: Class,
    /// Of which connection; none for all that have no rule of their own.
    pub connection: Option<String>,
    /// After how many days.
    pub days: u32,
}

/// `results of connection sales after 90 days`
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.class.word())?;
        if let Some(connection) = &self.connection {
            write!(f, " of connection {connection}")?;
        }
        write!(f, " after {} days", self.days)
    }
}

/// Days of one connection; none: it never goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Kept {
    results: Option<u32>,
    statements: Option<u32>,
}

/// All rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    others: Kept,
    connections: BTreeMap<String, Kept>,
    readers: Option<u32>,
    operations: Option<u32>,
}

impl RetentionConfig {
    /// Its rules, checked.
    pub fn rules(&self) -> Result<Rules, RuleError> {
        if self
            .every
            .is_some_and(|every| every < Duration::from_secs(3_600))
        {
            return Err(RuleError::TooOften);
        }
        let others = kept("retention", self.results_days, self.statements_days)?;
        let mut connections = BTreeMap::new();
        for (name, own) in &self.connections {
            let results = own.results_days.or(self.results_days);
            let statements = own.statements_days.or(self.statements_days);
            let place = format!("retention.connections.{name}");
            connections.insert(name.clone(), kept(&place, results, statements)?);
        }
        Ok(Rules {
            others,
            connections,
            readers: days("retention.readers_days", self.readers_days)?,
            operations: days("retention.operations_days", self.operations_days)?,
        })
    }
}

fn kept(place: &str, results: Option<Days>, statements: Option<Days>) -> Result<Kept, RuleError> {
    let kept = Kept {
        results: days(&format!("{place}.results_days"), results)?,
        statements: days(&format!("{place}.statements_days"), statements)?,
    };
    // What is left out of results goes with the statements; "forever" was said.
    let said_longer = results == Some(Days::Forever) && kept.statements.is_some();
    let longer = kept.results.zip(kept.statements);
    if said_longer || longer.is_some_and(|(results, statements)| results > statements) {
        let words =
            |days: Option<u32>| days.map_or("ever".to_owned(), |days| format!("{days} days"));
        return Err(RuleError::Order {
            place: place.to_owned(),
            results: words(kept.results),
            statements: words(kept.statements),
        });
    }
    Ok(kept)
}

fn days(key: &str, days: Option<Days>) -> Result<Option<u32>, RuleError> {
    match days {
        None | Some(Days::Forever) => Ok(None),
        Some(Days::After(days)) if (1..=RETENTION_DAYS_MAX).contains(&days) => Ok(Some(days)),
        Some(Days::After(_)) => Err(RuleError::Days {
            key: key.to_owned(),
        }),
    }
}

impl Rules {
    /// No rule lets anything go.
    pub fn is_empty(&self) -> bool {
        let all = self.connections.values().chain([&self.others]);
        let mut all = all.flat_map(|kept| [kept.results, kept.statements]);
        self.readers.or(self.operations).is_none() && all.all(|days| days.is_none())
    }

    /// Every rule, for people.
    pub fn all(&self) -> Vec<Rule> {
        let rule = |class, connection: Option<&String>, days: Option<u32>| {
            Some(Rule {
                class,
                connection: connection.cloned(),
                days: days?,
            })
        };
        let own = self
            .connections
            .iter()
            .map(|(name, kept)| (Some(name), kept));
        let kept = std::iter::once((None, &self.others)).chain(own);
        let of_sessions = kept.flat_map(|(name, kept)| {
            [
                rule(Class::Results, name, kept.results),
                rule(Class::Statements, name, kept.statements),
            ]
        });
        let others = [
            rule(Class::Readers, None, self.readers),
            rule(Class::Operations, None, self.operations),
        ];
        of_sessions.chain(others).flatten().collect()
    }

    /// The rule by which what is of `class` and `connection`, and was last heard of at `last`, may go at `now`.
    pub(crate) fn due(
        &self,
        class: Class,
        connection: Option<&str>,
        last: TimeNs,
        now: TimeNs,
    ) -> Option<Rule> {
        let own = connection.and_then(|name| Some((name, self.connections.get(name)?)));
        let (name, kept) = match own {
            Some((name, kept)) => (Some(name), *kept),
            None => (None, self.others),
        };
        let rule = |class, connection: Option<&str>, days: Option<u32>| {
            let days = days?;
            let age = now.0.saturating_sub(last.0);
            let due = age >= i64::from(days).saturating_mul(NANOS_PER_DAY);
            due.then(|| Rule {
                class,
                connection: connection.map(str::to_owned),
                days,
            })
        };
        match class {
            Class::Results => rule(class, name, kept.results)
                .or_else(|| rule(Class::Statements, name, kept.statements)),
            Class::Statements => rule(class, name, kept.statements),
            Class::Readers => rule(class, None, self.readers),
            Class::Operations => rule(class, None, self.operations),
            Class::Proof => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str) -> Result<Rules, String> {
        let config: RetentionConfig = toml::from_str(text).map_err(|error| error.to_string())?;
        config.rules().map_err(|error| error.to_string())
    }

    fn due(rules: &Rules, class: Class, connection: &str, age_days: i64) -> Option<String> {
        let now = TimeNs(100_000 * NANOS_PER_DAY);
        let last = TimeNs(now.0 - age_days * NANOS_PER_DAY);
        let rule = rules.due(class, Some(connection), last, now);
        rule.map(|rule| rule.to_string())
    }

    #[test]
    fn what_is_not_said_stays() {
        assert!(rules("").unwrap().is_empty());
        assert!(rules("results_days = 'forever'").unwrap().is_empty());
        let some = rules("results_days = 9\n[connections.x]\nresults_days = 'forever'").unwrap();
        assert!(!some.is_empty());
        assert_eq!(due(&some, Class::Results, "x", 5_000), None);
        assert_eq!(due(&some, Class::Statements, "y", 5_000), None);
        assert_eq!(due(&some, Class::Results, "y", 8), None);
        assert_eq!(
            due(&some, Class::Results, "y", 9).unwrap(),
            "results after 9 days"
        );
        let all =
            rules("operations_days = 1\nreaders_days = 1\nstatements_days = 1\nresults_days = 1")
                .unwrap();
        assert_eq!(due(&all, Class::Proof, "y", 50_000), None);
    }

    #[test]
    fn a_connection_has_rules_of_its_own() {
        let text =
            "statements_days = 400\nresults_days = 90\n[connections.sales]\nresults_days = 30";
        let rules = rules(text).unwrap();
        let told = |connection, age| due(&rules, Class::Results, connection, age);
        assert_eq!(
            told("sales", 30).unwrap(),
            "results of connection sales after 30 days"
        );
        assert_eq!(told("hr", 30), None);
        assert_eq!(told("hr", 90).unwrap(), "results after 90 days");
        assert_eq!(
            due(&rules, Class::Statements, "sales", 400).unwrap(),
            "statements of connection sales after 400 days"
        );
    }

    #[test]
    fn rules_that_cannot_be_are_refused() {
        for (text, says) in [
            ("results_days = 0", "1 to"),
            ("results_days = 40000", "1 to"),
            ("results_days = 'long'", "neither"),
            ("result_days = 3", "unknown field"),
            ("results_days = 9\nstatements_days = 8", "at the latest"),
            (
                "results_days = 'forever'\nstatements_days = 8",
                "at the latest",
            ),
            (
                "results_days = 9\n[connections.a]\nstatements_days = 8",
                "connections.a",
            ),
            ("every = '5m'", "one hour"),
            ("every = 'often'", "24h"),
        ] {
            let error = rules(text).unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
