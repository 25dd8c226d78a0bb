//! What each subcommand does, one file a family.
//!
//! Enters: a parsed command. Leaves: its output and an exit status. Never here: parsing, or what a role does.

mod approvals;
mod archive;
mod backtest;
mod catalog;
mod check;
mod described;
mod detect;
mod export;
pub mod exporting;
mod find;
mod inspect;
mod kill;
mod manual;
mod moves;
mod preflight;
mod process;
mod read;
mod repair;
mod replay;
mod retention;
mod roles;
mod unaddressed;
mod watch;
mod whoami;

use std::process::ExitCode;

use anyhow::{Context as _, Result};

use crate::cli::{Command, ExportArgs, PolicyCommand, TokenArgs, name_and_groups};
use crate::config::Config;
use crate::development::{Claims, Issuer};
use crate::telemetry;

/// Does what `command` says.
pub async fn run(command: Command) -> Result<ExitCode> {
    // A role logs as its configuration says, once it has read that.
    let role = matches!(
        command,
        Command::Up(_)
            | Command::Gateway(_)
            | Command::Recorder(_)
            | Command::Query(_)
            | Command::Export(ExportArgs { command: None, .. })
    );
    if !role {
        telemetry::for_commands();
    }
    match command {
        Command::Up(arguments) => roles::run(&arguments, roles::Roles::ALL).await,
        Command::Gateway(arguments) => roles::run(&arguments, roles::Roles::GATEWAY).await,
        Command::Recorder(arguments) => roles::run(&arguments, roles::Roles::RECORDER).await,
        Command::Query(arguments) => roles::run(&arguments, roles::Roles::QUERY).await,
        Command::Export(arguments) => match arguments.command {
            None => roles::run(&arguments.role, roles::Roles::EXPORTER).await,
            Some(command) => export::run(&arguments.role.config, command).await,
        },
        Command::Sql(arguments) => read::sql(arguments).await,
        Command::Find(arguments) => find::run(arguments).await,
        Command::Detect(arguments) => detect::run(arguments).await,
        Command::Sessions(arguments) => read::sessions(arguments).await,
        Command::Replay(arguments) => replay::run(arguments).await,
        Command::Verify(arguments) => read::verify(arguments).await,
        Command::Archive(arguments) => archive::run(arguments).await,
        Command::Retention(arguments) => retention::run(arguments).await,
        Command::Catalog(arguments) => catalog::run(arguments).await,
        Command::Approvals(arguments) => approvals::run(arguments).await,
        Command::Policy(PolicyCommand::Check { folder, json }) => {
            until_read(inspect::check(&folder, json))
        }
        Command::Policy(PolicyCommand::Explain(arguments)) => {
            until_read(inspect::explain_statement(&arguments))
        }
        Command::Policy(PolicyCommand::Backtest(arguments)) => backtest::run(arguments).await,
        Command::Mask(command) => until_read(inspect::mask(command)),
        Command::Token(arguments) => token(&arguments),
        Command::Whoami(arguments) => whoami::run(&arguments).await,
        Command::Check(arguments) => check::run(&arguments).await,
        Command::Manual(arguments) => manual::write(&arguments.folder),
    }
}

/// A reader that went away (`| head`) has what it wanted. Only for commands whose one pipe is their output.
fn until_read(ended: Result<ExitCode>) -> Result<ExitCode> {
    match ended {
        Err(error)
            if error
                .downcast_ref::<std::io::Error>()
                .is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe) =>
        {
            Ok(ExitCode::SUCCESS)
        }
        other => other,
    }
}

fn token(arguments: &TokenArgs) -> Result<ExitCode> {
    let config = Config::load(&arguments.config.config)?;
    let development = config
        .development
        .as_ref()
        .context("there is no development issuer in this configuration: add [development]")?;
    let issuer = Issuer::open(&config.data, development.issuer)?;
    let (subject, groups) = name_and_groups(&arguments.act_as);
    let claims = Claims {
        subject,
        groups,
        agent: arguments.agent.clone(),
        on_behalf_of: arguments.on_behalf_of.clone(),
        nonce: None,
    };
    say!("{}", issuer.token(&claims, crate::compose::clock().now())?);
    Ok(ExitCode::SUCCESS)
}
