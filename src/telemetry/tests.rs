//! The names of all metrics: as the golden list has them, as Prometheus wants them, and as the dashboard uses them.

use std::collections::BTreeSet;
use std::path::Path;

use journal::metrics::{Metric, Shape};
use serde_json::Value;

use super::collected;

fn all() -> Vec<Metric> {
    let mut all = Vec::new();
    for metrics in [
        collected::ALL.as_slice(),
        &exporter::metrics::ALL,
        &gateway::metrics::ALL,
        &journal::metrics::ALL,
        &query::metrics::ALL,
        &recorder::metrics::ALL,
    ] {
        all.extend_from_slice(metrics);
    }
    all.sort_by_key(|metric| metric.name);
    all
}

fn file(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

#[test]
fn the_golden_list_has_every_metric() {
    let all = all();
    let lines = all.iter().map(|metric| {
        let Metric { name, shape, help } = metric;
        format!("{name} {} {help}\n", shape.name())
    });
    let written: String = lines.collect();
    assert_eq!(
        written,
        file("src/telemetry/metrics.golden"),
        "a renamed metric breaks dashboards and alerts: change the list only on purpose"
    );
}

#[test]
fn names_follow_prometheus_conventions() {
    let units = ["_seconds", "_bytes"];
    let mut seen = BTreeSet::new();
    for Metric { name, shape, help } in all() {
        assert!(seen.insert(name), "{name} twice");
        assert!(name.starts_with("firn_"), "{name}");
        let plain = |c: char| c.is_ascii_lowercase() || c == '_';
        assert!(name.chars().all(plain) && !name.contains("__"), "{name}");
        assert_eq!(name.ends_with("_total"), shape == Shape::Counter, "{name}");
        if shape == Shape::Histogram {
            assert!(units.iter().any(|unit| name.ends_with(unit)), "{name}");
        }
        for taken in ["_count", "_sum", "_bucket"] {
            assert!(!name.ends_with(taken), "{name}: histograms make these");
        }
        for scaled in ["_ms", "_milliseconds", "_kb", "_mb", "_ns", "_minutes"] {
            assert!(!name.contains(scaled), "{name}: base units only");
        }
        assert!(
            help.ends_with('.') && !help.contains('\n'),
            "{name}: {help}"
        );
    }
}

/// Every name of a metric in `text`, as a series of it is called there.
fn series(text: &str) -> BTreeSet<String> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    let words = text.split(|c| !word(c));
    let named = words.filter(|word| word.starts_with("firn_"));
    named.map(str::to_owned).collect()
}

fn expressions(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match value.as_str() {
                    Some(text) if ["expr", "definition"].contains(&key.as_str()) => {
                        found.push(text.to_owned());
                    }
                    _ => expressions(value, found),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| expressions(value, found)),
        _ => {}
    }
}

#[test]
fn the_dashboard_asks_for_metrics_that_exist() {
    let dashboard: Value = serde_json::from_str(&file("deploy/grafana/firn.json")).unwrap();
    let mut asked = Vec::new();
    expressions(&dashboard, &mut asked);
    assert!(asked.len() >= 12, "{asked:?}");
    let mut exist = BTreeSet::new();
    for metric in all() {
        match metric.shape {
            Shape::Histogram => {
                let parts = ["_bucket", "_sum", "_count"];
                exist.extend(parts.map(|part| format!("{}{part}", metric.name)));
            }
            Shape::Counter | Shape::Gauge => {
                exist.insert(metric.name.to_owned());
            }
        }
    }
    let mut shown = BTreeSet::new();
    for expression in &asked {
        let named = series(expression);
        assert!(!named.is_empty(), "no metric in {expression}");
        for name in &named {
            assert!(exist.contains(name), "{name} in {expression}");
        }
        shown.extend(named);
    }
    // Nobody looks at what stands on no panel.
    for metric in all() {
        let on_panel = shown.iter().any(|name| name.starts_with(metric.name));
        assert!(on_panel, "{} is on no panel", metric.name);
    }
}
