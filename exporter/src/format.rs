//! How an item looks to a receiver.
//!
//! Enters: an [`Item`]. Leaves: its bytes, with what a sink needs to know of them. Never here: a sink, a clock, I/O.
//!
//! Every format is written from one neutral model: [`meaning`] says what a kind of event means to a security team, [`Facts`] what is known
//! of one item and everything it says as a tree. A format moves what it has a field for out of that tree; what is left it writes under a
//! name of its own (`unmapped`, `firn`, `additional`), so nothing that was recorded is dropped by a mapping that forgot it.

pub mod attack;
mod cef;
mod cloudevents;
mod ecs;
mod facts;
mod fields;
mod flat;
mod leef;
mod line;
pub mod meaning;
mod message;
mod ocsf;
mod outcome;
pub mod record;
pub mod schema;
pub mod tree;
mod udm;

use bytes::Bytes;
use event::TimeNs;
use serde::{Deserialize, Serialize};

use crate::item::Item;
pub use crate::severity::Severity;
pub use facts::Facts;
pub use fields::{Fields, FieldsError, id_of};

/// The forms an item can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Open Cybersecurity Schema Framework 1.8.0.
    Ocsf,
    /// Elastic Common Schema.
    Ecs,
    /// ArcSight Common Event Format.
    Cef,
    /// IBM QRadar Log Event Extended Format 2.0.
    Leef,
    /// CloudEvents 1.0 in JSON.
    CloudEvents,
    /// Google SecOps Unified Data Model.
    Udm,
}

/// An item in a format, and what sinks need to know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The item in its format, without a line end; valid UTF-8.
    pub bytes: Bytes,
    /// OCSF's `class_uid`, whatever the format.
    pub class: u32,
    /// How bad it is.
    pub severity: Severity,
    /// When it happened.
    pub time: TimeNs,
}

impl Format {
    /// Every format.
    pub const ALL: &'static [Self] = &[
        Self::Ocsf,
        Self::Ecs,
        Self::Cef,
        Self::Leef,
        Self::CloudEvents,
        Self::Udm,
    ];

    /// Its name in the configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ocsf => "ocsf",
            Self::Ecs => "ecs",
            Self::Cef => "cef",
            Self::Leef => "leef",
            Self::CloudEvents => "cloudevents",
            Self::Udm => "udm",
        }
    }

    /// `item` in this format. A pure function of the item: the same bytes each time.
    pub fn render(self, item: &Item) -> Rendered {
        let facts = Facts::of(item);
        let (class, severity) = (facts.class().uid(), facts.severity);
        let bytes = match self {
            Self::Ocsf => ocsf::event(facts).to_json(),
            Self::Ecs => ecs::document(facts).to_json(),
            Self::CloudEvents => cloudevents::event(facts).to_json(),
            Self::Udm => udm::event(facts).to_json(),
            Self::Cef => cef::line(facts).into_bytes(),
            Self::Leef => leef::line(facts).into_bytes(),
        };
        Rendered {
            // Without the room it grew into: records wait in batches.
            bytes: bytes.into_boxed_slice().into(),
            class,
            severity,
            time: item.time(),
        }
    }

    /// The MIME type of one item.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::CloudEvents => "application/cloudevents+json",
            Self::Ocsf | Self::Ecs | Self::Udm => "application/json",
            Self::Cef | Self::Leef => "text/plain; charset=utf-8",
        }
    }
}

/// `item` as an OCSF event that is no text yet, for who writes columns.
pub fn ocsf(item: &Item) -> tree::Object {
    ocsf::event(Facts::of(item))
}
