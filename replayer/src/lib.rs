//! A recorded session as a timeline, and the terminal that plays it.
//!
//! Enters: a session's events with their journal positions, in any order. Leaves: a [`Timeline`] (also the page's model), a
//! transcript, frames of a terminal. Never here: reading the archive (query does, and records the replay), raw values, a control
//! character of the record.

mod asciicast;
pub mod backtest;
pub mod diff;
mod keys;
pub mod limits;
mod mentions;
mod order;
mod paint;
mod player;
pub mod serve;
mod stage;
mod story;
pub mod terminal;
pub mod timeline;
mod transcript;
mod when;

pub use asciicast::Asciicast;
pub use keys::{Action, KEYS, Key, action_of};
pub use mentions::mentions;
pub use paint::{Line, Style};
pub use player::{PlayOptions, Player};
pub use stage::frame;
pub use terminal::play;
pub use timeline::{Options, Timeline, TimelineError, build};
pub use transcript::{print, text, transcript};

#[cfg(test)]
mod tests;
