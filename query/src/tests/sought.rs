//! Each value that is looked for is recorded by its tokens, whatever becomes of the query, and an hour has so many; what met it is told a page
//! at a time.

use std::collections::BTreeMap;
use std::sync::Arc;

use archive::{Archive, ArchiveConfig};
use event::{Event, Payload, TimeNs, decode};
use journal::Journal as _;
use journal::clock::ManualClock;
use journal::emit::topic_of;
use journal::memory::{Fault, Memory};
use serde_json::json;
use tempfile::TempDir;

use super::reading::{api, queried, send};
use super::world::{World, auditor, engine, record};
use crate::limits::SOUGHT_PER_HOUR_MAX;
use crate::{Auditor, Config, Engine, FindCursor, FindRequest, Query, QueryError, Rows, Sees};

/// What the journal says was looked for, sorted.
fn told(world: &World) -> Vec<String> {
    let records = world.journal.all();
    let events = records
        .iter()
        .filter_map(|record| decode(&record.value).ok());
    let listed = events.filter_map(|event| match event.payload {
        Payload::AuditorListed(listed) => Some(listed.what),
        _ => None,
    });
    let mut told: Vec<String> = listed.filter(|what| what.starts_with("value ")).collect();
    told.sort();
    told
}

#[tokio::test]
async fn each_value_is_recorded_by_its_tokens() {
    let world = World::with(|_, _| 0).await;
    for sql in [
        "select 1",
        "select * from seen('abc')",
        "select nope from seen('abcd') a join seen('ab', 'email') b on true",
        "select * from seen('abcde",
    ] {
        world.table(sql).await;
    }
    let want = [
        "value 0000000000000002",
        "value 0000000000000003",
        "value 0000000000000004",
    ];
    assert_eq!(told(&world), want);
    assert_eq!(queried(&world).len(), 4);
    world.journal.set_fault(Fault::Refuse);
    let sought = Query::new("select * from seen('abcdef')");
    let withheld = world.engine.query(&auditor(), &sought).await;
    assert!(matches!(withheld, Err(QueryError::Unrecorded(_))));
}

#[tokio::test]
async fn who_waits_for_others_that_look_has_the_time_of_any_query() {
    let config = Config {
        timeout_ms: 300,
        ..Config::default()
    };
    let world = World::configured(|_, _| 0, config).await;
    let _looks = world.engine.looks().await;
    let sought = Query::new("select * from seen('abc')");
    let late = world.engine.query(&auditor(), &sought).await;
    assert!(matches!(late, Err(QueryError::Timeout { .. })));
    assert_eq!(told(&world), [""; 0]);
}

#[tokio::test]
async fn an_hour_has_so_many_values_for_each_auditor() {
    let world = World::with(|_, _| 0).await;
    // Wherever they stand, it is they that are asked for.
    let ask = async |who: &Auditor, count: u64| {
        let sql = format!(
            "select 1 /*{}*/",
            " seen('x')".repeat(usize::try_from(count).unwrap())
        );
        let answer = world.engine.query(who, &Query::new(sql)).await;
        answer.map(drop)
    };
    let alma = auditor();
    ask(&alma, SOUGHT_PER_HOUR_MAX - 1).await.unwrap();
    let refused = ask(&alma, 2).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "one auditor may look for 120 values within an hour: 119 were looked for, and this query has 2"
    );
    let last = queried(&world).pop().unwrap();
    assert_eq!(last.error, Some(refused.to_string()));
    ask(&alma, 1).await.unwrap();
    assert!(ask(&alma, 1).await.is_err());
    ask(&alma, 0).await.unwrap();
    // Also who may not see who reads; others have an hour of their own.
    let unseeing = Auditor {
        sees: Sees::Unobserved,
        ..auditor()
    };
    assert!(ask(&unseeing, 1).await.is_err());
    let mut other = auditor();
    other.principal.subject = "o'neil%".to_owned();
    ask(&other, 1).await.unwrap();
    world.clock.advance(3_601_000_000_000);
    ask(&alma, 1).await.unwrap();
    assert_eq!(told(&world).len() as u64, SOUGHT_PER_HOUR_MAX + 2);
}

/// A drawn history whose statements met values of few tokens, none of it archived.
async fn met(folder: &TempDir) -> (Engine, Memory, Vec<Event>) {
    let next = |state: &u32| Some(state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
    let states = std::iter::successors(Some(3_u32), next).take(3_000);
    let choices: Vec<u8> = states.map(|state| (state >> 24) as u8).collect();
    let archive = ArchiveConfig {
        url: folder.path().display().to_string(),
        options: BTreeMap::new(),
        object_lock: None,
    };
    let archive = Archive::open(&archive).await.unwrap();
    let journal = Memory::new(1, 1_000_000);
    let events: Vec<Event> = history::drawn(&choices)
        .into_iter()
        .map(|(_, event)| event)
        .collect();
    append(&journal, &events).await;
    let clock = Arc::new(ManualClock::at(TimeNs(1_772_370_000_000_000_000)));
    let shared = Arc::new(journal.clone());
    let engine = engine(&archive, shared, (clock, Config::default(), None)).await;
    (engine, journal, events)
}

async fn append(journal: &Memory, events: &[Event]) {
    for event in events {
        let appended = journal.append(topic_of(event.kind()), record(event));
        appended.await.unwrap();
    }
}

/// The token 0: the tests' finder makes tokens of lengths.
fn nothing(limit: usize, after: Option<FindCursor>) -> FindRequest {
    FindRequest {
        value: String::new(),
        class: None,
        since: None,
        until: None,
        limit: Some(limit),
        after,
    }
}

#[tokio::test]
async fn what_met_a_value_goes_on_where_a_page_ended() {
    let folder = TempDir::new().unwrap();
    let (engine, journal, events) = met(&folder).await;
    let list = async |limit: usize, after: Option<FindCursor>| {
        let answer = engine.find(&auditor(), &nothing(limit, after)).await;
        answer.unwrap().rows().unwrap()
    };
    let whole = list(1_000, None).await;
    assert!(whole.row_count > 6, "{} rows", whole.row_count);
    assert_eq!(FindCursor::after(&whole), None);
    for limit in [3, 7, whole.row_count] {
        let (mut rows, mut after) = (Vec::new(), None);
        loop {
            let page = list(limit, after).await;
            after = FindCursor::after(&page);
            rows.extend(page.rows);
            if after.is_none() {
                break;
            }
        }
        assert_eq!(rows, whole.rows, "by {limit}");
    }
    // What meets it later is before every page.
    let after = FindCursor::after(&list(2, None).await);
    assert!(after.is_some());
    let rest = list(1_000, after.clone()).await;
    assert_eq!(rest.rows, whole.rows[2..]);
    let mut newer = history::retelling(&events, 1);
    newer
        .iter_mut()
        .for_each(|event| event.time.0 += 3_600_000_000_000);
    append(&journal, &newer).await;
    assert_eq!(list(1_000, None).await.row_count, 2 * whole.row_count);
    assert_eq!(list(1_000, after).await.rows, rest.rows);
    engine.close().await;
}

#[tokio::test]
async fn the_api_tells_what_met_a_value_by_pages_to_who_may_read() {
    let folder = TempDir::new().unwrap();
    let (engine, _journal, _) = met(&folder).await;
    let api = api(&engine);
    let ask = async |token: &str, body: serde_json::Value| {
        let (status, _, body) = send(&api, Some(token), "/api/find", Some(body)).await;
        (status.as_u16(), body)
    };
    let first = json!({"value": "", "limit": 2});
    assert_eq!(ask("known", first.clone()).await.0, 403);
    let (status, body) = ask("good", first).await;
    assert_eq!(status, 200, "{body}");
    let page: Rows = serde_json::from_str(&body).unwrap();
    let next = page.next.unwrap();
    let on = json!({"value": "", "limit": 1_000, "after": next});
    assert_eq!(ask("known", on.clone()).await.0, 403);
    let (status, body) = ask("good", on).await;
    assert_eq!(status, 200, "{body}");
    let rest: Rows = serde_json::from_str(&body).unwrap();
    assert_eq!((rest.next, rest.truncated), (None, false));
    assert!(rest.row_count > 4 && !rest.rows.contains(&page.rows[1]));
    // Whatever is wrong with a body, it may have the value.
    let wrong = json!({"value": "pat@example.org", "after": "2.pat@example.org"});
    let (status, body) = ask("good", wrong).await;
    assert_eq!(status, 422, "{body}");
    assert!(
        body.contains("`after` is `next`") && !body.contains("pat@"),
        "{body}"
    );
    engine.close().await;
}
