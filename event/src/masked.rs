//! The mark of a value that went through a mask.
//!
//! Enters: what `access` masked, or what was read back from the record. Leaves: the value, for the record and the client.
//! Never here: a raw value. Only `access` may call [`Masked::from_mask`]: `clippy.toml` forbids it elsewhere and
//! a test of the root package reads every other crate for it.

use serde::{Deserialize, Serialize};

/// A value that a mask returned: literals, binds, rows or messages with nothing raw left in them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Masked<T>(T);

impl<T> Masked<T> {
    /// For the masks in `access` alone: says that `value` is what a mask returned.
    pub const fn from_mask(value: T) -> Self {
        Self(value)
    }

    /// The masked value.
    pub const fn get(&self) -> &T {
        &self.0
    }

    /// The masked value, taken out.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T: AsRef<str>> AsRef<str> for Masked<T> {
    fn as_ref(&self) -> &str {
        self.0.as_ref()
    }
}
