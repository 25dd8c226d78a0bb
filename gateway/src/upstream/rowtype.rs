//! The columns of a result as Snowflake describes them.
//!
//! Enters: `rowtype`. Leaves: result columns. Never here: a cell.

use event::payload::ResultColumn;
use serde::Deserialize;

use crate::raw::RawObject;

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

/// The columns of a reply's `data`; none if it describes none.
pub(super) fn columns(data: &RawObject) -> Result<Vec<ResultColumn>, serde_json::Error> {
    let rowtype: Option<Vec<RowType>> = data.read("rowtype")?;
    let columns = rowtype.unwrap_or_default().into_iter();
    Ok(columns.map(column).collect())
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
