//! What receivers got of a running firn: a file sink a format, and VictoriaLogs by each way into it, which has a token besides.
//!
//! Enters: a folder. Leaves: sinks for a configuration, and everything each of them got. Never here: what may be in it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::export::receivers::VictoriaLogs;
use crate::running::Firn;
use crate::world::http_get;

const FORMATS: [&str; 6] = ["ocsf", "cloudevents", "ecs", "cef", "leef", "udm"];
/// The ways into VictoriaLogs beside `_bulk`, each with the field that it alone has there.
const WAYS: [(&str, &str); 3] = [
    ("hec", "fields.firn_id"),
    ("otlp", "firn.id"),
    ("syslog", "firn@32473.id"),
];
const PATIENCE: Duration = Duration::from_secs(60);

/// What VictoriaLogs is sent as a login.
pub const TOKEN: &str = "quixotic-token-of-a-siem";

pub struct Receivers {
    folder: PathBuf,
    victorialogs: VictoriaLogs,
}

impl Receivers {
    pub fn start(scratch: &Path) -> Self {
        let token = scratch.join("siem-token");
        std::fs::write(token, TOKEN).expect("token");
        Self {
            folder: scratch.to_owned(),
            victorialogs: VictoriaLogs::start(scratch),
        }
    }

    fn lines(&self, format: &str) -> PathBuf {
        self.folder.join(format!("exported-{format}"))
    }

    /// `[[export.sink]]` for each of them.
    pub fn sinks(&self) -> String {
        let mut text = format!(
            "[[export.sink]]\nname = 'victorialogs'\nbatch_age = '100ms'\n{}to.elasticsearch.login.token.file = '{}'\n",
            self.victorialogs.bulk(),
            self.folder.join("siem-token").display()
        );
        for (way, _) in WAYS {
            text.push_str(&format!(
                "[[export.sink]]\nname = '{way}'\nbatch_age = '100ms'\n{}\n",
                self.to(way)
            ));
        }
        for format in FORMATS {
            text.push_str(&format!(
                "[[export.sink]]\nname = '{format}'\nformat = '{format}'\nbatch_age = '100ms'\nto.file.folder = '{}'\n",
                self.lines(format).display()
            ));
        }
        text
    }

    /// Where the sink of a way into VictoriaLogs sends to.
    fn to(&self, way: &str) -> String {
        let url = self.victorialogs.url();
        let token = self.folder.join("siem-token");
        let token = token.display();
        match way {
            "hec" => {
                format!("to.splunk = {{ url = '{url}/insert/splunk', token.file = '{token}' }}")
            }
            "otlp" => format!(
                "to.otlp.url = '{url}/insert/opentelemetry'\nto.otlp.login.token.file = '{token}'"
            ),
            _ => format!(
                "to.syslog = {{ address = '127.0.0.1:{}', encrypted = false }}",
                self.victorialogs.syslog
            ),
        }
    }

    /// Waits until each has everything there is.
    pub fn until_done(&self, firn: &Firn) {
        let begun = Instant::now();
        loop {
            let said = match firn.ask(&["export", "status", "--json"]) {
                Ok(said) | Err(said) => said,
            };
            let sinks: Vec<Value> = said
                .lines()
                .filter_map(|line| serde_json::from_str(line).ok())
                .collect();
            let done = |sink: &&Value| sink["behind"] == 0;
            if sinks.iter().filter(done).count() == FORMATS.len() + WAYS.len() + 1 {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{said}");
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Everything that each of them got.
    pub fn got(&self) -> Vec<(&'static str, String)> {
        let url = self.victorialogs.url();
        http_get(&format!("{url}/internal/force_flush")).expect("flushed");
        let all = http_get(&format!("{url}/select/logsql/query?query=*&limit=1000000"));
        let all = all.expect("an answer");
        for (way, field) in WAYS {
            let there = all.contains(&format!("\"{field}\":"));
            assert!(there, "nothing came by {way}");
        }
        let mut got = vec![("VictoriaLogs", all)];
        for format in FORMATS {
            let files = std::fs::read_dir(self.lines(format)).expect("files");
            let texts = files.map(|file| std::fs::read_to_string(file.expect("file").path()));
            got.push((format, texts.map(|text| text.expect("text")).collect()));
        }
        got
    }
}
