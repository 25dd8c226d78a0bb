//! Who reads, and which rows there are for them.
//!
//! Enters: what the door found out. Leaves: an input of every query. Never here: who may read at all (see `door`).

use event::{Principal, Source};

/// Who reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Auditor {
    /// Who acts, as the identity provider vouched.
    pub principal: Principal,
    /// From where, where it is not this machine.
    pub source: Option<Source>,
    /// Which rows there are for this auditor.
    pub sees: Sees,
}

/// Which rows of the record there are for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sees {
    /// All of them.
    All,
    /// All but who reads the record.
    Unobserved,
}
