//! Room for bodies: what all requests together, all of upstream's replies, and those of one sender may take in memory at once.
//!
//! Enters: bytes as they arrive or are decompressed. Leaves: room for them, given back when the bytes are dropped; or word that there
//! is none now. Never here: a body that grows beyond its room, or a sender that takes all of it.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use bytes::Bytes;
use event::Principal;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::limits::{
    BODIES_BYTES_MAX, BODIES_OF_ONE_BYTES_MAX, BODY_ROOM_PATIENCE, BODY_STEP_BYTES,
    UPSTREAM_REPLIES_BYTES_MAX, UPSTREAM_REPLIES_OF_ONE_BYTES_MAX, UPSTREAM_REPLY_ROOM_PATIENCE,
};

/// The room of this process for requests. Memory is the process's, so its room is too.
static REQUESTS: LazyLock<Arc<Room>> = LazyLock::new(|| {
    Room::new(
        BODIES_BYTES_MAX,
        BODIES_OF_ONE_BYTES_MAX,
        BODY_ROOM_PATIENCE,
    )
});

/// Its room for upstream's replies, which may be larger, and whose statements ran.
static REPLIES: LazyLock<Arc<Room>> = LazyLock::new(|| {
    Room::new(
        UPSTREAM_REPLIES_BYTES_MAX,
        UPSTREAM_REPLIES_OF_ONE_BYTES_MAX,
        UPSTREAM_REPLY_ROOM_PATIENCE,
    )
});

/// No room came free in time.
#[derive(Debug, PartialEq, Eq)]
pub struct NoRoom;

#[derive(Debug)]
struct Room {
    most: usize,
    most_of_one: usize,
    /// How long a body waits.
    patience: Duration,
    taken: Mutex<Taken>,
    freed: Notify,
    hasher: RandomState,
}

#[derive(Debug, Default)]
struct Taken {
    bytes: usize,
    /// By who sends or asked: a digest of the token that is shown, or of the principal's name.
    senders: HashMap<u64, usize>,
}

/// A body as it grows, in room that is its own.
#[derive(Debug)]
pub struct Growing {
    room: Arc<Room>,
    sender: u64,
    covered: usize,
    bytes: Vec<u8>,
}

impl Growing {
    /// Nothing yet, of this principal, or, where nobody knows yet whose it is, of whoever shows the token in `headers`.
    pub fn of(principal: Option<&Principal>, headers: &HeaderMap) -> Self {
        let token = headers.get(AUTHORIZATION);
        Self::owned(&REQUESTS, principal, token.map(|value| value.as_bytes()))
    }

    /// Nothing yet of a reply to a session of this principal, or, where it is nobody's, to the session of this token.
    pub fn reply(principal: Option<&Principal>, token: Option<&str>) -> Self {
        Self::owned(&REPLIES, principal, token.map(str::as_bytes))
    }

    fn owned(room: &Arc<Room>, principal: Option<&Principal>, token: Option<&[u8]>) -> Self {
        let name = principal.map(|who| format!("{}\n{}", who.issuer, who.subject));
        Self::within(room, name.as_deref().map(str::as_bytes).or(token))
    }

    fn within(room: &Arc<Room>, token: Option<&[u8]>) -> Self {
        Self {
            sender: room.hasher.hash_one(token),
            room: Arc::clone(room),
            covered: 0,
            bytes: Vec::new(),
        }
    }

    /// Another body of the same sender.
    pub fn another(&self) -> Self {
        Self {
            room: Arc::clone(&self.room),
            sender: self.sender,
            covered: 0,
            bytes: Vec::new(),
        }
    }

    /// Its length so far, bytes.
    pub const fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Adds `more`, once there is room for it.
    pub async fn push(&mut self, more: &[u8]) -> Result<(), NoRoom> {
        let needed = self.bytes.len().saturating_add(more.len());
        if needed > self.covered {
            self.grow(needed).await?;
        }
        self.bytes.extend_from_slice(more);
        Ok(())
    }

    /// Room for `needed` bytes. By a quarter more once there are many, or each piece of a large body would move all before it;
    /// doubling would take twice the room.
    async fn grow(&mut self, needed: usize) -> Result<(), NoRoom> {
        let ahead = if needed > BODY_STEP_BYTES {
            needed / 4
        } else {
            0
        };
        let wanted = needed - self.covered;
        if ahead > 0 && self.room.take(self.sender, wanted + ahead) {
            self.covered = needed + ahead;
        } else {
            self.cover(wanted).await?;
        }
        self.bytes.reserve_exact(self.covered - self.bytes.len());
        Ok(())
    }

    async fn cover(&mut self, more: usize) -> Result<(), NoRoom> {
        let waiting = async {
            loop {
                let freed = self.room.freed.notified();
                if self.room.take(self.sender, more) {
                    return;
                }
                freed.await;
            }
        };
        let waited = tokio::time::timeout(self.room.patience, waiting).await;
        waited.map_err(|_| NoRoom)?;
        self.covered += more;
        Ok(())
    }

    /// What it is now, its room kept until it is dropped.
    pub fn freeze(self) -> Bytes {
        Bytes::from_owner(self)
    }
}

impl AsRef<[u8]> for Growing {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Growing {
    fn drop(&mut self) {
        self.room.give_back(self.sender, self.covered);
    }
}

impl Room {
    fn new(most: usize, most_of_one: usize, patience: Duration) -> Arc<Self> {
        Arc::new(Self {
            most,
            most_of_one,
            patience,
            taken: Mutex::default(),
            freed: Notify::new(),
            hasher: RandomState::new(),
        })
    }

    fn take(&self, sender: u64, bytes: usize) -> bool {
        let mut taken = self.taken.lock();
        let own = taken.senders.get(&sender).copied().unwrap_or_default();
        if taken.bytes + bytes > self.most || own + bytes > self.most_of_one {
            return false;
        }
        taken.bytes += bytes;
        taken.senders.insert(sender, own + bytes);
        true
    }

    fn give_back(&self, sender: u64, bytes: usize) {
        if bytes == 0 {
            return;
        }
        let mut taken = self.taken.lock();
        taken.bytes -= bytes;
        if let Some(own) = taken.senders.get_mut(&sender) {
            *own -= bytes;
            if *own == 0 {
                taken.senders.remove(&sender);
            }
        }
        drop(taken);
        self.freed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room() -> Arc<Room> {
        Room::new(100, 60, Duration::from_millis(50))
    }

    #[tokio::test]
    async fn room_is_shared_and_given_back_with_the_last_of_the_bytes() {
        let room = room();
        let (mut one, mut two) = (
            Growing::within(&room, Some(b"one")),
            Growing::within(&room, Some(b"two")),
        );
        assert_eq!(one.push(&[1; 40]).await, Ok(()));
        assert_eq!(
            one.push(&[1; 21]).await,
            Err(NoRoom),
            "more than one sender may have"
        );
        assert_eq!(
            one.another().push(&[1; 21]).await,
            Err(NoRoom),
            "however many bodies it is"
        );
        assert_eq!(two.push(&[2; 60]).await, Ok(()));
        let mut three = Growing::within(&room, Some(b"three"));
        assert_eq!(three.push(&[3]).await, Err(NoRoom), "more than there is");
        let bytes = one.freeze();
        let part = bytes.slice(10..12);
        drop(bytes);
        assert_eq!(
            three.push(&[3]).await,
            Err(NoRoom),
            "a part keeps the whole"
        );
        let waiting = three.push(&[3; 5]);
        let freeing = async {
            tokio::task::yield_now().await;
            drop(part);
        };
        let (waited, ()) = tokio::join!(waiting, freeing);
        assert_eq!(waited, Ok(()));
        drop((two, three));
        assert_eq!(room.taken.lock().bytes, 0);
        assert!(room.taken.lock().senders.is_empty());
    }

    /// Two sessions of one agent had all the room there is.
    #[test]
    fn all_sessions_of_a_principal_share_its_room() {
        let named = |subject: &str| Principal {
            issuer: "https://idp".to_owned(),
            subject: subject.to_owned(),
            display: subject.to_owned(),
            groups: Vec::new(),
            agent: None,
        };
        let of = |principal: Option<&Principal>, token| Growing::reply(principal, token).sender;
        let (ann, bo) = (named("ann"), named("bo"));
        assert_eq!(of(Some(&ann), Some("1")), of(Some(&ann), Some("2")));
        assert_ne!(of(Some(&ann), Some("1")), of(Some(&bo), Some("1")));
        assert_ne!(of(None, Some("1")), of(None, Some("2")));
        let sent = |principal: Option<&Principal>, token: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, http::HeaderValue::from_static(token));
            Growing::of(principal, &headers).sender
        };
        assert_eq!(sent(Some(&ann), "1"), sent(Some(&ann), "2"));
        assert_ne!(sent(Some(&ann), "1"), sent(Some(&bo), "1"));
        assert_ne!(sent(None, "1"), sent(None, "2"));
    }

    #[tokio::test]
    async fn a_large_body_moves_seldom_and_fits_to_the_last_byte() {
        let most = 8 * BODY_STEP_BYTES;
        let room = Room::new(most, most, Duration::from_millis(50));
        let mut body = Growing::within(&room, None);
        let (mut moves, mut capacity) = (0, 0);
        for _ in 0..most / 1024 {
            assert_eq!(body.push(&[7; 1024]).await, Ok(()));
            moves += usize::from(body.bytes.capacity() != capacity);
            capacity = body.bytes.capacity();
        }
        assert_eq!(body.len(), most);
        assert_eq!(body.push(&[7]).await, Err(NoRoom));
        assert!(
            moves < 2 * BODY_STEP_BYTES / 1024,
            "{moves} moves for {} pieces",
            most / 1024
        );
        drop(body);
        assert_eq!(room.taken.lock().bytes, 0);
    }
}
