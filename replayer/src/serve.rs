//! A recording as a warehouse: an unmodified Snowflake driver asks, and is answered as the recorded session was.
//!
//! Enters: a session's events; then logins and statements of drivers. Leaves: the recorded rows, masked as they were delivered, and the
//! recorded errors, found by the statement's shape and order. Never here: a row that was not recorded, anything upstream, a statement
//! that is not in the recording answered with something.

mod answer;
mod cells;
mod cursor;
mod form;
mod http;
mod script;
#[cfg(test)]
mod tests;

pub use http::{Secrets, router};
pub use script::{Script, ScriptError};
