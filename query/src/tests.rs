//! The engine over a fixed history, part of it archived, part of it in the journal.

mod boundary;
mod exporting;
mod exports;
mod fold;
mod golden;
mod peer;
mod published;
mod reading;
mod replaying;
mod sealed;
mod slt;
mod sought;
mod world;
