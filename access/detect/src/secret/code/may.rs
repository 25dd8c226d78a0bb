//! What must stand around digits before anybody asks whether they are a code that lets somebody in: most digits are none, and are told
//! so by the word before them.
//!
//! Enters: the text before digits, or behind them. Leaves: whether a code may be told of there. Never here: whether one is; a text that
//! is turned away here is one of which `code.rs` says no.

use super::place::{CODES, ENDS, OPENS, PLACES, WHEN};
use super::told::{BOXES, LINKS, PIN, TAN, TOLD};

/// Most words between a code and what tells of it: two links and what says when.
const BETWEEN_MAX: usize = 6;

/// A bit for each first letter, last letter and length of a word.
type Shapes = [u64; 512];

/// The words that what tells of a code ends in.
static TELLING: Shapes = shapes(&[TOLD, BOXES, CODES, PLACES, OPENS, &[PIN, TAN]]);
/// The words that may stand between that and the code. Of a link in two words (`is now`), and of one with a sign in it, each is one.
static BETWEEN: Shapes = shapes(&[LINKS, WHEN, &["is", "aujourd"]]);

/// The shapes of the last words of all entries.
const fn shapes(lists: &[&[&str]]) -> Shapes {
    let mut shapes = [0; 512];
    let mut list = 0;
    while list < lists.len() {
        let mut place = 0;
        while place < lists[list].len() {
            let entry = lists[list][place].as_bytes();
            let mut end = entry.len();
            while end > 0 && !entry[end - 1].is_ascii_alphanumeric() {
                end -= 1;
            }
            let mut start = end;
            while start > 0 && entry[start - 1].is_ascii_alphanumeric() {
                start -= 1;
            }
            if start < end {
                let shape = shape(entry[start], entry[end - 1], end - start);
                shapes[shape / 64] |= 1 << (shape % 64);
            }
            place += 1;
        }
        list += 1;
    }
    shapes
}

/// The same of letters of either case.
const fn shape(first: u8, last: u8, length: usize) -> usize {
    let length = if length < 31 { length } else { 31 };
    ((first & 31) as usize) << 10 | ((last & 31) as usize) << 5 | length
}

fn has(shapes: &Shapes, word: &[u8]) -> bool {
    let (Some(first), Some(last)) = (word.first(), word.last()) else {
        return false;
    };
    let shape = shape(*first, *last, word.len());
    shapes
        .get(shape / 64)
        .is_some_and(|bits| bits >> (shape % 64) & 1 == 1)
}

/// Whether the text right before digits, or a word of digits and capitals, may end in what tells of a code. No text that is not of ASCII
/// is turned away.
pub(super) fn be_told(head: &[u8]) -> bool {
    if !head.is_ascii() {
        return true;
    }
    // `G-482913`: what is cut off there is a part of a word.
    if matches!(head, [.., b'g' | b'G', b'-']) {
        return true;
    }
    let mut rest = head;
    let mut linked = false;
    for _ in 0..BETWEEN_MAX {
        let end = rest.iter().rposition(u8::is_ascii_alphanumeric);
        let (words, signs) = rest.split_at(end.map_or(0, |end| end + 1));
        linked |= signs.iter().any(|sign| matches!(sign, b':' | b'=' | b'-'));
        let letters = words
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_alphanumeric());
        let (before, word) = words.split_at(words.len() - letters.count());
        let ends = |end: &&str| ends_with(word, end);
        if has(&TELLING, word) || ENDS.iter().any(ends) {
            return true;
        }
        // `is now` is cut off whatever stands before it.
        let joined = linked && ends_with(word, "is");
        if !has(&BETWEEN, word) && !joined {
            // A place's code may stand farther before a link: `nyckelkod till klubbhuset: 6672`.
            return linked && has_ends(head);
        }
        if joined && !word.eq_ignore_ascii_case(b"is") {
            return true;
        }
        linked = true;
        rest = before;
    }
    true
}

fn ends_with(word: &[u8], end: &str) -> bool {
    word.len()
        .checked_sub(end.len())
        .and_then(|from| word.get(from..))
        .is_some_and(|tail| tail.eq_ignore_ascii_case(end.as_bytes()))
}

/// Whether the text has the two letters that all words for a code in compounds have. No early end, so that many bytes are compared at
/// once.
fn has_ends(text: &[u8]) -> bool {
    let next = text.get(1..).unwrap_or_default();
    text.iter().zip(next).fold(false, |has, (one, other)| {
        has | (*one | 0x20 == b'o') & (*other | 0x20 == b'd')
    })
}

/// Whether the text right behind digits may begin with what says whose code they are, or what they are typed for.
pub(super) fn be_yours(rest: &[u8]) -> bool {
    let [b' ', first, second, ..] = *rest else {
        return false;
    };
    let pair = [first.to_ascii_lowercase(), second.to_ascii_lowercase()];
    matches!(&pair, b"is" | b"es" | b"er" | b"to" | b"as") || first >= 0x80 || second >= 0x80
}
