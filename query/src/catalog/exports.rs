//! `exports`: what exporters keep of their sinks, beside what the archive has of the same hours.
//!
//! Enters: standings, the archive's events. Leaves: the relations that the view joins, under names that are not listed. Never here: one
//! of them for whoever may not see all events, or a look at hours of which nothing is counted.

use std::sync::Arc;

use datafusion::catalog::{MemTable, TableProvider};
use datafusion::datasource::ViewTable;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::lit;

use super::Relations;
use super::plans::visible;
use crate::auditor::Sees;
use crate::exports::Counted;

/// A row a sink, partition and hour, as exporters count.
const HOURS: &str = "export_hours";
/// Events of the archive by partition and hour, from the first hour of these on.
const ARCHIVED: &str = "archived_hours";
/// The archive's events, without the tail.
const EVENTS: &str = "archived_events";

impl Relations {
    /// What the view is made of; none under another name.
    pub(super) async fn of_exports(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let found: Arc<dyn TableProvider> = match name {
            HOURS => {
                let rows = self.counted().await?.rows.clone();
                Arc::new(MemTable::try_new(rows.schema(), vec![vec![rows]])?)
            }
            EVENTS => Arc::clone(&self.fresh.cold.events),
            ARCHIVED => {
                let condition = match &self.counted().await?.since {
                    Some(since) => format!("time >= TIMESTAMP '{since}'"),
                    None => "false".to_owned(),
                };
                let sql = format!(
                    "SELECT partition, date_trunc('hour', time) AS hour, count(*) AS events FROM {EVENTS} \
                     WHERE {condition} GROUP BY partition, date_trunc('hour', time)"
                );
                Arc::new(ViewTable::new(self.plan(&sql).await?, None))
            }
            _ => return Ok(None),
        };
        // Counts of all events tell whether somebody reads the record.
        Ok(Some(match self.sees {
            Sees::All => found,
            Sees::Unobserved => visible(name, found, lit(false))?,
        }))
    }

    async fn counted(&self) -> Result<&Counted> {
        let count = || async {
            let standings = match &self.exports {
                Some(exports) => exports.standings().await,
                None => Ok(Vec::new()),
            };
            let standings =
                standings.map_err(|error| DataFusionError::External(Box::new(error)))?;
            Ok::<_, DataFusionError>(Counted::of(&standings, &self.fresh)?)
        };
        self.counted.get_or_try_init(count).await
    }
}
