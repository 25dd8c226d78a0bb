//! What an error tells people to set exists: every key that a text of any crate names is one the configuration takes.

use std::path::{Path, PathBuf};

use super::super::Config;

const SECTIONS: [&str; 12] = [
    "console",
    "gateway",
    "journal",
    "archive",
    "recorder",
    "query",
    "oidc",
    "policy",
    "masking",
    "development",
    "producer",
    "telemetry",
];

/// Words that may follow a section without being a key.
const PROSE: [&str; 9] = [
    "and", "are", "in", "instead", "is", "listens", "or", "to", "with",
];

/// A section, and a key of it if one is named.
type Named = (String, Option<String>);

#[test]
fn every_key_that_a_text_names_exists() {
    let mut sources = Vec::new();
    find(Path::new(env!("CARGO_MANIFEST_DIR")), &mut sources);
    let (mut seen, mut faults) = (0, Vec::new());
    for path in sources {
        let text = std::fs::read_to_string(&path).unwrap();
        for literal in literals(&text) {
            for (section, key) in named(&literal) {
                seen += 1;
                if !exists(&section, key.as_deref()) {
                    faults.push(format!("{}: {section} {key:?}", path.display()));
                }
            }
        }
    }
    assert!(seen > 40, "only {seen} keys were found");
    assert!(
        faults.is_empty(),
        "not in the configuration:\n{}",
        faults.join("\n")
    );
}

/// Rust sources that are no tests.
fn find(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        if path.is_dir() {
            // What the exporter's formats name are fields of the receivers' events.
            if !path.ends_with("exporter/src/format")
                && !["target", "tests", ".git", "node_modules"].contains(&name.as_ref())
            {
                find(&path, found);
            }
        } else if name.ends_with(".rs") && name != "tests.rs" {
            found.push(path);
        }
    }
}

/// The texts of a source, a line of one at a time.
fn literals(source: &str) -> Vec<String> {
    let code = source.lines().filter(|line| {
        let line = line.trim_start();
        !line.starts_with("//")
    });
    let mut found = Vec::new();
    for line in code {
        let line = line.replace("\\\"", "'").replace("'\"'", "");
        found.extend(line.split('"').skip(1).step_by(2).map(str::to_owned));
    }
    found
}

/// What `text` names: `[section] key, key`, `` `key` in [section] `` and `section.key`.
fn named(text: &str) -> Vec<Named> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('[') {
        let Some(length) = text[at..].find(']') else {
            continue;
        };
        let inside = &text[at + 1..at + length];
        let Some(section) = section(inside) else {
            continue;
        };
        found.push((section.clone(), None));
        let after = text[at + length..].trim_start_matches(']');
        let keys = after.strip_prefix(' ').map(listed).unwrap_or_default();
        let before = text[..at]
            .strip_suffix("` in ")
            .and_then(|before| before.rsplit('`').next());
        let all = keys.into_iter().chain(before.map(word));
        found.extend(all.map(|key| (section.clone(), Some(key.to_owned()))));
    }
    let words = text.split(|letter: char| !(is_of_name(letter) || ".-{}".contains(letter)));
    for dotted in words {
        let dotted = dotted.trim_end_matches('.');
        let (Some(path), false) = (section(dotted), dotted.parse::<event::Kind>().is_ok()) else {
            continue;
        };
        if let Some((section, key)) = path.rsplit_once('.')
            && key != "json"
        {
            found.push((section.to_owned(), Some(key.to_owned())));
        }
    }
    found
}

/// The keys at the beginning of `text`: one, or several with nothing but a comma between.
fn listed(text: &str) -> Vec<&str> {
    let mut keys = Vec::new();
    for part in text.split(", ") {
        let key = word(part);
        if key.is_empty() || PROSE.contains(&key) {
            break;
        }
        keys.push(key);
        if key != part {
            break;
        }
    }
    keys
}

/// A path that begins with a section; a name that is filled in later may be any.
fn section(path: &str) -> Option<String> {
    let path = path.replace(['{', '}'], "");
    let is_path = path.split('.').all(|part| !part.is_empty());
    let first = path.split('.').next()?;
    (is_path && SECTIONS.contains(&first) && path.chars().all(|one| is_of_name(one) || one == '.'))
        .then_some(path)
}

/// The name that `text` begins with; a text that is filled in there names none.
fn word(text: &str) -> &str {
    let end = text.find(|letter| !is_of_name(letter));
    &text[..end.unwrap_or(text.len())]
}

fn is_of_name(letter: char) -> bool {
    letter.is_ascii_lowercase() || letter == '_'
}

/// Whether the configuration takes it, whatever the value must be.
fn exists(section: &str, key: Option<&str>) -> bool {
    let key = key.map(|key| format!("{key} = 0\n"));
    let text = format!("[{section}]\n{}", key.unwrap_or_default());
    match Config::parse(&text, Path::new("firn.toml")) {
        Ok(_) => true,
        Err(error) => !error.to_string().contains("unknown field"),
    }
}

#[test]
fn a_key_that_does_not_exist_is_found() {
    let one = |section: &str, key: &str| (section.to_owned(), Some(key.to_owned()));
    for (text, wanted) in [
        ("raise `timeout` in [query]", one("query", "timeout")),
        ("[query] auditors, operators", one("query", "operators")),
        ("say `danger = true` in [query]", one("query", "danger")),
        (
            "journal.capacity_bytes must grow",
            one("journal", "capacity_bytes"),
        ),
        (
            "[gateway.connections.{name}] auth",
            one("gateway.connections.name", "auth"),
        ),
    ] {
        assert!(named(text).contains(&wanted), "{text}: {:?}", named(text));
    }
    assert!(exists("query", Some("timeout")) && exists("gateway.connections.name", Some("auth")));
    assert!(!exists("query", Some("query_timeout")));
    assert!(!exists("quarry", None));
}
