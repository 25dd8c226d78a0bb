//! Tokens of values: by them it is found who saw a value, without the value.
//!
//! Enters: keyed hashes that `access` made. Leaves: what a page and a statement say of them. Never here: a value, a key, or a hash that
//! anybody without the key could make.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::text_enum::open_text_enum;
use crate::versions::v1::{Bind, ColumnUse, Context, Finding, Kept, MaskCount, StatementKind};
use crate::versions::wire::extended;
use crate::versions::{Version, v1};
use crate::{Digest, Masked, RequestId};

open_text_enum!(
    /// What values of a column are, and with that how they are written alike before they are hashed.
    SeenClass {
        /// Mail addresses.
        Email = "email",
        /// Digits with whatever stands between: cards, telephones, social security numbers.
        Number = "number",
        /// Letters and digits with whatever stands between: accounts, passports.
        Code = "code",
        /// Names of people.
        Name = "name",
        /// Days.
        Date = "date",
        /// Anything else.
        Text = "text",
    }
);

/// Values of one column, as tokens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// The base columns, `DATABASE.SCHEMA.TABLE.COLUMN` with `, ` between; the result's own name where none is known.
    pub column: String,
    /// What its values are.
    pub class: SeenClass,
    /// Which key hashed them: the beginning of a digest of it, eight hex digits.
    pub key: String,
    /// Each token once, ascending: eight bytes of it, then how many cells have the value, four bytes; both big endian.
    pub tokens: Bytes,
}

/// Bytes of one token and its count.
const ENTRY: usize = 12;

impl Seen {
    /// Packs tokens, which ascend, with their counts.
    pub fn pack(tokens: impl IntoIterator<Item = (u64, u32)>) -> Bytes {
        let mut packed = Vec::new();
        for (token, cells) in tokens {
            packed.extend_from_slice(&token.to_be_bytes());
            packed.extend_from_slice(&cells.to_be_bytes());
        }
        packed.into()
    }

    /// The tokens with their counts; what is no whole entry is left out.
    pub fn unpack(&self) -> impl Iterator<Item = (u64, u32)> {
        Self::entries(&self.tokens)
    }

    /// [`Self::unpack`] of what stands alone.
    pub fn entries(packed: &[u8]) -> impl Iterator<Item = (u64, u32)> {
        packed.chunks_exact(ENTRY).filter_map(|entry| {
            let token = entry.first_chunk::<8>()?;
            let cells = entry.last_chunk::<4>()?;
            Some((u64::from_be_bytes(*token), u32::from_be_bytes(*cells)))
        })
    }
}

/// A statement arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementSubmitted {
    /// The text, its literals masked.
    pub text: Masked<String>,
    /// Length of the original, bytes.
    pub text_bytes: u64,
    /// Bind values, masked.
    pub binds: Vec<Bind>,
    /// Equal for statements that differ in literals only.
    pub fingerprint: String,
    /// Statement kinds in order.
    pub kinds: Vec<StatementKind>,
    /// Tables read, `DATABASE.SCHEMA.TABLE`, sorted.
    pub reads: Vec<String>,
    /// Tables written, sorted.
    pub writes: Vec<String>,
    /// Base columns and how they are used, sorted.
    pub columns: Vec<ColumnUse>,
    /// Findings of the analysis, sorted.
    pub flags: Vec<Finding>,
    /// The client's request id.
    pub request_id: RequestId,
    /// The driver asked for the result's shape only.
    pub describe_only: bool,
    /// The driver will fetch the result later.
    pub asynchronous: bool,
    /// Where the session stood.
    pub context: Context,
    /// Literals and binds that meet columns whose values may be looked for; none where the policy asks for none of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Vec<Seen>>,
}

extended!(
    StatementSubmitted {
        text, text_bytes, binds, fingerprint, kinds, reads, writes, columns, flags, request_id, describe_only, asynchronous, context
    }
    was v1::StatementSubmitted, since Version::V1;
    seen since Version::V2
);

/// Rows, masked, as delivered. A page belongs to one chunk; chunk 0 is the inline part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResponsePage {
    /// Which result of a multi-statement, from 0.
    pub result: u32,
    /// 0 inline, then 1, 2 … as in `chunks`.
    pub chunk: u32,
    /// Dense within the chunk, from 0.
    pub page: u32,
    /// First row's number within the chunk.
    pub first_row: u64,
    /// How many rows.
    pub rows: u64,
    /// What was masked.
    pub masked: Vec<MaskCount>,
    /// SHA-256 of the rows' canonical text (see `access`): a client's copy can be checked against it.
    pub digest: Digest,
    /// Bytes delivered for these rows, before HTTP compression.
    pub bytes: u64,
    /// How much is kept here.
    pub kept: Kept,
    /// Which piece of a body too large for one event, from 0.
    pub fragment: u32,
    /// How many pieces, 1 unless cut.
    pub fragments: u32,
    /// Arrow IPC stream, zstd buffers; empty where only the digest is kept.
    pub body: Bytes,
    /// Its cells of columns whose values may be looked for, in the first piece; none where the policy asks for none of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Vec<Seen>>,
}

extended!(
    ResponsePage { result, chunk, page, first_row, rows, masked, digest, bytes, kept, fragment, fragments, body }
    was v1::ResponsePage, since Version::V1;
    seen since Version::V2
);
