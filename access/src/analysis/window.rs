//! Windows: by what rows are parted and ordered for a function.
//!
//! Enters: OVER clauses and WINDOW lists. Leaves: what they depend on, and a note of how. Never here: a partition or an order that is not
//! seen as the comparison it is.

use sqlparser::ast::{
    NamedWindowDefinition, NamedWindowExpr, Spanned, WindowFrameBound, WindowSpec, WindowType,
};

use super::Comparison;
use super::prov::Prov;
use super::run::Run;
use super::scope::Scope;

impl Run<'_> {
    pub(crate) fn window(&mut self, window: &WindowType, scope: &Scope<'_>) -> Prov {
        match window {
            WindowType::WindowSpec(spec) => self.window_spec(spec, scope),
            WindowType::NamedWindow(name) => {
                let key = format!("\u{0}window {}", name.value.to_uppercase());
                scope.name(&key).known.unwrap_or_default()
            }
        }
    }

    pub(super) fn window_spec(&mut self, spec: &WindowSpec, scope: &Scope<'_>) -> Prov {
        let mut prov = Prov::default();
        for key in &spec.partition_by {
            let mut by = self.expr(key, scope);
            self.tells_apart(&by, key.span());
            by.marks.tested = !by.is_pure();
            if by.is_pure() {
                by = by.only_parted();
            }
            prov.merge(&by);
        }
        for by in &spec.order_by {
            let held = self.expr(&by.expr, scope);
            // Rows come as the window sorted them where nothing else sorts them later, and mostly where something does.
            self.compares(&held, Comparison::Order, &[], by.expr.span());
            // Which row comes first decides whose value is taken, and whether there is one.
            prov.merge(&held.tested());
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
