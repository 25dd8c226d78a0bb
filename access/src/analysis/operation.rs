//! What operators, casts, literals and paths do to what they are given.
//!
//! Enters: one expression's parts and the names in scope. Leaves: provenance, and a note of whatever may fail on a value. Never here:
//! an operator that loses what it was given.

use event::payload::Finding;
use sqlparser::ast::{
    AccessExpr, BinaryOperator, DataType, Expr, JsonPath, JsonPathElem, Spanned, Subscript, Value,
};
use sqlparser::tokenizer::Span;

use super::Derivation;
use super::fallible::{leaves_range, may_fail};
use super::kind::{Kind, narrows};
use super::predicate::literal_number;
use super::prov::Prov;
use super::run::Run;
use super::scope::Scope;

/// A sum with or product by less than this stays within 38 digits.
const SMALL_FACTOR: f64 = 1e10;
/// A date moved by less than this stays a date.
const MOMENT_STEP: f64 = 1e3;

impl Run<'_> {
    pub(super) fn value(&mut self, value: &Value, span: Span, scope: &Scope<'_>) -> Prov {
        let Value::Placeholder(name) = value else {
            return match value {
                Value::Null => Prov::default(),
                Value::Number(..) => Prov::constant(Kind::Number),
                Value::Boolean(_) => Prov::constant(Kind::Boolean),
                _ => Prov::constant(Kind::Text),
            };
        };
        let Some(variable) = name.strip_prefix('$') else {
            // A stage that a function is given.
            if name.starts_with('@')
                && let Some(stage) = self.location(name, span)
            {
                self.reads(&stage);
            }
            return Prov::constant(Kind::Any);
        };
        if let Ok(ordinal) = variable.parse::<usize>() {
            let bound: Vec<_> = scope.bindings.iter().collect();
            return self.ordinal(&bound, ordinal, span, scope);
        }
        if matches!(self.variables.get(&variable.to_uppercase()), Some(Some(_))) {
            return Prov::constant(Kind::Any);
        }
        self.flag(Finding::SessionVariable, span);
        Prov::unknown()
    }

    pub(super) fn binary(
        &mut self,
        whole: &Expr,
        left: &Expr,
        op: &BinaryOperator,
        right: &Expr,
        scope: &Scope<'_>,
    ) -> Prov {
        let a = self.expr(left, scope);
        let b = self.expr(right, scope);
        let classified = self.bases.classified(&a.revealed) || self.bases.classified(&b.revealed);
        if classified {
            self.can_fail(whole, (left, &a), op, (right, &b));
        }
        let derivation = match op {
            BinaryOperator::Plus
            | BinaryOperator::Minus
            | BinaryOperator::Multiply
            | BinaryOperator::Divide
            | BinaryOperator::StringConcat
            | BinaryOperator::BitwiseXor
            | BinaryOperator::PGBitwiseXor
            | BinaryOperator::PGBitwiseShiftLeft => Derivation::Reversible,
            _ => Derivation::Lossy,
        };
        let kind = match op {
            BinaryOperator::StringConcat => Kind::Text,
            BinaryOperator::Plus | BinaryOperator::Minus
                if [a.kind, b.kind].contains(&Kind::Moment) =>
            {
                if a.kind == b.kind {
                    Kind::Number
                } else {
                    Kind::Moment
                }
            }
            _ if is_arithmetic(op) => Kind::Number,
            _ => Kind::Boolean,
        };
        let mut both = a.and(&b).derived(derivation).of_kind(kind);
        // Of three truths: `x = 'a' OR NULL` is true or NULL.
        both.marks.tested |= classified && matches!(op, BinaryOperator::And | BinaryOperator::Or);
        both
    }

    /// Notes where an operator can fail on what its sides hold: divided by zero, too large, no number.
    pub(super) fn can_fail(
        &mut self,
        whole: &Expr,
        (left, a): (&Expr, &Prov),
        op: &BinaryOperator,
        (right, b): (&Expr, &Prov),
    ) {
        let span = whole.span();
        if !is_arithmetic(op) {
            let logical = matches!(
                op,
                BinaryOperator::And | BinaryOperator::Or | BinaryOperator::Xor
            );
            if logical {
                self.as_truth(a, span);
                self.as_truth(b, span);
            }
            if logical && (may_fail(left) || may_fail(right)) {
                // Looked at only where the other side says so.
                let both = a.clone().and(b);
                self.fails(&both, span);
            }
            if !logical && *op != BinaryOperator::StringConcat {
                self.beside(a, b, span);
            }
            return;
        }
        for side in [a, b] {
            // A text is read as a number first.
            if side.kind.may_fail_beside(Kind::Number) {
                self.fails(side, span);
            }
        }
        let divides = matches!(
            op,
            BinaryOperator::Divide
                | BinaryOperator::Modulo
                | BinaryOperator::MyIntegerDivide
                | BinaryOperator::DuckIntegerDivide
        );
        if divides {
            if literal_number(right).is_none_or(|n| n == 0.0) {
                self.fails(b, span);
            }
            return;
        }
        let moments = (a.kind == Kind::Moment) != (b.kind == Kind::Moment);
        let bound = if moments { MOMENT_STEP } else { SMALL_FACTOR };
        let written = literal_number(right).or_else(|| literal_number(left));
        let fits = match (written, op) {
            (Some(number), BinaryOperator::Multiply) => {
                number.abs() < bound && !multiplies(left) && !multiplies(right)
            }
            (Some(number), _) => number.abs() < bound,
            // Two columns do not leave the range of 38 digits by a sum.
            (None, op) => {
                let large = leaves_range(left) || leaves_range(right);
                *op != BinaryOperator::Multiply && !moments && !large
            }
        };
        if !fits {
            let both = a.clone().and(b);
            self.fails(&both, span);
        }
    }

    pub(super) fn cast(
        &mut self,
        whole: &Expr,
        may_fail: bool,
        to: &DataType,
        inner: &Expr,
        scope: &Scope<'_>,
    ) -> Prov {
        let prov = self.expr(inner, scope);
        if prov.kind == Kind::Nothing {
            return prov.derived(Derivation::Reversible);
        }
        let kind = Kind::of_type(to);
        let numbers = |array: &sqlparser::ast::Array, run: &mut Self| {
            run.exprs(&array.elem, scope).kind == Kind::Number
        };
        // A vector of numbers that stand here.
        let vector = matches!(inner, Expr::Array(array) if to.to_string().to_uppercase().starts_with("VECTOR") && numbers(array, self));
        let spelled = kind == Kind::Number && !narrows(to) && self.spells_digits(inner, scope);
        if may_fail && !vector && !spelled && (!prov.kind.always_fits(kind) || narrows(to)) {
            self.fails(&prov, whole.span());
        }
        // JSON's null becomes NULL, and TRY_CAST makes NULL of what does not fit.
        let nulls = prov.kind == Kind::Semi && kind != Kind::Semi && !prov.is_pure();
        let mut prov = prov.derived(Derivation::Reversible).of_kind(kind);
        prov.marks.tested |= (nulls || !may_fail) && self.bases.classified(&prov.revealed);
        prov
    }

    /// `TO_CHAR(born, 'YYYYMMDD')`: always a number.
    pub(super) fn spells_digits(&mut self, expr: &Expr, scope: &Scope<'_>) -> bool {
        let Expr::Function(call) = expr else {
            return false;
        };
        let name = call.name.to_string().to_uppercase();
        let mut arguments = super::predicate::call_arguments(call);
        let (Some(moment), Some(Expr::Value(format)), None) =
            (arguments.next(), arguments.next(), arguments.next())
        else {
            return false;
        };
        let digits = matches!(&format.value, Value::SingleQuotedString(text)
            if ["YYYYMMDD", "YYYYMM", "YYYY", "MMDD", "MM", "DD"].contains(&text.to_uppercase().as_str()));
        digits
            && matches!(name.as_str(), "TO_CHAR" | "TO_VARCHAR")
            && self.expr(moment, scope).kind == Kind::Moment
    }

    pub(super) fn null_test(&mut self, inner: &Expr, span: Span, scope: &Scope<'_>) -> Prov {
        let prov = self.expr(inner, scope);
        if prov.derivation != Derivation::Identity {
            // NULLIF(ssn, '123') IS NULL compares.
            return prov.derived(Derivation::Lossy);
        }
        if self.bases.sensitive(&prov.revealed) {
            self.flag(Finding::NullTest, span);
        }
        if prov.is_constant() {
            prov.of_kind(Kind::Boolean)
        } else {
            prov.only_counted(Derivation::Lossy).of_kind(Kind::Boolean)
        }
    }

    pub(super) fn field_access(
        &mut self,
        root: &Expr,
        chain: &[AccessExpr],
        scope: &Scope<'_>,
    ) -> Prov {
        let mut prov = self.expr(root, scope);
        for access in chain {
            match access {
                // A field's name is no column.
                AccessExpr::Dot(Expr::Identifier(_)) => {}
                AccessExpr::Dot(other) => prov.merge(&self.expr(other, scope)),
                AccessExpr::Subscript(Subscript::Index { index }) => {
                    prov.merge(&self.expr(index, scope))
                }
                AccessExpr::Subscript(Subscript::Slice {
                    lower_bound,
                    upper_bound,
                    stride,
                }) => {
                    let bounds = lower_bound.iter().chain(upper_bound).chain(stride);
                    prov.merge(&self.exprs(bounds, scope));
                }
            }
        }
        let tested = self.bases.classified(&prov.revealed);
        prov = prov.derived(Derivation::Lossy).of_kind(Kind::Semi);
        prov.marks.tested |= tested;
        prov
    }

    pub(super) fn json_path(&mut self, path: &JsonPath, scope: &Scope<'_>) -> Prov {
        let mut prov = Prov::default();
        for element in &path.path {
            match element {
                JsonPathElem::Dot { key: _, quoted: _ } => {}
                JsonPathElem::Bracket { key } | JsonPathElem::ColonBracket { key } => {
                    prov.merge(&self.expr(key, scope))
                }
            }
        }
        prov
    }
}

fn is_arithmetic(op: &BinaryOperator) -> bool {
    matches!(
        op,
        BinaryOperator::Plus
            | BinaryOperator::Minus
            | BinaryOperator::Multiply
            | BinaryOperator::Divide
            | BinaryOperator::Modulo
            | BinaryOperator::MyIntegerDivide
            | BinaryOperator::DuckIntegerDivide
            | BinaryOperator::BitwiseXor
            | BinaryOperator::BitwiseAnd
            | BinaryOperator::BitwiseOr
    )
}

/// Factors of factors can be as large as one likes.
fn multiplies(expr: &Expr) -> bool {
    match expr {
        Expr::Nested(inner) => multiplies(inner),
        Expr::BinaryOp { op, .. } => *op == BinaryOperator::Multiply,
        _ => false,
    }
}
