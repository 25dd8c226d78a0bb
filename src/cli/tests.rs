//! What every command promises a stranger: a sentence, an example that parses, and `--json` where rows or reports come out.

use clap::CommandFactory as _;

use super::*;

/// A command and all below it, with the words that lead to each.
fn all(command: &clap::Command, words: &str, found: &mut Vec<(String, clap::Command)>) {
    let words = format!("{words} {}", command.get_name());
    let words = words.trim();
    found.push((words.to_owned(), command.clone()));
    for one in below(command) {
        all(one, words, found);
    }
}

fn below(command: &clap::Command) -> impl Iterator<Item = &clap::Command> {
    let below = command.get_subcommands();
    below.filter(|one| one.get_name() != "help")
}

fn every_command() -> Vec<(String, clap::Command)> {
    Cli::command().debug_assert();
    let mut found = Vec::new();
    all(&Cli::command(), "", &mut found);
    found
}

/// Every command that does something.
fn commands() -> Vec<(String, clap::Command)> {
    let mut found = every_command();
    found.retain(|(_, command)| below(command).next().is_none());
    assert!(found.len() > 12, "{found:?}");
    found
}

/// Words of a line as a shell would see them: quotes group, `#` ends, pipes and redirections are the shell's.
fn shell(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for letter in line.trim().chars() {
        match (quote, letter) {
            (None, '|' | '<' | '#') => break,
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), close) if open == close => quote = None,
            (None, ' ') => words.push(String::new()),
            (_, letter) => {
                if let Some(word) = words.last_mut() {
                    word.push(letter);
                }
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn every_command_has_examples_that_parse() {
    for (words, command) in every_command() {
        assert!(
            command.get_about().is_some(),
            "{words} says nothing of itself"
        );
        let help = command.get_after_help().map(ToString::to_string);
        let examples: Vec<String> = help
            .iter()
            .flat_map(|help| help.lines())
            .filter(|line| line.trim_start().starts_with("firn "))
            .map(str::to_owned)
            .collect();
        assert!(
            examples
                .iter()
                .any(|line| line.trim_start().starts_with(&words)),
            "{words} has no example"
        );
        for example in examples {
            // Ids are shortened for the eye.
            let whole = example.replace("0198c5a0-…", "0198c5a0-7c1e-7000-8000-000000000001");
            if let Err(error) = Cli::try_parse_from(shell(&whole)) {
                panic!("the example {example:?} of {words} is wrong: {error}");
            }
        }
    }
}

#[test]
fn commands_that_answer_scripts_have_json() {
    // A role answers in its log; a token is a token; these are all others.
    let silent = [
        "firn up",
        "firn gateway",
        "firn recorder",
        "firn query",
        "firn token",
        "firn manual",
    ];
    for (words, command) in commands() {
        let json = command.get_arguments().any(|one| one.get_id() == "json");
        assert_eq!(json, !silent.contains(&words.as_str()), "{words}");
    }
}

#[test]
fn what_is_no_session_is_told_where_sessions_are_listed() {
    let whole = "0198c5a0-7c1e-7000-8000-000000000001";
    for words in [
        &["replay", "0198"][..],
        &["replay", whole, "--diff", "0198"],
        &["sessions", "kill", "0198", "--reason", "why"],
    ] {
        let words = std::iter::once(&"firn").chain(words);
        let error = Cli::try_parse_from(words).unwrap_err().to_string();
        assert!(error.contains("`firn sessions` lists them"), "{error}");
    }
}

#[test]
fn names_and_groups_come_apart() {
    let groups = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    for (text, name, list) in [
        ("ana", "ana", groups(&[])),
        ("ana@", "ana", groups(&[])),
        ("ana@a,b", "ana", groups(&["a", "b"])),
    ] {
        assert_eq!(name_and_groups(text), (name.to_owned(), list));
    }
}

/// The one table of who may do what, as people read it: actions by authority, routes by action, commands by action. A change of the
/// matrix, a route or a command shows here; `FIRN_UPDATE=1 cargo test` writes it anew for a reviewer to read.
#[test]
fn the_authorization_matrix_is_the_checked_in_one() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let described = std::fs::read_to_string(root.join("door/openapi.json")).unwrap();
    let described: serde_json::Value = serde_json::from_str(&described).unwrap();
    let mut text = String::from("# Who may do what. Open: nobody need say who they are.\n\n");
    let heads = door::Authority::ALL.map(|one| format!("{:<13}", one.as_str()));
    text.push_str(&format!("{:<20}{}\n", "action", heads.concat().trim_end()));
    for action in Action::ALL {
        let cells = door::Authority::ALL.map(|one| {
            let scope = action.scope(door::Authorities::of([one])).as_str();
            format!("{:<13}", if action.is_open() { "open" } else { scope })
        });
        text.push_str(&format!(
            "{:<20}{}\n",
            action.as_str(),
            cells.concat().trim_end()
        ));
    }
    text.push_str("\n# API routes\n\n");
    for (path, item) in described["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let action = operation["x-firn-action"].as_str().unwrap();
            assert!(
                Action::ALL.iter().any(|one| one.as_str() == action),
                "{action}"
            );
            text.push_str(&format!("{:<5}{path:<36}{action}\n", method.to_uppercase()));
        }
    }
    let doors: [(&str, &[(&str, Action)]); 3] = [
        ("The driver's door", &gateway::doors::driver::router::TABLE),
        ("The SQL API", &gateway::doors::sql_api::router::TABLE),
        ("The door of MCP", &gateway::doors::mcp::router::TABLE),
    ];
    for (door, table) in doors {
        text.push_str(&format!("\n# {door}\n\n"));
        for (route, action) in table {
            text.push_str(&format!("{route:<36} {}\n", action.as_str()));
        }
    }
    text.push_str("\n# Commands, through a running firn\n\n");
    // A command and a family at once.
    let listing = Cli::try_parse_from(["firn", "sessions"]).unwrap().command;
    let names: Vec<&str> = listing.actions().iter().map(|one| one.as_str()).collect();
    text.push_str(&format!("{:<37}{}\n", "firn sessions", names.join(", ")));
    for (words, _) in commands() {
        let example = match words.trim_start_matches("firn ").split(' ').next() {
            Some("policy") if words == "firn policy backtest" => vec!["firn", "policy", "backtest"],
            Some("replay") => vec!["firn", "replay", "0198c5a0-0000-7000-8000-000000000000"],
            Some("sql") => vec!["firn", "sql", "select 1"],
            Some("detect") => vec!["firn", "detect"],
            Some("find") => vec!["firn", "find"],
            Some("sessions") => vec!["firn", "sessions", "kill", "--all", "--reason", "why"],
            Some("verify") => vec!["firn", "verify"],
            Some("whoami") => vec!["firn", "whoami"],
            Some("approvals") => vec!["firn", "approvals", "list"],
            // Roles, and what reads or changes files: no authority of the API opens these.
            Some(
                "up" | "gateway" | "recorder" | "query" | "export" | "archive" | "retention"
                | "catalog" | "check" | "token" | "manual" | "mask" | "policy",
            ) => {
                text.push_str(&format!(
                    "{words:<37}whoever holds the files and secrets it names\n"
                ));
                continue;
            }
            other => panic!("who may run {words} ({other:?}) is to be said here"),
        };
        let parsed = Cli::try_parse_from(example).unwrap().command;
        let names: Vec<&str> = parsed.actions().iter().map(|one| one.as_str()).collect();
        text.push_str(&format!("{words:<37}{}\n", names.join(", ")));
    }
    let file = root.join("door/authorization.txt");
    if std::env::var_os("FIRN_UPDATE").is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    let checked_in = std::fs::read_to_string(file).unwrap_or_default();
    assert!(
        checked_in == text,
        "door/authorization.txt is not what the code says:\n{text}"
    );
}
