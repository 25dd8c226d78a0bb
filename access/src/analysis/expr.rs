//! Expressions: from a tree to the base columns its value may come from.
//!
//! Enters: an expression and the names in scope. Leaves: its provenance. Never here: a wildcard arm; a new kind of
//! expression must be judged before it compiles.

use event::payload::Finding;
use sqlparser::ast::{CaseWhen, CastKind, CeilFloorKind, Expr, Spanned, UnaryOperator};
use sqlparser::tokenizer::Span;

use super::fallible::{is_written_out, may_fail};
use super::kind::Kind;
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
        let mut prov =
            stacker::maybe_grow(128 * 1024, 2 * 1024 * 1024, || self.expr_inner(expr, scope));
        // NULL alone is of no kind, and may stand beside any value.
        prov.marks.mixed |= prov.is_constant() && prov.kind != Kind::Nothing;
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

    /// Whether values are equal, greater, alike: a truth.
    fn truth<'e>(
        &mut self,
        whole: &Expr,
        list: impl IntoIterator<Item = &'e Expr>,
        scope: &Scope<'_>,
    ) -> Prov {
        let mut all = Prov::default();
        for expr in list {
            let one = self.expr(expr, scope);
            self.beside(&all, &one, whole.span());
            all.merge(&one);
        }
        all.derived(Derivation::Lossy).of_kind(Kind::Boolean)
    }

    /// Values that must be of one kind: where they are not, one is converted, and that can fail.
    pub(super) fn beside(&mut self, a: &Prov, b: &Prov, span: Span) {
        if a.kind.may_fail_beside(b.kind) {
            self.fails(a, span);
        }
        if b.kind.may_fail_beside(a.kind) {
            self.fails(b, span);
        }
    }

    /// An expression that can fail on what these hold: whether it does tells something of it.
    pub(crate) fn fails(&mut self, held: &Prov, span: Span) {
        if self.bases.sensitive(&held.revealed) {
            self.flag(Finding::ErrorChannel, span);
        }
        if self.bases.classified(&held.revealed) {
            self.compares(held, Comparison::Failure, &[], span);
        }
    }

    /// What can be had back, of this kind.
    fn made<'e>(
        &mut self,
        list: impl IntoIterator<Item = &'e Expr>,
        kind: Kind,
        scope: &Scope<'_>,
    ) -> Prov {
        self.exprs(list, scope)
            .derived(Derivation::Reversible)
            .of_kind(kind)
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
                    .of_kind(Kind::Semi)
                    .tested()
            }
            Expr::Nested(inner) => self.expr(inner, scope),
            Expr::Value(value) => self.value(&value.value, value.span, scope),
            Expr::TypedString(_) => Prov::constant(Kind::Moment),
            Expr::MatchAgainst { .. } => Prov::constant(Kind::Any),
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
            | Expr::IsNotUnknown(a) => {
                let held = self.expr(a, scope);
                self.as_truth(&held, expr.span());
                held.derived(Derivation::Lossy).of_kind(Kind::Boolean)
            }
            Expr::IsDistinctFrom(a, b) | Expr::IsNotDistinctFrom(a, b) => {
                self.truth(expr, [&**a, &**b], scope)
            }
            Expr::IsNormalized {
                expr,
                form: _,
                negated: _,
            } => self.lossy([&**expr], scope),
            Expr::BinaryOp { left, op, right } => self.binary(expr, left, op, right, scope),
            Expr::UnaryOp { op, expr: inner } => {
                let prov = self
                    .exprs([&**inner], scope)
                    .derived(Derivation::Reversible);
                let kind = match op {
                    UnaryOperator::Not => Kind::Boolean,
                    _ => Kind::Number,
                };
                if prov.kind.may_fail_beside(kind) {
                    self.fails(&prov, expr.span());
                }
                prov.of_kind(kind)
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
            } => self.made([&**timestamp, &**time_zone], Kind::Moment, scope),
            Expr::Collate { expr, collation: _ } => {
                self.expr(expr, scope).derived(Derivation::Reversible)
            }
            Expr::Tuple(list) => self.exprs(list, scope),
            Expr::Array(array) => self.made(&array.elem, Kind::Semi, scope),
            Expr::Struct { values, fields: _ } => self.made(values, Kind::Semi, scope),
            Expr::Named { expr, name: _ } => self.expr(expr, scope),
            Expr::Dictionary(fields) => {
                self.made(fields.iter().map(|field| &*field.value), Kind::Semi, scope)
            }
            Expr::Map(map) => {
                let entries = map
                    .entries
                    .iter()
                    .flat_map(|entry| [&*entry.key, &*entry.value]);
                self.made(entries, Kind::Semi, scope)
            }
            Expr::Interval(interval) => self.made([&*interval.value], Kind::Moment, scope),
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
            } => self.case(
                expr,
                operand.as_deref(),
                conditions,
                else_result.as_deref(),
                scope,
            ),
            Expr::InList {
                expr: value,
                list,
                negated: _,
            } => {
                let truth = self.truth(expr, std::iter::once(&**value).chain(list), scope);
                // `x IN ('a', NULL)` is true or NULL.
                if list.iter().all(is_written_out) {
                    truth
                } else {
                    truth.tested()
                }
            }
            Expr::InUnnest {
                expr: value,
                array_expr,
                negated: _,
            } => self.truth(expr, [&**value, &**array_expr], scope).tested(),
            Expr::Between {
                expr: value,
                negated: _,
                low,
                high,
            } => {
                let truth = self.truth(expr, [&**value, &**low, &**high], scope);
                truth.tested()
            }
            Expr::Like {
                expr: value,
                pattern,
                negated: _,
                any: _,
                escape_char: _,
            }
            | Expr::ILike {
                expr: value,
                pattern,
                negated: _,
                any: _,
                escape_char: _,
            }
            | Expr::SimilarTo {
                expr: value,
                pattern,
                negated: _,
                escape_char: _,
            } => self
                .lossy([&**value, &**pattern], scope)
                .of_kind(Kind::Boolean),
            Expr::RLike {
                expr: value,
                pattern,
                negated: _,
                regexp: _,
            } => {
                // What is no regular expression fails.
                let held = self.expr(pattern, scope);
                self.fails(&held, expr.span());
                self.lossy([&**value, &**pattern], scope)
                    .of_kind(Kind::Boolean)
            }
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
            } => self.truth(expr, [&**left, &**right], scope).tested(),
            Expr::Extract {
                field: _,
                syntax: _,
                expr: inner,
            } => {
                let prov = self.lossy([&**inner], scope);
                if prov.kind.may_fail_beside(Kind::Moment) {
                    self.fails(&prov, expr.span());
                }
                prov.of_kind(Kind::Number)
            }
            Expr::Ceil { expr: inner, field } | Expr::Floor { expr: inner, field } => {
                let (CeilFloorKind::DateTimeField(_) | CeilFloorKind::Scale(_)) = field;
                let prov = self.lossy([&**inner], scope);
                if prov.kind.may_fail_beside(Kind::Number) {
                    self.fails(&prov, expr.span());
                }
                prov.of_kind(Kind::Number)
            }
            Expr::Position { expr, r#in } => {
                self.lossy([&**expr, &**r#in], scope).of_kind(Kind::Number)
            }
            Expr::Substring {
                expr: of,
                substring_from,
                substring_for,
                special: _,
                shorthand: _,
            } => {
                let mut held = self.exprs([&**of], scope);
                for bound in substring_from.iter().chain(substring_for) {
                    let bound = self.expr(bound, scope);
                    self.as_number(&bound, expr.span());
                    held.merge(&bound);
                }
                held.derived(Derivation::Lossy).of_kind(Kind::Text)
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
                self.made(std::iter::once(&**expr).chain(what), Kind::Text, scope)
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
                .of_kind(Kind::Text)
            }
            Expr::MemberOf(member) => self
                .truth(expr, [&*member.value, &*member.array], scope)
                .tested(),
            // Only the kinds above come here.
            other => self.lost(other.span(), scope),
        }
    }

    /// CASE: the conditions decide which result is taken, and so whether it is NULL.
    fn case(
        &mut self,
        whole: &Expr,
        operand: Option<&Expr>,
        conditions: &[CaseWhen],
        otherwise: Option<&Expr>,
        scope: &Scope<'_>,
    ) -> Prov {
        let tested = conditions.iter().map(|when| &when.condition);
        let deciding = match operand {
            Some(operand) => self.truth(whole, std::iter::once(operand).chain(tested), scope),
            None => {
                let mut all = Prov::default();
                for condition in tested {
                    let held = self.expr(condition, scope);
                    self.as_truth(&held, whole.span());
                    all.merge(&held);
                }
                all
            }
        };
        let mut taken = Prov::default();
        let results = conditions.iter().map(|when| &when.result);
        let mut clash = false;
        for result in results.chain(otherwise) {
            let one = self.expr(result, scope);
            clash |= taken.kind.may_fail_beside(one.kind) || one.kind.may_fail_beside(taken.kind);
            taken.merge(&one);
        }
        let (kind, nulls) = (taken.kind, taken.marks.tested);
        let decided = self.bases.classified(&deciding.revealed);
        let parts = conditions
            .iter()
            .flat_map(|when| [&when.condition, &when.result]);
        clash |= decided && parts.chain(otherwise).any(may_fail);
        let mut all = deciding.and(&taken).derived(Derivation::Lossy);
        if clash {
            self.fails(&all, whole.span());
        }
        all.marks.tested = nulls || decided;
        all.of_kind(kind)
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
                    ..Prov::constant(Kind::Boolean)
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
                // A NULL among them makes it NULL instead of false.
                value
                    .and(&inner)
                    .and(&decided)
                    .derived(Derivation::Lossy)
                    .of_kind(Kind::Boolean)
                    .tested()
            }
            // A lambda outside a function call has no argument to speak of.
            other => self.lost(other.span(), scope),
        }
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
