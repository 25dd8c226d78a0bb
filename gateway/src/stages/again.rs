//! A PUT that its driver sends again for each of its files: with the file's new name, and without the binds of the first.
//!
//! Enters: PUTs that were answered; a PUT with a bind's place and no binds. Leaves: the binds of the first of the same session and
//! text. Never here: binds of another session, or for a text that differs in more than its file.

use event::SessionId;
use lru::LruCache;
use parking_lot::Mutex;

use crate::limits::{STAGE_BINDS_BYTES_MAX, STAGE_BINDS_KEPT};
use crate::statement::request::{RequestError, StatementRequest};

/// How the path begins that drivers replace.
const DISK: &str = "file://";

/// Binds of PUTs, as JSON, by session and text without the file.
#[derive(Debug)]
pub(crate) struct Again(Mutex<LruCache<(SessionId, String), String>>);

impl Default for Again {
    fn default() -> Self {
        Self(Mutex::new(LruCache::sparse(STAGE_BINDS_KEPT)))
    }
}

impl Again {
    /// Remembers the binds of a PUT. Those of more than a stage and some options are not remembered: ten thousand are kept, and a
    /// request may have megabytes.
    pub fn remember(&self, session: SessionId, request: &StatementRequest) {
        let bindings = request.raw.raw("bindings").filter(|raw| *raw != "null");
        if let (Some(bindings), Some(text)) = (bindings, without_file(&request.text))
            && bindings.len() + text.len() <= STAGE_BINDS_BYTES_MAX
        {
            self.0.lock().put((session, text), bindings.to_owned());
        }
    }

    /// The request with the binds that its driver left out; as it is, where that is not what it is.
    pub fn complete(
        &self,
        session: SessionId,
        request: StatementRequest,
    ) -> Result<StatementRequest, RequestError> {
        if !request.binds.is_empty() || !request.text.contains('?') {
            return Ok(request);
        }
        let Some(text) = without_file(&request.text) else {
            return Ok(request);
        };
        match self.0.lock().get(&(session, text)) {
            Some(bindings) => request.with_bindings(bindings),
            None => Ok(request),
        }
    }
}

/// A PUT's text without the path of its file.
fn without_file(text: &str) -> Option<String> {
    let verb = text.trim_start().get(..3)?;
    if !verb.eq_ignore_ascii_case("PUT") {
        return None;
    }
    let (before, path) = text.split_once(DISK)?;
    let end = if before.ends_with('\'') {
        path.find('\'')
    } else {
        path.find(|c: char| c.is_whitespace() || c == ';')
    };
    Some(format!("{before}{}", path.get(end?..)?))
}

#[cfg(test)]
mod tests {
    use event::SessionId;
    use serde_json::json;
    use uuid::Uuid;

    use super::{Again, without_file};
    use crate::limits::STAGE_BINDS_BYTES_MAX;
    use crate::statement::request::StatementRequest;

    #[test]
    fn only_what_names_a_stage_is_remembered() {
        let (again, session) = (Again::default(), SessionId::from_uuid(Uuid::from_u128(1)));
        let request = |text: &str, binds: serde_json::Value| {
            let body = json!({"sqlText": text, "bindings": binds}).to_string();
            StatementRequest::parse(body.as_bytes()).expect("a request")
        };
        let long = "x".repeat(STAGE_BINDS_BYTES_MAX);
        let comment = format!("PUT 'file://b' ? -- {long}");
        for (text, stage, known) in [
            ("PUT 'file://a' ?", "@land", true),
            ("PUT 'file://a' ? parallel=2", long.as_str(), false),
            (comment.as_str(), "@land", false),
        ] {
            let bind = json!({"1": {"type": "TEXT", "value": stage}});
            again.remember(session, &request(text, bind));
            let without = request(text, serde_json::Value::Null);
            let completed = again.complete(session, without).expect("a request");
            assert_eq!(!completed.binds.is_empty(), known, "{}", text.len());
        }
    }

    #[test]
    fn texts_that_differ_in_their_file_are_the_same() {
        let first = without_file("PUT 'file:///tmp/a/file0.txt' ? parallel=4");
        assert_eq!(
            first,
            without_file("PUT 'file://file0.txt.gz' ? parallel=4")
        );
        assert_ne!(
            first,
            without_file("PUT 'file://file0.txt.gz' ? parallel=5")
        );
        assert_ne!(first, without_file("PUT file://file0.txt.gz ? parallel=4"));
        for text in ["select 'file://x' ?", "PUT 'file://x", "PUT file://x"] {
            assert_eq!(without_file(text), None, "{text}");
        }
    }
}
