//! What a statement could reveal or change: the analysis every decision rests on.
//!
//! Enters: the client's bytes, its binds, what the session knows, a catalog snapshot. Leaves: an [`Analysis`] that may only
//! over-approximate. Never here: a verdict.

mod bounds;
mod call;
mod column;
mod command;
mod copy;
mod create;
mod dialect;
mod dml;
mod expr;
mod fingerprint;
mod from;
mod functions;
mod lexical;
mod names;
mod object;
mod predicate;
mod prov;
mod query;
mod reader;
mod run;
mod scope;
mod script;
mod select;
mod shapes;
mod shim;
mod star;
mod statement;
mod table;
mod table_function;
mod ties;
pub(crate) mod tokens;

use event::payload::{ColumnUse, Context};
use serde::{Deserialize, Serialize};

pub use command::GUARDED_PARAMETERS;
pub use reader::analyze;
pub(crate) use reader::parse_query;

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
    /// Session variables set by literals: name (upper case) and value.
    pub variables: Vec<(String, String)>,
    /// Query ids of this session and what each output column of theirs came from, for RESULT_SCAN; newest last.
    pub results: Vec<(String, Vec<Provenance>)>,
    /// How many range predicates on each base column the session has run so far, for budgets; sorted by column.
    pub range_uses: Vec<(String, u32)>,
}

/// How an output column got its value, worst of all ways.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Derivation {
    /// The base value itself.
    #[default]
    Identity,
    /// Another form from which the value can be had back.
    Reversible,
    /// Something of the value.
    Lossy,
    /// Over many rows.
    Aggregate,
}

/// Where one output column comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// The name the result will show.
    pub name: String,
    /// Base columns `DATABASE.SCHEMA.TABLE.COLUMN`, sorted. Never too few.
    pub sources: Vec<String>,
    /// Those of `sources` that only reach it through COUNT or a NULL test: their values do not show. Sorted.
    #[serde(default)]
    pub counted: Vec<String>,
    /// The worst way any of them got here.
    pub derivation: Derivation,
    /// Not known in full: treat as every column of every table in scope.
    pub unresolved: bool,
}

/// How a column is compared, filtered or ordered by: what the row set alone tells about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// Equal to columns of other tables (`peers`), and to nothing else: a join.
    Join,
    /// `IS [NOT] NULL`.
    NullTest,
    /// Grouped by, counted distinct.
    Group,
    /// Equal to a literal, a bind, a list, an expression.
    Equality,
    /// Ordered by, in a window or at the end.
    Order,
    /// `<`, `BETWEEN`, `LIKE`, a function of it compared: whatever halves the candidates.
    Range,
}

/// One base column in a condition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Predicate {
    /// `DATABASE.SCHEMA.TABLE.COLUMN`.
    pub column: String,
    /// How.
    pub comparison: Comparison,
    /// For a join, the base columns on the other side, sorted; else empty.
    pub peers: Vec<String>,
}

impl Provenance {
    /// The base columns whose values show in this column, in part or whole: what a mask must speak of.
    pub fn revealed(&self) -> impl Iterator<Item = &str> {
        self.sources
            .iter()
            .filter(|source| self.counted.binary_search(source).is_err())
            .map(String::as_str)
    }
}

/// What kind of rows a statement answers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Rows of tables: lineage matters.
    Rows,
    /// Names, texts and statistics of the catalog (SHOW, DESCRIBE, EXPLAIN, LIST).
    Metadata,
    /// A status line or counts of rows.
    Status,
}

/// What one request (one or more statements) reads, writes, reveals.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Analysis {
    /// Statement kinds in order: `select`, `insert`, `update`, `delete`, `merge`, `truncate`, `create_table`, `create_table_as`,
    /// `create_view`, `create_<object>`, `alter_<object>`, `alter_session`, `drop`, `undrop`, `copy_into_table`,
    /// `copy_into_location`, `put`, `get`, `list`, `remove`, `call`, `use`, `show`, `describe`, `explain`, `set`, `unset`,
    /// `begin`, `commit`, `rollback`, `grant`, `revoke`, `execute_immediate`, `script` … or `unclassified`.
    pub kinds: Vec<String>,
    /// Tables read, `DATABASE.SCHEMA.TABLE`, sorted.
    pub reads: Vec<String>,
    /// Tables written, sorted.
    pub writes: Vec<String>,
    /// Base columns and how they are used, sorted.
    pub columns: Vec<ColumnUse>,
    /// Every base column in a condition, sorted: the policy is asked `filter_by` for each.
    pub predicates: Vec<Predicate>,
    /// Output columns of each statement, one entry for each of `kinds`; none where they are not known. Read with `answers`.
    pub outputs: Vec<Option<Vec<Provenance>>>,
    /// What each statement answers with, one entry for each of `kinds`.
    #[serde(default)]
    pub answers: Vec<Answer>,
    /// Kinds of the statements inside others: EXECUTE IMMEDIATE of a literal, EXPLAIN, scripting blocks, task bodies.
    #[serde(default)]
    pub inner_kinds: Vec<String>,
    /// Objects that are created, altered or dropped, sorted: what a catalog must forget.
    #[serde(default)]
    pub defines: Vec<String>,
    /// Session variables assigned, upper case: the value if it is a literal, else none (the session must forget it).
    #[serde(default)]
    pub assigns: Vec<(String, Option<String>)>,
    /// `egress`, `ddl`, `unresolved`, `derived_sensitive`, `small_group`, `multi_statement` …, sorted.
    pub flags: Vec<String>,
    /// What each flag or use speaks of: finding, first byte, one past the last.
    pub spans: Vec<(String, u64, u64)>,
    /// Equal for statements that differ in literals only.
    pub fingerprint: String,
    /// The catalog snapshot it was made against.
    pub catalog_version: String,
}

#[cfg(test)]
mod tests;
