//! Tokens of values: keyed hashes by which it is found who saw a value that is not stored.
//!
//! Enters: keys from the configuration, a value, what it is. Leaves: 64 bits that nobody can make without the key, and with it whoever
//! has the value. Never here: a value kept, a key that is printed, logged or left in memory, a token under a class it was not made for.
//!
//! A token is the first eight bytes of HMAC-SHA256 under the key, over a domain, the class and the value as [`form::canonical`] writes
//! it. Whoever has the key and the record can try values one by one: the key is worth what the values are.

pub mod form;

use std::fmt;

use event::payload::SeenClass;
use ring::hmac;
use zeroize::Zeroizing;

use crate::keys::{KeyError, MaskKey};
use crate::limits::SEEN_KEYS_MAX;

/// Domain of every token; another scheme takes another one.
const DOMAIN: &[u8] = b"firn seen 1\0";
/// What a key's id is made of.
const ID_DOMAIN: &[u8] = b"firn seen key id 1";
/// Bytes of a key's id.
const ID_BYTES: usize = 4;

/// Why keys are refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SeenKeysError {
    /// One is none.
    #[error("key {number} is none: give 32 bytes, written as 64 hex digits or as base64")]
    Key {
        /// Which, from 1.
        number: usize,
    },
    /// One is there twice.
    #[error("key {number} is there twice: list each key once, the one that signs first")]
    Twice {
        /// Which, from 1.
        number: usize,
    },
    /// Each makes every question longer.
    #[error(
        "{0} keys are more than {SEEN_KEYS_MAX}: take away the oldest, whose tokens are then found no more"
    )]
    Many(usize),
}

/// One key and what it is called in the record.
struct SeenKey {
    key: Zeroizing<[u8; 32]>,
    id: String,
}

/// The keys: the first makes tokens, all of them are tried where one is looked for.
pub struct SeenKeys(Vec<SeenKey>);

impl SeenKeys {
    /// Takes keys as they are written, the one that signs first; none of none.
    pub fn parse<T: AsRef<str>>(texts: &[T]) -> Result<Option<Self>, SeenKeysError> {
        if texts.len() > SEEN_KEYS_MAX {
            return Err(SeenKeysError::Many(texts.len()));
        }
        let mut keys: Vec<SeenKey> = Vec::with_capacity(texts.len());
        for (text, number) in texts.iter().zip(1..) {
            let key = MaskKey::parse(text.as_ref());
            let key = key.map_err(|KeyError| SeenKeysError::Key { number })?;
            let key = SeenKey::new(key.bytes());
            if keys.iter().any(|known| known.id == key.id) {
                return Err(SeenKeysError::Twice { number });
            }
            keys.push(key);
        }
        Ok((!keys.is_empty()).then_some(Self(keys)))
    }

    /// What the keys are called in the record, the one that signs first.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|key| key.id.as_str())
    }

    /// What makes tokens of values of `class`.
    pub(crate) fn signer(&self, class: &SeenClass) -> Option<Signer> {
        self.0.first().map(|key| key.signer(class))
    }

    /// Every token the record may have of `value`: under each key, as each class that is asked for; of all if none is named. None of a
    /// value that has nothing to look for.
    pub fn tokens(&self, value: &str, class: Option<&SeenClass>) -> Vec<u64> {
        let classes = SeenClass::ALL.iter();
        let classes = classes.filter(|one| class.is_none_or(|wanted| wanted == *one));
        let mut tokens = Vec::new();
        for class in classes {
            let short = form::without_zeros(class, value);
            for key in &self.0 {
                let signer = key.signer(class);
                tokens.extend(signer.token(value));
                tokens.extend(short.as_deref().and_then(|short| signer.token(short)));
            }
        }
        tokens.sort_unstable();
        tokens.dedup();
        tokens
    }
}

impl SeenKey {
    fn new(key: Zeroizing<[u8; 32]>) -> Self {
        let signing = hmac::Key::new(hmac::HMAC_SHA256, key.as_slice());
        let digest = hmac::sign(&signing, ID_DOMAIN);
        let id = digest.as_ref().get(..ID_BYTES).map(hex::encode);
        Self {
            key,
            id: id.unwrap_or_default(),
        }
    }

    fn signer(&self, class: &SeenClass) -> Signer {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.key.as_slice());
        let mut context = hmac::Context::with_key(&key);
        context.update(DOMAIN);
        context.update(class.as_str().as_bytes());
        context.update(&[0]);
        Signer {
            context,
            class: class.clone(),
            id: self.id.clone(),
        }
    }
}

/// Only what the record says of them.
impl fmt::Debug for SeenKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.ids()).finish()
    }
}

/// Makes tokens of one class under one key.
#[derive(Clone)]
pub(crate) struct Signer {
    context: hmac::Context,
    class: SeenClass,
    id: String,
}

impl Signer {
    /// The token of `value`; none where nothing of it is left to look for.
    pub(crate) fn token(&self, value: &str) -> Option<u64> {
        let canonical = form::canonical(&self.class, value)?;
        let mut context = self.context.clone();
        context.update(canonical.as_bytes());
        let signed = context.sign();
        signed
            .as_ref()
            .first_chunk::<8>()
            .map(|head| u64::from_be_bytes(*head))
    }

    /// The class it makes tokens of.
    pub(crate) const fn class(&self) -> &SeenClass {
        &self.class
    }

    /// What its key is called in the record.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(texts: &[String]) -> SeenKeys {
        SeenKeys::parse(texts).unwrap().unwrap()
    }

    fn text(byte: &str) -> String {
        byte.repeat(32)
    }

    #[test]
    fn the_first_key_signs_and_all_are_tried() {
        let (old, new) = (keys(&[text("0a")]), keys(&[text("0b"), text("0a")]));
        let token = |keys: &SeenKeys| {
            let signer = keys.signer(&SeenClass::Email).unwrap();
            signer.token("marta@example.com").unwrap()
        };
        assert_ne!(token(&old), token(&new));
        let sought = new.tokens(" Marta@Example.COM ", None);
        assert!(sought.contains(&token(&old)) && sought.contains(&token(&new)));
        let other = keys(&[text("0c")]);
        assert!(
            !other
                .tokens("marta@example.com", None)
                .contains(&token(&old))
        );
        assert!(!new.tokens("marco@example.com", None).contains(&token(&new)));
    }

    #[test]
    fn a_number_is_found_though_its_column_keeps_no_zeros_before_it() {
        let keys = keys(&[text("0a")]);
        for class in [SeenClass::Number, SeenClass::Code] {
            let signer = keys.signer(&class).unwrap();
            let sought = keys.tokens("012-34-5678", Some(&class));
            for recorded in ["012345678", "12345678"] {
                assert!(sought.contains(&signer.token(recorded).unwrap()), "{class}");
            }
            assert_eq!(sought.len(), 2);
            assert_eq!(keys.tokens("000", Some(&class)).len(), 1);
        }
        assert_eq!(keys.tokens("A-007", Some(&SeenClass::Code)).len(), 1);
    }

    #[test]
    fn classes_do_not_share_tokens() {
        let keys = keys(&[text("0a")]);
        let all = keys.tokens("4111111111111111", None);
        let one = keys.tokens("4111111111111111", Some(&SeenClass::Number));
        assert_eq!(one.len(), 1);
        assert!(all.contains(&one[0]) && all.len() > 1);
        assert!(keys.tokens("", None).is_empty());
    }

    /// A token must be the same for as long as there are records: RFC 2104 over the bytes that the header names.
    #[test]
    fn a_token_is_what_it_always_was() {
        let keys = keys(&[text("0a")]);
        let signer = keys.signer(&SeenClass::Email).unwrap();
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[0x0a; 32]);
        let want = hmac::sign(&key, b"firn seen 1\0email\0marta@example.com");
        let want = u64::from_be_bytes(want.as_ref()[..8].try_into().unwrap());
        assert_eq!(signer.token("marta@example.com"), Some(want));
    }

    #[test]
    fn nothing_shows_a_key() {
        let keys = keys(&[text("ab")]);
        let shown = format!("{keys:?}");
        assert!(
            !shown.contains("abab") && !shown.contains("171, 171"),
            "{shown}"
        );
        assert_eq!(keys.ids().map(str::len).collect::<Vec<_>>(), [8]);
        let refused = SeenKeys::parse(&["ab".repeat(31)]).unwrap_err();
        assert!(!refused.to_string().contains("abab"));
        assert_eq!(refused, SeenKeysError::Key { number: 1 });
        assert_eq!(
            SeenKeys::parse(&[text("0a"), text("0b"), text("0a")]).unwrap_err(),
            SeenKeysError::Twice { number: 3 }
        );
        assert!(SeenKeys::parse::<String>(&[]).unwrap().is_none());
        let many = vec![text("0a"); SEEN_KEYS_MAX + 1];
        assert!(matches!(
            SeenKeys::parse(&many),
            Err(SeenKeysError::Many(_))
        ));
    }
}
