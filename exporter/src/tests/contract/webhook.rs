//! A webhook's contract, and its signatures, checked by an implementation that is not firn's: Python's `hmac`.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::server::Server;
use super::{holds, records};

/// What `tests/export/signed.py` says of requests as they came over the wire.
fn checked(requests: &[Value], key: &str) -> Result<String, String> {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/export/signed.py");
    let mut asked = Command::new("python3")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = requests.iter().map(|request| format!("{request}\n"));
    let text = json!({"key": key}).to_string() + "\n" + &lines.collect::<String>();
    let mut input = asked.stdin.take().unwrap();
    input.write_all(text.as_bytes()).unwrap();
    drop(input);
    let output = asked.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        Ok(said)
    } else {
        Err(said)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_signed_as_it_is_sent_compressed_or_not() {
    for compression in ["none", "gzip"] {
        let server = Server::start().await;
        let to = format!(
            "compression = '{compression}'\nto.webhook.secret.file = '@key@'\nto.webhook.url = '@url@/hook'"
        );
        holds(&server.stand("webhook", &to)).await;
        let (signed, key) = server.signed();
        assert!(signed.len() >= 3, "a probe and two batches: {signed:?}");
        let said = checked(&signed, key).unwrap();
        assert!(
            said.contains(&format!("{} signatures that hold", signed.len())),
            "{said}"
        );
        let is_packed = |one: &Value| one["body"].as_str().unwrap().starts_with("1f8b");
        assert_eq!(signed.iter().all(is_packed), compression == "gzip");
        // Each wrong twin is refused.
        for (field, wrong) in [
            ("body", "00".to_owned()),
            ("id", "firn_another".to_owned()),
            ("timestamp", "1".to_owned()),
        ] {
            let mut twin = signed[0].clone();
            twin[field] = json!(wrong);
            assert!(checked(&[twin], key).is_err(), "{field}");
        }
        assert!(checked(&signed[..1], "another key of more than twenty-four bytes").is_err());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_is_sent_again_has_the_id_it_had() {
    let server = Server::start().await;
    let to = "to.webhook.secret.file = '@key@'\nto.webhook.url = '@url@/hook'";
    let stand = server.stand("webhook", to);
    let (sink, records) = (super::Stand::sink(&stand), records(6, 10));
    for batch in [&records[..3], &records[..3], &records[3..]] {
        sink.send(batch).await.unwrap();
    }
    let (signed, _) = server.signed();
    let ids: Vec<&str> = signed
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids[0], ids[1]);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 2, "{ids:?}");
}
