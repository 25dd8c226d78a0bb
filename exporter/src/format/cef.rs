//! ArcSight Common Event Format, CEF:0.
//!
//! Enters: what is known of an item. Leaves: one line: the dictionary's keys cut to the dictionary's lengths, everything else, and what was
//! cut, under `firn…` keys. Never here: a line end, or a separator that was not escaped (Implementing CEF, version 26, "Character
//! encoding").

use super::facts::Facts;
use super::flat::{cut, pairs};
use super::line::{Form, Line, action, event_id, outcome, rest_of, severity};
use super::message::message;
use super::record::millis;
use super::tree::Object;

/// The format.
struct Cef;

impl Form for Cef {
    const BEGINNING: &'static str = "CEF:0";
    const SEPARATOR: char = ' ';

    fn in_header(letter: char) -> Option<&'static str> {
        match letter {
            '\\' => Some("\\\\"),
            '|' => Some("\\|"),
            // A header has no way to say a line end.
            '\n' | '\r' => Some(" "),
            _ => None,
        }
    }

    fn in_value(letter: char) -> Option<&'static str> {
        match letter {
            '\\' => Some("\\\\"),
            '=' => Some("\\="),
            '\n' => Some("\\n"),
            '\r' => Some("\\r"),
            _ => None,
        }
    }
}

/// The item as a line.
pub fn line(mut facts: Facts<'_>) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let name = facts.found().map_or(facts.meaning.name, |(_, title)| title);
    let mut line = Line::<Cef>::new(&[
        "firn",
        "firn",
        version,
        &event_id(&facts),
        cut(name, 512),
        severity(facts.severity),
    ]);
    let mut rest = rest_of(&mut facts);
    line.time("rt", facts.item.time());
    line.pair("cat", facts.class().name());
    line.pair("act", action(facts.meaning.control));
    line.pair("outcome", outcome(facts.meaning.status));
    line.pair("msg", cut(&message(&facts), 1023));
    line.standard(&mut rest, "externalId", 40, "id");
    line.standard(&mut rest, "suid", 1023, "principal.subject");
    line.standard(&mut rest, "suser", 1023, "principal.display");
    line.standard(
        &mut rest,
        "requestClientApplication",
        1023,
        "principal.agent.application",
    );
    line.standard(&mut rest, "reason", 1023, "payload.reason");
    line.address(&facts, &mut rest);
    if let Some((began, ended)) = facts.span {
        line.pair("start", &millis(began).to_string());
        line.pair("end", &millis(ended).to_string());
    }
    line.labelled(&mut rest, "cs1", "statement", "payload.text");
    let rules: Vec<&str> = facts.rules().collect();
    line.custom("cs2", "rules", &rules.join(", "));
    let tables: Vec<&str> = facts.tables().collect();
    line.custom("cs3", "tables", &tables.join(", "));
    line.labelled(
        &mut rest,
        "cs4",
        "onBehalfOf",
        "principal.agent.on_behalf_of",
    );
    line.labelled(&mut rest, "cs5", "session", "session_id");
    line.labelled(&mut rest, "cs6", "statementId", "statement_id");
    line.labelled(&mut rest, "cn1", "rows", "payload.rows");
    line.labelled(&mut rest, "cn2", "maskedCells", "payload.masked_cells");
    for (key, value) in pairs(rest) {
        line.pair(&key, &value);
    }
    line.into_text()
}

impl Line<Cef> {
    /// `path` under a key of the dictionary, cut to its length; what is longer stays in the rest, whole.
    fn standard(&mut self, rest: &mut Object, key: &str, most: usize, path: &str) {
        let Some(value) = rest.take(path) else {
            return;
        };
        let text = value.into_text();
        let fitting = cut(&text, most);
        self.pair(key, fitting);
        if fitting.len() < text.len() {
            let mut whole = Object::new();
            whole.put(
                if path == "payload.text" {
                    "text"
                } else {
                    "whole"
                },
                text.as_str(),
            );
            // Said at once, so that the order of the rest stays that of the record.
            for (name, value) in pairs(whole) {
                let name = if name == "firnWhole" {
                    format!("firnWhole{key}")
                } else {
                    name
                };
                self.pair(&name, &value);
            }
        }
    }

    /// `path` in one of the dictionary's custom fields, at most 4,000 characters.
    fn labelled(&mut self, rest: &mut Object, key: &str, label: &str, path: &str) {
        if rest.get(path).is_some() {
            let before = self.attributes();
            self.standard(rest, key, 4000, path);
            if self.attributes() > before {
                self.pair(&format!("{key}Label"), label);
            }
        }
    }

    fn custom(&mut self, key: &str, label: &str, value: &str) {
        if !value.is_empty() {
            self.pair(key, cut(value, 4000));
            self.pair(&format!("{key}Label"), label);
        }
    }

    /// `src` takes IPv4 only; version 6 has a custom field of its own.
    fn address(&mut self, facts: &Facts<'_>, rest: &mut Object) {
        match facts.source.and_then(|source| source.ip.parse().ok()) {
            Some(std::net::IpAddr::V4(_)) => self.standard(rest, "src", 45, "source.ip"),
            Some(std::net::IpAddr::V6(_)) => {
                self.standard(rest, "c6a2", 45, "source.ip");
                self.pair("c6a2Label", "Source IPv6 Address");
            }
            None => {}
        }
    }
}
