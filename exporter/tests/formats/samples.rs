//! Items of every kind: the event crate's samples, a told history with what became of its statements, a finding.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use event::fold::StatementFold;
use event::{Event, Kind, Payload, StatementId, TimeNs, Version};
use exporter::{Finding, Item, Recorded, Severity, StatementOutcome};
use journal::{Offset, Partition, Position, Topic};
use uuid::Uuid;

/// Offset `number` of the only partition.
pub fn position(number: u64) -> Position {
    Position {
        partition: Partition {
            topic: Topic::Events,
            number: 0,
        },
        offset: Offset(number),
    }
}

/// The event crate's sample of each kind, as its golden files have it.
pub fn events() -> Vec<Event> {
    Kind::ALL.iter().map(|&kind| event(kind)).collect()
}

/// The sample of `kind`.
pub fn event(kind: Kind) -> Event {
    let folders = Version::ALL.iter().map(|version| format!("v{version}"));
    let mut paths = folders.map(|folder| {
        PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("../event/tests/golden")
            .join(folder)
            .join(format!("{kind}.hex"))
    });
    let path = paths
        .find(|path| path.exists())
        .expect("a sample of every kind");
    let digits: String = std::fs::read_to_string(path)
        .unwrap()
        .split_whitespace()
        .collect();
    event::decode(&hex::decode(digits).unwrap()).expect("samples decode")
}

/// `event` as an item.
pub fn item(number: u64, event: Event) -> Item {
    Item::Event(Recorded {
        position: position(number),
        event: Arc::new(event),
    })
}

/// What became of the statements of a journal, in the order of their last events.
pub fn outcomes(journal: &[(Position, Event)]) -> Vec<Item> {
    let mut told: BTreeMap<StatementId, StatementOutcome> = BTreeMap::new();
    for (position, event) in journal {
        let Some(statement) = event.statement_id else {
            continue;
        };
        let recorded = Recorded {
            position: *position,
            event: Arc::new(event.clone()),
        };
        let outcome = told.entry(statement).or_insert_with(|| StatementOutcome {
            statement,
            completed: recorded.clone(),
            submitted: None,
            decided: None,
            failed: None,
            fold: StatementFold::default(),
        });
        outcome.fold.apply((*position).into(), event);
        match &event.payload {
            Payload::StatementSubmitted(_) => {
                outcome.submitted.get_or_insert(Arc::clone(&recorded.event));
            }
            Payload::StatementDecided(_) => {
                outcome.decided.get_or_insert(Arc::clone(&recorded.event));
            }
            Payload::StatementFailed(_) => {
                outcome.failed.get_or_insert(Arc::clone(&recorded.event));
            }
            _ => {}
        }
        outcome.completed = recorded;
    }
    let mut items: Vec<Item> = told
        .into_values()
        .map(|outcome| Item::Statement(Box::new(outcome)))
        .collect();
    items.sort_by_key(Item::position);
    items
}

/// Every item of the history that all golden tests tell.
pub fn history() -> Vec<Item> {
    let journal = history::journaled(1);
    let mut items: Vec<Item> = journal
        .iter()
        .map(|(position, event)| {
            Item::Event(Recorded {
                position: *position,
                event: Arc::new(event.clone()),
            })
        })
        .collect();
    items.extend(outcomes(&journal));
    items
}

/// What a detection would find.
pub fn finding() -> Item {
    let about = event(Kind::StatementSubmitted);
    Item::Finding(Box::new(Finding {
        id: Uuid::from_u128(0x01900000_0000_7000_8000_00000000f001),
        position: position(77),
        time: TimeNs(about.time.0 + 5),
        rule: "mass-read".to_owned(),
        title: "Support agent read 120000 rows within an hour".to_owned(),
        severity: Severity::High,
        attacks: vec!["T1213.006".to_owned()],
        session: about.session_id,
        statement: about.statement_id,
        principal: about.principal,
    }))
}
