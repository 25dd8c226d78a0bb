//! Expressions: from a tree to the base columns its value may come from.
//!
//! Enters: an expression and the names in scope. Leaves: its provenance. Never here: a wildcard arm; a new kind of
//! expression must be judged before it compiles.

use sqlparser::ast::{
    AccessExpr, BinaryOperator, CastKind, CeilFloorKind, DataType, Expr, JsonPath, JsonPathElem,
    Spanned, Subscript, Value,
};
use sqlparser::tokenizer::Span;

use super::prov::Prov;
use super::run::Run;
use super::scope::Scope;
use super::{Comparison, Derivation};

impl Run<'_> {
    /// The provenance of an expression's value.
    pub(crate) fn expr(&mut self, expr: &Expr, scope: &Scope<'_>) -> Prov {
        if !self.step(1) {
            return Prov::unknown();
        }
        let prov =
            stacker::maybe_grow(128 * 1024, 2 * 1024 * 1024, || self.expr_inner(expr, scope));
        self.step(prov.weight());
        prov
    }

    pub(crate) fn exprs<'e>(
        &mut self,
        list: impl IntoIterator<Item = &'e Expr>,
        scope: &Scope<'_>,
    ) -> Prov {
        let mut all = Prov::default();
        for expr in list {
            all.merge(&self.expr(expr, scope));
        }
        all
    }

    fn lossy<'e>(&mut self, list: impl IntoIterator<Item = &'e Expr>, scope: &Scope<'_>) -> Prov {
        self.exprs(list, scope).derived(Derivation::Lossy)
    }

    fn expr_inner(&mut self, expr: &Expr, scope: &Scope<'_>) -> Prov {
        match expr {
            Expr::Identifier(ident) => self.identifier(ident, scope),
            Expr::CompoundIdentifier(parts) => self.compound(parts, scope),
            Expr::CompoundFieldAccess { root, access_chain } => {
                self.field_access(root, access_chain, scope)
            }
            Expr::JsonAccess { value, path } => {
                let base = self.expr(value, scope);
                base.and(&self.json_path(path, scope))
                    .derived(Derivation::Lossy)
            }
            Expr::Nested(inner) => self.expr(inner, scope),
            Expr::Value(value) => self.value(&value.value, value.span, scope),
            Expr::TypedString(_) | Expr::MatchAgainst { .. } => Prov::default(),
            Expr::Prefixed { prefix: _, value } => self.expr(value, scope),
            Expr::Function(function) => self.function(function, scope),
            Expr::IsNull(inner) | Expr::IsNotNull(inner) => {
                self.null_test(inner, expr.span(), scope)
            }
            Expr::IsFalse(a)
            | Expr::IsNotFalse(a)
            | Expr::IsTrue(a)
            | Expr::IsNotTrue(a)
            | Expr::IsUnknown(a)
            | Expr::IsNotUnknown(a) => self.lossy([&**a], scope),
            Expr::IsDistinctFrom(a, b) | Expr::IsNotDistinctFrom(a, b) => {
                self.lossy([&**a, &**b], scope)
            }
            Expr::IsNormalized {
                expr,
                form: _,
                negated: _,
            } => self.lossy([&**expr], scope),
            Expr::BinaryOp { left, op, right } => self.binary(expr, left, op, right, scope),
            Expr::UnaryOp { op: _, expr } => {
                self.exprs([&**expr], scope).derived(Derivation::Reversible)
            }
            Expr::Cast {
                kind,
                expr: inner,
                data_type,
                array: _,
                format: _,
            } => self.cast(
                expr,
                *kind == CastKind::Cast || *kind == CastKind::DoubleColon,
                data_type,
                inner,
                scope,
            ),
            Expr::Convert {
                is_try: _,
                expr,
                data_type: _,
                charset: _,
                target_before_value: _,
                styles,
            } => {
                let value = self.expr(expr, scope);
                value
                    .and(&self.exprs(styles, scope))
                    .derived(Derivation::Reversible)
            }
            Expr::AtTimeZone {
                timestamp,
                time_zone,
            } => self
                .exprs([&**timestamp, &**time_zone], scope)
                .derived(Derivation::Reversible),
            Expr::Collate { expr, collation: _ } => {
                self.expr(expr, scope).derived(Derivation::Reversible)
            }
            Expr::Tuple(list) => self.exprs(list, scope),
            Expr::Array(array) => self
                .exprs(&array.elem, scope)
                .derived(Derivation::Reversible),
            Expr::Struct { values, fields: _ } => {
                self.exprs(values, scope).derived(Derivation::Reversible)
            }
            Expr::Named { expr, name: _ } => self.expr(expr, scope),
            Expr::Dictionary(fields) => self
                .exprs(fields.iter().map(|field| &*field.value), scope)
                .derived(Derivation::Reversible),
            Expr::Map(map) => {
                let entries = map
                    .entries
                    .iter()
                    .flat_map(|entry| [&*entry.key, &*entry.value]);
                self.exprs(entries, scope).derived(Derivation::Reversible)
            }
            Expr::Interval(interval) => self
                .expr(&interval.value, scope)
                .derived(Derivation::Reversible),
            Expr::Prior(inner) | Expr::OuterJoin(inner) => self.expr(inner, scope),
            Expr::Wildcard(_) => scope_level(scope),
            Expr::QualifiedWildcard(name, _) => self.qualified_star(name, scope),
            Expr::Exists { .. } | Expr::Subquery(_) | Expr::InSubquery { .. } | Expr::Lambda(_) => {
                self.nested_query(expr, scope)
            }
            Expr::GroupingSets(sets) | Expr::Cube(sets) | Expr::Rollup(sets) => {
                self.exprs(sets.iter().flatten(), scope)
            }
            Expr::Case { .. }
            | Expr::InList { .. }
            | Expr::InUnnest { .. }
            | Expr::Between { .. }
            | Expr::Like { .. }
            | Expr::ILike { .. }
            | Expr::SimilarTo { .. }
            | Expr::RLike { .. }
            | Expr::AnyOp { .. }
            | Expr::AllOp { .. }
            | Expr::Extract { .. }
            | Expr::Ceil { .. }
            | Expr::Floor { .. }
            | Expr::Position { .. }
            | Expr::Substring { .. }
            | Expr::Trim { .. }
            | Expr::Overlay { .. }
            | Expr::MemberOf(_) => self.something_of(expr, scope),
        }
    }

    /// Expressions that give something of their parts.
    fn something_of(&mut self, expr: &Expr, scope: &Scope<'_>) -> Prov {
        match expr {
            Expr::Case {
                case_token: _,
                end_token: _,
                operand,
                conditions,
                else_result,
            } => {
                let arms = conditions
                    .iter()
                    .flat_map(|when| [&when.condition, &when.result]);
                let all = operand
                    .iter()
                    .map(AsRef::as_ref)
                    .chain(arms)
                    .chain(else_result.iter().map(AsRef::as_ref));
                self.lossy(all, scope)
            }
            Expr::InList {
                expr,
                list,
                negated: _,
            } => self.lossy(std::iter::once(&**expr).chain(list), scope),
            Expr::InUnnest {
                expr,
                array_expr,
                negated: _,
            } => self.lossy([&**expr, &**array_expr], scope),
            Expr::Between {
                expr,
                negated: _,
                low,
                high,
            } => self.lossy([&**expr, &**low, &**high], scope),
            Expr::Like {
                expr,
                pattern,
                negated: _,
                any: _,
                escape_char: _,
            }
            | Expr::ILike {
                expr,
                pattern,
                negated: _,
                any: _,
                escape_char: _,
            }
            | Expr::SimilarTo {
                expr,
                pattern,
                negated: _,
                escape_char: _,
            }
            | Expr::RLike {
                expr,
                pattern,
                negated: _,
                regexp: _,
            } => self.lossy([&**expr, &**pattern], scope),
            Expr::AnyOp {
                left,
                right,
                compare_op: _,
                is_some: _,
            }
            | Expr::AllOp {
                left,
                right,
                compare_op: _,
            } => self.lossy([&**left, &**right], scope),
            Expr::Extract {
                field: _,
                syntax: _,
                expr,
            } => self.lossy([&**expr], scope),
            Expr::Ceil { expr, field } | Expr::Floor { expr, field } => {
                let (CeilFloorKind::DateTimeField(_) | CeilFloorKind::Scale(_)) = field;
                self.lossy([&**expr], scope)
            }
            Expr::Position { expr, r#in } => self.lossy([&**expr, &**r#in], scope),
            Expr::Substring {
                expr,
                substring_from,
                substring_for,
                special: _,
                shorthand: _,
            } => {
                let bounds = substring_from
                    .iter()
                    .chain(substring_for)
                    .map(AsRef::as_ref);
                self.lossy(std::iter::once(&**expr).chain(bounds), scope)
            }
            Expr::Trim {
                trim_where: _,
                trim_what,
                expr,
                trim_characters,
            } => {
                let what = trim_what
                    .iter()
                    .map(AsRef::as_ref)
                    .chain(trim_characters.iter().flatten());
                self.exprs(std::iter::once(&**expr).chain(what), scope)
                    .derived(Derivation::Reversible)
            }
            Expr::Overlay {
                expr,
                overlay_what,
                overlay_from,
                overlay_for,
            } => {
                let parts = [&**expr, &**overlay_what, &**overlay_from];
                self.lossy(
                    parts
                        .into_iter()
                        .chain(overlay_for.iter().map(AsRef::as_ref)),
                    scope,
                )
            }
            Expr::MemberOf(member) => self.lossy([&*member.value, &*member.array], scope),
            // Only the kinds above come here.
            other => self.lost(other.span(), scope),
        }
    }

    fn nested_query(&mut self, expr: &Expr, scope: &Scope<'_>) -> Prov {
        match expr {
            Expr::Subquery(query) => {
                let relation = self.query(query, Some(scope));
                let mut prov = relation.everything();
                prov.unresolved |= relation.open.is_some();
                prov
            }
            Expr::Exists {
                subquery,
                negated: _,
            } => {
                let outer = std::mem::take(&mut self.filters);
                let relation = self.query(subquery, Some(scope));
                let inner = std::mem::replace(&mut self.filters, outer);
                let unresolved = relation.open.is_some_and(|open| open.prov.unresolved);
                Prov {
                    revealed: inner,
                    unresolved,
                    ..Prov::default()
                }
                .derived(Derivation::Lossy)
            }
            Expr::InSubquery {
                expr,
                subquery,
                negated: _,
            } => {
                let value = self.expr(expr, scope);
                let outer = std::mem::take(&mut self.filters);
                let inner = self.query(subquery, Some(scope)).everything();
                let filters = std::mem::replace(&mut self.filters, outer);
                // Whether a value is among them tells what kept the others out.
                let decided = Prov {
                    revealed: filters,
                    ..Prov::default()
                };
                value.and(&inner).and(&decided).derived(Derivation::Lossy)
            }
            // A lambda outside a function call has no argument to speak of.
            other => self.lost(other.span(), scope),
        }
    }

    fn value(&mut self, value: &Value, span: Span, scope: &Scope<'_>) -> Prov {
        let Value::Placeholder(name) = value else {
            return Prov::default();
        };
        let Some(variable) = name.strip_prefix('$') else {
            return Prov::default();
        };
        if let Ok(ordinal) = variable.parse::<usize>() {
            let bound: Vec<_> = scope.bindings.iter().collect();
            return self.ordinal(&bound, ordinal, span, scope);
        }
        if matches!(self.variables.get(&variable.to_uppercase()), Some(Some(_))) {
            return Prov::default();
        }
        self.flag("session_variable", span);
        Prov::unknown()
    }

    fn binary(
        &mut self,
        whole: &Expr,
        left: &Expr,
        op: &BinaryOperator,
        right: &Expr,
        scope: &Scope<'_>,
    ) -> Prov {
        let a = self.expr(left, scope);
        let b = self.expr(right, scope);
        let divides = matches!(
            op,
            BinaryOperator::Divide
                | BinaryOperator::Modulo
                | BinaryOperator::MyIntegerDivide
                | BinaryOperator::DuckIntegerDivide
        );
        if divides && self.bases.sensitive(&b.revealed) {
            self.flag("error_channel", whole.span());
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
        a.and(&b).derived(derivation)
    }

    fn cast(
        &mut self,
        whole: &Expr,
        may_fail: bool,
        to: &DataType,
        inner: &Expr,
        scope: &Scope<'_>,
    ) -> Prov {
        let prov = self.expr(inner, scope);
        let any_text = matches!(
            to,
            DataType::Varchar(None)
                | DataType::Text
                | DataType::String(None)
                | DataType::Char(None)
        ) || matches!(to, DataType::Custom(name, _) if name.to_string().eq_ignore_ascii_case("VARIANT"));
        if may_fail && !any_text && self.bases.sensitive(&prov.revealed) {
            self.flag("error_channel", whole.span());
        }
        prov.derived(Derivation::Reversible)
    }

    fn null_test(&mut self, inner: &Expr, span: Span, scope: &Scope<'_>) -> Prov {
        let prov = self.expr(inner, scope);
        if prov.derivation != Derivation::Identity {
            // NULLIF(ssn, '123') IS NULL compares.
            return prov.derived(Derivation::Lossy);
        }
        if self.bases.sensitive(&prov.revealed) {
            self.flag("null_test", span);
        }
        if prov.is_constant() {
            prov
        } else {
            prov.only_counted(Derivation::Lossy)
        }
    }

    fn field_access(&mut self, root: &Expr, chain: &[AccessExpr], scope: &Scope<'_>) -> Prov {
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
        prov.derived(Derivation::Lossy)
    }

    fn json_path(&mut self, path: &JsonPath, scope: &Scope<'_>) -> Prov {
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

    /// Notes a condition's columns; `peers` are those of the other side.
    pub(crate) fn notes(&mut self, prov: &Prov, comparison: Comparison, span: Span) {
        self.compares(prov, comparison, &[], span);
    }
}

/// Every column of the innermost query's tables.
pub(crate) fn scope_level(scope: &Scope<'_>) -> Prov {
    let mut all = Prov::default();
    for binding in &scope.bindings {
        all.merge(&binding.relation.everything());
    }
    all
}
