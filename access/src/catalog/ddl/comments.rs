//! Classification by comment: `-- sensitive: CUSTOMERS.{SSN,EMAIL} API_KEYS.SECRET; quasi: CUSTOMERS.ZIP`.
//!
//! Enters: a DDL file's text. Leaves: labels. For schemas whose owners may not set tags; a second comment line right below
//! goes on with the first.

use super::{Place, Reader};
use crate::catalog::classes::{QUASI, SENSITIVE, label_of_name};
use crate::catalog::{CatalogError, Column};

pub(super) fn apply(reader: &mut Reader, file: &str, text: &str) -> Result<(), CatalogError> {
    let mut list: Option<&'static str> = None;
    for (number, line) in text.lines().enumerate() {
        let Some(comment) = line.trim_start().strip_prefix("--") else {
            list = None;
            continue;
        };
        let place = Place {
            file,
            line: number + 1,
        };
        for section in comment.split(';') {
            let section = section.trim();
            let lower = section.to_ascii_lowercase();
            let entries = if lower.starts_with("sensitive:") {
                list = Some(SENSITIVE);
                section.get("sensitive:".len()..)
            } else if lower.starts_with("quasi:") {
                list = Some(QUASI);
                section.get("quasi:".len()..)
            } else {
                Some(section)
            };
            if let (Some(label), Some(entries)) = (list, entries) {
                for entry in entries.split_whitespace() {
                    mark(reader, entry, label, &place)?;
                }
            }
        }
    }
    Ok(())
}

fn mark(
    reader: &mut Reader,
    entry: &str,
    label: &str,
    place: &Place<'_>,
) -> Result<(), CatalogError> {
    let malformed =
        || place.malformed("a classification comment lists TABLE.COLUMN or TABLE.{A,B}");
    let (table, columns) = entry.rsplit_once('.').ok_or_else(malformed)?;
    let names: Vec<String> = columns
        .trim_matches(|c| c == '{' || c == '}')
        .split(',')
        .map(str::to_uppercase)
        .collect();
    let suffix = format!(".{}", table.to_uppercase());
    let over = reader.over;
    let (mut found, mut gone) = (false, Vec::new());
    for known in reader
        .tables
        .values_mut()
        .map(|entry| &mut entry.table)
        .filter(|known| format!(".{}", known.full_name).ends_with(&suffix))
    {
        found = true;
        for name in &names {
            let column = known.columns.iter_mut().find(|column| column.name == *name);
            match column {
                Some(column) => classify(column, label),
                None if over => gone.push(known.full_name.to_string()),
                None => return Err(place.unknown(format!("{table}.{name}"))),
            }
        }
    }
    for full in gone {
        reader.distrust(full, place, super::over::GONE);
    }
    if !found && over {
        reader.skip(
            place,
            None,
            format!("a comment on {table}, which is not there"),
        );
        return Ok(());
    }
    if found {
        Ok(())
    } else {
        Err(place.unknown(table.to_owned()))
    }
}

fn classify(column: &mut Column, label: &str) {
    if label != QUASI
        && let Some(class) = label_of_name(&column.name)
    {
        column.add_label(class.to_owned());
    }
    column.add_label(label.to_owned());
}
