//! Whole-system tests: the real binary, real drivers, real Kafka, real S3, a real identity provider.
//!
//! One binary, so that it links once. `make test` provides the servers; see `../run.sh`.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![allow(clippy::disallowed_methods, reason = "tests measure and spawn")]

mod account;
mod again;
mod api;
mod balancer;
mod channels;
mod chunks;
mod circles;
mod clients;
mod commands;
mod compose;
mod console;
mod deploy;
mod described;
mod detections;
mod doors;
mod drivers;
mod export;
mod files;
mod fixtures;
mod formats;
mod holds;
mod matrix;
mod metrics;
mod oracle;
mod outage;
mod people;
mod reload;
mod replay;
mod rolling;
mod running;
mod seen;
mod sessions;
mod telemetry;
mod terminal;
mod tidy;
mod tls;
mod world;
