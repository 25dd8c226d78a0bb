//! What of a batch goes to a sink, and in which form.
//!
//! Enters: items in order. Leaves: records in the same order, each within the sink's limit, and what is not wanted or cannot be
//! sent. Never here: a sink, a clock, I/O.

use std::time::Duration;

use bytes::Bytes;
use event::{Kind, SessionId, TimeNs};
use journal::Position;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::filter::{Filter, FilterError};
use crate::format::record::rfc3339;
use crate::format::{Fields, Format, Rendered};
use crate::item::Item;
use crate::limits;
use crate::severity::Severity;

/// What a sink may want.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Wanted {
    /// Every event, as recorded.
    Events,
    /// One item a statement, once it ended.
    Statements,
}

/// When a batch goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batching {
    /// At so many items.
    pub items: usize,
    /// At so many bytes.
    pub bytes: usize,
    /// When its first item is so old.
    pub age: Duration,
}

/// What one sink wants, and how.
pub struct Plan {
    /// What kinds of items.
    pub wanted: Vec<Wanted>,
    /// Of events, only these kinds; empty is all.
    pub kinds: Vec<Kind>,
    /// Of events, all but these kinds.
    pub except: Vec<Kind>,
    /// Of events, only those for which it holds.
    pub filter: Option<Filter>,
    /// Of statements, only those for which it holds.
    pub filter_statements: Option<Filter>,
    /// Of each record, what is sent; none is all.
    pub fields: Option<Fields>,
    /// In which form.
    pub format: Format,
    /// A record is split beyond this many bytes.
    pub record_bytes: usize,
}

/// One record of a sink: an item, or a part of one that was too large.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The item.
    pub item: Uuid,
    /// Which part, where the item is split.
    pub part: Option<Part>,
    /// Where the item stands.
    pub position: Position,
    /// Its session.
    pub session: Option<SessionId>,
    /// When it happened.
    pub time: TimeNs,
    /// OCSF's class.
    pub class: u32,
    /// How bad it is.
    pub severity: Severity,
    /// What is sent, without a line end; valid UTF-8.
    pub bytes: Bytes,
}

/// A part of an item, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its place among the parts, from 1.
    pub number: u32,
    /// How many parts there are.
    pub of: u32,
}

impl Record {
    /// Unique among the records of a sink, and the same each time it is sent.
    pub fn id(&self) -> String {
        match self.part {
            None => self.item.to_string(),
            Some(part) => format!("{}.{}", self.item, part.number),
        }
    }
}

/// What became of one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Planned {
    /// The sink does not want it.
    Unwanted,
    /// One record, or several parts.
    Records(Vec<Record>),
    /// It cannot be told whether the sink wants it.
    Undecided(String),
}

impl Plan {
    /// What becomes of each of `items`, in their order.
    pub fn batch(&self, items: &[Item]) -> Vec<Planned> {
        let chosen = self.chosen(items);
        let each = items.iter().zip(chosen);
        each.map(|(item, chosen)| match chosen {
            Ok(false) => Planned::Unwanted,
            Ok(true) => Planned::Records(self.records(item)),
            Err(error) => Planned::Undecided(error.to_string()),
        })
        .collect()
    }

    fn chosen(&self, items: &[Item]) -> Vec<Result<bool, FilterError>> {
        let mut chosen: Vec<Result<bool, FilterError>> =
            items.iter().map(|item| Ok(self.wants(item))).collect();
        let wanted = |chosen: &[Result<bool, FilterError>]| {
            let each = items.iter().enumerate().zip(chosen);
            let wanted = each.filter(|(_, chosen)| matches!(chosen, Ok(true)));
            wanted.map(|(item, _)| item).collect::<Vec<_>>()
        };
        let (mut events, mut statements) = ((Vec::new(), Vec::new()), (Vec::new(), Vec::new()));
        for (index, item) in wanted(&chosen) {
            match item {
                Item::Event(recorded) => {
                    events.0.push(index);
                    events.1.push(recorded);
                }
                Item::Statement(outcome) => {
                    statements.0.push(index);
                    statements.1.push(&**outcome);
                }
                Item::Finding(_) => {}
            }
        }
        let mut answers = Vec::new();
        if let Some(filter) = &self.filter {
            answers.extend(events.0.into_iter().zip(filter.each_event(&events.1)));
        }
        if let Some(filter) = &self.filter_statements {
            let each = filter.each_statement(&statements.1);
            answers.extend(statements.0.into_iter().zip(each));
        }
        for (index, holds) in answers {
            if let Some(slot) = chosen.get_mut(index) {
                *slot = holds;
            }
        }
        chosen
    }

    /// Whether it may be wanted, filter aside.
    pub fn wants(&self, item: &Item) -> bool {
        match item {
            Item::Event(recorded) => {
                let kind = recorded.event.kind();
                self.wanted.contains(&Wanted::Events)
                    && (self.kinds.is_empty() || self.kinds.contains(&kind))
                    && !self.except.contains(&kind)
            }
            Item::Statement(_) => self.wanted.contains(&Wanted::Statements),
            Item::Finding(_) => true,
        }
    }

    /// `item` as one record, however large.
    pub fn whole(&self, item: &Item) -> Record {
        let rendered = self.rendered(item);
        record(item, &rendered, None, rendered.bytes.clone())
    }

    fn rendered(&self, item: &Item) -> Rendered {
        let mut rendered = self.format.render(item);
        if let Some(fields) = &self.fields {
            rendered.bytes = fields.apply(&rendered.bytes);
        }
        rendered
    }

    fn records(&self, item: &Item) -> Vec<Record> {
        let rendered = self.rendered(item);
        let whole = record(item, &rendered, None, rendered.bytes.clone());
        if rendered.bytes.len() <= self.record_bytes {
            return vec![whole];
        }
        let pieces = pieces(&rendered.bytes, self.record_bytes);
        let of = u32::try_from(pieces.len()).unwrap_or(u32::MAX);
        let numbered = (1..).zip(pieces);
        numbered
            .map(|(number, piece)| {
                let part = Part { number, of };
                let bytes = part_of(&whole, part, piece, self.format);
                record(item, &rendered, Some(part), bytes)
            })
            .collect()
    }
}

fn record(item: &Item, rendered: &Rendered, part: Option<Part>, bytes: Bytes) -> Record {
    Record {
        item: item.id(),
        part,
        position: item.position(),
        session: item.session(),
        time: rendered.time,
        class: rendered.class,
        severity: rendered.severity,
        bytes,
    }
}

/// A part, whatever the format: one JSON object. The `data` of all parts, put together in order, is the whole record.
fn part_of(whole: &Record, part: Part, piece: &str, format: Format) -> Bytes {
    let time = rfc3339(whole.time);
    let id = format!("{}.{}", whole.item, part.number);
    let message = format!("part {} of {} of {}", part.number, part.of, whole.item);
    let firn = json!({
        "id": id, "item": whole.item, "part": part.number, "parts": part.of,
        "partition": whole.position.partition.to_string(), "offset": whole.position.offset.0,
        "session": whole.session, "data": piece,
    });
    let object = match format {
        // A part goes where nothing but its events is taken.
        Format::Udm => json!({
            "metadata": {
                "event_timestamp": time, "event_type": "GENERIC_EVENT", "vendor_name": "firn", "product_name": "firn",
                "product_event_type": "part", "product_log_id": id, "description": message,
            },
            "principal": {"application": "firn"}, "additional": {"firn": firn},
        }),
        Format::Ocsf | Format::Ecs | Format::Cef | Format::Leef | Format::CloudEvents => json!({
            "@timestamp": time, "time": whole.time.0 / 1_000_000, "message": message, "firn": firn,
        }),
    };
    object.to_string().into()
}

/// `bytes` cut so that each piece, as a JSON text in a part, keeps the part within `most` bytes.
fn pieces(bytes: &[u8], most: usize) -> Vec<&str> {
    // What is rendered is UTF-8; were it not, the part before the fault is all there is to say.
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    };
    let room = most.saturating_sub(limits::PART_ENVELOPE_BYTES).max(1);
    let mut pieces = Vec::new();
    let (mut begin, mut taken) = (0, 0);
    for (at, character) in text.char_indices() {
        let size = escaped_size(character);
        if taken + size > room && at > begin {
            pieces.push(&text[begin..at]);
            (begin, taken) = (at, 0);
        }
        taken += size;
    }
    pieces.push(&text[begin..]);
    pieces
}

/// Bytes of a character within a JSON text as `serde_json` writes it.
fn escaped_size(character: char) -> usize {
    match character {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\u{0}'..='\u{1f}' => 6,
        other => other.len_utf8(),
    }
}

impl Format {
    /// One item is one JSON object.
    pub fn is_json(self) -> bool {
        self.content_type().ends_with("json")
    }
}
