//! What a type looks like on the wire: a serde deserializer that answers every question and writes down what was asked.
//!
//! Enters: a type. Leaves: a line a leaf, `reasons[].span_start? u64`. Never here: a field that is not asked for by its type.

use ciborium::value::Error;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};

use super::entropy::Word;

/// The lines so far, and where in the type we are.
#[derive(Default)]
pub(crate) struct Shape {
    lines: Vec<String>,
    path: String,
}

impl Shape {
    /// The lines of what `read` reads, below `name`.
    pub(crate) fn of<T>(
        name: &str,
        read: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Vec<String> {
        let mut shape = Self {
            path: name.to_owned(),
            ..Self::default()
        };
        read(&mut shape).expect("every answer fits its question");
        shape.lines
    }

    /// The lines of `T`, below `name`.
    pub(crate) fn of_type<T: for<'de> Deserialize<'de>>(name: &str) -> Vec<String> {
        Self::of(name, |shape| T::deserialize(shape))
    }

    fn leaf(&mut self, what: &str) {
        self.lines.push(format!("{} {what}", self.path));
    }

    fn below<T>(&mut self, step: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.path.len();
        self.path.push_str(step);
        let value = read(self);
        self.path.truncate(length);
        value
    }
}

macro_rules! leaves {
    ($($method:ident $visit:ident $word:literal $value:expr),+ $(,)?) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.leaf($word);
            visitor.$visit($value)
        })+
    };
}

impl<'de> Deserializer<'de> for &mut Shape {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::Custom("a payload is typed".to_owned()))
    }

    leaves!(
        deserialize_bool visit_bool "bool" false,
        deserialize_i64 visit_i64 "i64" 0,
        deserialize_u32 visit_u32 "u32" 0,
        deserialize_u64 visit_u64 "u64" 0,
        deserialize_string visit_string "text" String::new(),
        deserialize_bytes visit_bytes "uuid" &[0; 16],
        deserialize_byte_buf visit_byte_buf "bytes" vec![0; 32],
    );

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.below("?", |shape| visitor.visit_some(shape))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.below("[]", |shape| {
            visitor.visit_seq(One {
                shape,
                given: false,
            })
        })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_map(Fields {
            shape: self,
            fields: fields.iter(),
            field: "",
        })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.leaf(&format!("word: {}", variants.join(" | ")));
        visitor.visit_enum(Word(variants[0]))
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u128 f32 f64 char str unit unit_struct tuple tuple_struct map identifier ignored_any
    }
}

struct One<'a> {
    shape: &'a mut Shape,
    given: bool,
}

impl<'de> SeqAccess<'de> for One<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        if std::mem::replace(&mut self.given, true) {
            return Ok(None);
        }
        seed.deserialize(&mut *self.shape).map(Some)
    }
}

struct Fields<'a> {
    shape: &'a mut Shape,
    fields: std::slice::Iter<'static, &'static str>,
    field: &'static str,
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some(name) = self.fields.next() else {
            return Ok(None);
        };
        self.field = name;
        seed.deserialize(StrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let step = format!(".{}", self.field);
        self.shape
            .below(&step, |shape| seed.deserialize(&mut *shape))
    }
}
