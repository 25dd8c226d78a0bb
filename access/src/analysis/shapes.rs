//! Factors that give a table another shape: PIVOT, UNPIVOT, MATCH_RECOGNIZE.
//!
//! Enters: the factor and what it stands on. Leaves: its bindings.

use event::payload::Finding;
use sqlparser::ast::{
    Expr, ExprWithAlias, MatchRecognizePattern, MatchRecognizeSymbol, NullInclusion,
    PivotValueSource, RowsPerMatch, Spanned, SymbolDefinition, TableFactor, Value,
};

use super::from::bind;
use super::kind::Kind;
use super::prov::Prov;
use super::run::Run;
use super::scope::{Binding, Relation, Scope, Ties};
use super::tokens::folded;
use super::{Comparison, Derivation};

impl Run<'_> {
    /// What a factor inside another gives, with its neighbours in sight.
    fn inner(&mut self, table: &TableFactor, scope: &Scope<'_>) -> Scope<'static> {
        let mut inner = Scope::inside(Some(scope));
        self.factor(table, &mut inner);
        Scope {
            bindings: inner.bindings,
            ..Scope::default()
        }
    }

    pub(crate) fn pivoted(&mut self, factor: &TableFactor, scope: &mut Scope<'_>) {
        let (relation, alias) = match factor {
            TableFactor::Pivot { table, alias, .. } => {
                self.flag(Finding::Pivot, factor.span());
                let inner = self.inner(table, scope);
                (self.pivot(factor, &inner), alias.as_ref())
            }
            TableFactor::Unpivot { table, alias, .. } => {
                self.flag(Finding::Pivot, factor.span());
                let inner = self.inner(table, scope);
                (self.unpivot(factor, &inner), alias.as_ref())
            }
            other => (Relation::opaque(self.lost(other.span(), scope)), None),
        };
        bind(scope, relation, alias, Vec::new());
    }

    /// Values of one column become columns.
    fn pivot(&mut self, factor: &TableFactor, inner: &Scope<'_>) -> Relation {
        let TableFactor::Pivot {
            table: _,
            aggregate_functions,
            value_column,
            value_source,
            default_on_null,
            alias: _,
        } = factor
        else {
            return Relation::default();
        };
        let keys = self.exprs(value_column, inner);
        self.tells_apart(&keys, factor.span());
        let mut value = Prov::default();
        for aggregate in aggregate_functions {
            value.merge(&self.expr(&aggregate.expr, inner));
        }
        if let Some(default) = default_on_null {
            value.merge(&self.expr(default, inner));
        }
        let consumed: Vec<String> = aggregate_functions
            .iter()
            .map(|aggregate| &aggregate.expr)
            .chain(value_column)
            .flat_map(names_in)
            .collect();
        let mut relation = remaining(inner, &consumed);
        // What is left over is grouped by.
        for column in &relation.columns {
            if self.bases.classified(&column.prov.revealed) {
                self.tells_apart(&column.prov, factor.span());
            }
        }
        self.pivots_by(&keys, value_source, factor);
        let cell = value
            .clone()
            .and(&keys)
            .derived(Derivation::Aggregate)
            .tested();
        let aggregates = aggregate_functions.len();
        self.pivot_columns(value_source, aggregates, &cell, inner, &mut relation);
        relation
    }

    /// Columns become values of one column.
    fn unpivot(&mut self, factor: &TableFactor, inner: &Scope<'_>) -> Relation {
        let TableFactor::Unpivot {
            table: _,
            value,
            name,
            columns,
            null_inclusion,
            alias: _,
        } = factor
        else {
            return Relation::default();
        };
        let mut held = Prov::default();
        for column in columns {
            let one = self.expr(&column.expr, inner);
            if *null_inclusion != Some(NullInclusion::IncludeNulls) {
                // Rows without a value are dropped.
                self.decides_rows(&one, column.expr.span());
            }
            self.bases.unify(&mut held, &one);
        }
        let consumed: Vec<String> = columns
            .iter()
            .map(|column| &column.expr)
            .flat_map(names_in)
            .collect();
        let mut relation = remaining(inner, &consumed);
        relation.push(folded(name), Prov::constant(Kind::Text));
        let values: Vec<String> = names_in(value);
        for name in &values {
            relation.push(name.clone(), held.clone());
        }
        if values.is_empty() {
            relation = Relation::opaque(relation.everything().and(&held));
        }
        relation
    }

    /// Each column of the result is chosen by a value of the pivot column: by one written out, or it is named by the data.
    fn pivots_by(&mut self, keys: &Prov, source: &PivotValueSource, factor: &TableFactor) {
        if !self.bases.classified(&keys.revealed) {
            return;
        }
        match source {
            PivotValueSource::List(_) => {
                self.compares(keys, Comparison::Equality, &[], factor.span())
            }
            PivotValueSource::Any(_) | PivotValueSource::Subquery(_) => {
                self.compares(keys, Comparison::Equality, &[], factor.span());
                self.flag(Finding::NamedByData, factor.span());
            }
        }
    }

    fn pivot_columns(
        &mut self,
        source: &PivotValueSource,
        aggregates: usize,
        cell: &Prov,
        inner: &Scope<'_>,
        relation: &mut Relation,
    ) {
        match source {
            PivotValueSource::List(values) => {
                for value in values {
                    if !self.copies(aggregates) {
                        return;
                    }
                    let name = pivot_name(value);
                    for _ in 0..aggregates.max(1) {
                        relation.push(name.clone(), cell.clone());
                    }
                    let prov = self.expr(&value.expr, inner);
                    if !prov.is_constant() {
                        self.compares(&prov, Comparison::Equality, &[], value.expr.span());
                    }
                }
            }
            PivotValueSource::Any(order) => {
                for by in order {
                    let prov = self.expr(&by.expr, inner);
                    self.compares(&prov, Comparison::Order, &[], by.expr.span());
                }
                // Names and number of the columns are the data.
                relation.open_with(super::scope::Open {
                    tables: Vec::new(),
                    prov: cell.clone(),
                    settled: !cell.unresolved,
                });
            }
            PivotValueSource::Subquery(query) => {
                let names = self.query(query, Some(inner)).everything();
                if self.bases.classified(&names.revealed) {
                    self.flag(Finding::NamedByData, query.span());
                    self.compares(&names, Comparison::Equality, &[], query.span());
                }
                let prov = cell.clone().and(&names);
                relation.open_with(super::scope::Open {
                    tables: Vec::new(),
                    settled: !prov.unresolved,
                    prov,
                });
            }
        }
    }

    pub(crate) fn match_recognize(&mut self, factor: &TableFactor, scope: &mut Scope<'_>) {
        let TableFactor::MatchRecognize {
            table,
            partition_by,
            order_by,
            measures,
            rows_per_match,
            after_match_skip: _,
            pattern,
            symbols,
            alias,
        } = factor
        else {
            return;
        };
        let mut inner = self.inner(table, scope);
        let rows = side_by_side(&inner);
        let matched = matched_symbols(pattern, symbols);
        if !self.copies(rows.columns.len().saturating_mul(matched.len())) {
            bind(
                scope,
                Relation::opaque(Prov::unknown()),
                alias.as_ref(),
                Vec::new(),
            );
            return;
        }
        for symbol in matched {
            inner.bindings.push(Binding {
                alias: symbol,
                path: Vec::new(),
                relation: rows.clone(),
            });
        }
        let mut order = Prov::default();
        for by in order_by {
            let prov = self.expr(&by.expr, &inner);
            self.compares(&prov, Comparison::Order, &[], by.expr.span());
            order.merge(&prov);
        }
        for symbol in symbols {
            self.condition(&symbol.definition, &inner, &mut Ties::new());
        }
        for key in partition_by {
            let prov = self.expr(key, &inner);
            self.tells_apart(&prov, key.span());
        }
        let mut relation = match rows_per_match {
            Some(RowsPerMatch::AllRows(_)) => rows,
            Some(RowsPerMatch::OneRow) | None => {
                let mut keys = Relation::default();
                for key in partition_by {
                    let prov = self.expr(key, &inner);
                    keys.push(names_in(key).pop().unwrap_or_default(), prov);
                }
                keys
            }
        };
        for measure in measures {
            let prov = self.expr(&measure.expr, &inner).derived(Derivation::Lossy);
            relation.push(folded(&measure.alias), prov);
        }
        bind(scope, relation, alias.as_ref(), Vec::new());
    }
}

/// All columns in sight as those of one relation.
fn side_by_side(scope: &Scope<'_>) -> Relation {
    let relations = scope.bindings.iter().map(|binding| &binding.relation);
    relations.fold(Relation::default(), |mut all, relation| {
        all.columns.extend(relation.columns.iter().cloned());
        if let Some(open) = &relation.open {
            all.open_with(open.clone());
        }
        all
    })
}

/// `A.price` speaks of the rows a symbol matched: every symbol, once.
fn matched_symbols(pattern: &MatchRecognizePattern, symbols: &[SymbolDefinition]) -> Vec<String> {
    let mut matched: Vec<String> = Vec::new();
    pattern_symbols(pattern, &mut matched);
    matched.extend(symbols.iter().map(|symbol| folded(&symbol.symbol)));
    matched.sort_unstable();
    matched.dedup();
    matched
}

fn pattern_symbols(pattern: &MatchRecognizePattern, found: &mut Vec<String>) {
    let mut add = |symbol: &MatchRecognizeSymbol| match symbol {
        MatchRecognizeSymbol::Named(ident) => found.push(folded(ident)),
        MatchRecognizeSymbol::Start | MatchRecognizeSymbol::End => {}
    };
    match pattern {
        MatchRecognizePattern::Symbol(symbol) | MatchRecognizePattern::Exclude(symbol) => {
            add(symbol)
        }
        MatchRecognizePattern::Permute(symbols) => symbols.iter().for_each(add),
        MatchRecognizePattern::Concat(parts) | MatchRecognizePattern::Alternation(parts) => {
            parts.iter().for_each(|part| pattern_symbols(part, found));
        }
        MatchRecognizePattern::Group(inner) | MatchRecognizePattern::Repetition(inner, _) => {
            pattern_symbols(inner, found)
        }
    }
}

/// Columns of the inner tables that the shape does not use up.
fn remaining(inner: &Scope<'_>, consumed: &[String]) -> Relation {
    let mut relation = Relation::default();
    for binding in &inner.bindings {
        let kept = binding.relation.columns.iter().filter(|column| {
            !consumed
                .iter()
                .any(|name| binding.relation.means(name, &column.name))
        });
        relation.columns.extend(kept.cloned());
        if let Some(open) = &binding.relation.open {
            relation.open_with(open.clone());
        }
    }
    relation
}

fn names_in(expr: &Expr) -> Vec<String> {
    use std::ops::ControlFlow;
    let mut names = Vec::new();
    let _ = sqlparser::ast::visit_expressions(expr, |inner| {
        match inner {
            Expr::Identifier(ident) => names.push(folded(ident)),
            Expr::CompoundIdentifier(parts) => names.extend(parts.last().map(folded)),
            _ => {}
        }
        ControlFlow::<()>::Continue(())
    });
    names
}

/// Snowflake names a pivoted column by its literal, quotes and all.
fn pivot_name(value: &ExprWithAlias) -> String {
    match (&value.alias, &value.expr) {
        (Some(alias), _) => folded(alias),
        (None, Expr::Value(literal)) => match &literal.value {
            Value::SingleQuotedString(text) => format!("'{text}'"),
            other => other.to_string(),
        },
        (None, other) => other.to_string().to_uppercase(),
    }
}
