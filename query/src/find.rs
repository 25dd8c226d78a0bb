//! Who saw a value: the question of `firn find` and `POST /api/find`.
//!
//! Enters: a value, what it is, from when to when, after which row. Leaves: one SELECT over `seen('…')`, which the engine asks with tokens.
//! Never here: a value in an error or where it is printed to debug.

mod cursor;

use std::fmt::{self, Write as _};

use event::TimeNs;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::sessions::{Moment, literal, timestamp};

pub use cursor::FindCursor;

/// What is shown of each place where a statement met the value.
const COLUMNS: &str = "time, session_id, statement_id, principal, column_name, class, place, cells";
/// What tells these places apart. Tokens do not: a value has one under each key, and another without its leading zeros.
const PLACE: &str = "session_id, statement_id, principal, column_name, class, place";

/// Body of `POST /api/find`.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FindRequest {
    /// The value, however it is written. It is not recorded.
    pub value: String,
    /// What it is: `email`, `number`, `code`, `name`, `date` or `text`; without it, it is looked for as each of them.
    #[serde(default)]
    pub class: Option<String>,
    /// First met at or after: an age (`1h`, `30d`), a day, RFC 3339, or nanoseconds since 1970 UTC.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub since: Option<Moment>,
    /// First met before, likewise.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub until: Option<Moment>,
    /// Most rows wanted.
    #[serde(default)]
    pub limit: Option<usize>,
    /// Those after the page whose `next` this is; new arrivals move nothing. Each page counts as a value that is looked for.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub after: Option<FindCursor>,
}

impl FindRequest {
    /// The SELECT; ages are counted back from `now`.
    pub fn sql(&self, now: TimeNs) -> String {
        let mut sought = literal(self.value.trim());
        if let Some(class) = &self.class {
            let _ = write!(sought, ", {}", literal(class));
        }
        let since = self.since.map(|since| (">=", since));
        let until = self.until.map(|until| ("<", until));
        let moments = since.into_iter().chain(until);
        let conditions = moments
            .map(|(order, moment)| format!("time {order} {}", timestamp(moment.at(now))))
            .chain(self.after.as_ref().map(FindCursor::condition));
        let conditions: Vec<String> = conditions.collect();
        let mut sql = format!(
            "SELECT {COLUMNS} FROM (SELECT min(time) AS time, {PLACE}, sum(cells) AS cells FROM seen({sought}) GROUP BY {PLACE}) AS met"
        );
        if !conditions.is_empty() {
            let _ = write!(sql, " WHERE {}", conditions.join(" AND "));
        }
        let _ = write!(sql, " ORDER BY {}", cursor::ORDER);
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
            .field("after", &self.after)
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
            after: Some(
                "0.-.0d379fd7-e1fe-562b-a88e-c353aade6f79.61.62.63"
                    .parse()
                    .unwrap(),
            ),
        };
        let after = asked.after.as_ref().unwrap().condition();
        assert_eq!(
            asked.sql(TimeNs(0)),
            format!(
                "SELECT time, session_id, statement_id, principal, column_name, class, place, cells FROM (SELECT min(time) AS time, \
                 session_id, statement_id, principal, column_name, class, place, sum(cells) AS cells FROM seen('O''Neil', 'name') \
                 GROUP BY session_id, statement_id, principal, column_name, class, place) AS met \
                 WHERE time >= TIMESTAMP '1970-01-01T00:00:00.000000Z' AND time < TIMESTAMP '1970-01-01T00:00:01.000000Z' AND {after} \
                 ORDER BY time DESC, coalesce(session_id, ''), statement_id, column_name, class, place"
            )
        );
        assert!(!format!("{asked:?}").contains("Neil"));
    }
}
