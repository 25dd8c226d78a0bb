//! Who may do what, and what they may see: statement analysis, policy, permits, masks, identity.
//!
//! Enters: SQL as sent, a principal, a policy, a catalog, rows. Leaves: a [`Decision`], a [`Permit`], masked rows.
//! Never here: network or disk at decision time (one file, `oidc.rs`, fetches keys); a value that skips its mask.

#![allow(
    clippy::disallowed_methods,
    reason = "masks are made here, and time is an argument of every call"
)]

pub mod analysis;
pub mod catalog;
pub mod decision;
pub mod detect;
pub mod engine;
pub mod explain;
pub mod keys;
pub mod limits;
pub mod mask;
pub mod oidc;
mod operators;
pub mod plan;
pub mod policy;
pub mod scan;

pub use analysis::{Analysis, BoundValue, Comparison, Predicate, SessionView, Statement};
pub use catalog::{Catalog, CatalogError, Column};
pub use decision::{Decision, Execute, Hold, Permit, PermitError};
pub use engine::{Admission, DecisionRequest, Engine, EngineConfig, Outcome};
pub use mask::{MaskError, MaskState, MaskedRows, Masking, MaskingConfig, ResultMask};
pub use plan::{ColumnPlan, MaskPlan, Operator};
