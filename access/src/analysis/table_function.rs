//! Table functions: FLATTEN, RESULT_SCAN, GENERATOR, TABLE('name') and those nobody described.
//!
//! Enters: a call in FROM. Leaves: its relation. Never here: a function trusted for its name alone; unknown ones give
//! anything of their arguments.

use event::payload::{Finding, StatementKind};
use sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, ObjectName, Spanned,
    UnaryOperator, Value,
};
use sqlparser::tokenizer::Span;

use super::account::{self, Holds};
use super::kind::Kind;
use super::prov::{Marks, Prov};
use super::run::{Run, Seen};
use super::scope::{Relation, Scope};
use super::stage::location_of;
use super::tokens::split_name;
use super::{Derivation, Provenance};

impl Run<'_> {
    /// `TABLE(…)` of an expression: a name in a literal, bind or variable, or a call.
    pub(crate) fn table_of_expr(&mut self, expr: &Expr, scope: &Scope<'_>) -> Relation {
        match expr {
            Expr::Function(call) => self.table_call(call, scope),
            Expr::Nested(inner) => self.table_of_expr(inner, scope),
            Expr::Value(value) => self.table_of_text(expr, value.span),
            Expr::Identifier(ident) if ident.value.starts_with('$') => {
                self.table_of_text(expr, ident.span)
            }
            other => {
                self.flag(Finding::UnresolvedTable, other.span());
                let prov = self.expr(other, scope).and(&Prov::unknown());
                Relation::opaque(prov)
            }
        }
    }

    fn table_of_text(&mut self, expr: &Expr, span: Span) -> Relation {
        self.flag(Finding::TableLiteral, span);
        let variable = matches!(expr, Expr::Value(value) if matches!(&value.value, Value::Placeholder(name) if name.starts_with('$')));
        if variable {
            self.flag(Finding::SessionVariable, span);
        }
        match self.constant_text(expr).as_deref().and_then(split_name) {
            Some(parts) => self.table_said(&parts, true, span),
            None => {
                self.flag(Finding::UnresolvedTable, span);
                Relation::opaque(Prov::unknown())
            }
        }
    }

    fn table_call(&mut self, call: &Function, scope: &Scope<'_>) -> Relation {
        match &call.args {
            FunctionArguments::List(list) => self.table_function(&call.name, &list.args, scope),
            FunctionArguments::None => self.table_function(&call.name, &[], scope),
            FunctionArguments::Subquery(query) => {
                let held = self.query(query, Some(scope)).everything();
                let parts = self.parts(&call.name).unwrap_or_default();
                let last = parts.last().cloned().unwrap_or_default();
                self.undescribed(&parts, &last, held.derived(Derivation::Lossy), call.span())
            }
        }
    }

    pub(crate) fn table_function(
        &mut self,
        name: &ObjectName,
        args: &[FunctionArg],
        scope: &Scope<'_>,
    ) -> Relation {
        let span = name.span();
        if let Some(location) = location_of(name) {
            // A stage with its file format.
            return self.files_at(&location, span);
        }
        let parts = self.parts(name).unwrap_or_default();
        let last = parts.last().map(String::as_str).unwrap_or_default();
        if last == "TABLE" && parts.len() == 1 {
            return match args {
                [FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))] => {
                    self.table_of_expr(expr, scope)
                }
                _ => Relation::opaque(self.lost(span, scope)),
            };
        }
        if last == "RESULT_SCAN" && parts.len() == 1 {
            return self.result_scan(args, span);
        }
        if last == "TO_QUERY" && parts.len() == 1 {
            return self.query_given(args, span);
        }
        let (held, mut decides) = self.table_arguments(args, scope);
        // How many rows it gives is decided by what goes in: a text's parts, an array's elements. An untouched array or object
        // shows its shape, as a column shows which of its values are NULL; whether a name is in it is a question about it.
        let splits = matches!(last, "SPLIT_TO_TABLE" | "STRTOK_SPLIT_TO_TABLE");
        let asks = last == "FLATTEN" && asks_for_path(args);
        decides.marks.tested |= splits || asks || decides.kind != Kind::Semi;
        self.decides_rows(&decides, span);
        let held = held.derived(Derivation::Lossy).tested();
        let named: &[&str] = match (parts.len(), last) {
            (1, "FLATTEN") => &["SEQ", "KEY", "PATH", "INDEX", "VALUE", "THIS"],
            (1, "SPLIT_TO_TABLE" | "STRTOK_SPLIT_TO_TABLE") => &["SEQ", "INDEX", "VALUE"],
            (1, "INFER_SCHEMA") => {
                self.looks_into_files(args, span);
                &[
                    "COLUMN_NAME",
                    "TYPE",
                    "NULLABLE",
                    "EXPRESSION",
                    "FILENAMES",
                    "ORDER_ID",
                ]
            }
            (1, "GENERATOR") => {
                self.flag(Finding::Generator, span);
                return Relation::default();
            }
            _ => &[],
        };
        if !named.is_empty() {
            let mut relation = Relation::default();
            named
                .iter()
                .for_each(|name| relation.push(*name, held.clone()));
            return relation;
        }
        self.undescribed(&parts, last, held, span)
    }

    /// INFER_SCHEMA reads the stage at its location; one that nobody knows could be any.
    fn looks_into_files(&mut self, args: &[FunctionArg], span: Span) {
        self.flag(Finding::Metadata, span);
        self.flag(Finding::StageRead, span);
        let location = args.iter().find_map(|argument| match argument {
            FunctionArg::Named {
                name,
                arg: FunctionArgExpr::Expr(expr),
                operator: _,
            } => name.value.eq_ignore_ascii_case("LOCATION").then_some(expr),
            FunctionArg::ExprNamed {
                name,
                arg: FunctionArgExpr::Expr(expr),
                operator: _,
            } => name
                .to_string()
                .eq_ignore_ascii_case("LOCATION")
                .then_some(expr),
            FunctionArg::Named { .. } | FunctionArg::ExprNamed { .. } | FunctionArg::Unnamed(_) => {
                None
            }
        });
        let known = location.and_then(|expr| self.constant_text(expr));
        match known.filter(|text| text.starts_with('@')) {
            Some(text) => self.reads_location(&text, span),
            None => self.flag(Finding::UnresolvedTable, span),
        }
    }

    /// All that goes in; and what of it is no constant.
    fn table_arguments(&mut self, args: &[FunctionArg], scope: &Scope<'_>) -> (Prov, Prov) {
        let mut held = Prov::default();
        let mut decides = Prov::default();
        for argument in args {
            let one = match argument {
                FunctionArg::Named {
                    name: _,
                    arg,
                    operator: _,
                }
                | FunctionArg::Unnamed(arg) => self.table_argument(arg, scope),
                FunctionArg::ExprNamed {
                    name,
                    arg,
                    operator: _,
                } => {
                    let name = self.expr(name, scope);
                    name.and(&self.table_argument(arg, scope))
                }
            };
            if !one.is_constant() {
                decides.merge(&one);
            }
            held.merge(&one);
        }
        (held, decides)
    }

    fn undescribed(&mut self, parts: &[String], last: &str, held: Prov, span: Span) -> Relation {
        if let Some(holds) = account::function(parts) {
            self.flag(Finding::Metadata, span);
            self.reads(&self.target(parts));
            match holds {
                Holds::Names => {}
                Holds::Texts => self.flag(Finding::QueryText, span),
                Holds::Anything => {
                    self.flag(Finding::UnknownMetadata, span);
                    return Relation::opaque(held.and(&Prov::unknown()));
                }
            }
            if held.is_constant() {
                return Relation::metadata(None);
            }
        } else if matches!(last, "VALIDATE" | "DIRECTORY") {
            // Names and sizes of files in a stage, errors of what was loaded.
            self.flag(Finding::Metadata, span);
            self.flag(Finding::StageRead, span);
        } else if let Some(duty) = self.duty(parts) {
            return self.rows_of(&duty, held, span);
        } else {
            self.flag(Finding::UnknownFunction, span);
            if self.bases.sensitive(&held.revealed) {
                self.flag(Finding::SensitiveArgument, span);
            }
            // It may read any table by itself.
            return Relation::opaque(held.and(&Prov::unknown()));
        }
        Relation::opaque(held)
    }

    fn table_argument(&mut self, argument: &FunctionArgExpr, scope: &Scope<'_>) -> Prov {
        match argument {
            // A table as argument: `forecast(TABLE(SELECT …))`, `f(TABLE(t))`.
            FunctionArgExpr::Expr(Expr::Function(call))
                if call.name.to_string().eq_ignore_ascii_case("TABLE") =>
            {
                let parts = super::reader::table_argument(call);
                match (parts, &call.args) {
                    (Some(name), _) => self.named_relation(&name).everything(),
                    (None, FunctionArguments::Subquery(query)) => {
                        self.query(query, Some(scope)).everything()
                    }
                    (None, _) => self.table_call(call, scope).everything(),
                }
            }
            FunctionArgExpr::Expr(expr) => self.expr(expr, scope),
            FunctionArgExpr::QualifiedWildcard(name) => self.qualified_star(name, scope),
            FunctionArgExpr::Wildcard | FunctionArgExpr::WildcardWithOptions(_) => {
                super::expr::scope_level(scope)
            }
        }
    }

    /// `TO_QUERY('SELECT …')`: the query its text is, if that is known.
    fn query_given(&mut self, args: &[FunctionArg], span: Span) -> Relation {
        self.flag(Finding::DynamicSql, span);
        self.flag(Finding::QueryOfText, span);
        let text = match args {
            [FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))] => self.constant_text(expr),
            [
                FunctionArg::Named {
                    name,
                    arg: FunctionArgExpr::Expr(expr),
                    operator: _,
                },
            ] if name.value.eq_ignore_ascii_case("SQL") => self.constant_text(expr),
            _ => None,
        };
        let Some(text) = text else {
            self.flag(Finding::OpaqueCode, span);
            return Relation::opaque(Prov::unknown());
        };
        // Names inside the text know nothing of the statement around it.
        let outer = (
            std::mem::take(&mut self.ctes),
            std::mem::take(&mut self.flow),
            std::mem::take(&mut self.last),
        );
        let before = self.inner_kinds.len();
        let _ = self.inner_sql(&text, span);
        let relation = std::mem::replace(&mut self.last, outer.2);
        (self.ctes, self.flow) = (outer.0, outer.1);
        // Whatever it was, it must have been one query: anything else acts, or leaves no relation.
        let kinds = self.inner_kinds.get(before..).unwrap_or_default();
        if !matches!(kinds, [StatementKind::Select]) {
            self.flag(Finding::OpaqueCode, span);
            return Relation::opaque(Prov::unknown());
        }
        relation
    }

    /// What an earlier query of this session gave; any other query id is nobody's, and one without columns is not known.
    fn result_scan(&mut self, args: &[FunctionArg], span: Span) -> Relation {
        self.flag(Finding::ResultScan, span);
        let seen = match args {
            [FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))] => self.result_wanted(expr),
            _ => None,
        };
        let columns = match seen {
            Some(Seen::Metadata) => {
                self.flag(Finding::Metadata, span);
                return Relation::metadata(None);
            }
            Some(Seen::Rows(columns)) if !columns.is_empty() => columns,
            Some(Seen::Rows(_)) | None => {
                self.flag(Finding::UnresolvedTable, span);
                return Relation::opaque(Prov::unknown());
            }
        };
        let mut relation = Relation::default();
        for column in &columns {
            let prov = self.remembered(column);
            relation.push(column.name.clone(), prov);
        }
        relation
    }

    fn result_wanted(&self, expr: &Expr) -> Option<Seen> {
        let results = &self.session.results;
        let seen = |(id, columns): &(String, Vec<Provenance>)| {
            if columns.is_empty() && self.session.metadata.contains(id) {
                Seen::Metadata
            } else {
                Seen::Rows(columns.clone())
            }
        };
        if let Some(text) = self.constant_text(expr) {
            let found = results
                .iter()
                .rev()
                .find(|(id, _)| id.eq_ignore_ascii_case(&text));
            return found.map(seen);
        }
        let Expr::Function(call) = expr else {
            return None;
        };
        if !call.name.to_string().eq_ignore_ascii_case("LAST_QUERY_ID") {
            return None;
        }
        let (back, n) = match &call.args {
            FunctionArguments::None => (true, 1),
            FunctionArguments::List(list) => match list.args.as_slice() {
                [] => (true, 1),
                [FunctionArg::Unnamed(FunctionArgExpr::Expr(index))] => position(index)?,
                _ => return None,
            },
            FunctionArguments::Subquery(_) => return None,
        };
        // Statements of this request ran after those of the session; what runs inside another, or in a chain, is not counted.
        if self.depth > 1 || !self.flow.is_empty() {
            return None;
        }
        match (back, n.checked_sub(1)?) {
            (true, at) if !self.done.is_empty() => {
                self.done.iter().rev().nth(at).cloned().flatten()
            }
            (true, at) => results.iter().rev().nth(at).map(seen),
            (false, at) => results.get(at).map(seen),
        }
    }

    /// What a column of an earlier result, or of a table that an earlier request made, comes from.
    pub(crate) fn remembered(&mut self, column: &Provenance) -> Prov {
        let mut prov = Prov {
            derivation: column.derivation,
            unresolved: column.unresolved,
            kind: Kind::Any,
            ..Prov::default()
        };
        let nothing = column.sources.is_empty() && !column.unresolved;
        for source in &column.sources {
            let (table, name) = source.rsplit_once('.').unwrap_or(("", source));
            let (table, name) = self.catalog.column(source).map_or_else(
                || (table.into(), name.to_owned()),
                |known| {
                    let table = source
                        .get(
                            ..source
                                .len()
                                .saturating_sub(crate::catalog::quote(&known.name).len() + 1),
                        )
                        .unwrap_or(table);
                    (table.into(), known.name.clone())
                },
            );
            let id = self
                .bases
                .id(self.catalog, &table, &source.as_str().into(), &name);
            let mut one = Prov::of(id);
            if column.counted.binary_search(source).is_ok() {
                one = one.only_counted(column.derivation);
            }
            prov.merge(&one);
        }
        prov.marks = Marks {
            mixed: column.mixed || nothing,
            tested: column.tested,
            grouped: column.grouped,
        };
        self.group_counts |= column.grouped;
        prov
    }
}

/// Whether FLATTEN is to look for a path: its second argument, or one called so.
fn asks_for_path(args: &[FunctionArg]) -> bool {
    args.iter()
        .enumerate()
        .any(|(at, argument)| match argument {
            FunctionArg::Named { name, .. } => name.value.eq_ignore_ascii_case("PATH"),
            FunctionArg::ExprNamed { name, .. } => name.to_string().eq_ignore_ascii_case("PATH"),
            FunctionArg::Unnamed(_) => at == 1,
        })
}

/// `-2` is the last but one, `2` the second.
fn position(expr: &Expr) -> Option<(bool, usize)> {
    match expr {
        Expr::UnaryOp {
            op: UnaryOperator::Minus,
            expr,
        } => position(expr).map(|(_, n)| (true, n)),
        Expr::Value(value) => match &value.value {
            Value::Number(text, _) => text.parse().ok().map(|n| (false, n)),
            _ => None,
        },
        _ => None,
    }
}
