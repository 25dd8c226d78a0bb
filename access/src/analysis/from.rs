//! FROM: what each table factor binds.
//!
//! Enters: table factors. Leaves: bindings in the scope. Never here: a wildcard arm; a new kind of factor must be judged
//! before it compiles.

use event::payload::Finding;
use sqlparser::ast::{
    Expr, Join, JoinConstraint, JoinOperator, ObjectName, Spanned, TableAlias, TableFactor,
    TableVersion, TableWithJoins,
};
use sqlparser::tokenizer::Span;

use super::Comparison;
use super::predicate::call_arguments;
use super::prov::Prov;
use super::query::rename;
use super::run::Run;
use super::scope::{Binding, Relation, Scope, Ties};
use super::stage::location_of;
use super::table::by_text;
use super::tokens::folded;

impl Run<'_> {
    /// Binds every item; true if some of them are tied to the others by nothing.
    pub(crate) fn from(
        &mut self,
        from: &[TableWithJoins],
        scope: &mut Scope<'_>,
        ties: &mut Ties,
    ) -> bool {
        let mut many = 0;
        let mut loose = false;
        for item in from {
            let first = scope.bindings.len();
            self.factor(&item.relation, scope);
            let mut multiplies = multiplies(&item.relation, scope, first);
            for join in &item.joins {
                let left = scope.bindings.len();
                let unlinked = self.join(join, scope, ties);
                let more = self::multiplies(&join.relation, scope, left);
                loose |= unlinked && more && multiplies;
                multiplies |= more;
            }
            many += usize::from(multiplies);
        }
        loose || many > 1
    }

    fn join(&mut self, join: &Join, scope: &mut Scope<'_>, ties: &mut Ties) -> bool {
        let left = scope.bindings.len();
        self.factor(&join.relation, scope);
        match &join.join_operator {
            JoinOperator::Join(c)
            | JoinOperator::Inner(c)
            | JoinOperator::Left(c)
            | JoinOperator::LeftOuter(c)
            | JoinOperator::Right(c)
            | JoinOperator::RightOuter(c)
            | JoinOperator::FullOuter(c)
            | JoinOperator::CrossJoin(c)
            | JoinOperator::Semi(c)
            | JoinOperator::LeftSemi(c)
            | JoinOperator::RightSemi(c)
            | JoinOperator::Anti(c)
            | JoinOperator::LeftAnti(c)
            | JoinOperator::RightAnti(c)
            | JoinOperator::StraightJoin(c) => self.constraint(c, left, scope, ties),
            JoinOperator::AsOf {
                match_condition,
                constraint,
            } => {
                self.condition(match_condition, scope, ties);
                if !matches!(constraint, JoinConstraint::None) {
                    self.constraint(constraint, left, scope, ties);
                }
                false
            }
            JoinOperator::CrossApply
            | JoinOperator::OuterApply
            | JoinOperator::ArrayJoin
            | JoinOperator::LeftArrayJoin
            | JoinOperator::InnerArrayJoin => true,
        }
    }

    /// Binds one factor.
    pub(crate) fn factor(&mut self, factor: &TableFactor, scope: &mut Scope<'_>) {
        if !self.step(1) {
            return;
        }
        match factor {
            TableFactor::Table {
                name,
                alias,
                args,
                version,
                with_hints: _,
                with_ordinality: _,
                partitions: _,
                json_path: _,
                sample: _,
                index_hints: _,
            } => match args {
                Some(args) => {
                    let relation = self.table_function(name, &args.args, scope);
                    bind(scope, relation, alias.as_ref(), Vec::new());
                }
                None => self.named_table(name, alias.as_ref(), version.as_ref(), scope),
            },
            TableFactor::Derived {
                lateral: _,
                subquery,
                alias,
                sample: _,
            } => {
                // Over-approximates: only a lateral subquery sees its neighbours.
                let relation = self.query(subquery, Some(scope));
                bind(scope, relation, alias.as_ref(), Vec::new());
            }
            TableFactor::TableFunction { expr, alias } => {
                let relation = self.table_of_expr(expr, scope);
                bind(scope, relation, alias.as_ref(), Vec::new());
            }
            TableFactor::Function {
                lateral: _,
                name,
                args,
                with_ordinality: _,
                alias,
            } => {
                let relation = self.table_function(name, args, scope);
                bind(scope, relation, alias.as_ref(), Vec::new());
            }
            TableFactor::NestedJoin {
                table_with_joins,
                alias,
            } => self.nested_join(table_with_joins, alias.as_ref(), scope),
            TableFactor::Pivot { .. } | TableFactor::Unpivot { .. } => self.pivoted(factor, scope),
            TableFactor::MatchRecognize { .. } => self.match_recognize(factor, scope),
            TableFactor::SemanticView { .. } => self.semantic_view(factor, scope),
            TableFactor::UNNEST { .. }
            | TableFactor::JsonTable { .. }
            | TableFactor::OpenJsonTable { .. }
            | TableFactor::XmlTable { .. } => self.taken_apart(factor, scope),
        }
    }

    /// Rows made of what one value holds: how many there are tells of it.
    fn taken_apart(&mut self, factor: &TableFactor, scope: &mut Scope<'_>) {
        let (prov, alias) = match factor {
            TableFactor::UNNEST {
                alias,
                array_exprs,
                with_offset: _,
                with_offset_alias: _,
                with_ordinality: _,
            } => (self.exprs(array_exprs, scope), alias),
            TableFactor::JsonTable {
                json_expr,
                json_path: _,
                columns: _,
                alias,
            }
            | TableFactor::OpenJsonTable {
                json_expr,
                json_path: _,
                columns: _,
                alias,
            } => (self.expr(json_expr, scope), alias),
            TableFactor::XmlTable {
                namespaces: _,
                row_expression,
                passing,
                columns: _,
                alias,
            } => {
                let inputs = std::iter::once(row_expression)
                    .chain(passing.arguments.iter().map(|argument| &argument.expr));
                (self.exprs(inputs, scope), alias)
            }
            other => (self.lost(other.span(), scope), &None),
        };
        self.decides_rows(&prov.clone().tested(), factor.span());
        bind(scope, Relation::opaque(prov), alias.as_ref(), Vec::new());
    }

    fn semantic_view(&mut self, factor: &TableFactor, scope: &mut Scope<'_>) {
        let TableFactor::SemanticView {
            name,
            dimensions,
            metrics,
            facts,
            where_clause,
            alias,
        } = factor
        else {
            return;
        };
        let relation = self.named_relation(name);
        let inner = Scope {
            bindings: vec![Binding {
                alias: String::new(),
                path: Vec::new(),
                relation: relation.clone(),
            }],
            ..Scope::default()
        };
        let shown = self.exprs(dimensions.iter().chain(metrics).chain(facts), &inner);
        if let Some(condition) = where_clause {
            self.condition(condition, &inner, &mut Ties::new());
        }
        let relation = Relation::opaque(relation.everything().and(&shown));
        bind(scope, relation, alias.as_ref(), Vec::new());
    }

    fn nested_join(
        &mut self,
        inner: &TableWithJoins,
        alias: Option<&TableAlias>,
        scope: &mut Scope<'_>,
    ) {
        let first = scope.bindings.len();
        let mut ties = Ties::new();
        let loose = self.from(std::slice::from_ref(inner), scope, &mut ties);
        if loose {
            self.flag(Finding::Cartesian, inner.span());
            self.flag(Finding::Cost, inner.span());
        }
        let Some(alias) = alias else {
            self.loose_ties.extend(ties);
            return;
        };
        if let Some(inside) = scope.bindings.get_mut(first..) {
            let (_, outer) = self.bind_ties(inside, ties);
            self.loose_ties.extend(outer);
        }
        let mut joined = Relation::default();
        for binding in scope.bindings.drain(first..) {
            joined.columns.extend(binding.relation.columns);
            if let Some(open) = binding.relation.open {
                joined.open_with(open);
            }
        }
        bind(scope, joined, Some(alias), Vec::new());
    }

    fn named_table(
        &mut self,
        name: &ObjectName,
        alias: Option<&TableAlias>,
        version: Option<&TableVersion>,
        scope: &mut Scope<'_>,
    ) {
        let span = name.span();
        let (mut relation, path) = if let Some(location) = location_of(name) {
            (self.files_at(&location, span), Vec::new())
        } else if let Some(parts) = self.parts(name) {
            let relation = self.table_said(&parts, by_text(name), span);
            (relation, self.qualify(&parts).0)
        } else {
            self.flag(Finding::UnresolvedTable, span);
            bind(scope, Relation::opaque(Prov::unknown()), alias, Vec::new());
            return;
        };
        if let Some(version) = version {
            self.version(version, &mut relation, span, scope);
        }
        bind(scope, relation, alias, path);
    }

    fn version(
        &mut self,
        version: &TableVersion,
        relation: &mut Relation,
        span: Span,
        scope: &Scope<'_>,
    ) {
        let inputs: Vec<&Expr> = match version {
            TableVersion::ForSystemTimeAsOf(at)
            | TableVersion::TimestampAsOf(at)
            | TableVersion::VersionAsOf(at) => vec![at],
            TableVersion::Function(at) => vec![at],
            TableVersion::Changes {
                changes: _,
                at,
                end,
            } => {
                self.flag(Finding::ChangeTracking, span);
                for name in ["METADATA$ACTION", "METADATA$ISUPDATE", "METADATA$ROW_ID"] {
                    relation.push(name, Prov::default());
                }
                std::iter::once(at).chain(end).collect()
            }
        };
        self.flag(Finding::TimeTravel, span);
        for input in inputs {
            let given: Vec<&Expr> = match input {
                Expr::Function(call) => call_arguments(call).collect(),
                other => vec![other],
            };
            for moment in given {
                // Which rows there were then, and whether there were any.
                let prov = self.expr(moment, scope);
                self.compares(&prov, Comparison::Range, &[], moment.span());
            }
        }
    }
}

/// Puts a relation in scope under its alias.
pub(crate) fn bind(
    scope: &mut Scope<'_>,
    mut relation: Relation,
    alias: Option<&TableAlias>,
    path: Vec<String>,
) {
    rename(&mut relation, alias);
    let alias = alias
        .map(|alias| folded(&alias.name))
        .or_else(|| path.last().cloned())
        .unwrap_or_default();
    scope.bindings.push(Binding {
        alias,
        path,
        relation,
    });
}

/// Whether a factor can multiply the rows of its neighbours: table functions and single rows do not count.
fn multiplies(factor: &TableFactor, scope: &Scope<'_>, first: usize) -> bool {
    let single = scope
        .bindings
        .get(first..)
        .is_some_and(|bound| bound.iter().all(|binding| binding.relation.single));
    match factor {
        TableFactor::Table { args, .. } => args.is_none() && !single,
        TableFactor::Derived {
            lateral, subquery, ..
        } => !lateral && !single && !matches!(&*subquery.body, sqlparser::ast::SetExpr::Values(_)),
        TableFactor::NestedJoin { .. }
        | TableFactor::Pivot { .. }
        | TableFactor::Unpivot { .. }
        | TableFactor::MatchRecognize { .. }
        | TableFactor::SemanticView { .. } => !single,
        TableFactor::TableFunction { .. }
        | TableFactor::Function { .. }
        | TableFactor::UNNEST { .. }
        | TableFactor::JsonTable { .. }
        | TableFactor::OpenJsonTable { .. }
        | TableFactor::XmlTable { .. } => false,
    }
}
