//! Values that something is glued to: a vendor's code before a card (`CCVI4111…/0926`), a letter behind a social security number
//! (`078-05-1121A`), a field's number before an account (`?31DE89…`), blanks that a form sent coded (`4111+1111+…`).
//!
//! Enters: the walk, at a word or a number. Leaves: findings. Never here: values that stand for themselves.

use super::Walk;
use super::class::{DIGIT, UPPER};
use super::parcel::is_person;
use crate::national_id::{is_beneficiary_code, is_ssn};
use crate::work::looked;
use crate::{Basis, Finding, Label, card, iban};

/// Most digits of a card.
const DIGITS_MAX: usize = 19;
/// Fewest bytes of a card's number with something before it.
const CARD_MIN: usize = 15;
/// Longest field of a statement that is looked at, bytes.
const FIELD_MAX: usize = 80;

/// What stands before a card's number in records of travel (the codes of IATA and of the distribution systems) and in dumps.
const VENDORS: &[&[u8]] = &[
    b"AX", b"VI", b"CA", b"MC", b"DC", b"DS", b"JC", b"TP", b"UP", b"CU", b"EC", b"MA", b"SW",
    b"XS", b"BC", b"BL", b"CB", b"TO", b"IK", b"MD", b"VD", b"VE", b"PAN", b"CARD", b"CC", b"CCN",
    b"NR", b"NO",
];
/// How blanks and dashes between digits are sent by forms and in links.
const CODED: &[&[u8]] = &[b"+", b"%20", b"%2D", b"%2d", b"%C2%A0", b"&nbsp;"];

impl Walk<'_> {
    /// A card's number behind a vendor's code, an account behind `IBAN`, a card's field in a chip's data: the word `bytes[at..end]`.
    pub(super) fn glued(&self, at: usize, end: usize, kinds: u8) -> Option<Finding> {
        let word = self.bytes.get(at..end)?;
        let found = |from: usize, to: usize, label: Label| Finding {
            start: at + from,
            end: at + to,
            label,
            basis: Basis::Checksum,
        };
        if let Some(rest) = word.strip_prefix(b"IBAN") {
            let length = iban::iban_at(self.bytes.get(at + 4..)?)?;
            looked(length + rest.len());
            return Some(found(4, 4 + length, Label::Iban));
        }
        if kinds != DIGIT | UPPER || word.len() < CARD_MIN {
            return None;
        }
        let letters = word
            .iter()
            .take(7)
            .take_while(|byte| byte.is_ascii_uppercase());
        let letters = letters.count();
        let (code, number) = word.split_at(letters);
        if letters > 0 {
            let code = code.strip_prefix(b"FP").unwrap_or(code);
            let code = code
                .strip_prefix(b"CC")
                .filter(|rest| !rest.is_empty())
                .unwrap_or(code);
            return (is_card(number) && VENDORS.contains(&code))
                .then(|| found(letters, word.len(), Label::CreditCard));
        }
        let (from, to) = chip_card(word)?;
        Some(found(from, to, Label::CreditCard))
    }

    /// The first byte of the word that begins at `at`, behind the number of a statement's field: `?31DE89…`, `?32JANE ROE?33`. What
    /// stands in a field of names is found.
    pub(super) fn field(&mut self, at: usize) -> usize {
        let before = at.checked_sub(1).and_then(|place| self.bytes.get(place));
        let Some(&[tens, ones, next]) = self.bytes.get(at..at + 3) else {
            return at;
        };
        let counted = tens.is_ascii_digit() && ones.is_ascii_digit();
        if before != Some(&b'?') || !counted || !(next.is_ascii_alphabetic() || next >= 0x80) {
            return at;
        }
        let rest = self.bytes.get(at + 2..).unwrap_or_default();
        let rest = rest.get(..rest.len().min(FIELD_MAX)).unwrap_or_default();
        let stop = rest
            .iter()
            .position(|byte| matches!(byte, b'?' | b'\r' | b'\n'));
        let value = rest.get(..stop.unwrap_or(rest.len())).unwrap_or_default();
        if (tens, ones) == (b'3', b'2') && is_person(value) {
            self.found(Finding {
                start: at + 2,
                end: at + 2 + value.len(),
                label: Label::Person,
                basis: Basis::Form,
            });
        }
        at + 2
    }

    /// A social security number that Medicare's old letters stand behind, or digits with coded blanks: of a card, or such a number.
    pub(super) fn coded(&self, at: usize) -> Option<Finding> {
        let rest = self.bytes.get(at..)?;
        let found = |length: usize, label: Label, basis: Basis| {
            Some(Finding {
                start: at,
                end: at + length,
                label,
                basis,
            })
        };
        if let Some(length) = claim_number(rest) {
            return found(length, Label::UsSsn, Basis::Form);
        }
        let (digits, count, length, groups) = coded_digits(rest)?;
        let digits = digits.get(..count)?;
        if groups == 3 && count == 9 && is_ssn(digits) && rest.get(3) == Some(&b'%') {
            return found(length, Label::UsSsn, Basis::Form);
        }
        card::is_card(digits).then_some(())?;
        found(length, Label::CreditCard, Basis::Checksum)
    }
}

/// How long the social security number is that begins here and has a letter of Medicare's behind it: `078-05-1121A`, `078 05 1121C1`.
fn claim_number(rest: &[u8]) -> Option<usize> {
    // The letter, or a dash before it: most numbers have neither.
    if !matches!(rest.get(11), Some(b'A'..=b'Z' | b'-')) {
        return None;
    }
    let number = rest.get(..11)?;
    let mut digits = [0_u8; 9];
    let figures = number
        .iter()
        .enumerate()
        .filter(|(place, _)| !matches!(place, 3 | 6));
    for (slot, (_, byte)) in digits.iter_mut().zip(figures) {
        *slot = byte.is_ascii_digit().then(|| byte - b'0')?;
    }
    let parted = matches!(
        (number.get(3)?, number.get(6)?),
        (b'-', b'-') | (b' ', b' ')
    );
    let tail = rest.get(11..)?;
    let tail = tail.strip_prefix(b"-").unwrap_or(tail);
    let letters = tail
        .iter()
        .take(4)
        .take_while(|byte| byte.is_ascii_alphanumeric());
    let fits = is_beneficiary_code(tail.get(..letters.count())?);
    (parted && fits && is_ssn(&digits)).then_some(11)
}

/// Digits whose groups are parted by coded blanks, all alike: the digits, how many, how many bytes and how many groups.
fn coded_digits(rest: &[u8]) -> Option<([u8; DIGITS_MAX], usize, usize, usize)> {
    let first = rest
        .iter()
        .take(9)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if !matches!(rest.get(first)?, b'+' | b'%' | b'&') {
        return None;
    }
    let sign = CODED
        .iter()
        .find(|sign| rest.get(first..).is_some_and(|rest| rest.starts_with(sign)))?;
    let (mut digits, mut count, mut at, mut groups) = ([0; DIGITS_MAX], 0, 0, 0);
    loop {
        let group = rest
            .get(at..)?
            .iter()
            .take_while(|byte| byte.is_ascii_digit());
        let mut length = 0;
        for byte in group {
            *digits.get_mut(count)? = byte - b'0';
            (count, length) = (count + 1, length + 1);
        }
        if length == 0 {
            return None;
        }
        (at, groups) = (at + length, groups + 1);
        let more = rest.get(at..)?.strip_prefix(*sign);
        if !more.is_some_and(|more| more.first().is_some_and(u8::is_ascii_digit)) {
            break;
        }
        at += sign.len();
    }
    looked(at);
    let joined = rest.get(at).is_some_and(u8::is_ascii_alphanumeric);
    (groups > 1 && !joined).then_some((digits, count, at, groups))
}

fn is_card(number: &[u8]) -> bool {
    let mut digits = [0; DIGITS_MAX];
    if !(13..=DIGITS_MAX).contains(&number.len()) || !number.iter().all(u8::is_ascii_digit) {
        return false;
    }
    for (slot, byte) in digits.iter_mut().zip(number) {
        *slot = byte - b'0';
    }
    digits.get(..number.len()).is_some_and(card::is_card)
}

/// The card's number in a chip's data in hex: tag `5A` with its length and digits, `F` behind an odd one; or tag `57` before a `D`.
fn chip_card(word: &[u8]) -> Option<(usize, usize)> {
    if !word.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let of_tag = |tag: &[u8], ends: fn(&u8) -> bool| {
        memchr::memmem::find_iter(word, tag)
            .take(4)
            .find_map(|place| {
                let from = place + tag.len() + 2;
                let size = word.get(place + tag.len()..from)?;
                let size = usize::from_str_radix(std::str::from_utf8(size).ok()?, 16).ok()?;
                let body = word.get(from..word.len().min(from + size * 2))?;
                let digits = body.iter().take_while(|byte| byte.is_ascii_digit()).count();
                let whole = body.get(digits).is_none_or(ends);
                (whole && is_card(body.get(..digits)?)).then_some((from, from + digits))
            })
    };
    looked(word.len());
    of_tag(b"5A", |byte| *byte == b'F').or_else(|| of_tag(b"57", |byte| *byte == b'D'))
}

#[cfg(test)]
mod tests {
    use crate::walk::walk;

    #[test]
    fn what_is_glued_to_a_value_is_not_of_it() {
        for (text, want) in [
            ("CCVI4111111111111111/0926", "4111111111111111"),
            ("FP CCAX378282246310005/0427", "378282246310005"),
            ("FPMC5555555555554444/1225", "5555555555554444"),
            ("PAN4111111111111111", "4111111111111111"),
            (
                "card=4111+1111+1111+1111&exp=12%2F27",
                "4111+1111+1111+1111",
            ),
            ("cc=4111%201111%201111%201111", "4111%201111%201111%201111"),
            ("tin=219%2D09%2D9998&x", "219%2D09%2D9998"),
            (
                "9F0206000000000100005A0841111111111111115F24",
                "4111111111111111",
            ),
            ("57114111111111111111D25122010", "4111111111111111"),
            ("5A08378282246310005F", "378282246310005"),
            ("Claim of 078-05-1121A paid", "078-05-1121"),
            ("219-09-9998C1", "219-09-9998"),
            ("IBANDE89370400440532013000", "DE89370400440532013000"),
            (
                ":86:166?20EREF+7700112233?31DE89370400440532013000?32JANE ROE",
                "DE89370400440532013000",
            ),
            (
                ":86:166?20EREF+7700112233?31X?32MARIA GARCIA?33",
                "MARIA GARCIA",
            ),
        ] {
            let mut found: Vec<crate::Finding> = Vec::new();
            walk(text, &mut found);
            let found: Vec<&str> = found.iter().map(|one| &text[one.start..one.end]).collect();
            assert!(found.contains(&want), "{text}: {found:?}");
            assert!(
                !found.iter().any(|one| one.contains("7700112233")),
                "{text}: {found:?}"
            );
        }
        for text in [
            "CCVI4111111111111112/0926",
            "AB4111111111111111",
            "1111+2222+3333+4444",
            "5A084111111111111112",
            "078-05-1121Q9",
            "078-05-1121mm",
            "219-09-9999A",
            "?12abc and ?34 more",
        ] {
            let mut found: Vec<crate::Finding> = Vec::new();
            walk(text, &mut found);
            assert!(found.is_empty(), "{text}: {found:?}");
        }
    }
}
