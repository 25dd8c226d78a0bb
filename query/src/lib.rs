//! SQL over archive and journal tail.
//!
//! Enters: an auditor's SQL, an archive, a journal. Leaves: every acknowledged event once, as tables and views; answers over HTTP and for
//! a terminal. Never here: a write, an answer that was not recorded first, a raw value.

pub mod answer;
pub mod auditor;
mod bounds;
mod catalog;
pub mod cold;
pub mod config;
pub mod engine;
pub mod error;
pub mod exports;
pub mod find;
pub mod fresh;
mod functions;
pub mod http;
pub mod limits;
mod lists;
pub mod metrics;
pub mod render;
pub mod seen;
pub mod sessions;
pub mod stream;
pub mod tail;
pub mod views;

pub use answer::{Answer, ColumnHead, Rows};
pub use auditor::{Auditor, Sees};
pub use cold::{Cold, ColdError, ColdSnapshot};
pub use config::Config;
pub use engine::{Brief, Deps, Engine, Export, OpenError, Outline, Query, Replay, RunPart, Window};
pub use error::QueryError;
pub use exports::{Exports, ExportsError, Hour, Standing};
pub use find::{FindCursor, FindRequest};
pub use http::{Description, Format, SqlRequest, TimelinePage, routes};
pub use seen::Finder;
pub use sessions::{Cursor, CursorError, Moment, SessionFilter};

#[cfg(test)]
mod tests;
