//! An upstream reply, taken apart without reading what need not be read.
//!
//! Enters: the raw JSON body of a query-request or of a result poll. Leaves: its fields, values still bytes; its result is in
//! [`super::given`]. Never here: a field's content in an error text, or two fields
//! that one driver would take for the same.

use std::collections::HashSet;

use event::payload::{Context, ResultColumn};

use super::codes::{IN_PROGRESS, IN_PROGRESS_ASYNC, ends_session};
use super::rowtype;
use crate::parameters::{Missing, keep_inline};
use crate::raw::RawObject;

/// Fields of `data` the gateway reads or replaces. Another spelling of one of them is garbage: some drivers match names
/// without regard to case.
const KNOWN: [&str; 16] = [
    "rowset",
    "rowsetBase64",
    "rowtype",
    "chunks",
    "chunkHeaders",
    "qrmk",
    "queryResultFormat",
    "queryId",
    "resultIds",
    "getResultUrl",
    "statementTypeId",
    "stats",
    "total",
    "returned",
    "errorCode",
    "sqlState",
];

/// Fields of `data` that lead the client to storage: PUT, GET and their credentials (`snowflake-protocol.md` §9).
pub(super) const STAGE: [&str; 12] = [
    "command",
    "stageInfo",
    "uploadInfo",
    "creds",
    "src_locations",
    "srcLocations",
    "localLocation",
    "presignedUrl",
    "presignedUrls",
    "encryptionMaterial",
    "stageCredentials",
    "bindStageCredentials",
];

/// Why an upstream body is not a reply. Says where, never what.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum GarbageReply {
    /// Not a JSON object without duplicate keys.
    #[error("upstream's reply is not a JSON object (line {line}, column {column})")]
    Json {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// A field has not the shape it must have.
    #[error("upstream's reply has a malformed {0}")]
    Field(&'static str),
    /// Two fields, or a field and a known one, differ in case only.
    #[error("upstream's reply has fields that differ in case only")]
    Ambiguous,
}

/// An upstream reply: its envelope and its `data`.
#[derive(Clone, Debug)]
pub struct UpstreamReply {
    pub(super) envelope: RawObject,
    pub(super) data: Option<RawObject>,
    pub(super) success: bool,
    pub(super) code: Option<String>,
}

/// Upstream is not ready: poll `get_result_url`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InProgress {
    /// Snowflake's query id.
    pub query_id: String,
    /// Where to ask again, as upstream says it.
    pub get_result_url: String,
}

impl UpstreamReply {
    /// Takes a body apart.
    pub fn parse(body: &[u8]) -> Result<Self, GarbageReply> {
        let mut envelope = object(body)?;
        let mut data = match envelope.raw("data") {
            None | Some("null") => None,
            Some(data) if data.starts_with('{') => Some(object(data.as_bytes())?),
            // Telemetry and the like answer with a text; nothing of it is a result.
            Some(_) => None,
        };
        if let Some(data) = &mut data {
            keep_inline(data, Missing::Leave).map_err(|_| GarbageReply::Field("parameters"))?;
            let misspelt = |name: &str| {
                let mut all = KNOWN.iter().chain(&STAGE);
                all.any(|known| known.eq_ignore_ascii_case(name) && *known != name)
            };
            if data.iter().any(|(name, _)| misspelt(name)) {
                return Err(GarbageReply::Ambiguous);
            }
            // Its fields are taken: a large result would stand in memory once more for as long as it is masked.
            let taken = envelope.set("data", &());
            taken.map_err(|_| GarbageReply::Field("data"))?;
        }
        let success = envelope
            .read::<bool>("success")
            .map_err(|_| GarbageReply::Field("success"))?
            .ok_or(GarbageReply::Field("success"))?;
        let code = text_or_number(&envelope, "code");
        Ok(Self {
            envelope,
            data,
            success,
            code,
        })
    }

    /// Whether upstream says it went well. In-progress answers say so too.
    pub const fn success(&self) -> bool {
        self.success
    }

    /// Upstream's code, `390112` and the like; none on success.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// Whether upstream says that the session token ended: every driver renews on `390112` and asks again.
    pub fn session_ended(&self) -> bool {
        !self.success && self.code().is_some_and(ends_session)
    }

    /// Set where upstream still works on it.
    pub fn in_progress(&self) -> Option<InProgress> {
        let code = self.code()?;
        if code != IN_PROGRESS && code != IN_PROGRESS_ASYNC {
            return None;
        }
        let query_id = self.query_id()?;
        let get_result_url = self
            .data
            .as_ref()?
            .text("getResultUrl")
            .unwrap_or_else(|| format!("/queries/{query_id}/result"));
        Some(InProgress {
            query_id,
            get_result_url,
        })
    }

    /// Snowflake's query id.
    pub fn query_id(&self) -> Option<String> {
        self.data.as_ref()?.text("queryId")
    }

    /// Query ids of a multi-statement's children, in order; empty for others.
    pub fn children(&self) -> Vec<String> {
        let ids = self.data.as_ref().and_then(|data| data.text("resultIds"));
        let ids = ids.unwrap_or_default();
        ids.split(',')
            .map(str::trim)
            .filter(|id| !id.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// Where the session stands now, as far as the reply says.
    pub fn context(&self) -> Context {
        let text = |name| self.data.as_ref().and_then(|data| data.text(name));
        Context {
            database: text("finalDatabaseName"),
            schema: text("finalSchemaName"),
            warehouse: text("finalWarehouseName"),
            role: text("finalRoleName"),
        }
    }

    /// Snowflake's `statementTypeId`.
    pub fn statement_type(&self) -> Option<u64> {
        self.number("statementTypeId")
    }

    /// How many rows the result has, in all its parts.
    pub fn row_count(&self) -> Option<u64> {
        self.number("total").max(self.number("returned"))
    }

    /// Whether it hands out a way to storage.
    pub fn leads_to_storage(&self) -> bool {
        let given = |name: &&str| {
            let raw = self.data.as_ref().and_then(|data| data.raw(name));
            raw.is_some_and(|raw| raw != "null")
        };
        STAGE.iter().any(given)
    }

    /// The columns it describes; none if it describes none.
    pub fn columns(&self) -> Result<Vec<ResultColumn>, GarbageReply> {
        match &self.data {
            Some(data) => rowtype::columns(data).map_err(|_| GarbageReply::Field("rowtype")),
            None => Ok(Vec::new()),
        }
    }

    /// How much there is to take apart and to mask, bytes: a long list of chunks counts as the rows do.
    pub fn weight(&self) -> usize {
        let fields = ["rowset", "rowsetBase64", "chunks"];
        let raw = fields
            .iter()
            .filter_map(|name| self.data.as_ref()?.raw(name));
        raw.map(str::len).sum()
    }

    /// A field of `data` as text, whether written as a string or as a number.
    pub(super) fn data_text(&self, name: &str) -> Option<String> {
        text_or_number(self.data.as_ref()?, name)
    }

    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.data.as_ref()?.read(name).ok().flatten()
    }
}

fn object(text: &[u8]) -> Result<RawObject, GarbageReply> {
    let object = RawObject::parse(text).map_err(|error| GarbageReply::Json {
        line: error.line(),
        column: error.column(),
    })?;
    let mut seen = HashSet::new();
    if object
        .iter()
        .all(|(name, _)| seen.insert(name.to_ascii_lowercase()))
    {
        return Ok(object);
    }
    Err(GarbageReply::Ambiguous)
}

fn text_or_number(object: &RawObject, name: &str) -> Option<String> {
    object.text(name).or_else(|| {
        let number: Option<i64> = object.read(name).ok().flatten();
        number.map(|number| format!("{number:06}"))
    })
}
