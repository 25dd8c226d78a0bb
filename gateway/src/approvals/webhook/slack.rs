//! A message as Slack's Block Kit has it.
//!
//! Enters: a message. Leaves: the body of an incoming webhook, within Slack's limits. Never here: words of the agent's, or of people, as
//! Slack's markup: they stand in plain text or preformatted, where nothing is a link or a mention.

use serde_json::{Value, json};

use super::config::Occasion;
use super::message::{Message, short};

/// Longest text of a header, characters.
const HEADER_MAX: usize = 150;
/// Longest text of a section or of one element of it.
const TEXT_MAX: usize = 2900;
/// Longest text of a field.
const FIELD_MAX: usize = 1900;

/// The body.
pub fn body(message: &Message, occasion: Occasion) -> Value {
    let title = message.title(occasion);
    let mut blocks = vec![header(&title), section(&fields(message))];
    if !message.reasons.is_empty() {
        blocks.push(labelled("Why it is held", &message.reasons.join("\n")));
    }
    for answer in message.answers.iter().rev().take(3).rev() {
        let words = match answer.note.as_str() {
            "" => answer.by.clone(),
            note => format!("{}: {note}", answer.by),
        };
        blocks.push(labelled("Answer", &words));
    }
    if let Some(scope) = &message.scope {
        blocks.push(labelled("It covers", scope));
    }
    if let Some(text) = &message.untrusted.statement {
        let label = "The statement, masked. The agent's own words: nobody checked them";
        blocks.push(preformatted(label, text));
    }
    if !message.untrusted.outputs.is_empty() {
        let outputs = message.untrusted.outputs.join("\n");
        blocks.push(labelled(
            "What it shows (columns as the agent names them)",
            &outputs,
        ));
    }
    let said = said(message);
    if !said.is_empty() {
        blocks.push(labelled("The agent says of itself (unchecked)", &said));
    }
    if let Some(link) = &message.link {
        blocks.push(json!({"type": "actions", "elements": [{
            "type": "button", "text": plain("Open in firn", 75), "url": link.as_str(),
        }]}));
    }
    let footer = format!(
        "firn · {} · answering takes a sign-in, this message does not",
        message.statement_id
    );
    blocks.push(json!({"type": "context", "elements": [plain(&footer, TEXT_MAX)]}));
    // Shown where blocks are not: notifications. Plain too, for Slack reads markup here.
    json!({"text": escaped(&short(&title, TEXT_MAX)), "blocks": blocks})
}

fn fields(message: &Message) -> Vec<(&'static str, String)> {
    let mut fields = vec![
        ("Requester", message.requester.clone()),
        ("Connection", message.connection.clone()),
    ];
    let optional = [
        ("On behalf of", message.on_behalf_of.clone()),
        ("Reads", some(&message.reads)),
        ("Writes", some(&message.writes)),
        ("Findings", some(&message.flags)),
        ("Who must agree", Some(message.needs())),
    ];
    for (label, value) in optional {
        fields.extend(
            value
                .filter(|value| !value.is_empty())
                .map(|value| (label, value)),
        );
    }
    fields
}

pub(super) fn some(list: &[String]) -> Option<String> {
    (!list.is_empty()).then(|| list.join(", "))
}

/// Program, correlation and binds, in the agent's words.
pub(super) fn said(message: &Message) -> String {
    let untrusted = &message.untrusted;
    let mut lines: Vec<String> = Vec::new();
    lines.extend(untrusted.program.iter().map(|one| format!("program {one}")));
    let correlation = untrusted.correlation.iter();
    lines.extend(correlation.map(|one| format!("correlation {one}")));
    for bind in untrusted.binds.iter().take(10) {
        let value = bind.values.first().and_then(Option::as_ref);
        lines.push(format!(
            "bind {} = {}",
            bind.name,
            short(value.map_or("NULL", |value| value.get()), 100)
        ));
    }
    lines.join("\n")
}

fn header(title: &str) -> Value {
    json!({"type": "header", "text": plain(title, HEADER_MAX)})
}

fn section(fields: &[(&str, String)]) -> Value {
    let field = |(label, value): &(&str, String)| plain(&format!("{label}\n{value}"), FIELD_MAX);
    let fields: Vec<Value> = fields.iter().take(10).map(field).collect();
    json!({"type": "section", "fields": fields})
}

fn labelled(label: &str, text: &str) -> Value {
    json!({"type": "section", "text": plain(&format!("{label}\n{text}"), TEXT_MAX)})
}

fn preformatted(label: &str, text: &str) -> Value {
    let text = match text {
        // Slack refuses an element without text.
        "" => " ",
        text => text,
    };
    json!({"type": "rich_text", "elements": [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": label, "style": {"bold": true}}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": short(text, TEXT_MAX)}]},
    ]})
}

fn plain(text: &str, most: usize) -> Value {
    let text = match text {
        "" => " ".to_owned(),
        text => short(text, most),
    };
    json!({"type": "plain_text", "text": text, "emoji": false})
}

/// Slack's three control characters as text.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
