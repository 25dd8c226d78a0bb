//! A catalog from Snowflake's INFORMATION_SCHEMA shape.
//!
//! Enters: rows as the queries of that schema give them (JSON with Snowflake's column names reads into these types).
//! Leaves: tables. Never here: the queries.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Table, View};

/// One row of `INFORMATION_SCHEMA.COLUMNS`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[allow(missing_docs, reason = "the names are Snowflake's own")]
pub struct ColumnRow {
    pub table_catalog: String,
    pub table_schema: String,
    pub table_name: String,
    pub column_name: String,
    pub ordinal_position: u32,
    pub data_type: String,
}

/// One row of `INFORMATION_SCHEMA.VIEWS` (or of `TABLES`: without a definition it is a table).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[allow(missing_docs, reason = "the names are Snowflake's own")]
pub struct TableRow {
    pub table_catalog: String,
    pub table_schema: String,
    pub table_name: String,
    #[serde(default)]
    pub view_definition: Option<String>,
}

/// One row of `TAG_REFERENCES`, at column, table or schema level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[allow(missing_docs, reason = "the names are Snowflake's own")]
pub struct TagRow {
    pub tag_name: String,
    pub tag_value: String,
    pub object_database: String,
    pub object_schema: String,
    /// None for a tag of the schema.
    #[serde(default)]
    pub object_name: Option<String>,
    /// None for a tag of the table.
    #[serde(default)]
    pub column_name: Option<String>,
}

/// What a catalog is loaded from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SchemaRows {
    /// Tables and views.
    pub tables: Vec<TableRow>,
    /// Columns.
    pub columns: Vec<ColumnRow>,
    /// Tags.
    pub tags: Vec<TagRow>,
}

pub(super) fn tables(rows: &SchemaRows) -> BTreeMap<Arc<str>, Arc<Table>> {
    let mut found: BTreeMap<[String; 3], Table> = BTreeMap::new();
    for row in &rows.tables {
        let path = [
            row.table_catalog.clone(),
            row.table_schema.clone(),
            row.table_name.clone(),
        ];
        let table = found
            .entry(path.clone())
            .or_insert_with(|| Table::new(path));
        if let Some(text) = &row.view_definition {
            table.view = view_of(text);
        }
    }
    let mut columns: Vec<&ColumnRow> = rows.columns.iter().collect();
    columns.sort_by_key(|row| row.ordinal_position);
    for row in columns {
        let path = [
            row.table_catalog.clone(),
            row.table_schema.clone(),
            row.table_name.clone(),
        ];
        let table = found
            .entry(path.clone())
            .or_insert_with(|| Table::new(path));
        table.push_column(row.column_name.clone(), row.data_type.clone());
    }
    for row in &rows.tags {
        for table in found.values_mut() {
            let here = table.database == row.object_database
                && table.schema == row.object_schema
                && row
                    .object_name
                    .as_ref()
                    .is_none_or(|name| *name == table.name);
            if !here {
                continue;
            }
            for column in &mut table.columns {
                if row
                    .column_name
                    .as_ref()
                    .is_none_or(|name| *name == column.name)
                {
                    column.set_tag(&row.tag_name, &row.tag_value);
                }
            }
        }
    }
    found
        .into_values()
        .map(|mut table| {
            // Snowflake lists a view's columns too; they name its outputs where its text cannot be read.
            if let Some(view) = &mut table.view
                && view.columns.is_empty()
            {
                view.columns = table
                    .columns
                    .iter()
                    .map(|column| column.name.clone())
                    .collect();
            }
            (Arc::clone(&table.full_name), Arc::new(table))
        })
        .collect()
}

/// `VIEW_DEFINITION` holds the whole CREATE VIEW statement.
fn view_of(text: &str) -> Option<View> {
    if text.trim().is_empty() {
        return None;
    }
    super::ddl::view_from_text(text).or_else(|| Some(View::new(text.to_owned(), Vec::new())))
}
