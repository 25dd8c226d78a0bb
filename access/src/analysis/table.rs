//! Tables by name: CTEs, earlier results, stages, the catalog's tables and views, and those it does not know.
//!
//! Enters: name parts. Leaves: relations, noted as read. Never here: a view taken for what its columns are called.

use std::rc::Rc;
use std::sync::Arc;

use sqlparser::ast::{ObjectName, Spanned};
use sqlparser::tokenizer::Span;

use super::prov::Prov;
use super::run::Run;
use super::scope::{Open, Relation};
use crate::catalog::{Table, join_name, quote};
use crate::limits;

impl Run<'_> {
    /// A table, view, stage, CTE or earlier result by its name.
    pub(crate) fn named_relation(&mut self, name: &ObjectName) -> Relation {
        match self.parts(name) {
            Some(parts) => self.table(&parts, name.span()),
            None => {
                self.flag("unresolved_table", name.span());
                Relation::opaque(Prov::unknown())
            }
        }
    }

    /// What a name stands for; noted as read.
    pub(crate) fn table(&mut self, parts: &[String], span: Span) -> Relation {
        if let [name] = parts {
            if !self.searches(self.ctes.len(), 2) {
                return Relation::opaque(Prov::unknown());
            }
            let cte =
                |same: &dyn Fn(&str) -> bool| self.ctes.iter().rev().find(|(cte, _)| same(cte));
            let spelled = cte(&|cte| cte == name);
            if let Some((_, relation)) =
                spelled.or_else(|| cte(&|cte| cte.eq_ignore_ascii_case(name)))
            {
                let relation = Rc::clone(relation);
                return self.copy_of(&relation);
            }
            if let Some(result) = name.strip_prefix('$').and_then(|n| n.parse::<usize>().ok()) {
                return self.flow_result(result, span);
            }
        }
        if parts.first().is_some_and(|first| first.starts_with('@')) {
            self.flag("stage_read", span);
            self.flag("unknown_lineage", span);
            self.reads(&super::copy::stage_of(&parts.join(".")));
            return Relation::opaque(Prov::unknown());
        }
        let found = self.lookup(parts);
        if found.is_empty() {
            return self.unknown_table(parts, span);
        }
        let mut relation = Relation::default();
        for (i, table) in found.iter().enumerate() {
            self.reads(&table.full_name);
            let one = self.expand(table, span);
            if i == 0 {
                relation = one
            } else {
                relation.unite_by_name(one)
            }
        }
        if found.len() > 1 {
            self.flag("unresolved_table", span);
            let everything = relation.everything();
            relation.open_with(Open {
                tables: Vec::new(),
                prov: everything,
                settled: false,
            });
        }
        relation
    }

    fn flow_result(&mut self, back: usize, span: Span) -> Relation {
        let at = self.flow.len().checked_sub(back);
        match at.and_then(|at| self.flow.get(at)).cloned() {
            Some(relation) => self.copy_of(&relation),
            None => {
                self.flag("unresolved_table", span);
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
        let table: Arc<str> = text.into();
        self.reads(&table);
        let metadata = full.first().is_some_and(|database| database == "SNOWFLAKE")
            || full.iter().any(|part| part == "INFORMATION_SCHEMA");
        if metadata {
            self.flag("metadata", span);
            let last = parts.last().map(String::as_str).unwrap_or_default();
            if holds_query_text(last) {
                self.flag("query_text", span);
            }
            return Relation::metadata(Some(table));
        }
        self.flag("unknown_table", span);
        Relation {
            open: Some(Open {
                tables: vec![table],
                prov: Prov::default(),
                settled: false,
            }),
            ..Relation::default()
        }
    }

    fn expand(&mut self, table: &Arc<Table>, span: Span) -> Relation {
        if !self.copies(table.columns.len()) {
            return Relation::opaque(Prov::unknown());
        }
        let Some(view) = &table.view else {
            if table.columns.is_empty() {
                return Relation {
                    open: Some(Open {
                        tables: vec![Arc::clone(&table.full_name)],
                        prov: Prov::default(),
                        settled: false,
                    }),
                    ..Relation::default()
                };
            }
            return self.base_columns(table);
        };
        if self.depth >= limits::MAX_EXPANSION_DEPTH {
            self.flag("unresolved_view", span);
            return Relation::opaque(Prov::unknown());
        }
        let Some(query) = view.query() else {
            self.flag("unresolved_view", span);
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
                column.prov.merge(&Prov::of(id));
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
            relation.push(column.name.clone(), Prov::of(id));
        }
        relation
    }
}

/// Views of the account's history that show other people's statements.
fn holds_query_text(view: &str) -> bool {
    view.contains("QUERY")
        || matches!(
            view,
            "ACCESS_HISTORY" | "TASK_HISTORY" | "VIEWS" | "PROCEDURES" | "FUNCTIONS" | "SESSIONS"
        )
}
