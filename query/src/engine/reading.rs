//! What a query read, for who finds it slow.
//!
//! Enters: a plan that ran. Leaves: files, row groups, bytes, in a sentence. Never here: a number from anywhere but the plan's own counts.

use std::sync::Arc;

use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::metrics::MetricValue;

/// Counts over all scans of a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Reading {
    files: usize,
    files_pruned: usize,
    groups: usize,
    groups_pruned: usize,
    bytes: usize,
}

impl Reading {
    /// What `plan` read so far.
    pub(super) fn of(plan: &Arc<dyn ExecutionPlan>) -> Self {
        let mut reading = Self::default();
        let mut left = vec![Arc::clone(plan)];
        while let Some(plan) = left.pop() {
            left.extend(plan.children().into_iter().map(Arc::clone));
            let metrics = plan.metrics();
            for metric in metrics.iter().flat_map(|metrics| metrics.iter()) {
                reading.count(metric.value());
            }
        }
        reading
    }

    fn count(&mut self, value: &MetricValue) {
        match value {
            MetricValue::PruningMetrics {
                name,
                pruning_metrics,
            } => {
                let (pruned, matched) = (pruning_metrics.pruned(), pruning_metrics.matched());
                match name.as_ref() {
                    "files_ranges_pruned_statistics" => {
                        self.files += pruned + matched;
                        self.files_pruned += pruned;
                    }
                    "row_groups_pruned_statistics" => {
                        self.groups += pruned + matched;
                        self.groups_pruned += pruned;
                    }
                    "row_groups_pruned_bloom_filter" => self.groups_pruned += pruned,
                    _ => {}
                }
            }
            MetricValue::Count { name, count } if name == "bytes_scanned" => {
                self.bytes += count.value();
            }
            _ => {}
        }
    }

    /// In words, and what to do about it.
    pub(super) fn told(&self, seconds: f64) -> String {
        let read = |all: usize, pruned: usize| all.saturating_sub(pruned);
        let megabytes = self.bytes as f64 / 1e6;
        // Nothing of the archive, or nothing that may be told.
        if self.files == 0 {
            return format!(
                "this took {seconds:.1} s; a condition on time, session_id or principal reads less"
            );
        }
        format!(
            "this took {seconds:.1} s: it read {megabytes:.1} MB of {} of {} files, {} of {} row groups; a condition on time, session_id \
             or principal reads fewer, and EXPLAIN ANALYZE says where the time went",
            read(self.files, self.files_pruned),
            self.files,
            read(self.groups, self.groups_pruned),
            self.groups,
        )
    }
}
