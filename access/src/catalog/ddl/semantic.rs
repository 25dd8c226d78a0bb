//! Semantic views: dimensions, facts and metrics over logical tables, read as the query they stand for.
//!
//! Enters: CREATE SEMANTIC VIEW. Leaves: a view of the same names. Never here: a name whose expression was not found; the
//! whole view is unknown then.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::create::{Making, text_of};
use super::{Entry, Place, Reader};
use crate::analysis::tokens::{Cursor, Text, is_word, split_commas};
use crate::catalog::{CatalogError, View, quote};

/// Words that end an expression: what follows describes it to people.
const AFTER_EXPRESSION: &[&str] = &["WITH", "COMMENT", "UNIQUE", "LABELS"];

impl Reader {
    pub(super) fn semantic_view(
        &mut self,
        source: &Text<'_>,
        making: &Making<'_>,
        place: &Place<'_>,
    ) -> Result<(), CatalogError> {
        match self.semantic_text(source, making.rest) {
            Some(text) => {
                let mut entry = Entry::new(making.name.clone());
                entry.table.view = Some(View::new(text, Vec::new()));
                self.insert(entry);
            }
            None => self.forget(
                making.full.clone(),
                place,
                "a semantic view of a form not known here",
            ),
        }
        Ok(())
    }

    /// `SELECT u.EMAIL AS MAIL, COUNT(u.ID) AS N FROM CRM.CORE.USERS AS u`.
    fn semantic_text(&self, source: &Text<'_>, mut cursor: Cursor<'_>) -> Option<String> {
        let (mut tables, mut columns) = (Vec::new(), Vec::new());
        while cursor.peek().is_some() {
            if cursor.accept(&["TABLES"]) {
                for entry in split_commas(cursor.group()?) {
                    tables.push(self.logical_table(entry)?);
                }
            } else if ["FACTS", "DIMENSIONS", "METRICS"]
                .iter()
                .any(|section| cursor.accept(&[section]))
            {
                for entry in split_commas(cursor.group()?) {
                    columns.push(named_expression(source, entry)?);
                }
            } else if cursor.group().is_none() {
                cursor.advance()?;
            }
        }
        if tables.is_empty() || columns.is_empty() {
            return None;
        }
        Some(format!(
            "SELECT {} FROM {}",
            columns.join(", "),
            tables.join(", ")
        ))
    }

    /// `u AS CRM.CORE.USERS PRIMARY KEY (ID)`, or the table alone.
    fn logical_table(&self, entry: &[TokenWithSpan]) -> Option<String> {
        let mut cursor = Cursor::new(entry);
        let mut name = cursor.name()?;
        let mut alias = name.last().cloned()?;
        if cursor.accept(&["AS"]) {
            alias = name.pop()?;
            name = cursor.name()?;
        }
        Some(format!("{} AS {}", self.full_name(name), quote(&alias)))
    }
}

/// `[PUBLIC] u.mail AS u.EMAIL [WITH SYNONYMS = (…)] [COMMENT = '…']`.
fn named_expression(source: &Text<'_>, entry: &[TokenWithSpan]) -> Option<String> {
    let mut cursor = Cursor::new(entry);
    let _ = cursor.accept(&["PUBLIC"]) || cursor.accept(&["PRIVATE"]);
    let name = cursor.name()?.pop()?;
    // `USING (relationship)` may stand between a metric and its expression.
    while !cursor.accept(&["AS"]) {
        if cursor.group().is_none() {
            cursor.advance()?;
        }
    }
    let rest = cursor.rest();
    let mut depth = 0usize;
    let end = rest.iter().position(|t| {
        match t.token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && AFTER_EXPRESSION.iter().any(|word| is_word(&t.token, word))
    });
    let expression = rest.get(..end.unwrap_or(rest.len()))?;
    Some(format!(
        "{} AS {}",
        text_of(source, expression)?,
        quote(&name)
    ))
}
