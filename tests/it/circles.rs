//! No circle of files: what a file uses does not use it again, directly or around corners.
//!
//! Reads the `use` lines and paths of every crate's sources, not what the compiler makes of them: enough to see who needs whom.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::tidy::{members, sources};
use crate::world::root;

/// A module that is one small idea (a file and its folder) may be a circle of as many files.
const SMALL: usize = 7;

/// A module's path in its crate.
type Module = Vec<String>;

#[test]
fn no_file_is_needed_by_what_it_needs() {
    let mut faults = Vec::new();
    let mut seen = 0;
    for member in members() {
        let files = modules(&root().join(&member).join("src"));
        seen += files.len();
        for circle in circles(&files) {
            let names: Vec<String> = circle.iter().map(|module| shown(&member, module)).collect();
            println!("{} files: {}", names.len(), names.join(", "));
            if !is_small(&names) {
                faults.push(names.join(", "));
            }
        }
    }
    assert!(seen > 300, "the walk found only {seen} files");
    assert!(
        faults.is_empty(),
        "circles of files (move what both need below both, or give what one needs as an argument):\n{}",
        faults.join("\n")
    );
}

/// `crate/src/a/b` for a module `a::b`.
fn shown(member: &str, module: &Module) -> String {
    let place = if member == "." {
        "src".to_owned()
    } else {
        format!("{member}/src")
    };
    let all = std::iter::once(place).chain(module.iter().cloned());
    all.collect::<Vec<_>>().join("/")
}

/// One module and what is below it; a crate's root is no small idea.
fn is_small(names: &[String]) -> bool {
    let Some(shortest) = names.iter().min_by_key(|name| name.len()) else {
        return false;
    };
    let place = match shortest.rsplit_once('/') {
        Some(_) if names.iter().all(|name| is_inside(name, shortest)) => shortest.as_str(),
        Some((parent, _)) => parent,
        None => return false,
    };
    let is_root = place == "src" || place.ends_with("/src");
    !is_root && names.len() <= SMALL && names.iter().all(|name| is_inside(name, place))
}

fn is_inside(name: &str, folder: &str) -> bool {
    let rest = name.strip_prefix(folder);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The crate's modules that are files, with their text; those of tests are left out.
fn modules(src: &Path) -> BTreeMap<Module, String> {
    let mut paths = Vec::new();
    sources(src, &mut paths);
    let mut files = BTreeMap::new();
    for path in paths {
        let inside = path.strip_prefix(src).expect("below").with_extension("");
        let mut module: Module = inside
            .components()
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect();
        if module.last().is_some_and(|last| last == "mod")
            || module == ["lib"]
            || module == ["main"]
        {
            module.pop();
        }
        let text = std::fs::read_to_string(&path).expect("source");
        files.insert(module, code(&text));
    }
    let tests: Vec<Module> = files
        .iter()
        .flat_map(|(module, text)| {
            let children = test_modules(text).into_iter();
            children.map(|child| [module.as_slice(), &[child]].concat())
        })
        .collect();
    files.retain(|module, _| !tests.iter().any(|test| module.starts_with(test)));
    files
}

/// Without comments, and without a last `mod tests { … }`.
fn code(text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default());
    let text: String = lines.flat_map(|line| [line, "\n"]).collect();
    match text.find("#[cfg(test)]\nmod tests {") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

/// Names of child modules that are compiled for tests only.
fn test_modules(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for after in text.split("#[cfg(test)]").skip(1) {
        let declaration = after.split(';').next().unwrap_or_default().trim();
        if let Some((_, name)) = declaration.rsplit_once("mod ")
            && is_name(name)
        {
            names.push(name.to_owned());
        }
    }
    names
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|letter| letter.is_alphanumeric() || letter == '_')
}

/// Groups of modules each of which reaches all others.
fn circles(files: &BTreeMap<Module, String>) -> Vec<Vec<Module>> {
    let fronts: Fronts = files
        .iter()
        .map(|(module, text)| (module, handed_on(text)))
        .collect();
    let uses: BTreeMap<&Module, BTreeSet<&Module>> = files
        .iter()
        .map(|(module, text)| (module, used(files, &fronts, module, text)))
        .collect();
    let reach: BTreeMap<&Module, BTreeSet<&Module>> = files
        .keys()
        .map(|module| (module, reached(&uses, module)))
        .collect();
    let mut done = BTreeSet::new();
    let mut found = Vec::new();
    for module in files.keys() {
        if done.contains(module) {
            continue;
        }
        let circle: Vec<Module> = reach[module]
            .iter()
            .filter(|other| reach[**other].contains(module))
            .map(|other| (*other).clone())
            .collect();
        done.extend(circle.iter().cloned());
        if circle.len() > 1 {
            found.push(circle);
        }
    }
    found
}

fn reached<'a>(
    uses: &BTreeMap<&'a Module, BTreeSet<&'a Module>>,
    from: &'a Module,
) -> BTreeSet<&'a Module> {
    let mut seen = BTreeSet::new();
    let mut next = vec![from];
    while let Some(module) = next.pop() {
        for used in &uses[module] {
            if seen.insert(*used) {
                next.push(used);
            }
        }
    }
    seen
}

/// What a file hands on of others: name, and from where. Who takes it needs the file it comes from, not the one in front.
type Fronts<'a> = BTreeMap<&'a Module, Vec<(String, String)>>;

fn handed_on(text: &str) -> Vec<(String, String)> {
    let mut names = Vec::new();
    for statement in text.split(';') {
        let Some(at) = find_word(statement, "use") else {
            continue;
        };
        if statement[..at].trim_end().ends_with("pub")
            || statement[..at].trim_end().ends_with(')') && statement[..at].contains("pub(")
        {
            expand("", &statement[at + 3..], &mut names);
        }
    }
    names
}

/// The files a module's `use` lines and paths lead to.
fn used<'a>(
    files: &'a BTreeMap<Module, String>,
    fronts: &Fronts<'_>,
    module: &Module,
    text: &str,
) -> BTreeSet<&'a Module> {
    let mut taken = Vec::new();
    for statement in text.split(';') {
        if let Some(at) = find_word(statement, "use") {
            expand("", &statement[at + 3..], &mut taken);
        }
    }
    let mut paths: Vec<String> = taken.into_iter().map(|(_, path)| path).collect();
    paths.extend(written_out(files, module, text));
    paths
        .iter()
        .filter_map(|path| resolve(files, fronts, module, path, 4))
        .filter(|found| *found != module)
        .collect()
}

/// Where `word` stands by itself, last.
fn find_word(text: &str, word: &str) -> Option<usize> {
    let alone = |at: &usize| {
        let before = text[..*at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_' || letter == ':')
            && after.is_some_and(char::is_whitespace)
    };
    text.match_indices(word)
        .map(|(at, _)| at)
        .filter(alone)
        .last()
}

/// Every path of a `use` tree, after the name it gets.
fn expand(prefix: &str, tree: &str, paths: &mut Vec<(String, String)>) {
    let Some((before, inner)) = tree.split_once('{') else {
        let (path, alias) = match tree.split_once(" as ") {
            Some((path, alias)) => (path, Some(alias.trim())),
            None => (tree, None),
        };
        let path: String = format!("{prefix}{path}").split_whitespace().collect();
        let last = path.rsplit("::").next().unwrap_or_default();
        paths.push((alias.unwrap_or(last).to_owned(), path.clone()));
        return;
    };
    let prefix = format!("{prefix}{before}");
    let inner = inner.rsplit_once('}').map_or(inner, |(inner, _)| inner);
    let (mut depth, mut begin) = (0i32, 0);
    for (at, letter) in inner.char_indices().chain([(inner.len(), ',')]) {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                if !inner[begin..at].trim().is_empty() {
                    expand(&prefix, &inner[begin..at], paths);
                }
                begin = at + 1;
            }
            _ => {}
        }
    }
}

/// Paths that stand in the code itself: from the crate's root, from above, or into a child.
fn written_out(files: &BTreeMap<Module, String>, module: &Module, text: &str) -> Vec<String> {
    let children = files
        .keys()
        .filter(|file| file.len() == module.len() + 1 && file.starts_with(module))
        .filter_map(|file| file.last().map(String::as_str));
    let mut paths = Vec::new();
    for first in children.chain(["crate", "super"]) {
        for (at, _) in text.match_indices(&format!("{first}::")) {
            let before = text[..at].chars().next_back();
            if before.is_some_and(|letter| letter.is_alphanumeric() || "_:".contains(letter)) {
                continue;
            }
            // Who may see a thing is not what it needs.
            if text[..at].ends_with("pub(in ") {
                continue;
            }
            let end = text[at..]
                .find(|letter: char| !(letter.is_alphanumeric() || "_:".contains(letter)));
            let path = &text[at..end.map_or(text.len(), |end| at + end)];
            // Of a tree, the `use` line says the branches.
            if !path.ends_with("::") {
                paths.push(path.to_owned());
            }
        }
    }
    paths
}

/// The deepest file a path leads to, behind at most `fronts_left` that hand on what it names.
fn resolve<'a>(
    files: &'a BTreeMap<Module, String>,
    fronts: &Fronts<'_>,
    module: &Module,
    path: &str,
    fronts_left: usize,
) -> Option<&'a Module> {
    let mut parts: Vec<&str> = path.split("::").filter(|part| !part.is_empty()).collect();
    let mut base: Module = match parts.first().copied()? {
        "crate" => {
            parts.remove(0);
            Vec::new()
        }
        "super" => {
            let ups = parts.iter().take_while(|part| **part == "super").count();
            parts.drain(..ups);
            module.get(..module.len().checked_sub(ups)?)?.to_vec()
        }
        "self" => {
            parts.remove(0);
            module.clone()
        }
        child => {
            let file = [module.as_slice(), &[child.to_owned()]].concat();
            if !files.contains_key(&file) {
                return None;
            }
            module.clone()
        }
    };
    let mut found = files.get_key_value(&base).map(|(file, _)| file);
    for part in parts {
        base.push(part.to_owned());
        if let Some((file, _)) = files.get_key_value(&base) {
            found = Some(file);
            continue;
        }
        let front = found?;
        let behind = fronts
            .get(front)
            .and_then(|names| names.iter().find(|(name, _)| name == part))
            .filter(|_| fronts_left > 0 && front != module)
            .and_then(|(_, path)| resolve(files, fronts, front, path, fronts_left - 1));
        return behind.or(found);
    }
    found
}

#[test]
fn a_circle_is_found_and_a_chain_is_not() {
    let file = |module: &str, text: &str| {
        let module = module.split("::").filter(|part| !part.is_empty());
        (
            module.map(str::to_owned).collect::<Module>(),
            text.to_owned(),
        )
    };
    let files = BTreeMap::from([
        file("", "mod a; mod b; mod c; use a::A;"),
        file("a", "use crate::b::{self, B};"),
        file("b", "use std::fmt;\nuse super::{c::{C as Other}, d};"),
        file("c", "fn f() { crate::a::g() }"),
        file("d", "use crate::c::C;"),
    ]);
    let found = circles(&files);
    let names: Vec<Vec<String>> = found
        .iter()
        .map(|circle| circle.iter().map(|module| module.join("::")).collect())
        .collect();
    assert_eq!(names, [["a", "b", "c", "d"]]);
}
