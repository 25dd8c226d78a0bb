//! What a receiver has: asked id by id, or counted once where it can only be read through.
//!
//! Enters: ids. Leaves: how often each is there. Never here: a record.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use async_trait::async_trait;
use event::TimeNs;

use super::SendError;

/// A receiver that can be asked.
#[async_trait]
pub trait Inventory: Send {
    /// How often each of `ids` is there, which are of records of `time`; those it lacks are left out.
    async fn count(
        &mut self,
        ids: &[String],
        time: Range<TimeNs>,
    ) -> Result<BTreeMap<String, u64>, SendError>;
}

/// Everything that is there, read through once.
pub struct Counted(pub HashMap<String, u64>);

#[async_trait]
impl Inventory for Counted {
    async fn count(
        &mut self,
        ids: &[String],
        _: Range<TimeNs>,
    ) -> Result<BTreeMap<String, u64>, SendError> {
        let each = ids.iter();
        let found = each.filter_map(|id| Some((id.clone(), *self.0.get(id)?)));
        Ok(found.collect())
    }
}
