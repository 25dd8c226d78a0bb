//! Where one login stands in the script.
//!
//! Enters: a statement as a driver sends it. Leaves: which recorded statement it is. Never here: two answers for one request id.

use std::collections::{HashMap, HashSet};

use access::BoundValue;

use super::script::{Line, Script, shape};

/// Longest text quoted in an error, characters.
const QUOTED: usize = 120;

/// One login's way through the script.
#[derive(Debug, Default)]
pub(super) struct Cursor {
    taken: HashSet<usize>,
    /// A driver that asks again under the same id means the same.
    by_request: HashMap<String, usize>,
}

/// A statement as it came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub request: &'a str,
    /// Masked as the record is.
    pub text: &'a str,
    /// Masked too.
    pub binds: &'a [BoundValue],
    pub describe_only: bool,
}

/// What the script has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// This line.
    Line(usize),
    /// This line's columns, without its rows.
    Shape(usize),
}

impl Cursor {
    /// The line that answers `asked`, or why there is none. Of those of its shape that were not asked yet, the first with the very same
    /// text and binds, else the first.
    pub fn find(&mut self, script: &Script, asked: Asked<'_>) -> Result<Found, String> {
        if let Some(line) = self.by_request.get(asked.request) {
            return Ok(Found::Line(*line));
        }
        let wanted = shape(asked.text);
        let alike: Vec<(usize, &Line)> = script
            .lines
            .iter()
            .enumerate()
            .filter(|(_, line)| line.shape == wanted)
            .collect();
        let free: Vec<&(usize, &Line)> = alike
            .iter()
            .filter(|(at, line)| {
                line.describe_only == asked.describe_only && !self.taken.contains(at)
            })
            .collect();
        let very_same = free
            .iter()
            .find(|(_, line)| line.text == asked.text && line.binds == asked.binds);
        if let Some((line, _)) = very_same.or(free.first()).map(|one| **one) {
            self.taken.insert(line);
            self.by_request.insert(asked.request.to_owned(), line);
            return Ok(Found::Line(line));
        }
        if asked.describe_only
            && let Some((line, _)) = alike.iter().find(|(_, line)| !line.describe_only)
        {
            return Ok(Found::Shape(*line));
        }
        let times = alike.iter().filter(|(_, line)| !line.describe_only).count();
        Err(self.nothing(script, asked.text, times))
    }

    fn nothing(&self, script: &Script, text: &str, times: usize) -> String {
        let session = script.session;
        if times > 0 {
            return format!(
                "the recording of session {session} has this statement {times} times, and it is asked once more: {}; \
                 log in again to begin anew",
                quoted(text)
            );
        }
        let mut rest = script.lines.iter().enumerate();
        let next = rest.find(|(at, line)| !self.taken.contains(at) && !line.describe_only);
        let next = next.map_or_else(
            || "all of its statements were asked".to_owned(),
            |(at, line)| format!("the next of it is #{}: {}", at + 1, quoted(&line.text)),
        );
        format!(
            "this statement is not in the recording of session {session}: {}; {next}",
            quoted(text)
        )
    }
}

fn quoted(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let words = words.join(" ");
    let cut: String = words.chars().take(QUOTED).collect();
    if cut.len() < words.len() {
        format!("{cut:?}…")
    } else {
        format!("{cut:?}")
    }
}
