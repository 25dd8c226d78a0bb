//! Functions and procedures whose owners said what they do (`[functions]` of the policy), and what is the session's own.
//!
//! Enters: a call. Leaves: what its duty makes of the arguments. Never here: a duty for a name that could be resolved to another
//! function.

use event::payload::{Finding, StatementKind, Use};
use sqlparser::ast::{Expr, Function, FunctionArguments, Value};
use sqlparser::tokenizer::Span;

use super::Derivation;
use super::predicate::call_arguments;
use super::prov::Prov;
use super::run::{Outcome, Run};
use super::scope::{Open, Relation};
use crate::catalog::Duty;

impl Run<'_> {
    /// What is said of the function of this name where the session stands.
    pub(crate) fn duty(&self, parts: &[String]) -> Option<Duty> {
        let (full, text) = self.qualify(parts);
        let whole = full.len() == 3;
        whole.then(|| self.catalog.duty(&text).cloned()).flatten()
    }

    /// The value a function of this duty makes of its arguments.
    pub(crate) fn does(&mut self, duty: &Duty, held: Prov, span: Span) -> Prov {
        self.moved.declared = true;
        let sensitive = self.bases.sensitive(&held.revealed);
        let leaves = match duty {
            Duty::Pure | Duty::Table => None,
            Duty::External => Some(Finding::ExternalFunction),
            Duty::Llm => Some(Finding::LlmFunction),
            Duty::Reveals(columns) => {
                let shown = self.columns(columns);
                return held.and(&shown).derived(Derivation::Lossy);
            }
        };
        if let Some(finding) = leaves {
            self.flag(finding, span);
            if sensitive {
                self.flag(Finding::SensitiveArgument, span);
            }
        }
        held.derived(Derivation::Lossy)
    }

    /// The rows of a table function of this duty: of unknown names, each column any of what it may show.
    pub(crate) fn rows_of(&mut self, duty: &Duty, held: Prov, span: Span) -> Relation {
        let prov = self.does(duty, held, span);
        Relation {
            open: Some(Open {
                tables: Vec::new(),
                settled: !prov.unresolved,
                prov,
            }),
            ..Relation::default()
        }
    }

    /// What a procedure of this duty answers: shown if nothing sensitive can be in it.
    pub(crate) fn answers_of(&mut self, duty: &Duty, held: Prov, span: Span) -> Outcome {
        let prov = self.does(duty, held, span);
        self.uses(&prov.revealed, Use::Output);
        if prov.unresolved || self.bases.sensitive(&prov.revealed) {
            Outcome::rows(StatementKind::Call, None)
        } else {
            Outcome::metadata(StatementKind::Call)
        }
    }

    /// Base columns by their full names; one the catalog lacks leaves the value unresolved.
    fn columns(&mut self, names: &[String]) -> Prov {
        let mut all = Prov::default();
        for name in names {
            let Some(column) = self.catalog.column(name) else {
                all.unresolved = true;
                continue;
            };
            let cut = crate::catalog::quote(&column.name).len() + 1;
            let table = name.get(..name.len().saturating_sub(cut)).unwrap_or(name);
            let id = self
                .bases
                .id(self.catalog, &table.into(), &column.full_name, &column.name);
            all.merge(&Prov::of(id));
        }
        all
    }

    /// Whether a call speaks of the session it runs in: `SYSTEM$CANCEL_ALL_QUERIES(CURRENT_SESSION())`, or its id.
    pub(crate) fn is_own_session(&self, call: &Function) -> bool {
        let arguments: Vec<&Expr> = call_arguments(call).collect();
        let [only] = arguments.as_slice() else {
            return false;
        };
        let mut only = *only;
        while let Expr::Cast { expr, .. } | Expr::Nested(expr) = only {
            only = expr;
        }
        match only {
            Expr::Function(inner) => {
                let none = match &inner.args {
                    FunctionArguments::None => true,
                    FunctionArguments::List(list) => list.args.is_empty(),
                    FunctionArguments::Subquery(_) => false,
                };
                none && inner
                    .name
                    .to_string()
                    .eq_ignore_ascii_case("CURRENT_SESSION")
            }
            Expr::Value(value) => {
                let said = match &value.value {
                    Value::Number(text, _) => Some(text.clone()),
                    _ => self.constant_text(only),
                };
                said.is_some() && said == self.session.upstream_session
            }
            _ => false,
        }
    }
}
