//! CREATE: databases, schemas, and every kind of relation.
//!
//! Enters: one statement. Leaves: an entry, or a relation noted as unknown. Never here: a table without columns.

use super::shape::{self, Written};
use super::{Entry, Place, Reader};
use crate::analysis::tokens::{Cursor, Text, is_word, split_commas, word};
use crate::analysis::{object_words, top_level};
use crate::catalog::classes::SENSITIVE;
use crate::catalog::{CatalogError, View, join_name, quote};

/// Columns every event table has; those that hold whatever was logged, and those that do not.
const EVENT_COLUMNS: &[(&str, bool)] = &[
    ("TIMESTAMP", false),
    ("START_TIMESTAMP", false),
    ("OBSERVED_TIMESTAMP", false),
    ("TRACE", true),
    ("RESOURCE", false),
    ("RESOURCE_ATTRIBUTES", true),
    ("SCOPE", false),
    ("SCOPE_ATTRIBUTES", true),
    ("RECORD_TYPE", false),
    ("RECORD", true),
    ("RECORD_ATTRIBUTES", true),
    ("VALUE", true),
    ("EXEMPLARS", true),
];

/// What is being created.
pub(super) struct Making<'t> {
    pub object: String,
    /// `OR REPLACE`: what was there goes, its tags with it.
    pub replaces: bool,
    pub recursive: bool,
    /// It stays what its query says.
    pub follows_query: bool,
    pub name: [String; 3],
    pub full: String,
    /// What stands behind the name.
    pub rest: Cursor<'t>,
}

impl Reader {
    pub(super) fn create(
        &mut self,
        source: &Text<'_>,
        mut cursor: Cursor<'_>,
        place: &Place<'_>,
    ) -> Result<(), CatalogError> {
        let before = cursor;
        let Some(object) = object_words(&mut cursor) else {
            return self.create_unheard_of(before, place);
        };
        let modifiers = before.tokens.get(before.at..cursor.at).unwrap_or_default();
        let said = |text: &str| modifiers.iter().any(|t| is_word(&t.token, text));
        let relation = (object.ends_with("TABLE") || object.ends_with("VIEW"))
            || matches!(object.as_str(), "STREAM" | "DATABASE" | "SCHEMA");
        if !relation {
            self.skip(place, None, format!("CREATE {}", object.replace('_', " ")));
            return Ok(());
        }
        let guarded = cursor.accept(&["IF", "NOT", "EXISTS"]);
        let name = cursor
            .name()
            .ok_or_else(|| place.malformed("CREATE needs a name"))?;
        if matches!(object.as_str(), "DATABASE" | "SCHEMA") {
            return self.create_namespace(&object, name, cursor, place);
        }
        let name = self.path(name);
        let full = join_name(&name);
        if guarded && self.knows(&full) {
            return Ok(());
        }
        let making = Making {
            replaces: said("REPLACE"),
            recursive: said("RECURSIVE"),
            follows_query: object.contains("DYNAMIC") || said("INTERACTIVE"),
            object,
            name,
            full,
            rest: cursor,
        };
        match making.object.as_str() {
            "SEMANTIC_VIEW" => self.semantic_view(source, &making, place),
            "STREAM" => self.stream(&making, place),
            object if object.ends_with("VIEW") => self.view(source, making, place),
            _ => self.table(source, making, place),
        }
    }

    /// A kind of object this version has not heard of: if it is some table or view, it is one nobody knows.
    fn create_unheard_of(
        &mut self,
        cursor: Cursor<'_>,
        place: &Place<'_>,
    ) -> Result<(), CatalogError> {
        let words: Vec<String> = cursor
            .rest()
            .iter()
            .map_while(|t| word(&t.token))
            .take(6)
            .collect();
        let relation = words.iter().position(|w| w == "TABLE" || w == "VIEW");
        let Some(at) = relation else {
            let said = words.first().map_or("", String::as_str);
            self.skip(place, None, format!("CREATE {said}"));
            return Ok(());
        };
        let mut behind = Cursor {
            at: cursor.at + at + 1,
            ..cursor
        };
        let _ = behind.accept(&["IF", "NOT", "EXISTS"]);
        let name = behind
            .name()
            .ok_or_else(|| place.malformed("CREATE needs a name"))?;
        let full = self.full_name(name);
        self.forget(full, place, "a kind of table or view not known here");
        Ok(())
    }

    fn create_namespace(
        &mut self,
        object: &str,
        name: Vec<String>,
        cursor: Cursor<'_>,
        place: &Place<'_>,
    ) -> Result<(), CatalogError> {
        let path = self.namespace(object, name);
        let tags = shape::inline_tags(cursor, place)?;
        self.namespaces
            .entry(path.clone())
            .or_default()
            .extend(tags);
        if let Some(at) = top_level(cursor.rest(), "CLONE") {
            let mut from = Cursor {
                tokens: cursor.rest(),
                at: at + 1,
            };
            let name = from
                .name()
                .ok_or_else(|| place.malformed("CLONE needs a name"))?;
            let from = self.namespace(object, name);
            self.clone_namespace(&from, &path);
        }
        // Creating one goes there.
        match path.as_slice() {
            [database, schema] => self.enter(database.clone(), Some(schema.clone())),
            [database] => self.enter(database.clone(), None),
            _ => return Err(place.malformed("a database has one part, a schema two")),
        }
        Ok(())
    }

    fn clone_namespace(&mut self, from: &[String], to: &[String]) {
        let inside = |path: &[String; 3]| {
            let rest = path.get(from.len()..).unwrap_or_default();
            let moved: Vec<String> = to.iter().chain(rest).cloned().collect();
            <[String; 3]>::try_from(moved).ok()
        };
        let copies: Vec<Entry> = self
            .tables
            .values()
            .filter(|entry| super::is_inside(&entry.table, from))
            .filter_map(|entry| {
                let table = &entry.table;
                let path = [
                    table.database.clone(),
                    table.schema.clone(),
                    table.name.clone(),
                ];
                Some(entry.renamed(inside(&path)?))
            })
            .collect();
        let tags: Vec<_> = self
            .namespaces
            .iter()
            .filter(|(path, _)| path.starts_with(from))
            .map(|(path, tags)| {
                let rest = path.get(from.len()..).unwrap_or_default();
                (to.iter().chain(rest).cloned().collect(), tags.clone())
            })
            .collect();
        for (path, tags) in tags {
            let own: &mut crate::catalog::Tags = self.namespaces.entry(path).or_default();
            for (tag, value) in tags {
                own.entry(tag).or_insert(value);
            }
        }
        copies.into_iter().for_each(|entry| self.insert(entry));
    }

    fn table(
        &mut self,
        source: &Text<'_>,
        making: Making<'_>,
        place: &Place<'_>,
    ) -> Result<(), CatalogError> {
        let mut cursor = making.rest;
        let mut entry = Entry::new(making.name.clone());
        if making.object.contains("EVENT") {
            self.event_table(&mut entry);
        }
        let list = cursor.group();
        if let Some(list) = list {
            for column in shape::columns(list, place)? {
                entry.push(column);
            }
        }
        let rest = cursor.rest();
        let body = top_level(rest, "AS").and_then(|at| rest.get(at + 1..));
        let options = rest
            .get(..rest.len() - body.map_or(0, <[_]>::len))
            .unwrap_or_default();
        entry.tags = shape::inline_tags(Cursor::new(options), place)?;
        for word in ["CLONE", "LIKE"] {
            if let Some(at) = top_level(options, word) {
                let from = Cursor {
                    tokens: options,
                    at: at + 1,
                };
                return self.copy_of(&making, from, place);
            }
        }
        if top_level(options, "TEMPLATE").is_some() {
            self.forget(making.full, place, "its columns come from files");
            return Ok(());
        }
        if making.object.contains("EXTERNAL") {
            external_columns(&mut entry);
        }
        match body {
            Some(body) if making.follows_query => {
                let columns = names_of(list.unwrap_or_default(), place)?;
                let text = text_of(source, body)
                    .ok_or_else(|| place.malformed("AS needs a query behind it"))?;
                entry.table.view = Some(View::new(text, columns));
            }
            Some(body) => {
                let text = text_of(source, body)
                    .ok_or_else(|| place.malformed("AS needs a query behind it"))?;
                if let Err(why) = self.filled(&mut entry, &text) {
                    self.forget(making.full, place, why);
                    return Ok(());
                }
            }
            None if entry.table.columns.is_empty() => {
                self.forget(making.full, place, "it is written without its columns");
                return Ok(());
            }
            None => {}
        }
        self.put(entry, &making);
        Ok(())
    }

    /// Takes the entry in. What was there and is not replaced keeps its tags: CREATE OR ALTER, or a file read twice.
    fn put(&mut self, mut entry: Entry, making: &Making<'_>) {
        if let Some(before) = self.tables.get(&making.full).filter(|_| !making.replaces) {
            for (tag, value) in &before.tags {
                let own = entry.tags.entry(tag.clone());
                own.or_insert_with(|| value.clone());
            }
            for column in &mut entry.table.columns {
                let mut same = before.table.columns.iter();
                if let Some(old) = same.find(|old| old.name == column.name) {
                    for (tag, value) in &old.tags {
                        let own = column.tags.entry(tag.clone());
                        own.or_insert_with(|| value.clone());
                    }
                    let labels = old.labels.iter().cloned();
                    labels.for_each(|label| column.add_label(label));
                }
            }
        }
        self.insert(entry);
    }

    fn event_table(&self, entry: &mut Entry) {
        for (name, logged) in EVENT_COLUMNS {
            entry.push(Written {
                name: (*name).to_owned(),
                ..Written::default()
            });
            if *logged && let Some(column) = entry.table.columns.last_mut() {
                column.add_label(SENSITIVE.to_owned());
            }
        }
    }

    fn view(
        &mut self,
        source: &Text<'_>,
        making: Making<'_>,
        place: &Place<'_>,
    ) -> Result<(), CatalogError> {
        let mut cursor = making.rest;
        let mut entry = Entry::new(making.name.clone());
        let list = cursor.group().unwrap_or_default();
        let columns = names_of(list, place)?;
        for (column, written) in columns.iter().zip(split_commas(list)) {
            entry.push(Written {
                name: column.clone(),
                tags: shape::inline_tags(Cursor::new(written), place)?,
                ..Written::default()
            });
        }
        let rest = cursor.rest();
        let at = top_level(rest, "AS")
            .ok_or_else(|| place.malformed("CREATE VIEW needs AS and a query"))?;
        let options = rest.get(..at).unwrap_or_default();
        entry.tags = shape::inline_tags(Cursor::new(options), place)?;
        let body = rest.get(at + 1..).unwrap_or_default();
        let text = text_of(source, body)
            .ok_or_else(|| place.malformed("CREATE VIEW needs AS and a query"))?;
        let text = if making.recursive {
            recursive_text(&making.name, &columns, &text)
        } else {
            text
        };
        entry.table.view = Some(View::new(text, columns));
        self.put(entry, &making);
        Ok(())
    }

    /// A stream shows the rows of its table, and three columns of its own.
    fn stream(&mut self, making: &Making<'_>, place: &Place<'_>) -> Result<(), CatalogError> {
        let rest = making.rest.rest();
        if let Some(at) = top_level(rest, "CLONE") {
            let from = Cursor {
                tokens: rest,
                at: at + 1,
            };
            return self.copy_of(making, from, place);
        }
        let mut on = Cursor {
            tokens: rest,
            at: top_level(rest, "ON").map_or(rest.len(), |at| at + 1),
        };
        if on.is("STAGE") {
            self.forget(making.full.clone(), place, "a stream on a stage");
            return Ok(());
        }
        let _ = crate::analysis::object_words(&mut on);
        let table = on
            .name()
            .ok_or_else(|| place.malformed("CREATE STREAM needs ON and a table"))?;
        let table = self.full_name(table);
        let text = format!(
            "SELECT *, '' AS METADATA$ACTION, FALSE AS METADATA$ISUPDATE, '' AS METADATA$ROW_ID FROM {table}"
        );
        let mut entry = Entry::new(making.name.clone());
        entry.table.view = Some(View::new(text, Vec::new()));
        self.put(entry, making);
        Ok(())
    }
}

/// The raw record of an external table, which no column's tag speaks of.
fn external_columns(entry: &mut Entry) {
    for from in entry.computed.values_mut() {
        from.retain(|name| name != "VALUE");
    }
    let own = [
        ("VALUE", true),
        ("METADATA$FILENAME", false),
        ("METADATA$FILE_ROW_NUMBER", false),
    ];
    for (name, raw) in own {
        if entry.table.columns.iter().any(|column| column.name == name) {
            continue;
        }
        entry.push(Written {
            name: name.to_owned(),
            ..Written::default()
        });
        if raw && let Some(column) = entry.table.columns.last_mut() {
            column.add_label(SENSITIVE.to_owned());
        }
    }
}

/// The names of a column list, with or without types.
fn names_of(
    list: &[sqlparser::tokenizer::TokenWithSpan],
    place: &Place<'_>,
) -> Result<Vec<String>, CatalogError> {
    let entries = split_commas(list).into_iter();
    let entries = entries.filter(|entry| !entry.is_empty());
    entries
        .map(|entry| {
            let name = Cursor::new(entry).name().and_then(|mut parts| parts.pop());
            name.ok_or_else(|| place.of(entry).malformed("a column needs a name"))
        })
        .collect()
}

/// What a run of tokens was written as.
pub(super) fn text_of(
    source: &Text<'_>,
    tokens: &[sqlparser::tokenizer::TokenWithSpan],
) -> Option<String> {
    let start = source.offset(tokens.first()?.span.start);
    let end = source.offset(tokens.last()?.span.end);
    source.sql.get(start..end).map(str::to_owned)
}

/// A view that speaks of itself is a common table expression that does.
fn recursive_text([_, _, name]: &[String; 3], columns: &[String], body: &str) -> String {
    let name = quote(name);
    let columns: Vec<_> = columns.iter().map(|column| quote(column)).collect();
    format!(
        "WITH RECURSIVE {name} ({}) AS ({body}) SELECT * FROM {name}",
        columns.join(", ")
    )
}
