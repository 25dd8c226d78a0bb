//! SQL for the record.
//!
//! Enters: SQL as typed, parseable or not. Leaves: the same with findings replaced. Never here: what goes upstream; a parser whose
//! refusal could leave a value standing.

use super::text::splice;
use crate::operators::mark;
use detect::vote::Vote;
use detect::work::looked;
use detect::{Basis, Detectors, Finding};

/// Longest name that may say what a literal is, bytes: it is read again for every literal.
const NAME_BYTES_MAX: usize = 256;

/// A piece of SQL text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Keywords, names, numbers, operators.
    Code,
    /// What is inside quotes, or between `$$`.
    Literal,
    /// What a comment says.
    Comment,
}

/// The text with every finding replaced by its mark. Names of people and addresses are looked for in literals and comments only:
/// keywords read like them.
pub(super) fn mask(text: &str, detectors: &Detectors) -> String {
    let mut out = String::with_capacity(text.len());
    let mut names = Names::default();
    let mut findings = Vec::new();
    let mut scratch = Vec::new();
    pieces(text, |piece, part| {
        looked(part.len() + 1);
        findings.clear();
        detectors.find(part, &mut findings);
        match piece {
            Piece::Code => {
                findings.retain(|finding| !matches!(finding.basis, Basis::Dictionary | Basis::Cue));
                names.read(part);
                numbers(part, &names.compared, &mut findings, &mut scratch);
            }
            Piece::Comment => {}
            Piece::Literal => {
                if let Some(whole) = literal(part, &mut names, detectors, &findings, &mut scratch) {
                    return out.push_str(&whole);
                }
            }
        }
        out.push_str(&splice(part, &findings, detectors));
    });
    out
}

/// What stands for the whole literal: where the name it is compared with says what it is, or where escapes hide a finding.
fn literal(
    part: &str,
    names: &mut Names,
    detectors: &Detectors,
    found: &[Finding],
    scratch: &mut Vec<Finding>,
) -> Option<String> {
    let name = names.next_literal();
    looked(name.len() + part.len());
    let whole = matches!(found, [finding] if finding.end - finding.start == part.len());
    if !whole && let Some(label) = Vote::hinted(&name, part, scratch) {
        return Some(mark(detectors.word(label)));
    }
    if !part.contains('\\') && !part.contains("''") {
        return None;
    }
    let plain = unescaped(part);
    scratch.clear();
    detectors.find(&plain, scratch);
    (scratch.len() > found.len()).then(|| {
        mark(
            scratch
                .first()
                .map_or("", |finding| detectors.word(finding.label)),
        )
    })
}

/// Bare numbers compared with a name that says what they are: `ssn = 78051121`.
fn numbers(part: &str, name: &str, findings: &mut Vec<Finding>, scratch: &mut Vec<Finding>) {
    let bytes = part.as_bytes();
    let Some(start) = bytes
        .iter()
        .rposition(|byte| matches!(byte, b'=' | b'<' | b'>' | b'('))
        .map(|at| at + 1)
    else {
        return;
    };
    let rest = part.get(start..).unwrap_or("");
    let start = start + rest.len() - rest.trim_start().len();
    let digits = bytes
        .iter()
        .skip(start)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let end = start + digits;
    let free = findings
        .iter()
        .all(|finding| finding.end <= start || finding.start >= end);
    if digits < 5 || !free {
        return;
    }
    if let Some(label) = part
        .get(start..end)
        .and_then(|number| Vote::hinted(name, number, scratch))
    {
        findings.push(Finding {
            start,
            end,
            label,
            basis: Basis::Name,
        });
        findings.sort_by_key(|finding| finding.start);
    }
}

/// The names that literals stand for: of a comparison, or of an INSERT's column list by position.
#[derive(Debug, Default)]
struct Names {
    compared: String,
    columns: Vec<String>,
    /// Inside VALUES: which column comes next.
    place: Option<usize>,
}

impl Names {
    /// Reads the code before a literal.
    fn read(&mut self, code: &str) {
        let mut words = code.split(|character: char| {
            !(character.is_alphanumeric() || matches!(character, '_' | '$'))
        });
        let upper = code.to_ascii_uppercase();
        if let Some(insert) = upper.find("INSERT") {
            self.columns = column_list(code.get(insert..).unwrap_or("")).unwrap_or_default();
        }
        if let Some(values) = upper.rfind("VALUES") {
            self.place = Some(0);
            self.step(code.get(values..).unwrap_or(""));
        } else if self.place.is_some() {
            self.step(code);
        }
        if let Some(word) = words.rfind(|word| {
            !word.is_empty()
                && word.len() <= NAME_BYTES_MAX
                && !is_keyword(word)
                && !word.starts_with(|first: char| first.is_ascii_digit())
        }) {
            word.clone_into(&mut self.compared);
        }
    }

    fn step(&mut self, code: &str) {
        for byte in code.bytes() {
            match (byte, &mut self.place) {
                (b'(', place) => *place = Some(0),
                (b',', Some(place)) => *place += 1,
                _ => {}
            }
        }
    }

    fn next_literal(&mut self) -> String {
        let column = self.place.and_then(|place| self.columns.get(place));
        column.unwrap_or(&self.compared).clone()
    }
}

/// Whether a word before a literal is no name.
pub(super) fn is_keyword(word: &str) -> bool {
    const KEYWORDS: &[&str] = &[
        "IN", "LIKE", "ILIKE", "NOT", "AND", "OR", "BETWEEN", "ANY", "RLIKE", "CONTAINS", "IS",
        "SELECT", "WHERE", "SET", "UPPER", "LOWER", "TRIM",
    ];
    let mut keywords = KEYWORDS.iter();
    keywords.any(|keyword| keyword.eq_ignore_ascii_case(word))
}

/// The names of `INSERT INTO t (a, b)`.
fn column_list(insert: &str) -> Option<Vec<String>> {
    let (_, rest) = insert.split_once('(')?;
    let (list, _) = rest.split_once(')')?;
    Some(
        list.split(',')
            .map(|name| name.trim().trim_matches('"'))
            .map(|name| {
                if name.len() > NAME_BYTES_MAX {
                    ""
                } else {
                    name
                }
                .to_owned()
            })
            .collect(),
    )
}

/// Cuts the text at quotes, `$$` and comments, and hands every piece over, delimiters with the code. What is not closed reaches to
/// the end.
pub(super) fn pieces(text: &str, mut visit: impl FnMut(Piece, &str)) {
    let bytes = text.as_bytes();
    let mut code_from = 0;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let pair = (byte, bytes.get(at + 1).copied().unwrap_or(0));
        let (piece, open, end) = match pair {
            (b'\'', _) => (Piece::Literal, at + 1, quoted_end(bytes, at + 1)),
            (b'$', b'$') => (Piece::Literal, at + 2, find(text, at + 2, "$$")),
            (b'-', b'-') | (b'/', b'/') => (Piece::Comment, at + 2, find(text, at + 2, "\n")),
            (b'/', b'*') => (Piece::Comment, at + 2, find(text, at + 2, "*/")),
            _ => {
                at += 1;
                continue;
            }
        };
        visit(Piece::Code, text.get(code_from..open).unwrap_or(""));
        visit(piece, text.get(open..end).unwrap_or(""));
        code_from = end;
        at = match (piece, pair) {
            (Piece::Literal, (b'\'', _)) => end + 1,
            (Piece::Comment, (b'-', _) | (_, b'/')) => end,
            _ => end + 2,
        };
    }
    visit(Piece::Code, text.get(code_from..).unwrap_or(""));
}

fn find(text: &str, from: usize, what: &str) -> usize {
    text.get(from..)
        .and_then(|rest| rest.find(what))
        .map_or(text.len(), |at| from + at)
}

/// The closing quote: not after a backslash, not doubled.
fn quoted_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        match (byte, bytes.get(at + 1)) {
            (b'\\', Some(_)) | (b'\'', Some(b'\'')) => at += 2,
            (b'\'', _) => return at,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The literal's value: `''`, `\'`, `\x41`, `\u0041`, `\101` undone.
pub(super) fn unescaped(part: &str) -> String {
    let mut plain = String::with_capacity(part.len());
    let mut rest = part;
    while let Some(at) = rest.find(['\\', '\'']) {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let after = from.get(1..).unwrap_or("");
        let code = |digits: &str, radix: u32| {
            u32::from_str_radix(digits, radix)
                .ok()
                .and_then(char::from_u32)
        };
        let numbered = match after.as_bytes().first() {
            Some(b'x') => after
                .get(1..3)
                .and_then(|digits| Some((code(digits, 16)?, 3))),
            Some(b'u') => after
                .get(1..5)
                .and_then(|digits| Some((code(digits, 16)?, 5))),
            Some(b'0'..=b'7') => after
                .get(..3)
                .and_then(|digits| Some((code(digits, 8)?, 3))),
            _ => None,
        };
        match numbered.filter(|_| from.starts_with('\\')) {
            Some((character, length)) => {
                plain.push(character);
                rest = after.get(length..).unwrap_or("");
            }
            None => {
                let next = after.chars().next();
                plain.extend(next);
                rest = after.get(next.map_or(0, char::len_utf8)..).unwrap_or("");
            }
        }
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests;
