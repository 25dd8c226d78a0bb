//! How a whole cell looks as a name, in any script.
//!
//! Enters: one cell. Leaves: how many words it has and which dictionaries have them. Never here: a verdict; the column votes.

use super::names::{COMMON, FAMILY, GIVEN, PLACE, WORD, wide};
use super::person::{WORD_BYTES_MAX, is_particle, is_suffix, is_title};

/// Most words of one name.
const WORDS_MAX: usize = 6;
/// Longest cell that may be a name, bytes.
const BYTES_MAX: usize = 120;

/// How a whole text looks as a name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Words of the name, titles and suffixes apart.
    pub words: u8,
    /// One of them is a known given name.
    pub given: bool,
    /// One of them is a known family name.
    pub family: bool,
    /// A given name and a family name, two words of it.
    pub pair: bool,
    /// One of them is a name and no common word.
    pub sure: bool,
    /// All its known words are common words or none is known.
    pub common: bool,
    /// One of its words is a common word and no name.
    pub thing: bool,
    /// It has an initial or a title.
    pub titled: bool,
    /// It has an initial, with its full stop.
    pub initialed: bool,
    /// Two words of Thai letters.
    pub thai: bool,
    /// All its words are places, or together they are one.
    pub place: bool,
    /// All its known words are words of English prose, or common ones elsewhere.
    pub worded: bool,
    /// It begins with a Latin letter: the dictionaries have most such names.
    pub latin: bool,
    /// Two to four words of a script between Greek and Ethiopic, of whose names the dictionaries have few.
    pub foreign: bool,
}

/// Whether a look at its words is spared: too long, with digits, or the mark of an aircraft.
fn is_no_name(text: &str) -> bool {
    text.len() > BYTES_MAX
        || text.bytes().any(|byte| byte.is_ascii_digit())
        || is_mark_of_aircraft(text.as_bytes())
        || is_square(text)
}

/// `Willy-Brandt-Platz`, `Sankt Eriksplan`: a place of a town, whoever it is called after.
fn is_square(text: &str) -> bool {
    const ENDS: &[&str] = &[
        "platz", "straße", "strasse", "bahnhof", "torget", "gatan", "vägen",
    ];
    let last = text.rsplit([' ', '-']).next().unwrap_or(text);
    let square = ENDS.iter().any(|end| {
        last.len()
            .checked_sub(end.len())
            .and_then(|from| last.get(from..))
            .is_some_and(|tail| tail.eq_ignore_ascii_case(end))
    });
    square || text.starts_with("Sankt ")
}

/// `SU-GIV`, `D-AIMB`: capitals and a dash, as aircraft are marked.
fn is_mark_of_aircraft(text: &[u8]) -> bool {
    let capitals = |part: &[u8]| part.iter().all(u8::is_ascii_uppercase);
    match text {
        [a, b'-', rest @ ..] => a.is_ascii_uppercase() && rest.len() == 4 && capitals(rest),
        [a, b, b'-', rest @ ..] => capitals(&[*a, *b]) && rest.len() == 3 && capitals(rest),
        _ => false,
    }
}

/// The look of a whole cell: `John Q. Smith`, `Smith, John`, `Dr. María de la Cruz`, `ИВАНОВ Иван Иванович`, `王小明`, `John`.
pub fn look(text: &str) -> Option<Look> {
    if is_no_name(text) {
        return None;
    }
    let mut words = [0_u8; WORDS_MAX];
    let mut count = 0;
    let mut small = 0;
    let mut titled = false;
    let mut initialed = false;
    let mut thai = 0;
    for piece in text.split([' ', ',', '/', '^', '\u{3000}', '\u{a0}']) {
        let word = unquoted(piece);
        if is_beside_names(word) {
            titled |= is_title(word.as_bytes()) || is_initials(word);
            initialed |= is_initials(word) && word.contains('.');
            continue;
        }
        if word.len() > WORD_BYTES_MAX || !is_letters(word) {
            return None;
        }
        small += u8::from(word.starts_with(char::is_lowercase));
        thai += u8::from(
            word.chars()
                .all(|letter| matches!(letter, '\u{e01}'..='\u{e4e}')),
        );
        if let Some((head, tail)) = east_asian(word) {
            *words.get_mut(count)? = head;
            *words.get_mut(count + 1)? = tail;
            count += 2;
        } else {
            *words.get_mut(count)? = known(word);
            count += 1;
        }
    }
    let flags = words.get(..count)?;
    let look = Look {
        words: u8::try_from(count).ok().filter(|count| *count > 0)?,
        given: flags.iter().any(|flags| flags & GIVEN != 0),
        family: flags.iter().any(|flags| flags & FAMILY != 0),
        pair: has_pair(flags),
        sure: flags
            .iter()
            .any(|flags| flags & (GIVEN | FAMILY) != 0 && flags & COMMON == 0),
        common: flags
            .iter()
            .all(|flags| flags & (GIVEN | FAMILY) == 0 || flags & COMMON != 0),
        thing: flags
            .iter()
            .any(|flags| flags & (GIVEN | FAMILY) == 0 && flags & (COMMON | WORD) != 0),
        titled,
        initialed,
        thai: thai == 2 && count == 2,
        place: flags.iter().all(|flags| flags & PLACE != 0) || count > 1 && wide(text) & PLACE != 0,
        worded: flags
            .iter()
            .all(|flags| flags & (GIVEN | FAMILY) == 0 || flags & (COMMON | WORD) != 0),
        latin: text
            .chars()
            .find(|character| character.is_alphabetic())
            .is_some_and(|first| first < '\u{250}'),
        foreign: (2..=4).contains(&count)
            && text
                .chars()
                .next()
                .is_some_and(|first| ('\u{370}'..'\u{1e00}').contains(&first)),
    };
    // In small letters much reads like a name: one of its words must be nothing else.
    (small == 0 || (look.given && look.sure && small == look.words && look.words > 1))
        .then_some(look)
}

/// Whether one word is a given name and another a family name.
fn has_pair(flags: &[u8]) -> bool {
    flags.iter().enumerate().any(|(place, first)| {
        let other = |(at, second): (usize, &u8)| at != place && second & FAMILY != 0;
        first & GIVEN != 0 && flags.iter().enumerate().any(other)
    })
}

/// Titles, suffixes, initials, particles: what stands with names and is none.
fn is_beside_names(word: &str) -> bool {
    let bytes = word.as_bytes();
    word.is_empty()
        || is_title(bytes)
        || is_suffix(bytes)
        || is_initials(word)
        || is_short_title(word)
        || is_particle(bytes)
}

/// Whether a text in small letters (`maria lópez`) has only words of letters, one of them a known name.
pub fn is_small_name(text: &str) -> bool {
    text.len() <= WORD_BYTES_MAX
        && text.split(' ').count() <= WORDS_MAX
        && text
            .split(' ')
            .all(|word| !word.is_empty() && is_letters(word))
        && text
            .split(' ')
            .any(|word| known(word) & (GIVEN | FAMILY) != 0)
}

/// Dictionaries that have the word or a hyphened piece of it.
fn known(word: &str) -> u8 {
    let whole = wide(word);
    if !word.contains(['-', '‐']) {
        return whole;
    }
    word.split(['-', '‐'])
        .fold(whole, |flags, piece| flags | wide(piece))
}

/// A name nobody parted: the family name in front, of one to three characters, and what the rest is.
fn east_asian(word: &str) -> Option<(u8, u8)> {
    let hangul = |character: char| matches!(character, '가'..='힣');
    let han = |character: char| matches!(character, '\u{3400}'..='\u{9fff}' | '\u{3040}'..='\u{30ff}' | '々' | '\u{f900}'..='\u{faff}');
    let letters = word.chars().count();
    let longest = match word.chars().next()? {
        first if hangul(first) && word.chars().all(hangul) && (3..=5).contains(&letters) => 2,
        first if han(first) && word.chars().all(han) && (2..=8).contains(&letters) => 3,
        _ => return None,
    };
    let cuts = word.char_indices().map(|(at, _)| at).skip(1).take(longest);
    let mut best = None;
    for cut in cuts {
        let (head, tail) = word.split_at_checked(cut)?;
        let (first, second) = (wide(head), wide(tail));
        // The longest family name wins, and any that leaves a known given name.
        if first & FAMILY != 0 && (best.is_none() || second & GIVEN != 0 || letters > 3) {
            let rest = tail.chars().count();
            let given = if rest <= 3 { second } else { 0 };
            best = Some((first & !GIVEN, given));
        }
    }
    best
}

/// Letters of any script, with the marks that belong to them, hyphens and apostrophes.
fn is_letters(word: &str) -> bool {
    word.chars().any(char::is_alphabetic)
        && word.chars().all(|character| match character {
            '-' | '\'' | '’' | 'ʼ' | '‐' | '·' | '・' | '`' => true,
            _ => character.is_alphabetic() || is_mark(character),
        })
}

/// Marks that no alphabet counts as letters: combining accents, viramas, joiners.
const fn is_mark(character: char) -> bool {
    matches!(
        character,
        '\u{300}'..='\u{36f}'
            | '\u{591}'..='\u{5c7}'
            | '\u{64b}'..='\u{65f}'
            | '\u{900}'..='\u{dff}'
            | '\u{e31}'..='\u{e4e}'
            | '\u{200c}'
            | '\u{200d}'
    )
}

/// `J.`, `J`, `И.И.`, `A.B.`
fn is_initials(word: &str) -> bool {
    let mut letters = 0;
    let mut dotted = true;
    for character in word.chars() {
        match character {
            '.' if !dotted => dotted = true,
            _ if character.is_uppercase() && dotted => {
                letters += 1;
                dotted = false;
            }
            _ => return false,
        }
    }
    letters > 0 && letters <= 3
}

/// A short word with a full stop: `Mgr.`, `inż.`, `Doç.`, `д.`.
fn is_short_title(word: &str) -> bool {
    word.strip_suffix('.').is_some_and(|body| {
        (1..=6).contains(&body.chars().count()) && body.chars().all(char::is_alphabetic)
    })
}

/// The word without the quotes or brackets of a nickname.
fn unquoted(word: &str) -> &str {
    let marks = ['"', '(', ')', '“', '”', '«', '»', '„', '‘', '\''];
    word.trim_matches(marks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_cells_look_like_names_or_not() {
        let cases = [
            ("John Smith", 2, true),
            ("Dr. John Q. Smith Jr.", 2, true),
            ("Smith, John", 2, true),
            ("María de la Cruz", 2, true),
            ("Univ.Prof. Hans-Peter Müller B.Sc.", 2, true),
            ("ИВАНОВ Иван Иванович", 3, true),
            ("Иванов И. И.", 1, false),
            ("Παπαδόπουλος Γιώργος", 2, true),
            ("佐藤太郎", 2, true),
            ("王伟", 2, true),
            ("김민준", 2, true),
            ("محمد حسن", 2, true),
            ("Nguyễn Thị Hương", 3, true),
            ("Robert \"Bob\" Smith", 3, true),
            ("maria lopez", 2, true),
            ("John", 1, false),
        ];
        for (text, words, pair) in cases {
            let got = look(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((got.words, got.pair), (words, pair), "{text} {got:?}");
        }
        for text in [
            "",
            "PENDING 2",
            "Marks and Spencer",
            "Johnson & Johnson",
            "Austin 12-string Guitar",
            "Willy-Brandt-Platz",
            "Alexanderplatz",
            "заказ оплачен",
        ] {
            assert_eq!(look(text), None, "{text}");
        }
        assert!(look("Olive Green").is_some_and(|look| look.common));
        assert!(look("San Lucas").is_some_and(|look| !look.place));
        assert!(look("Houston").is_some_and(|look| look.place));
        assert!(look("Fort Worth").is_some_and(|look| look.place && look.latin));
        assert!(look("Jasmine").is_some_and(|look| look.worded && look.given));
        assert!(look("Jasmine Biscuit").is_some_and(|look| look.thing));
        assert!(look("佐藤太郎").is_some_and(|look| !look.latin));
    }
}
