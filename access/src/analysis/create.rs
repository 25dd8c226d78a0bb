//! CREATE: what is made, from what.
//!
//! Enters: one statement's tokens. Leaves: kind, names, and for a query inside it, what it carries over. Never here: options;
//! they cost the parser more statements than any query does, and say nothing of what could be revealed.

use event::payload::{Finding, StatementKind};
use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::moved::Remade;
use super::object::object_words;
use super::run::{Outcome, Run};
use super::scope::Relation;
use super::shim::keyword;
use super::table::is_elsewhere;
use super::tokens::{Cursor, is_word};

/// Words of what a stream is on, before its name.
const STREAMED: &[&str] = &[
    "TABLE", "VIEW", "DYNAMIC", "EXTERNAL", "EVENT", "ICEBERG", "HYBRID",
];

impl Run<'_> {
    pub(crate) fn create(
        &mut self,
        tokens: &[TokenWithSpan],
        mut cursor: Cursor<'_>,
    ) -> Option<Outcome> {
        let before = cursor.at;
        let object = object_words(&mut cursor)?;
        let modifiers = tokens.get(before..cursor.at).unwrap_or_default();
        let said = |word: &str| modifiers.iter().any(|t| is_word(&t.token, word));
        self.flag(Finding::Ddl, self.here);
        let hides = said("TEMP") || said("TEMPORARY") || said("VOLATILE");
        if hides {
            self.flag(Finding::TempObject, self.here);
        }
        if object.ends_with("POLICY") || object == "TAG" {
            self.flag(Finding::PolicyEvasion, self.here);
        }
        let was_there = cursor.accept(&["IF", "NOT", "EXISTS"]);
        let relation = object.ends_with("TABLE") || object.ends_with("VIEW");
        let replaces = said("REPLACE");
        let mut standing = cursor;
        if relation
            && (replaces || hides)
            && let Some(name) = self.name(&mut standing)
            && self.is_there(&name)
        {
            // What was there goes, or is not what its name means in this session, and its tags with it.
            if replaces {
                self.flag(Finding::Destructive, self.here);
            }
            self.flag(Finding::PolicyEvasion, self.here);
        }
        let named = cursor;
        self.object_flags(&object, cursor.rest());
        self.made_of_stages(&object, cursor.rest());
        if object.ends_with("STREAM")
            || object.ends_with("TABLE") && self.on_table(cursor.rest()).is_some()
        {
            self.read_on(cursor.rest());
        }
        let name = self.name(&mut cursor)?;
        let (kind, built) = if matches!(object.as_str(), "TASK" | "PIPE" | "ALERT") {
            self.later(&name, |run| run.make(&object, cursor))
        } else {
            self.make(&object, cursor)
        };
        let made = self.touch(named, &object);
        if let Some(full) = made {
            let plain = object == "TABLE" && !was_there && !is_of_before(tokens);
            let built = match relation {
                true => self.is_made(&full, &name, hides.then_some(plain), built),
                false => built,
            };
            if !was_there {
                self.becomes(&full, &object, built);
            }
        }
        self.stand_in(&object, named, was_there);
        Some(Outcome::status(kind))
    }

    /// A table or view was made, as `built` says; `own` where only the session sees it, and whether it was made plainly.
    fn is_made(&mut self, full: &str, name: &[String], own: Option<bool>, built: Remade) -> Remade {
        // One that is known by another spelling may be what was made, or stand beside it.
        let spelled = self.target(name);
        let same = spelled == full;
        // One that others see is behind the session's own of that name.
        let behind = own.is_none() && self.is_own(full);
        if let Some(plain) = own {
            self.makes_own(full, plain && same);
            if !same {
                self.makes_own(&spelled, false);
            }
        }
        if same && !behind {
            built
        } else {
            Remade::Unknown
        }
    }

    /// Whether a table or view of that name is known where the session stands.
    fn is_there(&self, name: &[String]) -> bool {
        let (full, _) = self.qualify(name);
        let known = self.lookup(name);
        known.iter().any(|table| !is_elsewhere(&full, table))
    }

    /// What it is made from; gives the kind, and what it is then.
    fn make(&mut self, object: &str, cursor: Cursor<'_>) -> (StatementKind, Remade) {
        let base = match object {
            _ if object.ends_with("POLICY") => "policy".to_owned(),
            _ if object.ends_with("INTEGRATION") => "integration".to_owned(),
            _ => object.to_lowercase(),
        };
        let made = StatementKind::create(&base);
        let rest = cursor.rest();
        if object == "ALERT" && self.alert(rest) {
            return (made, Remade::Unknown);
        }
        // What follows AS is what it is made of, whatever words are in there.
        let begins = top_level(rest, "AS");
        let outside = |word: &str| {
            let at = top_level(rest, word)?;
            let source = Cursor {
                tokens: rest,
                at: at + 1,
            };
            begins.is_none_or(|begins| at < begins).then_some(source)
        };
        if let Some(source) = outside("CLONE") {
            let like = self.clone_of(object, source);
            return (StatementKind::create(&format!("{base}_clone")), like);
        }
        let table = object.ends_with("TABLE");
        if table && let Some(rows) = outside("TEMPLATE") {
            self.template(rows.rest());
        }
        if table && let Some(source) = outside("LIKE") {
            let like = self.like(source);
            return (StatementKind::create(&format!("{base}_like")), like);
        }
        let Some(at) = begins.filter(|_| {
            table
                || object.ends_with("VIEW")
                || matches!(object, "TASK" | "PIPE" | "ALERT" | "CORTEX_SEARCH_SERVICE")
        }) else {
            let written_out = object == "TABLE" && begins.is_none();
            let remade = if written_out {
                Remade::Defined
            } else {
                Remade::Unknown
            };
            return (made, remade);
        };
        let body = rest.get(at + 1..).unwrap_or_default();
        if matches!(object, "TASK" | "PIPE" | "ALERT") {
            let kinds = self.block_or_statement(body);
            self.inner_kinds.extend(kinds);
            return (made, Remade::Unknown);
        }
        let relation = self.query_tokens(body);
        self.materializes(&relation, body);
        let kind = if object == "TABLE" {
            StatementKind::create("table_as")
        } else {
            made
        };
        // Columns in brackets have names of their own.
        let mut options = rest.iter().take(at);
        if options.any(|option| option.token == Token::LParen) {
            return (kind, Remade::Unknown);
        }
        (kind, Remade::of(relation))
    }

    /// `LIKE t`: its columns, and what tags say of them.
    fn like(&mut self, mut source: Cursor<'_>) -> Remade {
        match self.name_needed(&mut source) {
            Some(name) => Remade::of(self.table(&name, Self::run_span(source.tokens))),
            None => Remade::Unknown,
        }
    }

    /// What an alert asks, and does then; false where it is not written so.
    fn alert(&mut self, rest: &[TokenWithSpan]) -> bool {
        let Some(at) = top_level(rest, "THEN") else {
            return false;
        };
        let (condition, action) = rest.split_at(at);
        let asked = self.statements_within(condition);
        let done = self.block_or_statement(action.get(1..).unwrap_or_default());
        self.inner_kinds.extend(asked.into_iter().chain(done));
        true
    }

    /// `USING TEMPLATE (SELECT …)`: the rows of a query name the columns.
    fn template(&mut self, tokens: &[TokenWithSpan]) {
        let Some(query) = Cursor::new(tokens).group() else {
            return self.flag(Finding::UnresolvedOutput, self.here);
        };
        let everything = self.query_tokens(query).everything();
        self.persists(&everything, self.here);
        if self.bases.classified(&everything.revealed) {
            self.flag(Finding::NamedByData, self.here);
        }
    }

    /// What an ALTER puts into an object that reads or acts: a task's statement, an alert's condition and action, columns that are
    /// computed of others.
    pub(crate) fn redefines(&mut self, object: &str, rest: &[TokenWithSpan]) {
        let behind = |word: &str| top_level(rest, word).and_then(|at| rest.get(at + 1..));
        match object {
            "TASK" | "ALERT" => {
                let body = behind(if object == "TASK" { "AS" } else { "ACTION" });
                let name = self.name(&mut Cursor::new(rest)).unwrap_or_default();
                let kinds = self.later(&name, |run| {
                    let mut kinds = body.map_or_else(Vec::new, |body| run.block_or_statement(body));
                    if let Some(condition) = behind("CONDITION") {
                        kinds.extend(run.statements_within(condition));
                    }
                    kinds
                });
                self.inner_kinds.extend(kinds);
            }
            // Columns of files are made of what is in those.
            "EXTERNAL_TABLE" => {}
            _ if object.ends_with("TABLE") && behind("ADD").is_some() => self.computed(rest),
            _ => {}
        }
    }

    /// `t ADD COLUMN c VARCHAR AS (…)`: what it is computed of is there under its name.
    fn computed(&mut self, rest: &[TokenWithSpan]) {
        let mut named = Cursor::new(rest);
        if self.name(&mut named).is_none() {
            return;
        }
        let table = rest.get(..named.at).unwrap_or_default();
        let mut tokens = rest;
        while let Some(at) = top_level(tokens, "AS") {
            tokens = tokens.get(at + 1..).unwrap_or_default();
            let (Some(first), Some(made)) = (tokens.first(), Cursor::new(tokens).group()) else {
                continue;
            };
            let mut query = vec![keyword("SELECT", first)];
            query.extend(made.iter().cloned());
            query.push(keyword("FROM", first));
            query.extend(table.iter().cloned());
            let relation = self.query_tokens(&query);
            self.materializes(&relation, rest);
        }
    }

    /// A query whose rows, or whose text, stay under another name.
    fn materializes(&mut self, relation: &Relation, body: &[TokenWithSpan]) {
        let span = Self::run_span(body);
        for column in &relation.columns {
            self.persists(&column.prov, span);
            if column.prov.unresolved {
                self.flag(Finding::UnresolvedOutput, span);
            }
        }
        if let Some(open) = &relation.open {
            self.flag(Finding::UnresolvedOutput, span);
            let prov = open.prov.clone();
            self.persists(&prov, span);
        }
    }

    fn clone_of(&mut self, object: &str, mut cursor: Cursor<'_>) -> Remade {
        self.flag(Finding::Clone, self.here);
        let Some(mut name) = self.name_needed(&mut cursor) else {
            return Remade::Unknown;
        };
        if object.ends_with("TABLE") {
            let relation = self.table(&name, self.here);
            let everything = relation.everything();
            self.persists(&everything, self.here);
            return Remade::of(relation);
        }
        if object == "STAGE" {
            let stage = self.stage(&name, false, self.here);
            self.reads(&stage);
            return Remade::Unknown;
        }
        if object == "SCHEMA"
            && name.len() == 1
            && let Some(database) = &self.context.database
        {
            name.insert(0, database.clone());
        }
        if object == "SCHEMA" && name.len() < 2 {
            self.flag(Finding::UnresolvedTable, self.here);
        }
        let full = crate::catalog::join_name(&name);
        self.reads(&full);
        let prefix = format!("{full}.");
        let sensitive = self.catalog.tables().any(|table| {
            table.full_name.starts_with(&prefix)
                && table
                    .columns
                    .iter()
                    .any(crate::catalog::Column::is_sensitive)
        });
        if sensitive {
            self.flag(Finding::PersistSensitive, self.here);
        }
        Remade::Unknown
    }

    /// `ON TABLE t`, `ON VIEW v` of a stream.
    fn on_table(&self, rest: &[TokenWithSpan]) -> Option<usize> {
        let at = top_level(rest, "ON")?;
        let next = rest.get(at + 1)?;
        STREAMED
            .iter()
            .any(|word| is_word(&next.token, word))
            .then_some(at)
    }

    fn read_on(&mut self, rest: &[TokenWithSpan]) {
        let Some(at) = self.on_table(rest) else {
            return;
        };
        let mut source = Cursor {
            tokens: rest,
            at: at + 1,
        };
        while STREAMED.iter().any(|word| source.is(word)) {
            source.at += 1;
        }
        if let Some(name) = self.name_needed(&mut source) {
            let relation = self.table(&name, Self::run_span(rest));
            let everything = relation.everything();
            self.persists(&everything, Self::run_span(rest));
        }
    }
}

/// Whether a clone may be of what a table was at another time: what is known of it is of now.
fn is_of_before(tokens: &[TokenWithSpan]) -> bool {
    let moments = ["AT", "BEFORE"];
    let mut tokens = tokens.iter();
    tokens.any(|t| moments.iter().any(|moment| is_word(&t.token, moment)))
}

/// A word that is in no bracket and no part of a name.
pub(crate) fn top_level(tokens: &[TokenWithSpan], word: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (i, token) in tokens.iter().enumerate() {
        match &token.token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            // `EXECUTE AS OWNER` is no body.
            other if depth == 0 && is_word(other, word) => {
                let after_execute = i > 0
                    && tokens
                        .get(i - 1)
                        .is_some_and(|t| is_word(&t.token, "EXECUTE"));
                if !after_execute {
                    return Some(i);
                }
            }
            _ => {}
        }
    }
    None
}
