//! Where events live: the journal that takes them, the archive that keeps them, the verification that proves them.
//!
//! Enters: canonical event bytes. Leaves: durable positions, archived rows, verdicts. Never here: policy, protocol, masks.

pub mod archive;
pub mod clock;
pub mod emit;
pub mod journal;
pub mod limits;
pub mod verify;
