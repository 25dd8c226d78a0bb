//! Keys of the keyed operators.
//!
//! Enters: one master key from the configuration. Leaves: a key per (tenant, tag, purpose), so that equal values join
//! across tables but not across tenants, tags or operators. Never here: a key that is printed, logged or left in memory.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer};
use zeroize::{Zeroize, Zeroizing};

/// Domain of every derivation; a new scheme takes a new one.
const DOMAIN: &[u8] = b"firn mask key 1";

/// Why a master key is refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the masking key must be 32 bytes, written as 64 hex digits or as base64")]
pub struct KeyError;

/// The master key: 32 bytes, wiped when dropped, never shown.
#[derive(Clone)]
pub struct MaskKey(Zeroizing<[u8; 32]>);

impl MaskKey {
    /// Takes 64 hex digits or the base64 of 32 bytes.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        let mut key = Zeroizing::new([0; 32]);
        if hex::decode_to_slice(text, key.as_mut_slice()).is_ok() {
            return Ok(Self(key));
        }
        let bytes = Zeroizing::new(STANDARD.decode(text).map_err(|_| KeyError)?);
        if bytes.len() != key.len() {
            return Err(KeyError);
        }
        key.copy_from_slice(&bytes);
        Ok(Self(key))
    }

    /// Wraps 32 bytes of good randomness.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The key for one purpose of one tag of one tenant.
    pub(crate) fn derive(&self, tenant: &str, tag: &str, purpose: &str) -> Zeroizing<[u8; 32]> {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(DOMAIN);
        for part in [tenant, tag, purpose] {
            hasher.update(&(part.len() as u64).to_be_bytes());
            hasher.update(part.as_bytes());
        }
        Zeroizing::new(*hasher.finalize().as_bytes())
    }
}

impl fmt::Debug for MaskKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MaskKey(…)")
    }
}

impl<'de> Deserialize<'de> for MaskKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut text = String::deserialize(deserializer)?;
        let key = Self::parse(&text).map_err(serde::de::Error::custom);
        text.zeroize();
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_32_bytes_in_hex_or_base64() {
        let hex = "07".repeat(32);
        let base64 = STANDARD.encode([7; 32]);
        let keys = [&hex, &base64].map(|text| MaskKey::parse(text).unwrap());
        assert_eq!(
            keys[0].derive("t", "SSN", "hash"),
            keys[1].derive("t", "SSN", "hash")
        );
        for bad in ["", "07", "not a key", &STANDARD.encode([7; 31])] {
            assert_eq!(MaskKey::parse(bad).err(), Some(KeyError));
        }
    }

    #[test]
    fn tenants_tags_and_purposes_do_not_share_keys() {
        let key = MaskKey::from_bytes([7; 32]);
        let mut seen = std::collections::BTreeSet::new();
        for (tenant, tag, purpose) in [
            ("a", "b", "c"),
            ("ab", "", "c"),
            ("a", "bc", ""),
            ("b", "a", "c"),
            ("a", "b", "d"),
        ] {
            assert!(seen.insert(*key.derive(tenant, tag, purpose)));
        }
    }

    #[test]
    fn debug_shows_nothing_of_the_key() {
        assert_eq!(
            format!("{:?}", MaskKey::from_bytes([0xab; 32])),
            "MaskKey(…)"
        );
    }
}
