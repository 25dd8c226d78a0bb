//! What can fail at all, whatever it works on: a failure that only happens where a condition holds tells the condition.
//!
//! Enters: an expression. Leaves: whether it may fail. Never here: what its columns hold; that is known where it is computed.

use std::ops::ControlFlow;

use sqlparser::ast::{BinaryOperator, CastKind, Expr, Function, SetExpr, Value, visit_expressions};
use sqlparser::tokenizer::Span;

use super::effects::{self, Fails};
use super::functions::{Class, class_of};
use super::kind::Kind;
use super::predicate::{call_arguments, literal_number};
use super::prov::Prov;
use super::run::Run;
use super::select::gives_one_row;

/// A literal of this size makes a sum or a date leave its range.
const HUGE: f64 = 1e10;
/// The same for what is added to a date.
const FAR: f64 = 1e3;

impl Run<'_> {
    /// A value that stands where a truth is wanted: what is none is made one first.
    pub(crate) fn as_truth(&mut self, held: &Prov, span: Span) {
        if no_truth(held.kind) {
            self.fails(held, span);
        }
    }

    /// A value that stands where a number is wanted.
    pub(crate) fn as_number(&mut self, held: &Prov, span: Span) {
        if held.kind.may_fail_beside(Kind::Number) {
            self.fails(held, span);
        }
    }
}

/// Whether a value of this kind need not be one that a truth can be made of. One of no known kind stands there because it is a truth.
pub(crate) const fn no_truth(kind: Kind) -> bool {
    matches!(kind, Kind::Text | Kind::Semi)
}

/// Whether some part of it may fail.
pub(crate) fn may_fail(expr: &Expr) -> bool {
    any(expr, |inner| match inner {
        Expr::Function(call) => call_fails(call),
        Expr::BinaryOp {
            left: _,
            op: BinaryOperator::Divide | BinaryOperator::Modulo,
            right,
        } => !is_never_zero(right),
        Expr::Cast {
            kind: CastKind::Cast | CastKind::DoubleColon,
            expr: of,
            data_type,
            array: _,
            format: _,
        } => {
            let to = Kind::of_type(data_type);
            let written = to == Kind::Number && literal_number(of).is_some();
            !matches!(to, Kind::Text | Kind::Semi) && !written
        }
        Expr::Subquery(query) => !match &*query.body {
            SetExpr::Select(select) => gives_one_row(select),
            _ => false,
        },
        _ => false,
    }) || leaves_range(expr)
}

/// Whether it holds a number, or makes one, that is too large to be added to another.
pub(crate) fn leaves_range(expr: &Expr) -> bool {
    any(expr, |inner| match inner {
        Expr::Function(call) => matches!(
            call.name.to_string().to_uppercase().as_str(),
            "POW" | "POWER" | "EXP" | "FACTORIAL" | "SQUARE"
        ),
        Expr::Value(_) => literal_number(inner).is_some_and(|number| number.abs() >= HUGE),
        _ => false,
    })
}

fn any(expr: &Expr, found: impl Fn(&Expr) -> bool) -> bool {
    visit_expressions(expr, |inner| {
        if found(inner) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })
    .is_break()
}

fn call_fails(call: &Function) -> bool {
    let name = call.name.to_string().to_uppercase();
    let far =
        || call_arguments(call).any(|one| literal_number(one).is_some_and(|n| n.abs() >= FAR));
    match effects::fails(&name) {
        Fails::Converting(_) | Fails::Malformed | Fails::OutOfDomain => true,
        Fails::TooLarge | Fails::Moved | Fails::Sized => far(),
        Fails::Typed => false,
        Fails::Never => {
            matches!(name.as_str(), "PARSE_JSON" | "TO_OBJECT")
                || class_of(std::slice::from_ref(&name)) == Class::Unknown
        }
    }
}

fn is_never_zero(expr: &Expr) -> bool {
    match expr {
        Expr::Nested(inner) => is_never_zero(inner),
        Expr::Function(call) => call.name.to_string().eq_ignore_ascii_case("NULLIF"),
        other => literal_number(other).is_some_and(|number| number != 0.0),
    }
}

/// `TO_BINARY(x, 'UTF-8')` takes any text.
pub(crate) fn is_utf8(call: &Function) -> bool {
    let format = call_arguments(call).nth(1);
    matches!(format, Some(Expr::Value(value)) if matches!(&value.value, Value::SingleQuotedString(text) if text.to_uppercase().starts_with("UTF")))
}

/// `DECRYPT(ENCRYPT(x, 'k'), 'k')` gives back what there was.
pub(crate) fn undoes_itself(name: &str, call: &Function) -> bool {
    let mut arguments = call_arguments(call);
    let (Some(Expr::Function(inner)), Some(key), None) =
        (arguments.next(), arguments.next(), arguments.next())
    else {
        return false;
    };
    let mut made = call_arguments(inner);
    let same = made.nth(1) == Some(key) && made.next().is_none();
    let made = inner.name.to_string().to_uppercase();
    name == "DECRYPT" && made == "ENCRYPT" && same && is_written_out(key)
}

/// `MOD(x, 7)`.
pub(crate) fn divides_by_literal(call: &Function) -> bool {
    call_arguments(call)
        .nth(1)
        .and_then(literal_number)
        .is_some_and(|n| n != 0.0)
}

/// A literal that is not NULL.
pub(crate) fn is_written_out(expr: &Expr) -> bool {
    match expr {
        Expr::Value(value) => !matches!(value.value, Value::Null | Value::Placeholder(_)),
        Expr::UnaryOp { op: _, expr } | Expr::Nested(expr) => is_written_out(expr),
        Expr::TypedString(_) => true,
        _ => false,
    }
}
