//! One SELECT: FROM, projection, conditions, grouping.
//!
//! Enters: a SELECT, its ORDER BY, the scope around it. Leaves: its relation.

use event::payload::Finding;
use sqlparser::ast::{
    ConnectByKind, Distinct, Expr, GroupByExpr, GroupByWithModifier, JoinConstraint, OrderBy,
    Select, SelectItem, SelectItemQualifiedWildcardKind, Spanned, TopQuantity,
};

use super::ahead::aliases_ahead;
use super::prov::Prov;
use super::run::Run;
use super::scope::{Field, Relation, Scope, Ties, columns_of};
use super::tokens::folded;
use super::{Comparison, Derivation};

impl Run<'_> {
    pub(crate) fn select(
        &mut self,
        select: &Select,
        order: Option<&OrderBy>,
        parent: Option<&Scope<'_>>,
    ) -> Relation {
        let mut scope = Scope::inside(parent);
        let around = std::mem::take(&mut self.loose_ties);
        let mut ties = Ties::new();
        let ahead = std::mem::replace(&mut self.ahead, aliases_ahead(select));
        let loose = self.from(&select.from, &mut scope, &mut ties);
        self.ahead = ahead;
        scope.grouped = !is_ungrouped(select) || select.having.is_some();
        self.named_windows(&select.named_window, &mut scope);
        let mut outputs = self.projection(&select.projection, &mut scope);
        self.conditions(select, &outputs, &scope, &mut ties);
        ties.append(&mut self.loose_ties);
        let (tied, outer) = self.bind_ties(&mut scope.bindings, ties);
        if tied {
            scope.aliases.clear();
            self.named_windows(&select.named_window, &mut scope);
            outputs = self.projection(&select.projection, &mut scope);
        }
        if let Some(order) = order {
            self.order(order, &outputs, &scope);
        }
        self.loose_ties = around;
        if parent.is_some() {
            self.loose_ties.extend(outer);
        }
        if loose && !select.selection.as_ref().is_some_and(links) {
            self.flag(
                Finding::Cartesian,
                select
                    .from
                    .first()
                    .map_or_else(|| select.span(), Spanned::span),
            );
            self.flag(
                Finding::Cost,
                select
                    .from
                    .first()
                    .map_or_else(|| select.span(), Spanned::span),
            );
        }
        if !select.lateral_views.is_empty()
            || select.exclude.is_some()
            || select.value_table_mode.is_some()
            || select.prewhere.is_some()
        {
            self.flag(Finding::Unclassified, select.span());
            outputs = Relation::opaque(scope.everything());
        }
        if let Some(into) = &select.into {
            let target = self.object(&into.name);
            self.flag(Finding::Scripting, into.name.span());
            self.writes(&target);
            self.persists(&outputs.everything(), into.name.span());
        }
        outputs.single = gives_one_row(select);
        outputs
    }

    fn projection(&mut self, items: &[SelectItem], scope: &mut Scope<'_>) -> Relation {
        let mut outputs = Relation::default();
        for item in items {
            match item {
                SelectItem::UnnamedExpr(expr) => self.unnamed(expr, scope, &mut outputs),
                SelectItem::ExprWithAlias { expr, alias } => {
                    let prov = self.expr(expr, scope);
                    outputs.push(folded(alias), prov.clone());
                    scope.aliases.push(Field {
                        name: folded(alias),
                        prov,
                    });
                }
                SelectItem::ExprWithAliases { expr, aliases } => {
                    let prov = self.expr(expr, scope);
                    for alias in aliases {
                        outputs.push(folded(alias), prov.clone());
                        scope.aliases.push(Field {
                            name: folded(alias),
                            prov: prov.clone(),
                        });
                    }
                }
                SelectItem::Wildcard(options) => {
                    let expanded = self.star_of(&scope.bindings, options, &scope.merged, scope);
                    append(&mut outputs, expanded);
                }
                SelectItem::QualifiedWildcard(kind, options) => {
                    let qualifier = match kind {
                        SelectItemQualifiedWildcardKind::ObjectName(name) => self.parts(name),
                        SelectItemQualifiedWildcardKind::Expr(_) => None,
                    };
                    let bound: Vec<&Relation> = qualifier
                        .iter()
                        .flat_map(|parts| scope.bound(parts))
                        .collect();
                    let bound: Vec<Relation> = bound
                        .into_iter()
                        .map(|relation| self.copy_of(relation))
                        .collect();
                    if bound.is_empty() {
                        let prov = self.lost(item.span(), scope);
                        append(&mut outputs, Relation::opaque(prov));
                    }
                    for relation in bound {
                        let binding = super::scope::Binding {
                            alias: String::new(),
                            path: Vec::new(),
                            relation,
                        };
                        let expanded = self.star_of(&[binding], options, &[], scope);
                        append(&mut outputs, expanded);
                    }
                }
            }
        }
        outputs
    }

    fn unnamed(&mut self, expr: &Expr, scope: &Scope<'_>, outputs: &mut Relation) {
        let name = match expr {
            Expr::Identifier(ident) => folded(ident),
            Expr::CompoundIdentifier(parts) => parts.last().map(folded).unwrap_or_default(),
            _ => expr.to_string().to_uppercase(),
        };
        let prov = self.expr(expr, scope);
        outputs.push(name, prov);
    }

    fn conditions(
        &mut self,
        select: &Select,
        outputs: &Relation,
        scope: &Scope<'_>,
        ties: &mut Ties,
    ) {
        for clause in &select.connect_by {
            match clause {
                ConnectByKind::ConnectBy {
                    connect_token: _,
                    nocycle: _,
                    relationships,
                } => {
                    relationships
                        .iter()
                        .for_each(|expr| self.condition(expr, scope, ties));
                }
                ConnectByKind::StartWith {
                    start_token: _,
                    condition,
                } => self.condition(condition, scope, ties),
            }
        }
        for clause in [&select.selection, &select.having, &select.qualify]
            .into_iter()
            .flatten()
        {
            self.condition(clause, scope, ties);
        }
        if self.group_counts || select.having.is_some() {
            for clause in [&select.selection, &select.having, &select.qualify]
                .into_iter()
                .flatten()
            {
                self.small_groups(clause, false, scope);
            }
        }
        if let GroupByExpr::All(_) = &select.group_by {
            self.grouping_by_all(&select.projection, scope);
        }
        self.grouping(&select.group_by, outputs, scope);
        match &select.distinct {
            Some(Distinct::On(list)) => {
                for key in list {
                    let prov = self.expr(key, scope);
                    self.tells_apart(&prov, key.span());
                }
            }
            Some(Distinct::Distinct) => self.drops_doubles(outputs, select.span()),
            Some(Distinct::All) | None => {}
        }
        if let Some(TopQuantity::Expr(count)) =
            select.top.as_ref().and_then(|top| top.quantity.as_ref())
        {
            let prov = self.expr(count, scope);
            self.compares(&prov, Comparison::Range, &[], count.span());
        }
        for expr in select.cluster_by.iter().chain(&select.distribute_by) {
            let prov = self.expr(expr, scope);
            self.compares(&prov, Comparison::Order, &[], expr.span());
        }
        for by in &select.sort_by {
            let prov = self.expr(&by.expr, scope);
            self.compares(&prov, Comparison::Order, &[], by.expr.span());
        }
    }

    fn grouping(&mut self, group_by: &GroupByExpr, outputs: &Relation, scope: &Scope<'_>) {
        let (keys, modifiers) = match group_by {
            GroupByExpr::All(modifiers) => (&[][..], modifiers),
            GroupByExpr::Expressions(keys, modifiers) => (keys.as_slice(), modifiers),
        };
        for key in keys {
            match key {
                Expr::GroupingSets(sets) | Expr::Cube(sets) | Expr::Rollup(sets) => {
                    for inner in sets.iter().flatten() {
                        let prov = self.output_or_expr(inner, outputs, scope);
                        self.tells_apart(&prov, inner.span());
                    }
                }
                Expr::Tuple(list) => {
                    for inner in list {
                        let prov = self.output_or_expr(inner, outputs, scope);
                        self.tells_apart(&prov, inner.span());
                    }
                }
                other => {
                    let prov = self.output_or_expr(other, outputs, scope);
                    self.tells_apart(&prov, key.span());
                }
            }
        }
        for modifier in modifiers {
            match modifier {
                GroupByWithModifier::Rollup
                | GroupByWithModifier::Cube
                | GroupByWithModifier::Totals => {}
                GroupByWithModifier::GroupingSets(expr) => {
                    let prov = self.expr(expr, scope).derived(Derivation::Lossy);
                    self.tells_apart(&prov, expr.span());
                }
            }
        }
    }

    /// `GROUP BY ALL`: by every output that is no aggregate.
    fn grouping_by_all(&mut self, items: &[SelectItem], scope: &Scope<'_>) {
        for item in items {
            let prov = match item {
                SelectItem::UnnamedExpr(expr)
                | SelectItem::ExprWithAlias { expr, alias: _ }
                | SelectItem::ExprWithAliases { expr, aliases: _ } => {
                    if has_aggregate(expr) {
                        continue;
                    }
                    self.expr(expr, scope)
                }
                SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..) => {
                    for binding in &scope.bindings {
                        self.drops_doubles(&binding.relation, item.span());
                    }
                    continue;
                }
            };
            self.tells_apart(&prov, item.span());
        }
    }

    /// A join's ON, USING or nothing; true if it leaves the two sides unlinked.
    pub(crate) fn constraint(
        &mut self,
        constraint: &JoinConstraint,
        left: usize,
        scope: &mut Scope<'_>,
        ties: &mut Ties,
    ) -> bool {
        match constraint {
            JoinConstraint::On(expr) => {
                match self.with_aliases(expr, scope) {
                    Some(expr) => self.condition(&expr, scope, ties),
                    None => self.condition(expr, scope, ties),
                }
                !links(expr)
            }
            JoinConstraint::Using(columns) => {
                let names: Vec<String> = columns
                    .iter()
                    .filter_map(|name| self.parts(name)?.pop())
                    .collect();
                self.merge_columns(names, left, scope, ties);
                false
            }
            JoinConstraint::Natural => {
                let (before, after) = scope.bindings.split_at(left.min(scope.bindings.len()));
                let (wide, added) = (columns_of(before), columns_of(after));
                if !self.searches(wide, added) {
                    return false;
                }
                let open = scope
                    .bindings
                    .iter()
                    .any(|binding| binding.relation.open.is_some());
                let names = after
                    .iter()
                    .flat_map(|binding| {
                        binding
                            .relation
                            .columns
                            .iter()
                            .map(|column| column.name.clone())
                    })
                    .filter(|name| {
                        before
                            .iter()
                            .any(|binding| binding.relation.find(name).is_some())
                    })
                    .collect();
                if open {
                    self.flag(Finding::UnresolvedStar, scope_span());
                }
                self.merge_columns(names, left, scope, ties);
                false
            }
            JoinConstraint::None => true,
        }
    }

    fn merge_columns(
        &mut self,
        names: Vec<String>,
        left: usize,
        scope: &mut Scope<'_>,
        ties: &mut Ties,
    ) {
        for name in names {
            if !self.searches(columns_of(&scope.bindings), 2) {
                return;
            }
            let side = |bindings: &[super::scope::Binding]| {
                let mut found = Prov::default();
                for binding in bindings {
                    found.merge(&binding.relation.find(&name).unwrap_or_default());
                }
                found
            };
            let (before, after) = scope.bindings.split_at(left.min(scope.bindings.len()));
            let (a, b) = (side(before), side(after));
            self.compares_equal(&a, &b, scope_span());
            self.tie_names(vec![vec![name.clone()]], &a.and(&b), ties);
            if !scope
                .merged
                .iter()
                .any(|known| known.eq_ignore_ascii_case(&name))
            {
                scope.merged.push(name);
            }
        }
    }
}

/// USING has no expression to point at.
const fn scope_span() -> sqlparser::tokenizer::Span {
    sqlparser::tokenizer::Span::empty()
}

fn append(outputs: &mut Relation, more: Relation) {
    outputs.columns.extend(more.columns);
    if let Some(open) = more.open {
        outputs.open_with(open);
    }
}

/// Whether a condition compares two things that both vary: what ties the sides of a join together.
fn links(expr: &Expr) -> bool {
    match expr {
        Expr::Nested(inner) => links(inner),
        Expr::BinaryOp {
            left,
            op: sqlparser::ast::BinaryOperator::And | sqlparser::ast::BinaryOperator::Or,
            right,
        } => links(left) || links(right),
        Expr::BinaryOp { left, op: _, right } => has_column(left) && has_column(right),
        Expr::Between {
            expr, low, high, ..
        } => has_column(expr) && (has_column(low) || has_column(high)),
        Expr::Like { expr, pattern, .. }
        | Expr::ILike { expr, pattern, .. }
        | Expr::RLike { expr, pattern, .. } => has_column(expr) && has_column(pattern),
        Expr::Function(_) => true,
        Expr::InSubquery { .. } | Expr::Exists { .. } => false,
        _ => false,
    }
}

fn has_column(expr: &Expr) -> bool {
    use std::ops::ControlFlow;
    sqlparser::ast::visit_expressions(expr, |inner| match inner {
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    })
    .is_break()
}

/// Whether it gives one row at most, whatever its tables hold.
pub(crate) fn gives_one_row(select: &Select) -> bool {
    select.from.is_empty() || (is_ungrouped(select) && select.projection.iter().all(is_aggregate))
}

fn is_ungrouped(select: &Select) -> bool {
    matches!(&select.group_by, GroupByExpr::Expressions(keys, modifiers) if keys.is_empty() && modifiers.is_empty())
}

/// Whether an expression is made of an aggregate of the rows it is grouped with.
fn has_aggregate(expr: &Expr) -> bool {
    use super::functions::{Class, class_of};
    use std::ops::ControlFlow;
    sqlparser::ast::visit_expressions(expr, |inner| match inner {
        Expr::Function(call)
            if call.over.is_none()
                && matches!(
                    class_of(&[call.name.to_string().to_uppercase()]),
                    Class::Aggregate | Class::Count
                ) =>
        {
            ControlFlow::Break(())
        }
        _ => ControlFlow::Continue(()),
    })
    .is_break()
}

fn is_aggregate(item: &SelectItem) -> bool {
    use super::functions::{Class, class_of};
    let expr = match item {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, alias: _ } => expr,
        SelectItem::ExprWithAliases { .. }
        | SelectItem::QualifiedWildcard(..)
        | SelectItem::Wildcard(_) => return false,
    };
    match expr {
        Expr::Function(call) if call.over.is_none() => matches!(
            class_of(&[call.name.to_string().to_uppercase()]),
            Class::Aggregate | Class::Count
        ),
        _ => false,
    }
}
