//! The player: which moments of a timeline have been reached, in virtual time.
//!
//! Enters: elapsed time, keys, the timeline as it grows. Leaves: a state to draw. Never here: a clock, a terminal.

mod cues;
mod finder;
mod standing;

use std::collections::BTreeSet;

use crate::keys::{Action, Key, action_of};
use crate::limits::{SPEED_MAX, SPEED_MIN};
use crate::timeline::{Phase, Timeline};

pub use cues::Idle;
pub(crate) use cues::{Cue, Cues, EntryId};
use finder::Finder;

/// Result rows that a page key moves by.
const ROWS_STEP: usize = 10;

/// How a session is played.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlayOptions {
    /// Times real time.
    pub speed: f64,
    /// Moment by moment, on a key.
    pub step: bool,
    /// How pauses are played.
    pub idle: Idle,
    /// More of the session may come: begins at its end, and waits there.
    pub follow: bool,
}

impl Default for PlayOptions {
    fn default() -> Self {
        Self {
            speed: 1.0,
            step: false,
            idle: Idle::Short,
            follow: false,
        }
    }
}

/// Whether more of the session may come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Following {
    /// Nobody looks.
    No,
    /// It may.
    Yes,
    /// Nobody looks any more, and why.
    Lost(String),
}

/// What is shown in place of the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sheet {
    /// The keys.
    Help,
    /// The moment's raw JSON.
    Raw,
}

/// Where a replay stands.
#[derive(Clone, Debug)]
pub struct Player {
    cues: Cues,
    idle: Idle,
    /// Cues before this one show.
    reached: usize,
    /// Nanoseconds of replay time.
    now_ns: i64,
    speed: f64,
    paused: bool,
    following: Following,
    sheet: Option<Sheet>,
    finder: Finder,
    /// Groups that are not folded, by their first entry.
    open: BTreeSet<usize>,
    quit: bool,
    scroll: usize,
    first_row: usize,
}

impl Player {
    /// At the beginning of `timeline`, its first moment showing; where it is followed, at its end.
    pub fn new(timeline: &Timeline, options: &PlayOptions) -> Self {
        let mut player = Self {
            cues: Cues::of(timeline, options.idle),
            idle: options.idle,
            reached: 0,
            now_ns: 0,
            speed: clamp_speed(options.speed),
            paused: options.step,
            following: match options.follow {
                true => Following::Yes,
                false => Following::No,
            },
            sheet: None,
            finder: Finder::default(),
            open: BTreeSet::new(),
            quit: false,
            scroll: 0,
            first_row: 0,
        };
        let begins = match options.follow && !options.step {
            true => player.cues.all.len(),
            false => 1,
        };
        player.reach(begins);
        player
    }

    /// `timeline` is the same session, of which more is known. Whoever reads stays where they are; whoever stood at the end and did not
    /// pause goes on to the new end.
    pub fn go_on(&mut self, timeline: &Timeline) {
        let at_end = self.is_at_end() && !self.paused && self.following == Following::Yes;
        let cues = Cues::of(timeline, self.idle);
        let last = self.reached.saturating_sub(1);
        let since = self.now_ns - self.cues.all.get(last).map_or(0, |cue| cue.played_ns);
        let place = cues.place_of(&self.cues, last);
        let open = self.open.iter().filter_map(|entry| self.cues.id(*entry));
        self.open = open.filter_map(|id| cues.entry(id)).collect();
        let same = self.entry().and_then(|entry| self.cues.id(entry));
        let scrolled = (self.scroll, self.first_row);
        self.cues = cues;
        self.reach(place + 1);
        self.now_ns += since;
        if at_end {
            self.reach(self.cues.all.len());
        }
        if self.entry().and_then(|entry| self.cues.id(entry)) == same {
            (self.scroll, self.first_row) = scrolled;
        }
        self.finder.look(timeline);
    }

    /// Nothing more comes: the session is over, or it can be followed no longer for the reason given.
    pub fn followed(&mut self, why: Option<String>) {
        self.following = why.map_or(Following::No, Following::Lost);
    }

    /// `elapsed_ns` of real time went by.
    pub fn advance(&mut self, elapsed_ns: i64) {
        let waits = self.paused || self.sheet.is_some() || self.finder.typed().is_some();
        if waits || self.is_at_end() {
            return;
        }
        self.now_ns += (elapsed_ns as f64 * self.speed) as i64;
        let now = self.now_ns;
        let reached = self.cues.all.partition_point(|cue| cue.played_ns <= now);
        if reached > self.reached {
            self.show(reached);
        }
    }

    /// Does what `key` asks for in `timeline`.
    pub fn press(&mut self, key: Key, timeline: &Timeline) {
        if self.finder.typed().is_some() {
            if self.finder.press(key) {
                self.finder.look(timeline);
                self.stop_at_found();
            }
        } else if let Some(action) = action_of(key) {
            if action == Action::OpenGroup {
                self.open_group(timeline);
            }
            self.act(action);
        }
    }

    /// Does what a key asks for.
    pub fn act(&mut self, action: Action) {
        match action {
            Action::Quit if self.sheet.is_some() => self.sheet = None,
            Action::Quit => self.quit = true,
            Action::Help => self.turn(Sheet::Help),
            Action::Raw => self.turn(Sheet::Raw),
            Action::TogglePause if self.is_at_end() && self.following != Following::Yes => {
                self.reach(1);
                self.paused = false;
            }
            Action::TogglePause => self.paused = !self.paused,
            Action::NextStep => self.stop_at(self.reached + 1),
            Action::PreviousStep => self.stop_at(self.reached.saturating_sub(1)),
            Action::NextStatement => self.stop_at_next(begins),
            Action::PreviousStatement => self.stop_at_previous(begins),
            Action::NextDenial => self.stop_at_next(|cue| cue.step.denial),
            Action::PreviousDenial => self.stop_at_previous(|cue| cue.step.denial),
            Action::NextMask => self.stop_at_next(|cue| cue.step.mask),
            Action::PreviousMask => self.stop_at_previous(|cue| cue.step.mask),
            Action::NextHold => self.stop_at_next(|cue| cue.step.hold),
            Action::PreviousHold => self.stop_at_previous(|cue| cue.step.hold),
            Action::Search => self.finder.open(),
            Action::NextFound => self.stop_at_other_found(true),
            Action::PreviousFound => self.stop_at_other_found(false),
            Action::Faster => self.speed = clamp_speed(self.speed * 2.0),
            Action::Slower => self.speed = clamp_speed(self.speed / 2.0),
            Action::ScrollDown => self.scroll += 1,
            Action::ScrollUp => self.scroll = self.scroll.saturating_sub(1),
            Action::RowsDown => self.first_row += ROWS_STEP,
            Action::RowsUp => self.first_row = self.first_row.saturating_sub(ROWS_STEP),
            // Which entries make a group, the timeline says: see `press`.
            Action::OpenGroup => {}
            Action::Start => self.stop_at(1),
            // At the end of what is followed one waits for more.
            Action::End if self.following == Following::Yes => {
                self.reach(self.cues.all.len());
                self.paused = false;
            }
            Action::End => self.stop_at(self.cues.all.len()),
        }
    }

    /// Shows `sheet`, or the story again.
    fn turn(&mut self, sheet: Sheet) {
        self.scroll = 0;
        self.sheet = (self.sheet != Some(sheet)).then_some(sheet);
    }

    fn open_group(&mut self, timeline: &Timeline) {
        let Some(entry) = self.entry() else { return };
        if let Some(group) = crate::groups::group_of(&timeline.entries, entry)
            && !self.open.remove(&group.from)
        {
            self.open.insert(group.from);
        }
    }

    /// The next moment that `wanted` holds for; stays where there is none.
    fn stop_at_next(&mut self, wanted: impl Fn(&Cue) -> bool) {
        let later = self.cues.all.iter().skip(self.reached).position(wanted);
        match later {
            Some(ahead) => self.stop_at(self.reached + ahead + 1),
            None => self.paused = true,
        }
    }

    fn stop_at_previous(&mut self, wanted: impl Fn(&Cue) -> bool) {
        let before = self.cues.all.iter().take(self.reached.saturating_sub(1));
        match before.collect::<Vec<_>>().into_iter().rposition(wanted) {
            Some(index) => self.stop_at(index + 1),
            None => self.stop_at(1),
        }
    }

    /// The places at which an entry with the words is told whole.
    fn found(&self) -> Vec<usize> {
        let places = self.cues.all.iter().enumerate();
        let found = places.filter(|(place, cue)| {
            self.finder.has(cue.step.entry) && self.cues.last(cue.step.entry) == Some(*place)
        });
        found.map(|(place, _)| place).collect()
    }

    /// The first entry with the words from here on, or else of all.
    fn stop_at_found(&mut self) {
        let found = self.found();
        let here = self.reached.saturating_sub(1);
        let next = found.iter().find(|place| **place >= here);
        match next.or_else(|| found.first()) {
            Some(place) => self.stop_at(place + 1),
            None => self.paused = true,
        }
    }

    fn stop_at_other_found(&mut self, forward: bool) {
        let found = self.found();
        let here = self.reached.saturating_sub(1);
        let place = match forward {
            true => found.iter().find(|place| **place > here),
            false => found.iter().rev().find(|place| **place < here),
        };
        match place {
            Some(place) => self.stop_at(place + 1),
            None => self.paused = true,
        }
    }

    fn stop_at(&mut self, reached: usize) {
        self.reach(reached);
        self.paused = true;
    }

    /// Goes to where `reached` moments show, and to the time of the last of them.
    fn reach(&mut self, reached: usize) {
        let reached = reached.clamp(1, self.cues.all.len().max(1));
        self.show(reached);
        let last = self.cues.all.get(reached - 1);
        self.now_ns = last.map_or(0, |cue| cue.played_ns);
    }

    fn show(&mut self, reached: usize) {
        let entry = self.entry();
        self.reached = reached.min(self.cues.all.len());
        if self.entry() != entry {
            self.scroll = 0;
            self.first_row = 0;
        }
    }
}

fn begins(cue: &Cue) -> bool {
    cue.step.phase == Phase::Begun
}

fn clamp_speed(speed: f64) -> f64 {
    if speed.is_finite() {
        speed.clamp(SPEED_MIN, SPEED_MAX)
    } else {
        1.0
    }
}
