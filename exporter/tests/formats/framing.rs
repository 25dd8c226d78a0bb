//! Syslog's frames and headers, read by a parser that its author did not write, over the texts that are awkward for somebody.

use std::io::Read as _;
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};

use exporter::plan::{Planned, Record};
use exporter::sink::Receipt;
use exporter::{Config, Format};
use serde_json::json;

use crate::oracles::{ask, nasty, texts};

/// Records a connection.
const BATCH: usize = 200;

/// A port, and what came over each connection to it, once it was closed.
fn listener() -> (u16, Receiver<Vec<u8>>) {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = socket.local_addr().unwrap().port();
    let (got, all) = channel();
    std::thread::spawn(move || {
        for mut stream in socket.incoming().flatten() {
            let mut said = Vec::new();
            stream.read_to_end(&mut said).unwrap();
            if got.send(said).is_err() {
                return;
            }
        }
    });
    (port, all)
}

fn expected(record: &Record) -> serde_json::Value {
    json!({
        "id": record.id(), "class": record.class.to_string(),
        "partition": record.position.partition.to_string(), "offset": record.position.offset.0.to_string(),
        "text": std::str::from_utf8(&record.bytes).unwrap(),
    })
}

#[tokio::test]
async fn another_parser_reads_every_syslog_message_as_it_was_meant() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (port, all) = listener();
    let (mut cases, mut count) = (String::new(), 0);
    for format in [Format::Cef, Format::Leef, Format::CloudEvents] {
        let text = format!(
            "[[sink]]\nname = 'syslog'\nformat = '{}'\nrecord_bytes = '16 KiB'\n\
             to.syslog.address = '127.0.0.1:{port}'\nto.syslog.encrypted = false\n",
            format.name()
        );
        let config: Config = toml::from_str(&text).unwrap();
        let outlet = config.outlets().unwrap().remove(0);
        let items = texts().into_iter().zip(0..);
        let items: Vec<_> = items
            .flat_map(|(text, number)| nasty(&text, number).map(|(item, _)| item))
            .collect();
        let records = outlet.plan.batch(&items).into_iter().flat_map(|planned| {
            let Planned::Records(records) = planned else {
                panic!("{planned:?}");
            };
            records
        });
        let records: Vec<Record> = records.collect();
        assert!(
            records.iter().any(|record| record.part.is_some()),
            "nothing is split"
        );
        for batch in records.chunks(BATCH) {
            let receipt = outlet.sink.send(batch).await.unwrap();
            assert_eq!(receipt, Receipt::default());
            let stream = hex::encode(all.recv().unwrap());
            let expected: Vec<_> = batch.iter().map(expected).collect();
            cases.push_str(&json!({"stream": stream, "expected": expected}).to_string());
            cases.push('\n');
            count += batch.len();
        }
    }
    let said = ask("frames.py", &cases);
    assert!(
        said.contains(&format!("{count} messages, 0 faults")),
        "{said}"
    );
}
