//! Delta statistics of a file: how many rows, and the least and greatest value of the columns readers prune by.
//!
//! Enters: the file's rows, or the JSON of an `add` action. Leaves: that JSON, or what our own scans prune by. Never here: payload
//! columns; nothing prunes by them.

use std::ops::Range;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::{max, max_string, min, min_string};
use arrow::datatypes::{DataType, Int64Type, TimestampMicrosecondType};
use chrono::{DateTime, SecondsFormat};
use datafusion::common::ScalarValue;
use serde::Deserialize;
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
/// Columns of text by which our own scans leave files out; the footers, which they keep, tell the rest.
const PRUNED_TEXTS: [&str; 3] = ["session_id", "statement_id", "event_id"];
/// Microseconds in the unit of a Delta timestamp statistic.
const MICROS_PER_MILLI: i64 = 1_000;

/// What the statistics of a log entry say. They only keep readers from files that cannot hold what they look for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Stats {
    /// Rows in the file.
    pub(crate) rows: Option<u64>,
    /// By column, values that none of its values is below or above; times outwards to the millisecond.
    pub(crate) bounds: Vec<(&'static str, ScalarValue, ScalarValue)>,
    /// Columns that are NULL in every row.
    pub(crate) empty: Vec<&'static str>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Said {
    num_records: Option<u64>,
    min_values: Map<String, Value>,
    max_values: Map<String, Value>,
    null_count: Map<String, Value>,
}

impl Stats {
    /// Reads what [`of`] writes; what it does not understand, it leaves out.
    pub(crate) fn read(json: Option<&str>) -> Self {
        let said = json.and_then(|json| serde_json::from_str::<Said>(json).ok());
        let said = said.unwrap_or_default();
        let both = |name| {
            let low = said.min_values.get(name)?.as_str()?;
            Some((low, said.max_values.get(name)?.as_str()?))
        };
        let times =
            both("time").and_then(|(low, high)| Some(("time", moment(low)?, moment(high)?)));
        let texts = PRUNED_TEXTS.into_iter().filter_map(|name| {
            let (low, high) = both(name)?;
            Some((name, ScalarValue::from(low), ScalarValue::from(high)))
        });
        let nulls = |name: &&str| said.null_count.get(*name)?.as_u64();
        let is_empty = |name: &&str| said.num_records.is_some() && nulls(name) == said.num_records;
        Self {
            rows: said.num_records,
            bounds: times.into_iter().chain(texts).collect(),
            empty: PRUNED_TEXTS.into_iter().filter(is_empty).collect(),
        }
    }

    /// The same, of a file that covers these offsets.
    pub(crate) fn within(mut self, offsets: &Range<u64>) -> Self {
        let last = offsets.end.saturating_sub(1);
        if let (Ok(low), Ok(high)) = (i64::try_from(offsets.start), i64::try_from(last)) {
            let bound = ("offset", ScalarValue::from(low), ScalarValue::from(high));
            self.bounds.push(bound);
        }
        self
    }
}

/// A time of the log's statistics as the column has it.
fn moment(text: &str) -> Option<ScalarValue> {
    let micros = DateTime::parse_from_rfc3339(text).ok()?.timestamp_micros();
    Some(ScalarValue::TimestampMicrosecond(
        Some(micros),
        Some("UTC".into()),
    ))
}

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
