//! Passwords that a program's text hands to a call: `new PDO('mysql:…', 'root', '…')`, `smtp.login('a', '…')`, `setPassword("…")`.
//!
//! Enters: a text and a bracket in it. Leaves: where the password begins and ends. Never here: calls whose arguments have names.

use super::assigned::is_password;
use super::unset::is_no_value;
use crate::work::looked;

/// Longest text of arguments that is looked at, and longest name before them, bytes.
const BODY_MAX: usize = 320;
const NAME_MAX: usize = 40;
/// Shortest password, and shortest without a digit or sign.
const LEAST: usize = 4;
const WORD_LEAST: usize = 6;

/// Names of calls in small letters, and which of their arguments is the password.
const CALLS: &[(&[u8], usize)] = &[
    (b"pdo", 2),
    (b"mysqli", 2),
    (b"mysqli_connect", 2),
    (b"mysql_connect", 2),
    (b"mysql_pconnect", 2),
    (b"real_connect", 2),
    (b"getconnection", 2),
    (b"plainauth", 2),
    (b"oci_connect", 1),
    (b"ftp_login", 2),
    (b"ssh2_auth_password", 2),
    (b"ldap_bind", 2),
    (b"simple_bind_s", 1),
    (b"login", 1),
    (b"httpbasicauth", 1),
    (b"httpdigestauth", 1),
    (b"basicauth", 1),
    (b"basic_auth", 1),
    (b"setbasicauth", 1),
    (b"http_basic_authenticate_with", 1),
    (b"networkcredential", 1),
    (b"usernamepasswordcredentials", 1),
    (b"passwordauthentication", 1),
    (b"usernamepasswordauthenticationtoken", 1),
    (b"passwordcredentials", 1),
    (b"plaincredentials", 1),
    (b"basicawscredentials", 1),
    (b"awsbasiccredentials.create", 1),
    (b"azurekeycredential", 0),
    (b"setpassword", 0),
    (b"withpassword", 0),
    (b"set_password", 0),
    (b"password", 0),
    (b"setapikey", 0),
    (b"withapikey", 0),
    (b"setsecret", 0),
    (b"authpassword", 0),
];
/// Names of arguments that are a pair: `auth=('ops', '…')`.
const PAIRS: &[&[u8]] = &[
    b"auth=",
    b"credentials=",
    b"basic_auth=",
    b"http_auth=",
    b"login=",
];

/// The password among the arguments behind the bracket at `open`: first byte and one past the last.
pub(crate) fn called_at(bytes: &[u8], open: usize) -> Option<(usize, usize)> {
    let before = bytes.get(open.saturating_sub(NAME_MAX)..open)?;
    let last = *before.last()?;
    if !(last.is_ascii_alphabetic() || last == b'=' || last == b'_') {
        return None;
    }
    let body = bytes.get(open + 1..bytes.len().min(open + 1 + BODY_MAX))?;
    if before.ends_with(b"define") {
        let ((name, end), (from, to)) = (argument(body, 0)?, argument(body, 1)?);
        let fits = super::assigned::fits_name(body.get(name..end)?, body.get(from..to)?);
        return fits.then_some((open + 1 + from, open + 1 + to));
    }
    let place = place_of(before)?;
    looked(before.len());
    let (from, to) = argument(body, place)?;
    let value = body.get(from..to)?;
    let named = memchr::memmem::find(&value.to_ascii_lowercase(), b"pass").is_some();
    let fits = is_password(value)
        || value.len() >= WORD_LEAST && !named && value.iter().all(u8::is_ascii_graphic);
    (value.len() >= LEAST && fits && !is_no_value(value))
        .then_some((open + 1 + from, open + 1 + to))
}

/// Which argument is a password, by what stands before the bracket.
fn place_of(before: &[u8]) -> Option<usize> {
    let before = before.to_ascii_lowercase();
    if PAIRS.iter().any(|pair| before.ends_with(pair)) {
        return Some(1);
    }
    CALLS.iter().find_map(|(name, place)| {
        let head = before.strip_suffix(*name)?;
        let whole = head
            .last()
            .is_none_or(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_'));
        whole.then_some(*place)
    })
}

/// The text of the argument at that place, if it is one in quotes.
fn argument(body: &[u8], place: usize) -> Option<(usize, usize)> {
    let (mut nth, mut start, mut quote) = (0, None, None);
    for (at, &byte) in body.iter().enumerate() {
        match (quote, byte) {
            (Some(mark), byte) if byte == mark => {
                if nth == place {
                    return start.map(|from| (from, at));
                }
                quote = None;
            }
            (Some(_), b'\n') | (None, b')' | b';') => return None,
            (None, b',') => nth += 1,
            (None, b'\'' | b'"') => {
                quote = Some(byte);
                start = Some(at + 1);
            }
            (Some(_) | None, _) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_that_are_passwords() {
        let of = |text: &str| {
            memchr::memchr_iter(b'(', text.as_bytes())
                .find_map(|open| called_at(text.as_bytes(), open))
                .map(|(from, to)| text[from..to].to_owned())
        };
        for text in [
            "$db = new PDO('mysql:host=db;dbname=a', 'root', 'Heron4471x');",
            "mysqli_connect(\"db\", $user, \"Heron4471x\")",
            "DriverManager.getConnection(url, \"app\", \"Heron4471x\");",
            "s.login('a', 'Heron4471x')",
            "requests.get(u, auth=('ops', 'Heron4471x'))",
            "new NetworkCredential(\"svc\", \"Heron4471x\")",
            "cfg.setPassword(\"Heron4471x\");",
        ] {
            assert_eq!(of(text).as_deref(), Some("Heron4471x"), "{text}");
        }
        for text in [
            "s.login(user, password)",
            "s.login('user', 'password')",
            "setPassword(\"${DB_PASSWORD}\")",
            "the login (see 'a', 'Heron4471x')",
            "getConnection(url)",
            "print('a', 'b', 'Heron4471x')",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
