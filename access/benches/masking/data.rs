//! Made-up columns of a warehouse, the same on every machine.
//!
//! Enters: nothing. Leaves: cells by column, and one mixed result as Snowflake describes it. Never here: real data.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int32Array, Int64Array,
    RecordBatch, StringArray, StructArray,
};
use arrow::datatypes::{DataType, Field, Fields, Schema};
use event::payload::ResultColumn;

/// Cells a column.
pub const CELLS: usize = 512;
/// Rows of a page.
pub const PAGE_ROWS: usize = 4096;

/// A small linear congruential generator: the same data on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn digits(&mut self, count: usize) -> String {
        (0..count)
            .map(|_| char::from_digit(self.below(10) as u32, 10).unwrap_or('0'))
            .collect()
    }

    fn hex(&mut self, count: usize) -> String {
        (0..count)
            .map(|_| char::from_digit(self.below(16) as u32, 16).unwrap_or('0'))
            .collect()
    }

    fn uuid(&mut self) -> String {
        format!(
            "{}-{}-4{}-a{}-{}",
            self.hex(8),
            self.hex(4),
            self.hex(3),
            self.hex(3),
            self.hex(12)
        )
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words
            .get(self.below(words.len() as u64) as usize)
            .copied()
            .unwrap_or("")
    }
}

/// A number with its Luhn digit.
fn luhn(body: &str) -> String {
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0') * if place % 2 == 0 { 2 } else { 1 };
            if digit > 9 { digit - 9 } else { digit }
        })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

/// Columns of a warehouse without a person in them.
pub fn free() -> Vec<Vec<String>> {
    let mut dice = Dice(7);
    let mut column = |make: &mut dyn FnMut(&mut Dice) -> String| {
        (0..CELLS).map(|_| make(&mut dice)).collect::<Vec<_>>()
    };
    vec![
        column(&mut |dice| format!("{}.{}", dice.below(5000), dice.digits(2))),
        column(&mut |dice| dice.pick(&["PENDING", "SHIPPED", "RETURNED"]).to_owned()),
        column(&mut |dice| {
            format!(
                "2025-0{}-1{} 12:{}:07.{}",
                1 + dice.below(9),
                dice.below(9),
                10 + dice.below(49),
                dice.digits(3)
            )
        }),
        column(&mut |dice| dice.uuid()),
        column(&mut |dice| dice.hex(64)),
        column(&mut |dice| format!("17{}", dice.digits(8))),
        column(&mut |dice| format!("SKU-{}-{}", dice.pick(&["AB", "XY"]), dice.digits(4))),
        column(&mut |dice| format!("{}.{}.{}", dice.below(9), dice.below(30), dice.below(30))),
        column(&mut |dice| {
            format!(
                "https://cdn.example.com/img/{}/{}.png",
                dice.below(9),
                dice.hex(12)
            )
        }),
        column(&mut |dice| {
            format!(
                "{} lamp with oak veneer, {} cm",
                dice.pick(&["Compact", "Durable"]),
                dice.digits(2)
            )
        }),
        column(&mut |dice| format!("12.{},-98.{}", dice.digits(6), dice.digits(6))),
        column(&mut |dice| dice.digits(12)),
    ]
}

/// Columns full of sensitive values.
pub fn dense() -> Vec<Vec<String>> {
    let mut dice = Dice(11);
    let mut column = |make: &mut dyn FnMut(&mut Dice) -> String| {
        (0..CELLS).map(|_| make(&mut dice)).collect::<Vec<_>>()
    };
    vec![
        column(&mut |dice| luhn(&format!("4{}", dice.digits(14)))),
        column(&mut |dice| {
            format!(
                "1{}-{}-{}",
                dice.digits(2),
                10 + dice.below(80),
                1000 + dice.below(8999)
            )
        }),
        column(&mut |dice| format!("user{}@example.org", dice.digits(4))),
        column(&mut |dice| format!("(212) 5{}-{}", dice.digits(2), dice.digits(4))),
        column(&mut |dice| {
            format!(
                "{} {}",
                dice.pick(&["Jane", "John", "Maria"]),
                dice.pick(&["Smith", "Garcia", "Jones"])
            )
        }),
        column(&mut |dice| {
            format!(
                "{} {} Street, Springfield, IL 62704",
                100 + dice.below(900),
                dice.pick(&["Oak", "Main"])
            )
        }),
        column(&mut |dice| format!("203.0.113.{}", dice.below(255))),
        column(&mut |_| "DE89370400440532013000".to_owned()),
    ]
}

/// Prose, one in three with something in it.
pub fn prose() -> Vec<Vec<String>> {
    let mut dice = Dice(13);
    let mut cell = || {
        match dice.below(3) {
        0 => format!("Spoke with the warehouse about order {} again, it left on 2025-03-1{} and will arrive late.", dice.digits(8), dice.below(9)),
        1 => "The agent restarted the router after a firmware update; no further issues were reported, ticket closed.".to_owned(),
        _ => format!("Customer asked to update email to user{}@example.org before Friday.", dice.digits(4)),
    }
    };
    vec![(0..CELLS * 2).map(|_| cell()).collect()]
}

/// A described column.
pub fn described(data_type: &str, scale: Option<i64>) -> ResultColumn {
    ResultColumn {
        name: "C".to_owned(),
        data_type: data_type.to_owned(),
        nullable: true,
        precision: None,
        scale,
        length: None,
        origin: String::new(),
    }
}

/// What a gateway sees most: numbers, times, codes, a note, a mail address, some JSON.
pub fn mixed_columns() -> Vec<ResultColumn> {
    [
        ("fixed", Some(0)),
        ("fixed", Some(2)),
        ("text", None),
        ("timestamp_ntz", Some(9)),
        ("text", None),
        ("text", None),
        ("text", None),
        ("variant", None),
        ("date", None),
        ("boolean", None),
        ("real", None),
        ("text", None),
    ]
    .into_iter()
    .map(|(word, scale)| described(word, scale))
    .collect()
}

/// Rows under those columns, as JSON text.
pub fn mixed_rows(rows: usize) -> Vec<Vec<Option<String>>> {
    let mut dice = Dice(17);
    let notes = prose().concat();
    (0..rows)
        .map(|row| {
            let seconds = 1_740_000_000 + dice.below(9_000_000);
            let cells = [
                (100_000_000 + dice.below(99_999_999)).to_string(),
                format!("{}.{}", dice.below(90_000), dice.digits(2)),
                dice.pick(&["PENDING", "SHIPPED", "RETURNED"]).to_owned(),
                format!("{seconds}.{}", dice.digits(9)),
                dice.uuid(),
                notes.get(row % notes.len()).cloned().unwrap_or_default(),
                format!("user{}@example.org", dice.digits(4)),
                format!(
                    r#"{{"sku":"SKU-{}","qty":{},"tags":["new","eu"]}}"#,
                    dice.digits(6),
                    dice.below(9)
                ),
                (18_000 + dice.below(2000)).to_string(),
                dice.below(2).to_string(),
                format!("0.{}", dice.digits(12)),
                format!(
                    "https://cdn.example.com/img/{}/{}.png",
                    dice.below(9),
                    dice.hex(12)
                ),
            ];
            cells
                .into_iter()
                .map(|cell| (dice.below(20) > 0).then_some(cell))
                .collect()
        })
        .collect()
}

/// The same rows as Arrow, in the physical types Snowflake sends.
pub fn mixed_batch(rows: &[Vec<Option<String>>]) -> Result<RecordBatch, arrow::error::ArrowError> {
    let cell = |row: usize, place: usize| rows.get(row)?.get(place)?.as_deref();
    let texts = |place: usize| -> ArrayRef {
        Arc::new(
            (0..rows.len())
                .map(|row| cell(row, place))
                .collect::<StringArray>(),
        )
    };
    let digits = |row: usize, place: usize| cell(row, place)?.replace('.', "").parse::<i64>().ok();
    let epoch: Int64Array = (0..rows.len())
        .map(|row| Some(digits(row, 3)? / 1_000_000_000))
        .collect();
    let fraction: Int32Array = (0..rows.len())
        .map(|row| i32::try_from(digits(row, 3)? % 1_000_000_000).ok())
        .collect();
    let stamp_nulls = (0..rows.len()).map(|row| cell(row, 3).is_some()).collect();
    let stamp_fields = Fields::from(vec![
        Field::new("epoch", DataType::Int64, true),
        Field::new("fraction", DataType::Int32, true),
    ]);
    let cents: Decimal128Array = (0..rows.len())
        .map(|row| digits(row, 1).map(i128::from))
        .collect();
    let arrays: Vec<ArrayRef> = vec![
        Arc::new(
            (0..rows.len())
                .map(|row| digits(row, 0))
                .collect::<Int64Array>(),
        ),
        Arc::new(cents.with_precision_and_scale(38, 2)?),
        texts(2),
        Arc::new(StructArray::new(
            stamp_fields,
            vec![Arc::new(epoch), Arc::new(fraction)],
            Some(stamp_nulls),
        )),
        texts(4),
        texts(5),
        texts(6),
        texts(7),
        Arc::new(
            (0..rows.len())
                .map(|row| cell(row, 8)?.parse().ok())
                .collect::<Date32Array>(),
        ),
        Arc::new(
            (0..rows.len())
                .map(|row| Some(cell(row, 9)? == "1"))
                .collect::<BooleanArray>(),
        ),
        Arc::new(
            (0..rows.len())
                .map(|row| cell(row, 10)?.parse().ok())
                .collect::<Float64Array>(),
        ),
        texts(11),
    ];
    let fields: Vec<Field> = arrays
        .iter()
        .map(|array| Field::new("C", array.data_type().clone(), true))
        .collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
}
