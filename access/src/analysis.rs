//! What a statement could reveal or change: the analysis every decision rests on.
//!
//! Enters: the client's bytes, its binds, what the session knows, a catalog snapshot. Leaves: an [`Analysis`] that may only
//! over-approximate. Never here: a verdict.

mod account;
mod ahead;
mod bounds;
mod call;
mod column;
mod command;
mod copy;
mod create;
mod declared;
mod dialect;
mod dml;
mod effects;
mod expr;
mod fallible;
mod findings;
mod fingerprint;
mod from;
mod functions;
mod groups;
mod kind;
mod lexical;
mod literals;
mod moved;
mod names;
mod object;
mod operation;
mod own;
mod predicate;
mod prov;
mod query;
mod reader;
mod request;
mod run;
mod scope;
mod script;
mod select;
mod shapes;
mod shim;
mod stage;
mod star;
mod statement;
mod table;
mod table_function;
mod ties;
pub(crate) mod tokens;
mod transfer;
mod tree;
mod window;

pub use command::GUARDED_PARAMETERS;
pub(crate) use create::top_level;
pub(crate) use findings::is_unresolved;
pub use findings::{
    Analysis, Answer, Comparison, Derivation, MadeOf, OwnTable, Predicate, Provenance, only_asks,
};
pub(crate) use object::object_words;
pub use reader::analyze;
pub use request::{BoundValue, SessionView, Statement, asks_back};
pub(crate) use stage::stage_in_full;
pub(crate) use tree::parse_query;

#[cfg(test)]
mod tests;
