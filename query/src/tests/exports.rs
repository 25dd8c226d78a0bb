//! View `exports`: what is kept of sinks beside what the archive has.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use event::TimeNs;
use serde_json::{Value, json};

use super::world::{World, auditor, lanes};
use crate::{Auditor, Config, Exports, ExportsError, Hour, Query, Sees, Standing};

const HOUR_NS: i64 = 3_600_000_000_000;

/// What a test says is kept; none is a store that does not answer.
struct Said(Option<Vec<Standing>>);

#[async_trait]
impl Exports for Said {
    async fn standings(&self) -> Result<Vec<Standing>, ExportsError> {
        let away = || ExportsError("the store is away".to_owned());
        self.0.clone().ok_or_else(away)
    }
}

/// A sink that took everything of each partition, and one that took nothing yet of the first.
fn standings() -> Vec<Standing> {
    let mut all = Vec::new();
    for (partition, events) in lanes() {
        let mut hours: BTreeMap<i64, Hour> = BTreeMap::new();
        for (_, event) in &events {
            let TimeNs(time) = event.time;
            let hour = hours.entry(time.div_euclid(HOUR_NS)).or_default();
            hour.produced += 1;
            hour.acknowledged += 1;
            hour.sent += 1;
        }
        // A statement ended in each of them, one was not wanted, one was refused.
        for hour in hours.values_mut() {
            hour.produced += 3;
            hour.statements += 1;
            hour.acknowledged += 1;
            hour.filtered += 1;
            hour.dead += 1;
            // What was refused was tried twice.
            hour.sent += 3;
        }
        all.push(Standing {
            sink: "siem".to_owned(),
            partition: partition.to_string(),
            next: events.len() as u64,
            epoch: 3,
            dead_letters: 2,
            hours,
        });
    }
    let nothing = Standing {
        sink: "idle".to_owned(),
        next: 0,
        epoch: 1,
        dead_letters: 0,
        hours: BTreeMap::new(),
        ..all[0].clone()
    };
    all.push(nothing);
    all
}

async fn world(kept: Option<Vec<Standing>>) -> World {
    let exports = Arc::new(Said(kept));
    // Half of each lane archived.
    World::exporting(|_, length| length / 2, Config::default(), Some(exports)).await
}

#[tokio::test]
async fn each_hour_of_each_partition_is_a_row_with_its_sums() {
    let kept = standings();
    let world = world(Some(kept.clone())).await;
    let sql = "select count(*) = count(distinct concat(cast(hour as varchar), partition)) as apart, sum(produced), sum(statements), sum(sent), sum(acknowledged), sum(filtered), sum(dead), \
               min(dead_letters), min(epoch), sum(produced - filtered - acknowledged - dead) as rest from exports where sink = 'siem'";
    let hours = || kept.iter().flat_map(|standing| standing.hours.values());
    let sum = |of: fn(&Hour) -> u64| hours().map(of).sum::<u64>();
    let (acknowledged, dead) = (sum(|hour| hour.acknowledged), sum(|hour| hour.dead));
    let want = [
        sum(|hour| hour.produced),
        sum(|hour| hour.statements),
        sum(|hour| hour.sent),
        acknowledged,
        sum(|hour| hour.filtered),
        dead,
        2,
        3,
        0,
    ];
    let answer = world.engine.query(&auditor(), &Query::new(sql)).await;
    let rows = answer.unwrap().rows().unwrap().rows;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0][0], true, "{rows:?}");
    let told: Vec<u64> = rows[0][1..].iter().filter_map(Value::as_u64).collect();
    assert_eq!(told, want, "{rows:?}");
}

#[tokio::test]
async fn a_partition_of_which_nothing_is_counted_has_its_cursor() {
    let world = world(Some(standings())).await;
    let sql = "select hour, produced, archived, sent, cursor, behind, journal_end = cursor + behind as far, epoch, dead_letters \
               from exports where sink = 'idle'";
    let answer = world.engine.query(&auditor(), &Query::new(sql)).await;
    let rows = answer.unwrap().rows().unwrap().rows;
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert!(rows[0][..4].iter().all(Value::is_null), "{rows:?}");
    assert_eq!(rows[0][4], 0, "{rows:?}");
    assert!(rows[0][5].as_u64() > Some(0), "{rows:?}");
    assert_eq!(rows[0][6..], [json!(true), json!(1), json!(0)], "{rows:?}");
}

#[tokio::test]
async fn what_is_archived_is_counted_in_the_archive() {
    let world = world(Some(standings())).await;
    // Lanes begin at 0 and are dense: the archive has as many events of one as it reaches.
    let sql = "select sum(told) = sum(there) as equal, sum(told) > 10 as some from \
               (select sum(archived) as told, max(archived_to) as there from exports where sink = 'siem' group by partition) lanes";
    let answer = world.engine.query(&auditor(), &Query::new(sql)).await;
    let rows = answer.unwrap().rows().unwrap().rows;
    assert_eq!(rows, [[json!(true), json!(true)]]);
}

#[tokio::test]
async fn a_store_that_is_away_is_no_empty_table() {
    let world = world(None).await;
    let told = world.table("select * from exports").await;
    assert!(told.contains("the store is away"), "{told}");
    // Nothing else needs it.
    let told = world.table("select count(*) from statements").await;
    assert!(!told.contains("error"), "{told}");
}

#[tokio::test]
async fn who_may_not_see_readers_sees_no_counts_of_all_events() {
    let world = world(Some(standings())).await;
    let observed = Auditor {
        sees: Sees::Unobserved,
        ..auditor()
    };
    for name in [
        "exports",
        "export_hours",
        "archived_hours",
        "archived_events",
    ] {
        let sql = format!("select * from {name}");
        let answer = world.engine.query(&observed, &Query::new(sql)).await;
        assert_eq!(answer.unwrap().row_count(), 0, "{name}");
    }
}
