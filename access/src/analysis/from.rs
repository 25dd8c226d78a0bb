//! FROM: what each table factor binds.
//!
//! Enters: table factors. Leaves: bindings in the scope. Never here: a wildcard arm; a new kind of factor must be judged
//! before it compiles.

use std::sync::Arc;

use sqlparser::ast::{
    Expr, Join, JoinConstraint, JoinOperator, ObjectName, Spanned, TableAlias, TableFactor,
    TableVersion, TableWithJoins,
};
use sqlparser::tokenizer::Span;

use super::names::folded;
use super::predicate::Taints;
use super::prov::Prov;
use super::query::rename;
use super::run::Run;
use super::scope::{Binding, Open, Relation, Scope};
use crate::catalog::{Table, join_name, quote};
use crate::limits;

impl Run<'_> {
    /// Binds every item; true if some of them are tied to the others by nothing.
    pub(crate) fn from(
        &mut self,
        from: &[TableWithJoins],
        scope: &mut Scope<'_>,
        taints: &mut Taints,
    ) -> bool {
        let mut many = 0;
        let mut loose = false;
        for item in from {
            let first = scope.bindings.len();
            self.factor(&item.relation, scope);
            let mut multiplies = multiplies(&item.relation, scope, first);
            for join in &item.joins {
                let left = scope.bindings.len();
                let unlinked = self.join(join, scope, taints);
                let more = self::multiplies(&join.relation, scope, left);
                loose |= unlinked && more && multiplies;
                multiplies |= more;
            }
            many += usize::from(multiplies);
        }
        loose || many > 1
    }

    fn join(&mut self, join: &Join, scope: &mut Scope<'_>, taints: &mut Taints) -> bool {
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
            | JoinOperator::StraightJoin(c) => self.constraint(c, left, scope, taints),
            JoinOperator::AsOf {
                match_condition,
                constraint,
            } => {
                self.condition(match_condition, scope, taints);
                if !matches!(constraint, JoinConstraint::None) {
                    self.constraint(constraint, left, scope, taints);
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
            TableFactor::SemanticView {
                name,
                dimensions,
                metrics,
                facts,
                where_clause,
                alias,
            } => {
                let mut relation = self.named_relation(name);
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
                    self.condition(condition, &inner, &mut Taints::new());
                }
                relation = Relation::opaque(relation.everything().and(&shown));
                bind(scope, relation, alias.as_ref(), Vec::new());
            }
            TableFactor::UNNEST {
                alias,
                array_exprs,
                with_offset: _,
                with_offset_alias: _,
                with_ordinality: _,
            } => {
                let prov = self.exprs(array_exprs, scope);
                bind(scope, Relation::opaque(prov), alias.as_ref(), Vec::new());
            }
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
            } => {
                let prov = self.expr(json_expr, scope);
                bind(scope, Relation::opaque(prov), alias.as_ref(), Vec::new());
            }
            TableFactor::XmlTable {
                namespaces: _,
                row_expression,
                passing,
                columns: _,
                alias,
            } => {
                let inputs = std::iter::once(row_expression)
                    .chain(passing.arguments.iter().map(|argument| &argument.expr));
                let prov = self.exprs(inputs, scope);
                bind(scope, Relation::opaque(prov), alias.as_ref(), Vec::new());
            }
        }
    }

    fn nested_join(
        &mut self,
        inner: &TableWithJoins,
        alias: Option<&TableAlias>,
        scope: &mut Scope<'_>,
    ) {
        let first = scope.bindings.len();
        let mut taints = Taints::new();
        let loose = self.from(std::slice::from_ref(inner), scope, &mut taints);
        if loose {
            self.flag("cartesian", inner.span());
            self.flag("cost", inner.span());
        }
        let Some(alias) = alias else {
            return;
        };
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
        let Some(parts) = self.parts(name) else {
            self.flag("unresolved_table", span);
            bind(scope, Relation::opaque(Prov::unknown()), alias, Vec::new());
            return;
        };
        let mut relation = self.table(&parts, span);
        if let Some(version) = version {
            self.version(version, &mut relation, span, scope);
        }
        let path = if parts.first().is_some_and(|first| first.starts_with('@')) {
            parts
        } else {
            self.qualify(&parts).0
        };
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
                self.flag("change_tracking", span);
                for name in ["METADATA$ACTION", "METADATA$ISUPDATE", "METADATA$ROW_ID"] {
                    relation.push(name, Prov::default());
                }
                std::iter::once(at).chain(end).collect()
            }
        };
        self.flag("time_travel", span);
        for input in inputs {
            if let Expr::Function(call) = input
                && let sqlparser::ast::FunctionArguments::List(list) = &call.args
            {
                for argument in &list.args {
                    if let sqlparser::ast::FunctionArg::Named {
                        arg: sqlparser::ast::FunctionArgExpr::Expr(expr),
                        ..
                    } = argument
                    {
                        let _ = self.expr(expr, scope);
                    }
                }
            }
        }
    }

    /// A table, view, stage, CTE or earlier result by its name.
    pub(crate) fn named_relation(&mut self, name: &ObjectName) -> Relation {
        match self.parts(name) {
            Some(parts) => self.table(&parts, name.span()),
            None => {
                self.flag("unresolved_table", name.span());
                Relation::opaque(Prov::unknown())
            }
        }
    }

    /// What a name stands for; noted as read.
    pub(crate) fn table(&mut self, parts: &[String], span: Span) -> Relation {
        if let [name] = parts {
            if let Some((_, relation)) = self
                .ctes
                .iter()
                .rev()
                .find(|(cte, _)| cte.eq_ignore_ascii_case(name))
            {
                return (**relation).clone();
            }
            if let Some(result) = name.strip_prefix('$').and_then(|n| n.parse::<usize>().ok()) {
                return self.flow_result(result, span);
            }
        }
        if parts.first().is_some_and(|first| first.starts_with('@')) {
            self.flag("stage_read", span);
            self.flag("unknown_lineage", span);
            self.reads(&super::copy::stage_of(&parts.join(".")));
            return Relation::opaque(Prov::unknown());
        }
        let found = self.lookup(parts);
        if found.is_empty() {
            return self.unknown_table(parts, span);
        }
        let mut relation = Relation::default();
        for (i, table) in found.iter().enumerate() {
            self.reads(&table.full_name);
            let one = self.expand(table, span);
            if i == 0 {
                relation = one
            } else {
                relation.unite_by_name(one)
            }
        }
        if found.len() > 1 {
            self.flag("unresolved_table", span);
            let everything = relation.everything();
            relation.open_with(Open {
                tables: Vec::new(),
                prov: everything,
            });
        }
        relation
    }

    fn flow_result(&mut self, back: usize, span: Span) -> Relation {
        let at = self.flow.len().checked_sub(back);
        match at.and_then(|at| self.flow.get(at)) {
            Some(relation) => (**relation).clone(),
            None => {
                self.flag("unresolved_table", span);
                Relation::opaque(Prov::unknown())
            }
        }
    }

    /// The catalog's tables a name may mean: one where the session says where it stands, else each that ends so.
    pub(crate) fn lookup(&self, parts: &[String]) -> Vec<Arc<Table>> {
        let (full, text) = self.qualify(parts);
        let exact = self.catalog.shared(&text).cloned();
        if exact.is_some() || full.len() == 3 {
            let public = || {
                let database = full.first()?;
                let [name] = parts else { return None };
                self.catalog
                    .shared(&join_name(&[
                        database.clone(),
                        "PUBLIC".to_owned(),
                        name.clone(),
                    ]))
                    .cloned()
            };
            let folded = || {
                let upper: Vec<String> = full.iter().map(|part| part.to_uppercase()).collect();
                self.catalog.shared(&join_name(&upper)).cloned()
            };
            return exact.or_else(folded).or_else(public).into_iter().collect();
        }
        let suffix = parts
            .iter()
            .map(|part| quote(part))
            .collect::<Vec<_>>()
            .join(".");
        self.catalog.ending_with(&suffix).to_vec()
    }

    fn unknown_table(&mut self, parts: &[String], span: Span) -> Relation {
        let (full, text) = self.qualify(parts);
        let table: Arc<str> = text.into();
        self.reads(&table);
        let metadata = full.first().is_some_and(|database| database == "SNOWFLAKE")
            || full.iter().any(|part| part == "INFORMATION_SCHEMA");
        if metadata {
            self.flag("metadata", span);
            let last = parts.last().map(String::as_str).unwrap_or_default();
            if holds_query_text(last) {
                self.flag("query_text", span);
            }
        } else {
            self.flag("unknown_table", span);
        }
        Relation {
            open: Some(Open {
                tables: vec![table],
                prov: Prov::default(),
            }),
            ..Relation::default()
        }
    }

    fn expand(&mut self, table: &Arc<Table>, span: Span) -> Relation {
        self.step(table.columns.len() as u64);
        let Some(view) = &table.view else {
            if table.columns.is_empty() {
                return Relation {
                    open: Some(Open {
                        tables: vec![Arc::clone(&table.full_name)],
                        prov: Prov::default(),
                    }),
                    ..Relation::default()
                };
            }
            return self.base_columns(table);
        };
        if self.depth >= limits::MAX_EXPANSION_DEPTH {
            self.flag("unresolved_view", span);
            return Relation::opaque(Prov::unknown());
        }
        let Some(query) = view.query() else {
            self.flag("unresolved_view", span);
            return Relation {
                open: Some(Open {
                    tables: vec![Arc::clone(&table.full_name)],
                    prov: Prov::unknown(),
                }),
                ..Relation::default()
            };
        };
        let here = (
            self.context.database.replace(table.database.clone()),
            self.context.schema.replace(table.schema.clone()),
        );
        let (ctes, flow, fixed) = (
            std::mem::take(&mut self.ctes),
            std::mem::take(&mut self.flow),
            self.fixed,
        );
        self.fixed = fixed.or_else(|| self.text.range(span));
        (self.quiet, self.depth) = (self.quiet + 1, self.depth + 1);
        let mut relation = self.query(&query, None);
        (self.quiet, self.depth) = (self.quiet - 1, self.depth - 1);
        (self.ctes, self.flow, self.fixed) = (ctes, flow, fixed);
        (self.context.database, self.context.schema) = here;
        self.name_view_columns(table, &view.columns, &mut relation);
        relation
    }

    /// Explicit column names, and what tags on the view's own columns say.
    fn name_view_columns(&mut self, table: &Arc<Table>, names: &[String], relation: &mut Relation) {
        if relation.open.is_some() && !names.is_empty() {
            let all = relation.everything();
            *relation = Relation::default();
            names
                .iter()
                .for_each(|name| relation.push(name.clone(), all.clone()));
        }
        for (column, name) in relation.columns.iter_mut().zip(names) {
            column.name.clone_from(name);
        }
        for own in table.columns.iter().filter(|own| own.is_sensitive()) {
            let id = self
                .bases
                .id(self.catalog, &table.full_name, &own.full_name, &own.name);
            for column in relation
                .columns
                .iter_mut()
                .filter(|column| column.name == own.name)
            {
                column.prov.merge(&Prov::of(id));
            }
        }
    }

    pub(crate) fn base_columns(&mut self, table: &Arc<Table>) -> Relation {
        let mut relation = Relation::default();
        relation.columns.reserve(table.columns.len());
        for column in &table.columns {
            let id = self.bases.id(
                self.catalog,
                &table.full_name,
                &column.full_name,
                &column.name,
            );
            relation.push(column.name.clone(), Prov::of(id));
        }
        relation
    }
}

/// Views of the account's history that show other people's statements.
fn holds_query_text(view: &str) -> bool {
    view.contains("QUERY")
        || matches!(
            view,
            "ACCESS_HISTORY" | "TASK_HISTORY" | "VIEWS" | "PROCEDURES" | "FUNCTIONS" | "SESSIONS"
        )
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
