//! Chains: each part's events, dense and linked, with the heads its run's heartbeats claim.
//!
//! Enters: events in journal order, the control partition's before all others. Leaves: findings. Never here: a run's own
//! numbers across parts (see `runs`).

use std::collections::{BTreeMap, HashMap, HashSet};

use event::{Digest, EventId, RunId, TimeNs};
use serde::{Deserialize, Serialize};

use super::claims::{Claim, Claims, PartKey};
use super::report::{Finding, Findings, Verdict};
use super::runs::Ends;
use crate::rows::{Essence, parse_partition};
use crate::tombstone::Segment;
use ::journal::{Position, Topic};

/// Gaps remembered until it is known whether they are excused.
const GAPS_MAX: usize = 100_000;

/// One event as its chain sees it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Link {
    key: PartKey,
    index: u64,
    /// How many events it stands for: more than one where they went by retention.
    #[serde(default = "one")]
    count: u64,
    previous: Digest,
    hash: Digest,
    seq: u64,
    time: TimeNs,
    event_id: EventId,
    #[serde(with = "super::spot")]
    position: Position,
}

const fn one() -> u64 {
    1
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
    /// Known from a checkpoint, and not gone on since.
    rests: bool,
}

/// What is missing between two events of a part.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Gap {
    after: Link,
    from: u64,
    /// Hash of the event before it.
    head: Digest,
}

/// A part as a checkpoint keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    #[serde(flatten)]
    key: PartKey,
    next: u64,
    head: Digest,
    home: Option<String>,
}

/// Parts that may go on, and what is not settled of them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Standing {
    chains: Vec<Kept>,
    held: Vec<Link>,
    gaps: Vec<Gap>,
    claims: Vec<(PartKey, Claim)>,
}

/// All parts.
pub(super) struct Parts {
    claims: Claims,
    chains: HashMap<PartKey, Chain>,
    /// Control events of parts whose other events have not passed yet.
    held: HashMap<PartKey, BTreeMap<u64, Link>>,
    /// By part and first missing number.
    gaps: BTreeMap<(PartKey, u64), Gap>,
    /// Neighbours that went by retention and whose turn has not come.
    gone: HashMap<PartKey, BTreeMap<u64, Link>>,
}

impl Parts {
    pub(super) fn new(claims: Claims) -> Self {
        Self {
            claims,
            chains: HashMap::new(),
            held: HashMap::new(),
            gaps: BTreeMap::new(),
            gone: HashMap::new(),
        }
    }

    /// Goes on from where a checkpoint stood.
    pub(super) fn restore(&mut self, standing: &Standing) {
        for kept in &standing.chains {
            let chain = Chain {
                next: kept.next,
                head: kept.head,
                home: kept.home.as_deref().and_then(parse_partition),
                rests: true,
            };
            self.chains.insert(kept.key, chain);
        }
        for link in &standing.held {
            self.held
                .entry(link.key)
                .or_default()
                .insert(link.index, *link);
        }
        let gaps = standing.gaps.iter();
        self.gaps
            .extend(gaps.map(|gap| ((gap.after.key, gap.from), *gap)));
        for (key, claim) in &standing.claims {
            self.claims.add(*key, *claim);
        }
    }

    /// What a checkpoint must keep; of runs that are over, only what is not settled.
    pub(super) fn standing(&self, over: &HashSet<RunId>) -> Standing {
        let unsettled = |key: &PartKey| self.held.contains_key(key) || self.short(key).is_some();
        let chains = self.chains.iter();
        let chains = chains.filter(|(key, _)| !over.contains(&key.run) || unsettled(key));
        let kept = |(key, chain): (&PartKey, &Chain)| Kept {
            key: *key,
            next: chain.next,
            head: chain.head,
            home: chain.home.map(|home| home.to_string()),
        };
        let mut chains: Vec<Kept> = chains.map(kept).collect();
        chains.sort_by_key(|kept| kept.key);
        let held = self.held.values().flat_map(BTreeMap::values).copied();
        let mut held: Vec<Link> = held.collect();
        held.sort_by_key(|link| (link.key, link.index));
        let claims = self.claims.all().map(|(key, _)| key);
        let claims = claims.filter_map(|key| self.short(key).map(|claim| (*key, *claim)));
        let mut claims: Vec<_> = claims.collect();
        claims.sort_by_key(|(key, _)| *key);
        Standing {
            chains,
            held,
            gaps: self.gaps.values().copied().collect(),
            claims,
        }
    }

    /// The claim that counts more events of a part than there are.
    fn short(&self, key: &PartKey) -> Option<&Claim> {
        let found = self.chains.get(key).map_or(0, |chain| chain.next);
        self.claims.of(key).filter(|claim| found < claim.count)
    }

    /// Takes the next event in journal order.
    pub(super) fn accept(&mut self, event: &Essence, findings: &mut Findings) {
        let link = Link {
            key: PartKey {
                run: event.run,
                session: event.session_id,
            },
            index: event.index,
            count: 1,
            previous: event.previous,
            hash: event.hash,
            seq: event.seq,
            time: event.time,
            event_id: event.event_id,
            position: event.position,
        };
        if event.position.partition.topic == Topic::Control {
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

    /// Takes neighbours that went by retention: the chain goes on across them in their turn.
    pub(super) fn accept_gone(
        &mut self,
        partition: ::journal::Partition,
        segment: &Segment,
        findings: &mut Findings,
    ) {
        let link = Link {
            key: PartKey {
                run: segment.run,
                session: segment.session,
            },
            index: segment.first,
            count: segment.count,
            previous: segment.previous,
            hash: segment.head,
            seq: segment.seq,
            time: segment.until,
            event_id: segment.event_id,
            position: Position {
                partition,
                offset: ::journal::Offset(segment.offset),
            },
        };
        let gone = self.gone.entry(link.key).or_default();
        if gone.insert(link.index, link).is_some() {
            let what = "two tombstones speak of this event".to_owned();
            findings.add(link.finding(Verdict::Integrity, what));
        }
    }

    /// Links held control events, and what went, that stand before `below`.
    fn release(&mut self, key: PartKey, below: Option<u64>, findings: &mut Findings) {
        loop {
            let first = |links: &HashMap<PartKey, BTreeMap<u64, Link>>| {
                let (index, _) = links.get(&key)?.first_key_value()?;
                Some(*index)
            };
            let gone = first(&self.gone);
            let Some(next) = first(&self.held).into_iter().chain(gone).min() else {
                return;
            };
            if below.is_some_and(|below| next >= below) {
                return;
            }
            let links = match gone == Some(next) {
                true => &mut self.gone,
                false => &mut self.held,
            };
            let link = links.get_mut(&key).and_then(|links| links.remove(&next));
            let Some(link) = link else { return };
            self.link(link, findings);
        }
    }

    fn link(&mut self, link: Link, findings: &mut Findings) {
        let chain = self.chains.entry(link.key).or_insert(Chain {
            next: 0,
            head: Digest::ZERO,
            home: None,
            rests: false,
        });
        chain.rests = false;
        let partition = link.position.partition;
        if partition.topic == Topic::Events {
            let home = *chain.home.get_or_insert(partition);
            if home != partition {
                let what = format!("event stands in {partition}, its part in {home}");
                findings.add(link.finding(Verdict::Integrity, what));
            }
        }
        if link.index < chain.next {
            // Events of one partition come in its order; a control event may have waited in the journal.
            if partition.topic == Topic::Control && self.fill(&link, findings) {
                return;
            }
            findings.add(link.finding(
                Verdict::Integrity,
                "event stands out of order in its part, or twice".to_owned(),
            ));
            return;
        }
        if link.index > chain.next {
            if self.gaps.len() < GAPS_MAX {
                let gap = Gap {
                    after: link,
                    from: chain.next,
                    head: chain.head,
                };
                self.gaps.insert((link.key, gap.from), gap);
            }
        } else if link.previous != chain.head {
            findings.add(link.finding(
                Verdict::Integrity,
                "event does not follow the one before it in its part: the hashes differ".to_owned(),
            ));
        }
        chain.next = link.index.saturating_add(link.count);
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

    /// Puts an event into the gap it is missing in; false if there is none.
    fn fill(&mut self, link: &Link, findings: &mut Findings) -> bool {
        let Some(mut gap) = self.gaps.remove(&(link.key, link.index)) else {
            return false;
        };
        let differ = "event does not follow the one before it in its part: the hashes differ";
        if link.previous != gap.head {
            findings.add(link.finding(Verdict::Integrity, differ.to_owned()));
        }
        gap.from = gap.from.saturating_add(link.count);
        gap.head = link.hash;
        if gap.from < gap.after.index {
            self.gaps.insert((link.key, gap.from), gap);
        } else if gap.from > gap.after.index || gap.after.previous != gap.head {
            let finding = gap.after.finding(Verdict::Integrity, differ.to_owned());
            findings.add(finding);
        }
        true
    }

    /// Says what is missing, but for what the runs' ends excuse.
    pub(super) fn close(mut self, ends: &Ends, findings: &mut Findings) {
        let held = self.held.keys().chain(self.gone.keys());
        let held: Vec<PartKey> = held.copied().collect();
        for key in held {
            self.release(key, None, findings);
        }
        findings.counts.parts = self.chains.len() as u64;
        let mut gaps: Vec<&Gap> = self.gaps.values().collect();
        gaps.sort_by_key(|gap| gap.after.position);
        for gap in gaps {
            let (link, from) = (&gap.after, &gap.from);
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
        self.resting(findings);
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

    /// Parts that did not go on since the checkpoint still have the heads that are claimed of them now.
    fn resting(&self, findings: &mut Findings) {
        let mut others: Vec<_> = self.claims.all().collect();
        others.retain(|(key, claim)| {
            let chain = self.chains.get(key).filter(|chain| chain.rests);
            chain.is_some_and(|chain| chain.next == claim.count && chain.head != claim.head)
        });
        others.sort_by_key(|(_, claim)| claim.said_at);
        for (key, claim) in others {
            let what =
                "the part's last event was another at the checkpoint than this heartbeat counts";
            findings.add(Finding {
                event_id: Some(claim.said_by),
                session_id: key.session,
                run: Some(key.run),
                position: Some(claim.said_at.into()),
                ..Finding::of(Verdict::Integrity, what.to_owned())
            });
        }
    }
}
