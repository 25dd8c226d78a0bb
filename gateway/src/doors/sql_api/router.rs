//! Which endpoint of Snowflake's SQL API a request means.
//!
//! Enters: method and path. Leaves: a [`Route`]. Never here: another `/api/v2` path that is served because nobody thought of it.

use door::Action;
use http::Method;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `POST /api/v2/statements`.
    Submit,
    /// `GET /api/v2/statements/{handle}`.
    Status(String),
    /// `POST /api/v2/statements/{handle}/cancel`.
    Cancel(String),
    /// Any other path below `/api/v2`: refused, with a reason.
    Other,
}

/// Every endpoint of this door and the action of the matrix it takes.
pub const TABLE: [(&str, Action); 3] = [
    ("POST /api/v2/statements", Action::UseWarehouse),
    ("GET /api/v2/statements/{handle}", Action::UseWarehouse),
    (
        "POST /api/v2/statements/{handle}/cancel",
        Action::UseWarehouse,
    ),
];

/// The route; none where the path is not this door's. Handles are case-sensitive; percent-escapes match nothing.
pub fn route(method: &Method, path: &str) -> Option<Route> {
    let segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let (own, rest) = segments.split_at_checked(2)?;
    let below = own
        .iter()
        .zip(["api", "v2"])
        .all(|(part, word)| part.eq_ignore_ascii_case(word));
    if !below {
        return None;
    }
    let is_statements = |word: &&str| word.eq_ignore_ascii_case("statements");
    Some(match rest {
        [word] if is_statements(word) && method == Method::POST => Route::Submit,
        [word, handle] if is_statements(word) && method == Method::GET => {
            Route::Status((*handle).to_owned())
        }
        [word, handle, cancel]
            if is_statements(word)
                && method == Method::POST
                && cancel.eq_ignore_ascii_case("cancel") =>
        {
            Route::Cancel((*handle).to_owned())
        }
        _ => Route::Other,
    })
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::{Route, TABLE, route};

    #[test]
    fn the_table_lists_what_is_served() {
        for (line, _) in TABLE {
            let (method, path) = line.split_once(' ').expect("two words");
            let path = path.replace("{handle}", "x");
            let route = route(&method.parse().expect("a method"), &path);
            assert!(!matches!(route, None | Some(Route::Other)), "{line}");
        }
    }

    #[test]
    fn everything_below_is_this_doors_and_little_is_served() {
        for (method, path, wanted) in [
            (Method::POST, "/api/v2/statements", Some(Route::Submit)),
            (Method::POST, "//API/v2/Statements/", Some(Route::Submit)),
            (
                Method::GET,
                "/api/v2/statements/aB_-",
                Some(Route::Status("aB_-".to_owned())),
            ),
            (
                Method::POST,
                "/api/v2/statements/a/cancel",
                Some(Route::Cancel("a".to_owned())),
            ),
            (Method::GET, "/api/v2/statements", Some(Route::Other)),
            (Method::DELETE, "/api/v2/statements/a", Some(Route::Other)),
            (Method::GET, "/api/v2/databases", Some(Route::Other)),
            (Method::POST, "/api/v2/statements%2Fx", Some(Route::Other)),
            (Method::GET, "/api/v2", Some(Route::Other)),
            (Method::GET, "/api/v1/x", None),
            (Method::POST, "/queries/v1/query-request", None),
            (Method::GET, "/", None),
        ] {
            assert_eq!(route(&method, path), wanted, "{method} {path}");
        }
    }
}
