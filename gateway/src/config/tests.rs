//! The gateway's section: what reads, what is refused, what an account names.

use std::time::Duration;

use super::{Audit, Auth, Config, ConfigError, HumanDuration, RecordRows};

const GOOD: &str = r#"
listen = "127.0.0.1:0"
sealing = [{ id = "a", env = "FIRN_SEAL" }]

[connections.main]
upstream = "https://acct.snowflakecomputing.com"
account = "acct"
user = "FIRN"
auth = { key_pair = { file = "/etc/firn/key.pem" } }
groups = ["agents"]
session_max = "1h 30m"
audit = "best_effort"
"#;

fn parse(text: &str) -> Result<Config, String> {
    toml::from_str(text).map_err(|error| error.to_string())
}

#[test]
fn a_good_section_reads() {
    let config = parse(GOOD).expect("parses");
    assert_eq!(config.check(), Ok(()));
    let (name, connection) = config.connection("MAIN").expect("by name");
    assert_eq!(name, "main");
    assert!(matches!(connection.auth, Auth::KeyPair(_)));
    assert_eq!(connection.session_max.0.as_secs(), 5400);
    assert_eq!(connection.audit, Audit::BestEffort);
    assert!(config.connection("anything").is_some(), "the only one");
}

#[test]
fn without_an_address_drivers_connect_where_the_documents_say() {
    let silent = GOOD.replace("listen = \"127.0.0.1:0\"\n", "");
    let config = parse(&silent).expect("parses");
    assert_eq!(config.listen.to_string(), "127.0.0.1:8085");
}

#[test]
fn durations_are_shown_as_they_are_written() {
    for (seconds, text) in [(300, "5m"), (5400, "1h 30m")] {
        let duration = HumanDuration(Duration::from_secs(seconds));
        assert_eq!(format!("{duration} {duration:?}"), format!("{text} {text}"));
    }
}

#[test]
fn unknown_keys_are_refused_everywhere() {
    for (at, wrong) in [
        ("listen =", "lisen = 1\nlisten ="),
        ("id = \"a\"", "id = \"a\", key = \"x\""),
        ("groups =", "group = []\ngroups ="),
        ("file =", "path = \"x\", file ="),
        ("key_pair", "keypair"),
    ] {
        assert!(parse(&GOOD.replacen(at, wrong, 1)).is_err(), "{wrong}");
    }
}

#[test]
fn what_would_be_unsafe_or_ambiguous_is_refused() {
    let open = GOOD.replace("127.0.0.1:0", "0.0.0.0:443");
    for (text, error) in [
        (
            open.clone(),
            Some(ConfigError::Plain("0.0.0.0:443".parse().expect("address"))),
        ),
        (format!("danger_plain_http = true\n{open}"), None),
        (
            GOOD.replace("https://acct", "http://acct"),
            Some(ConfigError::PlainUpstream("main".to_owned())),
        ),
        (
            GOOD.replace("https://acct.snowflakecomputing.com", "http://127.0.0.1:8"),
            None,
        ),
        (
            GOOD.replace("computing.com", "computing.com/x?y=1"),
            Some(ConfigError::Upstream {
                name: "main".to_owned(),
                url: "https://acct.snowflakecomputing.com/x?y=1".to_owned(),
            }),
        ),
        (
            GOOD.replace("[{ id = \"a\", env = \"FIRN_SEAL\" }]", "[]"),
            Some(ConfigError::NoKeys),
        ),
    ] {
        let config = parse(&text).expect("parses");
        assert_eq!(config.check().err(), error, "{text}");
    }
}

#[test]
fn an_account_two_connections_share_names_neither() {
    let second = GOOD.split("[connections.main]").nth(1).expect("a part");
    let config = parse(&format!("{GOOD}\n[connections.other]{second}")).expect("parses");
    assert_eq!(config.check(), Ok(()));
    assert!(config.connection("acct").is_none());
    assert!(config.connection("nobody").is_none());
    assert_eq!(
        config.connection("Other").map(|found| found.0),
        Some("other")
    );
}

#[test]
fn how_much_is_recorded_is_a_word_or_a_number() {
    let with = |value: &str| {
        let config = parse(&format!("{GOOD}record_rows = {value}\n"))?;
        let (_, connection) = config.connection("main").ok_or("no connection")?;
        Ok::<_, String>(connection.record_rows)
    };
    for (value, rows) in [
        ("\"full\"", RecordRows::Full),
        ("1000", RecordRows::First(1000)),
        ("0", RecordRows::First(0)),
    ] {
        assert_eq!(with(value), Ok(rows), "{value}");
    }
    for wrong in ["-1", "\"first\"", "\"1000\"", "1.5", "true", "[]"] {
        let error = with(wrong).expect_err(wrong);
        assert!(error.contains("0 keeps digests only"), "{wrong}: {error}");
    }
    let config = parse(GOOD).expect("parses");
    let (_, connection) = config.connection("main").expect("by name");
    assert_eq!(
        connection.record_rows,
        RecordRows::Full,
        "unless it says less"
    );
}
