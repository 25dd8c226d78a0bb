//! Statements that set tags and take them away.
//!
//! Enters: the rest of one ALTER. Leaves: an entry with other tags. Never here: a tag that falls on nothing in silence.

use sqlparser::tokenizer::Token;

use super::shape;
use super::{Entry, Place};
use crate::analysis::tokens::{Cursor, split_commas};
use crate::catalog::{CatalogError, Tags};

/// `UNSET TAG a, b`.
pub(super) fn unset(
    tags: &mut Tags,
    cursor: Cursor<'_>,
    place: &Place<'_>,
) -> Result<(), CatalogError> {
    for entry in split_commas(cursor.rest()) {
        let name = Cursor::new(entry).name().and_then(|mut parts| parts.pop());
        let name = name.ok_or_else(|| place.of(entry).malformed("UNSET TAG needs a name"))?;
        tags.remove(&name.to_uppercase());
    }
    Ok(())
}

/// `MODIFY [COLUMN] a SET TAG t = 'v', COLUMN b UNSET TAG t`, in brackets or not; other changes of columns too.
pub(super) fn modify(
    entry: &mut Entry,
    mut cursor: Cursor<'_>,
    place: &Place<'_>,
) -> Result<(), CatalogError> {
    let live = entry.live;
    let inner = cursor.group().unwrap_or_else(|| cursor.rest());
    let mut current: Option<(String, bool)> = None;
    for change in split_commas(inner) {
        let place = place.of(change);
        let mut change = Cursor::new(change);
        let continues = matches!(change.peek_at(1), Some(Token::Eq | Token::Period) | None);
        if change.accept(&["COLUMN"]) || current.is_none() || !continues {
            let name = change.name().and_then(|mut parts| parts.pop());
            let name = name.ok_or_else(|| place.malformed("MODIFY needs a column"))?;
            let sets = change.accept(&["SET", "TAG"]);
            if !sets && !change.accept(&["UNSET", "TAG"]) {
                // Its type, its default, a policy on it.
                current = None;
                continue;
            }
            current = Some((name, sets));
        }
        let Some((name, sets)) = &current else {
            continue;
        };
        let tags = column_tags(entry, name, &place)?;
        if *sets {
            let (tag, value) = shape::assignment(change.rest())
                .ok_or_else(|| place.malformed("SET TAG takes name = 'value'"))?;
            tags.insert(tag, value);
        } else if !live {
            unset(tags, change, &place)?;
        }
    }
    Ok(())
}

fn column_tags<'e>(
    entry: &'e mut Entry,
    column: &str,
    place: &Place<'_>,
) -> Result<&'e mut Tags, CatalogError> {
    let table = &mut entry.table;
    let missing = place.unknown(format!("{}.{column}", table.full_name));
    let at = table.columns.iter().position(|known| known.name == column);
    // A view without a column list has its columns from its query: name them as they are tagged.
    if at.is_none() && table.view.is_some() {
        table.push_column(column.to_owned(), String::new());
    }
    let at = at.unwrap_or_else(|| table.columns.len().saturating_sub(1));
    let found = table
        .columns
        .get_mut(at)
        .filter(|known| known.name == column);
    found.map(|known| &mut known.tags).ok_or(missing)
}
