//! Keys of the keyed operators.
//!
//! Enters: one master key from the configuration. Leaves: a key per (tenant, tag, purpose), so that equal values join
//! across tables but not across tenants, tags or operators. Never here: a key that is printed, logged or left in memory.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Domain of every derivation; a new scheme takes a new one.
const DOMAIN: &[u8] = b"firn mask key 1";

/// Why a master key is refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the masking key must be 32 bytes, written as 64 hex digits or as base64")]
pub struct KeyError;

/// The master key: 32 bytes, wiped when dropped, never shown.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MaskKey([u8; 32]);

impl MaskKey {
    /// Takes 64 hex digits or the base64 of 32 bytes.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        let mut key = Self([0; 32]);
        if hex::decode_to_slice(text, &mut key.0).is_ok() {
            return Ok(key);
        }
        let bytes = Zeroizing::new(STANDARD.decode(text).map_err(|_| KeyError)?);
        if bytes.len() != key.0.len() {
            return Err(KeyError);
        }
        key.0.copy_from_slice(&bytes);
        Ok(key)
    }

    /// Wraps 32 bytes of good randomness.
    pub fn from_bytes(mut bytes: [u8; 32]) -> Self {
        let key = Self(bytes);
        bytes.zeroize();
        key
    }

    /// Its bytes.
    pub(crate) fn bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Masking, MaskingConfig};

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
    fn nothing_shows_the_key() {
        let key = MaskKey::from_bytes([0xab; 32]);
        assert_eq!(format!("{key:?}"), "MaskKey(…)");
        let config = MaskingConfig {
            key: Some(key),
            ..MaskingConfig::default()
        };
        let shown = format!("{config:?} {:?}", Masking::new(config.clone()).unwrap());
        let wanted = ["abab", "171, 171", &STANDARD.encode([0xab; 6])];
        for piece in wanted {
            assert!(!shown.contains(piece), "{shown}");
        }
    }

    #[test]
    fn a_refused_key_is_not_in_its_refusal() {
        let text = format!("tenant = \"acme\"\nkey = \"{}\"\n", "ab".repeat(31));
        let refusal = toml::from_str::<MaskingConfig>(&text).unwrap_err();
        let shown = refusal.to_string();
        assert!(shown.contains("32 bytes"), "{shown}");
        assert!(!shown.contains("abab"), "{shown}");
    }

    /// What the derived drop calls; that it is derived is asserted where it compiles.
    #[test]
    fn wiping_leaves_zeros() {
        let mut key = MaskKey::from_bytes([0xab; 32]);
        key.zeroize();
        assert_eq!(key.0, [0; 32]);
        let mut derived = MaskKey::from_bytes([0xab; 32]).derive("t", "SSN", "hash");
        derived.zeroize();
        assert_eq!(*derived, [0; 32]);
    }

    /// Every type has it once; one with a text form has it twice, so that asking which does not compile.
    trait NoTextForm<Why> {
        fn holds() {}
    }
    impl<T: ?Sized> NoTextForm<()> for T {}
    struct Displayed;
    impl<T: fmt::Display + ?Sized> NoTextForm<Displayed> for T {}
    struct Written;
    impl<T: serde::Serialize + ?Sized> NoTextForm<Written> for T {}

    const _: fn() = <MaskKey as NoTextForm<_>>::holds;

    const _: fn() = || {
        fn wiped_on_drop<T: ZeroizeOnDrop>() {}
        wiped_on_drop::<MaskKey>();
        wiped_on_drop::<Zeroizing<[u8; 32]>>();
        wiped_on_drop::<aes::Aes256>();
    };
}
