//! Sessions whose clients carry them sealed, in a handle or a session id: opened here, renewed by the gateway itself.
//!
//! Enters: claims that were sealed for a client. Leaves: the session as it is now. Never here: a session that ended; a client that
//! must renew anything.

use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher, Hash};
use std::sync::Arc;

use event::{SessionId, Source, TimeNs};
use lru::LruCache;
use parking_lot::Mutex;

use crate::claims::{Claims, ClaimsError};
use crate::limits::{DOOR_STRIPES, VIEWS_MAX};
use crate::session::Session;
use crate::session::renewal::{self, NotRenewed};
use crate::shared::Shared;

/// Locks by what they are about: few, so that nothing is remembered of what is over.
pub(crate) struct Stripes([tokio::sync::Mutex<()>; DOOR_STRIPES]);

impl Default for Stripes {
    fn default() -> Self {
        Self(std::array::from_fn(|_| tokio::sync::Mutex::new(())))
    }
}

impl Stripes {
    /// Waits until nobody else works on something with the key's hash.
    pub async fn lock(&self, key: &impl Hash) -> tokio::sync::MutexGuard<'_, ()> {
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(key);
        let place = usize::try_from(hash % DOOR_STRIPES as u64).unwrap_or(0);
        // The index is below the length.
        #[expect(clippy::indexing_slicing, reason = "the remainder is below the length")]
        self.0[place].lock().await
    }
}

/// The newest claims of sessions that were renewed here.
pub(crate) struct Sessions {
    newest: Mutex<LruCache<SessionId, Claims>>,
    renewing: Stripes,
}

impl Default for Sessions {
    fn default() -> Self {
        Self {
            newest: Mutex::new(LruCache::new(VIEWS_MAX)),
            renewing: Stripes::default(),
        }
    }
}

impl Sessions {
    /// The session of `claims` as it is now: renewed where its token at Snowflake runs out.
    pub async fn alive(
        &self,
        shared: &Arc<Shared>,
        claims: Claims,
        source: Source,
        arrived: TimeNs,
    ) -> Result<Session, NotRenewed> {
        let id = claims.session;
        if claims.is_over(arrived) || shared.is_closed_to(&claims) {
            return Err(NotRenewed::Over(ClaimsError::Ended(id)));
        }
        let session = Session {
            claims: self.newer(&claims).unwrap_or(claims),
            source,
            arrived,
        };
        let session = if arrived < session.claims.expires {
            session
        } else {
            self.renewed(shared, session).await?
        };
        shared.watch.served(&session);
        Ok(session)
    }

    /// The session with a new token at Snowflake; once, however many requests find that they need it.
    pub async fn renewed(
        &self,
        shared: &Arc<Shared>,
        mut session: Session,
    ) -> Result<Session, NotRenewed> {
        let _alone = self.renewing.lock(&session.id()).await;
        if let Some(newer) = self.newer(&session.claims) {
            session.claims = newer;
            return Ok(session);
        }
        let agent = session.claims.principal.agent.clone();
        renewal::renew(shared, &mut session).await?;
        session.claims.principal.agent = agent;
        let mut newest = self.newest.lock();
        newest.put(session.id(), session.claims.clone());
        Ok(session)
    }

    /// Claims of the same session that were renewed after these were sealed, speaking for the same program.
    fn newer(&self, claims: &Claims) -> Option<Claims> {
        let mut newest = self.newest.lock();
        let known = newest.get(&claims.session)?;
        (known.issued > claims.issued).then(|| Claims {
            principal: claims.principal.clone(),
            ..known.clone()
        })
    }
}
