//! `deploy/clients.md`: each block that says how a tool connects, run as it stands.
//!
//! Enters: the page. Leaves: rows that came through the gateway. Never here: a block that is not run, or run otherwise than it is
//! written, but for the port.

use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::drivers::Driver;
use crate::running::{Setup, script};
use crate::sessions::seed;
use crate::world::{dev_dir, identity, root, token, upstream};

/// The marked blocks of the page: what each is called, and its text.
fn blocks() -> Vec<(String, String)> {
    let page = std::fs::read_to_string(root().join("deploy/clients.md")).expect("page");
    let mut found = Vec::new();
    for piece in page.split("<!-- run: ").skip(1) {
        let (name, rest) = piece
            .split_once(" -->\n```")
            .expect("a mark before a block");
        let (_, rest) = rest.split_once('\n').expect("a language");
        let (text, _) = rest.split_once("\n```").expect("an end");
        found.push((name.to_owned(), format!("{text}\n")));
    }
    let fences = page.matches("\n```").count();
    assert_eq!(
        fences,
        found.len() * 2,
        "a block is not marked, so nothing runs it"
    );
    found
}

/// The program that runs a block, in a folder where it is a file.
fn program(name: &str, folder: &Path) -> Command {
    let dev = dev_dir();
    let python = |venv: &str| {
        let mut command = Command::new(dev.join(venv).join("bin/python"));
        command.arg(name);
        command
    };
    let mut command = match name {
        "sqlalchemy.py" => {
            // Its own name would be found before the library.
            std::fs::rename(folder.join(name), folder.join("connect_sqlalchemy.py")).expect("file");
            let mut command = Command::new(dev.join("sqlalchemy/bin/python"));
            command.arg("connect_sqlalchemy.py");
            command
        }
        "snowpark.py" => python("snowpark"),
        "adbc.py" => python("adbc"),
        "profiles.yml" => {
            std::fs::write(
                folder.join("dbt_project.yml"),
                "name: shop\nversion: '1.0'\nprofile: shop\n",
            )
            .expect("project");
            let mut command = Command::new(dev.join("dbt/bin/dbt"));
            command.args(["show", "--profiles-dir", ".", "--inline"]);
            command.arg("select status from shop.public.orders where id = 1");
            command.env("DBT_SEND_ANONYMOUS_USAGE_STATS", "false");
            command
        }
        "node.js" => {
            let mut command = Command::new("node");
            command.arg(name);
            command.env("NODE_PATH", dev.join("node/node_modules"));
            command
        }
        "Connect.java" => {
            let mut command = Command::new("java");
            command.arg("--add-opens=java.base/java.nio=ALL-UNNAMED");
            command.arg("-cp").arg(dev.join("jdbc/*")).arg(name);
            command
        }
        "keys.sh" => {
            let mut command = Command::new("bash");
            command.args(["-euo", "pipefail", name]);
            command
        }
        other => panic!("nobody knows how to run {other}"),
    };
    command.current_dir(folder);
    command.env("SNOWFLAKE_DISABLE_PLATFORM_DETECTION", "true");
    command.env("HOME", folder);
    command
}

#[test]
fn each_block_of_the_page_connects() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    seed(&upstream);
    let firn = Setup::new(scratch.path(), &upstream, identity).start("up", "firn");
    let agent = token(identity, "agent-7", &["agents"]);
    let mut silent = Vec::new();
    // Each begins with seconds of its own: all at once.
    let running = blocks().into_iter().map(|(name, text)| {
        let folder = scratch.path().join(&name).with_extension("d");
        std::fs::create_dir(&folder).expect("folder");
        let text = text.replace("8085", &firn.gateway.to_string());
        std::fs::write(folder.join(&name), text).expect("block");
        let mut command = program(&name, &folder);
        command.env("TOKEN", &agent);
        let output = std::thread::spawn(move || command.output().expect("program"));
        (name, folder, output)
    });
    let running: Vec<_> = running.collect();
    for (name, folder, output) in running {
        let output = output.join().expect("a program that ends");
        let said = String::from_utf8_lossy(&output.stdout);
        let wanted = if name == "keys.sh" { "" } else { "shipped" };
        if !output.status.success() || !said.contains(wanted) {
            silent.push(format!(
                "{name}: {said}{}",
                String::from_utf8_lossy(&output.stderr)
            ));
        }
        if name == "keys.sh" {
            let pem = std::fs::read_to_string(folder.join("snowflake.p8")).expect("key");
            assert!(pem.contains("BEGIN PRIVATE KEY"), "{pem}");
            keys_are_good(&firn.config, &folder);
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

/// What the page's commands made is what a start takes.
fn keys_are_good(config: &Path, folder: &Path) {
    let text = std::fs::read_to_string(config).expect("configuration");
    let password = r#"{ password = { env = "FIRN_UPSTREAM_PASSWORD" } }"#;
    let pair = format!(
        "{{ key_pair = {{ file = {:?} }} }}",
        folder.join("snowflake.p8")
    );
    let sealing = r#"env = "FIRN_SEALING_KEY""#;
    let file = format!("file = {:?}", folder.join("sealing.key"));
    let own = folder.join("firn.toml");
    std::fs::write(&own, text.replace(password, &pair).replace(sealing, &file)).expect("file");
    let checked = crate::running::ask(&own, &["check", "--offline"]);
    checked.unwrap_or_else(|error| panic!("{error}"));
}

/// What the page says of uploads, tried with the programs that make them.
#[test]
fn uploads_are_refused_with_the_reason_and_rows_go_in_by_insert() {
    let scratch = tempfile::tempdir().expect("folder");
    let (upstream, identity) = (upstream(scratch.path()), identity());
    seed(&upstream);
    let mut setup = Setup::new(scratch.path(), &upstream, identity);
    setup.policy = root().join("tests/policy");
    let firn = setup.start("up", "firn");
    let agent = token(identity, "agent-7", &["agents"]);
    let rows: Vec<_> = (0..300).map(|row| json!([row, "note"])).collect();
    let lines = Driver::Python4.run(
        &script(
            firn.gateway,
            &agent,
            json!([
                {"sql": "put file:///tmp/firn-nothing.csv @~/firn"},
                {"sql": "create or replace table many (id int, v varchar)"},
                {"sql": "insert into many values (?, ?)", "binds": rows, "many": true},
            ]),
        ),
        scratch.path(),
    );
    let said = lines[1]["error"]["message"].to_string();
    assert!(said.contains("no rule permits uploading to it"), "{said}");
    assert!(lines[2]["ok"] == true, "{}", lines[2]);
}
