//! Delta statistics of a file: how many rows, and the least and greatest value of the columns readers prune by.
//!
//! Enters: the file's rows. Leaves: the JSON of an `add` action. Never here: payload columns; nothing prunes by them.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::{max, max_string, min, min_string};
use arrow::datatypes::{DataType, Int64Type, TimestampMicrosecondType};
use chrono::{DateTime, SecondsFormat};
use serde_json::{Map, Value, json};

/// Columns with statistics, where a table has them; also the table's `delta.dataSkippingStatsColumns`.
pub(super) const STATS_COLUMNS: [&str; 10] = [
    "offset",
    "time",
    "kind",
    "event_id",
    "session_id",
    "statement_id",
    "principal_subject",
    "connection",
    "producer_run",
    "producer_seq",
];
/// Microseconds in the unit of a Delta timestamp statistic.
const MICROS_PER_MILLI: i64 = 1_000;

/// The statistics of `rows`.
pub(super) fn of(rows: &RecordBatch) -> String {
    let mut least = Map::new();
    let mut greatest = Map::new();
    let mut nulls = Map::new();
    for name in STATS_COLUMNS {
        let Some(column) = rows.column_by_name(name) else {
            continue;
        };
        nulls.insert(name.to_owned(), json!(column.null_count()));
        if let Some((low, high)) = bounds(column) {
            least.insert(name.to_owned(), low);
            greatest.insert(name.to_owned(), high);
        }
    }
    json!({
        "numRecords": rows.num_rows(),
        "minValues": least,
        "maxValues": greatest,
        "nullCount": nulls,
    })
    .to_string()
}

fn bounds(column: &ArrayRef) -> Option<(Value, Value)> {
    match column.data_type() {
        DataType::Utf8 => {
            let texts = column.as_string_opt::<i32>()?;
            Some((json!(min_string(texts)?), json!(max_string(texts)?)))
        }
        DataType::Int64 => {
            let numbers = column.as_primitive_opt::<Int64Type>()?;
            Some((json!(min(numbers)?), json!(max(numbers)?)))
        }
        DataType::Timestamp(..) => {
            let times = column.as_primitive_opt::<TimestampMicrosecondType>()?;
            // Readers know milliseconds: outwards, so that the file is never skipped for what it holds.
            let low = min(times)?.div_euclid(MICROS_PER_MILLI);
            let high = max(times)?.div_euclid(MICROS_PER_MILLI) + 1;
            Some((text(low)?, text(high)?))
        }
        _ => None,
    }
}

/// The latest `time` or `arrived` of the rows, milliseconds since 1970 UTC: equal for whoever registers the file.
pub(super) fn latest_millis(rows: &RecordBatch) -> i64 {
    ["time", "arrived"]
        .into_iter()
        .filter_map(|name| rows.column_by_name(name)?.as_primitive_opt())
        .filter_map(max::<TimestampMicrosecondType>)
        .max()
        .map_or(0, |micros| micros.div_euclid(MICROS_PER_MILLI))
}

fn text(millis: i64) -> Option<Value> {
    let time = DateTime::from_timestamp_millis(millis)?;
    // Beyond four digits of year, readers disagree on the text; without it they read the file.
    (0..=9_999)
        .contains(&chrono::Datelike::year(&time))
        .then(|| json!(time.to_rfc3339_opts(SecondsFormat::Millis, true)))
}
