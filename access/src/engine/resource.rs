//! What the policy is asked about: the resource types of the schema.
//!
//! Enters: kinds and names. Leaves: the schema's words for them. Never here: what is asked.

/// What a question is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Resource {
    pub kind: ResourceKind,
    pub name: String,
}

/// The schema's resource types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ResourceKind {
    Connection,
    Table,
    View,
    Stage,
    Column,
}

impl ResourceKind {
    pub const fn type_name(self) -> &'static str {
        match self {
            Self::Connection => "Connection",
            Self::Table => "Table",
            Self::View => "View",
            Self::Stage => "Stage",
            Self::Column => "Column",
        }
    }
}
