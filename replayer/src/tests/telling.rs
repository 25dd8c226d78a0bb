//! What the model holds and how it reads.

use event::payload::{Canceler, FailureStage, SessionOpened, StatementSubmitted};
use event::{Masked, Payload, TimeNs};
use insta::{assert_json_snapshot, assert_snapshot};
use proptest::prelude::*;

use super::{events, timeline};
use crate::timeline::{
    ApprovalOutcome, BindText, Canceled, Entry, Failure, Options, Statement, Timeline,
    TimelineError, build,
};
use crate::transcript::{text, transcript};

#[test]
fn a_session_as_the_page_gets_it() {
    assert_json_snapshot!(timeline(1));
}

#[test]
fn sessions_as_text() {
    assert_snapshot!("transcript_1", text(&timeline(1)));
    assert_snapshot!("transcript_2", text(&timeline(2)));
    assert_snapshot!("transcript_3", text(&timeline(3)));
}

#[test]
fn the_page_model_reads_back() {
    let timeline = timeline(1);
    let json = serde_json::to_string(&timeline).unwrap();
    assert_eq!(serde_json::from_str::<Timeline>(&json).unwrap(), timeline);
}

#[test]
fn an_unknown_session_is_said_to_be_unknown() {
    let session = history::session_id(9);
    let unknown = build(session, events(1), &Options::default());
    assert_eq!(unknown, Err(TimelineError::Unknown(session)));
}

#[test]
fn what_is_missing_is_told() {
    let mut some = events(1);
    some.retain(|(_, event)| event.kind() != event::Kind::ResponsePage);
    let timeline = build(history::session_id(1), some, &Options::default()).unwrap();
    let missing: Vec<u64> = timeline.parts.iter().map(|part| part.missing).collect();
    assert_eq!(missing, [2, 0]);
    assert!(text(&timeline).contains("2 events recorded by run"));
}

#[test]
fn a_wait_goes_on_until_enough_people_have_answered() {
    let mut some = events(1);
    // Nobody ran it: whoever sends a held statement upstream has seen that it was approved.
    some.retain(|(_, event)| {
        let held = event.statement_id == Some(history::statement_id(1, 3));
        event.kind() != event::Kind::StatementClaimed
            && (!held || event.kind() != event::Kind::StatementForwarded)
    });
    for (_, event) in &mut some {
        if let Payload::ApprovalRequested(requested) = &mut event.payload {
            requested.quorum[0].needed = 2;
        }
    }
    let timeline = build(history::session_id(1), some, &Options::default()).unwrap();
    let approvals = timeline.entries.iter().filter_map(|entry| match entry {
        Entry::Statement(statement) => statement.approval.as_ref(),
        Entry::Note(_) => None,
    });
    assert_eq!(
        approvals
            .map(|approval| approval.outcome)
            .collect::<Vec<_>>(),
        [ApprovalOutcome::Pending]
    );
}

/// The first session with everything that agents write replaced by `hostile`.
fn hostile(hostile: &str) -> Timeline {
    let masked = |text: &str| -> Masked<String> {
        serde_json::from_value(serde_json::Value::String(text.to_owned())).unwrap()
    };
    let mut some = events(1);
    for (_, event) in &mut some {
        if let Some(principal) = &mut event.principal {
            hostile.clone_into(&mut principal.display);
            if let Some(agent) = &mut principal.agent {
                hostile.clone_into(&mut agent.application);
                hostile.clone_into(&mut agent.version);
            }
        }
        event.connection = Some(hostile.to_owned());
        match &mut event.payload {
            Payload::SessionOpened(SessionOpened {
                upstream_session, ..
            }) => {
                *upstream_session = Some(hostile.to_owned());
            }
            Payload::StatementSubmitted(StatementSubmitted { text, .. }) => *text = masked(hostile),
            Payload::StatementDecided(decided) => {
                for reason in &mut decided.reasons {
                    hostile.clone_into(&mut reason.text);
                    hostile.clone_into(&mut reason.rule);
                }
            }
            Payload::StatementFailed(failed) => {
                failed.message = masked(hostile);
                hostile.clone_into(&mut failed.code);
            }
            Payload::StatementForwarded(forwarded) => forwarded.query_id = Some(hostile.to_owned()),
            Payload::ApprovalGranted(granted) => {
                hostile.clone_into(&mut granted.note);
                hostile.clone_into(&mut granted.by.display);
            }
            Payload::ApprovalRequested(requested) => {
                hostile.clone_into(&mut requested.quorum[0].group);
            }
            Payload::ResponseStarted(started) => {
                for column in &mut started.columns {
                    hostile.clone_into(&mut column.name);
                    "text".clone_into(&mut column.data_type);
                }
            }
            Payload::ResponsePage(page) => {
                for masked in &mut page.masked {
                    hostile.clone_into(&mut masked.by);
                }
                let cells = vec![Some(hostile); page.rows as usize];
                page.body = history::page_body(&[("A", &cells), ("B", &cells), ("C", &cells)]);
            }
            _ => {}
        }
    }
    build(history::session_id(1), some, &Options::default()).unwrap()
}

#[test]
fn nothing_recorded_steers_the_terminal() {
    let timeline = hostile("\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\r\u{8}\u{202e}x");
    for line in transcript(&timeline, 80, 10) {
        let shown = line.plain();
        let steering = |character: char| character.is_control() || character == '\u{202e}';
        assert!(!shown.contains(steering), "{shown:?}");
    }
    let player = crate::Player::new(&timeline, &crate::PlayOptions::default());
    let mut player = player;
    loop {
        for line in crate::frame(&timeline, &player, 80, 30) {
            assert!(!line.plain().contains(char::is_control));
        }
        if player.is_at_end() {
            break;
        }
        player.act(crate::Action::NextStep);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_of_events_tells_the_same_story(
        order in Just((0..events(1).len()).collect::<Vec<_>>()).prop_shuffle(),
        twice in prop::collection::vec(0usize..20, 0..4),
    ) {
        let all = events(1);
        let shuffled = order.iter().chain(&twice).map(|index| all[*index].clone());
        let told = build(history::session_id(1), shuffled.collect::<Vec<_>>(), &Options::default()).unwrap();
        prop_assert_eq!(told, timeline(1));
    }

    #[test]
    fn clocks_do_not_reorder_a_partition(skew in prop::collection::vec(-50_000_000i64..50_000_000, 40)) {
        let mut skewed = events(1);
        for ((_, event), skew) in skewed.iter_mut().zip(skew) {
            event.time = TimeNs(event.time.0 + skew);
        }
        let told = build(history::session_id(1), skewed, &Options::default()).unwrap();
        let mut last = std::collections::HashMap::new();
        let of_entry = |entry: &Entry| match entry {
            Entry::Statement(statement) => statement.events.clone(),
            Entry::Note(note) => vec![note.event.clone()],
        };
        for event in told.entries.iter().flat_map(of_entry) {
            let before = last.insert(event.partition.clone(), event.offset);
            prop_assert!(before.is_none_or(|before| before < event.offset));
        }
    }
}

/// A statement of the first session that went upstream.
fn statement() -> Box<Statement> {
    let mut entries = timeline(1).entries.into_iter();
    let sent = |one: &Statement| {
        let forwarded = one.forwarded.as_ref();
        one.request.is_some() && forwarded.is_some_and(|forwarded| forwarded.query_id.is_some())
    };
    let found = entries.find_map(|entry| match entry {
        Entry::Statement(statement) if sent(&statement) => Some(statement),
        Entry::Statement(_) | Entry::Note(_) => None,
    });
    found.unwrap()
}

#[test]
fn a_recording_says_each_line_once_whatever_order_it_happened_in() {
    let mut statement = statement();
    let after = statement.at_ns + statement.duration_ns;
    // It is given up first, and fails of that: in the telling the error stands first.
    statement.canceled = Some(Canceled {
        at_ns: after + 1,
        by: Canceler::Client,
    });
    statement.failure = Some(Failure {
        at_ns: after + 2,
        stage: FailureStage::Upstream,
        code: "000604".to_owned(),
        sql_state: "57014".to_owned(),
        message: "SQL execution canceled".to_owned(),
    });
    let cast = crate::Asciicast::default().entries(&[Entry::Statement(statement)]);
    for once in ["000604 SQL execution canceled", "canceled by client"] {
        assert_eq!(cast.matches(once).count(), 1, "{once} in {cast}");
    }
    let lines = cast.lines().map(|line| {
        let line: (f64, String, String) = serde_json::from_str(line).unwrap();
        line.0
    });
    assert!(lines.is_sorted(), "times never run back: {cast}");
}

#[test]
fn what_people_see_of_a_statement_is_found() {
    let mut statement = statement();
    statement.request.as_mut().unwrap().binds.push(BindText {
        name: "7".to_owned(),
        kind: "TEXT".to_owned(),
        values: vec![None, Some("Order-4711".to_owned())],
    });
    let query = statement.forwarded.as_ref().unwrap().query_id.clone();
    let entry = Entry::Statement(statement);
    for words in ["order-4711", query.unwrap().as_str()] {
        assert!(crate::mentions(&entry, words), "{words}");
    }
    assert!(!crate::mentions(&entry, "order-4712"));
}
