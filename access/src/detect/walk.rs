//! One walk over a text: at each word's start, the detectors that could begin there.
//!
//! Enters: a text. Leaves: findings in order. Never here: regular expressions; a detector's own rules.

use super::cue::{Says, may_say, says};
use super::person::Lead;
use super::run::Run;
use super::{Basis, Finding, Label, address, card, contact, numbers, person, secret, words};

/// Shortest text any detector without a column could fire on (`a@b.cd`).
const SHORTEST: usize = 6;
/// How far after a word its announcement holds, bytes.
const CUE_REACH: usize = 14;

const DIGIT: u8 = 1;
const UPPER: u8 = 2;
const LOWER: u8 = 4;
const LINE: u8 = 8;
const MARK: u8 = 16;
/// What words are made of.
const WORD: u8 = DIGIT | UPPER | LOWER | LINE;

/// What each byte is. Bytes beyond ASCII are letters.
static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'0'..=b'9' => DIGIT,
            b'A'..=b'Z' => UPPER,
            b'a'..=b'z' | 0x80..=0xff => LOWER,
            b'_' => LINE,
            b'@' | b'+' | b'(' | b':' | b'-' => MARK,
            _ => 0,
        };
        byte += 1;
    }
    classes
}

fn class(byte: u8) -> u8 {
    CLASS[usize::from(byte)]
}

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
            findings,
            at: 0,
            clear: 0,
            said: None,
            lead: Lead::None,
            until: 0,
        }
        .run(),
    }
}

enum Gate {
    /// No detector could fire.
    Nothing,
    /// Digits and nothing else.
    Digits,
    /// Anything may be in it.
    Walk,
}

/// Longest text whose bytes are counted in eight bit lanes.
const LANES_MAX: usize = 255;

/// Counts per byte class in the lanes of one word: digits, capitals, small letters, `@`, `:` and `/`, `-`, `.`, blanks.
static LANES: [u64; 256] = lanes();

const fn lanes() -> [u64; 256] {
    let mut lanes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        lanes[byte] = match byte as u8 {
            b'0'..=b'9' => 1,
            b'A'..=b'Z' => 1 << 8,
            b'a'..=b'z' | 0x80..=0xff => 1 << 16,
            b'@' => 1 << 24,
            b':' | b'/' => 1 << 32,
            b'-' => 1 << 40,
            b'.' => 1 << 48,
            b' ' => 1 << 56,
            _ => 0,
        };
        byte += 1;
    }
    lanes
}

/// Looks at the bytes once and says whether a walk is worth it.
fn gate(bytes: &[u8]) -> Gate {
    if bytes.len() > LANES_MAX {
        return Gate::Walk;
    }
    let lanes = bytes
        .iter()
        .fold(0_u64, |sum, byte| sum + LANES[usize::from(*byte)]);
    let [digits, uppers, lowers, ats, colons, dashes, points, blanks] = lanes.to_le_bytes();
    let length = bytes.len();
    if ats > 0 {
        return Gate::Walk;
    }
    if usize::from(digits) == length {
        return Gate::Digits;
    }
    if digits == 0 {
        // A name needs two words, a private key its dashes.
        return if uppers >= 2 && (blanks >= 1 || length >= 24) {
            Gate::Walk
        } else {
            Gate::Nothing
        };
    }
    if uppers == 0 && lowers == 0 {
        // Fewer digits than the shortest address or identity; a decimal; a date.
        let decimal = points <= 1
            && usize::from(digits + points + dashes) == length
            && dashes <= 1
            && digits < 14;
        return if digits < 6 || decimal || is_date(bytes) {
            Gate::Nothing
        } else {
            Gate::Walk
        };
    }
    let stamp = is_date(bytes) && blanks <= 2 && uppers <= 2 && lowers == 0;
    if stamp || is_uuid(bytes, dashes) || is_hex(bytes) {
        return Gate::Nothing;
    }
    // A word with few digits, no separator: codes such as `A12`, `USD2`.
    if digits < 3 && blanks == 0 && colons == 0 && length < 20 {
        return Gate::Nothing;
    }
    Gate::Walk
}

/// `2025-06-01`, alone or before a time of day.
fn is_date(bytes: &[u8]) -> bool {
    let &[a, b, c, d, b'-', e, f, b'-', g, h, ref rest @ ..] = bytes else {
        return false;
    };
    let day = [a, b, c, d, e, f, g, h].iter().all(u8::is_ascii_digit);
    day && match rest {
        [] => true,
        [b' ' | b'T', time @ ..] => time
            .iter()
            .all(|byte| byte.is_ascii_digit() || b":.+- ZUTC".contains(byte)),
        _ => false,
    }
}

fn is_uuid(bytes: &[u8], dashes: u8) -> bool {
    dashes == 4
        && bytes.len() == 36
        && bytes.iter().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Digests in lower case.
fn is_hex(bytes: &[u8]) -> bool {
    matches!(bytes.len(), 32 | 40 | 56 | 64 | 96 | 128)
        && bytes
            .iter()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
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
    at: usize,
    /// No finding may begin before this byte.
    clear: usize,
    /// What a word announced, up to `until`.
    said: Option<Label>,
    lead: Lead,
    until: usize,
}

impl Walk<'_> {
    fn run(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            match class(byte) {
                0 => self.at += 1,
                MARK => self.mark(byte),
                _ => self.word(),
            }
        }
    }

    fn found(&mut self, finding: Finding) {
        self.at = finding.end;
        self.clear = finding.end;
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
        self.displace(start);
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
        self.displace(start);
        Some(Finding {
            start,
            end,
            label: Label::Secret,
            basis: Basis::Form,
        })
    }

    /// Takes back findings inside what turned out to be a longer one.
    fn displace(&mut self, start: usize) {
        if start < self.clear {
            let kept = self
                .findings
                .iter()
                .rposition(|finding| finding.end <= start)
                .map_or(0, |last| last + 1);
            self.findings.truncate(kept);
        }
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
        if at >= self.until {
            self.said = None;
            self.lead = Lead::None;
        }
        match kinds {
            LOWER => self.small(at, end),
            DIGIT => self.number(),
            _ if kinds & DIGIT == 0 => self.capital(at, end, kinds),
            _ => self.mixed(at, end, kinds),
        }
    }

    /// Small letters only: a cue, a hex address, or nothing.
    fn small(&mut self, at: usize, end: usize) {
        self.cue(at, end);
        self.at = end;
        let found = match self.bytes.get(end) {
            Some(b':') if end - at <= 4 => words::address_at(self.bytes, at),
            Some(b'/' | b'+') => words::key_at(self.bytes, at, end),
            Some(b'-' | b'.') => words::secret_at(self.bytes, at),
            _ => None,
        };
        if let Some(finding) = found {
            self.found(finding);
        }
    }

    fn cue(&mut self, at: usize, end: usize) {
        let Some(word) = self.bytes.get(at..end).filter(|word| may_say(word)) else {
            return;
        };
        match says(word) {
            Some(Says::Value(label)) => (self.said, self.lead) = (Some(label), Lead::None),
            Some(Says::Person) => (self.said, self.lead) = (None, Lead::Strong),
            Some(Says::PersonPerhaps) => (self.said, self.lead) = (None, Lead::Weak),
            Some(Says::Filler) if self.said.is_some() => {}
            Some(Says::Filler) | None => return,
        }
        self.until = end + CUE_REACH;
    }

    /// Letters with capitals: a cue, a name, a box address, a number that begins with letters and a separator.
    fn capital(&mut self, at: usize, end: usize, kinds: u8) {
        let bytes = self.bytes;
        let next = bytes.get(end).copied().unwrap_or(0);
        if kinds == UPPER {
            let found = match next {
                b' ' if end - at == 2 => words::word_at(bytes, at, end, self.said),
                b'-' | b':' | b'#' | b' ' if bytes.get(at) == Some(&b'M') => {
                    words::word_at(bytes, at, end, self.said)
                }
                _ => None,
            };
            if let Some(finding) = found {
                return self.found(finding);
            }
        }
        if (matches!(next, b':' | b'.' | b'-' | b'/' | b'+') || end - at >= 20)
            && let Some(finding) = words::secret_at(bytes, at)
                .or_else(|| self.address(at, end, next))
                .or_else(|| words::key_at(bytes, at, end))
        {
            return self.found(finding);
        }
        if let Some(end) = address::box_at(bytes, at) {
            return self.found(Finding {
                start: at,
                end,
                label: Label::Address,
                basis: Basis::Dictionary,
            });
        }
        if matches!(next, b' ' | b'.' | b',' | b'-' | b'\'' | 0 | b'"' | b')')
            && let Some((start, end)) = person::person_at(bytes, at, self.lead)
        {
            return self.found(Finding {
                start,
                end,
                label: Label::Person,
                basis: Basis::Dictionary,
            });
        }
        self.cue(at, end);
        self.at = end;
    }

    fn address(&self, at: usize, end: usize, next: u8) -> Option<Finding> {
        let hex = end - at <= 4 && matches!(next, b':' | b'-' | b'.');
        hex.then(|| words::address_at(self.bytes, at)).flatten()
    }

    /// Letters and digits in one word.
    fn mixed(&mut self, at: usize, end: usize, kinds: u8) {
        let bytes = self.bytes;
        let next = bytes.get(end).copied().unwrap_or(0);
        if self.at == at
            && next == b'-'
            && end - at == 8
            && is_uuid(bytes.get(at..at + 36).unwrap_or_default(), 4)
        {
            self.at = at + 36;
            return;
        }
        let found = words::word_at(bytes, at, end, self.said)
            .or_else(|| words::secret_at(bytes, at))
            .or_else(|| self.address(at, end, next))
            .or_else(|| {
                (kinds & (UPPER | LOWER) == UPPER | LOWER || matches!(next, b'/' | b'+'))
                    .then(|| words::key_at(bytes, at, end))?
            });
        match found {
            Some(finding) => self.found(finding),
            None => {
                self.cue(at, end);
                self.at = end;
            }
        }
    }

    /// Digits: a run of groups, or a house number.
    fn number(&mut self) {
        let bytes = self.bytes;
        let at = self.at;
        let Some(run) = Run::at(bytes, at) else {
            // Longer than any number, or a sign before none.
            let digits = bytes
                .iter()
                .skip(at + 1)
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            self.at += 1 + digits;
            return;
        };
        let first = run.end_of(0);
        let next = bytes.get(first).copied().unwrap_or(0);
        if next == b'-' && first - at == 8 && is_uuid(bytes.get(at..at + 36).unwrap_or_default(), 4)
        {
            self.at = at + 36;
            return;
        }
        let found = match next {
            b':' | b'-' | b'.' if first - at <= 4 => words::address_at(bytes, at),
            b'/' | b'+' => words::key_at(bytes, at, first),
            _ => None,
        };
        if let Some(finding) = found {
            return self.found(finding);
        }
        let before = at
            .checked_sub(1)
            .and_then(|place| bytes.get(place))
            .copied();
        let mut group = 0;
        let mut any = false;
        while group < run.groups() {
            let joined = match group {
                0 => before.is_some_and(|byte| matches!(byte, b'.' | b'-')),
                _ => run.tight(group - 1),
            };
            let Some((label, count, basis)) = numbers::number_at(&run, group, joined, self.said)
            else {
                group += 1;
                continue;
            };
            let (start, end) = (run.start_of(group), run.end_of(group + count - 1));
            self.found(Finding {
                start,
                end,
                label,
                basis,
            });
            group += count;
            any = true;
        }
        let last = run.groups() - 1;
        let house = run.start_of(last);
        if !any
            && next != b'.'
            && let Some(end) = address::address_at(bytes, house, run.end_of(last))
        {
            return self.found(Finding {
                start: house,
                end,
                label: Label::Address,
                basis: Basis::Dictionary,
            });
        }
        self.at = run.end.max(at + 1);
    }
}

#[cfg(test)]
mod tests;
