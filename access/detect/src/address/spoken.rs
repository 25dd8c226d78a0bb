//! Addresses inside prose, behind a word that leads to one: `wohnhaft …`, `moro na …`, `收货地址是…`.
//!
//! Enters: a text that begins where the address would. Leaves: how much of it is one. Never here: words that lead to it; addresses that
//! nothing leads to.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::whole::{is_address, is_street};
use crate::work::looked;

/// Longest address, bytes.
const BYTES_MAX: usize = 160;
/// Most pieces that commas part an address into.
const PIECES_MAX: usize = 6;
/// Longest piece behind the first that is one, bytes.
const PIECE_MAX: usize = 48;

/// What ends a sentence, but for a full stop.
static STOPS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let marks = [
        "。",
        "；",
        ";",
        "?",
        "!",
        "です",
        "でござ",
        "입니다",
        " है",
        "\n\n",
    ];
    AhoCorasick::new(marks).ok()
});

/// The address at `bytes[at]`: one past its last byte.
pub(crate) fn spoken_at(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..bytes.len().min(at + BYTES_MAX))?;
    let text = match std::str::from_utf8(rest) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(rest.get(..error.valid_up_to())?).ok()?,
    };
    looked(text.len());
    if !may_begin(text) {
        return None;
    }
    let text = sentence(text);
    let mut found = None;
    let mut from = 0;
    for piece in text.split([',', '\n', '،', '、']).take(PIECES_MAX) {
        let whole = uncut(piece);
        let stop = from + whole.len();
        let goes_on = match found {
            None => is_address(text.get(..stop)?.trim()),
            Some(_) => continues(whole),
        };
        if goes_on {
            found = Some(stop);
        } else if found.is_some() {
            break;
        }
        if whole.len() < piece.len() {
            break;
        }
        from += piece.len();
        from += text.get(from..)?.chars().next().map_or(0, char::len_utf8);
    }
    let stop = text.get(..found?)?.trim_end_matches([' ', '.', ':']).len();
    Some(at + stop)
}

/// Whether an address may begin so: with a number, a capital, a letter of a script without them, or a street's own word.
fn may_begin(text: &str) -> bool {
    let word = text.split([' ', ',', '\n']).next().unwrap_or_default();
    let first = word.chars().next().unwrap_or(' ');
    first.is_ascii_digit()
        || first.is_alphabetic() && !first.is_lowercase()
        || first == '〒'
        || word.ends_with('.')
        || is_street(word)
}

/// The text up to where the sentence ends. `ul.`, `St.`, `д.` end none.
fn sentence(text: &str) -> &str {
    let stop = STOPS.as_ref().and_then(|stops| stops.find(text));
    let stop = stop.map_or(text.len(), |stop| stop.start());
    let text = text.get(..stop).unwrap_or(text);
    let stop = text.match_indices(". ").map(|(at, _)| at).find(|at| {
        let before = text.get(..*at).unwrap_or_default();
        let word = before.rsplit([' ', ',']).next().unwrap_or_default();
        let after = text.get(at + 2..).and_then(|rest| rest.chars().next());
        let ends = word.chars().count() >= 5 || word.bytes().any(|byte| byte.is_ascii_digit());
        ends && after.is_some_and(|letter| !letter.is_lowercase() && !letter.is_ascii_digit())
    });
    stop.and_then(|stop| text.get(..stop)).unwrap_or(text)
}

/// The piece up to where the sentence goes on behind its number: `Molenwerf 35 is niet bezorgd`.
fn uncut(piece: &str) -> &str {
    const KEPT: &[&str] = &[
        "bis", "ter", "apt", "apto", "lgh", "bus", "int", "piso", "floor", "izda", "de", "la",
        "du", "des", "del", "da", "do", "dos", "das", "van", "den", "der", "le", "les", "y", "e",
        "della", "dei", "delle",
    ];
    let mut numbered = false;
    let mut at = 0;
    for word in piece.split(' ') {
        let bare = word.trim_end_matches(['.', ':']);
        let small = bare.chars().next().is_some_and(char::is_lowercase);
        if numbered
            && small
            && bare.chars().count() >= 2
            && !KEPT.contains(&bare)
            && !is_street(bare)
        {
            return piece.get(..at).unwrap_or(piece).trim_end();
        }
        numbered |= word.bytes().any(|byte| byte.is_ascii_digit());
        at += word.len() + 1;
    }
    piece
}

/// Whether a piece behind an address is of it too: a number, or capitals only.
fn continues(piece: &str) -> bool {
    let piece = piece.trim();
    let capital = |word: &str| !word.starts_with(char::is_lowercase);
    !piece.is_empty()
        && piece.len() <= PIECE_MAX
        && (piece.bytes().any(|byte| byte.is_ascii_digit()) || piece.split(' ').all(capital))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_prose_end_where_the_sentence_goes_on() {
        for (text, address) in [
            (
                "Am Anger 18a, 25346 Husum, Deutschland, bestätigt den Hergang.",
                "Am Anger 18a, 25346 Husum, Deutschland",
            ),
            (
                "ul. Mokra 34/27, 80-816 Gdynia. Proszę",
                "ul. Mokra 34/27, 80-816 Gdynia",
            ),
            (
                "г. Тула, ул. Мира, д. 4, кв. 8. Спасибо",
                "г. Тула, ул. Мира, д. 4, кв. 8",
            ),
            (
                "Brinkstraat 12, 1027 LD Weesp is niet bezorgd",
                "Brinkstraat 12, 1027 LD Weesp",
            ),
            (
                "12 Elm Street, Leeds, LS1 1XV, please call",
                "12 Elm Street, Leeds, LS1 1XV",
            ),
        ] {
            let stop = spoken_at(text.as_bytes(), 0);
            assert_eq!(stop.map(|stop| &text[..stop]), Some(address), "{text}");
        }
        for text in [
            "the right place",
            "Monday at 5",
            "us by 3 May",
            "your order 4471",
        ] {
            assert_eq!(spoken_at(text.as_bytes(), 0), None, "{text}");
        }
    }
}
