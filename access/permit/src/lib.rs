//! What a decision is and what it entitles to.
//!
//! Enters: what the engine judged of one request ([`Judgement`]). Leaves: a [`Decision`], its [`MaskPlan`]s, and [`Permit`]s,
//! the only thing an upstream call accepts. Never here: how it is decided, SQL, rows, I/O.
//!
//! `access` alone depends on this crate and hands on all but [`Judgement`]: whoever cannot name a judgement cannot make a decision,
//! and without a decision there is no permit (`tests/uncompilable`; a test of the root package reads who depends on it).

mod decision;
mod plan;

pub use decision::{Decision, Describe, Execute, Hold, Judgement, Permit, PermitError};
pub use plan::{ColumnPlan, MaskPlan, Operator, OperatorError, Sought};
