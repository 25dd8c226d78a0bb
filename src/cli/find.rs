//! `firn find`: whom to look for.
//!
//! Enters: nothing. Leaves: the arguments as clap reads them. Never here: what they do.

use clap::Args;

use super::reach::{FormatArgs, ReachArgs};

/// `firn find`
#[derive(Debug, Args)]
pub struct FindArgs {
    /// The value, written as one likes; `-`, or nothing, reads it from standard input, so that it stands in no shell's history.
    #[arg(long, value_name = "VALUE")]
    pub value: Option<String>,
    /// What it is: email, number, code, name, date or text. Without it, the value is looked for as each of them.
    #[arg(long, value_name = "CLASS")]
    pub class: Option<String>,
    /// From then on: a time (2026-11-23T10:00:00Z) or an age (2h, 30d).
    #[arg(long, value_name = "TIME")]
    pub since: Option<query::Moment>,
    /// Until then.
    #[arg(long, value_name = "TIME")]
    pub until: Option<query::Moment>,
    /// Most rows to show.
    #[arg(long, value_name = "ROWS", default_value_t = 1_000)]
    pub limit: usize,
    /// Go on after a page: what it said at its end. What came since moves nothing; each page counts among the values of an hour.
    #[arg(long, value_name = "CURSOR")]
    pub after: Option<query::FindCursor>,
    #[command(flatten)]
    pub format: FormatArgs,
    #[command(flatten)]
    pub reach: ReachArgs,
}
