//! Policy and configuration change under a running firn, as a platform team changes them: files are written, a signal is sent.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::drivers::Driver;
use crate::running::{Firn, Setup, script};
use crate::sessions::seed;
use crate::world::{http_get, identity, root, token, upstream};

/// How long a change may take: two looks, a second apart, and a slow machine.
const WITHIN: Duration = Duration::from_secs(30);

fn copy_policy(to: &Path) {
    std::fs::create_dir(to).expect("folder");
    for entry in std::fs::read_dir(root().join("tests/policy")).expect("policy") {
        let from = entry.expect("entry").path();
        std::fs::copy(&from, to.join(from.file_name().expect("name"))).expect("copied");
    }
}

pub fn hang_up(firn: &Firn) {
    let mut told = Command::new("kill");
    told.args(["-HUP", &firn.pid().to_string()]);
    assert!(told.status().expect("kill").success());
}

/// One of the process's metrics.
pub fn metric(port: u16, name: &str) -> Option<f64> {
    let all = http_get(&format!("http://127.0.0.1:{port}/metrics"))?;
    let line = all.lines().find(|line| line.starts_with(name))?;
    line.rsplit(' ').next()?.parse().ok()
}

/// Asks until there is an answer.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < WITHIN, "{what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Rows of the record; none is an empty line there.
fn rows(firn: &Firn, sql: &str) -> Vec<Value> {
    let said = firn.ask(&["sql", "--json", sql]).expect("rows");
    let lines = said.lines().filter(|line| !line.is_empty());
    lines
        .map(|line| serde_json::from_str(line).expect("a JSON line"))
        .collect()
}

fn loaded(firn: &Firn) -> Vec<Value> {
    rows(
        firn,
        "select time, policy_loaded['hash'] as hash, policy_loaded['changes']['added'] as added from events \
         where kind = 'policy.loaded' order by time",
    )
}

#[test]
fn a_hundred_changes_under_load_fail_no_statement() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    seed(&upstream);
    let mut setup = Setup::new(scratch.path(), &upstream, identity);
    setup.policy = scratch.path().join("policy");
    let telemetry = crate::world::free_port();
    setup.telemetry = format!("listen = \"127.0.0.1:{telemetry}\"");
    copy_policy(&setup.policy);
    let firn = setup.start("up", "firn");
    let steps: Vec<Value> = (0..40)
        .map(|number| json!({"sql": format!("select {number} as a")}))
        .collect();
    let done = AtomicBool::new(false);
    let ran: usize = std::thread::scope(|scope| {
        let load: Vec<_> = (0..2)
            .map(|number| {
                let bearer = token(identity, &format!("agent-{number}"), &["agents"]);
                let (steps, done, firn, scratch) = (json!(steps), &done, &firn, scratch.path());
                scope.spawn(move || {
                    let mut ran = 0;
                    while !done.load(Ordering::Relaxed) {
                        let folder = scratch.join(format!("load-{number}"));
                        std::fs::create_dir_all(&folder).expect("folder");
                        let lines = Driver::Python4
                            .run(&script(firn.gateway, &bearer, steps.clone()), &folder);
                        for line in &lines {
                            assert_ne!(line["ok"], false, "{line}");
                        }
                        ran += lines.iter().filter(|line| line["step"].is_number()).count();
                    }
                    ran
                })
            })
            .collect();
        for number in 0..100u32 {
            let rule = format!(
                "@id(\"storm-{number}\") @reason(\"none\") forbid (principal, action == Action::\"egress\", resource);\n"
            );
            std::fs::write(setup.policy.join("99-storm.cedar"), rule).expect("written");
            hang_up(&firn);
            until("the change", || {
                let taken = metric(
                    telemetry,
                    "firn_configuration_loads_total{outcome=\"loaded\"}",
                )?;
                (taken > f64::from(number)).then_some(())
            });
        }
        done.store(true, Ordering::Relaxed);
        load.into_iter()
            .map(|one| one.join().expect("a load"))
            .sum()
    });
    assert!(ran >= 80, "{ran} statements are no load");
    let last = until("the last change", || {
        loaded(&firn)
            .pop()
            .filter(|one| one["added"].to_string().contains("storm-99"))
    });
    let loaded = loaded(&firn);
    assert!(loaded.len() > 80, "{} changes are told", loaded.len());
    assert_eq!(loaded.last(), Some(&last));
    let first_seen: BTreeMap<String, String> = loaded
        .iter()
        .rev()
        .map(|one| (one["hash"].to_string(), one["time"].to_string()))
        .collect();
    let decided = rows(
        &firn,
        "select time, policy_hash as hash from events where kind = 'statement.decided' order by time",
    );
    assert!(decided.len() >= ran, "{} of {ran}", decided.len());
    for one in &decided {
        let since = first_seen.get(&one["hash"].to_string());
        let since = since.unwrap_or_else(|| panic!("{one} names a policy that was never in force"));
        let at = one["time"].to_string();
        assert!(*since <= at, "{one} names a policy of {since}");
    }
    let failed = rows(
        &firn,
        "select * from events where kind = 'statement.failed'",
    );
    assert!(failed.is_empty(), "{failed:?}");
    firn.verified();
}

#[test]
fn a_bad_change_is_refused_everywhere_it_is_looked_for_and_a_good_one_taken_unasked() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    let telemetry = crate::world::free_port();
    let mut setup = Setup::new(scratch.path(), &upstream, identity);
    setup.policy = scratch.path().join("policy");
    setup.telemetry = format!("listen = \"127.0.0.1:{telemetry}\"");
    copy_policy(&setup.policy);
    let firn = setup.start("up", "firn");
    let gauge = |wanted: &str| {
        let metrics = http_get(&format!("http://127.0.0.1:{telemetry}/metrics"))?;
        let line = metrics
            .lines()
            .find(|line| line.starts_with("firn_configuration_refused "))?;
        line.ends_with(wanted).then_some(())
    };
    gauge(" 0").expect("nothing is refused yet");
    let file = setup.policy.join("99-own.cedar");
    std::fs::write(
        &file,
        "@id(\"broken\") forbid (principal, action, resource) when { nonsense };\n",
    )
    .expect("written");
    until("the refusal as a metric", || gauge(" 1"));
    let refused = until("the refusal as an event", || {
        rows(&firn, "select configuration_refused['reason'] as reason from events where kind = 'configuration.refused'").pop()
    });
    let reason = refused["reason"].as_str().expect("a reason");
    assert!(reason.contains("99-own.cedar:1"), "{reason}");
    assert_eq!(loaded(&firn).len(), 1, "what was in force stays");
    let rule = "@id(\"own\") @reason(\"none\") forbid (principal, action == Action::\"egress\", resource);\n";
    std::fs::write(&file, rule).expect("written");
    until("the change", || (loaded(&firn).len() == 2).then_some(()));
    assert_eq!(loaded(&firn)[1]["added"], json!(["own"]));
    until("the metric's end", || gauge(" 0"));

    // What a running process cannot take says so, and the rest of the file is taken.
    let text = std::fs::read_to_string(&firn.config).expect("configuration");
    let text = text.replace("max_batch_age = \"300ms\"", "max_batch_age = \"400ms\"");
    let text = text.replace("[query]\n", "[query]\noperators = [\"sre\"]\n");
    std::fs::write(&firn.config, text).expect("written");
    let changed = until("the groups", || {
        rows(&firn, "select configuration_loaded['parts'] as parts from events where kind = 'configuration.loaded'").pop()
    });
    assert_eq!(changed["parts"], json!(["identity"]));
    let operator = token(identity, "sam", &["sre"]);
    let api = format!("http://127.0.0.1:{}", firn.api);
    let listed = crate::running::ask(
        &firn.config,
        &["approvals", "list", "--api", &api, "--token", &operator],
    );
    assert!(listed.is_ok(), "{listed:?}");

    // Nobody else of this machine looks into journal or archive.
    let mut folders = vec![
        scratch.path().join("firn-data/journal"),
        scratch.path().join("firn-data/archive"),
    ];
    let mode = |path: &Path| std::fs::metadata(path).map(|one| one.permissions().mode() & 0o077);
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        assert_eq!(mode(&folder).expect("folder"), 0, "{}", folder.display());
        for entry in std::fs::read_dir(&folder).expect("entries").flatten() {
            match (entry.path(), mode(&entry.path())) {
                (path, _) if path.is_dir() => folders.push(path),
                (path, Ok(open)) => {
                    assert_eq!(open, 0, "{}", path.display());
                    files += 1;
                }
                // Taken away meanwhile.
                (_, Err(_)) => {}
            }
        }
    }
    assert!(files > 5, "{files} files");
    let log = firn.stop();
    assert!(log.contains("99-own.cedar:1"), "{log}");
    assert!(
        log.contains("[recorder] changed: that takes effect after a restart"),
        "{log}"
    );
}
