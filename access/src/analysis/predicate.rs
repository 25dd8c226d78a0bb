//! Conditions: which columns they compare, how, and what equality tells about the other side.
//!
//! Enters: WHERE, ON, HAVING, QUALIFY. Leaves: notes of comparisons, and ties (`ties.rs`): which columns they compare.

use sqlparser::ast::{BinaryOperator, Expr, Function, Query, Spanned, UnaryOperator, Value};
use sqlparser::tokenizer::Span;

use super::names::folded;
use super::prov::Prov;
use super::run::Run;
use super::scope::Scope;
use super::ties::Ties;
use super::{Comparison, Derivation};

impl Run<'_> {
    /// Notes every comparison of a condition.
    pub(crate) fn condition(&mut self, expr: &Expr, scope: &Scope<'_>, ties: &mut Ties) {
        if !self.step(1) {
            return;
        }
        stacker::maybe_grow(128 * 1024, 2 * 1024 * 1024, || {
            self.condition_inner(expr, scope, ties)
        });
    }

    fn condition_inner(&mut self, expr: &Expr, scope: &Scope<'_>, ties: &mut Ties) {
        match expr {
            Expr::Nested(inner)
            | Expr::UnaryOp {
                op: UnaryOperator::Not,
                expr: inner,
            } => self.condition(inner, scope, ties),
            Expr::BinaryOp {
                left,
                op: BinaryOperator::And | BinaryOperator::Or | BinaryOperator::Xor,
                right,
            } => {
                self.condition(left, scope, ties);
                self.condition(right, scope, ties);
            }
            Expr::BinaryOp {
                left,
                op: BinaryOperator::Eq | BinaryOperator::Spaceship,
                right,
            }
            | Expr::IsNotDistinctFrom(left, right) => {
                self.equality(left, right, expr.span(), scope, ties);
            }
            Expr::BinaryOp {
                left,
                op: BinaryOperator::NotEq,
                right,
            }
            | Expr::IsDistinctFrom(left, right) => {
                let prov = self.compared(
                    [&**left, &**right],
                    Comparison::Equality,
                    expr.span(),
                    scope,
                );
                self.tie([expr], &prov, ties);
            }
            Expr::IsNull(inner) | Expr::IsNotNull(inner) => {
                let prov = self.expr(expr, scope);
                let prov = if prov.revealed.is_empty() {
                    prov
                } else {
                    self.expr(inner, scope)
                };
                self.notes(
                    &prov,
                    if prov.revealed.is_empty() {
                        Comparison::NullTest
                    } else {
                        Comparison::Range
                    },
                    expr.span(),
                );
                self.tie([expr], &prov, ties);
            }
            Expr::InList {
                expr: value,
                list,
                negated: _,
            } => {
                let others = self.exprs(list, scope);
                let prov = self.compared([&**value], Comparison::Equality, expr.span(), scope);
                self.notes(&others, Comparison::Equality, expr.span());
                self.tie([expr], &prov.and(&others), ties);
            }
            Expr::InSubquery {
                expr: value,
                subquery,
                negated: _,
            } => {
                let prov = self.membership(value, subquery, expr.span(), scope);
                self.tie([expr], &prov, ties);
            }
            Expr::Exists {
                subquery,
                negated: _,
            } => {
                let _ = self.query(subquery, Some(scope));
            }
            Expr::Tuple(list) => list
                .iter()
                .for_each(|inner| self.condition(inner, scope, ties)),
            Expr::Identifier(_) | Expr::CompoundIdentifier(_) => {
                self.compared([expr], Comparison::Equality, expr.span(), scope);
            }
            // Whatever else decides which rows come back.
            _ => {
                let prov = self.compared([expr], Comparison::Range, expr.span(), scope);
                self.tie([expr], &prov, ties);
            }
        }
    }

    /// Each side by itself: something of a value compared halves the candidates, whatever the operator. Both together.
    fn compared<'e>(
        &mut self,
        sides: impl IntoIterator<Item = &'e Expr>,
        comparison: Comparison,
        span: Span,
        scope: &Scope<'_>,
    ) -> Prov {
        let mut all = Prov::default();
        for side in sides {
            let prov = self.expr(side, scope);
            self.notes(&prov, at_least(comparison, &prov), span);
            all.merge(&prov);
        }
        all
    }

    fn equality(
        &mut self,
        left: &Expr,
        right: &Expr,
        span: Span,
        scope: &Scope<'_>,
        ties: &mut Ties,
    ) {
        if let (Expr::Tuple(a), Expr::Tuple(b)) = (left, right)
            && a.len() == b.len()
        {
            for (a, b) in a.iter().zip(b) {
                self.equality(a, b, span, scope, ties);
            }
            return;
        }
        let (a, b) = (self.expr(left, scope), self.expr(right, scope));
        let join = a.derivation == Derivation::Identity
            && b.derivation == Derivation::Identity
            && !a.revealed.is_empty()
            && !b.revealed.is_empty();
        if join {
            self.compares(&a, Comparison::Join, &b.revealed, span);
            self.compares(&b, Comparison::Join, &a.revealed, span);
        } else {
            self.notes(&a, at_least(Comparison::Equality, &a), span);
            self.notes(&b, at_least(Comparison::Equality, &b), span);
        }
        self.tie([left, right], &a.and(&b), ties);
    }

    fn membership(
        &mut self,
        value: &Expr,
        subquery: &Query,
        span: Span,
        scope: &Scope<'_>,
    ) -> Prov {
        let inner = self.query(subquery, Some(scope)).everything();
        let outer = self.expr(value, scope);
        let join =
            inner.derivation == Derivation::Identity && outer.derivation == Derivation::Identity;
        if join && !inner.revealed.is_empty() && !outer.revealed.is_empty() {
            self.compares(&outer, Comparison::Join, &inner.revealed, span);
            self.compares(&inner, Comparison::Join, &outer.revealed, span);
        } else {
            self.notes(&outer, at_least(Comparison::Equality, &outer), span);
            self.notes(&inner, at_least(Comparison::Equality, &inner), span);
        }
        outer.and(&inner)
    }

    /// HAVING that singles out groups of a few rows.
    pub(crate) fn small_groups(&mut self, having: &Expr) {
        match having {
            Expr::Nested(inner) => self.small_groups(inner),
            Expr::BinaryOp {
                left,
                op: BinaryOperator::And | BinaryOperator::Or,
                right,
            } => {
                self.small_groups(left);
                self.small_groups(right);
            }
            Expr::BinaryOp { left, op, right } => {
                let counts = is_count(left) && is_small(right) || is_count(right) && is_small(left);
                let upward = matches!(
                    (op, is_count(left)),
                    (BinaryOperator::Gt | BinaryOperator::GtEq, true)
                        | (BinaryOperator::Lt | BinaryOperator::LtEq, false)
                );
                if counts && !upward {
                    self.flag("small_group", having.span());
                }
            }
            Expr::Between {
                expr,
                negated: false,
                low,
                high: _,
            } if is_count(expr) && is_small(low) => self.flag("small_group", having.span()),
            Expr::InList {
                expr,
                list,
                negated: false,
            } if is_count(expr) && list.iter().any(is_small) => {
                self.flag("small_group", having.span())
            }
            _ => {}
        }
    }
}

/// Comparing what was made of a value asks for part of it.
fn at_least(comparison: Comparison, prov: &Prov) -> Comparison {
    if prov.derivation > Derivation::Reversible {
        comparison.max(Comparison::Range)
    } else {
        comparison
    }
}

fn is_count(expr: &Expr) -> bool {
    match expr {
        Expr::Nested(inner) => is_count(inner),
        Expr::Function(Function { name, .. }) => name.to_string().eq_ignore_ascii_case("COUNT"),
        _ => false,
    }
}

/// A group size people are found by.
const SMALL_GROUP: u32 = 10;

fn is_small(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(value) if matches!(&value.value, Value::Number(text, _) if text.parse().is_ok_and(|n: u32| n <= SMALL_GROUP)))
}

pub(crate) fn call_arguments(call: &Function) -> impl Iterator<Item = &Expr> {
    use sqlparser::ast::{FunctionArg, FunctionArgExpr, FunctionArguments};
    let list = match &call.args {
        FunctionArguments::List(list) => list.args.as_slice(),
        FunctionArguments::None | FunctionArguments::Subquery(_) => &[],
    };
    list.iter().filter_map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))
        | FunctionArg::Named {
            arg: FunctionArgExpr::Expr(expr),
            ..
        }
        | FunctionArg::ExprNamed {
            arg: FunctionArgExpr::Expr(expr),
            ..
        } => Some(expr),
        _ => None,
    })
}

/// Whether a condition can keep a row out: false where it is true of every row.
pub(crate) fn filters(expr: &Expr) -> bool {
    match expr {
        Expr::Nested(inner) => filters(inner),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::And,
            right,
        } => filters(left) || filters(right),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::Or,
            right,
        } => filters(left) && filters(right),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::Eq | BinaryOperator::GtEq | BinaryOperator::LtEq,
            right,
        } => !same(left, right) && (varies(left) || varies(right)),
        Expr::BinaryOp { left, right, .. } => varies(left) || varies(right),
        Expr::IsNull(inner) | Expr::IsNotNull(inner) => varies(inner),
        Expr::Value(_) => false,
        other => varies(other),
    }
}

fn same(a: &Expr, b: &Expr) -> bool {
    let names = |expr: &Expr| match expr {
        Expr::Identifier(ident) => Some(vec![folded(ident)]),
        Expr::CompoundIdentifier(parts) => Some(parts.iter().map(folded).collect()),
        _ => None,
    };
    names(a).is_some_and(|a| names(b).is_some_and(|b| a == b))
}

/// Whether an expression mentions a column or a subquery.
fn varies(expr: &Expr) -> bool {
    use std::ops::ControlFlow;
    let found = sqlparser::ast::visit_expressions(expr, |inner| match inner {
        Expr::Identifier(_)
        | Expr::CompoundIdentifier(_)
        | Expr::Subquery(_)
        | Expr::Exists { .. }
        | Expr::InSubquery { .. } => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    found.is_break()
}
