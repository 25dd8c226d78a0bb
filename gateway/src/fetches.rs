//! Whose chunk is masked next: so many of a session at once, and so many of a principal with all its sessions.
//!
//! Enters: who fetches a chunk. Leaves: its turn, of the session's and of the principal's. Never here: the chunk.

use door::{Turn, Turns};
use event::SessionId;

use crate::about::{About, Whose};
use crate::limits::{
    CHUNKS_MAX, CHUNKS_PER_PRINCIPAL_MAX, CHUNKS_PER_SESSION_MAX, CHUNKS_WAITING_MAX,
    CHUNKS_WAITING_PER_PRINCIPAL_MAX, CHUNKS_WAITING_PER_SESSION_MAX,
};

/// Chunks that are fetched. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Fetches {
    of_session: Turns<SessionId>,
    of_principal: Turns<Whose>,
}

/// One is at work.
#[derive(Debug)]
pub(crate) struct Fetching {
    _of_principal: Turn<Whose>,
    _of_session: Turn<SessionId>,
}

impl Default for Fetches {
    fn default() -> Self {
        Self {
            // How many there are of all is the principals' line to say: who waits there has its session's turn.
            of_session: Turns::bounded(
                (CHUNKS_MAX + CHUNKS_WAITING_MAX, CHUNKS_PER_SESSION_MAX),
                (CHUNKS_WAITING_MAX, CHUNKS_WAITING_PER_SESSION_MAX),
            ),
            of_principal: Turns::bounded(
                (CHUNKS_MAX, CHUNKS_PER_PRINCIPAL_MAX),
                (CHUNKS_WAITING_MAX, CHUNKS_WAITING_PER_PRINCIPAL_MAX),
            ),
        }
    }
}

impl Fetches {
    /// Whether another one of these would be sent away.
    pub fn is_full(&self, about: &About) -> bool {
        self.of_session.is_full(&about.session) || self.of_principal.is_full(&about.whose())
    }

    /// Waits for a turn.
    pub async fn take(&self, about: &About) -> Fetching {
        let of_session = self.of_session.take(about.session).await;
        let of_principal = self.of_principal.take(about.whose()).await;
        Fetching {
            _of_principal: of_principal,
            _of_session: of_session,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::control::sample;

    fn about(subject: &str, session: u128) -> About {
        let mut about = sample::about(1);
        about.session = SessionId::from_uuid(Uuid::from_u128(session));
        about.principal.subject = subject.to_owned();
        about
    }

    /// Eight sessions of one agent had all there are, and each of its further ones as much of the rotation as anybody else's only one.
    #[tokio::test]
    async fn a_principal_never_has_them_all_however_many_sessions_it_opens() {
        let fetches = Fetches::default();
        let mut at_work = Vec::new();
        for number in 0..CHUNKS_PER_PRINCIPAL_MAX {
            let own = about("a", number as u128 % 8);
            at_work.push(fetches.take(&own).await);
        }
        let (ninth, other) = (about("a", 9), about("b", 10));
        let mut waiting = std::pin::pin!(fetches.take(&ninth));
        assert!(futures::poll!(&mut waiting).is_pending());
        assert!(!fetches.is_full(&ninth) && !fetches.is_full(&other));
        drop(fetches.take(&other).await);
        assert!(futures::poll!(&mut waiting).is_pending());
        drop(at_work.pop());
        drop(waiting.await);
    }

    #[tokio::test]
    async fn a_session_has_so_many_and_so_many_wait() {
        let fetches = Fetches::default();
        let own = about("a", 1);
        let mut at_work = Vec::new();
        for _ in 0..CHUNKS_PER_SESSION_MAX {
            at_work.push(fetches.take(&own).await);
        }
        let mut waiting = Vec::new();
        for _ in 0..CHUNKS_WAITING_PER_SESSION_MAX {
            assert!(!fetches.is_full(&own));
            let mut next = Box::pin(fetches.take(&own));
            assert!(futures::poll!(&mut next).is_pending());
            waiting.push(next);
        }
        assert!(fetches.is_full(&own), "the next is told to come again");
        assert!(!fetches.is_full(&about("a", 2)));
        drop(at_work.pop());
        drop(waiting.remove(0).await);
    }
}
