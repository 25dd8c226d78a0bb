//! Each value that is looked for is recorded by its tokens, whatever becomes of the query, and an hour has so many.

use event::{Payload, decode};
use journal::memory::Fault;

use super::reading::queried;
use super::world::{World, auditor};
use crate::limits::SOUGHT_PER_HOUR_MAX;
use crate::{Auditor, Config, Query, QueryError, Sees};

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
