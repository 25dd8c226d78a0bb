//! The result in a final reply, or its error, apart from everything else the reply says.
//!
//! Enters: a reply. Leaves: columns, rows, where more rows are; or code, state and text of an error; and what nobody here needs,
//! byte for byte. Never here: a way to storage in what is passed on.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use event::payload::{Context, ResultColumn, ResultFormat, RowCounts};
use serde::Deserialize;
use serde_json::json;

use super::codes::is_compile_error;
use super::reply::{GarbageReply, STAGE, UpstreamReply};
use crate::raw::RawObject;

/// A successful, final reply: its result, and the rest.
#[derive(Clone, Debug)]
pub struct Given {
    /// Snowflake's query id.
    pub query_id: String,
    /// Query ids of a multi-statement's children, in order.
    pub children: Vec<String>,
    /// Where the session stands now, as far as the reply says.
    pub context: Context,
    /// Snowflake's `statementTypeId`.
    pub statement_type: Option<u64>,
    /// What its columns are.
    pub columns: Vec<ResultColumn>,
    /// The form of its rows.
    pub format: ResultFormat,
    /// The rows that came with it, raw: comma-separated arrays without the outer brackets, or an IPC stream, or nothing.
    pub rows: Bytes,
    /// Where the others are.
    pub chunks: Vec<Chunk>,
    /// With which headers they are fetched.
    pub headers: Vec<(String, String)>,
    /// Rows in all, where Snowflake says so.
    pub total: Option<u64>,
    /// Row counts of a DML statement.
    pub counts: Option<RowCounts>,
    /// Everything else.
    pub rest: Rest,
}

/// Where some of a result's rows are.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// Their address, pre-signed.
    pub url: String,
    /// How many, where Snowflake says so.
    pub rows: Option<u64>,
}

/// A reply without its rows and without any way to storage: the fields that had rows are there, and empty.
#[derive(Clone, Debug)]
pub struct Rest {
    /// The envelope, without `data`.
    pub envelope: RawObject,
    /// `data`, if it had one.
    pub data: Option<RawObject>,
}

impl Rest {
    /// What keeping it weighs, bytes.
    pub fn bytes(&self) -> usize {
        self.envelope.bytes() + self.data.as_ref().map_or(0, RawObject::bytes)
    }
}

/// An unsuccessful reply, raw: its message is never to be shown or logged as it is.
#[derive(Clone, Debug)]
pub struct GivenError {
    /// Six digits.
    pub code: String,
    /// SQLSTATE.
    pub sql_state: String,
    /// Its text, which may quote a value.
    pub message: String,
    /// Numbers, ids and the opaque query context, but no text that could quote a value.
    pub details: RawObject,
}

/// What a chunk's entry may say to a client; its address is replaced.
const CHUNK_FIELDS: [&str; 4] = ["url", "rowCount", "uncompressedSize", "compressedSize"];

/// What an error's `data` may say: numbers, ids, and the opaque query context, but no text that could quote a value.
const ERROR_FIELDS: [&str; 12] = [
    "internalError",
    "unredactedFromSecureObject",
    "errorCode",
    "age",
    "sqlState",
    "queryId",
    "line",
    "pos",
    "type",
    "queryContext",
    "pwdChangeInfo",
    "retryable",
];

/// Code for an upstream error that has none a driver can read: "internal error" of Snowflake.
const CODELESS: &str = "000603";
/// SQLSTATE of an upstream error that has none.
const STATELESS: &str = "XX000";

impl UpstreamReply {
    /// Whether Snowflake says that the statement does not compile: it was not run, and no row was looked at.
    pub fn is_compile_error(&self) -> bool {
        !self.success && is_compile_error(&self.error().code)
    }

    /// The result.
    pub fn given(self) -> Result<Given, GarbageReply> {
        let (format, rows) = self.rows()?;
        let columns = self.columns()?;
        let (chunks, listed) = self.chunks()?;
        if columns.is_empty() && !(rows.is_empty() && chunks.is_empty()) {
            return Err(GarbageReply::Field("rowtype"));
        }
        let headers = self.headers()?;
        Ok(Given {
            query_id: self.query_id().unwrap_or_default(),
            children: self.children(),
            context: self.context(),
            statement_type: self.statement_type(),
            columns,
            format,
            rows,
            chunks,
            headers,
            total: self.number("total"),
            counts: self.row_counts(),
            rest: self
                .rest(&listed)
                .map_err(|_| GarbageReply::Field("data"))?,
        })
    }

    /// The error of an unsuccessful reply, in the one shape that all drivers show well.
    pub fn error(&self) -> GivenError {
        let numeric = |code: &String| {
            (1..=6).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit())
        };
        let code = self.code.clone().filter(numeric);
        let code = code.or_else(|| self.data_text("errorCode").filter(numeric));
        let sql_state = self.data_text("sqlState").filter(|state| {
            state.len() == 5 && state.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
        let mut details = self.data.clone().unwrap_or_default();
        details.retain(|name| ERROR_FIELDS.contains(&name));
        GivenError {
            code: code.unwrap_or_else(|| CODELESS.to_owned()),
            sql_state: sql_state.unwrap_or_else(|| STATELESS.to_owned()),
            message: self.envelope.text("message").unwrap_or_default(),
            details,
        }
    }

    /// The inline rows as upstream wrote them.
    fn rows(&self) -> Result<(ResultFormat, Bytes), GarbageReply> {
        let Some(data) = &self.data else {
            return Ok((ResultFormat::Json, Bytes::new()));
        };
        let base64 = data
            .read::<String>("rowsetBase64")
            .map_err(|_| GarbageReply::Field("rowsetBase64"))?;
        let arrow = match data.text("queryResultFormat").as_deref() {
            Some("arrow") => true,
            Some("json") => false,
            Some(_) => return Err(GarbageReply::Field("queryResultFormat")),
            None => base64.is_some(),
        };
        if arrow {
            let stream = STANDARD
                .decode(base64.unwrap_or_default())
                .map_err(|_| GarbageReply::Field("rowsetBase64"))?;
            return Ok((ResultFormat::Arrow, stream.into()));
        }
        let inner = match data.raw("rowset") {
            None | Some("null") => "",
            Some(rowset) => rowset
                .strip_prefix('[')
                .and_then(|rest| rest.strip_suffix(']'))
                .ok_or(GarbageReply::Field("rowset"))?
                .trim(),
        };
        Ok((ResultFormat::Json, Bytes::copy_from_slice(inner.as_bytes())))
    }

    /// Where the other rows are, and the list as a client may see it, without addresses.
    fn chunks(&self) -> Result<(Vec<Chunk>, Vec<RawObject>), GarbageReply> {
        let garbage = |_| GarbageReply::Field("chunks");
        let list: Option<Vec<RawObject>> = match &self.data {
            Some(data) => data.read("chunks").map_err(garbage)?,
            None => None,
        };
        let mut chunks = Vec::new();
        let mut listed = Vec::new();
        for mut entry in list.unwrap_or_default() {
            let url = entry.text("url").ok_or(GarbageReply::Field("chunks"))?;
            chunks.push(Chunk {
                url,
                rows: entry.read("rowCount").ok().flatten(),
            });
            // Whatever else a chunk says (sizes, counts) stays; another field with the address in it may not.
            entry.retain(|name| CHUNK_FIELDS.contains(&name));
            entry.set("url", "").map_err(garbage)?;
            listed.push(entry);
        }
        Ok((chunks, listed))
    }

    fn headers(&self) -> Result<Vec<(String, String)>, GarbageReply> {
        let Some(data) = &self.data else {
            return Ok(Vec::new());
        };
        let headers: Option<RawObject> = data
            .read("chunkHeaders")
            .map_err(|_| GarbageReply::Field("chunkHeaders"))?;
        let mut headers: Vec<(String, String)> = headers
            .unwrap_or_default()
            .iter()
            .filter_map(|(name, raw)| Some((name.to_owned(), serde_json::from_str(raw).ok()?)))
            .collect();
        if headers.is_empty()
            && let Some(key) = data.text("qrmk")
        {
            let prefix = "x-amz-server-side-encryption-customer";
            headers.push((format!("{prefix}-algorithm"), "AES256".to_owned()));
            headers.push((format!("{prefix}-key"), key));
        }
        Ok(headers)
    }

    /// Everything but the result; nothing else of `data` is touched.
    fn rest(mut self, listed: &[RawObject]) -> Result<Rest, serde_json::Error> {
        if let Some(data) = &mut self.data {
            if data.raw("rowset").is_some() {
                data.set("rowset", &json!([]))?;
            }
            if data.raw("rowsetBase64").is_some() {
                data.set("rowsetBase64", "")?;
            }
            if listed.is_empty() {
                data.remove("chunks");
                data.remove("chunkHeaders");
            } else {
                data.set("chunks", listed)?;
                data.set("chunkHeaders", &json!({}))?;
            }
            data.remove("qrmk");
            // Final replies have no use for it, and it may lead past the gateway.
            data.remove("getResultUrl");
            data.retain(|name| !STAGE.contains(&name));
        }
        // In its place, for whoever puts `data` in again.
        self.envelope.set("data", &())?;
        Ok(Rest {
            envelope: self.envelope,
            data: self.data,
        })
    }

    /// Row counts of a DML statement.
    fn row_counts(&self) -> Option<RowCounts> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Stats {
            #[serde(default)]
            num_rows_inserted: u64,
            #[serde(default)]
            num_rows_updated: u64,
            #[serde(default)]
            num_rows_deleted: u64,
            #[serde(default)]
            num_dml_duplicates: u64,
        }
        let stats: Stats = self.data.as_ref()?.read("stats").ok().flatten()?;
        Some(RowCounts {
            inserted: stats.num_rows_inserted,
            updated: stats.num_rows_updated,
            deleted: stats.num_rows_deleted,
            duplicates: stats.num_dml_duplicates,
        })
    }
}
