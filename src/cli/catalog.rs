//! `firn catalog`: what the gateway knows of the accounts behind its connections.
//!
//! Enters: arguments. Leaves: one parsed command. Never here: what a command does.

use clap::{Args, Subcommand};

use super::reach::ConfigArgs;

/// `firn catalog`
#[derive(Debug, Args)]
pub struct CatalogArgs {
    #[command(flatten)]
    pub config: ConfigArgs,
    /// The connection; the only one that reads its account, unless given.
    #[arg(long, value_name = "NAME", global = true)]
    pub connection: Option<String>,
    /// What to do.
    #[command(subcommand)]
    pub command: CatalogCommand,
}

/// Readings of an account, kept in the data folder.
#[derive(Debug, Subcommand)]
pub enum CatalogCommand {
    /// Show the last reading under the configured files: columns, what makes them sensitive, functions and procedures, and what is unknown
    /// and why. With --table, the texts of functions of that name too.
    #[command(
        after_help = "Examples:\n  firn catalog show\n  firn catalog show --table CUSTOMERS\n  firn catalog show --json | jq 'select(.unknown)'"
    )]
    Show {
        /// Only tables whose full name contains this.
        #[arg(long, value_name = "TEXT")]
        table: Option<String>,
        /// One JSON object a table.
        #[arg(long)]
        json: bool,
    },
    /// Read the account now, and say what is other than in the last reading. Changes nothing.
    #[command(
        after_help = "Examples:\n  firn catalog diff\n  firn catalog diff --json | jq .changed\n\nExit status: 0 nothing is other; 1 something is; 2 it could not be told."
    )]
    Diff {
        /// The answer as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Read the account now, and keep that for the next start. A gateway that runs reads for itself.
    #[command(
        after_help = "Examples:\n  firn catalog pull --config /etc/firn/firn.toml\n  firn catalog pull --connection prod --json\n\nWhat the role needs to be granted is in deploy/snowflake/catalog.sql."
    )]
    Pull {
        /// The answer as JSON.
        #[arg(long)]
        json: bool,
    },
}
