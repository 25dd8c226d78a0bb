//! Names where a value stands: columns, `$n`, pseudo columns.
//!
//! Enters: identifiers and the names in scope. Leaves: provenance. Never here: a name nobody knows taken for harmless.

use event::payload::Finding;
use sqlparser::ast::Ident;
use sqlparser::tokenizer::Span;

use super::Derivation;
use super::kind::Kind;
use super::prov::Prov;
use super::run::Run;
use super::scope::{Binding, Meaning, Scope};
use super::tokens::folded;

/// Words that are values though they look like columns.
const PSEUDO: &[&str] = &[
    "CURRENT_DATE",
    "CURRENT_TIME",
    "CURRENT_TIMESTAMP",
    "CURRENT_USER",
    "CURRENT_ROLE",
    "LOCALTIME",
    "LOCALTIMESTAMP",
    "SYSDATE",
    "LEVEL",
    "DEFAULT",
    "CONNECT_BY_ISLEAF",
    "CONNECT_BY_ISCYCLE",
    "METADATA$ACTION",
    "METADATA$ISUPDATE",
    "METADATA$ROW_ID",
    "METADATA$FILENAME",
    "METADATA$FILE_ROW_NUMBER",
    "METADATA$FILE_CONTENT_KEY",
    "METADATA$FILE_LAST_MODIFIED",
    "METADATA$START_SCAN_TIME",
];

impl Run<'_> {
    /// The one answer where nothing is known: all that is in sight.
    pub(crate) fn lost(&mut self, span: Span, scope: &Scope<'_>) -> Prov {
        self.flag(Finding::UnresolvedColumn, span);
        scope.everything()
    }

    pub(crate) fn identifier(&mut self, ident: &Ident, scope: &Scope<'_>) -> Prov {
        let name = folded(ident);
        if !self.searches(scope.width(), 1) {
            return Prov::unknown();
        }
        let meaning = scope.name(&name);
        if meaning.is_nothing() && ident.quote_style.is_none() {
            if PSEUDO.contains(&name.as_str()) {
                return Prov::constant(Kind::Any);
            }
            if let Some(ordinal) = name
                .strip_prefix('$')
                .and_then(|rest| rest.parse::<usize>().ok())
            {
                return self.ordinal(
                    &scope.bindings.iter().collect::<Vec<_>>(),
                    ordinal,
                    ident.span,
                    scope,
                );
            }
        }
        self.meaning(meaning, &name, ident.span, scope)
    }

    /// Turns what a name may stand for into provenance.
    fn meaning(&mut self, meaning: Meaning, name: &str, span: Span, scope: &Scope<'_>) -> Prov {
        if meaning.is_nothing() {
            return self.lost(span, scope);
        }
        let mut prov = meaning.known.unwrap_or_default();
        for table in &meaning.tables {
            let full = format!("{table}.{}", crate::catalog::quote(name)).into();
            let id = self.bases.id(self.catalog, table, &full, name);
            prov.merge(&self.bases.value(id));
        }
        if let Some(vague) = meaning.vague {
            prov.merge(&vague);
            if !vague.is_constant() {
                prov.derivation = prov.derivation.max(Derivation::Lossy);
            }
        }
        prov
    }

    pub(crate) fn compound(&mut self, parts: &[Ident], scope: &Scope<'_>) -> Prov {
        let names: Vec<String> = parts.iter().map(folded).collect();
        let span = Span::union_iter(parts.iter().map(|part| part.span));
        let Some((name, qualifier)) = names.split_last() else {
            return self.lost(span, scope);
        };
        if !self.searches(scope.width(), 2) {
            return Prov::unknown();
        }
        if let Some(ordinal) = name
            .strip_prefix('$')
            .and_then(|rest| rest.parse::<usize>().ok())
        {
            let bound = scope
                .bindings
                .iter()
                .filter(|binding| binding.alias.eq_ignore_ascii_case(&qualifier.join(".")))
                .collect::<Vec<_>>();
            if !bound.is_empty() {
                return self.ordinal(&bound, ordinal, span, scope);
            }
        }
        if let Some(meaning) = scope.qualified(qualifier, name) {
            if meaning.is_nothing() && name.starts_with("METADATA$") {
                return Prov::constant(Kind::Any);
            }
            return self.meaning(meaning, name, span, scope);
        }
        // A sequence's next value, or a field of a column's object.
        if matches!(name.as_str(), "NEXTVAL") {
            return Prov::constant(Kind::Number);
        }
        let root = qualifier
            .first()
            .map(|first| scope.name(first))
            .filter(|meaning| !meaning.is_nothing());
        match (root, qualifier.first()) {
            (Some(meaning), Some(first)) => self
                .meaning(meaning, first, span, scope)
                .derived(Derivation::Lossy)
                .of_kind(Kind::Semi)
                .tested(),
            _ => self.lost(span, scope),
        }
    }

    /// `$n` of the relations it may mean.
    pub(crate) fn ordinal(
        &mut self,
        bound: &[&Binding],
        ordinal: usize,
        span: Span,
        scope: &Scope<'_>,
    ) -> Prov {
        let mut found = Prov::default();
        let mut any = false;
        for relation in bound.iter().map(|binding| &binding.relation) {
            if relation.open.is_some() {
                any = true;
                found.merge(&relation.everything());
            } else if let Some(column) = ordinal
                .checked_sub(1)
                .and_then(|at| relation.columns.get(at))
            {
                any = true;
                found.merge(&column.prov);
            }
        }
        if any { found } else { self.lost(span, scope) }
    }
}
