//! What configuration files are taken, and how a wrong one is refused.

use std::path::{Path, PathBuf};

use super::{Config, ConfigError, JournalConfig};

mod hints;

fn deploy(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("deploy")
        .join(file)
}

#[test]
fn the_example_is_taken_and_its_files_are_found() {
    let config = Config::load(&deploy("example.toml")).unwrap();
    let policy = config.policy.unwrap();
    assert!(policy.folder.is_dir() && policy.catalog.iter().all(|file| file.is_file()));
}

#[test]
fn the_kafka_part_of_the_example_is_taken_too() {
    let text = std::fs::read_to_string(deploy("example.toml")).unwrap();
    let (_, kafka) = text.split_once("# With Kafka instead:\n").unwrap();
    let kafka: String = kafka
        .lines()
        .map_while(|line| line.strip_prefix("# "))
        .map(|line| format!("{line}\n"))
        .collect();
    let config = Config::parse(&kafka, Path::new("example.toml")).unwrap();
    assert!(matches!(config.journal, JournalConfig::Kafka(kafka) if kafka.options.len() == 4));
}

#[test]
fn the_sinks_of_the_example_are_taken_too() {
    let text = std::fs::read_to_string(deploy("example.toml")).unwrap();
    let (_, sinks) = text
        .split_once("# Sinks, an example of each kind:\n")
        .unwrap();
    let sinks: String = sinks
        .lines()
        .map_while(|line| line.strip_prefix('#'))
        .map(|line| format!("{}\n", line.trim_start()))
        .collect();
    let config = Config::parse(&sinks, Path::new("example.toml")).unwrap();
    assert_eq!(config.export.sink.len(), 10);
    let twin = sinks.replacen("https://elastic", "http://elastic", 1);
    let refused = Config::parse(&twin, Path::new("example.toml")).unwrap_err();
    let said = refused.to_string();
    assert!(
        said.contains("elastic") && said.contains("in clear"),
        "{said}"
    );
}

#[test]
fn the_compose_file_has_a_configuration_that_is_taken() {
    let config = Config::load(&deploy("compose/firn.toml")).unwrap();
    assert!(config.gateway.is_some());
}

#[test]
fn a_wrong_key_is_refused_with_its_line() {
    let text = std::fs::read_to_string(deploy("example.toml")).unwrap();
    for (right, wrong) in [
        ("max_batch_age =", "max_batch_aeg ="),
        ("[query]", "[querry]"),
        ("audit = \"required\"", "audti = \"required\""),
        ("groups_claim =", "group_claim ="),
        ("deadline =", "dead_line ="),
    ] {
        let twin = text.replacen(right, wrong, 1);
        assert_ne!(twin, text, "{right}");
        let refused = Config::parse(&twin, Path::new("firn.toml"));
        let Err(ConfigError::Parse { detail, .. }) = refused else {
            panic!("{wrong} was taken: {refused:?}");
        };
        let name = wrong.trim_matches(['[', ']']).split(' ').next().unwrap();
        assert!(
            detail.contains(name) && detail.contains("line"),
            "{wrong}: {detail}"
        );
    }
}

/// Sections and the keys that a wrong one is told to choose from: serde's own list, so none can be forgotten.
#[test]
fn the_example_names_every_key() {
    let text = std::fs::read_to_string(deploy("example.toml")).unwrap();
    let key = "# zz = 1\n";
    for section in [
        "",
        "[gateway]",
        "[gateway.connections.shop]",
        "[journal]",
        "[archive]",
        "[recorder]",
        "[retention]",
        "[retention.connections.shop]",
        "[query]",
        "[console]",
        "[oidc]",
        "[[oidc.issuers]]",
        "[policy]",
        "[masking]",
        "[producer]",
        "[telemetry]",
        "[development]",
        "[export]",
        "[[export.sink]]",
        "[[export.sink]]\n[export.sink.ask]",
        "[[export.sink]]\n[export.sink.to.file]",
        "[[export.sink]]\n[export.sink.to.webhook]",
        "[[export.sink]]\n[export.sink.to.elasticsearch]",
        "[[export.sink]]\n[export.sink.to.elasticsearch.login]",
        "[[export.sink]]\n[export.sink.to.splunk]",
        "[[export.sink]]\n[export.sink.to.otlp]",
        "[[export.sink]]\n[export.sink.to.syslog]",
        "[[export.sink]]\n[export.sink.to.kafka]",
        "[[export.sink]]\n[export.sink.to.lake]",
        "[[export.sink]]\n[export.sink.to.sentinel]",
        "[[export.sink]]\n[export.sink.to.secops]",
        "[detections]",
    ] {
        let probe = format!("{section}\n{}", key.trim_start_matches("# "));
        let refused = Config::parse(&probe, Path::new("probe.toml")).unwrap_err();
        let said = refused.to_string();
        let (_, expected) = said
            .split_once("expected")
            .unwrap_or_else(|| panic!("{section}: {said}"));
        let names: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "{section}: {said}");
        for name in names {
            let written = [format!("{name} = "), format!("[{name}"), format!(".{name}")];
            assert!(
                written.iter().any(|form| text.contains(form.as_str())),
                "deploy/example.toml does not show {section} {name}"
            );
        }
    }
}

#[test]
fn a_wrong_value_is_refused_with_its_line() {
    let text = std::fs::read_to_string(deploy("example.toml")).unwrap();
    for (right, wrong, said) in [
        (
            "max_batch_age = \"5s\"",
            "max_batch_age = 5",
            "max_batch_age",
        ),
        (
            "session_max = \"8h\"",
            "session_max = \"long\"",
            "session_max",
        ),
        ("kind = \"embedded\"", "kind = \"pulsar\"", "kafka"),
        (
            "kind = \"embedded\"",
            "kind = \"embedded\"\nbrokers = \"k:9092\"",
            "`brokers` belongs",
        ),
        (
            "kind = \"embedded\"",
            "kind = \"kafka\"",
            "belongs to kind = \"embedded\"",
        ),
        ("partitions = 6", "partition = 6", "partition"),
        ("partitions = 6", "partitions = \"6\"", "partitions"),
    ] {
        let twin = text.replacen(right, wrong, 1);
        assert_ne!(twin, text, "{right}");
        let refused = Config::parse(&twin, Path::new("firn.toml")).unwrap_err();
        let refused = refused.to_string();
        assert!(
            refused.contains("firn.toml") && refused.contains("line") && refused.contains(said),
            "{wrong}: {refused}"
        );
    }
}

#[test]
fn what_is_well_formed_but_unsafe_is_refused_with_file_and_line() {
    let text = std::fs::read_to_string(deploy("example.toml")).unwrap();
    let development = format!("{text}\n[development]\nissuer = \"0.0.0.0:8087\"\n");
    for (twin, key, said) in [
        (
            text.replace("127.0.0.1:8085", "0.0.0.0:8085"),
            "listen = \"0.0.0.0:8085\"",
            "[gateway]",
        ),
        (
            text.replace("127.0.0.1:8086", "[::]:8086"),
            "listen = \"[::]:8086\"",
            "[query]",
        ),
        (
            text.replace("deadline = \"3s\"", "deadline = \"9s\""),
            "deadline = \"9s\"",
            "[producer]",
        ),
        (
            text.replace("https://myorg", "http://myorg"),
            "upstream = \"http://myorg",
            "must be https",
        ),
        (development, "issuer = \"0.0.0.0:8087\"", "[development]"),
        (
            text.replace("url = \"firn-data/archive\"", "url = \"gs://bucket/firn\""),
            "url = \"gs://bucket/firn\"",
            "\"gs\" is not supported",
        ),
        (
            text.replace(
                "url = \"firn-data/archive\"",
                "url = \"firn-data/archive\"\nobject_lock = { mode = \"compliance\", days = 365 }",
            ),
            "object_lock = { mode",
            "a folder cannot lock",
        ),
        (
            text.replace("keep_replaced = \"24h\"", "keep_replaced = \"30d\""),
            "keep_replaced = \"30d\"",
            "[recorder] keep_replaced must be",
        ),
        (
            text.replace("max_memory = \"512MiB\"", "max_memory = \"1MiB\""),
            "max_memory = \"1MiB\"",
            "[recorder] max_memory",
        ),
        (
            text.replace("max_batch_age = \"5s\"", "max_batch_age = \"0s\""),
            "max_batch_age = \"0s\"",
            "[recorder] max_batch_age",
        ),
    ] {
        let line = twin.lines().position(|line| line.starts_with(key)).unwrap() + 1;
        let refused = Config::parse(&twin, Path::new("firn.toml")).unwrap_err();
        let refused = refused.to_string();
        assert!(
            refused.contains(&format!("firn.toml:{line}: ")) && refused.contains(said),
            "{key} at line {line}: {refused}"
        );
    }
}

#[test]
fn the_api_beyond_loopback_needs_tls_or_the_dangerous_word() {
    let parse = |more: &str| {
        let text = format!("[query]\nlisten = \"10.0.0.1:8086\"\n{more}\n");
        Config::parse(&text, Path::new("firn.toml")).map(|_| ())
    };
    let refused = parse("").unwrap_err().to_string();
    assert!(
        refused.contains("tls") && refused.contains("danger_plain_http"),
        "{refused}"
    );
    parse("danger_plain_http = true").unwrap();
    parse("tls = { cert = \"a\", key = \"b\" }").unwrap();
}

#[test]
fn relative_paths_are_relative_to_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("firn.toml");
    let text = r#"
        data = "d"
        journal = { kind = "kafka", brokers = "k:1", secrets = { "sasl.password" = { file = "p" } } }
        archive = { url = "a" }
        masking = { key = { file = "m" }, rules = "r" }
        policy = { folder = "f", catalog = ["c"] }
        query = { tls = { cert = "qc", key = "qk" } }
        [gateway]
        tls = { cert = "gc", key = "gk" }
        upstream_ca = "u"
        sealing = [{ id = "1", file = "s" }]
        connections = { x = { upstream = "https://x", account = "x", user = "x", auth = { pat = { file = "t" } } } }
    "#;
    std::fs::write(&file, text).unwrap();
    let config = format!("{:?}", Config::load(&file).unwrap());
    for name in [
        "d", "p", "m", "r", "f", "c", "qc", "qk", "gc", "gk", "u", "s", "t",
    ] {
        let anchored = format!("{:?}", folder.path().join(name));
        assert!(config.contains(&anchored), "{name}: {config}");
    }
    let archive = Config::load(&file).unwrap().archive().url;
    assert_eq!(archive, folder.path().join("a").display().to_string());
    std::fs::write(&file, "archive = { url = \"s3://bucket/a\" }").unwrap();
    assert_eq!(Config::load(&file).unwrap().archive().url, "s3://bucket/a");
}

#[test]
fn a_missing_file_says_what_to_do() {
    let error = Config::load(Path::new("/nowhere/firn.toml"))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("--config") && error.contains("example.toml"),
        "{error}"
    );
}

#[test]
fn the_chart_has_a_configuration_that_is_taken() {
    let text = std::fs::read_to_string(deploy("helm/firn/values.yaml")).unwrap();
    let (_, block) = text.split_once("\nconfig: |\n").unwrap();
    let lines = block.lines();
    let lines = lines.take_while(|line| line.is_empty() || line.starts_with("  "));
    let config: String = lines
        .map(|line| format!("{}\n", line.trim_start_matches("  ")))
        .collect();
    let config = Config::parse(&config, Path::new("values.yaml")).unwrap();
    let port = |name: &str| {
        let (_, ports) = text.split_once("\nports:\n").unwrap();
        let line = ports.lines().find(|line| line.contains(name)).unwrap();
        let (_, port) = line.split_once(": ").unwrap();
        port.parse::<u16>().unwrap()
    };
    // Probes and services use these.
    assert_eq!(config.gateway.unwrap().listen.port(), port("gateway"));
    assert_eq!(config.query.listen.port(), port("api"));
    assert_eq!(config.telemetry.listen.unwrap().port(), port("telemetry"));
}
