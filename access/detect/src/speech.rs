//! Names and numbers in prose of other scripts than Latin, told by what stands beside them: `меня зовут …`, `اسمي …`, `…と申します`.
//!
//! Enters: a text, and what was found in it. Leaves: further findings. Never here: texts of Latin letters only (`walk.rs` reads those);
//! a name that nothing introduces, unless the dictionaries have both of its words as nothing else.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};

use super::run::Run;
use super::work::looked;
use super::{Basis, Finding, Label, address, numbers, secret};
use phrases::{Kind, LISTS, NUMBERS};

mod han;
mod phrases;
mod script;
mod spaced;

use script::Script;
pub(super) use script::is_beyond_latin;

/// How much of a text is looked at behind a phrase, bytes.
const REACH: usize = 240;

/// How far behind its phrase a password begins, bytes, and how many words of ASCII may stand before it.
const PASSWORD_REACH: usize = 48;
const WORDS_MAX: usize = 3;

/// The phrases, and what each says.
struct Phrases {
    search: AhoCorasick,
    kinds: Vec<Says>,
}

/// What a phrase says.
#[derive(Clone, Copy)]
enum Says {
    Name(Kind),
    Value(Label),
}

static PHRASES: LazyLock<Option<Phrases>> = LazyLock::new(|| {
    let mut words = Vec::new();
    let mut kinds = Vec::new();
    let names = LISTS.iter().map(|(kind, list)| (Says::Name(*kind), *list));
    let values = NUMBERS
        .iter()
        .map(|(label, list)| (Says::Value(*label), *list));
    for (says, list) in names.chain(values) {
        for phrase in list.split('|') {
            let mut letters = phrase.chars();
            let capital: String = letters
                .next()
                .into_iter()
                .flat_map(char::to_uppercase)
                .chain(letters)
                .collect();
            if capital != phrase {
                words.push(capital);
                kinds.push(says);
            }
            words.push(phrase.to_owned());
            kinds.push(says);
        }
    }
    let search = AhoCorasickBuilder::new()
        .match_kind(MatchKind::LeftmostLongest)
        .build(words)
        .ok()?;
    Some(Phrases { search, kinds })
});

/// Appends names and numbers that phrases of the text tell, and keeps the findings from `from` on in order.
pub(super) fn heard(text: &str, from: usize, findings: &mut Vec<Finding>) {
    let Some(phrases) = PHRASES.as_ref() else {
        return;
    };
    looked(text.len());
    let mut floor = 0;
    let mut added = Vec::new();
    for found in phrases.search.find_iter(text) {
        let Some(says) = phrases.kinds.get(found.pattern().as_usize()) else {
            continue;
        };
        if found.start() < floor || !is_whole(text, found.start(), found.end()) {
            continue;
        }
        let finding = match says {
            Says::Name(kind) => named(text, floor, found.start(), found.end(), *kind),
            Says::Value(label) => valued(text, found.end(), *label),
        };
        if let Some(finding) = finding {
            floor = finding.end.max(floor);
            added.push(finding);
        }
    }
    spaced::pairs(text, &mut added);
    merge(findings, from, added);
}

fn named(text: &str, floor: usize, start: usize, end: usize, kind: Kind) -> Option<Finding> {
    let (from, to) = match kind {
        Kind::Introduces | Kind::Precedes => {
            let at = end + gap(text.get(end..)?);
            let rest = text.get(at..)?;
            let sure = kind == Kind::Introduces;
            let length = match Script::of(rest.chars().next()?) {
                Script::Han => han::after(rest, sure),
                Script::Hangul => han::korean(rest, sure),
                Script::Thai => spaced::thai(rest),
                // A word that goes on is no phrase before a name.
                _ if at == end && !text.get(..end)?.ends_with('.') => None,
                _ => spaced::after(rest, sure),
            }?;
            (at, at + length)
        }
        Kind::Follows | Kind::Ends => {
            let before = text.get(floor..start)?;
            let sure = kind == Kind::Follows;
            let length = match Script::of(before.trim_end().chars().next_back()?) {
                Script::Hangul => han::korean_before(before, sure),
                Script::Han => han::before(before, sure),
                _ => spaced::before(before),
            }?;
            let stop = floor + before.trim_end().len();
            (stop - length, stop)
        }
    };
    Some(Finding {
        start: from,
        end: to,
        label: Label::Person,
        basis: Basis::Dictionary,
    })
}

/// The number behind a phrase that says what it is: `手机号138 9635 2324`.
fn valued(text: &str, end: usize, label: Label) -> Option<Finding> {
    let rest = text.get(end..)?;
    if label == Label::Address {
        let at = end + gap(rest);
        let stop = address::spoken::spoken_at(text.as_bytes(), at)?;
        return Some(Finding {
            start: at,
            end: stop,
            label,
            basis: Basis::Cue,
        });
    }
    let rest = rest.get(..floor_boundary(rest, REACH)).unwrap_or(rest);
    if label == Label::Secret {
        let (from, to) = password(rest)?;
        return Some(Finding {
            start: end + from,
            end: end + to,
            label,
            basis: Basis::Cue,
        });
    }
    let at = rest
        .char_indices()
        .take(12)
        .find(|(_, character)| character.is_ascii_digit() || matches!(character, '+' | '('))
        .map(|(at, _)| at)?;
    if label == Label::NationalId
        && let Some((start, stop)) = lettered(rest, at)
    {
        return Some(Finding {
            start: end + start,
            end: end + stop,
            label,
            basis: Basis::Cue,
        });
    }
    let run = Run::at(rest.as_bytes(), at)?;
    let (label, groups, basis) = numbers::number_at(&run, 0, false, Some(label))?;
    Some(Finding {
        start: end + at,
        end: end + run.end_of(groups - 1),
        label,
        basis,
    })
}

/// The password behind a phrase that announces one, before the sentence ends: the first words of ASCII are looked at.
fn password(rest: &str) -> Option<(usize, usize)> {
    let bytes = rest.as_bytes();
    let mut at = 0;
    for _ in 0..WORDS_MAX {
        let skipped = bytes.get(at..)?.iter().position(u8::is_ascii_graphic)?;
        let from = at + skipped;
        if bytes.get(at..from)?.contains(&b'\n') || from > PASSWORD_REACH {
            return None;
        }
        let from = from + usize::from(bytes.get(from) == Some(&b':'));
        let length = bytes
            .get(from..)?
            .iter()
            .take_while(|byte| byte.is_ascii_graphic())
            .count();
        let to = from + length;
        if let Some(end) = secret::announced_at(bytes.get(..to)?, from) {
            return Some((from, end));
        }
        if matches!(bytes.get(to.wrapping_sub(1)), Some(b'.' | b'?' | b'!')) {
            return None;
        }
        at = to.max(at + 1);
    }
    None
}

/// A passport's number around the digits at `at`: one to three letters of whatever script, perhaps a blank, and five to nine digits.
fn lettered(rest: &str, at: usize) -> Option<(usize, usize)> {
    let (before, after) = rest.split_at_checked(at)?;
    let series = before.strip_suffix(' ').unwrap_or(before);
    let letters: usize = series
        .chars()
        .rev()
        .take(4)
        .take_while(|letter| letter.is_uppercase())
        .map(char::len_utf8)
        .sum();
    let count = series.get(series.len() - letters..)?.chars().count();
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    let parted = series
        .get(..series.len() - letters)?
        .ends_with([' ', ':', '：', '№']);
    let ends = !after.get(digits..)?.starts_with(char::is_alphanumeric);
    ((1..=3).contains(&count) && (5..=9).contains(&digits) && parted && ends)
        .then_some((series.len() - letters, at + digits))
}

fn floor_boundary(text: &str, most: usize) -> usize {
    let mut at = most.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Blanks, colons and quotes between a phrase and what it is about, bytes.
fn gap(rest: &str) -> usize {
    rest.chars()
        .take(4)
        .take_while(|character| {
            matches!(
                character,
                ' ' | ':' | '：' | '"' | '«' | '„' | '「' | '、' | '=' | '-' | ',' | '،'
            )
        })
        .map(char::len_utf8)
        .sum()
}

/// Whether a phrase stands for itself: in scripts that part words, no letter is joined to it.
fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).and_then(|text| text.chars().next_back());
    let first = text.get(start..).and_then(|text| text.chars().next());
    let after = text.get(end..).and_then(|text| text.chars().next());
    match first.map(Script::of) {
        Some(Script::Cased | Script::Spaced) => {
            let joined = |character: Option<char>| {
                character.is_some_and(|character| {
                    character.is_alphanumeric() || script::is_mark(character)
                })
            };
            let dotted = text.get(start..end).is_some_and(|text| text.ends_with('.'));
            !joined(before) && (dotted || !joined(after))
        }
        _ => true,
    }
}

/// Puts further findings among those from `from` on; what overlaps an earlier one is left out.
fn merge(findings: &mut Vec<Finding>, from: usize, added: Vec<Finding>) {
    for finding in added {
        let held = findings.get(from..).unwrap_or_default();
        let place = held.partition_point(|other| other.end <= finding.start);
        if held
            .get(place)
            .is_none_or(|other| other.start >= finding.end)
        {
            findings.insert(from + place, finding);
        }
    }
}

#[cfg(test)]
mod tests;
