//! Sessions that people ended, by session, principal, connection, or all of them.
//!
//! Enters: `sessions.killed`, in journal order. Leaves: whether a session is over by one of them, and whether a new one is let in.
//! Never here: who may say it, or a session's end in the record: that is said by whoever serves it.

use std::collections::{HashMap, VecDeque};

use event::payload::{KillScope, SessionsKilled};
use event::{SessionId, TimeNs};

use crate::about::About;
use crate::claims::Claims;
use crate::limits::{KILL_SKEW, KILLS_MAX};
use crate::time::later;

/// One word that sessions are over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kill {
    at: TimeNs,
    until: Option<TimeNs>,
    /// Why, in the words of whoever did it.
    pub reason: String,
}

/// Whose sessions are over.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Target {
    Session(String),
    Principal(String),
    Connection(String),
    All,
}

/// By what a session may be meant.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// Its id.
    pub session: SessionId,
    /// Its principal's.
    pub subject: &'a str,
    /// Its connection.
    pub connection: &'a str,
}

impl<'a> From<&'a About> for Named<'a> {
    fn from(about: &'a About) -> Self {
        Self {
            session: about.session,
            subject: &about.principal.subject,
            connection: &about.connection,
        }
    }
}

impl<'a> From<&'a Claims> for Named<'a> {
    fn from(claims: &'a Claims) -> Self {
        Self {
            session: claims.session,
            subject: &claims.principal.subject,
            connection: &claims.connection,
        }
    }
}

/// Every word that may still matter; the oldest go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kills {
    known: HashMap<Target, Kill>,
    order: VecDeque<Target>,
    count: u64,
}

impl Kills {
    /// Folds one.
    pub fn add(&mut self, killed: &SessionsKilled, at: TimeNs) {
        let named = killed.target.clone().unwrap_or_default();
        let target = match killed.scope {
            KillScope::Session => Target::Session(named.to_ascii_lowercase()),
            KillScope::Principal => Target::Principal(named),
            KillScope::Connection => Target::Connection(named.to_lowercase()),
            KillScope::All => Target::All,
        };
        let kill = Kill {
            at,
            until: killed.until,
            reason: killed.reason.clone(),
        };
        self.count += 1;
        if self.known.insert(target.clone(), kill).is_none() {
            self.order.push_back(target);
        }
        if self.order.len() > KILLS_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }

    /// How many there were: whoever looked at an earlier number has more to do.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The word by which a session is over. It means every session that was opened before it, by clocks that may disagree a little.
    pub fn over<'n>(&self, session: impl Into<Named<'n>>) -> Option<&Kill> {
        if self.known.is_empty() {
            return None;
        }
        let named = session.into();
        let opened = opened(named.session);
        let mut words = self.words(Some(named.session), named.subject, named.connection);
        words.find(|kill| opened <= later(kill.at, KILL_SKEW))
    }

    /// The word by which no new session is opened at `now`.
    pub fn bars(&self, subject: &str, connection: &str, now: TimeNs) -> Option<(&Kill, TimeNs)> {
        let mut words = self.words(None, subject, connection);
        words.find_map(|kill| {
            let until = kill.until.filter(|until| now < *until);
            until.map(|until| (kill, until))
        })
    }

    fn words<'k>(
        &'k self,
        session: Option<SessionId>,
        subject: &str,
        connection: &str,
    ) -> impl Iterator<Item = &'k Kill> {
        let session = session.map(|session| Target::Session(session.to_string()));
        let others = [
            Target::Principal(subject.to_owned()),
            Target::Connection(connection.to_lowercase()),
            Target::All,
        ];
        let targets = session.into_iter().chain(others);
        targets.filter_map(|target| self.known.get(&target))
    }
}

/// When a session was opened: its id says so.
fn opened(session: SessionId) -> TimeNs {
    let millis = (session.uuid().as_u128() >> 80) as i64;
    TimeNs(millis.saturating_mul(1_000_000))
}

#[cfg(test)]
mod tests {
    use event::SessionId;
    use event::payload::{KillScope, SessionsKilled};

    use super::{Kills, Named, TimeNs};
    use crate::fresh;

    const SECOND: i64 = 1_000_000_000;
    const NOW: TimeNs = TimeNs(1_795_444_167 * SECOND);

    fn killed(scope: KillScope, target: Option<&str>) -> SessionsKilled {
        SessionsKilled {
            scope,
            target: target.map(str::to_owned),
            reason: "runaway".to_owned(),
            until: Some(TimeNs(NOW.0 + 60 * SECOND)),
        }
    }

    #[test]
    fn a_word_means_whom_it_names_and_nobody_later() {
        let session = SessionId::from_uuid(fresh::v7(TimeNs(NOW.0 - 5 * SECOND)));
        let other = SessionId::from_uuid(fresh::v7(TimeNs(NOW.0 - 5 * SECOND)));
        let later = SessionId::from_uuid(fresh::v7(TimeNs(NOW.0 + 5 * SECOND)));
        let id = session.to_string().to_uppercase();
        for (scope, target, meant) in [
            (
                KillScope::Session,
                Some(id.as_str()),
                [true, false, false, false],
            ),
            (
                KillScope::Principal,
                Some("agent"),
                [true, true, false, false],
            ),
            (
                KillScope::Connection,
                Some("MAIN"),
                [true, true, true, false],
            ),
            (KillScope::All, None, [true, true, true, true]),
        ] {
            let mut kills = Kills::default();
            kills.add(&killed(scope, target), NOW);
            let over = |session, subject, connection| {
                let named = Named {
                    session,
                    subject,
                    connection,
                };
                kills.over(named).is_some()
            };
            let found = [
                over(session, "agent", "main"),
                over(other, "agent", "main"),
                over(other, "somebody", "main"),
                over(other, "somebody", "spare"),
            ];
            assert_eq!(found, meant, "{scope}");
            assert!(!over(later, "agent", "main"), "{scope}");
            let bars = |seconds| {
                kills
                    .bars("agent", "main", TimeNs(NOW.0 + seconds * SECOND))
                    .is_some()
            };
            assert_eq!(bars(59), scope != KillScope::Session, "{scope}");
            assert!(!bars(60), "{scope}");
        }
    }
}
