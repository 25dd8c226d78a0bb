//! Aliases of the select list in conditions of joins, which are read before the list is.
//!
//! Enters: a SELECT. Leaves: conditions with the aliases' expressions in place. Never here: an alias where a column of that name
//! is in sight.

use std::ops::ControlFlow;

use sqlparser::ast::{
    Expr, JoinConstraint, JoinOperator, Select, SelectItem, visit_expressions,
    visit_expressions_mut,
};

use super::run::Run;
use super::scope::Scope;
use super::tokens::folded;

/// The aliases that some join's condition speaks of, with what they stand for.
pub(crate) fn aliases_ahead(select: &Select) -> Vec<(String, Expr)> {
    let joins = select.from.iter().flat_map(|item| &item.joins);
    let conditions: Vec<&Expr> = joins
        .filter_map(|join| match &join.join_operator {
            JoinOperator::Join(JoinConstraint::On(on))
            | JoinOperator::Inner(JoinConstraint::On(on))
            | JoinOperator::Left(JoinConstraint::On(on))
            | JoinOperator::LeftOuter(JoinConstraint::On(on))
            | JoinOperator::Right(JoinConstraint::On(on))
            | JoinOperator::RightOuter(JoinConstraint::On(on))
            | JoinOperator::FullOuter(JoinConstraint::On(on)) => Some(on),
            _ => None,
        })
        .collect();
    if conditions.is_empty() {
        return Vec::new();
    }
    let aliases = select.projection.iter().filter_map(|item| match item {
        SelectItem::ExprWithAlias { expr, alias } => Some((folded(alias), expr)),
        _ => None,
    });
    aliases
        .filter(|(name, _)| conditions.iter().any(|on| mentions(on, name)))
        .map(|(name, expr)| (name, expr.clone()))
        .collect()
}

fn mentions(condition: &Expr, name: &str) -> bool {
    visit_expressions(condition, |expr| match expr {
        Expr::Identifier(ident) if folded(ident) == name => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    })
    .is_break()
}

impl Run<'_> {
    /// The condition with every name that is no column, and is an alias, replaced by what the alias stands for.
    pub(crate) fn with_aliases(&mut self, condition: &Expr, scope: &Scope<'_>) -> Option<Expr> {
        if self.ahead.is_empty() {
            return None;
        }
        let ahead = std::mem::take(&mut self.ahead);
        let mut replaced = condition.clone();
        let mut changed = false;
        let _ = visit_expressions_mut(&mut replaced, |expr| {
            if let Expr::Identifier(ident) = expr {
                let name = folded(ident);
                let alias = ahead.iter().find(|(alias, _)| *alias == name);
                if let Some((_, meant)) = alias
                    && scope.name(&name).is_nothing()
                {
                    *expr = Expr::Nested(Box::new(meant.clone()));
                    changed = true;
                }
            }
            ControlFlow::<()>::Continue(())
        });
        self.ahead = ahead;
        changed.then_some(replaced)
    }
}
