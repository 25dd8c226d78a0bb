//! One walk over a text: at each word's start, the detectors that could begin there.
//!
//! Enters: a text. Leaves: findings in order. Never here: regular expressions; a detector's own rules.

use class::{DIGIT, LINE, LOWER, MARK, UPPER, WORD, class};

use super::fold::is_plain;
use super::gate::{Gate, gate, is_uuid};
use super::person::Lead;
use super::run::Run;
use super::work::looked;
use super::{Basis, Finding, Label, address, card, mail, person, words};

mod afar;
mod birthday;
mod class;
mod dialled;
mod glued;
mod interchange;
mod number;
mod parcel;
mod quiet;
mod secrets;
mod segment;
mod sign;
mod speaker;
mod track;

/// Shortest text any detector without a column could fire on (`a@b.cd`).
const SHORTEST: usize = 6;

/// Appends what the text holds, in order, not overlapping.
pub(crate) fn walk(text: &str, findings: &mut Vec<Finding>) {
    let bytes = text.as_bytes();
    if bytes.len() < SHORTEST {
        return;
    }
    match gate(bytes) {
        Gate::Nothing => {}
        Gate::Digits => {
            if let 12..=19 = bytes.len() {
                whole_number(bytes, findings);
            }
        }
        Gate::Walk => Walk::over(bytes, findings),
        Gate::Spelt(signs) if signs.are_in(bytes) => Walk::over(bytes, findings),
        Gate::Spelt(_) => {}
    }
}

fn whole_number(bytes: &[u8], findings: &mut Vec<Finding>) {
    // Of the short ones only a few debit cards begin so.
    if bytes.len() < 14
        && !matches!(
            bytes,
            [b'5', b'0' | b'6' | b'8', ..] | [b'6', b'3' | b'7', ..]
        )
    {
        return;
    }
    let mut digits = [0_u8; 19];
    for (to, from) in digits.iter_mut().zip(bytes) {
        *to = from - b'0';
    }
    if digits.get(..bytes.len()).is_some_and(card::is_card) {
        findings.push(Finding {
            start: 0,
            end: bytes.len(),
            label: Label::CreditCard,
            basis: Basis::Checksum,
        });
    }
}

struct Walk<'a> {
    bytes: &'a [u8],
    findings: &'a mut Vec<Finding>,
    /// Findings before this one are of other texts.
    first: usize,
    groups_of: Run,
    at: usize,
    /// What a word announced, up to `until`.
    said: Option<Label>,
    lead: Lead,
    until: usize,
    /// Where the password stands that was announced, if not right behind its word.
    far: usize,
    /// Whether any character is beyond ASCII.
    wide: bool,
    /// How many words in small letters, as a wallet's phrase has them, follow each other, and where the last of them ended.
    row: u8,
    row_end: usize,
    /// Where the block of base64 lines ends that is no private key.
    shown: usize,
    heeded: &'static quiet::Heeded,
}

impl Walk<'_> {
    fn over(bytes: &[u8], findings: &mut Vec<Finding>) {
        Walk::new(bytes, findings).run();
    }
}

impl<'a> Walk<'a> {
    fn new(bytes: &'a [u8], findings: &'a mut Vec<Finding>) -> Self {
        Self {
            bytes,
            first: findings.len(),
            findings,
            groups_of: Run::new(),
            at: 0,
            said: None,
            lead: Lead::None,
            until: 0,
            far: 0,
            wide: !is_plain(bytes),
            row: 0,
            row_end: 0,
            shown: 0,
            heeded: quiet::heeded(),
        }
    }
}

impl Walk<'_> {
    fn run(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            looked(1);
            match class(byte) {
                0 => self.at += 1,
                MARK => self.mark(byte),
                _ if byte.is_ascii_alphabetic() && self.quiet() => {}
                _ => self.word(),
            }
        }
    }

    fn found(&mut self, finding: Finding) {
        self.at = finding.end;
        self.findings.push(finding);
        (self.said, self.lead, self.far) = (None, Lead::None, 0);
    }

    fn mark(&mut self, byte: u8) {
        let found = match byte {
            b'@' => self.mail(
                mail::plain_around(self.bytes, self.at)
                    .or_else(|| mail::spelt_around(self.bytes, self.at, self.at + 1)),
            ),
            b'%' | b'&' | b'\\'
                if matches!(
                    self.next(self.at + 1),
                    b'4' | b'2' | b'#' | b'c' | b'a' | b'u' | b'U' | b'x' | b'1' | b'@' | b'\\'
                ) =>
            {
                self.mail(mail::coded_around(self.bytes, self.at))
                    .or_else(|| self.coded_phone())
            }
            b'$' | b'{' => words::secret_at(self.bytes, self.at),
            b'=' => self
                .assigned()
                .or_else(|| self.mail(mail::coded_around(self.bytes, self.at))),
            b'+' if self.bytes.get(..self.at).is_some_and(goes_on) => None,
            b'+' | b'('
                if self
                    .bytes
                    .get(self.at + 1)
                    .is_some_and(|next| next.is_ascii_digit() || *next == b'(') =>
            {
                return self.number();
            }
            b'(' | b'[' => {
                let at = self.at;
                if let Some(finding) = self.called(byte) {
                    return self.found(finding);
                }
                if let Some(finding) = self.birthday_before(at) {
                    let start = self.displace(finding.start);
                    self.found(Finding { start, ..finding });
                }
                self.at = at + 1;
                return;
            }
            b':' if self.bytes.get(self.at + 1) == Some(&b'/') => self.url(),
            b':' if self.bytes.get(self.at + 1) == Some(&b':') => {
                words::address_at(self.bytes, self.at)
            }
            b'<' => self.tagged(),
            b'-' if self.bytes.get(self.at + 1) == Some(&b'-') => self.block(),
            b':' => self.assigned(),
            _ => None,
        };
        match found {
            Some(finding) => self.found(finding),
            None => self.at += 1,
        }
    }

    /// A mail address; it takes the place of what was found inside it.
    fn mail(&mut self, around: Option<(usize, usize)>) -> Option<Finding> {
        let (start, end) = around?;
        let address = self.bytes.get(start..end)?;
        let sign = memchr::memchr(b'@', address).unwrap_or(0);
        if address.get(..sign).is_some_and(mail::is_message) {
            return None;
        }
        let before = self.bytes.get(..start).unwrap_or_default();
        if before.last() == Some(&b'<') && mail::is_message_next(before) {
            return None;
        }
        let at = start + sign;
        let start = self.displace(start);
        self.addressee(start);
        self.namesake(start, at);
        Some(Finding {
            start,
            end,
            label: Label::Email,
            basis: Basis::Form,
        })
    }

    /// A telephone number in a URL: `%2B49…`.
    fn coded_phone(&self) -> Option<Finding> {
        let rest = self.bytes.get(self.at..)?.strip_prefix(b"%2B")?;
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let ends = !rest.get(digits).is_some_and(u8::is_ascii_alphabetic);
        ((9..=15).contains(&digits) && ends).then(|| Finding {
            start: self.at,
            end: self.at + 3 + digits,
            label: Label::Phone,
            basis: Basis::Form,
        })
    }

    /// Takes back findings that a longer one overlaps, and says where that must begin to leave nothing of them standing.
    fn displace(&mut self, mut start: usize) -> usize {
        while let Some(last) = self.findings.get(self.first..).and_then(<[_]>::last) {
            if last.end <= start {
                break;
            }
            start = start.min(last.start);
            self.findings.pop();
        }
        start
    }

    /// The end of the word that begins at `at`, and what it is made of. Where a script parts no words, digits begin and end one.
    fn extent(&self, at: usize) -> (usize, u8) {
        let mut end = at;
        let mut kinds = 0;
        while let Some(&byte) = self.bytes.get(end) {
            let kind = class(byte);
            if kind & WORD == 0 || kind == 0 {
                break;
            }
            if self.wide
                && kind == DIGIT
                && end > at
                && kinds & DIGIT == 0
                && is_unparted(self.bytes, end)
            {
                break;
            }
            kinds |= kind;
            end += 1;
        }
        (end, kinds)
    }

    fn word(&mut self) {
        let at = self.field(self.at);
        if self.at > at {
            return;
        }
        let (end, kinds) = self.extent(at);
        looked(end - at);
        if at >= self.until {
            self.said = None;
            self.lead = Lead::None;
        }
        if let Some(finding) = self
            .announced_secret(at)
            .or_else(|| self.optioned(at, end))
            .or_else(|| self.lined(at, end))
            .or_else(|| self.followed(at, end, kinds))
        {
            return self.found(finding);
        }
        if end - at == 3 && self.next(end) == b'|' && self.segment(at, end)
            || end - at <= 3 && self.next(end) == b'*' && self.parcel(at, end)
            || end - at == 3 && self.next(end) == b'+' && self.interchange(at, end)
            || end - at == 1 && self.next(end) == b'/' && self.travel(at)
        {
            return;
        }
        if matches!(self.said, Some(Label::Dob)) && birthday::is_compared(self.bytes, at) {
            self.said = None;
        }
        if (kinds & DIGIT != 0 && self.wide || matches!(self.said, Some(Label::Dob)))
            && let Some(finding) = self.birthday(at, end, kinds)
        {
            return self.found(finding);
        }
        if matches!(self.said, Some(Label::Address))
            && let Some(stop) = address::spoken::spoken_at(self.bytes, at)
        {
            return self.found(Finding {
                start: at,
                end: stop,
                label: Label::Address,
                basis: Basis::Cue,
            });
        }
        match kinds {
            LOWER => self.small(at, end),
            DIGIT => self.digits(at, end),
            _ if kinds & DIGIT == 0 => self.capital(at, end, kinds),
            _ => self.mixed(at, end, kinds),
        }
    }

    /// Small letters only: a cue, a hex address, or nothing.
    fn small(&mut self, at: usize, end: usize) {
        if let Some(finding) = self.told_behind(at, end) {
            self.found(finding);
            // It stands before the word, which is not looked at twice.
            self.at = end;
            return;
        }
        self.cue(at, end, LOWER);
        self.at = end;
        let next = self.next(end);
        if let Some(finding) = self.basic(at, end).or_else(|| self.phrase(at, end)) {
            return self.found(finding);
        }
        if mail::is_sign(self.bytes, at, end)
            && let Some(finding) = self.mail(mail::spelt_around(self.bytes, at, end))
        {
            return self.found(finding);
        }
        let capital = self.bytes.get(at..end).is_some_and(person::is_capital);
        if capital && let Some(finding) = self.person(at, end, next) {
            return self.found(finding);
        }
        if matches!(next, b' ' | b',' | 0) {
            return;
        }
        let found = match next {
            b'~' if end - at == 3 || end - at == 6 => words::secret_at(self.bytes, at),
            b':' | b'-' | b'.' => self
                .address(at, end, next)
                .or_else(|| words::secret_at(self.bytes, at)),
            b'/' | b'+' => self.bare_key(at, end),
            _ => None,
        };
        if let Some(finding) = found {
            self.found(finding);
        }
    }

    fn next(&self, end: usize) -> u8 {
        self.bytes.get(end).copied().unwrap_or(0)
    }

    /// Letters with capitals: a cue, a name, a box address, a number that begins with letters and a separator.
    fn capital(&mut self, at: usize, end: usize, kinds: u8) {
        let next = self.next(end);
        let found = self
            .basic(at, end)
            .or_else(|| self.lettered(at, end, kinds, next))
            .or_else(|| self.spelt(at, end, kinds))
            .or_else(|| self.person(at, end, next));
        match found {
            Some(finding) => self.found(finding),
            None => {
                self.cue(at, end, kinds);
                self.at = end;
            }
        }
    }

    /// A mail address spelt out in capitals, or with lines for blanks.
    fn spelt(&mut self, at: usize, end: usize, kinds: u8) -> Option<Finding> {
        if end - at <= 2 && mail::is_sign(self.bytes, at, end) {
            return self.mail(mail::spelt_around(self.bytes, at, end));
        }
        let word = (kinds & LINE != 0)
            .then(|| self.bytes.get(at..end))
            .flatten()?;
        let place =
            memchr::memmem::find(word, b"_at_").or_else(|| memchr::memmem::find(word, b"_AT_"))?;
        let sign = at + place + 1;
        self.mail(mail::spelt_around(self.bytes, sign, sign + 2))
    }

    fn lettered(&self, at: usize, end: usize, kinds: u8, next: u8) -> Option<Finding> {
        let bytes = self.bytes;
        let named = bytes.get(at) == Some(&b'M') && matches!(next, b'-' | b':' | b'#' | b' ');
        if kinds == UPPER
            && (named || (next == b' ' && end - at == 2))
            && let Some(finding) = words::word_at(bytes, at, end, self.said)
        {
            return Some(finding);
        }
        let token = matches!(next, b':' | b'.' | b'-' | b'/' | b'+' | b'$') || end - at >= 20;
        if token && let Some(finding) = self.token(at, end, next) {
            return Some(finding);
        }
        let boxed = matches!(bytes.get(at), Some(b'P' | b'U')) && matches!(next, b' ' | b'.');
        let end = boxed.then(|| address::box_at(bytes, at)).flatten()?;
        Some(Finding {
            start: at,
            end,
            label: Label::Address,
            basis: Basis::Dictionary,
        })
    }

    /// A hardware or IPv6 address: looked for only where its second separator stands.
    fn address(&self, at: usize, end: usize, next: u8) -> Option<Finding> {
        let second = |place: usize| self.bytes.get(at + place) == Some(&next);
        let begins = match (next, end - at) {
            (b':', 1..=4) => true,
            (b'-', 2) => second(5),
            (b'.', 4) => second(9),
            _ => false,
        };
        begins.then(|| words::address_at(self.bytes, at)).flatten()
    }

    /// Secrets by prefix, addresses, keys without a prefix.
    fn token(&self, at: usize, end: usize, next: u8) -> Option<Finding> {
        let key = matches!(next, b'/' | b'+') || end - at >= 36;
        words::secret_at(self.bytes, at)
            .or_else(|| self.shaped(at, end, next))
            .or_else(|| self.address(at, end, next))
            .or_else(|| key.then(|| self.bare_key(at, end))?)
    }

    /// Letters and digits in one word.
    fn mixed(&mut self, at: usize, end: usize, kinds: u8) {
        let next = self.next(end);
        if next == b'-' && end - at == 8 && is_uuid(self.bytes.get(at..at + 36).unwrap_or_default())
        {
            self.at = at + 36;
            return;
        }
        if next == b'^' && self.track(at, end) || self.stripe(at, end, kinds) {
            return;
        }
        if let Some(finding) = self.glued(at, end, kinds) {
            return self.found(finding);
        }
        // Lower case words hold tokens, wallets and hex only.
        let word = kinds & UPPER != 0
            || end - at >= 26
            || self.said.is_some()
            || matches!(
                self.bytes.get(at..at + 4),
                Some([b'm', ..] | [b'a'..=b'z', b'a'..=b'z', b'0'..=b'9', b'0'..=b'9'])
            );
        let found = self
            .keyed(at, end)
            .or_else(|| word.then(|| words::word_at(self.bytes, at, end, self.said))?)
            .or_else(|| self.token(at, end, next))
            .or_else(|| self.spelt(at, end, kinds));
        match found {
            Some(finding) => self.found(finding),
            None => {
                self.cue(at, end, kinds);
                self.at = end;
            }
        }
    }
}

/// Whether a `+` behind that text begins no number: `A+4`, `30+37`, `+++895`.
const fn goes_on(before: &[u8]) -> bool {
    matches!(before, [.., b'A'..=b'Z' | b'0'..=b'9'] | [.., b'+', b'+'])
}

/// Whether the character before `at` is of a script that parts no words (kana, Han, Hangul), or one of its signs: `番号3550`, `：3550`.
fn is_unparted(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(3).and_then(|from| bytes.get(from..at));
    matches!(before, Some([0xe2..=0xef, 0x80..=0xbf, 0x80..=0xbf]))
}

#[cfg(test)]
pub(crate) mod tests;
