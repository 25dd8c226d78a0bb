//! Which session a statement of the SQL API runs in: its requests have none.
//!
//! Enters: who asks, where the statement is to stand, what it does. Leaves: an open session: one that the principal's requests
//! share, or one of the request's own. Never here: a statement that could move a session others share.

use access::analysis::{SessionView, Statement, analyze, asks_back};
use access::engine::Engine;
use event::payload::StatementKind;
use event::{RequestId, Source, TimeNs};
use lru::LruCache;
use parking_lot::Mutex;
use zeroize::Zeroizing;

use super::handle::Place;
use crate::claims::Claims;
use crate::doors::identity::login;
use crate::doors::sessions::Stripes;
use crate::limits::{API_REQUESTS_MAX, POOLED_LASTS, POOLED_SESSIONS_MAX};
use crate::session::opening::{Refusal, open};
use crate::shared::Shared;
use crate::statement::request::StatementRequest;
use crate::time::later;

/// Kinds that leave a session as it was: others get a session of their own.
const STILL: [StatementKind; 14] = [
    StatementKind::Select,
    StatementKind::Show,
    StatementKind::Describe,
    StatementKind::Explain,
    StatementKind::List,
    StatementKind::Insert,
    StatementKind::Update,
    StatementKind::Delete,
    StatementKind::Merge,
    StatementKind::Truncate,
    StatementKind::CopyIntoTable,
    StatementKind::CopyIntoLocation,
    StatementKind::Grant,
    StatementKind::Revoke,
];

/// Kinds that change where a session stands and nothing else: alone, they do nothing here.
const MOVING: [StatementKind; 7] = [
    StatementKind::Use,
    StatementKind::AlterSession,
    StatementKind::Set,
    StatementKind::Unset,
    StatementKind::Begin,
    StatementKind::Commit,
    StatementKind::Rollback,
];

/// What a statement means for the session it runs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bearing {
    /// It leaves the session as it was.
    pub still: bool,
    /// All it does is move the session, which ends with the request.
    pub moot: bool,
    /// It reads only: run twice, nothing is different.
    pub reads: bool,
}

impl Bearing {
    /// Of a statement in a session that stands where its request says.
    pub fn of(engine: &Engine, place: &Place, request: &StatementRequest) -> Self {
        let view = SessionView {
            context: place.context(),
            ..SessionView::default()
        };
        let statement = Statement {
            text: &request.text,
            binds: &request.binds,
        };
        let seen = analyze(statement, &view, &engine.catalog_of(&place.connection));
        let all = |among: &[StatementKind]| seen.all_kinds().all(|kind| among.contains(kind));
        let one = seen.kinds.len() == 1;
        Self {
            // What names the session's last result or its variables means another's where a session is shared.
            still: one && all(&STILL) && !seen.rests_on_variables() && !asks_back(&request.text),
            moot: one && all(&MOVING),
            reads: all(STILL.get(..5).unwrap_or_default()),
        }
    }
}

/// An open session for one statement.
pub(crate) struct Taken {
    pub claims: Claims,
    /// It is the request's own.
    pub own: bool,
}

/// Sessions by place, and by request.
pub(crate) struct Pool {
    shared: Mutex<LruCache<Place, Claims>>,
    requests: Mutex<LruCache<(Place, RequestId), (Claims, bool)>>,
    opening: Stripes,
}

impl Default for Pool {
    fn default() -> Self {
        Self {
            shared: Mutex::new(LruCache::new(POOLED_SESSIONS_MAX)),
            requests: Mutex::new(LruCache::new(API_REQUESTS_MAX)),
            opening: Stripes::default(),
        }
    }
}

impl Pool {
    /// A session at `place` for a statement that is `still` or not; the same one for the same request.
    pub async fn take(
        &self,
        shared: &Shared,
        (place, request): (&Place, &RequestId),
        still: bool,
        (token, source, now): (Zeroizing<String>, Source, TimeNs),
    ) -> Result<Taken, Refusal> {
        let _alone = self.opening.lock(place).await;
        let asked = (place.clone(), request.clone());
        let known = self.requests.lock().get(&asked).cloned();
        if let Some((claims, own)) = known {
            return Ok(Taken { claims, own });
        }
        let kept = self.shared.lock().get(place).cloned();
        let fresh = |claims: &Claims| {
            later(now, POOLED_LASTS) < claims.ends && !shared.is_closed_to(claims)
        };
        let claims = match kept.filter(|claims| still && fresh(claims)) {
            Some(claims) => claims,
            None => {
                let opened = self.open(shared, place, token, source).await?;
                if still {
                    self.shared.lock().put(place.clone(), opened.clone());
                }
                opened
            }
        };
        let own = !still;
        self.requests.lock().put(asked, (claims.clone(), own));
        Ok(Taken { claims, own })
    }

    /// Whether a request of this id was seen here before.
    pub fn knows(&self, (place, request): (&Place, &RequestId)) -> bool {
        let requests = self.requests.lock();
        requests.peek(&(place.clone(), request.clone())).is_some()
    }

    async fn open(
        &self,
        shared: &Shared,
        place: &Place,
        token: Zeroizing<String>,
        source: Source,
    ) -> Result<Claims, Refusal> {
        let (account, program) = (place.connection.clone(), place.program.clone());
        let login = login(account, token, program, place.context(), None)
            .map_err(|error| Refusal::new("390100", error.to_string()))?;
        Ok(open(shared, source, &login).await?.claims)
    }

    /// A session that moved, or ended, is nobody's place any more.
    pub fn forget(&self, place: &Place, claims: &Claims) {
        let mut shared = self.shared.lock();
        if shared
            .peek(place)
            .is_some_and(|kept| kept.session == claims.session)
        {
            shared.pop(place);
        }
    }
}
