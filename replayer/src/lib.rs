//! A recorded session as a timeline, and the terminal that plays it.
//!
//! Enters: a session's events with their journal positions, in any order. Leaves: a [`Timeline`] (also the page's model), a
//! transcript, frames of a terminal. Never here: reading the archive (query does, and records the replay), raw values, a control
//! character of the record.

mod asciicast;
pub mod backtest;
pub mod diff;
mod groups;
mod keys;
pub mod limits;
mod mentions;
mod order;
mod paint;
mod player;
pub mod serve;
mod stage;
mod story;
mod tail;
pub mod terminal;
pub mod timeline;
mod transcript;
mod when;

pub use asciicast::Asciicast;
pub use keys::{Action, KEYS, Key, action_of};
pub use mentions::mentions;
pub use paint::{Line, Style};
pub use player::{Following, Idle, PlayOptions, Player, Sheet};
pub use stage::frame;
pub use tail::Tail;
pub use terminal::{News, play};
pub use timeline::{Options, Timeline, TimelineError, build};
pub use transcript::{print, text, transcript};

#[cfg(test)]
mod tests;
