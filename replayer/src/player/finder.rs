//! Words searched for inside a session.
//!
//! Enters: keys while somebody types, a timeline. Leaves: the entries in which the words stand. Never here: where the reader goes then.

use std::collections::BTreeSet;

use crate::keys::Key;
use crate::limits::WORDS_MAX;
use crate::mentions::mentions;
use crate::timeline::Timeline;

/// A search.
#[derive(Clone, Debug, Default)]
pub struct Finder {
    /// What is being typed, while it is.
    typed: Option<String>,
    words: String,
    found: BTreeSet<usize>,
}

impl Finder {
    /// Begins to type.
    pub fn open(&mut self) {
        self.typed = Some(String::new());
    }

    /// What is being typed.
    pub fn typed(&self) -> Option<&str> {
        self.typed.as_deref()
    }

    /// What was searched for, and in how many entries it stands.
    pub fn told(&self) -> Option<(&str, usize)> {
        (!self.words.is_empty()).then_some((self.words.as_str(), self.found.len()))
    }

    /// Takes a key while somebody types; true where the search is to begin.
    pub fn press(&mut self, key: Key) -> bool {
        let Some(typed) = &mut self.typed else {
            return false;
        };
        match key {
            Key::Char(character) if typed.chars().count() < WORDS_MAX => typed.push(character),
            Key::Backspace => {
                typed.pop();
            }
            Key::Enter => {
                self.words = self.typed.take().unwrap_or_default();
                return true;
            }
            Key::Esc => self.typed = None,
            Key::Char(_)
            | Key::Left
            | Key::Right
            | Key::Up
            | Key::Down
            | Key::PageUp
            | Key::PageDown
            | Key::Home
            | Key::End => {}
        }
        false
    }

    /// Looks for the words in `timeline`.
    pub fn look(&mut self, timeline: &Timeline) {
        let entries = timeline.entries.iter().enumerate();
        self.found = match self.words.is_empty() {
            true => BTreeSet::new(),
            false => entries
                .filter(|(_, entry)| mentions(entry, &self.words))
                .map(|(index, _)| index)
                .collect(),
        };
    }

    /// Whether the words stand in `entry`.
    pub fn has(&self, entry: usize) -> bool {
        self.found.contains(&entry)
    }
}
