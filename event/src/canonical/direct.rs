//! serde values written straight as deterministic CBOR: shortest heads, definite lengths, keys in bytewise order.
//!
//! Enters: what a payload or a part of the envelope says of itself. Leaves: its bytes, behind those that were written before.
//! Never here: a tree of values in between, or a form that no event has (floats, variants with content): those are errors.

use std::fmt;
use std::ops::Range;

use serde::ser::{self, Impossible, Serialize};

use crate::cbor;

/// A value that no event has.
#[derive(Debug)]
pub(super) struct Refused(String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

impl ser::Error for Refused {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// An entry of a map that is being written: where its key and where its value stand.
struct Entry {
    key: Range<usize>,
    end: usize,
}

/// Bytes in the making.
#[derive(Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
    /// Entries of the maps that are open, the innermost last.
    entries: Vec<Entry>,
    /// Where entries are put in order.
    scratch: Vec<u8>,
}

impl Writer {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(bytes),
            ..Self::default()
        }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Begins a map of so many entries, which follow in order.
    pub(super) fn map(&mut self, entries: usize) {
        cbor::map(&mut self.bytes, entries);
    }

    pub(super) fn text(&mut self, text: &str) {
        cbor::text(&mut self.bytes, text);
    }

    pub(super) fn unsigned(&mut self, number: u64) {
        cbor::unsigned(&mut self.bytes, number);
    }

    fn signed(&mut self, number: i64) {
        cbor::signed(&mut self.bytes, number);
    }

    pub(super) fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        value.serialize(self)
    }

    /// Puts the entries of the innermost map, from number `first` on, into the order of their keys.
    fn sort(&mut self, first: usize) {
        let bytes = &self.bytes;
        let key = |entry: &Entry| bytes.get(entry.key.clone()).unwrap_or_default();
        let Some(open) = self.entries.get_mut(first..) else {
            return;
        };
        let Some(start) = open.first().map(|entry| entry.key.start) else {
            return;
        };
        if !open.is_sorted_by(|left, right| key(left) <= key(right)) {
            open.sort_by(|left, right| key(left).cmp(key(right)));
            self.scratch.clear();
            for entry in open {
                let whole = bytes.get(entry.key.start..entry.end);
                self.scratch.extend_from_slice(whole.unwrap_or_default());
            }
            self.bytes.truncate(start);
            self.bytes.extend_from_slice(&self.scratch);
        }
        self.entries.truncate(first);
    }
}

/// A sequence whose elements are still to come.
pub(super) struct Elements<'a> {
    writer: &'a mut Writer,
    left: usize,
}

impl Elements<'_> {
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        let left = self.left.checked_sub(1);
        self.left = left.ok_or_else(|| Refused("longer than it said".to_owned()))?;
        self.writer.value(value)
    }

    fn end(self) -> Result<(), Refused> {
        match self.left {
            0 => Ok(()),
            _ => Err(Refused("shorter than it said".to_owned())),
        }
    }
}

/// A map whose entries are still to come.
pub(super) struct Entries<'a> {
    writer: &'a mut Writer,
    first: usize,
    count: usize,
}

impl Entries<'_> {
    fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Refused> {
        let start = self.writer.bytes.len();
        self.writer.value(key)?;
        let end = self.writer.bytes.len();
        self.writer.entries.push(Entry {
            key: start..end,
            end,
        });
        Ok(())
    }

    fn entry_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        self.writer.value(value)?;
        let end = self.writer.bytes.len();
        if let Some(entry) = self.writer.entries.last_mut() {
            entry.end = end;
        }
        Ok(())
    }

    fn end(self) -> Result<(), Refused> {
        if self.writer.entries.len() != self.first + self.count {
            return Err(Refused("other entries than it said".to_owned()));
        }
        self.writer.sort(self.first);
        Ok(())
    }
}

impl ser::SerializeSeq for Elements<'_> {
    type Ok = ();
    type Error = Refused;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        self.element(value)
    }

    fn end(self) -> Result<(), Refused> {
        Elements::end(self)
    }
}

impl ser::SerializeTuple for Elements<'_> {
    type Ok = ();
    type Error = Refused;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        self.element(value)
    }

    fn end(self) -> Result<(), Refused> {
        Elements::end(self)
    }
}

impl ser::SerializeMap for Entries<'_> {
    type Ok = ();
    type Error = Refused;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Refused> {
        self.key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        self.entry_value(value)
    }

    fn end(self) -> Result<(), Refused> {
        Entries::end(self)
    }
}

impl ser::SerializeStruct for Entries<'_> {
    type Ok = ();
    type Error = Refused;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Refused> {
        self.key(key)?;
        self.entry_value(value)
    }

    fn end(self) -> Result<(), Refused> {
        Entries::end(self)
    }
}

fn none_has<T>(what: &str) -> Result<T, Refused> {
    Err(Refused(format!("no event has {what}")))
}

macro_rules! numbers {
    ($($name:ident: $from:ty => $write:ident),+ $(,)?) => {
        $(fn $name(self, number: $from) -> Result<(), Refused> {
            self.$write(number.into());
            Ok(())
        })+
    };
}

impl<'a> ser::Serializer for &'a mut Writer {
    type Ok = ();
    type Error = Refused;
    type SerializeSeq = Elements<'a>;
    type SerializeTuple = Elements<'a>;
    type SerializeTupleStruct = Impossible<(), Refused>;
    type SerializeTupleVariant = Impossible<(), Refused>;
    type SerializeMap = Entries<'a>;
    type SerializeStruct = Entries<'a>;
    type SerializeStructVariant = Impossible<(), Refused>;

    numbers!(
        serialize_i8: i8 => signed, serialize_i16: i16 => signed, serialize_i32: i32 => signed, serialize_i64: i64 => signed,
        serialize_u8: u8 => unsigned, serialize_u16: u16 => unsigned, serialize_u32: u32 => unsigned, serialize_u64: u64 => unsigned,
    );

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_bool(self, value: bool) -> Result<(), Refused> {
        cbor::boolean(&mut self.bytes, value);
        Ok(())
    }

    fn serialize_f32(self, _: f32) -> Result<(), Refused> {
        none_has("a floating point number")
    }

    fn serialize_f64(self, _: f64) -> Result<(), Refused> {
        none_has("a floating point number")
    }

    fn serialize_char(self, value: char) -> Result<(), Refused> {
        self.text(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), Refused> {
        self.text(value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Refused> {
        cbor::bytes(&mut self.bytes, value);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Refused> {
        cbor::null(&mut self.bytes);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Refused> {
        self.value(value)
    }

    fn serialize_unit(self) -> Result<(), Refused> {
        self.serialize_none()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Refused> {
        self.serialize_none()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Refused> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Refused> {
        self.value(value)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Refused> {
        none_has("a variant with content")
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Elements<'a>, Refused> {
        let Some(left) = length else {
            return none_has("a sequence of unknown length");
        };
        cbor::array(&mut self.bytes, left);
        Ok(Elements { writer: self, left })
    }

    fn serialize_tuple(self, length: usize) -> Result<Elements<'a>, Refused> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Refused> {
        none_has("a struct without names")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Refused> {
        none_has("a variant with content")
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Entries<'a>, Refused> {
        let Some(count) = length else {
            return none_has("a map of unknown length");
        };
        self.map(count);
        let first = self.entries.len();
        Ok(Entries {
            writer: self,
            first,
            count,
        })
    }

    fn serialize_struct(self, _: &'static str, length: usize) -> Result<Entries<'a>, Refused> {
        self.serialize_map(Some(length))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Refused> {
        none_has("a variant with content")
    }
}
