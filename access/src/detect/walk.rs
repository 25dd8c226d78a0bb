//! One walk over a text: at each word's start, the detectors that could begin there.
//!
//! Enters: a text. Leaves: findings in order. Never here: regular expressions; a detector's own rules.

use class::{DIGIT, LINE, LOWER, MARK, UPPER, WORD, class};

use super::cue::{Says, may_say, says};
use super::gate::{Gate, gate, is_uuid};
use super::names::{GIVEN, lookup};
use super::person::Lead;
use super::run::Run;
use super::work::looked;
use super::{
    Basis, Finding, Label, address, card, contact, network, numbers, person, secret, words,
};

mod class;

/// Shortest text any detector without a column could fire on (`a@b.cd`).
const SHORTEST: usize = 6;
/// How far after a word its announcement holds, bytes.
const CUE_REACH: usize = 14;

/// Appends what the text holds, in order, not overlapping.
pub(crate) fn walk(text: &str, findings: &mut Vec<Finding>) {
    let bytes = text.as_bytes();
    if bytes.len() < SHORTEST {
        return;
    }
    match gate(bytes) {
        Gate::Nothing => {}
        Gate::Digits => {
            if let 14..=19 = bytes.len() {
                whole_number(bytes, findings);
            }
        }
        Gate::Walk => Walk {
            bytes,
            first: findings.len(),
            findings,
            groups_of: Run::new(),
            at: 0,
            said: None,
            lead: Lead::None,
            until: 0,
        }
        .run(),
    }
}

fn whole_number(bytes: &[u8], findings: &mut Vec<Finding>) {
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
}

impl Walk<'_> {
    fn run(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            looked(1);
            match class(byte) {
                0 => self.at += 1,
                MARK => self.mark(byte),
                _ => self.word(),
            }
        }
    }

    fn found(&mut self, finding: Finding) {
        self.at = finding.end;
        self.findings.push(finding);
        self.said = None;
        self.lead = Lead::None;
    }

    fn mark(&mut self, byte: u8) {
        let found = match byte {
            b'@' => self.mail(),
            b'+' | b'('
                if self
                    .bytes
                    .get(self.at + 1)
                    .is_some_and(|next| next.is_ascii_digit() || *next == b'(') =>
            {
                return self.number();
            }
            b':' if self.bytes.get(self.at + 1) == Some(&b'/') => self.url(),
            b':' if self.bytes.get(self.at + 1) == Some(&b':') => {
                words::address_at(self.bytes, self.at)
            }
            b'-' if self.bytes.get(self.at + 1) == Some(&b'-') => {
                words::secret_at(self.bytes, self.at)
            }
            _ => None,
        };
        match found {
            Some(finding) => self.found(finding),
            None => self.at += 1,
        }
    }

    fn mail(&mut self) -> Option<Finding> {
        let (start, end) = contact::email_around(self.bytes, self.at)?;
        let start = self.displace(start);
        Some(Finding {
            start,
            end,
            label: Label::Email,
            basis: Basis::Form,
        })
    }

    fn url(&mut self) -> Option<Finding> {
        if self.bytes.get(self.at + 2) != Some(&b'/') {
            return None;
        }
        let (start, end) = secret::credential_url(self.bytes, self.at)?;
        let start = self.displace(start);
        Some(Finding {
            start,
            end,
            label: Label::Secret,
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

    fn word(&mut self) {
        let at = self.at;
        let mut end = at;
        let mut kinds = 0;
        while let Some(&byte) = self.bytes.get(end) {
            let kind = class(byte);
            if kind & WORD == 0 || kind == 0 {
                break;
            }
            kinds |= kind;
            end += 1;
        }
        looked(end - at);
        if at >= self.until {
            self.said = None;
            self.lead = Lead::None;
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
        self.cue(at, end, LOWER);
        self.at = end;
        let next = self.next(end);
        if matches!(next, b' ' | b',' | 0) {
            return;
        }
        let found = match next {
            b':' | b'-' | b'.' => self
                .address(at, end, next)
                .or_else(|| words::secret_at(self.bytes, at)),
            b'/' | b'+' => words::key_at(self.bytes, at, end),
            _ => None,
        };
        if let Some(finding) = found {
            self.found(finding);
        }
    }

    fn next(&self, end: usize) -> u8 {
        self.bytes.get(end).copied().unwrap_or(0)
    }

    fn cue(&mut self, at: usize, end: usize, kinds: u8) {
        let Some(word) = self.bytes.get(at..end) else {
            return;
        };
        // `client_ip` says what `ip` says.
        let word = if kinds & LINE == 0 {
            word
        } else {
            let line = word.iter().rposition(|byte| *byte == b'_');
            word.get(line.map_or(0, |line| line + 1)..)
                .unwrap_or_default()
        };
        if !may_say(word) {
            return;
        }
        match says(word) {
            Some(Says::Value(label)) => (self.said, self.lead) = (Some(label), Lead::None),
            Some(Says::PersonOrTitle) if word.first().is_some_and(u8::is_ascii_uppercase) => {
                (self.said, self.lead) = (None, Lead::Fair);
            }
            Some(Says::Person | Says::PersonOrTitle) => {
                (self.said, self.lead) = (None, Lead::Strong);
            }
            Some(Says::PersonPerhaps) => (self.said, self.lead) = (None, Lead::Weak),
            Some(Says::Filler) if self.said.is_some() => {}
            Some(Says::Filler) | None => return,
        }
        self.until = end + CUE_REACH;
    }

    /// Letters with capitals: a cue, a name, a box address, a number that begins with letters and a separator.
    fn capital(&mut self, at: usize, end: usize, kinds: u8) {
        let next = self.next(end);
        let found = self
            .lettered(at, end, kinds, next)
            .or_else(|| self.person(at, end, next));
        match found {
            Some(finding) => self.found(finding),
            None => {
                self.cue(at, end, kinds);
                self.at = end;
            }
        }
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
        let token = matches!(next, b':' | b'.' | b'-' | b'/' | b'+') || end - at >= 20;
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

    /// A name here, if a word before leads to one, or the word is a title or a given name.
    fn person(&self, at: usize, end: usize, next: u8) -> Option<Finding> {
        if !matches!(next, b' ' | b'.' | b',' | b'-' | b'\'' | 0 | b'"' | b')') {
            return None;
        }
        let word = self.bytes.get(at..end)?;
        let title = word.len() <= 5 && matches!(next, b'.' | b' ') && person::is_title(word);
        if self.lead == Lead::None && !title {
            // A given name counts with a family name after it, perhaps over a particle: `Ana de la Cruz`.
            let after = if next == b' ' {
                self.next(end + 1)
            } else {
                next
            };
            let goes_on = after.is_ascii_uppercase()
                || after >= 0x80
                || matches!(after, b'-' | b'\'' | b'd' | b'v' | b'l' | b'y' | b'z');
            if !goes_on || lookup(word) & GIVEN == 0 {
                return None;
            }
        }
        let (start, end) = person::person_at(self.bytes, at, self.lead)?;
        Some(Finding {
            start,
            end,
            label: Label::Person,
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
            .or_else(|| self.address(at, end, next))
            .or_else(|| key.then(|| words::key_at(self.bytes, at, end))?)
    }

    /// Letters and digits in one word.
    fn mixed(&mut self, at: usize, end: usize, kinds: u8) {
        let next = self.next(end);
        if next == b'-' && end - at == 8 && is_uuid(self.bytes.get(at..at + 36).unwrap_or_default())
        {
            self.at = at + 36;
            return;
        }
        // Lower case words hold tokens, wallets and hex only.
        let word = kinds & UPPER != 0
            || end - at >= 26
            || self.said.is_some()
            || self.bytes.get(at) == Some(&b'm');
        let found = word
            .then(|| words::word_at(self.bytes, at, end, self.said))
            .flatten()
            .or_else(|| self.token(at, end, next));
        match found {
            Some(finding) => self.found(finding),
            None => {
                self.cue(at, end, kinds);
                self.at = end;
            }
        }
    }

    /// Digits that stand alone are a card number or a house number, or nothing; others begin a run.
    fn digits(&mut self, at: usize, end: usize) {
        let next = self.next(end);
        let after = self.next(end + 1);
        let alone = !(matches!(next, b':' | b'/' | b'+' | b'-' | b')')
            || after.is_ascii_digit()
            || after == b'(');
        if !alone || self.said.is_some() || end - at >= 14 {
            return self.number();
        }
        self.at = end;
        if next == b' '
            && matches!(end - at, 4 | 5)
            && let Some((start, stop)) = address::around_postcode(self.bytes, at, end)
        {
            let start = self.displace(start);
            return self.found(Finding {
                start,
                end: stop,
                label: Label::Address,
                basis: Basis::Dictionary,
            });
        }
        if next == b' '
            && after.is_ascii_uppercase()
            && let Some(stop) = address::address_at(self.bytes, at, end)
        {
            self.found(Finding {
                start: at,
                end: stop,
                label: Label::Address,
                basis: Basis::Dictionary,
            });
        }
    }

    /// Digits: a run of groups, or a house number.
    fn number(&mut self) {
        let bytes = self.bytes;
        let at = self.at;
        if !self.groups_of.read(bytes, at) {
            // Longer than any number, or a sign before none.
            let digits = bytes
                .iter()
                .skip(at + 1)
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            self.at += 1 + digits;
            return;
        }
        let first = self.groups_of.end_of(0);
        let next = self.next(first);
        if next == b'-' && first - at == 8 && is_uuid(bytes.get(at..at + 36).unwrap_or_default()) {
            self.at = at + 36;
            return;
        }
        let found = match next {
            b':' | b'-' | b'.' => self.address(at, first, next),
            b'/' | b'+' => words::key_at(bytes, at, first),
            _ => None,
        };
        if let Some(finding) = found {
            return self.found(finding);
        }
        let any = self.groups(at);
        let last = self.groups_of.groups() - 1;
        let (house, house_end) = (self.groups_of.start_of(last), self.groups_of.end_of(last));
        if !any
            && bytes.get(house_end) == Some(&b' ')
            && let Some(end) = address::address_at(bytes, house, house_end)
        {
            return self.found(Finding {
                start: house,
                end,
                label: Label::Address,
                basis: Basis::Dictionary,
            });
        }
        self.at = self.groups_of.end.max(at + 1);
    }

    /// A dotted quad that a port follows, or that begins a line of an access log.
    fn peer(&self, group: usize, joined: bool) -> Option<numbers::Found> {
        let run = &self.groups_of;
        if joined || run.groups() != group + 4 || run.separator(group) != b'.' {
            return None;
        }
        network::ipv4_at(run, group)?;
        let rest = self.bytes.get(run.end..)?;
        let begins = match self.bytes.get(..run.start_of(group))? {
            [] | [.., b'\n'] => rest.starts_with(b" - "),
            _ => false,
        };
        let port = matches!(rest, [b':', b'0'..=b'9', ..]);
        (begins || port).then_some((Label::Ip, 4, Basis::Form))
    }

    /// Whether anything was found in the run's groups.
    fn groups(&mut self, at: usize) -> bool {
        let before = at
            .checked_sub(1)
            .and_then(|place| self.bytes.get(place))
            .copied();
        let mut group = 0;
        let mut any = false;
        while group < self.groups_of.groups() {
            let joined = match group {
                0 => before.is_some_and(|byte| matches!(byte, b'.' | b'-')),
                _ => self.groups_of.tight(group - 1),
            };
            let found = numbers::number_at(&self.groups_of, group, joined, self.said)
                .or_else(|| self.peer(group, joined));
            let Some((label, count, basis)) = found else {
                group += 1;
                continue;
            };
            let (start, end) = (
                self.groups_of.start_of(group),
                self.groups_of.end_of(group + count - 1),
            );
            self.found(Finding {
                start,
                end,
                label,
                basis,
            });
            group += count;
            any = true;
        }
        any
    }
}

#[cfg(test)]
mod tests;
