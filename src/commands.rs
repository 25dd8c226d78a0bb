//! What each subcommand does, one file a family.
//!
//! Enters: a parsed command. Leaves: its output and an exit status. Never here: parsing, or what a role does.

mod approvals;
mod check;
mod inspect;
mod read;
mod roles;

use std::process::ExitCode;

use anyhow::{Context as _, Result};

use crate::cli::{Command, TokenArgs, name_and_groups};
use crate::config::Config;
use crate::development::{Claims, Issuer};

/// Does what `command` says.
pub async fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Up(arguments) => roles::run(&arguments, roles::Roles::ALL).await,
        Command::Gateway(arguments) => roles::run(&arguments, roles::Roles::GATEWAY).await,
        Command::Recorder(arguments) => roles::run(&arguments, roles::Roles::RECORDER).await,
        Command::Query(arguments) => roles::run(&arguments, roles::Roles::QUERY).await,
        Command::Sql(arguments) => read::sql(arguments).await,
        Command::Sessions(arguments) => read::sessions(arguments).await,
        Command::Replay(arguments) => read::replay(arguments).await,
        Command::Verify(arguments) => read::verify(arguments).await,
        Command::Approvals(arguments) => approvals::run(arguments).await,
        Command::Policy(command) => until_read(inspect::policy(command)),
        Command::Mask(command) => until_read(inspect::mask(command)),
        Command::Token(arguments) => token(&arguments),
        Command::Check(arguments) => check::run(&arguments),
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
    };
    println!("{}", issuer.token(&claims, crate::compose::clock().now())?);
    Ok(ExitCode::SUCCESS)
}
