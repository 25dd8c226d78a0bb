//! A session as a recording of a terminal (asciicast v2), so that any asciinema player shows it.
//!
//! Enters: a timeline's head, then its entries some at a time, in order. Leaves: lines of JSON: a header, then text with the second it comes
//! at. Never here: a control character of the record: what steers the terminal is this file's own.

use std::collections::HashMap;

use serde_json::json;

use crate::paint::Line;
use crate::story::{Shape, tell};
use crate::timeline::{Entry, Phase, Timeline, steps_of};
use crate::transcript;

/// Columns of the terminal.
const WIDTH: usize = 120;
/// Lines of the terminal.
const HEIGHT: usize = 36;
/// Rows of each result.
const ROWS: usize = 20;
/// Pauses that players cut to, seconds.
const IDLE_S: f64 = 2.0;

/// Writes one recording.
#[derive(Debug, Default)]
pub struct Asciicast {
    /// Nanoseconds of the last line; times never run back.
    last_ns: i64,
    /// The entry that spoke last.
    speaks: Option<usize>,
    /// Entries before those at hand.
    before: usize,
}

impl Asciicast {
    /// The header, and who it is about; `timeline` need not have entries.
    pub fn begin(&mut self, timeline: &Timeline) -> String {
        let header = json!({
            "version": 2,
            "width": WIDTH,
            "height": HEIGHT,
            "timestamp": timeline.start.0.div_euclid(1_000_000_000),
            "idle_time_limit": IDLE_S,
            "title": format!("firn session {}", timeline.session),
            "env": {"TERM": "xterm-256color"},
        });
        format!("{header}\n{}", self.say(0, &transcript::head(timeline)))
    }

    /// What `entries` show, moment by moment; they come after all that came before.
    pub fn entries(&mut self, entries: &[Entry]) -> String {
        let mut shown: HashMap<usize, (Vec<Phase>, Vec<Line>)> = HashMap::new();
        let mut out = String::new();
        for step in steps_of(entries) {
            let Some(entry) = entries.get(step.entry) else {
                continue;
            };
            let (phases, told) = shown.entry(step.entry).or_default();
            phases.push(step.phase);
            let shape = Shape {
                width: WIDTH,
                rows: ROWS,
                first_row: 0,
            };
            let lines = tell(entry, &|phase| phases.contains(&phase), shape);
            // A statement is told in one order and happens in another: what comes later may stand before what was said already.
            let mut before = told.iter().peekable();
            let fresh = lines
                .iter()
                .filter(|line| before.next_if(|said| said == line).is_none());
            let fresh: Vec<Line> = fresh.cloned().collect();
            if fresh.is_empty() {
                continue;
            }
            let place = self.before + step.entry;
            let mut said = Vec::new();
            if self.speaks != Some(place) {
                said.push(Line::default());
                // Another spoke in between: its first line says again which this is.
                if !told.is_empty() {
                    said.extend(lines.first().cloned());
                }
            }
            said.extend(fresh);
            *told = lines;
            self.speaks = Some(place);
            out.push_str(&self.say(step.at_ns, &said));
        }
        self.before += entries.len();
        out
    }

    fn say(&mut self, at_ns: i64, lines: &[Line]) -> String {
        self.last_ns = self.last_ns.max(at_ns);
        let text: String = lines.iter().map(|line| line.ansi(WIDTH) + "\r\n").collect();
        let seconds = self.last_ns as f64 / 1e9;
        format!("{}\n", json!([seconds, "o", text]))
    }
}
