//! Names where words are parted: by capitals, or, in scripts without, by how many words a name has.
//!
//! Enters: the text behind or before a phrase. Leaves: how many bytes the name takes. Never here: phrases.

use super::phrases::{PARTICLES, STOPS, THAI_STOPS};
use super::script::{Script, is_mark};
use crate::names::{COMMON, FAMILY, GIVEN, PLACE, WORD, wide};
use crate::{Basis, Finding, Label};

/// Most words of a name in scripts with capitals, and without.
const CASED_MAX: usize = 4;
const PLAIN_MAX: usize = 2;
/// Longest word of a name, bytes.
const WORD_BYTES_MAX: usize = 72;

/// A word at the text's start: its bytes, and whether something ends the name behind it.
fn word(text: &str) -> Option<(&str, bool)> {
    let inside = |character: char| {
        character.is_alphabetic()
            || is_mark(character)
            || matches!(character, '-' | '־' | '\'' | '’' | '.' | '״' | '׳')
    };
    let length = text
        .char_indices()
        .find(|(_, character)| !inside(*character))
        .map_or(text.len(), |(at, _)| at);
    let word = text.get(..length)?;
    let initials =
        word.chars().filter(|character| *character == '.').count() > 0 && word.chars().count() <= 4;
    let bare = if initials {
        word
    } else {
        word.trim_end_matches('.')
    };
    let ends = bare.len() < word.len() || !text.get(length..)?.starts_with(' ');
    (!bare.is_empty() && bare.len() <= WORD_BYTES_MAX).then_some((bare, ends))
}

/// Dictionaries that have the word as a name, if it is no common word or place.
fn name_flags(word: &str) -> u8 {
    let flags = wide(word);
    if flags & (COMMON | WORD) == 0 {
        flags & (GIVEN | FAMILY)
    } else {
        0
    }
}

/// The name at the text's start. Where the phrase is not sure, one of its words must be known.
pub(super) fn after(text: &str, sure: bool) -> Option<usize> {
    let script = Script::of(text.chars().next()?);
    let most = if script == Script::Cased {
        CASED_MAX
    } else {
        PLAIN_MAX
    };
    let (mut at, mut end, mut units, mut known) = (0, 0, 0, false);
    while units < most {
        let Some((word, ends)) = text.get(at..).and_then(word) else {
            break;
        };
        let first = word.chars().next()?;
        let particle = PARTICLES.contains(&word);
        let fits = Script::of(first) == script
            && !STOPS.contains(&word)
            && (script != Script::Cased || first.is_uppercase());
        if !fits {
            break;
        }
        known |= name_flags(word) != 0;
        units += usize::from(!particle);
        at += word.len();
        end = at;
        if ends {
            break;
        }
        at += 1;
    }
    // What belongs to the last word: `حسام الدين`.
    if let Some((word, _)) = text
        .get(end..)
        .and_then(|rest| word(rest.strip_prefix(' ')?))
        && matches!(word, "الدين" | "الله")
    {
        end += 1 + word.len();
    }
    let several = units >= 2;
    (units > 0 && (known || sure && several)).then_some(end)
}

/// The name that ends where the text ends, before an honorific.
pub(super) fn before(text: &str) -> Option<usize> {
    let text = text.trim_end();
    let from = text.rmatch_indices(' ').nth(1).map_or(0, |(at, _)| at + 1);
    let mut words = text.get(from..)?.split(' ');
    let last = words.next_back()?;
    let first = words.next();
    let known = |word: &str| name_flags(word) != 0;
    match first {
        Some(first) if known(first) => Some(text.len() - from),
        _ if known(last) => Some(last.len()),
        _ => None,
    }
}

/// The name at the start of a Thai text: two runs of letters, the second no word that goes on with the sentence.
pub(super) fn thai(text: &str) -> Option<usize> {
    let run = |text: &str| {
        text.char_indices()
            .find(|(_, character)| Script::of(*character) != Script::Thai)
            .map_or(text.len(), |(at, _)| at)
    };
    let first = run(text);
    let stops = |text: &str| THAI_STOPS.iter().any(|stop| text.starts_with(stop));
    if first == 0 || first > WORD_BYTES_MAX * 2 || stops(text) {
        return None;
    }
    let rest = text.get(first..)?;
    let second = rest
        .strip_prefix(' ')
        .filter(|rest| !stops(rest))
        .map_or(0, run);
    let known = name_flags(text.get(..first)?) != 0;
    match second {
        0 if known => Some(first),
        1..=WORD_BYTES_MAX => Some(first + 1 + second),
        _ => None,
    }
}

/// Two words side by side that the dictionaries have as nothing but a given name and a family name, in scripts without capitals.
pub(super) fn pairs(text: &str, added: &mut Vec<Finding>) {
    let mut before: Option<(usize, usize, u8)> = None;
    let mut at = 0;
    for piece in text.split(' ') {
        let start = at;
        at += piece.len() + 1;
        let open = piece.trim_start_matches(['"', '(', '«', '،', '=']);
        let start = start + piece.len() - open.len();
        let bare = open.trim_end_matches(['"', ')', '»', '،', ',', '.', ':', ';', '؛', '?', '؟']);
        let spaced = bare.chars().next().map(Script::of) == Some(Script::Spaced)
            && bare.chars().count() >= 3;
        let flags = if spaced { wide(bare) } else { 0 };
        let flags = if flags & (COMMON | PLACE | WORD) == 0 {
            flags
        } else {
            0
        };
        if let Some((from, stop, first)) = before
            && stop + 1 == start
            && first & GIVEN != 0
            && flags & FAMILY != 0
        {
            added.push(Finding {
                start: from,
                end: start + bare.len(),
                label: Label::Person,
                basis: Basis::Dictionary,
            });
        }
        before = (bare.len() == open.len()).then_some((start, start + bare.len(), flags));
    }
}
