//! Holds over two gateways and one journal.

use std::sync::Arc;
use std::time::Duration;

use access::{MaskPlan, Masking};
use event::payload::{GivenUp, ProducerRole};
use event::{Kind, SessionId, TimeNs};
use journal::clock::ManualClock;
use journal::emit::{Emitter, EmitterConfig};
use journal::memory::{Fault, Memory};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::sample::{SECOND, about, binding, person, quorum, session, statement};
use super::{
    AnnouncedResult, ClaimOutcome, Control, ControlError, Held, HoldRequest, HoldStatus, Standing,
    Touches,
};
use crate::approvals::Approvals;
use crate::crosscheck::Expected;
use crate::limits::{ABANDONED_AFTER, CLAIM_LEASE};
use crate::seal::Sealer;

const SHORT: Duration = Duration::from_millis(1);
const LONG: Duration = Duration::from_secs(60);

pub(crate) struct World {
    journal: Memory,
    clock: Arc<ManualClock>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            journal: Memory::new(2, 10_000),
            clock: Arc::new(ManualClock::at(TimeNs(1000 * SECOND))),
        }
    }

    /// One more gateway over the same journal.
    pub(crate) async fn gateway(&self) -> Control {
        let journal = Arc::new(self.journal.clone());
        let emitter = self.emitter().await;
        let sealer = Sealer::new([("k".to_owned(), Zeroizing::new([7; 32]))]).expect("a ring");
        Control::start(journal, emitter, self.clock.clone(), sealer)
            .await
            .expect("starts")
    }

    pub(crate) fn count(&self, kind: Kind) -> usize {
        let records = self.journal.all();
        let events = records.iter().map(|one| event::decode(&one.value));
        events
            .filter(|event| event.as_ref().is_ok_and(|event| event.kind() == kind))
            .count()
    }

    /// Another producer on the same journal.
    pub(crate) async fn emitter(&self) -> Emitter {
        let journal = Arc::new(self.journal.clone());
        let config = EmitterConfig::new(ProducerRole::Gateway);
        let emitter = Emitter::start(journal, self.clock.clone(), config).await;
        emitter.expect("emits")
    }

    pub(crate) fn pass(&self, duration: Duration) {
        self.clock
            .advance(i64::try_from(duration.as_nanos()).expect("fits"));
    }
}

pub(crate) fn request(number: u128, word: &str) -> HoldRequest {
    let masking = Masking::new(access::MaskingConfig::default()).expect("masks");
    HoldRequest {
        about: about(number),
        binding: binding(word),
        quorum: quorum(&[("dba", 1)]),
        reasons: vec!["changes many rows".to_owned()],
        approval_ttl_ns: 1800 * SECOND.unsigned_abs(),
        execution_ttl_ns: 900 * SECOND.unsigned_abs(),
        held: Held {
            shown: masking.sql_text("update t set a = 1"),
            binds: Vec::new(),
            touches: Touches::default(),
            shape: Some(word.to_owned()),
            writes: true,
            asynchronous: false,
            request: br#"{"sqlText":"update t set a = 'secret'"}"#.to_vec(),
        },
    }
}

async fn grant(control: &Control, number: u128) {
    let approvals = Approvals::new(control.clone());
    let ann = person("ann", &["dba"]);
    let answered = approvals
        .grant(statement(number), ann, "go".to_owned())
        .await;
    assert_eq!(answered.expect("grants").status, HoldStatus::Granted);
}

/// Until `control` has folded what another gateway wrote.
async fn until(control: &Control, number: u128, want: &HoldStatus) {
    let arrives = async {
        while control.status(session(), statement(number)).as_ref() != Some(want) {
            tokio::time::sleep(SHORT).await;
        }
    };
    tokio::time::timeout(LONG, arrives).await.expect("arrives");
}

#[tokio::test]
async fn of_two_gateways_that_claim_at_once_exactly_one_wins() {
    let world = World::new();
    let (here, there) = (world.gateway().await, world.gateway().await);
    for number in 0..20 {
        here.hold(request(number, "a")).await.expect("holds");
        until(&there, number, &HoldStatus::Pending).await;
        grant(&there, number).await;
        until(&here, number, &HoldStatus::Granted).await;
        let claim = |control: &Control| {
            let control = control.clone();
            async move {
                control
                    .claim(session(), statement(number), binding("a"))
                    .await
            }
        };
        let (one, other) = tokio::join!(claim(&here), claim(&there));
        let won = [one.expect("claims"), other.expect("claims")]
            .into_iter()
            .filter_map(|outcome| match outcome {
                ClaimOutcome::Won(held) => Some(held),
                _ => None,
            })
            .collect::<Vec<_>>();
        assert_eq!(won, [request(number, "a").held], "statement {number}");
    }
}

#[tokio::test]
async fn a_dead_gateways_claim_is_taken_over_once_and_not_if_it_was_announced() {
    let world = World::new();
    let (here, there) = (world.gateway().await, world.gateway().await);
    for number in [1, 2] {
        here.hold(request(number, "a")).await.expect("holds");
        grant(&here, number).await;
        let won = here.claim(session(), statement(number), binding("a")).await;
        assert!(matches!(won, Ok(ClaimOutcome::Won(_))));
    }
    here.ran(statement(2)).await.expect("is said");
    let claimed = |ran| HoldStatus::Claimed {
        query_ids: vec![],
        ran,
    };
    until(&there, 2, &claimed(true)).await;
    world.pass(CLAIM_LEASE);
    // The one that claimed may go on with it, without a second claim, until another takes over.
    let again = here.claim(session(), statement(1), binding("a")).await;
    assert!(matches!(again, Ok(ClaimOutcome::Won(_))));
    assert_eq!(world.count(Kind::StatementClaimed), 2);
    until(&there, 1, &HoldStatus::Granted).await;
    let taken = there.claim(session(), statement(1), binding("a")).await;
    assert!(matches!(taken, Ok(ClaimOutcome::Won(_))));
    until(&here, 1, &claimed(false)).await;
    assert_eq!(there.status(session(), statement(2)), Some(claimed(true)));
    let not = there.claim(session(), statement(2), binding("a")).await;
    assert!(matches!(not, Ok(ClaimOutcome::Lost)));
}

#[tokio::test]
async fn a_restarted_gateway_knows_what_is_held() {
    let world = World::new();
    let here = world.gateway().await;
    here.hold(request(1, "a")).await.expect("holds");
    grant(&here, 1).await;
    here.stop().await;
    let again = world.gateway().await;
    assert_eq!(
        again.status(session(), statement(1)),
        Some(HoldStatus::Granted)
    );
    let claim = again.claim(session(), statement(1), binding("a")).await;
    assert!(matches!(claim, Ok(ClaimOutcome::Won(held)) if held.request.ends_with(b"}")));
}

#[tokio::test]
async fn a_poll_waits_for_the_grant_that_another_gateway_takes() {
    let world = World::new();
    let (here, there) = (world.gateway().await, world.gateway().await);
    here.hold(request(1, "a")).await.expect("holds");
    let still = here.wait(session(), statement(1), SHORT).await;
    assert_eq!(still.expect("waits"), Some(HoldStatus::Pending));
    let waiting = tokio::spawn({
        let here = here.clone();
        async move { here.wait(session(), statement(1), LONG).await }
    });
    until(&there, 1, &HoldStatus::Pending).await;
    grant(&there, 1).await;
    let status = waiting.await.expect("joins").expect("waits");
    assert_eq!(status, Some(HoldStatus::Granted));
}

#[tokio::test]
async fn a_retry_joins_and_another_statement_under_its_id_is_refused() {
    let world = World::new();
    let (here, there) = (world.gateway().await, world.gateway().await);
    here.hold(request(1, "a")).await.expect("holds");
    until(&there, 1, &HoldStatus::Pending).await;
    let again = there.hold(request(1, "a")).await.expect("joins");
    assert_eq!(again, HoldStatus::Pending);
    assert_eq!(world.count(Kind::ApprovalRequested), 1);
    let other = there.hold(request(1, "b")).await;
    assert!(matches!(other, Err(ControlError::Changed)));
}

#[tokio::test]
async fn another_session_sees_and_claims_nothing() {
    let world = World::new();
    let here = world.gateway().await;
    here.hold(request(1, "a")).await.expect("holds");
    grant(&here, 1).await;
    let other = SessionId::from_uuid(Uuid::from_u128(0xbad));
    assert_eq!(here.status(other, statement(1)), None);
    assert_eq!(
        here.wait(other, statement(1), SHORT).await.expect("waits"),
        None
    );
    let claim = here.claim(other, statement(1), binding("a")).await;
    assert!(matches!(claim, Err(ControlError::Unknown)));
    assert!(
        !here
            .cancel(other, statement(1), GivenUp::Aborted)
            .await
            .expect("answers")
    );
    let changed = here.claim(session(), statement(1), binding("b")).await;
    assert!(matches!(changed, Err(ControlError::Changed)));
}

#[tokio::test]
async fn an_abort_ends_the_hold_everywhere() {
    let world = World::new();
    let (here, there) = (world.gateway().await, world.gateway().await);
    here.hold(request(1, "a")).await.expect("holds");
    until(&there, 1, &HoldStatus::Pending).await;
    assert!(
        there
            .cancel(session(), statement(1), GivenUp::Aborted)
            .await
            .expect("cancels")
    );
    let canceled = HoldStatus::Canceled {
        reason: GivenUp::Aborted,
    };
    until(&here, 1, &canceled).await;
}

#[tokio::test]
async fn an_unpolled_hold_is_abandoned_and_the_next_poll_anywhere_revives_it() {
    let world = World::new();
    let (here, there) = (world.gateway().await, world.gateway().await);
    here.hold(request(1, "a")).await.expect("holds");
    until(&there, 1, &HoldStatus::Pending).await;
    world.pass(ABANDONED_AFTER);
    let abandoned = HoldStatus::Canceled {
        reason: GivenUp::Abandoned,
    };
    until(&there, 1, &abandoned).await;
    let polled = there.wait(session(), statement(1), SHORT).await;
    assert_eq!(polled.expect("waits"), Some(HoldStatus::Pending));
    assert_eq!(world.count(Kind::ApprovalCanceled), 1);
    assert_eq!(world.count(Kind::ApprovalRequested), 2);
}

#[tokio::test]
async fn an_asynchronous_hold_waits_without_polls_until_it_lapses() {
    let world = World::new();
    let here = world.gateway().await;
    let mut asynchronous = request(1, "a");
    asynchronous.held.asynchronous = true;
    here.hold(asynchronous).await.expect("holds");
    world.pass(ABANDONED_AFTER * 2);
    tokio::time::sleep(crate::limits::SWEEP_INTERVAL * 2).await;
    assert_eq!(
        here.status(session(), statement(1)),
        Some(HoldStatus::Pending)
    );
    world.pass(Duration::from_secs(1800));
    until(&here, 1, &HoldStatus::Expired).await;
}

#[tokio::test]
async fn a_journal_that_refuses_holds_nothing() {
    let world = World::new();
    let here = world.gateway().await;
    world.journal.set_fault(Fault::Refuse);
    let held = here.hold(request(1, "a")).await;
    assert!(matches!(held, Err(ControlError::Emit(_))));
    assert_eq!(here.status(session(), statement(1)), None);
}

#[tokio::test]
async fn announced_results_are_served_by_any_gateway_to_their_session_only() {
    let world = World::new();
    let (here, there) = (world.gateway().await, world.gateway().await);
    let result = |id: &str, result| AnnouncedResult {
        expected: Expected::default(),
        query_id: id.to_owned(),
        result,
        plan: MaskPlan::detect_only(),
        outputs: None,
        request: None,
    };
    let results = [result("01b2-aa", 0), result("01b2-bb", 1)];
    here.announce(&about(1), &results, &Standing::default())
        .await
        .expect("announces");
    let other = SessionId::from_uuid(Uuid::from_u128(0xbad));
    for (id, want) in [
        ("01B2-BB", &results[1]),
        (&*statement(1).to_string(), &results[1]),
    ] {
        let found = async {
            loop {
                if let Some(known) = there.lookup_query(session(), id).expect("opens") {
                    return known;
                }
                tokio::time::sleep(SHORT).await;
            }
        };
        let known = tokio::time::timeout(LONG, found).await.expect("arrives");
        assert_eq!(&known.result, want);
        assert_eq!(known.about, about(1));
        assert_eq!(there.lookup_query(other, id).expect("opens"), None);
    }
}

#[tokio::test]
async fn what_waits_in_the_journal_is_not_readable_there() {
    let world = World::new();
    let here = world.gateway().await;
    here.hold(request(1, "a")).await.expect("holds");
    for record in world.journal.all() {
        let text = String::from_utf8_lossy(&record.value);
        assert!(!text.contains("secret") && !text.contains("sqlText"));
    }
}
