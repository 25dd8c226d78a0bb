//! An archive in a bucket with Object Lock (`tests/s3/start.sh`): what was recorded stays, whoever holds the key, and nothing else of the
//! archive is in its way.

use event::TimeNs;
use object_store::client::{HttpRequest, HttpRequestBody, HttpResponse};
use object_store::path::Path;
use object_store::{GetOptions, HeaderValue, ObjectMeta};

use super::compaction::{compact, listed};
use super::*;
use crate::bucket::Bucket;

/// A request without a body.
fn request(method: &str) -> HttpRequest {
    let mut request = HttpRequest::new(HttpRequestBody::empty());
    *request.method_mut() = method.parse().unwrap();
    request
}

/// An archive in a bucket of its own; none, and it says so, where no server is at hand.
fn config(mode: LockMode) -> Option<ArchiveConfig> {
    let mut config = s3::server()?;
    let name = Uuid::new_v4();
    config.url = format!("s3://firn-lock-{name}/archive");
    config.object_lock = Some(ObjectLock { mode, days: 30 });
    Some(config)
}

/// Makes the bucket of `config`, with or without Object Lock.
async fn bucket(config: &ArchiveConfig, locks: bool) -> Bucket {
    let bucket = Bucket::of(config).unwrap().unwrap();
    let mut making = request("PUT");
    if locks {
        let on = HeaderValue::from_static("true");
        making
            .headers_mut()
            .insert("x-amz-bucket-object-lock-enabled", on);
    }
    let made = bucket.ask(making, &Path::default(), "").await.unwrap();
    assert!(made.status().is_success(), "{}", said(made).await);
    bucket
}

async fn said(answer: HttpResponse) -> String {
    let status = answer.status();
    let body = answer.into_body().bytes().await.unwrap();
    format!("{status} {}", String::from_utf8_lossy(&body))
}

/// Everything that the archive has there, as the store lists it.
async fn objects(root: &Arc<dyn ObjectStore>) -> Vec<ObjectMeta> {
    root.list(None).try_collect().await.unwrap()
}

/// The current version of an object.
async fn version(root: &Arc<dyn ObjectStore>, path: &Path) -> String {
    root.head(path).await.unwrap().version.unwrap()
}

async fn bytes_of(root: &Arc<dyn ObjectStore>, path: &Path, version: &str) -> Bytes {
    let options = GetOptions {
        version: Some(version.to_owned()),
        ..GetOptions::default()
    };
    let found = root.get_opts(path, options).await.unwrap();
    found.bytes().await.unwrap()
}

/// A version of an object is there still after somebody with the key deleted it for good.
async fn stays(bucket: &Bucket, root: &Arc<dyn ObjectStore>, path: &Path, version: &str) {
    let before = bytes_of(root, path, version).await;
    let query = format!("versionId={version}");
    let deleted = bucket.ask(request("DELETE"), path, &query).await.unwrap();
    assert_eq!(deleted.status().as_u16(), 403, "{path}");
    assert_eq!(bytes_of(root, path, version).await, before, "{path}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_recorded_is_locked_and_the_tables_logs_are_not() {
    for mode in [LockMode::Governance, LockMode::Compliance] {
        let Some(config) = config(mode) else { return };
        let bucket = bucket(&config, true).await;
        let journal = journal(21, 120);
        record(
            async || Archive::open(&config).await.ok(),
            partition(0),
            &journal,
            4,
        )
        .await;
        let archive = Archive::open(&config).await.unwrap();
        archive.hold(&hold()).await.unwrap();
        assert_eq!(
            archived(&archive, partition(0)).await,
            events_of(partition(0), &journal)
        );

        let root = Location::open(&config).unwrap().root;
        let (mut locked, mut open) = (0, 0);
        for object in objects(&root).await {
            let path = object.location;
            let asked = bucket
                .ask(request("GET"), &path, "retention")
                .await
                .unwrap();
            let said = said(asked).await;
            if path.as_ref().contains("/_delta_log/") {
                assert!(!said.contains("<RetainUntilDate>"), "{path}: {said}");
                open += 1;
                continue;
            }
            let word = mode.to_string().to_uppercase();
            assert!(
                said.contains(&format!("<Mode>{word}</Mode>")),
                "{path}: {said}"
            );
            let version = version(&root, &path).await;
            stays(&bucket, &root, &path, &version).await;
            locked += 1;
        }
        assert!(locked > 3 && open > 3, "{locked} {open}");
        let standing = lock_standing(&config).await.unwrap();
        assert!(
            matches!(standing, Some(LockStanding::On { .. })),
            "{standing:?}"
        );
    }
}

fn hold() -> crate::retention::Hold {
    crate::retention::Hold {
        id: Uuid::new_v4(),
        scope: crate::retention::Scope {
            principal: Some("agent-7".to_owned()),
            ..crate::retention::Scope::default()
        },
        why: "case 4711".to_owned(),
        by: "counsel".to_owned(),
        at: TimeNs(1),
        released: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn vacuum_hides_what_was_replaced_and_its_bytes_stay_until_their_date() {
    let Some(config) = config(LockMode::Compliance) else {
        return;
    };
    let bucket = bucket(&config, true).await;
    let archive = Archive::open(&config).await.unwrap();
    // Enough commits for a checkpoint of the log, which comes in parts.
    let journal = journal(22, 160);
    let mut position = 0;
    while position <= journal.last().unwrap().0 {
        let batch = batch(partition(0), &journal, position, 2);
        position = archive.commit(&batch).await.unwrap().position;
    }
    let pieces = listed(&archive, TableKind::Events).await;
    assert!(pieces.len() > 2);
    let root = Location::open(&config).unwrap().root;
    let mut before = Vec::new();
    for piece in &pieces {
        let path = Path::from(format!("archive/events/{}", piece.path));
        let version = version(&root, &path).await;
        before.push((path, version));
    }
    compact(&archive, TableKind::Events, &pieces).await.unwrap();

    let later = TimeNs(1_000_000_000);
    let gone = archive.vacuum(TimeNs(0), later, later).await.unwrap();
    assert_eq!((gone.objects, gone.refused), (pieces.len() as u64, 0));
    let there = objects(&root).await;
    let mut checkpoints = there.iter().map(|object| object.location.as_ref());
    assert!(checkpoints.any(|path| path.ends_with(".checkpoint.parquet")));
    for (path, version) in &before {
        assert!(
            !there.iter().any(|object| object.location == *path),
            "{path} is listed"
        );
        stays(&bucket, &root, path, version).await;
    }
    // Again and by another process: no error, and nothing that is read is touched.
    archive.vacuum(TimeNs(0), later, later).await.unwrap();
    for archive in [archive, Archive::open(&config).await.unwrap()] {
        assert_eq!(
            archived(&archive, partition(0)).await,
            events_of(partition(0), &journal)
        );
        let checked = archive.check().await.unwrap();
        assert!(checked.problems.is_empty(), "{:?}", checked.problems);
        let report = crate::verify::verify(&archive, None).await.unwrap();
        let of_files = report.findings.iter();
        let of_files: Vec<_> = of_files
            .filter(|found| found.what.contains("file"))
            .collect();
        assert!(of_files.is_empty(), "{report}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn creates_race_in_a_bucket_of_versions_as_in_any() {
    let Some(config) = config(LockMode::Governance) else {
        return;
    };
    bucket(&config, true).await;
    s3::one_creator_wins(&config).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_without_object_lock_takes_nothing_and_says_so() {
    let Some(config) = config(LockMode::Governance) else {
        return;
    };
    bucket(&config, false).await;
    let standing = lock_standing(&config).await.unwrap();
    assert_eq!(standing, Some(LockStanding::Off));
    let archive = Archive::open(&config).await.unwrap();
    let batch = batch(partition(0), &journal(23, 10), 0, 10);
    archive.commit(&batch).await.unwrap_err();
    assert_eq!(archive.position(partition(0)).await.unwrap(), 0);
}
