//! The command line: what can be said, with an example each.
//!
//! Enters: arguments. Leaves: one parsed command. Never here: what a command does.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Audit and replay for autonomous agents on Snowflake.
#[derive(Debug, Parser)]
#[command(
    name = "firn",
    version,
    about,
    long_about = None,
    propagate_version = true,
    after_help = "Exit status: 0 done; 1 the answer is no (a broken record, a refused policy or configuration); 2 it could not be done, \
                  and standard error says why.\n\
                  FIRN_LOG sets what is logged, e.g. FIRN_LOG=debug or FIRN_LOG=gateway=debug,info.\n\
                  A first run: `make demo` in the checkout; then deploy/example.toml."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Where the configuration is.
#[derive(Clone, Debug, Args)]
pub struct ConfigArgs {
    /// The configuration file; every key is explained in deploy/example.toml.
    #[arg(
        long,
        short,
        env = "FIRN_CONFIG",
        default_value = "firn.toml",
        global = true
    )]
    pub config: PathBuf,
}

/// How a reading or approving command reaches the record.
#[derive(Clone, Debug, Args)]
pub struct ReachArgs {
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Base URL of a running firn; without it, the one the configuration describes, running or not.
    #[arg(long, env = "FIRN_API", value_name = "URL", global = true)]
    pub api: Option<String>,
    /// Certificate authorities that vouch for it, PEM, beside the system's.
    #[arg(long, env = "FIRN_CA", value_name = "FILE", global = true)]
    pub ca: Option<PathBuf>,
    /// OIDC token to show there. Needs --api, or a running firn.
    #[arg(
        long,
        env = "FIRN_TOKEN",
        value_name = "JWT",
        hide_env_values = true,
        global = true
    )]
    pub token: Option<String>,
    /// With the development issuer, instead of a token: act as NAME, in groups `NAME@GROUP,GROUP`.
    #[arg(long = "as", value_name = "NAME[@GROUP,…]", global = true)]
    pub act_as: Option<String>,
}

/// One of firn's roles, or a question to its record.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run every role in one process: gateway, recorder, query.
    #[command(after_help = "Example:\n  firn up --config firn.toml")]
    Up(ConfigArgs),
    /// Run a gateway: drivers connect here.
    #[command(after_help = "Example:\n  firn gateway --config /etc/firn/firn.toml")]
    Gateway(ConfigArgs),
    /// Run a recorder: journal to archive. Any number may run.
    #[command(after_help = "Example:\n  firn recorder --config /etc/firn/firn.toml")]
    Recorder(ConfigArgs),
    /// Run the query API: SQL over archive and journal tail.
    #[command(after_help = "Example:\n  firn query --config /etc/firn/firn.toml")]
    Query(ConfigArgs),
    /// Ask the record in SQL.
    #[command(
        after_help = "Examples:\n  firn sql \"select * from docs\"          # every table, view and column\n  firn sql \"select time, principal, text from statements where verdict = 'deny'\"\n  firn sql --csv \"select * from accesses where column_name = 'SSN'\"\n  firn sql \"select * from result('STATEMENT_ID')\"\n  firn sql --json - < question.sql\n\nWithout --limit, 1000 rows at most; what is cut off is said. With --json, one object a line."
    )]
    Sql(SqlArgs),
    /// List recorded sessions, newest first.
    #[command(
        after_help = "Examples:\n  firn sessions --who agent-7 --since 1d --verdict deny\n  firn sessions --table orders --text refund --json"
    )]
    Sessions(SessionsArgs),
    /// Replay a recorded session.
    #[command(
        after_help = "Examples:\n  firn replay 0198c5a0-…            # in real time; ? shows the keys\n  firn replay 0198c5a0-… --speed 8 --idle-limit 2s\n  firn replay 0198c5a0-… | less       # plain text when piped"
    )]
    Replay(ReplayArgs),
    /// Prove the record: nothing altered, nothing missing.
    #[command(
        after_help = "Examples:\n  firn verify\n  firn verify --json | jq .completeness\n\nExit status: 0 sound; 1 broken, and the first broken event is named; 2 it could not be told."
    )]
    Verify(VerifyArgs),
    /// Answer statements that wait for a person.
    #[command(
        after_help = "Examples:\n  firn approvals list --as olga@data-oncall\n  firn approvals grant 5b1c… --note 'ticket 4711' --token \"$TOKEN\"\n  firn approvals deny 5b1c… --note 'not in business hours'\n  firn approvals list --api https://firn.internal:8086 --ca /etc/firn/ca.pem --token \"$TOKEN\"\n\nAn answer needs a person: their OIDC token (--token or FIRN_TOKEN), or --as with the development issuer."
    )]
    Approvals(ApprovalsArgs),
    /// Check a policy, or ask what it would say.
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// See what the masks would find in your own data.
    #[command(subcommand)]
    Mask(MaskCommand),
    /// Print a token of the development issuer.
    #[command(
        after_help = "Examples:\n  firn token --as agent-7@analysts\n  firn token --as agent-7@analysts --agent refunds-bot --on-behalf-of ana@example.com"
    )]
    Token(TokenArgs),
    /// Check a configuration file and what it names: keys, certificates, policy, catalog.
    #[command(
        after_help = "Examples:\n  firn check --config firn.toml\n  firn check --no-secrets --json       # where the secrets are not at hand, as in CI\n\nExit status: 0 firn would start with it; 1 it would not; 2 the file can not be read or is refused."
    )]
    Check(CheckArgs),
}

/// `firn check`
#[derive(Debug, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Do not look for the secrets it names.
    #[arg(long)]
    pub no_secrets: bool,
    /// What was found as JSON.
    #[arg(long)]
    pub json: bool,
}

/// How rows are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table that fits the terminal.
    Table,
    /// One JSON object a line.
    Json,
    /// CSV with a header.
    Csv,
}

/// `--json` and `--csv`, for scripts.
#[derive(Clone, Copy, Debug, Args)]
pub struct FormatArgs {
    /// One JSON object a line.
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// CSV with a header.
    #[arg(long)]
    pub csv: bool,
}

impl FormatArgs {
    /// The format asked for.
    pub const fn format(self) -> Format {
        if self.json {
            Format::Json
        } else if self.csv {
            Format::Csv
        } else {
            Format::Table
        }
    }
}

/// `firn sql`
#[derive(Debug, Args)]
pub struct SqlArgs {
    /// The SQL; `-` reads it from standard input.
    pub sql: String,
    /// Most rows to return.
    #[arg(long, value_name = "ROWS")]
    pub limit: Option<usize>,
    #[command(flatten)]
    pub format: FormatArgs,
    #[command(flatten)]
    pub reach: ReachArgs,
}

/// `firn sessions`
#[derive(Debug, Args)]
pub struct SessionsArgs {
    /// Part of the principal's name, subject or agent.
    #[arg(long)]
    pub who: Option<String>,
    /// From then on: a time (2026-11-23T10:00:00Z) or an age (2h, 1d).
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Until then.
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
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
    #[command(flatten)]
    pub format: FormatArgs,
    #[command(flatten)]
    pub reach: ReachArgs,
}

/// `firn replay`
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// The session, as `firn sessions` prints it.
    pub session: event::SessionId,
    /// How many times faster than it was.
    #[arg(long, default_value_t = 1.0)]
    pub speed: f64,
    /// Wait for a key before each statement.
    #[arg(long)]
    pub step: bool,
    /// Longest pause to show, e.g. 2s.
    #[arg(long, value_name = "DURATION")]
    pub idle_limit: Option<humantime::Duration>,
    /// The timeline as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub reach: ReachArgs,
}

/// `firn verify`
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The report as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub reach: ReachArgs,
}

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
    /// Let it run.
    #[command(after_help = "Example:\n  firn approvals grant 5b1c… --note 'ticket 4711'")]
    Grant(AnswerArgs),
    /// Refuse it.
    #[command(after_help = "Example:\n  firn approvals deny 5b1c… --note 'not in business hours'")]
    Deny(AnswerArgs),
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
        after_help = "Examples:\n  firn policy explain --as ana@analysts --catalog deploy/catalog/shop.sql \"select ssn from customers\"\n  firn policy explain --batch cases.jsonl --catalog schema.sql"
    )]
    Explain(ExplainArgs),
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
    /// The policy folder.
    #[arg(long, default_value = "deploy/policy")]
    pub policy: PathBuf,
    /// Snowflake DDL of the tables.
    #[arg(long, value_name = "FILE")]
    pub catalog: Option<PathBuf>,
    /// Lines `{id, sql}` instead of one statement; prints one JSON line each.
    #[arg(long, value_name = "FILE.jsonl")]
    pub batch: Option<PathBuf>,
    /// The answer as JSON.
    #[arg(long)]
    pub json: bool,
}

/// `firn mask`
#[derive(Debug, Subcommand)]
pub enum MaskCommand {
    /// Scan a file (CSV, TSV, JSON lines, Parquet) and say what would be masked, where and why.
    #[command(
        after_help = "Examples:\n  firn mask scan customers.csv\n  firn mask scan --rules own-detectors.toml orders.parquet\n  firn mask scan --cells < cells.jsonl"
    )]
    Scan {
        /// The file; without one, or with `-`, standard input (for --cells).
        file: Option<PathBuf>,
        /// Lines `{id,t,c,ty,text}` in, lines `{id,spans}` out.
        #[arg(long)]
        cells: bool,
        /// Own detectors and dictionaries, as `[masking] rules` names them.
        #[arg(long, value_name = "FILE")]
        rules: Option<PathBuf>,
        /// The report as JSON.
        #[arg(long)]
        json: bool,
    },
}

/// `firn token`
#[derive(Debug, Args)]
pub struct TokenArgs {
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Whom the token speaks of, `NAME[@GROUP,GROUP]`.
    #[arg(long = "as", value_name = "NAME[@GROUP,…]")]
    pub act_as: String,
    /// The program that acts.
    #[arg(long)]
    pub agent: Option<String>,
    /// The human behind it.
    #[arg(long)]
    pub on_behalf_of: Option<String>,
}

/// `NAME@GROUP,GROUP` taken apart.
pub fn name_and_groups(text: &str) -> (String, Vec<String>) {
    match text.split_once('@') {
        None => (text.to_owned(), Vec::new()),
        Some((name, groups)) => (
            name.to_owned(),
            groups
                .split(',')
                .filter(|group| !group.is_empty())
                .map(str::to_owned)
                .collect(),
        ),
    }
}

#[cfg(test)]
mod tests;
