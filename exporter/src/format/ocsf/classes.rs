//! What each class wants besides what all have.
//!
//! Enters: an event being put together. Leaves: the class's own fields, taken from the rest. Never here: the choice of the class.

use event::payload::Approver;

use super::Draft;
use super::objects;
use crate::format::meaning::{Case, Class};
use crate::format::message::message;
use crate::format::record::millis;
use crate::format::tree::{Object, Tree};
use crate::item::Item;

impl Draft<'_> {
    pub(super) fn class(&mut self) {
        match self.facts.class() {
            Class::DatastoreActivity => self.datastore_activity(),
            Class::Authentication => self.authentication(),
            Class::AuthorizeSession => self.authorize_session(),
            Class::ApiActivity => self.api_activity(),
            Class::DataSecurityFinding => self.data_security_finding(),
            Class::DetectionFinding => self.detection_finding(),
            Class::EntityManagement => self.entity_management(),
            Class::ApplicationLifecycle => self.application_lifecycle(),
        }
    }

    /// Who did it.
    fn put_actor(&mut self) {
        let actor = self.actor();
        self.event.put("actor", actor);
    }

    /// From where, to where.
    fn endpoints(&mut self) {
        let source = self.source();
        self.event.put("src_endpoint", source);
        let destination = self.destination();
        self.event.put("dst_endpoint", destination);
    }

    /// 6005: what was asked of Snowflake, and what came of it.
    fn datastore_activity(&mut self) {
        self.agent();
        self.put_actor();
        self.endpoints();
        let database = self.database();
        self.event.put("database", database);
        let table = self.table();
        let (type_id, type_name) = if table.is_empty() {
            (1_u8, "Database")
        } else {
            (3, "Table")
        };
        self.event.put("table", table);
        self.event.put("type_id", type_id);
        self.event.put("type", type_name);
        let query = self.query();
        self.event.put("query_info", query);
        self.observables();
    }

    /// `query_info`: the text as recorded; only where it is known.
    fn query(&mut self) -> Object {
        let Some(text) = self.rest.take("payload.text") else {
            return Object::new();
        };
        let data = Object::new()
            .maybe("binds", self.rest.take("payload.binds"))
            .maybe("fingerprint", self.rest.take("payload.fingerprint"))
            .maybe("kinds", self.rest.take("payload.kinds"));
        let mut query = Object::new();
        query.require("query_string", text);
        let id = self.rest.take("payload.query_id");
        let id = id.or_else(|| self.rest.get("statement_id").cloned());
        query.put(
            "uid",
            id.unwrap_or_else(|| self.facts.item.id().to_string().into()),
        );
        query.put(
            "bytes",
            self.rest.take("payload.bytes").unwrap_or(Tree::Null),
        );
        query.put("data", data);
        query
    }

    /// 3002: a login, its end, its refusal.
    fn authentication(&mut self) {
        const OAUTH: (u8, &str) = (6, "OAUTH 2.0");
        let user = self.some_user();
        self.event.put("user", user);
        let session = self.session();
        self.event.put("session", session);
        let program = self.program();
        self.event.put("actor", program);
        let source = self.source();
        self.event.put("src_endpoint", source);
        let name = self
            .rest
            .take("connection")
            .unwrap_or_else(|| "Snowflake".into());
        self.event.put("service", Object::new().with("name", name));
        if matches!(self.facts.case, Case::SessionOpened | Case::SessionRefused) {
            self.event.put("auth_protocol_id", OAUTH.0);
            self.event.put("auth_protocol", OAUTH.1);
            self.event.put("logon_type_id", 3_u8);
            self.event.put("logon_type", "Network");
            self.event.put("is_remote", true);
        }
        if let Some(source) = self.facts.source {
            self.event.put("is_cleartext", source.tls.is_none());
        }
        self.observables();
    }

    /// 3003: what a renewed session may do: what its groups may.
    fn authorize_session(&mut self) {
        let privileges = self.rest.take("principal.groups");
        self.event.require(
            "privileges",
            privileges.unwrap_or_else(|| Tree::List(Vec::new())),
        );
        let user = self.some_user();
        self.event.put("user", user);
        let mut session = self.session();
        if let Item::Event(recorded) = self.facts.item
            && let event::Payload::SessionRenewed(renewed) = &recorded.event.payload
        {
            session.put("expiration_time", millis(renewed.expires));
        }
        self.event.put("session", session);
        let program = self.program();
        self.event.put("actor", program);
        self.endpoints();
        self.observables();
    }

    /// 6003: what auditors and approvers asked of firn.
    fn api_activity(&mut self) {
        let operation = self.rest.get("kind").cloned().unwrap_or(Tree::Null);
        let id = self.facts.item.id().to_string();
        let mut request = Object::new();
        request.require(
            "uid",
            self.rest
                .take("payload.binding")
                .unwrap_or_else(|| id.into()),
        );
        request.put(
            "data",
            Object::new().maybe("sql", self.rest.take("payload.sql")),
        );
        let response = Object::new().maybe(
            "data",
            self.rest
                .take("payload.rows")
                .map(|rows| Object::new().with("rows", rows)),
        );
        let service = Object::new()
            .with("name", super::PRODUCT)
            .with("version", env!("CARGO_PKG_VERSION"));
        let api = Object::new()
            .with("operation", operation)
            .with("request", request)
            .with("response", response)
            .with("service", service);
        self.event.put("api", api);
        self.resources();
        match self.facts.approver {
            Some(by) => self.answer(by),
            None => {
                self.agent();
                self.put_actor();
            }
        }
        self.endpoints();
        self.observables();
    }

    /// The actor of an answer is who gave it; the envelope speaks of the agent that waits, the owner of the statement.
    fn answer(&mut self, by: &Approver) {
        let user = objects::approver(by);
        let idp = Object::new().with("uid", by.issuer.as_str());
        // The answer itself says the same four fields.
        self.rest.take("payload.by");
        self.event
            .put("actor", Object::new().with("user", user).with("idp", idp));
    }

    /// The statement or session it is about.
    fn resources(&mut self) {
        let replayed = self.rest.take("payload.session");
        let (uid, kind) = match replayed {
            Some(session) => (Some(session), "session"),
            None => (self.rest.get("statement_id").cloned(), "statement"),
        };
        let Some(uid) = uid else {
            return;
        };
        let owner = if self.facts.approver.is_some() {
            self.user()
        } else {
            Object::new()
        };
        let resource = Object::new()
            .with("uid", uid)
            .with("type", kind)
            .with("owner", owner);
        self.event.put("resources", vec![resource]);
    }

    /// 2006: what was held, denied, tried around the gateway, or done unrecorded.
    fn data_security_finding(&mut self) {
        let uid = match self.facts.case {
            // The end of a gap closes the finding of its beginning.
            Case::AuditDegraded | Case::AuditRestored | Case::AuditRestoredWithGap => {
                let began = self
                    .facts
                    .span
                    .map(|(began, _)| began.0)
                    .unwrap_or_default();
                format!("recording-gap-{began}")
            }
            _ => self.facts.item.id().to_string(),
        };
        let info = self.finding_info(uid);
        self.event.put("finding_info", info);
        let security = Object::new()
            .with("detection_system_id", 9_u8)
            .with("detection_system", "Database Activity Monitoring")
            .with("data_lifecycle_state_id", 3_u8)
            .with("data_lifecycle_state", "Data in-Use");
        self.event.put("data_security", security);
        self.event.put("is_alert", true);
        let operation = self.rest.take("payload.operation");
        if let Some(operation) = operation {
            let resource = Object::new()
                .with("name", operation)
                .with("type", "stage operation");
            self.event.put("resources", vec![resource]);
        }
        self.put_actor();
        self.endpoints();
        self.observables();
    }

    fn finding_info(&self, uid: String) -> Object {
        let facts = &self.facts;
        let of_detection = facts.found().map(|(rule, _)| rule);
        let rule = of_detection.or_else(|| facts.rules().next());
        let analytic = rule.map(|rule| {
            Object::new()
                .with("uid", rule)
                .with("name", rule)
                .with("type_id", 1_u8)
                .with("type", "Rule")
        });
        let about = facts.statement.map(|statement| {
            Object::new()
                .with("uid", statement.to_string())
                .with("type", "statement")
        });
        Object::new()
            .with("uid", uid)
            .with("title", facts.meaning.name)
            .with("desc", message(facts))
            .with("created_time", millis(facts.item.time()))
            .maybe("analytic", analytic)
            .with("attacks", objects::attacks(&facts.attacks))
            .with("data_sources", vec!["firn journal"])
            .with("related_events", about.into_iter().collect::<Vec<_>>())
    }

    /// 2004: what a detection found in the record.
    fn detection_finding(&mut self) {
        let title = self.rest.take("payload.title").unwrap_or(Tree::Null);
        let id = self.facts.item.id().to_string();
        let finding = self.rest.take("payload.finding");
        let mut info = self.finding_info(finding.map_or(id, Tree::into_text));
        info.take("title");
        info.put("title", title);
        self.event.put("finding_info", info);
        self.event.put("is_alert", true);
        if matches!(self.facts.item, Item::Finding(_)) {
            self.rest.take("payload.severity");
        }
        let mut evidence = Object::new();
        evidence.put(
            "actor",
            if self.facts.principal.is_some() || self.facts.session.is_some() {
                self.actor()
            } else {
                Object::new()
            },
        );
        if evidence.is_empty() {
            evidence.put(
                "data",
                Object::new().with(
                    "rule",
                    self.rest.get("payload.rule").cloned().unwrap_or(Tree::Null),
                ),
            );
        }
        self.event.put("evidences", vec![evidence]);
    }

    /// 3004: a policy set came into force.
    fn entity_management(&mut self) {
        let uid = self.rest.take("payload.hash").unwrap_or(Tree::Null);
        let policy = Object::new()
            .with("uid", uid.clone())
            .with("name", "firn policy")
            .maybe("version", self.rest.take("payload.catalog_version"))
            .with("is_applied", true);
        let entity = Object::new()
            .with("type_id", 5_u8)
            .with("type", "Policy")
            .with("name", "firn policy")
            .with("uid", uid)
            .with("policy", policy);
        self.event.put("entity", entity);
        self.put_actor();
        let source = self.source();
        self.event.put("src_endpoint", source);
    }

    /// 6002: a process of firn began, counted, ended.
    fn application_lifecycle(&mut self) {
        let feature = self
            .rest
            .take("payload.role")
            .map(|role| Object::new().with("name", role));
        let app = Object::new()
            .with("name", super::PRODUCT)
            .with("vendor_name", super::VENDOR)
            .maybe("version", self.rest.take("payload.version"))
            .maybe("feature", feature);
        self.event.put("app", app);
    }
}
