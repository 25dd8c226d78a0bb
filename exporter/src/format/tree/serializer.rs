//! From a type of the record to a tree: its own serialization is read, so a new field is covered without a line here.
//!
//! Enters: serde's calls. Leaves: a [`Tree`]. Never here: fractions, maps with drawn keys and enums with content, which the record does
//! not have.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::ser::{Impossible, Serialize, SerializeSeq, SerializeStruct, Serializer};

use super::{Object, Tree};

/// What a type serializes to that no payload may be.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotOfTheRecord(String);

impl serde::ser::Error for NotOfTheRecord {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

fn foreign<T>(what: &str) -> Result<T, NotOfTheRecord> {
    Err(NotOfTheRecord(format!("no payload has {what}")))
}

/// Serializes into a tree.
pub struct ToTree;

pub struct Items(Vec<Tree>);

pub struct Fields(Object);

impl SerializeSeq for Items {
    type Ok = Tree;
    type Error = NotOfTheRecord;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Self::Error> {
        self.0.push(value.serialize(ToTree)?);
        Ok(())
    }

    fn end(self) -> Result<Tree, Self::Error> {
        Ok(Tree::List(self.0))
    }
}

impl SerializeStruct for Fields {
    type Ok = Tree;
    type Error = NotOfTheRecord;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Self::Error> {
        self.0.put(name, value.serialize(ToTree)?);
        Ok(())
    }

    fn end(self) -> Result<Tree, Self::Error> {
        Ok(Tree::Map(self.0))
    }
}

macro_rules! leaves {
    ($($method:ident $type:ty),+ $(,)?) => {
        $(fn $method(self, value: $type) -> Result<Tree, Self::Error> {
            Ok(value.into())
        })+
    };
}

impl Serializer for ToTree {
    type Ok = Tree;
    type Error = NotOfTheRecord;
    type SerializeSeq = Items;
    type SerializeTuple = Impossible<Tree, NotOfTheRecord>;
    type SerializeTupleStruct = Impossible<Tree, NotOfTheRecord>;
    type SerializeTupleVariant = Impossible<Tree, NotOfTheRecord>;
    type SerializeMap = Impossible<Tree, NotOfTheRecord>;
    type SerializeStruct = Fields;
    type SerializeStructVariant = Impossible<Tree, NotOfTheRecord>;

    leaves!(
        serialize_bool bool, serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64, serialize_i64 i64,
        serialize_str &str,
    );

    fn serialize_i8(self, value: i8) -> Result<Tree, Self::Error> {
        Ok(i64::from(value).into())
    }

    fn serialize_i16(self, value: i16) -> Result<Tree, Self::Error> {
        Ok(i64::from(value).into())
    }

    fn serialize_i32(self, value: i32) -> Result<Tree, Self::Error> {
        Ok(i64::from(value).into())
    }

    fn serialize_f32(self, _: f32) -> Result<Tree, Self::Error> {
        foreign("fractions")
    }

    fn serialize_f64(self, _: f64) -> Result<Tree, Self::Error> {
        foreign("fractions")
    }

    fn serialize_char(self, value: char) -> Result<Tree, Self::Error> {
        Ok(Tree::Text(value.into()))
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Tree, Self::Error> {
        Ok(Tree::Text(STANDARD.encode(value)))
    }

    fn serialize_none(self) -> Result<Tree, Self::Error> {
        Ok(Tree::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Tree, Self::Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Tree, Self::Error> {
        Ok(Tree::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Tree, Self::Error> {
        Ok(Tree::Null)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Tree, Self::Error> {
        Ok(variant.into())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Tree, Self::Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Tree, Self::Error> {
        foreign("variants with content")
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Items, Self::Error> {
        Ok(Items(Vec::with_capacity(length.unwrap_or(0))))
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Self::Error> {
        foreign("tuples")
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Self::Error> {
        foreign("tuples")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Self::Error> {
        foreign("variants with content")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Self::Error> {
        foreign("drawn names")
    }

    fn serialize_struct(self, _: &'static str, length: usize) -> Result<Fields, Self::Error> {
        Ok(Fields(Object::with_room(length)))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Self::Error> {
        foreign("variants with content")
    }
}
