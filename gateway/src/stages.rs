//! Files that agents move to stages and from them, through the gateway.
//!
//! Enters: a PUT or GET that a rule lets through, Snowflake's answer to it, files. Leaves: addresses of the gateway's own; files, looked
//! into, recorded, stored or delivered. Never here: a file that moves unrecorded, a credential or an address of a storage that a
//! client could read, an address that is served twice.
//!
//! The way: [`moves`] (what a statement moves), [`give`] (addresses for the client), then [`upload`] or [`download`], each by
//! [`contents`] and the record.

pub(crate) mod again;
mod contents;
pub(crate) mod download;
pub(crate) mod failure;
mod footer;
pub(crate) mod give;
pub(crate) mod kept;
mod leaving;
pub(crate) mod moves;
pub(crate) mod opened;
pub(crate) mod ticket;
pub(crate) mod upload;
mod used;
