//! OCSF as columns: what of an event has a column of its own, and what is kept as text under `unmapped`.
//!
//! Enters: OCSF events in JSON. Leaves: a schema that is the same for every file, rows of it. Never here: a leaf that is dropped: what has
//! no column is in `unmapped`, by its path.
//!
//! `columns.txt` has a line a leaf: its path, `[]` after what is a list, and its type as the schema of OCSF 1.8.0 says: `int`
//! (`integer_t`), `long` (`long_t`, `timestamp_t`), `bool`, `text`, or `json` (`json_t`), which is kept as the text it is. `unmapped` is a map from
//! text to text, as in the tables Security Lake makes of AWS's own sources.

use std::sync::{Arc, LazyLock};

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef};
use arrow::error::ArrowError;
use serde_json::{Map, Value};

/// Where everything is that has no column.
const UNMAPPED: &str = "unmapped";

/// What a column holds.
#[derive(Clone, Debug)]
enum Shape {
    Int,
    Long,
    Bool,
    Text,
    Json,
    List(Box<Self>),
    Object(Vec<(&'static str, Self)>),
}

static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
    let mut shape = Shape::Object(Vec::new());
    for line in include_str!("columns.txt").lines() {
        let (path, kind) = line.split_once(' ').unwrap_or((line, "text"));
        let leaf = match kind {
            "int" => Shape::Int,
            "long" => Shape::Long,
            "bool" => Shape::Bool,
            "json" => Shape::Json,
            _ => Shape::Text,
        };
        shape.grow(path, leaf);
    }
    shape
});

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let mut fields: Vec<Arc<Field>> = match &*SHAPE {
        Shape::Object(entries) => fields(entries).iter().cloned().collect(),
        _ => Vec::new(),
    };
    let entry = Fields::from(vec![
        Field::new("key", DataType::Utf8, false),
        Field::new("value", DataType::Utf8, true),
    ]);
    let entries = Field::new("key_value", DataType::Struct(entry), false);
    let unmapped = DataType::Map(Arc::new(entries), false);
    fields.push(Arc::new(Field::new(UNMAPPED, unmapped, true)));
    Arc::new(Schema::new(fields))
});

/// The columns of every file. The first is `time`.
pub fn schema() -> SchemaRef {
    Arc::clone(&SCHEMA)
}

/// `events`, each a row.
pub fn rows(events: Vec<Map<String, Value>>) -> Result<RecordBatch, ArrowError> {
    let rows: Vec<Value> = events.into_iter().map(row).collect();
    let mut decoder = arrow_json::ReaderBuilder::new(schema())
        .with_batch_size(rows.len().max(1))
        .build_decoder()?;
    decoder.serialize(&rows)?;
    let batch = decoder.flush()?;
    Ok(batch.unwrap_or_else(|| RecordBatch::new_empty(schema())))
}

/// What has a column in it, and all else in `unmapped`.
fn row(mut event: Map<String, Value>) -> Value {
    let mut rest = Map::new();
    if let Some(unmapped) = event.remove(UNMAPPED) {
        flatten("", unmapped, &mut rest);
    }
    let fitted = SHAPE.fit("", Value::Object(event), &mut rest);
    let mut row = match fitted {
        Some(Value::Object(row)) => row,
        _ => Map::new(),
    };
    if !rest.is_empty() {
        row.insert(UNMAPPED.to_owned(), Value::Object(rest));
    }
    Value::Object(row)
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// Every leaf under its path, as text; a list is one leaf.
fn flatten(path: &str, value: Value, into: &mut Map<String, Value>) {
    let text = match value {
        Value::Object(object) => {
            for (name, value) in object {
                flatten(&below(path, &name), value, into);
            }
            return;
        }
        Value::Null => Value::Null,
        Value::String(text) => Value::String(text),
        other => Value::String(other.to_string()),
    };
    into.insert(path.to_owned(), text);
}

fn fields(entries: &[(&'static str, Shape)]) -> Fields {
    let each = entries.iter();
    each.map(|(name, shape)| Field::new(*name, shape.data_type(), true))
        .collect()
}

impl Shape {
    /// Takes in a leaf at `path`.
    fn grow(&mut self, path: &'static str, leaf: Self) {
        let Self::Object(entries) = self else {
            return;
        };
        let (name, rest) = match path.split_once('.') {
            Some((name, rest)) => (name, Some(rest)),
            None => (path, None),
        };
        let (name, listed) = match name.strip_suffix("[]") {
            Some(name) => (name, true),
            None => (name, false),
        };
        let at = entries.iter().position(|(known, _)| *known == name);
        let at = at.unwrap_or_else(|| {
            let inner = match rest {
                Some(_) => Self::Object(Vec::new()),
                None => leaf.clone(),
            };
            let shape = if listed {
                Self::List(Box::new(inner))
            } else {
                inner
            };
            entries.push((name, shape));
            entries.len() - 1
        });
        let (Some((_, below)), Some(rest)) = (entries.get_mut(at), rest) else {
            return;
        };
        match below {
            Self::List(inner) => inner.grow(rest, leaf),
            other => other.grow(rest, leaf),
        }
    }

    fn data_type(&self) -> DataType {
        match self {
            Self::Int => DataType::Int32,
            Self::Long => DataType::Int64,
            Self::Bool => DataType::Boolean,
            Self::Text | Self::Json => DataType::Utf8,
            Self::List(inner) => {
                DataType::List(Arc::new(Field::new("element", inner.data_type(), true)))
            }
            Self::Object(entries) => DataType::Struct(fields(entries)),
        }
    }

    /// `value` as the column takes it; what it does not take goes to `rest`.
    fn fit(&self, path: &str, value: Value, rest: &mut Map<String, Value>) -> Option<Value> {
        match (self, value) {
            (_, Value::Null) => None,
            (Self::Int, Value::Number(number))
                if number.as_i64().is_some_and(|n| i32::try_from(n).is_ok()) =>
            {
                Some(Value::Number(number))
            }
            (Self::Long, Value::Number(number)) if number.as_i64().is_some() => {
                Some(Value::Number(number))
            }
            (Self::Bool, Value::Bool(truth)) => Some(Value::Bool(truth)),
            (Self::Text, Value::String(text)) => Some(Value::String(text)),
            (Self::Json, value) => Some(Value::String(value.to_string())),
            (Self::List(inner), Value::Array(items)) => {
                let numbered = items.into_iter().enumerate();
                let fitted = numbered
                    .filter_map(|(index, item)| inner.fit(&format!("{path}[{index}]"), item, rest));
                Some(Value::Array(fitted.collect()))
            }
            (Self::Object(entries), Value::Object(object)) => {
                let mut fitted = Map::new();
                for (name, value) in object {
                    let path = below(path, &name);
                    match entries.iter().find(|(known, _)| *known == name) {
                        Some((_, shape)) => {
                            let value = shape.fit(&path, value, rest);
                            fitted.extend(value.map(|value| (name, value)));
                        }
                        None => flatten(&path, value, rest),
                    }
                }
                Some(Value::Object(fitted))
            }
            (_, value) => {
                flatten(path, value, rest);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(event: Value) -> Value {
        let Value::Object(event) = event else {
            panic!("no object");
        };
        row(event)
    }

    #[test]
    fn what_has_no_column_or_another_type_is_unmapped_by_its_path() {
        let row = told(json!({
            "time": 5, "class_uid": 6005, "metadata": {"uid": "a", "new": {"x": 1}}, "severity": 7,
            "attacks": [{"tactic": {"uid": "t", "odd": true}}], "query_info": {"data": {"kinds": ["select"]}},
            "unmapped": {"principal": {"agent": "b"}, "list": [1, {"c": 2}], "nothing": null}, "whole": {},
        }));
        assert_eq!(
            row,
            json!({
                "time": 5, "class_uid": 6005, "metadata": {"uid": "a"},
                "attacks": [{"tactic": {"uid": "t"}}], "query_info": {"data": "{\"kinds\":[\"select\"]}"},
                "unmapped": {"principal.agent": "b", "list": "[1,{\"c\":2}]", "nothing": null, "metadata.new.x": "1", "severity": "7",
                    "attacks[0].tactic.odd": "true"},
            })
        );
    }

    #[test]
    fn rows_have_the_schema_whatever_they_hold() {
        let event = |value: Value| value.as_object().cloned().unwrap();
        let batch = rows(vec![
            event(json!({"time": 1, "metadata": {"profiles": ["a", "b"]}})),
            event(json!({"time": 2, "unmapped": {"x": "y"}, "is_alert": true})),
        ])
        .unwrap();
        assert_eq!(batch.schema(), schema());
        assert_eq!(batch.num_rows(), 2);
        assert_eq!(schema().field(0).name(), "time");
    }
}
