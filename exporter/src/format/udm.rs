//! Google SecOps Unified Data Model, in the JSON of its protocol buffers.
//!
//! Enters: what is known of an item. Leaves: one event; what UDM has no field for is in `additional`. Never here: a number that a double
//! would change: `additional` is a `Struct`, whose numbers are doubles.

use super::facts::{Facts, by_kind};
use super::meaning::{Case, Class, Control};
use super::message::message;
use super::record::rfc3339;
use super::tree::{Object, Tree};
use crate::severity::Severity;

/// The largest whole number up to which a double has every one.
const EXACT_MAX: u64 = 1 << 53;

/// The item as a UDM event.
pub fn event(mut facts: Facts<'_>) -> Object {
    let mut rest = std::mem::take(&mut facts.rest);
    rest.take("time");
    let metadata = Object::new()
        .with("event_timestamp", rfc3339(facts.item.time()))
        .with("event_type", event_type(&facts))
        .with("vendor_name", "firn")
        .with("product_name", "firn")
        .with("product_version", env!("CARGO_PKG_VERSION"))
        .maybe("product_event_type", rest.take("kind"))
        .maybe("product_log_id", rest.take("id"))
        .with("description", message(&facts));
    let mut event = Object::new()
        .with("metadata", metadata)
        .with("principal", principal(&facts, &mut rest))
        .with("target", target(&facts, &mut rest))
        .with("security_result", vec![security_result(&facts, &mut rest)])
        .with(
            "network",
            Object::new().maybe("session_id", rest.take("session_id")),
        );
    if facts.class() == Class::Authentication {
        event.put(
            "extensions",
            Object::new().with("auth", Object::new().with("type", "SSO")),
        );
    }
    event.put(
        "additional",
        doubles(by_kind(rest, facts.meaning.kind).into()),
    );
    event
}

fn event_type(facts: &Facts<'_>) -> &'static str {
    match facts.class() {
        Class::Authentication if facts.activity.0 == 2 => "USER_LOGOUT",
        Class::Authentication | Class::AuthorizeSession => "USER_LOGIN",
        Class::DatastoreActivity => match facts.activity.0 {
            2 | 5 => "USER_RESOURCE_UPDATE_CONTENT",
            6 => "USER_RESOURCE_CREATION",
            7 => "USER_RESOURCE_DELETION",
            _ => "USER_RESOURCE_ACCESS",
        },
        Class::ApiActivity => "USER_RESOURCE_ACCESS",
        Class::DataSecurityFinding | Class::DetectionFinding => "GENERIC_EVENT",
        Class::EntityManagement => "SETTING_MODIFICATION",
        Class::ApplicationLifecycle => match facts.case {
            Case::ProducerStarted | Case::ProducerRestarted => "SERVICE_START",
            Case::ProducerStopped => "SERVICE_STOP",
            _ => "STATUS_HEARTBEAT",
        },
    }
}

fn principal(facts: &Facts<'_>, rest: &mut Object) -> Object {
    let user = Object::new()
        .maybe("userid", rest.take("principal.subject"))
        .maybe("user_display_name", rest.take("principal.display"))
        .maybe("group_identifiers", rest.take("principal.groups"));
    let ip = facts
        .source
        .filter(|source| source.ip.parse::<std::net::IpAddr>().is_ok());
    if ip.is_some() {
        rest.take("source.ip");
    }
    let mut principal = Object::new()
        .with("user", user)
        .with(
            "ip",
            ip.map(|source| source.ip.as_str())
                .into_iter()
                .collect::<Vec<_>>(),
        )
        .maybe("application", rest.take("principal.agent.application"));
    if principal.is_empty() {
        // An event without a noun is refused.
        principal.put("application", "firn");
    }
    principal
}

fn target(facts: &Facts<'_>, rest: &mut Object) -> Object {
    let statement = matches!(
        facts.class(),
        Class::DatastoreActivity | Class::DataSecurityFinding | Class::DetectionFinding
    );
    let application = if statement || facts.class() == Class::Authentication {
        "Snowflake"
    } else {
        "firn"
    };
    let mut tables = facts.tables();
    let resource = match tables.next() {
        Some(table) => Object::new()
            .with("resource_type", "TABLE")
            .with("name", table),
        None => rest
            .get("payload.context.database")
            .cloned()
            .map_or_else(Object::new, |name| {
                Object::new()
                    .with("resource_type", "DATABASE")
                    .with("name", name)
            }),
    };
    let others: Vec<Object> = tables
        .map(|table| {
            Object::new()
                .with("resource_type", "TABLE")
                .with("name", table)
        })
        .collect();
    Object::new()
        .with("application", application)
        .with("resource", resource)
        .with("resource_ancestors", others)
        .maybe("namespace", rest.take("connection"))
}

fn security_result(facts: &Facts<'_>, rest: &mut Object) -> Object {
    let action = match facts.meaning.control {
        Control::Allowed | Control::Approved => "ALLOW",
        Control::Masked => "ALLOW_WITH_MODIFICATION",
        Control::Held => "CHALLENGE",
        Control::Blocked | Control::Rejected => "BLOCK",
        Control::Logged => "UNKNOWN_ACTION",
    };
    let severity = match facts.severity {
        Severity::Informational => "INFORMATIONAL",
        Severity::Low => "LOW",
        Severity::Medium => "MEDIUM",
        Severity::High => "HIGH",
        Severity::Critical => "CRITICAL",
    };
    let rule = facts.rules().next().filter(|_| facts.decided.is_some());
    let text = rule.and_then(|rule| facts.reasons().iter().find(|reason| reason.rule == rule));
    let named = |(id, name): (&'static str, &'static str)| {
        vec![Object::new().with("id", id).with("name", name)]
    };
    let mut attack = Object::new();
    if let Some(first) = facts.attacks.first() {
        attack.put("tactics", named(first.tactic));
        attack.put("techniques", named(first.sub.unwrap_or(first.technique)));
    }
    Object::new()
        .with("action", vec![action])
        .with("severity", severity)
        .with("summary", facts.meaning.name)
        .maybe("rule_id", rule)
        .maybe(
            "description",
            text.map(|reason| reason.text.as_str().into())
                .or_else(|| rest.take("payload.reason")),
        )
        .with("attack_details", attack)
}

/// Whole numbers that a double cannot hold become text.
fn doubles(tree: Tree) -> Tree {
    match tree {
        Tree::Uint(value) if value > EXACT_MAX => Tree::Text(value.to_string()),
        Tree::Int(value) if value.unsigned_abs() > EXACT_MAX => Tree::Text(value.to_string()),
        Tree::List(items) => Tree::List(items.into_iter().map(doubles).collect()),
        Tree::Map(object) => Tree::Map(object.map(doubles)),
        other => other,
    }
}
