//! What is different between two engines, as an auditor reads it.
//!
//! Enters: the engine in force and the one that replaces it. Leaves: rules by id. Never here: a rule's text.

use std::collections::BTreeMap;

use event::payload::PolicyChanges;

use super::Engine;
use crate::policy::{PolicySet, Rule};

impl Engine {
    /// What is different from `old`, or none where it decides alike.
    pub fn changes_since(&self, old: &Self) -> Option<PolicyChanges> {
        let catalogs = (self.catalog(), old.catalog());
        let versions = (catalogs.0.version(), catalogs.1.version());
        if self.policy.hash() == old.policy.hash() && versions.0 == versions.1 {
            return None;
        }
        let (now, before) = (by_id(&self.policy), by_id(&old.policy));
        let missing = |from: &BTreeMap<&str, &Rule>, to: &BTreeMap<&str, &Rule>| {
            let gone = from.keys().filter(|id| !to.contains_key(*id));
            gone.map(|id| (*id).to_owned()).collect()
        };
        let changed = now.iter().filter(|(id, rule)| {
            let known = before.get(*id);
            known.is_some_and(|known| known.policy.to_cedar() != rule.policy.to_cedar())
        });
        Some(PolicyChanges {
            previous: old.policy.hash(),
            previous_catalog_version: versions.1.to_owned(),
            added: missing(&now, &before),
            removed: missing(&before, &now),
            changed: changed.map(|(id, _)| (*id).to_owned()).collect(),
            settings: self.policy.settings() != old.policy.settings(),
        })
    }
}

fn by_id(policy: &PolicySet) -> BTreeMap<&str, &Rule> {
    let rules = policy.rules().iter();
    rules.map(|rule| (rule.id.as_str(), rule)).collect()
}

#[cfg(test)]
mod tests {
    use crate::catalog::Catalog;
    use crate::engine::{Engine, EngineConfig};
    use crate::policy::PolicySet;

    fn engine(rules: &str, settings: &str, ddl: &str) -> Engine {
        let files = vec![
            ("r.cedar".to_owned(), rules.to_owned()),
            ("firn-policy.toml".to_owned(), settings.to_owned()),
        ];
        let policy = PolicySet::from_files(files).unwrap_or_else(|error| panic!("{error}"));
        let catalog = Catalog::from_ddl_files([("ddl", ddl)]).expect("a catalog");
        Engine::new(policy, catalog, EngineConfig::default())
    }

    const GROUPS: &str = "groups = [\"oncall\"]\n";

    #[test]
    fn rules_are_compared_by_id() {
        let old = engine(
            "@id(\"a\") permit (principal, action, resource);\n@id(\"b\") @reason(\"x\") forbid (principal, action == Action::\"ddl\", resource);\n\
             @id(\"c\") @reason(\"x\") forbid (principal, action == Action::\"egress\", resource);",
            GROUPS,
            "",
        );
        let new = engine(
            "// A comment changes no rule.\n@id(\"d\") @reason(\"x\") forbid (principal, action == Action::\"call\", resource);\n\
             @id(\"c\") @reason(\"y\") forbid (principal, action == Action::\"egress\", resource);\n@id(\"a\") permit (principal, action, resource);",
            GROUPS,
            "",
        );
        let changes = new.changes_since(&old).expect("they differ");
        assert_eq!(changes.previous, old.policy().hash());
        assert_eq!(
            (
                changes.added,
                changes.removed,
                changes.changed,
                changes.settings
            ),
            (
                vec!["d".to_owned()],
                vec!["b".to_owned()],
                vec!["c".to_owned()],
                false
            )
        );
        assert_eq!(old.changes_since(&old), None);
    }

    #[test]
    fn settings_and_catalog_count() {
        let rules = "@id(\"a\") permit (principal, action, resource);";
        let old = engine(rules, GROUPS, "");
        let settings = engine(rules, "groups = [\"oncall\", \"dba\"]\n", "");
        assert!(settings.changes_since(&old).expect("they differ").settings);
        let catalog = engine(rules, GROUPS, "create table d.s.t (n int);");
        let changes = catalog.changes_since(&old).expect("they differ");
        assert_eq!(changes.previous, catalog.policy().hash());
        assert_ne!(
            changes.previous_catalog_version,
            catalog.catalog().version()
        );
        assert!(!changes.settings);
    }
}
