//! What a check says without asking anybody.

use super::*;

#[test]
fn sinks_that_are_not_tried_are_listed_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    // Nothing can be made in what is no folder.
    std::fs::write(folder.path().join("taken"), "").unwrap();
    let text = "[[export.sink]]\nname = 'lines'\nto.file.folder = 'lines'\n\
        [[export.sink]]\nname = 'bare'\nto.file.folder = 'taken/lines'\n";
    let file = folder.path().join("firn.toml");
    std::fs::write(&file, text).unwrap();
    let config = Config::load(&file).unwrap();
    let said = |depth| {
        let mut found = Findings::default();
        sinks(&config, depth, &mut found);
        let facts = found.facts.into_iter();
        let facts = facts.map(|(about, what)| format!("{about} {what}"));
        (facts.collect::<Vec<_>>(), found.faults)
    };
    let (facts, faults) = said(Depth::Files);
    assert_eq!((facts.len(), faults.len()), (2, 0), "{facts:?} {faults:?}");
    let (facts, faults) = said(Depth::Secrets);
    assert_eq!((facts.len(), faults.len()), (1, 1), "{facts:?} {faults:?}");
    assert!(facts[0].contains("export lines"), "{facts:?}");
    assert!(faults[0].contains("[[export.sink]] bare"), "{faults:?}");
    // Where each is tried, it is listed there.
    let (facts, faults) = said(Depth::All);
    assert_eq!((facts.len(), faults.len()), (0, 0), "{facts:?} {faults:?}");
}
