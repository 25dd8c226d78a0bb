//! Ids as types, so that a session cannot be passed where a run is meant.
//!
//! Enters: 128-bit UUIDs and 256-bit digests. Leaves: newtypes that print and parse one way.
//! Never here: drawing an id at random; callers pass UUIDs in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// A text that is not the id it was read as.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{what} must be {want}, got {got:?}")]
pub struct IdError {
    /// Which id was expected.
    pub what: &'static str,
    /// The shape of it.
    pub want: &'static str,
    /// What stood there.
    pub got: String,
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "described", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID; its version is the caller's business.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID inside.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0.hyphenated())
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::parse_str(text).map(Self).map_err(|_| IdError {
                    what: stringify!($name),
                    want: "a UUID",
                    got: text.to_owned(),
                })
            }
        }
    };
}

uuid_id!(
    /// One event, UUIDv7: sorts by the gateway's clock.
    EventId
);
uuid_id!(
    /// One login of one driver, UUIDv7.
    SessionId
);
uuid_id!(
    /// One statement of one session, derived from the session and the client's request id.
    StatementId
);
uuid_id!(
    /// One run of one process that emits events; a restart is another run.
    RunId
);

/// Domain of [`StatementId::derive`]; another purpose takes another one.
const STATEMENT_NAMESPACE: Uuid = Uuid::from_u128(0x6669_726e_0001_4000_8000_7374_6174_656d);
/// Domain of [`StatementId::upstream_request_id`].
const UPSTREAM_NAMESPACE: Uuid = Uuid::from_u128(0x6669_726e_0002_4000_8000_7570_7374_7265);

impl StatementId {
    /// The statement that `request` names in `session`: a retry on any gateway yields the same id.
    pub fn derive(session: SessionId, request: &RequestId) -> Self {
        let mut name = session.uuid().as_bytes().to_vec();
        name.extend_from_slice(request.as_str().as_bytes());
        Self(Uuid::new_v5(&STATEMENT_NAMESPACE, &name))
    }

    /// The `requestId` sent upstream, so that Snowflake too sees a retry as the same request. `asked` is everything its
    /// answer depends on: Snowflake answers a known id with the first answer, and nobody may get that under the masks of
    /// something else that was asked under the same id.
    pub fn upstream_request_id(self, asked: Digest) -> Uuid {
        let name = [self.0.as_bytes().as_slice(), asked.as_bytes()].concat();
        Uuid::new_v5(&UPSTREAM_NAMESPACE, &name)
    }
}

/// The client's idempotency key and cancel handle (`requestId` in the query string), verbatim.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "described", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct RequestId(String);

impl RequestId {
    /// Takes what drivers send: 1 to [`crate::limits::REQUEST_ID_BYTES_MAX`] visible ASCII characters.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let fits = (1..=crate::limits::REQUEST_ID_BYTES_MAX).contains(&text.len());
        if fits && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(Self(text.to_owned()));
        }
        Err(IdError {
            what: "requestId",
            want: "1 to 128 visible ASCII characters",
            got: text
                .chars()
                .take(crate::limits::REQUEST_ID_BYTES_MAX)
                .collect(),
        })
    }

    /// The text as sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A SHA-256 digest. Prints as 64 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "described", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "described", schema(value_type = String))]
pub struct Digest([u8; 32]);

impl Digest {
    /// What stands before the first event of a part.
    pub const ZERO: Self = Self([0; 32]);

    /// Wraps 32 bytes that are a digest already.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// SHA-256 of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// SHA-256 over several pieces, each preceded by its length (u64, big endian), so that no two splits collide.
    pub fn of_pieces<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hasher = Sha256::new();
        for piece in pieces {
            hasher.update((piece.len() as u64).to_be_bytes());
            hasher.update(piece);
        }
        Self(hasher.finalize().into())
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl FromStr for Digest {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let mut bytes = [0; 32];
        match hex::decode_to_slice(text, &mut bytes) {
            Ok(()) => Ok(Self(bytes)),
            Err(_) => Err(IdError {
                what: "digest",
                want: "64 hex digits",
                got: text.to_owned(),
            }),
        }
    }
}

/// Hex for people (JSON, Arrow text), 32 raw bytes in the canonical encoding.
impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_bytes(&self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        if deserializer.is_human_readable() {
            return String::deserialize(deserializer)?
                .parse()
                .map_err(D::Error::custom);
        }
        let bytes = serde_bytes::ByteBuf::deserialize(deserializer)?;
        let bytes: [u8; 32] = bytes
            .as_slice()
            .try_into()
            .map_err(|_| D::Error::custom("a digest is 32 bytes"))?;
        Ok(Self(bytes))
    }
}

macro_rules! digest_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Digest);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

digest_id!(
    /// The policy set a decision was made under.
    PolicyHash
);
digest_id!(
    /// What an approval is bound to: original text, binds, session context, policy and catalog (`guard.md` §6).
    ApprovalBinding
);
