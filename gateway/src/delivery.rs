//! What an upstream reply becomes before any of it reaches a client.
//!
//! Enters: an upstream reply, the mask plan of the statement, who asked. Leaves: an outcome, after its events are durable; rows
//! of a result, part by part. Never here: a row that skipped its mask, a stage credential, a direct cloud URL, a text that quotes
//! any of them; a protocol's own form.

mod address;
mod chunks;
mod columns;
mod fit;
mod framing;
mod inflate;
mod page;
mod press;
mod refused;
mod respond;
mod result;
mod source;
mod split;
mod terms;

pub use address::{ChunkRefused, ChunkTicket};
pub use chunks::ChunkFailure;
pub(crate) use framing::Framing;
pub use refused::RowsRefused;
pub use respond::Delivery;
pub use source::{ChunkBody, ChunkSource, ChunkSourceError};
pub use split::RowsError;
pub use terms::Terms;

#[cfg(test)]
mod tests;
