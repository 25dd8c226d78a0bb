//! Keys, tokens and passwords that show by their form.
//!
//! Enters: a text and a place in it. Leaves: where the secret begins and ends. Never here: entropy alone; that needs a name.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::work::looked;

/// An issuer's prefix, what may follow it, and how much of that.
struct Issued {
    prefix: &'static [u8],
    allowed: fn(u8) -> bool,
    least: usize,
    most: usize,
}

const fn alnum(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}
const fn upper(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}
const fn word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
const fn dashed(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}
const fn dotted(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-' || byte == b'.'
}

const fn issued(
    prefix: &'static [u8],
    allowed: fn(u8) -> bool,
    least: usize,
    most: usize,
) -> Issued {
    Issued {
        prefix,
        allowed,
        least,
        most,
    }
}

/// Prefixes as their issuers document them, and as gitleaks' rules have them.
const ISSUED: &[Issued] = &[
    issued(b"AKIA", upper, 16, 16),
    issued(b"ASIA", upper, 16, 16),
    issued(b"ABIA", upper, 16, 16),
    issued(b"ACCA", upper, 16, 16),
    issued(b"AIza", dashed, 35, 35),
    issued(b"GOCSPX-", dashed, 28, 28),
    issued(b"SG.", dotted, 60, 80),
    issued(b"ghp_", alnum, 36, 255),
    issued(b"gho_", alnum, 36, 255),
    issued(b"ghu_", alnum, 36, 255),
    issued(b"ghs_", alnum, 36, 255),
    issued(b"ghr_", alnum, 36, 255),
    issued(b"github_pat_", word, 22, 255),
    issued(b"glpat-", dashed, 20, 64),
    issued(b"xoxb-", dashed, 20, 255),
    issued(b"xoxp-", dashed, 20, 255),
    issued(b"xoxa-", dashed, 20, 255),
    issued(b"xoxr-", dashed, 20, 255),
    issued(b"xoxs-", dashed, 20, 255),
    issued(b"xapp-", dashed, 20, 255),
    issued(b"sk_live_", alnum, 16, 255),
    issued(b"rk_live_", alnum, 16, 255),
    issued(b"sk_test_", alnum, 16, 255),
    issued(b"rk_test_", alnum, 16, 255),
    issued(b"whsec_", alnum, 24, 255),
    issued(b"sk-ant-", dashed, 20, 255),
    issued(b"sk-proj-", dashed, 20, 255),
    issued(b"sk-", alnum, 32, 64),
    issued(b"npm_", alnum, 36, 36),
    issued(b"pypi-", dashed, 50, 255),
    issued(b"hf_", alnum, 30, 64),
    issued(b"dop_v1_", alnum, 64, 64),
    issued(b"shpat_", alnum, 32, 32),
    issued(b"ya29.", dashed, 20, 255),
    issued(b"dapi", alnum, 32, 32),
];

/// Whether any issuer's prefix begins with these two bytes.
fn may_begin(rest: &[u8]) -> bool {
    matches!(
        rest,
        [b'A', b'K' | b'S' | b'B' | b'C' | b'I', ..]
            | [b'G', b'O', ..]
            | [b'S', b'G', ..]
            | [b'g', b'h' | b'i' | b'l', ..]
            | [b'x', b'o' | b'a', ..]
            | [b's', b'k' | b'h', ..]
            | [b'r', b'k', ..]
            | [b'w', b'h', ..]
            | [b'n', b'p', ..]
            | [b'p', b'y', ..]
            | [b'h', b'f', ..]
            | [b'd', b'o' | b'a', ..]
            | [b'y', b'a', ..]
    )
}

/// A secret whose first byte is `bytes[at]`: one past its last byte.
pub fn secret_at(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    match rest.first()? {
        b'-' => private_key(rest).map(|length| at + length),
        b'e' if rest.starts_with(b"eyJ") => jwt(rest).map(|length| at + length),
        _ if may_begin(rest) => ISSUED.iter().find_map(|rule| {
            let body = rest.strip_prefix(rule.prefix)?;
            let length = body
                .iter()
                .take(rule.most + 1)
                .take_while(|byte| (rule.allowed)(**byte))
                .count();
            let trimmed = body
                .iter()
                .take(length)
                .rev()
                .take_while(|byte| matches!(byte, b'.' | b'-'))
                .count();
            let length = if rule.least == rule.most {
                length
            } else {
                length - trimmed
            };
            (rule.least..=rule.most)
                .contains(&length)
                .then_some(at + rule.prefix.len() + length)
        }),
        _ => None,
    }
}

/// `-----BEGIN … PRIVATE KEY-----` to its end line, or to the end of the text if that is cut off.
fn private_key(rest: &[u8]) -> Option<usize> {
    let body = rest.strip_prefix(b"-----BEGIN ")?;
    let title = memchr::memmem::find(body.get(..body.len().min(TITLE_MAX))?, b"-----")?;
    looked(title);
    let private = memchr::memmem::find(body.get(..title)?, b"PRIVATE KEY").is_some();
    if !private {
        return None;
    }
    let end = memchr::memmem::find(body, b"-----END ").and_then(|end| {
        let tail = body.get(end + 9..)?;
        Some(end + 9 + memchr::memmem::find(tail, b"-----")? + 5)
    });
    Some(end.map_or(rest.len(), |end| rest.len() - body.len() + end))
}

/// Three base64url parts of which the first is a JOSE header.
fn jwt(rest: &[u8]) -> Option<usize> {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    // Cheap where no full stop is near; what has one is a header, or ends the look here.
    memchr::memchr(b'.', rest.get(..rest.len().min(JOSE_MAX + 1))?)?;
    let part = |from: usize, most: usize| {
        rest.iter()
            .skip(from)
            .take(most)
            .take_while(|byte| allowed(byte))
            .count()
    };
    let header = part(0, JOSE_MAX);
    looked(header);
    if rest.get(header) != Some(&b'.') {
        return None;
    }
    let decoded = URL_SAFE_NO_PAD.decode(rest.get(..header)?).ok()?;
    let names = [&b"\"alg\""[..], b"\"typ\""];
    if !names
        .iter()
        .any(|name| memchr::memmem::find(&decoded, name).is_some())
    {
        return None;
    }
    let payload = part(header + 1, usize::MAX);
    let signature = match rest.get(header + 1 + payload) {
        Some(b'.') => 1 + part(header + payload + 2, usize::MAX),
        _ => 0,
    };
    looked(payload + signature);
    (payload >= 4).then_some(header + 1 + payload + signature)
}

/// Longest header of a token, bytes.
const JOSE_MAX: usize = 1024;
/// Longest title of a private key, bytes.
const TITLE_MAX: usize = 128;
/// Longest URL looked into, bytes.
const URL_MAX: usize = 2048;

/// A URL with a password, around the `://` at `at`: first byte and one past the last.
pub fn credential_url(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let body = bytes.get(at + 3..)?;
    let body = body.get(..body.len().min(URL_MAX))?;
    let closes =
        |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'`');
    let authority = body
        .iter()
        .position(|byte| *byte == b'/' || closes(*byte))
        .unwrap_or(body.len());
    looked(authority + 1);
    let sign = memchr::memrchr(b'@', body.get(..authority)?)?;
    let scheme = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-');
    let mut start = at;
    while start > 0 && bytes.get(start - 1).is_some_and(|byte| scheme(*byte)) {
        start -= 1;
    }
    looked(at - start);
    let end = body
        .iter()
        .position(|byte| closes(*byte))
        .unwrap_or(body.len());
    let colon = body.get(..sign)?.iter().position(|byte| *byte == b':')?;
    (start < at && colon + 1 < sign).then_some((start, at + 3 + end))
}

/// A 40 character key of the base64 alphabet, as AWS issues: mixed case, digits, many different characters, no hex.
pub fn is_key_of_40(run: &[u8]) -> bool {
    if run.len() != 40 {
        return false;
    }
    let mut seen = [false; 128];
    let (mut uppers, mut lowers, mut digits) = (0, 0, 0);
    for byte in run {
        uppers += u32::from(byte.is_ascii_uppercase());
        lowers += u32::from(byte.is_ascii_lowercase());
        digits += u32::from(byte.is_ascii_digit());
        if let Some(slot) = seen.get_mut(usize::from(*byte)) {
            *slot = true;
        }
    }
    let different = seen.iter().filter(|seen| **seen).count();
    let slashes = run.iter().filter(|byte| **byte == b'/').count();
    uppers >= 4 && lowers >= 4 && digits >= 1 && different >= 18 && slashes <= 6
}

/// Bits a character, over the text's own distribution.
pub fn entropy(text: &[u8]) -> f64 {
    let mut times = [0_u32; 256];
    for byte in text {
        times[usize::from(*byte)] += 1;
    }
    let length = text.len() as f64;
    let part = |times: &u32| {
        let share = f64::from(*times) / length;
        -share * share.log2()
    };
    times.iter().filter(|times| **times > 0).map(part).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Joined here, so that no scanner takes the sample for a leaked key.
    fn sample(prefix: &str, length: usize) -> String {
        let body: String = "aB3dE5gH7jK9mN1pQ2sT4vW6yZ8"
            .chars()
            .cycle()
            .take(length)
            .collect();
        format!("{prefix}{body}")
    }

    #[test]
    fn no_prefix_is_passed_over() {
        for rule in ISSUED {
            assert!(may_begin(rule.prefix), "{:?}", rule.prefix);
        }
    }

    #[test]
    fn issued_tokens_end_where_their_issuer_says() {
        for (prefix, length) in [
            ("ghp_", 36),
            ("AIza", 35),
            ("sk_live_", 24),
            ("xoxb-1234567890-", 24),
            ("npm_", 36),
        ] {
            let token = sample(prefix, length);
            let text = format!("{token} was leaked");
            assert_eq!(secret_at(text.as_bytes(), 0), Some(token.len()), "{prefix}");
        }
        let short = sample("ghp_", 20);
        assert_eq!(secret_at(short.as_bytes(), 0), None);
        assert_eq!(secret_at(b"sk-learn", 0), None);
    }

    #[test]
    fn tokens_keys_and_urls() {
        let header = URL_SAFE_NO_PAD.encode(br#"{"alg":"HS256"}"#);
        let token = format!("{header}.eyJzdWIiOiIxIn0.c2lnbmF0dXJl");
        assert_eq!(
            secret_at(format!("{token};").as_bytes(), 0),
            Some(token.len())
        );
        assert_eq!(secret_at(b"eyJhbGciOi.x.y", 0), None);
        let pem = "-----BEGIN RSA PRIVATE KEY----- abc -----END RSA PRIVATE KEY-----";
        assert_eq!(
            secret_at(format!("{pem} rest").as_bytes(), 0),
            Some(pem.len())
        );
        assert_eq!(secret_at(b"-----BEGIN PRIVATE KEY----- abc", 0), Some(31));
        assert_eq!(secret_at(b"-----BEGIN PUBLIC KEY----- abc", 0), None);
        let url = b"to mongodb+srv://app:p#w!@db1.example.net/prod now";
        assert_eq!(credential_url(url, 14), Some((3, 46)));
        assert_eq!(credential_url(b"https://example.net/a@b", 5), None);
    }

    #[test]
    fn keys_of_40_are_not_hashes() {
        assert!(is_key_of_40(b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"));
        assert!(!is_key_of_40(b"da39a3ee5e6b4b0d3255bfef95601890afd80709"));
        assert!(!is_key_of_40(b"aaaaaaaaaaaaaaaaaaaaAAAAAAAAAAAAAAAAAA11"));
    }
}
