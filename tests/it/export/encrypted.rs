//! Syslog over TLS into VictoriaLogs, beside rsyslog: another library of TLS, another reader of counted octets, and one that can be asked.

use history::retold;

use super::receivers::{Journal, VictoriaLogs};
use super::{RETELLINGS, complete, configuration, reconciled, role, until_done};

/// Where VictoriaLogs has the id that is in the message's structured data.
const FIELD: &str = "firn@32473.id";

#[test]
fn syslog_over_tls_brings_everything_to_a_receiver_that_can_be_asked() {
    let scratch = tempfile::tempdir().expect("folder");
    let scratch = scratch.path();
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]);
    let made = made.expect("certificate");
    let (ca, key) = (scratch.join("ca.pem"), scratch.join("key.pem"));
    std::fs::write(&ca, made.cert.pem()).expect("certificate");
    std::fs::write(&key, made.signing_key.serialize_pem()).expect("key");
    let victorialogs = VictoriaLogs::behind_tls(scratch, &ca, &key);
    let journal = Journal::new("encrypted");
    let events = retold(&history::events(), RETELLINGS);
    journal.hold(&events);
    let sinks = format!(
        "[[export.sink]]\nname = 'encrypted'\ntls.ca = '{}'\nto.syslog.address = 'localhost:{}'\n\
         ask = {{ victorialogs = '{}', field = '{FIELD}', part_field = '{FIELD}' }}\n",
        ca.display(),
        victorialogs.syslog,
        victorialogs.url(),
    );
    let config = configuration(scratch, &journal, &sinks);
    let recorder = role("recorder", &config, scratch);
    let exporter = role("export", &config, scratch);
    until_done(&config, 1);
    exporter.stop();
    recorder.stop();
    let times = victorialogs.times(FIELD);
    assert_eq!(complete("encrypted", &times, &events), 0, "repeats");
    let report = reconciled(&config, "encrypted");
    assert_eq!(report["present"], times.len(), "{report}");
    assert_eq!(report["missing"], 0, "{report}");
    assert_eq!(report["repeats"], 0, "{report}");
}
