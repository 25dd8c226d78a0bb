//! The Arrow schema the text of JSON rows is recorded under.
//!
//! Enters: columns. Leaves: a schema. Never here: a cell.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use event::payload::ResultColumn;

/// The schema JSON rows are recorded under: text, with Snowflake's type in the metadata its own Arrow results use.
pub(super) fn text_schema(columns: &[ResultColumn]) -> SchemaRef {
    let fields = columns.iter().map(|column| {
        let mut metadata = HashMap::from([(
            "logicalType".to_owned(),
            column.data_type.to_ascii_uppercase(),
        )]);
        let numbers = [
            ("precision", column.precision),
            ("scale", column.scale),
            ("charLength", column.length),
        ];
        for (name, number) in numbers {
            if let Some(number) = number {
                metadata.insert(name.to_owned(), number.to_string());
            }
        }
        Field::new(&column.name, DataType::Utf8, true).with_metadata(metadata)
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}
