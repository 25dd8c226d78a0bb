//! Codes that let somebody in, as messages tell them: `Your verification code is 422222`, `gate code 4471#`, `422222 is your … code`.
//!
//! Enters: a text and a short number in it. Leaves: where the code ends. Never here: numbers that no such words stand beside; codes of
//! bookings, parcels and posts.

use crate::work::looked;
use told::{BOXES, LINKS, PIN, TAN, TOLD};

mod may;
mod place;
mod told;

/// Digits of a code in one piece, and of half a one.
const DIGITS: std::ops::RangeInclusive<usize> = 4..=8;
const HALF: usize = 3;
/// How much before and behind a number is looked at, bytes.
const BEFORE: usize = 56;
const BEHIND: usize = 56;

/// What says of a bare code that it is one for a while.
const FOR_A_WHILE: &[&str] = &[
    "valid",
    "expires",
    "minutes",
    "do not share",
    "don't share",
    "gültig",
    "valable",
    "válido",
    "valido",
    "geldig",
    "ważny",
    "weiter",
];
/// What stands behind a code before whose and what it is.
const YOURS: &[&str] = &[
    " is your ",
    " is the ",
    " ist dein",
    " ist ihr",
    " est votre ",
    " est ton ",
    " es tu ",
    " es su ",
    " é seu ",
    " é o seu ",
    " è il tuo ",
    " to twój ",
    " is je ",
    " är din ",
    " er din ",
];
/// What it is then called.
const CALLED: &[&str] = &[
    "code", "kod", "codice", "código", "otp", "passcode", "one-time", "pin",
];
/// What a code is asked for.
const TO: &[&str] = &[
    " to sign in",
    " to log in",
    " to login",
    " to verify",
    " to confirm your",
    " as your ",
    " to complete your login",
    " to reset your",
];

/// Whether the word `bytes[at..end]` is a code of digits and a capital or two that something opens to: `2252A`.
pub(crate) fn keyed_at(bytes: &[u8], at: usize, end: usize) -> bool {
    // A word for it stands before it.
    let Some(word) = bytes
        .get(at..end)
        .filter(|word| (4..=6).contains(&word.len()) && at > 4)
    else {
        return false;
    };
    let digits = word.iter().filter(|byte| byte.is_ascii_digit()).count();
    let capitals = word.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    let joined = matches!(bytes.get(end), Some(b'-' | b'/' | b'_' | b':'));
    let coded = digits >= 3 && digits + capitals == word.len() && !joined;
    coded && may::be_told(near(bytes, at)) && {
        let (text, linked) = led(bytes, at);
        place::is_told(&text, linked)
    }
}

/// Where the code ends that begins at `bytes[at]`, whose digits end at `end`.
pub(crate) fn code_at(bytes: &[u8], at: usize, end: usize) -> Option<usize> {
    let stop = match end - at {
        2 => turns(bytes, end)?,
        HALF => halves(bytes, end)?,
        digits if DIGITS.contains(&digits) => end,
        _ => return None,
    };
    let joined =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    if joined(bytes.get(stop))
        || bytes.get(stop) == Some(&b'.') && bytes.get(stop + 1).is_some_and(u8::is_ascii_digit)
    {
        return None;
    }
    let told = may::be_told(near(bytes, at));
    let code = told && is_told(bytes, at, stop - at)
        || (told || may::be_yours(bytes.get(stop..).unwrap_or_default()))
            && is_yours(bytes, at, stop);
    code.then_some(match bytes.get(stop) {
        Some(b'#' | b'*') => stop + 1,
        _ => stop,
    })
}

/// `36-38-12`, to which the lock of a safe is turned: where it ends.
fn turns(bytes: &[u8], end: usize) -> Option<usize> {
    let over = !bytes
        .get(end + 6)
        .is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-');
    match bytes.get(end..end + 6)? {
        [b'-', a, b, b'-', c, d]
            if [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()) && over =>
        {
            Some(end + 6)
        }
        _ => None,
    }
}

/// `482-913`, `482 913`: where the second half ends.
fn halves(bytes: &[u8], end: usize) -> Option<usize> {
    let rest = bytes.get(end..)?;
    let half = rest.get(1..=HALF)?.iter().all(u8::is_ascii_digit);
    let over = !rest.get(HALF + 1).is_some_and(u8::is_ascii_digit);
    (matches!(rest.first(), Some(b' ' | b'-')) && half && over).then_some(end + 1 + HALF)
}

/// What is looked at before `at`.
fn near(bytes: &[u8], at: usize) -> &[u8] {
    bytes.get(at.saturating_sub(BEFORE)..at).unwrap_or_default()
}

/// The text before `at` in small letters.
fn before(bytes: &[u8], at: usize) -> String {
    let head = near(bytes, at);
    let whole = head.iter().take_while(|byte| **byte & 0xc0 == 0x80).count();
    String::from_utf8_lossy(head.get(whole..).unwrap_or_default()).to_lowercase()
}

/// Whether what stands before the number says that it is such a code.
fn is_told(bytes: &[u8], at: usize, length: usize) -> bool {
    // What may stand right before: a blank, a sign, or a letter of a script that parts no words.
    let near = at.checked_sub(1).and_then(|place| bytes.get(place));
    if !near.is_some_and(|byte| {
        matches!(byte, b' ' | b':' | b'=' | b'-' | b'"' | b'\'' | b'(' | b'[') || *byte >= 0x80
    }) {
        return false;
    }
    let (text, linked) = led(bytes, at);
    let text = text.as_str();
    let ends = |phrase: &str| {
        text.strip_suffix(phrase).is_some_and(|head| {
            !phrase.starts_with(|first: char| first.is_ascii_alphanumeric())
                || !head.ends_with(|last: char| last.is_ascii_alphanumeric())
        })
    };
    if length == 8 && bytes.get(at + 2) == Some(&b'-') {
        return place::is_told(text, linked);
    }
    length == 4 && ends(PIN)
        || length == 6 && linked && ends(TAN)
        || (4..=6).contains(&length) && BOXES.iter().any(|known| ends(known))
        || TOLD.iter().any(|phrase| ends(phrase))
        || place::is_told(text, linked)
}

/// The text before a code in small letters, without what links the two, and whether there was such a link.
fn led(bytes: &[u8], at: usize) -> (String, bool) {
    let text = before(bytes, at);
    looked(text.len());
    // `G-482913`
    let text = text.strip_suffix("g-").unwrap_or(&text);
    let mut text = text.trim_end_matches([' ', '"', '\'', '*', '#', '(', '[']);
    let mut linked = false;
    for _ in 0..2 {
        let cut = LINKS.iter().find_map(|link| {
            let head = text.strip_suffix(link)?;
            let letters = link.bytes().all(|byte| byte.is_ascii_alphabetic());
            (!letters || head.ends_with(' ')).then_some(head.trim_end())
        });
        linked |= cut.is_some();
        text = cut.unwrap_or(text);
    }
    (text.to_owned(), linked)
}

/// Whether what stands behind the number says so: `422222 is your Example verification code`, `use 422222 to sign in`.
fn is_yours(bytes: &[u8], at: usize, stop: usize) -> bool {
    let rest = bytes
        .get(stop..bytes.len().min(stop + BEHIND))
        .unwrap_or_default();
    if rest.first() != Some(&b' ') {
        return false;
    }
    let bare = || {
        let (text, linked) = led(bytes, at);
        linked && (text == "code" || text.ends_with("\ncode") || text.ends_with(". code"))
    };
    let rest = String::from_utf8_lossy(rest).to_lowercase();
    let sentence = rest.split(['.', '\n']).next().unwrap_or_default();
    looked(sentence.len());
    let yours = YOURS.iter().any(|yours| sentence.starts_with(yours))
        && CALLED.iter().any(|called| sentence.contains(called));
    let text = before(bytes, at);
    let asked = || {
        ["use ", "use code ", "enter ", "enter code ", "type "]
            .iter()
            .any(|ask| text.ends_with(ask))
    };
    let passing = || FOR_A_WHILE.iter().any(|word| rest.contains(word)) && bare();
    yours || passing() || TO.iter().any(|to| sentence.starts_with(to)) && asked()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Label;
    use crate::walk::tests::labelled;

    /// What stands before and behind codes, pieced together.
    fn pieces() -> impl Strategy<Value = String> {
        let words = [
            TOLD,
            BOXES,
            LINKS,
            place::CODES,
            place::PLACES,
            place::OPENS,
            place::WHEN,
            YOURS,
            TO,
            CALLED,
            FOR_A_WHILE,
        ];
        let signs = [
            " ", ": ", "-", "=", "\"", "'", ".", "\n", "x", "this", "g-", "use ", "your ", "till ",
        ];
        let piece = prop_oneof![
            proptest::sample::select(words.concat()),
            proptest::sample::select(signs.to_vec()),
        ];
        proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn where_no_code_may_be_told_none_is(
            before in pieces(), behind in pieces(), shout in any::<bool>()
        ) {
            let before = if shout { before.to_uppercase() } else { before };
            for code in ["4471", "482913", "36-38-12", "482 913"] {
                let text = format!("{before}{code}{behind}");
                let (bytes, at) = (text.as_bytes(), before.len());
                let stop = at + code.len();
                let told = may::be_told(near(bytes, at));
                if !told {
                    let (head, linked) = led(bytes, at);
                    prop_assert!(!is_told(bytes, at, code.len()), "{}", text);
                    prop_assert!(!place::is_told(&head, linked), "{}", text);
                }
                if !told && !may::be_yours(bytes.get(stop..).unwrap_or_default()) {
                    prop_assert!(!is_yours(bytes, at, stop), "{}", text);
                }
            }
        }
    }

    #[test]
    fn most_numbers_are_turned_away_at_once() {
        for head in [
            "order ",
            "about order ",
            "it left on ",
            "SKU-AB-",
            "lamp, ",
            "",
        ] {
            assert!(!may::be_told(head.as_bytes()), "{head}");
        }
    }

    fn secrets(text: &str) -> Vec<&str> {
        labelled(text, Label::Secret)
    }

    #[test]
    fn codes_that_messages_tell() {
        for (text, code) in [
            ("Your verification code is 422222. It expires.", "422222"),
            ("422222 is your Example verification code", "422222"),
            ("OTP: 482913. Do not share it.", "482913"),
            ("Use code 482913 to sign in", "482913"),
            ("Your one-time password is 482 913", "482 913"),
            ("G-482913 is your verification code.", "482913"),
            ("the gate code is 4471#", "4471#"),
            ("door PIN 4471", "4471"),
            ("Ihr Bestätigungscode lautet 482913", "482913"),
            ("Votre code de vérification est 482913", "482913"),
            ("您的验证码是482913", "482913"),
            ("認証コード：482913", "482913"),
            ("Your Orsa code is 533143. It expires.", "533143"),
            ("Tu código es 1377", "1377"),
            ("Der Tresor im Lager hat den Code 809017.", "809017"),
            ("Le code de la porte est 2252A.", "2252A"),
            ("door code today is 0788#", "0788#"),
            ("The keypad code for the garage is 4471", "4471"),
            ("lockbox on the left, combo 4173", "4173"),
            ("Garage opens with 4272", "4272"),
            ("safe combination 36-38-12", "36-38-12"),
            ("deurcode 1351, tweede verdieping", "1351"),
            ("De sleutel ligt in de kluis, kluiscode 1351", "1351"),
            ("Nyckelkod till stugan är 0783", "0783"),
            ("code portail 5940, merci", "5940"),
            ("la clave de la alarma 1448", "1448"),
            ("key safe 1082 by the back door", "1082"),
            ("Code: 967585 (valid 5 minutes)", "967585"),
            ("SMS-TAN lautet 414343", "414343"),
            ("인증번호는 [132647] 입니다", "132647"),
        ] {
            assert_eq!(secrets(text), [code], "{text}");
        }
        for text in [
            "Mumbai PIN 400001",
            "booking code is 482913",
            "error code is 482913",
            "postal code: 48291",
            "use 4829 to fill the gap",
            "4829 is your order number",
            "the verification code is 4829.50",
            "Your order code is 482913",
            "your parcel code is 482913",
            "Your colour code is 4829",
            "the part code for door 12 is PX-4471",
            "door 4471 is open",
            "our code is 482913 lines long",
            "code freeze of 2026-11-30",
            "Code: 967585 (red)",
            "port code 4471 of the ship",
            "a tan 414343 leather",
        ] {
            assert!(secrets(text).is_empty(), "{text}");
        }
    }
}
