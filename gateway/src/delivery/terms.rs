//! How one reply is to be delivered.
//!
//! Enters: what was decided, and where the session stands. Leaves: nothing else. Never here: a row.

use access::MaskPlan;
use event::TimeNs;

use crate::about::About;

/// What delivering one reply rests on.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The envelope of its events.
    pub about: About,
    /// Which result of a multi-statement, from 0. The parent's own reply takes the number after its last child.
    pub result: u32,
    /// What to do to its rows.
    pub plan: MaskPlan,
    /// The statement reads sensitive columns: upstream's texts may quote them.
    pub withhold_errors: bool,
    /// It is one whose errors of compilation quote nothing but its own text.
    pub planned: bool,
    /// How many rows of the result the record keeps beside their digests; none is all.
    pub kept_rows: Option<u64>,
    /// When the client's request arrived.
    pub arrived: TimeNs,
    /// When the tickets of its parts stop working.
    pub parts_expire: TimeNs,
}
