//! COPY INTO, both ways: into tables and out to stages.
//!
//! Enters: the statement, or its words where the parser gave up. Leaves: where data goes and where from.

use event::payload::{Finding, StatementKind};
use sqlparser::ast::{CopyIntoSnowflakeKind, Ident, ObjectName, Query, Spanned, Statement};
use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::command::stage_name;
use super::create::top_level;
use super::object::is_external;
use super::run::{Outcome, Run};
use super::scope::{Binding, Relation, Scope};
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
        self.loading = matches!(kind, CopyIntoSnowflakeKind::Table);
        let source = self.copy_source(from_obj.as_ref(), from_query.as_deref());
        self.loading = false;
        match kind {
            CopyIntoSnowflakeKind::Location => {
                self.flag(Finding::Egress, span);
                let name = location(into);
                if name.contains("://")
                    || stage_params.url.is_some()
                    || !stage_params.credentials.options.is_empty()
                {
                    self.flag(Finding::ExternalLocation, span);
                }
                self.writes(&name);
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
        let text = location(from);
        if text.starts_with('@') || text.contains("://") {
            self.flag(Finding::StageRead, from.span());
            if text.contains("://") {
                self.flag(Finding::ExternalLocation, from.span());
            }
            self.reads(&text);
            return Relation::default();
        }
        self.named_relation(from)
    }

    /// COPY INTO whose options the parser does not read: where from and where to is said by words.
    pub(crate) fn copy_by_words(&mut self, tokens: &[TokenWithSpan]) -> Option<Outcome> {
        let mut cursor = Cursor::new(tokens);
        cursor.accept(&["COPY", "INTO"]).then_some(())?;
        let mut to = cursor;
        let location =
            stage_name(&mut to).or_else(|| cursor.peek().and_then(literal).map(str::to_owned));
        let from = top_level(tokens, "FROM").map(|at| Cursor { tokens, at: at + 1 });
        self.loading = location.is_none();
        let source = from.map(|mut from| self.source_by_words(&mut from));
        self.loading = false;
        let source = source.unwrap_or_else(|| Some(Relation::default()))?;
        if let Some(location) = location {
            self.flag(Finding::Egress, self.here);
            if location.contains("://") {
                self.flag(Finding::ExternalLocation, self.here);
            }
            self.writes(&location);
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
        if let Some(text) = from.peek().and_then(literal) {
            self.flag(Finding::StageRead, self.here);
            if is_external(text) {
                self.flag(Finding::ExternalLocation, self.here);
            }
            self.reads(
                if text.starts_with('@') {
                    stage_of(text)
                } else {
                    text.to_owned()
                }
                .as_str(),
            );
            return Some(Relation::default());
        }
        if let Some(stage) = stage_name(&mut from.clone()) {
            self.flag(Finding::StageRead, self.here);
            self.reads(&stage);
            return Some(Relation::default());
        }
        let name = self.name(from)?;
        Some(self.table(&name, self.here))
    }
}

/// The stage of a stage path.
pub(crate) fn stage_of(path: &str) -> String {
    path.split('/').next().unwrap_or_default().to_uppercase()
}

/// A stage or URL as written: stages in upper case, URLs as they are.
fn location(name: &ObjectName) -> String {
    let text = name
        .0
        .iter()
        .map(|part| {
            part.as_ident()
                .map_or_else(|| part.to_string(), |ident| ident.value.clone())
        })
        .collect::<Vec<_>>()
        .join(".");
    if text.contains("://") {
        format!("'{text}'")
    } else {
        stage_of(&text)
    }
}
