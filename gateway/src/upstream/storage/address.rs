//! The address of a file under its stage's.
//!
//! Enters: a base, a name. Leaves: a URL. Never here: a name that leads out of the stage.

use url::Url;

use super::StorageError;

/// `name` under `base`, with `query`.
pub(super) fn under(base: &str, name: &str, query: Option<&str>) -> Result<Url, StorageError> {
    let mut url = Url::parse(base).map_err(|_| StorageError::Address)?;
    {
        let mut path = url
            .path_segments_mut()
            .map_err(|()| StorageError::Address)?;
        path.pop_if_empty();
        path.extend(parts(name)?);
    }
    url.set_query(query);
    Ok(url)
}

/// The parts of a name, each of which stays inside.
pub(super) fn parts(name: &str) -> Result<Vec<&str>, StorageError> {
    let parts: Vec<&str> = name.split('/').filter(|part| !part.is_empty()).collect();
    let inside = |part: &&str| !matches!(*part, "." | "..") && !part.contains(['\\', '\0']);
    if parts.is_empty() || !parts.iter().all(inside) {
        return Err(StorageError::Name);
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::super::StorageError;
    use super::{parts, under};

    #[test]
    fn names_stay_inside() {
        let url = under("https://h/b/p/", "in/a b#1?.csv", Some("sig=1")).expect("a URL");
        assert_eq!(url.as_str(), "https://h/b/p/in/a%20b%231%3F.csv?sig=1");
        for name in ["", "/", "..", "a/../../b", "./a", "a\\b", "a\0"] {
            assert_eq!(parts(name), Err(StorageError::Name), "{name:?}");
        }
    }
}
