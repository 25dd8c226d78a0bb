//! Word that something about approvals moved, from the stream that pages follow too.
//!
//! Enters: server-sent events of `/api/live`. Leaves: that it is time to look again. Never here: what moved.

use anyhow::Result;
use serde_json::Value;

use crate::reach::Reach;

/// Longest line of the stream that is kept, bytes.
const LINE_BYTES_MAX: usize = 1024 * 1024;

/// An open stream.
pub struct Moves {
    answer: reqwest::Response,
    rest: Vec<u8>,
}

impl Moves {
    /// Opens it; what it says first is that everything is to be looked at.
    pub async fn open(reach: &Reach) -> Result<Self> {
        Ok(Self {
            answer: reach.follow("/api/live").await?,
            rest: Vec::new(),
        })
    }

    /// Waits until something moved; none where the stream ended.
    pub async fn next(&mut self) -> Option<()> {
        loop {
            while let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.rest.drain(..=end).collect();
                if moves(&line) {
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

/// Whether a line of the stream says that approvals moved.
fn moves(line: &[u8]) -> bool {
    let told = line.strip_prefix(b"data:");
    let told = told.and_then(|told| serde_json::from_slice::<Value>(told).ok());
    told.is_some_and(|told| told["approvals"] == true || told["all"] == true)
}

#[cfg(test)]
mod tests {
    use super::moves;

    #[test]
    fn only_word_of_approvals_counts() {
        let cases: [(&[u8], bool); 6] = [
            (b"event: moved\n", false),
            (
                b"data: {\"sessions\":[],\"approvals\":true,\"all\":false}\n",
                true,
            ),
            (
                b"data: {\"sessions\":[\"x\"],\"approvals\":false,\"all\":false}\n",
                false,
            ),
            (
                b"data: {\"sessions\":[],\"approvals\":false,\"all\":true}\n",
                true,
            ),
            (b"data: no json\n", false),
            (b": keep-alive\n", false),
        ];
        for (line, want) in cases {
            assert_eq!(moves(line), want, "{}", String::from_utf8_lossy(line));
        }
    }
}
