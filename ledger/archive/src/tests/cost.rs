//! What a commit costs does not depend on how many there were.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use futures::stream::BoxStream;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

use super::*;
use crate::coverage::Coverage;

/// Counts what goes through.
#[derive(Debug)]
struct Counting {
    inner: Arc<dyn ObjectStore>,
    operations: AtomicU64,
    lists: AtomicU64,
    bytes: AtomicU64,
}

impl Counting {
    fn operation(&self) {
        self.operations.fetch_add(1, Ordering::Relaxed);
    }

    fn list_operation(&self) {
        self.operation();
        self.lists.fetch_add(1, Ordering::Relaxed);
    }
}

impl fmt::Display for Counting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Counting({})", self.inner)
    }
}

#[async_trait]
impl ObjectStore for Counting {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        opts: PutOptions,
    ) -> Result<PutResult> {
        self.operation();
        self.inner.put_opts(location, payload, opts).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        opts: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.operation();
        self.inner.put_multipart_opts(location, opts).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.operation();
        let found = self.inner.get_opts(location, options).await?;
        let length = found.range.end - found.range.start;
        self.bytes.fetch_add(length, Ordering::Relaxed);
        Ok(found)
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.list_operation();
        self.inner.list(prefix)
    }

    fn list_with_offset(
        &self,
        prefix: Option<&Path>,
        offset: &Path,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        self.list_operation();
        self.inner.list_with_offset(prefix, offset)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.list_operation();
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.operation();
        self.inner.copy_opts(from, to, options).await
    }
}

/// Operations, listings among them, and bytes read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cost {
    operations: u64,
    lists: u64,
    bytes: u64,
}

/// A commit of one event without a page, so one table takes part.
fn quiet(first: u64) -> Batch {
    let mut draw = Draw::new(first);
    let event = draw.event(Kind::SessionClosed);
    let hash = hash(&event);
    let mut batch = Batch::new(partition(0), first);
    batch.push(first, event, hash);
    batch
}

/// What the next commits cost, the dearest of them, those left out that write a checkpoint.
async fn next_commits(
    archive: &Archive,
    store: &Counting,
    first: u64,
) -> (Cost, std::time::Duration) {
    let read = || {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        (
            read(&store.operations),
            read(&store.lists),
            read(&store.bytes),
        )
    };
    let mut dearest = Cost {
        operations: 0,
        lists: 0,
        bytes: 0,
    };
    let began = std::time::Instant::now();
    for offset in first..first + 10 {
        let before = read();
        archive.commit(&quiet(offset)).await.unwrap();
        let after = read();
        dearest = Cost {
            operations: dearest.operations.max(after.0 - before.0),
            lists: dearest.lists.max(after.1 - before.1),
            bytes: dearest.bytes.max(after.2 - before.2),
        };
    }
    (dearest, began.elapsed() / 10)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_after_a_thousand_costs_what_the_tenth_did() {
    let inner: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let store = Arc::new(Counting {
        inner,
        operations: AtomicU64::new(0),
        lists: AtomicU64::new(0),
        bytes: AtomicU64::new(0),
    });
    let shared: Arc<dyn ObjectStore> = Arc::clone(&store) as _;
    let archive = in_memory(&shared).await;
    for offset in 0..10 {
        archive.commit(&quiet(offset)).await.unwrap();
    }
    let (early, early_time) = next_commits(&archive, &store, 10).await;
    let rows = quiet(0).event_rows(0).unwrap();
    for offset in 20..1_000 {
        let coverage = Coverage {
            partition: partition(0),
            offsets: offset..offset + 1,
            generation: 0,
            leaves: Some(offset..offset + 1),
            erased: None,
        };
        archive.0.events.list_for_test(&coverage, &rows).await;
    }
    let all = store.operations.load(Ordering::Relaxed);
    let (late, late_time) = next_commits(&archive, &store, 1_000).await;
    eprintln!(
        "10 files: {early:?} in {early_time:?}; 1,000 files: {late:?} in {late_time:?}; {all} operations for 1,000 commits"
    );
    assert_eq!((late.operations, late.lists), (early.operations, 0));
    assert!(late.operations <= 8, "{late:?}");
    // The hint at the newest checkpoint is read, and it is there by now.
    assert!(
        late.bytes <= early.bytes + 1_000,
        "{late:?} after {early:?}"
    );
    // Checkpoints included, whose cost is shared.
    assert!(all < 1_000 * 12, "{all}");
}
