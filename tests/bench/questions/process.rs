//! What this process takes, as Linux tells it.
//!
//! Enters: nothing. Leaves: processor seconds, the most memory. Never here: another process.

use std::fs;

use anyhow::{Context as _, Result};

/// Ticks of a processor's second in `/proc/self/stat`: 100 on every Linux there is.
const TICKS_PER_SECOND: f64 = 100.0;

/// Seconds of processors so far, all threads together.
pub fn cpu_seconds() -> Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The name in brackets may hold anything; the 12th and 13th field after it are user and system time.
    let rest = stat.rsplit_once(") ").context("no name in stat")?.1;
    let fields: Vec<&str> = rest.split(' ').collect();
    let field =
        |place: usize| -> Result<f64> { Ok(fields.get(place).context("a short stat")?.parse()?) };
    Ok((field(11)? + field(12)?) / TICKS_PER_SECOND)
}

/// Begins to measure the most memory anew (Linux; elsewhere it is the process's own).
pub fn forget_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// The most memory since then, megabytes.
pub fn peak_mb() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1_024.0)
}
