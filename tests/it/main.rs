//! Whole-system tests: the real binary, real drivers, real Kafka, real S3, a real identity provider.
//!
//! One binary, so that it links once. `make test` provides the servers; see `../run.sh`.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod balancer;
mod chunks;
mod compose;
mod drivers;
mod holds;
mod outage;
mod running;
mod sessions;
mod tidy;
mod tls;
mod world;
