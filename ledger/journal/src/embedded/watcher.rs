//! Reading a journal that another process writes.
//!
//! Enters: a folder. Leaves: its durable records, as its owner marks them. Never here: a write of any kind.

use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Weak};

use async_trait::async_trait;
use futures::FutureExt;

use super::folder::{self, Layout, Marks};
use super::log::{Log, Side};
use super::{OpenError, of_topic, reader};
use crate::group::Groups;
use crate::limits::READER_POLL;
use crate::{
    AppendError, Appending, Assignments, Journal, Offset, Partition, ReadError, Record,
    Subscription, Topic,
};

/// A journal folder, for reading only.
pub struct EmbeddedReader {
    layout: Layout,
    logs: Arc<Vec<Arc<Log>>>,
    groups: Groups,
}

impl EmbeddedReader {
    pub(super) fn open(folder: &Path) -> Result<Self, OpenError> {
        let layout = Layout::read(folder)?;
        let path = folder.join("durable");
        let marks = Marks::open(folder).map_err(|error| OpenError::io("open", &path, error))?;
        let log = |partition| {
            let folder = folder::partition_folder(folder, partition);
            Arc::new(Log::new(partition, folder, Side::Watcher, Vec::new(), 0))
        };
        let logs: Arc<Vec<_>> = Arc::new(layout.partitions().into_iter().map(log).collect());
        look(&marks, &logs);
        let watched = Arc::downgrade(&logs);
        std::thread::Builder::new()
            .name("journal-watch".to_owned())
            .spawn(move || watch(&marks, &watched))
            .map_err(|error| OpenError::io("start a thread for", folder, error))?;
        Ok(Self {
            layout,
            logs,
            groups: Groups::default(),
        })
    }

    fn find(&self, partition: Partition) -> Result<&Arc<Log>, ReadError> {
        self.logs
            .iter()
            .find(|log| log.partition == partition)
            .ok_or_else(|| ReadError::Unavailable(format!("there is no partition {partition}")))
    }
}

/// Follows the marks until nobody reads any more.
fn watch(marks: &Marks, logs: &Weak<Vec<Arc<Log>>>) {
    while let Some(logs) = logs.upgrade() {
        look(marks, &logs);
        drop(logs);
        std::thread::sleep(READER_POLL);
    }
}

fn look(marks: &Marks, logs: &[Arc<Log>]) {
    for (number, log) in logs.iter().enumerate() {
        // A mark that cannot be read now is read at the next look.
        if let Ok(Some(next)) = marks.get(number) {
            log.advance(next);
        }
    }
}

impl Drop for EmbeddedReader {
    fn drop(&mut self) {
        for log in self.logs.iter() {
            log.close();
        }
    }
}

#[async_trait]
impl Journal for EmbeddedReader {
    fn append(&self, _: Topic, _: Record) -> Appending {
        async {
            Err(AppendError::Unavailable(
                "journal is open for reading only".to_owned(),
            ))
        }
        .boxed()
    }

    async fn subscribe(
        &self,
        partition: Partition,
        from: Offset,
    ) -> Result<Subscription, ReadError> {
        reader::subscribe(Arc::clone(self.find(partition)?), from.0).await
    }

    async fn partitions(&self, topic: Topic) -> Result<Vec<Partition>, ReadError> {
        Ok(of_topic(&self.layout, topic))
    }

    async fn bounds(&self, partition: Partition) -> Result<Range<u64>, ReadError> {
        let log = self.find(partition)?;
        Ok(log.begins()?..log.end().next)
    }

    async fn join(&self, group: &str) -> Result<Assignments, ReadError> {
        Ok(self.groups.join(group, &self.layout.partitions()))
    }

    async fn close(&self) {
        for log in self.logs.iter() {
            log.close();
        }
    }
}
