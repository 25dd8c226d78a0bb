//! Function calls: arguments, windows, and what the function makes of them.
//!
//! Enters: a call and the names in scope. Leaves: the provenance of its value. Never here: the list of functions
//! (`functions.rs`).

use event::payload::Finding;
use sqlparser::ast::{
    DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause,
    FunctionArgumentList, FunctionArguments, Ident, LambdaFunction, ListAggOnOverflow, ObjectName,
    Spanned, WindowType,
};
use sqlparser::tokenizer::Span;

use super::Derivation;
use super::effects::{self, Fails, Place};
use super::expr::scope_level;
use super::fallible::{
    divides_by_literal, is_utf8, is_written_out, may_fail, no_truth, undoes_itself,
};
use super::functions::{Class, class_of, is_date_part, sends_out, takes_date_part};
use super::kind::Kind;
use super::predicate::{call_arguments, literal_number};
use super::prov::Prov;
use super::run::Run;
use super::scope::{Binding, Relation, Scope};
use super::tokens::{folded, split_name};

/// What the arguments of a call hold, apart from each other as far as it matters.
#[derive(Default)]
struct Given {
    /// Those that decide which of the others is taken; all where none does.
    deciding: Prov,
    /// Those that are taken.
    taken: Prov,
    /// Each of them is an untouched value, or none at all.
    untouched: bool,
    /// Two that must be of one kind are not.
    clash: bool,
    /// A classified one is neither number, moment nor truth.
    loose: bool,
    /// A classified one is a number.
    sizes: bool,
    /// A classified one stands where a wrong value fails.
    misplaced: bool,
    /// A number written out is large enough to leave the range of a type.
    large: bool,
    count: usize,
}

impl Given {
    fn everything(&self) -> Prov {
        self.deciding.clone().and(&self.taken)
    }
}

/// From here on a number written out may make a sum or a date leave its range.
const LARGE: f64 = 1_000.0;

impl Run<'_> {
    pub(crate) fn function(&mut self, call: &Function, scope: &Scope<'_>) -> Prov {
        let span = call.name.span();
        let Some(parts) = self.parts(&call.name) else {
            self.flag(Finding::UnknownFunction, span);
            return self.lost(span, scope);
        };
        let name = parts.last().cloned().unwrap_or_default();
        if name == "IDENTIFIER" && parts.len() == 1 {
            return self.named_by_text(call, scope);
        }
        let class = class_of(&parts);
        let given = self.arguments(&name, class, call, scope);
        let mut prov = given.everything();
        if let Some(filter) = &call.filter {
            prov.merge(&self.expr(filter, scope).derived(Derivation::Lossy).tested());
        }
        for by in &call.within_group {
            prov.merge(&self.expr(&by.expr, scope).derived(Derivation::Lossy));
        }
        let plain_count =
            class == Class::Count && given.untouched && prov.derivation == Derivation::Identity;
        let counts = self.counts_rows(&name, class, &prov, call, scope);
        if parts.len() == 1 {
            self.failure(&name, &given, &prov, call);
        }
        let tested = self.tests_nulls(&name, &given, &prov);
        prov = match self.duty(&parts) {
            Some(duty) if class == Class::Unknown => self.does(&duty, prov, span),
            _ => self.judge(&name, class, prov, plain_count, call, scope),
        };
        prov.marks.tested = tested;
        prov.kind = match effects::gives(&name) {
            Some(kind) => kind,
            None if effects::passes_kind(&name) => match given.taken.kind {
                Kind::Nothing => given.deciding.kind,
                kind => kind,
            },
            None => Kind::Any,
        };
        if let Some(window) = &call.over {
            let mut by = self.window(window, scope);
            if name != "ROW_NUMBER" {
                // Only which row is kept of each group tells as little as the grouping itself.
                by = by.not_only_parted();
            }
            let tested =
                prov.marks.tested || (by.marks.tested && self.bases.classified(&by.revealed));
            prov.merge(&by.derived(Derivation::Lossy).of_kind(Kind::Nothing));
            prov.marks.tested = tested;
        }
        prov.marks.grouped = counts;
        self.group_counts |= counts;
        prov
    }

    /// Whether it says how many rows a group has.
    fn counts_rows(
        &self,
        name: &str,
        class: Class,
        held: &Prov,
        call: &Function,
        scope: &Scope<'_>,
    ) -> bool {
        let by_window = match &call.over {
            Some(WindowType::WindowSpec(spec)) => !spec.partition_by.is_empty(),
            Some(WindowType::NamedWindow(_)) => true,
            None => false,
        };
        let of_group = by_window || (call.over.is_none() && scope.grouped);
        let sums = matches!(name, "SUM" | "COUNT_IF") && held.is_constant();
        let collected = matches!(name, "ARRAY_SIZE" | "LENGTH" | "LEN" | "REGEXP_COUNT")
            && held.derivation == Derivation::Aggregate;
        of_group && (class == Class::Count || sums)
            || collected
            || held.marks.grouped && !matches!(class, Class::Aggregate | Class::Count)
    }

    /// Notes what can fail on a value: whether it does tells something of it.
    fn failure(&mut self, name: &str, given: &Given, held: &Prov, call: &Function) {
        let all = held.kind;
        let chosen = effects::chooses(name)
            && self.bases.classified(&held.revealed)
            && call_arguments(call).any(may_fail);
        let fails = given.clash
            || given.misplaced
            || chosen
            || match effects::fails(name) {
                // A format that is no format.
                Fails::Never if matches!(name, "TO_CHAR" | "TO_VARCHAR") => {
                    given.count > 1 && call_arguments(call).skip(1).any(|one| !is_written_out(one))
                }
                Fails::Never => {
                    matches!(name, "PARSE_JSON" | "TO_OBJECT")
                        && !(all == Kind::Semi && held.is_pure())
                }
                Fails::Converting(Kind::Binary) => !is_utf8(call),
                Fails::Converting(to) => {
                    !all.always_fits(to) || (given.count > 1 && all != Kind::Moment)
                }
                Fails::Typed => given.loose,
                Fails::TooLarge => given.loose || given.large,
                Fails::Moved => given.loose || given.large || given.sizes,
                Fails::Sized => given.sizes || given.large,
                Fails::OutOfDomain => !(name == "MOD" && !given.loose && divides_by_literal(call)),
                Fails::Malformed => !undoes_itself(name, call),
            };
        if fails {
            self.fails(held, call.span());
        }
    }

    /// Whether the NULLs of its result, or its number of elements, tell more than which base columns are NULL.
    fn tests_nulls(&self, name: &str, given: &Given, held: &Prov) -> bool {
        if name == "PARSE_JSON" && held.kind == Kind::Semi && held.is_pure() {
            // Of a document it is the document.
            return false;
        }
        if matches!(name, "IFF" | "DECODE") {
            return given.taken.marks.tested || self.bases.classified(&given.deciding.revealed);
        }
        // Where something is put into an array says how long that gets.
        let puts = name == "ARRAY_INSERT" && given.sizes;
        let keeps = effects::keeps_nulls(name) && !puts;
        held.marks.tested || (!keeps && self.bases.classified(&held.revealed))
    }

    /// `IDENTIFIER('a.b')` where a value stands: the column it names.
    fn named_by_text(&mut self, call: &Function, scope: &Scope<'_>) -> Prov {
        self.flag(Finding::IdentifierFn, call.span());
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
                run.flag(Finding::SensitiveArgument, span);
            }
        };
        match class {
            // UNIFORM(x, x, RANDOM()) is x, and a seed decides what comes.
            Class::Constant if prov.is_constant() => Prov::default(),
            Class::Constant => prov.derived(Derivation::Lossy),
            Class::Reversible | Class::Conversion => prov.derived(Derivation::Reversible),
            Class::Lossy | Class::Table => prov.derived(Derivation::Lossy),
            // Which columns a row is grouped by, not by which values.
            Class::Grouping => Prov::default(),
            Class::Count if plain_count => prov.only_counted(Derivation::Aggregate),
            Class::Aggregate | Class::Count => prov.derived(Derivation::Aggregate),
            Class::System if name == "SYSTEM$CANCEL_ALL_QUERIES" && self.is_own_session(call) => {
                Prov::default()
            }
            Class::System => {
                self.system_function(name, span);
                flag_argument(self);
                prov.derived(Derivation::Lossy)
            }
            Class::Model => {
                self.flag(Finding::LlmFunction, span);
                flag_argument(self);
                prov.derived(Derivation::Lossy)
            }
            Class::Egress => {
                self.flag(Finding::Egress, span);
                self.stages_given(call, span);
                flag_argument(self);
                prov.derived(Derivation::Lossy)
            }
            Class::Variable => {
                self.flag(Finding::SessionVariable, span);
                prov.and(&Prov::unknown())
            }
            Class::Definition => {
                self.flag(Finding::Metadata, span);
                self.flag(Finding::QueryText, span);
                prov.derived(Derivation::Lossy)
            }
            Class::Unknown => {
                if matches!(name, "RESULTSET_FROM_CURSOR") {
                    self.flag(Finding::Scripting, span);
                }
                self.flag(Finding::UnknownFunction, span);
                flag_argument(self);
                if prov.unresolved {
                    prov.and(&scope.everything())
                } else {
                    prov.derived(Derivation::Lossy)
                }
            }
        }
    }

    fn system_function(&mut self, name: &str, span: Span) {
        self.flag(Finding::SystemFunction, span);
        if sends_out(name) {
            self.flag(Finding::Egress, span);
        }
        if name == "SYSTEM$WAIT" {
            self.flag(Finding::TimingChannel, span);
        }
    }

    /// Of every argument, lambdas last: their parameters are what the other arguments hold.
    fn arguments(&mut self, name: &str, class: Class, call: &Function, scope: &Scope<'_>) -> Given {
        let mut given = Given {
            untouched: true,
            ..Given::default()
        };
        for arguments in [&call.parameters, &call.args] {
            match arguments {
                FunctionArguments::None => {}
                FunctionArguments::Subquery(query) => {
                    let held = self.query(query, Some(scope)).everything();
                    given.untouched = false;
                    given.deciding.merge(&held);
                }
                FunctionArguments::List(list) => {
                    self.argument_list(name, class, list, scope, &mut given)
                }
            }
        }
        given
    }

    fn argument_list(
        &mut self,
        name: &str,
        class: Class,
        list: &FunctionArgumentList,
        scope: &Scope<'_>,
        given: &mut Given,
    ) {
        let counts_rows = class == Class::Count
            && !matches!(list.duplicate_treatment, Some(DuplicateTreatment::Distinct));
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
                            let held = self.argument(arg, class, scope);
                            given.large |= is_large(arg);
                            self.give(given, &held, (name, i, list.args.len()));
                        }
                    }
                }
                FunctionArg::ExprNamed {
                    name: key,
                    arg,
                    operator: _,
                } => {
                    given.untouched = false;
                    given.deciding.merge(&self.expr(key, scope));
                    given.deciding.merge(&self.argument(arg, class, scope));
                }
            }
        }
        for lambda in lambdas {
            let held = given.everything();
            let inner = self.lambda(lambda, &held, scope);
            given.untouched = false;
            given.deciding.merge(&inner.derived(Derivation::Lossy));
        }
        for clause in &list.clauses {
            let clause = self.argument_clause(clause, scope);
            given.untouched &= clause.revealed.is_empty();
            given.deciding.merge(&clause.of_kind(Kind::Nothing));
        }
    }

    fn argument_clause(&mut self, clause: &FunctionArgumentClause, scope: &Scope<'_>) -> Prov {
        match clause {
            FunctionArgumentClause::OrderBy(order) => self
                .exprs(order.iter().map(|by| &by.expr), scope)
                .derived(Derivation::Lossy),
            FunctionArgumentClause::Limit(limit) => self.expr(limit, scope),
            FunctionArgumentClause::Having(bound) => {
                self.expr(&bound.1, scope).derived(Derivation::Lossy)
            }
            FunctionArgumentClause::OnOverflow(ListAggOnOverflow::Truncate {
                filler: Some(filler),
                with_count: _,
            }) => self.expr(filler, scope),
            FunctionArgumentClause::OnOverflow(_)
            | FunctionArgumentClause::IgnoreOrRespectNulls(_)
            | FunctionArgumentClause::Separator(_)
            | FunctionArgumentClause::JsonNullClause(_)
            | FunctionArgumentClause::JsonReturningClause(_) => Prov::default(),
        }
    }

    /// Takes one argument over: of a function, at a place, of so many.
    fn give(&self, given: &mut Given, held: &Prov, (name, at, of): (&str, usize, usize)) {
        let decides = effects::decides(name, at, of);
        given.count += 1;
        let classified = self.bases.classified(&held.revealed);
        given.untouched &= held.is_constant() || held.counts_plainly(classified);
        if classified {
            given.loose |= matches!(held.kind, Kind::Text | Kind::Semi | Kind::Any);
            given.sizes |= held.kind == Kind::Number;
            given.misplaced |= match effects::place(name, at) {
                // One pair has its key once.
                Some(Place::Form) => !(name.starts_with("OBJECT_CONSTRUCT") && of <= 2),
                Some(Place::Number) => !matches!(held.kind, Kind::Number | Kind::Nothing),
                Some(Place::Truth) => no_truth(held.kind),
                None => false,
            };
        }
        let lane = if decides {
            &mut given.deciding
        } else {
            &mut given.taken
        };
        if !decides || effects::one_kind(name) {
            given.clash |=
                held.kind.may_fail_beside(lane.kind) || lane.kind.may_fail_beside(held.kind);
        }
        lane.merge(held);
    }

    fn argument(&mut self, argument: &FunctionArgExpr, class: Class, scope: &Scope<'_>) -> Prov {
        let all = match argument {
            FunctionArgExpr::Expr(expr) => return self.expr(expr, scope),
            FunctionArgExpr::QualifiedWildcard(name) => self.qualified_star(name, scope),
            FunctionArgExpr::Wildcard => scope_level(scope),
            FunctionArgExpr::WildcardWithOptions(options) => {
                let expanded = self.star_of(&scope.bindings, options, &scope.merged, scope);
                expanded.everything()
            }
        };
        if class == Class::Count {
            // As if each column were written out.
            all
        } else {
            all.derived(Derivation::Reversible)
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
}

/// A number from which a sum or a date may leave its range.
fn is_large(argument: &FunctionArgExpr) -> bool {
    match argument {
        FunctionArgExpr::Expr(expr) => literal_number(expr).is_some_and(|n| n.abs() >= LARGE),
        FunctionArgExpr::QualifiedWildcard(_)
        | FunctionArgExpr::Wildcard
        | FunctionArgExpr::WildcardWithOptions(_) => false,
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
