//! One walk over a text: at each word's start, the detectors that could begin there.
//!
//! Enters: a text. Leaves: findings in order. Never here: regular expressions; a detector's own rules.

use super::run::Run;
use super::{Finding, Label, card, contact, iban, national_id};

/// Shortest text any detector without a column could fire on (`a@b.cd`).
const SHORTEST: usize = 6;

/// Appends what the text holds, in order, not overlapping.
pub(crate) fn walk(text: &str, findings: &mut Vec<Finding>) {
    let bytes = text.as_bytes();
    if bytes.len() < SHORTEST || !promising(bytes) {
        return;
    }
    let mut at = 0;
    let mut clear_from = 0;
    while let Some(&byte) = bytes.get(at) {
        let found = match byte {
            b'0'..=b'9' | b'+' | b'(' => numbers(bytes, at, findings),
            b'A'..=b'Z' | b'a'..=b'z' => {
                iban::iban_at(bytes.get(at..).unwrap_or_default()).map(|length| {
                    findings.push(Finding {
                        start: at,
                        end: at + length,
                        label: Label::Iban,
                    });
                    at + length
                })
            }
            b'@' => mail(bytes, at, clear_from, findings),
            _ => None,
        };
        if let Some(end) = found {
            at = end;
            clear_from = end;
        } else if byte.is_ascii_alphanumeric() {
            while bytes.get(at).is_some_and(u8::is_ascii_alphanumeric) {
                at += 1;
            }
        } else {
            at += 1;
        }
    }
}

/// Whether any detector could fire: a digit or an `@` somewhere.
fn promising(bytes: &[u8]) -> bool {
    bytes.iter().fold(false, |any, byte| {
        any | (byte.wrapping_sub(b'0') < 10) | (*byte == b'@')
    })
}

fn mail(bytes: &[u8], at: usize, clear_from: usize, findings: &mut Vec<Finding>) -> Option<usize> {
    let (start, end) = contact::email_around(bytes, at)?;
    if start < clear_from {
        let taken = findings
            .iter()
            .rposition(|finding| finding.end <= start)
            .map_or(0, |last| last + 1);
        findings.truncate(taken);
    }
    findings.push(Finding {
        start,
        end,
        label: Label::Email,
    });
    Some(end)
}

/// What a run of digit groups holds; where the walk goes on, if it is to skip the run.
fn numbers(bytes: &[u8], at: usize, findings: &mut Vec<Finding>) -> Option<usize> {
    let run = Run::at(bytes, at)?;
    let before = at
        .checked_sub(1)
        .and_then(|place| bytes.get(place))
        .copied();
    let mut group = 0;
    while group < run.groups() {
        let joined_before = match group {
            0 => before.is_some_and(|byte| matches!(byte, b'.' | b'-')),
            _ => run.tight(group - 1),
        };
        let Some((label, count)) = number_at(&run, group, joined_before) else {
            group += 1;
            continue;
        };
        let start = run.start_of(group);
        let end = run.end_of(group + count - 1);
        findings.push(Finding { start, end, label });
        group += count;
    }
    Some(run.end)
}

fn number_at(run: &Run, group: usize, joined_before: bool) -> Option<(Label, usize)> {
    let lengths = run.lengths(group);
    let decimals = group > 0 && run.separator(group - 1) == b'.';
    if (13..=19).contains(&lengths[0]) && !decimals && card::is_card(run.digits(group, 1)) {
        return Some((Label::CreditCard, 1));
    }
    let blocks = match lengths {
        [4, 4, 4, 4, 3, ..] if card::is_card(run.digits(group, 5)) => 5,
        [4, 4, 4, 4, ..] => 4,
        [4, 6, 5 | 4, ..] => 3,
        _ => 0,
    };
    if blocks > 0 && run.same_separator(group, blocks) && card::is_card(run.digits(group, blocks)) {
        return Some((Label::CreditCard, blocks));
    }
    if joined_before {
        return None;
    }
    if matches!(lengths, [3, 2, 4, ..]) && run.same_separator(group, 3) && !run.tight(group + 2) {
        let digits = run.digits(group, 3);
        if national_id::is_ssn(digits) {
            return Some((Label::UsSsn, 3));
        }
        if national_id::is_itin(digits) {
            return Some((Label::UsItin, 3));
        }
    }
    let phone = contact::phone_at(run, group)?;
    (!run.tight(group + phone - 1)).then_some((Label::Phone, phone))
}
