//! IBM QRadar's Log Event Extended Format, LEEF 2.0, with tabs between attributes.
//!
//! Enters: what is known of an item. Leaves: one line: QRadar's predefined keys, everything else under `firn…` keys. Never here: a tab or
//! a line end in a value. The format has no way to say them; here a backslash makes it `\t`, `\n`, `\r`, and itself `\\`.

use super::cef::{action, outcome};
use super::facts::Facts;
use super::flat::pairs;
use super::meaning::Case;
use super::message::message;
use super::record::millis;
use super::tree::Object;
use crate::severity::Severity;

/// The item as a line.
pub fn line(mut facts: Facts<'_>) -> String {
    let mut line = Line {
        text: String::with_capacity(1024),
        attributes: 0,
    };
    let id = match facts.found() {
        Some((rule, _)) => format!("finding:{rule}"),
        None => facts.meaning.kind.to_owned(),
    };
    line.text.push_str("LEEF:2.0");
    for field in ["firn", "firn", env!("CARGO_PKG_VERSION"), &id, "x09"] {
        line.header(field);
    }
    line.text.push('|');
    let mut rest = std::mem::take(&mut facts.rest);
    rest.take("kind");
    rest.take("time");
    line.pair("devTime", &millis(facts.item.time()).to_string());
    line.pair("firnTimeNs", &facts.item.time().0.to_string());
    line.pair("sev", severity(facts.severity));
    line.pair("cat", facts.class().name());
    line.pair("firnName", facts.meaning.name);
    line.pair("firnAction", action(facts.meaning.control));
    line.pair("firnOutcome", outcome(facts.meaning.status));
    line.pair("firnMessage", &message(&facts));
    line.standard(&mut rest, "usrName", "principal.subject");
    line.standard(&mut rest, "accountName", "principal.display");
    line.standard(&mut rest, "realm", "principal.issuer");
    if facts
        .source
        .is_some_and(|source| source.ip.parse::<std::net::IpAddr>().is_ok())
    {
        line.standard(&mut rest, "src", "source.ip");
    }
    line.standard(&mut rest, "role", "payload.context.role");
    line.standard(&mut rest, "policy", "policy.hash");
    let tables: Vec<&str> = facts.tables().collect();
    line.pair("resource", &tables.join(", "));
    match facts.case {
        Case::SessionOpened | Case::SessionRefused => line.pair("isLoginEvent", "true"),
        Case::SessionClosed | Case::SessionKilled => line.pair("isLogoutEvent", "true"),
        _ => {}
    }
    for (key, value) in pairs(rest) {
        // A statement's outcome says it in the record's own word too.
        let key = if key == "firnOutcome" {
            "firnStatementOutcome"
        } else {
            &key
        };
        line.pair(key, &value);
    }
    line.text
}

/// From 1 to 10.
const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Informational => "1",
        Severity::Low => "3",
        Severity::Medium => "5",
        Severity::High => "8",
        Severity::Critical => "10",
    }
}

struct Line {
    text: String,
    attributes: usize,
}

impl Line {
    fn header(&mut self, text: &str) {
        self.text.push('|');
        for letter in text.chars() {
            match letter {
                // A header has no way to say these.
                '|' | '\n' | '\r' | '\t' => self.text.push(' '),
                other => self.text.push(other),
            }
        }
    }

    fn pair(&mut self, key: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        // Not by how the text ends: a value may end like the header.
        if self.attributes > 0 {
            self.text.push('\t');
        }
        self.attributes += 1;
        self.text.push_str(key);
        self.text.push('=');
        self.text.reserve(value.len());
        for letter in value.chars() {
            match letter {
                '\\' => self.text.push_str("\\\\"),
                '\t' => self.text.push_str("\\t"),
                '\n' => self.text.push_str("\\n"),
                '\r' => self.text.push_str("\\r"),
                other => self.text.push(other),
            }
        }
    }

    fn standard(&mut self, rest: &mut Object, key: &str, path: &str) {
        if let Some(value) = rest.take(path) {
            self.pair(key, &value.into_text());
        }
    }
}
