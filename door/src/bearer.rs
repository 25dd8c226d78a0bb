//! The bearer token of a request.
//!
//! Enters: headers. Leaves: the token's text, still unproved. Never here: a token in an error.

use http::HeaderMap;
use http::header::AUTHORIZATION;

use crate::limits::BEARER_BYTES_MAX;

/// The token of `Authorization: Bearer …`, if there is one and it is not absurdly long.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next()?.to_str().ok()?;
    // Two of them, and which one counts would be a matter of who reads.
    if values.next().is_some() {
        return None;
    }
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    let fits = scheme.eq_ignore_ascii_case("bearer")
        && !token.is_empty()
        && token.len() <= BEARER_BYTES_MAX;
    fits.then_some(token)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn one_bearer_token_or_none() {
        let of = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(AUTHORIZATION, HeaderValue::from_str(value).unwrap());
            }
            bearer(&headers).map(str::to_owned)
        };
        assert_eq!(of(&["Bearer abc"]).as_deref(), Some("abc"));
        assert_eq!(of(&["bearer  abc "]).as_deref(), Some("abc"));
        assert_eq!(of(&["Basic abc"]), None);
        assert_eq!(of(&["Snowflake Token=\"abc\""]), None);
        assert_eq!(of(&["Bearer"]), None);
        assert_eq!(of(&["Bearer "]), None);
        assert_eq!(of(&["Bearer a", "Bearer b"]), None);
        assert_eq!(of(&[]), None);
        let long = format!("Bearer {}", "x".repeat(BEARER_BYTES_MAX + 1));
        assert_eq!(of(&[&long]), None);
    }
}
