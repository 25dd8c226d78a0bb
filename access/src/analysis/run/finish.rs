//! The end of an analysis: everything that was found, in order.
//!
//! Enters: a [`Run`] that read the whole request. Leaves: its [`Analysis`]. Never here: another look at the text.

use event::payload::{ColumnUse, Finding};

use super::Run;
use crate::analysis::findings::{Analysis, Predicate};

impl Run<'_> {
    pub(crate) fn finish(mut self, fingerprint: String) -> Analysis {
        if self.named_by_variable.get() {
            self.flags.insert(Finding::NamedByVariable);
        }
        let makes = self.leaves_own();
        let kinds: Vec<_> = self.outcomes.iter().map(|one| one.kind.clone()).collect();
        let drops = self.drops_own(&kinds);
        let mut columns: Vec<ColumnUse> = Vec::new();
        let mut predicates: Vec<Predicate> = Vec::new();
        for (id, usage) in &self.used {
            if let Some(base) = self.bases.get(*id) {
                columns.push(ColumnUse {
                    table: base.table.to_string(),
                    column: base.column.clone(),
                    usage: *usage,
                });
            }
        }
        for ((id, comparison), asked) in &self.predicates {
            if let Some(base) = self.bases.get(*id) {
                let times = u32::try_from(asked.places.len()).unwrap_or(u32::MAX);
                predicates.push(Predicate {
                    column: base.full.to_string(),
                    comparison: *comparison,
                    peers: self.bases.names(&asked.peers),
                    times: times.max(1),
                });
            }
        }
        columns.sort();
        predicates.sort();
        let catalog_version = self
            .catalog
            .version_for(self.reads.iter().chain(&self.writes));
        let mut analysis = Analysis {
            reads: self.reads.into_iter().collect(),
            writes: self.writes.into_iter().collect(),
            columns,
            predicates,
            inner_kinds: self.inner_kinds,
            defines: self.defines.into_iter().collect(),
            assigns: self.assigns,
            flags: self.flags.into_iter().collect(),
            spans: self.spans,
            fingerprint,
            catalog_version,
            makes,
            drops,
            rests_on: self.moved.rested.into_iter().collect(),
            ..Analysis::default()
        };
        for outcome in self.outcomes {
            analysis.kinds.push(outcome.kind);
            analysis.answers.push(outcome.answer);
            analysis.outputs.push(outcome.outputs);
        }
        analysis
    }
}
