//! The `firn` binary: arguments → configuration → roles → wait for the signal.
//!
//! Enters: the command line and one configuration file. Leaves: running roles, or one answer and an exit status.
//! Never here: what a role does.

mod api;
mod cli;
mod commands;
mod compose;
mod config;
mod development;
mod identity;
mod pin;
mod progress;
mod reach;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    start_log(&cli.command);
    // DataFusion's planner recurses deeply in unoptimised builds.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(16 * 1024 * 1024)
        .build();
    // rustls is built with two providers (one through a dependency); everything here uses ring.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let ended = match runtime {
        Ok(runtime) => {
            let ended = runtime.block_on(commands::run(cli.command));
            runtime.shutdown_timeout(std::time::Duration::from_secs(2));
            ended
        }
        Err(error) => Err(error.into()),
    };
    match ended {
        Ok(code) => code,
        Err(error) => {
            eprintln!("firn: {}", told(&error));
            ExitCode::from(2)
        }
    }
}

/// An error with its causes, each once: some quote their cause, some leave it to the chain.
fn told(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

/// Roles log what they do; a question logs warnings only, so that its answer stands alone. `FIRN_LOG` overrides both.
fn start_log(command: &cli::Command) {
    use tracing_subscriber::EnvFilter;
    let default = match command {
        cli::Command::Up(_)
        | cli::Command::Gateway(_)
        | cli::Command::Recorder(_)
        | cli::Command::Query(_) => {
            "info,delta_kernel=warn,buoyant_kernel=warn,deltalake=warn,datafusion=warn"
        }
        _ => "error",
    };
    let filter = EnvFilter::try_from_env("FIRN_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .init();
}
