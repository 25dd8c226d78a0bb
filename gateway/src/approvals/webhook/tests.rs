//! Messages as receivers take them: golden files, the limits of those who show them, and nobody's words as markup.

use std::path::PathBuf;

use access::explain::Shown;
use access::{Masking, MaskingConfig};
use event::TimeNs;
use event::payload::{MaskOperator, Quorum};
use serde_json::Value;
use url::Url;

use super::message::Message;
use super::{Format, Occasion, WebhookConfig, body};
use crate::control::sample::{about, binding, person, session, statement};
use crate::control::state::{Hold, Phase, Vote};
use crate::control::{Held, Output, Touches};

const HOSTILE: &str =
    "<!channel> <https://evil.example|click> *bold* [x](https://evil.example) `code`\n```\n@here";

fn held(text: &str) -> Held {
    let masking = Masking::new(MaskingConfig::default()).expect("masks");
    Held {
        shown: masking.sql_text(text),
        binds: serde_json::from_str(r#"[{"name": "1", "kind": "TEXT", "values": ["refunded"]}]"#)
            .expect("binds as the record has them"),
        touches: Touches {
            reads: vec!["SHOP.PUBLIC.ORDERS".to_owned()],
            writes: vec!["SHOP.PUBLIC.ORDERS".to_owned()],
            outputs: vec![Output {
                name: Some("note".to_owned()),
                sources: vec!["SHOP.PUBLIC.ORDERS.NOTE".to_owned()],
                sources_more: 0,
                unresolved: false,
                shown: Shown::Masked(MaskOperator::Redact),
                rule: Some("mask-notes".to_owned()),
            }],
            ..Touches::default()
        },
        shape: None,
        writes: true,
        asynchronous: false,
        request: Vec::new(),
    }
}

fn hold(words: &str) -> Hold {
    let mut about = about(1);
    if let Some(agent) = &mut about.principal.agent {
        agent.correlation_id = Some(words.to_owned());
        agent.application = words.to_owned();
    }
    Hold {
        about,
        request: event::payload::ApprovalRequested {
            binding: binding("a"),
            quorum: vec![Quorum {
                group: "data-oncall".to_owned(),
                needed: 1,
            }],
            reasons: vec!["changes many rows".to_owned()],
            expires: TimeNs(1_795_444_167_000_000_000),
            execution_ttl_ns: 1,
            sealed: bytes::Bytes::new(),
        },
        requested: TimeNs(0),
        votes: Vec::new(),
        granted: None,
        phase: Phase::Pending,
        query_ids: Vec::new(),
        ran: false,
        under: None,
        estimate: None,
    }
}

fn message(occasion: Occasion, text: &str, words: &str) -> Message {
    let mut hold = hold(words);
    if occasion != Occasion::Held {
        hold.votes.push(Vote {
            event: event::EventId::from_uuid(uuid::Uuid::nil()),
            by: person("olga", &["data-oncall"]),
            note: words.to_owned(),
            scope: None,
        });
    }
    assert_eq!(
        (hold.about.session, hold.about.statement),
        (session(), statement(1))
    );
    let console = Url::parse("https://firn.internal:8086").expect("a url");
    let of = (
        "firn_1_held".to_owned(),
        occasion,
        TimeNs(1_795_444_160_000_000_000),
    );
    Message::of(of, &hold, (Some(&held(text)), None), Some(&console))
}

fn rendered(format: Format, occasion: Occasion, text: &str, words: &str) -> Value {
    let body = body(format, &message(occasion, text, words), occasion);
    serde_json::from_slice(&body).expect("json")
}

/// `FIRN_UPDATE=1` writes what is meant; the difference is read like any other change.
#[test]
fn bodies_are_the_checked_in_ones() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/approvals");
    for (name, format) in [
        ("slack", Format::Slack),
        ("teams", Format::Teams),
        ("json", Format::Json),
    ] {
        for occasion in [Occasion::Held, Occasion::Granted, Occasion::BreakGlass] {
            let sql = "UPDATE orders SET status = ? WHERE id = 2";
            let body = rendered(format, occasion, sql, "nightly");
            let text = serde_json::to_string_pretty(&body).expect("json") + "\n";
            let file = folder.join(format!("{name}.{}.json", occasion.as_str()));
            if std::env::var_os("FIRN_UPDATE").is_some() {
                std::fs::create_dir_all(&folder).expect("a folder");
                std::fs::write(&file, &text).expect("writes");
            }
            let known = std::fs::read_to_string(&file).unwrap_or_default();
            assert_eq!(text, known, "{}", file.display());
        }
    }
}

/// Every text of a value, with the type of the object it stands in.
fn texts<'v>(value: &'v Value, of: &mut Vec<(&'v Value, &'v str)>) {
    match value {
        Value::Array(list) => list.iter().for_each(|one| texts(one, of)),
        Value::Object(map) => {
            for (name, one) in map {
                match one {
                    Value::String(text) if name == "text" => of.push((value, text)),
                    other => texts(other, of),
                }
            }
        }
        _ => {}
    }
}

/// Slack's documented limits of Block Kit (api.slack.com/reference/block-kit/blocks): 50 blocks; a header 150 characters; a section's
/// text 3,000, at most 10 fields of 2,000; a button's text 75, its URL 3,000; 10 elements of a context.
#[test]
fn slack_takes_whatever_an_agent_says() {
    for (text, words) in [
        ("select 1".to_owned(), "x".to_owned()),
        ("select '🦀' ".repeat(20_000), "w".repeat(10_000)),
        (HOSTILE.to_owned(), HOSTILE.to_owned()),
        (String::new(), String::new()),
    ] {
        for occasion in [Occasion::Held, Occasion::Denied, Occasion::Ran] {
            let body = rendered(Format::Slack, occasion, &text, &words);
            let blocks = body["blocks"].as_array().expect("blocks");
            assert!(blocks.len() <= 50);
            let length = |value: &Value| value.as_str().expect("text").encode_utf16().count();
            for block in blocks {
                match block["type"].as_str().expect("a type") {
                    "header" => assert!((1..=150).contains(&length(&block["text"]["text"]))),
                    "section" if block["text"].is_object() => {
                        assert!((1..=3000).contains(&length(&block["text"]["text"])));
                    }
                    "section" => {
                        let fields = block["fields"].as_array().expect("fields");
                        assert!((1..=10).contains(&fields.len()));
                        for field in fields {
                            assert!((1..=2000).contains(&length(&field["text"])));
                        }
                    }
                    "actions" => {
                        let button = &block["elements"][0];
                        assert!(length(&button["text"]["text"]) <= 75);
                        assert!(length(&button["url"]) <= 3000);
                    }
                    "context" => assert!(block["elements"].as_array().expect("some").len() <= 10),
                    "rich_text" => {}
                    other => panic!("{other} has no limits here"),
                }
            }
            let mut all = Vec::new();
            texts(&body["blocks"], &mut all);
            for (object, text) in all {
                let kind = object["type"].as_str().unwrap_or_default();
                assert_ne!(kind, "mrkdwn");
                assert!(!text.is_empty(), "Slack refuses an empty text: {object}");
            }
            let shown = body["text"].as_str().expect("text");
            assert!(!shown.contains('<') && !shown.contains('>'), "{shown}");
        }
    }
}

/// Cards read markdown in text blocks and facts, and Teams takes 28 KB.
#[test]
fn a_card_fits_and_reads_nobodys_markdown() {
    for (text, words) in [
        ("select '🦀' ".repeat(20_000), "w".repeat(10_000)),
        (HOSTILE.to_owned(), HOSTILE.to_owned()),
        (String::new(), String::new()),
    ] {
        for occasion in [Occasion::Held, Occasion::Denied, Occasion::BreakGlass] {
            let body = rendered(Format::Teams, occasion, &text, &words);
            assert!(
                body.to_string().len() < 28 * 1024,
                "{}",
                body.to_string().len()
            );
            let card = body["attachments"][0]["content"].to_string();
            assert!(!card.contains("\"TextBlock\"") && !card.contains("\"FactSet\""));
        }
    }
}

#[test]
fn a_receiver_is_somewhere_and_signed_where_it_must_be() {
    let read = |text: &str| {
        let config: WebhookConfig = toml::from_str(text).expect("toml");
        super::Webhooks::new([config], None).map(drop)
    };
    let good = "url = \"http://127.0.0.1:1/x\"\nformat = \"slack\"\n";
    assert!(read(good).is_ok());
    for wrong in [
        "format = \"slack\"\n",
        "url = \"http://hooks.example/x\"\nformat = \"slack\"\n",
        "url = \"ftp://127.0.0.1/x\"\nformat = \"teams\"\n",
        "url = \"https://hooks.example/x\"\nformat = \"json\"\n",
        "url = \"https://hooks.example/x\"\nformat = \"json\"\nsecret = { command = [\"printf\", \"short\"] }\n",
    ] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
    let unknown = format!("{good}colour = \"red\"\n");
    assert!(toml::from_str::<WebhookConfig>(&unknown).is_err());
}
