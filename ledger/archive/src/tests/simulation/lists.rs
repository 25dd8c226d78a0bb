//! What a store lists, some while after it was so.
//!
//! Enters: what is put and deleted, and in which turn. Leaves: lists in which an object is not yet that is there, or still is that is gone.
//! Never here: a read by name, which knows at once.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use object_store::ObjectMeta;
use object_store::path::Path;
use parking_lot::Mutex;

/// The lists of one store.
pub(super) struct Lists {
    seed: u64,
    /// Turns until everybody is told, at most; 0 of a store that lists what there is.
    late: u64,
    /// Until when an object is not listed that is there.
    unlisted: Mutex<BTreeMap<Path, u64>>,
    /// Objects that are gone, and until when they are listed.
    gone: Mutex<BTreeMap<Path, (ObjectMeta, u64)>>,
}

impl Lists {
    pub(super) fn new(seed: u64, late: u64) -> Self {
        Self {
            seed,
            late,
            unlisted: Mutex::default(),
            gone: Mutex::default(),
        }
    }

    pub(super) const fn late(&self) -> u64 {
        self.late
    }

    /// An object is there that was not.
    pub(super) fn put(&self, location: &Path, now: u64) {
        self.gone.lock().remove(location);
        let until = now + self.delay(location);
        self.unlisted.lock().insert(location.clone(), until);
    }

    /// An object is gone.
    pub(super) fn deleted(&self, object: ObjectMeta, now: u64) {
        self.unlisted.lock().remove(&object.location);
        let until = now + self.delay(&object.location);
        let location = object.location.clone();
        self.gone.lock().insert(location, (object, until));
    }

    /// What is told of the objects in a folder, of which there are `listed`; `is_deep` with those in folders of it.
    pub(super) fn told(
        &self,
        listed: Vec<ObjectMeta>,
        folder: Option<&Path>,
        is_deep: bool,
        now: u64,
    ) -> Vec<ObjectMeta> {
        let unlisted = self.unlisted.lock();
        let is_known = |object: &ObjectMeta| {
            let until = unlisted.get(&object.location);
            until.is_none_or(|until| *until <= now)
        };
        let mut told: Vec<ObjectMeta> = listed.into_iter().filter(is_known).collect();
        let gone = self.gone.lock();
        let still = gone
            .values()
            .filter(|(object, until)| *until > now && lies_in(&object.location, folder, is_deep));
        told.extend(still.map(|(object, _)| object.clone()));
        told.sort_by(|left, right| left.location.cmp(&right.location));
        told
    }

    /// Half of all objects are known at once, the others some time later: the same for an object in each history of the seed.
    fn delay(&self, location: &Path) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.seed, location.to_string()).hash(&mut hasher);
        let drawn = hasher.finish();
        match drawn % 2 {
            0 => 0,
            _ => drawn / 2 % (self.late + 1),
        }
    }
}

/// An object lies in a folder; none is the store.
fn lies_in(location: &Path, folder: Option<&Path>, is_deep: bool) -> bool {
    let location = location.to_string();
    let folder = folder.map(Path::to_string).unwrap_or_default();
    let inside = match folder.as_str() {
        "" => Some(location.as_str()),
        folder => location
            .strip_prefix(folder)
            .and_then(|rest| rest.strip_prefix('/')),
    };
    inside.is_some_and(|inside| is_deep || !inside.contains('/'))
}

#[test]
fn a_list_is_late_and_then_it_is_right() {
    let object = |path: &str| ObjectMeta {
        location: Path::from(path),
        last_modified: chrono::DateTime::UNIX_EPOCH,
        size: 1,
        e_tag: None,
        version: None,
    };
    let names = |told: Vec<ObjectMeta>| {
        let names = told.iter().map(|object| object.location.to_string());
        names.collect::<Vec<_>>()
    };
    let lists = Lists::new(7, 50);
    let all: Vec<ObjectMeta> = (0..40).map(|at| object(&format!("a/{at:02}"))).collect();
    for object in &all {
        lists.put(&object.location, 10);
    }
    let folder = Path::from("a");
    let at_once = lists.told(all.clone(), Some(&folder), true, 10).len();
    assert!((5..35).contains(&at_once), "{at_once}");
    let later = lists.told(all.clone(), Some(&folder), true, 60);
    assert_eq!(names(later), names(all.clone()));
    for object in &all {
        lists.deleted(object.clone(), 70);
    }
    let still = lists.told(Vec::new(), Some(&folder), false, 70).len();
    assert!((5..35).contains(&still), "{still}");
    let other = Path::from("b");
    for (folder, is_deep, now) in [
        (Some(&other), true, 70),
        (None, false, 70),
        (None, true, 120),
    ] {
        assert!(lists.told(Vec::new(), folder, is_deep, now).is_empty());
    }
}
