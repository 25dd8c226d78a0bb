//! The player in virtual time.

use std::time::Duration;

use insta::assert_snapshot;
use proptest::prelude::*;

use super::timeline;
use crate::timeline::{Entry, Marker};
use crate::{Action, Idle, KEYS, Key, PlayOptions, Player, action_of, frame};

const SECOND: i64 = 1_000_000_000;

fn options() -> PlayOptions {
    PlayOptions {
        idle: Idle::Limit(Duration::from_secs(2)),
        ..PlayOptions::default()
    }
}

fn shown(player: &Player) -> String {
    shown_in(player, 100, 24)
}

fn shown_in(player: &Player, width: usize, height: usize) -> String {
    let lines = frame(&timeline(1), player, width, height);
    assert_eq!(lines.len(), height);
    assert!(lines.iter().all(|line| line.width() <= width));
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
fn a_small_window_has_all_of_it_and_a_wide_one_the_list_beside() {
    for (name, width, height) in [("80x24", 80, 24), ("200x50", 200, 50)] {
        let mut player = Player::new(&timeline(1), &options());
        player.act(Action::NextMask);
        player.act(Action::NextStep);
        player.act(Action::NextStep);
        assert_snapshot!(
            format!("frame_{name}_result"),
            shown_in(&player, width, height)
        );
        player.act(Action::Raw);
        assert_snapshot!(
            format!("frame_{name}_raw"),
            shown_in(&player, width, height)
        );
        player.act(Action::Raw);
        player.act(Action::End);
        assert_snapshot!(
            format!("frame_{name}_end"),
            shown_in(&player, width, height)
        );
        player.act(Action::Help);
        assert_snapshot!(
            format!("frame_{name}_help"),
            shown_in(&player, width, height)
        );
    }
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
            idle: Idle::Full,
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
fn keys_go_to_what_is_masked_and_what_waited() {
    let timeline = timeline(1);
    let mut player = Player::new(&timeline, &options());
    for (forward, back, marker) in [
        (Action::NextMask, Action::PreviousMask, Marker::Masked),
        (Action::NextHold, Action::PreviousHold, Marker::Held),
    ] {
        player.act(Action::Start);
        let marked = timeline.entries.iter();
        let marked = marked.filter(|entry| entry.markers().contains(&marker));
        let marked = marked.count();
        assert!(marked > 0);
        let mut places = vec![player.progress().0];
        loop {
            player.act(forward);
            let place = player.progress().0;
            if places.last() == Some(&place) {
                break;
            }
            let at = player.entry().unwrap();
            assert!(timeline.entries[at].markers().contains(&marker));
            places.push(place);
        }
        assert_eq!(places.len() - 1, marked, "each once");
        player.act(back);
        assert_eq!(player.progress().0, places[places.len() - 2]);
    }
}

fn press(player: &mut Player, keys: &str) {
    let timeline = timeline(1);
    for key in keys.chars() {
        let key = match key {
            '\n' => Key::Enter,
            '\u{8}' => Key::Backspace,
            '\u{1b}' => Key::Esc,
            other => Key::Char(other),
        };
        player.press(key, &timeline);
    }
}

#[test]
fn words_are_searched_for_inside() {
    let timeline = timeline(1);
    let mut player = Player::new(&timeline, &options());
    press(&mut player, "/DROP tq\u{8}\u{8}\u{8}\n");
    assert!(!player.has_quit(), "what is typed is no key");
    let at = player.entry().unwrap();
    assert!(crate::mentions(&timeline.entries[at], "drop"));
    assert!(player.is_paused() && player.is_told(at));
    let (words, count) = player.searched().unwrap();
    assert_eq!((words, count), ("DROP", 1));
    assert!(shown(&player).contains("DROP: 1 found"));
    let there = player.progress();
    press(&mut player, "nN");
    assert_eq!(player.progress(), there, "there is no other");
    // Rows count too: words that only a result has.
    press(&mut player, "/2024-01-02\n");
    let at = player.entry().unwrap();
    assert!(crate::mentions(&timeline.entries[at], "2024-01-02"));
    press(&mut player, "/nowhere\n");
    assert_eq!(player.searched().unwrap().1, 0);
    press(&mut player, "/x\u{1b}");
    assert_eq!(player.searched().unwrap().0, "nowhere", "left as it was");
    press(&mut player, "q");
    assert!(player.has_quit());
}

#[test]
fn idle_time_is_cut_as_the_page_cuts_it() {
    let timeline = timeline(1);
    let played = |idle| {
        let mut player = Player::new(&timeline, &PlayOptions { idle, ..options() });
        let mut seconds = 0;
        while !player.is_at_end() {
            player.advance(SECOND);
            seconds += 1;
        }
        seconds
    };
    // 95 s of waiting for approval are no idle time: something waits.
    assert_eq!(played(Idle::Short), played(Idle::Full));
    let mut quiet = timeline.clone();
    let late = |entry: &mut Entry, by: i64| match entry {
        Entry::Statement(one) => {
            one.at_ns += by;
            for at in one.decision.iter_mut().map(|one| &mut one.at_ns) {
                *at += by;
            }
            for at in one.forwarded.iter_mut().map(|one| &mut one.at_ns) {
                *at += by;
            }
            for at in one.results.iter_mut().map(|one| &mut one.at_ns) {
                *at += by;
            }
            for at in one.failure.iter_mut().map(|one| &mut one.at_ns) {
                *at += by;
            }
        }
        Entry::Note(note) => note.at_ns += by,
    };
    let last = quiet.entries.last_mut().unwrap();
    late(last, 3600 * SECOND);
    let mut player = Player::new(
        &quiet,
        &PlayOptions {
            idle: Idle::Short,
            ..options()
        },
    );
    player.advance(110 * SECOND);
    assert!(player.is_at_end(), "an hour in which nothing happened");
}

/// The session as far as its first `count` events go.
fn as_far_as(count: usize) -> crate::Timeline {
    let mut some = super::events(1);
    some.sort_by_key(|(_, event)| event.time);
    some.truncate(count);
    let options = crate::Options::default();
    crate::build(history::session_id(1), some, &options).unwrap()
}

#[test]
fn a_session_that_goes_on_keeps_the_readers_place() {
    let all = super::events(1).len();
    let follow = PlayOptions {
        follow: true,
        ..options()
    };
    for begun in 3..all {
        let early = as_far_as(begun);
        // Who waits at the end sees what comes.
        let mut waiting = Player::new(&early, &follow);
        assert!(waiting.is_at_end() && !waiting.is_paused());
        // Who reads stays at what they read.
        let mut reading = Player::new(&early, &follow);
        reading.act(Action::PreviousStep);
        reading.act(Action::ScrollDown);
        let entry = reading.entry().map(|at| early.entries[at].clone());
        let scroll = reading.scroll();
        for now in begun + 1..=all {
            let more = as_far_as(now);
            waiting.go_on(&more);
            assert!(waiting.is_at_end());
            reading.go_on(&more);
            let id = |entry: &Entry| match entry {
                Entry::Statement(one) => one.statement.to_string(),
                Entry::Note(note) => note.event.event_id.to_string(),
            };
            let here = reading.entry().map(|at| id(&more.entries[at]));
            assert_eq!(here, entry.as_ref().map(id));
            assert_eq!(reading.scroll(), scroll);
            assert!(reading.is_paused());
        }
        waiting.followed(None);
        waiting.act(Action::TogglePause);
        assert_eq!(waiting.progress().0, 1, "over: from the beginning");
    }
}

#[test]
fn equal_statements_are_one_line_until_it_is_opened() {
    let mut timeline = timeline(2);
    let plain = timeline.entries.iter().find_map(|entry| match entry {
        Entry::Statement(one) => Some(one.clone()),
        Entry::Note(_) => None,
    });
    let mut plain = plain.unwrap();
    plain.markers.clear();
    plain.duration_ns = 0;
    timeline.entries = (0..5)
        .map(|number| {
            let mut one = plain.clone();
            one.statement = history::statement_id(7, number);
            one.number = number;
            one.at_ns = i64::from(number) * SECOND;
            (one.decision, one.forwarded, one.failure) = (None, None, None);
            one.results.clear();
            Entry::Statement(one)
        })
        .collect();
    let mut player = Player::new(&timeline, &options());
    player.act(Action::End);
    let text = |player: &Player| -> String {
        let lines = frame(&timeline, player, 100, 24);
        lines.iter().map(|line| line.plain() + "\n").collect()
    };
    assert!(text(&player).contains("5 like "), "{}", text(&player));
    player.press(Key::Char('o'), &timeline);
    assert!(!text(&player).contains(" like "), "{}", text(&player));
    player.press(Key::Char('o'), &timeline);
    assert!(text(&player).contains("5 like "));
}

#[test]
fn what_was_not_recorded_is_marked_from_end_to_end() {
    let told = super::breaks::with(&[(10, 40)]);
    let mut player = Player::new(&told, &options());
    player.act(Action::End);
    let lines = frame(&told, &player, 100, 24);
    let bar = lines[2].plain();
    assert!(bar.contains("░░░"), "{bar}");
    let listed = lines.iter().any(|line| line.plain().contains("degraded"));
    assert!(listed, "in the list");
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
    assert!(!player.has_quit() && player.sheet().is_none());
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
            for (width, height) in [(80, 24), (40, 12), (139, 30), (140, 30), (200, 50)] {
                let lines = frame(&timeline, &player, width, height);
                prop_assert_eq!(lines.len(), height);
                for line in lines {
                    prop_assert!(display::screen::width(&line.plain()) <= width);
                }
            }
        }
    }
}
