//! Statements that change rows: INSERT, UPDATE, DELETE, MERGE, COPY INTO.
//!
//! Enters: the statement. Leaves: what it reads, writes and carries over. Never here: a write of sensitive values that goes
//! unnoticed because its target has another name.

use std::sync::Arc;

use event::payload::{Finding, StatementKind, Use};
use sqlparser::ast::{
    Assignment, AssignmentTarget, Delete, Expr, FromTable, Insert, Merge, MergeAction,
    MergeInsertKind, MultiTableInsertIntoClause, MultiTableInsertValue, ObjectName, Spanned,
    TableAlias, TableFactor, TableObject, Update, UpdateTableFromKind,
};
use sqlparser::tokenizer::Span;

use super::predicate::filters;
use super::prov::Prov;
use super::run::{Outcome, Run};
use super::scope::{Binding, Open, Relation, Scope, Ties};
use super::table::is_elsewhere;
use crate::catalog::Table;

/// A table that is written: its name, its columns.
pub(crate) struct Target {
    name: String,
    relation: Relation,
    /// The request itself made it: its columns are those of what it was made of.
    made: bool,
    /// The request made something else of it, and nobody knows what.
    lost: bool,
}

impl Run<'_> {
    /// Notes a table as written; its own columns are not thereby read.
    pub(crate) fn target_table(&mut self, name: &ObjectName) -> Target {
        let Some(parts) = self.parts(name) else {
            self.flag(Finding::UnresolvedTable, name.span());
            self.fills("?");
            return Target {
                name: "?".to_owned(),
                relation: Relation::opaque(Prov::unknown()),
                made: false,
                lost: false,
            };
        };
        let (place, full) = self.placed(&parts, name.span());
        self.flag(Finding::DataWrite, self.here);
        self.fills(&full);
        if let Some((made, _)) = self.made_here(&parts) {
            self.writes(&full);
            return Target {
                name: full,
                relation: self.copy_of(&made),
                made: true,
                lost: false,
            };
        }
        let found = self.lookup(&parts);
        // Where the session does not say which of them it is, it may be any.
        found.iter().for_each(|table| self.writes(&table.full_name));
        let (name, relation) = match found.as_slice() {
            [table] if is_elsewhere(&place, table) => {
                // What is written is in the session's own schema, or nowhere.
                let mut relation = self.columns_now(table);
                relation.open_with(Open::of(&full));
                (full, relation)
            }
            [table] => (table.full_name.to_string(), self.columns_now(table)),
            _ => {
                let open = Some(Open::of(&full));
                let relation = Relation {
                    open,
                    ..Relation::default()
                };
                (full, relation)
            }
        };
        self.writes(&name);
        Target {
            lost: !found.is_empty() && self.is_remade(&name),
            name,
            relation,
            made: false,
        }
    }

    /// The columns of a table that a statement before, in this request, may have made anew.
    fn columns_now(&mut self, table: &Arc<Table>) -> Relation {
        if self.is_remade(&table.full_name) {
            return Relation::opaque(Prov::unknown());
        }
        let mut relation = self.base_columns(table);
        if self.is_defined(&table.full_name) {
            relation.open_with(Open::of(&table.full_name));
        }
        relation
    }

    fn bind_target(&mut self, target: &Target, alias: Option<&TableAlias>, scope: &mut Scope<'_>) {
        if target.lost {
            self.flag(Finding::UnresolvedTable, self.here);
        }
        let path: Vec<String> = super::tokens::split_name(&target.name).unwrap_or_default();
        super::from::bind(scope, target.relation.clone(), alias, path);
    }

    /// The columns of the target, as written to, by name or all in order.
    pub(crate) fn written(&mut self, target: &Target, names: &[String]) {
        if target.made {
            return;
        }
        let ids: Vec<Option<u32>> = if names.is_empty() {
            target
                .relation
                .columns
                .iter()
                .map(|column| column.prov.revealed.first().copied())
                .collect()
        } else {
            names
                .iter()
                .map(|name| {
                    target
                        .relation
                        .find(name)
                        .and_then(|prov| prov.revealed.first().copied())
                })
                .collect()
        };
        for id in ids.iter().flatten() {
            self.uses(&[*id], Use::Write);
        }
    }

    /// Every column of a relation, written elsewhere. Even into a column of the same kind: other rows may be shown to others.
    pub(crate) fn carries_all(&mut self, relation: &Relation, span: Span) {
        if let Some(open) = &relation.open {
            self.flag(Finding::UnresolvedOutput, span);
            let prov = open.prov.clone();
            self.persists(&prov, span);
        }
        for column in &relation.columns {
            if !self.step(1) {
                return;
            }
            self.persists(&column.prov, span);
        }
    }

    pub(crate) fn insert(&mut self, insert: &Insert) -> Outcome {
        let span = insert.insert_token.0.span;
        let source = insert
            .source
            .as_ref()
            .map(|query| self.query(query, None))
            .unwrap_or_default();
        if insert.overwrite {
            self.flag(Finding::UnfilteredWrite, span);
        }
        let multi = insert.multi_table_insert_type.is_some();
        if !multi {
            match &insert.table {
                TableObject::TableName(name) => {
                    let target = self.target_table(name);
                    let names = self.last_parts(&insert.columns);
                    self.written(&target, &names);
                    self.carries_all(&source, span);
                    for assignment in &insert.assignments {
                        let scope = Scope::default();
                        self.assignment(assignment, &target, &scope);
                    }
                }
                TableObject::TableFunction(_) | TableObject::TableQuery(_) => {
                    self.flag(Finding::Unclassified, span)
                }
            }
        }
        let mut scope = Scope::default();
        scope.bindings.push(Binding {
            alias: String::new(),
            path: Vec::new(),
            relation: source,
        });
        for clause in &insert.multi_table_into_clauses {
            self.branch(clause, &scope, span);
        }
        for when in &insert.multi_table_when_clauses {
            self.condition(&when.condition, &scope, &mut Ties::new());
            when.into_clauses
                .iter()
                .for_each(|clause| self.branch(clause, &scope, span));
        }
        for clause in insert.multi_table_else_clause.iter().flatten() {
            self.branch(clause, &scope, span);
        }
        Outcome::status(StatementKind::Insert)
    }

    fn branch(&mut self, clause: &MultiTableInsertIntoClause, scope: &Scope<'_>, span: Span) {
        let target = self.target_table(&clause.table_name);
        let names: Vec<String> = clause.columns.iter().map(super::tokens::folded).collect();
        self.written(&target, &names);
        match &clause.values {
            Some(values) => {
                for value in &values.values {
                    match value {
                        MultiTableInsertValue::Expr(expr) => {
                            let prov = self.expr(expr, scope);
                            self.persists(&prov, expr.span());
                        }
                        MultiTableInsertValue::Default => {}
                    }
                }
            }
            None => {
                scope
                    .bindings
                    .iter()
                    .for_each(|binding| self.carries_all(&binding.relation, span));
            }
        }
    }

    fn assignment(&mut self, assignment: &Assignment, target: &Target, scope: &Scope<'_>) {
        let prov = self.expr(&assignment.value, scope);
        let names = match &assignment.target {
            AssignmentTarget::ColumnName(name) => std::slice::from_ref(name),
            AssignmentTarget::Tuple(names) => names.as_slice(),
        };
        for name in names {
            let column = self
                .parts(name)
                .and_then(|mut parts| parts.pop())
                .unwrap_or_default();
            self.written(target, std::slice::from_ref(&column));
            self.persists(&prov, assignment.value.span());
        }
    }

    /// The columns that names speak of, each by the last part of its name.
    fn last_parts(&mut self, names: &[ObjectName]) -> Vec<String> {
        let last = |name: &ObjectName| self.parts(name)?.pop();
        names.iter().filter_map(last).collect()
    }

    pub(crate) fn update(&mut self, update: &Update) -> Outcome {
        let span = update.update_token.0.span;
        let mut scope = Scope::default();
        let mut ties = Ties::new();
        let TableFactor::Table { name, alias, .. } = &update.table.relation else {
            self.flag(Finding::Unclassified, span);
            return Outcome::status(StatementKind::Update);
        };
        let target = self.target_table(name);
        self.bind_target(&target, alias.as_ref(), &mut scope);
        let tables = match &update.from {
            Some(
                UpdateTableFromKind::BeforeSet(tables) | UpdateTableFromKind::AfterSet(tables),
            ) => tables.as_slice(),
            None => &[],
        };
        let _ = self.from(tables, &mut scope, &mut ties);
        if !tables.is_empty() || !update.table.joins.is_empty() {
            self.reads(&target.name);
        }
        for join in &update.table.joins {
            self.factor(&join.relation, &mut scope);
        }
        self.filter(update.selection.as_ref(), &scope, span);
        for assignment in &update.assignments {
            self.assignment(assignment, &target, &scope);
        }
        Outcome::status(StatementKind::Update)
    }

    /// WHERE of a statement that changes rows.
    fn filter(&mut self, selection: Option<&Expr>, scope: &Scope<'_>, span: Span) {
        match selection {
            Some(selection) => {
                self.condition(selection, scope, &mut Ties::new());
                if !filters(selection) {
                    self.flag(Finding::UnfilteredWrite, selection.span());
                }
            }
            None => self.flag(Finding::UnfilteredWrite, span),
        }
    }

    pub(crate) fn delete(&mut self, delete: &Delete) -> Outcome {
        let span = delete.delete_token.0.span;
        let mut scope = Scope::default();
        let tables = match &delete.from {
            FromTable::WithFromKeyword(tables) | FromTable::WithoutKeyword(tables) => tables,
        };
        for table in tables {
            match &table.relation {
                TableFactor::Table { name, alias, .. } => {
                    let target = self.target_table(name);
                    self.bind_target(&target, alias.as_ref(), &mut scope);
                }
                _ => self.flag(Finding::Unclassified, span),
            }
        }
        let _ = self.from(
            delete.using.as_deref().unwrap_or_default(),
            &mut scope,
            &mut Ties::new(),
        );
        self.filter(delete.selection.as_ref(), &scope, span);
        Outcome::status(StatementKind::Delete)
    }

    pub(crate) fn merge(&mut self, merge: &Merge) -> Outcome {
        let span = merge.merge_token.0.span;
        let mut scope = Scope::default();
        let TableFactor::Table { name, alias, .. } = &merge.table else {
            self.flag(Finding::Unclassified, span);
            return Outcome::status(StatementKind::Merge);
        };
        let target = self.target_table(name);
        self.reads(&target.name);
        self.bind_target(&target, alias.as_ref(), &mut scope);
        self.factor(&merge.source, &mut scope);
        self.condition(&merge.on, &scope, &mut Ties::new());
        let changes_all = |clause: &sqlparser::ast::MergeClause| {
            !matches!(clause.action, MergeAction::Insert(_))
                && !clause.predicate.as_ref().is_some_and(filters)
        };
        if !filters(&merge.on) && merge.clauses.iter().any(changes_all) {
            self.flag(Finding::UnfilteredWrite, merge.on.span());
        }
        for clause in &merge.clauses {
            if let Some(predicate) = &clause.predicate {
                self.condition(predicate, &scope, &mut Ties::new());
            }
            match &clause.action {
                MergeAction::Delete { delete_token: _ } => {}
                MergeAction::Update(update) => {
                    update
                        .assignments
                        .iter()
                        .for_each(|assignment| self.assignment(assignment, &target, &scope));
                    for predicate in update
                        .update_predicate
                        .iter()
                        .chain(&update.delete_predicate)
                    {
                        self.condition(predicate, &scope, &mut Ties::new());
                    }
                }
                MergeAction::Insert(insert) => {
                    let names = self.last_parts(&insert.columns);
                    self.written(&target, &names);
                    match &insert.kind {
                        MergeInsertKind::Row => {
                            let everything = scope.everything();
                            self.persists(&everything, span);
                        }
                        MergeInsertKind::Values(values) => {
                            for row in &values.rows {
                                for cell in &row.content {
                                    let prov = self.expr(cell, &scope);
                                    self.persists(&prov, cell.span());
                                }
                            }
                        }
                    }
                    if let Some(predicate) = &insert.insert_predicate {
                        self.condition(predicate, &scope, &mut Ties::new());
                    }
                }
            }
        }
        Outcome::status(StatementKind::Merge)
    }
}
