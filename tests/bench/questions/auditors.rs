//! Several auditors at once, each asking every question some times over.
//!
//! Enters: an engine, the questions. Leaves: how long an answer took, at the median, at the 95th percentile, at worst; the most memory.
//! Never here: an auditor that waits for another but where the engine makes it wait.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use query::Engine;
use tokio::task::JoinSet;

use crate::question::{Question, auditor};
use crate::{bars, process, seconds};

/// What auditors met.
pub struct Met {
    /// Sorted, each with its question.
    took: Vec<(Duration, &'static str)>,
    seconds: f64,
    /// Megabytes at most.
    pub peak_mb: Option<f64>,
}

/// `auditors` ask at once, everything `rounds` times, each beginning with another question.
pub async fn beside(
    engine: &Engine,
    questions: &Arc<Vec<Question>>,
    (auditors, rounds): (usize, usize),
) -> Result<Met> {
    process::forget_peak();
    let began = Instant::now();
    let mut asking = JoinSet::new();
    for number in 0..auditors {
        let (engine, questions) = (engine.clone(), Arc::clone(questions));
        asking.spawn(async move { one(&engine, &questions, (number, rounds)).await });
    }
    let mut took = Vec::new();
    while let Some(asked) = asking.join_next().await {
        took.extend(asked??);
    }
    took.sort();
    Ok(Met {
        took,
        seconds: seconds(began),
        peak_mb: process::peak_mb(),
    })
}

async fn one(
    engine: &Engine,
    questions: &[Question],
    (number, rounds): (usize, usize),
) -> Result<Vec<(Duration, &'static str)>> {
    let auditor = auditor(number);
    let mut took = Vec::new();
    let turned = questions.iter().cycle().skip(number);
    for question in turned.take(rounds * questions.len()) {
        let began = Instant::now();
        let asked = Box::pin(question.ask(engine, &auditor)).await;
        asked.map_err(|error| anyhow!("{}, beside others: {error}", question.name))?;
        took.push((began.elapsed(), question.name));
    }
    Ok(took)
}

impl Met {
    /// Seconds that `share` per cent of the answers took at most.
    pub fn percentile(&self, share: f64) -> Result<f64> {
        bars::percentile(self.took.iter().map(|(took, _)| *took), share)
    }

    /// In a line, and a line for each question.
    pub fn tell(&self, auditors: usize, questions: &[Question]) -> Result<()> {
        println!(
            "\n{auditors} auditors at once, {} answers in {:.1} s: p50 {:.3} s, p95 {:.3} s, slowest {:.3} s, {:.0} MB",
            self.took.len(),
            self.seconds,
            self.percentile(50.0)?,
            self.percentile(95.0)?,
            self.percentile(100.0)?,
            self.peak_mb.unwrap_or(f64::NAN),
        );
        for question in questions {
            let own = self.took.iter().filter(|(_, name)| *name == question.name);
            let slowest = own.map(|(took, _)| *took).max().unwrap_or_default();
            let slowest = slowest.as_secs_f64();
            println!("{:<44} slowest {slowest:>7.3} s", question.name);
        }
        Ok(())
    }
}
