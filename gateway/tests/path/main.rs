//! The data path from a driver's bytes to upstream's and back, over real sockets, with a journal that can fail on order.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![allow(clippy::disallowed_methods, reason = "tests measure and spawn")]

mod aftermath;
mod bad_input;
mod budgets;
mod bypass;
mod catalog;
mod compile;
mod crowds;
mod ending;
mod explains;
mod holds;
mod killing;
mod late;
mod lineage;
mod login;
mod mcp;
mod parts;
mod recording;
mod reload;
mod scopes;
mod scopes_bypass;
mod sessions;
mod sql_api;
mod sql_api_edges;
mod stages;
mod stages_out;
mod standing;
mod statements;
mod stopping;
mod temporary;
mod unread;
mod upstream;
mod variables;
mod warehouse;
mod webhooks;
mod world;
