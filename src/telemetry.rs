//! What a running process tells of itself: logs, spans, metrics, whether it lives and is ready.
//!
//! Enters: `[telemetry]`, and the parts that can be measured. Leaves: log lines, spans to a collector, `/metrics`, `/livez`, `/readyz`.
//! Never here: a token, a literal, a row; anything of them that other parts would pass in.

mod collected;
mod listener;
mod logs;
mod readiness;
mod spans;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use metrics_exporter_prometheus::PrometheusHandle;
use opentelemetry_sdk::trace::SdkTracerProvider;
use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::TelemetryConfig;
pub use collected::{configuration_loaded, configuration_refused};
pub use listener::{exposition, livez, readyz};
pub use logs::for_commands;
pub use readiness::Readiness;

/// How often samples of histograms are folded, so that they do not pile up between two scrapes.
const UPKEEP: Duration = Duration::from_secs(5);
/// How long the last spans may take to the collector.
const FLUSH: Duration = Duration::from_secs(3);

/// Reads gauges of one part at the moment somebody asks for metrics.
type Gauges = Box<dyn Fn() + Send + Sync>;

/// What a process tells of itself. Cheap to clone.
#[derive(Clone)]
pub struct Telemetry(Arc<Inner>);

struct Inner {
    exposition: PrometheusHandle,
    gauges: Mutex<Vec<Gauges>>,
    readiness: Readiness,
    spans: Option<SdkTracerProvider>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Telemetry {
    /// Begins to log as `config` says, to collect metrics, and to listen where it says so. Once a process.
    pub async fn start(config: &TelemetryConfig, role: &'static str) -> Result<Self> {
        let spans = config.otlp.as_ref();
        let spans = spans
            .map(|collector| spans::provider(collector, role))
            .transpose()
            .context("[telemetry] otlp")?;
        logs::for_roles(config.logs, spans.as_ref());
        let exposition = collected::install(role)?;
        let telemetry = Self(Arc::new(Inner {
            exposition,
            gauges: Mutex::default(),
            readiness: Readiness::default(),
            spans,
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        }));
        if let Some(address) = config.listen {
            let socket = listener::bind(address).await?;
            let serving = listener::serve(telemetry.clone(), socket, telemetry.0.stop.clone());
            telemetry.0.tasks.spawn(serving);
        }
        let exposition = telemetry.0.exposition.clone();
        telemetry.beside(async move {
            loop {
                tokio::time::sleep(UPKEEP).await;
                exposition.run_upkeep();
            }
        });
        Ok(telemetry)
    }

    /// Runs `work` until the process has stopped.
    pub fn beside(&self, work: impl Future<Output = ()> + Send + 'static) {
        let stop = self.0.stop.clone();
        self.0.tasks.spawn(async move {
            stop.run_until_cancelled_owned(work).await;
        });
    }

    /// `gauges` is called whenever somebody asks for metrics.
    pub fn measure(&self, gauges: impl Fn() + Send + Sync + 'static) {
        self.0.gauges.lock().push(Box::new(gauges));
    }

    /// Whether the process is ready, and what it depends on.
    pub fn readiness(&self) -> &Readiness {
        &self.0.readiness
    }

    /// Every metric as Prometheus reads it.
    pub fn metrics(&self) -> String {
        for gauges in self.0.gauges.lock().iter() {
            gauges();
        }
        self.0.exposition.render()
    }

    /// Ends the listener and hands the last spans over.
    pub async fn stop(&self) {
        self.0.stop.cancel();
        self.0.tasks.close();
        self.0.tasks.wait().await;
        // Whoever measured holds parts of the roles, which are gone now.
        self.0.gauges.lock().clear();
        if let Some(spans) = self.0.spans.clone() {
            let flushed =
                tokio::task::spawn_blocking(move || spans.shutdown_with_timeout(FLUSH)).await;
            if !matches!(flushed, Ok(Ok(()))) {
                tracing::warn!("the last spans did not reach the collector");
            }
        }
    }
}

#[cfg(test)]
mod tests;
