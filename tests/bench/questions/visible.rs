//! How soon what was acknowledged is seen in SQL: events into a journal on disk, a recorder at work on it, and a question for the statement
//! that came last, until it is there.
//!
//! Enters: how often it is looked. Leaves: the times from the journal's word to the answer that has the statement, sorted. Never here: a
//! question before that word; a pause between two questions.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail};
use event::{Event, Kind, StatementId, encode};
use futures::future::try_join_all;
use journal::clock::SystemClock;
use journal::embedded::{Embedded, EmbeddedConfig};
use journal::{Journal, Position, Record};
use query::{Auditor, Engine, Query};

use crate::at_work::AtWork;
use crate::engine::engine;
use crate::{PARTITIONS, making, question};

/// Statements between two looks, about: what is seen has a history, and the recorder something to do.
const STATEMENTS: usize = 64;
/// Events of as many.
const EVENTS: usize = STATEMENTS * 6;
/// What is not seen by then is lost.
const LOST_AFTER: Duration = Duration::from_secs(60);

/// Looks so many times.
pub async fn measure(looks: usize) -> Result<Vec<Duration>> {
    let scratch = tempfile::tempdir()?;
    let config = EmbeddedConfig {
        events_partitions: PARTITIONS,
        ..EmbeddedConfig::default()
    };
    let journal = Embedded::open(
        &scratch.path().join("journal"),
        config,
        Arc::new(SystemClock),
    )?;
    let journal: Arc<dyn Journal> = Arc::new(journal);
    let archive = making::open(&scratch.path().join("archive")).await?;
    let mut recorder = AtWork::start(Arc::clone(&journal), &archive)?;
    let engine = engine(archive, Arc::clone(&journal)).await?;
    let auditor = question::auditor(0);
    // Half as many again: some of them go by before a burst's last.
    let statements = looks * STATEMENTS * 3 / 2;
    let mut history = history::grown(statements as u64, 1, PARTITIONS);
    let mut took = Vec::with_capacity(looks);
    while took.len() < looks {
        let Some(statement) = append(journal.as_ref(), &mut history).await? else {
            bail!("the history ended after {} looks", took.len());
        };
        let acknowledged = Instant::now();
        while !Box::pin(is_seen(&engine, &auditor, statement)).await? {
            if acknowledged.elapsed() > LOST_AFTER {
                bail!("statement {statement} was acknowledged and is not seen");
            }
        }
        took.push(acknowledged.elapsed());
        recorder.recorded()?;
    }
    engine.close().await;
    recorder.stop().await?;
    journal.close().await;
    took.sort();
    Ok(took)
}

/// Appends events up to one that submits a statement, and waits until all are acknowledged; none at the end.
async fn append(
    journal: &dyn Journal,
    history: &mut impl Iterator<Item = (Position, Event)>,
) -> Result<Option<StatementId>> {
    let (mut appending, mut last) = (Vec::with_capacity(EVENTS), None);
    for (position, event) in history {
        let record = Record {
            key: event.key(),
            headers: Vec::new(),
            value: encode(&event)?.into(),
        };
        appending.push(journal.append(position.partition.topic, record));
        if appending.len() >= EVENTS && event.kind() == Kind::StatementSubmitted {
            last = event.statement_id;
            break;
        }
    }
    try_join_all(appending).await?;
    Ok(last)
}

async fn is_seen(engine: &Engine, auditor: &Auditor, statement: StatementId) -> Result<bool> {
    let sql = format!("SELECT time, text FROM statements WHERE statement_id = '{statement}'");
    let answer = engine.query(auditor, &Query::new(sql)).await;
    let answer = answer.map_err(|error| anyhow!("{error}"))?;
    Ok(answer.row_count() > 0)
}
