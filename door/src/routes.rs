//! Routes that say what they are for: none can be added without its [`Action`], and none is reached past the matrix.
//!
//! Enters: handlers. Leaves: a router that authenticates, asks the matrix, and hands the handler a [`Caller`]; and the list of its
//! lines, for the tables that tests compare. Never here: an exception.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Request, State};
use axum::handler::Handler;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use event::{Source, TimeNs};
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode};
use zeroize::Zeroizing;

use crate::authority::Authority;
use crate::bearer::bearer;
use crate::browser::Browsers;
use crate::limits::REQUEST_BYTES_MAX;
use crate::matrix::Action;
use crate::problem::Problem;
use crate::who::{AuthError, Authenticate, Caller};

/// The time, so that a token's end can be told.
pub type Now = Arc<dyn Fn() -> TimeNs + Send + Sync>;

/// One route and what it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its method.
    pub method: Method,
    /// Its path, with `{parameters}`.
    pub path: &'static str,
    /// What it does.
    pub action: Action,
}

/// A router in the making.
pub struct Routes {
    router: Router,
    lines: Vec<Line>,
    guard: Guard,
}

#[derive(Clone)]
struct Guard {
    authenticate: Arc<dyn Authenticate>,
    now: Now,
    browsers: Option<Arc<Browsers>>,
}

#[derive(Clone)]
struct Post {
    guard: Guard,
    action: Action,
}

impl Routes {
    /// None yet; callers are proved by `authenticate`.
    pub fn new(authenticate: Arc<dyn Authenticate>, now: Now) -> Self {
        Self {
            router: Router::new(),
            lines: Vec::new(),
            guard: Guard {
                authenticate,
                now,
                browsers: None,
            },
        }
    }

    /// Lets `browsers` in too, on the routes added from here on: their cookie stands for the token they signed in with.
    #[must_use]
    pub fn admitting(mut self, browsers: Arc<Browsers>) -> Self {
        self.guard.browsers = Some(browsers);
        self
    }

    /// Adds `GET path`.
    #[must_use]
    pub fn get<H, T, S>(self, path: &'static str, action: Action, handler: H, state: S) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
        S: Clone + Send + Sync + 'static,
    {
        self.add(
            (Method::GET, MethodFilter::GET),
            path,
            action,
            handler,
            state,
        )
    }

    /// Adds `POST path`.
    #[must_use]
    pub fn post<H, T, S>(self, path: &'static str, action: Action, handler: H, state: S) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
        S: Clone + Send + Sync + 'static,
    {
        self.add(
            (Method::POST, MethodFilter::POST),
            path,
            action,
            handler,
            state,
        )
    }

    fn add<H, T, S>(
        mut self,
        (method, filter): (Method, MethodFilter),
        path: &'static str,
        action: Action,
        handler: H,
        state: S,
    ) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
        S: Clone + Send + Sync + 'static,
    {
        let post = Post {
            guard: self.guard.clone(),
            action,
        };
        let route = on(filter, handler)
            .with_state(state)
            .layer(from_fn_with_state(post, admit));
        self.router = self.router.route(path, route);
        self.lines.push(Line {
            method,
            path,
            action,
        });
        self
    }

    /// The routes added so far.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The finished router.
    pub fn into_router(self) -> Router {
        self.router.layer(DefaultBodyLimit::max(REQUEST_BYTES_MAX))
    }
}

/// Lets through whom the matrix lets through, as a [`Caller`] in the request's extensions.
async fn admit(State(post): State<Post>, mut request: Request, next: Next) -> Response {
    let action = post.action;
    if action.is_open() {
        return next.run(request).await;
    }
    let source = request.extensions().get::<Source>().cloned();
    let (method, headers) = (request.method(), request.headers());
    match post.guard.caller(method, headers, source, action).await {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

impl Guard {
    async fn caller(
        &self,
        method: &Method,
        headers: &HeaderMap,
        source: Option<Source>,
        action: Action,
    ) -> Result<Caller, Problem> {
        let hint = "send `Authorization: Bearer <token>` with a token of a configured issuer";
        let now = (self.now)();
        let token = match bearer(headers) {
            Some(token) => Some(Zeroizing::new(token.to_owned())),
            None => self.signed_in(method, headers, now)?,
        };
        let Some(token) = token else {
            let detail = "the request shows no bearer token";
            return Err(Problem::new(StatusCode::UNAUTHORIZED, detail, hint));
        };
        let proved = self.authenticate.authenticate(&token, now).await;
        let identity = proved.map_err(|error| {
            let status = match error {
                AuthError::Invalid { .. } | AuthError::Expired => StatusCode::UNAUTHORIZED,
                AuthError::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            };
            Problem::new(status, error, hint)
        })?;
        let scope = action.scope(identity.authorities);
        if !scope.is_any() {
            return Err(forbidden(action, &identity.principal.display));
        }
        Ok(Caller {
            identity,
            source,
            action,
            scope,
        })
    }
}

impl Guard {
    /// The token that the cookie stands for, if there is one, and its page sent the request.
    fn signed_in(
        &self,
        method: &Method,
        headers: &HeaderMap,
        now: TimeNs,
    ) -> Result<Option<Zeroizing<String>>, Problem> {
        let browsers = self.browsers.as_ref();
        let Some(seen) = browsers.and_then(|browsers| browsers.seen(headers, now)) else {
            return Ok(None);
        };
        let hint = "reload the page, or send a bearer token instead of the cookie";
        seen.admits(method, headers)
            .map_err(|forged| Problem::new(StatusCode::FORBIDDEN, forged, hint))?;
        Ok(Some(seen.token))
    }
}

fn forbidden(action: Action, who: &str) -> Problem {
    let names: Vec<&str> = action
        .asks_for()
        .into_iter()
        .map(Authority::as_str)
        .collect();
    let hint = if action == Action::AnswerApproval {
        "that takes a person: give that person's OIDC token with --token".to_owned()
    } else {
        asked(&names)
    };
    let detail = format!("{who} may not {}", action.as_str());
    Problem::new(StatusCode::FORBIDDEN, detail, hint)
}

fn asked(names: &[&str]) -> String {
    format!(
        "that takes an {}: groups are made that by [query] auditors, investigators, operators, admins",
        names.join(" or ")
    )
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        // Only open routes get here without one, and their handlers must not ask for it.
        parts.extensions.get::<Self>().cloned().ok_or_else(|| {
            let detail = "this route does not ask who calls";
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, detail, "").into_response()
        })
    }
}

#[cfg(test)]
mod tests;
