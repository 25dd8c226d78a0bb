//! Recorded rows and recorded text made safe and fitting for people and for SQL.
//!
//! Enters: recorded result pages, and text that agents, databases and auditors wrote. Leaves: rows put together again ([`grid`]),
//! lines that no terminal can be steered with ([`screen`]). Never here: a row that was not recorded, I/O.

pub mod grid;
pub mod limits;
pub mod screen;
