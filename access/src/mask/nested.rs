//! Structured types: OBJECT, ARRAY and MAP with declared members, as Arrow structs, lists and maps; vectors.
//!
//! Enters: a nested array. Leaves: the same with sensitive leaves replaced, and a cell's JSON text. Never here: a member that is
//! passed over because of its depth.

use std::sync::Arc;

use ::arrow::array::{
    Array, ArrayRef, AsArray, GenericListArray, GenericStringBuilder, MapArray, OffsetSizeTrait,
    StructArray, new_null_array,
};
use ::arrow::compute::interleave;
use ::arrow::datatypes::{DataType, Field, FieldRef, Fields};
use ::arrow::error::ArrowError;
use ::arrow::util::display::{ArrayFormatter, FormatOptions};

use super::arrow::nulled;
use super::leaf::{Around, LeafMask};
use detect::hint::is_plain;
use detect::{Detectors, Label};

/// What masking a nested array needs and learns.
pub(super) struct Nested<'a> {
    pub leaves: &'a mut LeafMask,
    pub detectors: &'a Detectors,
    /// The label of every leaf that was masked.
    pub found: Vec<Label>,
}

/// Whether the type has members of its own.
pub(super) const fn is_nested(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Struct(_) | DataType::List(_) | DataType::LargeList(_) | DataType::Map(..)
    )
}

/// Whether a text may be inside that no detector reads. Snowflake sends no such type; what looks like one is not let through.
pub(super) fn is_unread(data_type: &DataType) -> bool {
    match data_type {
        DataType::Utf8View
        | DataType::BinaryView
        | DataType::ListView(_)
        | DataType::LargeListView(_)
        | DataType::RunEndEncoded(..)
        | DataType::Union(..) => true,
        DataType::FixedSizeList(field, _) => !field.data_type().is_numeric(),
        DataType::Dictionary(_, values) => {
            is_unread(values)
                || is_nested(values)
                || matches!(values.as_ref(), DataType::Dictionary(..))
        }
        _ => false,
    }
}

impl Nested<'_> {
    /// The array with sensitive leaves replaced: texts by their mark, numbers by NULL.
    pub fn mask(&mut self, array: &ArrayRef, around: Around<'_>) -> Result<ArrayRef, ArrowError> {
        Ok(match array.data_type() {
            DataType::Utf8 => self.texts::<i32>(array, around),
            DataType::LargeUtf8 => self.texts::<i64>(array, around),
            // Whatever its width is: Snowflake narrows numbers by what they are.
            leaf if leaf.is_numeric() || leaf.is_temporal() => self.numbers(array, around)?,
            DataType::Struct(fields) => {
                let parent = array.as_struct();
                let mut children = Vec::with_capacity(fields.len());
                for (field, child) in fields.iter().zip(parent.columns()) {
                    let inside = Around {
                        key: field.name(),
                        owner: owner(around),
                        ..Around::default()
                    };
                    children.push(self.mask(child, inside)?);
                }
                let fields: Vec<FieldRef> = fields
                    .iter()
                    .zip(&children)
                    .map(|(field, child)| fitting(field, child))
                    .collect();
                Arc::new(StructArray::try_new(
                    fields.into(),
                    children,
                    parent.nulls().cloned(),
                )?)
            }
            DataType::List(field) => self.list::<i32>(array, field, around)?,
            DataType::LargeList(field) => self.list::<i64>(array, field, around)?,
            DataType::Map(field, ordered) => {
                let map = array.as_map();
                let entries = self.entries(map.entries(), around)?;
                let field = fitting(field, &entries);
                let entries = entries.as_struct().clone();
                Arc::new(MapArray::try_new(
                    field,
                    map.offsets().clone(),
                    entries,
                    map.nulls().cloned(),
                    *ordered,
                )?)
            }
            other if is_unread(other) || matches!(other, DataType::Dictionary(..)) => {
                new_null_array(other, array.len())
            }
            _ => Arc::clone(array),
        })
    }

    fn list<O: OffsetSizeTrait>(
        &mut self,
        array: &ArrayRef,
        field: &FieldRef,
        around: Around<'_>,
    ) -> Result<ArrayRef, ArrowError> {
        let list = array.as_list::<O>();
        let element = Around {
            place: Some(0),
            ..around
        };
        let values = self.mask(list.values(), element)?;
        let field = fitting(field, &values);
        Ok(Arc::new(GenericListArray::<O>::try_new(
            field,
            list.offsets().clone(),
            values,
            list.nulls().cloned(),
        )?))
    }

    /// The entries of a map. What a key says names the value beside it, as a member's name does in JSON.
    fn entries(
        &mut self,
        entries: &StructArray,
        around: Around<'_>,
    ) -> Result<ArrayRef, ArrowError> {
        let whole: ArrayRef = Arc::new(entries.clone());
        let [keys, values] = entries.columns() else {
            return self.mask(&whole, around);
        };
        let names = keys.as_string_opt::<i32>();
        let Some(names) = names.filter(|_| is_leaf(values.data_type())) else {
            return self.mask(&whole, around);
        };
        let said: Vec<Option<&str>> = names
            .iter()
            .map(|key| key.filter(|key| self.leaves.hint_of(key).is_some()))
            .collect();
        if said.iter().all(Option::is_none) {
            return self.mask(&whole, around);
        }
        let unsaid: Vec<bool> = said.iter().map(Option::is_none).collect();
        let (fields, nulls) = (entries.fields().clone(), entries.nulls().cloned());
        let others = nulled(values, &unsaid)?;
        let others = StructArray::try_new(
            nullable(&fields),
            vec![Arc::clone(keys), others],
            nulls.clone(),
        )?;
        let others = self.mask(&(Arc::new(others) as ArrayRef), around)?;
        let others = others.as_struct();
        let mut parts = vec![Arc::clone(others.column(1))];
        let mut places = Vec::with_capacity(said.len());
        for (row, key) in said.into_iter().enumerate() {
            let Some(key) = key else {
                places.push((0, row));
                continue;
            };
            let inside = Around {
                key,
                owner: owner(around),
                ..Around::default()
            };
            places.push((parts.len(), 0));
            parts.push(self.mask(&values.slice(row, 1), inside)?);
        }
        let parts: Vec<&dyn Array> = parts.iter().map(|part| part.as_ref()).collect();
        let columns = vec![Arc::clone(others.column(0)), interleave(&parts, &places)?];
        let fields: Vec<FieldRef> = fields
            .iter()
            .zip(&columns)
            .map(|(field, column)| fitting(field, column))
            .collect();
        Ok(Arc::new(StructArray::try_new(
            fields.into(),
            columns,
            nulls,
        )?))
    }

    fn texts<O: OffsetSizeTrait>(&mut self, array: &ArrayRef, around: Around<'_>) -> ArrayRef {
        let mut builder = GenericStringBuilder::<O>::new();
        for text in array.as_string::<O>() {
            match text.map(|text| (text, self.leaves.text(around, text, self.detectors))) {
                None => builder.append_null(),
                Some((text, None)) => builder.append_value(text),
                Some((_, Some((masked, label)))) => {
                    self.found.push(label);
                    builder.append_value(masked);
                }
            }
        }
        Arc::new(builder.finish())
    }

    fn numbers(&mut self, array: &ArrayRef, around: Around<'_>) -> Result<ArrayRef, ArrowError> {
        let options = FormatOptions::default();
        let formatter = ArrayFormatter::try_new(array.as_ref(), &options)?;
        let mut kept = vec![true; array.len()];
        for (row, kept) in kept.iter_mut().enumerate() {
            if array.is_null(row) {
                continue;
            }
            let text = formatter.value(row).to_string();
            if let Some((_, label)) =
                self.leaves
                    .text(around, text.trim_end_matches(".0"), self.detectors)
            {
                self.found.push(label);
                *kept = false;
            }
        }
        if kept.iter().all(|kept| *kept) {
            Ok(Arc::clone(array))
        } else {
            nulled(array, &kept)
        }
    }
}

/// Whether it is one cell, of a type that somebody reads.
fn is_leaf(data_type: &DataType) -> bool {
    !is_nested(data_type) && !is_unread(data_type) && !matches!(data_type, DataType::Dictionary(..))
}

/// What is around a member of what is at hand.
fn owner(around: Around<'_>) -> &str {
    if is_plain(around.key) {
        around.owner
    } else {
        around.key
    }
}

/// The fields of entries, their values nullable.
fn nullable(fields: &Fields) -> Fields {
    let each = fields.iter().enumerate();
    each.map(|(place, field)| match place {
        0 => Arc::clone(field),
        _ => Arc::new(field.as_ref().clone().with_nullable(true)),
    })
    .collect()
}

fn fitting(field: &FieldRef, array: &ArrayRef) -> FieldRef {
    let nullable = field.is_nullable() || array.null_count() > 0;
    let masked: Field = field
        .as_ref()
        .clone()
        .with_nullable(nullable)
        .with_data_type(array.data_type().clone());
    Arc::new(masked)
}

/// Appends the JSON text of one cell, compact.
pub(super) fn write_json(array: &dyn Array, row: usize, out: &mut String) {
    if array.is_null(row) {
        return out.push_str("null");
    }
    match array.data_type() {
        DataType::Utf8 => quote(array.as_string::<i32>().value(row), out),
        DataType::LargeUtf8 => quote(array.as_string::<i64>().value(row), out),
        DataType::Struct(fields) => {
            let parent = array.as_struct();
            out.push('{');
            for (place, (field, child)) in fields.iter().zip(parent.columns()).enumerate() {
                if place > 0 {
                    out.push(',');
                }
                quote(field.name(), out);
                out.push(':');
                write_json(child.as_ref(), row, out);
            }
            out.push('}');
        }
        DataType::List(_) => write_list(&array.as_list::<i32>().value(row), out),
        DataType::LargeList(_) => write_list(&array.as_list::<i64>().value(row), out),
        DataType::FixedSizeList(..) => write_list(&array.as_fixed_size_list().value(row), out),
        DataType::Map(..) => {
            let entries = array.as_map().value(row);
            out.push('{');
            for entry in 0..entries.len() {
                if entry > 0 {
                    out.push(',');
                }
                let mut key = String::new();
                write_json(entries.column(0).as_ref(), entry, &mut key);
                if key.starts_with('"') {
                    out.push_str(&key);
                } else {
                    quote(&key, out);
                }
                out.push(':');
                write_json(entries.column(1).as_ref(), entry, out);
            }
            out.push('}');
        }
        other => {
            let options = FormatOptions::default();
            let text = ArrayFormatter::try_new(array, &options)
                .map(|formatter| formatter.value(row).to_string());
            let text = text.unwrap_or_default();
            if other.is_numeric() || *other == DataType::Boolean {
                out.push_str(&text)
            } else {
                quote(&text, out)
            }
        }
    }
}

fn write_list(values: &ArrayRef, out: &mut String) {
    out.push('[');
    for row in 0..values.len() {
        if row > 0 {
            out.push(',');
        }
        write_json(values.as_ref(), row, out);
    }
    out.push(']');
}

fn quote(text: &str, out: &mut String) {
    out.push_str(&serde_json::Value::from(text).to_string());
}

#[cfg(test)]
mod tests;
