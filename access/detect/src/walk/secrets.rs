//! Secrets that the walk comes upon: given to a name, announced by a word, in a URL, in a row of words.
//!
//! Enters: the walk, at a sign or a word. Leaves: findings. Never here: what a secret looks like (`secret.rs`).

use super::Walk;
use super::class::LINE;
use crate::{Basis, Finding, Label, secret, words};

/// Longest text before a word that calls something a password, bytes.
const TOLD_MAX: usize = 96;

impl Walk<'_> {
    /// What the sign here gives to a name that says it is secret.
    pub(super) fn assigned(&mut self) -> Option<Finding> {
        let (start, end) = secret::assigned_at(self.bytes, self.at)?;
        Some(Finding {
            start: if start < self.at {
                self.displace(start)
            } else {
                start
            },
            end,
            label: Label::Secret,
            basis: Basis::Cue,
        })
    }

    /// A password on a command line, behind the option that is the word here; a cookie's value in a jar, which it begins.
    pub(super) fn optioned(&self, at: usize, end: usize) -> Option<Finding> {
        let (start, end) = match at
            .checked_sub(1)
            .and_then(|before| self.bytes.get(before))?
        {
            b'-' => secret::optioned_at(self.bytes, at, end)?,
            b'\t' => (at, secret::jarred_at(self.bytes, at)?),
            _ => return None,
        };
        Some(Finding {
            start,
            end,
            label: Label::Secret,
            basis: Basis::Cue,
        })
    }

    /// A secret behind the name in small letters or capitals and lines that the word here is.
    pub(super) fn followed(&self, at: usize, end: usize, kinds: u8) -> Option<Finding> {
        if kinds & LINE == 0 || self.next(end) != b' ' {
            return None;
        }
        let (start, end) = secret::followed_at(self.bytes, at, end)?;
        Some(Finding {
            start,
            end,
            label: Label::Secret,
            basis: Basis::Cue,
        })
    }

    /// A password on a line of configuration that the word here tells of.
    pub(super) fn lined(&self, at: usize, end: usize) -> Option<Finding> {
        let (start, end) = secret::lined_at(self.bytes, at, end)?;
        Some(Finding {
            start,
            end,
            label: Label::Secret,
            basis: Basis::Cue,
        })
    }

    /// A secret by its whole layout.
    pub(super) fn shaped(&self, at: usize, end: usize, next: u8) -> Option<Finding> {
        // A password as MySQL stores it: `*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19`.
        let capitals = |word: &[u8]| {
            word.iter()
                .all(|byte| byte.is_ascii_digit() || matches!(byte, b'A'..=b'F'))
        };
        if end - at == 40
            && at > 0
            && self.bytes.get(at - 1) == Some(&b'*')
            && self.bytes.get(at..end).is_some_and(capitals)
        {
            return Some(Finding {
                start: at - 1,
                end,
                label: Label::Secret,
                basis: Basis::Form,
            });
        }
        // The shortest word with a layout behind it is of five; a bot's number has a colon.
        let may = match next {
            b':' => true,
            b'-' | b'.' | b'~' => end - at >= 5,
            _ => end - at >= 23,
        };
        let stop = may
            .then(|| secret::shaped_at(self.bytes, at, end))
            .flatten()?;
        Some(Finding {
            start: at,
            end: stop,
            label: Label::Secret,
            basis: Basis::Form,
        })
    }

    /// A private key in lines; of another block, where it ends is noted.
    pub(super) fn block(&mut self) -> Option<Finding> {
        let found = words::secret_at(self.bytes, self.at);
        if found.is_none()
            && let Some(length) = secret::open_block(self.bytes.get(self.at..)?)
        {
            self.shown = self.at + length;
        }
        found
    }

    /// A key without a prefix; the lines of a certificate are none.
    pub(super) fn bare_key(&self, at: usize, end: usize) -> Option<Finding> {
        (at >= self.shown)
            .then(|| words::key_at(self.bytes, at, end))
            .flatten()
    }

    /// A secret in the tag that begins here.
    pub(super) fn tagged(&self) -> Option<Finding> {
        let (start, end) = secret::tagged_at(self.bytes, self.at)?;
        Some(Finding {
            start,
            end,
            label: Label::Secret,
            basis: Basis::Cue,
        })
    }

    /// A code of digits and letters that lets somebody in.
    pub(super) fn keyed(&self, at: usize, end: usize) -> Option<Finding> {
        (end - at <= 6 && secret::keyed_at(self.bytes, at, end)).then_some(Finding {
            start: at,
            end,
            label: Label::Secret,
            basis: Basis::Cue,
        })
    }

    /// The password that stands before the word here that calls it one: `use Heron4471x as the password`, `… (the root password)`.
    pub(super) fn told_behind(&mut self, at: usize, end: usize) -> Option<Finding> {
        const WORDS: &[&[u8]] = &[b"password", b"passwort", b"passwd", b"passphrase", b"pw"];
        const LINKS: &[&[u8]] = &[b" as ", b" ("];
        let word = self.bytes.get(at..end)?;
        if !WORDS.contains(&word) || self.next(end) == b':' {
            return None;
        }
        let mut head = self.bytes.get(at.saturating_sub(TOLD_MAX)..at)?;
        for _ in 0..3 {
            if let Some(cut) = LINKS.iter().find_map(|link| {
                let head = head.strip_suffix(*link)?;
                Some(head.strip_suffix(b" ").unwrap_or(head))
            }) {
                let length = cut
                    .iter()
                    .rev()
                    .take_while(|byte| byte.is_ascii_graphic())
                    .count();
                let value = cut.get(cut.len() - length..)?;
                let whole = length < cut.len() || at < TOLD_MAX;
                let stop =
                    at - (self.bytes.get(at.saturating_sub(TOLD_MAX)..at)?.len() - cut.len());
                return (whole && secret::coined::is_made_up(value)).then(|| Finding {
                    start: self.displace(stop - length),
                    end: stop,
                    label: Label::Secret,
                    basis: Basis::Cue,
                });
            }
            head = head.strip_suffix(b" ").unwrap_or(head);
            let length = head
                .iter()
                .rev()
                .take_while(|byte| byte.is_ascii_lowercase())
                .count();
            head = head.get(..head.len() - length)?;
        }
        None
    }

    /// A password among the arguments behind the bracket here.
    pub(super) fn called(&self, bracket: u8) -> Option<Finding> {
        let (start, end) = (bracket == b'(')
            .then(|| secret::called_at(self.bytes, self.at))
            .flatten()?;
        Some(Finding {
            start,
            end,
            label: Label::Secret,
            basis: Basis::Cue,
        })
    }

    /// A code that lets somebody in, in the digits here, or a secret that they begin.
    pub(super) fn code(&self, at: usize, end: usize) -> Option<Finding> {
        Some(Finding {
            start: at,
            end: secret::code_at(self.bytes, at, end)
                .or_else(|| secret::numbered_at(self.bytes, at, end))?,
            label: Label::Secret,
            basis: Basis::Cue,
        })
    }

    pub(super) fn url(&mut self) -> Option<Finding> {
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

    /// The password at `at`, or with the signs it begins with before that, which a word announced.
    pub(super) fn announced_secret(&self, at: usize) -> Option<Finding> {
        if !matches!(self.said, Some(Label::Secret)) || at < self.far {
            return None;
        }
        let sign = |byte: &&u8| matches!(**byte, b'!' | b'#' | b'$' | b'%' | b'^' | b'*' | b'?');
        let before = self.bytes.get(self.far..at)?;
        let signs = before.iter().rev().take_while(sign).count();
        let start = match self.bytes.get((at - signs).wrapping_sub(1)) {
            Some(b' ' | b'"' | b'\'' | b'`' | b':' | b'=') => at - signs,
            _ => at,
        };
        let end = secret::announced_at(self.bytes, start)
            .or_else(|| secret::announced_at(self.bytes, at))?;
        Some(Finding {
            start,
            end,
            label: Label::Secret,
            basis: Basis::Cue,
        })
    }

    /// A name and a password in base64 behind `Basic`.
    pub(super) fn basic(&self, at: usize, end: usize) -> Option<Finding> {
        let (start, end) = (end - at == 5)
            .then(|| secret::basic_at(self.bytes, at, end))
            .flatten()?;
        Some(Finding {
            start,
            end,
            label: Label::Secret,
            basis: Basis::Form,
        })
    }

    /// The phrase of a wallet, at its twelfth word.
    pub(super) fn phrase(&mut self, at: usize, end: usize) -> Option<Finding> {
        (self.row, self.row_end) = (self.in_row(at, end), end);
        if self.row < secret::seed::WORDS_MIN {
            return None;
        }
        let (start, end) = secret::seed::phrase_around(self.bytes, at, end)?;
        self.row = 0;
        Some(Finding {
            start: self.displace(start),
            end,
            label: Label::Secret,
            basis: Basis::Dictionary,
        })
    }

    /// Which word of a row the one in small letters `bytes[at..end]` is.
    pub(super) fn in_row(&self, at: usize, end: usize) -> u8 {
        if !secret::seed::WORD_BYTES.contains(&(end - at)) {
            return 0;
        }
        let blank = self.row_end + 1 == at && self.bytes.get(self.row_end) == Some(&b' ');
        let goes_on = self.row > 0
            && (blank
                || self
                    .bytes
                    .get(self.row_end..at)
                    .is_some_and(secret::seed::parted));
        if goes_on {
            self.row.saturating_add(1)
        } else {
            1
        }
    }
}
