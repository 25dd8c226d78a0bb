//! What receivers get: golden files, nothing lost, and readers that their author did not write.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![allow(clippy::disallowed_methods, reason = "tests measure and spawn")]

mod drawn;
mod framing;
mod golden;
mod leaves;
mod oracles;
mod samples;
