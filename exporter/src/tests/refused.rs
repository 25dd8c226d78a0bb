//! A record that is refused among others dies; where all are refused, the sink is set up wrong, and none does.

use std::time::Duration;

use async_trait::async_trait;
use history::retold;
use tokio_util::sync::CancellationToken;

use super::contract::server::Server;
use super::contract::{Stand as _, records};
use super::receiver::{Mood, Receiver};
use super::told::told;
use super::world::{Wish, World, outlet, until};
use crate::deliver::{Delivered, Way, deliver};
use crate::limits::{REFUSED_IN_A_ROW, REFUSED_WHOLE};
use crate::metrics::Meter;
use crate::plan::Record;
use crate::sink::{Receipt, SendError, Sink};

/// Every record in CloudEvents says this.
const ALL: &str = "\"specversion\"";
/// Every record of the contract says this.
const EACH: &str = "\"number\"";

/// Sends `batch` to a receiver that takes everything again once the sink says that it takes nothing; how many batches it was asked to take
/// before that.
async fn turned(receiver: &Receiver, batch: Vec<Record>, way: &mut Way) -> (Delivered, u64) {
    let (meter, stop) = (Meter::new("turned"), CancellationToken::new());
    let before = receiver.batches();
    let turning = async {
        until(async || meter.trouble().is_some()).await;
        let asked = receiver.batches() - before;
        receiver.set(Mood::Good);
        (meter.trouble().unwrap().why, asked)
    };
    let (sent, (why, asked)) = tokio::join!(deliver(receiver, batch, way, &meter, &stop), turning);
    assert!(why.contains("it refuses every record"), "{why}");
    assert!(meter.trouble().is_none(), "it takes records again");
    (sent.unwrap(), asked)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_refuses_everything_is_waited_for_and_nothing_dies() {
    let events = retold(&history::events(), 4);
    let moods = [Mood::Chokes(ALL.to_owned()), Mood::Picks(ALL.to_owned())];
    for mood in moods {
        let world = World::holding(&events).await;
        let receiver = Receiver::default();
        receiver.set(mood);
        let wish = Wish {
            batch: 40,
            ..Wish::default()
        };
        let mut siem = outlet("siem", &receiver, &wish);
        // What is read slowly is no batch of its own.
        siem.batching.age = Duration::from_secs(1);
        let running = world.run(vec![siem]);
        until(async || told(&world).await.failure.is_some()).await;
        let stuck = told(&world).await;
        let why = stuck.trouble().unwrap();
        assert!(why.contains("set up wrong"), "{why}");
        assert_eq!((stuck.dead, stuck.total.produced), (0, 0));
        receiver.set(Mood::Good);
        world.until_done("siem").await;
        running.stop().await;
        let done = told(&world).await;
        assert_eq!((done.dead, done.total.dead), (0, 0));
        assert!(!done.is_stuck(), "{done:?}");
        let times = receiver.times();
        assert!(times.values().all(|times| *times == 1), "{times:?}");
        for event in &events {
            assert!(times.contains_key(&event.event_id.to_string()));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn that_all_are_refused_is_known_before_all_were_tried() {
    let receiver = Receiver::default();
    receiver.set(Mood::Chokes(EACH.to_owned()));
    let some = records(5 * REFUSED_IN_A_ROW, 0);
    let (sent, asked) = turned(&receiver, some.clone(), &mut Way::default()).await;
    assert_eq!(sent.refused, Vec::new());
    assert!(asked < 3 * REFUSED_IN_A_ROW as u64, "{asked} batches");
    assert_eq!(receiver.got(), some);
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_come_one_by_one_die_until_there_are_many_in_a_row() {
    let receiver = Receiver::default();
    let mut way = Way::default();
    let (meter, stop) = (Meter::new("single"), CancellationToken::new());
    let some = records(2 * REFUSED_WHOLE, 0);
    let mut each = some.chunks(1).map(<[Record]>::to_vec);
    // One that is taken says that the others were at fault.
    for taken in [REFUSED_WHOLE / 2, REFUSED_WHOLE] {
        let refuses = Mood::Picks(EACH.to_owned());
        for number in 1..REFUSED_WHOLE {
            let good = number == taken;
            receiver.set(if good { Mood::Good } else { refuses.clone() });
            let batch = each.next().unwrap();
            let sent = deliver(&receiver, batch, &mut way, &meter, &stop).await;
            assert_eq!(sent.unwrap().refused.len(), usize::from(!good));
        }
        receiver.set(refuses);
        if taken == REFUSED_WHOLE {
            break;
        }
        let batch = each.next().unwrap();
        receiver.set(Mood::Good);
        let sent = deliver(&receiver, batch, &mut way, &meter, &stop).await;
        assert_eq!(sent.unwrap().refused, Vec::new());
    }
    let last = each.next().unwrap();
    let (sent, _) = turned(&receiver, last.clone(), &mut way).await;
    assert_eq!(sent.refused, Vec::new());
    assert_eq!(receiver.got().last(), last.first());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_few_that_are_refused_at_the_end_of_what_is_taken_die() {
    let receiver = Receiver::default();
    // Six texts take turns; one of them is refused.
    receiver.set(Mood::Chokes("späte".to_owned()));
    let some = records(3 * REFUSED_WHOLE, 0);
    let (meter, stop) = (Meter::new("few"), CancellationToken::new());
    let mut way = Way::default();
    let sent = deliver(&receiver, some, &mut way, &meter, &stop).await;
    let refused = sent.unwrap().refused;
    assert_eq!(refused.len(), 3 * REFUSED_WHOLE / 6);
    assert!(refused.iter().all(|one| one.reason.contains("späte")));
    assert_eq!(receiver.got().len(), 3 * REFUSED_WHOLE - refused.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_tells_of_no_acknowledgement_refuses_no_record() {
    let server = Server::start().await;
    server.acknowledge_with(400);
    let to = "to.splunk.token.file = '@key@'\nto.splunk.url = '@url@'\nto.splunk.index = 'main'\nto.splunk.acknowledge = true";
    let sink = server.stand("splunk", to).sink();
    match sink.send(&records(3, 0)).await {
        Err(SendError::Later { why, .. }) => assert!(why.contains("ACK is disabled"), "{why}"),
        other => panic!("{other:?}"),
    }
}

/// Takes a batch only if no record of it is odd, and names the first that is, as Splunk's collector does.
struct Names(Receiver);

#[async_trait]
impl Sink for Names {
    async fn send(&self, batch: &[Record]) -> Result<Receipt, SendError> {
        let odd = |record: &Record| record.position.offset.0 % 2 == 1;
        let Some(first) = batch.iter().position(odd) else {
            return self.0.send(batch).await;
        };
        Ok(Receipt {
            refused: vec![(first, "it is odd".to_owned())],
            again: (0..batch.len()).filter(|&index| index != first).collect(),
            ..Receipt::default()
        })
    }

    async fn probe(&self) -> Result<String, SendError> {
        self.0.probe().await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_names_one_record_after_the_other_is_not_waited_for() {
    let sink = Names(Receiver::default());
    let some = records(2 * REFUSED_WHOLE, 0);
    let (meter, stop) = (Meter::new("names"), CancellationToken::new());
    let mut way = Way::default();
    let sending = deliver(&sink, some, &mut way, &meter, &stop);
    let sent = tokio::time::timeout(Duration::from_secs(2), sending).await;
    let refused = sent.expect("it waits").unwrap().refused;
    assert_eq!(refused.len(), REFUSED_WHOLE);
    assert_eq!(sink.0.times().len(), REFUSED_WHOLE);
}

/// A hundred that are named one after the other say nothing of those that are not taken for them.
#[tokio::test(flavor = "multi_thread")]
async fn a_long_row_that_is_refused_keeps_nothing_back_that_is_taken() {
    let sink = Names(Receiver::default());
    let some = records(4 * REFUSED_IN_A_ROW + 1, 0);
    let (meter, stop) = (Meter::new("row"), CancellationToken::new());
    let mut way = Way::default();
    let sending = deliver(&sink, some, &mut way, &meter, &stop);
    let sent = tokio::time::timeout(Duration::from_secs(20), sending).await;
    let refused = sent.expect("it waits for ever").unwrap().refused;
    assert_eq!(refused.len(), 2 * REFUSED_IN_A_ROW);
    assert!(refused.iter().all(|one| one.reason == "it is odd"));
    let times = sink.0.times();
    assert_eq!(times.len(), 2 * REFUSED_IN_A_ROW + 1);
    assert!(times.values().all(|times| *times == 1), "{times:?}");
}
