//! What an account says of its tables, as far as it was read: the ground that a catalog's files go over.
//!
//! Enters: rows of its information schema, by [`Survey`]. Leaves: a [`Snapshot`], which can be kept and compared. Never here: SQL;
//! a table whose tags or definition nobody could read, taken for one without.

mod classified;
mod routine;
mod survey;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Tags, join_name};
use crate::analysis::tokens::split_name;

pub use routine::{Routine, RoutineKind};
pub use survey::{OddRow, Survey};

/// What a relation is, as far as it decides what is known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// Its columns say what it holds.
    Table,
    /// Its query does; dynamic tables too.
    View,
    /// Neither does: external tables, event tables, what this version has not heard of.
    Other,
}

/// A column as the account lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveColumn {
    /// As Snowflake stores it.
    pub name: String,
    /// Type words, `VARCHAR(11)`.
    pub data_type: String,
    /// Tags in effect on it, inherited ones too: the tag's last part, upper case, and its value.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// What Snowflake's classification found in it, as tags would say it. It is known some hours later than tags are.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub classified: BTreeMap<String, String>,
}

/// A table or view of the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relation {
    /// Its database, as stored.
    pub database: String,
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: RelationKind,
    /// When it was made and last defined, as the account writes it: equal stamps are one definition. Empty where it does not say.
    pub stamp: String,
    /// In order; empty where they are not shown.
    pub columns: Vec<LiveColumn>,
    /// The statement that made it, for a view whose text is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
    /// Whether its tags could be read, or need not be.
    pub tags_known: bool,
}

impl Relation {
    /// `DATABASE.SCHEMA.TABLE`, parts quoted where they must be.
    pub fn full_name(&self) -> String {
        join_name(&self.path())
    }

    /// Takes over what was found in columns of these names before.
    fn carry(&mut self, old: &Self) {
        for column in &mut self.columns {
            let mut known = old.columns.iter();
            if let Some(known) = known.find(|known| known.name == column.name) {
                column.classified.clone_from(&known.classified);
            }
        }
    }

    pub(super) fn path(&self) -> [String; 3] {
        [
            self.database.clone(),
            self.schema.clone(),
            self.name.clone(),
        ]
    }
}

/// What an account said, by full name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Kept")]
pub struct Snapshot {
    relations: BTreeMap<String, Arc<Relation>>,
    routines: BTreeMap<String, Arc<Routine>>,
}

/// A snapshot as files have it: earlier ones knew relations alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum Kept {
    Whole {
        relations: BTreeMap<String, Arc<Relation>>,
        routines: BTreeMap<String, Arc<Routine>>,
    },
    Relations(BTreeMap<String, Arc<Relation>>),
}

impl From<Kept> for Snapshot {
    fn from(kept: Kept) -> Self {
        match kept {
            Kept::Whole {
                relations,
                routines,
            } => Self {
                relations,
                routines,
            },
            Kept::Relations(relations) => Self {
                relations,
                routines: BTreeMap::new(),
            },
        }
    }
}

/// What is different between two snapshots: full names of tables, views and routines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// New ones.
    pub added: Vec<String>,
    /// Those that are gone.
    pub removed: Vec<String>,
    /// Those of which anything else is known now.
    pub changed: Vec<String>,
}

impl Changes {
    /// How many things there are in it.
    pub fn count(&self) -> usize {
        self.added.len() + self.removed.len() + self.changed.len()
    }
}

impl Snapshot {
    /// Tables and views, by name.
    pub fn relations(&self) -> impl Iterator<Item = &Relation> {
        self.relations.values().map(AsRef::as_ref)
    }

    /// Functions and procedures, by name.
    pub fn routines(&self) -> impl Iterator<Item = &Routine> {
        self.routines.values().map(AsRef::as_ref)
    }

    /// By `DATABASE.SCHEMA.TABLE`.
    pub fn relation(&self, full_name: &str) -> Option<&Arc<Relation>> {
        self.relations.get(full_name)
    }

    /// How many relations.
    pub fn len(&self) -> usize {
        self.relations.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.relations.is_empty()
    }

    /// How many columns.
    pub fn columns(&self) -> usize {
        self.relations().map(|one| one.columns.len()).sum()
    }

    /// The same where what was known of these tables is replaced by what `read` says of them; the others stay, and routines.
    #[must_use]
    pub fn with(&self, tables: &[String], read: Self) -> Self {
        let mut relations = self.relations.clone();
        for table in tables {
            relations.remove(table);
        }
        for (full, mut now) in read.relations {
            if let Some(old) = self.relations.get(&full) {
                Arc::make_mut(&mut now).carry(old);
            }
            relations.insert(full, now);
        }
        Self {
            relations,
            routines: self.routines.clone(),
        }
    }

    /// What is different from `old`.
    pub fn changes_since(&self, old: &Self) -> Changes {
        let mut changes = Changes::default();
        for (name, now) in &self.relations {
            match old.relations.get(name) {
                None => changes.added.push(name.clone()),
                // A stamp alone says nothing of a table.
                Some(before) if !before.says_the_same(now) => changes.changed.push(name.clone()),
                Some(_) => {}
            }
        }
        let gone = old.relations.keys();
        let gone = gone.filter(|name| !self.relations.contains_key(*name));
        changes.removed.extend(gone.cloned());
        for (name, now) in &self.routines {
            match old.routines.get(name) {
                None => changes.added.push(name.clone()),
                Some(before) if before != now => changes.changed.push(name.clone()),
                Some(_) => {}
            }
        }
        let gone = old.routines.keys();
        let gone = gone.filter(|name| !self.routines.contains_key(*name));
        changes.removed.extend(gone.cloned());
        changes
    }
}

impl Relation {
    fn says_the_same(&self, other: &Self) -> bool {
        (self.kind, &self.columns, &self.definition, self.tags_known)
            == (
                other.kind,
                &other.columns,
                &other.definition,
                other.tags_known,
            )
    }
}

/// The parts of a name as it is written in SQL, folded as Snowflake folds; none where it is no name of so many parts.
pub fn parts_of(name: &str, count: usize) -> Option<Vec<String>> {
    split_name(name).filter(|parts| parts.len() == count && parts.iter().all(|one| !one.is_empty()))
}

/// A name's parts as they must be written in SQL.
pub fn written(parts: &[String]) -> String {
    join_name(parts)
}

/// Whether a name that a statement touches is, holds, or may hide or be hidden by, what `object` names: a table, a schema or
/// database with everything in it, or everything where it is empty. Names are looked up by their last part too, so equal last
/// parts count.
pub fn touches(object: &str, name: &str) -> bool {
    let last = |text: &str| split_name(text).and_then(|mut parts| parts.pop());
    object.is_empty()
        || object == name
        || name
            .strip_prefix(object)
            .is_some_and(|rest| rest.starts_with('.'))
        || last(object).is_some_and(|part| last(name) == Some(part))
}

/// Adds a tag in effect; of two with one last part the one that classifies stays.
pub(super) fn add_tag(tags: &mut Tags, name: &str, value: String) {
    use super::classes::label_of_tag;
    let name = name.to_uppercase();
    let classifies = |value: &str| label_of_tag(&name, value).is_some();
    match tags.get(&name) {
        Some(known) if classifies(known) && !classifies(&value) => {}
        _ => {
            tags.insert(name, value);
        }
    }
}

#[cfg(test)]
mod tests;
