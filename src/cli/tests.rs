//! What every command promises a stranger: a sentence, an example that parses, and `--json` where rows or reports come out.

use clap::CommandFactory as _;

use super::*;

/// Every command that does something, with the words that lead to it.
fn leaves(command: &clap::Command, words: &str, found: &mut Vec<(String, clap::Command)>) {
    let words = format!("{words} {}", command.get_name());
    let below: Vec<_> = command
        .get_subcommands()
        .filter(|one| one.get_name() != "help")
        .collect();
    if below.is_empty() {
        found.push((words.trim().to_owned(), command.clone()));
    }
    for one in below {
        leaves(one, &words, found);
    }
}

fn commands() -> Vec<(String, clap::Command)> {
    Cli::command().debug_assert();
    let mut found = Vec::new();
    leaves(&Cli::command(), "", &mut found);
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
    for (words, command) in commands() {
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
    ];
    for (words, command) in commands() {
        let json = command.get_arguments().any(|one| one.get_id() == "json");
        assert_eq!(json, !silent.contains(&words.as_str()), "{words}");
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
