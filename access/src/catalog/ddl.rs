//! Reading a catalog from files of Snowflake DDL: migrations, dumps of GET_DDL, what people write by hand.
//!
//! Enters: texts. Leaves: tables, columns with types and labels, view texts, and a list of what was passed over. Never here:
//! guesses. A definition that cannot be read is an error with its line, or its table is unknown; it is never known and empty.

mod alter;
mod comments;
mod copy;
mod create;
mod over;
mod semantic;
mod shape;
mod split;
mod tagging;
mod tags;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sqlparser::tokenizer::TokenWithSpan;

use super::{Catalog, CatalogError, Known, Skipped, Table, Tags, join_name};
use crate::analysis::tokens::{Cursor, Text, word};

#[derive(Default)]
pub(super) struct Reader {
    tables: BTreeMap<String, Entry>,
    /// Relations that exist, of columns nobody here knows.
    unknown: BTreeSet<String>,
    /// Tags of databases and schemas.
    namespaces: BTreeMap<Vec<String>, Tags>,
    database: Option<String>,
    schema: Option<String>,
    /// Where the first table is.
    first: Option<(String, String)>,
    /// Where the last USE went.
    used: Option<(String, String)>,
    skipped: Vec<Skipped>,
    /// The files go over what an account says of itself.
    over: bool,
}

/// A table as the files leave it so far.
#[derive(Clone)]
struct Entry {
    /// Columns with their own tags, and labels from comments or from what they were copied from.
    table: Table,
    /// Tags of the table itself.
    tags: Tags,
    /// Names that a column's own expression speaks of.
    computed: BTreeMap<String, Vec<String>>,
    /// The account itself says so: files add tags, and change nothing else.
    live: bool,
}

impl Entry {
    fn new(path: [String; 3]) -> Self {
        Self {
            table: Table::new(path),
            tags: Tags::new(),
            computed: BTreeMap::new(),
            live: false,
        }
    }

    fn push(&mut self, written: shape::Written) {
        let shape::Written {
            name,
            data_type,
            tags,
            computed_from,
        } = written;
        if !computed_from.is_empty() {
            self.computed.insert(name.clone(), computed_from);
        }
        self.table.push_column(name, data_type);
        if let Some(column) = self.table.columns.last_mut() {
            column.tags = tags;
        }
    }

    /// The same under another name.
    fn renamed(&self, path: [String; 3]) -> Self {
        let mut renamed = Self {
            table: Table::new(path),
            live: false,
            ..self.clone()
        };
        for column in &self.table.columns {
            renamed
                .table
                .push_column(column.name.clone(), column.data_type.clone());
            if let Some(copy) = renamed.table.columns.last_mut() {
                copy.tags.clone_from(&column.tags);
                copy.labels.clone_from(&column.labels);
            }
        }
        renamed.table.view.clone_from(&self.table.view);
        renamed
    }
}

/// A statement being read, and what its messages name.
#[derive(Clone, Copy)]
struct Place<'a> {
    file: &'a str,
    line: usize,
}

impl Place<'_> {
    /// Where these tokens begin.
    fn of(&self, tokens: &[TokenWithSpan]) -> Self {
        let line = tokens.first().map(line_of);
        Self {
            line: line.unwrap_or(self.line),
            ..*self
        }
    }

    fn malformed(&self, what: &'static str) -> CatalogError {
        CatalogError::Malformed {
            file: self.file.to_owned(),
            line: self.line,
            what,
        }
    }

    fn unknown(&self, name: String) -> CatalogError {
        CatalogError::Unknown {
            file: self.file.to_owned(),
            line: self.line,
            name,
        }
    }
}

fn line_of(token: &TokenWithSpan) -> usize {
    usize::try_from(token.span.start.line).unwrap_or(1)
}

impl Reader {
    pub(super) fn read(&mut self, file: &str, text: &str) -> Result<(), CatalogError> {
        let source = Text::parse(text).map_err(|line| CatalogError::Unreadable {
            file: file.to_owned(),
            line,
        })?;
        let runs = split::statements(&source.tokens).map_err(|block| {
            let line = line_of(block);
            Place { file, line }.malformed("this block has no END with a semicolon behind it")
        })?;
        for run in runs {
            let line = run.first().map_or(1, line_of);
            self.statement(&source, run, &Place { file, line })?;
        }
        comments::apply(self, file, text)
    }

    /// The catalog of all that was read.
    pub(super) fn finish(mut self) -> Catalog {
        self.name_tagged_views();
        let tables = self.settle();
        let context = self.used.or(self.first);
        let unknown = self.unknown.iter().map(|name| name.as_str().into());
        Catalog::build(
            Known {
                tables,
                unknown: unknown.collect(),
                skipped: self.skipped,
            },
            context,
        )
    }

    fn settle(&self) -> BTreeMap<Arc<str>, Arc<Table>> {
        self.tables
            .values()
            .map(|entry| {
                let table = self.settled(entry);
                (Arc::clone(&table.full_name), Arc::new(table))
            })
            .collect()
    }

    fn statement(
        &mut self,
        source: &Text<'_>,
        run: &[TokenWithSpan],
        place: &Place<'_>,
    ) -> Result<(), CatalogError> {
        let mut cursor = Cursor::new(run);
        if cursor.accept(&["CREATE"]) {
            return self.create(source, cursor, place);
        }
        if cursor.accept(&["USE"]) {
            return self.stand(cursor, place);
        }
        if cursor.accept(&["ALTER"]) {
            return self.alter(cursor, place);
        }
        if cursor.accept(&["DROP"]) {
            return self.drop(cursor, place);
        }
        let words: Vec<String> = run.iter().map_while(|t| word(&t.token)).take(2).collect();
        self.skip(place, None, words.join(" "));
        Ok(())
    }

    /// Notes what says nothing of tables, or what could not be read of one.
    fn skip(&mut self, place: &Place<'_>, table: Option<String>, what: String) {
        self.skipped.push(Skipped {
            file: place.file.to_owned(),
            line: place.line,
            what,
            table,
        });
    }

    /// A relation that is there, of columns nobody can tell: the policy treats it as one the catalog lacks. What the account says
    /// stays.
    fn forget(&mut self, full: String, place: &Place<'_>, why: &str) {
        if self.is_live(&full) {
            self.skip(place, None, format!("{full}: {why}"));
            return;
        }
        self.distrust(full, place, why);
    }

    /// The same, whoever says what it is.
    fn distrust(&mut self, full: String, place: &Place<'_>, why: &str) {
        self.tables.remove(&full);
        self.unknown.insert(full.clone());
        self.skip(place, Some(full), why.to_owned());
    }

    fn stand(&mut self, mut cursor: Cursor<'_>, place: &Place<'_>) -> Result<(), CatalogError> {
        let schema = cursor.accept(&["SCHEMA"]);
        if !schema
            && !cursor.accept(&["DATABASE"])
            && (cursor.is("ROLE") || cursor.is("WAREHOUSE") || cursor.is("SECONDARY"))
        {
            return Ok(());
        }
        let mut name = cursor
            .name()
            .ok_or_else(|| place.malformed("USE needs a name"))?;
        match (name.pop(), name.pop()) {
            (Some(inner), Some(database)) => self.enter(database, Some(inner)),
            (Some(inner), None) if schema => self.schema = Some(inner),
            (Some(database), None) => self.enter(database, None),
            (None, _) => {}
        }
        self.used = self.database.clone().zip(self.schema.clone());
        Ok(())
    }

    fn enter(&mut self, database: String, schema: Option<String>) {
        self.database = Some(database);
        self.schema = schema;
    }

    /// The three parts of a name, by where the file stands.
    fn path(&self, name: Vec<String>) -> [String; 3] {
        let mut parts = name.into_iter().rev();
        let table = parts.next().unwrap_or_default();
        let schema = parts.next().filter(|part| !part.is_empty());
        let database = parts
            .next()
            .or_else(|| self.database.clone())
            .unwrap_or_default();
        let schema = schema
            .or_else(|| self.schema.clone())
            .unwrap_or_else(|| "PUBLIC".to_owned());
        [database, schema, table]
    }

    /// Database, or database and schema, of a name of one.
    fn namespace(&self, object: &str, name: Vec<String>) -> Vec<String> {
        match name.len() {
            1 if object == "SCHEMA" => {
                let database = self.database.clone().unwrap_or_default();
                std::iter::once(database).chain(name).collect()
            }
            _ => name,
        }
    }

    fn full_name(&self, name: Vec<String>) -> String {
        join_name(&self.path(name))
    }

    fn knows(&self, full: &str) -> bool {
        self.tables.contains_key(full) || self.unknown.contains(full)
    }

    fn insert(&mut self, entry: Entry) {
        let table = &entry.table;
        self.first
            .get_or_insert_with(|| (table.database.clone(), table.schema.clone()));
        let full = table.full_name.to_string();
        if self.is_live(&full) {
            return self.adorn(&full, entry);
        }
        self.unknown.remove(&full);
        self.tables.insert(full, entry);
    }

    /// The line's table, to change it; none if it is known to exist and not how.
    fn known_mut(
        &mut self,
        full: &str,
        place: &Place<'_>,
    ) -> Result<Option<&mut Entry>, CatalogError> {
        if self.unknown.contains(full) {
            return Ok(None);
        }
        if self.over && !self.tables.contains_key(full) {
            self.skip(place, None, format!("a tag of {full}, which is not there"));
            return Ok(None);
        }
        let found = self.tables.get_mut(full);
        found
            .map(Some)
            .ok_or_else(|| place.unknown(full.to_owned()))
    }
}

/// Whether a table is in this database, or in this schema of it.
fn is_inside(table: &Table, namespace: &[String]) -> bool {
    let path = [&table.database, &table.schema];
    namespace.len() <= path.len() && namespace.iter().zip(path).all(|(a, b)| a == b)
}
