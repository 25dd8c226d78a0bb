//! Secrets that a name before them gives away: `password=…`, `"api_key": "…"`, `AccountKey=…`, `sig=…`, `password is …`.
//!
//! Enters: a text, and the sign after a name or the word after an announcement. Leaves: where the value begins and ends. Never here:
//! a value that no name explains.

use super::ends::{DRAWN, KEYS, OPEN_KEYS, PASSWORDS};
use super::unset::is_no_value;
use crate::hint::Bar;
use crate::work::looked;
pub(crate) use telling::followed_at;
pub(super) use telling::{fits_name, is_telling, quoted_at};

mod telling;

/// Longest name looked back for, bytes.
const NAME_MAX: usize = 48;
/// Longest value, bytes.
const VALUE_MAX: usize = 512;

/// Most bytes of `value` and the blanks before it.
const GAP_MAX: usize = 24;
/// Most bytes of a variable before its default.
const VARIABLE_MAX: usize = 160;
/// Fewest letters that show by their cases alone that they were drawn.
const WOVEN_MIN: usize = 10;

/// What a header says of the value before it.
const SCHEMES: &[&[u8]] = &[
    b"Bearer ",
    b"bearer ",
    b"Basic ",
    b"basic ",
    b"Token ",
    b"token ",
    b"SharedAccessSignature ",
    b"ApiKey ",
    b"Apikey ",
    b"apikey ",
    b"Api-Key ",
    b"Key ",
    b"key ",
    b"SSWS ",
    b"GenieKey ",
    b"Splunk ",
    b"Bot ",
    b"Klaviyo-API-Key ",
    b"DeepL-Auth-Key ",
    b"Negotiate ",
    b"NTLM ",
    b"OAuth ",
    b"PVEAPIToken=",
    b"Snowflake Token=\"",
];

/// What a name's end promises: how long the value must be, and whether a plain word will do.
#[derive(Clone, Copy)]
struct Promise {
    least: usize,
    plain: bool,
    /// How much it must look drawn.
    drawn: Bar,
}

/// The value that the `=` or `:` at `bytes[sign]` gives to a secret name: first byte and one past the last.
pub(crate) fn assigned_at(bytes: &[u8], sign: usize) -> Option<(usize, usize)> {
    let equals = bytes.get(sign) == Some(&b'=');
    let placed = !equals && super::placed::is_placed(bytes, sign);
    if placed {
        let end = value_end(bytes, sign + 1, None);
        let value = bytes.get(sign + 1..end)?;
        let fits = value.len() >= 6 && (is_password(value) || varied(value));
        let fits = fits && !is_no_value(value);
        return fits.then_some((sign + 1, end));
    }
    if !equals && let Some(place) = super::placed::set_at(bytes, sign) {
        return Some(place);
    }
    if equals && let Some(place) = super::placed::carried_at(bytes, sign) {
        return Some(place);
    }
    let promise = promise(bytes, named_before(bytes, sign).unwrap_or(sign))?;
    let mut at = sign + 1;
    if bytes.get(at) == Some(&b'>') || (!equals && bytes.get(at) == Some(&b'=')) {
        at += 1;
    }
    at += blanks(bytes, at);
    let quote = opening(bytes, at);
    at += quote.map_or(0, |(length, _)| length);
    for scheme in SCHEMES {
        if bytes.get(at..).is_some_and(|rest| rest.starts_with(scheme)) {
            at += scheme.len();
        }
    }
    let end = value_end(bytes, at, quote.map(|(_, mark)| mark));
    let value = bytes.get(at..end)?;
    looked(end - sign);
    suits(promise, value, equals || quote.is_some()).then_some((at, end))
}

/// Whether a value is what its name promises; `sure` if the name is surely its.
fn suits(promise: Promise, value: &[u8], sure: bool) -> bool {
    let long = value.len() >= promise.least;
    let fits = if sure && promise.plain {
        true
    } else if sure {
        !value
            .iter()
            .all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'-' | b' ' | b'.'))
            && !value.iter().all(u8::is_ascii_digit)
    } else {
        is_password(value)
            || promise.plain && super::phrase::is_joined(value)
            || (!promise.plain && value.len() >= 16 && varied(value))
    };
    let drawn = promise.drawn == Bar::Any || sure && super::drawn::drawn(value) >= promise.drawn;
    long && fits && drawn && !is_no_value(value)
}

/// Where the name ends whose `value` the sign at `sign` gives: `key="ApiKey" value=`, `- name: DB_PASS⏎  value:`.
fn named_before(bytes: &[u8], sign: usize) -> Option<usize> {
    let before = bytes.get(sign.saturating_sub(GAP_MAX)..sign)?;
    if before.trim_ascii_end().ends_with(b"default") {
        return variable_before(bytes, sign);
    }
    let head = before.strip_suffix(b"value")?;
    let name = head.trim_ascii_end();
    let name = name.strip_suffix(b",").unwrap_or(name);
    (name.len() < head.len()
        && name
            .last()
            .is_some_and(|byte| !byte.is_ascii_punctuation() || *byte == b'"'))
    .then(|| sign - b"value".len() - (head.len() - name.len()))
}

/// Where the name ends of the variable whose default the sign at `sign` gives: `variable "db_password" {⏎ default =`.
fn variable_before(bytes: &[u8], sign: usize) -> Option<usize> {
    let from = sign.saturating_sub(VARIABLE_MAX);
    let before = bytes.get(from..sign)?;
    looked(before.len());
    let start = memchr::memmem::rfind(before, b"variable \"")? + b"variable \"".len();
    let rest = before.get(start..)?;
    let open = !rest.contains(&b'}');
    let length = memchr::memchr(b'"', rest).filter(|length| open && *length > 0)?;
    Some(from + start + length)
}

/// The chunk at `bytes[at]` after a word such as `password`: one past its last byte, if it is written like one.
pub(crate) fn announced_at(bytes: &[u8], at: usize) -> Option<usize> {
    let quote = at
        .checked_sub(1)
        .and_then(|before| bytes.get(before))
        .copied();
    let before = bytes.get(..at).unwrap_or_default();
    if before.ends_with(b"://") {
        // `Bearer $TOKEN" https://api.example.net/v8`
        return None;
    }
    if before.ends_with(b"/") && is_of_store(before) {
        return None;
    }
    if super::phrase::is_by_chance(bytes, at) || matches!(quote, Some(b'<' | b'|')) {
        // `token-service-4.13.6`, a service; `token=<redacted>`; `password|5f7c8ec7c33c6c004bbafe82`, an account that signs in by password.
        return None;
    }
    if super::placed::is_login(bytes.get(..at).unwrap_or_default()) {
        return Some(value_end(bytes, at, None));
    }
    let quote = quote.filter(|mark| matches!(mark, b'"' | b'\'' | b'`'));
    let end = value_end(bytes, at, quote);
    let trimmed = bytes
        .get(at..end)?
        .iter()
        .rev()
        .take_while(|byte| matches!(byte, b'.' | b'!' | b'?' | b':'))
        .count();
    // A full stop ends the sentence; a mark of exclamation may well be of the password.
    let stops = bytes
        .get(at..end)?
        .iter()
        .rev()
        .take(trimmed)
        .take_while(|byte| matches!(byte, b'.' | b':'))
        .count();
    let end = end - stops;
    let value = bytes.get(at..end)?;
    looked(value.len());
    let lower = value.iter().any(u8::is_ascii_lowercase);
    // `password=****, expires_in=3600`, `DB_PASS=⏎DB_PORT=5432`: another name's value. `token: <your-token-here>`: the end of what is to be filled in.
    let other = value
        .iter()
        .position(|byte| *byte == b'=')
        .is_some_and(|sign| {
            sign > 2
                && quote.is_none()
                && value.iter().take(sign).all(|byte| {
                    byte.is_ascii_lowercase()
                        || byte.is_ascii_uppercase() && !lower
                        || *byte == b'_'
                })
        });
    let open = value.ends_with(b">") && !value.contains(&b'<')
        || value.ends_with(b"%") && before.ends_with(b"%");
    let told = is_password(value) || super::phrase::is_placed(bytes, at, value);
    let fits = value.len() >= 6 && told && !other && !open && !is_no_value(value);
    fits.then_some(end)
}

/// Whether a path up to its last part is one of a store of secrets: `https://kv.example.net/secrets/db-password/`.
fn is_of_store(before: &[u8]) -> bool {
    let path = before
        .rsplit(u8::is_ascii_whitespace)
        .next()
        .unwrap_or_default();
    looked(path.len());
    [&b"/secrets/"[..], b"/secret/", b"/keys/"]
        .iter()
        .any(|store| memchr::memmem::find(path, store).is_some())
}

/// Letters and digits, or letters and signs that no word has.
pub(super) fn is_password(value: &[u8]) -> bool {
    let letters = value.iter().any(u8::is_ascii_alphabetic);
    let digits = value.iter().any(u8::is_ascii_digit);
    let signs = value.iter().any(|byte| b"!$%^&*#~+=?<>|\\@".contains(byte));
    let mail = value
        .iter()
        .position(|byte| *byte == b'@')
        .is_some_and(|sign| value.get(sign..).is_some_and(|rest| rest.contains(&b'.')) && sign > 0);
    // `IVoRpgsTibJMLyVjOSsL`: capitals as often as small letters, which no name has.
    let (uppers, lowers) = (
        value
            .iter()
            .filter(|byte| byte.is_ascii_uppercase())
            .count(),
        value
            .iter()
            .filter(|byte| byte.is_ascii_lowercase())
            .count(),
    );
    let woven = value.len() >= WOVEN_MIN && uppers.min(lowers) * 10 >= value.len() * 3;
    letters && (digits || signs || woven) && (!mail || digits) && !value.starts_with(b"http")
}

fn varied(value: &[u8]) -> bool {
    value.iter().any(u8::is_ascii_digit)
        || (value.iter().any(u8::is_ascii_uppercase) && value.iter().any(u8::is_ascii_lowercase))
}

/// What the name before the sign promises, whatever its case, its quotes and its dashes.
fn promise(bytes: &[u8], sign: usize) -> Option<Promise> {
    let mut name = [0_u8; NAME_MAX];
    let mut length = 0;
    let mut back = sign;
    // A quote, a bracket or a blank between the name and the sign.
    for _ in 0..3 {
        let before = back.checked_sub(1).and_then(|place| bytes.get(place))?;
        if !matches!(before, b' ' | b'"' | b'\'' | b'\\' | b']' | b'`') {
            break;
        }
        back -= 1;
    }
    // The last letter says for most names that they promise nothing.
    let last = back
        .checked_sub(1)
        .and_then(|place| bytes.get(place))?
        .to_ascii_lowercase();
    if !may_end(last) {
        return None;
    }
    while let Some(place) = back.checked_sub(1) {
        let byte = *bytes.get(place)?;
        if !(byte.is_ascii_alphanumeric()
            || matches!(byte, b'_' | b'-' | b'.')
            || (byte == b' ' && length > 2))
            || length == NAME_MAX
        {
            break;
        }
        if byte.is_ascii_alphanumeric() {
            *name.get_mut(NAME_MAX - 1 - length)? = byte.to_ascii_lowercase();
            length += 1;
        }
        back = place;
    }
    looked(sign - back);
    // `arn:aws:secretsmanager:…:secret:etl`: what a secret is called.
    let before = back
        .checked_sub(1)
        .and_then(|place| bytes.get(place))
        .copied();
    let name = name.get(NAME_MAX - length..)?;
    // `DD_APP_KEY=`: of a program's surroundings, where keys of tables and caches are not.
    let written = bytes.get(back..sign)?;
    let mut words = written.rsplit(|byte| *byte == b' ');
    let own = words.find(|word| !word.is_empty()).unwrap_or(written);
    let capitals = own.contains(&b'_') && !own.iter().any(u8::is_ascii_lowercase);
    // `-passin pass:`, `user app pass=`
    let last = written
        .rsplit(|byte| !byte.is_ascii_alphanumeric())
        .find(|word| !word.is_empty());
    if last.is_some_and(|word| word.eq_ignore_ascii_case(b"pass")) && written.contains(&b' ') {
        return promised(b"pass", before, capitals);
    }
    promised(name, before, capitals)
}

/// Whether a name that promises something may end in this letter.
const fn may_end(letter: u8) -> bool {
    matches!(
        letter,
        b'd' | b'e'
            | b't'
            | b'a'
            | b'n'
            | b'y'
            | b's'
            | b'k'
            | b'g'
            | b'r'
            | b'l'
            | b'h'
            | b'o'
            | b'w'
    )
}

/// What a name promises, in small letters and digits: behind `before`, or in capitals and lines.
fn promised(name: &[u8], before: Option<u8>, capitals: bool) -> Option<Promise> {
    let ends = |list: &[&[u8]]| list.iter().any(|end| name.ends_with(end));
    if ends(PASSWORDS) || name == b"pass" || name == b"pw" {
        Some(Promise {
            least: 4,
            plain: true,
            drawn: Bar::Any,
        })
    } else if ends(KEYS) && !(name == b"secret" && before == Some(b':')) {
        Some(Promise {
            least: 8,
            plain: false,
            drawn: Bar::Any,
        })
    } else if name.len() > 3 && ends(DRAWN) {
        Some(Promise {
            least: 16,
            plain: false,
            drawn: Bar::Key,
        })
    } else if name.len() > 3 && name.ends_with(b"key") && !ends(OPEN_KEYS) {
        // Whoever's key it is.
        Some(Promise {
            least: 20,
            plain: false,
            drawn: if capitals { Bar::Key } else { Bar::Drawn },
        })
    } else {
        None
    }
}

fn blanks(bytes: &[u8], at: usize) -> usize {
    bytes
        .get(at..)
        .unwrap_or_default()
        .iter()
        .take(3)
        .take_while(|byte| **byte == b' ')
        .count()
}

/// A quote, perhaps escaped: its length and its mark.
fn opening(bytes: &[u8], at: usize) -> Option<(usize, u8)> {
    match (bytes.get(at)?, bytes.get(at + 1)) {
        (b'\\', Some(mark @ (b'"' | b'\''))) => Some((2, *mark)),
        (mark @ (b'"' | b'\'' | b'`'), _) => Some((1, *mark)),
        _ => None,
    }
}

/// Where a value ends: at its quote; else at white space or what parts it from the next.
pub(super) fn value_end(bytes: &[u8], at: usize, quote: Option<u8>) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let closes = |byte: &u8| match quote {
        Some(mark) => *byte == mark || *byte == b'\n' || (*byte == b'\\' && mark != b'`'),
        None => {
            byte.is_ascii_whitespace()
                || matches!(
                    byte,
                    b';' | b'"' | b'\'' | b'<' | b'&' | b',' | b')' | b']' | b'}' | b'`'
                )
        }
    };
    at + rest
        .iter()
        .take(VALUE_MAX)
        .position(closes)
        .unwrap_or(rest.len().min(VALUE_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<&str> {
        let signs = text
            .bytes()
            .enumerate()
            .filter(|(_, byte)| matches!(byte, b'=' | b':'));
        signs
            .filter_map(|(at, _)| assigned_at(text.as_bytes(), at))
            .map(|(start, end)| &text[start..end])
            .next()
    }

    #[test]
    fn a_name_gives_its_value_away() {
        let cases = [
            ("password=letmein", Some("letmein")),
            ("DB_PASSWORD='s3cr,et;x'", Some("s3cr,et;x")),
            (
                "Server=db;User Id=app;Password=p#w!d;Encrypt=yes",
                Some("p#w!d"),
            ),
            ("\"api_key\": \"aB3dE5gH7jK9\"", Some("aB3dE5gH7jK9")),
            (
                "{\\\"clientSecret\\\":\\\"aB3dE5gH7jK9\\\"}",
                Some("aB3dE5gH7jK9"),
            ),
            ("Password: hunter2", Some("hunter2")),
            (
                "<add key=\"ApiKey\" value=\"9b1f0c2d3e4f5a6b\" />",
                Some("9b1f0c2d3e4f5a6b"),
            ),
            ("- name: DB_PASSWORD\n  value: hunter2", Some("hunter2")),
            ("<add key=\"Colour\" value=\"9b1f0c2d3e4f5a6b\" />", None),
            ("the value: hunter2", None),
            (
                "Authorization: Bearer aB3dE5gH7jK9mN1pQ2",
                Some("aB3dE5gH7jK9mN1pQ2"),
            ),
            (
                "https://x.blob/c?sv=2022&sig=aB3dE5gH7jK9%3D&se=1",
                Some("aB3dE5gH7jK9%3D"),
            ),
            ("AccountKey=aB3dE5gH7jK9mN1p==;", Some("aB3dE5gH7jK9mN1p==")),
            (
                "aws_secret_access_key => aB3dE5gH7jK9mN1p",
                Some("aB3dE5gH7jK9mN1p"),
            ),
            (
                "SECRET_KEY_BASE: 783bed930a945edba1199baae311e304af8121a4f35067dde68ea069894f618b",
                Some("783bed930a945edba1199baae311e304af8121a4f35067dde68ea069894f618b"),
            ),
            (
                "totp_seed=67LUN7IUMKXPB67A5CLKPRPZ",
                Some("67LUN7IUMKXPB67A5CLKPRPZ"),
            ),
            ("seed=67LUN7IUMKXPB67A5CLKPRPZ", None),
            (
                "arn:aws:secretsmanager:eu-west-1:000000000000:secret:etl-DTR766",
                None,
            ),
            ("Password: must be changed", None),
            ("password=null", None),
            ("password=${DB_PASSWORD}", None),
            ("password=********", None),
            ("apiKey = process.env.API_KEY;", None),
            ("password = os.environ[\"DB_PASSWORD\"]", None),
            ("secret = get_secret(\"db\")", None),
            ("password: vault:secret/data/app", None),
            ("password=process!7", Some("process!7")),
            ("token: expired yesterday", None),
            ("tokens=4096", None),
            ("max_token=40960000", None),
            ("primary_key=customer_id_1", None),
            ("status=shipped", None),
            ("design=aB3dE5gH7jK9", None),
            (
                "MAPS_KEY=ONg7Re9M1kYoqvDbT03AhPfv3RKPtru4",
                Some("ONg7Re9M1kYoqvDbT03AhPfv3RKPtru4"),
            ),
            ("public_key=ONg7Re9M1kYoqvDbT03AhPfv3RKPtru4", None),
            ("cache_key=orders-2026-11-29-eu-west-1", None),
            (
                "WIDGET_APP_KEY=e75307e22021a584d6e512fd03e31c0b",
                Some("e75307e22021a584d6e512fd03e31c0b"),
            ),
            (
                "AZURE_DEVOPS_EXT_PAT=1yhalhcs2ofohp23wyhdyo7uhdd6c94uo6tzqw877xg1bx5i6orr",
                Some("1yhalhcs2ofohp23wyhdyo7uhdd6c94uo6tzqw877xg1bx5i6orr"),
            ),
            ("shop_pat=e75307e22021", None),
            ("widget_key=e75307e22021a584d6e512fd03e31c0b", None),
        ];
        for (text, want) in cases {
            assert_eq!(found(text), want, "{text}");
        }
        assert_eq!(announced_at(b"hunter2.", 0), Some(7));
        assert_eq!(announced_at(b"reset-link today", 0), None);
    }
}
