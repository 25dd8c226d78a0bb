//! What is logged, and how it looks.
//!
//! Enters: the form configured, `FIRN_LOG`. Leaves: lines on standard error. Never here: what other people's crates say below `info`:
//! at that depth they print requests, headers and queries, and those hold what must never be in a log.

use std::io::IsTerminal as _;

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::filter::{FilterExt as _, filter_fn};
use tracing_subscriber::layer::{Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, fmt, registry};

use crate::config::LogForm;

/// Roles say what they do. Of the table log's library only what went wrong counts: that another writer was quicker, and that it
/// tries again, is how writers share a table.
const ROLES: &str = "info,delta_kernel=error,buoyant_kernel=error,deltalake=error,datafusion=warn";
/// A question says nothing but what went wrong, so that its answer stands alone.
const COMMANDS: &str = "error";
/// The crates of this workspace, whose every line is written with what must not be in it in mind.
const OWN: [&str; 14] = [
    "firn", "event", "access", "detect", "permit", "journal", "archive", "door", "gateway",
    "recorder", "replayer", "query", "exporter", "display",
];

/// Logs of a command that asks or answers one thing.
pub fn for_commands() {
    registry().with(lines(LogForm::Text, COMMANDS)).init();
}

/// Logs of a long-running process, and its spans where a collector takes them.
pub fn for_roles(form: LogForm, spans: Option<&SdkTracerProvider>) {
    let exported = spans.map(|provider| {
        tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("firn"))
            .with_location(false)
            .with_threads(false)
            // Spans alone: what is said in one goes to the log.
            .with_filter(filter_fn(|metadata| metadata.is_span() && own(metadata)))
    });
    registry().with(lines(form, ROLES)).with(exported).init();
}

/// Lines of log in `form`: what `FIRN_LOG` asks for, else `default`.
fn lines<S>(form: LogForm, default: &str) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
{
    let asked = EnvFilter::try_from_env("FIRN_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let filter = asked.and(filter_fn(|metadata| {
        own(metadata) || *metadata.level() <= Level::INFO
    }));
    let colours = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let layer = fmt::layer().with_writer(std::io::stderr).with_ansi(colours);
    match form {
        LogForm::Text => layer.with_target(false).with_filter(filter).boxed(),
        LogForm::Json => layer
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .with_filter(filter)
            .boxed(),
    }
}

fn own(metadata: &Metadata<'_>) -> bool {
    let target = metadata.target();
    let of = target.split("::").next().unwrap_or(target);
    OWN.contains(&of)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tracing::{Event, Subscriber, error, warn};
    use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
    use tracing_subscriber::{EnvFilter, registry};

    /// Counts what is logged.
    struct Count(Arc<AtomicUsize>);

    impl<S: Subscriber> Layer<S> for Count {
        fn on_event(&self, _: &Event<'_>, _: Context<'_, S>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Two recorders made a warning of every commit at which one was quicker.
    #[test]
    fn that_another_writer_was_quicker_is_no_warning() {
        let counted = Arc::new(AtomicUsize::new(0));
        let count = Count(Arc::clone(&counted)).with_filter(EnvFilter::new(super::ROLES));
        tracing::subscriber::with_default(registry().with(count), || {
            warn!(target: "deltalake_core::kernel::transaction", "it exists, trying again");
            warn!(target: "deltalake::operations", "trying again");
            warn!(target: "delta_kernel::snapshot", "the log moved on");
            warn!(target: "buoyant_kernel::snapshot", "the log moved on");
            assert_eq!(counted.load(Ordering::SeqCst), 0);
            error!(target: "deltalake_core::kernel::transaction", "the table is broken");
            warn!(target: "archive::table", "our own");
            assert_eq!(counted.load(Ordering::SeqCst), 2);
        });
    }

    /// A crate that is missing here would be silent below `info`; one that is not ours would not be.
    #[test]
    fn every_crate_of_the_workspace_is_known_here() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(root.join("Cargo.toml")).unwrap();
        let manifest: toml::Table = text.parse().unwrap();
        let members = manifest["workspace"]["members"].as_array().unwrap();
        let names = members.iter().map(|member| {
            let member = member.as_str().unwrap();
            let text = std::fs::read_to_string(root.join(member).join("Cargo.toml")).unwrap();
            let package: toml::Table = text.parse().unwrap();
            package["package"]["name"].as_str().unwrap().to_owned()
        });
        // What only tests run has nothing to log.
        for name in names.filter(|name| name != "history" && name != "phones") {
            assert!(super::OWN.contains(&name.as_str()), "{name}");
        }
    }
}
