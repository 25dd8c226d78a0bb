//! What several commands take: where the configuration is, how the record is reached, how an answer is written.
//!
//! Enters: nothing. Leaves: the arguments as clap reads them. Never here: what they do.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// The configuration unless another is named.
pub const DEFAULT_CONFIG: &str = "firn.toml";

/// Where the configuration is.
#[derive(Clone, Debug, Args)]
pub struct ConfigArgs {
    /// The configuration file; every key is explained in deploy/example.toml.
    #[arg(
        long,
        short,
        env = "FIRN_CONFIG",
        default_value = DEFAULT_CONFIG,
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
