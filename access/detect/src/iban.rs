//! International bank account numbers.
//!
//! Enters: bytes at a word's start. Leaves: how many bytes an IBAN takes there. Never here: what follows it.

use super::checksum::iban_mod97;

/// Longest IBAN (Malta 31, St Lucia 32) with room for its blanks.
const COMPACT_MAX: usize = 34;

/// Most signs between the blocks.
const MARKS_MAX: usize = 17;

/// Length per country (SWIFT IBAN registry).
fn length(country: [u8; 2]) -> Option<usize> {
    Some(match &country {
        b"NO" => 15,
        b"BE" => 16,
        b"DK" | b"FI" | b"FO" | b"GL" | b"NL" | b"SD" => 18,
        b"MK" | b"SI" => 19,
        b"AT" | b"BA" | b"EE" | b"KZ" | b"LT" | b"LU" | b"XK" => 20,
        b"CH" | b"CR" | b"HR" | b"LI" | b"LV" => 21,
        b"BG" | b"BH" | b"DE" | b"GB" | b"GE" | b"IE" | b"ME" | b"RS" | b"VA" => 22,
        b"AE" | b"GI" | b"IL" | b"IQ" | b"OM" | b"SO" | b"TL" => 23,
        b"AD" | b"CZ" | b"ES" | b"MD" | b"PK" | b"RO" | b"SA" | b"SE" | b"SK" | b"TN" | b"VG" => 24,
        b"LY" | b"PT" | b"ST" => 25,
        b"IS" | b"TR" => 26,
        b"BI" | b"DJ" | b"FR" | b"GR" | b"IT" | b"MC" | b"MR" | b"SM" => 27,
        b"AL" | b"AZ" | b"BY" | b"CY" | b"DO" | b"GT" | b"HN" | b"HU" | b"LB" | b"NI" | b"PL"
        | b"SV" => 28,
        b"BR" | b"EG" | b"PS" | b"QA" | b"UA" => 29,
        b"JO" | b"KW" | b"MU" | b"YE" => 30,
        b"MT" | b"SC" => 31,
        b"LC" => 32,
        b"RU" => 33,
        _ => return None,
    })
}

/// The IBAN that begins at `bytes[0]`, compact or in blocks parted by single blanks or dashes: its length in bytes.
pub fn iban_at(bytes: &[u8]) -> Option<usize> {
    let [a, b, third, ..] = *bytes else {
        return None;
    };
    // `DE 89 3704 …`
    let sign = usize::from(matches!(third, b' ' | b'-'));
    let (c, d) = (*bytes.get(2 + sign)?, *bytes.get(3 + sign)?);
    if !(a.is_ascii_alphabetic()
        && b.is_ascii_alphabetic()
        && c.is_ascii_digit()
        && d.is_ascii_digit())
    {
        return None;
    }
    let want = length([a.to_ascii_uppercase(), b.to_ascii_uppercase()])?;
    let mut compact = [0_u8; COMPACT_MAX];
    let mut have = 0;
    let mut at = 0;
    let mut parted = false;
    while have < want {
        let byte = *bytes.get(at)?;
        if byte.is_ascii_alphanumeric() {
            *compact.get_mut(have)? = byte;
            have += 1;
        } else if !matches!(byte, b' ' | b'-' | b'.' | b'/' | b'_')
            || parted
            || at > MARKS_MAX + have
        {
            // Two signs in a row, or more signs than blocks: something else.
            return None;
        }
        parted = !byte.is_ascii_alphanumeric();
        at += 1;
    }
    let joined = bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
    let whole = compact.get(..want)?;
    (!joined && iban_mod97(whole)).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_iban_is_found_compact_and_in_blocks_and_ends_where_its_country_says() {
        let cases = [
            ("DE89370400440532013000", Some(22)),
            ("DE89 3704 0044 0532 0130 00 approved", Some(27)),
            ("gb29nwbk60161331926819.", Some(22)),
            ("DE88370400440532013000", None),
            ("DE893704004405320130001", None),
            ("DE8937040044053201300", None),
            ("ZZ89370400440532013000", None),
            ("DE", None),
        ];
        for (text, end) in cases {
            assert_eq!(iban_at(text.as_bytes()), end, "{text}");
        }
    }
}
