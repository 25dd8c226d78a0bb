//! How far exports have come, for who asks by SQL: the exporter keeps it, the query layer shows it, and neither knows the other.
//!
//! Enters: an archive. Leaves: standings of every sink that ever took a partition. Never here: a moved cursor.

use archive::Archive;
use async_trait::async_trait;
use exporter::cursor::Counts;
use exporter::status::kept;
use query::{Exports, ExportsError, Hour, Standing};

/// What exporters keep beside an archive.
pub struct Sinks(pub Archive);

#[async_trait]
impl Exports for Sinks {
    async fn standings(&self) -> Result<Vec<Standing>, ExportsError> {
        let kept = kept(&self.0).await;
        let kept = kept.map_err(|error| ExportsError(error.to_string()))?;
        let mut standings = Vec::new();
        for sink in kept {
            for (partition, standing) in sink.partitions {
                let hours = standing.hours.into_iter();
                standings.push(Standing {
                    sink: sink.sink.clone(),
                    partition,
                    next: standing.next,
                    epoch: standing.epoch,
                    dead_letters: sink.dead,
                    hours: hours.map(|(hour, counts)| (hour, shown(&counts))).collect(),
                });
            }
        }
        Ok(standings)
    }
}

fn shown(counts: &Counts) -> Hour {
    let Counts {
        produced,
        statements,
        filtered,
        acknowledged,
        dead,
        sent: _,
    } = *counts;
    Hour {
        produced,
        statements,
        filtered,
        acknowledged,
        dead,
        sent: counts.tries(),
    }
}
