//! Rows of an information schema, put together.
//!
//! Enters: what was known before, then rows, listing first. Leaves: what is to be asked next, and a [`Snapshot`]. Never here: how it is
//! asked; a row of another shape taken for one that says nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::classified;
use super::{LiveColumn, Relation, RelationKind, Routine, RoutineKind, Snapshot, add_tag};
use crate::catalog::join_name;

/// One row: its cells, none for NULL.
type Row = [Option<String>];

/// A row that is not what was asked for.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
#[error("a row of {0} has another shape than was asked for")]
pub struct OddRow(pub &'static str);

/// A reading of the account under way.
#[derive(Debug)]
pub struct Survey {
    before: Snapshot,
    /// Everything is read again, whatever its stamp says.
    afresh: bool,
    relations: BTreeMap<String, Relation>,
    /// Those whose definition is read again.
    anew: BTreeSet<String>,
    dynamic: BTreeSet<String>,
    /// Columns of those, as they come: their place, and what they are.
    columns: BTreeMap<String, Vec<(u32, LiveColumn)>>,
    routines: BTreeMap<String, Arc<Routine>>,
}

impl Survey {
    /// A reading after `before`: what has its stamp still is not read again but for its tags, unless `afresh`.
    pub fn new(before: Snapshot, afresh: bool) -> Self {
        Self {
            before,
            afresh,
            relations: BTreeMap::new(),
            anew: BTreeSet::new(),
            dynamic: BTreeSet::new(),
            columns: BTreeMap::new(),
            routines: BTreeMap::new(),
        }
    }

    /// A row of TABLES: schema, name, type, whether it is dynamic, last definition, creation.
    pub fn table(&mut self, database: &str, row: &Row) -> Result<(), OddRow> {
        let [Some(schema), Some(name), kind, dynamic, defined, created] = row else {
            return Err(OddRow("TABLES"));
        };
        let dynamic = dynamic.as_deref() == Some("YES");
        let kind = match kind.as_deref() {
            _ if dynamic => RelationKind::View,
            Some("BASE TABLE" | "TEMPORARY TABLE") => RelationKind::Table,
            Some("VIEW" | "MATERIALIZED VIEW") => RelationKind::View,
            _ => RelationKind::Other,
        };
        let stamp = match (defined, created) {
            (Some(defined), Some(created)) => format!("{defined} {created}"),
            _ => String::new(),
        };
        if dynamic {
            self.dynamic.insert(full(database, schema, name));
        }
        self.list(database, schema, name, kind, stamp);
        Ok(())
    }

    /// A row of VIEWS: schema, name, definition, last definition. A view that TABLES did not list is taken in too.
    pub fn view(&mut self, database: &str, row: &Row) -> Result<(), OddRow> {
        let [Some(schema), Some(name), text, defined] = row else {
            return Err(OddRow("VIEWS"));
        };
        let full = full(database, schema, name);
        if !self.relations.contains_key(&full) {
            let stamp = defined.clone().unwrap_or_default();
            self.list(database, schema, name, RelationKind::View, stamp);
        }
        if let Some(view) = self.relations.get_mut(&full) {
            view.kind = RelationKind::View;
            view.definition = text.clone().filter(|text| !text.trim().is_empty());
        }
        Ok(())
    }

    fn list(
        &mut self,
        database: &str,
        schema: &str,
        name: &str,
        kind: RelationKind,
        stamp: String,
    ) {
        let full = full(database, schema, name);
        let same = |known: &&Arc<Relation>| {
            !self.afresh
                && !stamp.is_empty()
                && known.stamp == stamp
                && known.kind == kind
                && !known.columns.is_empty()
        };
        let known = self.before.relation(&full).filter(same);
        let (columns, definition) = match known {
            Some(known) => (untagged(&known.columns), known.definition.clone()),
            None => {
                self.anew.insert(full.clone());
                (Vec::new(), None)
            }
        };
        let relation = Relation {
            database: database.to_owned(),
            schema: schema.to_owned(),
            name: name.to_owned(),
            kind,
            stamp,
            columns,
            definition,
            tags_known: false,
        };
        self.relations.insert(full, relation);
    }

    /// How many relations are listed.
    pub fn len(&self) -> usize {
        self.relations.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.relations.is_empty()
    }

    /// The schemas of this database in which there is something whose columns are to be read.
    pub fn schemas_to_describe(&self, database: &str) -> BTreeSet<String> {
        let anew = self.anew.iter().filter_map(|full| self.relations.get(full));
        anew.filter(|one| one.database == database)
            .map(|one| one.schema.clone())
            .collect()
    }

    /// Views whose text is to be asked for one by one: full name, and whether it is a dynamic table.
    pub fn to_define(&self) -> Vec<(String, bool)> {
        let anew = self.anew.iter().filter_map(|full| {
            let one = self.relations.get(full)?;
            let asked = one.kind == RelationKind::View && one.definition.is_none();
            asked.then(|| (full.clone(), self.dynamic.contains(full)))
        });
        anew.collect()
    }

    /// What made a view.
    pub fn define(&mut self, full: &str, text: Option<String>) {
        if let Some(view) = self.relations.get_mut(full) {
            view.definition = text.filter(|text| !text.trim().is_empty());
        }
    }

    /// A row of COLUMNS: schema, table, name, place, type, length, precision, scale. One of a table that is not read again, or that
    /// is not listed, is passed over.
    pub fn column(&mut self, database: &str, row: &Row) -> Result<(), OddRow> {
        let [
            Some(schema),
            Some(table),
            Some(name),
            Some(place),
            kind,
            length,
            precision,
            scale,
        ] = row
        else {
            return Err(OddRow("COLUMNS"));
        };
        let place = place.parse().map_err(|_| OddRow("COLUMNS"))?;
        let full = full(database, schema, table);
        if self.anew.contains(&full) {
            let column = LiveColumn {
                name: name.clone(),
                data_type: type_words(
                    kind.as_deref(),
                    length.as_deref(),
                    precision.as_deref(),
                    scale.as_deref(),
                ),
                tags: BTreeMap::new(),
                classified: BTreeMap::new(),
            };
            self.columns.entry(full).or_default().push((place, column));
        }
        Ok(())
    }

    /// All columns came: what is listed, in the order its tags are to be asked for.
    pub fn described(&mut self) -> Vec<String> {
        for (full, mut columns) in std::mem::take(&mut self.columns) {
            columns.sort_by_key(|(place, _)| *place);
            if let Some(relation) = self.relations.get_mut(&full) {
                relation.columns = columns.into_iter().map(|(_, column)| column).collect();
                if let Some(old) = self.before.relation(&full) {
                    relation.carry(old);
                }
            }
        }
        self.relations.keys().cloned().collect()
    }

    /// The tags of these were read, or are not wanted: what no row speaks of has none.
    pub fn tags_known(&mut self, tables: &[String]) {
        for table in tables {
            if let Some(relation) = self.relations.get_mut(table) {
                relation.tags_known = true;
            }
        }
    }

    /// A row of TAG_REFERENCES_ALL_COLUMNS: which of the tables asked about, column, tag, value.
    pub fn tag(&mut self, tables: &[String], row: &Row) -> Result<(), OddRow> {
        let odd = OddRow("TAG_REFERENCES_ALL_COLUMNS");
        let [Some(at), Some(column), Some(tag), value] = row else {
            return Err(odd);
        };
        let at: usize = at.parse().map_err(|_| odd)?;
        let table = tables.get(at).ok_or(odd)?;
        let Some(relation) = self.relations.get_mut(table) else {
            return Ok(());
        };
        let mut columns = relation.columns.iter_mut();
        match columns.find(|known| known.name == *column) {
            Some(known) => add_tag(&mut known.tags, tag, value.clone().unwrap_or_default()),
            // Made since its columns were read: they are not known any more, and are read again next time. Nor is a view, whose
            // text alone would make one without tags.
            None => {
                relation.columns.clear();
                relation.definition = None;
            }
        }
        Ok(())
    }

    /// A row of FUNCTIONS or PROCEDURES: schema, name, arguments, language, text, whether it is external.
    pub fn routine(&mut self, kind: RoutineKind, database: &str, row: &Row) -> Result<(), OddRow> {
        let routine = Routine::of(kind, database, row).ok_or(OddRow("FUNCTIONS"))?;
        self.routines.insert(routine.full_name(), Arc::new(routine));
        Ok(())
    }

    /// The account says what its classification found: what no row speaks of has nothing of it.
    pub fn classified_anew(&mut self) {
        let relations = self.relations.values_mut();
        for column in relations.flat_map(|relation| &mut relation.columns) {
            column.classified.clear();
        }
    }

    /// A row of DATA_CLASSIFICATION_LATEST: database, schema, table, result. One of a table that is not listed is passed over.
    pub fn classified(&mut self, row: &Row) -> Result<(), OddRow> {
        let [Some(database), Some(schema), Some(table), result] = row else {
            return Err(OddRow("DATA_CLASSIFICATION_LATEST"));
        };
        let Some(relation) = self.relations.get_mut(&full(database, schema, table)) else {
            return Ok(());
        };
        let mut found = classified::columns(result.as_deref().unwrap_or_default());
        for column in &mut relation.columns {
            if let Some(categories) = found.remove(&column.name) {
                column.classified = categories;
            }
        }
        Ok(())
    }

    /// What is known now.
    pub fn finish(self) -> Snapshot {
        let relations = self.relations.into_iter();
        Snapshot {
            relations: relations.map(|(full, one)| (full, Arc::new(one))).collect(),
            routines: self.routines,
        }
    }
}

fn full(database: &str, schema: &str, name: &str) -> String {
    join_name(&[database.to_owned(), schema.to_owned(), name.to_owned()])
}

/// Tags are read anew each time: setting one may leave the stamp.
fn untagged(columns: &[LiveColumn]) -> Vec<LiveColumn> {
    let columns = columns.iter();
    columns
        .map(|column| LiveColumn {
            tags: BTreeMap::new(),
            ..column.clone()
        })
        .collect()
}

/// The type as DDL writes it.
fn type_words(
    kind: Option<&str>,
    length: Option<&str>,
    precision: Option<&str>,
    scale: Option<&str>,
) -> String {
    let kind = kind.unwrap_or_default().to_uppercase();
    match (kind.as_str(), length, precision, scale) {
        ("TEXT", Some(length), ..) => format!("VARCHAR({length})"),
        ("TEXT", None, ..) => "VARCHAR".to_owned(),
        ("BINARY", Some(length), ..) => format!("BINARY({length})"),
        ("NUMBER", _, Some(precision), Some(scale)) => format!("NUMBER({precision},{scale})"),
        _ => kind,
    }
}
