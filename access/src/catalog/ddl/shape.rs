//! Columns, types and tags as CREATE and ALTER write them.
//!
//! Enters: tokens of one statement. Leaves: columns with types, tags, and what computed columns are computed from. Never here:
//! a column or a tag left out because it could not be read.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::Place;
use crate::analysis::tokens::{Cursor, fold, is_word, literal, split_commas, word};
use crate::catalog::{CatalogError, Tags};

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
    "GENERATED",
    "ENCODE",
];

/// One column as it is written.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub name: String,
    pub data_type: String,
    pub tags: Tags,
    /// Names that stand in the expression it is computed by.
    pub computed_from: Vec<String>,
}

/// The columns of a list in brackets.
pub(super) fn columns(
    list: &[TokenWithSpan],
    place: &Place<'_>,
) -> Result<Vec<Written>, CatalogError> {
    split_commas(list)
        .into_iter()
        .filter(|entry| !entry.is_empty() && !is_constraint(entry))
        .map(|entry| column(entry, &place.of(entry)))
        .collect()
}

/// One entry of a column list, or of ADD COLUMN.
pub(super) fn column(entry: &[TokenWithSpan], place: &Place<'_>) -> Result<Written, CatalogError> {
    let mut cursor = Cursor::new(entry);
    let name = cursor
        .name()
        .filter(|parts| parts.len() == 1)
        .and_then(|mut parts| parts.pop())
        .ok_or_else(|| place.malformed("a column needs a name"))?;
    let data_type = type_words(&mut cursor);
    let rest = cursor.rest();
    let computed = rest.iter().position(|t| is_word(&t.token, "AS"));
    let computed_from = computed
        .and_then(|at| rest.get(at..))
        .unwrap_or_default()
        .iter()
        .filter_map(|t| match &t.token {
            Token::Word(word) => Some(fold(&word.value, word.quote_style.is_some())),
            _ => None,
        })
        .collect();
    Ok(Written {
        name,
        data_type,
        tags: inline_tags(cursor, place)?,
        computed_from,
    })
}

/// An entry that says something of columns and is none.
fn is_constraint(entry: &[TokenWithSpan]) -> bool {
    let cursor = Cursor::new(entry);
    let next = cursor.peek_at(1);
    let next_is = |text: &str| next.is_some_and(|t| is_word(t, text));
    let lists_names = |at: usize| {
        let mut list = Cursor { tokens: entry, at };
        list.group().is_some_and(|inner| {
            !inner.is_empty()
                && inner
                    .iter()
                    .all(|t| matches!(t.token, Token::Word(_) | Token::Comma))
        })
    };
    match cursor.word().as_deref() {
        Some("CONSTRAINT") => true,
        Some("PRIMARY" | "FOREIGN") => next_is("KEY"),
        Some("UNIQUE" | "CHECK") => next == Some(&Token::LParen),
        // `INDEX ix (mail)` of a hybrid table; `INDEX VARCHAR (9)` is a column.
        Some("INDEX") => lists_names(2),
        _ => false,
    }
}

pub(super) fn type_words(entry: &mut Cursor<'_>) -> String {
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
pub(super) fn inline_tags(mut cursor: Cursor<'_>, place: &Place<'_>) -> Result<Tags, CatalogError> {
    let mut tags = Tags::new();
    while cursor.peek().is_some() {
        if cursor.accept(&["TAG"]) {
            let list = cursor.group().map(split_commas).unwrap_or_default();
            for entry in list {
                let (tag, value) = assignment(entry)
                    .ok_or_else(|| place.of(entry).malformed("TAG takes name = 'value'"))?;
                tags.insert(tag, value);
            }
        } else {
            cursor.at += 1;
        }
    }
    Ok(tags)
}

/// `SET TAG name = 'value', name = 'value'`, from the first name on; it ends with the tokens.
pub(super) fn tag_list(
    cursor: Cursor<'_>,
    place: &Place<'_>,
) -> Result<Vec<(String, String)>, CatalogError> {
    split_commas(cursor.rest())
        .into_iter()
        .map(|entry| {
            assignment(entry)
                .ok_or_else(|| place.of(entry).malformed("SET TAG takes name = 'value'"))
        })
        .collect()
}

/// `name = 'value'`; the name is the tag's last part, upper case.
pub(super) fn assignment(tokens: &[TokenWithSpan]) -> Option<(String, String)> {
    let mut cursor = Cursor::new(tokens);
    let tag = cursor.name()?.pop()?.to_uppercase();
    cursor.accept_token(&Token::Eq).then_some(())?;
    Some((tag, literal(cursor.peek()?)?.to_owned()))
}
