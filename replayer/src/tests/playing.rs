//! The player in virtual time.

use std::time::Duration;

use insta::assert_snapshot;
use proptest::prelude::*;

use super::timeline;
use crate::timeline::Entry;
use crate::{Action, KEYS, PlayOptions, Player, action_of, frame};

const SECOND: i64 = 1_000_000_000;

fn options() -> PlayOptions {
    PlayOptions {
        idle_limit: Some(Duration::from_secs(2)),
        ..PlayOptions::default()
    }
}

fn shown(player: &Player) -> String {
    let lines = frame(&timeline(1), player, 100, 24);
    assert_eq!(lines.len(), 24);
    lines.iter().map(|line| line.plain() + "\n").collect()
}

#[test]
fn frames_show_what_has_happened_and_no_more() {
    let mut player = Player::new(&timeline(1), &options());
    assert_snapshot!("frame_start", shown(&player));
    player.act(Action::NextStatement);
    assert_snapshot!("frame_statement", shown(&player));
    for _ in 0..3 {
        player.act(Action::NextStep);
    }
    assert_snapshot!("frame_result", shown(&player));
    player.act(Action::End);
    assert_snapshot!("frame_end", shown(&player));
    player.act(Action::Help);
    assert_snapshot!("frame_help", shown(&player));
}

#[test]
fn time_runs_at_its_speed_and_pauses_are_cut() {
    let timeline = timeline(1);
    let mut player = Player::new(&timeline, &options());
    assert_eq!(player.progress().0, 1);
    player.advance(SECOND / 10);
    assert_eq!(
        player.progress().0,
        1,
        "the first statement comes after 250 ms"
    );
    player.advance(SECOND / 5);
    assert!(player.progress().0 > 1);
    // 95 s of waiting for approval and two pauses of seconds are cut to two seconds each.
    player.advance(12 * SECOND);
    assert!(player.is_at_end());

    let mut full = Player::new(
        &timeline,
        &PlayOptions {
            idle_limit: None,
            ..options()
        },
    );
    full.advance(12 * SECOND);
    assert!(!full.is_at_end());
    full.advance(95 * SECOND);
    assert!(full.is_at_end());

    let mut fast = Player::new(
        &timeline,
        &PlayOptions {
            speed: 16.0,
            ..options()
        },
    );
    fast.advance(SECOND);
    assert!(fast.is_at_end());
}

#[test]
fn stepping_waits_for_a_key() {
    let step = PlayOptions {
        step: true,
        ..options()
    };
    let mut player = Player::new(&timeline(1), &step);
    player.advance(1_000 * SECOND);
    assert_eq!(player.progress().0, 1);
    player.act(Action::NextStep);
    player.advance(1_000 * SECOND);
    assert_eq!(player.progress().0, 2);
    player.act(Action::PreviousStep);
    assert_eq!(player.progress().0, 1);
    player.act(Action::PreviousStep);
    assert_eq!(player.progress().0, 1);
}

#[test]
fn the_next_denial_is_the_blocked_drop() {
    let timeline = timeline(1);
    let mut player = Player::new(&timeline, &options());
    player.act(Action::NextDenial);
    let Some(Entry::Statement(statement)) =
        player.entry().and_then(|index| timeline.entries.get(index))
    else {
        panic!("not at a statement");
    };
    assert_eq!(
        statement.request.as_ref().unwrap().text,
        "drop table customers"
    );
    assert!(player.is_paused());
    let there = player.progress();
    player.act(Action::NextDenial);
    assert_eq!(player.progress(), there, "there is no other");
    player.act(Action::End);
    player.act(Action::PreviousDenial);
    assert_eq!(player.progress(), there);
}

#[test]
fn space_pauses_goes_on_and_begins_again() {
    let mut player = Player::new(&timeline(1), &options());
    player.act(Action::TogglePause);
    player.advance(100 * SECOND);
    assert_eq!(player.progress().0, 1);
    player.act(Action::TogglePause);
    player.advance(100 * SECOND);
    assert!(player.is_at_end());
    player.act(Action::TogglePause);
    assert_eq!(player.progress().0, 1);
    assert!(!player.is_paused());
}

#[test]
fn speeds_stay_within_bounds() {
    for speed in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e300] {
        let player = Player::new(&timeline(1), &PlayOptions { speed, ..options() });
        assert!(player.speed() > 0.0 && player.speed() <= crate::limits::SPEED_MAX);
    }
}

#[test]
fn each_key_asks_for_one_thing() {
    let keys: Vec<_> = KEYS.iter().flat_map(|binding| binding.keys).collect();
    for (index, key) in keys.iter().enumerate() {
        assert!(!keys[index + 1..].contains(key), "{key:?} twice");
        assert!(action_of(**key).is_some());
    }
}

#[test]
fn q_closes_the_help_before_the_player() {
    let mut player = Player::new(&timeline(1), &options());
    player.act(Action::Help);
    player.act(Action::Quit);
    assert!(!player.has_quit() && !player.shows_help());
    player.act(Action::Quit);
    assert!(player.has_quit());
}

#[test]
fn a_window_too_small_says_so() {
    let player = Player::new(&timeline(1), &options());
    assert!(
        frame(&timeline(1), &player, 10, 3)[0]
            .plain()
            .contains("too small")
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_keys_leaves_the_timeline(
        moves in prop::collection::vec((0..KEYS.len(), 0i64..3_000_000_000), 0..30),
        number in 1u32..4,
    ) {
        let timeline = timeline(number);
        let mut player = Player::new(&timeline, &options());
        for (key, elapsed) in moves {
            player.act(KEYS[key].action);
            player.advance(elapsed);
            let (reached, all) = player.progress();
            prop_assert!((1..=all).contains(&reached));
            prop_assert!((0..=timeline.duration_ns).contains(&player.at_ns()));
            for line in frame(&timeline, &player, 80, 24) {
                prop_assert!(display::screen::width(&line.plain()) <= 200);
            }
        }
    }
}
