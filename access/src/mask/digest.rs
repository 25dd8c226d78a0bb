//! The digest of delivered rows.
//!
//! Enters: cells as Snowflake's JSON text, row by row. Leaves: SHA-256. Never here: formatting.

use event::Digest;
use sha2::{Digest as _, Sha256};

/// Bytes gathered before they are hashed.
const BUFFER: usize = 16 * 1024;

/// Hashes rows cell by cell.
pub(super) struct RowDigest {
    hasher: Sha256,
    buffer: Vec<u8>,
}

impl RowDigest {
    pub fn new(rows: usize) -> Self {
        let mut buffer = Vec::with_capacity(BUFFER);
        buffer.extend_from_slice(&(rows as u64).to_be_bytes());
        Self {
            hasher: Sha256::new(),
            buffer,
        }
    }

    pub fn cell(&mut self, text: Option<&str>) {
        match text {
            None => self.buffer.push(0),
            Some(text) => {
                self.buffer.push(1);
                // A cell is at most 128 MiB at Snowflake; the length fits.
                let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
                self.buffer.extend_from_slice(&length.to_be_bytes());
                self.buffer.extend_from_slice(text.as_bytes());
            }
        }
        if self.buffer.len() >= BUFFER {
            self.hasher.update(&self.buffer);
            self.buffer.clear();
        }
    }

    pub fn finish(mut self) -> Digest {
        self.hasher.update(&self.buffer);
        Digest::from_bytes(self.hasher.finalize().into())
    }
}
