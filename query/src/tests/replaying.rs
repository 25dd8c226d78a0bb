//! A session read in pieces is the session read whole.

use std::collections::BTreeSet;

use display::grid::assemble;
use event::payload::{AuditDegraded, AuditRestored, ReplayMode, ResponsePage};
use event::{Event, Kind, Payload, StatementId, TimeNs, decode};

use journal::Journal as _;

use super::world::{World, auditor, record};
use crate::{Cursor, QueryError, SessionFilter};

fn sorted(mut events: Vec<(journal::Position, Event)>) -> Vec<Event> {
    events.sort_by_key(|(position, _)| *position);
    events.into_iter().map(|(_, event)| event).collect()
}

fn replays(world: &World) -> usize {
    let all = world.journal.all();
    let events = all.iter().filter_map(|record| decode(&record.value).ok());
    events
        .filter(|event| event.kind() == Kind::AuditorReplayed)
        .count()
}

#[tokio::test]
async fn the_pieces_of_a_session_are_all_of_it() {
    for cut in [0, 1, 2] {
        let world = World::with(|_, length| length * cut / 2).await;
        for number in 1..=3 {
            let session = history::session_id(number);
            let whole = world
                .engine
                .session_events(&auditor(), session, ReplayMode::Text)
                .await
                .unwrap();
            let before = replays(&world);
            let replay = world
                .engine
                .replay(&auditor(), session, ReplayMode::Page)
                .await
                .unwrap();
            assert_eq!(replays(&world), before + 1, "recorded before it is read");
            let outline = replay.outline().await.unwrap();
            let ids: Vec<StatementId> =
                outline.statements.iter().map(|one| one.statement).collect();
            let of_events: BTreeSet<StatementId> = whole
                .iter()
                .filter_map(|(_, event)| event.statement_id)
                .collect();
            assert_eq!(ids.iter().copied().collect::<BTreeSet<_>>(), of_events);
            assert!(outline.statements.is_sorted_by_key(|one| one.time));
            let mut pieces = outline.loose.clone();
            if !ids.is_empty() {
                pieces.extend(replay.statements(&ids, 0..u64::MAX).await.unwrap());
            }
            let counted: u64 = outline.runs.iter().map(|run| run.events).sum();
            assert_eq!(counted, whole.len() as u64);
            assert_eq!(sorted(pieces), sorted(whole), "session {number}, cut {cut}");
        }
        let nobody = history::session_id(99);
        let replay = world
            .engine
            .replay(&auditor(), nobody, ReplayMode::Page)
            .await;
        let unknown = replay.unwrap().outline().await;
        assert!(matches!(unknown, Err(QueryError::UnknownSession(_))));
    }
}

/// Tells of a stretch without recording over `connection`.
fn gap(connection: &str, since: TimeNs, until: TimeNs) -> [Event; 2] {
    let model = history::events().into_iter().next().unwrap();
    let payloads: [Payload; 2] = [
        AuditDegraded {
            reason: "the journal is away".to_owned(),
            since,
        }
        .into(),
        AuditRestored {
            since,
            unrecorded: 2,
        }
        .into(),
    ];
    payloads.map(|payload| Event {
        event_id: event::EventId::from_uuid(uuid::Uuid::new_v4()),
        session_id: None,
        statement_id: None,
        time: until,
        connection: Some(connection.to_owned()),
        payload,
        ..model.clone()
    })
}

#[tokio::test]
async fn a_session_has_the_stretches_in_which_its_connection_was_not_recorded() {
    let world = World::with(|_, length| length).await;
    let session = history::session_id(1);
    let own = history::events();
    let own: Vec<&Event> = own
        .iter()
        .filter(|event| event.session_id == Some(session))
        .collect();
    let first = own.iter().map(|event| event.time).min().unwrap();
    let connection = own.iter().find_map(|event| event.connection.clone());
    let connection = connection.unwrap();
    const SECOND: i64 = 1_000_000_000;
    let at = |seconds: i64| TimeNs(first.0 + seconds * SECOND);
    // Its own connection: before it, into it, within it; and another's.
    let told = [
        (connection.as_str(), -20, -10, false),
        (connection.as_str(), -5, 5, true),
        (connection.as_str(), 10, 20, true),
        ("another", 10, 20, false),
        // Long after whatever token it had ran out.
        (connection.as_str(), 4_000_000, 4_000_010, false),
    ];
    let mut wanted = Vec::new();
    for (name, since, until, its) in told {
        for event in gap(name, at(since), at(until)) {
            let topic = history::topic(&event);
            world.journal.append(topic, record(&event)).await.unwrap();
            if its {
                wanted.push(event.event_id);
            }
        }
    }
    wanted.sort();
    let breaks = |events: &[(journal::Position, Event)]| {
        let breaks = events
            .iter()
            .filter(|(_, event)| event.session_id.is_none());
        let mut ids: Vec<_> = breaks.map(|(_, event)| event.event_id).collect();
        ids.sort();
        ids
    };
    let whole = world
        .engine
        .session_events(&auditor(), session, ReplayMode::Text)
        .await
        .unwrap();
    assert_eq!(breaks(&whole), wanted);
    let replay = world
        .engine
        .replay(&auditor(), session, ReplayMode::Page)
        .await;
    let outline = replay.unwrap().outline().await.unwrap();
    assert_eq!(breaks(&outline.loose), wanted);
}

#[tokio::test]
async fn rows_by_their_numbers_are_the_rows() {
    let world = World::with(|_, length| length / 2).await;
    let session = history::session_id(1);
    let whole = world
        .engine
        .session_events(&auditor(), session, ReplayMode::Text)
        .await
        .unwrap();
    let replay = world
        .engine
        .replay(&auditor(), session, ReplayMode::Page)
        .await
        .unwrap();
    let mut looked = 0;
    for (_, event) in &whole {
        let Payload::ResponseStarted(started) = &event.payload else {
            continue;
        };
        let statement = event.statement_id.unwrap();
        let pages: Vec<&ResponsePage> = whole
            .iter()
            .filter(|(_, event)| event.statement_id == Some(statement))
            .filter_map(|(_, event)| match &event.payload {
                Payload::ResponsePage(page) if page.result == started.result => Some(page),
                _ => None,
            })
            .collect();
        let all = assemble(Some(started), pages, usize::MAX).unwrap();
        for (from, to) in [(0, 1), (0, 100), (1, 3), (2, 2), (50, 60)] {
            let rows = replay.rows(statement, started.result, from..to).await;
            let window = rows.unwrap().unwrap();
            let (from, to) = (from as usize, to as usize);
            let want: Vec<_> = all.rows.iter().take(to).skip(from).cloned().collect();
            assert_eq!(window.grid.rows, want, "{statement} {from}..{to}");
            assert_eq!(window.total, all.rows.len() as u64);
            assert_eq!(window.grid.columns.len(), all.columns.len());
            looked += want.len();
        }
        let headless = replay.statements(&[statement], 0..0).await.unwrap();
        assert!(headless.iter().all(|(_, event)| match &event.payload {
            Payload::ResponsePage(page) => page.body.is_empty(),
            _ => true,
        }));
    }
    assert!(looked > 5, "{looked} rows");
    let none = replay.rows(history::statement_id(1, 1), 77, 0..5).await;
    assert!(none.unwrap().is_none());
}

#[tokio::test]
async fn the_list_of_sessions_goes_on_where_a_page_ended() {
    let world = World::with(|_, length| length / 2).await;
    let list = async |limit: usize, after: Option<Cursor>| {
        let filter = SessionFilter {
            limit: Some(limit),
            after,
            ..SessionFilter::default()
        };
        let answer = world.engine.sessions(&auditor(), &filter).await.unwrap();
        answer.rows().unwrap()
    };
    let whole = list(1_000, None).await;
    assert!(whole.row_count > 2 && Cursor::after(&whole).is_none());
    for limit in [1, 2, whole.row_count] {
        let (mut rows, mut after) = (Vec::new(), None);
        loop {
            let page = list(limit, after).await;
            after = Cursor::after(&page);
            rows.extend(page.rows);
            if after.is_none() {
                break;
            }
        }
        assert_eq!(rows, whole.rows, "by {limit}");
    }
    // A session that begins meanwhile is before every page.
    let first = list(1, None).await;
    let after = Cursor::after(&first);
    let rest = list(1_000, after).await;
    let mut newer = history::retold(&history::events(), 2).split_off(history::events().len());
    newer
        .iter_mut()
        .for_each(|event| event.time.0 += 3_600_000_000_000);
    for event in newer {
        let record = super::world::record(&event);
        let journal: &dyn journal::Journal = &world.journal;
        journal
            .append(history::topic(&event), record)
            .await
            .unwrap();
    }
    assert!(list(1_000, None).await.row_count > whole.row_count);
    assert_eq!(list(1_000, after).await.rows, rest.rows);
}
