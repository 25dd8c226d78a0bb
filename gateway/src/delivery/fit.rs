//! Whether an Arrow stream's columns have the types Snowflake uses for what it says they are, and hide nothing under a NULL.
//!
//! Enters: the described columns, a stream's schema, its batches. Leaves: yes or no; batches whose NULLs are empty. Never here:
//! a type the mask does not read: text that comes as binary, or in a form no driver knows, would pass the detectors unseen.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, GenericStringArray, OffsetSizeTrait, RecordBatch, RecordBatchOptions,
};
use arrow::datatypes::{DataType, Schema};
use arrow::error::ArrowError;
use event::payload::ResultColumn;

/// Whether the stream may be masked as `columns`.
pub(super) fn fits(columns: &[ResultColumn], schema: &Schema) -> bool {
    let fields = schema.fields();
    let pairs = columns.iter().zip(fields);
    columns.len() == fields.len()
        && pairs.into_iter().all(|(column, field)| {
            let word = column.data_type.to_ascii_lowercase();
            suits(&word, plain(field.data_type()))
        })
}

/// The batch without the bytes that texts leave under a NULL: no mask looks there, and they would be delivered with the rest.
pub(super) fn hollow(batch: RecordBatch) -> Result<RecordBatch, ArrowError> {
    let columns: Vec<Option<ArrayRef>> = batch.columns().iter().map(hollowed).collect();
    if columns.iter().all(Option::is_none) {
        return Ok(batch);
    }
    let columns = columns.into_iter().zip(batch.columns());
    let columns = columns.map(|(new, old)| new.unwrap_or_else(|| Arc::clone(old)));
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(batch.schema(), columns.collect(), &options)
}

/// The column anew, if something stands under one of its NULLs.
fn hollowed(column: &ArrayRef) -> Option<ArrayRef> {
    match column.data_type() {
        DataType::Utf8 => emptied(column.as_string::<i32>()),
        DataType::LargeUtf8 => emptied(column.as_string::<i64>()),
        // Its values are delivered with it, whichever of them a row names.
        DataType::Dictionary(..) => {
            let dictionary = column.as_any_dictionary_opt()?;
            hollowed(dictionary.values()).map(|values| dictionary.with_values(values))
        }
        _ => None,
    }
}

fn emptied<O: OffsetSizeTrait>(texts: &GenericStringArray<O>) -> Option<ArrayRef> {
    let nulls = texts.nulls()?;
    let lengths = texts.value_offsets().windows(2);
    let full = |ends: &[O]| matches!(ends, [begin, end] if begin != end);
    let hides = nulls
        .iter()
        .zip(lengths)
        .any(|(there, ends)| !there && full(ends));
    hides.then(|| Arc::new(texts.iter().collect::<GenericStringArray<O>>()) as ArrayRef)
}

/// The type of the values, also where a dictionary holds them.
fn plain(data_type: &DataType) -> &DataType {
    match data_type {
        DataType::Dictionary(_, values) => values,
        other => other,
    }
}

/// What `snowflake-protocol.md` §7 lists, and the wider forms test servers send.
fn suits(word: &str, data_type: &DataType) -> bool {
    match word {
        "text" | "char" | "varchar" | "string" => is_text(data_type),
        "fixed" | "number" => is_number(data_type),
        "real" | "float" | "double" => is_number(data_type),
        "boolean" => matches!(data_type, DataType::Boolean),
        "date" => matches!(data_type, DataType::Date32),
        "time" | "timestamp_ntz" | "timestamp_ltz" | "timestamp" => {
            is_number(data_type) || matches!(data_type, DataType::Struct(_))
        }
        "timestamp_tz" | "decfloat" => matches!(data_type, DataType::Struct(_)),
        "binary" => is_binary(data_type),
        "geography" | "geometry" => is_binary(data_type) || is_semi(data_type),
        interval if interval.starts_with("interval") => is_number(data_type),
        // Variants, objects, arrays, maps, vectors; and what Snowflake may yet invent, as long as the mask can read it.
        _ => is_semi(data_type),
    }
}

const fn is_text(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Utf8 | DataType::LargeUtf8)
}

const fn is_binary(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Binary | DataType::LargeBinary | DataType::FixedSizeBinary(_)
    )
}

const fn is_number(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Int8
            | DataType::Int16
            | DataType::Int32
            | DataType::Int64
            | DataType::Decimal128(..)
            | DataType::Float32
            | DataType::Float64
    )
}

/// Text, or a nesting of what may stand alone.
fn is_semi(data_type: &DataType) -> bool {
    let inner = |data_type: &DataType| {
        is_semi(data_type)
            || is_number(data_type)
            || is_binary(data_type)
            || matches!(data_type, DataType::Boolean | DataType::Date32)
    };
    match data_type {
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            inner(item.data_type())
        }
        DataType::Map(entries, _) => inner(entries.data_type()),
        DataType::Struct(fields) => fields.iter().all(|field| inner(field.data_type())),
        other => is_text(other),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::datatypes::{DataType, Field};

    use super::suits;

    #[test]
    fn what_snowflake_sends_suits_and_a_disguise_does_not() {
        let list = |item| DataType::List(Arc::new(Field::new("item", item, true)));
        let stamp = DataType::Struct(
            vec![
                Field::new("epoch", DataType::Int64, true),
                Field::new("fraction", DataType::Int32, true),
            ]
            .into(),
        );
        for (word, data_type, want) in [
            ("text", DataType::Utf8, true),
            ("text", DataType::LargeUtf8, true),
            ("text", DataType::Binary, false),
            ("text", DataType::Int64, false),
            ("text", DataType::Utf8View, false),
            ("text", list(DataType::Utf8), false),
            ("fixed", DataType::Int8, true),
            ("fixed", DataType::Decimal128(38, 2), true),
            ("fixed", DataType::UInt64, false),
            ("fixed", DataType::Utf8, false),
            ("real", DataType::Float64, true),
            ("date", DataType::Date32, true),
            ("date", DataType::Int32, false),
            ("time", DataType::Int64, true),
            ("timestamp_ntz", stamp.clone(), true),
            ("timestamp_tz", stamp.clone(), true),
            ("timestamp_tz", DataType::Int64, false),
            ("binary", DataType::Binary, true),
            ("binary", DataType::BinaryView, false),
            ("variant", DataType::Utf8, true),
            ("variant", DataType::Binary, false),
            ("array", list(DataType::Utf8), true),
            ("array", list(DataType::Utf8View), false),
            ("object", stamp, true),
            ("something_new", DataType::Utf8, true),
            ("something_new", DataType::Binary, false),
        ] {
            assert_eq!(suits(word, &data_type), want, "{word} {data_type}");
        }
    }
}
