//! The one object store as a process reaches it: in its turns, and failing as its seed says.
//!
//! Enters: operations. Leaves: their answers, errors that say nothing about the effect, conflicts that are none, lists of a while ago. Never
//! here: an effect that is undone or comes twice, or an object that is read otherwise than it is.

use std::collections::BTreeMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use async_trait::async_trait;
use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, ObjectStoreExt as _, PutMode, PutMultipartOptions, PutOptions, PutPayload,
    PutResult, Result,
};
use parking_lot::Mutex;

use super::stage::Stage;
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
    stage: Arc<Stage>,
    pub(super) seed: u64,
    /// Of 1,000 operations, how many fail.
    pub(super) permille: u64,
    pub(super) faults: AtomicU64,
    pub(super) dead: AtomicBool,
    asked: Mutex<BTreeMap<String, u64>>,
}

impl Way {
    pub(super) fn new(
        life: Life,
        turns: &Arc<Turns>,
        stage: &Arc<Stage>,
        seed: u64,
        permille: u64,
    ) -> Self {
        Self {
            life,
            turns: Arc::clone(turns),
            stage: Arc::clone(stage),
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
            Fate::Done => what.clone(),
            fate => format!("{what} {fate:?}"),
        };
        self.turns.wait(self.life, &said).await;
        self.is_alive().await;
        if self.turns.is_home() {
            self.stage.graves.notice(self.life, &what, self.turns.now());
        }
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
            Fate::Done => self.delete_now(&location).await?,
            Fate::Unheard => {
                self.delete_now(&location).await?;
                return Err(broken());
            }
            _ => return Err(broken()),
        }
        Ok(location)
    }

    async fn delete_now(&self, location: &Path) -> Result<()> {
        let known = self.inner.head(location).await;
        self.inner.delete(location).await?;
        if let Ok(object) = known {
            let now = self.way.turns.now();
            self.way.stage.lists.deleted(object, now);
        }
        Ok(())
    }

    async fn put_now(
        &self,
        location: &Path,
        payload: PutPayload,
        opts: PutOptions,
    ) -> Result<PutResult> {
        let Way { stage, turns, .. } = &*self.way;
        let is_new = self.inner.head(location).await.is_err();
        let put = self.inner.put_opts(location, payload, opts).await?;
        if is_new {
            stage.lists.put(location, turns.now());
        }
        let place = location.to_string();
        if place.ends_with(".parquet") {
            stage.files.fetch_add(1, Ordering::Relaxed);
        }
        stage.graves.landed(self.way.life, &place, turns.now());
        Ok(put)
    }

    /// What is listed now: what there is, once all is healed.
    fn told(
        &self,
        listed: Vec<ObjectMeta>,
        folder: Option<&Path>,
        is_deep: bool,
    ) -> Vec<ObjectMeta> {
        let turns = &self.way.turns;
        if turns.is_ending() {
            return listed;
        }
        let lists = &self.way.stage.lists;
        lists.told(listed, folder, is_deep, turns.now())
    }

    async fn listed(&self, folder: Option<&Path>) -> Vec<Result<ObjectMeta>> {
        let listed: Result<Vec<ObjectMeta>> = self.inner.list(folder).try_collect().await;
        match listed {
            Ok(listed) => {
                let told = self.told(listed, folder, true).into_iter();
                told.map(Ok).collect()
            }
            Err(error) => vec![Err(error)],
        }
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
        let put = self.put_now(location, payload, opts).await;
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
            Fate::Done => {
                if self.inner.head(location).await.is_err() {
                    let now = self.way.turns.now();
                    self.way.stage.lists.put(location, now);
                }
                self.inner.put_multipart_opts(location, opts).await
            }
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
            let listed = match reached.way.begin(what, false).await {
                Fate::Done => reached.listed(prefix.as_ref()).await,
                _ => vec![Err(broken())],
            };
            futures::stream::iter(listed)
        };
        futures::stream::once(listed).flatten().boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        let what = format!("list {}", prefix.cloned().unwrap_or_default());
        match self.way.begin(what, false).await {
            Fate::Done => {
                let mut listed = self.inner.list_with_delimiter(prefix).await?;
                listed.objects = self.told(listed.objects, prefix, false);
                Ok(listed)
            }
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
