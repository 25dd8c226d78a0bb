//! Encryption of stage files as Snowflake's clients do it: a key for each file, wrapped with the stage's.
//!
//! Enters: a file, the key of the statement. Leaves: the file encrypted (AES-CBC, PKCS#7) and what opens it: its key (AES-ECB under the
//! stage's), its IV, and which stage key that was. Never here: a key in clear beside what it opens.

use std::fmt;

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{
    BlockDecrypt as _, BlockDecryptMut as _, BlockEncrypt as _, BlockEncryptMut as _, KeyInit as _,
    KeyIvInit as _,
};
use aes::{Aes128, Aes256, Block};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::RngCore as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use zeroize::Zeroizing;

const BLOCK_BYTES: usize = 16;

/// The key that a reply gives for the stage.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Material {
    query_stage_master_key: String,
    query_id: String,
    #[serde(deserialize_with = "text")]
    smk_id: String,
}

/// A number, however it is written.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(serde::de::Error::custom("smkId is no number")),
    }
}

impl fmt::Debug for Material {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Material(…)")
    }
}

/// What opens an encrypted file, to whoever has the stage's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Envelope {
    /// The file's key, wrapped; base64.
    pub key: String,
    /// Base64.
    pub iv: String,
    /// Which stage key wrapped it.
    pub describes: String,
}

/// Encrypts a file; none where the key is none.
pub(super) fn seal(file: &[u8], material: &Material) -> Option<(Vec<u8>, Envelope)> {
    let master = master(material)?;
    let mut key = Zeroizing::new(vec![0; master.len()]);
    rand::rng().fill_bytes(&mut key);
    let mut iv = [0; BLOCK_BYTES];
    rand::rng().fill_bytes(&mut iv);
    let mut sealed = Vec::with_capacity(file.len() + BLOCK_BYTES);
    sealed.extend_from_slice(file);
    sealed.resize((file.len() / BLOCK_BYTES + 1) * BLOCK_BYTES, 0);
    let mut wrapped = Zeroizing::new(key.to_vec());
    // A whole block of padding, as PKCS#7 has it for whole blocks.
    wrapped.resize(key.len() + BLOCK_BYTES, 16);
    lock(&key, &iv, &mut sealed, file.len())?;
    wrap(&master, &mut wrapped)?;
    let bits = master.len() * 8;
    let describes = json!({
        "queryId": material.query_id,
        "smkId": material.smk_id,
        "keySize": bits.to_string(),
    });
    let envelope = Envelope {
        key: STANDARD.encode(&*wrapped),
        iv: STANDARD.encode(iv),
        describes: describes.to_string(),
    };
    Some((sealed, envelope))
}

/// Decrypts a file; none where the key is another.
pub(super) fn open(sealed: &[u8], envelope: &Envelope, material: &Material) -> Option<Vec<u8>> {
    let master = master(material)?;
    let iv = STANDARD.decode(&envelope.iv).ok()?;
    let mut key = Zeroizing::new(STANDARD.decode(&envelope.key).ok()?);
    if key.len() != master.len() + BLOCK_BYTES {
        return None;
    }
    let mut file = sealed.to_vec();
    unwrap_key(&master, &mut key)?;
    let length = unlock(&key, &iv, &mut file)?;
    file.truncate(length);
    Some(file)
}

fn master(material: &Material) -> Option<Zeroizing<Vec<u8>>> {
    let key = STANDARD.decode(&material.query_stage_master_key).ok()?;
    Some(Zeroizing::new(key))
}

fn lock(key: &[u8], iv: &[u8], buffer: &mut [u8], length: usize) -> Option<()> {
    let locked = match key.len() {
        16 => cbc::Encryptor::<Aes128>::new_from_slices(key, iv)
            .ok()?
            .encrypt_padded_mut::<Pkcs7>(buffer, length),
        32 => cbc::Encryptor::<Aes256>::new_from_slices(key, iv)
            .ok()?
            .encrypt_padded_mut::<Pkcs7>(buffer, length),
        _ => return None,
    };
    locked.ok().map(|_| ())
}

fn unlock(key: &[u8], iv: &[u8], buffer: &mut [u8]) -> Option<usize> {
    let plain = match key.len() {
        16 => cbc::Decryptor::<Aes128>::new_from_slices(key, iv)
            .ok()?
            .decrypt_padded_mut::<Pkcs7>(buffer),
        32 => cbc::Decryptor::<Aes256>::new_from_slices(key, iv)
            .ok()?
            .decrypt_padded_mut::<Pkcs7>(buffer),
        _ => return None,
    };
    plain.ok().map(<[u8]>::len)
}

fn wrap(master: &[u8], key: &mut [u8]) -> Option<()> {
    let blocks = key.chunks_exact_mut(BLOCK_BYTES).map(Block::from_mut_slice);
    match master.len() {
        16 => {
            let cipher = Aes128::new_from_slice(master).ok()?;
            blocks.for_each(|block| cipher.encrypt_block(block));
        }
        32 => {
            let cipher = Aes256::new_from_slice(master).ok()?;
            blocks.for_each(|block| cipher.encrypt_block(block));
        }
        _ => return None,
    }
    Some(())
}

/// Unwraps a key, its padding cut off.
fn unwrap_key(master: &[u8], key: &mut Vec<u8>) -> Option<()> {
    let blocks = key.chunks_exact_mut(BLOCK_BYTES).map(Block::from_mut_slice);
    match master.len() {
        16 => {
            let cipher = Aes128::new_from_slice(master).ok()?;
            blocks.for_each(|block| cipher.decrypt_block(block));
        }
        32 => {
            let cipher = Aes256::new_from_slice(master).ok()?;
            blocks.for_each(|block| cipher.decrypt_block(block));
        }
        _ => return None,
    }
    let length = key.len().checked_sub(BLOCK_BYTES)?;
    let whole = key.get(length..)?.iter().all(|byte| *byte == 16);
    key.truncate(length);
    whole.then_some(())
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::{Envelope, Material, open, seal};

    fn material(bytes: usize, first: u8) -> Material {
        let key: Vec<u8> = (0..bytes).map(|at| first.wrapping_add(at as u8)).collect();
        Material {
            query_stage_master_key: STANDARD.encode(key),
            query_id: "01b2".to_owned(),
            smk_id: "4711".to_owned(),
        }
    }

    #[test]
    fn what_is_sealed_opens_with_the_same_key_alone() {
        for bytes in [16, 32] {
            for length in [0, 1, 15, 16, 17, 4096, 100_000] {
                let file = vec![7; length];
                let (sealed, envelope) = seal(&file, &material(bytes, 1)).expect("seals");
                assert_ne!(sealed, file);
                assert_eq!(sealed.len() % 16, 0);
                let opened = open(&sealed, &envelope, &material(bytes, 1));
                assert_eq!(opened.as_deref(), Some(file.as_slice()));
                let other = open(&sealed, &envelope, &material(bytes, 2));
                assert_ne!(other.as_deref(), Some(file.as_slice()));
            }
        }
        assert!(seal(b"x", &material(24, 1)).is_none());
    }

    /// Made with the Python connector 4.8.1 (`SnowflakeEncryptionUtil.encrypt_stream`).
    #[test]
    fn what_snowflakes_clients_sealed_opens() {
        let envelope = Envelope {
            key: KEY.to_owned(),
            iv: IV.to_owned(),
            describes: String::new(),
        };
        let sealed = STANDARD.decode(SEALED).expect("base64");
        let opened = open(&sealed, &envelope, &material(16, 1)).expect("opens");
        assert_eq!(opened, b"1,a\n2,b\n");
    }

    const KEY: &str = "19H+RLIvY2e/wEkEquRdBWzACmbSrYP/126aK8rYmgE=";
    const IV: &str = "qxsxbYJQVqlx9PjWcqgIjg==";
    const SEALED: &str = "UccdBbKdySQ/OKHcHfLMaQ==";
}
