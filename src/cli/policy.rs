//! `firn policy …`: what can be said.
//!
//! Enters: arguments. Leaves: one parsed command. Never here: what a command does.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::reach::{ConfigArgs, ReachArgs};

/// `firn policy`
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Load a policy folder as the gateway would and report every fault with file and line.
    #[command(
        after_help = "Example:\n  firn policy check deploy/policy\n\nExit status: 0 the gateway would take it; 1 it would not."
    )]
    Check {
        /// The folder.
        folder: PathBuf,
        /// The report as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Say what the policy would answer to a statement, and why.
    #[command(
        after_help = "Examples:\n  firn policy explain --as ana@analysts \"select ssn from customers\"      # under the configured policy and catalog\n  firn policy explain --policy deploy/policy --catalog deploy/catalog/shop.sql \"select ssn from customers\"\n  firn policy explain --batch cases.jsonl --catalog schema.sql"
    )]
    Explain(ExplainArgs),
    /// Decide recorded statements again under another policy or catalog, and say what would change.
    #[command(
        after_help = "Examples:\n  firn policy backtest --policy new-policy --since 30d\n  firn policy backtest --policy new-policy --catalog schema.sql --json | jq .changes\n  firn policy backtest --policy new-policy --since 2026-11-01 --until 2026-11-08\n\nWhat the record does not say enough of is not decided, and named with the reason.\n\nExit status: 0 every statement would be answered as it was; 1 some would not; 2 it could not be told."
    )]
    Backtest(BacktestArgs),
}

/// `firn policy backtest`
#[derive(Debug, Args)]
pub struct BacktestArgs {
    /// The policy folder; the configured one unless given.
    #[arg(long, value_name = "FOLDER")]
    pub policy: Option<PathBuf>,
    /// Snowflake DDL of the tables, as often as there are files; the configured catalog unless given.
    #[arg(long, value_name = "FILE")]
    pub catalog: Vec<PathBuf>,
    /// From then on: a time (2026-11-23T10:00:00Z), a day or an age (12h, 30d).
    #[arg(long, value_name = "TIME", default_value = "30d")]
    pub since: String,
    /// Until then; until now unless given.
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// The report as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub reach: ReachArgs,
}

/// `firn policy explain`
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The statement.
    #[arg(required_unless_present = "batch")]
    pub sql: Option<String>,
    /// Who asks, `NAME[@GROUP,GROUP]`.
    #[arg(
        long = "as",
        default_value = "agent@agents",
        value_name = "NAME[@GROUP,…]"
    )]
    pub act_as: String,
    #[command(flatten)]
    pub config: ConfigArgs,
    /// The policy folder; the configured one unless given, deploy/policy where nothing is configured.
    #[arg(long, value_name = "FOLDER")]
    pub policy: Option<PathBuf>,
    /// Snowflake DDL of the tables; the configured files, and what was last read of the account, unless given.
    #[arg(long, value_name = "FILE")]
    pub catalog: Option<PathBuf>,
    /// The connection the statement comes through; the only one configured unless given.
    #[arg(long, value_name = "NAME")]
    pub connection: Option<String>,
    /// Lines `{id, sql}` instead of one statement; prints one JSON line each.
    #[arg(long, value_name = "FILE.jsonl")]
    pub batch: Option<PathBuf>,
    /// The answer as JSON.
    #[arg(long)]
    pub json: bool,
}
