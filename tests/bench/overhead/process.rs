//! What a process takes, as Linux tells it.
//!
//! Enters: a process id. Leaves: resident bytes, processor time. Never here: another machine's process.

use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result};

/// Ticks of a processor's second in `/proc/PID/stat`: 100 on every Linux there is.
const TICKS_PER_SECOND: f64 = 100.0;

/// A gateway's process.
#[derive(Clone, Copy)]
pub struct Process(pub u32);

impl Process {
    /// MiB resident now.
    pub fn resident_mib(self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().next());
        let kib: f64 = kib.context("no VmRSS")?.parse()?;
        Ok(kib / 1024.0)
    }

    /// The share of one processor that it takes while nothing is asked of it.
    pub async fn idle_share(self, span: Duration) -> Result<f64> {
        let before = self.ticks()?;
        tokio::time::sleep(span).await;
        Ok((self.ticks()? - before) / TICKS_PER_SECOND / span.as_secs_f64())
    }

    fn ticks(self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.0))?;
        // The name in brackets may hold anything; the 12th and 13th field after it are user and system time.
        let rest = stat.rsplit_once(") ").context("no name in stat")?.1;
        let fields: Vec<&str> = rest.split(' ').collect();
        let field = |place: usize| -> Result<f64> {
            Ok(fields.get(place).context("a short stat")?.parse()?)
        };
        Ok(field(11)? + field(12)?)
    }
}
