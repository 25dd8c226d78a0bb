//! Who may do what, and what they may see: statement analysis, policy, permits, masks, identity.
//!
//! Enters: SQL as sent, a principal, a policy, a catalog, rows. Leaves: a [`Decision`], a [`Permit`], masked rows.
//! Never here: network or disk at decision time (one file, `oidc.rs`, fetches keys); a value that skips its mask.

#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests measure and spawn")
)]

pub mod analysis;
pub mod catalog;
pub mod engine;
pub mod explain;
pub mod keys;
pub mod limits;
pub mod mask;
pub mod oidc;
mod operators;
pub mod policy;
pub mod scan;
pub mod seen;

pub use analysis::{Analysis, BoundValue, Comparison, Predicate, SessionView, Statement};
pub use catalog::{Catalog, CatalogError, Column, Skipped};
pub use detect::Detectors;
pub use engine::{Admission, DecisionRequest, Engine, EngineConfig, Outcome};
pub use mask::{MaskError, MaskState, MaskedRows, Masking, MaskingConfig, ResultMask};
pub use permit::{
    ColumnPlan, Decision, Describe, Execute, Hold, MaskPlan, Operator, Permit, PermitError, Sought,
};
pub use seen::{SeenKeys, SeenKeysError};
