//! A verification from a checkpoint on is refused where something went, and a whole one leaves no checkpoint.

use super::world::World;
use super::*;
use crate::verify::{Ask, Progress, Since, VerifyError, verify_asked};

async fn asked(world: &World, since: Since) -> Result<Report, VerifyError> {
    let ask = Ask {
        since,
        keep: true,
        ..Ask::default()
    };
    let journal = Some(&world.journal);
    verify_asked(&world.archive, journal, ask, &Progress::default()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_is_verified_whole_and_never_from_a_checkpoint_on() {
    let world = World::drawn(4, 6, 9).await;
    let before = asked(&world, Since::Beginning).await.unwrap();
    assert_sound(&before);
    let told = before.checkpoint.unwrap();
    let rest = asked(&world, Since::Last).await.unwrap();
    assert_sound(&rest);
    let applied = world
        .archive
        .retain(&ALL.rules(), "ops", world.now())
        .await
        .unwrap();
    assert!(applied.events > 0);
    for since in [
        Since::Last,
        Since::Interrupted,
        Since::Checkpoint(told.digest),
    ] {
        let refused = asked(&world, since).await.unwrap_err();
        assert!(
            matches!(refused, VerifyError::Erased(events) if events == applied.events),
            "{refused}"
        );
        assert!(refused.to_string().contains("verify whole"), "{refused}");
    }
    let whole = asked(&world, Since::Beginning).await.unwrap();
    assert_sound(&whole);
    assert_eq!((whole.since, whole.checkpoint), (None, None));
    let said = whole
        .notes
        .iter()
        .any(|note| note.contains("no checkpoint"));
    assert!(said, "{:?}", whole.notes);
}
