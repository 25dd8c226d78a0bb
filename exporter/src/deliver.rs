//! One batch, until the receiver has acknowledged or refused each record of it.
//!
//! Enters: records. Leaves: those that are refused for good, with reasons, and which were sent more than once. Never here: a record
//! given up for want of patience, or one that stays behind because another one is refused.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use backon::BackoffBuilder as _;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::limits;
use crate::metrics::Meter;
use crate::plan::Record;
use crate::sink::{Receipt, SendError, Sink};

/// A record that its receiver refuses for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The record.
    pub record: Record,
    /// What the receiver said.
    pub reason: String,
}

/// What came of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// The records that are refused for good; all others are acknowledged.
    pub refused: Vec<Refused>,
    /// By item, how often a record of it was sent again.
    pub again: BTreeMap<Uuid, u64>,
}

/// Keeps records below a rate.
#[derive(Debug, Default)]
pub struct Pace {
    /// Records a second; none is as fast as it goes.
    per_second: Option<u32>,
    free: Option<Instant>,
}

impl Pace {
    /// At most so many records a second.
    pub const fn new(per_second: Option<u32>) -> Self {
        Self {
            per_second,
            free: None,
        }
    }

    /// Waits until `records` more may go.
    async fn wait(&mut self, records: usize) {
        let Some(per_second) = self.per_second.filter(|rate| *rate > 0) else {
            return;
        };
        let now = journal::clock::moment();
        let begin = self.free.map_or(now, |free| free.max(now));
        let takes = Duration::from_secs_f64(records as f64 / f64::from(per_second));
        self.free = Some(begin + takes);
        tokio::time::sleep_until(begin).await;
    }
}

/// Sends `records` to `sink` until it has answered for each; none if `stop` came first.
pub async fn deliver(
    sink: &dyn Sink,
    records: Vec<Record>,
    pace: &mut Pace,
    meter: &Meter,
    stop: &CancellationToken,
) -> Option<Delivered> {
    let work = answered(sink, records, pace, meter);
    stop.run_until_cancelled(work).await
}

async fn answered(
    sink: &dyn Sink,
    records: Vec<Record>,
    pace: &mut Pace,
    meter: &Meter,
) -> Delivered {
    let mut done = Delivered::default();
    let mut queue = requests(records, sink);
    let mut pauses = limits::RETRY.build();
    while let Some(batch) = queue.pop_front() {
        pace.wait(batch.len()).await;
        let began = journal::clock::moment();
        let answer = sink.send(&batch).await;
        meter.sent(began.elapsed());
        match answer {
            Ok(receipt) => {
                let (again, after) = sort(batch, receipt, &mut done.refused);
                if again.is_empty() {
                    pauses = limits::RETRY.build();
                    meter.healthy();
                    continue;
                }
                let why = format!("{} records are to be sent again", again.len());
                done.count_again(&again);
                queue.push_front(again);
                pause(&mut pauses, after, &why, meter).await;
            }
            Err(SendError::Later { why, after }) => {
                done.count_again(&batch);
                queue.push_front(batch);
                pause(&mut pauses, after, &why, meter).await;
            }
            Err(SendError::Refused { why }) => {
                meter.healthy();
                if batch.len() > 1 {
                    done.count_again(&batch);
                }
                isolate(batch, why, &mut queue, &mut done.refused);
            }
        }
    }
    done
}

impl Delivered {
    /// `records` were sent, and will be once more.
    fn count_again(&mut self, records: &[Record]) {
        for record in records {
            *self.again.entry(record.item).or_default() += 1;
        }
    }
}

/// Puts aside what is refused; what is to be sent again.
fn sort(
    batch: Vec<Record>,
    receipt: Receipt,
    refused: &mut Vec<Refused>,
) -> (Vec<Record>, Option<Duration>) {
    let mut slots: Vec<Option<Record>> = batch.into_iter().map(Some).collect();
    let mut take = |index: usize| slots.get_mut(index).and_then(Option::take);
    for (index, reason) in receipt.refused {
        refused.extend(take(index).map(|record| Refused { record, reason }));
    }
    let mut again = receipt.again;
    again.sort_unstable();
    let again = again.into_iter().filter_map(take).collect();
    (again, receipt.after)
}

/// A batch refused as a whole is halved until the record at fault stands alone.
fn isolate(
    mut batch: Vec<Record>,
    why: String,
    queue: &mut VecDeque<Vec<Record>>,
    refused: &mut Vec<Refused>,
) {
    let half = batch.len() / 2;
    if half == 0 {
        let alone = batch.into_iter();
        refused.extend(alone.map(|record| Refused {
            record,
            reason: why.clone(),
        }));
        return;
    }
    let second = batch.split_off(half);
    queue.push_front(second);
    queue.push_front(batch);
}

/// Records in requests of as many bytes as `sink` takes at most; a record larger than that goes alone.
fn requests(records: Vec<Record>, sink: &dyn Sink) -> VecDeque<Vec<Record>> {
    let Some(most) = sink.request_bytes() else {
        return VecDeque::from([records]);
    };
    let mut requests = VecDeque::new();
    let (mut request, mut bytes) = (Vec::new(), 0);
    for record in records {
        let size = sink.size(&record);
        if bytes + size > most && !request.is_empty() {
            requests.push_back(std::mem::take(&mut request));
            bytes = 0;
        }
        bytes += size;
        request.push(record);
    }
    if !request.is_empty() {
        requests.push_back(request);
    }
    requests
}

async fn pause(
    pauses: &mut backon::ExponentialBackoff,
    after: Option<Duration>,
    why: &str,
    meter: &Meter,
) {
    let own = pauses.next().unwrap_or(limits::RETRY_PAUSE_MAX);
    let asked = after.unwrap_or_default().min(limits::RETRY_AFTER_MAX);
    // What many were asked to wait for is not waited for to the millisecond by all of them.
    let pause = if asked.is_zero() { own } else { asked.max(own) };
    meter.failing(why);
    tracing::warn!(
        sink = meter.sink(),
        why,
        pause_ms = pause.as_millis(),
        "sink does not take the batch, nothing is lost, trying again"
    );
    tokio::time::sleep(pause).await;
}
