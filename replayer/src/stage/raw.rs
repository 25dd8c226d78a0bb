//! The raw JSON of a moment.
//!
//! Enters: an entry. Leaves: lines of a width, at most so many bytes of them. Never here: a control character of the record.

use std::io::{self, Write};

use display::screen::{block, wrap};

use crate::limits::RAW_BYTES_MAX;
use crate::paint::{Line, Style};
use crate::timeline::Entry;

/// Takes bytes until it is full.
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > RAW_BYTES_MAX {
            return Err(io::Error::from(io::ErrorKind::WriteZero));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// `entry` as JSON.
pub fn raw(entry: &Entry, width: usize) -> Vec<Line> {
    let mut out = Bounded(Vec::new());
    let whole = serde_json::to_writer_pretty(&mut out, entry).is_ok();
    let text = String::from_utf8_lossy(&out.0);
    let wrapped = block(&text).into_iter().flat_map(|one| wrap(&one, width));
    let mut lines: Vec<Line> = wrapped.map(|text| Line::of(Style::Plain, text)).collect();
    if !whole {
        let text = "… and more: `firn replay --json` has all of it";
        lines.push(Line::of(Style::Warn, text));
    }
    lines
}
