//! Secrets that their place gives away: `curl -u ops:…`, a line of `.pgpass`, a session's cookie, the token of a link that resets a
//! password.
//!
//! Enters: a text and a sign in it. Leaves: whether a secret stands behind it, and where. Never here: names that say so alone.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::hint::Bar;
use crate::work::looked;

/// Shortest and longest name and password in base64, bytes.
const BASIC: std::ops::RangeInclusive<usize> = 8..=400;
/// Longest name before a password, bytes.
const LOGIN_MAX: usize = 64;

/// The name and the password that follow the word `bytes[at..end]` where it is `Basic`: first byte and one past the last.
pub(crate) fn basic_at(bytes: &[u8], at: usize, end: usize) -> Option<(usize, usize)> {
    let named = bytes.get(at..end)?.eq_ignore_ascii_case(b"basic");
    if !named || bytes.get(end) != Some(&b' ') {
        return None;
    }
    let rest = bytes.get(end + 1..)?;
    let inside = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let length = rest.iter().take(BASIC.end() + 1);
    let length = length.take_while(|byte| inside(byte)).count();
    looked(length);
    if !BASIC.contains(&length) {
        return None;
    }
    let pair = STANDARD_NO_PAD.decode(rest.get(..length)?).ok()?;
    let text = std::str::from_utf8(&pair).ok()?;
    let colon = text.find(':')?;
    let padding = rest.iter().skip(length).take(2);
    let padding = padding.take_while(|byte| **byte == b'=').count();
    let plain = !text.chars().any(char::is_control);
    (colon + 1 < text.len() && plain).then_some((end + 1, end + 1 + length + padding))
}

/// Whether the text ends in a name and the word before its password, as `.netrc` has them: `login etl password `.
pub(crate) fn is_login(before: &[u8]) -> bool {
    let before = before
        .get(before.len().saturating_sub(LOGIN_MAX + 24)..)
        .unwrap_or_default();
    let mut words = before
        .rsplit(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    let (sign, _name, login) = (words.next(), words.next(), words.next());
    before.last().is_some_and(u8::is_ascii_whitespace)
        && matches!(sign, Some(b"password" | b"passwd"))
        && matches!(login, Some(b"login" | b"user"))
}

/// Longest text before the colon that is looked at, bytes.
const BEFORE_MAX: usize = 128;

/// Whether the colon at `sign` has a password behind it.
pub(super) fn is_placed(bytes: &[u8], sign: usize) -> bool {
    let joined = |place: usize| bytes.get(place).is_some_and(u8::is_ascii_alphanumeric);
    if !joined(sign + 1) || !joined(sign.wrapping_sub(1)) {
        return false;
    }
    let Some(before) = bytes.get(sign.saturating_sub(BEFORE_MAX)..sign) else {
        return false;
    };
    let word = before
        .iter()
        .rev()
        .take_while(|byte| !byte.is_ascii_whitespace() && !matches!(byte, b'"' | b'\'' | b'='))
        .count();
    looked(word);
    let (head, word) = before.split_at(before.len() - word);
    if word.contains(&b'/') {
        return false;
    }
    let user = [
        &b" -u "[..],
        b" --user ",
        b" -u '",
        b" -u \"",
        b" --user=",
        b" --user '",
    ]
    .iter()
    .any(|option| head.ends_with(option));
    if user {
        return !word.is_empty() && !word.contains(&b':');
    }
    let mut fields = word.split(|byte| *byte == b':');
    let mut next = || fields.next().unwrap_or_default();
    let (host, port, base, user) = (next(), next(), next(), next());
    let hosted = host.contains(&b'.') || host == b"localhost";
    let ported = (2..=5).contains(&port.len()) && port.iter().all(u8::is_ascii_digit);
    let named = (base.len() > 1 || base == b"*") && user.len() > 1;
    hosted && ported && named && fields.next().is_none()
}

/// What the colon at `sign` has behind it in a network's code (`WIFI:T:WPA;S:guests;P:…;;`) or in Oracle's short address
/// (`jdbc:oracle:thin:app/…@//host`): first byte and one past the last.
pub(super) fn set_at(bytes: &[u8], sign: usize) -> Option<(usize, usize)> {
    let before = bytes.get(sign.saturating_sub(BEFORE_MAX)..sign)?;
    let rest = bytes.get(sign + 1..)?;
    let until = |from: usize, stop: u8| {
        let body = rest.get(from..)?;
        memchr::memchr(stop, body.get(..body.len().min(BEFORE_MAX))?).map(|length| from + length)
    };
    // `xfreerdp /v:host /u:admin /p:…`
    if before.ends_with(b" /p") && memchr::memmem::find(before, b"rdp").is_some() {
        let length = rest
            .iter()
            .take_while(|byte| byte.is_ascii_graphic())
            .count();
        let hidden = super::unset::is_no_value(rest.get(..length)?);
        return (length >= 4 && !hidden).then_some((sign + 1, sign + 1 + length));
    }
    let (from, to) = if before.ends_with(b";P") || before.ends_with(b"WIFI:P") {
        looked(before.len());
        memchr::memmem::find(before, b"WIFI:")?;
        (0, until(0, b';')?)
    } else if before.ends_with(b"oracle:thin") || before.ends_with(b"oracle:oci") {
        let slash = until(0, b'/')?;
        (slash + 1, until(slash + 1, b'@')?)
    } else {
        return None;
    };
    let word = rest.get(from..to)?;
    let fits = word.len() >= 4 && !word.iter().any(u8::is_ascii_whitespace);
    fits.then_some((sign + 1 + from, sign + 1 + to))
}

/// Fewest characters of a session's id, and of a link's token.
const SESSION_MIN: usize = 16;
const TOKEN_MIN: usize = 32;
/// The same of one in letters of both cases.
const LINKED_MIN: usize = 20;
/// Longest of both, bytes.
const TOKEN_MAX: usize = 512;
/// Longest name, and longest text before it that is looked at, bytes.
const NAME_MAX: usize = 40;
const LINE_MAX: usize = 512;

/// Cookies that servers keep sessions in, under their own names; and names that are one's only among cookies.
const SESSIONS: &[&str] = &[
    "phpsessid",
    "jsessionid",
    "aspsessionid",
    "asp.net_sessionid",
    "connect.sid",
    "laravel_session",
    "sessionid",
    "ci_session",
    "rack.session",
    ".aspxauth",
    ".aspnetcore.cookies",
    "_gitlab_session",
    "_gh_sess",
    ".aspnet.applicationcookie",
    "__host-session",
    "__secure-session",
];
const COOKIES: &[&str] = &[
    "sid",
    "session",
    "sess",
    "session_id",
    "sessid",
    "_session",
    "_session_id",
    "auth",
    "remember_me",
    "remember_token",
    "user_session",
    "li_at",
    "xs",
];
/// How the names of sessions begin that a hash follows in.
const SESSION_STARTS: &[&[u8]] = &[
    b"remember_web_",
    b"wordpress_logged_in_",
    b"wordpress_sec_",
    b"SSESS",
];
/// How further ones end.
const COOKIE_ENDS: &[&[u8]] = &[b"session", b"sess", b"_sid", b".sid", b"sessid"];
/// What a code is called that is typed in once.
const CODES: &[&str] = &[
    "code",
    "otp",
    "pin",
    "passcode",
    "token",
    "t",
    "verification_code",
];
const CODE: std::ops::RangeInclusive<usize> = 4..=10;
/// What a link's token is called, and what such a link is for.
const TOKENS: &[&str] = &["t", "token", "code", "key", "k", "hash", "h"];
const LINKS: &[&[u8]] = &[
    b"reset",
    b"unsubscribe",
    b"confirm",
    b"verify",
    b"activate",
    b"invite",
    b"magic",
    b"login",
    b"recover",
    b"optout",
    b"opt-out",
    b"password",
];

/// Any page.
const ANYWHERE: &[&[u8]] = &[b"/"];
/// Where a code goes that a token is given for.
const CALLBACKS: &[&[u8]] = &[
    b"callback",
    b"oauth",
    b"authorize",
    b"oidc",
    b"signin",
    b"sign-in",
    b"redirect",
    b"sso",
];

/// What the `=` at `sign` gives to a session's cookie or a link's token: first byte and one past the last.
pub(super) fn carried_at(bytes: &[u8], sign: usize) -> Option<(usize, usize)> {
    let before = bytes.get(sign.saturating_sub(LINE_MAX)..sign)?;
    let named = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    let length = before
        .iter()
        .rev()
        .take(NAME_MAX + 1)
        .take_while(|byte| named(byte))
        .count();
    let (head, name) = before.split_at(before.len() - length);
    let is = |list: &[&str]| {
        list.iter()
            .any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
    };
    let ends = || {
        let name = name.to_ascii_lowercase();
        COOKIE_ENDS.iter().any(|end| name.ends_with(end))
    };
    let begins = |known: &&[u8]| {
        name.get(..known.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(known))
    };
    let session = is(SESSIONS) || SESSION_STARTS.iter().any(begins);
    let token = is(TOKENS) || is(CODES);
    let cookie = is(COOKIES) || ends();
    if !(session || cookie || token || name == b"ticket") {
        return None;
    }
    looked(length);
    let inside = |byte: &u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'-' | b'_' | b'.' | b'%' | b'~' | b'+' | b'/')
    };
    let value = bytes.get(sign + 1..)?;
    let long = value
        .iter()
        .take(TOKEN_MAX)
        .take_while(|byte| inside(byte))
        .count();
    let (value, tail) = value.split_at_checked(long)?;
    if is(CODES) && CODE.contains(&long) && value.iter().all(u8::is_ascii_digit) {
        return is_of_link(head).then_some((sign + 1, sign + 1 + long));
    }
    let drawn = value.iter().any(u8::is_ascii_digit) && value.iter().any(u8::is_ascii_alphabetic);
    let varied = super::drawn::drawn(value) == Bar::Drawn;
    let hex = value.iter().all(u8::is_ascii_hexdigit);
    looked(long);
    if !drawn || long < SESSION_MIN {
        return None;
    }
    let fits = session
        || cookie && (is_of_cookies(head) || is_among_pairs(head, tail))
        || token && (hex && long >= TOKEN_MIN || varied && long >= LINKED_MIN) && is_of_link(head)
        || name == b"code" && (varied || hex && long >= TOKEN_MIN) && is_link_to(head, CALLBACKS)
        || name == b"ticket" && (varied || hex && long >= TOKEN_MIN) && is_link_to(head, ANYWHERE);
    fits.then_some((sign + 1, sign + 1 + long))
}

/// The value at `bytes[at]` of a session's cookie, as a jar of cookies has them, parted by tabs: one past its last byte.
pub(crate) fn jarred_at(bytes: &[u8], at: usize) -> Option<usize> {
    let before = bytes.get(at.saturating_sub(LINE_MAX)..at)?;
    let line = before.rsplit(|byte| *byte == b'\n').next()?;
    let mut fields = line.strip_suffix(b"\t")?.rsplit(|byte| *byte == b'\t');
    looked(line.len());
    let name = fields.next()?.to_ascii_lowercase();
    let until = fields.next()?;
    let secure = fields.next()?;
    let jar = until.iter().all(u8::is_ascii_digit) && matches!(secure, b"TRUE" | b"FALSE");
    let known = |list: &[&str]| list.iter().any(|known| known.as_bytes() == name);
    let sure =
        known(SESSIONS) || known(COOKIES) || COOKIE_ENDS.iter().any(|end| name.ends_with(end));
    let token = [&b"token"[..], b"auth", b"jwt"]
        .iter()
        .any(|end| name.ends_with(end));
    let csrf = name
        .windows(4)
        .any(|part| part == b"csrf" || part == b"xsrf");
    if !jar || !(sure || token) || csrf {
        return None;
    }
    let value = bytes.get(at..)?;
    let length = value
        .iter()
        .take(TOKEN_MAX)
        .take_while(|byte| byte.is_ascii_graphic())
        .count();
    let drawn = value.iter().take(length).any(u8::is_ascii_digit);
    (length >= SESSION_MIN && drawn).then_some(at + length)
}

/// Whether the text is the start of a header of cookies: `Cookie: theme=dark; `.
fn is_of_cookies(head: &[u8]) -> bool {
    looked(head.len());
    let line = memchr::memrchr(b'\n', head)
        .and_then(|end| head.get(end + 1..))
        .unwrap_or(head);
    memchr::memmem::find(line, b"ookie").is_some()
}

/// Whether what stands before and behind a pair are pairs as a header of cookies has them: `theme=dark; sid=…; lang=en`.
fn is_among_pairs(head: &[u8], tail: &[u8]) -> bool {
    let line = memchr::memrchr(b'\n', head)
        .and_then(|end| head.get(end + 1..))
        .unwrap_or(head);
    looked(line.len());
    let pair = |pair: &[u8]| {
        let name = memchr::memchr(b'=', pair).filter(|sign| *sign > 0);
        name.is_some() && !pair.contains(&b' ')
    };
    let before = line.strip_suffix(b"; ");
    let behind = tail.strip_prefix(b"; ").unwrap_or_default();
    let behind = behind
        .split(|byte| *byte == b';')
        .next()
        .unwrap_or_default();
    match before {
        Some(before) => before
            .split(|byte| *byte == b';')
            .all(|part| pair(part.trim_ascii())),
        None => line.is_empty() && pair(behind),
    }
}

/// Whether the text is a link up to its query, to a page that lets in whoever has the link.
fn is_of_link(head: &[u8]) -> bool {
    is_link_to(head, LINKS)
}

/// The same, to a page that one of those words is for.
fn is_link_to(head: &[u8], pages: &[&[u8]]) -> bool {
    looked(head.len());
    let length = head
        .iter()
        .rev()
        .take_while(|byte| {
            !byte.is_ascii_whitespace() && !matches!(byte, b'"' | b'\'' | b'<' | b'>')
        })
        .count();
    let link = head.get(head.len() - length..).unwrap_or_default();
    let Some(query) = memchr::memchr(b'?', link) else {
        return false;
    };
    let path = link.get(..query).unwrap_or_default().to_ascii_lowercase();
    matches!(link.last(), Some(b'?' | b'&'))
        && pages
            .iter()
            .any(|word| memchr::memmem::find(&path, word).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_passwords_in_base64() {
        for (text, want) in [
            ("Basic b3BzOmh1bnRlcjI=", Some("b3BzOmh1bnRlcjI=")),
            ("basic b3BzOmh1bnRlcjI", Some("b3BzOmh1bnRlcjI")),
            ("Basic English course", None),
            ("Basic b3BzaHVudGVyMg==", None),
            ("Basic b3Bz", None),
            ("Basics b3BzOmh1bnRlcjI=", None),
        ] {
            let end = text.find(' ').unwrap();
            let found = basic_at(text.as_bytes(), 0, end);
            assert_eq!(found.map(|(from, to)| &text[from..to]), want, "{text}");
        }
        assert!(is_login(b"machine ftp.example.com login etl password "));
        assert!(is_login(b"machine a\nlogin etl\npassword "));
        assert!(!is_login(b"the login form has a password "));
        assert!(!is_login(b"login etl password"));
    }

    #[test]
    fn cookies_and_links_carry_secrets() {
        let of = |text: &str| {
            text.bytes()
                .enumerate()
                .filter(|(_, byte)| *byte == b'=')
                .find_map(|(sign, _)| carried_at(text.as_bytes(), sign))
                .map(|(start, end)| text[start..end].to_owned())
        };
        const HEX: &str = "e75307e22021a584d6e512fd03e31c0b";
        for text in [
            "Cookie: sid=e75307e22021a584d6e512fd03e31c0b; theme=dark",
            "set-cookie: theme=dark; session=e75307e22021a584d6e512fd03e31c0b; Path=/",
            "_ga=GA1.2.2795; sid=e75307e22021a584d6e512fd03e31c0b; theme=light",
            "my_session=e75307e22021a584d6e512fd03e31c0b; theme=light",
            "PHPSESSID=e75307e22021a584d6e512fd03e31c0b",
            "/cart;JSESSIONID=e75307e22021a584d6e512fd03e31c0b",
            "https://example.net/reset?user=a%40b.example&t=e75307e22021a584d6e512fd03e31c0b",
            "/unsubscribe?code=e75307e22021a584d6e512fd03e31c0b&l=en",
        ] {
            assert_eq!(of(text).as_deref(), Some(HEX), "{text}");
        }
        const WOVEN: &str = "kgyaj8tN_jE5MBQF5gq9IEX97-gE7q";
        for text in [
            "/callback?code=kgyaj8tN_jE5MBQF5gq9IEX97-gE7q&state=134c0e6b",
            "https://app.example.com/magic-link?t=kgyaj8tN_jE5MBQF5gq9IEX97-gE7q",
            "wss://live.example.com/socket?ticket=kgyaj8tN_jE5MBQF5gq9IEX97-gE7q",
        ] {
            assert_eq!(of(text).as_deref(), Some(WOVEN), "{text}");
        }
        assert_eq!(of("/callback?code=4001"), None);
        assert_eq!(
            of("https://desk.example.com/t?ticket=ABC-123456789012"),
            None
        );
        assert_eq!(
            of("myapp://verify?email=a%40b.example&code=155128").as_deref(),
            Some("155128")
        );
        for text in [
            // Ids of sessions in logs, of accounts, short ones; what is no token.
            "session=e75307e22021a584d6e512fd03e31c0b opened",
            "sid=AC76339ce1364dda168d8e8856880e5c45",
            "Cookie: sid=e75307; theme=dark",
            "Cookie: session=signed-out-by-the-user",
            "Cookie: theme=e75307e22021a584d6e512fd03e31c0b",
            // Versions and hashes in other links, and short codes.
            "https://example.net/app.js?t=e75307e22021a584d6e512fd03e31c0b",
            "https://example.net/commit?h=e75307e22021a584d6e512fd03e31c0b",
            "https://example.net/reset?lang=en&code=SPRING25",
            "reset t=e75307e22021a584d6e512fd03e31c0b",
            "https://example.net/reset?lang=en&code=12",
            "https://example.net/sale?code=155128",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn codes_of_networks_and_short_addresses() {
        let of = |text: &str| {
            text.bytes()
                .enumerate()
                .filter(|(_, byte)| *byte == b':')
                .find_map(|(sign, _)| set_at(text.as_bytes(), sign))
                .map(|(start, end)| text[start..end].to_owned())
        };
        assert_eq!(
            of("WIFI:T:WPA;S:guests;P:Kestrel2026?;;").as_deref(),
            Some("Kestrel2026?")
        );
        assert_eq!(
            of("jdbc:oracle:thin:app/y6a^l1X@//db:1521/X").as_deref(),
            Some("y6a^l1X")
        );
        assert_eq!(of("jdbc:oracle:thin:@//db:1521/X"), None);
        assert_eq!(of("S:12;P:34;"), None);
    }

    #[test]
    fn places_of_passwords() {
        let of = |text: &str| is_placed(text.as_bytes(), text.rfind(':').unwrap());
        for text in ["curl -u ops:aB3dE5gH", "db.example.org:5432:*:app:aB3dE5gH"] {
            assert!(of(text), "{text}");
        }
        for text in [
            "at 12:30:45:07",
            "https://a.b:443/x:y",
            "ratio 3:4",
            "urn:isbn:0451450523",
            "13:89:FA:32:7B",
        ] {
            assert!(!of(text), "{text}");
        }
    }
}
