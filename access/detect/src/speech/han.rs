//! Names that no blank parts: Chinese, Japanese, Korean.
//!
//! Enters: the text behind or before a phrase. Leaves: how many bytes the name takes. Never here: phrases.

use super::script::Script;
use crate::names::{FAMILY, GIVEN, wide};

/// Most characters of a family name, of a given name and of a whole name.
const FAMILY_MAX: usize = 4;
const GIVEN_MAX: usize = 4;
const NAME_MAX: usize = 8;

fn is_han(character: char) -> bool {
    Script::of(character) == Script::Han
}

const fn is_hiragana(character: char) -> bool {
    matches!(character, '\u{3041}'..='\u{309f}')
}

/// Where each of the text's first characters ends, bytes; at most `most` of those that are `inside`.
fn ends(text: &str, most: usize, inside: impl Fn(char) -> bool) -> Vec<usize> {
    text.char_indices()
        .take(most)
        .take_while(|(_, character)| inside(*character))
        .map(|(at, character)| at + character.len_utf8())
        .collect()
}

/// The longest family name at the text's start, bytes.
fn family(text: &str, ends: &[usize]) -> Option<usize> {
    ends.iter().take(FAMILY_MAX).rev().copied().find(|end| {
        text.get(..*end)
            .is_some_and(|head| wide(head) & FAMILY != 0)
    })
}

/// The name at the start of a Chinese or Japanese text.
pub(super) fn after(text: &str, sure: bool) -> Option<usize> {
    let ends = ends(text, NAME_MAX + 1, is_han);
    let run = *ends.last()?;
    let rest = text.get(run..)?;
    // `勅使河原 慎一、`: parted, as forms have it.
    let second = rest
        .strip_prefix([' ', '\u{3000}'])
        .map_or(0, |rest| rest.len())
        .min(1)
        * rest.chars().next().map_or(0, char::len_utf8);
    if second > 0 && ends.len() <= FAMILY_MAX {
        let given = self::ends(rest.get(second..)?, GIVEN_MAX + 1, is_han);
        let last = given.last().copied().unwrap_or(0);
        if (1..=GIVEN_MAX).contains(&given.len()) && (sure || wide(text.get(..run)?) & FAMILY != 0)
        {
            return Some(run + second + last);
        }
    }
    let head = family(text, &ends);
    // A name that something ends: all of it.
    if (2..=4).contains(&ends.len()) && sure && head.is_some() {
        return Some(run);
    }
    let head = head?;
    let given = self::ends(text.get(head..)?, GIVEN_MAX, is_han);
    let known = given.iter().rev().copied().find(|end| {
        text.get(head..head + end)
            .is_some_and(|name| wide(name) & GIVEN != 0)
    });
    match (known, sure) {
        (Some(end), _) => Some(head + end),
        (None, true) => given.get(1).or(given.first()).map(|end| head + end),
        (None, false) => None,
    }
}

/// The name that ends where the text ends: `…小笠原健太郎`, `…五十嵐 さくら`.
pub(super) fn before(text: &str, sure: bool) -> Option<usize> {
    let text = text.trim_end();
    let mut starts = Vec::new();
    let mut blank = false;
    for (at, character) in text.char_indices().rev().take(NAME_MAX + 2) {
        if !is_han(character) && (blank || !matches!(character, ' ' | '\u{3000}')) {
            break;
        }
        blank |= !is_han(character);
        starts.push(at);
    }
    // The longest piece that begins with a family name and goes on as a given name can.
    let mut best = None;
    for start in starts.into_iter().rev() {
        let name = text.get(start..)?;
        let (head, tail) = match name.split_once([' ', '\u{3000}']) {
            Some((head, tail)) => (head, tail),
            None => {
                let ends = ends(name, NAME_MAX, is_han);
                let Some(cut) = family(name, &ends) else {
                    continue;
                };
                name.split_at_checked(cut)?
            }
        };
        let letters = tail.chars().count();
        let soft = tail.chars().any(is_hiragana) && wide(tail) & GIVEN == 0;
        if wide(head) & FAMILY == 0 || letters > GIVEN_MAX || soft {
            continue;
        }
        let given = wide(tail) & GIVEN != 0;
        if given || sure && best.is_none() {
            let better = given || best.is_none();
            best = better.then_some((text.len() - start, given)).or(best);
        }
        if given {
            break;
        }
    }
    best.map(|(length, _)| length)
}

/// The name at the start of a Korean text, before what is joined to it: `김민준입니다`, `남궁서연 님`.
pub(super) fn korean(text: &str, sure: bool) -> Option<usize> {
    let ends = ends(text, 5, |character| Script::of(character) == Script::Hangul);
    let heads = [ends.get(1), ends.first()];
    heads.into_iter().flatten().find_map(|head| {
        let name = text.get(..*head)?;
        if wide(name) & FAMILY == 0 {
            return None;
        }
        let rest = ends.iter().filter(|end| *end > head);
        let known = rest
            .clone()
            .take(2)
            .filter(|end| {
                text.get(*head..**end)
                    .is_some_and(|name| wide(name) & GIVEN != 0)
            })
            .last();
        known
            .or_else(|| sure.then(|| rest.clone().nth(1)).flatten())
            .copied()
    })
}

/// The name that ends where the text ends.
pub(super) fn korean_before(text: &str, sure: bool) -> Option<usize> {
    let trimmed = text.trim_end();
    let run: usize = trimmed
        .chars()
        .rev()
        .take(6)
        .take_while(|character| Script::of(*character) == Script::Hangul)
        .map(char::len_utf8)
        .sum();
    let name = trimmed.get(trimmed.len() - run..)?;
    let letters = name.chars().count();
    if !(2..=4).contains(&letters) {
        return None;
    }
    let ends = ends(name, 4, |_| true);
    [ends.get(1), ends.first()]
        .into_iter()
        .flatten()
        .find_map(|head| {
            let (family, given) = name.split_at_checked(*head)?;
            let fits = wide(family) & FAMILY != 0
                && !given.is_empty()
                && (wide(given) & GIVEN != 0
                    || sure && letters == 3 && text.len() == trimmed.len() + 1);
            fits.then_some(name.len())
        })
}
