//! What an analysis comes to: the [`Analysis`] and the words it is written in.
//!
//! Enters: nothing. Leaves: types that decisions, the record and the session read. Never here: how any of it is found.

use event::payload::{ColumnUse, Finding, StatementKind};
use serde::{Deserialize, Serialize};

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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// It may hold something else than the values of one class: a literal, a value of another class.
    #[serde(default, skip_serializing_if = "is_false")]
    pub mixed: bool,
    /// Whether it is NULL tells something of a value: a mask must not show it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub tested: bool,
    /// It says how many rows a group has.
    #[serde(default, skip_serializing_if = "is_false")]
    pub grouped: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks with a reference"
)]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

/// How a column is compared, filtered or ordered by: what the row set alone tells about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// Equal to columns of other tables (`peers`), and to nothing else: a join.
    Join,
    /// `IS [NOT] NULL`; how many elements an untouched array has.
    NullTest,
    /// The untouched value grouped by, made distinct, counted distinct.
    Group,
    /// Equal to a literal, a bind, a list, an expression; in a set with any of these.
    Equality,
    /// Ordered by, in a window or at the end.
    Order,
    /// `<`, `BETWEEN`, `LIKE`, a function of it compared, grouped by, or deciding how many rows there are: whatever halves the
    /// candidates.
    Range,
    /// Converted, divided by: whether that fails tells something of it.
    Failure,
}

impl Comparison {
    /// Whether it tells something of the value, and so counts towards how often one may ask. A join does if its sides are not
    /// of one class, which the policy knows.
    pub const fn tells(self) -> bool {
        match self {
            Self::NullTest | Self::Group | Self::Join => false,
            Self::Equality | Self::Order | Self::Range | Self::Failure => true,
        }
    }
}

/// One base column in a condition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Predicate {
    /// `DATABASE.SCHEMA.TABLE.COLUMN`.
    pub column: String,
    /// How it is compared.
    pub comparison: Comparison,
    /// For a join, the base columns on the other side, sorted; else empty.
    pub peers: Vec<String>,
    /// At how many places of the text, at least one.
    pub times: u32,
}

impl Provenance {
    /// The value of one class as it stands in its column, and nothing else: only then does a mask that keeps something apply.
    pub fn is_untouched(&self) -> bool {
        self.derivation == Derivation::Identity && !self.mixed && !self.tested
    }

    /// The base columns whose values show in this column, in part or whole: what a mask must speak of.
    pub fn revealed(&self) -> impl Iterator<Item = &str> {
        self.sources
            .iter()
            .filter(|source| self.counted.binary_search(source).is_err())
            .map(String::as_str)
    }
}

/// A temporary table of a session: what its name means there, until it is dropped, whatever the catalog knows by that name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnTable {
    /// `DATABASE.SCHEMA.TABLE`.
    pub name: String,
    /// What it was made of, where nothing was put into it since; none where nobody knows what is in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_of: Option<MadeOf>,
}

/// What a table was made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeOf {
    /// Where each of its columns comes from: base columns that the catalog knew, and nothing else.
    pub columns: Vec<Provenance>,
    /// Digest of what the tables of those base columns were: once they are others, nobody knows what these labels would be.
    pub sources: String,
}

impl MadeOf {
    /// How many base columns it names.
    pub fn weight(&self) -> usize {
        let weights = self.columns.iter().map(|column| column.sources.len());
        weights.sum::<usize>() + self.columns.len()
    }
}

/// Whether it says that something has a name which nothing explains.
pub(crate) const fn is_unresolved(finding: &Finding) -> bool {
    matches!(
        finding,
        Finding::UnresolvedColumn
            | Finding::UnresolvedOutput
            | Finding::UnresolvedStar
            | Finding::UnresolvedTable
            | Finding::UnresolvedView
    )
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
    /// Statement kinds in order.
    pub kinds: Vec<StatementKind>,
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
    /// Kinds of the statements inside others: EXECUTE IMMEDIATE of a literal, EXPLAIN, scripting blocks, task bodies. Of what
    /// could not be read, its verb.
    #[serde(default)]
    pub inner_kinds: Vec<StatementKind>,
    /// Objects that are created, altered or dropped, sorted: what a catalog must forget.
    #[serde(default)]
    pub defines: Vec<String>,
    /// Session variables assigned, upper case: the value if it is a literal, else none (the session must forget it).
    #[serde(default)]
    pub assigns: Vec<(String, Option<String>)>,
    /// What was found, sorted.
    pub flags: Vec<Finding>,
    /// What each finding speaks of: finding, first byte, one past the last.
    pub spans: Vec<(Finding, u64, u64)>,
    /// Temporary tables that it leaves its session, sorted by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub makes: Vec<OwnTable>,
    /// The table that it drops, where it does nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drops: Option<String>,
    /// Temporary tables of earlier requests that it was read by what those were made of, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rests_on: Vec<String>,
    /// Equal for statements that differ in literals only.
    pub fingerprint: String,
    /// The catalog snapshot it was made against.
    pub catalog_version: String,
}

impl Analysis {
    /// Whether this was found.
    pub fn has(&self, finding: &Finding) -> bool {
        self.flags.contains(finding)
    }

    /// The statements' kinds, and those of what is inside them.
    pub fn all_kinds(&self) -> impl Iterator<Item = &StatementKind> + Clone {
        self.kinds.iter().chain(&self.inner_kinds)
    }

    /// Whether what runs may set variables of the session that were not seen here.
    pub fn sets_unseen(&self) -> bool {
        self.kinds.iter().any(runs_unseen)
    }

    /// Whether it does nothing but read, as far as its kinds say.
    pub fn only_reads(&self) -> bool {
        self.writes.is_empty() && self.defines.is_empty() && self.all_kinds().all(only_asks)
    }

    /// Whether a temporary table of its session may hold something else after it, or its name mean something else: it names the table or
    /// what that is in, names what nobody can complete, or may run what is not seen here.
    pub fn may_change(&self, table: &str) -> bool {
        if self.all_kinds().any(runs_unseen) || self.has(&Finding::Unclassified) {
            return true;
        }
        if self.has(&Finding::UnresolvedTable) && !self.only_reads() {
            return true;
        }
        let mut touched = self.writes.iter().chain(&self.defines);
        touched.any(|name| reaches(name, table))
    }

    /// Whether the statement at `at` answers with names, statistics or counts of rows.
    pub fn answers_metadata(&self, at: usize) -> bool {
        let answer = self.answers.get(at);
        matches!(answer, Some(Answer::Metadata | Answer::Status))
    }

    /// Whether what it names or runs rests on what a session variable was last known to hold: whoever lets it run must know
    /// that no other statement of the session sets it meanwhile.
    pub fn rests_on_variables(&self) -> bool {
        self.has(&Finding::NamedByVariable)
    }
}

/// Whether a statement of this kind only asks.
pub const fn only_asks(kind: &StatementKind) -> bool {
    matches!(
        kind,
        StatementKind::Select
            | StatementKind::Show
            | StatementKind::Describe
            | StatementKind::Explain
            | StatementKind::List
    )
}

/// Whether a statement of this kind may run others that are not seen here.
const fn runs_unseen(kind: &StatementKind) -> bool {
    matches!(
        kind,
        StatementKind::Call
            | StatementKind::ExecuteImmediate
            | StatementKind::Script
            | StatementKind::Unclassified
    )
}

/// Whether a name, perhaps without its database or schema, may be that of a table or of what it is in. In any case: a session may be set to
/// ignore that of quoted names.
pub(crate) fn reaches(name: &str, table: &str) -> bool {
    let bare = |text: &str| text.replace('"', "").to_uppercase();
    let (name, table) = (bare(name), bare(table));
    let is_end_of = |part: &str, whole: &str| {
        let before = whole.strip_suffix(part);
        before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    let within = table.strip_prefix(name.as_str());
    name == "?" || within.is_some_and(|rest| rest.starts_with('.')) || is_end_of(&name, &table)
}
