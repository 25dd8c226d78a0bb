//! Metrics of every crate in this process, as Prometheus reads them.
//!
//! Enters: what crates count. Leaves: the text format. Never here: a metric that is not in `metrics.golden`.

use anyhow::{Context as _, Result};
use journal::metrics::{Metric, describe};
use metrics::{counter, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

const BUILD: &str = "firn_build_info";
const LOADS: &str = "firn_configuration_loads_total";
const REFUSED: &str = "firn_configuration_refused";

/// The process's own metrics.
pub const ALL: [Metric; 3] = [
    Metric::gauge(BUILD, "1, with the version that runs and as which role."),
    Metric::counter(
        LOADS,
        "Changes of policy and configuration while the process runs, by outcome: loaded or refused.",
    ),
    Metric::gauge(
        REFUSED,
        "1 while the files say something that was refused, and what they said before is in force.",
    ),
];

/// Upper bounds of what takes time, seconds: decisions take microseconds, a statement of Snowflake's may take minutes.
const SECONDS: [f64; 18] = [
    0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
    1.0, 5.0, 15.0, 60.0, 300.0,
];

/// Begins to collect. Once a process.
pub fn install(role: &'static str) -> Result<PrometheusHandle> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
        .and_then(PrometheusBuilder::install_recorder)
        .context("metrics are not collected")?;
    describe(&ALL);
    gauge!(BUILD, "version" => env!("CARGO_PKG_VERSION"), "role" => role).set(1.0);
    for outcome in ["loaded", "refused"] {
        counter!(LOADS, "outcome" => outcome).increment(0);
    }
    gauge!(REFUSED).set(0.0);
    Ok(handle)
}

/// What the files say was read and is in force.
pub fn configuration_loaded() {
    counter!(LOADS, "outcome" => "loaded").increment(1);
    gauge!(REFUSED).set(0.0);
}

/// What the files say was refused.
pub fn configuration_refused() {
    counter!(LOADS, "outcome" => "refused").increment(1);
    gauge!(REFUSED).set(1.0);
}
