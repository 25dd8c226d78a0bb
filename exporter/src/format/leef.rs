//! IBM QRadar's Log Event Extended Format, LEEF 2.0, with tabs between attributes.
//!
//! Enters: what is known of an item. Leaves: one line: QRadar's predefined keys, everything else under `firn…` keys. Never here: a tab or
//! a line end in a value. The format has no way to say them; here a backslash makes it `\t`, `\n`, `\r`, and itself `\\`.

use super::facts::Facts;
use super::flat::pairs;
use super::line::{Form, Line, action, event_id, outcome, rest_of, severity};
use super::meaning::Case;
use super::message::message;
use super::tree::Object;

/// The format.
struct Leef;

impl Form for Leef {
    const BEGINNING: &'static str = "LEEF:2.0";
    const SEPARATOR: char = '\t';

    fn in_header(letter: char) -> Option<&'static str> {
        // A header has no way to say these.
        matches!(letter, '|' | '\n' | '\r' | '\t').then_some(" ")
    }

    fn in_value(letter: char) -> Option<&'static str> {
        match letter {
            '\\' => Some("\\\\"),
            '\t' => Some("\\t"),
            '\n' => Some("\\n"),
            '\r' => Some("\\r"),
            _ => None,
        }
    }
}

/// The item as a line.
pub fn line(mut facts: Facts<'_>) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let mut line = Line::<Leef>::new(&["firn", "firn", version, &event_id(&facts), "x09"]);
    let mut rest = rest_of(&mut facts);
    line.time("devTime", facts.item.time());
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
    line.into_text()
}

impl Line<Leef> {
    fn standard(&mut self, rest: &mut Object, key: &str, path: &str) {
        if let Some(value) = rest.take(path) {
            self.pair(key, &value.into_text());
        }
    }
}
