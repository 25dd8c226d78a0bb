//! Sealing: what one gateway hands to a client or the journal so that any gateway can read it back, and nobody else.
//!
//! Enters: claims and a purpose. Leaves: XChaCha20-Poly1305 boxes that name their key. Never here: a sealed value that
//! opens under another purpose, or a key in a log line.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use rand::RngCore as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

/// First byte of every box; another layout takes another number.
const VERSION: u8 = 1;
const NONCE_BYTES: usize = 24;
/// Length of a sealing key, bytes.
pub const KEY_BYTES: usize = 32;
/// Longest key id, bytes.
const KEY_ID_BYTES_MAX: usize = 64;

/// What a box is for. It is authenticated: a box opens for its own purpose only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The client's session token.
    Session,
    /// The client's master token.
    Master,
    /// A result chunk's address.
    Chunk,
    /// A held statement: text, binds, request.
    Held,
    /// A statement whose result any gateway may serve.
    Announced,
    /// A statement and its session, in the SQL API's handle.
    Handle,
    /// A session, in MCP's session id.
    Conversation,
    /// A stage file's address.
    File,
}

impl Purpose {
    const fn word(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Master => "master",
            Self::Chunk => "chunk",
            Self::Held => "held",
            Self::Announced => "announced",
            Self::Handle => "handle",
            Self::Conversation => "conversation",
            Self::File => "file",
        }
    }
}

/// Why a box does not open. Says nothing of what is inside.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum OpenError {
    /// It is not a box of ours.
    #[error("this is not a token of this gateway: log in again")]
    Malformed,
    /// It names a key that is not in the ring: it was retired, or the token comes from elsewhere.
    #[error("the token's sealing key is not known here: log in again")]
    UnknownKey,
    /// It was altered, or sealed for another purpose.
    #[error("the token was altered or is of another kind: log in again")]
    Altered,
}

/// Why the key ring cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum KeyRingError {
    /// No key at all.
    #[error("the key ring is empty: give at least one sealing key")]
    Empty,
    /// Two keys of one name.
    #[error("two sealing keys are named {0:?}: names must differ")]
    Twice(String),
    /// An id that does not fit.
    #[error("sealing key id {0:?} must have 1 to 64 bytes")]
    Id(String),
    /// A key that is in use has other bytes now.
    #[error(
        "sealing key {0:?} is another key than before, so every session sealed with it would end: give the new key a name of its own, and keep this one behind it"
    )]
    Changed(String),
    /// Sealing failed inside the cipher.
    #[error("sealing failed: the value is too large")]
    Seal,
}

struct Key {
    id: String,
    cipher: XChaCha20Poly1305,
}

/// The key ring: the first key seals, every key opens. Cheap to clone.
#[derive(Clone)]
pub struct Sealer {
    keys: Arc<[Key]>,
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.keys.iter().map(|key| &key.id))
            .finish()
    }
}

impl Sealer {
    /// A ring of named keys; the first one seals.
    pub fn new(
        keys: impl IntoIterator<Item = (String, Zeroizing<[u8; KEY_BYTES]>)>,
    ) -> Result<Self, KeyRingError> {
        let mut ring: Vec<Key> = Vec::new();
        for (id, secret) in keys {
            if !(1..=KEY_ID_BYTES_MAX).contains(&id.len()) {
                return Err(KeyRingError::Id(id));
            }
            if ring.iter().any(|key| key.id == id) {
                return Err(KeyRingError::Twice(id));
            }
            let cipher = XChaCha20Poly1305::new(secret.as_slice().into());
            ring.push(Key { id, cipher });
        }
        if ring.is_empty() {
            return Err(KeyRingError::Empty);
        }
        Ok(Self { keys: ring.into() })
    }

    /// This ring in place of `old`: refused where a name stands for another key now.
    pub fn replaces(&self, old: &Self) -> Result<(), KeyRingError> {
        for key in old.keys.iter() {
            let alone = Self {
                keys: [Key {
                    id: key.id.clone(),
                    cipher: key.cipher.clone(),
                }]
                .into(),
            };
            let probe = alone.seal_bytes(Purpose::Session, b"")?;
            if self.open_bytes(Purpose::Session, &probe) == Err(OpenError::Altered) {
                return Err(KeyRingError::Changed(key.id.clone()));
            }
        }
        Ok(())
    }

    /// The names of its keys; the first one seals.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|key| key.id.as_str())
    }

    /// Seals `value` for `purpose`.
    pub fn seal<T: Serialize>(&self, purpose: Purpose, value: &T) -> Result<Vec<u8>, KeyRingError> {
        let plain = Zeroizing::new(serde_json::to_vec(value).map_err(|_| KeyRingError::Seal)?);
        self.seal_bytes(purpose, &plain)
    }

    /// Seals bytes for `purpose`.
    pub fn seal_bytes(&self, purpose: Purpose, plain: &[u8]) -> Result<Vec<u8>, KeyRingError> {
        let key = self.keys.first().ok_or(KeyRingError::Empty)?;
        let mut nonce = [0u8; NONCE_BYTES];
        rand::rng().fill_bytes(&mut nonce);
        let header = header(&key.id);
        let sealed = key
            .cipher
            .encrypt(
                XNonce::from_slice(&nonce),
                Payload {
                    msg: plain,
                    aad: &associated(purpose, &header),
                },
            )
            .map_err(|_| KeyRingError::Seal)?;
        Ok([header.as_slice(), &nonce, &sealed].concat())
    }

    /// [`Sealer::seal`] as URL-safe text.
    pub fn seal_text<T: Serialize>(
        &self,
        purpose: Purpose,
        value: &T,
    ) -> Result<String, KeyRingError> {
        Ok(URL_SAFE_NO_PAD.encode(self.seal(purpose, value)?))
    }

    /// [`Sealer::seal_bytes`] as URL-safe text.
    pub fn seal_text_bytes(&self, purpose: Purpose, plain: &[u8]) -> Result<String, KeyRingError> {
        Ok(URL_SAFE_NO_PAD.encode(self.seal_bytes(purpose, plain)?))
    }

    /// Opens what any key of the ring sealed for `purpose`.
    pub fn open<T: DeserializeOwned>(
        &self,
        purpose: Purpose,
        sealed: &[u8],
    ) -> Result<T, OpenError> {
        let plain = self.open_bytes(purpose, sealed)?;
        serde_json::from_slice(&plain).map_err(|_| OpenError::Malformed)
    }

    /// Opens the bytes that any key of the ring sealed for `purpose`.
    pub fn open_bytes(
        &self,
        purpose: Purpose,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let (&[version, id_bytes], rest) = sealed
            .split_first_chunk::<2>()
            .ok_or(OpenError::Malformed)?;
        if version != VERSION {
            return Err(OpenError::Malformed);
        }
        let (id, rest) = rest
            .split_at_checked(usize::from(id_bytes))
            .ok_or(OpenError::Malformed)?;
        let (nonce, body) = rest
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or(OpenError::Malformed)?;
        let key = self
            .keys
            .iter()
            .find(|key| key.id.as_bytes() == id)
            .ok_or(OpenError::UnknownKey)?;
        let plain = key
            .cipher
            .decrypt(
                XNonce::from_slice(nonce),
                Payload {
                    msg: body,
                    aad: &associated(purpose, &header(&key.id)),
                },
            )
            .map_err(|_| OpenError::Altered)?;
        Ok(Zeroizing::new(plain))
    }

    /// [`Sealer::open`] from text.
    pub fn open_text<T: DeserializeOwned>(
        &self,
        purpose: Purpose,
        sealed: &str,
    ) -> Result<T, OpenError> {
        let plain = self.open_text_bytes(purpose, sealed)?;
        serde_json::from_slice(&plain).map_err(|_| OpenError::Malformed)
    }

    /// [`Sealer::open_bytes`] from text.
    pub fn open_text_bytes(
        &self,
        purpose: Purpose,
        sealed: &str,
    ) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let sealed = URL_SAFE_NO_PAD
            .decode(sealed)
            .map_err(|_| OpenError::Malformed)?;
        self.open_bytes(purpose, &sealed)
    }
}

fn header(id: &str) -> Vec<u8> {
    // Ids are at most KEY_ID_BYTES_MAX long, checked when the ring was made.
    let length = u8::try_from(id.len()).unwrap_or(u8::MAX);
    [&[VERSION, length], id.as_bytes()].concat()
}

fn associated(purpose: Purpose, header: &[u8]) -> Vec<u8> {
    [b"firn gateway ", purpose.word().as_bytes(), b"\0", header].concat()
}

#[cfg(test)]
mod tests;
