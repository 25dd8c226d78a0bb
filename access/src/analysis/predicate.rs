//! Conditions: which columns they compare, how, and what equality tells about the other side.
//!
//! Enters: WHERE, ON, HAVING, QUALIFY. Leaves: notes of comparisons, and ties (`ties.rs`): which columns they compare.

use sqlparser::ast::{BinaryOperator, Expr, Function, Query, Spanned, UnaryOperator, Value};
use sqlparser::tokenizer::Span;

use super::prov::Prov;
use super::run::Run;
use super::scope::{Scope, Ties};
use super::tokens::folded;
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
        self.compares_equal(&a, &b, span);
        self.tie([left, right], &a.and(&b), ties);
    }

    /// Two values are compared for being equal. Of untouched values of one class that tells nothing of either.
    pub(crate) fn compares_equal(&mut self, a: &Prov, b: &Prov, span: Span) {
        let untouched = |run: &Self, side: &Prov| {
            side.counts_plainly(run.bases.classified(&side.revealed)) && !side.revealed.is_empty()
        };
        let probes = |run: &Self, side: &Prov| {
            side.marks.mixed
                && (run.bases.classified(&a.revealed) || run.bases.classified(&b.revealed))
        };
        let join = untouched(self, a) && untouched(self, b) && !probes(self, a) && !probes(self, b);
        if join {
            self.compares(a, Comparison::Join, &b.revealed, span);
            self.compares(b, Comparison::Join, &a.revealed, span);
            return;
        }
        self.notes(a, at_least(Comparison::Equality, a), span);
        self.notes(b, at_least(Comparison::Equality, b), span);
        self.beside(a, b, span);
    }

    /// Rows are told apart by whether these values are equal: grouped, made distinct, intersected.
    pub(crate) fn tells_apart(&mut self, prov: &Prov, span: Span) {
        let comparison = if !self.bases.classified(&prov.revealed) || prov.is_pure() {
            Comparison::Group
        } else {
            at_least(Comparison::Equality, prov)
        };
        self.compares(prov, comparison, &[], span);
    }

    /// How many rows there are depends on these values: on their elements, or on their being NULL.
    pub(crate) fn decides_rows(&mut self, prov: &Prov, span: Span) {
        if !self.bases.classified(&prov.revealed) {
            return;
        }
        let shape_alone = !prov.marks.tested
            && (prov.kind == super::kind::Kind::Semi || prov.derivation == Derivation::Identity);
        let comparison = if shape_alone {
            Comparison::NullTest
        } else {
            Comparison::Range
        };
        self.compares(prov, comparison, &[], span);
    }

    fn membership(
        &mut self,
        value: &Expr,
        subquery: &Query,
        span: Span,
        scope: &Scope<'_>,
    ) -> Prov {
        let relation = self.query(subquery, Some(scope));
        let inner = relation.everything();
        let mut values: &Expr = value;
        while let Expr::Nested(nested) = values {
            values = nested;
        }
        if let Expr::Tuple(list) = values
            && list.len() == relation.columns.len()
            && relation.open.is_none()
        {
            let mut outer = Prov::default();
            for (one, column) in list.iter().zip(&relation.columns) {
                let one = self.expr(one, scope);
                self.compares_equal(&one, &column.prov, span);
                outer.merge(&one);
            }
            return outer.and(&inner);
        }
        let outer = self.expr(value, scope);
        self.compares_equal(&outer, &inner, span);
        outer.and(&inner)
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

/// A number written out, as a number, a text or the length of an interval.
pub(crate) fn literal_number(expr: &Expr) -> Option<f64> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(text, _) => text.parse().ok(),
            Value::SingleQuotedString(text) => {
                let text = text.trim();
                let end = text
                    .find(|c: char| c.is_ascii_whitespace())
                    .unwrap_or(text.len());
                text.get(..end)?.parse().ok()
            }
            _ => None,
        },
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => literal_number(inner),
        Expr::Interval(interval) => literal_number(&interval.value),
        Expr::UnaryOp {
            op: UnaryOperator::Minus,
            expr,
        } => literal_number(expr).map(|number| -number),
        Expr::UnaryOp {
            op: UnaryOperator::Plus,
            expr,
        } => literal_number(expr),
        _ => None,
    }
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
