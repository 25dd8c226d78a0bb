//! How a payload is written in each version that can say it.
//!
//! Enters: a payload and a version, or a CBOR value and the version it claims. Leaves: the other. Never here: sorting of keys,
//! or a verdict on bytes that are readable but not canonical (see `canonical`).

use ciborium::Value;
use ciborium::value::Error;
use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};

use super::Version;

/// A payload as it is written. Implemented for the current type of each kind.
pub trait Wire: Serialize + DeserializeOwned {
    /// The version that brought the kind.
    const SINCE: Version;

    /// The lowest version that can say `self`.
    fn version(&self) -> Version {
        Self::SINCE
    }

    /// Writes `self` in its own version; the order of keys is the serializer's.
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.serialize(to)
    }

    /// What `value` says in `version`, which is not older than [`Self::SINCE`].
    fn from_value(version: Version, value: &Value) -> Result<Self, Error> {
        let _ = version;
        value.deserialized()
    }

    /// [`Self::from_value`] from any source, for tests that draw values or look at types.
    #[cfg(test)]
    fn read<'de, D: serde::Deserializer<'de>>(
        version: Version,
        source: D,
    ) -> Result<Self, D::Error> {
        let _ = version;
        Self::deserialize(source)
    }
}

/// Kinds whose type is the same since the version that brought them.
macro_rules! unchanged {
    ($since:expr; $($name:ident),+ $(,)?) => {
        $(impl $crate::versions::wire::Wire for $name {
            const SINCE: Version = $since;
        })+
    };
}

/// A kind whose type got a field that may be absent: what has none is written as the old type was, in the version that brought
/// the kind, and an old event has none.
macro_rules! extended {
    ($name:ident { $($same:ident),+ $(,)? } was $old:ty, since $first:expr; $field:ident since $second:expr) => {
        impl From<$old> for $name {
            fn from(old: $old) -> Self {
                Self {
                    $($same: old.$same,)+
                    $field: None,
                }
            }
        }

        impl $crate::versions::wire::Wire for $name {
            const SINCE: Version = $first;

            fn version(&self) -> Version {
                match self.$field {
                    None => $first,
                    Some(_) => $second,
                }
            }

            fn from_value(
                version: Version,
                value: &ciborium::Value,
            ) -> Result<Self, ciborium::value::Error> {
                if version < $second {
                    value.deserialized::<$old>().map(Self::from)
                } else {
                    value.deserialized()
                }
            }

            #[cfg(test)]
            fn read<'de, D: serde::Deserializer<'de>>(
                version: Version,
                source: D,
            ) -> Result<Self, D::Error> {
                if version < $second {
                    <$old>::deserialize(source).map(Self::from)
                } else {
                    Self::deserialize(source)
                }
            }
        }
    };
}

pub(crate) use {extended, unchanged};
