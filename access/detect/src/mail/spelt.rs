//! Addresses whose signs are spelt out: `joe (at) example (dot) com`, `joe arroba example punto com`.
//!
//! Enters: a text and the place of the word, or the sign, that stands for the `@`. Leaves: where the address begins and ends. Never
//! here: signs in a program's encoding.

use super::host::{Host, host};
use super::local;
use crate::work::looked;

/// Words for the `@`, lower case; the first ones only in brackets.
const SIGNS: &[&str] = &[
    "a",
    "chez",
    "at",
    "@",
    "ät",
    "arroba",
    "aroba",
    "arobase",
    "chiocciola",
    "kukac",
    "małpa",
    "malpa",
    "zavináč",
    "zavinac",
    "собака",
    "apenstaartje",
    "klammeraffe",
    "snabela",
];
/// How many of them stand only in brackets.
const BRACKETED: usize = 2;
/// Words for a point, lower case; the first ones also where the `@` was written plainly.
const POINTS: &[&str] = &[
    "dot",
    ".",
    "punkt",
    "punto",
    "point",
    "ponto",
    "period",
    "pont",
    "kropka",
    "tečka",
    "tecka",
    "bodka",
    "точка",
    "punt",
    "nokta",
];
/// How many of them may follow a plain `@`.
const PLAIN_POINTS: usize = 2;
/// Most points of a local part that is spelt out.
const LOCAL_POINTS_MAX: usize = 8;
/// Words that stand before an `at` and are no account's name.
const PROSE: &[&str] = &[
    "we",
    "you",
    "they",
    "meet",
    "look",
    "see",
    "visit",
    "read",
    "more",
    "available",
    "shop",
    "buy",
    "order",
    "login",
    "register",
    "find",
    "only",
    "us",
    "is",
    "are",
    "was",
    "be",
    "me",
    "it",
    "online",
    "hosted",
    "now",
    "here",
    "live",
    "up",
];
/// Words after an `at` that begin no host's name.
const ARTICLES: &[&str] = &[
    "the", "a", "an", "this", "that", "my", "our", "your", "www", "dot",
];

/// How a word is set off from what is around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Blanks,
    Lines,
    Brackets,
}

struct Mark {
    style: Style,
    /// Place of the word among those looked for.
    word: usize,
    /// Where it begins.
    at: usize,
    /// One past the mark, blanks and all.
    end: usize,
    /// No blank is around it.
    tight: bool,
}

/// Words for an `@`, in lower case.
pub(crate) fn signs() -> impl Iterator<Item = &'static str> {
    SIGNS.iter().copied()
}

/// Whether `bytes[at..end]` is a word for an `@` with what sets it off on both sides.
pub(crate) fn is_sign(bytes: &[u8], at: usize, end: usize) -> bool {
    let length = end - at;
    let first = bytes.get(at).copied().unwrap_or(0);
    let before = at.checked_sub(1).and_then(|place| bytes.get(place));
    let may = match length {
        1 => first | 0x20 == b'a' && matches!(before, Some(b'(' | b'[' | b'{' | b'<')),
        2 => first | 0x20 == b'a',
        3 => first == 0xc3,
        4..=13 => matches!(first, b'a' | b'c' | b'k' | b'm' | b'z' | b's' | 0xd1),
        _ => false,
    };
    let sets_off = |byte: Option<&u8>| {
        matches!(
            byte,
            Some(
                b' ' | b'('
                    | b')'
                    | b'['
                    | b']'
                    | b'{'
                    | b'}'
                    | b'<'
                    | b'>'
                    | b'*'
                    | b'|'
                    | b'#'
                    | b'-'
                    | b'_'
            )
        )
    };
    may && sets_off(bytes.get(end))
        && sets_off(before)
        && bytes.get(at..end).is_some_and(|word| {
            SIGNS
                .iter()
                .any(|sign| sign.as_bytes().eq_ignore_ascii_case(word))
        })
}

/// The address around the word, or the sign, `bytes[from..to]` that stands for its `@`.
pub(crate) fn around(bytes: &[u8], from: usize, to: usize) -> Option<(usize, usize)> {
    (1..=3).rev().find_map(|back| {
        let end = from.checked_sub(back)?;
        let ends = |byte: &u8| byte.is_ascii_alphanumeric() || *byte >= 0x80 || *byte == b'"';
        if !bytes.get(end.checked_sub(1)?).is_some_and(ends) {
            return None;
        }
        let mark = mark(bytes, end, SIGNS).filter(|mark| mark.at == from)?;
        let start = local_start(bytes, end)?;
        let host = host(bytes, mark.end, true)?;
        let address = Address {
            bytes,
            start,
            local_end: end,
            sign: (from, to),
            host,
            from: mark.end,
        };
        address.fits(&mark).then_some((start, host.end))
    })
}

struct Address<'a> {
    bytes: &'a [u8],
    start: usize,
    local_end: usize,
    sign: (usize, usize),
    host: Host,
    /// Where the host begins.
    from: usize,
}

impl Address<'_> {
    /// `joe.x at example.com` is an address, `meet at example.com` is not.
    fn fits(&self, mark: &Mark) -> bool {
        let local = self.bytes.get(self.start..self.local_end);
        let local = local.unwrap_or_default();
        let name = self.bytes.get(self.from..self.host.end).unwrap_or_default();
        let sign = self.bytes.get(self.sign.0..self.sign.1).unwrap_or_default();
        let first = name
            .split(|byte| !byte.is_ascii_alphanumeric())
            .next()
            .unwrap_or_default();
        let one_of = |words: &[&str], word: &[u8]| {
            words
                .iter()
                .any(|known| known.as_bytes().eq_ignore_ascii_case(word))
        };
        if sign == b"@" {
            // `meet @ Acme.Inc` is a place.
            return mark.style == Style::Brackets
                || !name.iter().any(u8::is_ascii_uppercase) && !one_of(&["www"], first);
        }
        if mark.word < BRACKETED && (mark.style != Style::Brackets || !mark.tight) {
            return false;
        }
        if one_of(ARTICLES, first) {
            return false;
        }
        let whole = self.start == 0 && self.host.end == self.bytes.len();
        let shouted = sign == b"AT" && self.host.worded;
        let boxed = local
            .iter()
            .any(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'+'));
        match mark.style {
            Style::Brackets => true,
            Style::Lines => self.host.worded || whole && boxed,
            Style::Blanks => {
                !one_of(PROSE, local) && (self.host.worded || whole || shouted || boxed)
            }
        }
    }
}

/// Where the local part that ends at `end` begins; points of it that are spelt out belong to it.
fn local_start(bytes: &[u8], end: usize) -> Option<usize> {
    let mut start = local::start(bytes, end)?;
    for _ in 0..LOCAL_POINTS_MAX {
        // ` dot ` before it, and another word before that.
        let spelt = [5, 6, 7].into_iter().find_map(|length| {
            let point = start.checked_sub(length)?;
            let mark = mark(bytes, point, POINTS.get(..1)?)?;
            let word = bytes.get(point.checked_sub(1)?)?;
            (mark.end == start && (word.is_ascii_alphanumeric() || *word >= 0x80)).then_some(point)
        });
        let Some(next) = spelt.and_then(|point| local::start(bytes, point)) else {
            break;
        };
        start = next;
    }
    Some(start)
}

/// One past the point at `at` that is spelt out.
pub(super) fn spelt_point(bytes: &[u8], at: usize, spelt: bool) -> Option<usize> {
    let plain = POINTS.get(..PLAIN_POINTS)?;
    let mark = mark(bytes, at, if spelt { POINTS } else { plain })?;
    let blanks = mark.style == Style::Blanks;
    // `joe@example.com . Next`, `x@example.com_dot_y`: only brackets, or the word itself, are sure.
    let sure = spelt || mark.style == Style::Brackets || (blanks && mark.word == 0);
    sure.then_some(mark.end)
}

/// `(at)`, `[ at ]`, ` at `, `_at_`, ` -at- ` at `at`: one of the words, set off on both sides.
fn mark(bytes: &[u8], at: usize, words: &[&str]) -> Option<Mark> {
    let lead = usize::from(bytes.get(at) == Some(&b' '));
    let open = *bytes.get(at + lead)?;
    let close = match open {
        b'(' => b')',
        b'[' => b']',
        b'{' => b'}',
        b'<' => b'>',
        b'*' | b'|' | b'#' | b'-' | b'_' => open,
        _ if lead == 1 => b' ',
        _ => return None,
    };
    let style = match open {
        b'-' | b'_' if lead == 0 => Style::Lines,
        _ if close == b' ' => Style::Blanks,
        _ => Style::Brackets,
    };
    let mut place = at + lead + usize::from(style != Style::Blanks);
    let gap = usize::from(style == Style::Brackets && bytes.get(place) == Some(&b' '));
    place += gap;
    let rest = bytes.get(place..)?;
    looked(1);
    let word = words.iter().position(|word| {
        rest.get(..word.len())
            .is_some_and(|have| have.eq_ignore_ascii_case(word.as_bytes()))
            && !rest
                .get(word.len())
                .is_some_and(|next| next.is_ascii_alphanumeric() || *next >= 0x80)
    })?;
    let mut end = place + words.get(word)?.len();
    if gap == 1 && bytes.get(end) == Some(&b' ') {
        end += 1;
    }
    if bytes.get(end) != Some(&close) {
        return None;
    }
    end += 1;
    let trail = usize::from(style != Style::Blanks && bytes.get(end) == Some(&b' '));
    Some(Mark {
        style,
        word,
        at: place,
        end: end + trail,
        tight: lead + gap + trail == 0,
    })
}
