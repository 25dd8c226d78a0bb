//! Tags as they apply: a column has its own, those of its table, its schema and its database, the closest one winning.
//!
//! Enters: what the files said, in whatever order. Leaves: labels of every column. Never here: the order of the statements.

use std::collections::BTreeMap;

use super::{Entry, Reader};
use crate::catalog::classes::SENSITIVE;
use crate::catalog::{Table, Tags};

impl Reader {
    /// A table as it is to be known: tags inherited, labels set.
    pub(super) fn settled(&self, entry: &Entry) -> Table {
        let mut table = entry.table.clone();
        let inherited = self.inherited(entry);
        for column in &mut table.columns {
            for (tag, value) in &inherited {
                let own = column.tags.entry(tag.clone());
                own.or_insert_with(|| value.clone());
            }
            column.classify();
        }
        spread(&mut table, &entry.computed);
        table
    }

    /// Tags of the table, its schema, its database.
    pub(super) fn inherited(&self, entry: &Entry) -> Tags {
        let mut tags = entry.tags.clone();
        let database = vec![entry.table.database.clone()];
        let schema = vec![entry.table.database.clone(), entry.table.schema.clone()];
        for place in [schema, database] {
            for (tag, value) in self.namespaces.get(&place).into_iter().flatten() {
                let own = tags.entry(tag.clone());
                own.or_insert_with(|| value.clone());
            }
        }
        tags
    }
}

/// What is computed from a sensitive column is sensitive, however many steps away.
fn spread(table: &mut Table, computed: &BTreeMap<String, Vec<String>>) {
    for _ in 0..computed.len() {
        let sensitive: Vec<String> = table
            .columns
            .iter()
            .filter(|column| column.is_sensitive())
            .map(|column| column.name.clone())
            .collect();
        let mut more = false;
        for column in table.columns.iter_mut().filter(|c| !c.is_sensitive()) {
            let from = computed.get(&column.name);
            if from.is_some_and(|from| from.iter().any(|name| sensitive.contains(name))) {
                column.add_label(SENSITIVE.to_owned());
                more = true;
            }
        }
        if !more {
            return;
        }
    }
}
