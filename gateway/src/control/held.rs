//! What a gateway needs to run a held statement it never saw.
//!
//! Enters: the request as it came. Leaves: its sealed form's content, compressed. Never here: unsealed bytes on their way
//! to the journal.

use access::analysis::Analysis;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use event::Masked;
use event::payload::{Bind, ColumnUse, Finding, StatementKind};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::limits::{COLUMNS_SHOWN_MAX, HELD_BYTES_MAX};

/// What a gateway needs to run a held statement it never saw: travels sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The text as the record shows it, for the approver.
    pub shown: Masked<String>,
    /// Its binds as the record shows them.
    #[serde(default)]
    pub binds: Vec<Bind>,
    /// What it touches, as the analysis saw it; empty where an earlier release sealed it.
    #[serde(default)]
    pub touches: Touches,
    /// What statements have in common that differ in literals only; none where it is not understood whole, or an earlier release
    /// sealed it.
    #[serde(default)]
    pub shape: Option<String>,
    /// It may change something: a bound on rows cannot hold it back.
    #[serde(default = "yes")]
    pub writes: bool,
    /// The driver will fetch the result later; nobody polls, so nobody's silence cancels it.
    pub asynchronous: bool,
    /// The client's request, in the statement orchestration's own form.
    #[serde(serialize_with = "pack", deserialize_with = "unpack")]
    pub request: Vec<u8>,
}

/// What a statement touches, for whoever is to answer for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touches {
    /// `select`, `update` …
    pub kinds: Vec<StatementKind>,
    /// Tables read.
    pub reads: Vec<String>,
    /// Tables written.
    pub writes: Vec<String>,
    /// Base columns, each with its use.
    pub columns: Vec<ColumnUse>,
    /// Findings of the analysis.
    pub flags: Vec<Finding>,
}

impl Touches {
    /// What `analysis` found; columns as far as a list that is read by people goes.
    pub fn of(analysis: &Analysis) -> Self {
        Self {
            kinds: analysis.kinds.clone(),
            reads: analysis.reads.clone(),
            writes: analysis.writes.clone(),
            columns: analysis
                .columns
                .iter()
                .take(COLUMNS_SHOWN_MAX)
                .cloned()
                .collect(),
            flags: analysis.flags.clone(),
        }
    }
}

const fn yes() -> bool {
    true
}

fn pack<S: Serializer>(request: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    use serde::ser::Error as _;
    let packed =
        zstd::bulk::compress(request, zstd::DEFAULT_COMPRESSION_LEVEL).map_err(S::Error::custom)?;
    serializer.serialize_str(&STANDARD.encode(packed))
}

fn unpack<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    use serde::de::Error as _;
    let text = String::deserialize(deserializer)?;
    let packed = STANDARD.decode(text).map_err(D::Error::custom)?;
    zstd::bulk::decompress(&packed, HELD_BYTES_MAX).map_err(D::Error::custom)
}
