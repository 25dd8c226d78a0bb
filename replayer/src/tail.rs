//! A session that goes on, as lines of which each is written once.
//!
//! Enters: its timeline, again and again as it grows. Leaves: what is new or otherwise since the last time, as text or as lines of JSON.
//! Never here: a line taken back: what was written stays written.

use std::collections::HashMap;

use serde_json::json;

use crate::paint::{Line, Style};
use crate::player::EntryId;
use crate::story::{Shape, tell};
use crate::timeline::{Entry, Timeline};
use crate::transcript;

/// What was written so far.
#[derive(Debug, Default)]
pub struct Tail {
    began: bool,
    known: HashMap<EntryId, Entry>,
    /// The entry that spoke last.
    spoke: Option<EntryId>,
}

impl Tail {
    /// What `timeline` says that was not said before: new entries whole, others from the first line on that is otherwise.
    pub fn lines(&mut self, timeline: &Timeline, width: usize, rows: usize) -> Vec<Line> {
        let shape = Shape {
            width,
            rows,
            first_row: 0,
        };
        let mut said = match self.begins() {
            true => transcript::head(timeline),
            false => Vec::new(),
        };
        for entry in &timeline.entries {
            let id = EntryId::of(entry);
            let before = match self.known.get(&id) {
                Some(known) if known == entry => continue,
                Some(known) => tell(known, &|_| true, shape),
                None => Vec::new(),
            };
            let now = tell(entry, &|_| true, shape);
            let same = before.iter().zip(&now).take_while(|(a, b)| a == b).count();
            self.known.insert(id, entry.clone());
            let fresh = now.get(same..).unwrap_or_default();
            if fresh.is_empty() {
                continue;
            }
            if self.spoke != Some(id) {
                said.push(Line::default());
                // Another spoke in between: its first line says again which this is.
                if same > 0 {
                    said.extend(now.first().cloned());
                }
            }
            said.extend_from_slice(fresh);
            self.spoke = Some(id);
        }
        said
    }

    /// What is said where nothing more comes.
    pub fn end(timeline: &Timeline) -> Vec<Line> {
        let closed = timeline.head.close_reason.as_ref();
        let over = closed.map(|reason| {
            let text = format!("the session is over: {reason}");
            Line::of(Style::Dim, text)
        });
        let mut lines = vec![Line::default()];
        lines.extend(over);
        lines.push(transcript::summary(timeline));
        lines
    }

    /// The same as JSON, an object a line: the session without its entries first, then each entry when it comes, and again whole when more
    /// became of it.
    pub fn json(&mut self, timeline: &Timeline) -> Result<Vec<String>, serde_json::Error> {
        let mut said = Vec::new();
        if self.begins() {
            let head = json!({
                "session": timeline.session, "head": timeline.head, "start": timeline.start,
            });
            said.push(head.to_string());
        }
        for entry in &timeline.entries {
            let id = EntryId::of(entry);
            if self.known.get(&id) != Some(entry) {
                said.push(serde_json::to_string(entry)?);
                self.known.insert(id, entry.clone());
            }
        }
        Ok(said)
    }

    /// Whether nothing was said before.
    const fn begins(&mut self) -> bool {
        !std::mem::replace(&mut self.began, true)
    }
}
