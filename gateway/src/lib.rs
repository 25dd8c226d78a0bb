//! The data path: an agent's driver on one side, Snowflake on the other.
//!
//! Enters: requests of an unmodified Snowflake driver. Leaves: the same protocol's answers, masked, after their events are durable.
//! Never here: a decision (see `access`), storage (see `ledger`).

pub mod answer;
pub mod approvals;
pub mod body;
pub mod claims;
pub mod config;
pub mod control;
pub mod delivery;
pub mod limits;
pub mod raw;
pub mod router;
pub mod seal;
pub mod upstream;
