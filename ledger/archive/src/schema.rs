//! The archive's tables, column by column: one list is the Arrow schema, the Delta schema and the auditor's manual.
//!
//! Enters: nothing. Leaves: [`Column`]s with their docs, and the Arrow schemas made of them.
//! Never here: a type that Delta Lake lacks (unsigned, nanosecond timestamps, fixed-size binary), or a bag of JSON.

mod envelope;
mod payloads;
pub mod sealed;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef, TimeUnit};

pub use payloads::kind_column;

/// Field metadata key of a column's doc; Delta readers show it as the column's comment.
pub const COMMENT: &str = "comment";
/// Name of a list's elements, as Delta and Parquet have it.
const ELEMENT: &str = "element";

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// UTF-8 text; ids and hashes are text too.
    Text,
    /// 64-bit signed integer.
    Integer,
    /// 32-bit signed integer.
    Integer32,
    /// 64-bit floating point number.
    Number,
    /// True or false.
    Boolean,
    /// Microseconds, UTC.
    Timestamp,
    /// A string of bytes.
    Binary,
    /// A list of texts.
    Texts,
    /// Named fields.
    Struct(Vec<Column>),
    /// Rows of named fields.
    List(Vec<Column>),
}

/// One column and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub data: ColumnType,
    /// May be NULL. Everything below a kind's column may: it is NULL in rows of other kinds.
    pub nullable: bool,
    /// What it means, for people.
    pub doc: &'static str,
}

impl Column {
    /// A column that always has a value.
    const fn required(name: &'static str, data: ColumnType, doc: &'static str) -> Self {
        Self {
            name,
            data,
            nullable: false,
            doc,
        }
    }

    /// A column that may be NULL.
    const fn optional(name: &'static str, data: ColumnType, doc: &'static str) -> Self {
        Self {
            name,
            data,
            nullable: true,
            doc,
        }
    }

    fn field(&self) -> FieldRef {
        let comment = HashMap::from([(COMMENT.to_owned(), self.doc.to_owned())]);
        Arc::new(Field::new(self.name, self.data.arrow(), self.nullable).with_metadata(comment))
    }
}

impl ColumnType {
    /// The Arrow type.
    pub fn arrow(&self) -> DataType {
        let element = |data| DataType::List(Arc::new(Field::new(ELEMENT, data, true)));
        match self {
            Self::Text => DataType::Utf8,
            Self::Integer => DataType::Int64,
            Self::Integer32 => DataType::Int32,
            Self::Number => DataType::Float64,
            Self::Boolean => DataType::Boolean,
            Self::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Self::Binary => DataType::Binary,
            Self::Texts => element(DataType::Utf8),
            Self::Struct(columns) => DataType::Struct(fields(columns)),
            Self::List(columns) => element(DataType::Struct(fields(columns))),
        }
    }
}

fn fields(columns: &[Column]) -> Fields {
    columns.iter().map(Column::field).collect()
}

fn schema(columns: &[Column]) -> SchemaRef {
    Arc::new(Schema::new(fields(columns)))
}

static EVENTS: LazyLock<Vec<Column>> = LazyLock::new(|| {
    let mut columns = envelope::columns();
    columns.extend(payloads::columns());
    columns
});
static PAGES: LazyLock<Vec<Column>> = LazyLock::new(envelope::page_columns);
static QUARANTINE: LazyLock<Vec<Column>> = LazyLock::new(envelope::quarantine_columns);
static STATEMENTS_SCHEMA: LazyLock<SchemaRef> =
    LazyLock::new(|| schema(&sealed::statement_columns()));
static SESSIONS_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| schema(&sealed::session_columns()));
static EVENTS_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| schema(&EVENTS));
static PAGES_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| schema(&PAGES));
static QUARANTINE_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| schema(&QUARANTINE));

/// Columns of `events`: the envelope, then one struct a kind.
pub fn events_columns() -> &'static [Column] {
    &EVENTS
}

/// Columns of `pages`: the masked bodies of `response.page` events.
pub fn pages_columns() -> &'static [Column] {
    &PAGES
}

/// Columns of `quarantine`: records that are no events, byte for byte.
pub fn quarantine_columns() -> &'static [Column] {
    &QUARANTINE
}

/// Arrow schema of `events`.
pub fn events_schema() -> SchemaRef {
    Arc::clone(&EVENTS_SCHEMA)
}

/// Arrow schema of `pages`.
pub fn pages_schema() -> SchemaRef {
    Arc::clone(&PAGES_SCHEMA)
}

/// Arrow schema of `quarantine`.
pub fn quarantine_schema() -> SchemaRef {
    Arc::clone(&QUARANTINE_SCHEMA)
}

/// Arrow schema of the sealed table `statements`.
pub fn statements_schema() -> SchemaRef {
    Arc::clone(&STATEMENTS_SCHEMA)
}

/// Arrow schema of the sealed table `sessions`.
pub fn sessions_schema() -> SchemaRef {
    Arc::clone(&SESSIONS_SCHEMA)
}
