//! Names as SQL writes them.
//!
//! Enters: parts of a name, as stored. Leaves: text. Never here: a look at whether something has the name.

/// A part as it must be written: quoted unless it is a plain upper-case name.
pub(crate) fn quote(part: &str) -> std::borrow::Cow<'_, str> {
    let plain = part.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
        && part
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '_' | '$'));
    if plain {
        part.into()
    } else {
        format!("\"{}\"", part.replace('"', "\"\"")).into()
    }
}

/// The dotted name of parts.
pub(crate) fn join_name(parts: &[String]) -> String {
    let mut name = String::with_capacity(parts.iter().map(|part| part.len() + 1).sum());
    for part in parts {
        if !name.is_empty() {
            name.push('.');
        }
        name.push_str(&quote(part));
    }
    name
}
