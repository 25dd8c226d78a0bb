//! Any bytes as an Arrow stream, and batches of every physical type: no panic, the same rows, types and NULLs, untouched columns
//! kept, and what comes out is read again. `make fuzz` runs it.

#![no_main]

use std::cell::Cell;
use std::panic::{catch_unwind, set_hook, take_hook};
use std::sync::{Arc, Once};

use access_fuzz::{Column, Fate, MASKING, let_through, plan};
use arbitrary::Arbitrary;
use arrow::array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray,
    Float64Array, Int8Array, Int16Array, Int32Array, Int64Array, LargeStringArray, ListBuilder,
    RecordBatch, StringArray, StringBuilder, StructArray,
};
use arrow::buffer::{Buffer, NullBuffer};
use arrow::datatypes::{Field, Fields, Int32Type, Schema};
use arrow::ipc::reader::{StreamDecoder, StreamReader};
use arrow::ipc::writer::StreamWriter;
use event::payload::ResultColumn;
use libfuzzer_sys::fuzz_target;

/// Most bytes a decoded batch may take: a small stream can name a large one.
const BATCH_BYTES_MAX: usize = 64 << 20;

#[derive(Debug, Arbitrary)]
enum Input<'a> {
    /// A stream as it came from upstream.
    Stream(Vec<Column>, &'a [u8]),
    /// Cells of any physical type.
    Cells(Vec<(Column, Physical<'a>)>),
}

/// A column's cells.
#[derive(Debug, Arbitrary)]
enum Physical<'a> {
    Text(Vec<Option<&'a str>>),
    LargeText(Vec<Option<&'a str>>),
    Dictionary(Vec<Option<&'a str>>),
    Int8(Vec<Option<i8>>),
    Int16(Vec<Option<i16>>),
    Int32(Vec<Option<i32>>),
    Int64(Vec<Option<i64>>),
    Decimal(Vec<Option<i64>>, u8),
    Real(Vec<Option<f64>>),
    Boolean(Vec<Option<bool>>),
    Binary(Vec<Option<&'a [u8]>>),
    Date(Vec<Option<i32>>),
    /// Epoch, fraction, time zone, and which of the last two there are.
    Stamp(Vec<Option<(i64, i32, i32)>>, bool, bool),
    Decfloat(Vec<Option<(i16, &'a [u8])>>),
    List(Vec<Option<Vec<Option<&'a str>>>>),
    Object(Vec<Option<(&'a str, i64)>>),
}

fuzz_target!(|input: Input<'_>| match input {
    Input::Stream(columns, bytes) => {
        for batch in decoded(bytes) {
            check(&columns, &batch);
        }
    }
    Input::Cells(cells) => {
        let arrays: Vec<ArrayRef> = cells.iter().map(|(_, physical)| array(physical)).collect();
        let rows = arrays.iter().map(|array| array.len()).min().unwrap_or(0);
        let arrays: Vec<ArrayRef> = arrays.iter().map(|array| array.slice(0, rows)).collect();
        let fields: Vec<Field> = arrays
            .iter()
            .map(|array| Field::new("C", array.data_type().clone(), true))
            .collect();
        let columns: Vec<Column> = cells.iter().map(|(column, _)| *column).collect();
        if let Ok(batch) = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays) {
            check(&columns, &batch);
        }
    }
});

thread_local! {
    static DECODING: Cell<bool> = const { Cell::new(false) };
}

/// What the stream holds. The decoder is not what is tried here: where it panics, the stream holds nothing.
fn decoded(bytes: &[u8]) -> Vec<RecordBatch> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let abort = take_hook();
        set_hook(Box::new(move |panic| {
            if !DECODING.get() {
                abort(panic);
            }
        }));
    });
    DECODING.set(true);
    // As the gateway does: what a stream claims of its length is not believed.
    let batches = catch_unwind(|| {
        let mut decoder = StreamDecoder::new();
        let mut buffer = Buffer::from(bytes);
        let mut batches = Vec::new();
        while batches.len() < 8 {
            match decoder.decode(&mut buffer) {
                Ok(Some(batch)) => batches.push(batch),
                Ok(None) | Err(_) => break,
            }
        }
        batches
    });
    DECODING.set(false);
    let mut batches = batches.unwrap_or_default();
    batches.retain(|batch| {
        batch.get_array_memory_size() <= BATCH_BYTES_MAX && batch.num_rows() <= 1 << 16
    });
    batches
}

fn array(physical: &Physical<'_>) -> ArrayRef {
    match physical {
        Physical::Text(cells) => Arc::new(StringArray::from(cells.clone())),
        Physical::LargeText(cells) => Arc::new(LargeStringArray::from(cells.clone())),
        Physical::Dictionary(cells) => Arc::new(
            cells
                .iter()
                .copied()
                .collect::<DictionaryArray<Int32Type>>(),
        ),
        Physical::Int8(cells) => Arc::new(Int8Array::from(cells.clone())),
        Physical::Int16(cells) => Arc::new(Int16Array::from(cells.clone())),
        Physical::Int32(cells) => Arc::new(Int32Array::from(cells.clone())),
        Physical::Int64(cells) => Arc::new(Int64Array::from(cells.clone())),
        Physical::Decimal(cells, scale) => {
            let cells: Decimal128Array = cells.iter().map(|cell| cell.map(i128::from)).collect();
            let scale = i8::try_from(scale % 38).unwrap_or(0);
            Arc::new(
                cells
                    .with_precision_and_scale(38, scale)
                    .expect("a scale below 38"),
            )
        }
        Physical::Real(cells) => Arc::new(Float64Array::from(cells.clone())),
        Physical::Boolean(cells) => Arc::new(BooleanArray::from(cells.clone())),
        Physical::Binary(cells) => Arc::new(cells.iter().copied().collect::<BinaryArray>()),
        Physical::Date(cells) => Arc::new(Date32Array::from(cells.clone())),
        Physical::Stamp(cells, fraction, zone) => stamp(cells, *fraction, *zone),
        Physical::Decfloat(cells) => {
            let exponent: Int16Array = cells.iter().map(|cell| cell.map(|cell| cell.0)).collect();
            let significand: BinaryArray =
                cells.iter().map(|cell| cell.map(|cell| cell.1)).collect();
            structured(
                cells.iter().map(Option::is_some),
                vec![
                    ("exponent", Arc::new(exponent)),
                    ("significand", Arc::new(significand)),
                ],
            )
        }
        Physical::List(cells) => {
            let mut lists = ListBuilder::new(StringBuilder::new());
            for cell in cells {
                match cell {
                    Some(texts) => lists.append_value(texts.iter().copied()),
                    None => lists.append_null(),
                }
            }
            Arc::new(lists.finish())
        }
        Physical::Object(cells) => {
            let name: StringArray = cells.iter().map(|cell| cell.map(|cell| cell.0)).collect();
            let pan: Int64Array = cells.iter().map(|cell| cell.map(|cell| cell.1)).collect();
            structured(
                cells.iter().map(Option::is_some),
                vec![("name", Arc::new(name)), ("pan", Arc::new(pan))],
            )
        }
    }
}

fn stamp(cells: &[Option<(i64, i32, i32)>], fraction: bool, zone: bool) -> ArrayRef {
    let epoch: Int64Array = cells.iter().map(|cell| cell.map(|cell| cell.0)).collect();
    let mut children: Vec<(&str, ArrayRef)> = vec![("epoch", Arc::new(epoch))];
    if fraction {
        let fraction: Int32Array = cells.iter().map(|cell| cell.map(|cell| cell.1)).collect();
        children.push(("fraction", Arc::new(fraction)));
    }
    if zone {
        let zone: Int32Array = cells.iter().map(|cell| cell.map(|cell| cell.2)).collect();
        children.push(("timezone", Arc::new(zone)));
    }
    structured(cells.iter().map(Option::is_some), children)
}

fn structured(valid: impl Iterator<Item = bool>, children: Vec<(&str, ArrayRef)>) -> ArrayRef {
    let fields: Fields = children
        .iter()
        .map(|(name, child)| Field::new(*name, child.data_type().clone(), true))
        .collect();
    let children = children.into_iter().map(|(_, child)| child).collect();
    Arc::new(StructArray::new(
        fields,
        children,
        Some(valid.collect::<NullBuffer>()),
    ))
}

fn check(columns: &[Column], batch: &RecordBatch) {
    let described: Vec<ResultColumn> = columns.iter().map(Column::described).collect();
    let mut mask = MASKING.result(plan(columns), &described, None);
    let masked = match mask.arrow(batch.clone()) {
        Ok(masked) => masked,
        Err(_) if columns.len() != batch.num_columns() => return,
        Err(error) => panic!("{error:?}"),
    };
    let after = masked.rows.get();
    assert_eq!(after.num_rows(), batch.num_rows());
    for (place, (was, is)) in batch.columns().iter().zip(after.columns()).enumerate() {
        assert_eq!(was.data_type(), is.data_type());
        let (before, now) = (was.logical_nulls(), is.logical_nulls());
        for row in 0..batch.num_rows() {
            let null =
                |nulls: &Option<NullBuffer>| nulls.as_ref().is_some_and(|nulls| nulls.is_null(row));
            assert!(!null(&before) || null(&now), "NULL stays NULL");
        }
        let counted = masked
            .counts
            .iter()
            .any(|count| count.ordinal as usize == place);
        if columns[place].fate == Fate::Clear || !counted {
            assert_eq!(
                was.to_data(),
                is.to_data(),
                "what no rule and no detector named stays"
            );
        }
    }
    let again = MASKING
        .result(let_through(columns.len()), &described, None)
        .arrow(after.clone());
    assert_eq!(again.expect("the same shape").digest, masked.digest);
    let read = written_and_read(after);
    assert_eq!(read.num_rows(), after.num_rows());
    assert_eq!(read.schema().fields().len(), after.schema().fields().len());
}

fn written_and_read(batch: &RecordBatch) -> RecordBatch {
    let mut writer =
        StreamWriter::try_new(Vec::new(), &batch.schema()).expect("a schema is written");
    writer.write(batch).expect("a masked batch is written");
    let bytes = writer.into_inner().expect("the stream ends");
    let mut reader = StreamReader::try_new(bytes.as_slice(), None).expect("a schema is read");
    reader
        .next()
        .expect("one batch")
        .expect("a masked batch is read")
}
