//! What Snowflake answered to a statement, taken apart once: a reply may be large.
//!
//! Enters: a reply's bytes. Leaves: the same with what they say. Never here: what becomes of it.

use crate::upstream::client::Reply;
use crate::upstream::reply::{GarbageReply, UpstreamReply};

/// A reply and what it says.
pub(super) struct Answer {
    /// Kept with it, for its bytes hold the room that a reply takes until all of it is delivered.
    pub reply: Reply,
    pub parsed: Result<UpstreamReply, GarbageReply>,
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        let parsed = UpstreamReply::parse(&reply.body);
        Self { reply, parsed }
    }
}
