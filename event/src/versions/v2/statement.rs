//! How often columns are compared.

use serde::{Deserialize, Serialize};

use crate::ids::ApprovalBinding;

/// How often a base column is, or was, compared so that it told something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Compared {
    /// `DATABASE.SCHEMA.TABLE.COLUMN`.
    pub column: String,
    /// How many comparisons tell something of it.
    pub times: u32,
}

/// A statement that compares columns whose comparisons the policy counts is about to run. The order of these in the journal is
/// the order in which they count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementCounted {
    /// Which text, with which binds and where: the same statement asked for again with the same is counted once.
    pub binding: ApprovalBinding,
    /// What it compares, sorted by column.
    pub compared: Vec<Compared>,
}
