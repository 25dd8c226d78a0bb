//! `firn export` and what can be asked of sinks.
//!
//! Enters: arguments. Leaves: one parsed command. Never here: what a command does.

use clap::{Args, Subcommand};

use super::RoleArgs;

/// `firn export`
#[derive(Debug, Args)]
pub struct ExportArgs {
    #[command(flatten)]
    pub role: RoleArgs,
    /// What to ask or do, instead of running an exporter.
    #[command(subcommand)]
    pub command: Option<ExportCommand>,
}

/// What to ask of sinks, or do for them.
#[derive(Debug, Subcommand)]
pub enum ExportCommand {
    /// Say how far each sink has come, and what became of what it was given.
    #[command(
        after_help = "Examples:\n  firn export status\n  firn export status --hours\n  firn export status --json | jq .behind\n\nExit status: 0 all is well; 1 some sink has dead letters, or takes nothing while something waits for it; 2 it could not be told."
    )]
    Status {
        /// By the hour too, beside what the archive has of each.
        #[arg(long)]
        hours: bool,
        /// One JSON object a sink.
        #[arg(long)]
        json: bool,
    },
    /// Send a sink what the archive has of a span of time, with the ids that live delivery gives, beside it.
    #[command(
        after_help = "Examples:\n  firn export backfill siem --since 2026-11-01T00:00:00Z --until 2026-11-08T00:00:00Z\n  firn export backfill siem --since 7d\n\nBroken off, the same command goes on where it stopped: an age like 7d means what it meant then, until that span is whole. The sink's `rate` holds for it too, beside live delivery's."
    )]
    Backfill(SpanArgs),
    /// Ask a sink's receiver what it has, and name what is missing there.
    #[command(
        after_help = "Examples:\n  firn export reconcile siem --since 1d\n  firn export reconcile siem --since 1d --json | jq -r .named[].id\n\nExit status: 0 nothing is missing; 1 something is; 2 it could not be told."
    )]
    Reconcile(SpanArgs),
    /// Say what each kind of event becomes for a security team: class, activity, severity, techniques.
    #[command(
        after_help = "Examples:\n  firn export schema\n  firn export schema --json | jq 'select(.severity == \"High\")'"
    )]
    Schema {
        /// One JSON object a row.
        #[arg(long)]
        json: bool,
    },
    /// Look at what sinks refused, send it again, or drop it.
    #[command(
        subcommand,
        after_help = "Examples:\n  firn export dead list\n  firn export dead retry siem --all"
    )]
    Dead(DeadCommand),
}

/// A sink and a span of time.
#[derive(Debug, Args)]
pub struct SpanArgs {
    /// The sink.
    pub sink: String,
    /// From then on: a time (2026-11-23T10:00:00Z) or an age (2h, 1d).
    #[arg(long, value_name = "TIME")]
    pub since: String,
    /// Until then; until now unless given.
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// What came of it as JSON.
    #[arg(long)]
    pub json: bool,
}

/// `firn export dead`
#[derive(Debug, Subcommand)]
pub enum DeadCommand {
    /// List dead letters, oldest first.
    #[command(
        after_help = "Examples:\n  firn export dead list\n  firn export dead list siem --json"
    )]
    List {
        /// Of this sink only.
        sink: Option<String>,
        /// One JSON object a letter.
        #[arg(long)]
        json: bool,
    },
    /// Show one with the record that was refused.
    #[command(after_help = "Example:\n  firn export dead show siem 0198c5a0-…")]
    Show {
        /// The sink.
        sink: String,
        /// The letter, as `firn export dead list` prints it.
        id: String,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Send dead letters again; those that are taken are dead no more.
    #[command(
        after_help = "Examples:\n  firn export dead retry siem 0198c5a0-…\n  firn export dead retry siem --all\n\nExit status: 0 all were taken; 1 some were refused again."
    )]
    Retry(DeadChoice),
    /// Forget dead letters; the record and the archive keep what they are of.
    #[command(after_help = "Example:\n  firn export dead drop siem 0198c5a0-…")]
    Drop(DeadChoice),
}

/// Which dead letters.
#[derive(Debug, Args)]
pub struct DeadChoice {
    /// The sink.
    pub sink: String,
    /// The letters, as `firn export dead list` prints them.
    #[arg(required_unless_present = "all")]
    pub ids: Vec<String>,
    /// All of them.
    #[arg(long, conflicts_with = "ids")]
    pub all: bool,
    /// What was done as JSON.
    #[arg(long)]
    pub json: bool,
}
