//! Elastic Common Schema 9.4.
//!
//! Enters: what is known of an item. Leaves: one document; what ECS has no field for is under `firn`. Never here: a field set of our own
//! beside `firn`.

use super::attack::Attack;
use super::facts::{Facts, by_kind};
use super::meaning::{Case, Class, Control, Status};
use super::message::message;
use super::record::rfc3339;
use super::tree::{Object, Tree};
use crate::severity::Severity;

/// The version of the schema.
pub const VERSION: &str = "9.4.0";

/// The item as a document.
pub fn document(mut facts: Facts<'_>) -> Object {
    let mut rest = std::mem::take(&mut facts.rest);
    let event = event(&facts, &mut rest);
    rest.take("time");
    let mut document = Object::with_room(20)
        .with("@timestamp", rfc3339(facts.item.time()))
        .with("ecs", Object::new().with("version", VERSION))
        .with("message", message(&facts))
        .with("event", event)
        .with("related", related(&facts))
        .with("user", user(&mut rest))
        .with("source", source(&facts, &mut rest))
        .with("tls", tls(&facts))
        .with(
            "user_agent",
            Object::new()
                .maybe("name", rest.take("principal.agent.application"))
                .maybe("version", rest.take("principal.agent.version")),
        )
        .with(
            "service",
            Object::new()
                .with("name", "snowflake")
                .with("type", "snowflake"),
        )
        .with("rule", rule(&facts))
        .with("threat", threat(&facts.attacks))
        .with("error", error(&mut rest));
    document.put("firn", by_kind(rest, facts.meaning.kind));
    document
}

fn event(facts: &Facts<'_>, rest: &mut Object) -> Object {
    let (category, types) = categories(facts);
    let kind = match facts.class() {
        Class::DetectionFinding | Class::DataSecurityFinding => "alert",
        Class::ApplicationLifecycle if facts.case == Case::ProducerHeartbeat => "metric",
        _ => "event",
    };
    let outcome = match facts.meaning.status {
        Status::Success => "success",
        Status::Failure => "failure",
        Status::Unknown => "unknown",
    };
    Object::new()
        .with("kind", kind)
        .with("category", category.to_vec())
        .with("type", types)
        .maybe("id", rest.take("id"))
        .maybe("action", rest.take("kind"))
        .with("code", facts.class().uid().to_string())
        .with("outcome", outcome)
        .with("severity", severity(facts.severity))
        .with("module", "firn")
        .with("dataset", "firn.audit")
        .with("provider", "firn")
        .maybe("sequence", rest.take("position.offset"))
        .maybe("reason", rest.take("payload.reason"))
        .maybe("duration", rest.take("payload.duration_ns"))
        .maybe("start", facts.span.map(|(began, _)| rfc3339(began)))
        .maybe("end", facts.span.map(|(_, ended)| rfc3339(ended)))
}

/// As Elastic's own rules weigh it.
const fn severity(severity: Severity) -> u8 {
    match severity {
        Severity::Informational => 0,
        Severity::Low => 21,
        Severity::Medium => 47,
        Severity::High => 73,
        Severity::Critical => 99,
    }
}

/// `event.category` and `event.type`, in pairs that ECS allows.
fn categories(facts: &Facts<'_>) -> (&'static [&'static str], Vec<&'static str>) {
    let category: &[&str] = match facts.class() {
        Class::DatastoreActivity => &["database"],
        Class::Authentication => &["authentication", "session"],
        Class::AuthorizeSession => &["session"],
        Class::ApiActivity => &["api"],
        Class::DetectionFinding | Class::DataSecurityFinding => &["intrusion_detection"],
        Class::EntityManagement => &["configuration"],
        Class::ApplicationLifecycle => &["process"],
    };
    let mut types = match facts.class() {
        Class::DatastoreActivity if matches!(facts.activity.0, 2 | 5 | 6 | 7) => vec!["change"],
        Class::DatastoreActivity => vec!["access"],
        Class::Authentication if facts.activity.0 == 2 => vec!["end"],
        Class::Authentication | Class::AuthorizeSession => vec!["start"],
        Class::ApiActivity => vec!["access"],
        Class::EntityManagement => vec!["change"],
        Class::ApplicationLifecycle => match facts.case {
            Case::ProducerStarted | Case::ProducerRestarted => vec!["start"],
            Case::ProducerStopped => vec!["end"],
            _ => vec!["info"],
        },
        Class::DetectionFinding | Class::DataSecurityFinding => vec!["info"],
    };
    if matches!(
        facts.class(),
        Class::ApiActivity | Class::DataSecurityFinding
    ) {
        match facts.meaning.control {
            Control::Blocked | Control::Rejected => types.push("denied"),
            Control::Allowed | Control::Masked | Control::Approved => types.push("allowed"),
            Control::Held | Control::Logged => {}
        }
    }
    let failed = facts.meaning.status == Status::Failure;
    if failed && facts.class() == Class::DatastoreActivity {
        types.push("error");
    }
    (category, types)
}

fn user(rest: &mut Object) -> Object {
    Object::new()
        .maybe("id", rest.take("principal.subject"))
        .maybe("name", rest.take("principal.display"))
        .maybe("domain", rest.take("principal.issuer"))
        .maybe("roles", rest.take("principal.groups"))
}

fn source(facts: &Facts<'_>, rest: &mut Object) -> Object {
    let Some(source) = facts.source else {
        return Object::new();
    };
    let ip = source.ip.parse::<std::net::IpAddr>().is_ok();
    Object::new()
        .maybe("address", rest.take("source.ip"))
        .maybe("ip", ip.then_some(source.ip.as_str()))
}

/// rustls's words, such as `TLSv1_3 TLS13_AES_256_GCM_SHA384`; the words themselves stay under `firn`.
fn tls(facts: &Facts<'_>) -> Object {
    let Some(text) = facts.source.and_then(|source| source.tls.as_deref()) else {
        return Object::new();
    };
    let Some(version) = text
        .strip_prefix("TLSv1_")
        .or_else(|| text.strip_prefix("TLSv1."))
    else {
        return Object::new();
    };
    let (minor, cipher) = version
        .split_once(' ')
        .map_or((version, None), |(minor, cipher)| (minor, Some(cipher)));
    if !matches!(minor, "2" | "3") {
        return Object::new();
    }
    Object::new()
        .with("established", true)
        .with("version_protocol", "tls")
        .with("version", format!("1.{minor}"))
        .maybe("cipher", cipher)
}

fn rule(facts: &Facts<'_>) -> Object {
    let Some(id) = facts.rules().next().filter(|_| facts.decided.is_some()) else {
        return Object::new();
    };
    let text = facts.reasons().iter().find(|reason| reason.rule == id);
    Object::new()
        .with("id", id)
        .with("name", id)
        .maybe("description", text.map(|reason| reason.text.as_str()))
        .maybe(
            "ruleset",
            facts.policy.map(|policy| policy.hash.to_string()),
        )
}

fn threat(attacks: &[Attack]) -> Object {
    if attacks.is_empty() {
        return Object::new();
    }
    let of = |named: &dyn Fn(&Attack) -> Option<&'static str>| {
        let all: Vec<&str> = attacks.iter().filter_map(named).collect();
        Tree::from(all)
    };
    let sub = Object::new()
        .with("id", of(&|attack| attack.sub.map(|sub| sub.0)))
        .with("name", of(&|attack| attack.sub.map(|sub| sub.1)));
    let technique = Object::new()
        .with("id", of(&|attack| Some(attack.technique.0)))
        .with("name", of(&|attack| Some(attack.technique.1)))
        .with("subtechnique", sub);
    let tactic = Object::new()
        .with("id", of(&|attack| Some(attack.tactic.0)))
        .with("name", of(&|attack| Some(attack.tactic.1)));
    Object::new()
        .with("framework", "MITRE ATT&CK")
        .with("tactic", tactic)
        .with("technique", technique)
}

fn error(rest: &mut Object) -> Object {
    let failure = if rest.get("payload.failure").is_some() {
        "payload.failure"
    } else {
        "payload"
    };
    let code = rest.take(&format!("{failure}.code"));
    let message = rest.take(&format!("{failure}.message"));
    let message = message.or_else(|| rest.take("payload.error"));
    Object::new().maybe("code", code).maybe("message", message)
}

fn related(facts: &Facts<'_>) -> Object {
    let approver = facts.approver.map(|by| by.subject.as_str());
    let subject = facts.principal.map(|principal| principal.subject.as_str());
    let users: Vec<&str> = [subject, facts.behalf(), approver]
        .into_iter()
        .flatten()
        .collect();
    let ips = facts
        .source
        .filter(|source| source.ip.parse::<std::net::IpAddr>().is_ok());
    let ips: Vec<&str> = ips.map(|source| source.ip.as_str()).into_iter().collect();
    Object::new().with("user", users).with("ip", ips)
}
