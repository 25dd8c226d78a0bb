//! `firn sessions`: which to list, whose to end.
//!
//! Enters: nothing. Leaves: the arguments as clap reads them. Never here: what they do.

use clap::{Args, Subcommand};

use super::reach::{FormatArgs, ReachArgs};

/// `firn sessions`
#[derive(Debug, Args)]
pub struct SessionsArgs {
    /// What to do with them, instead of listing them.
    #[command(subcommand)]
    pub command: Option<SessionsCommand>,
    #[command(flatten)]
    pub list: SessionsListArgs,
    #[command(flatten)]
    pub reach: ReachArgs,
}

/// What to do with sessions.
#[derive(Debug, Subcommand)]
pub enum SessionsCommand {
    /// End sessions, on every gateway: running statements are aborted, what waits is given up.
    #[command(
        after_help = "Examples:\n  firn sessions kill 0198c5a0-… --reason 'ticket 4711'\n  firn sessions kill --principal agent-7 --reason 'runaway loop' --keep-out 15m\n  firn sessions kill --connection analytics --reason 'credential leaked'\n  firn sessions kill --all --reason 'incident 12' --keep-out 1h\n\nIn force on every gateway within a second. Needs an operator or admin."
    )]
    Kill(KillArgs),
}

/// `firn sessions kill`
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("whose").required(true)))]
pub struct KillArgs {
    /// One session, as `firn sessions` prints it.
    #[arg(group = "whose", value_parser = super::session)]
    pub session: Option<event::SessionId>,
    /// Every session of a principal, by its subject.
    #[arg(long, value_name = "SUBJECT", group = "whose")]
    pub principal: Option<String>,
    /// Every session over a connection.
    #[arg(long, value_name = "NAME", group = "whose")]
    pub connection: Option<String>,
    /// Every session.
    #[arg(long, group = "whose")]
    pub all: bool,
    /// Why; recorded, and told to whoever is cut off.
    #[arg(long)]
    pub reason: String,
    /// Let no new ones in for so long, e.g. 15m; at most 24h.
    #[arg(long, value_name = "DURATION", conflicts_with = "session")]
    pub keep_out: Option<humantime::Duration>,
    /// The outcome as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Which sessions `firn sessions` lists.
#[derive(Debug, Args)]
pub struct SessionsListArgs {
    /// Part of the principal's name, subject or agent.
    #[arg(long)]
    pub who: Option<String>,
    /// From then on: a time (2026-11-23T10:00:00Z) or an age (2h, 1d).
    #[arg(long, value_name = "TIME")]
    pub since: Option<query::Moment>,
    /// Until then.
    #[arg(long, value_name = "TIME")]
    pub until: Option<query::Moment>,
    /// With a statement of that verdict.
    #[arg(long, value_parser = ["allow", "mask", "hold", "deny"])]
    pub verdict: Option<String>,
    /// With a statement that touches this table.
    #[arg(long)]
    pub table: Option<String>,
    /// With a statement whose text contains this.
    #[arg(long)]
    pub text: Option<String>,
    /// Most sessions to list.
    #[arg(long, default_value_t = 50)]
    pub limit: usize,
    /// Go on after a page: what it said at its end. Sessions that came since move nothing.
    #[arg(long, value_name = "CURSOR")]
    pub after: Option<query::Cursor>,
    #[command(flatten)]
    pub format: FormatArgs,
}
