//! Passwords that their letters alone do not tell: several words joined as generators join them (`maple-cobalt-pepper-cobalt`), and what
//! SQL gives a user one by.
//!
//! Enters: a value, and the text before it. Leaves: whether it is a password. Never here: whole cells (`coined.rs`); phrases of wallets
//! (`seed.rs`).

use std::ops::RangeInclusive;

use crate::work::looked;

/// How many words, and how long each is, bytes.
const WORDS: RangeInclusive<usize> = 4..=8;
const WORD: RangeInclusive<usize> = 3..=10;
/// How far before it a word for passwords may stand, bytes.
const TOLD_MAX: usize = 64;

/// What sentences and names of services, of files and of settings are made of: none of these is in a phrase that was drawn.
const OTHERS: &[&[u8]] = &[
    b"the",
    b"and",
    b"for",
    b"not",
    b"with",
    b"from",
    b"your",
    b"our",
    b"this",
    b"that",
    b"must",
    b"see",
    b"has",
    b"was",
    b"are",
    b"one",
    b"per",
    b"password",
    b"passwords",
    b"passwd",
    b"passphrase",
    b"secret",
    b"secrets",
    b"token",
    b"tokens",
    b"key",
    b"keys",
    b"service",
    b"services",
    b"server",
    b"worker",
    b"job",
    b"app",
    b"api",
    b"web",
    b"prod",
    b"production",
    b"staging",
    b"stage",
    b"dev",
    b"test",
    b"demo",
    b"admin",
    b"login",
    b"user",
    b"users",
    b"policy",
    b"reset",
    b"change",
    b"changed",
    b"rotation",
    b"rotator",
    b"manager",
    b"vault",
    b"auth",
    b"credentials",
    b"database",
    b"cluster",
    b"node",
    b"east",
    b"west",
    b"north",
    b"south",
    b"config",
    b"default",
    b"example",
    b"please",
    b"here",
    b"page",
    b"link",
    b"expired",
    b"required",
    b"network",
    b"guest",
    b"office",
    b"corp",
    b"access",
    b"account",
    b"payments",
    b"orders",
    b"backup",
    b"gateway",
    b"state",
    b"art",
];

/// Words for passwords, in small letters; parts of them, where languages bend them.
const TOLD: &[&str] = &[
    "passw",
    "passphrase",
    "passcode",
    "psk",
    "wifi",
    "wi-fi",
    "wlan",
    "kennwort",
    "contrase",
    "mot de passe",
    "senha",
    "hasł",
    "hasl",
    "wachtwoord",
    "clave",
    "parol",
    "heslo",
    "lösenord",
    "losenord",
    "adgangskode",
    "kodeord",
    "salasana",
    "şifre",
    "sifre",
    "jelsz",
    "kata sandi",
    "mdp",
    "pwd",
    "lozink",
    "geslo",
    "пароль",
    "κωδικ",
    "pass:",
    "pass is",
    "pass =",
];

/// Whether the value is of words that one sign joins: in small letters, or with a capital in front of each.
pub(crate) fn is_joined(value: &[u8]) -> bool {
    let value = value.strip_suffix(b".").unwrap_or(value);
    let Some(sign) = value.iter().find(|byte| !byte.is_ascii_alphabetic()) else {
        return false;
    };
    if !matches!(sign, b'-' | b'.' | b'_') || value.len() > WORDS.end() * (WORD.end() + 1) {
        return false;
    }
    let mut count = 0;
    let words = value.split(|byte| byte == sign).all(|word| {
        count += 1;
        WORD.contains(&word.len())
            && word.first().is_some_and(u8::is_ascii_alphabetic)
            && word.iter().skip(1).all(u8::is_ascii_lowercase)
            && !OTHERS.iter().any(|other| other.eq_ignore_ascii_case(word))
    });
    looked(value.len());
    words && WORDS.contains(&count)
}

/// Whether the value at `bytes[at]` is a password by what stands before it, though its letters do not say so.
pub(super) fn is_placed(bytes: &[u8], at: usize, value: &[u8]) -> bool {
    is_told(bytes, at, value) || is_given(bytes.get(..at).unwrap_or_default(), value)
}

/// Whether a word for passwords stands before the value at `bytes[at]` by chance: `token-service-4.13.6`, a service; `(cdda3fd)`, a commit.
pub(super) fn is_by_chance(bytes: &[u8], at: usize) -> bool {
    match bytes.get(..at).unwrap_or_default() {
        [.., before, b'-'] => before.is_ascii_alphanumeric(),
        [.., b'('] => is_commit(bytes.get(at..).unwrap_or_default()),
        _ => false,
    }
}

/// Whether such a value stands at `bytes[at]`, and a word for passwords before it on its line.
fn is_told(bytes: &[u8], at: usize, value: &[u8]) -> bool {
    is_joined(value) && {
        let before = bytes.get(at.saturating_sub(TOLD_MAX)..at);
        let line = before.unwrap_or_default().rsplit(|byte| *byte == b'\n');
        let line = line.take(1).flatten().copied().collect::<Vec<u8>>();
        let line = String::from_utf8_lossy(&line).to_lowercase();
        TOLD.iter().any(|word| line.contains(word))
    }
}

/// `identified by 'UGqLgudG_fqvgzj'`: letters of both cases in quotes, behind what SQL gives a user a password by.
fn is_given(before: &[u8], value: &[u8]) -> bool {
    let tail = before.get(before.len().saturating_sub(4)..);
    let by = tail.is_some_and(|tail| {
        tail.eq_ignore_ascii_case(b"by '") || tail.eq_ignore_ascii_case(b"by \"")
    });
    let uppers = value.iter().filter(|byte| byte.is_ascii_uppercase());
    by && uppers.count() >= 2
        && value.iter().any(u8::is_ascii_lowercase)
        && value.iter().all(u8::is_ascii_graphic)
}

/// `cdda3fd)`: a commit in brackets.
fn is_commit(rest: &[u8]) -> bool {
    let hex = |byte: &&u8| matches!(**byte, b'0'..=b'9' | b'a'..=b'f');
    let length = rest.iter().take(41).take_while(hex).count();
    matches!(length, 7..=12 | 40) && rest.get(length) == Some(&b')')
}

#[cfg(test)]
mod tests {
    use crate::Label;
    use crate::walk::tests::labelled;

    fn secrets(text: &str) -> Vec<&str> {
        labelled(text, Label::Secret)
    }

    #[test]
    fn phrases_that_are_told() {
        const PHRASE: &str = "velvet-tundra-quiver-anchor";
        for text in [
            "vpn psk: velvet-tundra-quiver-anchor",
            "Username: p50382 Password: velvet-tundra-quiver-anchor",
            "Your wifi key for the year: velvet-tundra-quiver-anchor",
            "The Wifi password is velvet-tundra-quiver-anchor.",
            "new passphrase: velvet-tundra-quiver-anchor",
        ] {
            assert_eq!(secrets(text), [PHRASE], "{text}");
        }
        for text in [
            "Password: must-be-changed-soon",
            "Password policy: end-to-end-encrypted",
            "the secret payments-gateway-signing-key was rotated",
            "Password: see-the-wiki-page",
            "token velvet-tundra-quiver-anchor of the release",
            "release velvet-tundra-quiver-anchor",
        ] {
            let found = secrets(text);
            assert!(found.is_empty(), "{text}: {found:?}");
        }
    }

    #[test]
    fn passwords_that_only_their_place_tells() {
        for (text, want) in [
            (
                "CREATE USER report IDENTIFIED BY 'UGqLgudG_fqvgzj'",
                "UGqLgudG_fqvgzj",
            ),
            (
                "la password provvisoria è 92AfCz+f%%=RvVB9MY0?",
                "92AfCz+f%%=RvVB9MY0?",
            ),
            (
                "db-1.shop.example:5432:stock:stock_rw:bFdJycqrzlwtYScgeaLt",
                "bFdJycqrzlwtYScgeaLt",
            ),
            (
                "Forgot to remove ALGOLIA_ADMIN_KEY=3d695b02b5502143b548b0473f6b94be today",
                "3d695b02b5502143b548b0473f6b94be",
            ),
        ] {
            assert_eq!(secrets(text), [want], "{text}");
        }
        for text in [
            "secret-rotator-llmr0znmf-3d8pd",
            "token-service-4.13.6",
            "password-reset-worker-b6oqz1zjr-m6gsx",
            "Remove hard-coded password from tests (cdda3fd)",
            "identified by 'somebody'",
            "remove the surrogate key=3d695b02b5502143b548b0473f6b94be today",
        ] {
            let found = secrets(text);
            assert!(found.is_empty(), "{text}: {found:?}");
        }
    }
}
