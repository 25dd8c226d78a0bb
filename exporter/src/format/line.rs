//! What CEF and LEEF have in common: a line that is a header and then attributes, and the words both say.
//!
//! Enters: fields, keys, values. Leaves: one line. Never here: which fields a format has.

use std::marker::PhantomData;

use event::TimeNs;

use super::facts::Facts;
use super::meaning::{Control, Status};
use super::record::millis;
use super::tree::Object;
use crate::severity::Severity;

/// How a format writes a line.
pub trait Form {
    /// What a line begins with.
    const BEGINNING: &'static str;
    /// What stands between attributes.
    const SEPARATOR: char;

    /// What a letter becomes in the header; none where it stays.
    fn in_header(letter: char) -> Option<&'static str>;

    /// What a letter becomes in a value; none where it stays.
    fn in_value(letter: char) -> Option<&'static str>;
}

/// A line under way.
pub struct Line<F> {
    text: String,
    attributes: usize,
    form: PhantomData<F>,
}

impl<F: Form> Line<F> {
    /// With its header.
    pub fn new(header: &[&str]) -> Self {
        let mut line = Self {
            text: String::with_capacity(1024),
            attributes: 0,
            form: PhantomData,
        };
        line.text.push_str(F::BEGINNING);
        for field in header {
            line.text.push('|');
            line.escaped(field, F::in_header);
        }
        line.text.push('|');
        line
    }

    /// Nothing for an empty value: the formats cannot tell it from an absent one.
    pub fn pair(&mut self, key: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        // Not by how the text ends: a value may end like the header.
        if self.attributes > 0 {
            self.text.push(F::SEPARATOR);
        }
        self.attributes += 1;
        self.text.push_str(key);
        self.text.push('=');
        self.escaped(value, F::in_value);
    }

    /// A time under `key`, in milliseconds; and the nanoseconds that the format's own key does not have.
    pub fn time(&mut self, key: &str, time: TimeNs) {
        self.pair(key, &millis(time).to_string());
        self.pair("firnTimeNs", &time.0.to_string());
    }

    /// How many attributes there are.
    pub const fn attributes(&self) -> usize {
        self.attributes
    }

    /// The line, without a line end.
    pub fn into_text(self) -> String {
        self.text
    }

    fn escaped(&mut self, text: &str, escape: impl Fn(char) -> Option<&'static str>) {
        self.text.reserve(text.len());
        for letter in text.chars() {
            match escape(letter) {
                Some(said) => self.text.push_str(said),
                None => self.text.push(letter),
            }
        }
    }
}

/// Everything the item says, but for what the header and the time have.
pub fn rest_of(facts: &mut Facts<'_>) -> Object {
    let mut rest = std::mem::take(&mut facts.rest);
    rest.take("kind");
    rest.take("time");
    rest
}

/// What happened, in a word.
pub fn event_id(facts: &Facts<'_>) -> String {
    match facts.found() {
        Some((rule, _)) => format!("finding:{rule}"),
        None => facts.meaning.kind.to_owned(),
    }
}

/// From 1 to 10.
pub const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Informational => "1",
        Severity::Low => "3",
        Severity::Medium => "5",
        Severity::High => "8",
        Severity::Critical => "10",
    }
}

/// What was done, in one word.
pub const fn action(control: Control) -> &'static str {
    match control {
        Control::Allowed => "allowed",
        Control::Masked => "masked",
        Control::Held => "held",
        Control::Blocked => "blocked",
        Control::Approved => "approved",
        Control::Rejected => "rejected",
        Control::Logged => "logged",
    }
}

/// How it ended, in one word.
pub const fn outcome(status: Status) -> &'static str {
    match status {
        Status::Success => "success",
        Status::Failure => "failure",
        Status::Unknown => "unknown",
    }
}
