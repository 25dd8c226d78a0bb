//! The archive on a real S3 server (`tests/s3/start.sh`): creates are conditional there, or nothing here would hold.

use uuid::Uuid;

use super::*;

/// None, and it says so, where no server is at hand.
pub(super) fn server() -> Option<ArchiveConfig> {
    let Ok(endpoint) = std::env::var("FIRN_S3_ENDPOINT") else {
        eprintln!("skipped: FIRN_S3_ENDPOINT is not set, see tests/s3/start.sh");
        return None;
    };
    let key = |name: &str, value: &str| std::env::var(name).unwrap_or_else(|_| value.to_owned());
    let options = [
        ("endpoint", endpoint),
        ("region", "us-east-1".to_owned()),
        ("access_key_id", key("FIRN_S3_ACCESS_KEY", "firn")),
        (
            "secret_access_key",
            key("FIRN_S3_SECRET_KEY", "firn-secret"),
        ),
        ("allow_http", "true".to_owned()),
    ];
    let name = Uuid::new_v4();
    Some(ArchiveConfig {
        url: format!("s3://firn/archive-tests/{name}"),
        options: options.map(|(name, value)| (name.to_owned(), value)).into(),
        object_lock: None,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn of_racing_creates_one_wins() {
    let Some(config) = server() else { return };
    one_creator_wins(&config).await;
}

pub(super) async fn one_creator_wins(config: &ArchiveConfig) {
    let location = Location::open(config).unwrap();
    let folder = location.url.path().trim_start_matches('/').to_owned();
    for round in 0..5 {
        let racers = (0..16).map(|racer| {
            let path = object_store::path::Path::from(format!("{folder}{round}"));
            let root = Arc::clone(&location.root);
            async move {
                let create = object_store::PutMode::Create.into();
                root.put_opts(&path, format!("{racer}").into(), create)
                    .await
                    .is_ok()
            }
        });
        let won = futures::future::join_all(racers).await;
        assert_eq!(won.into_iter().filter(|won| *won).count(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn doubled_members_archive_everything_once_on_s3() {
    let Some(config) = server() else { return };
    let journals = [journal(11, 120), journal(12, 120)];
    let open = async || Archive::open(&config).await.ok();
    let member =
        |number: usize, seed| record(open, partition(number as u32), &journals[number], seed);
    tokio::join!(member(0, 1), member(0, 2), member(1, 3));
    let archive = Archive::open(&config).await.unwrap();
    assert_eq!(descriptions(&archive).await, [1, 1, 1]);
    for (number, journal) in journals.iter().enumerate() {
        let partition = partition(number as u32);
        let expected = events_of(partition, journal);
        assert_eq!(archived(&archive, partition).await, expected);
        let session = expected
            .iter()
            .find_map(|(_, event)| event.session_id)
            .unwrap();
        let found = read_session(&archive.snapshot().await.unwrap(), session).await;
        assert!(
            !found.is_empty()
                && found
                    .iter()
                    .all(|(_, event)| event.session_id == Some(session))
        );
    }
    let junk: Vec<i64> = journals
        .iter()
        .flat_map(|journal| junk_offsets(journal))
        .collect();
    assert_eq!(quarantined_offsets(&archive).await, junk);
}

/// How often each table's log describes the table: once, however many made it at the same time.
async fn descriptions(archive: &Archive) -> [usize; 3] {
    let mut counts = [0; 3];
    let kinds = [TableKind::Events, TableKind::Pages, TableKind::Quarantine];
    for (kind, count) in kinds.into_iter().zip(&mut counts) {
        for version in 0..5 {
            let entry = archive.table(kind).log.read_commit_entry(version).await;
            let entry = entry.unwrap().unwrap_or_default();
            *count += usize::from(String::from_utf8_lossy(&entry).contains("\"metaData\""));
        }
    }
    counts
}
