//! Which tables there are.
//!
//! Enters: nothing. Leaves: names, columns, comments. Never here: what a table holds.

use arrow::datatypes::SchemaRef;

use crate::schema;

/// The archive's tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TableKind {
    /// One row an event.
    Events,
    /// Bodies of page events.
    Pages,
    /// Records that are no events.
    Quarantine,
    /// Sealed: one row a statement, derived from the events before its watermark.
    Statements,
    /// Sealed: one row a session, derived from the events before its watermark.
    Sessions,
}

impl TableKind {
    /// Every table: what is recorded, then what is sealed.
    pub(crate) const ALL: [Self; 5] = [
        Self::Events,
        Self::Pages,
        Self::Quarantine,
        Self::Statements,
        Self::Sessions,
    ];
    /// The sealed tables, in the order they are sealed.
    pub(crate) const SEALED: [Self; 2] = [Self::Statements, Self::Sessions];

    /// The table's folder, and its name in SQL.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Pages => "pages",
            Self::Quarantine => "quarantine",
            Self::Statements => "statements",
            Self::Sessions => "sessions",
        }
    }

    /// Its columns.
    pub fn schema(self) -> SchemaRef {
        match self {
            Self::Events => schema::events_schema(),
            Self::Pages => schema::pages_schema(),
            Self::Quarantine => schema::quarantine_schema(),
            Self::Statements => schema::statements_schema(),
            Self::Sessions => schema::sessions_schema(),
        }
    }

    /// Derived from the events: no partitions of the journal, and rows that later ones replace.
    pub(crate) const fn is_sealed(self) -> bool {
        matches!(self, Self::Statements | Self::Sessions)
    }

    pub(crate) const fn comment(self) -> &'static str {
        match self {
            Self::Events => "Every event once, in typed columns",
            Self::Pages => "Masked rows as delivered, one row a response.page event with a body",
            Self::Quarantine => "Journal records that are no events, byte for byte",
            Self::Statements => {
                "One row a statement, folded from the events before its watermark; of rows of one statement the one with most events counts"
            }
            Self::Sessions => {
                "One row a session, folded from the events before its watermark; of rows of one session the one with most events counts"
            }
        }
    }
}
