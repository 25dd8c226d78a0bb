//! The command line: what can be said, with an example each.
//!
//! Enters: arguments. Leaves: one parsed command. Never here: what a command does.

mod approvals;
mod archive;
mod catalog;
mod export;
mod find;
mod policy;
mod reach;
mod retention;
mod sessions;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
#[cfg(test)]
use door::Action;

pub use self::approvals::{
    AnswerArgs, ApprovalsArgs, ApprovalsCommand, GrantArgs, SayArgs, ScopeChoice,
};
pub use self::archive::{ArchiveArgs, ArchiveCommand};
pub use catalog::{CatalogArgs, CatalogCommand};
pub use export::{DeadChoice, DeadCommand, ExportArgs, ExportCommand, SpanArgs};
pub use find::FindArgs;
pub use policy::{BacktestArgs, ExplainArgs, PolicyCommand};
pub use reach::{ConfigArgs, DEFAULT_CONFIG, Format, FormatArgs, ReachArgs};
pub use retention::{HoldCommand, RetentionCommand};
pub use sessions::{KillArgs, SessionsArgs, SessionsCommand};

/// Audit and replay for autonomous agents on Snowflake.
#[derive(Debug, Parser)]
#[command(
    name = "firn",
    version,
    about,
    long_about = None,
    propagate_version = true,
    after_help = "Examples:\n  firn check --config firn.toml\n  firn up --config firn.toml\n  firn sessions --since 1d --verdict deny\n\n\
                  Exit status: 0 done; 1 the answer is no (a broken record, a refused policy or configuration); 2 it could not be done, \
                  and standard error says why.\n\
                  FIRN_LOG sets what is logged, e.g. FIRN_LOG=debug or FIRN_LOG=gateway=debug,info.\n\
                  A first run: `make demo` in the checkout; then deploy/example.toml."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// How a role runs.
#[derive(Clone, Debug, Args)]
pub struct RoleArgs {
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Serve /metrics, /livez and /readyz here instead of where [telemetry] listen says.
    #[arg(long, env = "FIRN_TELEMETRY", value_name = "ADDRESS:PORT")]
    pub telemetry: Option<std::net::SocketAddr>,
}

/// One of firn's roles, or a question to its record.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run every role in one process: gateway, recorder, query, exporter.
    #[command(after_help = "Example:\n  firn up --config firn.toml")]
    Up(RoleArgs),
    /// Run a gateway: drivers connect here.
    #[command(after_help = "Example:\n  firn gateway --config /etc/firn/firn.toml")]
    Gateway(RoleArgs),
    /// Run a recorder: journal to archive. Any number may run.
    #[command(after_help = "Example:\n  firn recorder --config /etc/firn/firn.toml")]
    Recorder(RoleArgs),
    /// Run the query API: SQL over archive and journal tail.
    #[command(after_help = "Example:\n  firn query --config /etc/firn/firn.toml")]
    Query(RoleArgs),
    /// Run an exporter: journal to the sinks of [[export.sink]]. Any number may run; or ask how sinks stand.
    #[command(
        after_help = "Examples:\n  firn export --config /etc/firn/firn.toml\n  firn export status\n  firn export dead list"
    )]
    Export(ExportArgs),
    /// Ask the record in SQL.
    #[command(
        after_help = "Examples:\n  firn sql \"select * from docs\"          # every table, view and column\n  firn sql \"select time, principal, text from statements where verdict = 'deny'\"\n  firn sql --csv \"select * from accesses where column_name = 'SSN'\"\n  firn sql \"select * from result('STATEMENT_ID')\"\n  firn sql --json - < question.sql\n\nWithout --limit, 1000 rows at most; what is cut off is said. With --json, one object a line."
    )]
    Sql(SqlArgs),
    /// Find who saw a value: by tokens, where the policy has them recorded, for the value itself is in no record.
    #[command(
        after_help = "Examples:\n  firn find --value marta@example.com\n  firn find --class number --since 30d < card.txt      # in no shell's history\n  firn find --value 'Doe, Jane' --class name --json\n  firn find --value marta@example.com --limit 100 --after 1772366400000000.-.0198c5a0-….454d41494c.656d61696c.726573756c74\n\nNeeds `find = true` of a tag in the policy when the value was seen, and the key of then in [find]. What is looked for is not recorded."
    )]
    Find(FindArgs),
    /// Look for what detections are for: each rule asks the record in SQL.
    #[command(
        after_help = "Examples:\n  firn detect                                  # every rule, each over the time it looks back\n  firn detect mass-read --since 7d --json\n  firn detect --rules /etc/firn/detections --since 2026-11-01 --until 2026-11-08\n\nExit status: 0 nothing was found; 1 something was; 2 it could not be told."
    )]
    Detect(DetectArgs),
    /// List recorded sessions, newest first; or end some.
    #[command(
        after_help = "Examples:\n  firn sessions --who agent-7 --since 1d --verdict deny\n  firn sessions --table orders --text refund --json\n  firn sessions --limit 100 --after 1772366400000000.0198c5a0-…\n  firn sessions kill --principal agent-7 --reason 'runaway loop'"
    )]
    Sessions(SessionsArgs),
    /// Replay a recorded session: play it, hold it against another, or answer a driver from it.
    #[command(
        after_help = "Examples:\n  firn replay 0198c5a0-…            # in real time; ? shows the keys\n  firn replay 0198c5a0-… --speed 8 --idle-limit 2s\n  firn replay 0198c5a0-… --idle-limit none   # every pause in full\n  firn replay 0198c5a0-… | less       # plain text when piped\n  firn replay 0198c5a0-… --follow     # and what comes, until the session is over\n  firn replay 0198c5a0-… --follow --json | jq   # an object a line: each entry when it comes, again when more became of it\n  firn replay 0198c5a0-… --cast session.cast   # then: asciinema play session.cast\n  firn replay --diff 0198c5a0-… 0198c5a0-…   # what the second did otherwise than the first\n  firn replay --serve 0198c5a0-…    # a driver pointed here gets the recorded answers\n\nExit status of --diff: 0 nothing is otherwise; 1 something is; 2 it could not be told."
    )]
    Replay(ReplayArgs),
    /// Prove the record: nothing altered, nothing missing.
    #[command(
        after_help = "Examples:\n  firn verify\n  firn verify --since last       # nightly, beside a whole one each month\n  firn verify --resume           # after a whole one was interrupted\n  firn verify --json | jq .completeness\n\nExit status: 0 sound; 1 broken, and the first broken event is named; 2 it could not be told."
    )]
    Verify(VerifyArgs),
    /// See how the archive stands, do by hand what recorders do (seal, compact, vacuum), or check and repair it.
    #[command(
        after_help = "Examples:\n  firn archive status\n  firn archive check\n  firn archive repair --dry-run"
    )]
    Archive(ArchiveArgs),
    /// Let go what is old, hold what must stay.
    #[command(
        after_help = "Examples:\n  firn retention plan\n  firn retention hold list\n  firn retention log --session 0198c5a0-…"
    )]
    Retention(RetentionArgs),
    /// What is known of the accounts behind the connections: tables, tags, and what is unknown.
    #[command(
        after_help = "Examples:\n  firn catalog show --table CUSTOMERS\n  firn catalog diff\n  firn catalog pull"
    )]
    Catalog(CatalogArgs),
    /// Answer statements that wait for a person.
    #[command(
        after_help = "Examples:\n  firn approvals list --as olga@data-oncall\n  firn approvals grant 5b1c… --note 'ticket 4711' --token \"$TOKEN\"\n  firn approvals deny 5b1c… --note 'not in business hours'\n  firn approvals list --api https://firn.internal:8086 --ca /etc/firn/ca.pem --token \"$TOKEN\"\n\nAn answer needs a person: their OIDC token (--token or FIRN_TOKEN), or --as with the development issuer."
    )]
    Approvals(ApprovalsArgs),
    /// Check a policy, or ask what it would say.
    #[command(
        subcommand,
        after_help = "Examples:\n  firn policy check deploy/policy\n  firn policy explain --as ana@analysts \"select ssn from customers\"\n  firn policy backtest --policy new-policy --since 30d"
    )]
    Policy(PolicyCommand),
    /// See what the masks would find in your own data.
    #[command(subcommand, after_help = "Example:\n  firn mask scan customers.csv")]
    Mask(MaskCommand),
    /// Print a token of the development issuer.
    #[command(
        after_help = "Examples:\n  firn token --as agent-7@analysts\n  firn token --as agent-7@analysts --agent refunds-bot --on-behalf-of ana@example.com"
    )]
    Token(TokenArgs),
    /// Say who one is to firn: the principal a token proves, its groups, and what they may do.
    #[command(
        after_help = "Examples:\n  firn whoami --as ana@auditors\n  firn whoami --api https://firn.internal:8086 --token \"$TOKEN\"\n  firn whoami --json | jq -r .may[].action"
    )]
    Whoami(WhoamiArgs),
    /// Check a configuration file and what it names: every secret as a start reads it, certificates, policy, catalog; then log in to each
    /// account and ask issuers, journal, archive and sinks. Changes nothing.
    #[command(
        after_help = "Examples:\n  firn check --config firn.toml\n  firn check --offline                 # files and secrets alone\n  firn check --no-secrets --json       # where the secrets are not at hand, as in CI\n\nExit status: 0 firn would start with it; 1 it would not; 2 the file cannot be read or is refused."
    )]
    Check(CheckArgs),
    /// Write the man pages and shell completions that packages install.
    #[command(hide = true, after_help = "Example:\n  firn manual /usr/share")]
    Manual(ManualArgs),
}

/// `firn whoami`
#[derive(Debug, Args)]
pub struct WhoamiArgs {
    /// The answer as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub reach: ReachArgs,
}

/// `firn manual`
#[derive(Debug, Args)]
pub struct ManualArgs {
    /// The folder below which man/man1, bash-completion, zsh and fish get their files.
    pub folder: PathBuf,
}

/// `firn check`
#[derive(Debug, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Do not look for the secrets it names. What needs one is not tried then, so this is --offline too.
    #[arg(long)]
    pub no_secrets: bool,
    /// Do not try what is elsewhere: accounts, issuers, journal, archive, sinks.
    #[arg(long)]
    pub offline: bool,
    /// What was found as JSON.
    #[arg(long)]
    pub json: bool,
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

/// `firn detect`
#[derive(Debug, Args)]
pub struct DetectArgs {
    /// The rules, as their files are called without `.toml`; unless given, those of [detections], or all of the folder.
    pub names: Vec<String>,
    /// The folder with the rules, a TOML file each; that of [detections] unless given, deploy/detections where none is configured.
    #[arg(long, value_name = "FOLDER")]
    pub rules: Option<PathBuf>,
    /// From then on: a time (2026-11-23T10:00:00Z) or an age (2h, 1d); each rule's own `window` unless given.
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Until then; until now unless given.
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    #[command(flatten)]
    pub format: FormatArgs,
    #[command(flatten)]
    pub reach: ReachArgs,
}

/// `firn replay`
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// The session, as `firn sessions` prints it.
    #[arg(value_parser = session)]
    pub session: event::SessionId,
    /// How many times faster than it was.
    #[arg(long, default_value_t = 1.0)]
    pub speed: f64,
    /// Wait for a key before each statement.
    #[arg(long)]
    pub step: bool,
    /// Longest pause to show, e.g. 2s, or `none` for every pause in full; unless given, where nothing goes on for more than 30 s, 1.5 s are left.
    #[arg(long, value_name = "DURATION|none", value_parser = idle)]
    pub idle_limit: Option<replayer::Idle>,
    /// Show what comes, until the session is over: the player waits at the end, text and JSON (then an object a line) get longer.
    #[arg(long, conflicts_with_all = ["serve", "diff", "cast"])]
    pub follow: bool,
    /// Keep the session as a terminal's recording (asciicast v2), `-` on standard output, instead of playing it.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["serve", "diff", "json"])]
    pub cast: Option<PathBuf>,
    /// Hold the session against this earlier one: statements added, missing, answered otherwise.
    #[arg(long, value_name = "EARLIER", value_parser = session, conflicts_with = "serve")]
    pub diff: Option<event::SessionId>,
    /// Answer Snowflake drivers from the recording: each statement by its shape and order, as its driver was answered then.
    #[arg(long)]
    pub serve: bool,
    /// Where drivers connect to a served recording; loopback alone, for it speaks no TLS.
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        default_value = "127.0.0.1:0",
        requires = "serve"
    )]
    pub listen: std::net::SocketAddr,
    /// The timeline, the differences or where the recording is served, as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub reach: ReachArgs,
}

/// `firn retention`
#[derive(Debug, Args)]
pub struct RetentionArgs {
    #[command(flatten)]
    pub config: ConfigArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: RetentionCommand,
}

/// `firn verify`
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Verify what came after a checkpoint: `last`, or the digest that an earlier verification told. What the checkpoint proved is not read
    /// again where the store says that it is the same object; keep the digest elsewhere, and nobody can forge the checkpoint.
    #[arg(long, value_name = "last|DIGEST")]
    pub since: Option<String>,
    /// Go on where a whole verification was interrupted.
    #[arg(long, conflicts_with = "since")]
    pub resume: bool,
    /// The report as JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub reach: ReachArgs,
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

/// A session by its whole id. Ids begin with their time, so a beginning may name another session tomorrow.
fn session(text: &str) -> Result<event::SessionId, String> {
    text.parse().map_err(|_| {
        "it is no session's id: `firn sessions` lists them, each with its whole id".to_owned()
    })
}

/// How pauses are played, as `--idle-limit` says it.
fn idle(text: &str) -> Result<replayer::Idle, humantime::DurationError> {
    match text {
        "none" => Ok(replayer::Idle::Full),
        limit => humantime::parse_duration(limit).map(replayer::Idle::Limit),
    }
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

impl Command {
    /// What it asks of a running firn, for the matrix of who may do what; none where it only concerns whoever runs it: a role started
    /// here, files that are at hand.
    #[cfg(test)]
    pub fn actions(&self) -> &'static [Action] {
        match self {
            Self::Up(_)
            | Self::Gateway(_)
            | Self::Recorder(_)
            | Self::Query(_)
            | Self::Archive(_)
            | Self::Retention(_)
            | Self::Catalog(_)
            | Self::Export(_)
            | Self::Policy(PolicyCommand::Check { .. } | PolicyCommand::Explain(_))
            | Self::Mask(_)
            | Self::Token(_)
            | Self::Check(_)
            | Self::Manual(_) => &[],
            // Rules are SQL, and what a backtest reads is asked for in SQL.
            Self::Sql(_)
            | Self::Find(_)
            | Self::Detect(_)
            | Self::Policy(PolicyCommand::Backtest(_)) => &[Action::QueryRecord],
            // The list is SQL of its own over the sessions.
            Self::Sessions(SessionsArgs { command: None, .. }) => &[Action::QueryRecord],
            Self::Sessions(_) => &[Action::KillSessions],
            // A served recording has its rows in SQL; one that is followed hears when it moved.
            Self::Replay(_) => &[
                Action::ReplaySession,
                Action::QueryRecord,
                Action::FollowRecord,
            ],
            Self::Verify(_) => &[Action::VerifyRecord],
            Self::Whoami(_) => &[Action::UseConsole],
            Self::Approvals(_) => &[Action::ListApprovals, Action::AnswerApproval],
        }
    }
}

#[cfg(test)]
mod tests;
