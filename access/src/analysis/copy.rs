//! COPY INTO, both ways: into tables and out to stages.
//!
//! Enters: the statement, or its words where the parser gave up. Leaves: where data goes and where from.

use event::payload::{Finding, StatementKind};
use sqlparser::ast::{CopyIntoSnowflakeKind, Ident, ObjectName, Query, Spanned, Statement};
use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::create::top_level;
use super::object::is_external;
use super::run::{Outcome, Run};
use super::scope::{Binding, Relation, Scope};
use super::stage::{location_at, location_of};
use super::tokens::{Cursor, literal};

impl Run<'_> {
    /// COPY INTO, both ways.
    pub(crate) fn copy_into(&mut self, statement: &Statement) -> Outcome {
        let Statement::CopyIntoSnowflake {
            kind,
            into,
            from_obj,
            from_query,
            from_transformations,
            partition,
            stage_params,
            ..
        } = statement
        else {
            return Outcome::status(StatementKind::Unclassified);
        };
        let span = into.span();
        let to = location_of(into);
        self.loading = matches!(kind, CopyIntoSnowflakeKind::Table);
        let source = self.copy_source(from_obj.as_ref(), from_query.as_deref());
        self.loading = false;
        match kind {
            CopyIntoSnowflakeKind::Location => {
                self.flag(Finding::Egress, span);
                if to.as_deref().is_none_or(is_external)
                    || stage_params.url.is_some()
                    || !stage_params.credentials.options.is_empty()
                {
                    self.flag(Finding::ExternalLocation, span);
                }
                match to.and_then(|to| self.location(&to, span)) {
                    Some(name) => self.writes(&name),
                    None => self.flag(Finding::UnresolvedTable, span),
                }
                if let Some(by) = partition {
                    let scope = Scope {
                        bindings: vec![Binding {
                            alias: String::new(),
                            path: Vec::new(),
                            relation: source.clone(),
                        }],
                        ..Scope::default()
                    };
                    let prov = self.expr(by, &scope);
                    self.persists(&prov, by.span());
                }
                self.carries_all(&source, span);
                Outcome::status(StatementKind::CopyIntoLocation)
            }
            CopyIntoSnowflakeKind::Table => {
                if let Some(to) = to {
                    // A stage in quotes is none to the parser, which reads what goes there as if it were loaded: its words say
                    // what it is (`command.rs`), and what comes here all the same is not understood.
                    self.flag(Finding::Egress, span);
                    self.writes_location(&to, span);
                    self.carries_all(&source, span);
                    return self.unclassified();
                }
                let target = self.target_table(into);
                self.written(&target, &[]);
                if from_transformations.is_none() && from_query.is_some() {
                    self.carries_all(&source, span);
                }
                if stage_params.url.is_some() {
                    self.flag(Finding::ExternalLocation, span);
                }
                Outcome::status(StatementKind::CopyIntoTable)
            }
        }
    }

    fn copy_source(&mut self, from: Option<&ObjectName>, query: Option<&Query>) -> Relation {
        if let Some(query) = query {
            return self.query(query, None);
        }
        let Some(from) = from else {
            return Relation::default();
        };
        let Some(text) = location_of(from) else {
            return self.named_relation(from);
        };
        self.reads_location(&text, from.span());
        Relation::default()
    }

    /// COPY INTO whose options the parser does not read: where from and where to is said by words.
    pub(crate) fn copy_by_words(&mut self, tokens: &[TokenWithSpan]) -> Option<Outcome> {
        let mut cursor = Cursor::new(tokens);
        cursor.accept(&["COPY", "INTO"]).then_some(())?;
        let mut to = cursor;
        let location = location_at(&mut to);
        // Behind the location: its path may have the word, too.
        let tokens = to.rest();
        let from = top_level(tokens, "FROM").map(|at| Cursor { tokens, at: at + 1 });
        self.loading = location.is_none();
        let source = from.map(|mut from| self.source_by_words(&mut from));
        self.loading = false;
        let source = source.unwrap_or_else(|| Some(Relation::default()))?;
        if let Some(location) = location {
            self.flag(Finding::Egress, self.here);
            self.writes_location(&location, self.here);
            self.carries_all(&source, self.here);
            return Some(Outcome::status(StatementKind::CopyIntoLocation));
        }
        let name = self.name(&mut cursor)?;
        let name = ObjectName::from(
            name.into_iter()
                .map(|part| Ident::with_quote('"', part))
                .collect::<Vec<_>>(),
        );
        let target = self.target_table(&name);
        self.written(&target, &[]);
        self.carries_all(&source, self.here);
        Some(Outcome::status(StatementKind::CopyIntoTable))
    }

    /// What a COPY reads whose words begin with its source.
    pub(crate) fn source_by_words(&mut self, from: &mut Cursor<'_>) -> Option<Relation> {
        if from.peek() == Some(&Token::LParen) {
            let inner = from.group()?;
            if inner
                .iter()
                .any(|t| literal(&t.token).is_some_and(is_external))
            {
                self.flag(Finding::ExternalLocation, self.here);
            }
            return Some(self.query_tokens(inner));
        }
        if let Some(text) = location_at(from) {
            self.reads_location(&text, self.here);
            return Some(Relation::default());
        }
        let name = self.name(from)?;
        Some(self.table(&name, self.here))
    }
}
