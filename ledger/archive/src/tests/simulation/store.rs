//! The one object store as a process reaches it: in its turns, and failing as its seed says.
//!
//! Enters: operations. Leaves: their answers, errors that say nothing about the effect, and conflicts that are none. Never here: an effect
//! that is undone or comes twice.

use std::collections::BTreeMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use async_trait::async_trait;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, ObjectStoreExt as _, PutMode, PutMultipartOptions, PutOptions, PutPayload,
    PutResult, Result,
};
use parking_lot::Mutex;

use super::turns::{Life, Turns};

/// What becomes of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Done,
    /// 503, or a connection that is not made.
    Refused,
    /// Done, and a timeout.
    Unheard,
    /// A create that S3 answers with a retryable 409.
    Conflict,
    /// A create that is done, times out, is tried again by the client library, and finds itself there.
    FoundItself,
}

/// The way from one life of a process to the store.
pub(super) struct Way {
    pub(super) life: Life,
    pub(super) turns: Arc<Turns>,
    pub(super) seed: u64,
    /// Of 1,000 operations, how many fail.
    pub(super) permille: u64,
    pub(super) faults: AtomicU64,
    pub(super) dead: AtomicBool,
    asked: Mutex<BTreeMap<String, u64>>,
}

impl Way {
    pub(super) fn new(life: Life, turns: &Arc<Turns>, seed: u64, permille: u64) -> Self {
        Self {
            life,
            turns: Arc::clone(turns),
            seed,
            permille,
            faults: AtomicU64::new(0),
            dead: AtomicBool::new(false),
            asked: Mutex::default(),
        }
    }

    /// Begins an operation, when it is its turn. What becomes of it follows from its name and how often it was asked for, so that it is
    /// the same in whatever order threads ask.
    async fn begin(&self, what: String, creates: bool) -> Fate {
        let fate = self.draw(&what, creates);
        let said = match fate {
            Fate::Done => what,
            fate => format!("{what} {fate:?}"),
        };
        self.turns.wait(self.life, &said).await;
        self.is_alive().await;
        fate
    }

    fn draw(&self, what: &str, creates: bool) -> Fate {
        let asked = {
            let mut asked = self.asked.lock();
            let asked = asked.entry(what.to_owned()).or_default();
            *asked += 1;
            *asked
        };
        let mut hasher = DefaultHasher::new();
        let Life { process, number } = self.life;
        (self.seed, process, number, what, asked).hash(&mut hasher);
        let drawn = hasher.finish();
        if self.turns.is_ending() || drawn % 1_000 >= self.permille {
            return Fate::Done;
        }
        self.faults.fetch_add(1, Ordering::Relaxed);
        match drawn / 1_000 % 4 {
            0 => Fate::Refused,
            1 => Fate::Unheard,
            2 if creates => Fate::Conflict,
            3 if creates => Fate::FoundItself,
            2 => Fate::Refused,
            _ => Fate::Unheard,
        }
    }

    /// A dead process does nothing. On a thread of its own it cannot stand still.
    async fn is_alive(&self) {
        if self.dead.load(Ordering::Relaxed) && self.turns.is_home() {
            std::future::pending::<()>().await;
        }
    }
}

/// The store.
#[derive(Clone)]
pub(super) struct Reached {
    pub(super) inner: Arc<dyn ObjectStore>,
    pub(super) way: Arc<Way>,
}

impl Reached {
    async fn delete_one(self, location: Result<Path>) -> Result<Path> {
        let location = location?;
        match self.way.begin(format!("delete {location}"), false).await {
            Fate::Done => self.inner.delete(&location).await?,
            Fate::Unheard => {
                self.inner.delete(&location).await?;
                return Err(broken());
            }
            _ => return Err(broken()),
        }
        Ok(location)
    }
}

impl fmt::Debug for Reached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reached({:?})", self.way.life)
    }
}

impl fmt::Display for Reached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reached({:?})", self.way.life)
    }
}

fn broken() -> Error {
    Error::Generic {
        store: "Reached",
        source: "503 or a timeout".into(),
    }
}

fn exists(location: &Path) -> Error {
    Error::AlreadyExists {
        path: location.to_string(),
        source: "409 conflict".into(),
    }
}

#[async_trait]
impl ObjectStore for Reached {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        opts: PutOptions,
    ) -> Result<PutResult> {
        let creates = opts.mode == PutMode::Create;
        let what = format!("put {location}");
        let fate = self.way.begin(what.clone(), creates).await;
        match fate {
            Fate::Refused => return Err(broken()),
            Fate::Conflict => return Err(exists(location)),
            Fate::Done | Fate::Unheard | Fate::FoundItself => {}
        }
        let put = self.inner.put_opts(location, payload, opts).await;
        // The effect is there and nobody has heard of it yet.
        let heard = format!(
            "{what} is {}",
            if put.is_ok() { "done" } else { "not done" }
        );
        self.way.turns.wait(self.way.life, &heard).await;
        self.way.is_alive().await;
        match fate {
            Fate::Unheard => Err(broken()),
            Fate::FoundItself => Err(exists(location)),
            _ => put,
        }
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        opts: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        match self.way.begin(format!("upload {location}"), false).await {
            Fate::Done => self.inner.put_multipart_opts(location, opts).await,
            _ => Err(broken()),
        }
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let what = if options.head { "head" } else { "get" };
        match self.way.begin(format!("{what} {location}"), false).await {
            Fate::Done => self.inner.get_opts(location, options).await,
            _ => Err(broken()),
        }
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        let reached = self.clone();
        locations
            .then(move |location| reached.clone().delete_one(location))
            .boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let (reached, prefix) = (self.clone(), prefix.cloned());
        let what = format!("list {}", prefix.clone().unwrap_or_default());
        let listed = async move {
            match reached.way.begin(what, false).await {
                Fate::Done => reached.inner.list(prefix.as_ref()),
                _ => futures::stream::iter([Err(broken())]).boxed(),
            }
        };
        futures::stream::once(listed).flatten().boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        let what = format!("list {}", prefix.cloned().unwrap_or_default());
        match self.way.begin(what, false).await {
            Fate::Done => self.inner.list_with_delimiter(prefix).await,
            _ => Err(broken()),
        }
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        match self.way.begin(format!("copy {from} {to}"), false).await {
            Fate::Done => self.inner.copy_opts(from, to, options).await,
            _ => Err(broken()),
        }
    }
}
