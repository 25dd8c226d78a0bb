//! The rows that came with a reply, masked and put into pages; tickets for the others.
//!
//! Enters: a successful, final reply. Leaves: the result as a value, and the events that must be durable before anybody has it.
//! Never here: an unmasked row in either, whatever the reply looks like.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use access::Masking;
use event::Payload;
use event::payload::ResponseStarted;
use journal::clock::Clock;

use super::address::{AddressError, ChunkTicket, tickets};
use super::page::Recording;
use super::press::Press;
use super::refused::RowsRefused;
use super::terms::Terms;
use crate::limits::INLINE_BYTES_MAX;
use crate::outcome::{Delivered, Rows};
use crate::seal::Sealer;
use crate::time::between;
use crate::upstream::given::{Given, Rest};
use crate::upstream::reply::{GarbageReply, UpstreamReply};

/// Why a successful reply cannot be delivered. Shown to the agent; says nothing of the rows.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReplyRefused {
    #[error(transparent)]
    Garbage(#[from] GarbageReply),
    #[error("the result cannot be delivered: {0}")]
    Rows(#[from] RowsRefused),
    #[error("the result cannot be delivered: {0}")]
    Address(#[from] AddressError),
    #[error("the result cannot be delivered: the answer cannot be written")]
    Write,
}

/// What masking a reply takes. Cheap to clone.
#[derive(Clone)]
pub(super) struct Tools {
    pub masking: Masking,
    pub sealer: Sealer,
    pub clock: Arc<dyn Clock>,
}

/// A result ready to leave once its events are durable.
pub(super) struct Pressed {
    pub events: Vec<Payload>,
    pub delivered: Delivered,
}

/// Masks a successful, final reply.
pub(super) async fn press(
    tools: &Tools,
    terms: &Terms,
    reply: UpstreamReply,
) -> Result<Pressed, ReplyRefused> {
    if reply.weight() <= INLINE_BYTES_MAX {
        // A decoder that panics on hostile bytes must cost this statement only.
        let pressing = AssertUnwindSafe(|| press_now(tools, terms, reply));
        return catch_unwind(pressing).unwrap_or(Err(RowsRefused::Broken.into()));
    }
    let (tools, terms) = (tools.clone(), terms.clone());
    let pressing = tokio::task::spawn_blocking(move || press_now(&tools, &terms, reply));
    pressing.await.unwrap_or(Err(RowsRefused::Broken.into()))
}

fn press_now(tools: &Tools, terms: &Terms, reply: UpstreamReply) -> Result<Pressed, ReplyRefused> {
    let given = reply.given()?;
    let columns = &given.columns;
    let mask = tools.masking.result(terms.plan.clone(), columns, None);
    let recording = Recording::new(terms.result, 0, terms.kept_rows);
    let mut press = Press::new(mask, recording, given.format, columns);
    let mut events = vec![started(terms, &given)];
    let mut rows = Vec::new();
    if !given.rows.is_empty() {
        let mut pressed = press.push(given.rows.clone())?;
        pressed.extend(press.finish()?);
        for part in pressed {
            events.extend(part.events.into_iter().map(Payload::from));
            rows.extend_from_slice(&part.bytes);
        }
    }
    let took = between(terms.arrived, tools.clock.now());
    events.push(press.recording().finished(given.counts, took).into());
    let ticket = ticket(terms, &given, &press);
    let delivered = Delivered {
        query_id: given.query_id,
        children: given.children,
        context: given.context,
        statement_type: given.statement_type,
        columns: given.columns,
        rows: Rows {
            format: given.format,
            bytes: rows.into(),
        },
        parts: tickets(&tools.sealer, given.chunks, ticket)?,
        rest: told(&tools.masking, terms, given.rest)?,
        files: None,
    };
    Ok(Pressed { events, delivered })
}

fn started(terms: &Terms, given: &Given) -> Payload {
    let unexpected = terms
        .plan
        .expected_columns
        .is_some_and(|expected| expected as usize != given.columns.len());
    ResponseStarted {
        result: terms.result,
        query_id: given.query_id.clone(),
        columns: given.columns.clone(),
        masks: terms.plan.to_record(),
        mask_all: terms.plan.mask_all || unexpected,
        format: given.format,
        rows_total: given.total,
        chunks: u32::try_from(given.chunks.len()).unwrap_or(u32::MAX),
        statement_type: given.statement_type,
    }
    .into()
}

/// What all chunks of this result have in common.
fn ticket(terms: &Terms, given: &Given, press: &Press) -> ChunkTicket {
    ChunkTicket {
        about: terms.about.clone(),
        result: terms.result,
        chunk: 0,
        url: String::new(),
        headers: given.headers.clone(),
        rows: None,
        format: given.format,
        columns: given.columns.clone(),
        plan: terms.plan.clone(),
        state: press.state(),
        kept_rows: terms
            .kept_rows
            .map(|rows| rows.saturating_sub(press.recording().rows())),
        expires: terms.parts_expire,
    }
}

/// What else Snowflake said, its message masked.
fn told(masking: &Masking, terms: &Terms, mut rest: Rest) -> Result<Rest, ReplyRefused> {
    if let Some(message) = rest.envelope.text("message") {
        let message = masking.message(&message, terms.withhold_errors);
        let set = rest.envelope.set("message", &message);
        set.map_err(|_| ReplyRefused::Write)?;
    }
    Ok(rest)
}
