//! A compact JWS taken apart, nothing of it believed yet.
//!
//! Enters: the token's text. Leaves: header and claims, the signed bytes, the signature. Never here: a signature checked.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::CoreJwsSigningAlgorithm;
use serde::Deserialize;

use super::{Claims, IdentityError};
use crate::limits;

/// A token whose signature is yet to be checked. It borrows; nothing of it outlives the login.
pub(super) struct Token<'a> {
    pub algorithm: CoreJwsSigningAlgorithm,
    pub key_id: Option<String>,
    pub claims: Claims,
    /// Header and payload as sent.
    pub signed: &'a [u8],
    pub signature: Vec<u8>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<serde_json::Value>,
}

impl<'a> Token<'a> {
    pub fn parse(text: &'a str) -> Result<Self, IdentityError> {
        if text.len() > limits::TOKEN_BYTES_MAX {
            return Err(IdentityError::Malformed);
        }
        let mut parts = text.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(IdentityError::Malformed);
        };
        let signed = text
            .as_bytes()
            .get(..header.len() + 1 + payload.len())
            .ok_or(IdentityError::Malformed)?;
        let header: Header = decode(header)?;
        // A logout token or a DPoP proof is signed by the same key, but is no login (RFC 8725 §3.11); `crit` names what we
        // would have to understand (RFC 7515 §4.1.11).
        let login = header.typ.is_none_or(|typ| {
            let typ = typ.to_ascii_lowercase();
            let typ = typ.strip_prefix("application/").unwrap_or(&typ);
            matches!(typ, "jwt" | "at+jwt")
        });
        if !login || header.crit.is_some() {
            return Err(IdentityError::TokenType);
        }
        let algorithm = serde_json::from_value(serde_json::Value::String(header.alg))
            .map_err(|_| IdentityError::Algorithm)?;
        let signature = URL_SAFE_NO_PAD
            .decode(signature)
            .map_err(|_| IdentityError::Malformed)?;
        Ok(Self {
            algorithm,
            key_id: header.kid,
            claims: Claims(decode(payload)?),
            signed,
            signature,
        })
    }
}

fn decode<T: serde::de::DeserializeOwned>(part: &str) -> Result<T, IdentityError> {
    let bytes = URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| IdentityError::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| IdentityError::Malformed)
}
