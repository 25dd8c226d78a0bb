//! The player: which moments of a timeline have been reached, in virtual time.
//!
//! Enters: elapsed time and actions. Leaves: a state to draw. Never here: a clock, a terminal.

use std::collections::HashMap;
use std::time::Duration;

use crate::keys::Action;
use crate::limits::{SPEED_MAX, SPEED_MIN};
use crate::timeline::{Phase, Step, Timeline};

/// Result rows that a page key moves by.
const ROWS_STEP: usize = 10;

/// How a session is played.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlayOptions {
    /// Times real time.
    pub speed: f64,
    /// Moment by moment, on a key.
    pub step: bool,
    /// Longest pause that is played; none plays every pause in full.
    pub idle_limit: Option<Duration>,
}

impl Default for PlayOptions {
    fn default() -> Self {
        Self {
            speed: 1.0,
            step: false,
            idle_limit: None,
        }
    }
}

/// A moment and when it is played.
#[derive(Clone, Copy, Debug)]
struct Cue {
    step: Step,
    /// Nanoseconds from the replay's start, pauses cut.
    played_ns: i64,
}

/// Where a replay stands.
#[derive(Clone, Debug)]
pub struct Player {
    cues: Vec<Cue>,
    /// The first moment of each phase of each entry, and the last of each entry: a session has tens of thousands.
    firsts: HashMap<(usize, Phase), usize>,
    lasts: HashMap<usize, usize>,
    /// Cues before this one show.
    reached: usize,
    /// Nanoseconds of replay time.
    now_ns: i64,
    speed: f64,
    paused: bool,
    help: bool,
    quit: bool,
    scroll: usize,
    first_row: usize,
}

impl Player {
    /// At the beginning of `timeline`, its first moment showing.
    pub fn new(timeline: &Timeline, options: &PlayOptions) -> Self {
        let limit = options
            .idle_limit
            .map(|limit| i64::try_from(limit.as_nanos()).unwrap_or(i64::MAX));
        let mut cues = Vec::new();
        let mut played_ns = 0;
        let mut before = None;
        for step in timeline.steps() {
            let gap = before.map_or(0, |before| step.at_ns - before);
            played_ns += limit.map_or(gap, |limit| gap.min(limit));
            before = Some(step.at_ns);
            cues.push(Cue { step, played_ns });
        }
        let mut firsts = HashMap::new();
        let mut lasts = HashMap::new();
        for (place, Cue { step, .. }) in cues.iter().enumerate() {
            firsts.entry((step.entry, step.phase)).or_insert(place);
            lasts.insert(step.entry, place);
        }
        let mut player = Self {
            cues,
            firsts,
            lasts,
            reached: 0,
            now_ns: 0,
            speed: clamp_speed(options.speed),
            paused: options.step,
            help: false,
            quit: false,
            scroll: 0,
            first_row: 0,
        };
        player.reach(1);
        player
    }

    /// `elapsed_ns` of real time went by.
    pub fn advance(&mut self, elapsed_ns: i64) {
        if self.paused || self.help || self.is_at_end() {
            return;
        }
        self.now_ns += (elapsed_ns as f64 * self.speed) as i64;
        let now = self.now_ns;
        let reached = self.cues.partition_point(|cue| cue.played_ns <= now);
        if reached > self.reached {
            self.show(reached);
        }
    }

    /// Does what a key asks for.
    pub fn act(&mut self, action: Action) {
        match action {
            Action::Quit if self.help => self.help = false,
            Action::Quit => self.quit = true,
            Action::Help => self.help = !self.help,
            Action::TogglePause if self.is_at_end() => {
                self.reach(1);
                self.paused = false;
            }
            Action::TogglePause => self.paused = !self.paused,
            Action::NextStep => self.stop_at(self.reached + 1),
            Action::PreviousStep => self.stop_at(self.reached.saturating_sub(1)),
            Action::NextStatement => self.stop_at_next(|cue| cue.step.phase == Phase::Begun),
            Action::PreviousStatement => {
                self.stop_at_previous(|cue| cue.step.phase == Phase::Begun)
            }
            Action::NextDenial => self.stop_at_next(|cue| cue.step.denial),
            Action::PreviousDenial => self.stop_at_previous(|cue| cue.step.denial),
            Action::Faster => self.speed = clamp_speed(self.speed * 2.0),
            Action::Slower => self.speed = clamp_speed(self.speed / 2.0),
            Action::ScrollDown => self.scroll += 1,
            Action::ScrollUp => self.scroll = self.scroll.saturating_sub(1),
            Action::RowsDown => self.first_row += ROWS_STEP,
            Action::RowsUp => self.first_row = self.first_row.saturating_sub(ROWS_STEP),
            Action::Start => self.stop_at(1),
            Action::End => self.stop_at(self.cues.len()),
        }
    }

    fn stop_at_next(&mut self, wanted: impl Fn(&Cue) -> bool) {
        let later = self.cues.iter().skip(self.reached).position(wanted);
        match later {
            Some(ahead) => self.stop_at(self.reached + ahead + 1),
            None => self.paused = true,
        }
    }

    fn stop_at_previous(&mut self, wanted: impl Fn(&Cue) -> bool) {
        let before = self.cues.iter().take(self.reached.saturating_sub(1));
        match before.collect::<Vec<_>>().into_iter().rposition(wanted) {
            Some(index) => self.stop_at(index + 1),
            None => self.stop_at(1),
        }
    }

    fn stop_at(&mut self, reached: usize) {
        self.reach(reached);
        self.paused = true;
    }

    /// Goes to where `reached` moments show, and to the time of the last of them.
    fn reach(&mut self, reached: usize) {
        let reached = reached.clamp(1, self.cues.len().max(1));
        self.show(reached);
        let last = self.cues.get(reached - 1);
        self.now_ns = last.map_or(0, |cue| cue.played_ns);
    }

    fn show(&mut self, reached: usize) {
        let entry = self.entry();
        self.reached = reached.min(self.cues.len());
        if self.entry() != entry {
            self.scroll = 0;
            self.first_row = 0;
        }
    }

    /// The entry of the last moment that shows.
    pub fn entry(&self) -> Option<usize> {
        let last = self.reached.checked_sub(1)?;
        self.cues.get(last).map(|cue| cue.step.entry)
    }

    /// Whether `phase` of `entry` shows.
    pub fn shows(&self, entry: usize, phase: Phase) -> bool {
        let first = self.firsts.get(&(entry, phase));
        first.is_some_and(|first| *first < self.reached)
    }

    /// Whether all of `entry` shows.
    pub fn is_told(&self, entry: usize) -> bool {
        let last = self.lasts.get(&entry);
        last.is_none_or(|last| *last < self.reached)
    }

    /// Nanoseconds of session time.
    pub fn at_ns(&self) -> i64 {
        let next = self.cues.get(self.reached);
        let last = self
            .reached
            .checked_sub(1)
            .and_then(|last| self.cues.get(last));
        match (last, next) {
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
        self.reached >= self.cues.len()
    }

    /// Moments that show, and all of them.
    pub const fn progress(&self) -> (usize, usize) {
        (self.reached, self.cues.len())
    }

    /// Times real time.
    pub const fn speed(&self) -> f64 {
        self.speed
    }

    /// Time stands still.
    pub const fn is_paused(&self) -> bool {
        self.paused
    }

    /// The keys are shown.
    pub const fn shows_help(&self) -> bool {
        self.help
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

fn clamp_speed(speed: f64) -> f64 {
    if speed.is_finite() {
        speed.clamp(SPEED_MIN, SPEED_MAX)
    } else {
        1.0
    }
}
