//! Conditions that single out groups of a few rows, however they are worded.
//!
//! Enters: conditions on values that say how many rows a group has (`Marks::grouped`). Leaves: the `small_group` finding. Never
//! here: counts of no group; the number of all rows singles out nobody.

use event::payload::Finding;
use sqlparser::ast::{BinaryOperator, Expr, Function, Query, Spanned, UnaryOperator};
use sqlparser::tokenizer::Span;

use super::Derivation;
use super::predicate::literal_number;
use super::prov::Prov;
use super::run::Run;
use super::scope::Scope;

/// A group size people are found by.
const SMALL_GROUP: f64 = 10.0;

/// How a count stands to what it is compared with, the count on the left.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Equal,
    Below,
    Above,
}

impl Run<'_> {
    /// Notes where a condition, or its contrary, keeps groups by their being small.
    pub(crate) fn small_groups(&mut self, condition: &Expr, contrary: bool, scope: &Scope<'_>) {
        if !self.step(1) {
            return;
        }
        match condition {
            Expr::Nested(inner) | Expr::IsTrue(inner) | Expr::IsNotFalse(inner) => {
                self.small_groups(inner, contrary, scope)
            }
            Expr::UnaryOp {
                op: UnaryOperator::Not,
                expr: inner,
            }
            | Expr::IsFalse(inner)
            | Expr::IsNotTrue(inner) => self.small_groups(inner, !contrary, scope),
            Expr::BinaryOp {
                left,
                op: BinaryOperator::And | BinaryOperator::Or | BinaryOperator::Xor,
                right,
            } => {
                self.small_groups(left, contrary, scope);
                self.small_groups(right, contrary, scope);
            }
            Expr::BinaryOp { left, op, right } => {
                let (a, b) = (self.expr(left, scope), self.expr(right, scope));
                if one_row_each(&a, &b, op) {
                    self.flag(Finding::SmallGroup, condition.span());
                }
                if let Some(way) = way(op, contrary) {
                    self.compared_count((left, &a), way, (right, &b), condition);
                    self.compared_count((right, &b), way.turned(), (left, &a), condition);
                }
            }
            Expr::IsNotDistinctFrom(left, right) => {
                let (a, b) = (self.expr(left, scope), self.expr(right, scope));
                self.compared_count((left, &a), Way::Equal, (right, &b), condition);
                self.compared_count((right, &b), Way::Equal, (left, &a), condition);
            }
            Expr::Between {
                expr,
                negated,
                low,
                high: _,
            } => {
                let within = *negated == contrary;
                let small = literal_number(low).is_none_or(|low| low <= SMALL_GROUP);
                self.small_group_if(small || !within, expr, condition.span(), scope);
            }
            Expr::InList {
                expr,
                list,
                negated,
            } => {
                let small = |item: &Expr| literal_number(item).is_none_or(|n| n <= SMALL_GROUP);
                let small = *negated == contrary && list.iter().any(small);
                self.small_group_if(small, expr, condition.span(), scope);
            }
            Expr::InSubquery {
                expr,
                subquery,
                negated: _,
            } => self.count_among(expr, subquery, scope),
            Expr::Exists { .. } | Expr::IsNull(_) | Expr::IsNotNull(_) => {}
            // A truth made of a count: CASE, IFF, a function.
            other => self.small_group_if(true, other, other.span(), scope),
        }
    }

    fn small_group_if(&mut self, small: bool, counted: &Expr, span: Span, scope: &Scope<'_>) {
        if small && self.expr(counted, scope).marks.grouped {
            self.flag(Finding::SmallGroup, span);
        }
    }

    fn count_among(&mut self, value: &Expr, subquery: &Query, scope: &Scope<'_>) {
        let counted = self.expr(value, scope).marks.grouped;
        if counted && self.query(subquery, Some(scope)).everything().is_constant() {
            self.flag(Finding::SmallGroup, value.span());
        }
    }

    fn compared_count(
        &mut self,
        (count, held): (&Expr, &Prov),
        way: Way,
        (other, beside): (&Expr, &Prov),
        whole: &Expr,
    ) {
        // Two counts of one group are compared to find doubles, not people.
        if !held.marks.grouped || beside.marks.grouped || !beside.is_constant() {
            return;
        }
        let number = literal_number(other);
        let small = match (is_bare(count), way) {
            (true, Way::Above) => false,
            (true, Way::Equal | Way::Below) => number.is_none_or(|n| n <= SMALL_GROUP),
            (false, Way::Above) => !rises(count),
            (false, Way::Equal | Way::Below) => !is_ratio(count),
        };
        if small {
            self.flag(Finding::SmallGroup, whole.span());
        }
    }
}

impl Way {
    const fn turned(self) -> Self {
        match self {
            Self::Equal => Self::Equal,
            Self::Below => Self::Above,
            Self::Above => Self::Below,
        }
    }
}

fn way(op: &BinaryOperator, contrary: bool) -> Option<Way> {
    let way = match op {
        BinaryOperator::Eq | BinaryOperator::NotEq | BinaryOperator::Spaceship => Way::Equal,
        BinaryOperator::Lt | BinaryOperator::LtEq => Way::Below,
        BinaryOperator::Gt | BinaryOperator::GtEq => Way::Above,
        _ => return None,
    };
    Some(if contrary { way.turned() } else { way })
}

/// `MIN(id) = MAX(id)`: all rows of the group are one.
fn one_row_each(a: &Prov, b: &Prov, op: &BinaryOperator) -> bool {
    let many = |side: &Prov| side.derivation == Derivation::Aggregate && !side.revealed.is_empty();
    *op == BinaryOperator::Eq && many(a) && many(b) && a.revealed == b.revealed
}

/// The count itself, or its name.
fn is_bare(expr: &Expr) -> bool {
    match expr {
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => is_bare(inner),
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => true,
        Expr::Function(Function { name, .. }) => {
            let name = name.to_string().to_uppercase();
            matches!(name.as_str(), "COUNT" | "SUM" | "COUNT_IF" | "ARRAY_SIZE")
        }
        _ => false,
    }
}

/// Whether it is the greater the more rows there are.
fn rises(expr: &Expr) -> bool {
    let positive = |expr: &Expr| literal_number(expr).is_some_and(|n| n >= 0.0);
    match expr {
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => rises(inner),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::Plus | BinaryOperator::Multiply,
            right,
        } => (rises(left) && (rises(right) || positive(right))) || (positive(left) && rises(right)),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::Divide | BinaryOperator::Minus,
            right,
        } => rises(left) && positive(right) || is_ratio(expr),
        other => is_bare(other),
    }
}

/// One count divided by another.
fn is_ratio(expr: &Expr) -> bool {
    match expr {
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => is_ratio(inner),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::Divide,
            right,
        } => literal_number(right).is_none() && (rises(left) || is_ratio(left)),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::Multiply,
            right,
        } => is_ratio(left) || is_ratio(right),
        _ => false,
    }
}
