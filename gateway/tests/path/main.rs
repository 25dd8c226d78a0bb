//! The data path from a driver's bytes to upstream's and back, over real sockets, with a journal that can fail on order.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod bad_input;
mod bypass;
mod ending;
mod holds;
mod lineage;
mod login;
mod recording;
mod sessions;
mod statements;
mod upstream;
mod world;
