//! Who issues tokens for this server (RFC 9728), and how a request without one is told.
//!
//! Enters: the address clients use. Leaves: the metadata; 401 with where it is. Never here: a token.

use door::{AuthError, Authenticate};
use http::header::WWW_AUTHENTICATE;
use http::{HeaderValue, StatusCode};
use serde_json::json;

use super::router::{MCP_PATH, METADATA_PATH};
use super::rpc::{Code, error};
use crate::doors::identity::NotIdentified;
use crate::doors::reply::{Reply, json as reply};

/// The server's path, of one connection or of the only one.
fn path(connection: Option<&str>) -> String {
    connection.map_or_else(|| MCP_PATH.to_owned(), |name| format!("{MCP_PATH}/{name}"))
}

/// The protected resource's metadata.
pub(super) fn metadata(provider: &dyn Authenticate, base: &str, connection: Option<&str>) -> Reply {
    let body = json!({
        "resource": format!("{base}{}", path(connection)),
        "resource_name": "firn: Snowflake, decided and recorded",
        "authorization_servers": provider.issuers(),
        "bearer_methods_supported": ["header"],
    });
    reply(StatusCode::OK, body.to_string())
}

/// The answer to a request that is nobody's.
pub(super) fn challenge(why: &NotIdentified, base: &str, connection: Option<&str>) -> Reply {
    let status = match why {
        NotIdentified::Missing
        | NotIdentified::Token(AuthError::Invalid { .. } | AuthError::Expired) => {
            StatusCode::UNAUTHORIZED
        }
        NotIdentified::Token(AuthError::Unavailable) => StatusCode::SERVICE_UNAVAILABLE,
        NotIdentified::NotAgent => StatusCode::FORBIDDEN,
    };
    let body = error(None, Code::Request, &why.to_string(), None);
    let mut answer = reply(status, body.to_string());
    if status == StatusCode::UNAUTHORIZED {
        let place = format!("{base}{METADATA_PATH}{}", path(connection));
        let told = match why {
            NotIdentified::Missing => String::new(),
            NotIdentified::Token(AuthError::Expired) => {
                ", error=\"invalid_token\", error_description=\"the token has expired\"".to_owned()
            }
            NotIdentified::Token(AuthError::Invalid { .. } | AuthError::Unavailable)
            | NotIdentified::NotAgent => ", error=\"invalid_token\"".to_owned(),
        };
        // What a header cannot hold was no connection's name either.
        let value = HeaderValue::from_str(&format!("Bearer resource_metadata=\"{place}\"{told}"))
            .unwrap_or(HeaderValue::from_static("Bearer"));
        answer.headers_mut().insert(WWW_AUTHENTICATE, value);
    }
    answer
}
