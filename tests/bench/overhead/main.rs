//! What firn costs on the data path: direct, through a bare hyper pass-through, and through firn, all against one in-process
//! upstream, in one run: a small statement, a result of 10 MB, one of 100 MB by parallel fetches, many sessions at once; and
//! what a gateway takes with statements that wait, and idle.
//!
//! Enters: `NAME=URL,PID` of running gateways, and the port the upstream shall take. Leaves: a table with figures and ratios.
//! Never here: a driver; its own milliseconds would hide the gateway's.

#![allow(clippy::disallowed_methods, reason = "a bench measures")]

mod client;
mod measures;
mod peer;
mod process;
mod upstream;

use std::time::Duration;

use anyhow::{Context as _, Result};

use client::Client;
use measures::{HELD, SESSIONS, percentile};
use process::Process;
use upstream::{CHUNK_BYTES, CHUNKS, Upstream};

/// How long many sessions ask, and how long nothing is asked.
const SPAN: Duration = Duration::from_secs(10);
const IDLE: Duration = Duration::from_secs(30);

/// One address to measure.
struct Target {
    name: String,
    url: String,
    /// Of a gateway.
    process: Option<Process>,
}

/// Of each address: milliseconds of the small statement and of 10 MB, MiB a second, statements a second.
type Figures = [f64; 4];

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: overhead UPSTREAM_PORT TOKEN,TOKEN… SELECTS RESULTS [NAME=URL,PID …]";
    let port: u16 = arguments.next().context(usage)?.parse()?;
    let tokens = arguments.next().context(usage)?;
    let tokens: Vec<String> = tokens.split(',').map(str::to_owned).collect();
    let selects: usize = arguments.next().context(usage)?.parse()?;
    let results: usize = arguments.next().context(usage)?.parse()?;
    let upstream = Upstream::new(port)?;
    let packed = upstream.chunk.clone();
    upstream::serve(port, upstream).await?;
    let through = peer::pass_through(port).await?;
    let mut targets = vec![
        target("direct", &format!("http://127.0.0.1:{port}")),
        target("pass-through", &format!("http://{through}")),
    ];
    for gateway in arguments {
        let (name, place) = gateway.split_once('=').context(usage)?;
        let (url, pid) = place.split_once(',').context(usage)?;
        targets.push(Target {
            process: Some(Process(pid.parse()?)),
            ..target(name, url)
        });
    }
    println!(
        "{selects} × select 1 and {results} × 10 MB, one client, one request at a time; {} MB by 4 fetches; {SESSIONS} sessions for {} s",
        (CHUNK_BYTES * CHUNKS) >> 20,
        SPAN.as_secs()
    );
    let (inflate, both) = measures::packing(&packed)?;
    println!(
        "on one core: unpacking alone {inflate:.0} MiB/s, unpacking and packing {both:.0} MiB/s"
    );
    println!(
        "{:<14}{:<22}{:>10}{:>10}{:>10}{:>16}",
        "through", "what", "p50", "p99", "× direct", "× pass-through"
    );
    let direct = targets[0].url.clone();
    let mut base: Vec<Figures> = Vec::new();
    for target in &targets {
        let figures = measured(target, &direct, &tokens, (selects, results), &base).await;
        base.push(figures.with_context(|| target.name.clone())?);
    }
    for target in &targets {
        if let Some(process) = target.process {
            let idle = process.idle_share(IDLE).await?;
            println!(
                "{:<14}{:<22}{:>9.2}%",
                target.name,
                "of a core, idle",
                idle * 100.0
            );
            let held = measures::held(&direct, &target.url, &tokens, process).await;
            let (before, held) = held.with_context(|| target.name.clone())?;
            let what = format!("MiB, {HELD} held");
            println!(
                "{:<14}{what:<22}{held:>10.0}   of it before them {before:.0}",
                target.name
            );
        }
    }
    Ok(())
}

fn target(name: &str, url: &str) -> Target {
    Target {
        name: name.to_owned(),
        url: url.to_owned(),
        process: None,
    }
}

/// Measures one address and prints its lines beside what came before.
async fn measured(
    target: &Target,
    direct: &str,
    tokens: &[String],
    (selects, results): (usize, usize),
    base: &[Figures],
) -> Result<Figures> {
    let mut clients = Vec::with_capacity(SESSIONS);
    for number in 0..SESSIONS {
        let token = &tokens[number % tokens.len()];
        clients.push(Client::login(direct, &target.url, token).await?);
    }
    let client = &clients[0];
    let small = measures::latencies(client, "select 1", selects).await?;
    let large = measures::latencies(client, "select id, note from big", results).await?;
    let times = results.div_ceil(10);
    let transfer = measures::transfer(client, target.process, CHUNK_BYTES, times).await?;
    let crowd = measures::crowd(&clients, SPAN).await?;
    let p50 = |took: &[Duration]| percentile(took, 50.0);
    let figures = [p50(&small), p50(&large), transfer.mib_per_second, crowd];
    let ratio = |what: usize, peer: usize| {
        let peer = base.get(peer).map(|peer| figures[what] / peer[what]);
        peer.map_or_else(String::new, |ratio| format!("{ratio:.2}"))
    };
    let whats = [
        "select 1, ms",
        "10 MB, ms",
        "100 MB, MiB/s",
        "64 sessions, 1/s",
    ];
    let p99s = [Some(&small), Some(&large), None, None];
    for (place, (what, p99)) in whats.into_iter().zip(p99s).enumerate() {
        let p99 = p99.map_or_else(String::new, |took| format!("{:.3}", percentile(took, 99.0)));
        println!(
            "{:<14}{what:<22}{:>10.3}{p99:>10}{:>10}{:>16}",
            target.name,
            figures[place],
            ratio(place, 0),
            ratio(place, 1)
        );
    }
    if let Some(mib) = transfer.mib_per_stream {
        println!("{:<14}{:<22}{mib:>10.1}", target.name, "MiB more a stream");
    }
    Ok(figures)
}
