//! Passwords that stand some words behind what announces them: `pw for the demo tenant is …`, `creds: admin / …`, `wifi upstairs: …`.
//!
//! Enters: the walk, behind a word that announces one. Leaves: where the password begins. Never here: what it must look like.

use super::Walk;
use crate::secret;

/// Words that a name and a password may follow: `creds: admin / …`, `wifi in the annex is guests / …`.
pub(super) const PAIRED: &[&[u8]] = &[
    b"creds",
    b"wifi",
    b"wlan",
    b"login",
    b"logins",
    b"credentials",
    b"identifiants",
    b"credenciales",
    b"credenziali",
    b"credenciais",
    b"zugangsdaten",
    b"anmeldedaten",
    b"inloggegevens",
    b"inloggning",
];
/// Whether a word has the length and the first letter of one of these: most words are told so that they have not.
pub(super) fn may_pair(word: &[u8]) -> bool {
    let begins = word.first().map(|first| first | 0x20);
    matches!(word.len(), 4..=6 | 10..=13)
        && matches!(begins, Some(b'a' | b'c' | b'i' | b'l' | b'w' | b'z'))
}

/// Those of them that tell of a password though no name stands before it.
pub(super) const OPENING: &[&[u8]] = &[b"creds", b"wifi", b"wlan", b"credentials"];
/// What leads on from a word for a password to what it is of, and what ends in the password.
const LEADS: &[&str] = &[
    " for ",
    " of ",
    " to ",
    " on ",
    " in ",
    " at ",
    " used ",
    " given ",
    " für ",
    " am ",
    " im ",
    " beim ",
    " auf ",
    " der ",
    " des ",
    " zum ",
    " zur ",
    " vom ",
    " von ",
    " del ",
    " de ",
    " du ",
    " della ",
    " dell",
    " do ",
    " da ",
    " dla ",
    " per ",
    " pour ",
    " para ",
    " voor ",
    " van ",
    " till ",
    " til ",
    " k ",
    " ke ",
    " od ",
    " pro ",
    " la ",
    " al ",
    " au ",
    " aux ",
    " d'",
    " untuk ",
    " cho ",
    " av ",
    " af ",
    " pentru ",
    " na ",
    " ni ",
    " provisoire",
    " temporal",
    " provvisoria",
    " tymczasowe",
];
/// How many of these are English.
const ENGLISH_LEADS: usize = 8;
/// What says that a password is another one now.
const RESET: &[&str] = &[
    " has been reset to ",
    " was reset to ",
    " has been set to ",
    " was set to ",
    " is set to ",
    " has been changed to ",
    " was changed to ",
    " is now ",
    " reset to ",
    " set to ",
    " changed to ",
    " wurde auf ",
];
const SIGNS: &[&str] = &[" is ", " is: ", ": ", " = "];
const FURTHER_SIGNS: &[&str] = &[
    " es ",
    " es: ",
    " lautet ",
    " lautet: ",
    " ist ",
    " ist: ",
    " est ",
    " est : ",
    " è ",
    " é ",
    " to ",
    " je ",
    " jest ",
    " är ",
    " er ",
    " on ",
    " este ",
    " adalah ",
    " là ",
    " : ",
    " yra ",
    " ni ",
];
/// English words, behind which those of other languages would mislead: `password to`.
const ENGLISH: &[&[u8]] = &[
    b"password",
    b"passwd",
    b"pwd",
    b"passphrase",
    b"passcode",
    b"bearer",
    b"token",
    b"secret",
    b"pw",
    b"pass",
    b"login",
    b"logins",
    b"credentials",
    b"creds",
    b"identified",
    b"mask",
    b"community",
    b"mfa",
    b"totp",
];
/// What follows a word for a password in a language that calls it by the English word: there the signs of other languages lead on.
const FOREIGN: &[&str] = &[
    " provvisoria",
    " provisoria",
    " provisória",
    " temporanea",
    " temporaria",
    " temporária",
    " temporal ",
    " provisoire",
    " tymczasowe",
    " iniziale",
    " inicial",
    " nuova ",
    " nueva ",
    " attuale",
    " actual es",
    " wifi è",
    " wifi es",
    " di ",
    " del ",
    " della ",
    " dell'",
    " dello ",
    " do wifi",
    " da rede",
];
/// How far a password may stand behind its word, bytes.
pub(super) const FAR: usize = 48;

impl Walk<'_> {
    /// Where the password stands that `pw for the demo tenant is …` announces from afar, behind the word that ended at `end`.
    pub(super) fn far_secret(&self, end: usize) -> Option<usize> {
        let rest = self.bytes.get(end..self.bytes.len().min(end + FAR))?;
        let opening = |rest| {
            let before = self.bytes.get(..end)?;
            let word = OPENING.iter().find(|word| {
                let from = before.len().saturating_sub(word.len());
                before
                    .get(from..)
                    .is_some_and(|tail| tail.eq_ignore_ascii_case(word))
            });
            word.and_then(|_| opened(rest))
        };
        if let Some(place) = paired(rest).or_else(|| opening(rest)) {
            return Some(end + place);
        }
        if let Some(seed) = [
            &b" seed "[..],
            b" secret ",
            b" key ",
            b" seed: ",
            b" secret: ",
            b" key: ",
        ]
        .iter()
        .find(|seed| rest.starts_with(seed))
        {
            return Some(end + seed.len());
        }
        if let Some(reset) = RESET
            .iter()
            .find(|reset| rest.starts_with(reset.as_bytes()))
        {
            return Some(end + reset.len());
        }
        let line = memchr::memchr(b'\n', rest)
            .and_then(|stop| rest.get(..stop))
            .unwrap_or(rest);
        let english = self.bytes.get(..end).is_some_and(ends_english);
        let begins = |lead: &&str| rest.starts_with(lead.as_bytes());
        let foreign = FOREIGN.iter().any(begins);
        let english = english && !foreign;
        let mut leads = LEADS
            .iter()
            .take(if english { ENGLISH_LEADS } else { LEADS.len() });
        let led = foreign || leads.any(begins);
        let far = led || rest.first() == Some(&b' ') && is_told(line);
        if !far {
            return None;
        }
        let signs = if led { SIGNS } else { &[": "] };
        let further = if led && !english { FURTHER_SIGNS } else { &[] };
        let (at, sign) = signs
            .iter()
            .chain(further)
            .filter_map(|sign| Some((memchr::memmem::find(line, sign.as_bytes())?, sign)))
            .min_by_key(|(at, sign)| (*at, usize::MAX - sign.len()))?;
        Some(end + at + sign.len())
    }
}

/// `pw sent over chat: …`: nothing but words up to the colon, and behind it no mere quantity (`90days`).
fn is_told(line: &[u8]) -> bool {
    let Some(colon) = memchr::memchr(b':', line) else {
        return false;
    };
    let (words, value) = line.split_at(colon);
    let plain = |byte: &u8| byte.is_ascii_lowercase() || *byte == b' ';
    let drawn = |byte: &u8| byte.is_ascii_uppercase() || b"!#$%^&*+=?@".contains(byte);
    words.iter().all(plain) && value.iter().any(drawn)
}

/// Whether the text ends in an English word for a password.
fn ends_english(before: &[u8]) -> bool {
    let length = before
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    let word = before.get(before.len() - length..).unwrap_or_default();
    ENGLISH.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Where in what follows a word on its line a password stands behind a name: `: admin / Tunnel459`, ` are admin:Tunnel459`.
pub(super) fn paired(rest: &[u8]) -> Option<usize> {
    let line = rest.split(|byte| *byte == b'\n').next()?;
    let told = |place: usize| {
        let value = line.get(place..)?;
        let over = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b';' | b')');
        let length = value.iter().position(over).unwrap_or(value.len());
        secret::coined::is_made_up(value.get(..length)?).then_some(place)
    };
    if !matches!(line.first(), Some(b' ' | b':')) {
        return None;
    }
    if let Some(slash) = memchr::memmem::find(line, b" / ") {
        return told(slash + 3);
    }
    let links: &[&[u8]] = &[b" are ", b" is ", b": ", b" "];
    let gap = links.iter().find(|link| line.starts_with(link))?.len();
    let token = line.get(gap..)?.split(u8::is_ascii_whitespace).next()?;
    let colon = memchr::memchr(b':', token).filter(|colon| *colon >= 2)?;
    let named = token
        .iter()
        .take(colon)
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'@'));
    let url = token.get(colon + 1) == Some(&b'/');
    (named && !url).then(|| told(gap + colon + 1))?
}

/// Where in what follows `wifi` or `creds` a password stands that no name stands before: ` in the new office: Heron4471 (guests)`,
/// ` are app/Heron4471`.
pub(super) fn opened(rest: &[u8]) -> Option<usize> {
    let line = rest.split(|byte| *byte == b'\n').next()?;
    let told = |place: usize| {
        let value = line.get(place..)?;
        let over = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b';' | b')');
        let length = value.iter().position(over).unwrap_or(value.len());
        let value = value.get(..length)?;
        (secret::coined::is_made_up(value) || secret::phrase::is_joined(value)).then_some(place)
    };
    let colon = memchr::memmem::find(line, b": ");
    if let Some(colon) = colon
        && line
            .iter()
            .take(colon)
            .all(|byte| byte.is_ascii_lowercase() || *byte == b' ')
        && let Some(place) = told(colon + 2)
    {
        return Some(place);
    }
    // `wifi code is …`
    let codes: &[&[u8]] = &[
        b" code is ",
        b" code: ",
        b" key is ",
        b" key: ",
        b" pass is ",
        b" pass: ",
    ];
    if let Some(code) = codes.iter().find(|code| line.starts_with(code)) {
        return told(code.len());
    }
    let links: &[&[u8]] = &[b" are ", b": "];
    let gap = links.iter().find(|link| line.starts_with(link))?.len();
    let token = line.get(gap..)?.split(u8::is_ascii_whitespace).next()?;
    let slash = memchr::memchr(b'/', token).filter(|slash| *slash >= 2)?;
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    token
        .iter()
        .take(slash)
        .all(plain)
        .then(|| told(gap + slash + 1))?
}

#[cfg(test)]
mod tests {
    use super::{OPENING, PAIRED, may_pair};

    #[test]
    fn the_quick_look_misses_none() {
        assert!(PAIRED.iter().chain(OPENING).all(|word| may_pair(word)));
        assert!(!may_pair(b"order") && !may_pair(b"we"));
    }
}
