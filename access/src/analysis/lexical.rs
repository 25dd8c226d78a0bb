//! The fallback for what the parser cannot read: the verb, and names that may be tables.
//!
//! Enters: text or tokens. Leaves: `unclassified` and the verb. Never here: a verdict of harmlessness; the policy decides what
//! becomes of it, and nothing it says is a reason to allow.

use event::payload::{Finding, StatementKind};
use sha2::{Digest as _, Sha256};
use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::run::Run;
use super::stage::location_at;
use super::tokens::{Cursor, is_word};
use super::{Analysis, Answer};
use crate::catalog::Catalog;

/// The first word that is no comment, quote or bracket, upper case.
pub(crate) fn verb(text: &str) -> Option<String> {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| {
            c.is_whitespace() || c == '(' || c == ';' || c == '\u{feff}'
        });
        if rest.starts_with("--") || rest.starts_with("//") {
            rest = rest.split_once('\n')?.1;
        } else if rest.starts_with("/*") {
            rest = rest.split_once("*/")?.1;
        } else {
            break;
        }
    }
    let end = rest
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(rest.len());
    rest.get(..end)
        .filter(|word| !word.is_empty() && word.len() <= 24)
        .map(str::to_uppercase)
}

/// A whole request nobody could read.
pub(crate) fn unclassified(text: &str, catalog: &Catalog, reason: Finding) -> Analysis {
    let mut flags = vec![reason, Finding::Unclassified];
    flags.sort();
    let mut hash = Sha256::new();
    hash.update(StatementKind::Unclassified.as_str());
    hash.update("\0");
    hash.update(text);
    Analysis {
        kinds: vec![StatementKind::Unclassified],
        answers: vec![Answer::Rows],
        outputs: vec![None],
        inner_kinds: verb(text)
            .map(|verb| StatementKind::from(verb.to_lowercase()))
            .into_iter()
            .collect(),
        flags,
        spans: vec![(Finding::Unclassified, 0, text.len() as u64)],
        fingerprint: hex::encode(hash.finalize().get(..16).unwrap_or_default()),
        catalog_version: catalog.version_for(std::iter::empty()),
        ..Analysis::default()
    }
}

/// Names and stages after FROM, JOIN, INTO, UPDATE and TABLE of a statement without a tree, noted as read; and its verb.
pub(crate) fn names_read(run: &mut Run<'_>, tokens: &[TokenWithSpan]) {
    if let Some(verb) = tokens.iter().find_map(|t| super::tokens::word(&t.token)) {
        run.inner_kinds.push(verb.to_lowercase().into());
    }
    let mut cursor = Cursor::new(tokens);
    while let Some(token) = cursor.advance() {
        let before = ["FROM", "JOIN", "INTO", "UPDATE", "TABLE", "USING"]
            .iter()
            .any(|word| is_word(token, word));
        let mut place = cursor;
        if before && let Some(text) = location_at(&mut place) {
            run.reads_location(&text, run.here);
        } else if before && matches!(cursor.peek(), Some(Token::Word(_))) && !cursor.is("SELECT") {
            let mut name = cursor;
            if let Some(parts) = run.name(&mut name) {
                let full = run.target(&parts);
                run.reads(&full);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::verb;

    #[test]
    fn the_verb_is_found_behind_comments_and_brackets() {
        for (text, expected) in [
            ("select 1", Some("SELECT")),
            ("  /* DROP */ -- x\n // y\n (delete from t", Some("DELETE")),
            ("-- only", None),
            ("'quoted", None),
            ("\u{feff}put file", Some("PUT")),
        ] {
            assert_eq!(verb(text).as_deref(), expected, "{text}");
        }
    }
}
