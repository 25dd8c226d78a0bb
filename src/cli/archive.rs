//! `firn archive`: how the archive stands, its upkeep by hand, its repair.
//!
//! Enters: arguments. Leaves: one parsed command. Never here: what a command does.

use clap::{Args, Subcommand};

use super::reach::ConfigArgs;

/// `firn archive`
#[derive(Debug, Args)]
pub struct ArchiveArgs {
    #[command(flatten)]
    pub config: ConfigArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: ArchiveCommand,
}

/// What recorders do by themselves, and how far they are.
#[derive(Debug, Subcommand)]
pub enum ArchiveCommand {
    /// Say what each table holds, how much of it is sealed, and what waits to be compacted.
    #[command(
        after_help = "Examples:\n  firn archive status\n  firn archive status --json | jq 'select(.table == \"events\") | .files'"
    )]
    Status {
        /// One JSON object a table.
        #[arg(long)]
        json: bool,
    },
    /// Seal what is not sealed, oldest first. Broken off, it goes on where it stopped.
    #[command(
        after_help = "Example:\n  firn archive seal\n\nRecorders do this by themselves; by hand it is for an archive that no recorder runs on."
    )]
    Seal {
        /// The result as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Make few files of many small ones.
    #[command(
        after_help = "Examples:\n  firn archive compact --dry-run\n  firn archive compact\n\nRecorders do this by themselves, at a quarter of one core. What is not sealed yet stays as it is. Any number may run at once."
    )]
    Compact {
        /// Say what would become one, and change nothing.
        #[arg(long)]
        dry_run: bool,
        /// One JSON object a file.
        #[arg(long)]
        json: bool,
    },
    /// Delete the objects of files that were compacted a while ago, and log entries that nobody needs.
    #[command(
        after_help = "Examples:\n  firn archive vacuum --dry-run\n  firn archive vacuum --older-than 2d\n\nWithout --older-than, as long as [recorder] keep_replaced says. Whoever still reads a snapshot that old fails and has to ask again."
    )]
    Vacuum {
        /// Replaced at least so long ago; ten minutes at the least, six days at the most.
        #[arg(long, value_name = "AGE")]
        older_than: Option<humantime::Duration>,
        /// Say what would be deleted, and change nothing.
        #[arg(long)]
        dry_run: bool,
        /// The result as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Look whether what the tables' logs list is there, whole, and all there is. Changes nothing.
    #[command(
        after_help = "Examples:\n  firn archive check\n  firn archive check --json | jq '.problems[].kind'\n\nNo file is read for its rows: that is `firn verify`.\n\nExit status: 0 sound; 1 something is wrong, and what helps is said; 2 it could not be told."
    )]
    Check {
        /// What was found as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Make logs that are lost or torn again, of the files alone, and list files that nothing lists.
    #[command(
        after_help = "Examples:\n  firn archive repair --dry-run\n  firn archive repair\n\nStop every role before. Nothing is deleted: an old log is moved to _lost_log in its table's folder."
    )]
    Repair {
        /// Say what would be done, and change nothing.
        #[arg(long)]
        dry_run: bool,
        /// What was done as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Read again from the journal what the archive lacks and the journal still has.
    #[command(
        after_help = "Examples:\n  firn archive rebuild-from-journal --dry-run\n  firn archive rebuild-from-journal\n\nWhat went by retention does not come back.\n\nExit status: 0 nothing is missing any more; 1 something is, which the journal does not have; 2 it could not be done."
    )]
    RebuildFromJournal {
        /// Say what would be read, and change nothing.
        #[arg(long)]
        dry_run: bool,
        /// What was read as JSON.
        #[arg(long)]
        json: bool,
    },
}
