//! Sealed tables: what became of each statement and session, written once, so that a question about them does not fold all of history.
//!
//! Enters: the events of the archive. Leaves: files of rows that `event::fold` made, each listed in the commit that moves the
//! watermark. Never here: a fact that is not in the events: sealed tables can be dropped and made again.
//!
//! # Steps
//!
//! A *step* goes from one watermark to a later one, an offset for each partition. Its file holds one row for each statement of
//! which an event lies between them, folded from all its events before the later one. So a file is a function of the events and
//! two watermarks, and whoever has the events can check it (`verify` does). Steps follow one another without a gap; steps that
//! were merged are one larger step with the same definition.
//!
//! # Each statement once
//!
//! The newest row of a statement counts: the commit of a step says which older rows it replaces (`firn.dead`, in the older file's
//! log entry). So it is with sessions, whose rows hold what the next step needs to go on with them: each is the row before, the
//! session's events of the step, and what these made of its statements. Their step follows in a commit of its own, and where that was
//! cut off, they catch up. A reader folds what lies after the watermark as if it were one more step that nobody writes: late events and
//! statements under way are not told apart from any others. Where a row says its events stand (`spans`) is where they are read again.

mod dead;
mod listing;
mod lookup;
mod merge;
mod reseal;
mod rest;
mod scan;
mod seal;
mod session;
mod story;
mod tokens;
mod told;
mod watermark;

pub(crate) use dead::Dead;
pub use listing::SealedFile;
pub(crate) use listing::{Claim, Held, SealedFiles};
pub use rest::{Answers, Once};
pub(crate) use rest::{Range, Replaced, Rest, Sealed};
pub use seal::{Pace, SealError, Step};
pub(crate) use session::session_rows;
pub(crate) use story::statement_rows;
pub use tokens::has_token;
pub(crate) use tokens::{SEEN, candidates, wanted};
pub use told::{Told, told_rows, told_schema};
pub use watermark::Watermark;
