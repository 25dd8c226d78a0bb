//! Value detectors: what in a cell or a text is sensitive by its own form, its surroundings, or its column.
//!
//! Enters: one text; or the cells of a column, to vote on. Leaves: findings, in order, not overlapping. Never here: what is to be
//! done about them, no memory of a text, nothing of results, plans or policy.

mod account;
pub mod address;
mod birth;
pub mod card;
pub mod checksum;
pub mod contact;
pub mod crypto;
mod cue;
pub mod date;
mod finding;
mod firm;
mod fold;
mod frame;
mod gate;
pub mod health;
pub mod hint;
pub mod iban;
pub mod label;
pub mod look;
mod mail;
pub mod names;
pub mod national_id;
pub mod network;
mod numbers;
pub mod own;
mod packed;
pub mod person;
mod phone;
mod run;
pub mod secret;
mod seek;
mod shape;
mod speech;
pub mod vote;
mod walk;
mod words;
pub mod work;

pub use finding::{Basis, Finding};
pub use label::Label;
pub use own::Detectors;
pub use shape::is_placeholder;
