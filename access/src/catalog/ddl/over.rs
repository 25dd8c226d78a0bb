//! Files over what an account says of itself: they add tags, and change nothing else of a table that the account shows.
//!
//! Enters: a snapshot of the account, then statements of files. Leaves: entries with the tags of both. Never here: a tag of the
//! account taken away; a tag of a file that falls on nothing while its column may only have another name.

use sqlparser::tokenizer::Token;

use super::shape;
use super::tagging::{modify, unset};
use super::{Entry, Place, Reader};
use crate::analysis::tokens::{Cursor, split_commas};
use crate::catalog::live::{Relation, RelationKind, Snapshot, add_tag};
use crate::catalog::{CatalogError, Skipped, View};

/// Why a table is unknown although the account shows it.
pub(super) const GONE: &str =
    "a file classifies a column that the account does not have: mend the file";

impl Reader {
    /// Of files that go over an account.
    pub fn over_account() -> Self {
        Self {
            over: true,
            ..Self::default()
        }
    }

    /// Takes in what the account says, before the files.
    pub fn seed(&mut self, account: &Snapshot) {
        for relation in account.relations() {
            let full = relation.full_name();
            match known(relation) {
                Ok(entry) => {
                    self.tables.insert(full, entry);
                }
                Err(why) => {
                    self.unknown.insert(full.clone());
                    self.skipped.push(Skipped {
                        file: "the account".to_owned(),
                        line: 0,
                        what: why.to_owned(),
                        table: Some(full),
                    });
                }
            }
        }
    }

    /// What is known of these may be of before: it is unknown, also where a file says what it is.
    pub fn withhold(&mut self, objects: &[String]) {
        for object in objects {
            let inside = format!("{object}.");
            let meant = |full: &str| {
                object.is_empty() || full == object.as_str() || full.starts_with(&inside)
            };
            let gone: Vec<String> = self
                .tables
                .keys()
                .filter(|full| meant(full))
                .cloned()
                .collect();
            for full in gone {
                self.tables.remove(&full);
                self.unknown.insert(full);
            }
            if !object.is_empty() {
                self.unknown.insert(object.clone());
            }
        }
    }

    pub(super) fn is_live(&self, full: &str) -> bool {
        self.tables.get(full).is_some_and(|entry| entry.live)
    }

    /// What a file's definition of a table adds to what the account says of it.
    pub(super) fn adorn(&mut self, full: &str, defined: Entry) {
        let Some(entry) = self.tables.get_mut(full) else {
            return;
        };
        entry.tags.extend(defined.tags);
        entry.computed.extend(defined.computed);
        let mut gone = false;
        for own in defined.table.columns {
            let mut columns = entry.table.columns.iter_mut();
            match columns.find(|column| column.name == own.name) {
                Some(column) => {
                    column.tags.extend(own.tags);
                    let labels = own.labels.into_iter();
                    labels.for_each(|label| column.add_label(label));
                }
                None => gone |= !own.tags.is_empty() || !own.labels.is_empty(),
            }
        }
        if gone {
            let place = Place { file: "", line: 0 };
            self.distrust(full.to_owned(), &place, GONE);
        }
    }

    /// ALTER of a table that the account shows: its tags count, the rest the account has done already.
    pub(super) fn alter_live(
        &mut self,
        full: &str,
        mut cursor: Cursor<'_>,
        place: &Place<'_>,
    ) -> Result<(), CatalogError> {
        let Some(entry) = self.tables.get_mut(full) else {
            return Ok(());
        };
        let altered = if cursor.accept(&["SET", "TAG"]) {
            shape::tag_list(cursor, place).map(|tags| entry.tags.extend(tags))
        } else if cursor.accept(&["UNSET", "TAG"]) {
            unset(&mut entry.tags, cursor, place)
        } else if cursor.accept(&["MODIFY"]) || cursor.accept(&["ALTER"]) {
            modify(entry, cursor, place)
        } else if cursor.accept(&["ADD"]) {
            return self.added(full, cursor, place);
        } else {
            Ok(())
        };
        self.or_gone(full.to_owned(), place, altered)
    }

    /// Over an account, a file that speaks of a column that is not there makes its table unknown; by themselves files are wrong then.
    pub(super) fn or_gone(
        &mut self,
        full: String,
        place: &Place<'_>,
        altered: Result<(), CatalogError>,
    ) -> Result<(), CatalogError> {
        match altered {
            Err(CatalogError::Unknown { .. }) if self.over => {
                self.distrust(full, place, GONE);
                Ok(())
            }
            other => other,
        }
    }

    /// Tags of columns that a file adds: the account has the columns.
    fn added(
        &mut self,
        full: &str,
        mut cursor: Cursor<'_>,
        place: &Place<'_>,
    ) -> Result<(), CatalogError> {
        let _ = cursor.accept(&["COLUMN"]);
        let inner = match cursor.peek() {
            Some(Token::LParen) => cursor.group().unwrap_or_default(),
            _ => cursor.rest(),
        };
        let mut added = Entry::new(Default::default());
        for one in split_commas(inner) {
            let mut one = Cursor::new(one);
            let _ = one.accept(&["COLUMN"]);
            let _ = one.accept(&["IF", "NOT", "EXISTS"]);
            added.push(shape::column(one.rest(), &place.of(one.rest()))?);
        }
        self.adorn(full, added);
        Ok(())
    }
}

/// A relation of the account as it is known; else why it is not.
fn known(relation: &Relation) -> Result<Entry, &'static str> {
    if !relation.tags_known {
        return Err(
            "its tags cannot be read: grant the role what deploy/snowflake/catalog.sql lists",
        );
    }
    let mut entry = match relation.kind {
        RelationKind::Table if relation.columns.is_empty() => {
            return Err("its columns are not shown to the role of the connection");
        }
        RelationKind::Table => Entry::new(relation.path()),
        RelationKind::View => defined(relation)?,
        RelationKind::Other => {
            return Err(
                "a kind of table whose columns do not say what it holds: define it in a file",
            );
        }
    };
    for column in &relation.columns {
        let names = entry.table.columns.iter();
        if !names.clone().any(|known| known.name == column.name) {
            entry
                .table
                .push_column(column.name.clone(), column.data_type.clone());
        }
        let mut columns = entry.table.columns.iter_mut();
        if let Some(own) = columns.find(|own| own.name == column.name) {
            own.tags.clone_from(&column.tags);
            for (tag, value) in &column.classified {
                add_tag(&mut own.tags, tag, value.clone());
            }
            // A file may set the tag to something else; what the account says of it stays.
            own.classify();
        }
    }
    entry.live = true;
    Ok(entry)
}

/// A view by the text it was created with.
fn defined(relation: &Relation) -> Result<Entry, &'static str> {
    const UNREADABLE: &str = "its definition is not one this catalog can read";
    let text = relation.definition.as_deref();
    let text = text.ok_or("its definition is not shown to the role of the connection")?;
    let mut alone = Reader {
        database: Some(relation.database.clone()),
        schema: Some(relation.schema.clone()),
        ..Reader::default()
    };
    alone.read("the account", text).map_err(|_| UNREADABLE)?;
    let mut entries = std::mem::take(&mut alone.tables).into_values();
    let (Some(entry), None) = (entries.next(), entries.next()) else {
        return Err(UNREADABLE);
    };
    // It may have got another name since.
    let mut entry = entry.renamed(relation.path());
    let view = entry.table.view.take().ok_or(UNREADABLE)?;
    let columns = match relation.columns.as_slice() {
        [] => view.columns,
        listed => listed.iter().map(|column| column.name.clone()).collect(),
    };
    entry.table.view = Some(View::new(view.text, columns));
    // The account says which tags there are.
    entry.table.columns.clear();
    entry.tags.clear();
    Ok(entry)
}
