//! Reading a catalog from files of Snowflake DDL.
//!
//! Enters: texts. Leaves: tables, columns with types and labels, view texts. Never here: guesses; a definition that cannot
//! be read is an error with its line.

mod comments;

use std::collections::BTreeMap;
use std::sync::Arc;

use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::{CatalogError, Table, View, join_name};
use crate::analysis::tokens::{Cursor, Text, is_word, literal, split_commas, statements, word};

/// Words that end a column's type.
const AFTER_TYPE: &[&str] = &[
    "NOT",
    "NULL",
    "DEFAULT",
    "PRIMARY",
    "UNIQUE",
    "REFERENCES",
    "FOREIGN",
    "CONSTRAINT",
    "COLLATE",
    "COMMENT",
    "WITH",
    "TAG",
    "MASKING",
    "PROJECTION",
    "IDENTITY",
    "AUTOINCREMENT",
    "CHECK",
    "AS",
    "ENCODE",
];

/// First words of an entry of a column list that is no column.
const TABLE_CONSTRAINTS: &[&str] = &["CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK"];

/// Tables, and where an unqualified name stands.
pub(super) type Definitions = (BTreeMap<Arc<str>, Arc<Table>>, Option<(String, String)>);

#[derive(Default)]
pub(super) struct Reader {
    tables: BTreeMap<String, Table>,
    database: Option<String>,
    schema: Option<String>,
    /// Where the first table is.
    first: Option<(String, String)>,
    /// Where the last USE went.
    used: Option<(String, String)>,
}

/// A statement being read, and what its messages name.
struct Place<'a> {
    file: &'a str,
    line: usize,
}

impl Place<'_> {
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

impl Reader {
    pub(super) fn read(&mut self, file: &str, text: &str) -> Result<(), CatalogError> {
        let source = Text::read(text).ok_or_else(|| CatalogError::Unreadable {
            file: file.to_owned(),
        })?;
        for run in statements(&source.tokens) {
            let line = run
                .first()
                .map_or(1, |t| usize::try_from(t.span.start.line).unwrap_or(1));
            self.statement(&source, run, &Place { file, line })?;
        }
        comments::apply(self, file, text)
    }

    pub(super) fn finish(self) -> Result<Definitions, CatalogError> {
        let context = self.used.or(self.first);
        let tables = self
            .tables
            .into_values()
            .map(|table| (Arc::clone(&table.full_name), Arc::new(table)))
            .collect();
        Ok((tables, context))
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
        Ok(())
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

    fn create(
        &mut self,
        source: &Text<'_>,
        mut cursor: Cursor<'_>,
        place: &Place<'_>,
    ) -> Result<(), CatalogError> {
        let object = object_word(&mut cursor);
        let _ = cursor.accept(&["IF", "NOT", "EXISTS"]);
        match object.as_deref() {
            Some("DATABASE") => {
                let name = cursor
                    .name()
                    .ok_or_else(|| place.malformed("CREATE DATABASE needs a name"))?;
                if let Some(database) = name.into_iter().next() {
                    self.enter(database, None);
                }
                Ok(())
            }
            Some("SCHEMA") => {
                let mut name = cursor
                    .name()
                    .ok_or_else(|| place.malformed("CREATE SCHEMA needs a name"))?;
                if name.len() == 1 {
                    self.schema = name.pop();
                }
                Ok(())
            }
            Some("TABLE") => self.table(cursor, place),
            Some("VIEW") => self.view(source, cursor, place),
            _ => Ok(()),
        }
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

    fn insert(&mut self, table: Table) {
        self.first
            .get_or_insert_with(|| (table.database.clone(), table.schema.clone()));
        self.tables.insert(table.full_name.to_string(), table);
    }

    fn table(&mut self, mut cursor: Cursor<'_>, place: &Place<'_>) -> Result<(), CatalogError> {
        let name = cursor
            .name()
            .ok_or_else(|| place.malformed("CREATE TABLE needs a name"))?;
        let mut table = Table::new(self.path(name));
        let columns = cursor.group();
        for entry in columns.map(split_commas).unwrap_or_default() {
            let mut entry = Cursor::new(entry);
            let constraint = TABLE_CONSTRAINTS.iter().any(|word| entry.is(word));
            if constraint || entry.peek().is_none() {
                continue;
            }
            let column = entry
                .name()
                .filter(|parts| parts.len() == 1)
                .and_then(|mut parts| parts.pop());
            let column = column.ok_or_else(|| place.malformed("a column needs a name"))?;
            let data_type = type_words(&mut entry);
            table.push_column(column, data_type);
            if let Some(column) = table.columns.last_mut() {
                for (tag, value) in inline_tags(entry) {
                    column.set_tag(&tag, &value);
                }
            }
        }
        let tags = inline_tags(cursor);
        for column in &mut table.columns {
            for (tag, value) in &tags {
                column.set_tag(tag, value);
            }
        }
        self.insert(table);
        Ok(())
    }

    fn view(
        &mut self,
        source: &Text<'_>,
        mut cursor: Cursor<'_>,
        place: &Place<'_>,
    ) -> Result<(), CatalogError> {
        let name = cursor
            .name()
            .ok_or_else(|| place.malformed("CREATE VIEW needs a name"))?;
        let mut table = Table::new(self.path(name));
        let (view, tags) = view_after_name(source, &mut cursor)
            .ok_or_else(|| place.malformed("CREATE VIEW needs AS and a query"))?;
        for column in &view.columns {
            table.push_column(column.clone(), String::new());
        }
        for (column, (tag, value)) in tags {
            if let Some(column) = table.columns.get_mut(column) {
                column.set_tag(&tag, &value);
            }
        }
        table.view = Some(view);
        self.insert(table);
        Ok(())
    }

    fn alter(&mut self, mut cursor: Cursor<'_>, place: &Place<'_>) -> Result<(), CatalogError> {
        let object = object_word(&mut cursor);
        let _ = cursor.accept(&["IF", "EXISTS"]);
        let Some(object) =
            object.filter(|word| matches!(word.as_str(), "TABLE" | "VIEW" | "SCHEMA" | "DATABASE"))
        else {
            return Ok(());
        };
        let name = cursor
            .name()
            .ok_or_else(|| place.malformed("ALTER needs a name"))?;
        if !cursor.rest().iter().any(|t| is_word(&t.token, "TAG")) {
            return Ok(());
        }
        match object.as_str() {
            "SCHEMA" | "DATABASE" => {
                let tags = set_tags(cursor);
                for table in self
                    .tables
                    .values_mut()
                    .filter(|table| inside(table, &object, &name))
                {
                    for column in &mut table.columns {
                        tags.iter()
                            .for_each(|(tag, value)| column.set_tag(tag, value));
                    }
                }
                Ok(())
            }
            _ => self.tag_table(name, cursor, place),
        }
    }

    fn tag_table(
        &mut self,
        name: Vec<String>,
        mut cursor: Cursor<'_>,
        place: &Place<'_>,
    ) -> Result<(), CatalogError> {
        let full = join_name(&self.path(name));
        let table = self
            .tables
            .get_mut(&full)
            .ok_or_else(|| place.unknown(full.clone()))?;
        let modify = cursor.accept(&["MODIFY"]) || cursor.accept(&["ALTER"]);
        if !modify {
            let tags = set_tags(cursor);
            for column in &mut table.columns {
                tags.iter()
                    .for_each(|(tag, value)| column.set_tag(tag, value));
            }
            return Ok(());
        }
        let inner = cursor.group().unwrap_or_else(|| cursor.rest());
        let mut current = None;
        for entry in split_commas(inner) {
            let mut entry = Cursor::new(entry);
            if entry.accept(&["COLUMN"])
                || current.is_none()
                || !matches!(entry.peek_at(1), Some(Token::Eq | Token::Period))
            {
                current = entry.name().and_then(|mut parts| parts.pop());
            }
            let column = current
                .clone()
                .ok_or_else(|| place.malformed("SET TAG needs a column"))?;
            let missing = || place.unknown(format!("{full}.{column}"));
            // A view without a column list has its columns from its query: name them as they are tagged.
            if table.view.is_some() && !table.columns.iter().any(|known| known.name == column) {
                table.push_column(column.clone(), String::new());
            }
            let known = table
                .columns
                .iter_mut()
                .find(|known| known.name == column)
                .ok_or_else(missing)?;
            for (tag, value) in set_tags(entry) {
                known.set_tag(&tag, &value);
            }
        }
        Ok(())
    }
}

fn inside(table: &Table, object: &str, name: &[String]) -> bool {
    let mut parts = name.iter().rev();
    match object {
        "DATABASE" => parts.next() == Some(&table.database),
        _ => {
            parts.next() == Some(&table.schema)
                && parts
                    .next()
                    .is_none_or(|database| *database == table.database)
        }
    }
}

/// The word that says what is created or altered, past `OR REPLACE`, `SECURE`, `TRANSIENT` …
fn object_word(cursor: &mut Cursor<'_>) -> Option<String> {
    for _ in 0..8 {
        let next = cursor.word()?;
        cursor.at += 1;
        if matches!(next.as_str(), "TABLE" | "VIEW" | "SCHEMA" | "DATABASE") {
            return Some(next);
        }
    }
    None
}

fn type_words(entry: &mut Cursor<'_>) -> String {
    let mut words = String::new();
    let mut depth = 0usize;
    while let Some(token) = entry.peek() {
        if depth == 0 && word(token).is_some_and(|w| AFTER_TYPE.contains(&w.as_str())) {
            break;
        }
        match token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        let text = token.to_string().to_uppercase();
        let glue = words.is_empty()
            || words.ends_with('(')
            || matches!(token, Token::LParen | Token::RParen | Token::Comma);
        if !glue && !words.ends_with(',') {
            words.push(' ');
        }
        words.push_str(&text);
        entry.at += 1;
    }
    words
}

/// `[WITH] TAG (name = 'value', …)` anywhere in what is left.
fn inline_tags(mut cursor: Cursor<'_>) -> Vec<(String, String)> {
    let mut tags = Vec::new();
    while cursor.peek().is_some() {
        if cursor.accept(&["TAG"]) {
            if let Some(inner) = cursor.group() {
                tags.extend(split_commas(inner).into_iter().filter_map(assignment));
            }
        } else {
            cursor.at += 1;
        }
    }
    tags
}

/// `SET TAG name = 'value', name = 'value'`, from SET or from a later name on.
fn set_tags(mut cursor: Cursor<'_>) -> Vec<(String, String)> {
    let _ = cursor.accept(&["SET"]);
    let _ = cursor.accept(&["TAG"]);
    split_commas(cursor.rest())
        .into_iter()
        .filter_map(assignment)
        .collect()
}

fn assignment(tokens: &[TokenWithSpan]) -> Option<(String, String)> {
    let mut cursor = Cursor::new(tokens);
    let tag = cursor.name()?.pop()?;
    cursor.accept_token(&Token::Eq).then_some(())?;
    Some((tag, literal(cursor.peek()?)?.to_owned()))
}

/// The view of a whole CREATE VIEW text.
pub(super) fn view_from_text(text: &str) -> Option<View> {
    let source = Text::read(text)?;
    let mut cursor = Cursor::new(&source.tokens);
    cursor.accept(&["CREATE"]).then_some(())?;
    (object_word(&mut cursor)? == "VIEW").then_some(())?;
    let _ = cursor.accept(&["IF", "NOT", "EXISTS"]);
    cursor.name()?;
    Some(view_after_name(&source, &mut cursor)?.0)
}

type ViewTags = Vec<(usize, (String, String))>;

fn view_after_name(source: &Text<'_>, cursor: &mut Cursor<'_>) -> Option<(View, ViewTags)> {
    let (mut columns, mut tags) = (Vec::new(), Vec::new());
    for (i, entry) in cursor
        .group()
        .map(split_commas)
        .unwrap_or_default()
        .into_iter()
        .enumerate()
    {
        let mut entry = Cursor::new(entry);
        columns.push(entry.name()?.pop()?);
        tags.extend(inline_tags(entry).into_iter().map(|tag| (i, tag)));
    }
    while !cursor.is("AS") {
        if cursor.group().is_none() {
            cursor.advance()?;
        }
    }
    cursor.at += 1;
    let body = cursor.rest();
    let start = source.offset(body.first()?.span.start);
    let end = source.offset(body.last()?.span.end);
    Some((
        View::new(source.sql.get(start..end)?.to_owned(), columns),
        tags,
    ))
}
