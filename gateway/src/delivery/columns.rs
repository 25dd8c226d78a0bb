//! The columns of a result as Snowflake describes them.
//!
//! Enters: `rowtype`. Leaves: result columns, and the Arrow schema their text is recorded under. Never here: a cell.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use event::payload::ResultColumn;
use serde::Deserialize;

use super::reply::{GarbageReply, UpstreamReply};

#[derive(Deserialize)]
struct RowType {
    name: String,
    #[serde(rename = "type", default)]
    data_type: Option<String>,
    #[serde(default)]
    nullable: Option<bool>,
    #[serde(default)]
    precision: Option<i64>,
    #[serde(default)]
    scale: Option<i64>,
    #[serde(default)]
    length: Option<i64>,
    #[serde(default)]
    database: Option<String>,
    #[serde(default)]
    schema: Option<String>,
    #[serde(default)]
    table: Option<String>,
}

/// The columns of `reply`; none if it describes none.
pub(super) fn of(reply: &UpstreamReply) -> Result<Vec<ResultColumn>, GarbageReply> {
    let Some(data) = &reply.data else {
        return Ok(Vec::new());
    };
    let rowtype: Option<Vec<RowType>> = data
        .read("rowtype")
        .map_err(|_| GarbageReply::Field("rowtype"))?;
    Ok(rowtype
        .unwrap_or_default()
        .into_iter()
        .map(column)
        .collect())
}

fn column(rowtype: RowType) -> ResultColumn {
    let names = [rowtype.database, rowtype.schema, rowtype.table];
    let names: Vec<String> = names
        .into_iter()
        .flatten()
        .filter(|name| !name.is_empty())
        .collect();
    ResultColumn {
        name: rowtype.name,
        data_type: rowtype.data_type.unwrap_or_default(),
        nullable: rowtype.nullable.unwrap_or(true),
        precision: rowtype.precision,
        scale: rowtype.scale,
        length: rowtype.length,
        origin: names.join("."),
    }
}

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
