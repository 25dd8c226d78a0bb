//! Function calls: arguments, windows, and what the function makes of them.
//!
//! Enters: a call and the names in scope. Leaves: the provenance of its value. Never here: the list of functions
//! (`functions.rs`).

use sqlparser::ast::{
    DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause,
    FunctionArgumentList, FunctionArguments, Ident, LambdaFunction, ListAggOnOverflow,
    NamedWindowDefinition, NamedWindowExpr, ObjectName, Spanned, WindowFrameBound, WindowSpec,
    WindowType,
};

use super::Derivation;
use super::expr::scope_level;
use super::functions::{Class, class_of, is_date_part, sends_out, takes_date_part};
use super::names::folded;
use super::predicate::call_arguments;
use super::prov::Prov;
use super::run::Run;
use super::scope::{Binding, Relation, Scope};
use super::tokens::split_name;

impl Run<'_> {
    pub(crate) fn function(&mut self, call: &Function, scope: &Scope<'_>) -> Prov {
        let span = call.name.span();
        let Some(parts) = self.parts(&call.name) else {
            self.flag("unknown_function", span);
            return self.lost(span, scope);
        };
        let name = parts.last().cloned().unwrap_or_default();
        if name == "IDENTIFIER" && parts.len() == 1 {
            return self.named_by_text(call, scope);
        }
        let class = class_of(&parts);
        let arguments = self.arguments(&name, class, call, scope);
        let mut prov = arguments.clone();
        if let Some(filter) = &call.filter {
            prov.merge(&self.expr(filter, scope).derived(Derivation::Lossy));
        }
        for by in &call.within_group {
            prov.merge(&self.expr(&by.expr, scope).derived(Derivation::Lossy));
        }
        let plain_count = class == Class::Count && prov.derivation == Derivation::Identity;
        prov = self.judge(&name, class, prov, plain_count, call, scope);
        if let Some(window) = &call.over {
            prov.merge(&self.window(window, scope).derived(Derivation::Lossy));
        }
        prov
    }

    /// `IDENTIFIER('a.b')` where a value stands: the column it names.
    fn named_by_text(&mut self, call: &Function, scope: &Scope<'_>) -> Prov {
        self.flag("identifier_fn", call.span());
        let arguments: Vec<&Expr> = call_arguments(call).collect();
        let text = match arguments.as_slice() {
            [only] => self.constant_text(only),
            _ => None,
        };
        let Some(parts) = text.as_deref().and_then(split_name) else {
            // A variable nobody saw being set says which column it is.
            let given = self.exprs(arguments.iter().copied(), scope);
            return self.lost(call.span(), scope).and(&given);
        };
        let idents: Vec<Ident> = parts
            .into_iter()
            .map(|part| Ident {
                value: part,
                quote_style: Some('"'),
                span: call.span(),
            })
            .collect();
        match idents.as_slice() {
            [ident] => self.expr(&Expr::Identifier(ident.clone()), scope),
            _ => self.expr(&Expr::CompoundIdentifier(idents), scope),
        }
    }

    /// What the function makes of its arguments, and what using it says about the statement.
    fn judge(
        &mut self,
        name: &str,
        class: Class,
        prov: Prov,
        plain_count: bool,
        call: &Function,
        scope: &Scope<'_>,
    ) -> Prov {
        let span = call.span();
        let sensitive = self.bases.sensitive(&prov.revealed);
        let flag_argument = |run: &mut Self| {
            if sensitive {
                run.flag("sensitive_argument", span);
            }
        };
        match class {
            // UNIFORM(x, x, RANDOM()) is x, and a seed decides what comes.
            Class::Constant if prov.is_constant() => Prov::default(),
            Class::Constant => prov.derived(Derivation::Lossy),
            Class::Reversible => prov.derived(Derivation::Reversible),
            Class::Conversion => {
                if sensitive {
                    self.flag("error_channel", span);
                }
                prov.derived(Derivation::Reversible)
            }
            Class::Lossy => prov.derived(Derivation::Lossy),
            Class::Aggregate => prov.derived(Derivation::Aggregate),
            Class::Count if plain_count => prov.only_counted(Derivation::Aggregate),
            Class::Count => prov.derived(Derivation::Aggregate),
            Class::Table => prov.derived(Derivation::Lossy),
            Class::System => {
                self.flag("system_function", span);
                if sends_out(name) {
                    self.flag("egress", span);
                }
                if name == "SYSTEM$WAIT" {
                    self.flag("timing_channel", span);
                }
                flag_argument(self);
                prov.derived(Derivation::Lossy)
            }
            Class::Model => {
                self.flag("llm_function", span);
                self.flag("unknown_function", span);
                flag_argument(self);
                prov.derived(Derivation::Lossy)
            }
            Class::Egress => {
                self.flag("egress", span);
                flag_argument(self);
                prov.derived(Derivation::Lossy)
            }
            Class::Variable => {
                self.flag("session_variable", span);
                prov.and(&Prov::unknown())
            }
            Class::Definition => {
                self.flag("metadata", span);
                self.flag("query_text", span);
                prov.derived(Derivation::Lossy)
            }
            Class::Unknown => {
                if matches!(name, "RESULTSET_FROM_CURSOR") {
                    self.flag("scripting", span);
                }
                self.flag("unknown_function", span);
                flag_argument(self);
                if prov.unresolved {
                    prov.and(&scope.everything())
                } else {
                    prov.derived(Derivation::Lossy)
                }
            }
        }
    }

    /// Of every argument, lambdas last: their parameters are what the other arguments hold.
    fn arguments(&mut self, name: &str, class: Class, call: &Function, scope: &Scope<'_>) -> Prov {
        let mut prov = Prov::default();
        for arguments in [&call.parameters, &call.args] {
            match arguments {
                FunctionArguments::None => {}
                FunctionArguments::Subquery(query) => {
                    prov.merge(&self.query(query, Some(scope)).everything())
                }
                FunctionArguments::List(list) => {
                    prov.merge(&self.argument_list(name, class, list, scope))
                }
            }
        }
        prov
    }

    fn argument_list(
        &mut self,
        name: &str,
        class: Class,
        list: &FunctionArgumentList,
        scope: &Scope<'_>,
    ) -> Prov {
        let counts_rows = class == Class::Count
            && !matches!(list.duplicate_treatment, Some(DuplicateTreatment::Distinct));
        let mut prov = Prov::default();
        let mut lambdas: Vec<&LambdaFunction> = Vec::new();
        for (i, argument) in list.args.iter().enumerate() {
            match argument {
                FunctionArg::Named {
                    name: _,
                    arg,
                    operator: _,
                }
                | FunctionArg::Unnamed(arg) => {
                    if let FunctionArgExpr::Expr(Expr::Lambda(lambda)) = arg {
                        lambdas.push(lambda);
                    } else {
                        let part = takes_date_part(name) && is_bare_date_part(arg, scope);
                        let rows = i == 0 && counts_rows && is_star(arg);
                        if !part && !rows {
                            prov.merge(&self.argument(arg, scope));
                        }
                    }
                }
                FunctionArg::ExprNamed {
                    name,
                    arg,
                    operator: _,
                } => {
                    prov.merge(&self.expr(name, scope));
                    prov.merge(&self.argument(arg, scope));
                }
            }
        }
        for lambda in lambdas {
            let inner = self.lambda(lambda, &prov, scope);
            prov.merge(&inner.derived(Derivation::Lossy));
        }
        for clause in &list.clauses {
            match clause {
                FunctionArgumentClause::OrderBy(order) => {
                    for by in order {
                        prov.merge(&self.expr(&by.expr, scope).derived(Derivation::Lossy));
                    }
                }
                FunctionArgumentClause::Limit(limit) => prov.merge(&self.expr(limit, scope)),
                FunctionArgumentClause::Having(bound) => {
                    prov.merge(&self.expr(&bound.1, scope).derived(Derivation::Lossy))
                }
                FunctionArgumentClause::OnOverflow(ListAggOnOverflow::Truncate {
                    filler: Some(filler),
                    with_count: _,
                }) => {
                    prov.merge(&self.expr(filler, scope));
                }
                FunctionArgumentClause::OnOverflow(_)
                | FunctionArgumentClause::IgnoreOrRespectNulls(_)
                | FunctionArgumentClause::Separator(_)
                | FunctionArgumentClause::JsonNullClause(_)
                | FunctionArgumentClause::JsonReturningClause(_) => {}
            }
        }
        prov
    }

    fn argument(&mut self, argument: &FunctionArgExpr, scope: &Scope<'_>) -> Prov {
        match argument {
            FunctionArgExpr::Expr(expr) => self.expr(expr, scope),
            FunctionArgExpr::QualifiedWildcard(name) => self
                .qualified_star(name, scope)
                .derived(Derivation::Reversible),
            FunctionArgExpr::Wildcard => scope_level(scope).derived(Derivation::Reversible),
            FunctionArgExpr::WildcardWithOptions(options) => {
                let expanded = self.star_of(&scope.bindings, options, &scope.merged, scope);
                expanded.everything().derived(Derivation::Reversible)
            }
        }
    }

    /// `t.*` as one value.
    pub(crate) fn qualified_star(&mut self, name: &ObjectName, scope: &Scope<'_>) -> Prov {
        let qualifier = self.parts(name).unwrap_or_default();
        let bound = scope.bound(&qualifier);
        if bound.is_empty() {
            return self.lost(name.span(), scope);
        }
        let mut all = Prov::default();
        for relation in bound {
            all.merge(&relation.everything());
        }
        all
    }

    fn lambda(&mut self, lambda: &LambdaFunction, held: &Prov, scope: &Scope<'_>) -> Prov {
        let mut relation = Relation::default();
        for parameter in lambda.params.iter() {
            relation.push(folded(&parameter.name), held.clone());
        }
        let mut inner = Scope::inside(Some(scope));
        inner.bindings.push(Binding {
            alias: String::new(),
            path: Vec::new(),
            relation,
        });
        self.expr(&lambda.body, &inner)
    }

    pub(crate) fn window(&mut self, window: &WindowType, scope: &Scope<'_>) -> Prov {
        match window {
            WindowType::WindowSpec(spec) => self.window_spec(spec, scope),
            WindowType::NamedWindow(name) => {
                let key = format!("\u{0}window {}", name.value.to_uppercase());
                scope.name(&key).known.unwrap_or_default()
            }
        }
    }

    fn window_spec(&mut self, spec: &WindowSpec, scope: &Scope<'_>) -> Prov {
        let mut prov = self.exprs(&spec.partition_by, scope);
        for by in &spec.order_by {
            prov.merge(&self.expr(&by.expr, scope));
        }
        let bounds = spec
            .window_frame
            .iter()
            .flat_map(|frame| std::iter::once(&frame.start_bound).chain(&frame.end_bound));
        for bound in bounds {
            match bound {
                WindowFrameBound::CurrentRow
                | WindowFrameBound::Preceding(None)
                | WindowFrameBound::Following(None) => {}
                WindowFrameBound::Preceding(Some(rows))
                | WindowFrameBound::Following(Some(rows)) => prov.merge(&self.expr(rows, scope)),
            }
        }
        if let Some(base) = &spec.window_name {
            prov.merge(&self.window(&WindowType::NamedWindow(base.clone()), scope));
        }
        prov
    }

    /// `WINDOW w AS (…)`, kept as aliases no statement can write.
    pub(crate) fn named_windows(
        &mut self,
        windows: &[NamedWindowDefinition],
        scope: &mut Scope<'_>,
    ) {
        for NamedWindowDefinition(name, definition) in windows {
            let prov = match definition {
                NamedWindowExpr::NamedWindow(other) => {
                    self.window(&WindowType::NamedWindow(other.clone()), scope)
                }
                NamedWindowExpr::WindowSpec(spec) => self.window_spec(spec, scope),
            };
            let key = format!("\u{0}window {}", name.value.to_uppercase());
            scope.aliases.push(super::scope::Field { name: key, prov });
        }
    }
}

const fn is_star(argument: &FunctionArgExpr) -> bool {
    matches!(
        argument,
        FunctionArgExpr::Wildcard
            | FunctionArgExpr::QualifiedWildcard(_)
            | FunctionArgExpr::Expr(Expr::Wildcard(_))
    )
}

/// `DAY` where a function wants a date part and no column is called so.
fn is_bare_date_part(argument: &FunctionArgExpr, scope: &Scope<'_>) -> bool {
    match argument {
        FunctionArgExpr::Expr(Expr::Identifier(ident)) if ident.quote_style.is_none() => {
            let name = folded(ident);
            is_date_part(&name) && scope.name(&name).known.is_none()
        }
        _ => false,
    }
}
