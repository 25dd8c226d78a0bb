//! A JSON tree that things are moved out of: what one field takes is gone from the rest, so nothing is told twice and nothing is lost.
//!
//! Enters: anything that serializes. Leaves: [`Tree`], parts of it by path, JSON. Never here: what a field means.

mod serializer;

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

/// JSON, with the names of fields as the types have them.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// `null`: only inside a list, where places count.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number below zero.
    Int(i64),
    /// Any other number; nothing of the record is a fraction.
    Uint(u64),
    /// A string.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// An object, in the order it was put together.
    Map(Object),
}

/// An object, in the order it was put together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object(Vec<(&'static str, Tree)>);

impl Object {
    /// Without entries.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Without entries, with room for `entries`.
    pub fn with_room(entries: usize) -> Self {
        Self(Vec::with_capacity(entries))
    }

    /// With `name` saying `value`. Nothing that is empty is said.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Tree>) -> Self {
        self.put(name, value);
        self
    }

    /// With `name` saying `value`, if there is one.
    #[must_use]
    pub fn maybe(mut self, name: &'static str, value: Option<impl Into<Tree>>) -> Self {
        if let Some(value) = value {
            self.put(name, value);
        }
        self
    }

    /// Lets `name` say `value`, which nothing said before. Nothing that is empty is said.
    pub fn put(&mut self, name: &'static str, value: impl Into<Tree>) {
        let value = value.into();
        if !value.is_empty() {
            self.0.push((name, value));
        }
    }

    /// Lets `name` say `value` even if that is empty, where a schema wants it to be there.
    pub fn require(&mut self, name: &'static str, value: impl Into<Tree>) {
        self.0.push((name, value.into()));
    }

    /// Says what `other` says too.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// What stands at `path`, names with dots between.
    pub fn get(&self, path: &str) -> Option<&Tree> {
        let (name, rest) = split(path);
        let (_, value) = self.0.iter().find(|(known, _)| *known == name)?;
        match (rest, value) {
            (None, value) => Some(value),
            (Some(rest), Tree::Map(below)) => below.get(rest),
            (Some(_), _) => None,
        }
    }

    /// Moves out what stands at `path`; an object that is empty then goes too.
    pub fn take(&mut self, path: &str) -> Option<Tree> {
        let (name, rest) = split(path);
        let at = self.0.iter().position(|(known, _)| *known == name)?;
        let Some(rest) = rest else {
            return Some(self.0.remove(at).1);
        };
        let Some((_, Tree::Map(below))) = self.0.get_mut(at) else {
            return None;
        };
        let taken = below.take(rest);
        if below.0.is_empty() {
            self.0.remove(at);
        }
        taken
    }

    /// Its entries, in order.
    pub fn entries(&self) -> impl Iterator<Item = (&'static str, &Tree)> {
        self.0.iter().map(|(name, value)| (*name, value))
    }

    /// With `change` made to every value.
    #[must_use]
    pub fn map(self, change: impl Fn(Tree) -> Tree) -> Self {
        let changed = self
            .0
            .into_iter()
            .map(|(name, value)| (name, change(value)));
        Self(changed.collect())
    }

    /// As one line of JSON.
    pub fn to_json(&self) -> Vec<u8> {
        // Writing to memory does not fail, and every name is a string.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Without entries.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl IntoIterator for Object {
    type Item = (&'static str, Tree);
    type IntoIter = std::vec::IntoIter<(&'static str, Tree)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Tree {
    /// What `value` serializes to: bytes in base64, what is absent or empty left out.
    pub fn of(value: &impl Serialize) -> Self {
        // Nothing in a payload can fail to serialize; if it could, its absence would show in the test that looks for every leaf.
        value.serialize(serializer::ToTree).unwrap_or(Self::Null)
    }

    /// Whether it says nothing.
    pub const fn is_empty(&self) -> bool {
        match self {
            Self::Null => true,
            Self::List(items) => items.is_empty(),
            Self::Map(object) => object.is_empty(),
            Self::Bool(_) | Self::Int(_) | Self::Uint(_) | Self::Text(_) => false,
        }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A leaf as text; what is none, as JSON.
    pub fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            other => serde_json::to_string(&other).unwrap_or_default(),
        }
    }
}

fn split(path: &str) -> (&str, Option<&str>) {
    match path.split_once('.') {
        Some((name, rest)) => (name, Some(rest)),
        None => (path, None),
    }
}

macro_rules! from {
    ($($type:ty => $variant:ident),+ $(,)?) => {
        $(impl From<$type> for Tree {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        })+
    };
}

from!(
    bool => Bool,
    u64 => Uint,
    u32 => Uint,
    u16 => Uint,
    u8 => Uint,
    String => Text,
    &str => Text,
);

impl From<i64> for Tree {
    fn from(value: i64) -> Self {
        u64::try_from(value).map_or(Self::Int(value), Self::Uint)
    }
}

impl From<Object> for Tree {
    fn from(object: Object) -> Self {
        Self::Map(object)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Tree {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::Uint(value) => serializer.serialize_u64(*value),
            Self::Text(value) => serializer.serialize_str(value),
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Self::Map(object) => object.serialize(serializer),
        }
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}
