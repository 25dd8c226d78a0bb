//! What is ready for one principal, action and resource: its entities and the rules that can apply.
//!
//! Enters: the principal, a resource with its tags. Leaves: Cedar's entities and requests. Never here: facts of a statement.

use std::collections::HashSet;
use std::str::FromStr;
use std::sync::Arc;

use cedar_policy::{
    Context, Entities, Entity, EntityId, EntityTypeName, EntityUid, Request, RestrictedExpression,
};
use event::Principal;

use super::RuleSet;
use crate::engine::classes::{Classes, parent};
use crate::engine::questions::Question;
use crate::engine::resource::{Resource, ResourceKind};

/// A principal and a resource with everything they are in, themselves included.
pub(super) struct Ancestry {
    pub principal: HashSet<EntityUid>,
    pub resource: HashSet<EntityUid>,
    entities: Vec<Entity>,
    principal_uid: EntityUid,
    resource_uid: EntityUid,
}

impl Ancestry {
    pub fn of(principal: &Principal, resource: &Resource, classes: &Classes<'_>) -> Self {
        let mut who = Builder::default();
        let principal_uid = who.principal(principal);
        let mut what = Builder::default();
        let resource_uid = what.resource(resource, classes);
        let entities = who.entities.into_iter().chain(what.entities).collect();
        Self {
            principal: who.seen,
            resource: what.seen,
            entities,
            principal_uid,
            resource_uid,
        }
    }
}

#[derive(Default)]
struct Builder {
    entities: Vec<Entity>,
    seen: HashSet<EntityUid>,
}

impl Builder {
    /// Adds an entity without attributes, once.
    fn plain(&mut self, kind: &str, name: &str, parents: HashSet<EntityUid>) -> EntityUid {
        let uid = uid(kind, name);
        if self.seen.insert(uid.clone()) {
            self.entities
                .push(Entity::new_no_attrs(uid.clone(), parents));
        }
        uid
    }

    fn principal(&mut self, principal: &Principal) -> EntityUid {
        let groups: HashSet<EntityUid> = principal
            .groups
            .iter()
            .map(|group| self.plain("Group", group, HashSet::new()))
            .collect();
        let agent = principal.agent.as_ref();
        let behind = agent.and_then(|agent| agent.on_behalf_of.as_deref());
        let attributes = [
            ("issuer", principal.issuer.as_str()),
            ("subject", principal.subject.as_str()),
            ("display", principal.display.as_str()),
            (
                "application",
                agent.map_or("", |agent| agent.application.as_str()),
            ),
            ("on_behalf_of", behind.unwrap_or("")),
        ];
        let attributes = attributes
            .into_iter()
            .map(|(key, value)| {
                let value = RestrictedExpression::new_string(value.to_owned());
                (key.to_owned(), value)
            })
            .collect();
        let uid = uid(
            "Agent",
            &format!("{}|{}", principal.issuer, principal.subject),
        );
        self.seen.insert(uid.clone());
        // Without its entity the principal has no attributes, and a rule that reads one fails, which refuses.
        if let Ok(entity) = Entity::new(uid.clone(), attributes, groups) {
            self.entities.push(entity);
        }
        uid
    }

    fn resource(&mut self, resource: &Resource, classes: &Classes<'_>) -> EntityUid {
        let mut parents = HashSet::new();
        match resource.kind {
            ResourceKind::Connection => {}
            ResourceKind::Stage => parents.extend(self.schema_of(&resource.name)),
            ResourceKind::Table | ResourceKind::View => {
                parents.extend(self.schema_of(&resource.name));
                parents.extend(self.tags(&classes.table_tags(&resource.name)));
            }
            ResourceKind::Column => {
                parents.extend(self.tags(&classes.column_tags(&resource.name)));
                if let Some(table) = parent(&resource.name) {
                    let table = Resource {
                        kind: classes.object_kind(table),
                        name: table.to_owned(),
                    };
                    parents.insert(self.resource(&table, classes));
                }
            }
        }
        self.plain(resource.kind.type_name(), &resource.name, parents)
    }

    /// Schema, in its database, of `DATABASE.SCHEMA.OBJECT`.
    fn schema_of(&mut self, object: &str) -> Option<EntityUid> {
        // A stage's name begins with its sign.
        let schema = parent(object.strip_prefix('@').unwrap_or(object))?;
        let database = parent(schema).map(|name| self.plain("Database", name, HashSet::new()));
        Some(self.plain("Schema", schema, database.into_iter().collect()))
    }

    /// `PII=SSN` is in `PII`.
    fn tags(&mut self, tags: &[String]) -> HashSet<EntityUid> {
        let mut found = HashSet::new();
        for tag in tags {
            let name = tag.split_once('=').map(|(name, _)| name);
            let parents = name.map(|name| self.plain("Tag", name, HashSet::new()));
            found.insert(self.plain("Tag", tag, parents.into_iter().collect()));
        }
        found
    }
}

#[expect(
    clippy::expect_used,
    reason = "the type names are constants of the schema; a test asks about each"
)]
fn uid(kind: &str, name: &str) -> EntityUid {
    let kind = EntityTypeName::from_str(kind).expect("a type name of the schema");
    EntityUid::from_type_name_and_id(kind, EntityId::new(name))
}

/// Ready to be asked.
#[derive(Debug)]
pub(super) struct Slice {
    pub rules: Arc<RuleSet>,
    /// None if they contradict each other (a name that is its own ancestor): everything is refused then.
    pub entities: Option<Entities>,
    principal: EntityUid,
    action: EntityUid,
    resource: EntityUid,
    /// No other of the same asker has it.
    number: u64,
}

impl Slice {
    pub fn new(number: u64, question: &Question, ancestry: Ancestry, rules: Arc<RuleSet>) -> Self {
        Self {
            number,
            rules,
            entities: Entities::from_entities(ancestry.entities, None).ok(),
            principal: ancestry.principal_uid,
            action: uid("Action", question.action),
            resource: ancestry.resource_uid,
        }
    }

    pub fn request(&self, context: Option<Context>) -> Option<Request> {
        Request::new(
            self.principal.clone(),
            self.action.clone(),
            self.resource.clone(),
            context?,
            None,
        )
        .ok()
    }

    /// Under what the answer to facts with this key is kept.
    pub fn key(&self, facts: &str) -> String {
        format!("{}\u{1f}{facts}", self.number)
    }
}
