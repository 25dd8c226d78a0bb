//! Any payload from any bytes: a serde deserializer that answers every question from a string of entropy.
//!
//! A new field or kind is covered without a line here. Bytes used up read as zero, so a shorter string is a simpler event.

use ciborium::value::Error;
use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde::{Deserialize, forward_to_deserialize_any};

use crate::{Event, Kind, Payload, Version};

/// An event of `kind` as `version` has it, everything else from `bytes`.
pub(super) fn event(kind: Kind, version: Version, bytes: &[u8]) -> Event {
    let mut entropy = Entropy { bytes };
    Event {
        event_id: entropy.draw(),
        session_id: entropy.draw(),
        statement_id: entropy.draw(),
        time: entropy.draw(),
        producer: entropy.draw(),
        part: entropy.draw(),
        principal: entropy.draw(),
        source: entropy.draw(),
        connection: entropy.draw(),
        policy: entropy.draw(),
        payload: Payload::read(kind, version, &mut entropy)
            .expect("every answer fits its question"),
    }
}

struct Entropy<'a> {
    bytes: &'a [u8],
}

impl Entropy<'_> {
    fn draw<T: for<'de> Deserialize<'de>>(&mut self) -> T {
        T::deserialize(self).expect("every answer fits its question")
    }

    fn byte(&mut self) -> u8 {
        let byte = self.bytes.first().copied().unwrap_or(0);
        self.bytes = self.bytes.get(1..).unwrap_or_default();
        byte
    }

    /// Small numbers, limits and anything between, each often enough.
    fn number(&mut self) -> u64 {
        match self.byte() % 4 {
            0 => u64::from(self.byte()),
            1 => u64::MAX,
            2 => 1 << (self.byte() % 64),
            _ => u64::from_be_bytes(std::array::from_fn(|_| self.byte())),
        }
    }

    fn text(&mut self) -> String {
        let length = self.byte() % 40;
        (0..length)
            .map(|_| match self.byte() {
                0xff => '\u{1F9CA}',
                0xfe => '\0',
                0xfd => 'é',
                byte => char::from(byte % 128),
            })
            .collect()
    }

    fn blob<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.byte())
    }
}

macro_rules! numbers {
    ($($method:ident $visit:ident $type:ty),+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            visitor.$visit(self.number() as $type)
        })+
    };
}

impl<'de> Deserializer<'de> for &mut Entropy<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::Custom("a payload is typed".to_owned()))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_bool(self.byte() % 2 == 1)
    }

    numbers!(deserialize_i64 visit_i64 i64, deserialize_u32 visit_u32 u32, deserialize_u64 visit_u64 u64);

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_string(self.text())
    }

    // UUIDs ask for bytes, digests and bodies for a byte buffer.
    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_bytes(&self.blob::<16>())
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_byte_buf(self.blob::<32>().to_vec())
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.byte() % 2 {
            0 => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let left = self.byte() % 4;
        visitor.visit_seq(Items {
            entropy: self,
            left,
        })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_map(Fields {
            entropy: self,
            fields: fields.iter(),
        })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let chosen = usize::from(self.byte()) % variants.len();
        visitor.visit_enum(Word(variants[chosen]))
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u128 f32 f64 char str unit unit_struct tuple tuple_struct map identifier ignored_any
    }
}

struct Items<'a, 'b> {
    entropy: &'a mut Entropy<'b>,
    left: u8,
}

impl<'de> SeqAccess<'de> for Items<'_, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        seed.deserialize(&mut *self.entropy).map(Some)
    }
}

struct Fields<'a, 'b> {
    entropy: &'a mut Entropy<'b>,
    fields: std::slice::Iter<'static, &'static str>,
}

impl<'de> MapAccess<'de> for Fields<'_, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some(name) = self.fields.next() else {
            return Ok(None);
        };
        seed.deserialize(StrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(&mut *self.entropy)
    }
}

/// A variant without content.
pub(super) struct Word(pub(super) &'static str);

impl<'de> EnumAccess<'de> for Word {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        let value = seed.deserialize(StrDeserializer::new(self.0))?;
        Ok((value, self))
    }
}

impl<'de> VariantAccess<'de> for Word {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, Error> {
        Err(Error::Custom("words carry nothing".to_owned()))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Error> {
        Err(Error::Custom("words carry nothing".to_owned()))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        Err(Error::Custom("words carry nothing".to_owned()))
    }
}
