//! What every sink holds to, whatever it speaks. Receivers here follow their documents; real ones are in `tests/it/export.rs`.

pub(super) mod server;
mod webhook;

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use event::{SessionId, TimeNs};
use journal::{Offset, Partition, Position, Topic};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::config::Config;
use crate::deliver::{Way, deliver};
use crate::line::Outlet;
use crate::metrics::Meter;
use crate::plan::Record;
use crate::severity::Severity;
use crate::sink::{SendError, Sink};
use server::Server;

/// A receiver as a test sees it.
#[async_trait]
pub trait Stand: Send + Sync {
    /// The sink that sends to it.
    fn sink(&self) -> Arc<dyn Sink>;
    /// What it has, in the order it came.
    async fn got(&self) -> Vec<Value>;
    /// From now on it takes nothing, or takes everything again.
    async fn trouble(&self, on: bool);
    /// Bytes of the longest text it is sent.
    fn longest(&self) -> usize {
        100_000
    }
}

/// Records as JSON, some of them awkward, some with a text of `longest` bytes.
pub fn records(count: usize, longest: usize) -> Vec<Record> {
    let awkward = [
        "plain",
        "a \"quote\", a \\ and a line\nbreak",
        "späte Wörter 雪 🧊",
        "\u{0}\u{1f}\u{7f}\u{2028}",
        "<134>1 - - - - - - no message of its own",
    ];
    let record = |number: usize| {
        let text = match number % 6 {
            5 => "x".repeat(longest),
            other => awkward[other].to_owned(),
        };
        let item = Uuid::from_u128(0x1000 + number as u128);
        let said = json!({"id": item, "number": number, "text": text});
        Record {
            item,
            part: None,
            position: Position {
                partition: Partition {
                    topic: Topic::Events,
                    number: 0,
                },
                offset: Offset(number as u64),
            },
            session: Some(SessionId::from_uuid(Uuid::from_u128(7))),
            time: TimeNs(1_790_000_000_123_456_789 + number as i64),
            class: 6005,
            severity: Severity::Medium,
            bytes: Bytes::from(said.to_string()),
        }
    };
    (0..count).map(record).collect()
}

fn values(records: &[Record]) -> Vec<Value> {
    let each = records.iter();
    each.map(|record| serde_json::from_slice(&record.bytes).unwrap())
        .collect()
}

/// The contract.
pub async fn holds(stand: &dyn Stand) {
    let (sink, records) = (stand.sink(), records(24, stand.longest()));
    sink.probe().await.unwrap();
    let meter = Meter::new("contract");
    let stop = tokio_util::sync::CancellationToken::new();
    // All of it arrives, whole and in order.
    let batch = records[..12].to_vec();
    let refused = deliver(&*sink, batch, &mut Way::default(), &meter, &stop).await;
    assert_eq!(refused.map(|done| done.refused), Some(Vec::new()));
    assert_eq!(stand.got().await, values(&records[..12]));
    // What is not taken is not acknowledged, and no record is at fault.
    stand.trouble(true).await;
    let sent = sink.send(&records[12..]).await;
    match sent {
        Err(SendError::Later { .. }) => {}
        Ok(receipt) => assert_eq!(receipt.again.len(), 12, "{receipt:?}"),
        Err(refused) => panic!("{refused:?}"),
    }
    assert!(sink.probe().await.is_err(), "the trouble is not seen");
    stand.trouble(false).await;
    let batch = records[12..].to_vec();
    let refused = deliver(&*sink, batch, &mut Way::default(), &meter, &stop).await;
    assert_eq!(refused.map(|done| done.refused), Some(Vec::new()));
    let mut got = stand.got().await;
    // A batch that was not acknowledged may have arrived in part.
    got.dedup();
    let mut seen = Vec::new();
    got.retain(|value| {
        !seen.contains(value) && {
            seen.push(value.clone());
            true
        }
    });
    assert_eq!(got, values(&records));
}

/// The one sink that `text` configures.
pub fn sink(text: &str) -> Arc<dyn Sink> {
    Arc::clone(&outlet(text).sink)
}

/// The same with what is sent to it.
fn outlet(text: &str) -> Arc<Outlet> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let config: Config = toml::from_str(text).unwrap();
    let outlets = config.outlets().unwrap();
    Arc::clone(&outlets[0])
}

#[tokio::test(flavor = "multi_thread")]
async fn elasticsearch() {
    let server = Server::start().await;
    let to = "to.elasticsearch.url = '@url@/es?pipeline=p'\nto.elasticsearch.index = 'firn'";
    holds(&server.stand("elasticsearch", to)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn splunk_with_and_without_indexer_acknowledgement() {
    for acknowledge in [false, true] {
        let server = Server::start().await;
        let to = format!(
            "to.splunk.token.file = '@key@'\nto.splunk.url = '@url@'\nto.splunk.index = 'main'\nto.splunk.acknowledge = {acknowledge}"
        );
        holds(&server.stand("splunk", &to)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn otlp() {
    let server = Server::start().await;
    holds(&server.stand("otlp", "to.otlp.url = '@url@/otlp'")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn syslog_over_tcp() {
    holds(&server::listener::Listener::start(None).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn relp_over_tcp() {
    holds(&server::relp::Relp::start().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lake() {
    let folder = tempfile::tempdir().unwrap();
    holds(&server::lake::Folder::new(folder.path())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sentinel() {
    let server = Server::start().await;
    holds(&server::sentinel::stand(&server)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn secops() {
    let server = Server::start().await;
    holds(&server::secops::stand(&server)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_more_than_a_request_takes_is_split_and_never_dropped() {
    let server = Server::start().await;
    let stands: [&dyn Stand; 2] = [
        &server::sentinel::stand(&server),
        &server::secops::stand(&server),
    ];
    for stand in stands {
        // Each text has 50,000 bytes: some megabytes, and a request takes one.
        let mut many = records(6 * 100, 50_000);
        many.retain(|record| record.bytes.len() > 50_000);
        let before = stand.got().await.len();
        let (meter, stop) = (
            Meter::new("split"),
            tokio_util::sync::CancellationToken::new(),
        );
        let sink = stand.sink();
        let refused = deliver(&*sink, many.clone(), &mut Way::default(), &meter, &stop).await;
        assert_eq!(refused.map(|done| done.refused), Some(Vec::new()));
        assert_eq!(stand.got().await[before..], values(&many));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_largest_record_that_is_not_split_fits_a_request() {
    let server = Server::start().await;
    for to in [
        "to.splunk.token.file = '@key@'\nto.splunk.url = '@url@'\nto.splunk.index = 'main'",
        "to.elasticsearch.url = '@url@/es'\nto.elasticsearch.index = 'firn'",
        "to.otlp.url = '@url@/otlp'",
    ] {
        let outlet = outlet(&server.text("siem", to));
        let mut largest = records(1, 0).remove(0);
        largest.bytes = Bytes::from(vec![b'x'; outlet.plan.record_bytes]);
        let most = outlet.sink.request_bytes().unwrap();
        assert!(outlet.sink.size(&largest) <= most, "{to}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_service_refuses_for_one_record_dies_alone() {
    let server = Server::start().await;
    let mut some = records(7, 10);
    // A column takes 64 KiB, and an event is an object.
    some[3].bytes = Bytes::from(json!({"text": "y".repeat(70_000)}).to_string());
    let stand = server::sentinel::stand(&server);
    alone(&stand, &some).await;
    some[3].bytes = Bytes::from_static(b"[\"no event\"]");
    alone(&server::secops::stand(&server), &some).await;
    alone(
        &server::lake::Folder::new(tempfile::tempdir().unwrap().path()),
        &some,
    )
    .await;
}

/// The fourth is refused, the others arrive.
async fn alone(stand: &dyn Stand, records: &[Record]) {
    let before = stand.got().await.len();
    let (meter, stop) = (
        Meter::new("alone"),
        tokio_util::sync::CancellationToken::new(),
    );
    let sink = stand.sink();
    let sent = deliver(&*sink, records.to_vec(), &mut Way::default(), &meter, &stop).await;
    let refused = sent.unwrap().refused;
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert_eq!(refused[0].record, records[3]);
    let others = [&records[..3], &records[4..]].concat();
    assert_eq!(stand.got().await[before..], values(&others));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file() {
    let folder = tempfile::tempdir().unwrap();
    holds(&server::folder::Folder::new(folder.path())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_refuse_are_told_from_those_that_ask_to_wait() {
    let server = Server::start().await;
    let stand = server.stand(
        "elasticsearch",
        "to.elasticsearch.url = '@url@/es'\nto.elasticsearch.index = 'firn'",
    );
    let (sink, records) = (stand.sink(), records(1, 0));
    for (status, refused) in [
        (400, true),
        (413, true),
        (401, false),
        (403, false),
        (404, false),
        (429, false),
        (500, false),
        (503, false),
        (301, false),
    ] {
        server.answer_with(Some(status));
        let answer = sink.send(&records).await.unwrap_err();
        let as_refused = matches!(answer, SendError::Refused { .. });
        assert_eq!(as_refused, refused, "{status}: {answer:?}");
        if let SendError::Later { after, .. } = answer {
            let asked = after.map(|after| after.as_secs());
            assert_eq!(asked, (status == 429).then_some(7), "{status}");
        }
    }
}
