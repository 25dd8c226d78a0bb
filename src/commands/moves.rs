//! Word that something moved, from the stream that pages follow too.
//!
//! Enters: server-sent events of `/api/live`. Leaves: that it is time to look again. Never here: what moved.

use anyhow::Result;
use event::SessionId;
use serde_json::Value;

use crate::reach::Reach;

/// Longest line of the stream that is kept, bytes.
const LINE_BYTES_MAX: usize = 1024 * 1024;

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Whatever waits for people, and their answers.
    Approvals,
    /// A session, and what is asked of people for it.
    Session(SessionId),
}

/// An open stream.
pub struct Moves {
    about: About,
    answer: reqwest::Response,
    rest: Vec<u8>,
    /// Nothing was said yet.
    first: bool,
}

impl Moves {
    /// Opens it; what it says first is that everything is to be looked at.
    pub async fn open(reach: &Reach, about: About) -> Result<Self> {
        Ok(Self {
            about,
            answer: reach.follow("/api/live").await?,
            rest: Vec::new(),
            first: true,
        })
    }

    /// Waits until something moved; none where the stream ended.
    pub async fn next(&mut self) -> Option<()> {
        // The stream tells what moves from now on, and nothing of what did before, or while there was none.
        if std::mem::take(&mut self.first) {
            return Some(());
        }
        loop {
            while let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.rest.drain(..=end).collect();
                if moves(&line, self.about) {
                    return Some(());
                }
            }
            let bytes = self.answer.chunk().await.ok().flatten()?;
            self.rest.extend_from_slice(&bytes);
            if self.rest.len() > LINE_BYTES_MAX {
                return None;
            }
        }
    }
}

/// Whether a line of the stream says that what is waited for moved.
fn moves(line: &[u8], about: About) -> bool {
    let told = line.strip_prefix(b"data:");
    let told = told.and_then(|told| serde_json::from_slice::<Value>(told).ok());
    let Some(told) = told else { return false };
    // Word of approvals does not say of which session.
    let own = match about {
        About::Approvals => false,
        About::Session(id) => told["sessions"].as_array().is_some_and(|sessions| {
            let id = id.to_string();
            sessions.iter().any(|one| one.as_str() == Some(&id))
        }),
    };
    own || told["approvals"] == true || told["all"] == true
}

#[cfg(test)]
mod tests {
    use axum::http::Response;

    use super::{About, Moves, moves};

    #[tokio::test]
    async fn a_stream_of_which_nothing_comes_is_a_look_all_the_same() {
        let stream = ": keep-alive\n\ndata: {\"sessions\":[],\"approvals\":true,\"all\":false}\n\n";
        let mut moves = Moves {
            about: About::Approvals,
            answer: Response::new(stream).into(),
            rest: Vec::new(),
            first: true,
        };
        assert_eq!(moves.next().await, Some(()), "what was there before");
        assert_eq!(moves.next().await, Some(()), "what moved");
        assert_eq!(moves.next().await, None, "it ended");
    }

    #[test]
    fn only_word_of_what_is_waited_for_counts() {
        const ID: &str = "0198c5a0-0000-7000-8000-000000000001";
        let session = About::Session(ID.parse().unwrap());
        let of = |id: &str| {
            let told = serde_json::json!({"sessions": [id], "approvals": false, "all": false});
            format!("data: {told}\n").into_bytes()
        };
        let cases: [(Vec<u8>, bool, bool); 7] = [
            (b"event: moved\n".to_vec(), false, false),
            (
                b"data: {\"sessions\":[],\"approvals\":true,\"all\":false}\n".to_vec(),
                true,
                true,
            ),
            (of("0198c5a0-0000-7000-8000-000000000002"), false, false),
            (of(ID), false, true),
            (
                b"data: {\"sessions\":[],\"approvals\":false,\"all\":true}\n".to_vec(),
                true,
                true,
            ),
            (b"data: no json\n".to_vec(), false, false),
            (b": keep-alive\n".to_vec(), false, false),
        ];
        for (line, approvals, own) in cases {
            let text = String::from_utf8_lossy(&line);
            assert_eq!(moves(&line, About::Approvals), approvals, "{text}");
            assert_eq!(moves(&line, session), own, "{text}");
        }
    }
}
