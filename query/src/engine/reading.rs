//! What a query read, for who finds it slow.
//!
//! Enters: a plan that ran. Leaves: files, row groups, bytes, in a sentence. Never here: a number from anywhere but the plan's own counts.

use std::sync::Arc;

use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::metrics::MetricValue;
use parking_lot::Mutex;

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

    /// In words; none where it is nothing of the archive, or nothing that may be told.
    fn read(&self) -> Option<String> {
        if self.files == 0 {
            return None;
        }
        let read = |all: usize, pruned: usize| all.saturating_sub(pruned);
        Some(format!(
            "it read {:.1} MB of {} of {} files, {} of {} row groups",
            self.bytes as f64 / 1e6,
            read(self.files, self.files_pruned),
            self.files,
            read(self.groups, self.groups_pruned),
            self.groups,
        ))
    }

    /// In words, and what to do about it.
    pub(super) fn told(&self, seconds: f64) -> String {
        match self.read() {
            None => format!(
                "this took {seconds:.1} s; a condition on time, session_id or principal reads less"
            ),
            Some(read) => format!(
                "this took {seconds:.1} s: {read}; a condition on time, session_id or principal reads fewer, and EXPLAIN ANALYZE says \
                 where the time went"
            ),
        }
    }
}

/// The plan of a query that may be stopped before it ends: what is slowest says what it read, too.
#[derive(Default)]
pub(super) struct Watched(Mutex<Option<Arc<dyn ExecutionPlan>>>);

impl Watched {
    /// It is this one.
    pub(super) fn see(&self, plan: &Arc<dyn ExecutionPlan>) {
        *self.0.lock() = Some(Arc::clone(plan));
    }

    /// What it has read by now, in words that go on.
    pub(super) fn told(&self) -> String {
        let plan = self.0.lock().clone();
        let read = plan.and_then(|plan| Reading::of(&plan).read());
        read.map(|read| format!(": {read}")).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_told_with_how_to_read_less() {
        let reading = Reading {
            files: 40,
            files_pruned: 37,
            groups: 12,
            groups_pruned: 2,
            bytes: 12_300_000,
        };
        assert_eq!(
            reading.told(6.0),
            "this took 6.0 s: it read 12.3 MB of 3 of 40 files, 10 of 12 row groups; a condition on time, session_id or principal reads \
             fewer, and EXPLAIN ANALYZE says where the time went"
        );
        let none = Reading::default().told(6.0);
        assert!(
            !none.contains("MB") && none.contains("session_id"),
            "{none}"
        );
        assert_eq!(Watched::default().told(), "");
    }
}
