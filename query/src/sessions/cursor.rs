//! Where a list of sessions goes on: after a session and the moment it was opened, which no later arrival moves.
//!
//! Enters: the last row of a page. Leaves: a word that asks for the next. Never here: a count of rows to skip.

use std::fmt;
use std::str::FromStr;

use chrono::DateTime;
use event::{SessionId, TimeNs};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::answer::Rows;

/// After which session a page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// When it was opened, microseconds since 1970 UTC.
    opened_micros: i64,
    session: SessionId,
}

/// A word that is no cursor.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "{0:?} is no cursor: give `next` of the page before as it came, or leave it out to begin anew"
)]
pub struct CursorError(pub(crate) String);

impl Cursor {
    /// What goes on after `rows`; none where they are all there is.
    pub fn after(rows: &Rows) -> Option<Self> {
        if !rows.truncated {
            return None;
        }
        let opened = DateTime::parse_from_rfc3339(rows.last_text("opened")?).ok()?;
        Some(Self {
            opened_micros: opened.timestamp_micros(),
            session: rows.last_text("session_id")?.parse().ok()?,
        })
    }

    /// When the session was opened.
    pub(super) const fn opened(&self) -> TimeNs {
        TimeNs(self.opened_micros.saturating_mul(1_000))
    }

    /// The session.
    pub(super) const fn session(&self) -> SessionId {
        self.session
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.opened_micros, self.session)
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let parsed = text.split_once('.').and_then(|(opened, session)| {
            Some(Self {
                opened_micros: opened.parse().ok()?,
                session: session.parse().ok()?,
            })
        });
        parsed.ok_or_else(|| CursorError(text.to_owned()))
    }
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_nothing_else_is_one() {
        let text = "1772366400000001.019c0000-0000-7000-8000-000000000001";
        let cursor: Cursor = text.parse().unwrap();
        assert_eq!(cursor.to_string(), text);
        assert_eq!(cursor.opened(), TimeNs(1_772_366_400_000_001_000));
        for wrong in [
            "",
            "1",
            "x.019c0000-0000-7000-8000-000000000001",
            "1.x",
            "1.' OR true",
        ] {
            assert!(wrong.parse::<Cursor>().is_err(), "{wrong}");
        }
    }
}
