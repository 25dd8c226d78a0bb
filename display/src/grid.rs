//! Recorded result pages put together again: rows as people read them, columns as SQL types them.
//!
//! Enters: `response.started` and `response.page` payloads of one result, in any order. Leaves: a [`Grid`] of masked text,
//! or a typed record batch of the same rows. Never here: a row that was not recorded; what is missing is named.

mod assemble;
mod cell;
mod physical;
mod typed;
mod window;

pub use assemble::{Column, Grid, GridError, Hole, MaskedBy, Why, assemble};
pub use cell::{decimal, from_json};
pub use physical::Instants;
pub use typed::{Typed, typed};
pub use window::{Window, window};

#[cfg(test)]
mod tests;
