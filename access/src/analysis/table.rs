//! Tables by name: CTEs, earlier results, stages, the catalog's tables and views, and those it does not know.
//!
//! Enters: name parts. Leaves: relations, noted as read. Never here: a view taken for what its columns are called.

use std::rc::Rc;
use std::sync::Arc;

use event::payload::Finding;
use sqlparser::ast::{ObjectName, Spanned};
use sqlparser::tokenizer::Span;

use super::account;
use super::prov::Prov;
use super::run::Run;
use super::scope::{Open, Relation};
use super::stage::location_of;
use crate::catalog::{Table, join_name, quote};
use crate::limits;

impl Run<'_> {
    /// A table, view, stage, CTE or earlier result by its name.
    pub(crate) fn named_relation(&mut self, name: &ObjectName) -> Relation {
        if let Some(location) = location_of(name) {
            return self.files_at(&location, name.span());
        }
        match self.parts(name) {
            Some(parts) => self.table_said(&parts, by_text(name), name.span()),
            None => {
                self.flag(Finding::UnresolvedTable, name.span());
                Relation::opaque(Prov::unknown())
            }
        }
    }

    /// What a name written as such stands for; noted as read.
    pub(crate) fn table(&mut self, parts: &[String], span: Span) -> Relation {
        self.table_said(parts, false, span)
    }

    /// What a name stands for; noted as read. A name `by_text` (`IDENTIFIER('t')`, `TABLE('t')`), and one that is spelled as a
    /// common table expression in another case, may be the expression or the table: it is both.
    pub(crate) fn table_said(&mut self, parts: &[String], by_text: bool, span: Span) -> Relation {
        let [name] = parts else {
            return self.table_beyond(parts, span);
        };
        if !self.searches(self.ctes.len(), 2) {
            return Relation::opaque(Prov::unknown());
        }
        // The nearest first, up to the one that is spelled so.
        let mut readings = Vec::new();
        let mut spelled = false;
        for (cte, relation) in self.ctes.iter().rev() {
            if cte.eq_ignore_ascii_case(name) {
                readings.push(Rc::clone(relation));
                spelled = cte == name;
            }
            if spelled {
                break;
            }
        }
        let mut relation = match readings.pop() {
            Some(last) if spelled && !by_text => self.copy_of(&last),
            Some(last) => {
                readings.push(last);
                self.table_beyond(parts, span)
            }
            None => return self.table_beyond(parts, span),
        };
        for reading in readings {
            let reading = self.copy_of(&reading);
            relation.unite_with_reading(reading);
        }
        relation
    }

    /// A name that is no common table expression.
    fn table_beyond(&mut self, parts: &[String], span: Span) -> Relation {
        if let [name] = parts
            && let Some(result) = name.strip_prefix('$').and_then(|n| n.parse::<usize>().ok())
        {
            return self.flow_result(result, span);
        }
        if let Some((made, filled)) = self.made_here(parts) {
            let text = self.target(parts);
            self.reads(&text);
            if filled {
                self.flag(Finding::UnknownTable, span);
            }
            return self.copy_of(&made);
        }
        let found = self.lookup(parts);
        if found.is_empty() {
            return self.unknown_table(parts, span);
        }
        let (full, text) = self.placed(parts, span);
        let remade =
            self.is_remade(&text) || found.iter().any(|table| self.is_remade(&table.full_name));
        let defined = found.iter().any(|table| self.is_defined(&table.full_name));
        if defined || self.passes_by(&full, &found) {
            self.reads(&text);
            self.flag(Finding::UnknownTable, span);
        }
        let mut relation = Relation::default();
        for (i, table) in found.iter().enumerate() {
            self.reads(&table.full_name);
            let one = self.expand(table, span);
            if i == 0 {
                relation = one
            } else {
                relation.unite_by_name(one, &self.bases)
            }
        }
        if defined {
            // Columns that it had keep their tags; others are those of a new table.
            relation.open_with(Open::of(&text));
        }
        if full.len() < 3 || remade {
            // Besides those that are known, it may be one that is not.
            self.flag(Finding::UnresolvedTable, span);
            relation.unite_with_reading(Relation::opaque(Prov::unknown()));
        }
        relation
    }

    /// Whether Snowflake, which looks into PUBLIC last, may find in the session's own schema what files of definitions do not know there.
    fn passes_by(&self, full: &[String], found: &[Arc<Table>]) -> bool {
        !self.catalog.is_live() && found.iter().any(|table| is_elsewhere(full, table))
    }

    fn flow_result(&mut self, back: usize, span: Span) -> Relation {
        let at = self.flow.len().checked_sub(back);
        match at.and_then(|at| self.flow.get(at)).cloned() {
            Some(relation) => self.copy_of(&relation),
            None => {
                self.flag(Finding::UnresolvedTable, span);
                Relation::opaque(Prov::unknown())
            }
        }
    }

    /// A relation once more, as long as there is room for it.
    pub(crate) fn copy_of(&mut self, relation: &Relation) -> Relation {
        if self.copies(relation.columns.len()) {
            relation.clone()
        } else {
            Relation::opaque(Prov::unknown())
        }
    }

    /// The catalog's tables a name may mean: one where the session says where it stands, else each that ends so.
    pub(crate) fn lookup(&self, parts: &[String]) -> Vec<Arc<Table>> {
        let (full, text) = self.qualify(parts);
        if self.catalog.is_unknown(&text) {
            return Vec::new();
        }
        let exact = self.catalog.shared(&text).cloned();
        if exact.is_some() || full.len() == 3 {
            let public = || {
                let database = full.first()?;
                let [name] = parts else { return None };
                self.catalog
                    .shared(&join_name(&[
                        database.clone(),
                        "PUBLIC".to_owned(),
                        name.clone(),
                    ]))
                    .cloned()
            };
            let folded = || {
                let upper: Vec<String> = full.iter().map(|part| part.to_uppercase()).collect();
                self.catalog.shared(&join_name(&upper)).cloned()
            };
            return exact.or_else(folded).or_else(public).into_iter().collect();
        }
        let suffix = parts
            .iter()
            .map(|part| quote(part))
            .collect::<Vec<_>>()
            .join(".");
        self.catalog.ending_with(&suffix).to_vec()
    }

    fn unknown_table(&mut self, parts: &[String], span: Span) -> Relation {
        let (full, text) = self.qualify(parts);
        self.reads(&text);
        let table: Arc<str> = text.as_str().into();
        match account::view(&full) {
            Some(account::Holds::Names) => {
                self.flag(Finding::Metadata, span);
                return Relation::metadata(Some(table));
            }
            Some(account::Holds::Texts) => {
                self.flag(Finding::Metadata, span);
                self.flag(Finding::QueryText, span);
                return Relation::metadata(Some(table));
            }
            Some(account::Holds::Anything) => {
                self.flag(Finding::Metadata, span);
                self.flag(Finding::UnknownMetadata, span);
                return Relation::metadata(Some(table));
            }
            None => {}
        }
        let _ = self.placed(parts, span);
        self.flag(Finding::UnknownTable, span);
        Relation {
            open: Some(Open::of(&text)),
            ..Relation::default()
        }
    }

    fn expand(&mut self, table: &Arc<Table>, span: Span) -> Relation {
        if !self.copies(table.columns.len()) {
            return Relation::opaque(Prov::unknown());
        }
        let Some(view) = &table.view else {
            return self.base_columns(table);
        };
        if self.depth >= limits::MAX_EXPANSION_DEPTH {
            self.flag(Finding::UnresolvedView, span);
            return Relation::opaque(Prov::unknown());
        }
        let Some(query) = view.query() else {
            self.flag(Finding::UnresolvedView, span);
            return Relation {
                open: Some(Open {
                    tables: vec![Arc::clone(&table.full_name)],
                    prov: Prov::unknown(),
                    settled: false,
                }),
                ..Relation::default()
            };
        };
        let here = (
            self.context.database.replace(table.database.clone()),
            self.context.schema.replace(table.schema.clone()),
        );
        let (ctes, flow, fixed) = (
            std::mem::take(&mut self.ctes),
            std::mem::take(&mut self.flow),
            self.fixed,
        );
        self.fixed = fixed.or_else(|| self.text.range(span));
        (self.quiet, self.depth) = (self.quiet + 1, self.depth + 1);
        let mut relation = self.query(&query, None);
        (self.quiet, self.depth) = (self.quiet - 1, self.depth - 1);
        (self.ctes, self.flow, self.fixed) = (ctes, flow, fixed);
        (self.context.database, self.context.schema) = here;
        self.name_view_columns(table, &view.columns, &mut relation);
        relation
    }

    /// Explicit column names, and what tags on the view's own columns say.
    fn name_view_columns(&mut self, table: &Arc<Table>, names: &[String], relation: &mut Relation) {
        if relation.open.is_some() && !names.is_empty() {
            let all = relation.everything();
            *relation = Relation::default();
            names
                .iter()
                .for_each(|name| relation.push(name.clone(), all.clone()));
        }
        for (column, name) in relation.columns.iter_mut().zip(names) {
            column.name.clone_from(name);
        }
        for own in table.columns.iter().filter(|own| own.is_sensitive()) {
            let id = self
                .bases
                .id(self.catalog, &table.full_name, &own.full_name, &own.name);
            for column in relation
                .columns
                .iter_mut()
                .filter(|column| column.name == own.name)
            {
                // The view's tag names the class, whatever its query makes the value of.
                let tagged = self.bases.value(id);
                column.prov.merge(&tagged);
            }
        }
    }

    pub(crate) fn base_columns(&mut self, table: &Arc<Table>) -> Relation {
        let mut relation = Relation::default();
        relation.columns.reserve(table.columns.len());
        for column in &table.columns {
            let id = self.bases.id(
                self.catalog,
                &table.full_name,
                &column.full_name,
                &column.name,
            );
            let value = self.bases.value(id);
            relation.push(column.name.clone(), value);
        }
        relation
    }
}

/// Whether a table is in another schema than its full name says: in PUBLIC, where queries alone look, and look last.
pub(crate) fn is_elsewhere(full: &[String], table: &Table) -> bool {
    matches!(full, [_, schema, _] if !table.schema.eq_ignore_ascii_case(schema))
}

/// Whether a name was given as text.
pub(crate) fn by_text(name: &ObjectName) -> bool {
    name.0
        .iter()
        .any(|part| matches!(part, sqlparser::ast::ObjectNamePart::Function(_)))
}
