//! Texts with findings replaced.
//!
//! Enters: a text and findings. Leaves: the text with a mark in place of each. Never here: how they were found.

use crate::operators::mark;
pub(crate) use detect::is_placeholder;
use detect::{Detectors, Finding};

/// The text with each finding replaced by its mark.
pub(crate) fn splice(text: &str, findings: &[Finding], detectors: &Detectors) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for finding in findings {
        out.push_str(text.get(from..finding.start).unwrap_or(""));
        out.push_str(&mark(detectors.word(finding.label)));
        from = finding.end;
    }
    out.push_str(text.get(from..).unwrap_or(""));
    out
}

/// The text with everything replaced that the detectors find.
pub(crate) fn mask_text(text: &str, detectors: &Detectors) -> String {
    let mut findings = Vec::new();
    detectors.find(text, &mut findings);
    splice(text, &findings, detectors)
}
