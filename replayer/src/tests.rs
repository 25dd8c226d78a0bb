//! The fixed history as timeline, transcript and replay.

mod backtest;
mod breaks;
mod comparing;
mod following;
mod playing;
mod telling;

use event::Event;
use journal::Position;

use crate::timeline::{Options, Timeline, build};

/// The events of one session of the fixed history.
fn events(number: u32) -> Vec<(Position, Event)> {
    let session = Some(history::session_id(number));
    let all = history::journaled(2).into_iter();
    all.filter(|(_, event)| event.session_id == session)
        .collect()
}

fn timeline(number: u32) -> Timeline {
    build(
        history::session_id(number),
        events(number),
        &Options::default(),
    )
    .unwrap()
}
