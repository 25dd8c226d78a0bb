//! Lines of a command on standard output and standard error.
//!
//! Enters: a line. Leaves: the line, or nothing where its reader went away (`| head`): that ends no command, whose exit status still
//! tells what it found. Never here: a panic, or a lost line that nobody hears of.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write};
use std::sync::OnceLock;

/// Why standard output took no more, if it was not that its reader went away.
static FAILED: OnceLock<String> = OnceLock::new();

/// A line on standard output.
macro_rules! say {
    ($($line:tt)*) => { $crate::out::line(format_args!($($line)*)) };
}

/// A line on standard error, beside the answer.
macro_rules! aside {
    ($($line:tt)*) => { $crate::out::beside(format_args!($($line)*)) };
}

/// Writes a line of the answer.
pub fn line(text: Arguments<'_>) {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            // Only the first is told.
            let _ = FAILED.set(error.to_string());
        }
        _ => {}
    }
}

/// Writes a line beside the answer. Where standard error is gone there is nobody to tell.
pub fn beside(text: Arguments<'_>) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Why the answer is not whole, if it is not: a disk that is full, say.
pub fn failed() -> Option<&'static str> {
    FAILED.get().map(String::as_str)
}
