//! Objects of the account: which kind a command speaks of, what that kind means, what its full name is.
//!
//! Enters: words after the verb. Leaves: kinds, flags, names. Never here: a kind that is not listed.

use event::payload::Finding;
use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::run::Run;
use super::table::is_elsewhere;
use super::tokens::{Cursor, literal, word};

/// Words between the verb and the object that do not tell which object it is.
const MODIFIERS: &[&str] = &[
    "OR",
    "REPLACE",
    "SCOPED",
    "LOCAL",
    "GLOBAL",
    "TEMP",
    "TEMPORARY",
    "VOLATILE",
    "TRANSIENT",
    "SECURE",
    "RECURSIVE",
    "PUBLIC",
    "INTERACTIVE",
];

/// Words that, before another, are part of the object's kind.
const QUALIFIERS: &[&str] = &[
    "DYNAMIC",
    "EXTERNAL",
    "ICEBERG",
    "HYBRID",
    "EVENT",
    "MATERIALIZED",
    "AGGREGATE",
    "API",
    "NOTIFICATION",
    "STORAGE",
    "SECURITY",
    "CATALOG",
    "NETWORK",
    "PASSWORD",
    "SESSION",
    "MASKING",
    "ROW",
    "ACCESS",
    "PROJECTION",
    "AGGREGATION",
    "AUTHENTICATION",
    "PACKAGES",
    "PRIVACY",
    "JOIN",
    "RESOURCE",
    "FAILOVER",
    "REPLICATION",
    "MANAGED",
    "FILE",
    "COMPUTE",
    "IMAGE",
    "CORTEX",
    "SEARCH",
    "DATA",
    "METRIC",
    "GIT",
    "SEMANTIC",
    "ORGANIZATION",
    "APPLICATION",
    "DATABASE",
    "FEATURE",
    "BACKUP",
    "SNAPSHOT",
    "LIFECYCLE",
    "AGENT",
    "MCP",
    "ONLINE",
    "PROVISIONED",
    "CONTACT",
];

/// Last words of object kinds.
const OBJECTS: &[&str] = &[
    "TABLE",
    "VIEW",
    "STAGE",
    "FUNCTION",
    "PROCEDURE",
    "TASK",
    "PIPE",
    "STREAM",
    "SEQUENCE",
    "FORMAT",
    "SCHEMA",
    "DATABASE",
    "ROLE",
    "USER",
    "WAREHOUSE",
    "INTEGRATION",
    "POLICY",
    "SHARE",
    "TAG",
    "ALERT",
    "SECRET",
    "RULE",
    "MONITOR",
    "CONNECTION",
    "ACCOUNT",
    "POOL",
    "SERVICE",
    "REPOSITORY",
    "STREAMLIT",
    "APPLICATION",
    "PACKAGE",
    "LISTING",
    "MODEL",
    "NOTEBOOK",
    "VOLUME",
    "GROUP",
    "DATASET",
    "CONTACT",
    "ORGANIZATION",
    "TYPE",
    "SNAPSHOT",
    "CLASS",
    "TABLES",
    "PROFILE",
    "THROUGHPUT",
    "AGENT",
    "SERVER",
    "SET",
    "EXPERIMENT",
    "WORKSPACE",
    "ARTIFACT",
    "GATEWAY",
    "INDEX",
];

impl Run<'_> {
    /// What the kind of object says about a statement that makes or changes it.
    pub(crate) fn object_flags(&mut self, object: &str, rest: &[TokenWithSpan]) {
        if is_policy(object) || is_privilege(object) {
            self.flag(Finding::Privilege, self.here);
        }
        if object.ends_with("INTEGRATION")
            || matches!(
                object,
                "SHARE"
                    | "LISTING"
                    | "STAGE"
                    | "EXTERNAL_FUNCTION"
                    | "NETWORK_RULE"
                    | "EXTERNAL_VOLUME"
                    | "REPLICATION_GROUP"
                    | "FAILOVER_GROUP"
                    | "CONNECTION"
                    | "GIT_REPOSITORY"
                    | "SERVICE"
            )
        {
            self.flag(Finding::Egress, self.here);
        }
        if matches!(object, "SHARE" | "LISTING") {
            self.flag(Finding::Share, self.here);
        }
        if object == "EXTERNAL_FUNCTION" {
            self.flag(Finding::ExternalFunction, self.here);
        }
        if matches!(object, "STAGE" | "EXTERNAL_TABLE" | "EXTERNAL_VOLUME")
            && rest.iter().any(|t| self.may_be_external(&t.token))
        {
            self.flag(Finding::ExternalLocation, self.here);
        }
        if matches!(object, "TASK" | "PIPE" | "ALERT") {
            self.flag(Finding::ScheduledCode, self.here);
        }
        if matches!(
            object,
            "FUNCTION"
                | "PROCEDURE"
                | "TABLE_FUNCTION"
                | "AGGREGATE_FUNCTION"
                | "STREAMLIT"
                | "NOTEBOOK"
                | "SERVICE"
                | "APPLICATION"
        ) {
            self.flag(Finding::OpaqueCode, self.here);
        }
    }

    /// Whether a literal is a place outside, or what a placeholder holds is or might be one.
    fn may_be_external(&self, token: &Token) -> bool {
        if let Token::Placeholder(name) = token {
            return self
                .placeholder_text(name)
                .is_none_or(|text| is_external(&text));
        }
        literal(token).is_some_and(is_external)
    }

    /// Notes the object a cursor stands at as written and as to be forgotten by catalogs.
    pub(crate) fn touch(&mut self, mut cursor: Cursor<'_>, object: &str) -> Option<String> {
        let name = self.name_needed(&mut cursor)?;
        let full = self.object_name(object, &name);
        self.writes(&full);
        self.defines(&full);
        if let Some(plain) = self.moved.temporary.get_mut(&full) {
            // It is made otherwise by now than by its query alone.
            *plain = false;
        }
        Some(full)
    }

    /// A table's name as the catalog has it, of one that is made, changed or dropped: Snowflake looks for those in the session's own
    /// schema alone.
    pub(crate) fn known_name(&mut self, parts: &[String]) -> String {
        let (full, text) = self.placed(parts, self.here);
        if full.len() < 3 {
            // It may be any table of that name, and not the one that is known.
            self.moved.lose(&text);
        }
        match self.lookup(parts).as_slice() {
            [table] if !is_elsewhere(&full, table) => table.full_name.to_string(),
            _ => text,
        }
    }

    /// The full name of an object of this kind: account-level ones have one part, schemas two.
    pub(crate) fn object_name(&mut self, object: &str, parts: &[String]) -> String {
        if is_account_level(object) {
            return crate::catalog::join_name(parts);
        }
        if object == "STAGE" {
            return self.stage(parts, false, self.here);
        }
        if object == "SCHEMA" || object == "DATABASE_ROLE" {
            let mut full = parts.to_vec();
            if full.len() == 1
                && let Some(database) = &self.context.database
            {
                full.insert(0, database.clone());
            }
            if full.len() < 2 {
                self.flag(Finding::UnresolvedTable, self.here);
            }
            return crate::catalog::join_name(&full);
        }
        if object.ends_with("TABLE") || object.ends_with("VIEW") {
            self.known_name(parts)
        } else {
            self.placed(parts, self.here).1
        }
    }
}

/// Whether a place is outside Snowflake: `s3://…`.
pub(crate) fn is_external(text: &str) -> bool {
    text.contains("://")
}

pub(crate) fn is_policy(object: &str) -> bool {
    object.ends_with("POLICY") || object == "TAG"
}

pub(crate) fn is_privilege(object: &str) -> bool {
    object.ends_with("POLICY") && object != "TAG"
        || matches!(
            object,
            "USER"
                | "ROLE"
                | "DATABASE_ROLE"
                | "APPLICATION_ROLE"
                | "ACCOUNT"
                | "ORGANIZATION"
                | "ORGANIZATION_ACCOUNT"
                | "MANAGED_ACCOUNT"
                | "SHARE"
                | "SECURITY_INTEGRATION"
                | "API_INTEGRATION"
                | "NETWORK_RULE"
                | "SECRET"
        )
}

fn is_account_level(object: &str) -> bool {
    object.ends_with("INTEGRATION")
        || matches!(
            object,
            "DATABASE"
                | "USER"
                | "ROLE"
                | "WAREHOUSE"
                | "ACCOUNT"
                | "SHARE"
                | "RESOURCE_MONITOR"
                | "NETWORK_POLICY"
                | "MANAGED_ACCOUNT"
                | "CONNECTION"
                | "COMPUTE_POOL"
                | "EXTERNAL_VOLUME"
                | "REPLICATION_GROUP"
                | "FAILOVER_GROUP"
                | "APPLICATION"
                | "APPLICATION_PACKAGE"
                | "LISTING"
                | "ORGANIZATION"
        )
}

/// The kind of object, `MASKING_POLICY`, past OR REPLACE and its like; none if the words name no kind known here.
pub(crate) fn object_words(cursor: &mut Cursor<'_>) -> Option<String> {
    let mut kind = String::new();
    for _ in 0..10 {
        let next = cursor.word()?;
        let more = cursor.peek_at(1).and_then(word);
        let qualifies = more
            .as_deref()
            .is_some_and(|m| OBJECTS.contains(&m) || QUALIFIERS.contains(&m) || m == "ALTER");
        if MODIFIERS.contains(&next.as_str()) || next == "ALTER" {
            cursor.at += 1;
        } else if QUALIFIERS.contains(&next.as_str()) && qualifies && !is_name_of(&next, cursor) {
            kind.push_str(&next);
            kind.push('_');
            cursor.at += 1;
        } else if OBJECTS.contains(&next.as_str()) {
            kind.push_str(&next);
            cursor.at += 1;
            if next == "TABLE" && cursor.is("FUNCTION") {
                cursor.at += 1;
                return Some("TABLE_FUNCTION".to_owned());
            }
            return Some(kind);
        } else {
            return None;
        }
    }
    None
}

/// `ALTER DATABASE data …`: the word is the kind and the next its name, unless together they are a kind of their own.
fn is_name_of(kind: &str, cursor: &Cursor<'_>) -> bool {
    let next = cursor.peek_at(1).and_then(word).unwrap_or_default();
    match kind {
        "DATABASE" => next != "ROLE",
        "APPLICATION" => next != "ROLE" && next != "PACKAGE",
        "CONTACT" | "AGENT" | "SNAPSHOT" | "DATASET" => !matches!(next.as_str(), "POLICY" | "SET"),
        _ => false,
    }
}
