//! Which of Snowflake's endpoints a request means.
//!
//! Enters: method and path as sent. Leaves: a [`Route`]. Never here: a path that is served because it was not thought of:
//! what is not listed is refused (`/api/v2/*`, `/v1/*`, `/console` would be side doors).

use door::Action;
use http::Method;

/// Where chunks are served: the sealed ticket follows.
pub const CHUNK_PATH: &str = "/firn/chunk/";

/// Where files are sent and fetched: the sealed ticket follows.
pub const FILE_PATH: &str = "/firn/stage/";

/// What a driver asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `POST /session/v1/login-request`.
    Login,
    /// `POST /session/authenticator-request`: browser and Okta logins begin with it.
    Authenticator,
    /// `POST /session/token-request`.
    Token,
    /// `POST /session/heartbeat`.
    Heartbeat,
    /// `POST /session?delete=true`.
    Logout,
    /// `POST /queries/v1/query-request`.
    Query,
    /// `GET /queries/{id}/result`, also with more segments before `result`.
    Result(String),
    /// `POST /queries/v1/abort-request`: by the target's request id, in the body.
    Abort,
    /// `POST /queries/{id}/abort-request`.
    AbortById(String),
    /// `GET /monitoring/queries/{id}`.
    Monitoring(String),
    /// `POST /telemetry/send` and its variants: answered here, forwarded nowhere.
    Telemetry,
    /// A result chunk under [`CHUNK_PATH`]; the rest of the path is sealed.
    Chunk(String),
    /// A file for a stage, under [`FILE_PATH`].
    Upload(String),
    /// A file of a stage, under [`FILE_PATH`].
    Download(String),
    /// `GET /healthz`.
    Health,
    /// Anything else.
    Unknown,
}

/// Every endpoint of this door and the action of the matrix it takes: those that show a client token act for its session alone.
pub const TABLE: [(&str, Action); 15] = [
    ("POST /session/v1/login-request", Action::UseWarehouse),
    ("POST /session/authenticator-request", Action::Greet),
    ("POST /session/token-request", Action::UseWarehouse),
    ("POST /session/heartbeat", Action::UseWarehouse),
    ("POST /session?delete=true", Action::UseWarehouse),
    ("POST /queries/v1/query-request", Action::UseWarehouse),
    ("GET /queries/{id}/result", Action::UseWarehouse),
    ("POST /queries/v1/abort-request", Action::UseWarehouse),
    ("POST /queries/{id}/abort-request", Action::UseWarehouse),
    ("GET /monitoring/queries/{id}", Action::UseWarehouse),
    ("POST /telemetry/send", Action::Greet),
    ("GET /firn/chunk/{sealed}", Action::UseWarehouse),
    ("PUT /firn/stage/{sealed}", Action::UseWarehouse),
    ("GET /firn/stage/{sealed}", Action::UseWarehouse),
    ("GET /healthz", Action::Probe),
];

/// The route of a request. Doubled slashes count as one (a driver sends `/monitoring/queries//{id}`), fixed segments match in
/// any case, and percent-escapes in a path match nothing.
pub fn route(method: &Method, path: &str) -> Route {
    let segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let lower: Vec<String> = segments
        .iter()
        .map(|part| part.to_ascii_lowercase())
        .collect();
    let words: Vec<&str> = lower.iter().map(String::as_str).collect();
    let post = *method == Method::POST;
    let get = *method == Method::GET;
    match words.as_slice() {
        ["session", "v1", "login-request"] if post => Route::Login,
        ["session", "authenticator-request"] if post => Route::Authenticator,
        ["session", "token-request"] if post => Route::Token,
        ["session", "heartbeat"] if post => Route::Heartbeat,
        ["session"] if post => Route::Logout,
        ["queries", "v1", "query-request"] if post => Route::Query,
        ["queries", "v1", "abort-request"] if post => Route::Abort,
        ["queries", id, "result"] if get => query_id(id).map_or(Route::Unknown, Route::Result),
        ["queries", id, "abort-request"] if post => {
            query_id(id).map_or(Route::Unknown, Route::AbortById)
        }
        ["monitoring", "queries", id] if get => {
            query_id(id).map_or(Route::Unknown, Route::Monitoring)
        }
        ["telemetry", ..] if post => Route::Telemetry,
        ["healthz"] if get => Route::Health,
        ["firn", "stage", _] if get || *method == Method::PUT => match segments.as_slice() {
            [_, _, sealed] if get => Route::Download((*sealed).to_owned()),
            [_, _, sealed] => Route::Upload((*sealed).to_owned()),
            _ => Route::Unknown,
        },
        // The sealed part is case-sensitive: it is taken from the path as sent.
        ["firn", "chunk", _] if get => match segments.as_slice() {
            [_, _, sealed] => Route::Chunk((*sealed).to_owned()),
            _ => Route::Unknown,
        },
        _ => Route::Unknown,
    }
}

/// Query ids are UUIDs; anything else names no query of ours.
fn query_id(text: &str) -> Option<String> {
    uuid::Uuid::try_parse(text)
        .ok()
        .map(|id| id.hyphenated().to_string())
}

/// The first value of a query-string parameter, whose name matches in any case.
pub fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    url::form_urlencoded::parse(query?.as_bytes())
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::{Route, parameter, route};

    const ID: &str = "01b1767d-b36a-48dc-ac1b-841c7561acb5";

    #[test]
    fn the_table_lists_what_is_served() {
        let mut served = std::collections::HashSet::new();
        for (line, _) in super::TABLE {
            let (method, path) = line.split_once(' ').unwrap();
            let path = path.split('?').next().unwrap();
            let path = path.replace("{id}", ID).replace("{sealed}", "x");
            let route = route(&method.parse().unwrap(), &path);
            assert_ne!(route, Route::Unknown, "{line}");
            served.insert(std::mem::discriminant(&route));
        }
        // A new kind of route does not compile here until somebody thought of its line.
        let kinds = match Route::Unknown {
            Route::Login
            | Route::Authenticator
            | Route::Token
            | Route::Heartbeat
            | Route::Logout
            | Route::Query
            | Route::Result(_)
            | Route::Abort
            | Route::AbortById(_)
            | Route::Monitoring(_)
            | Route::Telemetry
            | Route::Chunk(_)
            | Route::Upload(_)
            | Route::Download(_)
            | Route::Health
            | Route::Unknown => 15,
        };
        assert_eq!(served.len(), kinds);
    }

    #[test]
    fn drivers_paths_are_known_in_every_spelling() {
        let id = || ID.to_owned();
        for (method, path, wanted) in [
            (
                Method::POST,
                "/session/v1/login-request".to_owned(),
                Route::Login,
            ),
            (
                Method::POST,
                "//session//v1/login-request/".to_owned(),
                Route::Login,
            ),
            (
                Method::POST,
                "/Session/V1/Login-Request".to_owned(),
                Route::Login,
            ),
            (
                Method::POST,
                "/session/authenticator-request".to_owned(),
                Route::Authenticator,
            ),
            (
                Method::POST,
                "/session/token-request".to_owned(),
                Route::Token,
            ),
            (
                Method::POST,
                "/session/heartbeat".to_owned(),
                Route::Heartbeat,
            ),
            (Method::POST, "/session".to_owned(), Route::Logout),
            (
                Method::POST,
                "/queries/v1/query-request".to_owned(),
                Route::Query,
            ),
            (
                Method::POST,
                "/queries/v1/abort-request".to_owned(),
                Route::Abort,
            ),
            (
                Method::GET,
                format!("/queries/{ID}/result"),
                Route::Result(id()),
            ),
            (
                Method::GET,
                format!("/queries/{}/result", ID.to_uppercase()),
                Route::Result(id()),
            ),
            (
                Method::POST,
                format!("/queries/{ID}/abort-request"),
                Route::AbortById(id()),
            ),
            (
                Method::GET,
                format!("/monitoring/queries//{ID}"),
                Route::Monitoring(id()),
            ),
            (Method::POST, "/telemetry/send".to_owned(), Route::Telemetry),
            (
                Method::POST,
                "/telemetry/send/sessionless".to_owned(),
                Route::Telemetry,
            ),
            (
                Method::GET,
                "/firn/chunk/AbC-_".to_owned(),
                Route::Chunk("AbC-_".to_owned()),
            ),
            (
                Method::PUT,
                "/firn/stage/AbC-_".to_owned(),
                Route::Upload("AbC-_".to_owned()),
            ),
            (
                Method::GET,
                "/firn/stage/AbC-_".to_owned(),
                Route::Download("AbC-_".to_owned()),
            ),
            (Method::GET, "/healthz".to_owned(), Route::Health),
        ] {
            assert_eq!(route(&method, &path), wanted, "{method} {path}");
        }
    }

    #[test]
    fn side_doors_are_unknown() {
        for (method, path) in [
            (Method::POST, "/api/v2/statements"),
            (Method::GET, "/api/v2/databases"),
            (Method::GET, "/v1/statements"),
            (Method::GET, "/console"),
            (Method::GET, "/console/login"),
            (Method::GET, "/"),
            (Method::GET, "/queries/v1/query-request"),
            (Method::DELETE, "/session"),
            (Method::POST, "/session/v1/login-request/extra"),
            (Method::POST, "/session%2Fv1/login-request"),
            (Method::POST, "/./session"),
            (Method::POST, "/x/../session"),
            (Method::GET, "/queries/not-a-uuid/result"),
            (Method::GET, "/queries/1/2/result"),
            (Method::GET, "/monitoring/queries"),
            (Method::GET, "/monitoring/queries/*"),
            (Method::GET, "/firn/chunk/a/b"),
            (Method::POST, "/firn/stage/a"),
            (Method::PUT, "/firn/stage/a/b"),
        ] {
            assert_eq!(route(&method, path), Route::Unknown, "{method} {path}");
        }
    }

    #[test]
    fn parameters_are_found_in_any_case() {
        let query = Some("a=1&RequestId=x%20y&requestid=z");
        assert_eq!(parameter(query, "requestId").as_deref(), Some("x y"));
        assert_eq!(parameter(query, "b"), None);
        assert_eq!(parameter(None, "b"), None);
    }
}
