//! Where a list of what met a value goes on: after a place of a statement and the moment it met it first.
//!
//! Enters: the last row of a page. Leaves: a word that asks for the next. Never here: the value; a count of rows to skip.

use std::fmt;
use std::str::FromStr;

use chrono::DateTime;
use event::{SessionId, StatementId, TimeNs};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::answer::Rows;
use crate::sessions::{CursorError, literal, timestamp};

/// The list's order; a statement without a session stands before others of its moment.
pub(super) const ORDER: &str =
    "time DESC, coalesce(session_id, ''), statement_id, column_name, class, place";
/// Stands for no session.
const NO_SESSION: &str = "-";

/// After which row of a list of what met a value a page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindCursor {
    /// When the value was met first there, microseconds since 1970 UTC.
    time_micros: i64,
    session: Option<SessionId>,
    statement: StatementId,
    column: String,
    class: String,
    place: String,
}

impl FindCursor {
    /// What goes on after `rows`; none where they are all there is.
    pub fn after(rows: &Rows) -> Option<Self> {
        if !rows.truncated {
            return None;
        }
        let time = DateTime::parse_from_rfc3339(rows.last_text("time")?).ok()?;
        let session = rows.last_text("session_id").map(str::parse::<SessionId>);
        Some(Self {
            time_micros: time.timestamp_micros(),
            session: session.transpose().ok()?,
            statement: rows.last_text("statement_id")?.parse().ok()?,
            column: rows.last_text("column_name")?.to_owned(),
            class: rows.last_text("class")?.to_owned(),
            place: rows.last_text("place")?.to_owned(),
        })
    }

    /// The condition of rows after it in [`ORDER`].
    pub(super) fn condition(&self) -> String {
        let session = self.session.map(|session| session.to_string());
        let mut rest = format!("place > {}", literal(&self.place));
        for (column, text) in [
            ("class", &self.class),
            ("column_name", &self.column),
            ("statement_id", &self.statement.to_string()),
            ("coalesce(session_id, '')", &session.unwrap_or_default()),
        ] {
            let text = literal(text);
            rest = format!("({column} > {text} OR ({column} = {text} AND {rest}))");
        }
        let time = timestamp(TimeNs(self.time_micros.saturating_mul(1_000)));
        format!("(time < {time} OR (time = {time} AND {rest}))")
    }

    fn parsed(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('.').collect();
        let [time, session, statement, column, class, place] = parts.as_slice() else {
            return None;
        };
        let session = (*session != NO_SESSION).then(|| session.parse::<SessionId>());
        Some(Self {
            time_micros: time.parse().ok()?,
            session: session.transpose().ok()?,
            statement: statement.parse().ok()?,
            column: read(column)?,
            class: read(class)?,
            place: read(place)?,
        })
    }
}

/// Text that was written as two digits a byte.
fn read(digits: &str) -> Option<String> {
    String::from_utf8(hex::decode(digits).ok()?).ok()
}

impl fmt::Display for FindCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.", self.time_micros)?;
        match self.session {
            Some(session) => write!(f, "{session}.")?,
            None => write!(f, "{NO_SESSION}.")?,
        }
        // As two digits a byte: a column's name may have any sign, and the cursor is to be one word wherever it is put.
        let [column, class, place] = [&self.column, &self.class, &self.place].map(hex::encode);
        write!(f, "{}.{column}.{class}.{place}", self.statement)
    }
}

impl FromStr for FindCursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        Self::parsed(text).ok_or_else(|| CursorError(text.to_owned()))
    }
}

impl Serialize for FindCursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FindCursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATEMENT: &str = "0d379fd7-e1fe-562b-a88e-c353aade6f79";

    #[test]
    fn a_cursor_reads_back_and_nothing_else_is_one() {
        for session in ["019c0000-0000-7000-8000-000000000001", "-"] {
            let text =
                format!("1772366400000001.{session}.{STATEMENT}.4f274e22.656d61696c.726573756c74");
            let cursor: FindCursor = text.parse().unwrap();
            assert_eq!(cursor.to_string(), text);
            assert_eq!(
                (cursor.column.as_str(), cursor.class.as_str()),
                ("O'N\"", "email")
            );
        }
        for wrong in [
            String::new(),
            format!("1.-.{STATEMENT}.4f.4f"),
            format!("1.-.{STATEMENT}.4f.4f.4f.4f"),
            format!("x.-.{STATEMENT}.4f.4f.4f"),
            format!("1.x.{STATEMENT}.4f.4f.4f"),
            "1.-.x.4f.4f.4f".to_owned(),
            format!("1.-.{STATEMENT}.4f4.4f.4f"),
            format!("1.-.{STATEMENT}.+f.4f.4f"),
            format!("1.-.{STATEMENT}.ff.4f.4f"),
        ] {
            assert!(wrong.parse::<FindCursor>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_follows_comes_after_it_in_one_of_the_orders_columns() {
        let cursor: FindCursor = format!("1000000.-.{STATEMENT}.4f27.61.62").parse().unwrap();
        assert_eq!(
            cursor.condition(),
            format!(
                "(time < TIMESTAMP '1970-01-01T00:00:01.000000Z' OR (time = TIMESTAMP '1970-01-01T00:00:01.000000Z' AND \
                 (coalesce(session_id, '') > '' OR (coalesce(session_id, '') = '' AND \
                 (statement_id > '{STATEMENT}' OR (statement_id = '{STATEMENT}' AND \
                 (column_name > 'O''' OR (column_name = 'O''' AND (class > 'a' OR (class = 'a' AND place > 'b'))))))))))"
            )
        );
    }
}
