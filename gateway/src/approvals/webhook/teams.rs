//! A message as an adaptive card, in the envelope that Microsoft Teams' workflows and incoming webhooks take.
//!
//! Enters: a message. Leaves: the body, below Teams' 28 KB. Never here: words of the agent's, or of people, where a card reads markdown:
//! they stand in text runs, where nothing is a link.

use serde_json::{Value, json};
use url::Url;

use super::config::Occasion;
use super::message::{Message, short};
use super::slack::{said, some};

/// Longest text of one run, characters: several of them fit a card.
const RUN_MAX: usize = 3000;

/// The body.
pub fn body(message: &Message, occasion: Occasion) -> Value {
    let alarming = matches!(occasion, Occasion::BreakGlass);
    let mut items = vec![json!({
        "type": "RichTextBlock",
        "inlines": [run(&message.title(occasion), json!({
            "weight": "Bolder", "size": "Large", "color": if alarming { "Attention" } else { "Default" },
        }))],
    })];
    let facts = [
        ("Requester", Some(message.requester.clone())),
        ("On behalf of", message.on_behalf_of.clone()),
        ("Connection", Some(message.connection.clone())),
        ("Why it is held", some(&message.reasons)),
        ("Reads", some(&message.reads)),
        ("Writes", some(&message.writes)),
        ("Findings", some(&message.flags)),
        ("Who must agree", Some(message.needs())),
        ("It covers", message.scope.clone()),
    ];
    for (label, value) in facts {
        items.extend(
            value
                .filter(|value| !value.is_empty())
                .map(|value| fact(label, &value)),
        );
    }
    for answer in message.answers.iter().rev().take(3).rev() {
        let words = match answer.note.as_str() {
            "" => answer.by.clone(),
            note => format!("{}: {note}", answer.by),
        };
        items.push(fact("Answer", &words));
    }
    if let Some(text) = &message.untrusted.statement {
        let label = "The statement, masked. The agent's own words: nobody checked them";
        items.push(emphasis(label, text, "Monospace"));
    }
    if !message.untrusted.outputs.is_empty() {
        let label = "What it shows (columns as the agent names them)";
        let outputs = message.untrusted.outputs.join("\n");
        items.push(emphasis(label, &outputs, "Default"));
    }
    let said = said(message);
    if !said.is_empty() {
        let label = "The agent says of itself (unchecked)";
        items.push(emphasis(label, &said, "Default"));
    }
    let footer = format!(
        "firn · {} · answering takes a sign-in, this message does not",
        message.statement_id
    );
    items.push(json!({"type": "RichTextBlock", "separator": true, "inlines": [run(&footer, json!({"size": "Small", "isSubtle": true}))]}));
    let opened = |link: &Url| json!({"type": "Action.OpenUrl", "title": "Open in firn", "url": link.as_str()});
    let actions: Vec<Value> = message.link.iter().map(opened).collect();
    json!({"type": "message", "attachments": [{
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": null,
        "content": {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.4",
            "body": items,
            "actions": actions,
        },
    }]})
}

fn fact(label: &str, value: &str) -> Value {
    json!({"type": "RichTextBlock", "inlines": [
        run(&format!("{label}: "), json!({"weight": "Bolder"})),
        run(value, json!({})),
    ]})
}

fn emphasis(label: &str, text: &str, font: &str) -> Value {
    json!({"type": "Container", "style": "emphasis", "items": [
        {"type": "RichTextBlock", "inlines": [run(label, json!({"weight": "Bolder", "size": "Small"}))]},
        {"type": "RichTextBlock", "inlines": [run(text, json!({"fontType": font}))]},
    ]})
}

/// A run of text: never markdown.
fn run(text: &str, style: Value) -> Value {
    let mut run = json!({"type": "TextRun", "text": short(text, RUN_MAX)});
    if let (Value::Object(run), Value::Object(style)) = (&mut run, style) {
        run.extend(style);
    }
    run
}
