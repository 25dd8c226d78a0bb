//! What there is to draw of a player.
//!
//! Enters: a player. Leaves: where it stands. Never here: a change.

use std::collections::BTreeSet;

use super::{Following, Player, Sheet};
use crate::timeline::Phase;

impl Player {
    /// The entry of the last moment that shows.
    pub fn entry(&self) -> Option<usize> {
        let last = self.reached.checked_sub(1)?;
        self.cues.all.get(last).map(|cue| cue.step.entry)
    }

    /// Whether `phase` of `entry` shows.
    pub fn shows(&self, entry: usize, phase: Phase) -> bool {
        let first = self.cues.first(entry, phase);
        first.is_some_and(|first| first < self.reached)
    }

    /// Whether all of `entry` shows.
    pub fn is_told(&self, entry: usize) -> bool {
        let last = self.cues.last(entry);
        last.is_none_or(|last| last < self.reached)
    }

    /// Nanoseconds of session time.
    pub fn at_ns(&self) -> i64 {
        let next = self.cues.all.get(self.reached);
        let last = self.reached.checked_sub(1);
        match (last.and_then(|last| self.cues.all.get(last)), next) {
            (Some(last), Some(next)) => {
                let since = (self.now_ns - last.played_ns).max(0);
                (last.step.at_ns + since).min(next.step.at_ns)
            }
            (Some(last), None) => last.step.at_ns,
            _ => 0,
        }
    }

    /// Nothing is left to show.
    pub fn is_at_end(&self) -> bool {
        self.reached >= self.cues.all.len()
    }

    /// Moments that show, and all of them.
    pub fn progress(&self) -> (usize, usize) {
        (self.reached, self.cues.all.len())
    }

    /// Times real time.
    pub const fn speed(&self) -> f64 {
        self.speed
    }

    /// Time stands still.
    pub const fn is_paused(&self) -> bool {
        self.paused
    }

    /// Whether more may come.
    pub const fn following(&self) -> &Following {
        &self.following
    }

    /// What is shown in place of the story.
    pub const fn sheet(&self) -> Option<Sheet> {
        self.sheet
    }

    /// Words being typed to search for.
    pub fn typed(&self) -> Option<&str> {
        self.finder.typed()
    }

    /// Words that were searched for, and in how many entries they stand.
    pub fn searched(&self) -> Option<(&str, usize)> {
        self.finder.told()
    }

    /// Whether the words that were searched for stand in `entry`.
    pub fn is_found(&self, entry: usize) -> bool {
        self.finder.has(entry)
    }

    /// Groups that are not folded, by their first entry.
    pub const fn open(&self) -> &BTreeSet<usize> {
        &self.open
    }

    /// The reader has had enough.
    pub const fn has_quit(&self) -> bool {
        self.quit
    }

    /// Lines scrolled down, and the first result row shown.
    pub const fn scroll(&self) -> (usize, usize) {
        (self.scroll, self.first_row)
    }
}
