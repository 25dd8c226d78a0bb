//! `firn approvals`: what waits for people, their answers, and what they agreed to besides one statement.
//!
//! Enters: nothing. Leaves: the arguments as clap reads them. Never here: what they do.

use clap::{Args, Subcommand, ValueEnum};

use super::reach::ReachArgs;

/// `firn approvals`
#[derive(Debug, Args)]
pub struct ApprovalsArgs {
    /// What to do with them.
    #[command(subcommand)]
    pub command: ApprovalsCommand,
    #[command(flatten)]
    pub reach: ReachArgs,
}

/// What to do with statements that wait.
#[derive(Debug, Subcommand)]
pub enum ApprovalsCommand {
    /// Show what waits, for whom, and what it would do.
    #[command(
        after_help = "Examples:\n  firn approvals list --as olga@data-oncall\n  firn approvals list --json | jq -r .statement_id"
    )]
    List {
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Show what waits as it comes, until interrupted.
    #[command(
        after_help = "Examples:\n  firn approvals watch --as olga@data-oncall\n  firn approvals watch --json | jq -r .statement_id"
    )]
    Watch {
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Say where a statement stands, and by whose word.
    #[command(after_help = "Example:\n  firn approvals show 5b1c8a1d-3b0e-4f6a-9c7d-2e1b8f4a6c3d")]
    Show {
        /// The statement, whole.
        statement: event::StatementId,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Let it run; with --scope also what is like it, as far as the policy lets you.
    #[command(
        after_help = "Examples:\n  firn approvals grant 5b1c… --note 'ticket 4711'\n  firn approvals grant 5b1c… --scope shape --uses 20 --for 2h --note 'nightly load'\n  firn approvals grant 5b1c… --scope session --for 30m\n  firn approvals grant 5b1c… --scope break-glass --note 'incident 12'\n\nWithout --scope, a yes is for this statement alone, once. [approvals] of firn-policy.toml says who may give more."
    )]
    Grant(GrantArgs),
    /// Refuse it.
    #[command(after_help = "Example:\n  firn approvals deny 5b1c… --note 'not in business hours'")]
    Deny(AnswerArgs),
    /// Show what was granted for more than one statement and is in force.
    #[command(after_help = "Example:\n  firn approvals grants --as olga@data-oncall")]
    Grants {
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Take such a grant back: nothing more runs by it.
    #[command(
        after_help = "Example:\n  firn approvals revoke 0198c5a0-… --note 'the load is done'"
    )]
    Revoke(SayArgs),
    /// Show broken glass that nobody of another name has looked at.
    #[command(after_help = "Example:\n  firn approvals reviews --as ines@security")]
    Reviews {
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Say that you looked at broken glass, which closes its review.
    #[command(
        after_help = "Example:\n  firn approvals review 0198c5a0-… --note 'two rows changed, as it was said'"
    )]
    Review(SayArgs),
}

/// An answer to one held statement.
#[derive(Debug, Args)]
pub struct AnswerArgs {
    /// The statement, as `firn approvals list` prints it; a unique beginning is enough.
    pub statement: String,
    /// Why; recorded with the answer.
    #[arg(long, default_value = "")]
    pub note: String,
    /// The outcome as JSON.
    #[arg(long)]
    pub json: bool,
}

/// What a yes covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ScopeChoice {
    /// The statement alone.
    Once,
    /// What differs from it in literals only.
    Shape,
    /// Whatever its session asks of the same people.
    Session,
    /// The same, on the word of one of the break-glass group.
    BreakGlass,
}

/// A yes.
#[derive(Debug, Args)]
pub struct GrantArgs {
    #[command(flatten)]
    pub answer: AnswerArgs,
    /// What it covers.
    #[arg(long, value_enum, default_value = "once")]
    pub scope: ScopeChoice,
    /// So many statements at most, this one included.
    #[arg(long)]
    pub uses: Option<u64>,
    /// None whose result has more rows is shown.
    #[arg(long)]
    pub rows: Option<u64>,
    /// For so long, e.g. 30m; a shape at most 24h, a session 1h, broken glass 30m.
    #[arg(long = "for", value_name = "DURATION")]
    pub lasts: Option<humantime::Duration>,
}

/// A word about a grant.
#[derive(Debug, Args)]
pub struct SayArgs {
    /// The grant, as `firn approvals grants` or `reviews` prints it.
    pub grant: event::EventId,
    /// Why, or what you found; recorded.
    #[arg(long, default_value = "")]
    pub note: String,
    /// The outcome as JSON.
    #[arg(long)]
    pub json: bool,
}
