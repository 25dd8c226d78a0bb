//! `firn retention`: what is old goes, what is held stays.
//!
//! Enters: arguments. Leaves: one parsed command. Never here: what a command does.

use clap::Subcommand;
use uuid::Uuid;

/// What goes, and what does not.
#[derive(Debug, Subcommand)]
pub enum RetentionCommand {
    /// Say what would go by [retention], and what a hold keeps. Changes nothing.
    #[command(
        after_help = "Examples:\n  firn retention plan\n  firn retention plan --json | jq '.held'"
    )]
    Plan {
        /// The plan as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Let it go, and leave a tombstone that proves the rest. Broken off, the next one goes on.
    #[command(
        after_help = "Examples:\n  firn retention apply --by 'olga, yearly review'\n  firn retention apply --by olga --json | jq .events\n\nObjects stay for readers of older snapshots as long as [recorder] keep_replaced says; `firn archive vacuum`, or a recorder, deletes them then.\nThe journal keeps what it keeps by its own retention.\n\nExit status: 0 what was due went; 1 something of it did not, because it is altered: run `firn verify`; 2 it could not be done."
    )]
    Apply {
        /// Who says so; stands in the tombstone.
        #[arg(long, value_name = "WHO")]
        by: String,
        /// What went, as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Say what went, when, by which rule, and who let it go.
    #[command(
        after_help = "Examples:\n  firn retention log\n  firn retention log --session 0198c5a0-… --json"
    )]
    Log {
        /// Of this session alone.
        #[arg(long)]
        session: Option<event::SessionId>,
        /// One JSON object a tombstone.
        #[arg(long)]
        json: bool,
    },
    /// Legal holds: what stays whatever the rules say.
    #[command(
        subcommand,
        after_help = "Examples:\n  firn retention hold list\n  firn retention hold add --principal agent-7 --by counsel --why 'case 4711'"
    )]
    Hold(HoldCommand),
}

/// What to do with holds.
#[derive(Debug, Subcommand)]
pub enum HoldCommand {
    /// Hold what meets all that is given.
    #[command(
        after_help = "Examples:\n  firn retention hold add --principal agent-7 --by counsel --why 'case 4711'\n  firn retention hold add --table SALES.PUBLIC.ORDERS --from 2026-03-01 --until 2026-04-01 --by counsel --why 'case 4712'\n  firn retention hold add --session 0198c5a0-… --by olga --why 'incident 9'\n\nWhat went already is gone once vacuum has deleted its objects."
    )]
    Add {
        /// This session.
        #[arg(long)]
        session: Option<event::SessionId>,
        /// Sessions of this principal: subject or name for people, or whom the agent acts for.
        #[arg(long)]
        principal: Option<String>,
        /// Sessions that read or write this table: TABLE, SCHEMA.TABLE or DATABASE.SCHEMA.TABLE.
        #[arg(long)]
        table: Option<String>,
        /// Sessions with something then or later: a time or an age.
        #[arg(long, value_name = "TIME")]
        from: Option<String>,
        /// Sessions with something before then.
        #[arg(long, value_name = "TIME")]
        until: Option<String>,
        /// Who says so.
        #[arg(long, value_name = "WHO")]
        by: String,
        /// Why: a case number, a letter.
        #[arg(long)]
        why: String,
        /// The hold as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show every hold, released ones too.
    #[command(
        after_help = "Examples:\n  firn retention hold list\n  firn retention hold list --json | jq 'select(.released == null)'"
    )]
    List {
        /// One JSON object a hold.
        #[arg(long)]
        json: bool,
    },
    /// End a hold. It stays on record, with its end.
    #[command(
        after_help = "Example:\n  firn retention hold release 0198c5a0-… --by counsel --why 'case closed'"
    )]
    Release {
        /// The hold, as `firn retention hold list` prints it.
        id: Uuid,
        /// Who says so.
        #[arg(long, value_name = "WHO")]
        by: String,
        /// Why it is over.
        #[arg(long)]
        why: String,
        /// The hold as JSON.
        #[arg(long)]
        json: bool,
    },
}
