//! Small files become few, whoever is cut off, doubled or paused meanwhile; and what they were is there until its time is over.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use event::TimeNs;
use futures::stream::BoxStream;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

use super::compaction::listed;
use super::*;
use crate::compaction::{Compacted, Due};
use crate::sealed::Pace;

/// Stands still for ever after so many operations.
#[derive(Debug)]
pub(super) struct Halting {
    pub(super) inner: Arc<dyn ObjectStore>,
    pub(super) left: AtomicU64,
    pub(super) halted: tokio::sync::Notify,
}

impl Halting {
    async fn operation(&self) {
        if self.left.load(Ordering::Relaxed) == 0 {
            self.halted.notify_one();
            std::future::pending::<()>().await;
        }
        self.left.fetch_sub(1, Ordering::Relaxed);
    }
}

impl fmt::Display for Halting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Halting({})", self.inner)
    }
}

#[async_trait]
impl ObjectStore for Halting {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        opts: PutOptions,
    ) -> Result<PutResult> {
        self.operation().await;
        let put = self.inner.put_opts(location, payload, opts).await;
        // The effect is there and nobody hears of it.
        self.operation().await;
        put
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        opts: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(location, opts).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.operation().await;
        self.inner.get_opts(location, options).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}

async fn seal(archive: &Archive) {
    let pace = Pace::default();
    while archive.seal(TimeNs(0), pace).await.unwrap().is_some() {}
}

async fn compact_all(archive: &Archive, at: TimeNs) -> usize {
    let mut compacted = 0;
    loop {
        let due = archive.compactions(None).await.unwrap();
        if due.is_empty() {
            return compacted;
        }
        for due in due {
            let done = archive.compact(&due, at).await.unwrap();
            assert!(matches!(done, Compacted::File(_)), "{done:?}");
            compacted += due.files();
        }
    }
}

/// So many commits of a few records each.
async fn grown(archive: &Archive, seed: u64, commits: usize) -> Vec<(Position, Event)> {
    let journal = journal(seed, commits * 3);
    let mut position = 0;
    for _ in 0..commits {
        let batch = batch(partition(0), &journal, position, 3);
        position = archive.commit(&batch).await.unwrap().position;
    }
    events_of(partition(0), &journal)
}

#[tokio::test(flavor = "multi_thread")]
async fn small_files_become_few_and_the_old_ones_go_after_their_time() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let archive = in_memory(&store).await;
    let events = grown(&archive, 41, 600).await;
    assert!(
        archive.compactions(None).await.unwrap().is_empty(),
        "nothing is sealed yet"
    );
    seal(&archive).await;
    let old = archive.snapshot().await.unwrap();
    let (before, at) = (TimeNs(1_000_000_000), TimeNs(2_000_000_000));
    assert!(compact_all(&archive, at).await >= 512);
    let files = listed(&archive, TableKind::Events).await;
    assert!(files.len() < 600 - 512 + 3, "{}", files.len());
    assert_eq!(archived(&archive, partition(0)).await, events);
    let report = crate::verify::verify(&archive, None).await.unwrap();
    let of_files: Vec<_> = report
        .findings
        .iter()
        .filter(|found| found.what.contains("file"))
        .collect();
    assert!(of_files.is_empty(), "{report}");

    // Before their time nothing goes, and an older snapshot reads on.
    let kept = archive.vacuum(TimeNs(0), before, at).await.unwrap();
    assert_eq!((kept.objects, kept.bytes), (0, 0));
    let read: Vec<_> = old
        .read_range(partition(0), Offset(0))
        .try_collect()
        .await
        .unwrap();
    assert_eq!(read, events);
    let gone = archive
        .vacuum(TimeNs(0), TimeNs(at.0 + 1_000_000), at)
        .await
        .unwrap();
    assert!(gone.objects >= 512 && gone.bytes > 0, "{gone:?}");
    // What went is not asked for again.
    let after = TimeNs(at.0 + 1_000_000);
    let again = archive
        .vacuum(after, TimeNs(2 * after.0), at)
        .await
        .unwrap();
    assert_eq!(again.objects, 0);
    let read: std::result::Result<Vec<_>, _> =
        old.read_range(partition(0), Offset(0)).try_collect().await;
    assert!(read.unwrap_err().is_missing());
    for archive in [&archive, &in_memory(&store).await] {
        assert_eq!(archived(archive, partition(0)).await, events);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compaction_that_is_cut_off_anywhere_is_done_again() {
    let shared: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let archive = in_memory(&shared).await;
    let events = grown(&archive, 43, 5).await;
    let mut cuts = 0;
    for left in 0.. {
        let inner: Arc<dyn ObjectStore> = Arc::new(fork(&shared).await);
        let halting = Arc::new(Halting {
            inner: Arc::clone(&inner),
            left: AtomicU64::new(u64::MAX),
            halted: tokio::sync::Notify::new(),
        });
        let paused = in_memory(&(Arc::clone(&halting) as Arc<dyn ObjectStore>)).await;
        let due = Due {
            kind: TableKind::Events,
            partition: partition(0),
            pieces: listed(&paused, TableKind::Events).await,
        };
        halting.left.store(left, Ordering::Relaxed);
        let mut compacting = Box::pin(paused.compact(&due, TimeNs(1)));
        let done = tokio::select! {
            done = &mut compacting => Some(done.unwrap()),
            () = halting.halted.notified() => None,
        };
        cuts += usize::from(done.is_none());
        // Another does it, while the first stands still.
        let other = in_memory(&inner).await;
        if listed(&other, TableKind::Events).await.len() > 1 {
            let done = other.compact(&due, TimeNs(2)).await.unwrap();
            assert!(matches!(done, Compacted::File(_)), "{left}: {done:?}");
        }
        // The first wakes, and starts over.
        drop(compacting);
        halting.left.store(u64::MAX, Ordering::Relaxed);
        let again = paused.compact(&due, TimeNs(3)).await.unwrap();
        assert!(!matches!(again, Compacted::Newer));
        for archive in [&paused, &other, &in_memory(&inner).await] {
            assert_eq!(listed(archive, TableKind::Events).await.len(), 1, "{left}");
            assert_eq!(archived(archive, partition(0)).await, events, "{left}");
        }
        if done.is_some() {
            break;
        }
    }
    assert!(cuts > 8, "{cuts}");
}

/// A file that says one long thing often is small, and its rows are not.
#[tokio::test(flavor = "multi_thread")]
async fn files_whose_rows_take_too_much_memory_stay_apart() {
    const ROOM: u64 = 3_000_000;
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let archive = in_memory(&store).await;
    let mut journal = journal(51, 15);
    let mut draw = Draw::new(51);
    for (_, record) in &mut journal[6..9] {
        let mut event = draw.event(Kind::SessionOpened);
        event.connection = Some("long".repeat(256 * 1024));
        *record = Journaled::Event(Box::new(event));
    }
    let mut position = 0;
    for _ in 0..5 {
        let batch = batch(partition(0), &journal, position, 3);
        position = archive.commit(&batch).await.unwrap().position;
    }
    let kind = TableKind::Events;
    let pieces = listed(&archive, kind).await;
    assert_eq!(pieces.len(), 5);
    let opened = archive.0.events.open_file(&pieces[2]).await.unwrap();
    assert!(opened.size() < 300_000, "{}", opened.size());
    assert!(opened.decoded_bytes() > ROOM);
    assert_eq!(opened.rows_within(kind, ROOM).unwrap(), None);
    let all = opened.rows_within(kind, 1 << 30).unwrap();
    assert_eq!(all, Some(opened.rows(kind).unwrap()));

    let compact = async |pieces: &[Arc<ArchiveFile>]| {
        let due = Due {
            kind,
            partition: partition(0),
            pieces: pieces.to_vec(),
        };
        let done = archive.compact_within(&due, TimeNs(1), ROOM).await;
        done.unwrap()
    };
    // What there is room for becomes one, what there is none for stays, and what comes after it is not kept by it.
    let done = compact(&pieces[..]).await;
    assert!(matches!(done, Compacted::Part { files: 2, .. }), "{done:?}");
    let pieces = listed(&archive, kind).await;
    assert_eq!(pieces.len(), 4);
    assert_eq!(compact(&pieces[1..]).await, Compacted::TooLarge);
    let known: Vec<bool> = pieces
        .iter()
        .map(|piece| archive.0.large.lock().has(kind, piece))
        .collect();
    assert_eq!(known, [false, true, false, false]);
    let done = compact(&pieces[2..]).await;
    assert!(matches!(done, Compacted::File(_)), "{done:?}");
    assert_eq!(listed(&archive, kind).await.len(), 3);
    let events = events_of(partition(0), &journal);
    assert_eq!(archived(&archive, partition(0)).await, events);
}

/// The same objects, apart from now on.
pub(super) async fn fork(store: &Arc<dyn ObjectStore>) -> InMemory {
    let copy = InMemory::new();
    let listed: Vec<ObjectMeta> = store.list(None).try_collect().await.unwrap();
    for object in listed {
        let bytes = store
            .get(&object.location)
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap();
        copy.put(&object.location, bytes.into()).await.unwrap();
    }
    copy
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_that_a_checkpoint_covers_go_and_who_slept_reads_the_table_again() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let archive = in_memory(&store).await;
    let events = grown(&archive, 47, 80).await;
    let far = TimeNs(i64::MAX / 2);
    let cleaned = archive.vacuum(TimeNs(0), TimeNs(0), far).await.unwrap();
    assert!(cleaned.entries >= 60, "{cleaned:?}");
    for archive in [&archive, &in_memory(&store).await] {
        assert_eq!(archived(archive, partition(0)).await, events);
        assert_eq!(
            archive.position(partition(0)).await.unwrap(),
            archive.snapshot().await.unwrap().next_offset(partition(0))
        );
    }
}
