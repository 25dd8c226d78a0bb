//! Recorded text made safe and fitting for a terminal: no control sequence gets through, no line is wider than the window.
//!
//! Enters: text that agents, databases and auditors wrote. Leaves: lines of printable characters of a known width.
//! Never here: colours (the caller paints pieces), I/O, what a text means.

mod table;
mod text;

pub use table::{Cell, Head, Mark, Pieces, Table};
pub use text::{block, fit, line, pad, width, wrap};

#[cfg(test)]
mod tests;
