//! How one column's values stand in canonical bytes.
//!
//! Enters: a column with its Arrow array. Leaves: a value's bytes, and none for one that no event writes so. Never here: an allocation
//! for a value, or a judgement whether the bytes are the right ones (their hash tells).

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BooleanArray, Int64Array, ListArray, StringArray,
    StructArray,
};
use arrow::datatypes::Int64Type;
use event::cbor;

use crate::schema::{Column, ColumnType};

/// Columns of text that hold a UUID: 16 bytes in an event.
const UUIDS: [&str; 9] = [
    "approval_granted.scope.under",
    "approval_reviewed.grant",
    "approval_revoked.grant",
    "auditor_replayed.session",
    "finding_raised.session",
    "finding_raised.statement",
    "producer_heartbeat.parts.session",
    "producer_started.abandoned.run",
    "producer_stopped.parts.session",
];
/// Columns of text that hold a digest: 32 bytes in an event. So does every `binding`.
const DIGESTS: [&str; 8] = [
    "policy_loaded.changes.previous",
    "policy_loaded.hash",
    "producer_heartbeat.parts.head",
    "producer_stopped.parts.head",
    "response_page.digest",
    "stage_downloaded.delivered_digest",
    "stage_downloaded.digest",
    "stage_uploaded.digest",
];
/// Fields that an event does not have at all where they are absent.
const OMITTED: [&str; 5] = [
    "approval_granted.scope",
    "policy_loaded.changes",
    "response_page.seen",
    "statement_decided.compared_before",
    "statement_submitted.seen",
];
/// Stands for the body, which is in another table.
const BODY: &str = "response_page.body_bytes";

/// A column, ready to be written row by row.
pub(super) enum Form<'a> {
    Text(&'a StringArray),
    Uuid(&'a StringArray),
    Digest(&'a StringArray),
    Integer(&'a Int64Array),
    Boolean(&'a BooleanArray),
    Binary(&'a BinaryArray),
    List(&'a ListArray, Box<Form<'a>>),
    Struct(&'a StructArray, Vec<Field<'a>>),
    /// Its length.
    Body(&'a Int64Array),
}

/// A field of a struct, with its key as it is written.
pub(super) struct Field<'a> {
    key: Vec<u8>,
    form: Form<'a>,
    omitted: bool,
}

impl<'a> Form<'a> {
    /// The form of `column`, whose values are `array`; `path` names it from the kind's column on.
    pub(super) fn of(column: &Column, path: &str, array: &'a ArrayRef) -> Option<Self> {
        Some(match &column.data {
            ColumnType::Text => text(path, array)?,
            ColumnType::Integer if path == BODY => Self::Body(array.as_primitive_opt()?),
            ColumnType::Integer => Self::Integer(array.as_primitive_opt::<Int64Type>()?),
            ColumnType::Boolean => Self::Boolean(array.as_boolean_opt()?),
            ColumnType::Binary => Self::Binary(array.as_binary_opt::<i32>()?),
            ColumnType::Texts => {
                let list = array.as_list_opt::<i32>()?;
                Self::List(list, Box::new(text(path, list.values())?))
            }
            ColumnType::Struct(columns) => {
                let values = array.as_struct_opt()?;
                Self::Struct(values, fields(columns, path, values)?)
            }
            ColumnType::List(columns) => {
                let list = array.as_list_opt::<i32>()?;
                let values = list.values().as_struct_opt()?;
                let element = Self::Struct(values, fields(columns, path, values)?);
                Self::List(list, Box::new(element))
            }
            ColumnType::Integer32 | ColumnType::Number | ColumnType::Timestamp => return None,
        })
    }

    fn is_null(&self, row: usize) -> bool {
        match self {
            Self::Text(values) | Self::Uuid(values) | Self::Digest(values) => values.is_null(row),
            Self::Integer(values) | Self::Body(values) => values.is_null(row),
            Self::Boolean(values) => values.is_null(row),
            Self::Binary(values) => values.is_null(row),
            Self::List(values, _) => values.is_null(row),
            Self::Struct(values, _) => values.is_null(row),
        }
    }

    /// Writes the value of `row`; `body` is what its page has in the other table.
    pub(super) fn write(&self, row: usize, body: &[u8], to: &mut Vec<u8>) -> Option<()> {
        if self.is_null(row) {
            cbor::null(to);
            return Some(());
        }
        match self {
            Self::Text(values) => cbor::text(to, values.value(row)),
            Self::Uuid(values) => cbor::bytes(to, &uuid(values.value(row))?),
            Self::Digest(values) => cbor::bytes(to, &digest(values.value(row))?),
            Self::Integer(values) => cbor::signed(to, values.value(row)),
            Self::Boolean(values) => cbor::boolean(to, values.value(row)),
            Self::Binary(values) => cbor::bytes(to, values.value(row)),
            Self::List(values, element) => {
                let offsets = values.value_offsets();
                let (from, end) = (*offsets.get(row)?, *offsets.get(row + 1)?);
                let (from, end) = (usize::try_from(from).ok()?, usize::try_from(end).ok()?);
                cbor::array(to, end.checked_sub(from)?);
                for item in from..end {
                    element.write(item, body, to)?;
                }
            }
            Self::Struct(_, fields) => {
                let left_out = |field: &&Field<'_>| field.omitted && field.form.is_null(row);
                cbor::map(to, fields.len() - fields.iter().filter(left_out).count());
                for field in fields {
                    if !left_out(&field) {
                        to.extend_from_slice(&field.key);
                        field.form.write(row, body, to)?;
                    }
                }
            }
            Self::Body(lengths) => {
                if usize::try_from(lengths.value(row)) != Ok(body.len()) {
                    return None;
                }
                cbor::bytes(to, body);
            }
        }
        Some(())
    }
}

fn text<'a>(path: &str, array: &'a ArrayRef) -> Option<Form<'a>> {
    let values = array.as_string_opt::<i32>()?;
    Some(if UUIDS.contains(&path) {
        Form::Uuid(values)
    } else if DIGESTS.contains(&path) || path.ends_with(".binding") {
        Form::Digest(values)
    } else {
        Form::Text(values)
    })
}

fn fields<'a>(columns: &[Column], path: &str, values: &'a StructArray) -> Option<Vec<Field<'a>>> {
    let field = |column: &Column| {
        let path = format!("{path}.{}", column.name);
        let form = Form::of(column, &path, values.column_by_name(column.name)?)?;
        let name = if path == BODY { "body" } else { column.name };
        let mut key = Vec::new();
        cbor::text(&mut key, name);
        let omitted = OMITTED.contains(&path.as_str());
        Some(Field { key, form, omitted })
    };
    let fields: Option<Vec<_>> = columns.iter().map(field).collect();
    let mut fields = fields?;
    fields.sort_by(|left, right| left.key.cmp(&right.key));
    Some(fields)
}

/// The UUID that is written so: hyphens in their places, lower case.
pub(super) fn uuid(text: &str) -> Option<[u8; 16]> {
    /// Where the digits of each byte begin.
    const PLACES: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
    let text: &[u8; 36] = text.as_bytes().try_into().ok()?;
    if [text[8], text[13], text[18], text[23]] != [b'-'; 4] {
        return None;
    }
    let mut bytes = [0; 16];
    let mut seen = 0;
    for (byte, at) in bytes.iter_mut().zip(PLACES) {
        let (high, low) = (digit(text[at]), digit(text[at + 1]));
        seen |= high | low;
        *byte = high << 4 | low;
    }
    (seen != OTHER).then_some(bytes)
}

/// The digest that is written so: 64 digits, lower case.
pub(super) fn digest(text: &str) -> Option<[u8; 32]> {
    let text: &[u8; 64] = text.as_bytes().try_into().ok()?;
    let (pairs, _) = text.as_chunks::<2>();
    let mut bytes = [0; 32];
    let mut seen = 0;
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        let (high, low) = (digit(*high), digit(*low));
        seen |= high | low;
        *byte = high << 4 | low;
    }
    (seen != OTHER).then_some(bytes)
}

/// What no digit is: with it, whatever was seen is this.
const OTHER: u8 = 0xff;

/// What a hex digit says.
fn digit(text: u8) -> u8 {
    static DIGITS: [u8; 256] = {
        let mut digits = [OTHER; 256];
        let mut digit = 0;
        while digit < 16 {
            digits[b"0123456789abcdef"[digit] as usize] = digit as u8;
            digit += 1;
        }
        digits
    };
    DIGITS[usize::from(text)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ids_read_as_they_print_and_no_other_way(bits: u128, bytes: [u8; 32], at in 0..36_usize, other in "[ -~]") {
            let id = uuid::Uuid::from_u128(bits);
            let text = id.to_string();
            prop_assert_eq!(super::uuid(&text), Some(*id.as_bytes()));
            let print = event::Digest::from_bytes(bytes).to_string();
            prop_assert_eq!(digest(&print), Some(bytes));
            let mut changed = text.clone();
            changed.replace_range(at..=at, &other);
            if let Some(read) = super::uuid(&changed) {
                prop_assert_eq!(uuid::Uuid::from_bytes(read).to_string(), changed);
            }
            let mut changed = print.clone();
            changed.replace_range(at..=at, &other);
            if let Some(read) = digest(&changed) {
                prop_assert_eq!(event::Digest::from_bytes(read).to_string(), changed);
            }
        }
    }

    #[test]
    fn other_writings_of_ids_are_none() {
        let text = "01900000-0000-7000-8000-0000000000aa";
        assert!(super::uuid(text).is_some());
        for text in [
            "01900000-0000-7000-8000-0000000000AA",
            "019000000000700080000000000000aa",
            "{01900000-0000-7000-8000-0000000000aa}",
            "01900000-0000-7000-8000-0000000000a",
            "01900000-0000-7000-80000-000000000aa",
            "",
        ] {
            assert_eq!(super::uuid(text), None, "{text}");
        }
    }
}
