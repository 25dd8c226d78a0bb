//! Tokens whose prefix says what they are though its issuer is not known: `acme_sk_…`, `shop_api_…`, `example_pat_…`.
//!
//! Enters: a word. Leaves: yes or no. Never here: ids, which are written so too (`cus_…`, `req_…`), and keys that anybody may have.

use crate::hint::Bar;
use crate::secret::drawn::drawn;

/// Parts of a prefix that say so.
const TELLING: &[&[u8]] = &[
    b"sk", b"rk", b"pat", b"secret", b"apikey", b"api", b"live", b"priv", b"private", b"pw",
    b"token", b"signkey",
];
/// Parts that say it is an id, a stand-in or a public key.
const OPEN: &[&[u8]] = &[
    b"pk",
    b"pub",
    b"public",
    b"publishable",
    b"anon",
    b"id",
    b"site",
    b"cs",
    b"tok",
    b"pm",
    b"pi",
    b"ch",
    b"cus",
    b"ca",
    b"src",
    b"card",
    b"order",
    b"pay",
    b"payment",
    b"acct",
    b"evt",
    b"event",
    b"sub",
    b"in",
    b"price",
    b"prod",
    b"plan",
    b"ref",
    b"tx",
    b"txn",
    b"req",
    b"request",
    b"user",
    b"usr",
    b"org",
    b"client",
    b"cc",
    b"network",
    b"device",
    b"page",
    b"sync",
    b"csrf",
    b"job",
    b"run",
    b"call",
    b"session",
    b"version",
    b"cache",
    b"row",
    b"stream",
];
/// Fewest characters behind the prefix, and longest prefix.
const BODY_MIN: usize = 20;
const PREFIX_MAX: usize = 24;

/// Whether the word is such a token.
pub(in crate::secret) fn is_named(word: &[u8]) -> bool {
    let Some(line) = memchr::memrchr(b'_', word).filter(|line| (2..=PREFIX_MAX).contains(line))
    else {
        return false;
    };
    let (head, body) = word.split_at(line);
    let body = body.get(1..).unwrap_or_default();
    let is = |list: &[&[u8]]| {
        head.split(|byte| *byte == b'_')
            .any(|part| list.iter().any(|known| part.eq_ignore_ascii_case(known)))
    };
    let plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'_';
    if body.len() < BODY_MIN || !head.iter().all(plain) || !is(TELLING) || is(OPEN) {
        return false;
    }
    let least = match drawn(body) {
        Bar::Drawn => BODY_MIN,
        Bar::Woven => 24,
        Bar::Key => 32,
        Bar::Coined | Bar::Unique | Bar::Any => return false,
    };
    body.len() >= least
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_that_say_what_they_are() {
        let drawn = "aB3dE5gH7jK9mN1pQ2sT4vW6";
        let hex = "e75307e22021a584d6e512fd03e31c0b";
        for (word, want) in [
            (format!("acme_sk_{drawn}"), true),
            (format!("shop_api_{drawn}"), true),
            (format!("tr_live_{drawn}"), true),
            (format!("mgp_sk_{hex}"), true),
            (format!("cus_{drawn}"), false),
            (format!("cs_live_{drawn}"), false),
            (format!("pk_live_{drawn}"), false),
            (format!("api_request_{drawn}"), false),
            (format!("user_{drawn}"), false),
            ("api_customer_orders_of_the_month_2024".to_owned(), false),
            ("live_stream_0000000000000000000001".to_owned(), false),
        ] {
            assert_eq!(is_named(word.as_bytes()), want, "{word}");
        }
    }
}
