//! A session that goes on, written as it goes on.

use super::{events, timeline};
use crate::timeline::{Options, Timeline, build};
use crate::{Line, Tail};

/// The session after each of its events.
fn grown() -> Vec<Timeline> {
    let mut all = events(1);
    all.sort_by_key(|(_, event)| event.time);
    let mut grown = Vec::new();
    for count in 1..=all.len() {
        let some = all.iter().take(count).cloned();
        grown.push(build(history::session_id(1), some, &Options::default()).unwrap());
    }
    grown
}

#[test]
fn what_is_new_is_written_once() {
    let mut tail = Tail::default();
    let mut said: Vec<Line> = Vec::new();
    for timeline in grown() {
        let fresh = tail.lines(&timeline, 120, 50);
        said.extend(fresh);
        assert!(tail.lines(&timeline, 120, 50).is_empty(), "nothing is new");
    }
    let said: Vec<String> = said.iter().map(Line::plain).collect();
    // All that the whole has to say is there, in whatever pieces.
    for line in crate::text(&timeline(1)).lines() {
        let summed = line.contains(" statements, ");
        assert!(
            summed || said.iter().any(|one| one == line),
            "{line:?} in {said:#?}"
        );
    }
    assert_eq!(
        said.iter()
            .filter(|line| line.starts_with("session "))
            .count(),
        1
    );
}

#[test]
fn as_json_each_entry_comes_again_when_more_became_of_it() {
    let mut tail = Tail::default();
    let mut last = std::collections::BTreeMap::new();
    let mut heads = 0;
    for timeline in grown() {
        for line in tail.json(&timeline).unwrap() {
            let value: serde_json::Value = serde_json::from_str(&line).unwrap();
            let Some(kind) = value["entry"].as_str() else {
                heads += 1;
                continue;
            };
            let id = match kind {
                "statement" => value["statement"].to_string(),
                _ => value["event"]["event_id"].to_string(),
            };
            last.insert(id, value);
        }
        assert!(tail.json(&timeline).unwrap().is_empty());
    }
    assert_eq!(heads, 1);
    let whole = timeline(1);
    assert_eq!(last.len(), whole.entries.len());
    for entry in &whole.entries {
        let value = serde_json::to_value(entry).unwrap();
        assert!(last.values().any(|one| *one == value));
    }
}
