//! An object that is replaced only by who saw it last: what other parts keep beside the tables rests on it.

use object_store::{Error, PutMode, UpdateVersion};

use super::*;

const RACERS: usize = 12;
const ROUNDS: usize = 5;

/// Of racers that saw the same object, one replaces it, and the others are told.
async fn one_update_wins(store: Arc<dyn ObjectStore>) {
    let path = object_store::path::Path::from("sink/cursor.json");
    let create = |text: &str| (text.to_owned().into(), PutMode::Create.into());
    let (body, mode) = create("begun");
    let put = store.put_opts(&path, body, mode).await.unwrap();
    let (body, mode) = create("again");
    let again = store.put_opts(&path, body, mode).await;
    assert!(
        matches!(again, Err(Error::AlreadyExists { .. })),
        "{again:?}"
    );
    let mut stale = None;
    drop(put);
    for round in 0..ROUNDS {
        let seen = store.head(&path).await.unwrap();
        let known = UpdateVersion {
            e_tag: seen.e_tag,
            version: seen.version,
        };
        let racers = (0..RACERS).map(|racer| {
            let (store, path, mode) = (Arc::clone(&store), path.clone(), known.clone());
            async move {
                let body = format!("{round} {racer}").into();
                let put = store.put_opts(&path, body, PutMode::Update(mode).into());
                (racer, put.await)
            }
        });
        let mut won = Vec::new();
        for (racer, put) in futures::future::join_all(racers).await {
            match put {
                Ok(put) => won.push((racer, put)),
                Err(Error::Precondition { .. }) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
        let [(racer, put)] = won.as_slice() else {
            panic!("{} won round {round}", won.len());
        };
        let there = store.get(&path).await.unwrap();
        assert_eq!(
            there.meta.e_tag, put.e_tag,
            "the answer names what is there"
        );
        let text = there.bytes().await.unwrap();
        assert_eq!(text, format!("{round} {racer}"));
        let old = stale.replace(known);
        if let Some(old) = old {
            let late = store.put_opts(&path, "late".into(), PutMode::Update(old).into());
            let late = late.await;
            assert!(matches!(late, Err(Error::Precondition { .. })), "{late:?}");
        }
    }
    let left: Vec<_> = store.list(None).try_collect().await.unwrap();
    assert_eq!(left.len(), 1, "nothing else is listed: {left:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_racing_updates_in_a_folder_one_wins() {
    let folder = tempfile::tempdir().unwrap();
    let config = ArchiveConfig {
        url: folder.path().display().to_string(),
        options: std::collections::BTreeMap::new(),
        object_lock: None,
    };
    let archive = Archive::open(&config).await.unwrap();
    one_update_wins(archive.folder("exports").unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_racing_updates_on_s3_one_wins() {
    let Some(config) = s3::server() else { return };
    let archive = Archive::open(&config).await.unwrap();
    one_update_wins(archive.folder("exports").unwrap()).await;
}

#[tokio::test]
async fn a_store_that_says_an_object_exists_is_not_believed() {
    let sound: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let faulty: Arc<dyn ObjectStore> = Arc::new(Faulty::new(Arc::clone(&sound), 3, 100));
    let mut refused = 0;
    for number in 0..60 {
        let path = object_store::path::Path::from(format!("stones/{number}"));
        let created = crate::object::create(&faulty, &path, vec![7]).await;
        let is_there = sound.head(&path).await.is_ok();
        assert!(created.is_err() || is_there, "{number}: {created:?}");
        refused += usize::from(matches!(created, Err(Error::NotFound { .. })));
    }
    assert!(refused > 0);
    let path = object_store::path::Path::from("stones/once");
    for is_new in [true, false] {
        let created = crate::object::create(&sound, &path, vec![7]).await;
        assert_eq!(created.unwrap(), is_new);
    }
}
