//! OCSF's objects: who, from where, under what, in which table.
//!
//! Enters: the rest to take from. Leaves: objects of the schema. Never here: an object that says less than the schema wants; then there is none.

use std::net::IpAddr;

use event::payload::Approver;

use super::Draft;
use crate::format::attack::{self, Attack};
use crate::format::facts::Facts;
use crate::format::meaning::Class;
use crate::format::tree::{Object, Tree};

/// Where somebody must stand and nobody is known.
const UNKNOWN: &str = "unknown";

impl Draft<'_> {
    /// `actor`: the principal with its identity provider and session, through which program.
    pub(super) fn actor(&mut self) -> Object {
        let mut actor = Object::new();
        actor.put("user", self.user());
        actor.put("idp", self.idp());
        actor.put("session", self.session());
        let application = self.rest.take("principal.agent.application");
        if actor.is_empty() && application.is_none() {
            actor.put("app_name", super::PRODUCT);
        }
        actor.maybe("app_name", application)
    }

    /// `actor` where the principal is the `user` of the event: the program. An identity provider alone is no actor to the schema.
    pub(super) fn program(&mut self) -> Object {
        match self.rest.take("principal.agent.application") {
            Some(name) => Object::new().with("app_name", name).with("idp", self.idp()),
            None => Object::new(),
        }
    }

    /// `user`: the principal; empty where nobody is known.
    pub(super) fn user(&mut self) -> Object {
        let Some(principal) = self.facts.principal else {
            return Object::new();
        };
        let (type_id, type_name) = if principal.agent.is_some() {
            (4_u8, "Service")
        } else {
            (1, "User")
        };
        let groups = self.rest.take("principal.groups");
        Object::new()
            .maybe("uid", self.rest.take("principal.subject"))
            .maybe("name", self.rest.take("principal.display"))
            .with("type_id", type_id)
            .with("type", type_name)
            .with("groups", named(groups))
    }

    /// `user` where a class wants one whoever it was.
    pub(super) fn some_user(&mut self) -> Object {
        let user = self.user();
        if user.is_empty() {
            return Object::new()
                .with("name", UNKNOWN)
                .with("type_id", 0_u8)
                .with("type", "Unknown");
        }
        user
    }

    fn idp(&mut self) -> Object {
        Object::new().maybe("uid", self.rest.take("principal.issuer"))
    }

    pub(super) fn session(&mut self) -> Object {
        let mut session = Object::new().maybe("uid", self.rest.take("session_id"));
        if session.is_empty() {
            return session;
        }
        session.put(
            "uid_alt",
            self.rest
                .take("payload.upstream_session")
                .unwrap_or(Tree::Null),
        );
        session
    }

    /// `src_endpoint`: the peer's address, if it is one.
    pub(super) fn source(&mut self) -> Object {
        match self.rest.take("source.ip") {
            Some(Tree::Text(ip)) if ip.parse::<IpAddr>().is_ok() => Object::new().with("ip", ip),
            Some(other) => Object::new().with("name", other),
            None => Object::new().with("name", UNKNOWN),
        }
    }

    /// `dst_endpoint`: the connection to Snowflake.
    pub(super) fn destination(&mut self) -> Object {
        Object::new().maybe("svc_name", self.rest.take("connection"))
    }

    /// `database`: where the session stood, or the connection where that is not said.
    pub(super) fn database(&mut self) -> Object {
        let name = self.rest.take("payload.context.database");
        let connection = || self.facts.connection.unwrap_or(UNKNOWN).into();
        Object::new()
            .with("name", name.unwrap_or_else(connection))
            .with("type_id", 1_u8)
            .with("type", "Relational")
    }

    /// `table`: the first that is written, or read; all are under `unmapped`.
    pub(super) fn table(&self) -> Object {
        Object::new().maybe("name", self.facts.tables().next())
    }

    /// `message_context` of the AI operation profile: the program that acts for somebody.
    pub(super) fn agent(&mut self) {
        let Some(agent) = self
            .facts
            .principal
            .and_then(|principal| principal.agent.as_ref())
        else {
            return;
        };
        let application = Object::new()
            .with("name", agent.application.as_str())
            .maybe("version", self.rest.take("principal.agent.version"));
        let context = Object::new()
            .with("ai_role_id", 4_u8)
            .with("ai_role", "Agent")
            .with("application", application)
            .maybe("uid", self.rest.take("principal.agent.correlation_id"));
        self.event.put("message_context", context);
        self.profiles.push("ai_operation");
    }

    /// `observables`: what an analyst pivots on.
    pub(super) fn observables(&mut self) {
        const IP_ADDRESS: u8 = 2;
        const USER_NAME: u8 = 4;
        const USER_UID: u8 = 31;
        const OTHER: u8 = 99;
        let one = |name: &'static str, type_id: u8, type_name: &'static str, value: &str| {
            Object::new()
                .with("name", name)
                .with("type_id", type_id)
                .with("type", type_name)
                .with("value", value)
        };
        let mut all = Vec::new();
        if let Some(source) = self
            .facts
            .source
            .filter(|source| source.ip.parse::<IpAddr>().is_ok())
        {
            all.push(one("src_endpoint.ip", IP_ADDRESS, "IP Address", &source.ip));
        }
        let path = match self.facts.approver {
            Some(by) => {
                all.push(one(
                    "actor.user.uid",
                    USER_UID,
                    "User Object: uid",
                    &by.subject,
                ));
                "resources.owner.uid"
            }
            None if matches!(
                self.facts.class(),
                Class::Authentication | Class::AuthorizeSession
            ) =>
            {
                "user.uid"
            }
            None => "actor.user.uid",
        };
        if let Some(principal) = self.facts.principal {
            all.push(one(path, USER_UID, "User Object: uid", &principal.subject));
        }
        if let Some(behalf) = self.facts.behalf() {
            all.push(one(
                "unmapped.principal.agent.on_behalf_of",
                USER_NAME,
                "User Name",
                behalf,
            ));
        }
        for table in self.facts.tables() {
            all.push(one("table.name", OTHER, "Table", table));
        }
        self.event.put("observables", all);
    }
}

/// `user`: somebody who answered.
pub(super) fn approver(by: &Approver) -> Object {
    Object::new()
        .with("uid", by.subject.as_str())
        .with("name", by.display.as_str())
        .with("type_id", 1_u8)
        .with("type", "User")
        .with("groups", named(Some(Tree::of(&by.groups))))
}

/// `policy`: the set in force.
pub(super) fn policy(rest: &mut Object) -> Object {
    let mut policy = Object::new().maybe("uid", rest.take("policy.hash"));
    if !policy.is_empty() {
        policy.put("name", "firn policy");
        policy.put("is_applied", true);
        policy.put(
            "version",
            rest.take("payload.catalog_version").unwrap_or(Tree::Null),
        );
    }
    policy
}

/// `authorizations`: the verdict, a rule each.
pub(super) fn authorizations(facts: &Facts<'_>) -> Vec<Object> {
    let decision = facts.decided.map(|decided| decided.verdict.as_str());
    let text = |rule: &str| {
        let mut reasons = facts.reasons().iter();
        reasons
            .find(|reason| reason.rule == rule)
            .map(|reason| reason.text.as_str())
    };
    let one = |rule: &str| {
        let policy = Object::new().with("uid", rule).maybe("desc", text(rule));
        Object::new()
            .maybe("decision", decision)
            .with("policy", policy)
    };
    let all: Vec<Object> = facts.rules().map(one).collect();
    match decision {
        Some(decision) if all.is_empty() => vec![Object::new().with("decision", decision)],
        _ => all,
    }
}

/// `attacks`.
pub(super) fn attacks(attacks: &[Attack]) -> Vec<Object> {
    let named = |(uid, name): (&'static str, &'static str)| {
        Object::new().with("uid", uid).with("name", name)
    };
    let one = |attack: &Attack| {
        Object::new()
            .with("version", attack::VERSION)
            .with("tactic", named(attack.tactic))
            .with("technique", named(attack.technique))
            .maybe("sub_technique", attack.sub.map(named))
    };
    attacks.iter().map(one).collect()
}

/// A list of names as a list of objects that have them.
fn named(names: Option<Tree>) -> Vec<Object> {
    let Some(Tree::List(names)) = names else {
        return Vec::new();
    };
    names
        .into_iter()
        .map(|name| Object::new().with("name", name))
        .collect()
}
