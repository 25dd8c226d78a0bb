//! Tables, columns and views, as far as they are known.
//!
//! Enters: names, types, tags. Leaves: what a catalog holds. Never here: which tables there are.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use sqlparser::ast::Query;

use super::name::{join_name, quote};

/// Tags by name (last part, upper case), and their values.
pub(crate) type Tags = BTreeMap<String, String>;

/// What a catalog knows of one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// As Snowflake stores it.
    pub name: String,
    /// `DATABASE.SCHEMA.TABLE.COLUMN`.
    pub full_name: Arc<str>,
    /// Snowflake's type words, `VARCHAR(11)`; empty where not known.
    pub data_type: String,
    /// Tags set on the column, its table, its schema or its database, the closest one: name (last part, upper case) and value.
    pub tags: BTreeMap<String, String>,
    /// Classes that make it sensitive (`SSN`, `PII`, `PAN` …), sorted; `QUASI` alone does not.
    pub labels: Vec<String>,
}

/// A view's definition.
#[derive(Clone, Debug)]
pub struct View {
    /// The query text.
    pub text: String,
    /// The explicit column list; empty if it has none.
    pub columns: Vec<String>,
    parsed: OnceLock<Option<Arc<Query>>>,
}

impl View {
    pub(super) fn new(text: String, columns: Vec<String>) -> Self {
        Self {
            text,
            columns,
            parsed: OnceLock::new(),
        }
    }

    /// The parsed query; none where the parser cannot read it.
    pub(crate) fn query(&self) -> Option<Arc<Query>> {
        self.parsed
            .get_or_init(|| crate::analysis::parse_query(&self.text).map(Arc::new))
            .clone()
    }
}

/// A table or a view.
#[derive(Clone, Debug)]
pub struct Table {
    /// The database's name, folded.
    pub database: String,
    /// The schema's name, folded.
    pub schema: String,
    /// The table's name, folded.
    pub name: String,
    /// `DATABASE.SCHEMA.TABLE`, parts quoted where they must be.
    pub full_name: Arc<str>,
    /// In order. Empty for a view (its query says) and where they are not known.
    pub columns: Vec<Column>,
    /// For a view.
    pub view: Option<View>,
}

impl Table {
    pub(super) fn new(path: [String; 3]) -> Self {
        let full_name = join_name(&path).into();
        let [database, schema, name] = path;
        Self {
            database,
            schema,
            name,
            full_name,
            columns: Vec::new(),
            view: None,
        }
    }

    pub(super) fn push_column(&mut self, name: String, data_type: String) {
        let full_name = format!("{}.{}", self.full_name, quote(&name)).into();
        self.columns.push(Column {
            name,
            full_name,
            data_type,
            tags: BTreeMap::new(),
            labels: Vec::new(),
        });
    }
}
