//! Tables made from others: CLONE, LIKE, and CREATE TABLE … AS SELECT.
//!
//! Enters: the tables known so far. Leaves: columns that carry on what their sources are. Never here: a column whose sources
//! were not found; its table is unknown then.

use event::payload::{Context, Finding, StatementKind};

use super::create::Making;
use super::{Entry, Place, Reader};
use crate::analysis::tokens::Cursor;
use crate::analysis::{Derivation, Provenance, SessionView, Statement, analyze, is_unresolved};
use crate::catalog::classes::{QUASI, SENSITIVE};
use crate::catalog::{Catalog, CatalogError, Known};

impl Reader {
    /// CLONE and LIKE: the same columns with the same tags.
    pub(super) fn copy_of(
        &mut self,
        making: &Making<'_>,
        mut from: Cursor<'_>,
        place: &Place<'_>,
    ) -> Result<(), CatalogError> {
        let name = from
            .name()
            .ok_or_else(|| place.malformed("CLONE and LIKE need a name"))?;
        let source = self.full_name(name);
        match self.tables.get(&source) {
            Some(entry) => {
                // Tags its columns inherit where it is are not those of where the copy goes: they stay with it.
                let mut copy = entry.renamed(making.name.clone());
                copy.tags = self.inherited(entry);
                self.insert(copy);
            }
            None => self.forget(
                making.full.clone(),
                place,
                "a copy of a table no file defines",
            ),
        }
        Ok(())
    }

    /// Gives a table made by a query its columns; else why it cannot be told.
    pub(super) fn filled(&self, entry: &mut Entry, query: &str) -> Result<(), &'static str> {
        let catalog = self.so_far();
        let outputs = self
            .outputs(&catalog, query)
            .ok_or("its query reads what no file defines, or cannot be followed")?;
        if entry.table.columns.is_empty() {
            for output in &outputs {
                entry.table.push_column(output.name.clone(), String::new());
            }
        }
        if entry.table.columns.len() != outputs.len() {
            return Err("its query has another number of columns than its list");
        }
        for (column, output) in entry.table.columns.iter_mut().zip(&outputs) {
            let sources: Vec<_> = output
                .revealed()
                .filter_map(|source| catalog.column(source))
                .collect();
            match sources.as_slice() {
                // The value itself: what is said of it holds for the copy.
                [only] if output.derivation == Derivation::Identity => {
                    for (tag, value) in &only.tags {
                        let own = column.tags.entry(tag.clone());
                        own.or_insert_with(|| value.clone());
                    }
                    let labels = only.labels.iter().cloned();
                    labels.for_each(|label| column.add_label(label));
                    if column.data_type.is_empty() {
                        column.data_type.clone_from(&only.data_type);
                    }
                }
                // Half a mask of another form could be undone: such a column is redacted whole.
                several if several.iter().any(|source| source.is_sensitive()) => {
                    column.add_label(SENSITIVE.to_owned());
                }
                several if several.iter().any(|source| !source.labels.is_empty()) => {
                    column.add_label(QUASI.to_owned());
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The columns a tag of a view, its schema or its database falls on are those of its query.
    pub(super) fn name_tagged_views(&mut self) {
        let tagged: Vec<String> = self
            .tables
            .iter()
            .filter(|(_, entry)| {
                let unlisted = |view: &crate::catalog::View| view.columns.is_empty();
                entry.table.view.as_ref().is_some_and(unlisted) && !self.inherited(entry).is_empty()
            })
            .map(|(full, _)| full.clone())
            .collect();
        if tagged.is_empty() {
            return;
        }
        let catalog = self.so_far();
        for full in tagged {
            let outputs = self.outputs(&catalog, &format!("SELECT * FROM {full}"));
            let Some(entry) = self.tables.get_mut(&full) else {
                continue;
            };
            let Some(outputs) = outputs else {
                let place = Place { file: "", line: 0 };
                let why = "a tag falls on its columns, and its query cannot be followed";
                self.distrust(full, &place, why);
                continue;
            };
            for output in outputs {
                let known = entry.table.columns.iter();
                if !known.clone().any(|column| column.name == output.name) {
                    entry.table.push_column(output.name, String::new());
                }
            }
        }
    }

    fn so_far(&self) -> Catalog {
        let known = Known {
            tables: self.settle(),
            ..Known::default()
        };
        Catalog::build(known, None)
    }

    /// The output columns of a query, where all of them are known.
    fn outputs(&self, catalog: &Catalog, query: &str) -> Option<Vec<Provenance>> {
        let session = SessionView {
            context: Context {
                // Where `path` has names of this file.
                database: Some(self.database.clone().unwrap_or_default()),
                schema: self.schema.clone().or_else(|| Some("PUBLIC".to_owned())),
                ..Context::default()
            },
            ..SessionView::default()
        };
        let statement = Statement {
            text: query,
            binds: &[],
        };
        let mut analysis = analyze(statement, &session, catalog);
        let lost = |finding: &Finding| {
            is_unresolved(finding)
                || matches!(
                    finding,
                    Finding::Unclassified | Finding::UnknownTable | Finding::UnknownFunction
                )
        };
        if analysis.kinds != [StatementKind::Select] || analysis.flags.iter().any(lost) {
            return None;
        }
        let outputs = analysis.outputs.pop().flatten()?;
        (!outputs.iter().any(|output| output.unresolved)).then_some(outputs)
    }
}
