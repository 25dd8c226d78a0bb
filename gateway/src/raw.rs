//! A JSON object whose fields stay byte for byte what they were.
//!
//! Enters: JSON from a driver or from upstream. Leaves: the same JSON with single fields read, set or taken out.
//! Never here: a duplicate key, which two parsers may read as two different requests.

use std::fmt;

use serde::de::{DeserializeOwned, Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// An object's fields in their order, values unparsed.
#[derive(Clone, Debug, Default)]
pub struct RawObject(Vec<(String, Box<RawValue>)>);

impl RawObject {
    /// Parses `bytes` as an object without duplicate keys.
    pub fn parse(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }

    /// The value's JSON text; none where the field is missing.
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.field(name).map(RawValue::get)
    }

    /// The field read as `T`; none where it is missing or `null`.
    pub fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, serde_json::Error> {
        match self.field(name) {
            None => Ok(None),
            Some(value) => serde_json::from_str(value.get()),
        }
    }

    /// The field as text where it is a JSON string, none otherwise.
    pub fn text(&self, name: &str) -> Option<String> {
        self.read(name).ok().flatten()
    }

    /// Puts `value` in place of the field, or at the end.
    pub fn set<T: Serialize + ?Sized>(
        &mut self,
        name: &str,
        value: &T,
    ) -> Result<(), serde_json::Error> {
        let value = serde_json::value::to_raw_value(value)?;
        match self.0.iter_mut().find(|(key, _)| key == name) {
            Some(entry) => entry.1 = value,
            None => self.0.push((name.to_owned(), value)),
        }
        Ok(())
    }

    /// Puts `value` there if the field is missing or `null`.
    pub fn set_default<T: Serialize + ?Sized>(
        &mut self,
        name: &str,
        value: &T,
    ) -> Result<(), serde_json::Error> {
        match self.raw(name) {
            None | Some("null") => self.set(name, value),
            Some(_) => Ok(()),
        }
    }

    /// Takes the field out.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(key, _)| key != name);
    }

    /// Keeps the fields whose name `keep` says yes to.
    pub fn retain(&mut self, mut keep: impl FnMut(&str) -> bool) {
        self.0.retain(|(key, _)| keep(key));
    }

    /// Names and JSON texts, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.get()))
    }

    /// What keeping it weighs, bytes: a small field is mostly what it is kept in.
    pub fn bytes(&self) -> usize {
        let kept_in = size_of::<(String, Box<RawValue>)>();
        let field = |(name, value): (&str, &str)| kept_in + name.len() + value.len();
        self.iter().map(field).sum()
    }

    /// The object as JSON.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }

    fn field(&self, name: &str) -> Option<&RawValue> {
        self.0
            .iter()
            .find_map(|(key, value)| (key == name).then_some(&**value))
    }
}

impl Serialize for RawObject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for RawObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = RawObject;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object without duplicate keys")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawObject, A::Error> {
                let mut fields: Vec<(String, Box<RawValue>)> = Vec::new();
                let mut seen = std::collections::HashSet::new();
                while let Some((name, value)) = map.next_entry::<String, Box<RawValue>>()? {
                    if !seen.insert(name.clone()) {
                        return Err(A::Error::custom(format_args!("duplicate key {name:?}")));
                    }
                    fields.push((name, value));
                }
                Ok(RawObject(fields))
            }
        }

        deserializer.deserialize_map(Fields)
    }
}

#[cfg(test)]
mod tests {
    use super::RawObject;

    #[test]
    fn unknown_fields_stay_byte_for_byte() {
        let text = r#"{"a":1.0000000000000000001,"b":{ "x" : [1e400, "\u00e9"] },"c":null}"#;
        let mut object = RawObject::parse(text.as_bytes()).expect("parses");
        object.set("c", "now").expect("sets");
        object.set_default("a", &7).expect("keeps");
        object.set_default("d", &true).expect("adds");
        assert_eq!(
            String::from_utf8(object.to_bytes().expect("writes")).expect("utf-8"),
            r#"{"a":1.0000000000000000001,"b":{ "x" : [1e400, "\u00e9"] },"c":"now","d":true}"#
        );
    }

    #[test]
    fn a_duplicate_key_is_refused_however_it_is_written() {
        for text in [r#"{"a":1,"a":2}"#, r#"{"sqlText":"x","sql\u0054ext":"y"}"#] {
            assert!(RawObject::parse(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_not_an_object_is_refused() {
        for text in ["", "[]", "1", "null", "{", "{\"a\":", "{\"a\":1} x"] {
            assert!(RawObject::parse(text.as_bytes()).is_err(), "{text}");
        }
    }
}
