//! Chains: each part's events, dense and linked, with the heads its run's heartbeats claim.
//!
//! Enters: events in journal order, the control partition's before all others. Leaves: findings. Never here: a run's own
//! numbers across parts (see `runs`).

use std::collections::{BTreeMap, HashMap};

use event::{Digest, Event, EventId, TimeNs};

use super::claims::{Claims, PartKey};
use super::report::{Finding, Findings, Verdict};
use super::runs::Ends;
use ::journal::{Position, Topic};

/// Gaps remembered until it is known whether they are excused.
const GAPS_MAX: usize = 10_000;

/// One event as its chain sees it.
#[derive(Clone, Copy, Debug)]
struct Link {
    key: PartKey,
    index: u64,
    previous: Digest,
    hash: Digest,
    seq: u64,
    time: TimeNs,
    event_id: EventId,
    position: Position,
}

impl Link {
    fn finding(&self, verdict: Verdict, what: String) -> Finding {
        Finding {
            event_id: Some(self.event_id),
            session_id: self.key.session,
            run: Some(self.key.run),
            position: Some(self.position.into()),
            ..Finding::of(verdict, what)
        }
    }
}

#[derive(Debug)]
struct Chain {
    next: u64,
    head: Digest,
    /// Where its session events stand.
    home: Option<::journal::Partition>,
}

/// All parts.
pub(super) struct Parts {
    claims: Claims,
    chains: HashMap<PartKey, Chain>,
    /// Control events of parts whose other events have not passed yet.
    held: HashMap<PartKey, BTreeMap<u64, Link>>,
    gaps: Vec<(Link, u64)>,
}

impl Parts {
    pub(super) fn new(claims: Claims) -> Self {
        Self {
            claims,
            chains: HashMap::new(),
            held: HashMap::new(),
            gaps: Vec::new(),
        }
    }

    /// Takes the next event in journal order, stored under `hash`.
    pub(super) fn accept(
        &mut self,
        event: &Event,
        hash: Digest,
        position: Position,
        findings: &mut Findings,
    ) {
        let link = Link {
            key: PartKey {
                run: event.producer.run,
                session: event.session_id,
            },
            index: event.part.index,
            previous: event.part.previous_hash,
            hash,
            seq: event.producer.seq,
            time: event.time,
            event_id: event.event_id,
            position,
        };
        if position.partition.topic == Topic::Control {
            let held = self.held.entry(link.key).or_default();
            let later = held
                .last_key_value()
                .is_some_and(|(last, _)| *last >= link.index);
            if later {
                findings.add(link.finding(
                    Verdict::Integrity,
                    "event stands out of order in its part, or twice".to_owned(),
                ));
            } else {
                held.insert(link.index, link);
            }
            return;
        }
        self.release(link.key, Some(link.index), findings);
        self.link(link, findings);
    }

    /// Links held control events that stand before `below`.
    fn release(&mut self, key: PartKey, below: Option<u64>, findings: &mut Findings) {
        loop {
            let Some(held) = self.held.get_mut(&key) else {
                return;
            };
            let Some(first) = held.first_entry() else {
                self.held.remove(&key);
                return;
            };
            if below.is_some_and(|below| *first.key() >= below) {
                return;
            }
            let link = first.remove();
            self.link(link, findings);
        }
    }

    fn link(&mut self, link: Link, findings: &mut Findings) {
        let chain = self.chains.entry(link.key).or_insert(Chain {
            next: 0,
            head: Digest::ZERO,
            home: None,
        });
        let partition = link.position.partition;
        if partition.topic == Topic::Events {
            let home = *chain.home.get_or_insert(partition);
            if home != partition {
                let what = format!("event stands in {partition}, its part in {home}");
                findings.add(link.finding(Verdict::Integrity, what));
            }
        }
        if link.index < chain.next {
            findings.add(link.finding(
                Verdict::Integrity,
                "event stands out of order in its part, or twice".to_owned(),
            ));
            return;
        }
        if link.index > chain.next {
            if self.gaps.len() < GAPS_MAX {
                self.gaps.push((link, chain.next));
            }
        } else if link.previous != chain.head {
            findings.add(link.finding(
                Verdict::Integrity,
                "event does not follow the one before it in its part: the hashes differ".to_owned(),
            ));
        }
        chain.next = link.index.saturating_add(1);
        chain.head = link.hash;
        if let Some(claim) = self.claims.of(&link.key)
            && claim.count == chain.next
            && claim.head != link.hash
        {
            let what = format!(
                "heartbeat {} counts another event in this place",
                claim.said_by
            );
            findings.add(link.finding(Verdict::Integrity, what));
        }
    }

    /// Says what is missing, but for what the runs' ends excuse.
    pub(super) fn close(mut self, ends: &Ends, findings: &mut Findings) {
        let held: Vec<PartKey> = self.held.keys().copied().collect();
        for key in held {
            self.release(key, None, findings);
        }
        findings.counts.parts = self.chains.len() as u64;
        for (link, from) in &self.gaps {
            if ends.excuse(link.key.run, link.seq, link.time) {
                continue;
            }
            let what = match link.index - 1 {
                last if last == *from => {
                    format!("event {from} of the part is missing before this one")
                }
                last => format!("events {from} to {last} of the part are missing before this one"),
            };
            findings.add(link.finding(Verdict::Completeness, what));
        }
        let mut short: Vec<_> = self
            .claims
            .all()
            .filter_map(|(key, claim)| {
                let found = self.chains.get(key).map_or(0, |chain| chain.next);
                (found < claim.count).then_some((key, claim, found))
            })
            .filter(|(key, claim, _)| !ends.excuse_claim(key.run, claim.said_time))
            .collect();
        short.sort_by_key(|(_, claim, _)| claim.said_at);
        for (key, claim, found) in short {
            let what = format!(
                "the part ends after {found} events, this heartbeat counts {}",
                claim.count
            );
            findings.add(Finding {
                event_id: Some(claim.said_by),
                session_id: key.session,
                run: Some(key.run),
                position: Some(claim.said_at.into()),
                ..Finding::of(Verdict::Completeness, what)
            });
        }
    }
}
