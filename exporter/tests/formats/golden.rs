//! One golden file an item and format. `FIRN_UPDATE=1` writes them; the difference is then read like any other change.

use std::path::PathBuf;

use exporter::{Format, Item};

use crate::samples;

fn check(path: &str, now: &str, faults: &mut Vec<String>) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(path);
    if std::env::var_os("FIRN_UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, now).unwrap();
    }
    match std::fs::read_to_string(&path) {
        Ok(golden) if golden == now => {}
        Ok(_) => faults.push(format!("{} differs", path.display())),
        Err(error) => faults.push(format!("{}: {error}", path.display())),
    }
}

/// One line for lines, and JSON spread out, so that a change shows where it is.
fn readable(format: Format, item: &Item) -> String {
    let rendered = format.render(item);
    let text = std::str::from_utf8(&rendered.bytes).expect("UTF-8");
    assert!(
        !text.contains('\n') && !text.contains('\r'),
        "an item is one line: {text:?}"
    );
    match format {
        Format::Cef | Format::Leef => format!("{text}\n"),
        Format::Ocsf | Format::Ecs | Format::CloudEvents | Format::Udm => {
            let value: serde_json::Value = serde_json::from_str(text).expect("JSON");
            assert_eq!(
                serde_json::to_string(&value).unwrap(),
                text,
                "a name stands twice, or JSON is not compact"
            );
            serde_json::to_string_pretty(&value).unwrap() + "\n"
        }
    }
}

const fn ending(format: Format) -> &'static str {
    match format {
        Format::Cef | Format::Leef => "txt",
        Format::Ocsf | Format::Ecs | Format::CloudEvents | Format::Udm => "json",
    }
}

#[test]
fn every_kind_has_its_golden_file_in_every_format() {
    let mut faults = Vec::new();
    let mut named: Vec<(String, Item)> = samples::events()
        .into_iter()
        .zip(0..)
        .map(|(event, number)| (event.kind().to_string(), samples::item(number, event)))
        .collect();
    let outcomes = samples::outcomes(&history::journaled(1));
    let numbered = outcomes.into_iter().zip(1..);
    named.extend(numbered.map(|(item, number)| (format!("statement.{number}"), item)));
    named.push(("finding".to_owned(), samples::finding()));
    for &format in Format::ALL {
        for (name, item) in &named {
            let path = format!("{}/{name}.{}", format.name(), ending(format));
            check(&path, &readable(format, item), &mut faults);
        }
    }
    assert!(
        faults.is_empty(),
        "FIRN_UPDATE=1 writes what is meant:\n{}",
        faults.join("\n")
    );
}

#[test]
fn the_table_is_the_one_that_was_read() {
    let mut text = String::new();
    for row in exporter::format::schema::rows() {
        text.push_str(&format!(
            "{} | {} | {} | {} {} | {} | {} | {}\n",
            row.kind,
            row.when,
            row.name,
            row.class_uid,
            row.class,
            row.activities.join(", "),
            row.severity.unwrap_or("as the rule says"),
            row.attacks.join(", "),
        ));
    }
    let mut faults = Vec::new();
    check("schema.txt", &text, &mut faults);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    for kind in event::Kind::ALL {
        assert!(
            text.lines()
                .any(|line| line.starts_with(&format!("{kind} |"))),
            "{kind} has no line"
        );
    }
}

#[test]
fn what_a_sink_is_told_of_an_item_is_what_the_item_says() {
    for item in samples::history() {
        let ocsf = Format::Ocsf.render(&item);
        let said: serde_json::Value = serde_json::from_slice(&ocsf.bytes).unwrap();
        assert_eq!(said["class_uid"], ocsf.class);
        assert_eq!(said["severity_id"], ocsf.severity as u8);
        assert_eq!(said["metadata"]["uid"], item.id().to_string());
        assert_eq!(said["metadata"]["sequence"], item.position().offset.0);
        for &format in Format::ALL {
            let other = format.render(&item);
            assert_eq!(
                (other.class, other.severity, other.time),
                (ocsf.class, ocsf.severity, item.time())
            );
        }
    }
}
