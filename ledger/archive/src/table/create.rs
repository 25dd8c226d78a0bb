//! The table's first log entry.
//!
//! Enters: this release's columns. Leaves: version 0, unless it is there. Never here: a second description of a table.

use std::sync::Arc;

use deltalake::DeltaTableError;
use deltalake::kernel::engine::arrow_conversion::TryIntoKernel;
use deltalake::kernel::transaction::CommitProperties;
use deltalake::kernel::{Action, StructType};
use deltalake::operations::create::CreateBuilder;
use deltalake::protocol::SaveMode;

use super::Table;
use crate::{limits, stats};

impl Table {
    pub(super) async fn create(&self) -> Result<(), DeltaTableError> {
        self.create_with(Vec::new()).await
    }

    /// The first entry, with what it lists from the start.
    pub(super) async fn create_with(&self, actions: Vec<Action>) -> Result<(), DeltaTableError> {
        let arrow = self.kind.schema();
        let delta: StructType = arrow.as_ref().try_into_kernel()?;
        let stats: Vec<&str> = stats::STATS_COLUMNS
            .into_iter()
            .filter(|name| arrow.field_with_name(name).is_ok())
            .collect();
        let configuration = [
            ("delta.appendOnly", (!self.kind.is_sealed()).to_string()),
            (
                "delta.checkpointInterval",
                limits::CHECKPOINT_INTERVAL.to_string(),
            ),
            // The log is part of the record.
            ("delta.enableExpiredLogCleanup", "false".to_owned()),
            ("delta.dataSkippingStatsColumns", stats.join(",")),
        ];
        CreateBuilder::new()
            .with_log_store(Arc::clone(&self.log))
            .with_table_name(self.kind.name())
            .with_comment(self.kind.comment())
            .with_columns(delta.fields().cloned())
            .with_partition_columns((!self.kind.is_sealed()).then_some("partition"))
            .with_configuration(configuration.map(|(key, value)| (key.to_owned(), Some(value))))
            .with_actions(actions)
            .with_save_mode(SaveMode::ErrorIfExists)
            // A retry would write the table's description a second time, after the winner's.
            .with_commit_properties(CommitProperties::default().with_max_retries(0))
            .await?;
        Ok(())
    }
}
