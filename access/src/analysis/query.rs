//! Queries: CTEs, set operations, VALUES, ordering.
//!
//! Enters: a query and the scope around it. Leaves: the relation it gives. Never here: FROM (`from.rs`), SELECT (`select.rs`).

use std::rc::Rc;

use event::payload::Finding;
use sqlparser::ast::{
    Cte, LimitClause, OrderBy, OrderByKind, Query, SetExpr, SetOperator, SetQuantifier, Spanned,
    TableAlias, Value, Values, With,
};
use sqlparser::tokenizer::Span;

use super::kind::Kind;
use super::prov::Prov;
use super::run::Run;
use super::scope::{Binding, Relation, Scope};
use super::tokens::folded;
use super::{Comparison, Derivation};
use crate::limits;

impl Run<'_> {
    /// The relation a query gives.
    pub(crate) fn query(&mut self, query: &Query, parent: Option<&Scope<'_>>) -> Relation {
        if !self.step(1) {
            return Relation::opaque(Prov::unknown());
        }
        stacker::maybe_grow(256 * 1024, 4 * 1024 * 1024, || {
            self.query_inner(query, parent)
        })
    }

    fn query_inner(&mut self, query: &Query, parent: Option<&Scope<'_>>) -> Relation {
        let outer = self.ctes.len();
        if let Some(with) = &query.with {
            self.with(with, parent);
        }
        let mut relation = match &*query.body {
            SetExpr::Select(select) => self.select(select, query.order_by.as_ref(), parent),
            body => {
                let relation = self.set_expr(body, parent);
                if let Some(order) = &query.order_by {
                    self.order_outputs(order, &relation, parent);
                }
                relation
            }
        };
        self.limits(query, parent);
        relation.single |= limit_is_one(query);
        if !query.pipe_operators.is_empty()
            || !query.locks.is_empty()
            || query.for_clause.is_some()
            || query.format_clause.is_some()
        {
            // Not Snowflake's; what they do to the columns is not known here.
            self.flag(Finding::Unclassified, query.span());
            relation = Relation::opaque(relation.everything());
        }
        self.ctes.truncate(outer);
        relation
    }

    fn limits(&mut self, query: &Query, parent: Option<&Scope<'_>>) {
        let scope = Scope::inside(parent);
        let mut counts = Vec::new();
        match &query.limit_clause {
            Some(LimitClause::LimitOffset {
                limit,
                offset,
                limit_by,
            }) => {
                counts.extend(
                    limit
                        .iter()
                        .chain(offset.iter().map(|offset| &offset.value))
                        .chain(limit_by),
                );
            }
            Some(LimitClause::OffsetCommaLimit { offset, limit }) => counts.extend([offset, limit]),
            None => {}
        }
        counts.extend(
            query
                .fetch
                .iter()
                .filter_map(|fetch| fetch.quantity.as_ref()),
        );
        for count in counts {
            let prov = self.expr(count, &scope);
            // `LIMIT (SELECT …)` tells a number by how many rows come.
            self.compares(&prov, Comparison::Range, &[], count.span());
        }
    }

    fn with(&mut self, with: &With, parent: Option<&Scope<'_>>) {
        for cte in &with.cte_tables {
            let name = folded(&cte.alias.name);
            let relation = self.cte(cte, &name, with.recursive, parent);
            self.ctes.push((name, Rc::new(relation)));
        }
    }

    fn cte(
        &mut self,
        cte: &Cte,
        name: &str,
        recursive: bool,
        parent: Option<&Scope<'_>>,
    ) -> Relation {
        let SetExpr::SetOperation {
            left,
            op: _,
            set_quantifier,
            right,
        } = &*cte.query.body
        else {
            let mut relation = self.query(&cte.query, parent);
            rename(&mut relation, Some(&cte.alias));
            return relation;
        };
        let distinct = !keeps_doubles(*set_quantifier);
        if cte.query.with.is_some() || !mentions(right, name) {
            let mut relation = self.query(&cte.query, parent);
            rename(&mut relation, Some(&cte.alias));
            return relation;
        }
        let mut settled = self.set_expr(left, parent);
        rename(&mut settled, Some(&cte.alias));
        if !recursive && !self.lookup(&[name.to_owned()]).is_empty() {
            // Without the keyword the name may also mean a table: both.
            self.quiet += 1;
            let shadowed = self.set_expr(right, parent);
            self.quiet -= 1;
            if shadowed.open.is_none() {
                settled.unite_by_position(shadowed, &self.bases);
            }
        }
        let mut before = weight(&settled);
        for _ in 0..limits::MAX_RECURSION_ROUNDS {
            self.ctes.push((name.to_owned(), Rc::new(settled.clone())));
            let step = self.set_expr(right, parent);
            self.ctes.pop();
            self.converts(&settled, &step, false, right.span());
            settled.unite_by_position(step, &self.bases);
            if distinct {
                self.drops_doubles(&settled, right.span());
            }
            let after = weight(&settled);
            if after == before || self.exhausted() {
                return settled;
            }
            before = after;
        }
        let everything = settled.everything();
        for column in &mut settled.columns {
            column.prov.merge(&everything);
        }
        settled
    }

    /// The relation of one side of a set operation, or of VALUES, or of a bracketed query.
    pub(crate) fn set_expr(&mut self, body: &SetExpr, parent: Option<&Scope<'_>>) -> Relation {
        if !self.step(1) {
            return Relation::opaque(Prov::unknown());
        }
        stacker::maybe_grow(256 * 1024, 4 * 1024 * 1024, || match body {
            SetExpr::Select(select) => self.select(select, None, parent),
            SetExpr::Query(query) => self.query(query, parent),
            SetExpr::SetOperation {
                left,
                op,
                set_quantifier,
                right,
            } => {
                let left = self.set_expr(left, parent);
                let other = self.set_expr(right, parent);
                let keeps = *op == SetOperator::Union && keeps_doubles(*set_quantifier);
                let united = self.unite(left, *set_quantifier, other, right.span());
                if !keeps {
                    // Which rows stay tells which values are equal.
                    self.drops_doubles(&united, right.span());
                }
                united
            }
            SetExpr::Values(values) => self.values(values, parent),
            SetExpr::Insert(statement)
            | SetExpr::Update(statement)
            | SetExpr::Delete(statement)
            | SetExpr::Merge(statement) => {
                let outcome = self.statement(statement);
                self.inner_kinds.push(outcome.kind);
                Relation::opaque(Prov::unknown())
            }
            SetExpr::Table(table) => {
                let names = table.schema_name.iter().chain(&table.table_name);
                let written: Vec<String> = names.cloned().collect();
                let upper: Vec<String> = written.iter().map(|part| part.to_uppercase()).collect();
                let mut relation = self.table(&upper, body.span());
                if written != upper {
                    // The parser does not say whether it stands in quotes.
                    let quoted = self.table(&written, body.span());
                    relation.unite_with_reading(quoted);
                }
                relation
            }
        })
    }

    fn unite(
        &mut self,
        mut left: Relation,
        quantifier: SetQuantifier,
        right: Relation,
        span: Span,
    ) -> Relation {
        let (mine, others) = (left.columns.len(), right.columns.len());
        let by_name = match quantifier {
            SetQuantifier::ByName | SetQuantifier::AllByName | SetQuantifier::DistinctByName => {
                true
            }
            SetQuantifier::All | SetQuantifier::Distinct | SetQuantifier::None => false,
        };
        let compares = if by_name { mine + others } else { 2 };
        if !self.searches(compares, others) {
            return Relation::opaque(Prov::unknown());
        }
        self.converts(&left, &right, by_name, span);
        if by_name {
            left.unite_by_name(right, &self.bases);
        } else {
            left.unite_by_position(right, &self.bases);
        }
        left.single = false;
        left
    }

    /// Of two columns that become one, a text beside numbers, moments or truths is made one of them, which can fail.
    fn converts(&mut self, left: &Relation, right: &Relation, by_name: bool, span: Span) {
        for (i, column) in right.columns.iter().enumerate() {
            let mine = if by_name {
                left.columns
                    .iter()
                    .find(|mine| mine.name.eq_ignore_ascii_case(&column.name))
            } else {
                left.columns.get(i)
            };
            let Some(mine) = mine else { continue };
            self.beside(&mine.prov, &column.prov, span);
        }
    }

    /// DISTINCT, UNION, EXCEPT, INTERSECT: rows are told apart by each of their columns.
    pub(crate) fn drops_doubles(&mut self, relation: &Relation, span: Span) {
        for column in &relation.columns {
            if !self.step(1) {
                return;
            }
            if self.bases.classified(&column.prov.revealed) {
                self.tells_apart(&column.prov, span);
            }
        }
        if let Some(open) = &relation.open
            && self.bases.classified(&open.prov.revealed)
        {
            let all = open.prov.clone().derived(Derivation::Lossy);
            self.tells_apart(&all, span);
        }
    }

    pub(crate) fn values(&mut self, values: &Values, parent: Option<&Scope<'_>>) -> Relation {
        let scope = Scope::inside(parent);
        let mut relation = Relation::default();
        for row in &values.rows {
            for (i, cell) in row.content.iter().enumerate() {
                let prov = self.expr(cell, &scope);
                match relation.columns.get_mut(i) {
                    Some(column) => {
                        self.beside(&column.prov, &prov, cell.span());
                        self.bases.unify(&mut column.prov, &prov);
                    }
                    None => relation.push(format!("COLUMN{}", i + 1), prov),
                }
            }
        }
        relation.single = values.rows.len() <= 1;
        relation
    }

    /// ORDER BY after a set operation: by output column only.
    fn order_outputs(&mut self, order: &OrderBy, relation: &Relation, parent: Option<&Scope<'_>>) {
        let mut scope = Scope::inside(parent);
        scope.bindings.push(Binding {
            alias: String::new(),
            path: Vec::new(),
            relation: relation.clone(),
        });
        self.order(order, relation, &scope);
    }

    /// Notes what rows are ordered by; a number is an output column.
    pub(crate) fn order(&mut self, order: &OrderBy, outputs: &Relation, scope: &Scope<'_>) {
        match &order.kind {
            OrderByKind::All(_) => {
                self.compares(&outputs.everything(), Comparison::Order, &[], order.span())
            }
            OrderByKind::Expressions(list) => {
                for by in list {
                    let prov = if is_all(&by.expr, outputs, scope) {
                        outputs.everything()
                    } else {
                        self.output_or_expr(&by.expr, outputs, scope)
                    };
                    self.compares(&prov, Comparison::Order, &[], by.expr.span());
                }
            }
        }
    }

    /// `3` is the third output, a name may be an output or a column, else an expression.
    pub(crate) fn output_or_expr(
        &mut self,
        expr: &sqlparser::ast::Expr,
        outputs: &Relation,
        scope: &Scope<'_>,
    ) -> Prov {
        use sqlparser::ast::Expr;
        match expr {
            // `$2` is the second column of what is read, and a bind is what it holds.
            Expr::Value(value) if matches!(value.value, Value::Placeholder(_)) => {
                self.expr(expr, scope)
            }
            Expr::Value(value) => {
                let Value::Number(text, _) = &value.value else {
                    return Prov::constant(Kind::Any);
                };
                let at = text.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
                let known = if outputs.open.is_some() {
                    None
                } else {
                    at.and_then(|at| outputs.columns.get(at))
                };
                known.map_or_else(|| outputs.everything(), |column| column.prov.clone())
            }
            Expr::Identifier(ident) => {
                if !self.searches(outputs.columns.len() + scope.width(), 1) {
                    return Prov::unknown();
                }
                let alias = outputs.find(&folded(ident));
                let column = scope.name(&folded(ident));
                match alias {
                    Some(alias) => alias.and(&column.known.unwrap_or_default()),
                    None => self.expr(expr, scope),
                }
            }
            other => self.expr(other, scope),
        }
    }
}

/// Gives columns the names of an alias list `t(a, b)`.
pub(crate) fn rename(relation: &mut Relation, alias: Option<&TableAlias>) {
    let Some(alias) = alias.filter(|alias| !alias.columns.is_empty()) else {
        return;
    };
    if let Some(open) = &relation.open {
        // Positions are not known: each new name may be any column.
        let mut all = relation.everything();
        for table in &open.tables {
            let _ = table;
            all.unresolved = true;
        }
        for column in &alias.columns {
            relation.push(folded(&column.name), all.clone());
        }
        return;
    }
    for (column, name) in relation.columns.iter_mut().zip(&alias.columns) {
        column.name = folded(&name.name);
    }
}

fn weight(relation: &Relation) -> u64 {
    let open = relation
        .open
        .as_ref()
        .map_or(0, |open| open.prov.weight() + open.tables.len() as u64 + 1);
    relation
        .columns
        .iter()
        .map(|column| column.prov.weight() * 8 + column.prov.derivation as u64)
        .sum::<u64>()
        + open
}

const fn keeps_doubles(quantifier: SetQuantifier) -> bool {
    match quantifier {
        SetQuantifier::All | SetQuantifier::AllByName => true,
        SetQuantifier::Distinct
        | SetQuantifier::DistinctByName
        | SetQuantifier::ByName
        | SetQuantifier::None => false,
    }
}

fn limit_is_one(query: &Query) -> bool {
    matches!(
        &query.limit_clause,
        Some(LimitClause::LimitOffset { limit: Some(sqlparser::ast::Expr::Value(value)), .. })
            if matches!(&value.value, Value::Number(text, _) if text == "1" || text == "0")
    )
}

/// `ORDER BY ALL`, which the parser takes for a column.
fn is_all(expr: &sqlparser::ast::Expr, outputs: &Relation, scope: &Scope<'_>) -> bool {
    matches!(expr, sqlparser::ast::Expr::Identifier(ident)
        if ident.quote_style.is_none()
            && folded(ident) == "ALL"
            && outputs.find("ALL").is_none()
            && scope.name("ALL").known.is_none())
}

/// Whether a query reads from a table of this (unqualified) name.
fn mentions(body: &SetExpr, name: &str) -> bool {
    use std::ops::ControlFlow;
    let found = sqlparser::ast::visit_relations(body, |relation| match relation.0.as_slice() {
        [part]
            if part
                .as_ident()
                .is_some_and(|ident| folded(ident).eq_ignore_ascii_case(name)) =>
        {
            ControlFlow::Break(())
        }
        _ => ControlFlow::Continue(()),
    });
    found.is_break()
}
