//! Which endpoint of this door a request means.
//!
//! Enters: a path. Leaves: a [`Place`]. Never here: a method's meaning.

use door::Action;

/// Where the server is.
pub const MCP_PATH: &str = "/mcp";
/// Where its metadata is (RFC 9728, section 3.1).
pub const METADATA_PATH: &str = "/.well-known/oauth-protected-resource";

/// What a path is of this door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// `/mcp`, or `/mcp/{connection}`.
    Server(Option<String>),
    /// Who issues tokens for it.
    Metadata(Option<String>),
}

/// Every endpoint of this door and the action of the matrix it takes.
pub const TABLE: [(&str, Action); 3] = [
    ("POST /mcp", Action::UseWarehouse),
    ("DELETE /mcp", Action::UseWarehouse),
    (
        "GET /.well-known/oauth-protected-resource/mcp",
        Action::Greet,
    ),
];

/// The place a path names; none where it is not this door's.
pub fn place(path: &str) -> Option<Place> {
    let segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match segments.as_slice() {
        ["mcp"] => Some(Place::Server(None)),
        ["mcp", name] => Some(Place::Server(Some((*name).to_owned()))),
        [".well-known", "oauth-protected-resource"]
        | [".well-known", "oauth-protected-resource", "mcp"] => Some(Place::Metadata(None)),
        [".well-known", "oauth-protected-resource", "mcp", name] => {
            Some(Place::Metadata(Some((*name).to_owned())))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Place, TABLE, place};

    #[test]
    fn the_table_lists_what_is_served() {
        for (line, _) in TABLE {
            let (_, path) = line.split_once(' ').expect("two words");
            assert!(place(path).is_some(), "{line}");
        }
    }

    #[test]
    fn little_is_this_doors() {
        let shop = || Some("shop".to_owned());
        for (path, wanted) in [
            ("/mcp", Some(Place::Server(None))),
            ("/mcp/", Some(Place::Server(None))),
            ("/mcp/shop", Some(Place::Server(shop()))),
            (
                "/.well-known/oauth-protected-resource",
                Some(Place::Metadata(None)),
            ),
            (
                "/.well-known/oauth-protected-resource/mcp/shop",
                Some(Place::Metadata(shop())),
            ),
            ("/mcp/shop/x", None),
            ("/MCP", None),
            ("/.well-known/openid-configuration", None),
            ("/", None),
        ] {
            assert_eq!(place(path), wanted, "{path}");
        }
    }
}
