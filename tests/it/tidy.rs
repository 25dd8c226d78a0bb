//! The house rules that a machine can check, checked.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::world::root;

const FILE_LINES_MAX: usize = 500;

pub fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder)
        .expect("folder")
        .filter_map(Result::ok)
    {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() {
            if !["target", "node_modules", ".git"].contains(&name.to_string_lossy().as_ref()) {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn every_source() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    sources(&root(), &mut found);
    assert!(
        found.len() > 50,
        "the walk found only {} files",
        found.len()
    );
    found
        .into_iter()
        .map(|path| {
            (
                path.clone(),
                std::fs::read_to_string(&path).expect("source"),
            )
        })
        .collect()
}

#[test]
fn every_file_says_what_it_is_for_and_stays_short() {
    let mut faults = Vec::new();
    for (path, text) in every_source() {
        // What must not compile is shorter without prose.
        if path
            .components()
            .any(|part| part.as_os_str() == "uncompilable")
        {
            continue;
        }
        if !text.lines().take(5).any(|line| line.starts_with("//!")) {
            faults.push(format!("{} has no //!", path.display()));
        }
        let lines = text.lines().count();
        if lines > FILE_LINES_MAX {
            faults.push(format!("{} has {lines} lines", path.display()));
        }
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if ["util", "utils", "common", "helpers", "misc", "manager"].contains(&name.as_str()) {
            faults.push(format!(
                "{} has a name that explains nothing",
                path.display()
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A doc comment that is one word of a question tells nothing that the name does not.
#[test]
fn docs_say_something() {
    let empty = [
        "All",
        "How",
        "Not",
        "Nothing",
        "Otherwise",
        "This",
        "What",
        "When",
        "Where",
        "Which",
        "Who",
        "Whose",
        "Why",
    ];
    let mut faults = Vec::new();
    for (path, text) in every_source() {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let is_doc = |at: Option<usize>| {
            let line = at.and_then(|at| lines.get(at));
            line.is_some_and(|line| line.starts_with("///"))
        };
        for (number, line) in lines.iter().enumerate() {
            let said = line.strip_prefix("/// ");
            let word = said.and_then(|said| said.strip_suffix('.'));
            let alone = !is_doc(number.checked_sub(1)) && !is_doc(Some(number + 1));
            if alone && word.is_some_and(|word| empty.contains(&word)) {
                faults.push(format!("{}:{}: {line}", path.display(), number + 1));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// `println!` panics where its reader went away; `say!` and `aside!` (`src/out.rs`) do not.
#[test]
fn commands_print_so_that_a_reader_may_leave() {
    let printing = ["println!(", "print!(", "eprintln!(", "eprint!("];
    let mut faults = Vec::new();
    for (path, text) in every_source() {
        let own = path.strip_prefix(root()).expect("below the root");
        if !own.starts_with("src") || own.to_string_lossy().contains("tests") {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let words = line.split(|letter: char| letter.is_whitespace() || letter == '{');
            if words
                .into_iter()
                .any(|word| printing.iter().any(|one| word.starts_with(one)))
            {
                faults.push(format!("{}:{}", own.display(), number + 1));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Invariant 2: only a mask makes a `Masked`.
#[test]
fn only_access_makes_masked_values() {
    let call = ["Masked", "::", "from_mask"].concat();
    let faults: Vec<_> = every_source()
        .into_iter()
        .filter(|(path, text)| {
            let inside = path.strip_prefix(root()).expect("below the root");
            !inside.starts_with("access")
                && !inside.starts_with("event")
                && !is_test(inside)
                && text.contains(&call)
        })
        .map(|(path, _)| path)
        .collect();
    assert!(
        faults.is_empty(),
        "these make masked values without masking: {faults:?}"
    );
}

/// Invariant 3: whoever can name a `permit::Judgement` can make a decision, and with it a permit.
#[test]
fn only_the_engine_makes_decisions() {
    let depends = |folder: &String| {
        let manifest = manifest(&root().join(folder));
        let sections = ["dependencies", "dev-dependencies", "build-dependencies"];
        let listed = sections
            .iter()
            .filter_map(|section| manifest.get(*section)?.as_table());
        listed
            .flatten()
            .any(|(name, how)| name == "permit" || how.to_string().contains("permit"))
    };
    let depend: Vec<_> = members().into_iter().filter(depends).collect();
    assert_eq!(depend, ["access"], "these can make decisions");
    let judges: Vec<_> = every_source()
        .into_iter()
        .map(|(path, text)| (path.strip_prefix(root()).expect("below").to_owned(), text))
        .filter(|(path, text)| path.starts_with("access/src") && mentions_alone(text, "Judgement"))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(judges, [Path::new("access/src/engine.rs")]);
}

fn mentions_alone(text: &str, word: &str) -> bool {
    text.split(|letter: char| !letter.is_alphanumeric())
        .any(|one| one == word)
}

fn is_test(path: &Path) -> bool {
    path.components()
        .any(|part| ["tests", "benches"].contains(&part.as_os_str().to_string_lossy().as_ref()))
        || path.file_stem().is_some_and(|stem| stem == "tests")
}

/// What a crate lists, it uses: in `src` for dependencies, anywhere for those of tests.
#[test]
fn every_dependency_is_used() {
    let mut faults = Vec::new();
    for folder in members() {
        let manifest = manifest(&root().join(&folder));
        for (section, places) in [
            ("dependencies", &["src"][..]),
            (
                "dev-dependencies",
                &["src", "tests", "benches", "examples"][..],
            ),
        ] {
            let text: String = places
                .iter()
                .map(|place| root().join(&folder).join(place))
                .filter(|place| place.is_dir())
                .flat_map(|place| {
                    let mut found = Vec::new();
                    sources(&place, &mut found);
                    found
                })
                .map(|path| std::fs::read_to_string(path).expect("source"))
                .collect();
            let listed = manifest.get(section).and_then(toml::Value::as_table);
            for name in listed.into_iter().flat_map(|table| table.keys()) {
                if !mentions(&text, &name.replace('-', "_")) {
                    faults.push(format!(
                        "{folder}/Cargo.toml lists {name} in {section} for nothing"
                    ));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Every crate's folder; the root package is `.`.
pub fn members() -> Vec<String> {
    let workspace = manifest(&root());
    let members = workspace["workspace"]["members"]
        .as_array()
        .expect("members");
    let folders = members.iter().filter_map(toml::Value::as_str).chain(["."]);
    folders.map(str::to_owned).collect()
}

fn manifest(folder: &Path) -> toml::Table {
    let text = std::fs::read_to_string(folder.join("Cargo.toml")).expect("manifest");
    text.parse().expect("TOML")
}

/// A gateway holds no tables: neither it nor what it is made of knows Delta or DataFusion.
#[test]
fn the_gateway_builds_without_delta_and_datafusion() {
    let manifests = members().into_iter().map(|folder| {
        let manifest = manifest(&root().join(folder));
        let name = manifest["package"]["name"].as_str().expect("a name");
        (name.to_owned(), manifest)
    });
    let manifests: BTreeMap<String, toml::Table> = manifests.collect();
    let (mut needed, mut next) = (BTreeSet::new(), vec!["gateway".to_owned()]);
    while let Some(name) = next.pop() {
        let manifest = manifests.get(&name);
        if !needed.insert(name) {
            continue;
        }
        let listed = manifest.and_then(|manifest| manifest.get("dependencies"));
        let listed = listed.and_then(toml::Value::as_table).into_iter();
        next.extend(listed.flat_map(|table| table.keys().cloned()));
    }
    assert!(needed.contains("journal"), "{needed:?}");
    for tables in ["archive", "datafusion", "deltalake"] {
        assert!(!needed.contains(tables), "{tables}: {needed:?}");
    }
}

fn mentions(text: &str, name: &str) -> bool {
    let forms = [
        format!("{name}::"),
        format!("{name}!"),
        format!("use {name} "),
        format!("use {name};"),
        format!("\"{name}\""),
    ];
    forms.iter().any(|form| text.contains(form.as_str()))
}

const FUNCTION_LINES_MAX: usize = 70;

/// Functions longer than that: tables written as code, and matches that are one decision. The number may only go down.
const LONG_FUNCTIONS_MAX: usize = 5;

/// A function's name and length. rustfmt ends it at the brace under its first column.
fn functions(text: &str) -> Vec<(&str, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (first, line) in lines.iter().enumerate() {
        // Unit tests stand last.
        if line.starts_with("mod tests {") {
            break;
        }
        let indent = line.len() - line.trim_start().len();
        let mut words = line.trim_start().split(' ').peekable();
        while words
            .next_if(|word| ["pub", "async", "const"].contains(word) || word.starts_with("pub("))
            .is_some()
        {}
        if words.next() != Some("fn") {
            continue;
        }
        let name = words.next().and_then(|word| word.split(['(', '<']).next());
        let end = format!("{}}}", &line[..indent]);
        let length = lines[first..].iter().position(|line| *line == end);
        // Without a body of its own (a trait's) it ends with its first line.
        let bodiless = line.ends_with(';') || line.ends_with('}');
        if let (Some(name), Some(length), false) = (name, length, bodiless) {
            found.push((name, length + 1));
        }
    }
    found
}

/// The files of modules that only tests have: `#[cfg(test)] mod samples;`.
fn of_tests(all: &[(PathBuf, String)]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for (path, text) in all {
        let (Some(folder), Some(stem)) = (path.parent(), path.file_stem()) else {
            continue;
        };
        let own = ["lib", "main", "mod"].iter().any(|name| stem == *name);
        let folder = if own {
            folder.to_owned()
        } else {
            folder.join(stem)
        };
        let lines: Vec<&str> = text.lines().collect();
        for pair in lines.windows(2) {
            let name = pair[1]
                .split("mod ")
                .nth(1)
                .and_then(|rest| rest.strip_suffix(';'));
            if let ("#[cfg(test)]", Some(name)) = (pair[0], name) {
                found.push(folder.join(format!("{name}.rs")));
            }
        }
    }
    found
}

#[test]
fn functions_fit_a_screen() {
    let mut long = Vec::new();
    let mut seen = 0;
    let all = every_source();
    let of_tests = of_tests(&all);
    for (path, text) in all {
        if of_tests.contains(&path) {
            continue;
        }
        let inside = path.strip_prefix(root()).expect("below the root");
        let other = ["fuzz", "examples", "uncompilable"];
        if is_test(inside)
            || inside
                .components()
                .any(|part| other.iter().any(|one| part.as_os_str() == *one))
        {
            continue;
        }
        let each = functions(&text);
        seen += each.len();
        let each = each
            .into_iter()
            .filter(|(_, lines)| *lines > FUNCTION_LINES_MAX);
        long.extend(each.map(|(name, lines)| format!("{lines:4} {name} in {}", inside.display())));
    }
    assert!(seen > 2_000, "the walk found only {seen} functions");
    long.sort();
    assert!(
        long.len() <= LONG_FUNCTIONS_MAX,
        "{} functions have more than {FUNCTION_LINES_MAX} lines, {LONG_FUNCTIONS_MAX} may:\n{}",
        long.len(),
        long.join("\n")
    );
}

/// The text of each function, up to its last brace.
fn texts(text: &str) -> Vec<String> {
    let qualifiers = ["pub", "pub(crate)", "pub(super)", "async", "const"];
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (first, line) in lines.iter().enumerate() {
        let Some((before, _)) = line.split_once("fn ") else {
            continue;
        };
        let mut before = before.split_whitespace();
        if line.ends_with(';') || !before.all(|word| qualifiers.contains(&word)) {
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let end = format!("{}}}", &line[..indent]);
        let length = lines[first..].iter().position(|line| *line == end);
        if let Some(length) = length {
            found.push(lines[first..first + length].join("\n"));
        }
    }
    found
}

/// By what name `function` takes all parts of a gateway, and its body.
fn given_all(function: &str) -> Option<(&str, &str)> {
    let (signature, body) = function.split_once("{\n")?;
    let forms = [": &Shared", ": &Arc<Shared>"];
    let at = forms.iter().find_map(|form| signature.find(form))?;
    let is_end = |letter: char| !letter.is_alphanumeric() && letter != '_';
    Some((signature[..at].rsplit(is_end).next()?, body))
}

/// The parts of `name` that `body` uses; none where it hands all of them on, or asks what they do together.
fn parts<'a>(body: &'a str, name: &str) -> Option<BTreeSet<&'a str>> {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut parts = BTreeSet::new();
    for (at, _) in body.match_indices(name) {
        let before = body[..at].chars().next_back();
        let rest = &body[at + name.len()..];
        if before.is_some_and(|letter| is_word(letter) || letter == '.')
            || rest.starts_with(is_word)
        {
            continue;
        }
        let part = rest.trim_start().strip_prefix('.')?.trim_start();
        let end = part
            .find(|letter: char| !is_word(letter))
            .unwrap_or(part.len());
        if part[end..].starts_with('(') {
            return None;
        }
        parts.insert(&part[..end]);
    }
    Some(parts)
}

/// All parts of a gateway go to who uses more than two of them.
#[test]
fn nobody_takes_a_gateway_for_two_of_its_parts() {
    let (mut faults, mut seen) = (Vec::new(), 0);
    for (path, text) in every_source() {
        let inside = path.strip_prefix(root()).expect("below the root");
        let of_gateway = inside.starts_with("gateway/src") && !is_test(inside);
        if !of_gateway || !text.contains("use crate::shared::") {
            continue;
        }
        for function in texts(&text) {
            let Some((name, body)) = given_all(&function) else {
                continue;
            };
            seen += 1;
            if let Some(parts) = parts(body, name)
                && parts.len() <= 2
            {
                let first = function.lines().next().unwrap_or_default().trim();
                faults.push(format!("{}: {first} uses {parts:?}", inside.display()));
            }
        }
    }
    assert!(seen > 60, "the walk found only {seen} functions");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Rows are pressed, paged, split and fitted by parts that know neither HTTP nor what Snowflake or a driver writes around them.
#[test]
fn rows_go_through_parts_that_know_no_protocol() {
    let foreign = [
        "axum",
        "crate::doors",
        "crate::upstream",
        "http::",
        "hyper",
        "reqwest",
    ];
    let parts = [
        "columns", "fit", "framing", "page", "press", "split", "terms",
    ];
    let mut faults = Vec::new();
    for part in parts {
        let path = root().join(format!("gateway/src/delivery/{part}.rs"));
        let text = std::fs::read_to_string(&path).expect("a part");
        let known = foreign.iter().filter(|word| text.contains(**word));
        faults.extend(known.map(|word| format!("{} knows {word}", path.display())));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
