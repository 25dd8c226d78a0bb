//! Ties: what a condition lets a harmless column tell of a sensitive one it is compared with.
//!
//! Enters: conditions and what they compare. Leaves: scopes whose columns reveal what they were tied to. Never here: a
//! judgement of the operator; `=`, LIKE, BETWEEN and a difference of zero all tell something.

use std::ops::ControlFlow;

use sqlparser::ast::{Expr, Query, SetExpr, Visit, Visitor};

use super::findings::Derivation;
use super::prov::{Bases, Prov};
use super::run::Run;
use super::scope::{Binding, Field, Tie, Ties, columns_of};
use super::tokens::folded;

impl Run<'_> {
    /// Notes that the columns in these expressions are compared with each other and with `prov`.
    pub(crate) fn tie<'e>(
        &self,
        sides: impl IntoIterator<Item = &'e Expr>,
        prov: &Prov,
        ties: &mut Ties,
    ) {
        let names: Vec<Vec<String>> = sides.into_iter().flat_map(columns_in).collect();
        self.tie_names(names, prov, ties);
    }

    /// The same for columns merged by USING or NATURAL, which no expression names.
    pub(crate) fn tie_names(&self, names: Vec<Vec<String>>, prov: &Prov, ties: &mut Ties) {
        let one_of_its_own = names.len() < 2 && !self.bases.sensitive(&prov.revealed);
        if !names.is_empty() && !one_of_its_own {
            ties.push(Tie {
                names,
                prov: prov.clone(),
            });
        }
    }

    /// Lets tied columns reveal what they are tied to, however many comparisons lie between. True if any of them now
    /// reveals more; with the ties that speak of columns of the query around this one.
    pub(crate) fn bind_ties(&mut self, bindings: &mut [Binding], ties: Ties) -> (bool, Ties) {
        let sensitive = |bases: &Bases, prov: &Prov| bases.sensitive(&prov.revealed);
        if !ties.iter().any(|tie| sensitive(&self.bases, &tie.prov)) {
            return (false, Ties::new());
        }
        let mut open: Vec<(Tie, Vec<Place>)> = Vec::with_capacity(ties.len());
        let width = columns_of(bindings);
        for mut tie in ties {
            if !self.searches(width, tie.names.len()) {
                break;
            }
            let mut places = Vec::new();
            tie.names
                .retain(|name| !places_of(bindings, name, &mut places));
            self.step(places.len() as u64 + 1);
            open.push((tie, places));
        }
        let mut changed = false;
        loop {
            let mut more = false;
            for (tie, places) in &mut open {
                for place in &*places {
                    if let Some(prov) = place.prov(bindings).filter(|p| sensitive(&self.bases, p)) {
                        tie.prov.merge(prov);
                    }
                }
                if !sensitive(&self.bases, &tie.prov) {
                    continue;
                }
                let told = tie.prov.clone().derived(Derivation::Lossy);
                for place in &*places {
                    let held = place.prov_mut(bindings);
                    if let Some(held) = held.filter(|p| !sensitive(&self.bases, p)) {
                        held.merge(&told);
                        more = true;
                    }
                }
            }
            if !more || !self.step(open.len() as u64) {
                break;
            }
            changed = true;
        }
        let outer = open
            .into_iter()
            .map(|(tie, _)| tie)
            .filter(|tie| !tie.names.is_empty() && sensitive(&self.bases, &tie.prov));
        (changed, outer.collect())
    }
}

/// A column of a binding, or its undescribed rest.
struct Place {
    binding: usize,
    column: Option<usize>,
}

impl Place {
    fn prov<'b>(&self, bindings: &'b [Binding]) -> Option<&'b Prov> {
        let relation = &bindings.get(self.binding)?.relation;
        match self.column {
            Some(at) => relation.columns.get(at).map(|field: &Field| &field.prov),
            None => relation.open.as_ref().map(|open| &open.prov),
        }
    }

    fn prov_mut<'b>(&self, bindings: &'b mut [Binding]) -> Option<&'b mut Prov> {
        let relation = &mut bindings.get_mut(self.binding)?.relation;
        match self.column {
            Some(at) => relation.columns.get_mut(at).map(|field| &mut field.prov),
            None => relation.open.as_mut().map(|open| &mut open.prov),
        }
    }
}

/// Adds the columns a name may mean here; false if there is none.
fn places_of(bindings: &[Binding], name: &[String], places: &mut Vec<Place>) -> bool {
    let Some((column, qualifier)) = name.split_last() else {
        return true;
    };
    let before = places.len();
    for (binding, bound) in bindings.iter().enumerate() {
        let meant = qualifier
            .last()
            .is_none_or(|alias| alias.eq_ignore_ascii_case(&bound.alias));
        if !meant {
            continue;
        }
        let found = bound
            .relation
            .columns
            .iter()
            .enumerate()
            .filter(|(_, field)| field.name.eq_ignore_ascii_case(column));
        places.extend(found.map(|(at, _)| Place {
            binding,
            column: Some(at),
        }));
        if bound.relation.open.is_some() {
            places.push(Place {
                binding,
                column: None,
            });
        }
    }
    places.len() > before
}

/// Names of the columns in an expression. Of those in subqueries the qualified ones, and all where nothing is read from:
/// only these can be meant to reach out.
fn columns_in(expr: &Expr) -> Vec<Vec<String>> {
    struct Names {
        /// Of each query around: whether it reads from something.
        inside: Vec<bool>,
        found: Vec<Vec<String>>,
    }
    impl Visitor for Names {
        type Break = ();

        fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
            let bare = matches!(&*query.body, SetExpr::Select(select) if select.from.is_empty());
            self.inside.push(!bare);
            ControlFlow::Continue(())
        }

        fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
            self.inside.pop();
            ControlFlow::Continue(())
        }

        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            match expr {
                Expr::Identifier(ident) if !self.inside.contains(&true) => {
                    self.found.push(vec![folded(ident)]);
                }
                Expr::CompoundIdentifier(parts) => {
                    self.found.push(parts.iter().map(folded).collect());
                }
                _ => {}
            }
            ControlFlow::Continue(())
        }
    }
    let mut names = Names {
        inside: Vec::new(),
        found: Vec::new(),
    };
    let _ = expr.visit(&mut names);
    names.found
}
