//! The last things that moved, numbered.
//!
//! Enters: what moved. Leaves: everything since a number, put together. Never here: a reader; each keeps its own number.

use std::collections::{BTreeSet, VecDeque};

use event::SessionId;
use parking_lot::Mutex;

/// What is remembered; whoever comes back later asks for everything.
const REMEMBERED: usize = 16_384;
/// Sessions named at once; more of them are everything.
const NAMED_MAX: usize = 100;

/// One thing that moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// Something was recorded of this session.
    Session(SessionId),
    /// A hold was asked for, answered, or ended.
    Approvals,
}

/// What moved since a number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// The number to look from next.
    pub next: u64,
    /// Sessions that moved.
    pub sessions: BTreeSet<SessionId>,
    /// Something about approvals moved.
    pub approvals: bool,
    /// More moved than can be told: ask for everything.
    pub all: bool,
}

/// The last things that moved.
#[derive(Debug)]
pub struct Ring {
    /// Tells event ids of this process from those of another.
    run: String,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// The number of the first that is kept.
    first: u64,
    moved: VecDeque<Moved>,
}

impl Ring {
    pub fn new(random: &[u8; 32]) -> Self {
        Self {
            run: hex::encode(random.get(..8).unwrap_or_default()),
            kept: Mutex::new(Kept::default()),
        }
    }

    pub fn add(&self, moved: Moved) {
        let mut kept = self.kept.lock();
        if kept.moved.len() >= REMEMBERED {
            kept.moved.pop_front();
            kept.first += 1;
        }
        kept.moved.push_back(moved);
    }

    /// Something was missed: whoever looks from before now asks for everything.
    pub fn forget(&self) {
        let mut kept = self.kept.lock();
        kept.first += kept.moved.len() as u64 + 1;
        kept.moved.clear();
    }

    /// The number that a last event id stands for; now, where there is none; none, where it is of another process.
    pub fn place(&self, id: Option<&str>) -> Option<u64> {
        let kept = self.kept.lock();
        let Some(id) = id else {
            return Some(kept.first + kept.moved.len() as u64);
        };
        let (run, number) = id.split_once('-')?;
        (run == self.run).then(|| number.parse().ok()).flatten()
    }

    /// The event id of a number.
    pub fn id(&self, number: u64) -> String {
        format!("{}-{number}", self.run)
    }

    /// What moved from the number `from` on; everything, where that is not known any more.
    pub fn since(&self, from: Option<u64>) -> Look {
        let kept = self.kept.lock();
        let next = kept.first + kept.moved.len() as u64;
        let known = from.filter(|from| (kept.first..=next).contains(from));
        let Some(from) = known else {
            return Look {
                next,
                approvals: true,
                all: true,
                ..Look::default()
            };
        };
        let mut look = Look {
            next,
            ..Look::default()
        };
        let skip = usize::try_from(from - kept.first).unwrap_or(usize::MAX);
        for moved in kept.moved.iter().skip(skip) {
            match moved {
                Moved::Approvals => look.approvals = true,
                Moved::Session(session) => {
                    look.sessions.insert(*session);
                }
            }
        }
        if look.sessions.len() > NAMED_MAX {
            look.sessions.clear();
            look.all = true;
        }
        look
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(number: u128) -> SessionId {
        SessionId::from_uuid(uuid::Uuid::from_u128(
            0x019c_0000_0000_7000_8000_0000_0000_0000 + number,
        ))
    }

    #[test]
    fn a_reader_takes_up_where_it_broke_off() {
        let ring = Ring::new(&[7; 32]);
        let from = ring.place(None);
        ring.add(Moved::Session(session(1)));
        ring.add(Moved::Approvals);
        let look = ring.since(from);
        assert_eq!(look.sessions.into_iter().collect::<Vec<_>>(), [session(1)]);
        assert!(look.approvals && !look.all);
        let id = ring.id(look.next);
        assert_eq!(
            ring.since(ring.place(Some(&id))),
            Look {
                next: 2,
                ..Look::default()
            }
        );
        ring.add(Moved::Session(session(2)));
        let look = ring.since(ring.place(Some(&id)));
        assert_eq!(look.sessions.into_iter().collect::<Vec<_>>(), [session(2)]);
        assert!(!look.approvals);
    }

    #[test]
    fn what_is_not_known_any_more_is_everything() {
        let ring = Ring::new(&[7; 32]);
        let old = ring.place(None);
        for number in 0..=REMEMBERED as u128 {
            ring.add(Moved::Session(session(number % 7)));
        }
        assert!(ring.since(old).all, "it has gone past");
        let now = ring.place(None);
        assert!(!ring.since(now).all);
        ring.forget();
        assert!(ring.since(now).all, "something was missed");
        for id in [
            "",
            "x",
            "0707070707070707",
            "0707070707070707-x",
            "0808080808080808-1",
            "0707070707070707-99999999",
        ] {
            assert!(ring.since(ring.place(Some(id))).all, "{id:?}");
        }
    }

    #[test]
    fn many_sessions_at_once_are_everything() {
        let ring = Ring::new(&[7; 32]);
        let from = ring.place(None);
        for number in 0..=NAMED_MAX as u128 {
            ring.add(Moved::Session(session(number)));
        }
        let look = ring.since(from);
        assert!(look.all && look.sessions.is_empty());
    }
}
