//! One batch, until the receiver has acknowledged or refused each record of it.
//!
//! Enters: records. Leaves: those that are refused for good, with reasons, and which were sent more than once. Never here: a record
//! given up for want of patience, one that stays behind because another one is refused, or one that dies because nothing at all is taken.

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

/// What is kept of the way to one receiver from one batch to the next.
#[derive(Debug, Default)]
pub struct Way {
    /// Records a second; none is as fast as it goes.
    per_second: Option<u32>,
    free: Option<Instant>,
    /// Records that were refused in a row by batches of which nothing was taken.
    refused: usize,
}

impl Way {
    /// At most so many records a second.
    pub const fn new(per_second: Option<u32>) -> Self {
        Self {
            per_second,
            free: None,
            refused: 0,
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
    way: &mut Way,
    meter: &Meter,
    stop: &CancellationToken,
) -> Option<Delivered> {
    let work = answered(sink, records, way, meter);
    stop.run_until_cancelled(work).await
}

async fn answered(
    sink: &dyn Sink,
    records: Vec<Record>,
    way: &mut Way,
    meter: &Meter,
) -> Delivered {
    let mut work = Work {
        queue: requests(records, sink),
        ..Work::default()
    };
    let mut pauses = limits::RETRY.build();
    while let Some(batch) = work.queue.pop_front() {
        way.wait(batch.len()).await;
        let began = journal::clock::moment();
        let answer = sink.send(&batch).await;
        meter.sent(began.elapsed());
        let mut later = match answer {
            Ok(receipt) => {
                let (taken, later) = work.receive(batch, receipt);
                if taken {
                    way.refused = 0;
                    pauses = limits::RETRY.build();
                    meter.healthy();
                }
                later
            }
            Err(SendError::Later { why, after }) => {
                work.again(batch);
                Some((why, after))
            }
            Err(SendError::Refused { why }) => {
                work.isolate(batch, why);
                None
            }
        };
        // Whoever asks for patience has said nothing yet of the one that is tried.
        let is_open = work.tries_another && later.is_some();
        if let Some(why) = work.blame(way).filter(|_| !is_open) {
            if later.is_none() && work.try_another() {
                continue;
            }
            work.take_back(sink);
            later = Some((why, None));
        }
        if let Some((why, after)) = later {
            pause(&mut pauses, after, &why, meter).await;
        }
    }
    // Each of them is answered for, be it by a refusal.
    meter.healthy();
    if !work.taken {
        way.refused += work.suspects.len();
    }
    let mut done = work.done;
    done.refused.append(&mut work.suspects);
    done
}

/// A batch at work.
#[derive(Default)]
struct Work {
    queue: VecDeque<Vec<Record>>,
    done: Delivered,
    /// Refused since a record was taken last: what comes after them says whether they, or all of us, are at fault.
    suspects: Vec<Refused>,
    /// The receiver took a record of the batch.
    taken: bool,
    /// One of those that wait goes alone now, before the suspects are sent again.
    tries_another: bool,
}

impl Work {
    /// Sorts what a receiver said of `batch`: whether it took something, and why it is to be asked again, after how long, if it is.
    fn receive(
        &mut self,
        batch: Vec<Record>,
        receipt: Receipt,
    ) -> (bool, Option<(String, Option<Duration>)>) {
        let sent = batch.len();
        let (refused, again) = sort(batch, receipt.refused, receipt.again);
        let taken = sent > refused.len() + again.len();
        // A receiver that names the record at fault, and took none for it, is not busy.
        let named = !refused.is_empty() && !taken && receipt.after.is_none();
        self.suspects.extend(refused);
        if taken {
            self.taken = true;
            self.tries_another = false;
            self.done.refused.append(&mut self.suspects);
        }
        if again.is_empty() {
            return (taken, None);
        }
        let mut why = format!("{} records are to be sent again", again.len());
        if let Some(said) = receipt.why {
            why = format!("{why}: {said}");
        }
        self.again(again);
        (taken, (!named).then_some((why, receipt.after)))
    }

    /// `batch` was sent, and is once more, before all others.
    fn again(&mut self, batch: Vec<Record>) {
        self.done.count_again(&batch);
        self.queue.push_front(batch);
    }

    /// A batch refused as a whole is halved until the record at fault stands alone.
    fn isolate(&mut self, mut batch: Vec<Record>, reason: String) {
        if batch.len() > 1 {
            self.done.count_again(&batch);
            let second = batch.split_off(batch.len() / 2);
            self.queue.push_front(second);
            self.queue.push_front(batch);
            return;
        }
        let alone = batch.pop();
        self.suspects
            .extend(alone.map(|record| Refused { record, reason }));
    }

    /// Why the sink waits, where it is not some records that the receiver refuses but whatever it is sent: then no record is at fault.
    fn blame(&self, way: &Way) -> Option<String> {
        let last = self.suspects.last()?;
        let before = if self.taken { 0 } else { way.refused };
        let row = before + self.suspects.len();
        let whole = self.queue.is_empty() && !self.taken && row >= limits::REFUSED_WHOLE;
        (whole || row >= limits::REFUSED_IN_A_ROW).then(|| {
            format!(
                "it refuses every record, {row} in a row, so the sink or its receiver is set up wrong, and none is given up: {}; \
                 put that right, or leave such records out by `except` or a filter",
                last.reason
            )
        })
    }

    /// Before the receiver is blamed for a long row, the last of what waits is sent alone: else a row of records that are at fault would
    /// keep back all that it takes, for ever. False where nothing waits, or that was done.
    fn try_another(&mut self) -> bool {
        if self.tries_another {
            return false;
        }
        let Some(another) = self.queue.back_mut().and_then(Vec::pop) else {
            return false;
        };
        if self.queue.back().is_some_and(Vec::is_empty) {
            self.queue.pop_back();
        }
        self.queue.push_front(vec![another]);
        self.tries_another = true;
        true
    }

    /// What was refused since something was taken is sent once more, before all others; the one that was tried, in its place after them.
    fn take_back(&mut self, sink: &dyn Sink) {
        let mut suspects = std::mem::take(&mut self.suspects);
        if std::mem::take(&mut self.tries_another)
            && let Some(another) = suspects.pop()
        {
            let another = vec![another.record];
            self.done.count_again(&another);
            self.queue.push_back(another);
        }
        let records: Vec<Record> = suspects.into_iter().map(|one| one.record).collect();
        self.done.count_again(&records);
        for request in requests(records, sink).into_iter().rev() {
            self.queue.push_front(request);
        }
    }
}

impl Delivered {
    /// `records` were sent, and will be once more.
    fn count_again(&mut self, records: &[Record]) {
        for record in records {
            *self.again.entry(record.item).or_default() += 1;
        }
    }
}

/// Takes apart what is refused, and what is to be sent again.
fn sort(
    batch: Vec<Record>,
    refused: Vec<(usize, String)>,
    mut again: Vec<usize>,
) -> (Vec<Refused>, Vec<Record>) {
    let mut slots: Vec<Option<Record>> = batch.into_iter().map(Some).collect();
    let mut take = |index: usize| slots.get_mut(index).and_then(Option::take);
    let refused = refused.into_iter().filter_map(|(index, reason)| {
        let record = take(index)?;
        Some(Refused { record, reason })
    });
    let refused = refused.collect();
    again.sort_unstable();
    let again = again.into_iter().filter_map(take).collect();
    (refused, again)
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
