//! ALTER and DROP: tags, columns added, dropped and renamed, tables renamed and swapped.
//!
//! Enters: one statement. Leaves: changed entries. Never here: a change that is passed over in silence; a table altered in a
//! way not known here is unknown from then on.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::shape;
use super::tagging::{modify, unset};
use super::{Entry, Place, Reader, is_inside};
use crate::analysis::object_words;
use crate::analysis::tokens::{Cursor, is_word, split_commas};
use crate::catalog::{CatalogError, join_name};

/// First words of actions that change nothing a catalog knows.
const ELSEWHERE: &[&[&str]] = &[
    &["CLUSTER", "BY"],
    &["RECLUSTER"],
    &["SUSPEND"],
    &["RESUME"],
    &["REFRESH"],
    &["SET"],
    &["UNSET"],
    &["ENABLE"],
    &["DISABLE"],
    &["VALIDATE"],
    &["APPEND"],
    &["REMOVE"],
    &["CONVERT"],
    &["COMPACT"],
    &["REBUILD"],
    &["ADD", "CONSTRAINT"],
    &["ADD", "PRIMARY", "KEY"],
    &["ADD", "UNIQUE"],
    &["ADD", "FOREIGN", "KEY"],
    &["ADD", "ROW", "ACCESS"],
    &["ADD", "SEARCH", "OPTIMIZATION"],
    &["ADD", "DATA", "METRIC"],
    &["ADD", "STORAGE", "LIFECYCLE"],
    &["ADD", "PARTITION"],
    &["ADD", "FILES"],
    &["ADD", "INDEX"],
    &["DROP", "CONSTRAINT"],
    &["DROP", "PRIMARY", "KEY"],
    &["DROP", "UNIQUE"],
    &["DROP", "FOREIGN", "KEY"],
    &["DROP", "CLUSTERING", "KEY"],
    &["DROP", "ROW", "ACCESS"],
    &["DROP", "ALL", "ROW", "ACCESS"],
    &["DROP", "SEARCH", "OPTIMIZATION"],
    &["DROP", "DATA", "METRIC"],
    &["DROP", "STORAGE", "LIFECYCLE"],
    &["DROP", "PARTITION"],
    &["DROP", "INDEX"],
    &["RENAME", "CONSTRAINT"],
    &["ALTER", "CONSTRAINT"],
    &["MODIFY", "CONSTRAINT"],
    &["MODIFY", "DATA", "METRIC"],
];

impl Reader {
    pub(super) fn alter(
        &mut self,
        mut cursor: Cursor<'_>,
        place: &Place<'_>,
    ) -> Result<(), CatalogError> {
        let object = object_words(&mut cursor);
        let object = object.filter(|object| {
            matches!(object.as_str(), "SCHEMA" | "DATABASE" | "STREAM")
                || object.ends_with("TABLE")
                || object.ends_with("VIEW")
        });
        let Some(object) = object else {
            let said = cursor.word().unwrap_or_default();
            self.skip(place, None, format!("ALTER {said}").trim().to_owned());
            return Ok(());
        };
        let guarded = cursor.accept(&["IF", "EXISTS"]);
        let name = cursor
            .name()
            .ok_or_else(|| place.malformed("ALTER needs a name"))?;
        if matches!(object.as_str(), "SCHEMA" | "DATABASE") {
            let path = self.namespace(&object, name);
            return self.alter_namespace(&object, path, cursor, place);
        }
        let path = self.path(name);
        let full = join_name(&path);
        if guarded && !self.knows(&full) {
            return Ok(());
        }
        self.alter_table(full, cursor, place)
    }

    fn alter_namespace(
        &mut self,
        object: &str,
        path: Vec<String>,
        mut cursor: Cursor<'_>,
        place: &Place<'_>,
    ) -> Result<(), CatalogError> {
        if cursor.accept(&["SET", "TAG"]) {
            let tags = shape::tag_list(cursor, place)?;
            self.namespaces.entry(path).or_default().extend(tags);
        } else if cursor.accept(&["UNSET", "TAG"]) {
            unset(self.namespaces.entry(path).or_default(), cursor, place)?;
        } else if cursor.accept(&["RENAME", "TO"]) || cursor.is("SWAP") {
            let swaps = cursor.accept(&["SWAP", "WITH"]);
            let name = cursor
                .name()
                .ok_or_else(|| place.malformed("RENAME and SWAP need a name"))?;
            let to = self.namespace(object, name);
            self.move_namespace(&path, &to, swaps);
        }
        Ok(())
    }

    fn move_namespace(&mut self, from: &[String], to: &[String], swaps: bool) {
        let target = |path: &[String]| -> Option<Vec<String>> {
            let (old, new): (&[String], &[String]) = if path.starts_with(from) {
                (from, to)
            } else if swaps && path.starts_with(to) {
                (to, from)
            } else {
                return None;
            };
            let rest = path.get(old.len()..).unwrap_or_default();
            Some(new.iter().chain(rest).cloned().collect())
        };
        let tables = std::mem::take(&mut self.tables);
        for entry in tables.into_values() {
            if entry.live {
                self.tables.insert(entry.table.full_name.to_string(), entry);
                continue;
            }
            let path = [
                entry.table.database.clone(),
                entry.table.schema.clone(),
                entry.table.name.clone(),
            ];
            let moved = target(&path).and_then(|path| <[String; 3]>::try_from(path).ok());
            let entry = moved.map_or_else(|| entry.clone(), |path| entry.renamed(path));
            self.tables.insert(entry.table.full_name.to_string(), entry);
        }
        let namespaces = std::mem::take(&mut self.namespaces);
        for (path, tags) in namespaces {
            let path = target(path.as_slice()).unwrap_or(path);
            self.namespaces.entry(path).or_default().extend(tags);
        }
    }

    fn alter_table(
        &mut self,
        full: String,
        mut cursor: Cursor<'_>,
        place: &Place<'_>,
    ) -> Result<(), CatalogError> {
        if cursor.accept(&["RENAME", "TO"]) {
            return self.rename(&full, cursor, place);
        }
        if cursor.accept(&["SWAP", "WITH"]) {
            return self.swap(&full, cursor, place);
        }
        if self.is_live(&full) {
            return self.alter_live(&full, cursor, place);
        }
        let known = self.knows(&full);
        let tag = cursor.rest().iter().any(|t| is_word(&t.token, "TAG"));
        let elsewhere = ELSEWHERE.iter().any(|words| {
            let mut ahead = cursor;
            ahead.accept(words)
        });
        if !tag && (elsewhere || !known) {
            // Tables of other files, or of none, are altered too: only what a tag falls on must be there.
            return Ok(());
        }
        let Some(entry) = self.known_mut(&full, place)? else {
            return Ok(());
        };
        if cursor.accept(&["SET", "TAG"]) {
            entry.tags.extend(shape::tag_list(cursor, place)?);
        } else if cursor.accept(&["UNSET", "TAG"]) {
            unset(&mut entry.tags, cursor, place)?;
        } else if cursor.accept(&["MODIFY"]) || cursor.accept(&["ALTER"]) {
            let altered = modify(entry, cursor, place);
            return self.or_gone(full, place, altered);
        } else if cursor.accept(&["RENAME", "COLUMN"]) {
            let altered = rename_column(entry, cursor, place);
            return self.or_gone(full, place, altered);
        } else if elsewhere {
            return Ok(());
        } else if cursor.accept(&["ADD"]) {
            add(entry, cursor, place)?;
        } else if cursor.accept(&["DROP"]) {
            drop_columns(entry, cursor, place)?;
        } else {
            self.forget(full, place, "altered in a way not known here");
        }
        Ok(())
    }

    fn rename(
        &mut self,
        full: &str,
        mut cursor: Cursor<'_>,
        place: &Place<'_>,
    ) -> Result<(), CatalogError> {
        let name = cursor
            .name()
            .ok_or_else(|| place.malformed("RENAME TO needs a name"))?;
        let bare = name.len() == 1;
        let here = self.path(name);
        if self.is_live(full) {
            return Ok(());
        }
        if self.unknown.remove(full) {
            self.unknown.insert(join_name(&here));
            return Ok(());
        }
        let Some(entry) = self.tables.remove(full) else {
            return Ok(());
        };
        // A bare name may mean a table beside it, or one where the session stands: it is known as both.
        let [_, _, name] = here.clone();
        let beside = [
            entry.table.database.clone(),
            entry.table.schema.clone(),
            name,
        ];
        let moved = entry.renamed(here.clone());
        if bare && beside != here {
            self.insert(entry.renamed(beside));
        }
        self.insert(moved);
        Ok(())
    }

    fn swap(
        &mut self,
        full: &str,
        mut cursor: Cursor<'_>,
        place: &Place<'_>,
    ) -> Result<(), CatalogError> {
        let name = cursor
            .name()
            .ok_or_else(|| place.malformed("SWAP WITH needs a name"))?;
        let other = self.full_name(name.clone());
        if self.is_live(full) || self.is_live(&other) {
            return Ok(());
        }
        let (mine, theirs) = (self.tables.remove(full), self.tables.remove(&other));
        let (hidden, hers) = (self.unknown.remove(full), self.unknown.remove(&other));
        let path = |entry: &Entry| {
            let table = &entry.table;
            [
                table.database.clone(),
                table.schema.clone(),
                table.name.clone(),
            ]
        };
        match (mine, theirs) {
            (Some(mine), Some(theirs)) => {
                let (a, b) = (path(&mine), path(&theirs));
                self.insert(mine.renamed(b));
                self.insert(theirs.renamed(a));
            }
            (Some(mine), None) => {
                self.insert(mine.renamed(self.path(name)));
                self.forget(
                    full.to_owned(),
                    place,
                    "swapped with a table no file defines",
                );
            }
            (None, Some(theirs)) => {
                self.unknown.insert(other);
                let mut parts = crate::analysis::tokens::split_name(full)
                    .and_then(|parts| <[String; 3]>::try_from(parts).ok());
                if let Some(path) = parts.take() {
                    self.insert(theirs.renamed(path));
                }
            }
            (None, None) if hidden || hers => {
                self.unknown.insert(full.to_owned());
                self.unknown.insert(other);
            }
            (None, None) => {}
        }
        Ok(())
    }

    pub(super) fn drop(
        &mut self,
        mut cursor: Cursor<'_>,
        place: &Place<'_>,
    ) -> Result<(), CatalogError> {
        let Some(object) = object_words(&mut cursor) else {
            return Ok(());
        };
        let _ = cursor.accept(&["IF", "EXISTS"]);
        let Some(name) = cursor.name() else {
            return Err(place.malformed("DROP needs a name"));
        };
        match object.as_str() {
            "DATABASE" | "SCHEMA" => {
                let path = self.namespace(&object, name);
                self.tables
                    .retain(|_, entry| entry.live || !is_inside(&entry.table, &path));
                self.namespaces.retain(|known, _| !known.starts_with(&path));
            }
            object
                if object.ends_with("TABLE") || object.ends_with("VIEW") || object == "STREAM" =>
            {
                let full = self.full_name(name);
                if !self.is_live(&full) {
                    self.tables.remove(&full);
                    self.unknown.remove(&full);
                }
            }
            _ => {}
        }
        Ok(())
    }
}

fn rename_column(
    entry: &mut Entry,
    mut cursor: Cursor<'_>,
    place: &Place<'_>,
) -> Result<(), CatalogError> {
    let _ = cursor.accept(&["IF", "EXISTS"]);
    let mut name = || cursor.name().and_then(|mut parts| parts.pop());
    let from = name();
    let _ = cursor.accept(&["TO"]);
    let to = cursor.name().and_then(|mut parts| parts.pop());
    let (Some(from), Some(to)) = (from, to) else {
        return Err(place.malformed("RENAME COLUMN needs two names"));
    };
    let path = [
        entry.table.database.clone(),
        entry.table.schema.clone(),
        entry.table.name.clone(),
    ];
    let columns = &mut entry.table.columns;
    let Some(column) = columns.iter_mut().find(|column| column.name == from) else {
        return Err(place.unknown(format!("{}.{from}", entry.table.full_name)));
    };
    column.name.clone_from(&to);
    if let Some(by) = entry.computed.remove(&from) {
        entry.computed.insert(to.clone(), by);
    }
    for by in entry.computed.values_mut().flatten() {
        if *by == from {
            by.clone_from(&to);
        }
    }
    // The full names of its columns follow.
    *entry = entry.renamed(path);
    Ok(())
}

/// `ADD [COLUMN] [IF NOT EXISTS] a INT, b VARCHAR WITH TAG (…)`.
fn add(entry: &mut Entry, mut cursor: Cursor<'_>, place: &Place<'_>) -> Result<(), CatalogError> {
    let _ = cursor.accept(&["COLUMN"]);
    let inner = match cursor.peek() {
        Some(Token::LParen) => cursor.group().unwrap_or_default(),
        _ => cursor.rest(),
    };
    for added in split_commas(inner) {
        let mut added = Cursor::new(added);
        let _ = added.accept(&["COLUMN"]);
        let _ = added.accept(&["IF", "NOT", "EXISTS"]);
        let written = shape::column(added.rest(), &place.of(added.rest()))?;
        let mut known = entry.table.columns.iter();
        if !known.any(|column| column.name == written.name) {
            entry.push(written);
        }
    }
    Ok(())
}

/// `DROP [COLUMN] [IF EXISTS] a, b`.
fn drop_columns(
    entry: &mut Entry,
    mut cursor: Cursor<'_>,
    place: &Place<'_>,
) -> Result<(), CatalogError> {
    let _ = cursor.accept(&["COLUMN"]);
    let _ = cursor.accept(&["IF", "EXISTS"]);
    let names: Result<Vec<String>, CatalogError> = split_commas(cursor.rest())
        .into_iter()
        .map(|run: &[TokenWithSpan]| {
            let name = Cursor::new(run).name().and_then(|mut parts| parts.pop());
            name.ok_or_else(|| place.of(run).malformed("DROP COLUMN needs names"))
        })
        .collect();
    let names = names?;
    let table = &mut entry.table;
    table.columns.retain(|column| !names.contains(&column.name));
    Ok(())
}
