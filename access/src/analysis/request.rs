//! What an analysis is given: the client's bytes, its binds, and what the session knows.
//!
//! Enters: what came over the wire, and what earlier statements left. Leaves: the same, as types. Never here: a change of the text.

use event::payload::Context;
use serde::{Deserialize, Serialize};

use super::findings::{OwnTable, Provenance};

/// One value of `bindings`, as sent: it may name a table (`IDENTIFIER(?)`), so analysis sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoundValue {
    /// Ordinal or name.
    pub name: String,
    /// Snowflake's type word.
    pub kind: String,
    /// One a row for array binds; none is NULL.
    pub values: Vec<Option<String>>,
}

/// A statement as it came, bytes untouched: exactly these go upstream.
#[derive(Clone, Copy, Debug)]
pub struct Statement<'a> {
    /// `sqlText`.
    pub text: &'a str,
    /// `bindings`, in ordinal order.
    pub binds: &'a [BoundValue],
}

/// What the session remembers that changes what a statement means.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionView {
    /// Database, schema, role, warehouse now.
    pub context: Context,
    /// Why nobody knows where the session stands: names of statements under way that may move it, and [`SessionView::LOST`] for
    /// those whose end nobody heard of. Empty where it stands at `context`.
    #[serde(default)]
    pub unsettled: Vec<String>,
    /// Grows with each statement that may move the session, when it begins and when it is over: what comes late of another one is of
    /// before a move by this, though the session stands by now where it stood then.
    #[serde(default)]
    pub moves: u64,
    /// Snowflake's id of the session, as its login said it.
    #[serde(default)]
    pub upstream_session: Option<String>,
    /// Session variables set by literals: name (upper case) and value.
    pub variables: Vec<(String, String)>,
    /// Query ids of this session and what each output column of theirs came from, for RESULT_SCAN; newest last.
    pub results: Vec<(String, Vec<Provenance>)>,
    /// Those of the query ids whose results are names, statistics or counts of rows (SHOW, DESCRIBE, INSERT), not rows of
    /// tables.
    #[serde(default)]
    pub metadata: Vec<String>,
    /// Temporary tables of the session that earlier requests made. A release that does not know them reads and says none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<OwnTable>,
    /// How often the principal has had base columns compared so that it told something, in whatever sessions, for budgets: those
    /// the statement compares; sorted by column.
    pub range_uses: Vec<(String, u32)>,
}

impl SessionView {
    /// The temporary table of this full name, if the session has one.
    pub fn own_table(&self, name: &str) -> Option<&OwnTable> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// A statement that may have moved the session is over, and what it left is not known.
    pub const LOST: &'static str = "lost";

    /// Stands where the record says: a session that nobody could place has no database, no schema and not even a role there.
    pub fn stand_as_recorded(&mut self, context: &Context) {
        self.unsettled.clear();
        if *context == Context::default() {
            self.unsettled.push(Self::LOST.to_owned());
        }
        self.context.clone_from(context);
    }
}

/// Whether a text asks for an earlier result of its session.
pub fn asks_back(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.contains("result_scan") || text.contains("last_query_id")
}
