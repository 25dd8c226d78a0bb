//! What configuration files are taken, and how a wrong one is refused.

use std::path::{Path, PathBuf};

use super::{Config, ConfigError, JournalConfig};

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
    assert!(matches!(config.journal, JournalConfig::Kafka(kafka) if kafka.options.len() == 3));
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
