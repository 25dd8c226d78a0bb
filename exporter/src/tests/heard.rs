//! What people said of statements, of which a process remembers some: the rest is read again where it stands.

use std::sync::Arc;

use event::{Kind, StatementId};
use history::retold;
use journal::{Journal, Offset};
use tokio_util::sync::CancellationToken;

use super::past::archived;
use super::world::World;
use crate::approvals::Approvals;

#[tokio::test(flavor = "multi_thread")]
async fn what_people_said_is_known_though_it_was_forgotten_meanwhile() {
    let events = retold(&history::events(), 30);
    let world = World::holding(&events).await;
    archived(&world).await;
    let journal: Arc<dyn Journal> = Arc::new(world.journal.clone());
    let (stop, some) = (CancellationToken::new(), 4);
    let all = Approvals::follow(Arc::clone(&journal), stop.clone());
    let live = Approvals::follow_some(journal, stop.clone(), some);
    let snapshot = world.archive.snapshot().await.unwrap();
    let past = Approvals::archived_some(&snapshot, Offset(0), some).await;
    let past = past.unwrap();
    let asked = events
        .iter()
        .filter(|event| event.kind() == Kind::ApprovalRequested);
    let asked: Vec<StatementId> = asked.filter_map(|event| event.statement_id).collect();
    assert!(asked.len() >= 30);
    // In their order, as a line that is behind asks; and from the latest on, where each is forgotten again.
    for statement in asked.iter().chain(asked.iter().rev()) {
        let said = all.of(*statement).await.unwrap();
        assert!(!said.is_empty(), "{statement:?}");
        assert_eq!(live.of(*statement).await.as_ref(), Some(&said));
        assert_eq!(past.of(*statement).await.as_ref(), Some(&said));
    }
    stop.cancel();
}
