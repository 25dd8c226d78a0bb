//! What is measured at one address.
//!
//! Enters: clients. Leaves: figures. Never here: what they are compared with.

use std::io::Read as _;
use std::pin::pin;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use tokio::task::JoinSet;

use crate::client::Client;
use crate::process::Process;

const WARM_UP: usize = 50;
/// Chunks that a driver fetches beside each other.
const FETCHES: usize = 4;
/// Sessions at once.
pub const SESSIONS: usize = 64;
/// Statements that wait for people.
pub const HELD: usize = 5000;
/// A session may have 64 that wait, a principal 1,000.
const HELD_PER_SESSION: usize = 60;
/// How often memory is looked at while chunks come.
const SAMPLED_EVERY: Duration = Duration::from_millis(5);
const MIB: f64 = 1024.0 * 1024.0;

/// Sorted durations of one statement with all its chunks, one request at a time.
pub async fn latencies(client: &Client, sql: &str, count: usize) -> Result<Vec<Duration>> {
    let warm_up = WARM_UP.min(count);
    let mut took = Vec::with_capacity(count);
    for number in 0..count + warm_up {
        let begun = Instant::now();
        for chunk in client.query(sql).await? {
            client.chunk(&chunk).await?;
        }
        if number >= warm_up {
            took.push(begun.elapsed());
        }
    }
    took.sort();
    Ok(took)
}

/// Milliseconds below which `share` per cent of the sorted samples lie.
pub fn percentile(sorted: &[Duration], share: f64) -> f64 {
    let place = ((sorted.len() - 1) as f64 * share / 100.0).round() as usize;
    sorted[place].as_secs_f64() * 1000.0
}

/// A large result by parallel fetches.
pub struct Transfer {
    /// MiB of rows a second, as they are before they are packed.
    pub mib_per_second: f64,
    /// MiB more resident at most than before, for each of the fetches.
    pub mib_per_stream: Option<f64>,
}

/// Fetches the large result `times` over; its chunks are `plain_bytes` each.
pub async fn transfer(
    client: &Client,
    process: Option<Process>,
    plain_bytes: usize,
    times: usize,
) -> Result<Transfer> {
    let resident = || process.map(Process::resident_mib).transpose();
    let before = resident()?;
    let mut peak = before;
    let mut fetching = pin!(fetched(client, times));
    let (chunks, fastest) = loop {
        tokio::select! {
            fetched = &mut fetching => break fetched?,
            () = tokio::time::sleep(SAMPLED_EVERY) => {
                peak = peak.zip(resident()?).map(|(peak, now)| peak.max(now));
            }
        }
    };
    let more = peak.zip(before).map(|(peak, before)| peak - before);
    Ok(Transfer {
        mib_per_second: (plain_bytes * chunks) as f64 / MIB / fastest.as_secs_f64(),
        mib_per_stream: more.map(|more| more / FETCHES as f64),
    })
}

/// How many chunks the large result has, and how long all of them took in the fastest of several times.
async fn fetched(client: &Client, times: usize) -> Result<(usize, Duration)> {
    let (mut count, mut fastest) = (0, Duration::MAX);
    for _ in 0..times {
        let chunks = client.query("select id, note from wide").await?;
        count = chunks.len();
        let begun = Instant::now();
        let fetches = stream::iter(chunks).map(|url| async move { client.chunk(&url).await });
        let _: Vec<usize> = fetches.buffer_unordered(FETCHES).try_collect().await?;
        fastest = fastest.min(begun.elapsed());
    }
    Ok((count, fastest))
}

/// Statements a second of [`SESSIONS`] sessions that ask one after the other.
pub async fn crowd(clients: &[Client], span: Duration) -> Result<f64> {
    let begun = Instant::now();
    let mut asking = JoinSet::new();
    for client in clients {
        let client = client.clone();
        asking.spawn(async move {
            let mut count = 0usize;
            while begun.elapsed() < span {
                client.query("select 1").await?;
                count += 1;
            }
            anyhow::Ok(count)
        });
    }
    let mut all = 0;
    while let Some(count) = asking.join_next().await {
        all += count??;
    }
    Ok(all as f64 / begun.elapsed().as_secs_f64())
}

/// MiB resident before, and once [`HELD`] statements wait for people; sessions of several principals, as many as it takes.
pub async fn held(
    upstream: &str,
    url: &str,
    tokens: &[String],
    process: Process,
) -> Result<(f64, f64)> {
    let before = process.resident_mib()?;
    let sessions = HELD.div_ceil(HELD_PER_SESSION);
    let ask = |number: usize| async move {
        let token = &tokens[number % tokens.len()];
        let client = Client::login(upstream, url, token).await?;
        let count = HELD_PER_SESSION.min(HELD - number * HELD_PER_SESSION);
        for one in 0..count {
            let sql = format!("update orders set status = 'refunded' where id = {number}{one:04}");
            let answer = client.ask(&sql).await?;
            if answer["code"] != "333334" {
                bail!("it does not wait: {answer}");
            }
        }
        Ok(())
    };
    let asking = stream::iter(0..sessions).map(ask).buffer_unordered(8);
    let _: Vec<()> = asking.try_collect().await?;
    Ok((before, process.resident_mib()?))
}

/// MiB a second of unpacking alone, and of unpacking and packing again, on one core.
pub fn packing(packed: &[u8]) -> Result<(f64, f64)> {
    let begun = Instant::now();
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(packed).read_to_end(&mut plain)?;
    let unpacked = begun.elapsed();
    let fast = flate2::Compression::fast();
    std::io::copy(
        &mut flate2::read::GzEncoder::new(plain.as_slice(), fast),
        &mut std::io::sink(),
    )?;
    let both = begun.elapsed();
    let rate = |took: Duration| plain.len() as f64 / MIB / took.as_secs_f64();
    Ok((rate(unpacked), rate(both)))
}
