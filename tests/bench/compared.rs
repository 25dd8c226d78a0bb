//! What auditors' questions cost of two archives that hold the same events, asked of one and the other in turns.
//!
//! Enters: what small commits left, sealed and compacted, and what large ones did. Leaves: how many times as long the first takes, a line a
//! question. Fails where the two answer with different numbers of rows. Never here: a question that only one of them is asked.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Result, anyhow, bail};
use archive::Archive;
use journal::memory::Memory;
use query::{Auditor, Engine};

use crate::PARTITIONS;
use crate::engine::engine;
use crate::question::{self, Question};

/// How often each is asked; the best counts.
const RUNS: usize = 5;
/// What asking leaves in a journal is far fewer.
const RECORDS_MAX: usize = 1_000_000;

/// Seconds at best, and rows.
struct Best {
    seconds: f64,
    rows: u64,
}

impl Best {
    const fn none() -> Self {
        Self {
            seconds: f64::INFINITY,
            rows: 0,
        }
    }

    async fn ask(
        &mut self,
        engine: &Engine,
        (question, auditor): (&Question, &Auditor),
    ) -> Result<()> {
        let began = Instant::now();
        let asked = Box::pin(question.ask(engine, auditor)).await;
        self.rows = asked.map_err(|error| anyhow!("{}: {error}", question.name))?;
        self.seconds = self.seconds.min(began.elapsed().as_secs_f64());
        Ok(())
    }
}

/// How many times as long the questions take of `small`, all together, over a history of so many statements.
pub async fn compare((small, large): (Archive, Archive), statements: u64) -> Result<f64> {
    let journal = || Arc::new(Memory::new(PARTITIONS, RECORDS_MAX));
    let (small, large) = (
        engine(small, journal()).await?,
        engine(large, journal()).await?,
    );
    let auditor = question::auditor(0);
    println!(
        "{:<44} {:>9} {:>9} {:>7} {:>7}",
        "question, best of 5", "small s", "large s", "ratio", "rows"
    );
    let (mut of_small, mut of_large) = (0.0, 0.0);
    for question in &question::questions(statements) {
        let (mut one, mut other) = (Best::none(), Best::none());
        for _ in 0..RUNS {
            one.ask(&small, (question, &auditor)).await?;
            other.ask(&large, (question, &auditor)).await?;
        }
        println!(
            "{:<44} {:>9.3} {:>9.3} {:>6.2}x {:>7}",
            question.name,
            one.seconds,
            other.seconds,
            one.seconds / other.seconds,
            one.rows
        );
        if one.rows != other.rows {
            bail!(
                "{}: {} rows of small commits, {} of the same events in large ones",
                question.name,
                one.rows,
                other.rows
            );
        }
        of_small += one.seconds;
        of_large += other.seconds;
    }
    small.close().await;
    large.close().await;
    Ok(of_small / of_large)
}
