//! OCSF 1.8.0, with its security control and AI operation profiles.
//!
//! Enters: what is known of an item. Leaves: one event of the class the table names. What has no field there is under `unmapped`, by its own
//! names; what is moved to a field is not said twice. Never here: a field that <https://schema.ocsf.io/1.8.0> does not have: a test asks
//! the published schema.

mod classes;
mod objects;

use super::facts::{Facts, by_kind};
use super::meaning::{Control, Status};
use super::message::message;
use super::record::millis;
use super::tree::{Object, Tree};
use crate::severity::Severity;

/// The version of the schema.
pub const VERSION: &str = "1.8.0";
/// Who made this.
pub const VENDOR: &str = "firn";
/// What made this.
pub const PRODUCT: &str = "firn";

/// The item as an OCSF event.
pub fn event(facts: Facts<'_>) -> Object {
    let mut draft = Draft {
        event: Object::with_room(40),
        profiles: vec!["security_control"],
        rest: Object::new(),
        facts,
    };
    std::mem::swap(&mut draft.rest, &mut draft.facts.rest);
    draft.classification();
    draft.control();
    draft.class();
    draft.metadata();
    let Draft {
        mut event,
        rest,
        facts,
        ..
    } = draft;
    event.put("unmapped", by_kind(rest, facts.meaning.kind));
    event
}

/// An event being put together.
struct Draft<'a> {
    event: Object,
    profiles: Vec<&'static str>,
    /// What no field took yet.
    rest: Object,
    facts: Facts<'a>,
}

impl Draft<'_> {
    fn classification(&mut self) {
        let facts = &self.facts;
        let (class, activity, severity) = (facts.class(), facts.activity, facts.severity);
        let (category, category_name) = class.category();
        let event = &mut self.event;
        event.put("class_uid", class.uid());
        event.put("class_name", class.name());
        event.put("category_uid", category);
        event.put("category_name", category_name);
        event.put("activity_id", activity.0);
        event.put("activity_name", activity.1);
        event.put("type_uid", class.uid() * 100 + u32::from(activity.0));
        event.put("type_name", format!("{}: {}", class.name(), activity.1));
        event.put("severity_id", severity as u8);
        event.put("severity", severity.name());
        event.put("time", millis(facts.item.time()));
        if let Some((began, ended)) = facts.span {
            event.put("start_time", millis(began));
            event.put("end_time", millis(ended));
        }
        event.put(
            "duration",
            facts
                .duration_ns
                .map(|ns| ns / 1_000_000)
                .map_or(Tree::Null, Tree::from),
        );
        event.put("message", message(facts));
    }

    /// The security control profile: what was done, and how bad that is.
    fn control(&mut self) {
        let (risk, risk_name) = risk(self.facts.severity);
        let event = &mut self.event;
        event.put("risk_level_id", risk);
        event.put("risk_level", risk_name);
        let ((action, action_name), (disposition, disposition_name)): ((u8, _), (u8, _)) =
            match self.facts.meaning.control {
                Control::Allowed => ((1, "Allowed"), (1, "Allowed")),
                Control::Masked => ((4, "Modified"), (1, "Allowed")),
                Control::Held => ((99, "Held"), (14, "Delayed")),
                Control::Blocked => ((2, "Denied"), (2, "Blocked")),
                Control::Approved => ((1, "Allowed"), (8, "Approved")),
                Control::Rejected => ((2, "Denied"), (25, "Rejected")),
                Control::Logged => ((3, "Observed"), (17, "Logged")),
            };
        event.put("action_id", action);
        event.put("action", action_name);
        event.put("disposition_id", disposition);
        event.put("disposition", disposition_name);
        let (status, status_name) =
            match (self.facts.class().is_finding(), self.facts.meaning.status) {
                (true, Status::Success) => (4_u8, "Resolved"),
                (true, Status::Failure | Status::Unknown) => (1, "New"),
                (false, Status::Success) => (1, "Success"),
                (false, Status::Failure) => (2, "Failure"),
                (false, Status::Unknown) => (0, "Unknown"),
            };
        event.put("status_id", status);
        event.put("status", status_name);
        let failure = if self.rest.get("payload.failure").is_some() {
            "payload.failure"
        } else {
            "payload"
        };
        let code = self.rest.take(&format!("{failure}.code"));
        event.put("status_code", code.unwrap_or(Tree::Null));
        let detail = ["message", "error", "reason"]
            .into_iter()
            .find_map(|name| self.rest.take(&format!("{failure}.{name}")));
        event.put("status_detail", detail.unwrap_or(Tree::Null));
        event.put("policy", objects::policy(&mut self.rest));
        event.put("authorizations", objects::authorizations(&self.facts));
        if !self.facts.class().is_finding() {
            event.put("attacks", objects::attacks(&self.facts.attacks));
        }
    }

    fn metadata(&mut self) {
        let rest = &mut self.rest;
        let product = Object::new()
            .with("name", PRODUCT)
            .with("vendor_name", VENDOR)
            .with("version", env!("CARGO_PKG_VERSION"));
        let metadata = Object::new()
            .with("version", VERSION)
            .with("product", product)
            .with("profiles", self.profiles.clone())
            .maybe("uid", rest.take("id"))
            .maybe("event_code", rest.take("kind"))
            .maybe("correlation_uid", rest.get("session_id").cloned())
            .maybe("log_name", rest.take("position.partition"))
            .maybe("sequence", rest.take("position.offset"))
            .maybe("original_time", rest.take("time"));
        self.event.put("metadata", metadata);
    }
}

const fn risk(severity: Severity) -> (u8, &'static str) {
    match severity {
        Severity::Informational => (0, "Info"),
        Severity::Low => (1, "Low"),
        Severity::Medium => (2, "Medium"),
        Severity::High => (3, "High"),
        Severity::Critical => (4, "Critical"),
    }
}
