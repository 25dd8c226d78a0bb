//! How what firn sends by itself is signed: as Standard Webhooks says, so that receivers have libraries for it.
//!
//! Enters: a key, an id, a time, a body. Leaves: the three headers' values. Never here: a secret in an error, a request.
//!
//! Standard Webhooks 1.0, "Signature scheme": HMAC-SHA256 over `id.timestamp.body`. The id is the nonce and the key of idempotency: a
//! message that is sent again has the same one. A receiver refuses a timestamp that is more than five minutes off, and an id it has seen.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use zeroize::Zeroizing;

/// Fewest bytes of a key, as the specification asks.
const KEY_BYTES_MIN: usize = 24;
/// Marks a key that is base64.
const KEY_PREFIX: &str = "whsec_";

/// A key that signs.
#[derive(Clone, Debug)]
pub struct SigningKey(hmac::Key);

/// Why a secret is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SigningKeyError {
    /// Not what it says it is.
    #[error("the secret begins with whsec_, but is not base64 after it")]
    Encoding,
    /// Guessable.
    #[error("the secret must have {KEY_BYTES_MIN} bytes or more")]
    Short,
}

impl SigningKey {
    /// The key that `secret` is: `whsec_` and base64, or any text of 24 bytes or more.
    pub fn of(secret: &str) -> Result<Self, SigningKeyError> {
        let decoded = match secret.strip_prefix(KEY_PREFIX) {
            None => Zeroizing::new(secret.as_bytes().to_vec()),
            Some(encoded) => {
                let decoded = STANDARD.decode(encoded);
                Zeroizing::new(decoded.map_err(|_| SigningKeyError::Encoding)?)
            }
        };
        if decoded.len() < KEY_BYTES_MIN {
            return Err(SigningKeyError::Short);
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &decoded)))
    }

    /// The value of `webhook-signature` for a message of `id`, sent at `timestamp` (seconds since 1970, decimal).
    pub fn sign(&self, id: &str, timestamp: &str, body: &[u8]) -> String {
        let mut signed = hmac::Context::with_key(&self.0);
        for piece in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
            signed.update(piece);
        }
        format!("v1,{}", STANDARD.encode(signed.sign()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference implementations (`standardwebhooks` on PyPI and npm, `test_webhooks`).
    #[test]
    fn the_signature_is_that_of_the_reference() {
        let key = SigningKey::of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a key");
        let signature = key.sign(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "1614265330",
            br#"{"test": 2432232314}"#,
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_short_key_is_refused() {
        for secret in [
            "too short",
            "whsec_AAAA",
            "whsec_no base64 at all, however long it is",
        ] {
            assert!(SigningKey::of(secret).is_err());
        }
    }
}
