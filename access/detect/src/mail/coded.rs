//! One character as programs write it: percent signs, entities, escapes, quoted printable.
//!
//! Enters: a text and a place. Leaves: the character written there, and how long it is written. Never here: what it means.

/// How often one thing may be encoded over and over.
const TIMES_MAX: usize = 4;

/// A character in an encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Coded {
    value: u32,
    /// Bytes it takes.
    pub length: usize,
    /// Written as something else is written more often.
    pub weak: bool,
}

impl Coded {
    const fn new(value: u32, length: usize) -> Self {
        Self {
            value,
            length,
            weak: false,
        }
    }

    /// Whether it is that character.
    pub const fn is(self, character: char) -> bool {
        self.value == character as u32
    }

    /// It, if it is of ASCII.
    pub fn ascii(self) -> Option<u8> {
        u8::try_from(self.value).ok().filter(u8::is_ascii)
    }
}

/// The character that `bytes[at..]` begins with in some encoding: `%40`, `%2540`, `&#64;`, `&amp;#x40;`, `\u0040`, `\\x40`, `=40`.
pub(super) fn coded(bytes: &[u8], at: usize) -> Option<Coded> {
    let rest = bytes.get(at..)?;
    match rest.first()? {
        b'%' => percent(rest),
        b'&' => entity(rest),
        b'\\' => escape(rest),
        b'=' => {
            let value = hex(rest.get(1..3)?)?;
            Some(Coded {
                weak: true,
                ..Coded::new(value, 3)
            })
        }
        _ => None,
    }
}

/// The character in some encoding that ends at `end` with a `;`.
pub(super) fn entity_before(bytes: &[u8], end: usize) -> Option<Coded> {
    const LONGEST: usize = 24;
    let from = end.saturating_sub(LONGEST);
    let open = from + memchr::memrchr(b'&', bytes.get(from..end)?)?;
    // `&amp;#64;` begins with its first `&`, `;` and all.
    coded(bytes, open).filter(|coded| open + coded.length == end)
}

/// `%40`, `%2540`, `%u0040`.
fn percent(rest: &[u8]) -> Option<Coded> {
    if let Some(b'u' | b'U') = rest.get(1) {
        return Some(Coded::new(hex(rest.get(2..6)?)?, 6));
    }
    let mut from = 1;
    for _ in 0..TIMES_MAX {
        let again = rest.get(from..from + 2) == Some(b"25")
            && rest
                .get(from + 2..from + 4)
                .is_some_and(|next| hex(next).is_some());
        if !again {
            break;
        }
        from += 2;
    }
    Some(Coded::new(hex(rest.get(from..from + 2)?)?, from + 2))
}

/// `&#64;`, `&#x40;`, `&commat;`, `&amp;#64;`; the numbers also without their `;`.
fn entity(rest: &[u8]) -> Option<Coded> {
    const NAMES: &[(&[u8], char)] = &[
        (b"commat;", '@'),
        (b"period;", '.'),
        (b"lowbar;", '_'),
        (b"plus;", '+'),
        (b"hyphen;", '-'),
        (b"dash;", '-'),
        (b"lt;", '<'),
        (b"gt;", '>'),
        (b"quot;", '"'),
        (b"nbsp;", ' '),
        (b"colon;", ':'),
    ];
    let mut from = 1;
    for _ in 0..TIMES_MAX {
        if rest.get(from..from + 4) != Some(b"amp;") {
            break;
        }
        from += 4;
    }
    let body = rest.get(from..)?;
    if body.first() != Some(&b'#') {
        let named = NAMES.iter().find(|(name, _)| body.starts_with(name));
        return named.map(|(name, sign)| Coded::new(u32::from(*sign), from + name.len()));
    }
    let wide = matches!(body.get(1), Some(b'x' | b'X'));
    let first = 1 + usize::from(wide);
    let digit = |byte: &&u8| {
        if wide {
            byte.is_ascii_hexdigit()
        } else {
            byte.is_ascii_digit()
        }
    };
    let count = body.iter().skip(first).take(10).take_while(digit).count();
    let digits = std::str::from_utf8(body.get(first..first + count)?).ok()?;
    let value = u32::from_str_radix(digits, if wide { 16 } else { 10 }).ok()?;
    let closed = usize::from(body.get(first + count) == Some(&b';'));
    Some(Coded::new(value, from + first + count + closed))
}

/// `\u0040`, `\U00000040`, `\u{40}`, `\x40`, `\100`, `\@`, `\.`; with as many backslashes as escaped it again.
fn escape(rest: &[u8]) -> Option<Coded> {
    let slashes = rest
        .iter()
        .take(1 << TIMES_MAX)
        .take_while(|byte| **byte == b'\\')
        .count();
    let fixed = |from: usize, digits: usize| {
        let value = hex(rest.get(from..from + digits)?)?;
        Some(Coded::new(value, from + digits))
    };
    let mark = slashes + 1;
    match rest.get(slashes)? {
        b'u' if rest.get(mark) == Some(&b'{') => {
            let body = rest.get(mark + 1..)?;
            let count = body.iter().take(7).position(|byte| *byte == b'}')?;
            Some(Coded::new(hex(body.get(..count)?)?, mark + count + 2))
        }
        b'u' => fixed(mark, 4),
        b'U' => fixed(mark, 8),
        b'x' => fixed(mark, 2),
        b'0' | b'1' => {
            let digits = rest.get(slashes..slashes + 3)?;
            let octal = std::str::from_utf8(digits).ok()?;
            let value = u32::from_str_radix(octal, 8).ok()?;
            Some(Coded {
                weak: true,
                ..Coded::new(value, slashes + 3)
            })
        }
        sign @ (b'@' | b'.' | b'_' | b'-' | b'+') => Some(Coded::new(u32::from(*sign), mark)),
        _ => None,
    }
}

/// The value of hex digits, one to eight of them and nothing else.
fn hex(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 8 {
        return None;
    }
    digits.iter().try_fold(0_u32, |value, byte| {
        let digit = char::from(*byte).to_digit(16)?;
        Some(value << 4 | digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_in_every_encoding() {
        for (text, value, length) in [
            ("%40x", '@', 3),
            ("%2540", '@', 5),
            ("%252540", '@', 7),
            ("%25kremvax", '%', 3),
            ("%2Ecom", '.', 3),
            ("%u0040", '@', 6),
            ("&#64;", '@', 5),
            ("&#0064;", '@', 7),
            ("&#64x", '@', 4),
            ("&#X2e;", '.', 6),
            ("&amp;#64;", '@', 9),
            ("&amp;amp;commat;", '@', 16),
            ("\\u0040", '@', 6),
            ("\\\\u0040", '@', 7),
            ("\\u{40}", '@', 6),
            ("\\U00000040", '@', 10),
            ("\\x40", '@', 4),
            ("\\100", '@', 4),
            ("\\.com", '.', 2),
            ("=40", '@', 3),
        ] {
            let got = coded(text.as_bytes(), 0).unwrap_or_else(|| panic!("{text}"));
            assert!(got.is(value) && got.length == length, "{text} {got:?}");
        }
        for text in [
            "%4", "%zz", "&x;", "&#;", "\\n", "\\u00", "x", "=4", "\\", "\\\\",
        ] {
            assert_eq!(coded(text.as_bytes(), 0), None, "{text}");
        }
    }

    #[test]
    fn entities_are_found_from_their_end() {
        let end = |text: &str| entity_before(text.as_bytes(), text.len());
        assert!(end("jo&#101;").is_some_and(|coded| coded.is('e') && coded.length == 6));
        assert!(end("&#64;&lt;").is_some_and(|coded| coded.is('<')));
        assert_eq!(end("a&b;"), None);
        assert_eq!(end("joe;"), None);
    }
}
