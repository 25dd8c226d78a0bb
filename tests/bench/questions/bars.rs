//! What was to hold, and whether it did.
//!
//! Enters: measures, each with its bar. Leaves: a line a bar. Never here: a bar that fails a run: another machine has other times.

use std::time::Duration;

use anyhow::{Context as _, Result};

/// Measures and their bars, in the order in which they were taken.
#[derive(Default)]
pub struct Bars(Vec<(String, bool)>);

impl Bars {
    /// `value` was to be `bar` at most.
    pub fn most(&mut self, what: &str, value: f64, bar: f64) {
        let line = format!("{what:<44} {value:>9.2} at most {bar:.2}");
        self.0.push((line, value <= bar));
    }

    /// `value` was to be `bar` at least.
    pub fn least(&mut self, what: &str, value: f64, bar: f64) {
        let line = format!("{what:<44} {value:>9.2} at least {bar:.2}");
        self.0.push((line, value >= bar));
    }

    /// In a line each.
    pub fn tell(&self) {
        println!("\nbars at 1,000,000 statements, as they are here (questions: of duckdb's time)");
        for (line, is_met) in &self.0 {
            println!("{} {line}", if *is_met { "met   " } else { "MISSED" });
        }
    }
}

/// Seconds that `share` per cent of `sorted` took at most.
pub fn percentile(sorted: impl ExactSizeIterator<Item = Duration>, share: f64) -> Result<f64> {
    let last = sorted.len().saturating_sub(1);
    let place = (last as f64 * share / 100.0).round() as usize;
    let mut from = sorted.skip(place);
    Ok(from.next().context("nothing was asked")?.as_secs_f64())
}
