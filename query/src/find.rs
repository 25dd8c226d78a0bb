//! Who saw a value: the question of `firn find` and `POST /api/find`.
//!
//! Enters: a value, what it is, from when to when. Leaves: one SELECT over `seen('…')`, which the engine asks with tokens. Never here: a
//! value in an error or where it is printed to debug.

use std::fmt::{self, Write as _};

use event::TimeNs;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::sessions::{Moment, literal, timestamp};

/// What is shown of each statement that met the value.
const COLUMNS: &str = "time, session_id, statement_id, principal, column_name, class, place, cells";

/// Body of `POST /api/find`.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FindRequest {
    /// The value, however it is written. It is not recorded.
    pub value: String,
    /// What it is: `email`, `number`, `code`, `name`, `date` or `text`; without it, it is looked for as each of them.
    #[serde(default)]
    pub class: Option<String>,
    /// Met at or after: an age (`1h`, `30d`), a day, RFC 3339, or nanoseconds since 1970 UTC.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub since: Option<Moment>,
    /// Met before, likewise.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub until: Option<Moment>,
    /// Most rows wanted.
    #[serde(default)]
    pub limit: Option<usize>,
}

impl FindRequest {
    /// The SELECT; ages are counted back from `now`.
    pub fn sql(&self, now: TimeNs) -> String {
        let mut sql = format!("SELECT {COLUMNS} FROM seen({}", literal(self.value.trim()));
        if let Some(class) = &self.class {
            let _ = write!(sql, ", {}", literal(class));
        }
        sql.push(')');
        let since = self.since.map(|since| (">=", since));
        let until = self.until.map(|until| ("<", until));
        for (number, (order, moment)) in since.into_iter().chain(until).enumerate() {
            let word = if number == 0 { "WHERE" } else { "AND" };
            let _ = write!(sql, " {word} time {order} {}", timestamp(moment.at(now)));
        }
        sql.push_str(" ORDER BY time DESC, session_id, statement_id, column_name, place");
        sql
    }
}

/// All but the value.
impl fmt::Debug for FindRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FindRequest")
            .field("class", &self.class)
            .field("since", &self.since)
            .field("until", &self.until)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_one_select_and_shows_no_value() {
        let asked = FindRequest {
            value: " O'Neil ".to_owned(),
            class: Some("name".to_owned()),
            since: Some(Moment::At(TimeNs(0))),
            until: Some(Moment::At(TimeNs(1_000_000_000))),
            limit: None,
        };
        assert_eq!(
            asked.sql(TimeNs(0)),
            "SELECT time, session_id, statement_id, principal, column_name, class, place, cells FROM seen('O''Neil', 'name') \
             WHERE time >= TIMESTAMP '1970-01-01T00:00:00.000000Z' AND time < TIMESTAMP '1970-01-01T00:00:01.000000Z' \
             ORDER BY time DESC, session_id, statement_id, column_name, place"
        );
        assert!(!format!("{asked:?}").contains("Neil"));
    }
}
