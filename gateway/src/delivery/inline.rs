//! A query reply's own JSON: its inline rows masked, its chunk addresses replaced, everything unknown kept byte for byte.
//!
//! Enters: a successful or failed reply. Leaves: the client's body and the events that must be durable first.
//! Never here: an unmasked row in the body, whatever the reply looks like.

use std::panic::{AssertUnwindSafe, catch_unwind};

use access::Masking;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use event::payload::{ResponseStarted, ResultColumn, ResultFormat};
use event::{Masked, Payload};
use serde_json::json;
use serde_json::value::RawValue;

use super::address::{AddressError, ChunkTicket, Chunks};
use super::page::Recording;
use super::press::{Press, RowsRefused};
use super::reply::{GarbageReply, UpstreamReply, is_stage_field};
use super::{Delivery, Ending, Terms, columns};
use crate::limits::INLINE_BYTES_MAX;
use crate::raw::RawObject;

/// Why a successful reply can not be delivered. Shown to the driver; says nothing of the rows.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReplyRefused {
    #[error(transparent)]
    Garbage(#[from] GarbageReply),
    #[error("the result can not be delivered: {0}")]
    Rows(#[from] RowsRefused),
    #[error("the result can not be delivered: {0}")]
    Address(#[from] AddressError),
    #[error("the result can not be delivered: the answer can not be written")]
    Write,
}

/// A reply ready to leave once its events are durable.
pub(super) struct Inline {
    pub(super) events: Vec<Payload>,
    pub(super) body: Bytes,
    pub(super) ending: Ending,
}

/// Masks a successful, final reply.
pub(super) async fn press(
    delivery: &Delivery,
    terms: &Terms,
    reply: UpstreamReply,
) -> Result<Inline, ReplyRefused> {
    let rows = Rows::of(&reply)?;
    let chunks = reply.data.as_ref().and_then(|data| data.raw("chunks"));
    let addresses = chunks.is_some_and(|chunks| chunks.contains('{'));
    if rows.bytes() <= INLINE_BYTES_MAX && !addresses {
        // A decoder that panics on hostile bytes must cost this statement only.
        let pressing = AssertUnwindSafe(|| press_now(delivery, terms, reply, rows));
        return catch_unwind(pressing).unwrap_or(Err(RowsRefused::Broken.into()));
    }
    let (delivery, terms) = (delivery.clone(), terms.clone());
    let pressing = tokio::task::spawn_blocking(move || press_now(&delivery, &terms, reply, rows));
    pressing.await.unwrap_or(Err(RowsRefused::Broken.into()))
}

fn press_now(
    delivery: &Delivery,
    terms: &Terms,
    mut reply: UpstreamReply,
    rows: Rows,
) -> Result<Inline, ReplyRefused> {
    let columns = columns::of(&reply)?;
    let chunks = Chunks::of(&reply)?;
    if columns.is_empty() && (rows.bytes() > 0 || chunks.count() > 0) {
        return Err(GarbageReply::Field("rowtype").into());
    }
    let query_id = reply.query_id().unwrap_or_default();
    let format = rows.format();
    let mask = delivery.masking.result(terms.plan.clone(), &columns, None);
    let recording = Recording::new(terms.result, 0, terms.kept_rows);
    let mut press = Press::new(mask, recording, format, &columns);
    let mut events = vec![started(terms, &reply, &columns, format, chunks.count())];
    let mut text = Vec::new();
    let given = rows.into_bytes();
    if !given.is_empty() {
        let mut pressed = press.push(given)?;
        pressed.extend(press.finish()?);
        for part in pressed {
            events.extend(part.events.into_iter().map(Payload::from));
            text.extend_from_slice(&part.bytes);
        }
    }
    let finished = press
        .recording()
        .finished(reply.row_counts(), delivery.since(terms.arrived));
    events.push(finished.into());
    let ending = Ending::Result {
        query_id,
        children: reply.children(),
        context: reply.context(),
        statement_type: reply.statement_type(),
    };
    if let Some(data) = &mut reply.data {
        let chunks = (chunks.count() > 0)
            .then(|| {
                let ticket = ticket(terms, &columns, format, &press);
                chunks.rewritten(&delivery.sealer, &terms.public_base, ticket)
            })
            .transpose()?;
        splice(data, format, &text, chunks)?;
    }
    let body = body(&delivery.masking, terms, reply)?;
    Ok(Inline {
        events,
        body,
        ending,
    })
}

fn started(
    terms: &Terms,
    reply: &UpstreamReply,
    columns: &[ResultColumn],
    format: ResultFormat,
    chunks: u32,
) -> Payload {
    let unexpected = terms
        .plan
        .expected_columns
        .is_some_and(|expected| expected as usize != columns.len());
    ResponseStarted {
        result: terms.result,
        query_id: reply.query_id().unwrap_or_default(),
        columns: columns.to_vec(),
        masks: terms.plan.to_record(),
        mask_all: terms.plan.mask_all || unexpected,
        format,
        rows_total: reply.total(),
        chunks,
        statement_type: reply.statement_type(),
    }
    .into()
}

/// What all chunks of this result have in common.
fn ticket(
    terms: &Terms,
    columns: &[ResultColumn],
    format: ResultFormat,
    press: &Press,
) -> ChunkTicket {
    ChunkTicket {
        about: terms.about.clone(),
        result: terms.result,
        chunk: 0,
        url: String::new(),
        headers: Vec::new(),
        rows: None,
        format,
        columns: columns.to_vec(),
        plan: terms.plan.clone(),
        state: press.state(),
        kept_rows: terms
            .kept_rows
            .map(|rows| rows.saturating_sub(press.recording().rows())),
        expires: terms.chunks_expire,
    }
}

/// The inline rows as upstream wrote them.
enum Rows {
    /// Comma-separated arrays, without the outer brackets.
    Json(Bytes),
    /// An IPC stream, or nothing.
    Arrow(Bytes),
}

impl Rows {
    fn of(reply: &UpstreamReply) -> Result<Self, GarbageReply> {
        let Some(data) = &reply.data else {
            return Ok(Self::Json(Bytes::new()));
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
            return Ok(Self::Arrow(stream.into()));
        }
        let inner = match data.raw("rowset") {
            None | Some("null") => "",
            Some(rowset) => rowset
                .strip_prefix('[')
                .and_then(|rest| rest.strip_suffix(']'))
                .ok_or(GarbageReply::Field("rowset"))?
                .trim(),
        };
        Ok(Self::Json(Bytes::copy_from_slice(inner.as_bytes())))
    }

    const fn format(&self) -> ResultFormat {
        match self {
            Self::Json(_) => ResultFormat::Json,
            Self::Arrow(_) => ResultFormat::Arrow,
        }
    }

    const fn bytes(&self) -> usize {
        match self {
            Self::Json(bytes) | Self::Arrow(bytes) => bytes.len(),
        }
    }

    fn into_bytes(self) -> Bytes {
        match self {
            Self::Json(bytes) | Self::Arrow(bytes) => bytes,
        }
    }
}

/// Puts the masked rows and the gateway's own addresses in place of upstream's; nothing else of `data` is touched.
fn splice(
    data: &mut RawObject,
    format: ResultFormat,
    rows: &[u8],
    chunks: Option<Box<RawValue>>,
) -> Result<(), ReplyRefused> {
    let write = |_| ReplyRefused::Write;
    let has = |data: &RawObject, name: &str| data.raw(name).is_some();
    let (json, arrow) = match format {
        ResultFormat::Json => (rows, &[][..]),
        ResultFormat::Arrow => (&[][..], rows),
    };
    // The form that is not in use is emptied too: a driver may look at either.
    if has(data, "rowset") {
        let text = [b"[", json, b"]"].concat();
        let text = String::from_utf8(text).map_err(|_| ReplyRefused::Write)?;
        let raw = RawValue::from_string(text).map_err(write)?;
        data.set("rowset", &raw).map_err(write)?;
    }
    if has(data, "rowsetBase64") {
        data.set("rowsetBase64", &STANDARD.encode(arrow))
            .map_err(write)?;
    }
    match chunks {
        Some(chunks) => {
            data.set("chunks", &chunks).map_err(write)?;
            data.set("chunkHeaders", &json!({})).map_err(write)?;
        }
        None => {
            data.remove("chunks");
            data.remove("chunkHeaders");
        }
    }
    data.remove("qrmk");
    // Final replies have no use for it, and it may lead past the gateway.
    data.remove("getResultUrl");
    data.retain(|name| !is_stage_field(name));
    Ok(())
}

fn body(masking: &Masking, terms: &Terms, mut reply: UpstreamReply) -> Result<Bytes, ReplyRefused> {
    let write = |_| ReplyRefused::Write;
    if let Some(data) = &reply.data {
        reply.envelope.set("data", data).map_err(write)?;
    } else {
        // Some text in place of `data`: nothing a statement answers with.
        reply.envelope.set("data", &()).map_err(write)?;
    }
    if let Some(message) = reply.envelope.text("message") {
        let message = masking.message(&message, terms.sensitive);
        reply.envelope.set("message", &message).map_err(write)?;
    }
    reply.envelope.to_bytes().map(Bytes::from).map_err(write)
}

/// An upstream error as the client gets it.
pub(super) struct PassedOn {
    pub(super) code: String,
    pub(super) sql_state: String,
    pub(super) message: Masked<String>,
    pub(super) body: Bytes,
}

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

/// An unsuccessful reply: code, state and masked message, in the one shape that all drivers show well.
pub(super) fn error(masking: &Masking, terms: &Terms, reply: &UpstreamReply) -> PassedOn {
    let numeric = |code: &String| {
        (1..=6).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit())
    };
    let code = reply
        .code()
        .map(str::to_owned)
        .filter(numeric)
        .or_else(|| reply.data_text("errorCode").filter(numeric))
        .unwrap_or_else(|| CODELESS.to_owned());
    let sql_state = reply
        .data_text("sqlState")
        .filter(|state| state.len() == 5 && state.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        .unwrap_or_else(|| STATELESS.to_owned());
    let message = masking.message(&reply.message().unwrap_or_default(), terms.sensitive);
    let mut data = reply.data.clone().unwrap_or_default();
    data.retain(|name| ERROR_FIELDS.contains(&name));
    let statement = terms.about.statement.to_string();
    let written = data
        .set("errorCode", &code)
        .and_then(|()| data.set("sqlState", &sql_state))
        .and_then(|()| data.set_default("queryId", &statement))
        .and_then(|()| {
            let mut envelope = RawObject::default();
            envelope.set("data", &data)?;
            envelope.set("code", &code)?;
            envelope.set("message", &message)?;
            envelope.set("success", &false)?;
            envelope.set("headers", &())?;
            envelope.to_bytes()
        });
    PassedOn {
        code,
        sql_state,
        message,
        // Writing plain values can not fail; an empty body would still show nothing.
        body: written.unwrap_or_default().into(),
    }
}
