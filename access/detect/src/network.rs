//! Network addresses.
//!
//! Enters: bytes at a word's start, or a run of digit groups. Leaves: how many bytes an address takes. Never here: names.

use super::run::Run;
use super::work::looked;

/// Whether four dotted groups are an address, and whether they could hardly be a version: some of the first three
/// numbers is beyond what versions count to.
pub(crate) fn ipv4_at(run: &Run, first: usize) -> Option<bool> {
    if !run.same_separator(first, 4) || run.separator(first) != b'.' || run.tight(first + 3) {
        return None;
    }
    let mut octets = [0_u32; 4];
    for (place, octet) in octets.iter_mut().enumerate() {
        let digits = run.group(first + place)?;
        let padded = digits.len() > 1 && digits.first() == Some(&0);
        if digits.len() > 3 || padded {
            return None;
        }
        *octet = digits
            .iter()
            .fold(0, |sum, digit| sum * 10 + u32::from(*digit));
    }
    let [a, b, c, _] = octets;
    if a == 0 || octets.iter().any(|octet| *octet > 255) || is_mask(octets) {
        return None;
    }
    Some(a > 99 || b > 99 || c > 99)
}

/// `255.255.240.0`, and what numbers only a net or a release: `131.0.0.0`.
fn is_mask(octets: [u32; 4]) -> bool {
    let [a, b, c, d] = octets;
    let bits = a << 24 | b << 16 | c << 8 | d;
    (a == 255 && (!bits).wrapping_add(1).is_power_of_two()) || bits == u32::MAX || (b | c | d) == 0
}

/// Whether a dotted quad is a private one: of the nets that need no registration, and of the machine itself.
pub(crate) fn is_private(text: &str) -> bool {
    let mut octets = text
        .split('.')
        .map(|octet| octet.parse::<u8>().unwrap_or(0));
    matches!(
        (octets.next(), octets.next()),
        (Some(10 | 127), _) | (Some(192), Some(168)) | (Some(172), Some(16..=31))
    )
}

/// `aa:bb:cc:dd:ee:ff` or with dashes, or Cisco's `aabb.ccdd.eeff`, at `bytes[0]`.
pub fn mac_at(bytes: &[u8]) -> Option<usize> {
    let hex = |place: usize| bytes.get(place).is_some_and(u8::is_ascii_hexdigit);
    let separator = *bytes.get(2)?;
    let pairs = matches!(separator, b':' | b'-')
        && (0..17).all(|place| match place % 3 {
            2 => bytes.get(place) == Some(&separator),
            _ => hex(place),
        })
        && !bytes
            .get(17)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == separator);
    let lettered = |length: usize| bytes.iter().take(length).any(u8::is_ascii_alphabetic);
    if pairs && (separator == b':' || lettered(17)) {
        return Some(17);
    }
    let dotted = (0..14).all(|place| match place {
        4 | 9 => bytes.get(place) == Some(&b'.'),
        _ => hex(place),
    }) && !bytes
        .get(14)
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'.');
    (dotted && lettered(14)).then_some(14)
}

/// An IPv6 address at `bytes[0]`: eight groups, or fewer with one `::`.
pub fn ipv6_at(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    let mut groups = 0;
    let mut pairs = 0;
    let mut gap = false;
    loop {
        let digits = bytes
            .iter()
            .skip(at)
            .take(5)
            .take_while(|byte| byte.is_ascii_hexdigit())
            .count();
        if digits > 4 {
            return None;
        }
        looked(digits + 1);
        at += digits;
        groups += usize::from(digits > 0);
        pairs += usize::from(digits == 2);
        if groups > 8 {
            return None;
        }
        match (bytes.get(at), bytes.get(at + 1)) {
            (Some(b':'), Some(b':')) if !gap => {
                gap = true;
                at += 2;
            }
            (Some(b':'), Some(next)) if next.is_ascii_hexdigit() && digits > 0 => at += 1,
            _ => break,
        }
    }
    let joined = bytes
        .get(at)
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b':');
    // Eight pairs are the name of a disk or a card: `6a:84:46:df:fc:76:fb:ec`.
    let whole = groups == 8 && !gap && pairs < 8;
    let short = gap && (2..=7).contains(&groups);
    (!joined && (whole || short)).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_end_where_they_end() {
        let macs = [
            ("00:1a:2b:3c:4d:5e", Some(17)),
            ("00-1A-2B-3C-4D-5E,", Some(17)),
            ("001a.2b3c.4d5e", Some(14)),
            ("00:1a:2b:3c:4d", None),
            ("00:1a:2b:3c:4d:5e:6f", None),
            ("12-34-56-78-90-12", None),
        ];
        for (text, end) in macs {
            assert_eq!(mac_at(text.as_bytes()), end, "{text}");
        }
        let sixes = [
            ("2001:db8:85a3:0:0:8a2e:370:7334", Some(31)),
            ("2001:db8:1f::a9\"", Some(15)),
            ("fe80::1", Some(7)),
            ("12:34:56", None),
            ("6a:84:46:df:fc:76:fb:ec", None),
            ("12:34:56:78:90:12:34", None),
            ("2001:db8:::1", None),
            ("std::vec", None),
        ];
        for (text, end) in sixes {
            assert_eq!(ipv6_at(text.as_bytes()), end, "{text}");
        }
    }

    #[test]
    fn versions_are_not_evidently_addresses() {
        let of = |text: &str| ipv4_at(&Run::at(text.as_bytes(), 0).unwrap(), 0);
        assert_eq!(of("203.0.113.9"), Some(true));
        assert_eq!(of("12.4.31.200"), Some(false));
        for text in ["1.2.3", "256.1.1.1", "01.2.3.4", "1.2.3.4.5", "0.1.2.3"] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
