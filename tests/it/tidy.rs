//! The house rules that a machine can check, checked.

use std::path::{Path, PathBuf};

use crate::world::root;

const FILE_LINES_MAX: usize = 500;

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
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

fn is_test(path: &Path) -> bool {
    path.components()
        .any(|part| ["tests", "benches"].contains(&part.as_os_str().to_string_lossy().as_ref()))
        || path.file_stem().is_some_and(|stem| stem == "tests")
}

/// What a crate lists, it uses: in `src` for dependencies, anywhere for those of tests.
#[test]
fn every_dependency_is_used() {
    let workspace = manifest(&root());
    let members = workspace["workspace"]["members"]
        .as_array()
        .expect("members");
    let folders = members.iter().filter_map(toml::Value::as_str).chain(["."]);
    let mut faults = Vec::new();
    for folder in folders {
        let manifest = manifest(&root().join(folder));
        for (section, places) in [
            ("dependencies", &["src"][..]),
            (
                "dev-dependencies",
                &["src", "tests", "benches", "examples"][..],
            ),
        ] {
            let text: String = places
                .iter()
                .map(|place| root().join(folder).join(place))
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

fn manifest(folder: &Path) -> toml::Table {
    let text = std::fs::read_to_string(folder.join("Cargo.toml")).expect("manifest");
    text.parse().expect("TOML")
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
