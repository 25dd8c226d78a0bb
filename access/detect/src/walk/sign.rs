//! Short words that say something only by what stands beside them: `SS# 512448271`, `use pw Tango77 for …`.
//!
//! Enters: the walk, at a word. Leaves: what it announces. Never here: words that say so alone.

use super::Walk;
use super::afar::{self, FAR, OPENING, PAIRED, opened, paired};
use super::class::{LINE, LOWER, UPPER};
use crate::Label;
use crate::cue::{Says, may_say, says};
use crate::hint::is_of_things;
use crate::person::Lead;
use crate::secret;
use crate::work::looked;

/// Words before `pw` that make it a password's: power and weeks are written so too.
const BEFORE_PW: &[&[u8]] = &[
    b"use", b"using", b"the", b"new", b"old", b"my", b"your", b"his", b"her", b"their", b"same",
    b"temp", b"with", b"login", b"wifi", b"default", b"admin", b"root", b"and", b"user", b"db",
    b"vpn", b"ssh", b"ftp", b"sftp", b"wlan", b"guest", b"prod", b"staging", b"service", b"sudo",
    b"portal", b"email", b"its", b"sa",
];
/// Words for passwords that begin with a letter beyond ASCII.
const ACCENTED: &[&str] = &[
    "şifre",
    "şifrem",
    "şifresi",
    "şifreniz",
    "şifreyi",
    "şifren",
    "şifremiz",
    "Şifre",
    "Şifrem",
    "Şifresi",
    "Şifreniz",
];
/// Longest of them, bytes.
const BEFORE_MAX: usize = 8;

/// How far after a word its announcement holds, bytes.
const CUE_REACH: usize = 14;
/// Longest tag that is looked back for, bytes.
const TAG_MAX: usize = 120;
/// The same before a birthday, whose form is plain: `born in the small hours of`.
const BIRTH_REACH: usize = 28;

impl Walk<'_> {
    /// Notes what the word says of what follows it.
    pub(super) fn cue(&mut self, at: usize, end: usize, kinds: u8) {
        let Some(word) = self.bytes.get(at..end) else {
            return;
        };
        // `client_ip` says what `ip` says, `social_security_number` what `social` says.
        let mut rest = word;
        let word = loop {
            let line = rest.iter().rposition(|byte| *byte == b'_');
            let part = match line {
                Some(line) if kinds & LINE != 0 => rest.get(line + 1..).unwrap_or_default(),
                _ => self.told_by(rest, end, kinds),
            };
            let before = rest.get(..rest.len() - part.len()).unwrap_or_default();
            let before = before.strip_suffix(b"_").unwrap_or(before);
            let filler = || may_say(part) && says(part) == Some(Says::Filler);
            if before.is_empty() || !filler() {
                break part;
            }
            rest = before;
        };
        if word.len() == 1 {
            // `D.O.B.`
            let before = self.bytes.get(at.saturating_sub(4)..at);
            if before.is_some_and(|before| before.eq_ignore_ascii_case(b"d.o.")) {
                (self.said, self.lead) = (Some(Label::Dob), Lead::None);
                self.until = end + BIRTH_REACH;
            }
            return;
        }
        if at < self.far && self.said == Some(Label::Secret) {
            return;
        }
        if word == b"name" && self.next(end) == b'>' && self.is_of_goods(at) {
            return;
        }
        // `RG-2025-81580`: a bill's number, in which a year stands; Brazil's `RG` has its number behind a blank.
        if word.len() == 2
            && kinds == UPPER
            && matches!(self.bytes.get(end..end + 6), Some([b'-' | b'/', b'2', b'0', _, _, sign]) if !sign.is_ascii_digit())
        {
            return;
        }
        match self.announced_by(word, at, end) {
            // `ip address`, `mail address`: that was said already.
            Some(Says::Value(Label::Address)) if self.said.is_some() => {}
            Some(Says::Value(label)) => {
                (self.said, self.lead) = (Some(label), Lead::None);
                self.far = match label {
                    Label::Secret => self.far_secret(end).unwrap_or(0),
                    _ => 0,
                };
            }
            Some(Says::PersonOrTitle) if word.first().is_some_and(u8::is_ascii_uppercase) => {
                (self.said, self.lead) = (None, Lead::Fair);
            }
            Some(Says::Person | Says::PersonOrTitle) => {
                (self.said, self.lead) = (None, Lead::Strong);
            }
            Some(Says::PersonPerhaps) => return self.may_lead(end),
            Some(Says::Filler) if self.said.is_some() => {}
            Some(Says::Filler) | None => return,
        }
        self.until = end
            + match self.said {
                Some(Label::Dob | Label::Address) => BIRTH_REACH,
                _ => CUE_REACH,
            };
        // A password may begin with a few signs.
        self.until = self.until.max(self.far + 4);
    }

    /// Whether the tag before the one at `at` is that of a thing: `<item sku="75094"><name>`.
    fn is_of_goods(&self, at: usize) -> bool {
        let before = self
            .bytes
            .get(at.saturating_sub(TAG_MAX)..at)
            .unwrap_or_default();
        let Some(head) = before.strip_suffix(b"<") else {
            return false;
        };
        looked(head.len());
        let tag = memchr::memrchr(b'<', head).and_then(|from| head.get(from + 1..));
        let length = |tag: &&[u8]| {
            tag.iter()
                .take_while(|byte| byte.is_ascii_alphanumeric())
                .count()
        };
        let name = tag.and_then(|tag| std::str::from_utf8(tag.get(..length(&tag))?).ok());
        name.is_some_and(|name| !name.is_empty() && is_of_things(name))
    }

    /// Notes that behind the word that ended at `end` a person may follow. A number that was announced may still follow: `phone of the
    /// driver`.
    pub(super) fn may_lead(&mut self, end: usize) {
        self.lead = Lead::Weak;
        if self.said.is_none() {
            self.until = (end + CUE_REACH).max(self.far + 4);
        }
    }

    /// What of a word says what follows: of a member's name (`<EmployeeSSN>`, `homePhone=`) its last word.
    pub(super) fn told_by<'a>(&self, word: &'a [u8], end: usize, kinds: u8) -> &'a [u8] {
        let named = kinds & LOWER != 0
            && kinds & UPPER != 0
            && matches!(self.next(end), b'>' | b'=' | b':' | b'"');
        if named { last_hump(word) } else { word }
    }

    /// What the word says that ends at `end` and, with what lines join to it, begins at `at`.
    pub(super) fn announced_by(&self, word: &[u8], at: usize, end: usize) -> Option<Says> {
        if self.is_segment(at, end) {
            return None;
        }
        self.said_by_sign(at, end)
            .or_else(|| may_say(word).then(|| says(word))?)
    }

    /// What the word `bytes[at..end]` says by the sign or the word beside it.
    fn said_by_sign(&self, at: usize, end: usize) -> Option<Says> {
        // `CREATE USER … IDENTIFIED BY '…'`
        if end - at == 10
            && self.bytes.get(at..end)?.eq_ignore_ascii_case(b"identified")
            && self.bytes.get(end..end + 5)?.eq_ignore_ascii_case(b" by '")
        {
            return Some(Says::Value(Label::Secret));
        }
        let word = self.bytes.get(at..end)?;
        let secret = match word.len() {
            4 if word.eq_ignore_ascii_case(b"pass") => self.is_password_of(at, end),
            9 if word == b"community" => self.bytes.get(..at)?.ends_with(b"snmp-server "),
            4 if word == b"mask" => self.bytes.get(..at)?.ends_with(b"::add-"),
            3 | 4 => self.is_second_factor(word, end),
            _ => {
                let beyond = word.first().is_some_and(|first| *first >= 0x80);
                beyond && ACCENTED.iter().any(|known| known.as_bytes() == word)
            }
        };
        let pair = || {
            let known = PAIRED.iter().any(|known| word.eq_ignore_ascii_case(known));
            let rest = self.bytes.get(end..self.bytes.len().min(end + FAR));
            known && rest.and_then(paired).is_some()
                || OPENING.iter().any(|known| word.eq_ignore_ascii_case(known))
                    && rest.and_then(opened).is_some()
        };
        if secret || afar::may_pair(word) && pair() {
            return Some(Says::Value(Label::Secret));
        }
        let &[first, second] = word else {
            return None;
        };
        match (first | 0x20, second | 0x20) {
            (b's', b's') => (self.next(end) == b'#').then_some(Says::Value(Label::UsSsn)),
            (b'p', b'w') => self
                .is_password_of(at, end)
                .then_some(Says::Value(Label::Secret)),
            _ => None,
        }
    }

    /// `MFA seed …`, `TOTP key: …`
    fn is_second_factor(&self, word: &[u8], end: usize) -> bool {
        let known = [&b"mfa"[..], b"totp", b"2fa"]
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known));
        let rest = self.bytes.get(end..).unwrap_or_default();
        known
            && [&b" seed"[..], b" secret", b" key"]
                .iter()
                .any(|seed| rest.starts_with(seed))
    }

    /// `arn:aws:secretsmanager:…:secret:etl-DTR766`: whether the word is a part of a resource's name, which no secret follows.
    fn is_segment(&self, at: usize, end: usize) -> bool {
        let before = at.checked_sub(1).and_then(|place| self.bytes.get(place));
        self.next(end) == b':'
            && before == Some(&b':')
            && self.bytes.get(at..end) == Some(b"secret")
    }

    /// Whether the word before it makes the `pw` or `pass` at `bytes[at..end]` a password, or what follows is one.
    fn is_password_of(&self, at: usize, end: usize) -> bool {
        let pass = end - at > 2;
        let comma = self
            .bytes
            .get(..at)
            .is_some_and(|before| before.ends_with(b", "));
        let told = self.is_followed_by_password(end, pass || comma);
        if told && !pass {
            return true;
        }
        if pass && !told {
            return false;
        }
        let begins = match at.checked_sub(2).and_then(|from| self.bytes.get(from..at)) {
            Some(before) => matches!(
                before,
                [b'.' | b';' | b',' | b'!', b' '] | [_, b'\n'] | [b'-', b'-']
            ),
            None => at == 0,
        };
        if begins && (pass || self.far_secret(end).is_some()) {
            return true;
        }
        let Some(before) = self
            .bytes
            .get(..at)
            .and_then(|before| before.strip_suffix(b" "))
        else {
            return false;
        };
        let length = before
            .iter()
            .rev()
            .take(BEFORE_MAX)
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count();
        before.get(before.len() - length..).is_some_and(|word| {
            BEFORE_PW
                .iter()
                .any(|known| word.eq_ignore_ascii_case(known))
        })
    }
}

impl Walk<'_> {
    /// Whether behind the word that ended at `end` there is, told by `is` or a colon (or, `bare`, by nothing), what people make up as
    /// passwords: small letters and digits, and no quantity.
    fn is_followed_by_password(&self, end: usize, bare: bool) -> bool {
        let rest = self.bytes.get(end..).unwrap_or_default();
        let links: &[&[u8]] = &[b" is: ", b" is ", b": ", b" = ", b"=", b":", b" - "];
        let link = links.iter().find(|link| rest.starts_with(link));
        let gap = match link {
            Some(link) => link.len(),
            None if bare && rest.first() == Some(&b' ') => 1,
            None => return false,
        };
        let rest = rest.get(gap..).unwrap_or_default();
        let over = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b';');
        let length = rest
            .iter()
            .take(64)
            .position(over)
            .unwrap_or(rest.len().min(64));
        let value = rest.get(..length).unwrap_or_default().trim_ascii_end();
        let digits = value
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let quantity = value.iter().skip(digits).all(u8::is_ascii_alphabetic) && digits > 0;
        secret::coined::is_made_up(value) && !quantity
    }
}

/// The last word of several that capitals part: `SSN` of `EmployeeSSN`.
fn last_hump(word: &[u8]) -> &[u8] {
    let hump = word.windows(2).rposition(|pair| {
        matches!(pair, [before, after] if before.is_ascii_lowercase() && after.is_ascii_uppercase())
    });
    hump.and_then(|place| word.get(place + 1..)).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use crate::Finding;
    use crate::walk::walk;

    #[test]
    fn what_words_announce_from_afar_and_in_names_of_members() {
        for (text, want) in [
            ("pw for the demo tenant is CNQjNmT0AfR5", "CNQjNmT0AfR5"),
            ("pw mailed to them last night: !x9Tr=4zQ", "!x9Tr=4zQ"),
            ("done; password set by phone: Heron#41 ok?", "Heron#41"),
            (
                "machine a.example login etl password blue.table",
                "blue.table",
            ),
            ("sent Basic b3BzOmh1bnRlcjI= again", "b3BzOmh1bnRlcjI="),
            ("The password for user17 is: Curitiba2023!", "Curitiba2023!"),
            ("<EmployeeSSN>692785596</EmployeeSSN>", "692785596"),
            ("alter user x identified by 'Hunter22!'", "Hunter22!"),
            ("moje heslo je Praha2024!", "Praha2024!"),
            ("use Heron4471x as the password", "Heron4471x"),
            ("set to Heron4471x (the root password)", "Heron4471x"),
            ("la contraseña del servidor es Heron4471x", "Heron4471x"),
            ("Kennwort für den Testserver: Heron4471x", "Heron4471x"),
            ("creds are app/Heron4471x", "Heron4471x"),
            ("wifi code is Heron4471x", "Heron4471x"),
            (
                "aws configure set aws_secret_access_key e75307e22021a584d6e512fd03e31c0b",
                "e75307e22021a584d6e512fd03e31c0b",
            ),
            (
                "define('AUTH_KEY', 'e75307e22021a584d6e512fd03e31c0b');",
                "e75307e22021a584d6e512fd03e31c0b",
            ),
            ("LDAP_BIND_PW=Heron#4471", "Heron#4471"),
            ("haslo=Heron#4471", "Heron#4471"),
            (
                "_gh_sess=e75307e22021a584d6e512fd03e31c0b",
                "e75307e22021a584d6e512fd03e31c0b",
            ),
            ("Kennwort am Telefon genannt: Heron#4471", "Heron#4471"),
            ("Your password has been reset to Heron4471x", "Heron4471x"),
            (
                "the wifi password at the office is Heron4471x",
                "Heron4471x",
            ),
            ("vos identifiants : bob / Heron4471x", "Heron4471x"),
            (
                "the API key is e75307e22021a584d6e512fd03e31c0b",
                "e75307e22021a584d6e512fd03e31c0b",
            ),
            ("contraseña Verano2024! no va", "Verano2024!"),
            ("homePhone=\"5551234567\"", "5551234567"),
            (
                "<n:SocialSecurityNumber>692785596</n:SocialSecurityNumber>",
                "692785596",
            ),
            ("social_security_no=692785596", "692785596"),
            ("call the driver on 07700900123 please", "07700900123"),
            ("call (617) 555-0103 x5613 today", "(617) 555-0103 x5613"),
            ("kimlik no 72475024652, duzeltin", "72475024652"),
            ("ID 5801113710087 confirmed", "5801113710087"),
            ("Klient, r.c. 920507/8575, hlasi", "920507/8575"),
        ] {
            let mut found: Vec<Finding> = Vec::new();
            walk(text, &mut found);
            let found: Vec<&str> = found.iter().map(|one| &text[one.start..one.end]).collect();
            assert!(found.contains(&want), "{text}: {found:?}");
        }
        for text in [
            "password for the portal was reset by user17",
            "password must be changed every: 90days",
            "max pw output of the unit: 4500kWh",
            "password expires after: 90days",
            "password|5f7c8ec7c33c6c004bbafe82",
            "Order 07700900123 was shipped",
            "ref: 07700900123 of the bank",
            "user ID 1234567890123 logged in",
            "request id 1704153600000 took 3 ms",
            "your password has been reset to the default",
            "the API key is rotated every 90 days",
            "Rechnung Nr. RG-2025-81580 vom Mai",
            "<item sku=\"75094\"><name>Desk Lamp Juno</name></item>",
            "Bot: the lamp takes 3 days",
            "PIN: none",
            "+++895/6390/07816+++",
            "+71<423788900214085+30037708<",
            "Pump replaced, part 080 937 221.",
            "Artikelnummer 049 006 940",
        ] {
            let mut found = Vec::new();
            walk(text, &mut found);
            assert!(found.is_empty(), "{text}: {found:?}");
        }
    }
}
