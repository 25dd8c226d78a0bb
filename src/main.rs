//! The `firn` binary: arguments → configuration → roles → wait for the signal.
//!
//! Enters: the command line and one configuration file. Leaves: running roles, or one answer and an exit status.
//! Never here: what a role does.

#[macro_use]
mod out;

mod alike;
mod api;
mod backtest;
mod cli;
mod commands;
mod compare;
mod compose;
mod config;
mod console;
mod development;
mod exported;
mod identity;
mod live;
mod pin;
mod policy;
mod progress;
mod reach;
mod reload;
mod replay;
mod seen;
mod standing;
mod supervisor;
mod telemetry;
mod told;
mod watch;

use std::process::ExitCode;

use clap::Parser as _;

/// Statements and their events are many small allocations on all threads: a quarter of a gateway's time was in glibc's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
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
    if let Some(why) = out::failed() {
        aside!("firn: standard output took not all of the answer: {why}");
        return ExitCode::from(2);
    }
    match ended {
        Ok(code) => code,
        Err(error) => {
            aside!("firn: {}", told::told(&error));
            ExitCode::from(2)
        }
    }
}
